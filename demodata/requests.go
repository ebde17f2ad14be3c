package demodata

import (
	"math/rand/v2"
	"slices"
	"time"

	"expex/engine"
)

// plan is a request and what comes of it.
type plan struct {
	ask
	number    int
	kind      engine.DeploymentType
	request   engine.Request
	submitted time.Time
	decided   time.Time // the coordinator chose
	booked    time.Time // the last of the team said yes

	team       []*person
	suggestion engine.Suggestion
	inputHash  string
	slot       engine.Interval // of the decision
	sessions   []*session
}

func (s source) requestID(number int) engine.RequestID {
	return newID[engine.RequestID](s, "request", number)
}

// Windows of wishes. People at work meet in office hours, a café is in the
// evening, and a young person comes after school.
var (
	weekdays     = []engine.Weekday{mon, tue, wed, thu, fri}
	afterSchool  = everyDay(weekdays, "15:00", "20:00")
	officeHours  = everyDay(weekdays, "09:00", "17:00")
	cafeEvenings = everyDay([]engine.Weekday{wed}, "18:00", "22:00")
)

func everyDay(days []engine.Weekday, from, to engine.WallTime) []engine.WeekWindow {
	var out []engine.WeekWindow
	for _, day := range days {
		out = append(out, engine.WeekWindow{Weekday: day, Starts: from, Ends: to})
	}
	return out
}

// inOptions reports whether requesters give concrete times for this type.
func (p *plan) inOptions() bool {
	return !p.kind.Client && p.request.Occurrences == 1
}

// pending reports whether no session has been planned.
func (p *plan) pending() bool { return p.state != "" }

// answered is when the i-th of the team said yes: one after the other, the last
// when all is booked.
func (p *plan) answered(i int) time.Time {
	return p.decided.Add(p.booked.Sub(p.decided) / time.Duration(len(p.team)-i))
}

func (d *demo) addRequests() {
	for number, a := range script {
		p := &plan{ask: a, number: number, kind: d.types[a.code]}
		r := d.rand("request", number)
		if number == featuredNumber {
			p.request = listeningEarInGouda(d.anchor)
			p.submitted = d.at(-3, "10:15")
		} else {
			d.invent(p, r)
		}
		p.request.ID, p.request.PoolID = d.requestID(number), d.poolID(a.pool)
		p.request.OrganisationID = d.houseID(a.by)
		if c := p.request.Client; c != nil {
			c.Ref = newID[engine.ClientRef](d.source, "client", number)
		}
		p.request.Complete(p.kind)
		p.request.SubmittedAt = p.submitted
		d.plans = append(d.plans, p)
	}
	d.excludeClient()
}

// excludeClient keeps one expert from one young person, whom she knows.
func (d *demo) excludeClient() {
	samira := d.person("Samira")
	for _, p := range d.plans {
		if p.code == engine.Buddy && p.must == "LONELINESS" && p.pool == middenHolland {
			ref := p.request.Client.Ref
			d.clientExclusions = append(d.clientExclusions, clientExclusionRow{samira.id, ref})
			samira.candidate.ExcludedClients = append(samira.candidate.ExcludedClients, ref)
		}
	}
}

// invent fills in what the script leaves open about a request.
func (d *demo) invent(p *plan, r *rand.Rand) {
	d.date(p, r)
	q := &p.request
	*q = engine.Request{
		Type: p.code, Urgency: engine.UrgencyNormal, Goal: pick(r, goals[p.code]),
		Minutes: p.kind.MinutesDefault, Online: p.town == "", Municipality: p.town, Postcode4: d.postcode(r, p.town),
		Audience: engine.AudienceClosed,
	}
	if p.kind.Client && chance(r, 30) {
		q.Minutes = p.kind.MinutesMax
	}
	if p.pending() && len(p.answers) == 0 && chance(r, 20) {
		q.Urgency = engine.UrgencyUrgent
	}
	if p.public {
		q.Audience = engine.AudiencePublic
	}
	if h := houses[p.by]; h.secrecy == "" && h.town == p.town && !p.kind.Client {
		q.Address = h.street
	}
	if p.code == engine.Talk || p.code == engine.Workshop {
		q.AudienceSize, q.AudienceAgeFrom = between(r, 8, 40), pick(r, []int{12, 14, 18, 21})
	}
	if p.kind.Client {
		q.Client = youngPerson(p, r)
		q.Preferences = wishes(p, r)
	}
	if p.must != "" {
		q.Themes = append(q.Themes, engine.RequestTheme{Theme: p.must, Importance: engine.Must})
	}
	if p.nice != "" {
		q.Themes = append(q.Themes, engine.RequestTheme{Theme: p.nice, Importance: engine.Nice})
	}
	q.Wishes = engine.Wishes{From: d.day(p.start), Occurrences: p.times, EveryWeeks: p.every, Windows: officeHours}
	switch {
	case p.code == engine.ExperienceCafe:
		q.Windows = cafeEvenings
	case p.kind.Client:
		q.Windows = afterSchool
	}
	if p.kind.Form == engine.OneOff || p.times == 0 && p.kind.OccurrencesDefault == 1 {
		q.Until = d.day(p.start + 14)
	}
}

// date draws the days on which a request came in and was decided. What is
// planned was asked for weeks ahead; what is open came in lately.
func (d *demo) date(p *plan, r *rand.Rand) {
	came := p.start - between(r, 24, 34)
	switch p.state {
	case engine.RequestNew, engine.RequestTriaged:
		came = -between(r, 1, 4)
	case engine.RequestWaitlisted:
		came = -between(r, 20, 90)
	case engine.RequestOpen, engine.RequestOffered, engine.RequestPartlyFilled:
		came = -between(r, 12, 20)
	}
	p.submitted = d.at(came, "09:00").Add(minutes(r.IntN(8 * 60)))
	decided := came + between(r, 2, 6)
	if p.asked > 0 {
		decided = -p.asked
	}
	p.decided = d.at(decided, "12:00")
	p.booked = p.decided.Add(minutes(between(r, 60, 11*60)))
}

// youngPerson is what may be known of the client.
func youngPerson(p *plan, r *rand.Rand) *engine.Client {
	from := between(r, 12, 15)
	c := &engine.Client{AgeFrom: from, AgeTo: from + r.IntN(2)}
	if chance(r, 50) {
		c.Turns18On = (dayOf(p.submitted).AddMonths(12*(17-c.AgeTo) + between(r, 1, 11)))[:len("2006-01")] + "-01"
	}
	return c
}

// wishes are the soft wishes of a young person, if any.
func wishes(p *plan, r *rand.Rand) []engine.Preference {
	var out []engine.Preference
	if chance(r, 40) {
		out = append(out, engine.Preference{Kind: engine.TraitGender, Value: pick(r, []string{"female", "male"})})
	}
	if chance(r, 30) {
		out = append(out, engine.Preference{Kind: engine.TraitActivity, Value: pick(r, []string{"sports", "music", "walking", "cooking"})})
	}
	if p.number%9 == 4 {
		out = append(out, engine.Preference{Kind: engine.TraitLanguage, Value: "ar"})
	}
	return out
}

// propose turns the windows of a single meeting into the three concrete times a
// requester gave, the chosen one among them.
func (p *plan) propose(r *rand.Rand, chosen engine.Date) {
	q := &p.request
	if chosen == "" {
		chosen = q.From.AddDays(r.IntN(3))
	}
	days := []engine.Date{chosen}
	for day := chosen.AddDays(between(r, 1, 3)); len(days) < 3; day = day.AddDays(between(r, 1, 3)) {
		days = append(days, day)
	}
	var options []engine.Interval
	for _, day := range days {
		for _, w := range q.Windows {
			if w.Weekday == day.Weekday() {
				options = append(options, engine.Interval{Start: at(day, w.Starts), End: at(day, w.Ends)})
			}
		}
	}
	q.Wishes = engine.Wishes{Options: options, EveryWeeks: q.EveryWeeks, Occurrences: 1}
}

// writeRequest writes the rows of a request as it has become.
func (d *demo) writeRequest(p *plan, status engine.RequestStatus) {
	q := p.request
	row := requestRow{
		ID: q.ID, PoolID: q.PoolID, OrganisationID: q.OrganisationID, Type: q.Type, Status: status, WaitlistReason: p.reason,
		Urgency: q.Urgency, Goal: q.Goal, TeamSize: q.TeamSize, Minutes: q.Minutes, Online: q.Online, Municipality: orNull(q.Municipality),
		Postcode4: q.Postcode4, Address: q.Address, Audience: q.Audience, AudienceSize: q.AudienceSize, AudienceAgeFrom: q.AudienceAgeFrom,
		NeededFrom: orNull(q.From), NeededUntil: orNull(q.Until), EveryWeeks: q.EveryWeeks, Occurrences: q.Occurrences, SubmittedAt: q.SubmittedAt,
	}
	if p.reason == "COHORT_PENDING" {
		row.CohortID = orNull(newID[string](d.source, "cohort", groupNow))
		row.EarliestDate = orNull(d.day(cohorts[groupNow].end + paperwork))
	}
	if slices.Contains([]int{youthCare, locationGouda, locationWaddinxveen, mergedCare}, p.by) {
		row.SubmittedBy = orNull(d.accounts().Requester)
	}
	if c := q.Client; c != nil {
		row.ClientRef = orNull(c.Ref)
		client := clientRow{Ref: c.Ref, PoolID: q.PoolID, HouseID: q.OrganisationID, AgeFrom: c.AgeFrom, AgeTo: c.AgeTo, Turns18On: orNull(c.Turns18On)}
		if status != engine.RequestNew {
			client.ConfirmedOn, client.ConfirmedBy = orNull(dayOf(p.submitted)), "jeugdprofessional"
		}
		d.clients = append(d.clients, client)
	}
	d.requests = append(d.requests, row)
	for _, t := range q.Themes {
		d.themeRows = append(d.themeRows, requestThemeRow{q.ID, t.Theme, t.Importance})
	}
	for _, w := range q.Preferences {
		d.preferences = append(d.preferences, preferenceRow{q.ID, w.Kind, w.Value, w.Must})
	}
	for _, o := range q.Options {
		d.options = append(d.options, optionRow{q.ID, o.Start, o.End})
	}
	for _, w := range q.Windows {
		d.windows = append(d.windows, windowRow{q.ID, w.Weekday, w.Starts, w.Ends})
	}
}
