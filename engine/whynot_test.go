package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/engine"
)

// failing is what stops a test, a property too.
type failing interface {
	Helper()
	Fatal(...any)
}

func whyNot(t failing, in engine.MatchInput, who engine.ExpertID) engine.WhyNotAnswer {
	t.Helper()
	answer, err := engine.WhyNot(in, who)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func whyNobody(t failing, in engine.MatchInput) engine.WhyNobodyAnswer {
	t.Helper()
	answer, err := engine.WhyNobody(in)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// obstaclesText is "CODE (detail, detail); CODE".
func obstaclesText(list []engine.Obstacle) string {
	var out []string
	for _, o := range list {
		var details []string
		for _, d := range o.Details {
			text := string(d.Code)
			if d.Kind != "" {
				text += " " + string(d.Kind)
			}
			if d.Day != "" {
				text += " " + string(d.Day)
			}
			if d.Of != 0 || d.N != 0 {
				text += fmt.Sprintf(" %d/%d", d.N, d.Of)
			}
			if d.Min != 0 {
				text += fmt.Sprintf(" min %d", d.Min)
			}
			details = append(details, text)
		}
		text := string(o.Code)
		if len(details) > 0 {
			text += " (" + strings.Join(details, ", ") + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func changeText(c engine.Change) string {
	text := fmt.Sprintf("%s %d", c.Kind, c.By)
	if c.From != 0 {
		text += fmt.Sprintf(" from %d", c.From)
	}
	if c.Window != (engine.WeekWindow{}) {
		text += fmt.Sprintf(" %s %s-%s", c.Window.Weekday[:3], c.Window.Starts, c.Window.Ends)
	}
	if !c.Option.Empty() {
		text += " " + c.Option.Start.In(amsterdam).Format("2006-01-02 15:04")
	}
	if c.Wish.Kind != "" {
		text += fmt.Sprintf(" %s %s", c.Wish.Kind, c.Wish.Value)
	}
	if c.Expert != "" {
		text += " for " + string(c.Expert)
	}
	return text
}

// proposalsText is one line a proposal, the cheapest first.
func proposalsText(p engine.Proposals) []string {
	var out []string
	for _, proposal := range p.List {
		var changes []string
		for _, c := range proposal.Changes {
			changes = append(changes, changeText(c))
		}
		out = append(out, strings.Join(changes, " + "))
	}
	return out
}

// consult asks for an hour on Tuesday; Anna is free on Tuesdays between the times.
func consult(starts, ends engine.WallTime) engine.MatchInput {
	in := consultation()
	in.Request.Options = []engine.Interval{span("2027-04-06 13:00", 60)}
	in.Candidates[0].Rules = []engine.AvailabilityRule{hours(engine.Tuesday, starts, ends)}
	return in
}

// Every obstacle is told, with its numbers.
func TestEveryRuleThatBlocksIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		base   func() engine.MatchInput
		change func(in *engine.MatchInput, anna *engine.Candidate)
		want   string
	}{
		{"paused", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.Status = engine.ExpertPaused }, "NOT_DEPLOYABLE (STATUS)"},
		{"never certified", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.CertifiedOn = "" }, "NOT_DEPLOYABLE (NOT_CERTIFIED)"},
		{"certified in autumn", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.CertifiedOn = "2027-09-01" }, "NOT_DEPLOYABLE (CERTIFIED_FROM 2027-09-01)"},
		{"not trained", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.Trained = nil }, "TYPE_NOT_TRAINED"},
		{"trained in autumn", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.Trained[0].From = "2027-09-01" }, "TYPE_NOT_TRAINED (TRAINED_FROM 2027-09-01)"},
		{"a certificate to the end of March", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.Certificates[0].To = "2027-04-01" },
			"CONDUCT_CERT_INVALID (CERTIFICATE_UNTIL 2027-03-31 10/12 min 6)"},
		{"no certificate", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.Certificates = nil }, "CONDUCT_CERT_INVALID (NO_CERTIFICATE)"},
		{"nothing signed", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.AgreementOn, a.NDAOn = "", "" }, "AGREEMENT_MISSING (NO_AGREEMENT, NO_NDA)"},
		{"no theme", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.Consents = nil }, "NO_THEME_CONSENT"},
		{"too young", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.BirthDate = "2010-05-14" }, "AGE_RULE (AGE 16/18)"},
		{"of an unknown age", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.BirthDate = "" }, "AGE_RULE (AGE_UNKNOWN)"},
		{"two relations", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.ActiveRelations = 2 }, "CAPACITY (RELATIONS 2/2)"},
		{"a week that is full", consultation, func(in *engine.MatchInput, a *engine.Candidate) {
			a.Caps.SessionsPerWeek, a.Booked = 1, []engine.Booked{booked("2027-04-05 10:00")}
		}, "CAPACITY (PER_WEEK 1/0, LEAVES 0/3 min 1)"},
		{"longer than her month", consultation, func(_ *engine.MatchInput, a *engine.Candidate) { a.Caps.MinutesPerMonth = 45 }, "CAPACITY (SESSION_TOO_LONG 60/45)"},
		{"no hours", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.Rules = nil }, "NOT_AVAILABLE (NO_HOURS)"},
		{"too few of the weeks", buddy, func(_ *engine.MatchInput, a *engine.Candidate) {
			a.Blackouts = spans{between("2027-03-20 12:00", "2027-05-10 00:00")}
		},
			"NOT_AVAILABLE (LEAVES 5/12 min 6)"},
		{"busy", consultation, func(in *engine.MatchInput, a *engine.Candidate) {
			in.Policy.SessionsPerWeek, in.Request.Options, a.Booked = 9, in.Request.Options[:1], []engine.Booked{booked("2027-04-06 13:00")}
		}, "OVERLAP (LEAVES 0/1 min 1)"},
		{"far away", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.TravelMinutes = ptr(74) }, "TRAVEL_LIMIT (TRAVEL 74/60)"},
		{"a place that is not served", buddy, func(in *engine.MatchInput, _ *engine.Candidate) { in.ServiceArea = nil }, "OUT_OF_SERVICE_AREA (PLACE)"},
		{"two wishes", buddy, func(in *engine.MatchInput, a *engine.Candidate) {
			in.Request.Preferences = []engine.Preference{{Kind: engine.TraitLanguage, Value: "ar", Must: true}, {Kind: engine.TraitGender, Value: "male", Must: true}}
			a.Traits = []engine.Trait{{Kind: engine.TraitGender, Value: "female"}}
		}, "MUST_PREFERENCE (TRAIT_DIFFERS GENDER, TRAIT_UNKNOWN LANGUAGE)"},
		{"a pause", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.PausedUntil = ptr(at("2027-05-20 00:00")) },
			"REST_PERIOD (PAUSED_UNTIL 2027-05-20, LEAVES 4/12 min 6)"},
		{"a sensitive theme", buddy, func(in *engine.MatchInput, a *engine.Candidate) {
			in.Request.Themes[0].Theme, a.Consents[0].Theme = "TRAUMA", "TRAUMA"
		}, "TIER3_NOT_CONFIRMED"},
		{"every time has passed", consultation, func(in *engine.MatchInput, _ *engine.Candidate) { in.Now = at("2027-05-01 12:00") }, "NOT_AVAILABLE (NOTHING_ASKED)"},
		{"all at once", buddy, func(in *engine.MatchInput, a *engine.Candidate) {
			a.TravelMinutes, a.ActiveRelations, a.NDAOn, in.ServiceArea = ptr(74), 2, "", nil
		}, "AGREEMENT_MISSING (NO_NDA); CAPACITY (RELATIONS 2/2); TRAVEL_LIMIT (TRAVEL 74/60); OUT_OF_SERVICE_AREA (PLACE)"},
		{"no rule by itself", buddy, func(_ *engine.MatchInput, a *engine.Candidate) {
			a.Blackouts, a.Certificates[0].To = spans{between("2027-03-20 12:00", "2027-04-20 00:00")}, "2027-05-17"
		}, "CONDUCT_CERT_INVALID (LEAVES 8/12 min 6); NOT_AVAILABLE (LEAVES 8/12 min 6, TOGETHER 4/12 min 6)"},
		{"the house", buddy, func(_ *engine.MatchInput, a *engine.Candidate) {
			a.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house"}}
		}, "OTHER"},
		{"the young person, and far away", buddy, func(_ *engine.MatchInput, a *engine.Candidate) {
			a.ExcludedClients, a.TravelMinutes = []engine.ClientRef{"client"}, ptr(74)
		}, "TRAVEL_LIMIT (TRAVEL 74/60); OTHER"},
		{"an employee", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.EmployedBy = []engine.OrganisationID{"house"} }, "OTHER"},
		{"somebody who folds", buddy, func(_ *engine.MatchInput, a *engine.Candidate) { a.FoldExclusions, a.TravelMinutes = true, ptr(74) }, "OTHER"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := c.base()
			c.change(&in, &in.Candidates[0])
			answer := whyNot(t, in, "anna")
			if got := obstaclesText(answer.Obstacles); got != c.want {
				t.Errorf("told %s, want %s", got, c.want)
			}
			if answer.Standing != nil {
				t.Error("she is blocked and has a standing")
			}
			if strings.Contains(c.want, "OTHER") && len(answer.Proposals.List) > 0 {
				t.Errorf("something is hidden, and yet %v is proposed", proposalsText(answer.Proposals))
			}
		})
	}
}

// Each kind of change, at its smallest; the table of costs gives the order.
func TestTheSmallestChangeOfEachKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func() engine.MatchInput
		want   []string // the first proposals
	}{
		{"an hour later", func() engine.MatchInput { return consult("14:00", "15:00") },
			[]string{"ENDS_LATER 60 2027-04-06 13:00"}},
		{"a quarter later is a whole quarter", func() engine.MatchInput { return consult("13:01", "15:00") },
			[]string{"ENDS_LATER 15 2027-04-06 13:00"}},
		{"half an hour earlier", func() engine.MatchInput { return consult("12:30", "13:30") },
			[]string{"STARTS_EARLIER 30 2027-04-06 13:00"}},
		{"another day", func() engine.MatchInput {
			in := consult("13:00", "14:00")
			in.Candidates[0].Rules[0].Weekday = engine.Friday
			return in
		}, []string{"ALSO_DAY 3 2027-04-06 13:00"}},
		{"a week later, when she is back", func() engine.MatchInput {
			in := consult("13:00", "14:00")
			in.Candidates[0].Blackouts = spans{between("2027-04-01 00:00", "2027-04-13 00:00")}
			return in
		}, []string{"START_LATER 1"}},
		{"a week earlier, before she goes", func() engine.MatchInput {
			in := consult("13:00", "14:00")
			in.Candidates[0].Blackouts = spans{between("2027-04-01 00:00", "2027-09-13 00:00")}
			return in
		}, []string{"START_EARLIER 1"}},
		{"a window an hour later", func() engine.MatchInput {
			in := buddy()
			in.Candidates[0].Rules = []engine.AvailabilityRule{hours(engine.Tuesday, "18:00", "19:00")}
			return in
		}, []string{"ENDS_LATER 60 TUE 15:00-18:00"}},
		{"another weekday", func() engine.MatchInput {
			in := buddy()
			in.Candidates[0].Rules = []engine.AvailabilityRule{hours(engine.Wednesday, "15:00", "16:00")}
			return in
		}, []string{"ALSO_WEEKDAY 1 WED 15:00-18:00"}},
		{"shorter", func() engine.MatchInput {
			in := consult("13:00", "13:45")
			in.Request.Options = []engine.Interval{span("2027-04-06 13:00", 60)}
			return in
		}, []string{"SHORTER 15 from 60"}},
		{"further", func() engine.MatchInput {
			in := buddy()
			in.Candidates[0].TravelMinutes = ptr(74)
			return in
		}, []string{"TRAVEL 15 from 60 for anna", "ONLINE 1"}},
		{"fortnightly", func() engine.MatchInput {
			in := buddy()
			for i := range in.Candidates[0].Rules {
				in.Candidates[0].Rules[i].Parity = engine.EvenWeeks
			}
			in.Type.MinFeasiblePercent = 60
			return in
		}, []string{"LESS_OFTEN 1 from 1"}},
		{"online", func() engine.MatchInput {
			in := buddy()
			for i := range in.Candidates[0].Rules {
				in.Candidates[0].Rules[i].Mode = engine.Online
			}
			return in
		}, []string{"ONLINE 1"}},
		{"fewer sessions", func() engine.MatchInput {
			in := buddy()
			in.Candidates[0].Certificates[0].To = "2027-04-13"
			return in
		}, []string{"FEWER_SESSIONS 6 from 12"}},
		{"a wish", func() engine.MatchInput {
			in := buddy()
			in.Request.Preferences = []engine.Preference{{Kind: engine.TraitGender, Value: "male", Must: true}}
			return in
		}, []string{"WISH 1 GENDER male"}},
		{"a place", func() engine.MatchInput {
			in := buddy()
			in.ServiceArea = nil
			return in
		}, []string{"ONLINE 1", "AREA 1"}},
		{"a week's cap", func() engine.MatchInput {
			in := consult("13:00", "14:00")
			in.Candidates[0].Caps.SessionsPerWeek, in.Candidates[0].Booked = 1, []engine.Booked{booked("2027-04-05 10:00")}
			return in
		}, []string{"START_LATER 1", "START_EARLIER 1", "WEEK_CAP 1 from 1 for anna"}},
		{"a cap of relations", func() engine.MatchInput {
			in := buddy()
			in.Candidates[0].ActiveRelations = 2
			return in
		}, []string{"RELATION_CAP 1 from 2 for anna"}},
		{"a smaller team", func() engine.MatchInput {
			in := talk()
			in.Type.TeamMin, in.Candidates = 1, in.Candidates[:1]
			return in
		}, []string{"TEAM 1 from 2"}},
		{"two changes, when one is not enough", func() engine.MatchInput {
			in := buddy()
			in.Candidates[0].ActiveRelations, in.Candidates[0].TravelMinutes = 2, ptr(74)
			return in
		}, []string{"TRAVEL 15 from 60 for anna + RELATION_CAP 1 from 2 for anna", "ONLINE 1 + RELATION_CAP 1 from 2 for anna"}},
		{"every time has passed", func() engine.MatchInput {
			in := consultation()
			in.Now = at("2027-04-20 12:00")
			return in
		}, []string{"START_LATER 2"}},
		{"nothing helps", func() engine.MatchInput {
			in := buddy()
			in.Candidates[0].NDAOn, in.Candidates[0].TravelMinutes = "", ptr(74)
			return in
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := c.change()
			for who, p := range map[string]engine.Proposals{"anna": whyNot(t, in, "anna").Proposals, "anybody": whyNobody(t, in).Proposals} {
				got := proposalsText(p)
				if len(got) < len(c.want) || !slices.Equal(got[:len(c.want)], c.want) || c.want == nil && got != nil {
					t.Errorf("%s: proposed\n%s\nwant first\n%s", who, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
				if !p.Complete {
					t.Errorf("%s: the search was not complete", who)
				}
			}
		})
	}
}

// A window that is moved into the hour that does not exist has no length there;
// a time that occurs twice is the first.
func TestChangesKeepTheClockWhenItChanges(t *testing.T) {
	t.Parallel()
	in := consultation()
	in.Request.Minutes = 45
	for _, c := range []struct {
		name   string
		option engine.Interval
		change engine.Change
		want   engine.Interval
	}{
		{"three in the afternoon stays so", span("2027-03-26 15:00", 60), engine.Change{Kind: engine.ChangeAlsoDay, By: 3}, span("2027-03-29 15:00", 60)},
		{"and back", span("2027-10-29 15:00", 60), engine.Change{Kind: engine.ChangeAlsoDay, By: 3}, span("2027-11-01 15:00", 60)},
		{"into the gap", span("2027-03-27 02:15", 60), engine.Change{Kind: engine.ChangeAlsoDay, By: 1}, span("2027-03-28 03:00", 60)},
		{"into the hour that comes twice", span("2027-10-30 02:15", 60), engine.Change{Kind: engine.ChangeAlsoDay, By: 1},
			engine.Interval{Start: at("2027-10-31T00:15:00Z"), End: at("2027-10-31T01:15:00Z")}},
		{"an hour more in the night that is short", span("2027-03-28 01:00", 60), engine.Change{Kind: engine.ChangeEndsLater, By: 60}, between("2027-03-28 01:00", "2027-03-28 04:00")},
	} {
		in.Request.Options = []engine.Interval{c.option}
		c.change.Option = c.option
		got := engine.Apply(in, c.change).Request.Options
		if last := got[len(got)-1]; !last.Start.Equal(c.want.Start) || !last.End.Equal(c.want.End) {
			t.Errorf("%s: %s, want %s", c.name, slotText(last), slotText(c.want))
		}
	}
	// Sunday 01:00-02:00 once, asked of somebody who is free from three on: an hour
	// later there is no time, two hours later there is.
	in = consultation()
	in.Request.Options = nil
	in.Request.Windows = []engine.WeekWindow{{Weekday: engine.Sunday, Starts: "01:00", Ends: "02:00"}}
	in.Request.From, in.Request.Until = "2027-03-28", "2027-03-28"
	in.Candidates[0].Rules = []engine.AvailabilityRule{hours(engine.Sunday, "02:00", "24:00")}
	if got := proposalsText(whyNobody(t, in).Proposals); len(got) == 0 || got[0] != "ENDS_LATER 120 SUN 01:00-02:00" {
		t.Errorf("in the night of the change: %v", got)
	}
	in.Request.From, in.Request.Until = "2027-04-04", "2027-04-04"
	if got := proposalsText(whyNobody(t, in).Proposals); len(got) == 0 || got[0] != "ENDS_LATER 60 SUN 01:00-02:00" {
		t.Errorf("a week after: %v", got)
	}
}

func TestWhyNotOfSomebodyWhoIsSuggested(t *testing.T) {
	t.Parallel()
	in := buddy()
	bram := ordinary("bram", engine.Buddy, in.Candidates[0].Consents...)
	bram.ActiveRelations = 1
	bram.Blackouts = spans{between("2027-03-20 12:00", "2027-04-10 00:00")}
	in.Candidates = append(in.Candidates, bram)
	answer := whyNot(t, in, "bram")
	if len(answer.Obstacles) > 0 || len(answer.Proposals.List) > 0 || answer.Standing == nil {
		t.Fatalf("%+v", answer)
	}
	s := answer.Standing
	sum := 0
	for _, d := range s.Differences {
		sum += d.Points
	}
	if s.Rank != 2 || s.Of != 2 || s.Best.Experts[0] != "anna" || sum != s.Own.Score-s.Best.Score || sum >= 0 {
		t.Errorf("%+v: the differences add up to %d", s, sum)
	}
	if whyNobody(t, in).Suggestions != 2 {
		t.Error("two are suggested")
	}
}

func TestWhyNotOfNobody(t *testing.T) {
	t.Parallel()
	in := buddy()
	var e *engine.Error
	if _, err := engine.WhyNot(in, "somebody"); !errors.As(err, &e) || e.Code != engine.CodeNotFound {
		t.Errorf("an expert of another pool: %v", err)
	}
	in.Candidates = nil
	answer := whyNobody(t, in)
	if answer.Candidates != 0 || answer.Suggestions != 0 || answer.Counts != nil || answer.Proposals.List != nil || !answer.Proposals.Complete {
		t.Errorf("an empty pool: %+v", answer)
	}
}

// More pairs than can be tried: the answer says that it did not try them all.
func TestASearchThatEndsBeforeAllPairsSaysSo(t *testing.T) {
	t.Parallel()
	in := consultation()
	in.Request.Options = nil
	for day := range 10 {
		for hour := range 6 {
			in.Request.Options = append(in.Request.Options, span(fmt.Sprintf("2027-04-%02d %02d:00", 5+day, 9+hour), 60))
		}
	}
	in.Candidates[0].Rules = []engine.AvailabilityRule{hours(engine.Sunday, "03:00", "04:00")}
	if p := whyNobody(t, in).Proposals; p.Complete || len(p.List) > 0 {
		t.Errorf("complete: %t, proposed %v", p.Complete, proposalsText(p))
	}
	in.Request.Options = in.Request.Options[:6]
	if p := whyNobody(t, in).Proposals; !p.Complete || len(p.List) > 0 {
		t.Errorf("of fewer options complete: %t, proposed %v", p.Complete, proposalsText(p))
	}
}

func TestWhyNobodyCountsEveryRuleThatBlocks(t *testing.T) {
	t.Parallel()
	in := buddy()
	anna := in.Candidates[0]
	in.Candidates = nil
	for i, change := range []func(*engine.Candidate){
		func(c *engine.Candidate) { c.TravelMinutes, c.ActiveRelations = ptr(74), 2 },
		func(c *engine.Candidate) { c.TravelMinutes = ptr(90) },
		func(c *engine.Candidate) {
			c.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house"}}
		},
		func(c *engine.Candidate) { c.EmployedBy = []engine.OrganisationID{"house"} },
		func(c *engine.Candidate) { c.FoldExclusions, c.Rules = true, nil },
	} {
		c := anna
		c.Expert = engine.ExpertID(fmt.Sprint("e", i))
		change(&c)
		in.Candidates = append(in.Candidates, c)
	}
	if got := excludedText(whyNobody(t, in).Counts); got != "CAPACITY 1, TRAVEL_LIMIT 2, OTHER 3" {
		t.Errorf("counted %s", got)
	}
	in.Policy.SmallPool = 6
	if got := excludedText(whyNobody(t, in).Counts); got != "CAPACITY some, TRAVEL_LIMIT some, OTHER some" {
		t.Errorf("in a small pool %s", got)
	}
	want := []string{"TRAVEL 30 from 60 for e1", "ONLINE 1"}
	if got := proposalsText(whyNobody(t, in).Proposals); !slices.Equal(got, want) {
		t.Errorf("proposed %v, want %v", got, want)
	}
}

func TestWhyNotInATeam(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		change    func(in *engine.MatchInput)
		obstacles string
		proposals []string
	}{
		{"alone in the pool", func(in *engine.MatchInput) { in.Candidates = in.Candidates[:1] }, "PAIR_RULE (NO_PARTNER)", []string{"TEAM 1 from 2"}},
		{"the other is too far away", func(in *engine.MatchInput) { in.Candidates[1].TravelMinutes = ptr(70) }, "PAIR_RULE (NO_PARTNER)",
			[]string{"TRAVEL 15 from 60 for bram", "ONLINE 1", "TEAM 1 from 2"}},
		{"no time in common", func(in *engine.MatchInput) {
			in.Candidates[0].Rules = []engine.AvailabilityRule{hours(engine.Tuesday, "13:00", "16:00")}
			in.Candidates[1].Rules = []engine.AvailabilityRule{hours(engine.Wednesday, "13:00", "18:00"), hours(engine.Tuesday, "15:30", "17:30")}
			in.Candidates[0].Rules[0].Ends = "17:15"
		}, "NOT_AVAILABLE (NO_COMMON_TIME min 1)", []string{"ENDS_LATER 60 2027-04-06 13:00"}},
		{"nobody has done it before", func(in *engine.MatchInput) { in.Candidates[0].CompletedOfType = 0 }, "PAIR_RULE (NOBODY_PRACTISED 0/3)", []string{"TEAM 1 from 2"}},
		{"they keep away from each other", func(in *engine.MatchInput) { in.Candidates[1].ExcludedExperts = []engine.ExpertID{"anna"} }, "OTHER", nil},
		{"they keep away from each other, and nobody has done it before", func(in *engine.MatchInput) {
			in.Candidates[1].ExcludedExperts, in.Candidates[0].CompletedOfType = []engine.ExpertID{"anna"}, 0
		}, "PAIR_RULE (NOBODY_PRACTISED 0/3); OTHER", nil},
		{"the other keeps away from the house", func(in *engine.MatchInput) {
			in.Candidates[1].OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house"}}
		}, "PAIR_RULE (NO_PARTNER)", []string{"TEAM 1 from 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := talk()
			in.Type.TeamMin = 1
			c.change(&in)
			answer := whyNot(t, in, "anna")
			if got := obstaclesText(answer.Obstacles); got != c.obstacles {
				t.Errorf("told %s, want %s", got, c.obstacles)
			}
			got := proposalsText(answer.Proposals)
			if len(got) < len(c.proposals) || !slices.Equal(got[:len(c.proposals)], c.proposals) || c.proposals == nil && got != nil {
				t.Errorf("proposed %v, want first %v", got, c.proposals)
			}
		})
	}
}

// Whatever is told beside OTHER, and whether anything is proposed, is the same
// whichever of her secrets stands behind it, and the same numbers as if there
// were none.
func TestNothingIsToldOfWhatIsHidden(t *testing.T) {
	t.Parallel()
	secrets := []func(*engine.Candidate){
		func(c *engine.Candidate) {
			c.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house"}}
		},
		func(c *engine.Candidate) {
			c.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "east wing", Until: "2099-01-01"}}
		},
		func(c *engine.Candidate) { c.ExcludedClients = []engine.ClientRef{"client"} },
		func(c *engine.Candidate) { c.EmployedBy = []engine.OrganisationID{"old house"} },
		func(c *engine.Candidate) { c.TrainerOf = []engine.ClientRef{"client"} },
	}
	rapid.Check(t, func(t *rapid.T) {
		in := generateHard(t)
		in.Request.TeamSize = 1
		who := rapid.IntRange(0, len(in.Candidates)-1).Draw(t, "who")
		c := &in.Candidates[who]
		c.FoldExclusions, c.OrganisationExclusions, c.ExcludedClients, c.EmployedBy, c.TrainerOf = false, nil, nil, nil, nil
		open, err := engine.WhyNot(in, c.Expert)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(append(slices.Clone(open.Obstacles), engine.Obstacle{Code: engine.OtherRule}))
		var nobody []byte
		for i, keep := range secrets {
			if in.Request.Client == nil && (i == 2 || i == 4) {
				continue
			}
			hiding := in
			hiding.Candidates = slices.Clone(in.Candidates)
			keep(&hiding.Candidates[who])
			answer, err := engine.WhyNot(hiding, c.Expert)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := json.Marshal(answer.Obstacles); string(got) != string(want) || answer.Standing != nil || len(answer.Proposals.List) > 0 {
				t.Fatalf("secret %d is told as %s, want %s; proposals %v", i, got, want, proposalsText(answer.Proposals))
			}
			whole, err := engine.WhyNobody(hiding)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := json.Marshal(whole)
			if nobody != nil && string(text) != string(nobody) {
				t.Fatalf("why nobody tells secrets apart:\n%s\n%s", text, nobody)
			}
			nobody = text
		}
	})
}

// No consent and no such experience are one answer; so is every other way to
// lack a must.
func TestALackOfConsentIsToldInOneWay(t *testing.T) {
	t.Parallel()
	in := buddy()
	in.Request.Themes = append(in.Request.Themes, engine.RequestTheme{Theme: "BULLYING", Importance: engine.Must})
	var want any
	for _, consents := range [][]engine.Consent{
		nil,
		{{Theme: "OUT_OF_HOME", Usage: engine.UsageOneToOne, Level: engine.Red}},
		{{Theme: "OUT_OF_HOME", Usage: engine.UsageOneToOne, Level: engine.Green}},
		{{Theme: "OUT_OF_HOME", Usage: engine.UsageCase, Level: engine.Green}, {Theme: "BULLYING", Usage: engine.UsageOneToOne, Level: engine.Amber}},
	} {
		in.Candidates[0].Consents = consents
		got := []any{whyNot(t, in, "anna"), whyNobody(t, in)}
		if want == nil {
			want = any(got)
		}
		if !reflect.DeepEqual(any(got), want) {
			t.Errorf("with %v\n%+v\ninstead of\n%+v", consents, got, want)
		}
	}
	if got := obstaclesText(whyNot(t, in, "anna").Obstacles); got != "NO_THEME_CONSENT" {
		t.Errorf("told %s", got)
	}
}

// An exclusion that ends is no reason to propose a later time, and no number
// shows its end.
func TestTheEndOfAnExclusionIsNotToldByAProposal(t *testing.T) {
	t.Parallel()
	in := buddy()
	anna := &in.Candidates[0]
	anna.OrganisationExclusions = []engine.OrganisationExclusion{{Organisation: "house", Until: "2027-05-20"}}
	if got := obstaclesText(whyNot(t, in, "anna").Obstacles); got != "OTHER" {
		t.Errorf("told %s", got)
	}
	for _, p := range []engine.Proposals{whyNot(t, in, "anna").Proposals, whyNobody(t, in).Proposals} {
		if got := proposalsText(p); got != nil {
			t.Errorf("proposed %v", got)
		}
	}
	in.Now = at("2027-07-15 12:00") // every time has passed
	in.Request.Until = "2027-07-01"
	anna.OrganisationExclusions[0].Until = "2027-07-20"
	if got := proposalsText(whyNobody(t, in).Proposals); got != nil {
		t.Errorf("of a request in the past proposed %v", got)
	}
}

func TestToldOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		fold bool
		code engine.RuleCode
		to   engine.ExpertID
		want engine.RuleCode
	}{
		{"a coordinator hears why", false, "NOT_AVAILABLE", "", "NOT_AVAILABLE"},
		{"and not of a house", false, "ORG_EXCLUSION", "", "OTHER"},
		{"nor of a person", false, "PERSON_EXCLUSION", "", "OTHER"},
		{"nor of a job", false, "DUAL_ROLE", "", "OTHER"},
		{"nor anything of who folds", true, "NOT_AVAILABLE", "", "OTHER"},
		{"she herself hears why", true, "NOT_AVAILABLE", "anna", "NOT_AVAILABLE"},
		{"but no exclusion: the other side may have asked for it", false, "PERSON_EXCLUSION", "anna", "OTHER"},
		{"and nothing of others in her team", false, "CONDUCT_CERT_INVALID", "bram", "OTHER"},
	} {
		if got := engine.ToldOf(&engine.Candidate{Expert: "anna", FoldExclusions: c.fold}, c.code, c.to); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What is told of a slot is what Check finds, but for what may not be told.
func TestToldIsEmptyExactlyWhenCheckIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := generate(t)
		in.Candidates = in.Candidates[:min(len(in.Candidates), in.Request.TeamSize)]
		start := in.Now.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "start")) * time.Minute)
		slot := engine.Interval{Start: start, End: start.Add(time.Duration(in.Request.Minutes) * time.Minute)}
		_, codes := engine.Check(in, slot)
		for _, to := range []engine.ExpertID{"", in.Candidates[0].Expert} {
			told := engine.Told(in, slot, to)
			if (len(told) == 0) != (len(codes) == 0) {
				t.Fatalf("told %v of %v", told, codes)
			}
			for _, code := range told {
				hidden := slices.Contains([]engine.RuleCode{"ORG_EXCLUSION", "PERSON_EXCLUSION", "DUAL_ROLE"}, code)
				if hidden || code != engine.OtherRule && !slices.Contains(codes, code) {
					t.Fatalf("told %v of %v", told, codes)
				}
			}
		}
	})
}
