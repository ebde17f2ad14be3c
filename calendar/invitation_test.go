package calendar

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"pgregory.net/rapid"
)

// invite is an invitation as it is sent, but for its event.
func invite(e Event, changes ...func(*Invitation)) Invitation {
	i := Invitation{
		Event: e, Title: TitleAppointment, Zone: amsterdam,
		Organizer: "noreply@expex.example", Attendee: "abel@example.org", Told: utc(2026, 11, 2, 9, 0),
	}
	for _, change := range changes {
		change(&i)
	}
	return i
}

func TestGoldenInvitations(t *testing.T) {
	t.Parallel()
	for name, i := range map[string]Invitation{
		"invitation-request": invite(session("a07be411", local(2026, 12, 1, 10, 0), 90*time.Minute, at("Lelystad"))),
		"invitation-moved": invite(session("a07be411", local(2027, 3, 28, 1, 0), 90*time.Minute, func(e *Event) {
			e.Sequence, e.Changed = 1, utc(2026, 11, 5, 16, 45)
		})),
		"invitation-repeated-hour": invite(session("a07be411", utc(2027, 10, 31, 0, 30), time.Hour, func(e *Event) { e.Status = Tentative })),
		"invitation-cancel": invite(session("a07be411", local(2026, 12, 1, 10, 0), 90*time.Minute, func(e *Event) {
			e.Status, e.Sequence, e.Changed = Cancelled, 2, utc(2026, 11, 6, 8, 0)
		}), func(i *Invitation) {
			i.Title, i.Revision, i.Changed, i.Told = TitleMinimal, 1, utc(2026, 11, 4, 8, 0), utc(2026, 11, 6, 8, 0)
			i.Attendee = "een-heel-lange-voornaam-van-iemand-die-niet-bestaat@een-heel-lang-domein.example.org"
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := EncodeInvitation(i)
			if err != nil {
				t.Fatal(err)
			}
			want := checkGolden(t, name+".ics", got)
			checkReadBack(t, Feed{Title: i.Title, Revision: i.Revision, Changed: i.Changed, Events: []Event{i.Event}}, want)
		})
	}
}

// A calendar may get an event from the feed and by mail. It must find the same
// in both, so that it never shows two, nor goes back to what was.
func TestAnInvitationShowsWhatTheFeedShows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		feed := rapid.Custom(drawFeed).Filter(func(f Feed) bool { return len(f.Events) > 0 }).Draw(t, "feed")
		feed.Revision = rapid.IntRange(0, 3).Draw(t, "revision")
		i := invite(rapid.SampledFrom(feed.Events).Draw(t, "event"))
		i.Title, i.Zone, i.Changed, i.Revision = feed.Title, feed.Zone, feed.Changed, feed.Revision
		text, err := EncodeInvitation(i)
		if err != nil {
			t.Fatal(err)
		}
		read := decode(t, text)
		if method, _ := read.Props.Text(ical.PropMethod); method != i.Method() {
			t.Errorf("its method is %q, want %s", method, i.Method())
		}
		if len(read.Events()) != 1 {
			t.Fatalf("it invites to %d events", len(read.Events()))
		}
		mailed := read.Events()[0].Props
		for _, name := range []string{ical.PropOrganizer, ical.PropAttendee, ical.PropDateTimeStamp} {
			if len(mailed[name]) != 1 {
				t.Errorf("it has %d of %s", len(mailed[name]), name)
			}
			mailed.Del(name)
		}
		for _, e := range decode(t, encode(t, feed).Bytes).Events() {
			if uid, _ := e.Props.Text(ical.PropUID); uid == i.Event.UID {
				e.Props.Del(ical.PropDateTimeStamp)
				if !reflect.DeepEqual(e.Props, mailed) {
					t.Errorf("the feed shows %v and the mail %v", e.Props, mailed)
				}
				return
			}
		}
		t.Error("the feed does not show it")
	})
}

func TestTheStampOfAnInvitationIsNotBeforeWhatItTells(t *testing.T) {
	t.Parallel()
	e := session("a", local(2026, 12, 1, 10, 0), time.Hour)
	for name, c := range map[string]struct {
		told, changed, style time.Time
		want                 string
	}{
		"told at once":           {e.Changed, e.Changed, time.Time{}, "20261102T090000Z"},
		"told later":             {e.Changed.Add(time.Hour), e.Changed, time.Time{}, "20261102T100000Z"},
		"it has changed since":   {e.Changed, e.Changed.Add(2 * time.Hour), time.Time{}, "20261102T110000Z"},
		"another title since":    {e.Changed, e.Changed, e.Changed.Add(3 * time.Hour), "20261102T120000Z"},
		"as the mail is, in UTC": {e.Changed.In(amsterdam), e.Changed, time.Time{}, "20261102T090000Z"},
	} {
		e := e
		e.Changed = c.changed
		i := invite(e)
		i.Told, i.Changed = c.told, c.style
		text, err := EncodeInvitation(i)
		if err != nil || !bytes.Contains(text, []byte("\r\nDTSTAMP:"+c.want+"\r\n")) {
			t.Errorf("%s: want %s, got %v\n%s", name, c.want, err, text)
		}
	}
}

func TestNoInvitationWithAnAddressThatIsNone(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "abel", "@example.org", "abel@", "abel@huis@example.org", "abel huis@example.org", `"abel"@example.org`, "abel@[127.0.0.1]",
		"a,b@example.org", "abel@example.org?cc=x@example.org", "abel@example.org\r\nATTENDEE:mailto:x@example.org", "zoë@example.org",
		"a%40b@example.org", strings.Repeat("a", 250) + "@example.org",
	} {
		e := session("a", local(2026, 12, 1, 10, 0), time.Hour)
		for _, i := range []Invitation{
			invite(e, func(i *Invitation) { i.Attendee = address }), invite(e, func(i *Invitation) { i.Organizer = address }),
		} {
			if text, err := EncodeInvitation(i); err == nil || address != "" && strings.Contains(err.Error(), address) {
				t.Errorf("%q: %v\n%s", address, err, text)
			}
		}
	}
	if _, err := EncodeInvitation(invite(Event{})); err == nil {
		t.Error("an invitation to nothing was written")
	}
}
