package engine_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"expex/engine"
)

// readScenario reads an archive and the input it describes. The sections are
// now, request, organisations, policy, calendar and one "expert NAME" each, or
// "experts NAME, NAME" for people alike, in any order; lists are separated by
// commas and a span of days includes both ends.
func readScenario(t *testing.T, file string) (*txtar.Archive, engine.MatchInput) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{T: t}
	sections := map[string]string{}
	for _, f := range archive.Files {
		sections[f.Name] = string(f.Data)
	}
	kind := engine.DeploymentTypeCode("BUDDY")
	r.lines("request", sections["request"], func(key, value string) bool {
		if key == "type" {
			kind = engine.DeploymentTypeCode(value)
		}
		return true
	})
	in := blank(kind)
	if now := strings.TrimSpace(sections["now"]); now != "" {
		in.Now = at(now)
	}
	in.Request.Occurrences = 0
	r.lines("request", sections["request"], func(key, value string) bool { return r.request(&in.Request, key, value) })
	in.Request.Complete(in.Type)
	r.lines("organisations", sections["organisations"], func(key, value string) bool { return r.organisation(&in, key, value) })
	r.lines("policy", sections["policy"], func(key, value string) bool { return r.policy(&in.Policy, key, value) })
	r.lines("calendar", sections["calendar"], func(key, value string) bool { return r.calendar(&in, key, value) })
	for _, f := range archive.Files {
		name, isExpert := strings.CutPrefix(f.Name, "expert ")
		names, areExperts := strings.CutPrefix(f.Name, "experts ")
		if !isExpert && !areExperts && !slices.Contains([]string{"now", "request", "organisations", "policy", "calendar", "ranking"}, f.Name) {
			t.Fatalf("%s: there is no section %q", file, f.Name)
		}
		people := []string{name}
		if areExperts {
			people = list(names)
		}
		for _, name := range people {
			if !isExpert && !areExperts {
				continue
			}
			candidate := ordinary(engine.ExpertID(name), kind)
			usage := in.Type.UsageFor(in.Request.Audience)
			r.lines(f.Name, string(f.Data), func(key, value string) bool { return r.expert(&candidate, usage, key, value) })
			in.Candidates = append(in.Candidates, candidate)
		}
	}
	return archive, in
}

type reader struct{ *testing.T }

// lines calls take with each "key: value" line of a section; false means that
// there is no such key.
func (r *reader) lines(section, text string, take func(key, value string) bool) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok || !take(key, strings.TrimSpace(value)) {
			r.Fatalf("section %s: cannot read %q", section, line)
		}
	}
}

func (r *reader) request(q *engine.Request, key, value string) bool {
	switch key {
	case "type":
	case "organisation":
		q.OrganisationID = engine.OrganisationID(value)
	case "client":
		from, to, _ := strings.Cut(value, "-")
		q.Client = &engine.Client{Ref: "client", AgeFrom: r.number(from), AgeTo: r.number(to)}
	case "must", "nice":
		for _, theme := range list(value) {
			q.Themes = append(q.Themes, engine.RequestTheme{Theme: engine.ThemeCode(theme), Importance: engine.Importance(strings.ToUpper(key))})
		}
	case "wish", "must have":
		kind, word, _ := strings.Cut(value, " ")
		q.Preferences = append(q.Preferences, engine.Preference{Kind: engine.TraitKind(kind), Value: word, Must: key == "must have"})
	case "windows":
		for _, item := range list(value) {
			day, starts, ends := r.window(item)
			q.Windows = append(q.Windows, engine.WeekWindow{Weekday: day, Starts: starts, Ends: ends})
		}
	case "options":
		for _, item := range list(value) {
			q.Options = append(q.Options, r.slot(item))
		}
	case "from":
		q.From = engine.Date(value)
	case "until":
		q.Until = engine.Date(value)
	case "sessions":
		q.Occurrences = r.number(value)
	case "every weeks":
		q.EveryWeeks = r.number(value)
	case "minutes":
		q.Minutes = r.number(value)
	case "audience from":
		q.AudienceAgeFrom = r.number(value)
	case "newcomer seat":
		q.NewcomerSeat = value == "yes"
	case "team":
		q.TeamSize = r.number(value)
	default:
		return false
	}
	return true
}

func (r *reader) organisation(in *engine.MatchInput, key, value string) bool {
	if in.Organisations == nil {
		in.Organisations = engine.OrganisationTree{}
	}
	links := in.Organisations[engine.OrganisationID(key)]
	if parent, ok := strings.CutPrefix(value, "location of "); ok {
		links.Parent = engine.OrganisationID(parent)
	} else if successor, ok := strings.CutPrefix(value, "merged into "); ok {
		links.MergedInto = engine.OrganisationID(successor)
	} else {
		return false
	}
	in.Organisations[engine.OrganisationID(key)] = links
	return true
}

func (r *reader) policy(p *engine.Policy, key, value string) bool {
	number, ok := map[string]*int{"small pool": &p.SmallPool, "low coverage": &p.LowCoverage}[key]
	if ok {
		*number = r.number(value)
	}
	return ok
}

func (r *reader) calendar(in *engine.MatchInput, key, value string) bool {
	if key != "holidays" {
		return false
	}
	for _, day := range list(value) {
		in.Holidays = append(in.Holidays, engine.Date(day))
	}
	return true
}

func (r *reader) expert(c *engine.Candidate, usage engine.Usage, key, value string) bool {
	switch key {
	case "born":
		c.BirthDate = engine.Date(value)
	case "status":
		c.Status = engine.ExpertStatus(value)
	case "certified":
		c.CertifiedOn = engine.Date(value)
		if value == "no" {
			c.CertifiedOn = ""
		}
	case "lives in":
		municipality, region, _ := strings.Cut(value, " ")
		c.Home = engine.Place{Municipality: engine.MunicipalityCode(municipality), Region: engine.RegionCode(region)}
	case "booked":
		for _, item := range list(value) {
			slot := r.slot(item)
			c.Booked = append(c.Booked, engine.Booked{ID: engine.SessionID(item), Session: slot, Busy: engine.Interval{Start: slot.Start, End: slot.End.Add(30 * time.Minute)}})
		}
	case "relation closed":
		c.RelationClosedOn = engine.Date(value)
	case "asked":
		c.LastOfferAt = ptr(at(value))
	case "said it was too much":
		c.DeclinedTooMuch = r.number(value)
	case "trained":
		c.Trained = nil
		for _, code := range list(value) {
			c.Trained = append(c.Trained, engine.Training{Type: engine.DeploymentTypeCode(code), From: "2025-12-15"})
		}
	case "deployable since":
		c.DeployableSince = engine.Date(value)
	case "certificate":
		first, last := r.days(value)
		c.Certificates = []engine.Valid{{From: first, To: last.AddDays(1)}}
	case "consents":
		for _, item := range list(value) {
			theme, level, _ := strings.Cut(item, " ")
			c.Consents = append(c.Consents, engine.Consent{Theme: engine.ThemeCode(theme), Usage: usage, Level: engine.ConsentLevel(strings.ToUpper(level))})
		}
	case "told":
		for _, item := range list(value) {
			kind, word, _ := strings.Cut(item, " ")
			c.Traits = append(c.Traits, engine.Trait{Kind: engine.TraitKind(kind), Value: word})
		}
	case "keeps away from":
		house, lifted := strings.CutSuffix(value, ", lifted for this request")
		house, until, _ := strings.Cut(house, " until ")
		x := engine.OrganisationExclusion{Organisation: engine.OrganisationID(house), Until: engine.Date(until)}
		if lifted {
			x.LiftedFor = []engine.RequestID{"request"}
		}
		c.OrganisationExclusions = append(c.OrganisationExclusions, x)
	case "not with":
		for _, other := range list(value) {
			c.ExcludedExperts = append(c.ExcludedExperts, engine.ExpertID(other))
		}
	case "travels":
		minutes, limit, _ := strings.Cut(value, " of ")
		c.MaxTravelMinutes = r.number(limit)
		if minutes == "unknown" {
			c.Home = engine.Place{}
		} else {
			c.TravelMinutes = ptr(r.number(minutes))
		}
	case "hours":
		c.Rules = nil
		for _, item := range list(value) {
			day, starts, ends := r.window(item)
			c.Rules = append(c.Rules, hours(day, starts, ends))
		}
	case "away":
		first, last := r.days(value)
		c.Blackouts = append(c.Blackouts, engine.Interval{Start: engine.Instant(first, "00:00", amsterdam), End: engine.Instant(last.AddDays(1), "00:00", amsterdam)})
	case "hours confirmed":
		c.AvailabilityConfirmedAt = ptr(at(value))
	case "relations":
		c.ActiveRelations = r.number(value)
	case "completed":
		c.CompletedOfType = r.number(value)
	case "folds exclusions":
		c.FoldExclusions = value == "yes"
	default:
		return false
	}
	return true
}

// list splits at commas; "none" is the empty list.
func list(value string) []string {
	if value == "none" {
		return nil
	}
	items := strings.Split(value, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}

func (r *reader) number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		r.Fatal(err)
	}
	return n
}

// window reads "Tue 15:00-18:00".
func (r *reader) window(s string) (day engine.Weekday, starts, ends engine.WallTime) {
	name, times, _ := strings.Cut(s, " ")
	from, to, _ := strings.Cut(times, "-")
	i := slices.IndexFunc(week, func(d engine.Weekday) bool { return strings.HasPrefix(string(d), strings.ToUpper(name)) })
	starts, err := engine.ParseWallTime(from)
	if err == nil {
		ends, err = engine.ParseWallTime(to)
	}
	if i < 0 || err != nil {
		r.Fatalf("%q is not a window such as Tue 15:00-18:00 (%v)", s, err)
	}
	return week[i], starts, ends
}

// slot reads "2027-04-06 13:00-16:00".
func (r *reader) slot(s string) engine.Interval {
	day, times, _ := strings.Cut(s, " ")
	from, to, _ := strings.Cut(times, "-")
	return between(fmt.Sprintf("%s %s", day, from), fmt.Sprintf("%s %s", day, to))
}

// days reads "2027-04-06 to 2027-04-09".
func (r *reader) days(s string) (first, last engine.Date) {
	from, to, _ := strings.Cut(s, " to ")
	first, err := engine.ParseDate(from)
	if err == nil {
		last, err = engine.ParseDate(to)
	}
	if err != nil {
		r.Fatal(err)
	}
	return first, last
}
