package app_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// A night begins at three by the clock on the wall, which shows it once in every
// night, also in those that are shorter and longer.
func TestANightIsAtThree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ now, want string }{
		{"2027-03-26T12:00:00Z", "2027-03-27T02:00:00Z"},
		{"2027-03-27T02:00:00Z", "2027-03-28T01:00:00Z"}, // 23 hours later, when clocks go forward
		{"2027-03-28T00:59:59Z", "2027-03-28T01:00:00Z"},
		{"2027-03-28T01:00:00Z", "2027-03-29T01:00:00Z"},
		{"2027-10-30T01:00:00Z", "2027-10-31T02:00:00Z"}, // 25 hours later, when clocks go back
		{"2027-10-31T00:30:00Z", "2027-10-31T02:00:00Z"}, // the first half past two
		{"2027-10-31T01:30:00Z", "2027-10-31T02:00:00Z"}, // the second
		{"2027-10-31T02:00:00Z", "2027-11-01T02:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "the night after "+c.now, app.NightAfter(now).Format(time.RFC3339), c.want)
	}
}

// night moves on to the next night and does its work.
func (w *world) night(t *testing.T) {
	t.Helper()
	w.at(app.NightAfter(*w.now.Load()))
	for must(w.DoDue(t.Context()))(t) > 0 {
	}
}

// breaking are the open tasks that follow from broken rules, as text.
func (w *world) breaking(t *testing.T) string {
	t.Helper()
	return get[string](t, w, `select coalesce(string_agg(concat_ws(' ', kind, session_id, expert_id, codes), E'\n' order by kind, session_id, expert_id), '')
		from task where done_at is null and kind in ('SESSION_BROKEN', 'CONSENT_CHANGED', 'EXPERT_PAUSED', 'REPLACE_EXPERT')`)
}

// blockers are what a coordinator sees at a session.
func (w *world) blockers(t *testing.T, session engine.SessionID) string {
	t.Helper()
	var codes []string
	for _, standing := range must(w.Store.As(w.A.Coordinator).SessionStandings(t.Context(), []engine.SessionID{session}))(t) {
		for _, b := range standing.Blockers {
			codes = append(codes, string(b.Code))
		}
	}
	return strings.Join(codes, ",")
}

// Whatever rule a planned session breaks, the night finds it, and tells it in the
// word a coordinator may hear. The session itself stays as it is.
func TestTheNightFindsWhateverBreaks(t *testing.T) {
	t.Parallel()
	for _, b := range breaches {
		if b.rule == "OVERLAP" {
			continue // the database lets nobody break it
		}
		t.Run(b.rule+": "+b.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			request, at, experts := b.request(t, w)
			var session engine.SessionID
			for i, offer := range w.offer(t, request, at, experts...) {
				session = must(w.accept(t.Context(), experts[i], offer))(t).Session.ID
			}
			before := get[string](t, w, `select s::text from session s where id = $1`, session)
			b.happen(t, w, request)
			equal(t, "before the night", w.blockers(t, session), "")
			w.night(t)
			equal(t, "after the night", w.blockers(t, session), b.told(false))
			equal(t, "the session", get[string](t, w, `select s::text from session s where id = $1`, session), before)
			equal(t, "tasks about it", get[int](t, w, `select count(*) from task where session_id = $1 and kind = 'SESSION_BROKEN'`, session), 1)
			once := w.breaking(t)
			w.night(t)
			equal(t, "after another night", w.breaking(t), once)
		})
	}
}

func TestWhatIsMendedOrCancelledIsNoTaskAnyMore(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*world, *testing.T, engine.SessionID){
		"mended": func(w *world, t *testing.T, _ engine.SessionID) {
			w.set(t, `update expert_record set max_travel_minutes = 60`)
			w.night(t)
		},
		"cancelled": func(w *world, t *testing.T, id engine.SessionID) {
			must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), id, nil))(t)
		},
		"cancelled when somebody else was looked for": func(w *world, t *testing.T, id engine.SessionID) {
			must(w.OffboardExpert(t.Context(), w.A.Coordinator, fresh(), w.A.Experts[2]))(t)
			must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), id, nil))(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			id := w.booked(t, w.open(t, w.ear()), slot("2027-04-22", "15:00", 60), 2).ID
			w.set(t, `update expert_record set max_travel_minutes = 1 where expert_id = $1`, w.A.Experts[2])
			w.night(t)
			equal(t, "blockers", w.blockers(t, id), "TRAVEL_LIMIT")
			end(w, t, id)
			equal(t, "blockers", w.blockers(t, id), "")
			equal(t, "tasks", w.breaking(t), "")
		})
	}
}

// events are the changes of a life, each with what follows for the talk of the
// fixture on 7 April, which the first two experts do.
var events = map[string]struct {
	happen func(*world, *testing.T)
	want   string
}{
	"she takes a theme back": {func(w *world, t *testing.T) {
		must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageClosedGroup, Level: engine.Red}))(t)
	}, "CONSENT_CHANGED TALK SHE {NO_THEME_CONSENT}\nSESSION_BROKEN TALK {NO_THEME_CONSENT}"},
	"she takes another theme back": {func(w *world, t *testing.T) {
		must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: "ADDICTION", Usage: engine.UsageClosedGroup, Level: engine.Red}))(t)
	}, ""},
	"she takes it back and is to be replaced": {func(w *world, t *testing.T) {
		must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageClosedGroup, Level: engine.Red}))(t)
		must(w.ResolveConsentChange(t.Context(), w.A.Coordinator, fresh(), w.A.Session, engine.ConsentReplace, &w.A.Experts[0]))(t)
	}, "REPLACE_EXPERT TALK SHE {NO_THEME_CONSENT}\nSESSION_BROKEN TALK {NO_THEME_CONSENT}"},
	"she takes it back and says yes for once": {func(w *world, t *testing.T) {
		must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageClosedGroup, Level: engine.Red}))(t)
		must(w.ResolveConsentChange(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Session, engine.ConsentKeep, nil))(t)
	}, ""},
	"she pauses beyond it": {func(w *world, t *testing.T) {
		until := storetest.Local("2027-04-08", "00:00")
		must(w.PauseExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], &until))(t)
	}, "EXPERT_PAUSED TALK SHE {REST_PERIOD}\nSESSION_BROKEN TALK {REST_PERIOD}"},
	"she is back before it": {func(w *world, t *testing.T) {
		until := storetest.Local("2027-04-07", "14:00")
		must(w.PauseExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], &until))(t)
	}, ""},
	"she pauses until further notice": {func(w *world, t *testing.T) {
		must(w.PauseExpert(t.Context(), w.A.Coordinator, fresh(), w.A.Experts[0], nil))(t)
	}, "EXPERT_PAUSED TALK SHE {NOT_DEPLOYABLE}\nSESSION_BROKEN TALK {NOT_DEPLOYABLE}"},
	"she pauses and resumes": {func(w *world, t *testing.T) {
		must(w.PauseExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], nil))(t)
		must(w.ResumeExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0]))(t)
	}, ""},
	"she leaves": {func(w *world, t *testing.T) {
		must(w.OffboardExpert(t.Context(), w.A.Coordinator, fresh(), w.A.Experts[0]))(t)
	}, "REPLACE_EXPERT TALK SHE {NOT_DEPLOYABLE}\nSESSION_BROKEN TALK {NOT_DEPLOYABLE}"},
	"her certificate turns out to end before it": {func(w *world, t *testing.T) {
		w.set(t, `update request set audience_age_from = 12 where id = $1`, w.A.Talk)
		must(w.RecordConductCertificate(t.Context(), w.A.Coordinator, fresh(), store.Certificate{ExpertID: w.A.Experts[0], IssuedOn: "2026-01-05", ValidTo: "2027-04-01"}))(t)
	}, "SESSION_BROKEN TALK {CONDUCT_CERT_INVALID}"},
	"her certificate has ended": {func(w *world, t *testing.T) {
		must(w.RecordConductCertificate(t.Context(), w.A.Coordinator, fresh(), store.Certificate{ExpertID: w.A.Experts[0], IssuedOn: "2026-01-05", ValidTo: "2027-03-27"}))(t)
	}, "REPLACE_EXPERT TALK SHE {CONDUCT_CERT_INVALID}\nSESSION_BROKEN TALK {CONDUCT_CERT_INVALID}"},
	"she moves before it": {func(w *world, t *testing.T) {
		must(w.TransferExpert(t.Context(), w.A.Coordinator, fresh(), engine.Transfer{ExpertID: w.A.Experts[0], ToPool: w.B.Pool, TakesEffect: "2027-04-07", Postcode4: "1315"}))(t)
		must(w.AcceptTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool))(t)
	}, "REPLACE_EXPERT TALK SHE {NOT_DEPLOYABLE}\nSESSION_BROKEN TALK {NOT_DEPLOYABLE}"},
	"she is asked to move": {func(w *world, t *testing.T) {
		must(w.TransferExpert(t.Context(), w.A.Coordinator, fresh(), engine.Transfer{ExpertID: w.A.Experts[0], ToPool: w.B.Pool, TakesEffect: "2027-04-07", Postcode4: "1315"}))(t)
	}, ""},
	"she moves after it": {func(w *world, t *testing.T) {
		must(w.TransferExpert(t.Context(), w.A.Coordinator, fresh(), engine.Transfer{ExpertID: w.A.Experts[0], ToPool: w.B.Pool, TakesEffect: "2027-04-08", Postcode4: "1315"}))(t)
		must(w.AcceptTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool))(t)
	}, ""},
	"she moves before it and a relation holds her here": {func(w *world, t *testing.T) {
		w.set(t, `insert into match (request_id, pool_id, expert_id, type, status, started_on, planned_end) values ($1, $2, $3, 'BUDDY', 'ACTIVE', '2027-01-01', '2027-12-01')`,
			w.A.Past, w.A.Pool, w.A.Experts[0])
		must(w.TransferExpert(t.Context(), w.A.Coordinator, fresh(), engine.Transfer{ExpertID: w.A.Experts[0], ToPool: w.B.Pool, TakesEffect: "2027-04-07", Postcode4: "1315"}))(t)
		must(w.AcceptTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool))(t)
	}, "SESSION_BROKEN TALK {TRAVEL_LIMIT}"},
	"a house she keeps away from goes up in this one": {func(w *world, t *testing.T) {
		w.set(t, `insert into organisation_exclusion (expert_id, organisation_id) values ($1, $2)`, w.A.Experts[0], w.A.Other)
		must(w.MergeOrganisations(t.Context(), w.A.RegionLead, fresh(), w.A.Other, w.A.House))(t)
	}, "SESSION_BROKEN TALK {OTHER}"},
	"and she lifts that": {func(w *world, t *testing.T) {
		w.set(t, `insert into organisation_exclusion (expert_id, organisation_id) values ($1, $2)`, w.A.Experts[0], w.A.Other)
		must(w.MergeOrganisations(t.Context(), w.A.RegionLead, fresh(), w.A.Other, w.A.House))(t)
		must(w.LiftExclusion(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Other, w.A.Talk))(t)
	}, ""},
}

// A change finds in its own transaction what the night would find, neither more
// nor less, and the night that follows finds nothing new.
func TestAChangeFindsWhatTheNightFinds(t *testing.T) {
	t.Parallel()
	for name, event := range events {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			event.happen(w, t)
			named := strings.NewReplacer(string(w.A.Session), "TALK", string(w.A.Experts[0]), "SHE")
			found := w.breaking(t)
			equal(t, "what it finds", named.Replace(found), event.want)
			w.night(t)
			equal(t, "the night after", w.breaking(t), found)
			w.set(t, `delete from task`)
			w.night(t)
			equal(t, "the night alone", w.breaking(t), found)
		})
	}
}

// A night that is broken off in the middle is gone on with.
func TestANightThatIsBrokenOffIsGoneOnWith(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update expert_record set status = 'PAUSED' where expert_id in ($1, $2)`, w.A.Experts[0], w.A.Experts[2])
	w.at(app.NightAfter(storetest.Now))
	w.set(t, `
		create function fail() returns trigger language plpgsql as $$ begin raise exception 'broken off'; end $$;
		create trigger fail before insert on task for each row when (new.kind = 'SESSION_BROKEN') execute function fail()`)
	if _, err := w.DoDue(t.Context()); err == nil {
		t.Fatal("nothing failed")
	}
	equal(t, "the open offer of the other, whose request was done", w.status(t, "offer", w.A.Offer), "WITHDRAWN")
	equal(t, "the tasks", w.breaking(t), "")
	equal(t, "what is left", get[string](t, w, `select string_agg(about::text, ',') from due_work where kind = 'RECHECK'`), string(w.A.Talk))
	w.set(t, `drop trigger fail on task`)
	w.at(w.now.Load().Add(time.Minute))
	must(w.DoDue(t.Context()))(t)
	equal(t, "what is left", get[int](t, w, `select count(*) from due_work where kind = 'RECHECK'`), 0)
	equal(t, "blockers", w.blockers(t, w.A.Session), "NOT_DEPLOYABLE")
	next := get[time.Time](t, w, `select due_at from due_work where kind = 'NIGHTLY_CHECK' and about = $1`, w.A.Pool)
	equal(t, "the next night", next.UTC(), app.NightAfter(*w.now.Load()))
}

// Who says yes to an offer and takes back the theme it needs, both at once, has
// either no session or one that asks her what becomes of it.
func TestAYesAndAThemeTakenBackAtOnceLeaveNoGap(t *testing.T) {
	t.Parallel()
	w := start(t)
	answers := w.atOnce(t, nothing, holdRequest, w.A.Buddy,
		func() error { _, err := w.accept(t.Context(), 2, w.A.Offer); return err },
		func() error {
			_, err := w.SetThemeConsent(t.Context(), w.A.ExpertViewers[2], fresh(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageOneToOne, Level: engine.Red})
			return err
		})
	planned := get[int](t, w, `select count(*) from session where request_id = $1 and status = 'CONFIRMED'`, w.A.Buddy)
	asked := get[int](t, w, `select count(*) from task where kind = 'CONSENT_CHANGED' and done_at is null`)
	equal(t, "sessions that ask her", asked, planned)
	equal(t, "whether the offer was withdrawn", w.status(t, "offer", w.A.Offer) == "WITHDRAWN", planned == 0)
	for _, answer := range answers {
		if answer != "" && answer != "CONFLICT ILLEGAL_TRANSITION" && !strings.HasPrefix(answer, "INFEASIBLE") {
			t.Errorf("an answer is %q", answer)
		}
	}
}

// A request is judged on one snapshot: a session more costs no statement more.
func TestASessionMoreCostsNoStatementMore(t *testing.T) {
	t.Parallel()
	count := func(sessions int) (statements int) {
		var dsn string
		counting := false
		s := storetest.New(t, func(o *store.Options) {
			dsn = o.DSN
			o.OnStatement = func(string) {
				if counting {
					statements++
				}
			}
		})
		f := storetest.Fill(t, s)
		db, err := sql.Open("postgres", dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(`
			with more as (
				insert into session (request_id, pool_id, organisation_id, type, starts_at, ends_at, status, online)
				select $1, $2, $3, 'TALK', day, day + interval '1 hour', 'CONFIRMED', true from generate_series('2027-05-03 12:00Z'::timestamptz, '2027-12-01', '1 week') day limit $5
				returning *)
			insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
			select id, $4, starts_at, ends_at, tstzrange(starts_at, ends_at), 'CONFIRMED', false, false from more`,
			f.A.Talk, f.A.Pool, f.A.Location, f.A.Experts[0], sessions); err != nil {
			t.Fatal(err)
		}
		counting = true
		must((app.App{Store: s}).SetThemeConsent(t.Context(), f.A.ExpertViewers[0], fresh(), engine.Consent{Theme: "BULLYING", Usage: engine.UsageCase, Level: engine.Green}))(t)
		return statements
	}
	one, many := count(1), count(25)
	equal(t, "statements with 25 sessions", many, one)
	t.Logf("%d statements", one)
}
