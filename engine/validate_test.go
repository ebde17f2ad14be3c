package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/engine"
)

// validRow changes a valid request in one way and names the field that is then
// refused, "" for none.
type validRow struct {
	name   string
	change func(r *engine.Request)
	field  string
}

func checkValid(t *testing.T, base func() engine.MatchInput, rows []validRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			in := base()
			row.change(&in.Request)
			err := in.Request.Validate(in.Type, in.Now, in.Zone)
			var invalid *engine.Error
			switch {
			case row.field == "" && err != nil:
				t.Errorf("refused: %v", err)
			case row.field != "" && !errors.As(err, &invalid):
				t.Errorf("got %v, want INVALID on %s", err, row.field)
			case row.field != "" && (invalid.Code != engine.CodeInvalid || invalid.Field != row.field || !strings.HasPrefix(invalid.Message, row.field+": ")):
				t.Errorf("got %s on %s (%v), want INVALID on %s", invalid.Code, invalid.Field, invalid, row.field)
			}
		})
	}
}

func untouched(*engine.Request) {}

func TestValidateTheShapeOfARequest(t *testing.T) {
	t.Parallel()
	checkValid(t, talk, []validRow{
		{"a talk of two", untouched, ""},
		{"a talk of one", func(r *engine.Request) { r.TeamSize = 1 }, "teamSize"},
		{"a talk of three", func(r *engine.Request) { r.TeamSize = 3 }, "teamSize"},
		{"a team below nothing", func(r *engine.Request) { r.TeamSize = -1 }, "teamSize"},
		{"the shortest talk", func(r *engine.Request) { r.Minutes = 45 }, ""},
		{"a minute shorter", func(r *engine.Request) { r.Minutes = 44 }, "minutes"},
		{"the longest talk", func(r *engine.Request) { r.Minutes = 120 }, ""},
		{"a minute longer", func(r *engine.Request) { r.Minutes = 121 }, "minutes"},
		{"no length", func(r *engine.Request) { r.Minutes = 0 }, "minutes"},
		{"a length below nothing", func(r *engine.Request) { r.Minutes = -90 }, "minutes"},
		{"a stadium", func(r *engine.Request) { r.AudienceSize = 10_000 }, ""},
		{"more than a stadium", func(r *engine.Request) { r.AudienceSize = 10_001 }, "audienceSize"},
		{"fewer than nobody", func(r *engine.Request) { r.AudienceSize = -1 }, "audienceSize"},
		{"an audience from 120", func(r *engine.Request) { r.AudienceAgeFrom = 120 }, ""},
		{"an audience from 121", func(r *engine.Request) { r.AudienceAgeFrom = 121 }, "audienceAgeFrom"},
		{"an audience before birth", func(r *engine.Request) { r.AudienceAgeFrom = -1 }, "audienceAgeFrom"},
		{"a single session twice", func(r *engine.Request) { r.Occurrences = 2 }, "occurrences"},
		{"a single session never", func(r *engine.Request) { r.Occurrences = 0 }, "occurrences"},
	})
	checkValid(t, func() engine.MatchInput {
		in := buddy()
		in.Type = deployment(engine.HopeGiver)
		in.Request.Type = engine.HopeGiver
		return in
	}, []validRow{
		{"five meetings of a hope giver", func(r *engine.Request) { r.Occurrences = 5 }, ""},
		{"a sixth", func(r *engine.Request) { r.Occurrences = 6 }, "occurrences"},
	})
}

func TestValidateThePlaceOfARequest(t *testing.T) {
	t.Parallel()
	postcode := func(s string) func(*engine.Request) { return func(r *engine.Request) { r.Postcode4 = s } }
	checkValid(t, talk, []validRow{
		{"no place", func(r *engine.Request) { r.Municipality = "" }, "municipality"},
		{"no place online", func(r *engine.Request) { r.Municipality, r.Online = "", true }, ""},
		{"a postcode", postcode("2801"), ""},
		{"a postcode of three digits", postcode("280"), "postcode4"},
		{"a postcode of five digits", postcode("28011"), "postcode4"},
		{"a whole postcode", postcode("2801 AB"), "postcode4"},
		{"a postcode that begins with nought", postcode("0801"), "postcode4"},
		{"letters", postcode("28O1"), "postcode4"},
		{"digits of another script", postcode("٢٨"), "postcode4"},
		{"an address", func(r *engine.Request) { r.Address = strings.Repeat("x", 200) }, ""},
		{"an address too long", func(r *engine.Request) { r.Address = strings.Repeat("x", 201) }, "address"},
		{"an address with a NUL", func(r *engine.Request) { r.Address = "Straat\x00 1" }, "address"},
	})
}

func TestValidateTheWordsOfARequest(t *testing.T) {
	t.Parallel()
	goal := func(s string) func(*engine.Request) { return func(r *engine.Request) { r.Goal = s } }
	wish := func(s string) func(*engine.Request) {
		return func(r *engine.Request) {
			r.Preferences = []engine.Preference{{Kind: engine.TraitGender, Value: s}}
		}
	}
	checkValid(t, talk, []validRow{
		{"a goal of a thousand characters", goal(strings.Repeat("é", 1000)), ""},
		{"one more", goal(strings.Repeat("é", 1001)), "goal"},
		{"ten thousand", goal(strings.Repeat("a", 10_000)), "goal"},
		{"two lines", goal("eerst\ndan"), ""},
		{"a NUL", goal("a\x00"), "goal"},
		{"an escape", goal("\x1b[2J"), "goal"},
		{"text turned round", goal("a\u202eb"), "goal"},
		{"broken UTF-8", goal("a\xff"), "goal"},
		{"a wish", wish("female"), ""},
		{"an empty wish", wish(""), "preferences.value"},
		{"a wish of fifty characters", wish(strings.Repeat("x", 50)), ""},
		{"a wish of one more", wish(strings.Repeat("x", 51)), "preferences.value"},
		{"a wish with a control character", wish("fe\x07male"), "preferences.value"},
		{"a wish turned round", wish("\u2067female"), "preferences.value"},
		{"ten wishes", func(r *engine.Request) {
			r.Preferences = slices.Repeat([]engine.Preference{{Kind: engine.TraitGender, Value: "female"}}, 10)
		}, ""},
		{"eleven wishes", func(r *engine.Request) {
			r.Preferences = slices.Repeat([]engine.Preference{{Kind: engine.TraitGender, Value: "female"}}, 11)
		}, "preferences"},
		{"ten themes", func(r *engine.Request) { r.Themes = someThemes(10) }, ""},
		{"a theme twice", func(r *engine.Request) {
			r.Themes = append(r.Themes, engine.RequestTheme{Theme: r.Themes[0].Theme, Importance: engine.Nice})
		}, "themes"},
		{"none", func(r *engine.Request) { r.Themes = nil }, ""},
		{"eleven themes", func(r *engine.Request) { r.Themes = someThemes(11) }, "themes"},
	})
}

func someThemes(n int) []engine.RequestTheme {
	var out []engine.RequestTheme
	for _, theme := range shipped.Themes[:n] {
		out = append(out, engine.RequestTheme{Theme: engine.ThemeCode(theme.Code), Importance: engine.Nice})
	}
	return out
}

func TestValidateTheClientOfARequest(t *testing.T) {
	t.Parallel()
	band := func(from, to int) func(*engine.Request) {
		return func(r *engine.Request) { r.Client = &engine.Client{AgeFrom: from, AgeTo: to} }
	}
	checkValid(t, buddy, []validRow{
		{"a band of two years", untouched, ""},
		{"a single age", band(15, 15), ""},
		{"from birth to the end", band(0, 27), ""},
		{"no client", func(r *engine.Request) { r.Client = nil }, "client"},
		{"a reversed band", band(16, 15), "client.ageTo"},
		{"an age below nothing", band(-1, 15), "client.ageTo"},
		{"an age above 27", band(20, 28), "client.ageTo"},
	})
	checkValid(t, talk, []validRow{{"a client for a talk", band(15, 16), "client"}})
}

func TestValidateTheOptionsOfARequest(t *testing.T) {
	t.Parallel()
	options := func(list ...engine.Interval) func(*engine.Request) {
		return func(r *engine.Request) { r.Options = list }
	}
	now := saturday
	ahead := func(days int) time.Time { return now.AddDate(0, 0, days) }
	checkValid(t, talk, []validRow{
		{"three afternoons", untouched, ""},
		{"none", options(), "options"},
		{"of exactly the length", options(span("2027-04-06 13:00", 90)), ""},
		{"a minute too short", options(span("2027-04-06 13:00", 89)), "options.end"},
		{"of no length", options(span("2027-04-06 13:00", 0)), "options.end"},
		{"reversed", options(between("2027-04-06 16:00", "2027-04-06 13:00")), "options.end"},
		{"a whole day", options(span("2027-04-06 00:00", 24*60)), ""},
		{"a minute more than a day", options(span("2027-04-06 00:00", 24*60+1)), "options.end"},
		{"the short day is a day", options(between("2027-03-28 00:00", "2027-03-29 00:00")), ""},
		{"the long day is more than a day of 24 hours", options(between("2027-10-31 00:00", "2027-11-01 00:00")), "options.end"},
		{"from now on", options(engine.Interval{Start: now, End: now.Add(2 * time.Hour)}), ""},
		{"from a second ago", options(engine.Interval{Start: now.Add(-time.Second), End: now.Add(2 * time.Hour)}), "options.start"},
		{"the second one in the past", options(span("2027-04-06 13:00", 90), span("2027-03-06 13:00", 90)), "options.start"},
		{"up to two years ahead", options(engine.Interval{Start: ahead(732).Add(-2 * time.Hour), End: ahead(732)}), ""},
		{"further ahead", options(engine.Interval{Start: ahead(732), End: ahead(732).Add(2 * time.Hour)}), "options.end"},
		{"in the year 9999", options(span("9999-12-30 13:00", 90)), "options.end"},
		{"sixty", func(r *engine.Request) { r.Options = slices.Repeat(r.Options[:1], 60) }, ""},
		{"sixty-one", func(r *engine.Request) { r.Options = slices.Repeat(r.Options[:1], 61) }, "options"},
		{"ten thousand", func(r *engine.Request) { r.Options = slices.Repeat(r.Options[:1], 10_000) }, "options"},
		{"beside weekly windows", func(r *engine.Request) {
			r.Windows, r.From = []engine.WeekWindow{{Weekday: engine.Monday, Starts: "09:00", Ends: "12:00"}}, "2027-04-01"
		}, "windows"},
	})
}

func TestValidateTheWindowsOfARequest(t *testing.T) {
	t.Parallel()
	window := func(starts, ends engine.WallTime) func(*engine.Request) {
		return func(r *engine.Request) {
			r.Windows = []engine.WeekWindow{{Weekday: engine.Monday, Starts: "09:00", Ends: "12:00"}, {Weekday: engine.Tuesday, Starts: starts, Ends: ends}}
		}
	}
	period := func(from, until engine.Date) func(*engine.Request) {
		return func(r *engine.Request) { r.From, r.Until = from, until }
	}
	rhythm := func(occurrences, everyWeeks int) func(*engine.Request) {
		return func(r *engine.Request) { r.Occurrences, r.EveryWeeks = occurrences, everyWeeks }
	}
	checkValid(t, buddy, []validRow{
		{"two afternoons a week", untouched, ""},
		{"of exactly the length", window("15:00", "16:00"), ""},
		{"a minute too short", window("15:00", "15:59"), "windows.ends"},
		{"of no length", window("15:00", "15:00"), "windows.ends"},
		{"reversed", window("16:00", "15:00"), "windows.ends"},
		{"over midnight", window("23:30", "00:30"), "windows.ends"},
		{"until midnight", window("23:00", "24:00"), ""},
		{"without times", window("", ""), "windows.ends"},
		{"28 of them", func(r *engine.Request) { r.Windows = slices.Repeat(r.Windows, 14) }, ""},
		{"29 of them", func(r *engine.Request) { r.Windows = append(slices.Repeat(r.Windows, 14), r.Windows[0]) }, "windows"},
		{"without a first day", period("", ""), "neededFrom"},
		{"from a day long past", period("2020-01-01", ""), ""},
		{"until today", func(r *engine.Request) {
			r.Windows[0].Weekday, r.From, r.Until = engine.Saturday, "2020-01-01", "2027-03-20"
		}, ""},
		{"until yesterday", period("2020-01-01", "2027-03-19"), "neededUntil"},
		{"until before it begins", period("2027-04-02", "2027-04-01"), "neededUntil"},
		{"for a day", period("2027-04-01", "2027-04-01"), ""},
		{"for a day with no window", period("2027-04-02", "2027-04-02"), "windows"},
		{"until two years ahead", period("2027-04-01", "2029-03-21"), ""},
		{"until a day later", period("2027-04-01", "2029-03-22"), "neededUntil"},
		{"in the hour that the clocks skip", func(r *engine.Request) {
			r.Windows, r.From, r.Until = []engine.WeekWindow{{Weekday: engine.Sunday, Starts: "02:00", Ends: "03:00"}}, "2027-03-28", "2027-03-28"
		}, "windows"},
		{"in what the clocks leave of a window", func(r *engine.Request) {
			r.Windows, r.From, r.Until = []engine.WeekWindow{{Weekday: engine.Sunday, Starts: "02:00", Ends: "04:00"}}, "2027-03-28", "2027-03-28"
		}, ""},
		{"in a window that has passed today", func(r *engine.Request) {
			r.Windows, r.From, r.Until = []engine.WeekWindow{{Weekday: engine.Saturday, Starts: "09:00", Ends: "12:00"}}, "2027-03-20", "2027-03-20"
		}, "windows"},
		{"from two years ahead", func(r *engine.Request) { r.Windows[0].Weekday, r.From = engine.Wednesday, "2029-03-21" }, ""},
		{"from a day later", period("2029-03-22", ""), "neededFrom"},
		{"every week of a year", rhythm(104, 1), ""},
		{"105 sessions", rhythm(105, 1), "occurrences"},
		{"no session", rhythm(0, 1), "occurrences"},
		{"fewer than none", rhythm(-1, 1), "occurrences"},
		{"once a year", rhythm(2, 52), ""},
		{"every four weeks for two years", rhythm(27, 4), ""},
		{"and once more", rhythm(28, 4), "occurrences"},
		{"every 53 weeks", rhythm(2, 53), "everyWeeks"},
		{"every nought weeks", rhythm(2, 0), "everyWeeks"},
		{"every minus one weeks", rhythm(2, -1), "everyWeeks"},
	})
}

func TestCompleteFillsWhatIsLeftOutFromTheType(t *testing.T) {
	t.Parallel()
	for _, kind := range shipped.DeploymentTypes {
		d := deployment(engine.DeploymentTypeCode(kind.Code))
		var r engine.Request
		r.Complete(d)
		if r.TeamSize != d.TeamDefault || r.Minutes != d.MinutesDefault || r.Occurrences != d.OccurrencesDefault ||
			r.EveryWeeks != max(1, d.SeriesEveryWeeks) || r.Urgency != engine.UrgencyNormal || r.Audience != engine.AudienceClosed {
			t.Errorf("%s is completed to %+v", d.Code, r)
		}
		given := engine.Request{TeamSize: 9, Minutes: 9, Urgency: engine.UrgencyUrgent, Audience: engine.AudiencePublic,
			Wishes: engine.Wishes{EveryWeeks: 9, Occurrences: 9}}
		r = given
		if r.Complete(d); r.TeamSize != 9 || r.Minutes != 9 || r.EveryWeeks != 9 || r.Occurrences != 9 || r.Urgency != given.Urgency || r.Audience != given.Audience {
			t.Errorf("%s overrides what was given: %+v", d.Code, r)
		}
	}
}
