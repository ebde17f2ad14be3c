package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/mail"
	"expex/mail/mailbox"
	"expex/store"
	"expex/store/storetest"
)

// draw writes an appointment as one line, in place of the calendar.
func draw(a store.Appointment, attendee string, told time.Time) *mail.Invitation {
	return &mail.Invitation{Method: a.Status, Text: fmt.Appendf(nil, "%s %d %s %d %v %s %s", a.Status, a.Sequence, a.Title, a.Revision, a.WithPlace,
		a.Start.In(store.Zone).Format("02 15:04"), attendee)}
}

// wants has experts get invitations, or no more.
func (w *world) wants(t *testing.T, wanted bool, experts ...int) {
	t.Helper()
	for _, n := range experts {
		key := fmt.Sprint("wants invitations ", n, wanted, *w.now.Load())
		must(w.SetInvitations(t.Context(), w.A.ExpertViewers[n], key, store.Invitations{Wanted: wanted, Title: "MINIMAL"}))(t)
	}
}

// arrived gives what the letters to an address brought along, the oldest first;
// "-" for one that brought nothing.
func arrived(box *mailbox.Box, to string) (out []string) {
	for _, l := range slices.Backward(box.Letters()) {
		if l.To == to {
			out = append(out, strings.TrimSpace(strings.TrimSuffix(l.Calendar, to+"\r\n")))
		}
	}
	for i := range out {
		if out[i] == "" {
			out[i] = "-"
		}
		out[i] = strings.TrimSuffix(out[i], " "+to)
	}
	return out
}

const aafke = "Aafke@example.org"

func TestEachChangeIsOneMessageAndInvitesWhoWantsIt(t *testing.T) {
	t.Parallel()
	move := `update session set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour' where id = $1`
	for name, c := range map[string]struct {
		wanted, then bool // before anything happened, and after the first message
		changes      []string
		want         []string
	}{
		"who wants none":      {false, false, []string{move}, nil},
		"moved twice":         {true, true, []string{move, move}, []string{"CONFIRMED 1 MINIMAL 0 false 07 15:00", "CONFIRMED 2 MINIMAL 0 false 07 16:00"}},
		"what nobody sees":    {true, true, []string{`update session set late = true where id = $1`}, nil},
		"the place alone":     {true, true, []string{`update session set address = 'Plein 2' where id = $1`}, []string{"CONFIRMED 1 MINIMAL 0 false 07 14:00"}},
		"she is out":          {true, true, []string{`update booking set status = 'RELEASED' where session_id = $1`}, []string{"CANCELLED 1 MINIMAL 0 false 07 14:00"}},
		"no more, but right":  {true, false, []string{move, move}, []string{"CONFIRMED 1 MINIMAL 0 false 07 15:00", "CONFIRMED 2 MINIMAL 0 false 07 16:00"}},
		"no more, never sent": {true, false, nil, nil},
		"it is over":          {true, true, []string{`update session set starts_at = '2027-03-01 10:00Z', ends_at = '2027-03-01 11:00Z' where id = $1`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, box, to := postOffice(t)
			if c.wanted {
				w.wants(t, true, 0)
			}
			for _, change := range c.changes {
				w.set(t, change, w.A.Session)
				must(w.SendNotices(t.Context(), to, draw))(t)
				if !c.then {
					w.at(w.now.Load().Add(time.Minute))
					w.wants(t, false, 0)
				}
			}
			equal(t, "what she got", arrived(box, aafke), c.want)
			equal(t, "left", w.unsent(t), 0)
		})
	}
}

// A message waits while the session changes again: each shows it as it is when it
// leaves, and none goes back behind another.
func TestAnInvitationShowsWhatIsSoWhenItLeaves(t *testing.T) {
	t.Parallel()
	w, box, to := postOffice(t)
	w.wants(t, true, 0)
	for range 3 {
		w.set(t, `update session set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour' where id = $1`, w.A.Session)
	}
	equal(t, "waiting", w.unsent(t), 3)
	must(w.SendNotices(t.Context(), to, draw))(t)
	now := "CONFIRMED 3 MINIMAL 0 false 07 17:00"
	equal(t, "what she got", arrived(box, aafke), []string{now, now, now})
	w.set(t, `update session set status = 'CANCELLED_BY_REQUESTER' where id = $1`, w.A.Session)
	w.wants(t, false, 0)
	must(w.SendNotices(t.Context(), to, draw))(t)
	equal(t, "in the end", arrived(box, aafke)[3:], []string{"CANCELLED 4 MINIMAL 0 false 07 17:00"})
}

func TestAnInvitationSentTwiceIsTheSameLetter(t *testing.T) {
	t.Parallel()
	w, box, to := postOffice(t)
	w.wants(t, true, 0)
	w.set(t, `update session set address = 'Plein 2' where id = $1`, w.A.Session)
	must(w.SendNotices(t.Context(), to, draw))(t)
	w.at(w.now.Load().Add(time.Hour))
	w.set(t, `update notice set sent_at = null`) // as after a crash
	must(w.SendNotices(t.Context(), to, draw))(t)
	got := box.Letters()
	if len(got) != 2 || got[0].Raw != got[1].Raw || got[0].Calendar == "" {
		t.Errorf("%d letters arrived, or they differ: %+v", len(got), got)
	}
}

// News that a transaction tells her anyway brings the appointment along; she gets
// no second message for the calendar.
func TestNewsBringsTheAppointmentAlong(t *testing.T) {
	t.Parallel()
	w, box, to := postOffice(t)
	w.wants(t, true, 0)
	w.at(storetest.Local("2027-04-07", "10:00")) // soon: the database tells of it, too
	must(w.CancelSession(t.Context(), w.A.Coordinator, "news-0001", w.A.Session, nil))(t)
	must(w.SendNotices(t.Context(), to, draw))(t)
	equal(t, "what she got", arrived(box, aafke), []string{"CANCELLED 1 MINIMAL 0 false 07 14:00"})
	for _, l := range box.Letters() {
		if l.To != aafke && l.Calendar != "" {
			t.Errorf("%s is invited, too", l.To)
		}
		if l.To == aafke && !strings.HasPrefix(l.Text, "Er is iets veranderd dat binnen 24 uur speelt.") {
			t.Errorf("she reads %q", l.Text)
		}
	}
}

func TestAReminderInvitesToNothing(t *testing.T) {
	t.Parallel()
	w, box, to := postOffice(t)
	w.wants(t, true, 0)
	w.post(t, 1, 0)
	w.set(t, `update notice set kind = 'SESSION_REMINDER', session_id = $1`, w.A.Session)
	must(w.SendNotices(t.Context(), to, draw))(t)
	equal(t, "what she got", arrived(box, aafke), []string{"-"})
}

func TestWhoMayChooseInvitationsAndHow(t *testing.T) {
	t.Parallel()
	w := start(t)
	view := w.Store.As(w.A.ExpertViewers[0])
	equal(t, "at first", must(view.Invitations(t.Context()))(t), store.Invitations{Title: "MINIMAL"})
	chosen := store.Invitations{Wanted: true, Title: "APPOINTMENT", WithPlace: true}
	for range 2 { // the second is the answer that was stored
		equal(t, "chosen", must(w.SetInvitations(t.Context(), w.A.ExpertViewers[0], "choose-0001", chosen))(t), chosen)
	}
	equal(t, "kept", must(view.Invitations(t.Context()))(t), chosen)
	equal(t, "no change", get[int](t, w, `select revision from invitation_choice where expert_id = $1`, w.A.Experts[0]), 0)
	chosen.Title = "MINIMAL"
	must(w.SetInvitations(t.Context(), w.A.ExpertViewers[0], "choose-0002", chosen))(t)
	equal(t, "another title", get[int](t, w, `select revision from invitation_choice where expert_id = $1`, w.A.Experts[0]), 1)

	w.refused(t, "INVALID title", func() error {
		_, err := w.SetInvitations(t.Context(), w.A.ExpertViewers[0], "choose-0003", store.Invitations{Wanted: true, Title: "TALK"})
		return err
	})
	w.refused(t, "FORBIDDEN", func() error {
		_, err := w.SetInvitations(t.Context(), w.A.Coordinator, "choose-0004", chosen)
		return err
	})
}
