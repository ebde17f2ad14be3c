package app_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store/storetest"
)

func TestSubmitRequestFillsInWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	w := start(t)
	types := must(w.Store.As(w.A.Coordinator).DeploymentTypes(t.Context()))(t)
	for _, kind := range types {
		t.Run(string(kind.Code), func(t *testing.T) {
			asked := engine.Request{OrganisationID: w.A.Location, Type: kind.Code, Municipality: "GM0513",
				Wishes: engine.Wishes{Options: []engine.Interval{slot("2027-04-22", "10:00", 600)}}}
			if kind.Client {
				asked.Client = &engine.Client{AgeFrom: 14, AgeTo: 16}
			}
			got := must(w.SubmitRequest(t.Context(), w.A.LocationAsker, fresh(), asked))(t)
			equal(t, "status", got.Status, engine.RequestNew)
			equal(t, "urgency", got.Urgency, engine.UrgencyNormal)
			equal(t, "audience", got.Audience, engine.AudienceClosed)
			equal(t, "team size", got.TeamSize, kind.TeamDefault)
			equal(t, "minutes", got.Minutes, kind.MinutesDefault)
			equal(t, "occurrences", got.Occurrences, kind.OccurrencesDefault)
			equal(t, "rhythm", got.EveryWeeks, max(1, kind.SeriesEveryWeeks))
			equal(t, "pool", got.PoolID, w.A.Pool)
			if !got.SubmittedAt.Equal(storetest.Now) {
				t.Errorf("submitted at %s, want the moment of the call", got.SubmittedAt)
			}
			same(t, "what is read back", must(w.Store.As(w.A.LocationAsker).RequestsByID(t.Context(), []engine.RequestID{got.ID}))(t), []engine.Request{got})
		})
	}
	if len(types) < 10 {
		t.Errorf("only %d deployment types", len(types))
	}
}

func TestSubmitRequestKeepsWhatIsGiven(t *testing.T) {
	t.Parallel()
	w := start(t)
	asked := engine.Request{
		OrganisationID: w.A.Location, Type: engine.PolicyAdvice, Goal: "Meedenken over beleid", Urgency: engine.UrgencyUrgent,
		TeamSize: 3, Minutes: 90, Municipality: "GM0513", Postcode4: "2801", Address: "Voorbeeldstraat 3",
		Audience: engine.AudiencePublic, AudienceSize: 40, AudienceAgeFrom: 16, NewcomerSeat: true,
		Themes:      []engine.RequestTheme{{Theme: "LONELINESS", Importance: engine.Must}, {Theme: "BULLYING", Importance: engine.Nice}},
		Preferences: []engine.Preference{{Kind: engine.TraitGender, Value: "vrouw"}, {Kind: engine.TraitLanguage, Value: "NL", Must: true}},
		Wishes: engine.Wishes{
			Windows: []engine.WeekWindow{{Weekday: engine.Monday, Starts: "13:00", Ends: "17:00"}, {Weekday: engine.Sunday, Starts: "20:00", Ends: "24:00"}},
			From:    "2027-04-05", Until: "2027-07-01", EveryWeeks: 2, Occurrences: 4},
	}
	got := must(w.SubmitRequest(t.Context(), w.A.LocationAsker, fresh(), asked))(t)
	asked.ID, asked.PoolID, asked.Status, asked.SubmittedAt = got.ID, w.A.Pool, engine.RequestNew, storetest.Now
	same(t, "the request", got, asked)
}

// wrongRequests break one thing about an ear each; the field they are refused
// for stands first.
var wrongRequests = []struct {
	field, name string
	change      func(*engine.Request)
}{
	{"goal", "a goal too long", func(r *engine.Request) { r.Goal = strings.Repeat("a", 1001) }},
	{"goal", "a goal with text turned round", func(r *engine.Request) { r.Goal = "a\u202eb" }},
	{"address", "an address too long", func(r *engine.Request) { r.Address = strings.Repeat("a", 201) }},
	{"address", "an address with a bell", func(r *engine.Request) { r.Address = "a\ab" }},
	{"type", "no type", func(r *engine.Request) { r.Type = "" }},
	{"type", "a type that is not there", func(r *engine.Request) { r.Type = "LECTURE" }},
	{"teamSize", "two for one young person", func(r *engine.Request) { r.TeamSize = 2 }},
	{"teamSize", "fewer than nobody", func(r *engine.Request) { r.TeamSize = -1 }},
	{"minutes", "a minute too short", func(r *engine.Request) { r.Minutes = 29 }},
	{"minutes", "a minute too long", func(r *engine.Request) { r.Minutes = 91 }},
	{"audienceSize", "fewer than nobody", func(r *engine.Request) { r.AudienceSize = -1 }},
	{"audienceSize", "more than a stadium", func(r *engine.Request) { r.AudienceSize = 10_001 }},
	{"audienceAgeFrom", "unborn", func(r *engine.Request) { r.AudienceAgeFrom = -1 }},
	{"audienceAgeFrom", "older than people get", func(r *engine.Request) { r.AudienceAgeFrom = 121 }},
	{"occurrences", "twice, for a single session", func(r *engine.Request) { r.Occurrences = 2 }},
	{"occurrences", "a sixth meeting of five", func(r *engine.Request) { r.Type, r.Occurrences = engine.HopeGiver, 6 }},
	{"occurrences", "more than two years of weeks", func(r *engine.Request) { r.Type, r.Occurrences = engine.Buddy, 105 }},
	{"occurrences", "fewer than none", func(r *engine.Request) { r.Type, r.Occurrences = engine.Buddy, -1 }},
	{"municipality", "nowhere", func(r *engine.Request) { r.Municipality = "" }},
	{"postcode4", "a postcode with letters", func(r *engine.Request) { r.Postcode4 = "2801AB" }},
	{"postcode4", "a postcode that begins with nought", func(r *engine.Request) { r.Postcode4 = "0801" }},
	{"client", "nobody to listen to", func(r *engine.Request) { r.Client = nil }},
	{"client", "a young person in a consultation", func(r *engine.Request) { r.Type = engine.CaseConsultation }},
	{"client.ageTo", "a band upside down", func(r *engine.Request) { r.Client = &engine.Client{AgeFrom: 16, AgeTo: 15} }},
	{"client.ageTo", "an adult past youth care", func(r *engine.Request) { r.Client = &engine.Client{AgeFrom: 27, AgeTo: 28} }},
	{"client.ageTo", "an age below nought", func(r *engine.Request) { r.Client = &engine.Client{AgeFrom: -1, AgeTo: 3} }},
	{"client.turns18On", "a birthday, not a month", func(r *engine.Request) { r.Client.Turns18On = "2029-03-02" }},
	{"themes", "eleven themes", func(r *engine.Request) { r.Themes = make([]engine.RequestTheme, 11) }},
	{"themes", "a theme that is not there", func(r *engine.Request) { r.Themes[0].Theme = "FOOTBALL" }},
	{"themes", "a theme longer than an index holds", func(r *engine.Request) { r.Themes[0].Theme = engine.ThemeCode(noise(60_000)) }},
	{"themes", "a theme twice", func(r *engine.Request) { r.Themes = append(r.Themes, r.Themes[0]) }},
	{"themes", "a theme as must and as wish", func(r *engine.Request) {
		r.Themes = append(r.Themes, engine.RequestTheme{Theme: r.Themes[0].Theme, Importance: engine.Nice})
	}},
	{"preferences", "eleven wishes", func(r *engine.Request) { r.Preferences = make([]engine.Preference, 11) }},
	{"preferences", "a wish twice", func(r *engine.Request) {
		r.Preferences = slices.Repeat([]engine.Preference{{Kind: engine.TraitLanguage, Value: "NL"}}, 2)
	}},
	{"preferences.value", "a wish for nothing", func(r *engine.Request) { r.Preferences = []engine.Preference{{Kind: engine.TraitLanguage}} }},
	{"preferences.value", "a wish too long", func(r *engine.Request) {
		r.Preferences = []engine.Preference{{Kind: engine.TraitLanguage, Value: strings.Repeat("a", 51)}}
	}},
	{"windows", "times of both kinds", func(r *engine.Request) {
		r.Windows, r.From = []engine.WeekWindow{{Weekday: engine.Monday, Starts: "13:00", Ends: "17:00"}}, "2027-04-05"
	}},
	{"windows", "29 windows", func(r *engine.Request) { r.Options, r.Windows = nil, make([]engine.WeekWindow, 29) }},
	{"windows", "a window twice", func(r *engine.Request) {
		r.Options, r.From = nil, "2027-04-05"
		r.Windows = slices.Repeat([]engine.WeekWindow{{Weekday: engine.Monday, Starts: "13:00", Ends: "17:00"}}, 2)
	}},
	{"windows.ends", "a window shorter than a session", func(r *engine.Request) {
		r.Options, r.From = nil, "2027-04-05"
		r.Windows = []engine.WeekWindow{{Weekday: engine.Monday, Starts: "13:00", Ends: "13:59"}}
	}},
	{"windows.ends", "a window over midnight", func(r *engine.Request) {
		r.Options, r.From = nil, "2027-04-05"
		r.Windows = []engine.WeekWindow{{Weekday: engine.Monday, Starts: "23:00", Ends: "01:00"}}
	}},
	{"options", "no time at all", func(r *engine.Request) { r.Options = nil }},
	{"options", "61 times", func(r *engine.Request) { r.Options = make([]engine.Interval, 61) }},
	{"options", "a time twice", func(r *engine.Request) { r.Options = append(r.Options, r.Options[0]) }},
	{"options.start", "a time that has begun", func(r *engine.Request) {
		r.Options = []engine.Interval{{Start: storetest.Now.Add(-time.Microsecond), End: storetest.Now.Add(2 * time.Hour)}}
	}},
	{"options.end", "a time shorter than a session", func(r *engine.Request) { r.Options[0].End = r.Options[0].Start.Add(59 * time.Minute) }},
	{"options.end", "a time that ends before it begins", func(r *engine.Request) { r.Options[0].End = r.Options[0].Start.Add(-time.Hour) }},
	{"options.end", "a time of more than a day", func(r *engine.Request) { r.Options[0].End = r.Options[0].Start.Add(24*time.Hour + 1) }},
	{"options.end", "a time years ahead", func(r *engine.Request) { r.Options = []engine.Interval{slot("2029-04-22", "14:00", 60)} }},
	{"neededFrom", "windows without a first day", func(r *engine.Request) {
		r.Options, r.Windows = nil, []engine.WeekWindow{{Weekday: engine.Monday, Starts: "13:00", Ends: "17:00"}}
	}},
	{"neededFrom", "a first day years ahead", func(r *engine.Request) { r.From = "2029-04-05" }},
	{"neededUntil", "a last day before the first", func(r *engine.Request) { r.From, r.Until = "2027-04-05", "2027-04-04" }},
	{"neededUntil", "a last day that was yesterday", func(r *engine.Request) { r.Until = "2027-03-26" }},
	{"everyWeeks", "every minus first week", func(r *engine.Request) { r.Type, r.EveryWeeks = engine.Buddy, -1 }},
	{"everyWeeks", "less than once a year", func(r *engine.Request) { r.Type, r.EveryWeeks = engine.Buddy, 53 }},
}

func TestSubmitRequestNamesTheFieldThatIsWrong(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, wrong := range wrongRequests {
		t.Run(wrong.field+": "+wrong.name, func(t *testing.T) {
			r := w.ear()
			wrong.change(&r)
			w.refused(t, "INVALID "+wrong.field, func() error {
				_, err := w.SubmitRequest(t.Context(), w.A.LocationAsker, fresh(), r)
				return err
			})
		})
	}
}

func TestEveryFieldThatCanBeWrongIsTried(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../engine/validate.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?:Invalid|CheckText)\("([^"]+)"`).FindAllSubmatch(source, -1)
	if len(found) < 20 {
		t.Fatalf("found %d checks in validate.go; is it written differently now?", len(found))
	}
	for _, match := range found {
		if field := string(match[1]); !slices.ContainsFunc(wrongRequests, func(w struct {
			field, name string
			change      func(*engine.Request)
		}) bool {
			return w.field == field
		}) {
			t.Errorf("no request of the table is wrong about %s", field)
		}
	}
}

func TestSubmitRequestChoosesThePoolThatServesThePlaceForTheHouse(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `insert into organisation_pool (organisation_id, pool_id) values ($1, $2)`, w.A.Location, w.B.Pool)
	w.set(t, `insert into service_area (pool_id, municipality, valid_from, valid_to) values ($1, 'GM1901', '2022-01-01', '2027-03-28'), ($1, 'GM0627', '2022-01-01', '2027-03-27')`, w.B.Pool)
	for _, c := range []struct {
		name         string
		viewer       auth.Viewer
		organisation engine.OrganisationID
		municipality engine.MunicipalityCode
		online       bool
		want         engine.PoolID // "" = NOT_FOUND
	}{
		{"a place in the first area", w.A.LocationAsker, w.A.Location, "GM0513", false, w.A.Pool},
		{"a place in the second area", w.A.LocationAsker, w.A.Location, "GM0034", false, w.B.Pool},
		{"a place on the last day of an area", w.A.LocationAsker, w.A.Location, "GM1901", false, w.B.Pool},
		{"a place on the day after an area ended", w.A.LocationAsker, w.A.Location, "GM0627", false, ""},
		{"a place nobody serves", w.A.LocationAsker, w.A.Location, "GM0363", false, ""},
		{"a municipality that is not there", w.A.LocationAsker, w.A.Location, "GM9999", false, ""},
		{"online, whichever pool comes first", w.A.LocationAsker, w.A.Location, "", true, w.A.Pool},
		{"online, with a place", w.A.LocationAsker, w.A.Location, "GM0034", true, w.B.Pool},
		{"a place served for another house only", w.A.OtherRequester, w.A.Other, "GM0034", false, ""},
		{"the coordinator asks her own pool", w.A.Coordinator, w.A.Location, "GM0513", false, w.A.Pool},
		{"the coordinator does not ask another", w.A.Coordinator, w.A.Location, "GM0034", false, ""},
		{"the other coordinator asks his", w.B.Coordinator, w.A.Location, "GM0034", false, w.B.Pool},
		{"online, the coordinator's pool", w.B.Coordinator, w.A.Location, "", true, w.B.Pool},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.ear()
			r.OrganisationID, r.Municipality, r.Online = c.organisation, c.municipality, c.online
			if c.want == "" {
				w.refused(t, "NOT_FOUND", func() error {
					_, err := w.SubmitRequest(t.Context(), c.viewer, fresh(), r)
					return err
				})
				return
			}
			got := must(w.SubmitRequest(t.Context(), c.viewer, fresh(), r))(t)
			equal(t, "pool", got.PoolID, c.want)
			equal(t, "pool of the client", get[string](t, w, `select c.pool_id from client c join request r on r.client_ref = c.ref where r.id = $1`, got.ID), string(c.want))
			equal(t, "municipality", got.Municipality, c.municipality)
		})
	}
}

// House has the location and took over Old; LocationAsker holds the location only.
func TestWhoMayAskForWhichHouse(t *testing.T) {
	t.Parallel()
	w := start(t)
	const ok, no = "", "NOT_FOUND"
	for _, c := range []struct {
		who    auth.Viewer
		of     engine.OrganisationID
		answer string
	}{
		{w.A.Requester, w.A.House, ok},
		{w.A.Requester, w.A.Location, ok},
		{w.A.Requester, w.A.Old, ok},
		{w.A.Requester, w.A.Other, no},
		{w.A.Requester, w.B.House, no},
		{w.A.LocationAsker, w.A.Location, ok},
		{w.A.LocationAsker, w.A.House, no},
		{w.A.LocationAsker, w.A.Old, no},
		{w.A.OtherRequester, w.A.Other, ok},
		{w.A.OtherRequester, w.A.Location, no},
		{w.A.Coordinator, w.A.House, ok},
		{w.A.Coordinator, w.A.Host, no}, // not linked to the pool it hosts
		{w.A.Coordinator, w.B.House, no},
		{w.B.Coordinator, w.A.House, no},
		{w.A.ExpertViewers[0], w.A.House, no},
		{w.A.Trainer, w.A.House, no},
		{w.SystemAdmin, w.A.House, no},
		{w.Roleless, w.A.House, no},
		{w.A.Requester, "aaaaaaaa-0002-4000-8000-00000000dead", no},
		{w.A.Requester, "no id at all", no},
	} {
		r := w.ear()
		r.OrganisationID = c.of
		submit := func() error {
			_, err := w.SubmitRequest(t.Context(), c.who, fresh(), r)
			return err
		}
		if c.answer == no {
			w.refused(t, no, submit)
		} else if err := submit(); err != nil {
			t.Errorf("%s asks for %s: %v", c.who.Name, c.of, err)
		}
	}
}

func TestOfAYoungPersonOnlyTheAgeBandAndTheMonthAreKept(t *testing.T) {
	t.Parallel()
	w := start(t)
	r := w.ear()
	r.Client.Turns18On = "2029-05-01"
	id := must(w.SubmitRequest(t.Context(), w.A.LocationAsker, fresh(), r))(t).ID
	got := get[string](t, w, `select (to_jsonb(c) - 'ref')::text from client c join request r on r.client_ref = c.ref where r.id = $1`, id)
	want := get[string](t, w, `select jsonb_build_object('pool_id', $1::uuid, 'organisation_id', $2::uuid, 'age_from', 14, 'age_to', 16, 'turns_18_on', '2029-05-01',
		'consent_confirmed_on', null, 'consent_confirmed_by', '', 'own_consent_on', null)::text`, w.A.Pool, w.A.Location)
	equal(t, "what is kept", got, want)
	again := must(w.SubmitRequest(t.Context(), w.A.LocationAsker, fresh(), r))(t)
	if refs := get[int](t, w, `select count(distinct client_ref) from request where id in ($1, $2)`, id, again.ID); refs != 2 {
		t.Error("two requests share a reference: it would link what the care organisation did not")
	}
}

func TestAnOnlineRequestNeedsNoPlace(t *testing.T) {
	t.Parallel()
	w := start(t)
	r := w.ear()
	r.Online, r.Municipality, r.Postcode4, r.Address = true, "", "", ""
	id := w.open(t, r)
	s := w.booked(t, id, slot("2027-04-22", "15:00", 60), 0)
	if !s.Online || s.Municipality != "" || s.Region != "" || s.Address != "" {
		t.Errorf("an online session has a place: %+v", s)
	}
}
