package graph

import (
	"fmt"

	"expex/engine"
	"expex/store"
)

var busyStates = map[engine.BusyState]pair{
	engine.BusyNeverRead: {"nog niet gelezen: dat gebeurt binnen enkele seconden", "not read yet: that takes a few seconds"},
	engine.BusyFresh:     {"gelezen en actueel", "read and up to date"},
	engine.BusyStale:     {"al meer dan een dag niet gelezen; wat er was, telt nog als bezet", "not read for more than a day; what was there still counts as busy"},
	engine.BusyFailing:   {"lezen lukt niet; wat er was, telt nog als bezet", "it cannot be read; what was there still counts as busy"},
}

// staleFile is [engine.BusyStale] for a file.
var staleFile = pair{"dit bestand is meer dan 30 dagen oud; wat erin stond, telt nog als bezet: ontkoppel het en lever een nieuwe export in",
	"this file is more than 30 days old; what it held still counts as busy: unlink it and hand in a new export"}

var busyFailures = map[engine.BusyFailure]pair{
	engine.BusyKeyMissing:     {"de sleutel van het adres is weg: ontkoppel de agenda en koppel haar opnieuw", "the key of its address is gone: unlink the calendar and link it again"},
	engine.BusyNotFetched:     {"deze installatie haalt geen agenda's op: vraag het de beheerder", "this installation fetches no calendars: ask who runs it"},
	engine.BusyNotAllowed:     {"het adres leidt naar een plek waar de dienst niet mag komen: koppel het openbare of geheime adres van de agenda", "the address leads to where the service must not go: link the public or secret address of the calendar"},
	engine.BusyNotFound:       {"op dit adres staat geen agenda meer: koppel het nieuwe adres", "there is no calendar at this address any more: link the new address"},
	engine.BusyRefused:        {"de server vraagt om een login: koppel het geheime adres van de agenda", "the server wants a login: link the secret address of the calendar"},
	engine.BusyTimeout:        {"de server was te langzaam", "the server was too slow"},
	engine.BusyUnreachable:    {"de server gaf geen goed antwoord", "the server gave no proper answer"},
	engine.BusyTooLarge:       {"de agenda is groter dan 1 MiB: koppel een agenda met minder verleden", "the calendar is larger than 1 MiB: link one with less of the past"},
	engine.BusyNotACalendar:   {"op dit adres staat iets anders dan een agenda, misschien een loginpagina", "something other than a calendar is at this address, perhaps a page to log in"},
	engine.BusyTruncated:      {"de agenda houdt midden in een afspraak op", "the calendar ends in the middle of an appointment"},
	engine.BusyUnintelligible: {"de agenda is niet te begrijpen", "the calendar makes no sense"},
	engine.BusyTooMany:        {"de agenda heeft meer afspraken dan een mens kan hebben", "the calendar has more appointments than a person can have"},
}

// BusyCalendar says how a linked calendar stands, to its owner.
func (w Wording) BusyCalendar(c store.BusyCalendar) string {
	if c.State == engine.BusyStale && c.Source == engine.BusyFile {
		return w.pick(staleFile)
	}
	words := w.pick(busyStates[c.State])
	if c.State == engine.BusyFailing {
		words += ": " + w.pick(busyFailures[c.Failure])
	}
	return words
}

// busyWarnings say what was not understood; %d is how often.
var busyWarnings = map[engine.BusyWarningCode]pair{
	engine.BusyCut:            {"%d van de verste tijden zijn weggelaten: er worden er 10.000 bewaard", "%d of the farthest times were left out: 10,000 are kept"},
	"UNKNOWN_ZONE":            {"%d onbekende tijdzones: die tijden zijn gelezen als Nederlandse tijd", "%d unknown time zones: those times were read as Dutch time"},
	"UNREADABLE_LINE":         {"%d regels waren niet te lezen en tellen niet mee", "%d lines could not be read and do not count"},
	"UNREADABLE_EVENT":        {"%d afspraken hebben geen leesbaar begin en tellen niet mee", "%d appointments have no begin that can be read and do not count"},
	"UNREADABLE_END":          {"%d afspraken hebben geen leesbaar einde en tellen als een uur, of als een dag", "%d appointments have no end that can be read and count as an hour, or as a day"},
	"END_BEFORE_START":        {"%d afspraken eindigen voordat ze beginnen en tellen niet mee, of als een dag", "%d appointments end before they begin and do not count, or as a day"},
	"UNREADABLE_RULE":         {"%d herhalingen waren niet te lezen: alleen de eerste keer telt", "%d repetitions could not be read: the first time alone counts"},
	"UNREADABLE_DATE":         {"%d losse datums waren niet te lezen en tellen niet mee", "%d single dates could not be read and do not count"},
	"SECONDLY_RULE":           {"%d afspraken herhalen zich om de paar seconden: alleen de eerste keer telt", "%d appointments repeat every few seconds: the first time alone counts"},
	"RULE_CUT":                {"%d afspraken herhalen zich meer dan 5.000 keer: de eerste 5.000 tellen", "%d appointments repeat more than 5,000 times: the first 5,000 count"},
	"UNREADABLE_AVAILABILITY": {"%d openingstijden waren niet te lezen en tellen als bezet, of niet", "%d opening hours could not be read and count as busy, or not at all"},
}

// BusyWarning is something in a linked calendar that was not understood.
func (w Wording) BusyWarning(x engine.BusyWarning) string {
	words, known := busyWarnings[x.Code]
	if !known {
		words = pair{"%d dingen waren niet te begrijpen", "%d things were not understood"}
	}
	return fmt.Sprintf(w.pick(words), x.Count)
}

// busyOld says how old busy times are, to whoever looks for an expert. It says
// no more: that they come from a private calendar is hers to tell.
func (w Wording) busyOld(days int) string {
	switch days {
	case 0:
		return w.pick(pair{"drukke tijden niet van vandaag", "busy times not as of now"})
	case 1:
		return w.pick(pair{"drukke tijden 1 dag oud", "busy times 1 day old"})
	default:
		return fmt.Sprintf(w.pick(pair{"drukke tijden %d dagen oud", "busy times %d days old"}), days)
	}
}
