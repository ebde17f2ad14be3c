package mail_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // Amsterdam, wherever the tests run

	"expex/mail"
	"expex/mail/mailbox"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// tuesday is a reminder's time on the clocks of Amsterdam.
var tuesday = func() time.Time {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return time.Date(2027, 4, 6, 14, 0, 0, 0, zone)
}()

// open gives a box and a sender to it.
func open(t *testing.T) (*mailbox.Box, *mail.Sender) {
	t.Helper()
	box, err := mailbox.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	sender, err := mail.NewSender(mail.Options{Server: box.URL(), From: "ExpEx <noreply@expex.example>", App: "https://expex.example/"})
	if err != nil {
		t.Fatal(err)
	}
	return box, sender
}

func message(kind string) mail.Message {
	return mail.Message{ID: "aaaaaaaa-000c-4000-8000-000000000001", Kind: kind, To: "abel@example.org",
		MadeAt: tuesday.Add(-24 * time.Hour), About: &tuesday}
}

func TestWhatEachKindSays(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"SESSION_REMINDER", "SESSION_CHANGED_SOON", "CONFIRM_HOURS", "CALENDAR_CUT", "ANYTHING_ELSE"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			box, sender := open(t)
			if err := sender.Send(t.Context(), message(kind)); err != nil {
				t.Fatal(err)
			}
			golden(t, kind+".eml", []byte(strings.ReplaceAll(box.Letters()[0].Raw, "\r\n", "\n")))
		})
	}
}

// invitation is one for the calendar, which this package passes on unread.
func invitation(method string) *mail.Invitation {
	return &mail.Invitation{Method: method, Text: []byte("BEGIN:VCALENDAR\r\nMETHOD:" + method + "\r\n" +
		"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:abel@example.org\r\nEND:VCALENDAR\r\n")}
}

func TestAnInvitationGoesAlong(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"REQUEST", "CANCEL"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			box, sender := open(t)
			m := message("SESSION_IN_CALENDAR")
			m.Invitation = invitation(method)
			for range 2 {
				if err := sender.Send(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			got := box.Letters()
			if got[0].Method != method || got[0].Calendar != string(m.Invitation.Text) {
				t.Errorf("%s arrived with %q", got[0].Method, got[0].Calendar)
			}
			if !strings.HasPrefix(got[0].Text, "Bij dit bericht hoort een wijziging in je agenda.") {
				t.Errorf("it says %q", got[0].Text)
			}
			if got[0].Raw != got[1].Raw {
				t.Errorf("two copies differ:\n%s\n%s", got[0].Raw, got[1].Raw)
			}
			golden(t, "INVITATION_"+method+".eml", []byte(strings.ReplaceAll(got[0].Raw, "\r\n", "\n")))
		})
	}
}

// A message that is sent twice, by whomever, is the same message.
func TestASecondCopyIsTheSameMessage(t *testing.T) {
	t.Parallel()
	box, sender := open(t)
	for range 2 {
		if err := sender.Send(t.Context(), message("SESSION_REMINDER")); err != nil {
			t.Fatal(err)
		}
	}
	got := box.Letters()
	if got[0].Raw != got[1].Raw || got[0].ID != "<notice.aaaaaaaa-000c-4000-8000-000000000001@expex.example>" {
		t.Errorf("two copies differ, or have no id of their notice:\n%s\n%s", got[0].Raw, got[1].Raw)
	}
}

func TestTheTimeOfAReminderIsThatOfTheWall(t *testing.T) {
	t.Parallel()
	zone := tuesday.Location()
	for name, c := range map[string]struct {
		at   time.Time
		want string
	}{
		"winter":                     {time.Date(2027, 3, 27, 9, 5, 0, 0, time.UTC), "zaterdag 10:05"},
		"after clocks went forward":  {time.Date(2027, 3, 28, 9, 5, 0, 0, time.UTC), "zondag 11:05"},
		"the first of two 02:30":     {time.Date(2027, 10, 31, 0, 30, 0, 0, time.UTC), "zondag 02:30"},
		"another day than it is UTC": {time.Date(2027, 4, 6, 22, 30, 0, 0, time.UTC), "woensdag 00:30"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box, sender := open(t)
			m := message("SESSION_REMINDER")
			local := c.at.In(zone)
			m.About = &local
			if err := sender.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if got := box.Letters()[0]; !strings.Contains(got.Subject, c.want) || !strings.Contains(got.Text, c.want) {
				t.Errorf("it says %q and %q, want %s", got.Subject, got.Text, c.want)
			}
		})
	}
}

// Addresses are what people typed. None of them adds a header, a recipient or a
// name to a message.
func TestAnAddressIsAnAddressOrNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ to, arrives string }{
		"plain":              {"abel@example.org", "abel@example.org"},
		"with a name":        {"Abel van Huis <abel@example.org>", "abel@example.org"},
		"a header behind it": {"abel@example.org\r\nBcc: iemand@example.org", ""},
		"a header in a name": {"\"Abel\r\nBcc: iemand@example.org\" <abel@example.org>", ""},
		"two":                {"abel@example.org, iemand@example.org", ""},
		"none":               {"abel", ""},
		"empty":              {"", ""},
		"a command":          {"abel@example.org>\r\nDATA\r\n.\r\n<x@example.org", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box, sender := open(t)
			m := message("X")
			m.To = c.to
			err := sender.Send(t.Context(), m)
			var failed *mail.Failure
			if c.arrives == "" {
				if !errors.As(err, &failed) || !failed.BadAddress || len(box.Letters()) != 0 {
					t.Errorf("sent %d, failed with %v", len(box.Letters()), err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := box.Letters()[0]
			if got.To != c.arrives || strings.Contains(got.Raw, "Huis") || strings.Contains(got.Raw, "Bcc") {
				t.Errorf("it went to %q:\n%s", got.To, got.Raw)
			}
		})
	}
}

func TestAFailureSaysWhoseItIsAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code int
		want mail.Failure
	}{
		"no for now":  {451, mail.Failure{Class: "SMTP 451"}},
		"no for good": {550, mail.Failure{Class: "SMTP 550", Permanent: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box, sender := open(t)
			box.Refuse(func(string) int { return c.code })
			check(t, sender.Send(t.Context(), message("X")), c.want)
		})
	}
	t.Run("nobody answers", func(t *testing.T) {
		t.Parallel()
		box, sender := open(t)
		box.Close()
		check(t, sender.Send(t.Context(), message("X")), mail.Failure{Class: "UNREACHABLE", Unreachable: true})
	})
}

func check(t *testing.T, err error, want mail.Failure) {
	t.Helper()
	var got *mail.Failure
	if !errors.As(err, &got) || *got != want {
		t.Fatalf("failed with %#v, want %#v", err, want)
	}
	if strings.Contains(err.Error(), "abel") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("the failure says too much: %v", err)
	}
}

// A server elsewhere must offer STARTTLS; the box does not, and gets nothing.
func TestNothingLeavesThisMachineInTheClear(t *testing.T) {
	t.Parallel()
	box, _ := open(t)
	elsewhere := strings.Replace(box.URL(), "127.0.0.1", "0.0.0.0", 1) // leads here, and does not look like it
	sender, err := mail.NewSender(mail.Options{Server: elsewhere, From: "noreply@expex.example"})
	if err != nil {
		t.Fatal(err)
	}
	check(t, sender.Send(t.Context(), message("X")), mail.Failure{Class: "UNREACHABLE", Unreachable: true})
	if n := len(box.Letters()); n != 0 {
		t.Errorf("%d messages came in the clear", n)
	}
}

func TestOptionsThatCannotBeAreRefusedWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]mail.Options{
		"no scheme":     {Server: "geheim@mail.example", From: "noreply@expex.example"},
		"another one":   {Server: "http://u:geheim@mail.example", From: "noreply@expex.example"},
		"a path":        {Server: "smtp://u:geheim@mail.example/geheim", From: "noreply@expex.example"},
		"no host":       {Server: "smtp://u:geheim@:25", From: "noreply@expex.example"},
		"no sender":     {Server: "smtp://u:geheim@mail.example", From: "geheim"},
		"a broken port": {Server: "smtp://u:geheim@mail.example:geheim", From: "noreply@expex.example"},
		"no such port":  {Server: "smtp://u:geheim@mail.example:99999", From: "noreply@expex.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := mail.NewSender(o); err == nil || strings.Contains(err.Error(), "geheim") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at the change and run the test with -update\ngot:\n%s", file, got)
	}
}
