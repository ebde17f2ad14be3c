package demodata

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"expex/engine"
	"expex/store"
)

// made is what a demo hangs on.
type made struct {
	Seed   uint64
	Anchor engine.Date
}

// anyDemo draws a seed and a day of the years 2026 to 2029, with a liking for
// days around a change of the clocks.
var anyDemo = rapid.Custom(func(t *rapid.T) made {
	anyDay := rapid.Map(rapid.IntRange(0, 4*365), func(n int) engine.Date { return engine.Date("2026-01-01").AddDays(n) })
	clocks := rapid.SampledFrom([]engine.Date{"2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2027-03-27", "2027-10-30", "2028-02-29"})
	return made{rapid.Uint64().Draw(t, "seed"), rapid.OneOf(anyDay, clocks).Draw(t, "anchor")}
})

func TestEveryDemo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyDemo.Draw(t, "demo")
		d := &demo{source: source{m.Seed}, world: loadWorld(), anchor: m.Anchor}
		d.make()
		for _, property := range []func(*rapid.T, *demo){
			hasTheAgreedSize, isAboutInventedPeople, hasSixtyRequestsOfAllKinds, losesSomeSessions, isTrueAtTheAnchor, keepsLocalTime, ranksNoorFirst,
		} {
			property(t, d)
		}
	})
}

func hasTheAgreedSize(t *rapid.T, d *demo) {
	status, certified := map[engine.ExpertStatus]int{}, map[orNull]int{}
	for _, r := range d.records {
		status[r.Status]++
	}
	for _, c := range d.certifications {
		certified[c.CohortID]++
	}
	kinds := map[engine.OrganisationType]bool{}
	for _, o := range d.organisations {
		kinds[o.Type] = true
	}
	caps, folding := 0, 0
	for _, r := range d.records {
		if r.CapActiveRelations+r.CapSessionsPerWeek+r.CapMinutesPerMonth > 0 {
			caps++
		}
		if r.FoldExclusions {
			folding++
		}
	}
	for _, size := range []struct {
		of        string
		got, want int
	}{
		{"pools", len(d.pools), 2}, {"organisations", len(d.organisations), 14}, {"types of organisation", len(kinds), 11},
		{"cohorts", len(d.cohorts), 3}, {"experts", len(d.experts), 24}, {"deployable experts", status[engine.ExpertDeployable], 16},
		{"statuses of experts", len(status), 6}, {"requests", len(d.requests), 60}, {"relations", len(d.matches), 18},
		{"exclusions of houses", len(d.organisationExclusions), 3}, {"exclusions of experts", len(d.expertExclusions), 1},
		{"exclusions of clients", len(d.clientExclusions), 1}, {"dual roles", len(d.dualRoles), 1},
		{"experts with caps of their own", caps, 2}, {"experts who fold their exclusions", folding, 1},
		{"certified in Flevoland", certified[orNull(newID[string](d.source, "cohort", groupFlevoland))], 9},
	} {
		if size.got != size.want {
			t.Errorf("%s: %d, want %d", size.of, size.got, size.want)
		}
	}
	if n := len(d.sessions); n < 370 || n > 430 {
		t.Errorf("%d sessions, want about 400", n)
	}
}

var phone = regexp.MustCompile(`^06-000000[0-9]{2}$`)

func isAboutInventedPeople(t *rapid.T, d *demo) {
	homeless := 0
	for i, r := range d.records {
		age := engine.Date(r.BirthDate).YearsUntil(d.anchor)
		switch {
		case !slices.Contains(lastNames, r.LastName):
			t.Errorf("%q is not on the list of surnames that nobody bears", r.LastName)
		case !strings.HasSuffix(r.Email, "@example.org") || strings.Contains(r.Email, " "):
			t.Errorf("%q is not at example.org", r.Email)
		case !phone.MatchString(r.Phone):
			t.Errorf("%q could ring", r.Phone)
		case age != roster[i].age || age < 17 || age > 28:
			t.Errorf("%s is %d at the anchor", roster[i].name, age)
		}
		if r.Postcode4 == "" {
			homeless++
		} else if town, _ := d.reference.MunicipalityOf(r.Postcode4); town != string(roster[i].home) {
			t.Errorf("%s lies in %s, not in %s", r.Postcode4, town, roster[i].home)
		}
	}
	if homeless == 0 {
		t.Error("everybody has told where she lives")
	}
}

func hasSixtyRequestsOfAllKinds(t *rapid.T, d *demo) {
	towns, types, open := map[orNull]bool{}, map[engine.DeploymentTypeCode]bool{}, 0
	ears := 0
	for _, r := range d.requests {
		towns[r.Municipality], types[r.Type] = true, true
		switch r.Status {
		case engine.RequestNew, engine.RequestTriaged, engine.RequestOpen, engine.RequestOffered, engine.RequestPartlyFilled:
			open++
		}
		if r.Type == engine.ListeningEar && r.Municipality == orNull(gouda) && r.Status == engine.RequestOpen {
			ears++
		}
	}
	delete(towns, "") // online
	if len(towns) != 11 || len(types) != len(d.types) || open != 12 {
		t.Errorf("%d towns, %d types, %d still to be filled; want 11, %d, 12", len(towns), len(types), open, len(d.types))
	}
	if ears != 1 {
		t.Errorf("%d listening ears are open in Gouda, want the featured one only", ears)
	}
	for _, p := range d.plans {
		q := p.request
		if err := q.Validate(p.kind, p.submitted, store.Zone); err != nil {
			t.Errorf("request %d: %v", p.number, err)
		}
	}
}

func losesSomeSessions(t *rapid.T, d *demo) {
	cancelled, missed, all := 0, 0, len(d.sessions)
	sides := map[engine.SessionStatus]bool{}
	for _, s := range d.sessions {
		switch {
		case s.Status.Cancelled():
			cancelled++
			sides[s.Status] = true
		case strings.HasPrefix(string(s.Status), "NO_SHOW"):
			missed++
		}
	}
	if cancelled != all*10/100 || missed != all*4/100 || len(sides) < 3 {
		t.Errorf("of %d sessions %d are cancelled, by %d sides, and %d missed; want 10 %% and 4 %%", all, cancelled, len(sides), missed)
	}
}

// isTrueAtTheAnchor: what is told as past is past, at any hour of the day.
func isTrueAtTheAnchor(t *rapid.T, d *demo) {
	for _, s := range d.sessions {
		if on := dayOf(s.StartsAt); on == d.anchor || on < d.anchor.AddMonths(-10).AddDays(-7) || on > d.anchor.AddMonths(2).AddDays(7) {
			t.Errorf("a session on %s", on)
		}
		if s.CreatedAt.After(d.now()) || s.ChangedAt.After(d.now()) || s.ChangedAt.Before(s.CreatedAt) || !s.CreatedAt.Before(s.StartsAt) {
			t.Errorf("a session of %s was made %s and changed %s", s.StartsAt, s.CreatedAt, s.ChangedAt)
		}
		if s.Status.Cancelled() && !s.ChangedAt.Before(s.StartsAt) {
			t.Errorf("a session of %s was cancelled afterwards, %s", s.StartsAt, s.ChangedAt)
		}
	}
	for _, r := range d.requests {
		if r.SubmittedAt.After(d.now()) || (r.Status == engine.RequestWaitlisted) != (r.WaitlistReason != "") {
			t.Errorf("a request of %s is %s %s", r.SubmittedAt, r.Status, r.WaitlistReason)
		}
	}
	demoOffers := 0
	for _, o := range d.offers {
		if o.SentAt.After(d.now()) || o.AnsweredAt != nil && (o.AnsweredAt.After(d.now()) || o.AnsweredAt.Before(o.SentAt)) {
			t.Errorf("an offer of %s is in the future", o.SentAt)
		}
		if o.Status == engine.OfferSent && o.ExpiresAt.Before(d.at(1, "00:00")) {
			t.Errorf("an open offer expires %s", o.ExpiresAt)
		}
		if o.ID == d.demoOffer() {
			demoOffers++
			if o.ExpertID != d.expertID(demoExpert) || o.Status != engine.OfferSent || dayOf(o.ExpiresAt) != d.day(2) {
				t.Errorf("the offer of the demo is %+v", o)
			}
		}
	}
	if demoOffers != 1 {
		t.Errorf("%d offers of the demo", demoOffers)
	}
	for _, r := range d.records {
		if at := r.HoursConfirmedAt; at != nil {
			if days := dayOf(*at).DaysUntil(d.anchor); days < 2 || days > 60 {
				t.Errorf("hours were confirmed %d days ago", days)
			}
		}
	}
}

// keepsLocalTime: the sessions of a row begin at the same wall time, also after
// the two changes of the clocks that every twelve months hold.
func keepsLocalTime(t *rapid.T, d *demo) {
	rows := map[engine.RequestID]map[engine.WallTime]bool{}
	offsets := map[string]bool{}
	for _, s := range d.sessions {
		if rows[s.RequestID] == nil {
			rows[s.RequestID] = map[engine.WallTime]bool{}
		}
		rows[s.RequestID][wallOf(s.StartsAt)] = true
		zone, _ := s.StartsAt.In(store.Zone).Zone()
		offsets[zone] = true
	}
	for id, walls := range rows {
		if len(walls) != 1 {
			t.Errorf("the sessions of request %s begin at %d times of day", id, len(walls))
		}
	}
	if len(offsets) != 2 {
		t.Errorf("no change of the clocks: %v", offsets)
	}
}

// ranksNoorFirst asks the engine with what planning knows; [TestFeatured] asks
// through the database.
func ranksNoorFirst(t *rapid.T, d *demo) {
	ranking, err := engine.Suggest(d.input(d.plans[featuredNumber], d.now(), nil))
	if err != nil {
		t.Fatal(err)
	}
	if problem := featuredProblem(d.expertID(demoExpert), ranking); problem != "" {
		t.Error(problem)
	}
}
