package graph

import "expex/store"

// feedNames are what the calendars of each title are called, as in the calendar
// itself (package calendar): Outlook asks for a name before it has read it.
var feedNames = map[string]string{
	"EXPEX_APPOINTMENT": "ExpEx-afspraken",
	"APPOINTMENT":       "Afspraken",
	"MINIMAL":           "Agenda",
	"TALK":              "Voorlichtingen",
}

// refreshNote keeps people from taking a calendar for the last word.
func (w Wording) refreshNote(kind store.FeedKind) string {
	if kind == store.FeedOfTeamFreeBusy {
		return w.pick(pair{"Zo vers als het programma dat hem leest: het haalt de tijden zelf op.",
			"As fresh as the program that reads it: it fetches the times itself."})
	}
	return w.pick(pair{
		"Een agenda loopt achter: Google ververst wanneer het wil, vaak pas na 8 tot 24 uur, Outlook na 3 uur of meer, een iPhone meestal binnen een uur. Wat kort van tevoren verandert, hoor je in een bericht.",
		"A calendar lags behind: Google refreshes when it wants, often after 8 to 24 hours, Outlook after 3 hours or more, an iPhone mostly within one. What changes at short notice reaches you in a message."})
}

// cutAdvice says what to do about a calendar that does not show everything, ""
// for one that does. The soonest appointments are in it.
func (w Wording) cutAdvice(f store.Feed) string {
	switch {
	case f.Cut == 0:
		return ""
	case f.WithPlace:
		return w.number(f.Cut, "afspraak past", "afspraken passen", "appointment does", "appointments do") +
			w.pick(pair{" niet meer in deze agenda: de verste. Zonder plaatsen past er meer; in de app staat alles.",
				" not fit into this calendar: the furthest off. More fit without places; the app shows all."})
	default:
		return w.number(f.Cut, "afspraak past", "afspraken passen", "appointment does", "appointments do") +
			w.pick(pair{" niet meer in deze agenda: de verste. In de app staat alles.",
				" not fit into this calendar: the furthest off. The app shows all."})
	}
}
