package app_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/store/storetest"
)

// follow is the choice of what is suggested for a team now: its first slot, on
// its basis.
func (w *world) follow(t *testing.T, request engine.RequestID, experts ...int) app.MakeOffer {
	t.Helper()
	shown := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, request))(t)
	in := w.ask(request, engine.Interval{}, experts...)
	s := suggestionFor(t, shown.Ranking, slices.Sorted(slices.Values(in.ExpertIDs))...)
	in.Slot, in.Basis, in.OverrideReason = s.Slots[0], shown.Basis(s), ""
	return in
}

// lines are changes as text.
func lines(changes []engine.Change) []string {
	var out []string
	for _, c := range changes {
		line := string(c.What)
		for _, part := range []any{c.Factor, c.Rule, c.Was, c.Is} {
			if text := fmt.Sprint(part); text != "" && (part != nil || c.What == engine.ChangedFactor) {
				line += " " + text
			}
		}
		out = append(out, line)
	}
	return out
}

// staleWorlds are things that happen between a suggestion and the choice, and
// what the coordinator is told of each.
var staleWorlds = []struct {
	name   string
	final  bool // a reason does not help
	pair   bool
	happen func(w *world, t *testing.T)
	want   []string
}{
	{name: "other weights were approved", happen: func(w *world, t *testing.T) {
		must(w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), w.propose(t, w.themeAndLoad(50, 50))))(t)
	}, want: []string{"WEIGHTS_VERSION default-1/BUDDY listening-ear-1"}},
	{name: "the request asks for more", happen: func(w *world, t *testing.T) {
		w.set(t, `update request_theme set importance = 'MUST' where request_id = $1 and theme = 'LONELINESS'`, w.A.Ear)
		w.set(t, `insert into request_preference (request_id, kind, value) values ($1, 'ACTIVITY', 'koken')`, w.A.Ear)
		w.set(t, `insert into expert_trait (expert_id, kind, value) values ($1, 'ACTIVITY', 'koken')`, w.A.Experts[0])
	}, want: []string{"REQUEST"}},
	{name: "she has another session by now", happen: func(w *world, t *testing.T) {
		r := w.ear()
		r.Options = []engine.Interval{slot("2027-04-16", "14:00", 60)} // a Friday
		w.booked(t, w.open(t, r), r.Options[0], 0)
	}, want: []string{"FACTOR load_balance 7167 6334"}},
	{name: "she is away on most of the days", happen: func(w *world, t *testing.T) {
		w.set(t, `insert into blackout (expert_id, starts_at, ends_at) values ($1, '2027-04-02', '2027-05-30')`, w.A.Experts[0])
	}, want: []string{"FACTOR availability_fit 10000 8000"}},
	{name: "she lives somewhere that is not known", happen: func(w *world, t *testing.T) {
		w.set(t, `update expert_record set postcode4 = '' where expert_id = $1`, w.A.Experts[0])
	}, want: []string{"FACTOR proximity 10000 <nil>"}},
	{name: "she took a wish back", happen: func(w *world, t *testing.T) { w.takeBack(t, "ADDICTION") }, want: []string{"PROFILE"}},
	{name: "she says otherwise about her languages", happen: func(w *world, t *testing.T) {
		w.set(t, `update expert_trait set value = 'FR' where expert_id = $1`, w.A.Experts[0])
	}, want: []string{"PROFILE"}},
	{name: "both of that", happen: func(w *world, t *testing.T) {
		w.takeBack(t, "ADDICTION")
		w.set(t, `update expert_trait set value = 'FR' where expert_id = $1`, w.A.Experts[0])
	}, want: []string{"PROFILE"}},
	{name: "she took a must back", final: true, happen: func(w *world, t *testing.T) { w.takeBack(t, "LONELINESS") }, want: []string{"RULE OTHER"}},
	{name: "she keeps away from the house", final: true, happen: func(w *world, t *testing.T) {
		w.set(t, `insert into organisation_exclusion (expert_id, organisation_id) values ($1, $2)`, w.A.Experts[0], w.A.House)
	}, want: []string{"RULE OTHER"}},
	{name: "she keeps away from the house and from the young person", final: true, happen: func(w *world, t *testing.T) {
		w.set(t, `insert into organisation_exclusion (expert_id, organisation_id) values ($1, $2)`, w.A.Experts[0], w.A.House)
		w.set(t, `insert into client_exclusion (expert_id, client_ref) values ($1, $2)`, w.A.Experts[0], w.A.Client)
	}, want: []string{"RULE OTHER"}},
	{name: "she is employed by the house", final: true, happen: func(w *world, t *testing.T) {
		w.set(t, `insert into dual_role (expert_id, organisation_id) values ($1, $2)`, w.A.Experts[0], w.A.House)
	}, want: []string{"RULE OTHER"}},
	{name: "she stopped", final: true, happen: func(w *world, t *testing.T) {
		w.set(t, `update expert_record set status = 'PAUSED' where expert_id = $1`, w.A.Experts[0])
	}, want: []string{"RULE NOT_DEPLOYABLE"}},
	{name: "she stopped, and wants no codes", final: true, happen: func(w *world, t *testing.T) {
		w.set(t, `update expert_record set status = 'PAUSED', fold_exclusions = true where expert_id = $1`, w.A.Experts[0])
	}, want: []string{"RULE OTHER"}},
	{name: "the first slot was taken", final: true, happen: func(w *world, t *testing.T) { w.takeFirst(t) },
		want: []string{"SLOT_TAKEN", "FACTOR load_balance 7167 6334"}},
}

func (w *world) takeBack(t *testing.T, theme engine.ThemeCode) {
	t.Helper()
	for _, usage := range []engine.Usage{engine.UsageOneToOne, engine.UsageClosedGroup} {
		must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: theme, Usage: usage, Level: engine.Red}))(t)
	}
}

// takeFirst books the slot that is suggested first, for another request.
func (w *world) takeFirst(t *testing.T) {
	t.Helper()
	w.set(t, `update pool_policy set one_to_one_per_day = 9`)
	at := w.follow(t, w.A.Ear, 0).Slot
	r := w.ear()
	r.Options = []engine.Interval{at}
	w.booked(t, w.open(t, r), at, 0)
}

func TestTheCoordinatorIsToldWhatHasChanged(t *testing.T) {
	t.Parallel()
	for _, c := range staleWorlds {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			in := w.follow(t, w.A.Ear, 0)
			c.happen(w, t)
			refusal := w.refused(t, "CONFLICT STALE", func() error {
				_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
				return err
			})
			if refusal == nil {
				return
			}
			equal(t, "the changes", lines(refusal.Changes), c.want)
			if c.final == strings.Contains(refusal.Message, "overrideReason") {
				t.Errorf("the message says %q", refusal.Message)
			}
			if taken := slices.Contains(c.want, "SLOT_TAKEN"); taken != (len(refusal.Alternatives) > 0) {
				t.Errorf("the alternatives are %v", refusal.Alternatives)
			}
			for _, theme := range []string{"LONELINESS", "ADDICTION", "theme"} {
				if strings.Contains(strings.ReplaceAll(refusal.Message, "the world", ""), theme) {
					t.Errorf("the message names %s: %s", theme, refusal.Message)
				}
			}
			// With a reason the choice stands, unless a rule forbids it.
			in.OverrideReason = "Wij spraken elkaar"
			made, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
			if c.final {
				equal(t, "with a reason", class(err), "CONFLICT STALE")
				return
			}
			equal(t, "with a reason", class(err), "")
			equal(t, "an override", get[bool](t, w, `select override from decision where id = $1`, made.DecisionID), true)
		})
	}
}

// Who looks again gets what she then follows.
func TestLookingAgainHelps(t *testing.T) {
	t.Parallel()
	for _, c := range staleWorlds {
		if c.final && c.name != "the first slot was taken" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			c.happen(w, t)
			made := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.follow(t, w.A.Ear, 0)))(t)
			equal(t, "an override", get[bool](t, w, `select override from decision where id = $1`, made.DecisionID), false)
		})
	}
}

// What changes by itself, or for others, is no change.
func TestAnUnchangedWorldIsNotStale(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		happen func(w *world, t *testing.T)
	}{
		{"nothing", func(*world, *testing.T) {}},
		{"ten minutes", func(w *world, _ *testing.T) { w.at(storetest.Now.Add(10 * time.Minute)) }},
		{"two days, so that her hours were confirmed longer ago", func(w *world, _ *testing.T) { w.at(storetest.Now.AddDate(0, 0, 2)) }},
		{"she confirmed her hours again", func(w *world, t *testing.T) {
			w.set(t, `update expert_record set availability_confirmed_at = $2 where expert_id = $1`, w.A.Experts[0], storetest.Now)
		}},
		{"another expert was asked", func(w *world, t *testing.T) { w.offer(t, w.A.Ear, slot("2027-04-08", "14:00", 60), 1) }},
		{"another expert took a theme back", func(w *world, t *testing.T) {
			must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[1], fresh(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageOneToOne, Level: engine.Red}))(t)
		}},
		{"she gave a theme that nobody asks for", func(w *world, t *testing.T) {
			must(w.SetThemeConsent(t.Context(), w.A.ExpertViewers[0], fresh(), engine.Consent{Theme: "FOSTER_CARE", Usage: engine.UsageOneToOne, Level: engine.Green}))(t)
		}},
		{"the request is worded otherwise", func(w *world, t *testing.T) {
			w.set(t, `update request set goal = 'Iets anders', urgency = 'URGENT' where id = $1`, w.A.Ear)
		}},
		{"one of many slots is gone", func(w *world, t *testing.T) {
			w.set(t, `insert into blackout (expert_id, starts_at, ends_at) values ($1, '2027-04-22', '2027-04-23')`, w.A.Experts[0])
		}},
		{"weights are proposed", func(w *world, t *testing.T) { w.propose(t, w.themeAndLoad(50, 50)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			in := w.follow(t, w.A.Ear, 0)
			c.happen(w, t)
			made := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t)
			equal(t, "an override", get[bool](t, w, `select override from decision where id = $1`, made.DecisionID), false)
		})
	}
}

// A team is compared as a team, whatever the order in which it is named.
func TestAPairIsFollowedOrStale(t *testing.T) {
	t.Parallel()
	w := start(t)
	id := w.open(t, w.talk())
	in := w.follow(t, id, 2, 0)
	w.set(t, `insert into expert_exclusion (expert_id, other_id) values ($1, $2)`, w.A.Experts[0], w.A.Experts[2])
	refusal := w.refused(t, "CONFLICT STALE", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
		return err
	})
	equal(t, "the changes", lines(refusal.Changes), []string{"RULE OTHER"})
	w.set(t, `delete from expert_exclusion where other_id = $1`, w.A.Experts[2])
	must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t)
}

// A relation of which too little is left is not suggested any more, although the
// slot itself would do.
func TestATeamThatIsNoLongerSuggestedIsStale(t *testing.T) {
	t.Parallel()
	w := start(t)
	r := w.ear()
	r.Type, r.Options = engine.Buddy, nil
	r.Windows, r.From = []engine.WeekWindow{{Weekday: engine.Thursday, Starts: "14:00", Ends: "18:00"}}, "2027-04-05"
	in := w.follow(t, w.open(t, r), 0)
	w.set(t, `update availability_rule set valid_to = '2027-04-20' where expert_id = $1`, w.A.Experts[0])
	refusal := w.refused(t, "CONFLICT STALE", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
		return err
	})
	equal(t, "the changes", lines(refusal.Changes), []string{"RULE NOT_AVAILABLE"})
	in.OverrideReason = "De moeder regelt de rest"
	made := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t)
	equal(t, "an override", get[bool](t, w, `select override from decision where id = $1`, made.DecisionID), true)
}

// A rule that a slot of one's own choosing breaks is no change of the world.
func TestASlotThatWasNotShownIsNotStale(t *testing.T) {
	t.Parallel()
	w := start(t)
	in := w.follow(t, w.A.Ear, 0)
	in.Slot = slot("2027-04-14", "14:00", 60) // her blackout
	w.refused(t, "INFEASIBLE NOT_AVAILABLE", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
		return err
	})
}

// The basis of one suggestion is no basis of another.
func TestABasisBelongsToItsSuggestion(t *testing.T) {
	t.Parallel()
	w := start(t)
	in, other := w.follow(t, w.A.Ear, 0), w.follow(t, w.open(t, w.ear()), 0)
	in.Basis = other.Basis
	refusal := w.refused(t, "CONFLICT STALE", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
		return err
	})
	if refusal != nil && !slices.Contains(lines(refusal.Changes), "REQUEST") {
		t.Errorf("the changes are %v", lines(refusal.Changes))
	}
}

func TestABasisOfAnotherEngine(t *testing.T) {
	t.Parallel()
	w := start(t)
	in := w.follow(t, w.A.Ear, 0)
	raw, err := base64.RawURLEncoding.DecodeString(in.Basis)
	if err != nil {
		t.Fatal(err)
	}
	in.Basis = signed(strings.Replace(string(raw[:len(raw)-2]), ";"+engine.Version+";", ";0.9.0;", 1))
	refusal := w.refused(t, "CONFLICT STALE", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
		return err
	})
	equal(t, "the changes", lines(refusal.Changes), []string{"ENGINE_VERSION 0.9.0 " + engine.Version})
}

// signed is a basis of one's own making.
func signed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(append([]byte(text), sum[:2]...))
}

func TestABasisIsShortAndNamesNoTheme(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, id := range []engine.RequestID{w.A.Ear, w.open(t, w.talk())} {
		m := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, id))(t)
		for _, s := range m.Ranking.Suggestions {
			text := m.Basis(s)
			raw, err := base64.RawURLEncoding.DecodeString(text)
			if err != nil || len(text) > 220 {
				t.Errorf("%d characters: %s (%v)", len(text), raw, err)
			}
			for _, secret := range []string{"LONELINESS", "ADDICTION", "GREEN", "AMBER", string(w.A.Client), string(s.Experts[0])} {
				if strings.Contains(string(raw), secret) {
					t.Errorf("%s holds %s", raw, secret)
				}
			}
			equal(t, "asked again", must(w.MatchSuggestions(t.Context(), w.A.RegionLead, id))(t).Basis(s), text)
		}
	}
}

// Any text is a basis that is written as it was read, or INVALID.
func FuzzBasis(f *testing.F) {
	for _, text := range []string{"1;1.0.0;default-1/CASE;0123abcd;9000,?,,10000;1804075200,1804161600", "1;0.9.0;x;00000000;;", "2;1.0.0;x;00000000;;", ""} {
		f.Add(signed(text))
	}
	f.Add("\n")
	f.Fuzz(func(t *testing.T, text string) {
		again, err := app.ReadBasis(text)
		if err == nil && again != text || err != nil && class(err) != "INVALID basis" {
			t.Errorf("%q becomes %q (%v)", text, again, err)
		}
	})
}

func TestAChoiceHasABasisOrAReason(t *testing.T) {
	t.Parallel()
	w := start(t)
	good := w.follow(t, w.A.Ear, 0)
	for _, c := range []struct{ name, basis, reason, want string }{
		{"neither", "", "", "INVALID basis"},
		{"a reason that says nothing", "", " \t\n ", "INVALID overrideReason"},
		{"a reason that says nothing beside a basis", good.Basis, " ", "INVALID overrideReason"},
		{"a reason too long", good.Basis, strings.Repeat("é", 501), "INVALID overrideReason"},
		{"a basis cut off", good.Basis[:len(good.Basis)-4], "", "INVALID basis"},
		{"a basis cut in half", good.Basis[:len(good.Basis)/2], "", "INVALID basis"},
		{"a basis with more", good.Basis + "AAAA", "", "INVALID basis"},
		{"a basis with a line break", good.Basis + "\n", "", "INVALID basis"},
		{"no base64", "!", "", "INVALID basis"},
		{"an empty text, encoded", signed(" "), "", "INVALID basis"},
		{"another form", signed("2;1.0.0;x;00000000;;"), "", "INVALID basis"},
		{"a megabyte", signed(strings.Repeat("1;", 1<<19)), "", "INVALID basis"},
		{"an injection", signed("1;1.0.0;'; drop table decision;00000000;;"), "", "INVALID basis"},
		{"a bad one with a reason", "x", "Zij kent de buurt", "INVALID basis"},
	} {
		in := good
		in.Basis, in.OverrideReason = c.basis, c.reason
		w.refused(t, c.want, func() error { _, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in); return err })
	}
}

// A reason beside a basis that still holds is kept, and is no override.
func TestAReasonBesideABasis(t *testing.T) {
	t.Parallel()
	w := start(t)
	in := w.follow(t, w.A.Ear, 0)
	in.OverrideReason = strings.Repeat("é", 500)
	made := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in))(t)
	equal(t, "what is kept", get[string](t, w, `select override || ' ' || length(override_reason) from decision where id = $1`, made.DecisionID), "false 500")
	without := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(w.A.Ear, slot("2027-04-08", "14:00", 60), 1)))(t)
	equal(t, "an override", get[bool](t, w, `select override from decision where id = $1`, without.DecisionID), true)
}
