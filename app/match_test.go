package app_test

import (
	"slices"
	"testing"

	"expex/engine"
)

func TestSuggestionsAreForRequestsThatCanStillBeMatched(t *testing.T) {
	t.Parallel()
	w := start(t)
	over := []engine.RequestStatus{engine.RequestWithdrawn, engine.RequestReferred, engine.RequestClosed, engine.RequestEvaluated}
	for _, status := range everyStatus {
		w.set(t, `update request set status = $2 where id = $1`, w.A.Ear, string(status))
		want := ""
		if slices.Contains(over, status) {
			want = "CONFLICT ILLEGAL_TRANSITION"
		}
		got, err := w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear)
		if class(err) != want {
			t.Errorf("%s: %v, want %q", status, err, want)
		}
		if err == nil && len(got.Ranking.Suggestions) != 3 {
			t.Errorf("%s: %d suggestions, want 3", status, len(got.Ranking.Suggestions))
		}
	}
	for _, id := range []engine.RequestID{w.B.Ear, "aaaaaaaa-0005-4000-8000-00000000dead", "any"} {
		if _, err := w.MatchSuggestions(t.Context(), w.A.Coordinator, id); class(err) != "NOT_FOUND" {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestAskingForSuggestionsChangesNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	before := w.contents(t)
	first := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t)
	same(t, "asked again", must(w.MatchSuggestions(t.Context(), w.A.RegionLead, w.A.Ear))(t), first)
	if after := w.contents(t); !slices.Equal(before, after) {
		t.Errorf("it changed %s", changed(before, after))
	}
}

// Every slot that is shown can be offered to those it is shown for.
func TestEverySlotShownCanBeOffered(t *testing.T) {
	t.Parallel()
	w := start(t)
	for name, id := range map[string]engine.RequestID{"an ear": w.A.Ear, "a pair": w.open(t, w.talk())} {
		for _, s := range must(w.MatchSuggestions(t.Context(), w.A.Coordinator, id))(t).Ranking.Suggestions {
			if len(s.Slots) == 0 {
				t.Errorf("%s: %v have no slot", name, s.Experts)
			}
			for _, at := range s.Slots {
				in := w.ask(id, at)
				in.ExpertIDs = s.Experts
				if _, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in); err != nil {
					t.Errorf("%s: %v at %v: %v", name, s.Experts, at, err)
				}
				w.set(t, `update offer set status = 'WITHDRAWN'`)
			}
		}
	}
}
