package demodata

import "expex/engine"

// ask is what is written down about a request of the year.
type ask struct {
	code engine.DeploymentTypeCode
	pool int
	by   int                     // house
	town engine.MunicipalityCode // "" = online
	// start is the first day it is wished for, from the anchor on.
	start int
	// times and every are the number of sessions and their rhythm in weeks; 0 is
	// what is usual for the type.
	times, every int
	must, nice   engine.ThemeCode
	with         string // an expert who is to take part
	public       bool   // anybody may come
	// state is that of a request for which no session was planned, "" otherwise.
	state  engine.RequestStatus
	reason string // of the waiting list
	// answers are the offers of the last attempt, one for each of the team, asked
	// so many days ago.
	answers []engine.OfferStatus
	asked   int
}

// A place in the script is a number that ids hang on: add at the end.
const featuredNumber = 0

// script is the course of the year: eighteen relations, twenty-four requests of
// other types that led to sessions, six that led to none, and a dozen that are
// still open, the featured one first.
var script = []ask{
	featuredNumber: {code: engine.ListeningEar, pool: middenHolland, by: locationGouda, town: gouda, start: 2, must: "OUT_OF_HOME", nice: "SCHOOL_DROPOUT", state: engine.RequestOpen},

	// Relations, Midden-Holland.
	{code: engine.Buddy, pool: middenHolland, by: locationGouda, town: gouda, start: -120, times: 13, every: 2, must: "RESIDENTIAL_CARE", with: demoExpert},
	{code: engine.Buddy, pool: middenHolland, by: youthProtection, town: waddinxveen, start: -293, times: 36, must: "TRANSITION_18"},
	{code: engine.Buddy, pool: middenHolland, by: locationWaddinxveen, town: bodegraven, start: -280, times: 32, must: "LONELINESS"},
	{code: engine.Buddy, pool: middenHolland, by: locationGouda, town: gouda, start: -200, times: 37, must: "MENTAL_HEALTH", nice: "LONELINESS"},
	{code: engine.Buddy, pool: middenHolland, by: localTeam, town: zuidplas, start: -150, times: 30, must: "FOSTER_CARE"},
	{code: engine.Buddy, pool: middenHolland, by: youthProtection, town: krimpenerwaard, start: -92, times: 21, must: "OUT_OF_HOME", nice: "TRANSITION_18", with: "Tess"},
	{code: engine.HopeGiver, pool: middenHolland, by: locationGouda, town: gouda, start: -230, times: 5, must: "TRANSITION_18"},
	{code: engine.HopeGiver, pool: middenHolland, by: youthCare, town: gouda, start: -150, times: 5, must: "BULLYING"},
	{code: engine.HopeGiver, pool: middenHolland, by: localTeam, town: zuidplas, start: -95, times: 5, must: "LONELINESS"},
	{code: engine.HopeGiver, pool: middenHolland, by: mentalHealth, town: gouda, start: -17, times: 5, must: "OUT_OF_HOME", nice: "MENTAL_HEALTH"},
	// Relations, Flevoland. Bram's outlives his certificate of conduct.
	{code: engine.Buddy, pool: flevoland, by: townHall, town: almere, start: -295, times: 35, must: "HIGH_CONFLICT_DIVORCE"},
	{code: engine.Buddy, pool: flevoland, by: hostFlevoland, town: lelystad, start: -250, times: 44, must: "FOSTER_CARE", with: "Bram"},
	{code: engine.Buddy, pool: flevoland, by: partnership, town: dronten, start: -170, times: 33, must: "SCHOOL_DROPOUT"},
	{code: engine.Buddy, pool: flevoland, by: youthProtection, town: noordoostpolder, start: -100, times: 23, must: "MENTAL_HEALTH"},
	{code: engine.Buddy, pool: flevoland, by: townHall, town: zeewolde, start: -285, times: 14, every: 2, must: "LONELINESS"},
	{code: engine.HopeGiver, pool: flevoland, by: townHall, town: almere, start: -210, times: 5, must: "BULLYING"},
	{code: engine.HopeGiver, pool: flevoland, by: hostFlevoland, town: urk, start: -60, times: 5, must: "LONELINESS"},
	{code: engine.HopeGiver, pool: flevoland, by: shelter, town: lelystad, start: -16, times: 5, must: "SCHOOL_DROPOUT", nice: "LONELINESS"},

	// For a group, in pairs.
	{code: engine.Talk, pool: middenHolland, by: schools, town: gouda, start: -270, must: "OUT_OF_HOME", with: "Daan"},
	{code: engine.Talk, pool: middenHolland, by: youthCare, town: bodegraven, start: 11, nice: "BULLYING", with: "Daan", public: true},
	{code: engine.Talk, pool: middenHolland, by: schools, town: krimpenerwaard, start: -125, nice: "LONELINESS", with: "Julia"},
	{code: engine.Talk, pool: middenHolland, by: youthProtection, town: waddinxveen, start: -50, must: "OUT_OF_HOME", nice: "FOSTER_CARE", with: "Daan"},
	{code: engine.Talk, pool: flevoland, by: townHall, town: dronten, start: -230, nice: "INDEPENDENT_LIVING", with: "Jesse", public: true},
	{code: engine.Talk, pool: flevoland, by: partnership, town: zeewolde, start: -110, must: "SCHOOL_DROPOUT", with: "Jesse"},
	{code: engine.Talk, pool: flevoland, by: hostFlevoland, town: lelystad, start: 10, must: "LONELINESS"},
	{code: engine.Workshop, pool: middenHolland, by: localTeam, town: zuidplas, start: -140, nice: "OUT_OF_HOME"},
	{code: engine.Workshop, pool: flevoland, by: partnership, town: lelystad, start: -85, must: "SCHOOL_DROPOUT", nice: "CHANGING_CARERS"},
	{code: engine.ExperienceCafe, pool: middenHolland, by: localTeam, town: waddinxveen, start: -262, times: 8},
	{code: engine.ExperienceCafe, pool: flevoland, by: hostFlevoland, town: lelystad, start: -130, times: 6},

	// One expert, not a relation.
	{code: engine.CaseConsultation, pool: middenHolland, by: youthProtection, town: waddinxveen, start: -240, must: "HIGH_CONFLICT_DIVORCE", with: "Sem"},
	{code: engine.CaseConsultation, pool: middenHolland, by: youthCare, town: gouda, start: -130, must: "ABUSE_NEGLECT"},
	{code: engine.CaseConsultation, pool: middenHolland, by: mentalHealth, start: -30, must: "MENTAL_HEALTH"},
	{code: engine.CaseConsultation, pool: middenHolland, by: locationWaddinxveen, town: waddinxveen, start: 8, must: "LONELINESS", nice: "MENTAL_HEALTH"},
	{code: engine.CaseConsultation, pool: flevoland, by: townHall, town: urk, start: -180, must: "OUT_OF_HOME", with: "Stijn"},
	{code: engine.ListeningEar, pool: middenHolland, by: locationGouda, town: gouda, start: -160, must: "OUT_OF_HOME", with: demoExpert},
	{code: engine.ListeningEar, pool: middenHolland, by: localTeam, town: krimpenerwaard, start: -25, must: "LONELINESS"},
	{code: engine.ListeningEar, pool: flevoland, by: townHall, town: almere, start: 6, must: "SCHOOL_DROPOUT"},
	{code: engine.PolicyAdvice, pool: middenHolland, by: clientCircle, town: gouda, start: -190, times: 4, nice: "OUT_OF_HOME"},
	{code: engine.PolicyAdvice, pool: flevoland, by: partnership, start: -62, times: 4, nice: "INDEPENDENT_LIVING"},
	{code: engine.CoTrainer, pool: middenHolland, by: clientCircle, town: gouda, start: -58, times: 12},
	{code: engine.CoTrainer, pool: flevoland, by: hostFlevoland, town: lelystad, start: -265, times: 8},
	{code: engine.TheatreMedia, pool: middenHolland, by: clientCircle, town: gouda, start: -72, public: true, with: "Ravi"},

	// Nothing came of it, or not yet.
	{code: engine.ExperienceCafe, pool: middenHolland, by: localTeam, town: bodegraven, start: 40, times: 6, state: engine.RequestWaitlisted, reason: "COHORT_PENDING"},
	{code: engine.Talk, pool: flevoland, by: schools, town: almere, start: 30, must: "SECURE_CARE", state: engine.RequestWaitlisted, reason: "NO_THEME"},
	{code: engine.Workshop, pool: flevoland, by: townHall, town: urk, start: 21, state: engine.RequestWaitlisted, reason: "NO_SLOT"},
	{code: engine.Talk, pool: middenHolland, by: schools, town: gouda, start: -60, nice: "BULLYING", state: engine.RequestWithdrawn},
	{code: engine.Buddy, pool: flevoland, by: shelter, town: lelystad, start: -140, must: "HOMELESSNESS", state: engine.RequestWithdrawn},
	{code: engine.ListeningEar, pool: middenHolland, by: mentalHealth, town: gouda, start: -110, state: engine.RequestReferred},

	// Open.
	{code: engine.Buddy, pool: middenHolland, by: youthProtection, town: waddinxveen, start: 10, nice: "LONELINESS", must: "TRANSITION_18", state: engine.RequestNew},
	{code: engine.Talk, pool: middenHolland, by: schools, town: zuidplas, start: 14, nice: "BULLYING", state: engine.RequestNew},
	{code: engine.CaseConsultation, pool: flevoland, by: townHall, town: almere, start: 7, must: "SCHOOL_DROPOUT", state: engine.RequestNew},
	{code: engine.PolicyAdvice, pool: flevoland, by: partnership, start: 20, times: 4, nice: "LONELINESS", state: engine.RequestNew},
	{code: engine.HopeGiver, pool: flevoland, by: hostFlevoland, town: lelystad, start: 9, times: 5, must: "LONELINESS", state: engine.RequestTriaged},
	{code: engine.Buddy, pool: flevoland, by: townHall, town: almere, start: 12, must: "BULLYING", nice: "SCHOOL_DROPOUT", state: engine.RequestOpen},
	{code: engine.Talk, pool: middenHolland, by: youthCare, town: gouda, start: 12, must: "OUT_OF_HOME", state: engine.RequestOpen, with: "Daan",
		answers: []engine.OfferStatus{engine.OfferDeclined, engine.OfferWithdrawn}, asked: 5},
	{code: engine.CaseConsultation, pool: middenHolland, by: localTeam, town: zuidplas, start: 9, must: "OUT_OF_HOME", state: engine.RequestOpen, with: "Tess",
		answers: []engine.OfferStatus{engine.OfferExpired}, asked: 9},
	{code: engine.ListeningEar, pool: middenHolland, by: locationWaddinxveen, town: waddinxveen, start: 33, must: "OUT_OF_HOME", state: engine.RequestOffered, with: demoExpert,
		answers: []engine.OfferStatus{engine.OfferSent}, asked: 1},
	{code: engine.HopeGiver, pool: flevoland, by: partnership, town: dronten, start: 14, times: 5, must: "LONELINESS", state: engine.RequestOffered,
		answers: []engine.OfferStatus{engine.OfferSent}, asked: 1},
	{code: engine.Talk, pool: middenHolland, by: localTeam, town: waddinxveen, start: 15, nice: "LONELINESS", state: engine.RequestPartlyFilled, with: "Daan",
		answers: []engine.OfferStatus{engine.OfferAccepted, engine.OfferSent}, asked: 1},
}

// goals say what a requester writes: no names, no diagnoses.
var goals = map[engine.DeploymentTypeCode][]string{
	engine.Buddy: {
		"Een maatje voor langere tijd: samen iets doen, en praten als het zo uitkomt.",
		"Wekelijks iemand die er gewoon is en die weet hoe het is om veel te verhuizen.",
	},
	engine.HopeGiver: {
		"Een paar gesprekken met iemand die laat zien dat het beter kan worden.",
		"Vijf ontmoetingen, gericht op wat er wél kan.",
	},
	engine.ListeningEar: {
		"Een gesprek met iemand die het zelf heeft meegemaakt en vooral luistert.",
		"Eenmalig gesprek, liefst tijdens een wandeling.",
	},
	engine.CaseConsultation: {
		"Meedenken over een vastgelopen casus, geheel geanonimiseerd.",
		"Wat zou een jongere hier zelf van vinden? Graag een blik van buiten.",
	},
	engine.Talk: {
		"Gastles over hoe het is om met jeugdhulp op te groeien.",
		"Voorlichting aan het team over wat helpt en wat niet.",
	},
	engine.Workshop: {
		"Workshop 'echt luisteren' voor medewerkers.",
	},
	engine.PolicyAdvice: {
		"Meedenken over het nieuwe beleidsplan jeugd.",
		"Gesprekspartner bij de evaluatie van de toegang tot jeugdhulp.",
	},
	engine.ExperienceCafe: {
		"Maandelijkse inloopavond, met twee gastvrouwen of gastheren.",
	},
	engine.CoTrainer: {
		"Cotrainer bij de bijeenkomsten van een trainingsgroep.",
	},
	engine.TheatreMedia: {
		"Kort filmpje over wat een maatje kan betekenen.",
	},
}
