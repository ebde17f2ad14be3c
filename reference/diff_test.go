package reference

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	old := Set{
		Regions: []Region{{"JZ08", "Flevoland", "2022-01-01", ""}, {"JZ12", "Noord-Veluwe", "2022-01-01", ""}},
		Municipalities: []Municipality{
			{"GM0050", "Zeewolde", "2022-01-01", "", 52.3455, 5.5181},
			{"GM0303", "Dronten", "2022-01-01", "", 52.52, 5.72},
		},
		Memberships: []Membership{{"GM0303", "JZ08", "2022-01-01", ""}, {"GM0050", "JZ08", "2022-01-01", ""}},
	}
	same := []Placement{{"GM0050", "Zeewolde", "JZ08"}, {"GM0303", "Dronten", "JZ08"}}
	for _, tt := range []struct {
		name    string
		edition []Placement
		from    Date
		want    []string
		kinds   []ChangeKind
	}{
		{"the same edition changes nothing", same, "2025-01-01", nil, nil},
		{"a municipality moves", []Placement{{"GM0050", "Zeewolde", "JZ12"}, same[1]}, "2025-01-01",
			[]string{"GM0050 Zeewolde: JZ08 -> JZ12 from 2025-01-01"}, []ChangeKind{Moved}},
		{"an edition without names borrows them", []Placement{{"GM0050", "", "JZ12"}, {"GM0303", "", "JZ08"}}, "2025-01-01",
			[]string{"GM0050 Zeewolde: JZ08 -> JZ12 from 2025-01-01"}, []ChangeKind{Moved}},
		{"a municipality is new", append([]Placement{{"GM9001", "Nieuwland", "JZ08"}}, same...), "2026-01-01",
			[]string{"GM9001 Nieuwland: new in JZ08 from 2026-01-01"}, []ChangeKind{Added}},
		{"a new municipality may have no name", append([]Placement{{"GM9001", "", "JZ08"}}, same...), "2026-01-01",
			[]string{"GM9001: new in JZ08 from 2026-01-01"}, []ChangeKind{Added}},
		{"a municipality is gone", same[:1], "2026-01-01",
			[]string{"GM0303 Dronten: no longer in JZ08 from 2026-01-01"}, []ChangeKind{Removed}},
		{"a merger, in order of code", []Placement{{"GM9001", "Zeedronten", "JZ12"}}, "2026-01-01",
			[]string{"GM0050 Zeewolde: no longer in JZ08 from 2026-01-01", "GM0303 Dronten: no longer in JZ08 from 2026-01-01", "GM9001 Zeedronten: new in JZ12 from 2026-01-01"},
			[]ChangeKind{Removed, Removed, Added}},
		{"a membership of that very day is put right", []Placement{{"GM0050", "", "JZ12"}, {"GM0303", "", "JZ08"}}, "2022-01-01",
			[]string{"GM0050 Zeewolde: JZ08 -> JZ12 from 2022-01-01"}, []ChangeKind{Moved}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changes, err := Diff(old, tt.edition, tt.from)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			var kinds []ChangeKind
			for _, c := range changes {
				got, kinds = append(got, c.String()), append(kinds, c.Kind())
			}
			if !slices.Equal(got, tt.want) || !slices.Equal(kinds, tt.kinds) {
				t.Errorf("got %v\n%s\nwant %v\n%s", kinds, strings.Join(got, "\n"), tt.kinds, strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestDiffRefusesAnEditionThatCannotBeApplied(t *testing.T) {
	t.Parallel()
	s := load(t)
	s.Regions[0].ValidTo = "2026-01-01"
	for _, tt := range []struct {
		name    string
		edition []Placement
		from    Date
		want    []string
	}{
		{"a day that is none", []Placement{{"GM0050", "", "JZ12"}}, "2026", []string{`"2026" is not a day`}},
		{"an empty edition", nil, "2026-01-01", []string{"the edition is empty"}},
		{"an edition of the past", []Placement{{"GM0050", "", "JZ12"}}, "2024-01-01", []string{"memberships begin or end after 2024-01-01, until 2025-01-01"}},
		{"a municipality twice", []Placement{{"GM0050", "", "JZ12"}, {"GM0050", "", "JZ08"}}, "2025-01-01", []string{"GM0050 is in the edition twice"}},
		{"an unknown region", []Placement{{"GM0050", "", "JZ44"}}, "2025-01-01", []string{`region: "JZ44" is no known youth region: add it to youth_region.csv first`}},
		{"the region that does not exist", []Placement{{"GM0050", "", "JZ40"}}, "2025-01-01", []string{"region: JZ40 does not exist"}},
		{"a region that has ended", []Placement{{"GM0014", "", "JZ01"}}, "2026-01-01", []string{"region: JZ01 does not hold on 2026-01-01"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changes, err := Diff(s, tt.edition, tt.from)
			if changes != nil {
				t.Errorf("changes came with the error: %v", changes)
			}
			if got := flatten(t, err); !slices.EqualFunc(got, tt.want, strings.HasPrefix) {
				t.Errorf("problems are\n%s\nwant them to begin with\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// Applied as [Change] says, an edition is what holds from its day on, nothing
// before that day is rewritten, the set stays valid, and applying it again
// changes nothing.
func TestAnAppliedEditionIsWhatHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := load(t)
		regions := make([]string, len(s.Regions))
		for i, r := range s.Regions {
			regions[i] = r.Code
		}
		from := Date(rapid.SampledFrom([]string{"2025-01-02", "2026-01-01", "2027-01-01"}).Draw(rt, "from"))
		var edition []Placement
		for _, m := range s.Municipalities {
			region, _ := s.RegionOf(m.Code, from)
			switch rapid.IntRange(0, 40).Draw(rt, m.Code) {
			case 0: // gone
				continue
			case 1:
				region = rapid.SampledFrom(regions).Draw(rt, "region of "+m.Code)
			}
			edition = append(edition, Placement{m.Code, m.Name, region})
		}
		edition = append(edition, Placement{"GM9001", "Nieuwland", regions[0]})
		after := s
		changes, err := Diff(s, edition, from)
		if err != nil {
			rt.Fatal(err)
		}
		after.Municipalities, after.Memberships = apply(s, changes)
		for _, e := range edition {
			if region, _ := after.RegionOf(e.Municipality, from); region != e.Region {
				rt.Errorf("%s is in %q, want %s", e.Municipality, region, e.Region)
			}
		}
		for _, m := range s.Municipalities {
			was, _ := s.RegionOf(m.Code, "2025-01-01")
			if is, _ := after.RegionOf(m.Code, "2025-01-01"); is != was {
				rt.Errorf("%s was in %s and is now said to have been in %q", m.Code, was, is)
			}
		}
		if again, err := Diff(after, edition, from); err != nil || len(again) != 0 {
			rt.Errorf("a second time it changes %v, %v", again, err)
		}
		after.PostcodeRanges = nil
		if err := after.Validate(); err != nil {
			rt.Error(err)
		}
	})
}

// apply does what the doc comment of Change says.
func apply(s Set, changes []Change) ([]Municipality, []Membership) {
	municipalities, memberships := slices.Clone(s.Municipalities), slices.Clone(s.Memberships)
	for _, c := range changes {
		for i, m := range memberships {
			if m.Municipality == c.Municipality && m.ValidTo == "" {
				memberships[i].ValidTo = c.From
			}
		}
		switch c.Kind() {
		case Added:
			municipalities = append(municipalities, Municipality{c.Municipality, c.Name, c.From, "", 52, 5})
		case Removed:
			for i, m := range municipalities {
				if m.Code == c.Municipality {
					municipalities[i].ValidTo = c.From
				}
			}
		}
		if c.After != "" {
			memberships = append(memberships, Membership{c.Municipality, c.After, c.From, ""})
		}
	}
	return municipalities, memberships
}
