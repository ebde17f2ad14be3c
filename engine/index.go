package engine

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Index is a pool prepared once to rank many requests for one expert each, as
// rounds and simulations do. It gives the experts, scores and order that
// [Suggest] gives, and needs about a nanosecond for a candidate.
//
// The rules and factors stay the only definition. Where one depends on the
// candidate alone, the index runs it once and keeps the answer in a column or a
// bitmap. Where it depends on the request too, index_query.go and index_word.go
// repeat it on columns, and a property test compares the two on every input it
// can think of. What the columns say only roughly, such as hours off the
// quarter-hour, is marked and looked up to the minute (index_fit.go). What they
// cannot say at all, such as a blackout that ends on a second, is asked of the
// rules while ranking: slower, never different.
//
// An index holds for one moment, kind of deployment and policy; another request
// is ranked all the same, by the readable code alone. It is never changed after
// it is made, so that many goroutines may read it, each with a [Ranker].
//
// index.go makes it, index_hours.go is about the hours in which she can be asked,
// index_closed.go about those in which she cannot, and index_way.go about places;
// index_query.go lays a request on it, index_time.go its times; index_rank.go walks
// the rows, index_word.go scores 64 of them at a time, index_fit.go looks at the
// very dates of one, index_race.go keeps the best.
type Index struct {
	made     MatchInput // what the columns hold for: Now, Zone, Type and Policy
	complete bool       // the index knows every rule and factor there is

	origin  time.Time // the whole minute at or before Now; minutes count from here
	ahead   int32     // the minute up to which closings are known
	clock   clock     // from now to there
	longest int       // minutes of the longest session that is ranked by columns
	nobody  bitmap    // what stands for an absent one

	who  []*Candidate // by id: row n of every column is who[n]
	rows []row
	ties []tie

	able      bitmap // nothing known beforehand forbids every session
	certified bitmap // and among the young there is one she may do, too
	confirmed bitmap // tier 3, for the request the candidates were read for
	bound     bitmap // she has exclusions, an employer or trainees
	consents  map[consentKey]bitmap
	told      map[TraitKind]bitmap
	traits    map[Trait]bitmap

	homes []Place // distinct
	trips []trip

	uneven   bitmap // her hours are not on the raster
	growing  bitmap // some of her hours begin later
	ragged   bitmap // her closings are not on the minute
	hours    []hours
	free     []blocks
	weekly   []weeklyHours
	closings []closedHours
}

// row is what scoring reads of every candidate that passes the bitmaps.
type row struct {
	years int16                     // completed years today; noYears without a birth date
	fixed [len(fixedFactors)]uint16 // values of the fixed factors; noValue = unknown
}

const (
	noYears = math.MinInt16
	noValue = math.MaxUint16
)

// tie is what decides between equal scores.
type tie struct {
	load, room int32
	offered    int64 // microseconds since 1970, 0 = never
}

// trip is what the way to a place depends on.
type trip struct {
	home  uint32 // in homes
	known int32  // minutes known beforehand, -1 = none
	limit int32  // her own limit, 0 = none
	hours int32  // the lowest limit of any of her hours
}

type consentKey struct {
	theme ThemeCode
	usage Usage
	level ConsentLevel
}

const anyLevel ConsentLevel = "" // green or amber

// fixedFactors depend on the candidate, the type, the policy and the moment, and
// on nothing of the request: their values are columns.
var fixedFactors = [...]*Factor{&loadBalance, &practiceLevel}

// indexedFactors and indexedRules are what the index knows. A new one that is
// not in the list makes every ranking readable, and fails a test.
var (
	indexedFactors = []FactorName{
		loadBalance.Name, practiceLevel.Name, // fixedFactors
		themeFit.Name, availabilityFit.Name, proximity.Name, preferenceFit.Name, ageNearness.Name, // Query, Ranker.Rank
	}
	indexedRules = []RuleCode{
		notDeployable.Code, agreementMissing.Code, capacity.Code, typeNotTrained.Code, // Index.able and closings
		conductCertificate.Code, overlap.Code, restPeriod.Code, // closings
		notAvailable.Code,                                                // blocks, weekly hours and closings
		noThemeConsent.Code, tier3NotConfirmed.Code, mustPreference.Code, // bitmaps
		ageRule.Code,                                                    // row.years and closings
		travelLimit.Code,                                                // way
		outOfServiceArea.Code,                                           // Query.spans
		organisationExclusion.Code, personExclusion.Code, dualRole.Code, // Ranker.feasibleFor
		pairRule.Code, // never about one expert
	}
)

func knowsEverything() bool {
	for _, f := range Factors {
		if !slices.Contains(indexedFactors, f.Name) {
			return false
		}
	}
	for _, r := range Rules {
		if !slices.Contains(indexedRules, r.Code) {
			return false
		}
	}
	for _, r := range TeamRules {
		if !slices.Contains(indexedRules, r.Code) {
			return false
		}
	}
	return true
}

// NewIndex prepares the candidates of an input for requests of its type, under
// its policy, at its moment; its request is ignored. What candidates carry for
// one request only (known travel, the yes to tier 3) holds for all requests that
// are asked. The candidates must not be changed as long as the index is used.
func NewIndex(in MatchInput) *Index {
	n := len(in.Candidates)
	x := &Index{
		made: in, complete: knowsEverything(), origin: in.Now.Truncate(time.Minute), ahead: 3 * 366 * 24 * 60,
		rows: make([]row, n), ties: make([]tie, n), trips: make([]trip, n), hours: make([]hours, n),
		able: newBitmap(n), certified: newBitmap(n), confirmed: newBitmap(n), bound: newBitmap(n),
		uneven: newBitmap(n), growing: newBitmap(n), ragged: newBitmap(n), nobody: newBitmap(n),
		consents: map[consentKey]bitmap{}, told: map[TraitKind]bitmap{}, traits: map[Trait]bitmap{},
	}
	x.made.Request, x.made.Candidates = Request{}, nil
	x.longest = max(in.Type.MinutesMin, min(in.Type.MinutesMax, math.MaxUint16))
	x.setClock()
	for i := range in.Candidates {
		x.who = append(x.who, &in.Candidates[i])
	}
	slices.SortStableFunc(x.who, func(a, b *Candidate) int { return cmp.Compare(a.Expert, b.Expert) })
	build := builder{
		Index: x, homes: map[placeKey]uint32{},
		plain: x.blank(Request{AudienceAgeFrom: 18}), young: x.blank(Request{}), tier3: x.blank(Request{Themes: []RequestTheme{{Theme: "any"}}}),
		minor: x.blank(Request{Client: &Client{}}),
	}
	build.tier3.Themes = map[ThemeCode]Theme{"any": {Tier: 3}}
	for at, c := range x.who {
		build.add(at, c)
	}
	x.closings, x.weekly = slices.Clip(x.closings), slices.Clip(x.weekly)
	return x
}

// builder is an index in the making. It asks the rules and factors about
// requests of which nothing is known but that they are the shortest, and for
// whom.
type builder struct {
	*Index
	homes                      map[placeKey]uint32
	plain, young, tier3, minor *question
}

func (x *builder) add(at int, c *Candidate) {
	x.addScores(at, c)
	x.addConsents(at, c)
	for _, t := range c.Traits {
		grow(x.told, t.Kind, len(x.who)).set(at)
		grow(x.traits, t, len(x.who)).set(at)
	}
	if c.Tier3Confirmed {
		x.confirmed.set(at)
	}
	if len(c.OrganisationExclusions)+len(c.ExcludedClients)+len(c.EmployedBy)+len(c.TrainerOf) > 0 {
		x.bound.set(at)
	}
	x.addTrip(at, c)
	x.addHours(at, c)
	x.addClosings(at, c)
}

// blank is the question of a request about which nothing is known but what is
// given, over all the time the index looks ahead.
func (x *Index) blank(r Request) *question {
	in := x.made
	in.Request = r
	in.Request.Minutes = in.Type.MinutesMin
	return &question{
		MatchInput: &in, today: DateOf(in.Now, in.Zone), needed: 1, required: 1,
		horizon: Interval{Start: in.Now, End: x.origin.Add(time.Duration(x.ahead) * time.Minute)},
	}
}

func (q *question) of(c *Candidate) *Case { return &Case{question: q, Candidate: c} }

func (x *builder) addScores(at int, c *Candidate) {
	k, r := x.plain.of(c), &x.rows[at]
	r.years = noYears
	if k.BirthDate != "" {
		r.years = int16(k.BirthDate.YearsUntil(k.today))
	}
	team := k.form([]*Case{k})
	for i, f := range fixedFactors {
		switch m := f.Score(team); m.State {
		case Known:
			r.fixed[i] = uint16(m.Value)
		case UnknownYet:
			r.fixed[i] = noValue
		default:
			x.complete = false // no longer a factor for a column
		}
	}
	x.ties[at] = tieOf(team)
}

func tieOf(t *Team) tie {
	n, of := t.load()
	return tie{load: int32(n), room: int32(of), offered: t.lastOffer()}
}

func (x *builder) addConsents(at int, c *Candidate) {
	closed, public := x.made.Type.UsageFor(AudienceClosed), x.made.Type.UsageFor(AudiencePublic)
	for _, have := range c.Consents {
		if have.Level == Red || have.Usage != closed && have.Usage != public {
			continue
		}
		if x.consents[consentKey{have.Theme, have.Usage, anyLevel}].has(at) {
			continue // the first counts
		}
		level := Amber
		if have.Level == Green {
			level = Green
		}
		grow(x.consents, consentKey{have.Theme, have.Usage, level}, len(x.who)).set(at)
		grow(x.consents, consentKey{have.Theme, have.Usage, anyLevel}, len(x.who)).set(at)
	}
}

// bitmap holds one bit per row. An absent one is empty.
type bitmap []uint64

func newBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

// grow gives the bitmap of a key, made when it is not there yet.
func grow[K comparable](in map[K]bitmap, key K, n int) bitmap {
	if in[key] == nil {
		in[key] = newBitmap(n)
	}
	return in[key]
}

func (b bitmap) set(at int)      { b[at>>6] |= 1 << (at & 63) }
func (b bitmap) has(at int) bool { return b != nil && b[at>>6]>>(at&63)&1 == 1 }

// word is the 64 rows from 64·w on.
func (b bitmap) word(w int) uint64 {
	if b == nil {
		return 0
	}
	return b[w]
}
