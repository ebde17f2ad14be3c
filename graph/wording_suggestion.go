package graph

import (
	"fmt"
	"strings"
	"time"

	"expex/engine"
)

var emptySentences = map[engine.EmptyReason]pair{
	engine.EmptyNoTime:       {"in de gevraagde tijden past vanaf nu geen afspraak: vraag andere tijden", "no session fits in the times asked for from now on: ask for other times"},
	engine.EmptyNoPool:       {"de pool heeft nog niemand", "there is nobody in the pool yet"},
	engine.EmptyPoolTooSmall: {"de pool heeft minder mensen dan gevraagd: vraag een kleiner team", "the pool has fewer people than were asked for: ask for a smaller team"},
	engine.EmptyAllExcluded:  {"de regels laten niemand over: zie hoeveel mensen per regel afvallen", "the rules leave nobody: see how many people each rule leaves out"},
	engine.EmptyTooFew:       {"de regels laten te weinig mensen over voor een team van deze grootte", "the rules leave too few people for a team of this size"},
	engine.EmptyNoTeam:       {"er zijn genoeg mensen, maar samen vormen zij geen geldig team", "there are enough people, but together they form no valid team"},
}

// Empty says why nobody can be suggested.
func (w Wording) Empty(reason engine.EmptyReason) string { return w.pick(emptySentences[reason]) }

var plainWarnings = map[engine.WarningCode]pair{
	engine.WarnOffers:  {"er wachten al zoveel aanbiedingen op antwoord als mag: wacht op een antwoord of vraag iemand anders", "as many offers wait for an answer as may: wait for an answer, or ask somebody else"},
	engine.WarnTier3:   {"gevoelig thema: bespreek het vooraf en plan nazorg binnen 24 uur", "sensitive theme: talk it over before, and plan aftercare within 24 hours"},
	engine.WarnOwnTown: {"gevoelig thema in de eigen woonplaats: vraag of bekenden van vroeger aanwezig kunnen zijn", "sensitive theme in the expert’s own town: ask whether people from the past may be there"},
}

// Warning is something to think of, in words.
func (w Wording) Warning(x engine.Warning) string {
	words := w.warning(x)
	if name := w.Names[x.Expert]; name != "" {
		words = name + ": " + words
	}
	return words
}

func (w Wording) warning(x engine.Warning) string {
	switch x.Code {
	case engine.WarnUnknown:
		names := make([]string, len(x.Factors))
		for i, f := range x.Factors {
			names[i] = strings.ToLower(w.Factor(f))
		}
		return fmt.Sprintf(w.pick(pair{"%d %% van het gewicht is onbekend: vraag eerst naar %s", "%d %% of the weight is unknown: ask about %s first"}),
			x.N, w.list(names))
	case engine.WarnAgeGap:
		return w.pick(pair{"groot leeftijdsverschil", "big age gap"}) + ": " + w.ageGap(x.N)
	case engine.WarnLastPlace:
		if x.Of == 1 {
			return w.pick(pair{"er is geen ander voorstel, en hiermee is de enige plek bezet", "there is no other suggestion, and this takes the only place"})
		}
		return fmt.Sprintf(w.pick(pair{"er is geen ander voorstel, en hiermee is de laatste van %d plekken bezet", "there is no other suggestion, and this takes the last of %d places"}), x.Of)
	case engine.WarnReplacement:
		return fmt.Sprintf(w.pick(pair{"voor deze jongere zijn al %d relaties beëindigd: bespreek eerst waardoor", "%d relations of this young person have ended before: find out why first"}), x.N)
	case engine.WarnMinors:
		if x.N == 0 {
			return w.pick(pair{"de leeftijd van de groep is onbekend: er kunnen minderjarigen bij zijn", "the age of the audience is not known: minors may be among them"})
		}
		return fmt.Sprintf(w.pick(pair{"minderjarigen in de groep, vanaf %d jaar", "minors in the audience, from %d years on"}), x.N)
	case engine.WarnTooMuch:
		return fmt.Sprintf(w.pick(pair{"zei de laatste 12 weken %d keer nee omdat het te veel was", "said no %d times in the last 12 weeks because it was too much"}), x.N)
	case engine.WarnHours:
		if x.N == 0 {
			return w.pick(pair{"uren nooit bevestigd: vraag of ze nog kloppen", "hours never confirmed: ask whether they still hold"})
		}
		return fmt.Sprintf(w.pick(pair{"uren %d dagen geleden bevestigd: vraag of ze nog kloppen", "hours confirmed %d days ago: ask whether they still hold"}), x.N)
	case engine.WarnHoliday:
		return fmt.Sprintf(w.pick(pair{"%s is een feestdag", "%s is a public holiday"}), w.shortDay(x.Day))
	}
	return w.pick(plainWarnings[x.Code])
}

// SeriesSession is one session of a series in words: the slot, or the day and
// what stands in the way.
func (w Wording) SeriesSession(o engine.Occurrence, zone *time.Location) string {
	if o.Slot != nil {
		return w.Slot(*o.Slot, zone)
	}
	rules := make([]string, len(o.Blocked))
	for i, code := range o.Blocked {
		rules[i] = w.Rule(code)
	}
	return w.shortDay(o.Day) + ": " + strings.Join(rules, ", ")
}

// shortDay is "wo 31-03-2027".
func (w Wording) shortDay(d engine.Date) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	days := w.pick(pair{"zo ma di wo do vr za", "Sun Mon Tue Wed Thu Fri Sat"})
	return strings.Fields(days)[t.Weekday()] + " " + t.Format("02-01-2006")
}
