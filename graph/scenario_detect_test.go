package graph_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"expex/graph/globalid"
)

// Extra scenario: a request names a diagnosis and a first name. It is refused,
// the error offers another text, and neither the message nor the log repeats
// what was sent.
func TestScenarioARequestNamesADiagnosisAndAFirstName(t *testing.T) {
	t.Parallel()
	s := start(t)
	submit := func(key, goal string, nobody bool) []byte {
		return s.ask(t, s.A.Requester, `mutation($i:SubmitRequestInput!){submitRequest(input:$i){request{id goal}}}`, map[string]any{"i": map[string]any{
			"idempotencyKey": key, "organisationId": globalid.Encode(globalid.Organisation, string(s.A.House)), "type": "LISTENING_EAR", "municipality": "GM0513",
			"client": map[string]any{"ageFrom": 14, "ageTo": 16}, "goal": goal, "goalNamesNobody": nobody,
			"options": []any{map[string]any{"start": "2027-04-21T12:00:00Z", "end": "2027-04-21T13:00:00Z"}}}})
	}
	requests := func() any {
		return at(t, s.must(t, s.A.Coordinator, `{requests{totalCount}}`, nil), "requests", "totalCount")
	}
	before := requests()
	const goal = "Onze zoon Jayden heeft ADHD en zoekt een maatje."
	text := submit("detect-0001", goal, false)
	var refused struct {
		Errors []struct {
			Message    string
			Extensions struct {
				Code, Field, Reason, Rewrite string
				Findings                     []struct {
					Kind, Neutral string
					Start, End    int
				}
			}
		}
	}
	if err := json.Unmarshal(text, &refused); err != nil || len(refused.Errors) != 1 {
		t.Fatalf("the answer is %s", text)
	}
	e := refused.Errors[0].Extensions
	if e.Code != "INVALID" || e.Field != "goal" || e.Reason != "PERSONAL_DATA" {
		t.Errorf("it is refused as %+v", e)
	}
	if want := "Onze zoon [...] heeft [...] en zoekt een maatje."; e.Rewrite != want {
		t.Errorf("the rewrite is %q, want %q", e.Rewrite, want)
	}
	var pieces []string
	for _, f := range e.Findings {
		pieces = append(pieces, f.Kind+" "+string([]rune(goal)[f.Start:f.End]))
	}
	if got := strings.Join(pieces, ", "); got != "FIRST_NAME Jayden, DIAGNOSIS ADHD" {
		t.Errorf("found were %s", got)
	}
	if bytes.Contains(text, []byte("Jayden")) || bytes.Contains(text, []byte("heeft ADHD")) || strings.Contains(refused.Errors[0].Message, "maatje") {
		t.Errorf("the answer repeats what was sent: %s", text)
	}
	if lines := s.lines(); len(lines) != 0 {
		t.Errorf("the log holds %q", lines)
	}
	if got := requests(); got != before {
		t.Errorf("there are %v requests, want %v", got, before)
	}

	// What is said of the name does not let the diagnosis pass.
	if again := submit("detect-0002", goal, true); !bytes.Contains(again, []byte("PERSONAL_DATA")) {
		t.Errorf("the diagnosis passes: %s", again)
	}
	// The rewrite passes, under the same key: the refused call left nothing.
	if done := submit("detect-0001", e.Rewrite, false); bytes.Contains(done, []byte("errors")) {
		t.Errorf("the rewrite is refused: %s", done)
	}
	// A house called after somebody is refused first and then passes.
	const house = "Kennismaken op onze locatie, bij Roos aan de plas."
	if text := submit("detect-0003", house, false); !bytes.Contains(text, []byte("FIRST_NAME")) {
		t.Errorf("a name inside a sentence passes: %s", text)
	}
	if text := submit("detect-0004", house, true); !bytes.Contains(text, []byte(house)) {
		t.Errorf("a name that is nobody's is refused: %s", text)
	}
	if got, want := requests(), before.(float64)+2; got != want {
		t.Errorf("there are %v requests, want %v", got, want)
	}
}
