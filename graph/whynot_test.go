package graph_test

import (
	"fmt"
	"testing"

	"expex/graph/globalid"
)

const whyNotText = `{
	whyNot(requestId:%q,expertId:%q){request{id organisation{name}} expert{firstName} obstacles{code facts sentence} standing{rank sentence} proposals{list{sentence}}}
	whyNobody(requestId:%q){candidates counts{code count sentence} proposals{list{sentence}}}
}`

// The number of statements does not depend on what blocks whom, nor on what
// somebody allows or keeps away from.
func TestWhyNotTakesTheSameNumberOfStatementsWhateverTheAnswer(t *testing.T) {
	t.Parallel()
	f := start(t)
	request := globalid.Encode(globalid.Request, string(f.A.Ear))
	f.ask(t, f.A.Coordinator, "{viewer{id}}", nil)
	var want int64
	count := func(what string, expert int) {
		t.Helper()
		f.statements.Store(0)
		f.must(t, f.A.Coordinator, fmt.Sprintf(whyNotText, request, globalid.Encode(globalid.Expert, string(f.A.Experts[expert])), request), nil)
		if got := f.statements.Load(); want == 0 {
			want = got
		} else if got != want {
			t.Errorf("%s: %d statements, want %d", what, got, want)
		}
	}
	count("suggested", 0)
	for expert, what := range map[int]string{3: "keeps away from the house", 4: "keeps away from the young person", 5: "works there"} {
		count(what, expert)
	}
	for _, change := range []string{
		`delete from theme_consent`,
		`update service_area set valid_to = '2027-01-01'`,
		`update expert_record set status = 'PAUSED'`,
		`update expert_record set fold_exclusions = true`,
	} {
		if _, err := f.db.Exec(change); err != nil {
			t.Fatal(err)
		}
		count(change, 0)
		count(change, 3)
	}
}

// A change for one person does not say for whom: that would tell what blocks her.
func TestWhyNotNamesNobodyInAProposal(t *testing.T) {
	t.Parallel()
	f := start(t)
	if _, err := f.db.Exec(`update expert_record set max_travel_minutes = 1`); err != nil {
		t.Fatal(err)
	}
	answer := f.must(t, f.A.Coordinator, fmt.Sprintf(`{whyNobody(requestId:%q){suggestions counts{code} proposals{complete list{cost sentence changes{kind by from}}}}}`, globalid.Encode(globalid.Request, string(f.A.Ear))), nil)
	list := at(t, answer, "whyNobody", "proposals", "list").([]any)
	if len(list) == 0 {
		t.Fatalf("nothing is proposed: %v", answer)
	}
	schema := f.must(t, f.A.Coordinator, `{__type(name:"Change"){fields{name}}}`, nil)
	for _, field := range at(t, schema, "__type", "fields").([]any) {
		if name := at(t, field, "name"); name == "expert" || name == "expertId" {
			t.Errorf("a change tells the %s", name)
		}
	}
}
