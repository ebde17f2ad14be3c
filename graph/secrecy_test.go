package graph_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"expex/auth"
	"expex/engine"
)

// TestWhatSheTookBackIsWhatSheNeverHad asks every query of testdata as everybody
// but the expert herself, in two databases that differ in one thing: in the one
// she gave a theme and took it back, in the other she never had it. The answers
// are the same to the byte, and so is the number of statements.
func TestWhatSheTookBackIsWhatSheNeverHad(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries in testdata: %v", err)
	}
	// A must of the requests that are asked about, a wish of them, and neither.
	for _, theme := range []engine.ThemeCode{"LONELINESS", "ADDICTION", "TRAUMA"} {
		t.Run(string(theme), func(t *testing.T) {
			t.Parallel()
			tookBack, never := start(t), start(t)
			for _, f := range []*service{tookBack, never} {
				f.exec(t, `delete from theme_consent where expert_id = $1 and theme = $2`, string(f.A.Experts[0]), string(theme))
				// What was planned with it goes to her coordinator: see
				// TestConsentIsWithdrawnAfterSuggestions. Here nothing was.
				f.exec(t, `delete from request_theme where request_id = $1`, string(f.A.Talk))
			}
			for _, usage := range []engine.Usage{engine.UsageOneToOne, engine.UsageCase, engine.UsageClosedGroup, engine.UsagePublicGroup} {
				for n, level := range []engine.ConsentLevel{engine.Green, engine.Amber, engine.Red} {
					tookBack.must(t, tookBack.A.ExpertViewers[0], fmt.Sprintf(`mutation{setThemeConsent(input:{idempotencyKey:"secrecy-%s-%d",theme:"%s",usage:%s,level:%s}){consent{version}}}`,
						usage, n, theme, usage, level), nil)
				}
			}
			others := append(never.A.Viewers(), never.B.Viewers()...)
			others = append(others, never.SystemAdmin, never.Roleless, auth.Viewer{})
			others = slices.DeleteFunc(others, func(v auth.Viewer) bool { return v.AccountID == never.A.ExpertViewers[0].AccountID })
			shown := 0
			for _, file := range files {
				query, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				name := filepath.Base(file[:len(file)-len(".graphql")])
				for _, viewer := range others {
					ask := func(f *service) ([]byte, int64) {
						f.ask(t, viewer, "{viewer{id}}", nil) // the first call of a day notes the use of the token
						f.statements.Store(0)
						answer := f.ask(t, viewer, string(query), f.variables()[name])
						return answer, f.statements.Load()
					}
					one, oneCost := ask(tookBack)
					two, twoCost := ask(never)
					if !bytes.Equal(one, two) {
						t.Errorf("%s tells %s what was taken back:\n%s\n%s", name, viewer.Name, one, two)
					}
					if oneCost != twoCost {
						t.Errorf("%s costs %s %d statements after a theme was taken back and %d where there was none", name, viewer.Name, oneCost, twoCost)
					}
					if bytes.Contains(one, []byte(`"data":{`)) {
						shown++
					}
				}
			}
			if shown < 20 {
				t.Errorf("only %d answers hold anything: little was compared", shown)
			}
		})
	}
}
