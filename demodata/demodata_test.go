package demodata

import (
	"bytes"
	"encoding/json"
	"regexp"
	"runtime"
	"slices"
	"testing"

	"expex/engine"
	"expex/store"
)

func TestEachPoolIsFarFromSmall(t *testing.T) {
	t.Parallel()
	for n, pool := range pools {
		working := 0
		for _, p := range roster {
			if slices.Contains(p.pools, n) && p.status == deployable {
				working++
			}
		}
		if working <= engine.DefaultPolicy().SmallPool {
			t.Errorf("%s has %d deployable experts", pool.name, working)
		}
	}
}

// TestSameSeedSameBytes is not parallel: it changes how many threads run.
func TestSameSeedSameBytes(t *testing.T) {
	bytesWith := func(threads int) []byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		return mustJSON(t, Generate(7, "2027-03-27"))
	}
	first := bytesWith(1)
	for _, threads := range []int{1, 2} {
		if !bytes.Equal(first, bytesWith(threads)) {
			t.Errorf("another demo with GOMAXPROCS %d", threads)
		}
	}
	if bytes.Equal(first, mustJSON(t, Generate(8, "2027-03-27"))) {
		t.Error("another seed gives the same demo")
	}
}

func TestIdsHangOnTheSeedAndNotOnTheDay(t *testing.T) {
	t.Parallel()
	a, b, c := Generate(7, "2027-03-27"), Generate(7, "2027-06-01"), Generate(8, "2027-03-27")
	a.Tables, b.Tables = nil, nil
	if x, y := mustJSON(t, a), mustJSON(t, b); !bytes.Equal(x, y) {
		t.Errorf("%s\nand\n%s", x, y)
	}
	if c.Expert == a.Expert || c.Accounts == a.Accounts {
		t.Error("two seeds share ids")
	}
}

func TestIdsAreVersion8UUIDsAndDiffer(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for _, kind := range []string{"expert", "request"} {
		for n := range 50 {
			for _, id := range []string{newID[string](source{7}, kind, n), newID[string](source{7}, kind, n, 1)} {
				if !form.MatchString(id) {
					t.Errorf("%s is no UUID of version 8", id)
				}
				if seen[id] {
					t.Errorf("%s came twice", id)
				}
				seen[id] = true
			}
		}
	}
}

func TestTheFeaturedRequestCanBeAskedAgain(t *testing.T) {
	t.Parallel()
	data := Generate(7, "2027-03-27")
	kind := loadWorld().types[engine.ListeningEar]
	for _, from := range []engine.Date{"2027-03-27", "2027-10-30", "2028-02-29"} {
		request := data.FeaturedRequest(from)
		request.Complete(kind)
		if err := request.Validate(kind, at(from, "23:00"), store.Zone); err != nil {
			t.Errorf("%s: %v", from, err)
		}
		if request.OrganisationID != data.House || request.From != from.AddDays(2) {
			t.Errorf("%s: %s from %s", from, request.OrganisationID, request.From)
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
