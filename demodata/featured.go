package demodata

import "expex/engine"

// FeaturedRequest is the featured request with new dates, for a day on which the
// generated one has passed. It has no ids but that of the house in whose name
// the Requester account submits it.
func (d Data) FeaturedRequest(from engine.Date) engine.Request {
	request := listeningEarInGouda(from)
	request.OrganisationID = d.House
	return request
}

// listeningEarInGouda is asked for in the four weeks after a day.
func listeningEarInGouda(from engine.Date) engine.Request {
	return engine.Request{
		Type: engine.ListeningEar, Urgency: engine.UrgencyNormal,
		Goal:     "Een gesprek met iemand die het zelf heeft meegemaakt en vooral luistert.",
		TeamSize: 1, Minutes: 60, Municipality: gouda, Postcode4: "2801", Audience: engine.AudienceClosed,
		Client: &engine.Client{AgeFrom: 15, AgeTo: 16},
		Themes: []engine.RequestTheme{
			{Theme: "OUT_OF_HOME", Importance: engine.Must},
			{Theme: "SCHOOL_DROPOUT", Importance: engine.Nice},
		},
		Preferences: []engine.Preference{{Kind: engine.TraitGender, Value: "female"}},
		Wishes: engine.Wishes{
			From: from.AddDays(2), Until: from.AddDays(30), EveryWeeks: 1, Occurrences: 1,
			Windows: []engine.WeekWindow{
				{Weekday: tue, Starts: "15:00", Ends: "18:00"},
				{Weekday: thu, Starts: "15:00", Ends: "18:00"},
				{Weekday: sat, Starts: "10:00", Ends: "14:00"},
			},
		},
	}
}
