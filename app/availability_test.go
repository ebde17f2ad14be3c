package app_test

import (
	"slices"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store/storetest"
)

func TestSetAvailabilityReplacesAllRules(t *testing.T) {
	t.Parallel()
	w := start(t)
	she, week := w.A.ExpertViewers[0], slot("2027-04-05", "00:00", 7*24*60)
	rules := []engine.AvailabilityRule{
		{Weekday: engine.Tuesday, Starts: "09:00", Ends: "12:30", Parity: engine.OddWeeks, Mode: engine.Online, MaxTravelMinutes: 600,
			Valid: engine.Valid{From: "2027-04-01", To: "2027-06-30"}},
		{Weekday: engine.Sunday, Starts: "00:00", Ends: "24:00", Parity: engine.EveryWeek, Mode: engine.Both},
	}
	w.at(storetest.Now.Add(time.Hour))
	must(w.SetAvailability(t.Context(), she, fresh(), w.A.Experts[0], rules))(t)
	got := must(w.Availability(t.Context(), she, w.A.Experts[0], week))(t)
	equal(t, "the rules", got.Rules, rules)
	if got.ConfirmedAt == nil || !got.ConfirmedAt.Equal(storetest.Now.Add(time.Hour)) {
		t.Errorf("confirmed at %v, want the moment of the call", got.ConfirmedAt)
	}
	same(t, "open, the sixth of an even week and all Sunday", got.Open(true), []engine.Interval{slot("2027-04-11", "00:00", 24*60)})

	must(w.SetAvailability(t.Context(), she, fresh(), w.A.Experts[0], nil))(t)
	got = must(w.Availability(t.Context(), she, w.A.Experts[0], week))(t)
	if len(got.Rules) != 0 || len(got.Open(false)) != 0 {
		t.Errorf("without rules she can still be asked: %+v", got)
	}
	if n := get[int](t, w, `select count(*) from availability_rule where expert_id = $1`, w.A.Experts[1]); n != 5 {
		t.Errorf("somebody else has %d rules left of 5", n)
	}
}

func TestSetAvailabilityRefusesRulesThatCannotBe(t *testing.T) {
	t.Parallel()
	w := start(t)
	fine := engine.AvailabilityRule{Weekday: engine.Monday, Starts: "13:00", Ends: "17:00", Parity: engine.EveryWeek, Mode: engine.Both}
	for _, c := range []struct {
		name, field string
		change      func(*engine.AvailabilityRule)
	}{
		{"no length", "rules.ends", func(r *engine.AvailabilityRule) { r.Ends = r.Starts }},
		{"over midnight", "rules.ends", func(r *engine.AvailabilityRule) { r.Starts, r.Ends = "22:00", "01:00" }},
		{"valid for no day", "rules.validUntil", func(r *engine.AvailabilityRule) { r.Valid = engine.Valid{From: "2027-04-01", To: "2027-04-01"} }},
		{"valid backwards", "rules.validUntil", func(r *engine.AvailabilityRule) { r.Valid = engine.Valid{From: "2027-04-02", To: "2027-04-01"} }},
		{"further than anybody travels", "rules.maxTravelMinutes", func(r *engine.AvailabilityRule) { r.MaxTravelMinutes = 601 }},
		{"less than no way", "rules.maxTravelMinutes", func(r *engine.AvailabilityRule) { r.MaxTravelMinutes = -1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			wrong := fine
			c.change(&wrong)
			w.refused(t, "INVALID "+c.field, func() error {
				_, err := w.SetAvailability(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], []engine.AvailabilityRule{fine, wrong})
				return err
			})
		})
	}
	w.refused(t, "INVALID rules", func() error {
		_, err := w.SetAvailability(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], slices.Repeat([]engine.AvailabilityRule{fine}, 101))
		return err
	})
	must(w.SetAvailability(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], slices.Repeat([]engine.AvailabilityRule{fine}, 100)))(t)
}

func TestAddBlackoutRefusesSpansThatCannotBe(t *testing.T) {
	t.Parallel()
	w := start(t)
	day := slot("2027-05-05", "00:00", 24*60)
	add := func(span engine.Interval) func() error {
		return func() error {
			_, err := w.AddBlackout(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], span)
			return err
		}
	}
	w.refused(t, "INVALID end", add(engine.Interval{Start: day.Start, End: day.Start}))
	w.refused(t, "INVALID end", add(engine.Interval{Start: day.End, End: day.Start}))
	w.refused(t, "INVALID end", add(engine.Interval{Start: day.Start, End: day.Start.Add(366*24*time.Hour + time.Microsecond)}))
	if err := add(day)(); err != nil {
		t.Error(err)
	}
	w.refused(t, "CONFLICT DUPLICATE", add(day))
	if err := add(engine.Interval{Start: day.End, End: day.End.Add(366 * 24 * time.Hour)})(); err != nil {
		t.Errorf("a year, from the end of the day before: %v", err)
	}
}

func TestABlackoutClosesHerTimeAndKeepsItsSessions(t *testing.T) {
	t.Parallel()
	w := start(t)
	day := slot("2027-04-07", "00:00", 24*60)
	must(w.AddBlackout(t.Context(), w.A.Coordinator, fresh(), w.A.Experts[0], day))(t) // on her word
	got := must(w.Availability(t.Context(), w.A.Coordinator, w.A.Experts[0], day))(t)
	same(t, "open", len(got.Open(false)), 0)
	same(t, "blackouts", got.Blackouts, []engine.Interval{day})
	equal(t, "the talk that day", w.status(t, "session", w.A.Session), "CONFIRMED")
	if columns := get[string](t, w, `select string_agg(column_name, ',' order by ordinal_position) from information_schema.columns where table_name = 'blackout'`); columns != "id,expert_id,starts_at,ends_at" {
		t.Errorf("a blackout has room for a reason: %s", columns)
	}
}

func TestHerHoursAreHersAndHerCoordinators(t *testing.T) {
	t.Parallel()
	w := start(t)
	week := slot("2027-04-05", "00:00", 7*24*60)
	calls := map[string]func(auth.Viewer) error{
		"reads": func(v auth.Viewer) error { _, err := w.Availability(t.Context(), v, w.A.Experts[0], week); return err },
		"sets": func(v auth.Viewer) error {
			_, err := w.SetAvailability(t.Context(), v, fresh(), w.A.Experts[0], nil)
			return err
		},
		"closes": func(v auth.Viewer) error {
			_, err := w.AddBlackout(t.Context(), v, fresh(), w.A.Experts[0], week)
			return err
		},
	}
	for name, call := range calls {
		for _, who := range []auth.Viewer{w.A.ExpertViewers[1], w.A.Requester, w.A.LocationAsker, w.A.Trainer, w.A.Funder, w.A.SafeguardLead,
			w.B.Coordinator, w.B.ExpertViewers[0], w.SystemAdmin, w.Roleless} {
			w.refused(t, "NOT_FOUND", func() error {
				err := call(who)
				if err == nil {
					t.Errorf("%s %s another's hours", who.Name, name)
				}
				return err
			})
		}
		for _, who := range []auth.Viewer{w.A.ExpertViewers[0], w.A.Coordinator, w.A.RegionLead} {
			w.set(t, `delete from blackout`)
			if err := call(who); err != nil {
				t.Errorf("%s %s: %v", who.Name, name, err)
			}
		}
	}
	for _, id := range []engine.ExpertID{w.B.Experts[0], "aaaaaaaa-0004-4000-8000-00000000dead", "me"} {
		if _, err := w.Availability(t.Context(), w.A.Coordinator, id, week); class(err) != "NOT_FOUND" {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestAvailabilityIsReadForHalfAYearAtMost(t *testing.T) {
	t.Parallel()
	w := start(t)
	from := storetest.Local("2027-03-01", "00:00")
	for name, c := range map[string]struct {
		to   time.Time
		want string
	}{
		"26 weeks over the short night": {storetest.Local("2027-08-30", "00:00"), ""},
		"27 weeks":                      {storetest.Local("2027-09-06", "00:00"), "INVALID to"},
		"no span":                       {from, "INVALID to"},
		"backwards":                     {from.Add(-time.Hour), "INVALID to"},
		"for ever":                      {time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), "INVALID to"},
	} {
		if _, err := w.Availability(t.Context(), w.A.Coordinator, w.A.Experts[0], engine.Interval{Start: from, End: c.to}); class(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// The talk of the fixture keeps her from 14:00 to 15:30, travel to 16:00.
func TestWhatIsBookedIsNotOpen(t *testing.T) {
	t.Parallel()
	w := start(t)
	day := slot("2027-04-07", "00:00", 24*60)
	read := func() app.Availability {
		return must(w.Availability(t.Context(), w.A.Coordinator, w.A.Experts[0], day))(t)
	}
	around := []engine.Interval{slot("2027-04-07", "13:00", 60), slot("2027-04-07", "16:00", 240)}
	same(t, "around a session", read().Open(false), around)
	same(t, "busy", read().Busy, []engine.Interval{slot("2027-04-07", "14:00", 120)})
	w.set(t, `update booking set status = 'HELD' where session_id = $1`, w.A.Session)
	same(t, "around one that is held", read().Open(false), around)
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session, nil))(t)
	same(t, "after it was cancelled", read().Open(false), []engine.Interval{slot("2027-04-07", "13:00", 420)})
}

func TestOpenKeepsWallTimeWhenTheClocksChange(t *testing.T) {
	t.Parallel()
	span := func(from, to string) engine.Interval {
		var i engine.Interval
		for text, at := range map[string]*time.Time{from: &i.Start, to: &i.End} {
			parsed, err := time.Parse("2006-01-02 15:04Z", text)
			if err != nil {
				t.Fatal(err)
			}
			*at = parsed
		}
		return i
	}
	rule := func(day engine.Weekday, starts, ends engine.WallTime) engine.AvailabilityRule {
		return engine.AvailabilityRule{Weekday: day, Starts: starts, Ends: ends, Parity: engine.EveryWeek, Mode: engine.Both}
	}
	spring, autumn := span("2027-03-27 23:00Z", "2027-03-28 22:00Z"), span("2027-10-30 22:00Z", "2027-10-31 23:00Z") // the local days
	for _, c := range []struct {
		name string
		span engine.Interval
		rule engine.AvailabilityRule
		want []engine.Interval
	}{
		{"the hour that is not there", spring, rule(engine.Sunday, "02:00", "03:00"), nil},
		{"over the hour that is not there", spring, rule(engine.Sunday, "01:00", "04:00"), []engine.Interval{span("2027-03-28 00:00Z", "2027-03-28 02:00Z")}},
		{"the whole short day", spring, rule(engine.Sunday, "00:00", "24:00"), []engine.Interval{spring}},
		{"the hour that comes twice", autumn, rule(engine.Sunday, "02:00", "03:00"), []engine.Interval{span("2027-10-31 00:00Z", "2027-10-31 02:00Z")}},
		{"within the hour that comes twice", autumn, rule(engine.Sunday, "02:15", "02:45"), []engine.Interval{span("2027-10-31 00:15Z", "2027-10-31 00:45Z")}},
		{"over the hour that comes twice", autumn, rule(engine.Sunday, "01:00", "04:00"), []engine.Interval{span("2027-10-30 23:00Z", "2027-10-31 03:00Z")}},
		{"the whole long day", autumn, rule(engine.Sunday, "00:00", "24:00"), []engine.Interval{autumn}},
		{"a weekly hour stays at four", span("2027-10-25 00:00Z", "2027-11-07 00:00Z"), rule(engine.Wednesday, "16:00", "17:00"),
			[]engine.Interval{span("2027-10-27 14:00Z", "2027-10-27 15:00Z"), span("2027-11-03 15:00Z", "2027-11-03 16:00Z")}},
		{"in spring too", span("2027-03-22 00:00Z", "2027-04-04 00:00Z"), rule(engine.Wednesday, "16:00", "17:00"),
			[]engine.Interval{span("2027-03-24 15:00Z", "2027-03-24 16:00Z"), span("2027-03-31 14:00Z", "2027-03-31 15:00Z")}},
	} {
		same(t, c.name, app.Availability{Span: c.span, Rules: []engine.AvailabilityRule{c.rule}}.Open(false), c.want)
	}
}

func TestOpenByModeParityAndDates(t *testing.T) {
	t.Parallel()
	span := slot("2027-04-05", "00:00", 14*24*60) // ISO weeks 14 and 15
	monday := engine.AvailabilityRule{Weekday: engine.Monday, Starts: "13:00", Ends: "14:00", Parity: engine.EveryWeek, Mode: engine.Both}
	even, odd := slot("2027-04-05", "13:00", 60), slot("2027-04-12", "13:00", 60)
	with := func(change func(*engine.AvailabilityRule)) engine.AvailabilityRule {
		r := monday
		change(&r)
		return r
	}
	for _, c := range []struct {
		name           string
		rule           engine.AvailabilityRule
		online, inRoom []engine.Interval
	}{
		{"either mode", monday, []engine.Interval{even, odd}, []engine.Interval{even, odd}},
		{"by video", with(func(r *engine.AvailabilityRule) { r.Mode = engine.Online }), []engine.Interval{even, odd}, nil},
		{"face to face", with(func(r *engine.AvailabilityRule) { r.Mode = engine.InPerson }), nil, []engine.Interval{even, odd}},
		{"odd weeks", with(func(r *engine.AvailabilityRule) { r.Parity = engine.OddWeeks }), []engine.Interval{odd}, []engine.Interval{odd}},
		{"even weeks", with(func(r *engine.AvailabilityRule) { r.Parity = engine.EvenWeeks }), []engine.Interval{even}, []engine.Interval{even}},
		{"from a day on", with(func(r *engine.AvailabilityRule) { r.From = "2027-04-06" }), []engine.Interval{odd}, []engine.Interval{odd}},
		{"until a day", with(func(r *engine.AvailabilityRule) { r.To = "2027-04-12" }), []engine.Interval{even}, []engine.Interval{even}},
	} {
		a := app.Availability{Span: span, Rules: []engine.AvailabilityRule{c.rule}}
		same(t, c.name+", online", a.Open(true), c.online)
		same(t, c.name+", in a room", a.Open(false), c.inRoom)
	}
	a := app.Availability{Span: span, Rules: []engine.AvailabilityRule{monday, monday}, Blackouts: []engine.Interval{slot("2027-04-05", "13:15", 30)},
		Busy: []engine.Interval{slot("2027-04-12", "13:45", 90), slot("2027-04-12", "13:30", 30)}}
	same(t, "minus blackouts and what is booked", a.Open(false),
		[]engine.Interval{slot("2027-04-05", "13:00", 15), slot("2027-04-05", "13:45", 15), slot("2027-04-12", "13:00", 30)})
}
