package demodata

import "expex/engine"

// examBlocks are the weeks, in days from the anchor, that students keep free:
// somewhere in each an exam block begins. None touches the featured request.
var examBlocks = [][2]int{{-255, -225}, {-110, -80}, {42, 48}}

// addHours writes her weekly hours and when she is away.
func (d *demo) addHours(p *person) {
	gone := p.status == engine.ExpertOffboarded
	for i, h := range p.hours {
		rule := engine.AvailabilityRule{Weekday: h.day, Starts: h.from, Ends: h.to, Parity: h.weeks, Mode: h.mode}
		if rule.Parity == "" {
			rule.Parity = engine.EveryWeek
		}
		if rule.Mode == "" {
			rule.Mode = engine.Both
		}
		p.candidate.Rules = append(p.candidate.Rules, rule)
		if !gone {
			d.hourRows = append(d.hourRows, hoursRow{
				ID: newID[string](d.source, "availability_rule", p.number, i), ExpertID: p.id, Weekday: rule.Weekday,
				Starts: rule.Starts, Ends: rule.Ends, ValidFrom: orNull(d.day(p.joined)), Parity: rule.Parity, Mode: rule.Mode,
			})
		}
	}
	if p.left != 0 {
		// Not written: her status says so. The planning of the year must know.
		p.away(engine.Interval{Start: d.at(-p.left, "00:00"), End: d.at(1000, "00:00")})
	}
	if !p.worked() || gone || p.name == demoExpert {
		return
	}
	r := d.rand("blackout", p.number)
	for i, block := range examBlocks {
		if p.age > 24 && chance(r, 60) {
			continue // works
		}
		first := between(r, block[0], block[1])
		d.addBlackout(p, i, engine.Interval{Start: d.at(first, "00:00"), End: d.at(first+between(r, 5, 9), "00:00")})
	}
}

func (d *demo) addBlackout(p *person, n int, span engine.Interval) {
	d.blackouts = append(d.blackouts, blackoutRow{newID[string](d.source, "blackout", p.number, n), p.id, span.Start, span.End})
	p.away(span)
}

func (p *person) away(span engine.Interval) {
	p.candidate.Blackouts = append(p.candidate.Blackouts, span)
}

// planned are the hours the year is planned into: all but the spare ones.
func (p *person) planned() []engine.AvailabilityRule {
	var out []engine.AvailabilityRule
	for i, h := range p.hours {
		if !h.spare {
			out = append(out, p.candidate.Rules[i])
		}
	}
	return out
}
