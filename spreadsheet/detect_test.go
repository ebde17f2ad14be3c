package spreadsheet_test

import (
	"strings"
	"testing"

	"expex/spreadsheet"
)

func TestAGoalThatNamesSomebodyIsAProblemUnlessItIsNobody(t *testing.T) {
	t.Parallel()
	list := func(goal, nobody string) error {
		_, err := spreadsheet.ReadRequests("x.csv", strings.NewReader("code;organisatie;inzetvorm;doel;doel noemt niemand;gemeente;weekvensters\n"+
			"Z;JBV;casusadvies;"+goal+";"+nobody+";Gouda;di 15:00-18:00\n"), full(t))
		return err
	}
	for _, c := range []struct {
		goal, nobody string
		problem      string
	}{
		{"Praten bij Roos aan de plas", "", "x.csv:2: doel: may say who somebody is (FIRST_NAME at characters 12 to 15)"},
		{"Praten bij Roos aan de plas", "ja", ""},
		{"Praten over autisme", "ja", "x.csv:2: doel: may say who somebody is (DIAGNOSIS at characters 13 to 19)"},
	} {
		switch err := list(c.goal, c.nobody); {
		case c.problem == "" && err != nil:
			t.Errorf("%q, %q: %v", c.goal, c.nobody, err)
		case c.problem != "" && (err == nil || !strings.HasPrefix(err.Error(), c.problem) || strings.Contains(err.Error(), "Roos")):
			t.Errorf("%q, %q: %v, want %s", c.goal, c.nobody, err, c.problem)
		}
	}
}
