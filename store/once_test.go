package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// closeDay is an effect that can be counted: a blackout of the expert.
func closeDay(t *testing.T, v store.View, e engine.ExpertID, key string, day int) (string, error) {
	return store.Once(t.Context(), v, store.Key{Key: key, Mutation: "closeDay", Input: day}, func(tx *store.Tx) (string, error) {
		start := storetest.Now.AddDate(0, 0, day)
		return fmt.Sprintf("closed day %d", day), tx.AddBlackout(t.Context(), e, engine.Interval{Start: start, End: start.AddDate(0, 0, 1)})
	})
}

var keyReused = engine.Conflict(engine.ReasonKeyReused, "idempotencyKey: was used before for something else; choose a fresh one for a new intention")

func TestOnce(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	e, v := f.A.Experts[1], s.As(f.A.ExpertViewers[1])
	effects := func() int { return number(t, v, `select count(*) from blackout`) }
	for _, step := range []struct {
		name    string
		view    store.View
		key     string
		day     int
		answer  string
		err     error
		effects int
	}{
		{"the first call has its effect", v, "key-of-call-1", 10, "closed day 10", nil, 1},
		{"the same call again gives its answer and no effect", v, "key-of-call-1", 10, "closed day 10", nil, 1},
		{"the same key for something else is refused", v, "key-of-call-1", 11, "", keyReused, 1},
		{"another key is another effect", v, "key-of-call-2", 11, "closed day 11", nil, 2},
		{"a call that fails stores nothing", v, "key-of-call-3", 11, "", store.Constraints["blackout_once"], 2},
		{"and its key stays free", v, "key-of-call-3", 12, "closed day 12", nil, 3},
		{"another account may use the same key", s.As(f.A.Coordinator), "key-of-call-1", 13, "closed day 13", nil, 4},
		{"a key of 8 bytes will do", v, "12345678", 14, "closed day 14", nil, 5},
		{"one of 7 is too easy to draw twice", v, "1234567", 15, "",
			engine.Invalid("idempotencyKey", "has 7 bytes; choose a fresh random text of 8 to 200, such as a UUID"), 5},
		{"one of 201 is too long", v, strings.Repeat("k", 201), 15, "",
			engine.Invalid("idempotencyKey", "has 201 bytes; choose a fresh random text of 8 to 200, such as a UUID"), 5},
		{"nobody has no keys", s.As(auth.Viewer{}), "key-of-nobody", 15, "", engine.NotFound(), 5},
	} {
		t.Run(step.name, func(t *testing.T) {
			answer, err := closeDay(t, step.view, e, step.key, step.day)
			if answer != step.answer || !(err == nil && step.err == nil || reflect.DeepEqual(err, step.err)) {
				t.Errorf("it answers %q, %v; want %q, %v", answer, err, step.answer, step.err)
			}
			if n := effects(); n != step.effects {
				t.Errorf("there are %d effects, want %d", n, step.effects)
			}
		})
	}
}

func TestOnceKnowsMutationsApart(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	v := s.As(f.A.Coordinator)
	answer := func(*store.Tx) (int, error) { return 1, nil }
	if _, err := store.Once(t.Context(), v, store.Key{Key: "a single key", Mutation: "one"}, answer); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Once(t.Context(), v, store.Key{Key: "a single key", Mutation: "other"}, answer); !reflect.DeepEqual(err, error(keyReused)) {
		t.Errorf("the same input of another mutation gives %v, want a conflict", err)
	}
}

// interop: a client that lost the answer asks again at once, on another
// connection, while the first call may still be under way.
func TestOnceAtTheSameTime(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	e, v := f.A.Experts[1], s.As(f.A.ExpertViewers[1])
	for round := range 20 {
		key := fmt.Sprintf("key-of-round-%d", round)
		// The first call holds its key open until the second waits for it.
		begun, inside := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		var answers [2]string
		var errs [2]error
		wg.Go(func() {
			answers[0], errs[0] = store.Once(t.Context(), v, store.Key{Key: key, Mutation: "closeDay", Input: round}, func(tx *store.Tx) (string, error) {
				close(inside)
				<-begun
				start := storetest.Now.AddDate(0, 0, round)
				return fmt.Sprintf("closed day %d", round), tx.AddBlackout(t.Context(), e, engine.Interval{Start: start, End: start.AddDate(0, 0, 1)})
			})
		})
		wg.Go(func() {
			<-inside
			answers[1], errs[1] = closeDay(t, v, e, key, round)
		})
		<-inside
		awaitWaiting(t, s, 1)
		close(begun)
		wg.Wait()
		if errs[0] != nil || errs[1] != nil || answers[0] != answers[1] || answers[0] == "" {
			t.Errorf("round %d: answers %q and %q, errors %v", round, answers[0], answers[1], errors.Join(errs[:]...))
		}
		if n := number(t, v, `select count(*) from blackout`); n != round+1 {
			t.Fatalf("round %d: there are %d effects", round, n)
		}
	}
}

func TestOnceAtTheSameTimeWhenTheFirstFails(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	e, v := f.A.Experts[1], s.As(f.A.ExpertViewers[1])
	begun, inside, refused := make(chan struct{}), make(chan struct{}), engine.Infeasible(nil)
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := store.Once(t.Context(), v, store.Key{Key: "key-of-both", Mutation: "closeDay", Input: 1}, func(*store.Tx) (string, error) {
			close(inside)
			<-begun
			return "", refused
		})
		if !errors.Is(err, refused) {
			t.Errorf("the first ends with %v, want its own error", err)
		}
	})
	wg.Go(func() {
		<-inside
		if answer, err := closeDay(t, v, e, "key-of-both", 1); err != nil || answer != "closed day 1" {
			t.Errorf("the second gets %q, %v; want its own effect", answer, err)
		}
	})
	<-inside
	awaitWaiting(t, s, 1)
	close(begun)
	wg.Wait()
}

// awaitWaiting returns once n transactions of the database wait for another.
func awaitWaiting(t *testing.T, s *store.Store, n int) {
	t.Helper()
	for have := 0; have < n; {
		if err := store.Owner(s).GetContext(t.Context(), &have, `
			select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`); err != nil {
			t.Error(err)
			return
		}
	}
}

func TestASecretIsNotInTheStoredAnswer(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	a := app.App{Store: s}
	expert := f.A.ExpertViewers[1]
	first, err := a.CreateCalendarFeed(t.Context(), expert, "key-of-a-feed", store.Feed{Label: "telefoon", Title: "MINIMAL"})
	if err != nil || !first.Secret.WellFormed() {
		t.Fatalf("the first call shows no secret: %v", err)
	}
	again, err := a.CreateCalendarFeed(t.Context(), expert, "key-of-a-feed", store.Feed{Label: "telefoon", Title: "MINIMAL"})
	if err != nil || again.Secret != "" || !reflect.DeepEqual(again.Feed, first.Feed) {
		t.Errorf("the repeated call answers %+v with a secret of %d characters (%v), want the first feed without one", again.Feed, len(again.Secret), err)
	}
	if everything := dump(t, s); strings.Contains(everything, first.Secret.Reveal()) {
		t.Error("the secret stands in the database")
	}
	if c, err := a.FindCalendarFeed(t.Context(), first.Secret, "test"); err != nil || c.Feed.ID != first.Feed.ID {
		t.Errorf("the secret opens %+v (%v), want the feed", c.Feed, err)
	}
}
