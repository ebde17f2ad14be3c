package mailbox_test

import (
	"fmt"
	"net/smtp"
	"strings"
	"testing"

	"expex/mail/mailbox"
)

func TestABoxHoldsTheNewestOnly(t *testing.T) {
	t.Parallel()
	box, err := mailbox.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	send := func(subject string) error {
		return smtp.SendMail(strings.TrimPrefix(box.URL(), "smtp://"), nil, "a@example.org", []string{"b@example.org"},
			fmt.Appendf(nil, "Date: Tue, 06 Apr 2027 14:00:00 +0200\r\nSubject: %s\r\n\r\nhallo\r\n", subject))
	}
	for i := range mailbox.Kept + 5 {
		if err := send(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	got := box.Letters()
	if len(got) != mailbox.Kept || got[0].Subject != "204" || got[len(got)-1].Subject != "5" || got[0].Text != "hallo\n" {
		t.Errorf("it holds %d, from %q to %q, with text %q", len(got), got[len(got)-1].Subject, got[0].Subject, got[0].Text)
	}
	if err := send(strings.Repeat("x", 100<<10)); err == nil {
		t.Error("a message of 100 kB was taken")
	}
}
