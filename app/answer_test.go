package app_test

import (
	"strings"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store/storetest"
)

// In all of these the slot is an hour on Thursday 22 April from 15:00.
var thursday = slot("2027-04-22", "15:00", 60)

func TestAYesBooks(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	offer := w.offer(t, id, thursday, 0)[0]
	w.at(storetest.Now.Add(time.Hour))
	got := must(w.accept(t.Context(), 0, offer))(t)

	equal(t, "the offer", got.Offer.Status, engine.OfferAccepted)
	if at := got.Offer.AnsweredAt; at == nil || !at.Equal(storetest.Now.Add(time.Hour)) {
		t.Errorf("answered at %v", at)
	}
	equal(t, "the request", w.status(t, "request", id), "FILLED")
	s := got.Session
	want := engine.Session{
		ID: s.ID, RequestID: id, DecisionID: &got.Offer.DecisionID, PoolID: w.A.Pool, OrganisationID: w.A.Location, Type: engine.ListeningEar,
		Slot: thursday, Status: engine.SessionConfirmed, Municipality: "GM0513", Address: "Voorbeeldstraat 3", Region: "JZ27",
		Sequence: s.Sequence, CreatedAt: s.CreatedAt, ChangedAt: s.ChangedAt,
	}
	same(t, "the session", s, want)
	same(t, "what is read back", must(w.Store.As(w.A.ExpertViewers[0]).SessionsByID(t.Context(), []engine.SessionID{s.ID}))(t), []engine.Session{s})
	booking := get[string](t, w, `select jsonb_build_object('session_id', $1::uuid, 'expert_id', $2::uuid, 'starts_at', $3::timestamptz, 'ends_at', $4::timestamptz,
		'busy', tstzrange($3, $4::timestamptz + interval '30 minutes'), 'status', 'CONFIRMED', 'one_to_one', true, 'tier3', false, 'seat', null, 'seats', null, 'double_reason', null, 'left_at', null, 'late', false)::text`,
		s.ID, w.A.Experts[0], thursday.Start, thursday.End)
	equal(t, "her time, half an hour of travel behind it", get[string](t, w, `select to_jsonb(b)::text from booking b where session_id = $1`, s.ID), booking)
}

func TestAPairIsHeldUntilBothSaidYes(t *testing.T) {
	t.Parallel()
	for name, order := range map[string][2]int{"in one order": {0, 1}, "in the other": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			id := w.open(t, w.talk())
			offers := w.offer(t, id, slot("2027-04-23", "15:00", 90), 0, 1)
			first := must(w.accept(t.Context(), order[0], offers[order[0]]))(t).Session
			equal(t, "after one yes, the session", first.Status, engine.SessionHeld)
			equal(t, "after one yes, the request", w.status(t, "request", id), "PARTLY_FILLED")
			equal(t, "after one yes, the other offer", w.status(t, "offer", offers[order[1]]), "SENT")
			equal(t, "after one yes, her time", get[string](t, w, `select status from booking where session_id = $1`, first.ID), "HELD")

			second := must(w.accept(t.Context(), order[1], offers[order[1]]))(t).Session
			equal(t, "it is the same session", second.ID, first.ID)
			equal(t, "after both, the session", second.Status, engine.SessionConfirmed)
			equal(t, "after both, the request", w.status(t, "request", id), "FILLED")
			equal(t, "after both, their time", get[string](t, w, `select string_agg(status, ',') from booking where session_id = $1`, first.ID), "CONFIRMED,CONFIRMED")
			if second.Sequence <= first.Sequence {
				t.Errorf("the sequence went from %d to %d: calendars would not see that it is certain", first.Sequence, second.Sequence)
			}
		})
	}
}

func TestWhenOneSaidYesTheOthersAreNoLongerAsked(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	asked := []engine.OfferID{w.offer(t, id, thursday, 0)[0], w.offer(t, id, thursday, 1)[0], w.offer(t, id, slot("2027-04-22", "16:00", 60), 2)[0]}
	must(w.accept(t.Context(), 1, asked[1]))(t)
	for _, loser := range []int{0, 2} {
		equal(t, "the other offer", get[string](t, w, `select status || coalesce(answered_at::text, '') || coalesce(decline_code, '') from offer where id = $1`, asked[loser]), "WITHDRAWN")
		w.refused(t, "CONFLICT REQUEST_FILLED", func() error {
			_, err := w.accept(t.Context(), loser, asked[loser])
			return err
		})
	}
	equal(t, "sessions", get[int](t, w, `select count(*) from session where request_id = $1`, id), 1)
}

// Two teams are asked. One of the first team has said yes when the second team
// is complete: the time held for her is free again.
func TestWhenOneTeamIsCompleteTheOthersAreReleased(t *testing.T) {
	t.Parallel()
	w := start(t)
	id, at := w.open(t, w.talk()), slot("2027-04-23", "15:00", 90)
	w.set(t, `insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		select session_id, $1, starts_at, ends_at, busy, status, one_to_one, tier3 from booking where expert_id = $2 and status = 'DONE'`, w.A.Experts[2], w.A.Experts[0])
	w.set(t, `delete from organisation_exclusion`)
	first, second := w.offer(t, id, at, 0, 1), w.offer(t, id, at, 2, 3)
	held := must(w.accept(t.Context(), 0, first[0]))(t).Session
	must(w.accept(t.Context(), 2, second[0]))(t)
	filled := must(w.accept(t.Context(), 3, second[1]))(t).Session

	equal(t, "the complete session", filled.Status, engine.SessionConfirmed)
	equal(t, "the request", w.status(t, "request", id), "FILLED")
	equal(t, "the session of the other team", w.status(t, "session", held.ID), "RELEASED")
	equal(t, "the time held", get[string](t, w, `select status from booking where session_id = $1`, held.ID), "RELEASED")
	equal(t, "the offer still open", w.status(t, "offer", first[1]), "WITHDRAWN")

	// Cancelling it once more changes nothing about the one that stands.
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.CancelSession(t.Context(), w.A.Coordinator, fresh(), held.ID, nil)
		return err
	})
}

func TestAYesToARelationBeginsIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind          engine.DeploymentTypeCode
		every, number int
		plannedEnd    string
		limit         int
	}{
		"a buddy, as usual":             {engine.Buddy, 0, 0, "2027-07-01", 0}, // 12 weeks from 8 April
		"a buddy every other week":      {engine.Buddy, 2, 10, "2027-08-26", 0},
		"a hope giver, at most 5 times": {engine.HopeGiver, 0, 0, "2027-05-13", 5},
		"a hope giver, three times":     {engine.HopeGiver, 1, 3, "2027-04-29", 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.set(t, `insert into type_training (expert_id, type, trained_on) values ($1, 'HOPE_GIVER', '2026-01-06')`, w.A.Experts[0])
			r := w.ear()
			r.Type, r.Options, r.EveryWeeks, r.Occurrences = c.kind, nil, c.every, c.number
			r.Windows, r.From = []engine.WeekWindow{{Weekday: engine.Thursday, Starts: "14:00", Ends: "18:00"}}, "2027-04-05"
			id := w.open(t, r)
			s := w.booked(t, id, slot("2027-04-08", "15:00", 60), 0)
			if s.MatchID == nil {
				t.Fatal("the first session belongs to no relation")
			}
			got := get[string](t, w, `select to_jsonb(m)::text from match m where id = $1`, *s.MatchID)
			want := get[string](t, w, `select jsonb_build_object('id', $1::uuid, 'request_id', id, 'pool_id', pool_id, 'expert_id', $3::uuid, 'client_ref', client_ref,
				'type', type, 'status', 'INTRO', 'started_on', '2027-04-08', 'planned_end', $4::text, 'session_cap', nullif($5::int, 0),
				'closed_on', null, 'closed_reason', '', 'extra_sessions', 0)::text from request where id = $2`, *s.MatchID, id, w.A.Experts[0], c.plannedEnd, c.limit)
			equal(t, "the relation", got, want)
			equal(t, "the session", s.Status, engine.SessionConfirmed)
			equal(t, "the request", w.status(t, "request", id), "FILLED")
		})
	}
}

// Half an hour between two sessions is enough to travel; a microsecond less is
// not, on either side.
func TestBackToBackSessionsNeedExactlyTheBufferBetween(t *testing.T) {
	t.Parallel()
	at := func(by time.Duration) engine.Interval {
		return engine.Interval{Start: thursday.Start.Add(by), End: thursday.End.Add(by)}
	}
	for _, c := range []struct {
		name, want string
		other      engine.Interval
	}{
		{"just after", "", at(90 * time.Minute)},
		{"too soon after", "CONFLICT SLOT_CONFLICT", at(90*time.Minute - time.Microsecond)},
		{"just before", "", at(-90 * time.Minute)},
		{"too long before", "CONFLICT SLOT_CONFLICT", at(-90*time.Minute + time.Microsecond)},
		{"at the same time", "CONFLICT SLOT_CONFLICT", at(0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.set(t, `update pool_policy set one_to_one_per_day = 9`)
			r := w.ear()
			r.Options = []engine.Interval{slot("2027-04-22", "13:00", 420)}
			first, second := w.open(t, r), w.open(t, r)
			offer := w.offer(t, second, c.other, 0)[0] // before her time is taken
			w.booked(t, first, thursday, 0)
			if c.want == "" {
				must(w.accept(t.Context(), 0, offer))(t)
				return
			}
			refusal := w.refused(t, c.want, func() error {
				_, err := w.accept(t.Context(), 0, offer)
				return err
			})
			same(t, "the alternatives", refusal.Alternatives, []engine.Interval{slot("2027-04-22", "13:00", 60)})
		})
	}
}

func TestABookingRemembersThatAThemeWasHeavy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		themes []engine.RequestTheme
		want   bool
	}{
		"no heavy theme":       {[]engine.RequestTheme{{Theme: "LONELINESS", Importance: engine.Must}}, false},
		"a heavy theme":        {[]engine.RequestTheme{{Theme: "TRAUMA", Importance: engine.Must}}, true},
		"a heavy theme wished": {[]engine.RequestTheme{{Theme: "LONELINESS", Importance: engine.Must}, {Theme: "TRAUMA", Importance: engine.Nice}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			r := w.ear()
			r.Themes = c.themes
			id := w.open(t, r)
			w.set(t, `insert into theme_consent (expert_id, theme, usage, level) values ($1, 'TRAUMA', 'ONE_TO_ONE', 'GREEN')`, w.A.Experts[0])
			w.set(t, `insert into tier3_confirmation (expert_id, request_id) values ($1, $2)`, w.A.Experts[0], id)
			s := w.booked(t, id, thursday, 0)
			equal(t, "heavy", get[bool](t, w, `select tier3 from booking where session_id = $1`, s.ID), c.want)
		})
	}
}

func TestOnlyTheExpertAnswersHerOffer(t *testing.T) {
	t.Parallel()
	w := start(t)
	alsoElsewhere := w.alsoRole(t, w.B.Coordinator, auth.Grant{Role: auth.RoleExpert, ExpertID: w.B.Experts[0]})
	for _, who := range []auth.Viewer{w.A.Coordinator, w.A.RegionLead, w.A.LocationAsker, w.A.ExpertViewers[0], w.B.ExpertViewers[2], alsoElsewhere, w.SystemAdmin, {}} {
		for name, answer := range map[string]func() error{
			"accepts":  func() error { _, err := w.AcceptOffer(t.Context(), who, fresh(), w.A.Offer); return err },
			"declines": func() error { _, err := w.DeclineOffer(t.Context(), who, fresh(), w.A.Offer, nil); return err },
		} {
			if got := class(answer()); got != "NOT_FOUND" {
				t.Errorf("%s %s: %q", who.Name, name, got)
			}
		}
	}
	equal(t, "the offer", w.status(t, "offer", w.A.Offer), "SENT")
	for _, id := range []engine.OfferID{w.B.Offer, "aaaaaaaa-0007-4000-8000-00000000dead", "off_0"} {
		if _, err := w.accept(t.Context(), 2, id); class(err) != "NOT_FOUND" {
			t.Errorf("an offer that is not hers: %v", err)
		}
	}
}

func TestAnOfferIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	answers := map[string]func(*world, *testing.T) error{
		"yes": func(w *world, t *testing.T) error { _, err := w.accept(t.Context(), 2, w.A.Offer); return err },
		"no": func(w *world, t *testing.T) error {
			_, err := w.DeclineOffer(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Offer, nil)
			return err
		},
	}
	for first, one := range answers {
		for second, other := range answers {
			t.Run(first+" and then "+second, func(t *testing.T) {
				t.Parallel()
				w := start(t)
				if err := one(w, t); err != nil {
					t.Fatal(err)
				}
				w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error { return other(w, t) })
			})
		}
	}
}

// What the people concerned can change themselves between question and answer.
func TestAYesComesTooLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		want   string
		change func(*world, *testing.T)
	}{
		"she took her theme back": {"CONFLICT ILLEGAL_TRANSITION", func(w *world, t *testing.T) {
			must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[2], fresh(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageOneToOne, Level: engine.Red}))(t)
		}},
		"she closed the day": {"INFEASIBLE NOT_AVAILABLE", func(w *world, t *testing.T) {
			must(w.AddBlackout(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Experts[2], slot("2027-04-08", "00:00", 24*60)))(t)
		}},
		"she changed her hours": {"INFEASIBLE NOT_AVAILABLE", func(w *world, t *testing.T) {
			must(w.SetAvailability(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Experts[2], nil))(t)
		}},
		"she moved to another pool": {"INFEASIBLE NOT_DEPLOYABLE", func(w *world, t *testing.T) {
			w.set(t, `update pool_member set valid_to = '2027-03-27' where expert_id = $1`, w.A.Experts[2])
		}},
		"the request was withdrawn": {"CONFLICT ILLEGAL_TRANSITION", func(w *world, t *testing.T) {
			must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), w.A.Buddy))(t)
		}},
		"the request stands elsewhere": {"CONFLICT REQUEST_FILLED", func(w *world, t *testing.T) {
			w.set(t, `update request set status = 'CLOSED' where id = $1`, w.A.Buddy)
		}},
		"the offer expired": {"CONFLICT OFFER_EXPIRED", func(w *world, _ *testing.T) { w.at(storetest.Now.AddDate(0, 0, 1)) }},
		"she is booked meanwhile": {"CONFLICT SLOT_CONFLICT", func(w *world, t *testing.T) {
			change := strings.NewReplacer("EXPERT", "'"+string(w.A.Experts[2])+"'::uuid", "04-22", "04-08").Replace(bookedElsewhere)
			w.set(t, strings.NewReplacer("14:00Z", "12:30Z", "15:00Z", "13:30Z").Replace(change))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			c.change(w, t)
			w.refused(t, c.want, func() error {
				_, err := w.accept(t.Context(), 2, w.A.Offer)
				return err
			})
		})
	}
}
