package app_test

import (
	"slices"
	"testing"

	"expex/app"
	"expex/engine"
)

func TestWhyNotIsForThoseWhoMatch(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, id := range []engine.RequestID{w.B.Ear, "aaaaaaaa-0005-4000-8000-00000000dead", "any"} {
		if _, err := w.WhyNot(t.Context(), w.A.Coordinator, id, w.A.Experts[0]); class(err) != "NOT_FOUND" {
			t.Errorf("why not, about %s: %v", id, err)
		}
		if _, err := w.WhyNobody(t.Context(), w.A.Coordinator, id); class(err) != "NOT_FOUND" {
			t.Errorf("why nobody, about %s: %v", id, err)
		}
	}
	for _, id := range []engine.ExpertID{w.B.Experts[0], "aaaaaaaa-0004-4000-8000-00000000dead", "any"} {
		if _, err := w.WhyNot(t.Context(), w.A.Coordinator, w.A.Ear, id); class(err) != "NOT_FOUND" {
			t.Errorf("about the expert %s: %v", id, err)
		}
	}
	for _, status := range everyStatus {
		w.set(t, `update request set status = $2 where id = $1`, w.A.Ear, string(status))
		_, match := w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear)
		_, one := w.WhyNot(t.Context(), w.A.Coordinator, w.A.Ear, w.A.Experts[0])
		_, all := w.WhyNobody(t.Context(), w.A.Coordinator, w.A.Ear)
		equal(t, string(status)+", why not", class(one), class(match))
		equal(t, string(status)+", why nobody", class(all), class(match))
	}
}

func TestAskingWhyNotChangesNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	before := w.contents(t)
	first := must(w.WhyNot(t.Context(), w.A.Coordinator, w.A.Ear, w.A.Experts[3]))(t)
	same(t, "asked again", must(w.WhyNot(t.Context(), w.A.RegionLead, w.A.Ear, w.A.Experts[3]))(t), first)
	must(w.WhyNobody(t.Context(), w.A.Coordinator, w.A.Ear))(t)
	if after := w.contents(t); !slices.Equal(before, after) {
		t.Errorf("it changed %s", changed(before, after))
	}
}

// Whatever a coordinator asks about an expert he can name, an exclusion is not
// among the answers, and all of them look the same.
func TestACoordinatorCannotLearnOfAnExclusionByAsking(t *testing.T) {
	t.Parallel()
	var answers []engine.WhyNotAnswer
	for _, b := range breaches {
		if b.told(false) != string(engine.OtherRule) || b.pair {
			continue
		}
		w := start(t)
		request, at, experts := b.request(t, w)
		b.happen(t, w, request)
		answer := must(w.WhyNot(t.Context(), w.A.Coordinator, request, w.A.Experts[0]))(t).WhyNotAnswer
		answers = append(answers, answer)
		same(t, b.name, answer, answers[0])
		same(t, b.name, answer.Obstacles, []engine.Obstacle{{Code: engine.OtherRule}})
		if len(answer.Proposals.List) > 0 || answer.Standing != nil {
			t.Errorf("%s: %+v", b.name, answer)
		}
		for _, c := range must(w.WhyNobody(t.Context(), w.A.Coordinator, request))(t).Counts {
			if c.Code == engine.RuleCode(b.rule) {
				t.Errorf("%s: counted as %s", b.name, c.Code)
			}
		}
		refusal := w.refused(t, "INFEASIBLE OTHER", func() error {
			_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(request, at, experts...))
			return err
		})
		equal(t, b.name, refusal.Message, "hard rules forbid this: OTHER")
	}
	if len(answers) != 3 {
		t.Errorf("%d exclusions were tried", len(answers))
	}
}

// Two databases that differ in nothing but a theme that was taken back, and one
// that never was, answer the same.
func TestWhyNotDoesNotTellATakenBackThemeFromNone(t *testing.T) {
	t.Parallel()
	withdrawn, never := start(t), start(t)
	for _, level := range []engine.ConsentLevel{engine.Amber, engine.Red} {
		must(withdrawn.SetThemeConsent(t.Context(), withdrawn.A.ExpertViewers[0], fresh(), engine.Consent{Theme: "LONELINESS", Usage: engine.UsageOneToOne, Level: level}))(t)
	}
	never.set(t, `delete from theme_consent where expert_id = $1 and theme = 'LONELINESS'`, never.A.Experts[0])
	type answers struct {
		One app.WhyNot
		All app.WhyNobody
	}
	one := func(w *world) answers {
		return answers{must(w.WhyNot(t.Context(), w.A.Coordinator, w.A.Ear, w.A.Experts[0]))(t), must(w.WhyNobody(t.Context(), w.A.Coordinator, w.A.Ear))(t)}
	}
	same(t, "the answers", one(withdrawn), one(never))
	same(t, "the obstacle", one(never).One.Obstacles, []engine.Obstacle{{Code: "NO_THEME_CONSENT"}})
}
