package reference

import (
	"cmp"
	"fmt"
	"slices"
)

// ChangeKind says what an edition does to a municipality.
type ChangeKind string

// The kinds.
const (
	Added   ChangeKind = "ADDED"   // it had no region on that day
	Removed ChangeKind = "REMOVED" // the edition no longer lists it
	Moved   ChangeKind = "MOVED"   // another region
)

// Change is one difference between the memberships there are and an edition. To
// apply it: end the membership in Before on the day From (exclusive), begin one
// in After on that day. A membership that begins on that very day is a mistake
// put right: replace it.
type Change struct {
	Municipality string
	Name         string // "" when neither side has one
	Before       string // region; "" when Added
	After        string // region; "" when Removed
	From         Date
}

// Kind follows from the regions.
func (c Change) Kind() ChangeKind {
	switch {
	case c.Before == "":
		return Added
	case c.After == "":
		return Removed
	default:
		return Moved
	}
}

// String gives "GM0050 Zeewolde: JZ08 -> JZ12 from 2025-01-01".
func (c Change) String() string {
	who := c.Municipality
	if c.Name != "" {
		who += " " + c.Name
	}
	switch c.Kind() {
	case Added:
		return fmt.Sprintf("%s: new in %s from %s", who, c.After, c.From)
	case Removed:
		return fmt.Sprintf("%s: no longer in %s from %s", who, c.Before, c.From)
	default:
		return fmt.Sprintf("%s: %s -> %s from %s", who, c.Before, c.After, c.From)
	}
}

// Diff gives what an edition that holds from that day on changes in the set, in
// order of municipality. It needs the regions, municipalities and memberships of
// the set only.
//
// A municipality that is new to the set needs a row of its own before its
// membership; one that is removed from the edition has ceased to exist.
//
// The error joins a [Problem] for everything that keeps the edition from being
// applied: a day that is none, an empty edition, a municipality listed twice, a
// region that is unknown or does not hold on that day, and a membership that
// begins or ends after it, because editions are applied in order of time.
func Diff(old Set, edition []Placement, from Date) ([]Change, error) {
	var p problems
	whole := row{problems: &p}
	if !from.exists() {
		whole.bad("", "%.20q is not a day from which an edition holds: write it as 2006-01-02", string(from))
	}
	if len(edition) == 0 {
		whole.bad("", "the edition is empty: it would remove every municipality")
	}
	if last := lastChange(old.Memberships); from < last {
		whole.bad("", "memberships begin or end after %s, until %s: apply editions in order of time", from, last)
	}
	after := placed(&p, old.regions(), edition, from)
	if err := p.err(); err != nil {
		return nil, err
	}
	return compare(old, after, from), nil
}

// lastChange is the last day on which a membership begins or ends.
func lastChange(memberships []Membership) Date {
	last := Date("")
	for _, m := range memberships {
		last = max(last, m.ValidFrom, m.ValidTo)
	}
	return last
}

// placed gives an edition by municipality and reports what is wrong in it.
func placed(p *problems, regions map[string]Region, edition []Placement, from Date) map[string]Placement {
	whole := row{problems: p}
	after := make(map[string]Placement, len(edition))
	for _, e := range edition {
		if _, ok := after[e.Municipality]; ok {
			whole.bad("", "%.20s is in the edition twice: a municipality is in one region", e.Municipality)
		}
		after[e.Municipality] = e
		if r, ok := whole.region("region", e.Region, regions); ok && !covers(r.ValidFrom, r.ValidTo, from) {
			whole.bad("region", "%s does not hold on %s", r.Code, from)
		}
	}
	return after
}

// compare gives the differences between the state on a day and an edition.
func compare(old Set, after map[string]Placement, from Date) []Change {
	names := old.municipalities()
	before := map[string]string{}
	for _, m := range old.Memberships {
		if covers(m.ValidFrom, m.ValidTo, from) {
			before[m.Municipality] = m.Region
		}
	}
	var changes []Change
	for code, e := range after {
		if before[code] != e.Region {
			changes = append(changes, Change{
				Municipality: code, Name: cmp.Or(e.Name, names[code].Name),
				Before: before[code], After: e.Region, From: from,
			})
		}
	}
	for code, region := range before {
		if _, ok := after[code]; !ok {
			changes = append(changes, Change{Municipality: code, Name: names[code].Name, Before: region, From: from})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.Municipality, b.Municipality) })
	return changes
}
