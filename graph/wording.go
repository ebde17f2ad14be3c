package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"expex/engine"
)

// Language of a sentence, as in the schema.
type Language string

// The languages.
const (
	Dutch   Language = "NL"
	English Language = "EN"
)

// Wording makes sentences out of codes and numbers. The engine knows no prose;
// this is the only place that does.
type Wording struct {
	Language Language
	Themes   map[engine.ThemeCode]engine.Theme
	// Names are first names of experts, for facts about one member of a team.
	Names map[engine.ExpertID]string
	// Municipalities are names by code, for changes and obstacles about a place.
	Municipalities map[engine.MunicipalityCode]string
}

// pair is a text in both languages.
type pair struct{ nl, en string }

func (w Wording) pick(p pair) string {
	if w.Language == English {
		return p.en
	}
	return p.nl
}

// number is a number with its noun, which differs after one.
func (w Wording) number(n int, nlOne, nlMore, enOne, enMore string) string {
	noun := pair{nlMore, enMore}
	if n == 1 {
		noun = pair{nlOne, enOne}
	}
	return fmt.Sprintf("%d %s", n, w.pick(noun))
}

// list is "a, b and c".
func (w Wording) list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + w.pick(pair{" en ", " and "}) + words[last]
}

var factorLabels = map[engine.FactorName]pair{
	"theme_fit":        {"Thema's", "Themes"},
	"availability_fit": {"Beschikbaarheid", "Availability"},
	"proximity":        {"Nabijheid", "Proximity"},
	"preference_fit":   {"Wensen", "Wishes"},
	"age_nearness":     {"Leeftijd", "Age"},
	"load_balance":     {"Belasting", "Load"},
	"practice_level":   {"Ervaring", "Practice"},
}

// Factor is the name of a factor for people.
func (w Wording) Factor(name engine.FactorName) string { return w.pick(factorLabels[name]) }

var ruleSentences = map[engine.RuleCode]pair{
	"NOT_DEPLOYABLE":       {"niet inzetbaar: nog niet gecertificeerd, gepauzeerd of gestopt", "not deployable: not yet certified, paused or gone"},
	"TYPE_NOT_TRAINED":     {"niet opgeleid voor deze inzetvorm", "not trained for this type of deployment"},
	"CONDUCT_CERT_INVALID": {"geen geldige VOG op de dag zelf", "no valid certificate of conduct on the day"},
	"AGREEMENT_MISSING":    {"vrijwilligersovereenkomst of geheimhouding ontbreekt", "volunteer agreement or confidentiality missing"},
	"NO_THEME_CONSENT":     {"geen ervaring die voor een verplicht thema van deze aanvraag gebruikt kan worden", "no experience that can be used for a must-theme of this request"},
	"ORG_EXCLUSION":        {"uitsluiting", "exclusion rule"},
	"PERSON_EXCLUSION":     {"uitsluiting van een persoon", "exclusion of a person"},
	"AGE_RULE":             {"leeftijdsregel", "age rule"},
	"CAPACITY":             {"geen ruimte meer binnen de eigen grenzen", "no room left within the limits"},
	"NOT_AVAILABLE":        {"niet beschikbaar op de gevraagde tijden", "not available at the times asked for"},
	engine.CannotArrive:    {"kan er niet meer op tijd zijn", "cannot be there in time any more"},
	"OVERLAP":              {"al bezet, reistijd meegerekend", "already booked, travel time included"},
	"TRAVEL_LIMIT":         {"te ver reizen", "too far to travel"},
	"OUT_OF_SERVICE_AREA":  {"buiten het werkgebied", "outside the service area"},
	"MUST_PREFERENCE":      {"voldoet niet aan een harde wens", "does not meet a wish that is a must"},
	"REST_PERIOD":          {"rustperiode", "rest period"},
	"TIER3_NOT_CONFIRMED":  {"nog geen ja voor deze aanvraag bij een gevoelig thema", "no yes yet to a sensitive theme for this request"},
	"DUAL_ROLE":            {"dubbele rol", "dual role"},
	"PAIR_RULE":            {"geen geldig koppel of team mogelijk", "no valid pair or team possible"},
	engine.OtherRule:       {"een regel waarvan de reden niet getoond wordt", "a rule whose reason is not shown"},
}

// Rule is a hard rule as a sentence.
func (w Wording) Rule(code engine.RuleCode) string { return w.pick(ruleSentences[code]) }

// Sentence is a line of the explanation in words.
func (w Wording) Sentence(f engine.FactorScore) string {
	return strings.Join(w.facts(f.Facts), "; ")
}

// Summary is a suggestion in one line: every factor, in order.
func (w Wording) Summary(s engine.Suggestion) string {
	var parts []string
	for _, f := range s.Factors {
		if words := w.Sentence(f); words != "" {
			parts = append(parts, words)
		}
	}
	return strings.Join(parts, "; ")
}

// Gain is what would raise a score, in words.
func (w Wording) Gain(g engine.Gain) string {
	var change string
	switch g.Fact.Code {
	case engine.FactFeasible:
		change = w.nth(g.Fact.N)
	case engine.FactThemeNone:
		change = fmt.Sprintf(w.pick(pair{"wens ‘%s’", "wish ‘%s’"}), w.theme(g.Fact.Theme))
	default:
		change = strings.Join(w.facts([]engine.Fact{g.Fact}), "")
	}
	return fmt.Sprintf("%s +%d", change, g.Points)
}

// nth is an occurrence by its number, as in "12th time".
func (w Wording) nth(n int) string {
	ending := "th"
	if n%100 < 11 || n%100 > 13 {
		ending = [10]string{"th", "st", "nd", "rd", "th", "th", "th", "th", "th", "th"}[n%10]
	}
	return w.pick(pair{fmt.Sprintf("%de keer", n), fmt.Sprintf("%d%s time", n, ending)})
}

// Slot is a span as people write it: day, date and times in local time.
func (w Wording) Slot(slot engine.Interval, zone *time.Location) string {
	start, end := slot.Start.In(zone), slot.End.In(zone)
	days := w.pick(pair{"zo ma di wo do vr za", "Sun Mon Tue Wed Thu Fri Sat"})
	return fmt.Sprintf("%s %s–%s", strings.Fields(days)[start.Weekday()], start.Format("02-01-2006 15:04"), end.Format("15:04"))
}

func (w Wording) facts(facts []engine.Fact) []string {
	out := make([]string, 0, len(facts))
	for _, f := range facts {
		words := w.fact(f)
		if name := w.Names[f.Expert]; name != "" {
			words = name + ": " + words
		}
		out = append(out, words)
	}
	return out
}

func (w Wording) fact(f engine.Fact) string {
	switch f.Code {
	case engine.FactThemeMust:
		return fmt.Sprintf("%s (%s)", w.theme(f.Theme), w.level(f.Level))
	case engine.FactThemeNice:
		return fmt.Sprintf(w.pick(pair{"wens ‘%s’ (%s)", "wish ‘%s’ (%s)"}), w.theme(f.Theme), w.level(f.Level))
	case engine.FactThemeRelated:
		return fmt.Sprintf(w.pick(pair{"wens ‘%s’ deels, via een verwant thema", "wish ‘%s’ in part, by a related theme"}), w.theme(f.Theme))
	case engine.FactThemeNone:
		return fmt.Sprintf(w.pick(pair{"wens ‘%s’ niet", "wish ‘%s’ not met"}), w.theme(f.Theme))
	case engine.FactThemesMust:
		return fmt.Sprintf(w.pick(pair{"%d van %d verplichte thema's", "%d of %d themes that are a must"}), f.N, f.Of)
	case engine.FactThemesNice:
		return fmt.Sprintf(w.pick(pair{"%d van %d gewenste thema's, heel of deels", "%d of %d themes wished for, in whole or in part"}), f.N, f.Of)
	case engine.FactFeasible:
		return fmt.Sprintf(w.pick(pair{"%d van %d keer past", "%d of %d times fit"}), f.N, f.Of)
	case engine.FactConfirmed:
		return w.confirmed(f.N)
	case engine.FactNotConfirmed:
		return w.pick(pair{"uren nooit bevestigd", "hours never confirmed"})
	case engine.FactBusyOld:
		return w.busyOld(f.N)
	case engine.FactTravelMinutes:
		return fmt.Sprintf(w.pick(pair{"circa %d min reizen (grens %d)", "about %d min to travel (limit %d)"}), f.N, f.Of)
	case engine.FactWishMet:
		return fmt.Sprintf(w.pick(pair{"wens %s klopt", "wish about %s met"}), w.trait(f.Kind))
	case engine.FactWishNotMet:
		return fmt.Sprintf(w.pick(pair{"wens %s klopt niet", "wish about %s not met"}), w.trait(f.Kind))
	case engine.FactWishUnknown:
		return fmt.Sprintf(w.pick(pair{"wens %s: onbekend", "wish about %s: unknown"}), w.trait(f.Kind))
	case engine.FactAgeGap:
		return w.ageGap(f.N)
	case engine.FactLoad:
		return fmt.Sprintf(w.pick(pair{"%d van %d plekken bezet", "%d of %d places used"}), f.N, f.Of)
	case engine.FactPractice:
		return w.practice(f.N)
	}
	return w.pick(plainFacts[f.Code])
}

var plainFacts = map[engine.FactCode]pair{
	engine.FactSameMunicipality: {"zelfde gemeente", "same municipality"},
	engine.FactSameRegion:       {"zelfde jeugdregio", "same youth region"},
	engine.FactNeighbourRegion:  {"aangrenzende jeugdregio", "neighbouring youth region"},
	engine.FactFarRegion:        {"andere jeugdregio", "another youth region"},
	engine.FactOnline:           {"online", "online"},
	engine.FactTravelUnknown:    {"reistijd onbekend", "travel time unknown"},
	engine.FactAgeUnknown:       {"leeftijd onbekend", "age unknown"},
	engine.FactOfferedLately:    {"kort geleden al gevraagd", "asked recently"},
}

func (w Wording) theme(code engine.ThemeCode) string {
	theme, ok := w.Themes[code]
	if !ok {
		return string(code)
	}
	return w.pick(pair{theme.NL, theme.EN})
}

func (w Wording) level(level engine.ConsentLevel) string {
	if level == engine.Green {
		return w.pick(pair{"mag genoemd worden", "may be mentioned"})
	}
	return w.pick(pair{"eerst vragen, nooit noemen", "ask first, never mention"})
}

func (w Wording) trait(kind engine.TraitKind) string {
	return w.pick(map[engine.TraitKind]pair{
		engine.TraitGender:      {"gender", "gender"},
		engine.TraitLanguage:    {"taal", "language"},
		engine.TraitContactForm: {"contactvorm", "form of contact"},
		engine.TraitActivity:    {"activiteit", "activity"},
	}[kind])
}

func (w Wording) confirmed(days int) string {
	switch days {
	case 0:
		return w.pick(pair{"uren vandaag bevestigd", "hours confirmed today"})
	case 1:
		return w.pick(pair{"uren gisteren bevestigd", "hours confirmed yesterday"})
	default:
		return fmt.Sprintf(w.pick(pair{"uren %d dagen geleden bevestigd", "hours confirmed %d days ago"}), days)
	}
}

// ageGap says a distance in half-years as years.
func (w Wording) ageGap(halfYears int) string {
	unit, than := pair{"jaar", "years"}, pair{"ouder", "older"}
	if halfYears < 0 {
		halfYears, than = -halfYears, pair{"jonger", "younger"}
	}
	if halfYears == 2 {
		unit.en = "year"
	}
	years := strconv.Itoa(halfYears / 2)
	if halfYears%2 != 0 {
		years += w.pick(pair{",5", ".5"})
	}
	return years + " " + w.pick(unit) + " " + w.pick(than)
}

func (w Wording) practice(n int) string {
	switch n {
	case 0:
		return w.pick(pair{"eerste keer", "first time"})
	case 1:
		return w.pick(pair{"1 keer gedaan", "done once"})
	default:
		return fmt.Sprintf(w.pick(pair{"%d keer gedaan", "done %d times"}), n)
	}
}

// factText is a fact as stable text for machines: CODE, then what it is about,
// such as THEME_MUST:OUT_OF_HOME:GREEN or TRAVEL_MINUTES:25/60.
func factText(f engine.Fact) string {
	parts := []string{string(f.Code)}
	for _, part := range []string{string(f.Theme), string(f.Level), string(f.Kind)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	switch {
	case f.Of != 0:
		parts = append(parts, fmt.Sprintf("%d/%d", f.N, f.Of))
	case slices.Contains([]engine.FactCode{engine.FactConfirmed, engine.FactBusyOld, engine.FactAgeGap, engine.FactPractice}, f.Code):
		parts = append(parts, strconv.Itoa(f.N))
	}
	return strings.Join(parts, ":")
}
