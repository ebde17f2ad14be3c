package graph_test

import (
	"bytes"
	"strings"
	"testing"

	"expex/auth"
	"expex/graph/globalid"
)

const follow = `query($r:ID!){matchSuggestions(requestId:$r,first:1){suggestions{experts{id} slots{start end} basis}}}`

// TestAChoiceThatIsStale looks, lets the world change, and chooses.
func TestAChoiceThatIsStale(t *testing.T) {
	t.Parallel()
	f := start(t)
	request := globalid.Encode(globalid.Request, string(f.A.Ear))
	look := func(key string) map[string]any {
		best := at(t, f.must(t, f.A.Coordinator, follow, map[string]any{"r": request}), "matchSuggestions", "suggestions", 0)
		return map[string]any{"idempotencyKey": key, "requestId": request, "slot": at(t, best, "slots", 0), "basis": at(t, best, "basis"),
			"expertIds": []any{at(t, best, "experts", 0, "id")}}
	}
	const choose = `mutation($i:MakeOfferInput!){makeOffer(input:$i){decisionId}}`
	choice := look("stale-choice-1")
	weights := map[string]any{"p": globalid.Encode(globalid.Pool, string(f.A.Pool))}
	f.must(t, f.A.Coordinator, `mutation($p:ID!){proposeWeights(input:{idempotencyKey:"stale-propose",poolId:$p,type:"LISTENING_EAR",reason:"Thema eerst",
		weights:[{factor:"theme_fit",weight:80},{factor:"proximity",weight:20}]}){weights{version status}}}`, weights)
	approve := `mutation($p:ID!){approveWeights(input:{idempotencyKey:"stale-approve",poolId:$p,type:"LISTENING_EAR",version:1}){weights{status decidedBy{name}}}}`
	if own := f.read(t, f.A.Coordinator, approve, weights); len(own.Errors) != 1 || own.Errors[0].Extensions.Reason != "OWN_PROPOSAL" {
		t.Errorf("her own proposal: %+v", own)
	}
	f.must(t, f.A.RegionLead, approve, weights)

	got := string(f.ask(t, f.A.Coordinator, choose, map[string]any{"i": choice}))
	if want := `"extensions":{"changes":[{"is":"listening-ear-1","was":"default-1/BUDDY","what":"WEIGHTS_VERSION"}],"code":"CONFLICT","reason":"STALE"}`; !strings.Contains(got, want) {
		t.Errorf("the answer is %s, want %s", got, want)
	}
	// The key was not used up: she looks again, and the same intention succeeds.
	again := look("stale-choice-1")
	decision := at(t, f.must(t, f.A.Coordinator, choose, map[string]any{"i": again}), "makeOffer", "decisionId")
	const read = `query($d:ID!){decision(id:$d){override overrideReason weightsVersion calculation{factors{name weight}} offers{status}} node(id:$d){id ... on Decision{madeBy{name}}}}`
	kept := f.must(t, f.A.RegionLead, read, map[string]any{"d": decision})
	for path, want := range map[string]any{"override": false, "overrideReason": nil, "weightsVersion": "listening-ear-1"} {
		if v := at(t, kept, "decision", path); v != want {
			t.Errorf("%s is %v, want %v", path, v, want)
		}
	}
	if factors := at(t, kept, "decision", "calculation", "factors").([]any); len(factors) != 2 {
		t.Errorf("the calculation has %v", factors)
	}
	if name := at(t, kept, "node", "madeBy", "name"); name != f.A.Coordinator.Name {
		t.Errorf("it was made by %v", name)
	}
	// Nobody else reads it, not even who is asked.
	for _, viewer := range []auth.Viewer{f.A.ExpertViewers[0], f.A.Requester, f.A.Trainer, f.B.Coordinator} {
		if text := f.ask(t, viewer, `query($d:ID!){node(id:$d){id}}`, map[string]any{"d": decision}); !bytes.Contains(text, []byte(`{"node":null}`)) {
			t.Errorf("%s reads %s", viewer.Name, text)
		}
	}
}

// A theme that is taken back between a look and a choice is told as little as a
// language that is: the answers are the same but for nothing.
func TestAChangedThemeIsToldAsAChangedTrait(t *testing.T) {
	t.Parallel()
	theme, trait := start(t), start(t)
	answer := func(f *service, change string) []byte {
		request := globalid.Encode(globalid.Request, string(f.A.Ear))
		best := at(t, f.must(t, f.A.Coordinator, follow, map[string]any{"r": request}), "matchSuggestions", "suggestions", 0)
		if _, err := f.db.Exec(change); err != nil {
			t.Fatal(err)
		}
		return f.ask(t, f.A.Coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){decisionId}}`, map[string]any{"i": map[string]any{
			"idempotencyKey": "theme-or-trait", "requestId": request, "slot": at(t, best, "slots", 0), "basis": at(t, best, "basis"), "expertIds": []any{at(t, best, "experts", 0, "id")}}})
	}
	x := answer(theme, `delete from theme_consent where theme = 'ADDICTION'`)
	y := answer(trait, `delete from expert_trait`)
	if !bytes.Equal(x, y) || !bytes.Contains(x, []byte(`"changes":[{"what":"PROFILE"}]`)) {
		t.Errorf("the answers are\n%s\n%s", x, y)
	}
}
