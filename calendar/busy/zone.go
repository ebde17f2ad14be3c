package busy

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-ical"
)

// zone tells which instant a wall means, in Unix seconds, and the other way round.
//
// A wall that shows a time twice means the first; one that it leaves out is
// read with the offset from before the gap (RFC 5545 section 3.3.5). In both
// cases that is the offset before the change. Package time does otherwise.
type zone interface {
	instant(wall) int64
	wall(int64) wall
}

// offset is a zone that never changes, in seconds east of UTC.
type offset int64

func (o offset) instant(w wall) int64 { return int64(w) - int64(o) }
func (o offset) wall(i int64) wall    { return wall(i + int64(o)) }

// place is a zone that this machine knows.
type place struct{ *time.Location }

func (p place) offset(instant int64) int64 {
	_, o := time.Unix(instant, 0).In(p.Location).Zone()
	return int64(o)
}

func (p place) wall(i int64) wall { return wall(i + p.offset(i)) }

func (p place) instant(w wall) int64 {
	before, after := p.offset(int64(w)-dayLength), p.offset(int64(w)+dayLength)
	if before != after && p.offset(int64(w)-before) != before && p.offset(int64(w)-after) == after {
		return int64(w) - after
	}
	return int64(w) - before
}

// zones finds the zones that one VCALENDAR speaks of.
type zones struct {
	owner     zone
	until     wall // beyond the window: no change of a clock matters behind it
	work      *work
	described map[string][]*ical.Component // the VTIMEZONEs by TZID
	known     map[string]zone
	unknown   int
}

// costOfZone is what it takes to look for a zone, in steps: files are read.
const costOfZone = 5_000

// find is the zone with a TZID: the owner's if it is empty or unknown.
func (z *zones) find(id string) zone {
	id = strings.Trim(strings.TrimSpace(id), `"`)
	if id == "" {
		return z.owner
	}
	if found, ok := z.known[id]; ok {
		return found
	}
	found := z.look(id)
	if found == nil {
		found = z.owner
		z.unknown++
	}
	z.known[id] = found
	return found
}

// look goes from the surest to the vaguest. A name that everybody knows beats
// what the text says about it, which is often out of date.
func (z *zones) look(id string) zone {
	if !z.work.spend(costOfZone) {
		return nil
	}
	if found := named(id); found != nil {
		return found
	}
	if components := z.described[id]; components != nil {
		for _, c := range components {
			if p := c.Props.Get("X-LIC-LOCATION"); p != nil {
				if found := named(p.Value); found != nil {
					return found
				}
			}
		}
		if found := z.describe(components); found != nil {
			return found
		}
	}
	return displayed(id)
}

// named finds the IANA zone of a name of its own, of a path that ends in one
// (/mozilla.org/20050126_1/Europe/Amsterdam), or of a name that Windows gives.
func named(id string) zone {
	parts := strings.Split(id, "/")
	if len(id) > 128 || len(parts) > 8 {
		return nil
	}
	for i := range parts {
		if i > 0 && i == len(parts)-1 {
			break // a city alone is no name
		}
		if found := iana(strings.Join(parts[i:], "/")); found != nil {
			return found
		}
	}
	if name, ok := windows().names[strings.ToLower(id)]; ok {
		return iana(name)
	}
	return nil
}

// odd are names that package time would make something else of: the zone of
// this machine, and those that count leap seconds.
var odd = regexp.MustCompile(`(?i)^(local|right/.*|posix/.*|localtime|posixrules|factory)$`)

var ianaName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*$`)

func iana(name string) zone {
	if !ianaName.MatchString(name) || odd.MatchString(name) {
		return nil
	}
	if proper, ok := windows().iana[strings.ToLower(name)]; ok {
		name = proper
	}
	if strings.EqualFold(name, "UTC") || strings.EqualFold(name, "GMT") || strings.EqualFold(name, "Z") {
		return offset(0)
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return place{location}
}

//go:embed windows_zones.txt
var windowsZones string

// zoneNames are the names in windows_zones.txt, by their small letters.
type zoneNames struct {
	names  map[string]string // of Windows, to the IANA name
	iana   map[string]string // of IANA, as it is written
	cities map[string]string // the last part of an IANA name, to the whole
}

var windows = sync.OnceValue(func() zoneNames {
	n := zoneNames{map[string]string{}, map[string]string{}, map[string]string{}}
	for line := range strings.Lines(windowsZones) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		all := strings.Fields(list)
		n.names[strings.ToLower(name)] = all[0]
		for _, id := range all {
			n.iana[strings.ToLower(id)] = id
			n.cities[strings.ToLower(id[strings.LastIndex(id, "/")+1:])] = id
		}
	}
	return n
})

// display is how Windows shows zones: "(UTC+01:00) Amsterdam, Berlin, Bern".
var display = regexp.MustCompile(`^(?i:\(?(?:UTC|GMT)\s*(?:([+-])(\d{1,2}):?(\d{2})?)?\)?)\s*(.*)$`)

// displayed finds a zone by the cities in what a user is shown, or by an offset
// that stands alone. A zone that has another offset in winter than shown does not count.
func displayed(id string) zone {
	var shown *int64
	rest := id
	if m := display.FindStringSubmatch(id); m != nil {
		hours, _ := number(m[2])
		minutes, _ := number(m[3])
		o := hours*3600 + minutes*60
		if m[1] == "-" {
			o = -o
		}
		if shown, rest = &o, m[4]; rest == "" || strings.EqualFold(rest, "Coordinated Universal Time") {
			return offset(o)
		}
	}
	names := strings.Split(rest, ",")
	if len(names) > 12 {
		return nil
	}
	for _, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		candidate := windows().cities[strings.ReplaceAll(name, " ", "_")]
		if candidate == "" { // Eastern Time (US & Canada)
			name, _, _ = strings.Cut(name, " (")
			candidate = windows().names[strings.TrimSuffix(name, " time")+" standard time"]
		}
		found, ok := iana(candidate).(place)
		if ok && (shown == nil || found.winter() == *shown) {
			return found
		}
	}
	return nil
}

// winter is the offset without summer time, as of 2026.
func (p place) winter() int64 {
	january := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC).Unix()
	return min(p.offset(january), p.offset(january+182*dayLength))
}

// described is a zone that the text tells of (RFC 5545 section 3.6.5): the
// changes of its clock, in order.
type described struct{ changes []change }

// change is one onset: at this wall, by the offset from, the offset to begins.
type change struct {
	at       wall
	from, to offset
}

func (c change) instant() int64 { return c.from.instant(c.at) }

func (d *described) instant(w wall) int64 {
	i, _ := slices.BinarySearchFunc(d.changes, w, func(c change, w wall) int {
		// From its onset on, a gap counts as the time before it.
		if c.at+max(0, wall(c.to-c.from)) <= w {
			return -1
		}
		return 1
	})
	return d.offset(i).instant(w)
}

func (d *described) wall(instant int64) wall {
	i, _ := slices.BinarySearchFunc(d.changes, instant, func(c change, instant int64) int {
		if c.instant() <= instant {
			return -1
		}
		return 1
	})
	return d.offset(i).wall(instant)
}

// offset is that after the first n changes.
func (d *described) offset(n int) offset {
	if n == 0 {
		return d.changes[0].from
	}
	return d.changes[n-1].to
}

// maxChanges bounds the changes of a zone that a text describes.
const maxChanges = 2_000

// describe reads VTIMEZONEs that have one TZID. It gives nil unless it
// understands each part: half a zone is worse than none.
func (z *zones) describe(components []*ical.Component) zone {
	d := &described{}
	for _, c := range components {
		for _, observance := range c.Children {
			if observance.Name != "STANDARD" && observance.Name != "DAYLIGHT" {
				continue
			}
			if !z.observe(d, observance) || len(d.changes) > maxChanges {
				return nil
			}
		}
	}
	if len(d.changes) == 0 {
		return nil
	}
	slices.SortFunc(d.changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.to, b.to), cmp.Compare(a.from, b.from))
	})
	d.changes = slices.Compact(d.changes)
	return d
}

// observe adds the changes of one STANDARD or DAYLIGHT.
func (z *zones) observe(d *described, c *ical.Component) bool {
	text := func(name string) string {
		if p := c.Props.Get(name); p != nil {
			return p.Value
		}
		return ""
	}
	start, ok1 := parseLiteral(text("DTSTART"))
	from, ok2 := parseOffset(text("TZOFFSETFROM"))
	to, ok3 := parseOffset(text("TZOFFSETTO"))
	if !ok1 || !ok2 || !ok3 {
		return false
	}
	add := func(at wall) { d.changes = append(d.changes, change{at, offset(from), offset(to)}) }
	add(start.wall)
	for _, p := range c.Props["RDATE"] {
		for value := range strings.SplitSeq(p.Value, ",") {
			value, _, _ = strings.Cut(value, "/")
			at, ok := parseLiteral(value)
			if !ok || !z.work.spend(1) {
				return false
			}
			if at.utc {
				at.wall = offset(from).wall(int64(at.wall))
			}
			add(at.wall)
		}
	}
	for _, p := range c.Props["RRULE"] {
		rule, warning := parseRule(p.Value, when{wall: start.wall, zone: offset(from)})
		if warning != "" {
			return false
		}
		// Outlook begins in 1601. Nobody has an appointment before 1970.
		for at := range rule.between(start.wall, max(start.wall, 0), z.until, z.work) {
			if add(at); len(d.changes) > maxChanges {
				return false
			}
		}
	}
	return true
}
