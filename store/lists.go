package store

import (
	"sync/atomic"

	"expex/engine"
)

// lists are what everybody is held against and almost nobody changes: the types,
// the themes that are valid today, the public holidays ahead, and the neighbours
// of the regions that have any. A process keeps those it read last, and each
// snapshot asks whether they still are the ones: every change of a list gives all
// of them a new version (trigger reference_changes), seen together with it.
// Snapshots share them, so nobody changes them.
type lists struct {
	key        string // version and day; "" before the first are read
	types      map[engine.DeploymentTypeCode]engine.DeploymentType
	themes     map[engine.ThemeCode]engine.Theme
	holidays   []engine.Date
	neighbours map[engine.RegionCode][]engine.RegionCode
}

// keptLists is where the connections of a process keep them.
type keptLists struct{ at atomic.Pointer[lists] }

func (k *keptLists) last() *lists {
	if known := k.at.Load(); known != nil {
		return known
	}
	return &lists{}
}

// listsUnless is one row with the lists, none when their key is the given
// argument. known has the key.
func listsUnless(argument string) string {
	return `
		select key,
		       (select json_agg(x) from (select ` + deploymentTypeColumns + ` from deployment_type) x) as types,
		       (select json_agg(x) from (` + themeSelect + `) x) as themes,
		       array(select date from public_holiday where date between app_today() and app_today() + 740 order by date) as holidays,
		       (select json_agg(x) from (
		           select region, array_agg(neighbour order by neighbour) as codes from youth_region_neighbour group by region) x) as neighbours
		from (select version || ' ' || app_today() as key from reference_version) known
		where key <> ` + argument
}

type listsRow struct {
	Key        string
	Types      nested[engine.DeploymentType]
	Themes     nested[themeRow]
	Holidays   []engine.Date
	Neighbours nested[struct {
		Region engine.RegionCode
		Codes  []engine.RegionCode
	}]
}

// newer gives the lists that were read, and keeps them; those known when there
// was nothing new to read.
func (k *keptLists) newer(known *lists, rows []listsRow) *lists {
	if len(rows) == 0 {
		return known
	}
	r := rows[0]
	read := &lists{
		key:        r.Key,
		types:      make(map[engine.DeploymentTypeCode]engine.DeploymentType, len(r.Types)),
		themes:     make(map[engine.ThemeCode]engine.Theme, len(r.Themes)),
		holidays:   r.Holidays,
		neighbours: make(map[engine.RegionCode][]engine.RegionCode, len(r.Neighbours)),
	}
	for _, kind := range r.Types {
		read.types[kind.Code] = kind
	}
	for _, theme := range themesOf(r.Themes) {
		read.themes[theme.Code] = theme
	}
	for _, n := range r.Neighbours {
		read.neighbours[n.Region] = n.Codes
	}
	k.at.Store(read)
	return read
}
