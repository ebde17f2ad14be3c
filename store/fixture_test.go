package store_test

import (
	"context"
	"reflect"
	"testing"

	"expex/auth"
	"expex/engine"
	"expex/store/storetest"
)

func TestTheFixtureGivesSuggestionsAndSignsEverybodyIn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for _, site := range []storetest.Site{f.A, f.B} {
		in, err := s.As(site.Coordinator).MatchInput(ctx, site.Ear)
		if err != nil {
			t.Fatal(err)
		}
		ranking, err := engine.Suggest(in)
		if err != nil {
			t.Fatal(err)
		}
		if len(ranking.Suggestions) != 3 {
			t.Errorf("%d suggestions, want the three experts without exclusions: %+v", len(ranking.Suggestions), ranking)
		}
		want := []engine.ExcludedCount{{Code: "ORG_EXCLUSION", Count: 1}, {Code: "PERSON_EXCLUSION", Count: 1}, {Code: "DUAL_ROLE", Count: 1}}
		if !reflect.DeepEqual(ranking.Excluded, want) {
			t.Errorf("excluded %+v, want %+v", ranking.Excluded, want)
		}
	}
	for _, v := range append(append(f.A.Viewers(), f.B.Viewers()...), f.SystemAdmin, f.Roleless) {
		got, err := s.ViewerByToken(ctx, storetest.Secret(v).Hash())
		if err != nil || !reflect.DeepEqual(got, v) {
			t.Errorf("the token of %s gives %+v (%v), want %+v", v.Name, got, err, v)
		}
	}
	if _, err := s.ViewerByToken(ctx, auth.NewSecret().Hash()); err != auth.ErrUnknown {
		t.Errorf("a fresh token gives %v, want auth.ErrUnknown", err)
	}
}
