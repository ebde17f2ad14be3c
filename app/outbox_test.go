package app_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"expex/app"
	"expex/mail"
	"expex/mail/mailbox"
	"expex/store"
	"expex/store/storetest"
)

// postOffice is a world with an empty outbox and somewhere to send it to.
func postOffice(t *testing.T) (*world, *mailbox.Box, *mail.Sender) {
	t.Helper()
	w := queue(t)
	w.set(t, `delete from notice`)
	box, err := mailbox.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	return w, box, sender(t, box.URL())
}

func sender(t *testing.T, url string) *mail.Sender {
	t.Helper()
	return must(mail.NewSender(mail.Options{Server: url, From: "noreply@expex.example", App: "https://expex.example/"}))(t)
}

// post puts messages to the expert of that number into the outbox.
func (w *world) post(t *testing.T, n, expert int) {
	t.Helper()
	w.set(t, `insert into notice (kind, effect, expert_id, made_at, due_at) select 'NEWS', 'NEWS ' || $2 || ' ' || i, $1, $3, $3 from generate_series(1, $4) i`,
		w.A.Experts[expert], fmt.Sprint(expert, " ", *w.now.Load()), *w.now.Load(), n)
}

// unsent counts the messages that wait.
func (w *world) unsent(t *testing.T) int {
	t.Helper()
	waiting, _, err := w.Store.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return waiting
}

func TestTwoProcessesSendEachMessageOnce(t *testing.T) {
	t.Parallel()
	const messages = 120
	w, box, to := postOffice(t)
	w.post(t, messages, 0)
	processes := []app.App{w.process(t), w.process(t)}
	var (
		wg   sync.WaitGroup
		sent [4]int
	)
	for n := range sent {
		wg.Go(func() { sent[n] = must(processes[n%2].SendNotices(t.Context(), to, draw))(t) })
	}
	wg.Wait()
	ids := map[string]bool{}
	for _, l := range box.Letters() {
		ids[l.ID] = true
	}
	equal(t, "sent by all", sent[0]+sent[1]+sent[2]+sent[3], messages)
	equal(t, "received", len(box.Letters()), messages)
	equal(t, "different ones", len(ids), messages)
	equal(t, "left", w.unsent(t), 0)
}

func TestAMessageGoesToTheAddressOfToday(t *testing.T) {
	t.Parallel()
	w, box, to := postOffice(t)
	asker := w.A.LocationAsker.AccountID
	w.set(t, `insert into notice (kind, effect, account_id) values ('NEWS', 'NEWS', $1)`, asker)
	w.set(t, `insert into notice (kind, effect, account_id) values ('NEWS', 'NEWS', $1)`, w.A.Coordinator.AccountID)
	w.post(t, 1, 0)
	w.set(t, `update account set email = 'loes@huis.example' where id = $1`, asker)
	w.set(t, `update account set email = 'weg@example.org', disabled_at = now() where id = $1`, w.A.Coordinator.AccountID)
	w.set(t, `update notice set due_at = $1`, storetest.Now)
	equal(t, "sent", must(w.SendNotices(t.Context(), to, draw))(t), 2)
	var got []string
	for _, l := range box.Letters() {
		got = append(got, l.To)
	}
	slices.Sort(got)
	equal(t, "recipients", got, []string{"Aafke@example.org", "loes@huis.example"})
	equal(t, "what became of the third", get[string](t, w, `select unsendable from notice where sent_at is null`), "NO_ADDRESS")
	equal(t, "left", w.unsent(t), 0)
}

// A server says no to one recipient. All others get their mail, and she gets hers
// when it says yes again; what it refuses for days is left at last.
func TestAMessageThatIsRefusedHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	w, box, to := postOffice(t)
	box.Refuse(func(who string) int {
		if strings.HasPrefix(who, "Aafke") {
			return 550
		}
		return 0
	})
	w.post(t, 1, 0)
	w.post(t, 3, 1)
	now := storetest.Now
	for n, wait := range []time.Duration{10, 20, 40, 80, 160, 320, 600, 600} {
		w.at(now)
		sent, err := w.SendNotices(t.Context(), to, draw)
		if err == nil || strings.Contains(err.Error(), "Aafke") || !strings.HasSuffix(err.Error(), "SMTP 550") {
			t.Fatalf("attempt %d: the failure is %v", n+1, err)
		}
		equal(t, "sent", sent, map[bool]int{true: 3, false: 0}[n == 0])
		equal(t, "what is kept", get[string](t, w, `select attempts || ' ' || failure from notice where sent_at is null`), fmt.Sprint(n+1, " SMTP 550"))
		next := get[time.Time](t, w, `select due_at from notice where sent_at is null`)
		equal(t, "the wait", next.Sub(now), wait*time.Second)
		now = next
	}
	w.at(storetest.Now.AddDate(0, 0, 5).Add(time.Second))
	w.SendNotices(t.Context(), to, draw)
	equal(t, "after five days", get[string](t, w, `select unsendable from notice where sent_at is null`), "REFUSED")
	equal(t, "left", w.unsent(t), 0)
}

func TestADeadServerLosesNothing(t *testing.T) {
	t.Parallel()
	w, box, to := postOffice(t)
	w.post(t, 5, 0)
	dead, err := mailbox.Open()
	if err != nil {
		t.Fatal(err)
	}
	dead.Close()
	nowhere := sender(t, dead.URL())
	for range 30 { // days: longer than a refusal is tried
		sent, err := w.SendNotices(t.Context(), nowhere, draw)
		if err == nil || sent != 0 {
			t.Fatalf("sent %d to a dead server, %v", sent, err)
		}
		w.at(w.now.Load().AddDate(0, 0, 1))
	}
	equal(t, "sent when it lives again", must(w.SendNotices(t.Context(), to, draw))(t), 5)
	equal(t, "received", len(box.Letters()), 5)
}

// Between the server's yes and the mark a process may die. The message is sent
// again then, and is the same message.
func TestAMessageSentTwiceIsTheSameMessage(t *testing.T) {
	t.Parallel()
	w, box, to := postOffice(t)
	w.post(t, 1, 0)
	found, err := w.process(t).Store.SendNotice(t.Context(), func(l store.Letter) (string, store.Unsendable) {
		if err := to.Send(t.Context(), mail.Message{ID: l.ID, Kind: string(l.Kind), To: l.To, MadeAt: l.MadeAt}); err != nil {
			t.Error(err)
		}
		w.set(t, `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`)
		return "", ""
	})
	if err == nil || !found {
		t.Fatalf("a process that died found %v and says %v", found, err)
	}
	equal(t, "sent by the next", must(w.SendNotices(t.Context(), to, draw))(t), 1)
	got := box.Letters()
	if len(got) != 2 || got[0].Raw != got[1].Raw {
		t.Errorf("%d messages arrived, or they differ", len(got))
	}
}

func TestAReminderOfWhatIsOverIsNotSent(t *testing.T) {
	t.Parallel()
	begins := storetest.Local("2027-04-07", "14:00")
	for name, c := range map[string]struct {
		at     time.Time
		change string
		want   int
	}{
		"in time":             {begins.Add(-time.Second), `select`, 1},
		"it has begun":        {begins, `select`, 0},
		"it was cancelled":    {begins.Add(-time.Hour), `update session set status = 'CANCELLED_BY_CLIENT'`, 0},
		"other news is never": {begins.Add(time.Hour), `update notice set kind = 'NEWS'`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, box, to := postOffice(t)
			w.at(begins.Add(-2 * time.Hour))
			w.post(t, 1, 0)
			w.set(t, `update notice set kind = 'SESSION_REMINDER', session_id = $1`, w.A.Session)
			w.set(t, c.change)
			w.set(t, `delete from notice where kind = 'SESSION_CHANGED_SOON'`)
			w.at(c.at)
			equal(t, "sent", must(w.SendNotices(t.Context(), to, draw))(t), c.want)
			equal(t, "received", len(box.Letters()), c.want)
			equal(t, "left", w.unsent(t), 0)
			if c.want == 1 && name == "in time" && !strings.Contains(box.Letters()[0].Subject, "woensdag 14:00") {
				t.Errorf("its subject is %q", box.Letters()[0].Subject)
			}
		})
	}
}
