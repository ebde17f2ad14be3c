package app_test

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// TestNoSequenceOfMutationsBreaksALaw does random things in random order, on a
// database of its own each time, and holds it against [storetest.Laws] after each
// step. What breaks one is shrunk to the fewest steps that do. Errors are allowed
// as long as they are typed; broken laws are not.
func TestNoSequenceOfMutationsBreaksALaw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := &scope{TB: t}
		defer s.end()
		life := newLife(s)
		for range rapid.IntRange(1, 15).Draw(rt, "steps") {
			step := rapid.SampledFrom(lifeSteps).Draw(rt, "step")
			err := step.do(life, func(label string, n int) int {
				if n == 0 {
					return -1
				}
				return rapid.IntRange(0, n-1).Draw(rt, label)
			})
			var typed *engine.Error
			if err != nil && !errors.As(err, &typed) {
				rt.Fatalf("%s: %v", step.name, err)
			}
			for _, broken := range life.broken(s) {
				rt.Fatalf("after %s (%v): %s", step.name, err, broken)
			}
		}
	})
}

// scope is a test whose end comes before that of the real one.
type scope struct {
	testing.TB
	cleanups []func()
}

func (s *scope) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

func (s *scope) end() {
	for i := len(s.cleanups) - 1; i >= 0; i-- {
		s.cleanups[i]()
	}
}

// life is a world with what has been made in it so far, in the order of making:
// ids are random, and a sequence must mean the same when it is tried again.
type life struct {
	*world
	testing.TB
	requests []engine.RequestID
	offers   []engine.Offer
	sessions []engine.SessionID
	keys     int
}

func newLife(s *scope) *life {
	w := &world{}
	w.at(storetest.Now)
	opened, f := storetest.Filled(s, func(o *store.Options) {
		o.Now = func() time.Time { return *w.now.Load() }
		o.MaxConnections = 2
		w.dsn = o.DSN
	})
	w.App.Store, w.Fixture = opened, f
	var err error
	if w.db, err = sql.Open("postgres", w.dsn); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { w.db.Close() })
	l := &life{world: w, TB: s, requests: []engine.RequestID{w.A.Ear, w.A.Talk}, sessions: []engine.SessionID{w.A.Session}}
	return l
}

func (l *life) key() string {
	l.keys++
	return fmt.Sprintf("life-key-%d", l.keys)
}

// broken names the laws that do not hold.
func (l *life) broken(s *scope) (out []string) {
	for _, law := range storetest.Laws {
		var n int
		if err := l.db.QueryRow(law.Query).Scan(&n); err != nil {
			s.Fatalf("%s: %v", law.Query, err)
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, law.Broken))
		}
	}
	return out
}

// lifeSlots are where the steps want sessions: on top of each other, beside each other within the travel buffer,
// on the same day, in the same week, and on the day after clocks went forward.
var lifeSlots = []engine.Interval{
	slot("2027-03-29", "14:00", 60), slot("2027-03-29", "14:30", 60), slot("2027-03-29", "15:15", 60), slot("2027-03-29", "18:00", 60),
	slot("2027-03-30", "14:00", 60), slot("2027-03-31", "14:00", 60), slot("2027-04-02", "14:00", 60),
}

// drawn gives a number below n, -1 when there is none.
type drawn func(label string, n int) int

var lifeSteps = []struct {
	name string
	do   func(*life, drawn) error
}{
	{"ask", func(l *life, draw drawn) error {
		r := l.ear()
		r.Wishes.Options = lifeSlots
		switch draw("kind", 3) {
		case 1:
			r = l.talk()
			r.Minutes, r.Wishes.Options = 60, lifeSlots
		case 2:
			r.Type, r.Wishes.EveryWeeks, r.Wishes.Occurrences = engine.Buddy, 1, 4
		}
		made, err := l.SubmitRequest(l.Context(), l.A.LocationAsker, l.key(), r)
		if err != nil {
			return err
		}
		l.requests = append(l.requests, made.ID)
		_, err = l.TriageRequest(l.Context(), l.A.Coordinator, l.key(), made.ID, engine.RequestOpen)
		return err
	}},
	{"offer", func(l *life, draw drawn) error {
		request := l.requests[draw("request", len(l.requests))]
		chosen := []int{draw("expert", 3)}
		if draw("pair", 2) == 1 {
			chosen = append(chosen, (chosen[0]+1)%3)
		}
		made, err := l.MakeOffer(l.Context(), l.A.Coordinator, l.key(), l.ask(request, lifeSlots[draw("slot", len(lifeSlots))], chosen...))
		l.offers = append(l.offers, made.Offers...)
		return err
	}},
	{"accept", func(l *life, draw drawn) error {
		n := draw("offer", len(l.offers))
		if n < 0 {
			return nil
		}
		o := l.offers[n]
		done, err := l.AcceptOffer(l.Context(), l.of(o.ExpertID), l.key(), o.ID)
		if err == nil {
			l.sessions = append(l.sessions, done.Session.ID)
		}
		return err
	}},
	{"decline", func(l *life, draw drawn) error {
		n := draw("offer", len(l.offers))
		if n < 0 {
			return nil
		}
		o := l.offers[n]
		_, err := l.DeclineOffer(l.Context(), l.of(o.ExpertID), l.key(), o.ID, nil)
		return err
	}},
	{"cancel", func(l *life, draw drawn) error {
		sides := []engine.Side{engine.SideExpert, engine.SideClient, engine.SideRequester, engine.SideCoordinator}
		_, err := l.CancelSession(l.Context(), l.A.Coordinator, l.key(), l.sessions[draw("session", len(l.sessions))], &sides[draw("side", 4)])
		return err
	}},
	{"withdraw", func(l *life, draw drawn) error {
		_, err := l.WithdrawRequest(l.Context(), l.A.LocationAsker, l.key(), l.requests[draw("request", len(l.requests))])
		return err
	}},
	{"triage", func(l *life, draw drawn) error {
		to := []engine.RequestStatus{engine.RequestOpen, engine.RequestOnHold, engine.RequestReferred}
		_, err := l.TriageRequest(l.Context(), l.A.Coordinator, l.key(), l.requests[draw("request", len(l.requests))], to[draw("to", 3)])
		return err
	}},
	{"take consent back or give it", func(l *life, draw drawn) error {
		viewer := l.A.ExpertViewers[draw("expert", 3)]
		level := []engine.ConsentLevel{engine.Red, engine.Green}[draw("level", 2)]
		usage := []engine.Usage{engine.UsageOneToOne, engine.UsageClosedGroup}[draw("usage", 2)]
		_, err := l.SetThemeConsent(l.Context(), viewer, l.key(), engine.Consent{Theme: "LONELINESS", Usage: usage, Level: level})
		return err
	}},
	{"time passes", func(l *life, draw drawn) error {
		l.at(l.now.Load().Add(time.Duration([]int{1, 20, 49, 100}[draw("hours", 4)]) * time.Hour))
		for {
			done, err := l.DoDue(l.Context())
			if done == 0 || err != nil {
				return err
			}
		}
	}},
}

// of is who an expert is when she signs in.
func (l *life) of(id engine.ExpertID) auth.Viewer {
	for i, e := range l.A.Experts {
		if e == id {
			return l.A.ExpertViewers[i]
		}
	}
	return auth.Viewer{}
}
