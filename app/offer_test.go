package app_test

import (
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/store/storetest"
)

func TestMakeOfferChecksWhatItIsAsked(t *testing.T) {
	t.Parallel()
	w := start(t)
	ear, talk := w.open(t, w.ear()), w.open(t, w.talk())
	at, pairAt := slot("2027-04-22", "15:00", 60), slot("2027-04-23", "15:00", 90)
	named := func(ids ...engine.ExpertID) app.MakeOffer {
		return app.MakeOffer{RequestID: ear, ExpertIDs: ids, Slot: at, OverrideReason: "omdat"}
	}
	reasoned := w.ask(ear, at, 0)
	reasoned.OverrideReason = strings.Repeat("a", 501)
	shifted := func(by time.Duration) engine.Interval {
		return engine.Interval{Start: at.Start.Add(by), End: at.End.Add(by)}
	}
	w.set(t, `insert into request_option (request_id, starts_at, ends_at) values ($1, $2, $3)`, ear, storetest.Now.Add(-3*time.Hour), storetest.Now.Add(3*time.Hour))
	for _, c := range []struct {
		name, want string
		in         app.MakeOffer
	}{
		{"nobody", "INVALID expertIds", named()},
		{"two for one", "INVALID expertIds", w.ask(ear, at, 0, 1)},
		{"one for two", "INVALID expertIds", w.ask(talk, pairAt, 0)},
		{"one twice for two", "INVALID expertIds", w.ask(talk, pairAt, 0, 0)},
		{"an expert of another pool", "NOT_FOUND", named(w.B.Experts[0])},
		{"one of each pool", "NOT_FOUND", app.MakeOffer{RequestID: talk, ExpertIDs: []engine.ExpertID{w.A.Experts[0], w.B.Experts[0]}, Slot: pairAt, OverrideReason: "omdat"}},
		{"an expert who is not there", "NOT_FOUND", named("aaaaaaaa-0004-4000-8000-00000000dead")},
		{"no id at all", "NOT_FOUND", named("Aafke")},
		{"a request of another pool", "NOT_FOUND", app.MakeOffer{RequestID: w.B.Ear, ExpertIDs: w.A.Experts[:1], Slot: at, OverrideReason: "omdat"}},
		{"a request that is not there", "NOT_FOUND", app.MakeOffer{RequestID: "aaaaaaaa-0005-4000-8000-00000000dead", ExpertIDs: w.A.Experts[:1], Slot: at, OverrideReason: "omdat"}},
		{"before what is proposed", "INVALID slot", w.ask(ear, shifted(-time.Hour-time.Microsecond), 0)},
		{"after what is proposed", "INVALID slot", w.ask(ear, shifted(2*time.Hour+time.Microsecond), 0)},
		{"the right day of another week", "INVALID slot", w.ask(ear, shifted(7*24*time.Hour), 0)},
		{"too short", "INVALID slot", w.ask(ear, engine.Interval{Start: at.Start, End: at.End.Add(-time.Microsecond)}, 0)},
		{"too long", "INVALID slot", w.ask(ear, engine.Interval{Start: at.Start, End: at.End.Add(time.Microsecond)}, 0)},
		{"no length", "INVALID slot", w.ask(ear, engine.Interval{Start: at.Start, End: at.Start}, 0)},
		{"the wrong way round", "INVALID slot", w.ask(ear, engine.Interval{Start: at.End, End: at.Start}, 0)},
		{"over", "INVALID slot", w.ask(ear, engine.Interval{Start: storetest.Now.Add(-2 * time.Hour), End: storetest.Now.Add(-time.Hour)}, 0)},
		{"begun", "INVALID slot", w.ask(ear, engine.Interval{Start: storetest.Now.Add(-time.Microsecond), End: storetest.Now.Add(time.Hour - time.Microsecond)}, 0)},
		{"a reason too long", "INVALID overrideReason", reasoned},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.refused(t, c.want, func() error {
				_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), c.in)
				return err
			})
		})
	}
	w.refused(t, "INVALID idempotencyKey", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, "short", w.ask(ear, at, 0))
		return err
	})
}

func TestMakeOfferNeedsARequestThatSeeksExperts(t *testing.T) {
	t.Parallel()
	seeks := map[engine.RequestStatus]string{ // and what it becomes
		engine.RequestOpen: "OFFERED", engine.RequestSuggested: "OFFERED", engine.RequestOffered: "OFFERED",
		engine.RequestWaitlisted: "OFFERED", engine.RequestPartlyFilled: "PARTLY_FILLED",
	}
	w := start(t)
	id := w.open(t, w.ear())
	at := slot("2027-04-22", "15:00", 60)
	for _, status := range everyStatus {
		t.Run(string(status), func(t *testing.T) {
			w.set(t, `update request set status = $2 where id = $1`, id, string(status))
			if seeks[status] == "" {
				w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
					_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, at, 0))
					return err
				})
				return
			}
			offer := w.offer(t, id, at, 0)[0]
			equal(t, "the request", w.status(t, "request", id), seeks[status])
			w.set(t, `update offer set status = 'WITHDRAWN' where id = $1`, offer)
		})
	}
}

func TestAnExpertIsAskedOnceAtATime(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	at, later := slot("2027-04-22", "15:00", 60), slot("2027-04-22", "16:30", 60)
	offer := w.offer(t, id, at, 0)[0]
	w.refused(t, "CONFLICT OFFER_OPEN", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, later, 0))
		return err
	})
	w.offer(t, id, at, 1) // others may be asked beside her
	must(w.DeclineOffer(t.Context(), w.A.ExpertViewers[0], fresh(), offer, nil))(t)
	w.offer(t, id, later, 0)
}

func TestAnExpertIsAskedAgainAfterHerOfferExpired(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.ear())
	at := slot("2027-04-22", "15:00", 60)
	offer := w.offer(t, id, at, 0)[0]
	other := w.offer(t, id, at, 1)[0]
	w.set(t, `update offer set expires_at = expires_at + interval '1 hour' where id = $1`, other)
	w.at(storetest.Now.Add(72 * time.Hour))
	again := w.offer(t, id, at, 0)[0]
	equal(t, "the first offer", w.status(t, "offer", offer), "EXPIRED")
	equal(t, "an offer that still runs", w.status(t, "offer", other), "SENT")
	must(w.accept(t.Context(), 0, again))(t)
}

func TestAnOfferExpiresInTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		urgency engine.Urgency
		begins  time.Duration // from now
		want    time.Duration
	}{
		{"as usual", engine.UrgencyNormal, 100 * time.Hour, 72 * time.Hour},
		{"urgent", engine.UrgencyUrgent, 100 * time.Hour, 2 * time.Hour},
		{"a session the day after tomorrow", engine.UrgencyNormal, 52 * time.Hour, 52 * time.Hour},
		{"a session within the hour", engine.UrgencyUrgent, time.Hour, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.set(t, `insert into availability_rule (expert_id, weekday, starts, ends) select $1, d, '00:00', '24:00'
				from unnest(array['SATURDAY', 'SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY']) d`, w.A.Experts[0])
			begins := storetest.Now.Add(c.begins)
			at := engine.Interval{Start: begins, End: begins.Add(time.Hour)}
			r := w.ear()
			r.Urgency, r.Options = c.urgency, []engine.Interval{at}
			id := w.open(t, r)
			offered := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, at, 0)))(t)
			if got := offered.Offers[0].ExpiresAt; !got.Equal(storetest.Now.Add(c.want)) {
				t.Errorf("expires %s after it was sent, want %s", got.Sub(storetest.Now), c.want)
			}
			w.at(storetest.Now.Add(c.want))
			w.refused(t, "CONFLICT OFFER_EXPIRED", func() error {
				_, err := w.accept(t.Context(), 0, offered.Offers[0].ID)
				return err
			})
			w.refused(t, "CONFLICT OFFER_EXPIRED", func() error {
				_, err := w.DeclineOffer(t.Context(), w.A.ExpertViewers[0], fresh(), offered.Offers[0].ID, nil)
				return err
			})
			w.at(storetest.Now.Add(c.want - time.Microsecond))
			must(w.accept(t.Context(), 0, offered.Offers[0].ID))(t)
		})
	}
}

// The talk of the fixture keeps the first expert until 15:30 on 7 April, and
// half an hour more.
func TestASlotThatIsTakenComesWithOthersThatDo(t *testing.T) {
	t.Parallel()
	w := start(t)
	r := w.ear()
	r.Options = []engine.Interval{slot("2027-04-07", "14:00", 180), slot("2027-04-21", "14:00", 120), slot("2027-04-22", "19:00", 60), slot("2027-04-24", "14:00", 60)}
	id := w.open(t, r)
	refusal := w.refused(t, "CONFLICT SLOT_CONFLICT", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, slot("2027-04-07", "15:00", 60), 0))
		return err
	})
	want := []engine.Interval{slot("2027-04-07", "16:00", 60), slot("2027-04-21", "14:00", 60), slot("2027-04-22", "19:00", 60)} // none on a Saturday
	same(t, "the alternatives", refusal.Alternatives, want)
	for _, alternative := range refusal.Alternatives {
		s := w.booked(t, id, alternative, 0)
		must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), s.ID, nil))(t)
	}
}

func TestADecisionIsKeptWithItsCalculation(t *testing.T) {
	t.Parallel()
	w := start(t)
	at := slot("2027-04-08", "15:00", 60)
	shown := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t)
	ask := w.ask(w.A.Ear, at, 1)
	ask.OverrideReason = "Zij kent de buurt"
	offered := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), ask))(t)

	var row struct {
		RequestID, MadeBy, EngineVersion, WeightsVersion, InputHash, OverrideReason string
		MadeAt, StartsAt, EndsAt                                                    time.Time
		Suggestion                                                                  engine.Suggestion
	}
	var suggestion []byte
	if err := w.db.QueryRow(`select request_id, made_by, made_at, starts_at, ends_at, engine_version, weights_version, input_hash, override_reason, suggestion
		from decision where id = $1`, offered.DecisionID).Scan(&row.RequestID, &row.MadeBy, &row.MadeAt, &row.StartsAt, &row.EndsAt,
		&row.EngineVersion, &row.WeightsVersion, &row.InputHash, &row.OverrideReason, &suggestion); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(suggestion, &row.Suggestion); err != nil {
		t.Fatal(err)
	}
	equal(t, "the request", row.RequestID, string(w.A.Ear))
	equal(t, "who made it", row.MadeBy, string(w.A.Coordinator.AccountID))
	equal(t, "the reason", row.OverrideReason, "Zij kent de buurt")
	equal(t, "the engine's version", row.EngineVersion, engine.Version)
	equal(t, "the weights' version", row.WeightsVersion, shown.Ranking.WeightsVersion)
	if !row.MadeAt.Equal(storetest.Now) || !row.StartsAt.Equal(at.Start) || !row.EndsAt.Equal(at.End) {
		t.Errorf("made at %s for %s to %s", row.MadeAt, row.StartsAt, row.EndsAt)
	}
	if sum, err := hex.DecodeString(row.InputHash); err != nil || len(sum) != 32 {
		t.Errorf("the input's hash is %q", row.InputHash)
	}
	same(t, "the calculation", row.Suggestion, suggestionFor(t, shown.Ranking, w.A.Experts[1]).Kept(shown.Request.Themes))
}

func TestADecisionAboutAPairIsKeptWithItsCalculation(t *testing.T) {
	t.Parallel()
	w := start(t)
	id, at := w.open(t, w.talk()), slot("2027-04-23", "15:00", 90)
	shown := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, id))(t)
	offered := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, at, 2, 0)))(t)
	var kept engine.Suggestion
	if err := json.Unmarshal([]byte(get[string](t, w, `select suggestion from decision where id = $1`, offered.DecisionID)), &kept); err != nil {
		t.Fatal(err)
	}
	same(t, "the calculation", kept, suggestionFor(t, shown.Ranking, w.A.Experts[0], w.A.Experts[2]).Kept(shown.Request.Themes))
}

// An expert who has too few of the weeks of a relation is not suggested, but a
// person may ask her: the calculation is that of the slot.
func TestADecisionBesideTheSuggestionsIsKeptToo(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update availability_rule set valid_to = '2027-04-20' where expert_id = $1`, w.A.Experts[0])
	r := w.ear()
	r.Type, r.Options = engine.Buddy, nil
	r.Windows, r.From = []engine.WeekWindow{{Weekday: engine.Thursday, Starts: "14:00", Ends: "18:00"}}, "2027-04-05"
	id, at := w.open(t, r), slot("2027-04-08", "15:00", 60)
	offered := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, at, 0)))(t)
	var kept engine.Suggestion
	if err := json.Unmarshal([]byte(get[string](t, w, `select suggestion from decision where id = $1`, offered.DecisionID)), &kept); err != nil {
		t.Fatal(err)
	}
	same(t, "the experts", kept.Experts, w.A.Experts[:1])
	same(t, "the slots", kept.Slots, []engine.Interval{at})
}

// suggestionFor is what a ranking says of a team.
func suggestionFor(t *testing.T, r engine.Ranking, team ...engine.ExpertID) engine.Suggestion {
	t.Helper()
	for _, s := range r.Suggestions {
		if slices.Equal(s.Experts, team) {
			return s
		}
	}
	t.Fatalf("%v are not suggested", team)
	return engine.Suggestion{}
}

// The same knowledge at the same moment gives the same hash, in any database;
// anything else learnt gives another.
func TestTheHashNamesTheInput(t *testing.T) {
	t.Parallel()
	hash := func(change string) string {
		w := start(t)
		if change != "" {
			w.set(t, change)
		}
		return must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t).InputHash
	}
	plain := hash("")
	equal(t, "the hash in another database", hash(""), plain)
	equal(t, "the hash after something happened elsewhere", hash(`update expert_record set max_travel_minutes = 30 where expert_id::text like 'bbbb%'`), plain)
	for _, change := range []string{
		`update expert_record set max_travel_minutes = 61 where expert_id = 'aaaaaaaa-0004-4000-8000-000000000006'`,
		`insert into theme_consent (expert_id, theme, usage, level) values ('aaaaaaaa-0004-4000-8000-000000000001', 'ADDICTION', 'ONE_TO_ONE', 'GREEN')`,
		`update request set minutes = 61 where id = 'aaaaaaaa-0005-4000-8000-000000000001'`,
		`update pool_policy set sessions_per_week = 4`,
	} {
		if hash(change) == plain {
			t.Errorf("the hash does not see %s", change)
		}
	}
}

// An offer says the area of life, never the theme.
func TestAnOfferNamesAreasAndNoThemes(t *testing.T) {
	t.Parallel()
	w := start(t)
	r := w.ear()
	r.Themes = []engine.RequestTheme{{Theme: "LONELINESS", Importance: engine.Must}, {Theme: "ADDICTION", Importance: engine.Nice}, {Theme: "EATING_DISORDER", Importance: engine.Nice}}
	id := w.open(t, r)
	offered := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(id, slot("2027-04-22", "15:00", 60), 0)))(t)
	equal(t, "the areas", offered.Offers[0].ThemeGroups, []string{"HEALTH", "SCHOOL_SOCIAL"})
	row := get[string](t, w, `select o::text from offer o where id = $1`, offered.Offers[0].ID)
	for _, said := range []string{"LONELINESS", "ADDICTION", "EATING", "Even praten", "Voorbeeldstraat", string(w.A.Location)} {
		if strings.Contains(row, said) {
			t.Errorf("the offer says %s: %s", said, row)
		}
	}
	bare := w.ear()
	bare.Type, bare.Client, bare.Themes = engine.PolicyAdvice, nil, nil
	bare.Options = []engine.Interval{slot("2027-04-22", "13:00", 240)}
	w.set(t, `insert into type_training (expert_id, type, trained_on) values ($1, 'POLICY_ADVICE', '2026-01-06')`, w.A.Experts[1])
	offered = must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(w.open(t, bare), slot("2027-04-22", "15:00", 120), 1)))(t)
	equal(t, "the areas of no theme", offered.Offers[0].ThemeGroups, []string{})
}

func TestTheCallersListOfExpertsIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := start(t)
	in := w.ask(w.open(t, w.talk()), slot("2027-04-23", "15:00", 90), 1, 0)
	must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t)
	equal(t, "the list", in.ExpertIDs, []engine.ExpertID{w.A.Experts[1], w.A.Experts[0]})
}
