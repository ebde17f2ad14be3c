package graph

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"expex/engine"
	"expex/graph/generated"
	"expex/store"
)

// placeWording makes sentences in a language, with names of places.
func placeWording(ctx context.Context, language generated.Language) (Wording, error) {
	names, err := load(ctx).municipalities()
	return Wording{Language: Language(language), Municipalities: names}, err
}

// sawWhy announces what the fields of an answer may ask for. Names of places are
// read at once, whatever the answer, so that the number of statements does not
// depend on what blocks whom.
func sawWhy(ctx context.Context, request engine.Request, expert engine.ExpertID, standing *engine.Standing) error {
	l := load(ctx)
	l.sawRequests([]engine.Request{request})
	shown := []engine.Suggestion{{Experts: []engine.ExpertID{expert}}}
	if standing != nil {
		shown = append(shown, standing.Own, standing.Best)
	}
	l.sawSuggestions(shown)
	_, err := l.municipalities()
	return err
}

// obstacleSentences say rules about one expert, where the words of the rule itself
// would say what the detail says again.
var obstacleSentences = map[engine.RuleCode]pair{
	"NOT_DEPLOYABLE":       {"niet inzetbaar", "not deployable"},
	"CONDUCT_CERT_INVALID": {"VOG niet geldig", "certificate of conduct not valid"},
	"AGREEMENT_MISSING":    {"afspraken niet getekend", "agreements not signed"},
}

// Obstacle is a rule that blocks an expert, with its numbers.
func (w Wording) Obstacle(o engine.Obstacle) string {
	rule, own := obstacleSentences[o.Code]
	if !own {
		rule = ruleSentences[o.Code]
	}
	var details []string
	for i, d := range o.Details {
		if i > 0 && d.Min == o.Details[i-1].Min {
			d.Min = 0 // it was said
		}
		details = append(details, w.detail(d))
	}
	if len(details) == 0 {
		return w.pick(rule)
	}
	return w.pick(rule) + ": " + strings.Join(details, "; ")
}

var plainDetails = map[engine.DetailCode]pair{
	engine.DetailStatus:        {"gepauzeerd, in opleiding of gestopt", "paused, in training or gone"},
	engine.DetailNotCertified:  {"nog niet gecertificeerd", "not certified yet"},
	engine.DetailNoCertificate: {"er is geen VOG", "there is no certificate of conduct"},
	engine.DetailNoAgreement:   {"de vrijwilligersovereenkomst ontbreekt", "the volunteer agreement is missing"},
	engine.DetailNoNDA:         {"de geheimhouding ontbreekt", "the confidentiality agreement is missing"},
	engine.DetailAgeUnknown:    {"de geboortedatum is onbekend", "the birth date is unknown"},
	engine.DetailNoHours:       {"er zijn geen uren opgegeven", "no hours were given"},
	engine.DetailNothingAsked:  {"alle voorgestelde tijden zijn voorbij", "all times that were proposed have passed"},
	engine.DetailNoPartner:     {"er is niemand anders om mee samen te gaan", "there is nobody else to go with"},
	engine.DetailNoCommonTime:  {"geen tijd gemeen met iemand voor een geldig koppel of team", "no time in common with anybody for a valid pair or team"},
}

func (w Wording) detail(d engine.Detail) string {
	say := func(nl, en string, args ...any) string { return fmt.Sprintf(w.pick(pair{nl, en}), args...) }
	switch d.Code {
	case engine.DetailCertifiedFrom:
		return say("gecertificeerd vanaf %s", "certified from %s", w.shortDay(d.Day))
	case engine.DetailTrainedFrom:
		return say("opgeleid vanaf %s", "trained from %s", w.shortDay(d.Day))
	case engine.DetailCertificateUntil:
		return say("laatste geldige dag is %s; %d van %d keer valt erbuiten", "the last valid day is %s; %d of %d times lie outside it", w.shortDay(d.Day), d.N, d.Of)
	case engine.DetailAge:
		return say("%d jaar; minstens %d nodig", "%d years old; at least %d needed", d.N, d.Of)
	case engine.DetailAdultFrom:
		return say("oud genoeg vanaf %s", "old enough from %s", w.shortDay(d.Day))
	case engine.DetailRelations:
		return say("%d van %d relaties bezet", "%d of %d relations taken", d.N, d.Of)
	case engine.DetailSessionTooLong:
		return say("een sessie duurt %d minuten; de grens is %d", "a session takes %d minutes; the limit is %d", d.N, d.Of)
	case engine.DetailPerWeek:
		return say("hoogstens %d per week", "at most %d a week", d.N)
	case engine.DetailTooFewTimes:
		return w.number(d.N, "voorgestelde tijd is lang genoeg", "voorgestelde tijden zijn lang genoeg", "proposed time is long enough", "proposed times are long enough") + w.atLeast(d.Min)
	case engine.DetailLeaves:
		return say("past %d van %d keer", "fits %d of %d times", d.N, d.Of) + w.atLeast(d.Min)
	case engine.DetailTogether:
		return say("samen met de andere regels blijft %d van %d keer over", "together with the other rules %d of %d times are left", d.N, d.Of) + w.atLeast(d.Min)
	case engine.DetailTravel:
		return say("circa %d minuten; de grens is %d", "about %d minutes; the limit is %d", d.N, d.Of)
	case engine.DetailPlace:
		return say("%s hoort er niet bij", "%s is not part of it", w.municipality(d.Municipality))
	case engine.DetailTraitDiffers:
		return say("%s is anders", "%s differs", w.trait(d.Kind))
	case engine.DetailTraitUnknown:
		return say("%s is onbekend", "%s is unknown", w.trait(d.Kind))
	case engine.DetailPausedUntil:
		return say("gepauzeerd tot %s", "paused until %s", w.shortDay(d.Day))
	case engine.DetailNobodyPractised:
		return say("niemand daarin heeft dit al %s gedaan", "nobody in it has done this %s before", w.times(d.Of))
	}
	return w.pick(plainDetails[d.Code])
}

// atLeast is how many are needed, nothing for 0.
func (w Wording) atLeast(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(w.pick(pair{"; minstens %d nodig", "; at least %d needed"}), n)
}

// Proposal is what would help, as one sentence.
func (w Wording) Proposal(p engine.Proposal) string {
	var parts []string
	for _, c := range p.Changes {
		parts = append(parts, w.change(c))
	}
	return capital(strings.Join(parts, w.pick(pair{", en ", ", and "})))
}

// Change is one change as a sentence.
func (w Wording) Change(c engine.Change) string { return capital(w.change(c)) }

func (w Wording) change(c engine.Change) string {
	say := func(nl, en string, args ...any) string { return fmt.Sprintf(w.pick(pair{nl, en}), args...) }
	switch c.Kind {
	case engine.ChangeEndsLater, engine.ChangeStartsEarlier:
		return w.widened(c)
	case engine.ChangeAlsoDay:
		return say("ook op %s", "also on %s", w.Slot(c.Added(store.Zone), store.Zone))
	case engine.ChangeAlsoWeekday:
		return say("ook op %s %s–%s", "also on %s %s–%s", w.weekday(c.Window.Weekday), c.Window.Starts, c.Window.Ends)
	case engine.ChangeStartLater:
		return say("%s later beginnen", "start %s later", w.weeks(c.By))
	case engine.ChangeStartEarlier:
		return say("%s eerder beginnen", "start %s earlier", w.weeks(c.By))
	case engine.ChangeShorter:
		return say("kortere sessies: %d minuten in plaats van %d", "shorter sessions: %d minutes instead of %d", c.From-c.By, c.From)
	case engine.ChangeTravel:
		return say("%d minuten verder reizen voor één persoon (%d in plaats van %d)", "%d minutes more travel for one person (%d instead of %d)", c.By, c.From+c.By, c.From)
	case engine.ChangeLessOften:
		return say("%s in plaats van %s", "%s instead of %s", w.rhythm(c.From+c.By), w.rhythm(c.From))
	case engine.ChangeOnline:
		return say("online, via beeldbellen", "online, by video")
	case engine.ChangeFewer:
		return say("%s in plaats van %d", "%s instead of %d", w.times(c.From-c.By), c.From)
	case engine.ChangeWish:
		return say("‘%s: %s’ als wens in plaats van eis", "‘%s: %s’ as a wish instead of a must", w.trait(c.Wish.Kind), c.Wish.Value)
	case engine.ChangeArea:
		return say("ook %s (nu buiten het werkgebied)", "also %s (now outside the service area)", w.municipality(c.Municipality))
	case engine.ChangeWeekCap:
		return w.number(c.From+c.By, "sessie", "sessies", "session", "sessions") + say(" per week in plaats van %d voor één persoon", " a week instead of %d for one person", c.From)
	case engine.ChangeRelationCap:
		return w.number(c.From+c.By, "relatie", "relaties", "relation", "relations") + say(" in plaats van %d voor één persoon", " instead of %d for one person", c.From)
	case engine.ChangeTeam:
		return say("met ", "with ") + w.number(c.From-c.By, "persoon", "personen", "person", "people") + say(" in plaats van %d", " instead of %d", c.From)
	}
	return ""
}

// widened is "een uur later op dinsdag (tot 17:00 in plaats van 16:00)".
func (w Wording) widened(c engine.Change) string {
	later := c.Kind == engine.ChangeEndsLater
	on, was, is := "", "", ""
	if c.Option.Empty() {
		on = w.weekday(c.Window.Weekday)
		was, is = string(c.Window.Starts), string(c.Widened().Starts)
		if later {
			was, is = string(c.Window.Ends), string(c.Widened().Ends)
		}
	} else {
		span, wider := c.Option, c.WidenedOption()
		on = w.Slot(span, store.Zone)
		was, is = span.Start.In(store.Zone).Format("15:04"), wider.Start.In(store.Zone).Format("15:04")
		if later {
			was, is = span.End.In(store.Zone).Format("15:04"), wider.End.In(store.Zone).Format("15:04")
		}
	}
	words := pair{"%s eerder op %s (vanaf %s in plaats van %s)", "%s earlier on %s (from %s instead of %s)"}
	if later {
		words = pair{"%s later op %s (tot %s in plaats van %s)", "%s later on %s (until %s instead of %s)"}
	}
	return fmt.Sprintf(w.pick(words), w.length(c.By), on, is, was)
}

// Standing is where somebody stands, and what makes the difference.
func (w Wording) Standing(s engine.Standing) string {
	place := w.place(s.Rank)
	if s.Rank > 0 {
		place += fmt.Sprintf(w.pick(pair{" van %d", " of %d"}), s.Of)
	}
	if s.Rank == 1 {
		return place
	}
	var parts []string
	for _, d := range s.Differences {
		if d.Points != 0 {
			parts = append(parts, fmt.Sprintf("%s %+d", w.Factor(d.Factor), d.Points))
		}
	}
	points, words := s.Own.Score-s.Best.Score, pair{"%d punten boven de eerste", "%d points above the first"}
	switch {
	case points == 0:
		words = pair{"evenveel punten als de eerste%.0d", "as many points as the first%.0d"}
	case points < 0:
		points, words = -points, pair{"%d punten onder de eerste", "%d points below the first"}
	}
	place += "; " + fmt.Sprintf(w.pick(words), points)
	if len(parts) == 0 {
		return place
	}
	return place + ": " + strings.Join(parts, ", ")
}

// length is a number of minutes, a multiple of 15, as people say it.
func (w Wording) length(minutes int) string {
	if words, ok := map[int]pair{
		15: {"een kwartier", "15 minutes"}, 30: {"een half uur", "half an hour"}, 45: {"drie kwartier", "45 minutes"},
		60: {"een uur", "an hour"}, 90: {"anderhalf uur", "an hour and a half"},
	}[minutes]; ok {
		return w.pick(words)
	}
	hours, rest := minutes/60, minutes%60
	if rest == 0 {
		return fmt.Sprintf(w.pick(pair{"%d uur", "%d hours"}), hours)
	}
	return fmt.Sprintf(w.pick(pair{"%d uur en %d minuten", "%d h %d min"}), hours, rest)
}

func (w Wording) weeks(n int) string {
	if n == 1 {
		return w.pick(pair{"een week", "a week"})
	}
	return w.number(n, "week", "weken", "week", "weeks")
}

// times is "3 keer".
func (w Wording) times(n int) string { return w.number(n, "keer", "keer", "time", "times") }

func (w Wording) rhythm(weeks int) string {
	switch weeks {
	case 1:
		return w.pick(pair{"elke week", "every week"})
	case 2:
		return w.pick(pair{"om de week", "every other week"})
	}
	return fmt.Sprintf(w.pick(pair{"eens per %d weken", "once in %d weeks"}), weeks)
}

func (w Wording) weekday(day engine.Weekday) string {
	return w.pick(map[engine.Weekday]pair{
		engine.Monday: {"maandag", "Monday"}, engine.Tuesday: {"dinsdag", "Tuesday"}, engine.Wednesday: {"woensdag", "Wednesday"},
		engine.Thursday: {"donderdag", "Thursday"}, engine.Friday: {"vrijdag", "Friday"}, engine.Saturday: {"zaterdag", "Saturday"},
		engine.Sunday: {"zondag", "Sunday"},
	}[day])
}

// municipality is a name, the code where there is none any more.
func (w Wording) municipality(code engine.MunicipalityCode) string {
	if name := w.Municipalities[code]; name != "" {
		return name
	}
	return string(code)
}

func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// detailText is a detail as stable text for machines, such as TRAVEL:74/60 or
// CERTIFICATE_UNTIL:2027-03-31:10/12:6.
func detailText(d engine.Detail) string {
	parts := []string{string(d.Code)}
	for _, part := range []string{string(d.Day), string(d.Kind), string(d.Municipality)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	switch {
	case d.Of != 0:
		parts = append(parts, fmt.Sprintf("%d/%d", d.N, d.Of))
	case d.N != 0:
		parts = append(parts, strconv.Itoa(d.N))
	}
	if d.Min != 0 {
		parts = append(parts, strconv.Itoa(d.Min))
	}
	return strings.Join(parts, ":")
}
