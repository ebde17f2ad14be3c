package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"expex/graph/globalid"
	"expex/store"
	"expex/store/storetest"
)

// TestTwoProcessesSuggestTheSame asks two processes on one database: the hash of
// the input, the calculation and its basis are the same to the last byte.
func TestTwoProcessesSuggestTheSame(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	s, err := store.Open(context.Background(), store.Options{DSN: dsn, Now: func() time.Time { return storetest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := storetest.Fill(t, s)
	var answers [2]string
	for i := range answers {
		c := command("serve", "--addr", "127.0.0.1:0")
		c.Env = append(c.Env, "DATABASE_URL="+dsn, atTime+"="+storetest.Now.Format(time.RFC3339))
		got, err := do(launch(t, c).address()+"/graphql", storetest.Secret(f.A.Coordinator).Reveal(), `query($r:ID!){matchSuggestions(requestId:$r){
			inputHash engineVersion weightsVersion suggestions{experts{id} score factors{name value points facts} slots{start} basis}}}`,
			map[string]any{"r": globalid.Encode(globalid.Request, string(f.A.Ear))})
		if err != nil {
			t.Fatal(err)
		}
		answers[i] = fmt.Sprint(got)
	}
	if answers[0] != answers[1] || len(answers[0]) < 500 {
		t.Errorf("the answers are\n%s\n%s", answers[0], answers[1])
	}
}
