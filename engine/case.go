package engine

import (
	"slices"
	"time"
)

// MatchInput is everything a decision about one request needs: the snapshot.
type MatchInput struct {
	Now           time.Time
	Zone          *time.Location `json:"-"`
	Request       Request
	Type          DeploymentType
	Policy        Policy
	Weights       Weights
	Themes        map[ThemeCode]Theme
	Organisations OrganisationTree
	Place         Place // of the request, resolved
	ServiceArea   []AreaMembership
	Neighbours    map[RegionCode][]RegionCode
	Holidays      []Date // public holidays, for warnings
	// RelationsEnded counts the closed relations of the request's client.
	RelationsEnded int
	Candidates     []Candidate
}

// AreaMembership is a municipality a pool serves.
type AreaMembership struct {
	Municipality MunicipalityCode
	Valid        Valid
}

// question is the input with what every candidate is measured against, derived
// once.
type question struct {
	*MatchInput
	today    Date
	usage    Usage
	must     []ThemeCode
	nice     []ThemeCode
	wishes   []wish
	needed   int
	required int
	horizon  Interval
	calendar []localDay // of the horizon
}

func ask(in *MatchInput) *question {
	q := pose(in)
	q.calendar = localDays(q.horizon, q.Zone)
	return q
}

// pose is ask without the calendar, which an index has no need of.
func pose(in *MatchInput) *question {
	q := &question{MatchInput: in, today: DateOf(in.Now, in.Zone), usage: in.Type.UsageFor(in.Request.Audience)}
	for _, t := range in.Request.Themes {
		if t.Importance == Must {
			q.must = append(q.must, t.Theme)
		} else {
			q.nice = append(q.nice, t.Theme)
		}
	}
	slices.Sort(q.must)
	slices.Sort(q.nice)
	q.wishes, q.needed = in.Request.expand(q.length(), in.Now, in.Zone)
	q.required = 1
	if q.isSeries() {
		q.required = max(1, (q.needed*in.Type.MinFeasiblePercent+99)/100)
	}
	q.setHorizon()
	return q
}

// askAt asks about exactly one slot, for all of its length, instead of the
// request's wishes.
func askAt(in MatchInput, slot Interval) *question {
	in.Request.Minutes = int((slot.Duration() + time.Minute - 1) / time.Minute)
	q := ask(&in)
	q.wishes, q.needed, q.required = []wish{{Window: slot}}, 1, 1
	q.setHorizon()
	q.calendar = localDays(q.horizon, q.Zone)
	return q
}

func (q *question) setHorizon() {
	q.horizon = Interval{Start: q.Now, End: q.Now}
	for _, w := range q.wishes {
		q.horizon.Start = earlier(q.horizon.Start, w.Window.Start)
		q.horizon.End = later(q.horizon.End, w.Window.End)
	}
}

// isSeries reports whether several sessions are needed, so that availability is
// a share of them and not a number of options.
func (q *question) isSeries() bool { return q.Request.Occurrences > 1 }

func (q *question) length() time.Duration { return time.Duration(q.Request.Minutes) * time.Minute }

func (q *question) team() int { return max(1, q.Request.TeamSize) }

// everything is the horizon as a list, to close all of it.
func (q *question) everything() []Interval { return []Interval{q.horizon} }

// outside gives the part of the horizon in none of the spans.
func (q *question) outside(spans []Interval) []Interval {
	return Subtract(q.everything(), Merge(spans))
}

// Case is one candidate seen against one request.
type Case struct {
	*question
	*Candidate

	open    [][]Interval // per wish, what no rule closes
	blocked []RuleCode   // rules that exclude this candidate, in list order
}

func (q *question) judge(c *Candidate) *Case {
	k := &Case{question: q, Candidate: c}
	closed := make([][]Interval, len(Rules))
	var all []Interval
	for i, rule := range Rules {
		if rule.Closes != nil {
			closed[i] = Merge(rule.Closes(k))
			all = append(all, closed[i]...)
		}
	}
	k.open = q.openIn(Merge(all))
	enough := q.feasible(k.open) >= q.required
	possible := enough || q.feasible(q.openIn(nil)) >= q.required // for somebody
	for i, rule := range Rules {
		switch {
		case rule.Blocks != nil && rule.Blocks(k):
			k.blocked = append(k.blocked, rule.Code)
		case !enough && possible && len(closed[i]) > 0 && q.feasible(q.openIn(closed[i])) < q.required:
			k.blocked = append(k.blocked, rule.Code)
		}
	}
	if !enough && len(k.blocked) == 0 {
		// No rule closes too much by itself; together they do, or too little was
		// asked for anybody.
		k.blocked = append(k.blocked, notAvailable.Code)
	}
	return k
}

// openIn gives, per wish, what the closed spans leave of its window.
func (q *question) openIn(closed []Interval) [][]Interval {
	out := make([][]Interval, len(q.wishes))
	for i, w := range q.wishes {
		out[i] = Subtract([]Interval{w.Window}, closed)
	}
	return out
}

// feasible counts the occurrences with room for a session.
func (q *question) feasible(open [][]Interval) int {
	n, last := 0, -1
	for i, w := range q.wishes {
		if w.Occurrence == last {
			continue
		}
		if _, ok := q.firstSlot(open[i]); ok {
			n, last = n+1, w.Occurrence
		}
	}
	return n
}

// slotGrid is the raster on which sessions are proposed.
const slotGrid = 15 * time.Minute

// firstSlot gives the earliest session that fits, on the raster where the open
// span allows it.
func (q *question) firstSlot(open []Interval) (Interval, bool) {
	for _, span := range open {
		start := span.Start.Truncate(slotGrid)
		if start.Before(span.Start) {
			start = start.Add(slotGrid)
		}
		slot := Interval{Start: start, End: start.Add(q.length())}
		if span.Contains(slot) {
			return slot, true
		}
		if slot = (Interval{Start: span.Start, End: span.Start.Add(q.length())}); span.Contains(slot) {
			return slot, true
		}
	}
	return Interval{}, false
}

// maxSlots bounds the slots proposed with one suggestion.
const maxSlots = 6

// slots proposes one session per open wish, earliest first.
func (q *question) slots(open [][]Interval) []Interval {
	var out []Interval
	for i := range q.wishes {
		if slot, ok := q.firstSlot(open[i]); ok && len(out) < maxSlots {
			out = append(out, slot)
		}
	}
	return out
}

// consent gives the level for a theme in the setting of the request. A tier-3
// theme counts only after the expert confirmed it for this very request.
func (c *Case) consent(theme ThemeCode) (ConsentLevel, bool) {
	for _, have := range c.Consents {
		if have.Theme == theme && have.Usage == c.usage && have.Level != Red {
			return have.Level, true
		}
	}
	return "", false
}

// travel gives minutes to the place: a known time, else an estimate.
func (c *Case) travel() (minutes int, ok bool) {
	switch {
	case c.Request.Online:
		return 0, false
	case c.TravelMinutes != nil:
		return *c.TravelMinutes, true
	case c.Home.Point != nil && c.Place.Point != nil:
		return EstimateTravel(*c.Home.Point, *c.Place.Point), true
	default:
		return 0, false
	}
}

// trait tells whether the expert's answers to a kind include the value; known
// is false when she has told nothing of that kind.
func (c *Case) trait(p Preference) (met, known bool) {
	for _, t := range c.Traits {
		if t.Kind == p.Kind {
			known = true
			met = met || t.Value == p.Value
		}
	}
	return met, known
}

// load is how much of her room an expert has given: relations for a relation,
// otherwise sessions in the four weeks from this Monday against her weekly cap.
func (c *Case) load() (n, of int) {
	if c.Type.Form == Relation {
		return c.ActiveRelations, c.relationCap()
	}
	monday := c.today.Monday()
	span := Interval{Start: Instant(monday, "00:00", c.Zone), End: Instant(monday.AddDays(28), "00:00", c.Zone)}
	for _, b := range c.Booked {
		if b.Session.Overlaps(span) {
			n++
		}
	}
	return n, 4 * c.sessionsPerWeek()
}
