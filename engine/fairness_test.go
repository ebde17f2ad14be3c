package engine_test

import (
	"fmt"
	"math/big"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

func TestGini(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		loads []int
		want  int
	}{
		{nil, 0}, {[]int{7}, 0}, {[]int{0, 0, 0}, 0}, {[]int{60, 60, 60, 60}, 0},
		{[]int{0, 0, 0, 60}, 7500}, // one has all: (n-1)/n
		{[]int{1, 2, 3, 4}, 2500},  // a textbook's example
		{[]int{1, 3}, 2500}, {[]int{1, 1, 2}, 1666},
	} {
		if got := engine.Gini(c.loads); got != c.want {
			t.Errorf("%v: %d, want %d", c.loads, got, c.want)
		}
	}
}

func drawLoads(t *rapid.T) []int {
	return rapid.SliceOfN(rapid.IntRange(0, 6000), 1, 40).Draw(t, "loads")
}

// byPairs is the definition: the mean difference of all pairs over twice the mean.
func byPairs(loads []int) int {
	differences, sum := 0, 0
	for _, a := range loads {
		sum += a
		for _, b := range loads {
			differences += max(a-b, b-a)
		}
	}
	if sum == 0 {
		return 0
	}
	n := big.NewInt(int64(len(loads)))
	above := new(big.Int).Mul(big.NewInt(engine.Perfect), big.NewInt(int64(differences)))
	below := new(big.Int).Mul(big.NewInt(2), new(big.Int).Mul(n, big.NewInt(int64(sum))))
	return int(above.Div(above, below).Int64())
}

func TestGiniIsWhatItsDefinitionSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loads := drawLoads(t)
		got, n := engine.Gini(loads), len(loads)
		if want := byPairs(loads); got != want {
			t.Fatalf("%v: %d, by its definition %d", loads, got, want)
		}
		if got < 0 || got > engine.Perfect*(n-1)/n {
			t.Fatalf("%v: %d is out of range", loads, got)
		}
		if other := engine.Gini(rapid.Permutation(loads).Draw(t, "order")); other != got {
			t.Fatalf("in another order %d instead of %d", other, got)
		}
		scaled, twice := make([]int, n), append(append([]int{}, loads...), loads...)
		k := rapid.IntRange(1, 50).Draw(t, "times")
		for i, x := range loads {
			scaled[i] = k * x
		}
		if engine.Gini(scaled) != got || engine.Gini(twice) != got {
			t.Fatalf("%v: %d, but %d in other units and %d for two of each", loads, got, engine.Gini(scaled), engine.Gini(twice))
		}
		if idle := engine.Gini(append([]int{0}, loads...)); idle < got {
			t.Fatalf("%v: somebody without work makes it fairer: %d instead of %d", loads, idle, got)
		}
		equal := make([]int, n)
		for i := range equal {
			equal[i] = loads[0]
		}
		if g := engine.Gini(equal); g != 0 {
			t.Fatalf("%v: %d", equal, g)
		}
	})
}

// The principle of Pigou and Dalton: work that goes from one who has more to one
// who has less, without turning them round, never makes it less fair.
func TestWorkThatMovesToWhoHasLessIsFairer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loads := drawLoads(t)
		i, j := rapid.IntRange(0, len(loads)-1).Draw(t, "from"), rapid.IntRange(0, len(loads)-1).Draw(t, "to")
		if loads[i] < loads[j] {
			i, j = j, i
		}
		before := engine.Gini(loads)
		moved := rapid.IntRange(0, (loads[i]-loads[j])/2).Draw(t, "minutes")
		loads[i], loads[j] = loads[i]-moved, loads[j]+moved
		if after := engine.Gini(loads); after > before {
			t.Fatalf("%v: %d, before %d", loads, after, before)
		}
	})
}

// crew are experts with a session of that many minutes a week ago.
func crew(minutes ...int) engine.FairnessInput {
	in := engine.FairnessInput{Now: saturday, Zone: amsterdam, Policy: engine.DefaultPolicy()}
	for i, n := range minutes {
		c := engine.Candidate{Expert: engine.ExpertID(fmt.Sprintf("e%d", i)), DeployableSince: "2026-01-01", LastOfferAt: ptr(saturday.AddDate(0, 0, -10))}
		if n > 0 {
			c.Booked = []engine.Booked{{Session: span("2027-03-12 10:00", n)}}
		}
		in.Experts = append(in.Experts, c)
	}
	return in
}

func TestFairness(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*engine.FairnessInput)
		want   string
	}{
		{"as it is", func(*engine.FairnessInput) {}, "8 experts, gini 2916, quartiles [120 240 360], range 420, full 0, unasked 0"},
		{"the window begins at midnight 13 weeks ago", func(in *engine.FairnessInput) {
			in.Experts[0].Booked = []engine.Booked{{Session: between("2026-12-18 23:00", "2026-12-19 01:00")}, {Session: span("2026-12-18 10:00", 600)}}
		}, "8 experts, gini 2916, quartiles [120 240 360], range 420, full 0, unasked 0"},
		{"what is still to come does not count", func(in *engine.FairnessInput) {
			in.Experts[0].Booked = append(in.Experts[0].Booked, engine.Booked{Session: span("2027-03-20 12:00", 600)})
		}, "8 experts, gini 2916, quartiles [120 240 360], range 420, full 0, unasked 0"},
		{"some are full", func(in *engine.FairnessInput) { in.Experts[0].ActiveRelations = 2 }, "8 experts, gini 2916, quartiles [120 240 360], range 420, full some, unasked 0"},
		{"many are full, of their own limit", func(in *engine.FairnessInput) {
			for i := range 5 {
				in.Experts[i].ActiveRelations, in.Experts[i].Caps.ActiveRelations = 1, 1
			}
		}, "8 experts, gini 2916, quartiles [120 240 360], range 420, full 5, unasked 0"},
		{"full of sessions", func(in *engine.FairnessInput) {
			for i := range 5 {
				in.Experts[i].Caps.SessionsPerWeek = 1
				for _, day := range []string{"2027-03-15", "2027-03-22", "2027-03-29", "2027-04-05"} {
					in.Experts[i].Booked = append(in.Experts[i].Booked, booked(day+" 23:00"))
				}
			}
			for i := range in.Experts { // the past of all alike
				in.Experts[i].Booked = in.Experts[i].Booked[min(1, len(in.Experts[i].Booked)):]
			}
		}, "8 experts, gini 3750, quartiles [0 60 60], range 60, full 5, unasked 0"},
		{"one was never asked", func(in *engine.FairnessInput) { in.Experts[0].LastOfferAt = nil }, "8 experts, gini 2916, quartiles [120 240 360], range 420, full 0, unasked some"},
		{"sixty days ago is long ago", func(in *engine.FairnessInput) {
			for i := range 6 {
				in.Experts[i].LastOfferAt = ptr(in.Now.Add(-60 * 24 * time.Hour))
			}
			in.Experts[0].LastOfferAt = ptr(in.Now.Add(-60*24*time.Hour + time.Second))
		}, "8 experts, gini 2916, quartiles [120 240 360], range 420, full 0, unasked 5"},
		{"a small pool shows no spread", func(in *engine.FairnessInput) { in.Experts = in.Experts[:4] }, "4 experts, full 0, unasked 0"},
		{"nobody", func(in *engine.FairnessInput) { in.Experts = nil }, "0 experts, full 0, unasked 0"},
		{"a request waits", func(in *engine.FairnessInput) {
			in.Experts = nil
			in.Oldest = &engine.Request{ID: "old", Status: engine.RequestOnHold, SubmittedAt: in.Now.AddDate(0, 0, -40)}
		}, "0 experts, full 0, unasked 0, old waits 40 days"},
		{"none waits any more", func(in *engine.FairnessInput) {
			in.Experts = nil
			in.Oldest = &engine.Request{ID: "old", Status: engine.RequestFilled, SubmittedAt: in.Now.AddDate(0, 0, -40)}
		}, "0 experts, full 0, unasked 0"},
	} {
		in := crew(60, 120, 180, 240, 300, 360, 420, 480)
		c.change(&in)
		if got := fairnessText(engine.AssessFairness(in)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func fairnessText(f engine.Fairness) string {
	tally := func(t engine.Tally) string {
		if t.Some {
			return "some"
		}
		return fmt.Sprint(t.Count)
	}
	text := fmt.Sprintf("%d experts", f.Experts)
	if f.Spread != nil {
		text += fmt.Sprintf(", gini %d, quartiles %v, range %d", f.Spread.Gini, f.Spread.Quartiles, f.Spread.Range)
	}
	text += ", full " + tally(f.Full) + ", unasked " + tally(f.Unasked)
	if f.Longest != nil {
		text += fmt.Sprintf(", %s waits %d days", f.Longest.Request, f.Longest.Days)
	}
	return text
}

func TestFairnessIsTheSameForAnyOrderOfExperts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := crew(rapid.SliceOfN(rapid.IntRange(0, 600), 0, 12).Draw(t, "minutes")...)
		for i := range in.Experts {
			in.Experts[i].ActiveRelations = rapid.IntRange(0, 2).Draw(t, "relations")
			if rapid.Bool().Draw(t, "never asked") {
				in.Experts[i].LastOfferAt = nil
			}
		}
		want := engine.AssessFairness(in)
		in.Experts = rapid.Permutation(in.Experts).Draw(t, "order")
		if got := engine.AssessFairness(in); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, want %+v", got, want)
		}
		for _, tally := range []engine.Tally{want.Full, want.Unasked} {
			if 0 < tally.Count && tally.Count < in.Policy.SmallPool || tally.Some && tally.Count != 0 {
				t.Fatalf("a small count shows: %+v", tally)
			}
		}
		if len(in.Experts) < in.Policy.SmallPool && want.Spread != nil {
			t.Fatal("a small pool shows its spread")
		}
	})
}
