package engine_test

import (
	"fmt"
	"time"

	"expex/engine"
)

// A wijkteam asks for advice on a case about dropping out of school, on one of
// two afternoons. Fenna and Youssef could both do it; the suggestion says what
// each score is made of.
func Example() {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		fmt.Println(err)
		return
	}
	hour := func(day engine.Date) engine.Interval {
		return engine.Interval{Start: engine.Instant(day, "14:00", zone), End: engine.Instant(day, "15:00", zone)}
	}
	expert := func(id engine.ExpertID, level engine.ConsentLevel, minutes int) engine.Candidate {
		return engine.Candidate{
			Expert: id, Status: engine.ExpertDeployable, CertifiedOn: "2026-12-15", AgreementOn: "2026-12-20", NDAOn: "2026-12-20",
			Trained:          []engine.Training{{Type: engine.CaseConsultation, From: "2026-12-15"}},
			Consents:         []engine.Consent{{Theme: "SCHOOL_DROPOUT", Usage: engine.UsageCase, Level: level}},
			MaxTravelMinutes: 60, TravelMinutes: &minutes,
			Rules: []engine.AvailabilityRule{
				{Weekday: engine.Tuesday, Starts: "13:00", Ends: "17:00", Mode: engine.Both},
				{Weekday: engine.Friday, Starts: "09:00", Ends: "17:00", Mode: engine.Both},
			},
		}
	}
	youssef := expert("youssef", engine.Amber, 15)
	youssef.CompletedOfType = 4
	ranking, err := engine.Suggest(engine.MatchInput{
		Now: engine.Instant("2027-03-20", "12:00", zone), Zone: zone,
		Request: engine.Request{
			ID: "a case", OrganisationID: "wijkteam", Type: engine.CaseConsultation, TeamSize: 1, Minutes: 60, Municipality: "GM0513",
			Themes: []engine.RequestTheme{{Theme: "SCHOOL_DROPOUT", Importance: engine.Must}},
			Wishes: engine.Wishes{Options: []engine.Interval{hour("2027-03-30"), hour("2027-03-31")}, EveryWeeks: 1, Occurrences: 1},
		},
		Type:        engine.DeploymentType{Code: engine.CaseConsultation, Form: engine.OneOff, Usage: engine.UsageCase, Conduct: engine.ConductNever},
		Policy:      engine.DefaultPolicy(),
		Weights:     engine.DefaultWeights(engine.WeightsCase),
		Themes:      map[engine.ThemeCode]engine.Theme{"SCHOOL_DROPOUT": {Code: "SCHOOL_DROPOUT", Tier: 1}},
		Place:       engine.Place{Municipality: "GM0513", Region: "JZ27"},
		ServiceArea: []engine.AreaMembership{{Municipality: "GM0513"}},
		Candidates:  []engine.Candidate{expert("fenna", engine.Green, 40), youssef},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range ranking.Suggestions {
		fmt.Printf("%s scores %d with %d %% known, first on %s\n", s.Experts[0], s.Score, s.Coverage, s.Slots[0].Start.In(zone).Format("2 January at 15:04"))
		for _, f := range s.Factors {
			fmt.Printf("  %-16s %2d x %5d = %4d  %s\n", f.Name, f.Weight, f.Value, f.Points, f.Facts[0].Code)
		}
	}
	// Output:
	// youssef scores 8315 with 100 % known, first on 30 March at 14:00
	//   theme_fit        40 x  8000 = 3368  THEME_MUST
	//   availability_fit 20 x  6000 = 1263  FEASIBLE
	//   proximity        10 x 10000 = 1053  TRAVEL_MINUTES
	//   load_balance     10 x 10000 = 1052  LOAD
	//   practice_level   15 x 10000 = 1579  PRACTICE
	// fenna scores 7684 with 100 % known, first on 30 March at 14:00
	//   theme_fit        40 x 10000 = 4210  THEME_MUST
	//   availability_fit 20 x  6000 = 1263  FEASIBLE
	//   proximity        10 x  5000 =  526  TRAVEL_MINUTES
	//   load_balance     10 x 10000 = 1053  LOAD
	//   practice_level   15 x  4000 =  632  PRACTICE
}
