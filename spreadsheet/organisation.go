package spreadsheet

import (
	"io"
	"slices"

	"expex/engine"
)

// keyColumn is the column with the code of a row, in every kind of file.
const keyColumn = "code"

// Lengths in characters, as the database has them.
const (
	maxKey     = 50
	maxName    = 200
	maxAddress = 200
)

var organisationLayout = layout{kind: "organisations", columns: []column{
	{name: keyColumn, required: true, limit: maxKey},
	{name: "naam", also: []string{"name"}, required: true, limit: maxName},
	{name: "soort", also: []string{"type", "kind"}, required: true},
	{name: "onderdeel van", also: []string{"part of", "parent"}},
	{name: "opgegaan in", also: []string{"merged into"}},
	{name: "gemeente", also: []string{"municipality"}},
	{name: "postcode", also: []string{"postal code"}},
	{name: "adres", also: []string{"address"}, limit: maxAddress},
	{name: "adres zichtbaar", also: []string{"address visibility"}},
	{name: "pools"},
	{name: "werkgebied", also: []string{"service area"}},
}}

// Organisation is a row of a list of organisations.
type Organisation struct {
	Origin
	Name              string
	Type              engine.OrganisationType
	Parent            string // key, "" = none
	MergedInto        string // key, "" = none
	Municipality      engine.MunicipalityCode
	Postcode4         string
	Address           string
	AddressVisibility engine.AddressVisibility
	Pools             []string // names of the pools it may ask
	// ServiceArea makes the organisation the host of its one pool, which serves
	// these municipalities. Empty for all others.
	ServiceArea []engine.MunicipalityCode
}

// ReadOrganisations reads a list of organisations. Rows may refer to each other
// in any order. The error is a [*Problems].
func ReadOrganisations(file string, in io.Reader, c Catalogue) ([]Organisation, error) {
	s := open(file, in, organisationLayout)
	municipality := c.municipalities().parse
	out := make([]Organisation, len(s.rows))
	for i, r := range s.rows {
		o := &out[i]
		read(r, keyColumn, parseText)
		o.Name = read(r, "naam", parseText)
		o.Type = read(r, "soort", organisationTypes.parse)
		o.Parent = read(r, "onderdeel van", parseText)
		o.MergedInto = read(r, "opgegaan in", parseText)
		o.Municipality = read(r, "gemeente", municipality)
		o.Postcode4 = read(r, "postcode", parsePostcode)
		o.Address = read(r, "adres", parseText)
		o.AddressVisibility = r.visibility(o.Type)
		o.Pools = list(r, "pools", parseText)
		o.ServiceArea = list(r, "werkgebied", municipality)
		r.checkHost(*o)
		o.Origin = r.done()
	}
	s.resolvePools(out, c)
	s.checkTree(out, c)
	return rowsOf(s, out)
}

// visibility is secret for a refuge, whatever else is asked for.
func (r *row) visibility(kind engine.OrganisationType) engine.AddressVisibility {
	v := read(r, "adres zichtbaar", addressVisibilities.parse)
	secret := kind == engine.Shelter || kind == engine.MentalHealthProvider
	switch {
	case secret && v != "" && v != engine.AddressSecret:
		r.refuse("adres zichtbaar", "must be geheim: nobody may learn where a shelter or a mental-health provider is")
	case secret:
		return engine.AddressSecret
	case v == "":
		return engine.AddressPublic
	}
	return v
}

func (r *row) checkHost(o Organisation) {
	switch {
	case len(o.ServiceArea) == 0 || r.bad["soort"] || r.bad["pools"]:
	case o.Type != engine.Host:
		r.refuse("werkgebied", "belongs to the organisation that hosts the pool: make this one a penvoerder, or leave the cell empty")
	case len(o.Pools) != 1:
		r.refuse("werkgebied", "is that of one pool, and the row names %d: name one under pools", len(o.Pools))
	}
}

// resolvePools finds the pools that are named, those the file makes included.
func (s *sheet) resolvePools(rows []Organisation, c Catalogue) {
	var made []string
	for _, o := range rows {
		if len(o.ServiceArea) > 0 && o.Type == engine.Host && len(o.Pools) == 1 {
			made = append(made, o.Pools[0])
		}
	}
	pools := c.pools(made...)
	hosts := map[string]string{}
	for i := range rows {
		o := &rows[i]
		for j, name := range o.Pools {
			known, err := pools.parse(name)
			if err != nil {
				s.problems.Add(o.Problem("pools", "%s item %.40q %v", ordinal(j+1), name, err))
				continue
			}
			o.Pools[j] = known
		}
		if len(o.ServiceArea) == 0 || len(o.Pools) != 1 {
			continue
		}
		if other, taken := hosts[o.Pools[0]]; taken {
			s.problems.Add(o.Problem("werkgebied", "the pool has its host already: %.50q", other))
		}
		hosts[o.Pools[0]] = o.Key
	}
}

// treeHeaders are the columns with the two edges of the tree, as in a link.
var treeHeaders = [2]string{"onderdeel van", "opgegaan in"}

// links are the keys of what an organisation is part of and merged into.
type links [2]string

// checkTree checks that everything an organisation lies under exists, and that
// nothing lies under itself: exclusions follow both edges upwards.
func (s *sheet) checkTree(rows []Organisation, c Catalogue) {
	up := map[string]links{}
	spelling := &speller{}
	for _, o := range c.Organisations {
		up[o.Key] = links{o.Parent, o.MergedInto}
		spelling.add(o.Key)
	}
	mine := map[string]Organisation{}
	for _, o := range rows {
		to := up[o.Key]
		for edge, key := range (links{o.Parent, o.MergedInto}) {
			if o.Has(treeHeaders[edge]) {
				to[edge] = key
			}
		}
		up[o.Key], mine[o.Key] = to, o
		spelling.add(o.Key)
	}
	for _, o := range rows {
		for edge, key := range (links{o.Parent, o.MergedInto}) {
			if _, known := up[key]; key != "" && !known {
				s.problems.note(func() Problem {
					return o.Problem(treeHeaders[edge], "%.40q %v", key, unknownCode{spelling, key, "give it a row in this file"})
				})
			}
		}
	}
	s.checkCircles(rows, mine, up)
}

// step is one edge upwards.
type step struct {
	from string
	edge int
}

// checkCircles walks up from every row, depth first. Whoever meets himself on
// the way is in a circle, which is reported once, at a row of this file.
func (s *sheet) checkCircles(rows []Organisation, mine map[string]Organisation, up map[string]links) {
	done := map[string]bool{"": true}
	onPath := map[string]bool{}
	var path []step
	var walk func(key string)
	walk = func(key string) {
		onPath[key] = true
		for edge, next := range up[key] {
			path = append(path, step{key, edge})
			switch {
			case done[next]:
			case !onPath[next]:
				walk(next)
			default:
				s.reportCircle(path, next, mine, up)
			}
			path = path[:len(path)-1]
		}
		onPath[key], done[key] = false, true
	}
	for _, o := range rows {
		if !done[o.Key] {
			walk(o.Key)
		}
	}
}

// reportCircle reports the end of a path that began, somewhere, at the organisation.
func (s *sheet) reportCircle(path []step, begin string, mine map[string]Organisation, up map[string]links) {
	for _, at := range slices.Backward(path) {
		if o, ok := mine[at.from]; ok {
			s.problems.Add(o.Problem(treeHeaders[at.edge], "%.40q lies under this organisation itself", up[at.from][at.edge]))
			return
		}
		if at.from == begin {
			return // made of stored rows only, which the database does not let happen
		}
	}
}
