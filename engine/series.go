package engine

import "slices"

// Occurrence is one of the sessions of a relation or series, and whether the
// team can do it.
type Occurrence struct {
	Day  Date      // the slot's day, or the first day asked for
	Slot *Interval // the session proposed; nil = none fits
	// Blocked are the rules each of which leaves no room, in their order, when
	// none fits.
	Blocked []RuleCode `json:",omitempty"`
}

// series goes through the sessions of a relation or series; nil for a single
// session.
func (t *Team) series() []Occurrence {
	if !t.isSeries() {
		return nil
	}
	var out []Occurrence
	var closed []memberRule
	for from := 0; from < len(t.wishes); {
		to := from + 1
		for to < len(t.wishes) && t.wishes[to].Occurrence == t.wishes[from].Occurrence {
			to++
		}
		o := Occurrence{Day: DateOf(t.wishes[from].Window.Start, t.Zone)}
		for i := from; i < to && o.Slot == nil; i++ {
			if slot, ok := t.firstSlot(t.open[i]); ok {
				o.Slot, o.Day = &slot, DateOf(slot.Start, t.Zone)
			}
		}
		if o.Slot == nil {
			if closed == nil {
				closed = t.closed()
			}
			o.Blocked = t.blocks(closed, from, to)
		}
		out = append(out, o)
		from = to
	}
	return out
}

// memberRule is the time that a rule closes for a member.
type memberRule struct {
	code   RuleCode
	closed []Interval
}

func (t *Team) closed() []memberRule {
	out := []memberRule{}
	for _, m := range t.Members {
		for _, rule := range Rules {
			if rule.Closes != nil {
				out = append(out, memberRule{untold(rule.Code), Merge(rule.Closes(m))})
			}
		}
	}
	return out
}

// untold is the code under which a closed day of a named expert may be shown.
// From whom she keeps away and what she rests from is nobody's business: she is
// not available.
func untold(code RuleCode) RuleCode {
	if code == organisationExclusion.Code || code == restPeriod.Code {
		return notAvailable.Code
	}
	return code
}

// blocks lists the rules each of which leaves no room in these wishes. When it
// takes several, or several members, together there is no common time.
func (t *Team) blocks(closed []memberRule, from, to int) []RuleCode {
	var out []RuleCode
	for _, c := range closed {
		room := false
		for _, w := range t.wishes[from:to] {
			_, ok := t.firstSlot(Subtract([]Interval{w.Window}, c.closed))
			room = room || ok
		}
		if !room {
			out = append(out, c.code)
		}
	}
	if len(out) == 0 || len(out) == len(closed) { // nobody could: the window itself is too short
		return []RuleCode{notAvailable.Code}
	}
	slices.SortFunc(out, func(a, b RuleCode) int { return ruleOrder(a) - ruleOrder(b) })
	return slices.Compact(out)
}
