package engine_test

import (
	"testing"

	"expex/engine"
)

func TestAHouseIsAParentItsLocationsAndWhatMergedIntoIt(t *testing.T) {
	t.Parallel()
	tree := engine.OrganisationTree{
		"west": {Parent: "careland"}, "east": {Parent: "careland"}, "attic": {Parent: "east"},
		"oldhome": {MergedInto: "careland"}, "oldhome north": {Parent: "oldhome"},
		"sold": {Parent: "careland", MergedInto: "elsewhere"},
	}
	for _, c := range []struct {
		a, b engine.OrganisationID
		same bool
	}{
		{"careland", "careland", true}, {"west", "careland", true}, {"west", "east", true}, {"attic", "west", true},
		{"oldhome", "careland", true}, {"oldhome north", "west", true}, {"oldhome north", "oldhome", true},
		{"elsewhere", "careland", false}, {"nobody knows it", "west", false}, {"nobody knows it", "nobody knows it", true},
		{"sold", "elsewhere", true}, {"sold", "careland", false}, // a successor comes before a parent
		{"", "", false}, {"", "careland", false},
	} {
		if tree.SameHouse(c.a, c.b) != c.same || tree.SameHouse(c.b, c.a) != c.same {
			t.Errorf("%q and %q are one house: %t, want %t", c.a, c.b, !c.same, c.same)
		}
	}
}

func TestACycleOfOrganisationsEnds(t *testing.T) {
	t.Parallel()
	tree := engine.OrganisationTree{"a": {MergedInto: "b"}, "b": {Parent: "c"}, "c": {MergedInto: "a"}}
	for _, id := range []engine.OrganisationID{"a", "b", "c"} {
		if got := tree.Root(id); got != id {
			t.Errorf("the root of %s is %s", id, got)
		}
	}
}
