package spreadsheet

import (
	"errors"
	"strings"

	"expex/engine"
)

// The words people use for what the engine has a code for. A message suggests
// the first.

var organisationTypes = words[engine.OrganisationType]("a kind of organisation", [][]string{
	{string(engine.Host), "penvoerder", "gastorganisatie"},
	{string(engine.ClientOrganisation), "cliëntenorganisatie"},
	{string(engine.CertifiedInstitution), "gecertificeerde instelling", "GI"},
	{string(engine.YouthCareProvider), "jeugdhulpaanbieder"},
	{string(engine.MunicipalityOffice), "gemeente"},
	{string(engine.LocalTeam), "wijkteam", "jongerenteam"},
	{string(engine.RegionalPartnership), "samenwerkingsverband", "regionaal samenwerkingsverband"},
	{string(engine.Education), "school", "hogeschool", "academie", "onderwijs"},
	{string(engine.Shelter), "opvang"},
	{string(engine.MentalHealthProvider), "jeugd-ggz", "ggz"},
	{string(engine.Funder), "fonds", "subsidieverlener"},
})

var addressVisibilities = words[engine.AddressVisibility]("a visibility", [][]string{
	{string(engine.AddressPublic), "openbaar"},
	{string(engine.AddressInternal), "intern"},
	{string(engine.AddressSecret), "geheim"},
})

var expertStatuses = words[engine.ExpertStatus]("a status", [][]string{
	{string(engine.ExpertApplicant), "aangemeld", "aanmelding"},
	{string(engine.ExpertInTraining), "in opleiding", "in training"},
	{string(engine.ExpertCertified), "gecertificeerd"},
	{string(engine.ExpertDeployable), "inzetbaar"},
	{string(engine.ExpertPaused), "gepauzeerd", "pauze"},
	{string(engine.ExpertOffboarded), "uitgestroomd", "gestopt"},
})

var audiences = words[engine.Audience]("an audience", [][]string{
	{string(engine.AudienceClosed), "besloten"},
	{string(engine.AudiencePublic), "openbaar"},
})

var traitKinds = words[engine.TraitKind]("what a wish can be about", [][]string{
	{string(engine.TraitGender), "gender", "geslacht"},
	{string(engine.TraitLanguage), "taal"},
	{string(engine.TraitContactForm), "contactvorm", "contact", "contact form"},
	{string(engine.TraitActivity), "activiteit"},
})

var consentLevels = words[engine.ConsentLevel]("a level", [][]string{
	{string(engine.Green), "groen"},
	{string(engine.Amber), "oranje"},
})

var genders = words[string]("a gender", [][]string{
	{"female", "vrouw", "v"}, {"male", "man", "m"}, {"non-binary", "non-binair", "x"},
})

// languages by their code of ISO 639-1.
var languages = words[string]("a language", [][]string{
	{"nl", "Nederlands", "Dutch"}, {"en", "Engels", "English"}, {"ar", "Arabisch", "Arabic"}, {"tr", "Turks", "Turkish"},
	{"fr", "Frans", "French"}, {"de", "Duits", "German"}, {"es", "Spaans", "Spanish"}, {"pl", "Pools", "Polish"},
	{"uk", "Oekraïens", "Ukrainian"}, {"so", "Somalisch", "Somali"}, {"ti", "Tigrinya", "Tigrinja"},
	{"fa", "Farsi", "Perzisch", "Persian"},
})

// words makes a vocabulary of lines that begin with a code.
func words[C ~string](what string, lines [][]string) *vocabulary[C] {
	v := &vocabulary[C]{what: what}
	for _, line := range lines {
		v.add(C(line[0]), line[1:]...)
	}
	return v
}

// maxTrait is the length of a trait in characters.
const maxTrait = 50

// trait reads what an expert tells about herself, or what is wished of her, so
// that the two meet: genders and languages get one spelling, other things are
// compared in lower case.
func trait(kind engine.TraitKind) func(string) (engine.Trait, error) {
	return func(text string) (engine.Trait, error) {
		value := strings.ToLower(text)
		switch kind {
		case engine.TraitGender:
			if code, err := genders.parse(text); err == nil {
				value = code
			}
		case engine.TraitLanguage:
			if code, err := languages.parse(text); err == nil {
				value = code
			}
		}
		if len([]rune(value)) > maxTrait {
			return engine.Trait{}, errors.New("is longer than 50 characters")
		}
		return engine.Trait{Kind: kind, Value: value}, nil
	}
}

// parseWish reads "gender: vrouw", a wish, or "gender: vrouw (moet)", a must.
func parseWish(text string) (engine.Preference, error) {
	text, must := cutMust(text)
	name, value, ok := strings.Cut(text, ":")
	value = strings.TrimSpace(value)
	if !ok || value == "" {
		return engine.Preference{}, errors.New("is not a wish; write gender: vrouw, or gender: vrouw (moet)")
	}
	kind, err := traitKinds.parse(name)
	if err != nil {
		return engine.Preference{}, errors.New("is about something unknown; known are gender, taal, contactvorm and activiteit")
	}
	t, err := trait(kind)(value)
	return engine.Preference{Kind: kind, Value: t.Value, Must: must}, err
}

func cutMust(text string) (rest string, must bool) {
	for _, suffix := range []string{"(moet)", "(must)"} {
		if rest, ok := strings.CutSuffix(strings.ToLower(text), suffix); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return text, false
}
