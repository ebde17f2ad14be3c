package demodata

import "expex/engine"

// demoExpert is the expert who signs in to the demo. In the featured request she
// comes out first, and others come out for a reason each: see their lines.
const demoExpert = "Noor"

// profile is what is written down about one of the cast. The seed adds the rest.
type profile struct {
	name   string
	pools  []int // the first is hers, the others she helps out in
	status engine.ExpertStatus
	age    int // years at the anchor
	home   engine.MunicipalityCode
	travel int // most minutes
	traits []engine.Trait
	green  []engine.ThemeCode
	amber  []engine.ThemeCode
	red    []engine.ThemeCode // said yes once, then no
	hours  []hours
	extra  []engine.DeploymentTypeCode // beside what every certified expert may do
	// practised are types she did before the demo's records begin.
	practised []engine.DeploymentTypeCode
	// single keeps her out of relations, which would outlive her leave.
	single bool
	// left is how many days ago she paused or went, 0 = she did not.
	left int
}

// hours is a weekly window. The year is never planned into a spare one: the
// featured request finds it free.
type hours struct {
	day   engine.Weekday
	from  engine.WallTime
	to    engine.WallTime
	weeks engine.Parity // "" = every week
	mode  engine.Mode   // "" = both
	spare bool
}

const (
	mon = engine.Monday
	tue = engine.Tuesday
	wed = engine.Wednesday
	thu = engine.Thursday
	fri = engine.Friday
	sat = engine.Saturday

	deployable = engine.ExpertDeployable
)

type (
	codes = []engine.ThemeCode
	types = []engine.DeploymentTypeCode
)

var (
	woman = engine.Trait{Kind: engine.TraitGender, Value: "female"}
	man   = engine.Trait{Kind: engine.TraitGender, Value: "male"}
)

func language(tag string) engine.Trait { return engine.Trait{Kind: engine.TraitLanguage, Value: tag} }
func contact(form string) engine.Trait {
	return engine.Trait{Kind: engine.TraitContactForm, Value: form}
}
func activity(name string) engine.Trait {
	return engine.Trait{Kind: engine.TraitActivity, Value: name}
}

// everyType is what a certificate gives leave for.
var everyType = types{engine.Buddy, engine.HopeGiver, engine.ListeningEar, engine.CaseConsultation, engine.Talk, engine.PolicyAdvice}

// roster is the cast. A place in it is a number that ids hang on: add at the end.
var roster = []profile{
	// First: everything fits.
	{name: demoExpert, pools: inMiddenHolland, status: deployable, age: 22, home: gouda, travel: 45,
		traits: []engine.Trait{woman, language("en"), contact("walking"), activity("music")},
		green:  codes{"OUT_OF_HOME", "SCHOOL_DROPOUT", "RESIDENTIAL_CARE"}, amber: codes{"CHANGING_CARERS"},
		hours: []hours{{day: mon, from: "15:00", to: "20:00"}, {day: tue, from: "14:30", to: "18:30", spare: true},
			{day: thu, from: "14:30", to: "18:30", spare: true}, {day: sat, from: "10:00", to: "15:00", spare: true}}},
	// Asks to be asked first, and is twelve years older.
	{name: "Samira", pools: inMiddenHolland, status: deployable, age: 27, home: waddinxveen, travel: 40,
		traits: []engine.Trait{woman, language("ar"), activity("cooking")},
		green:  codes{"HIGH_CONFLICT_DIVORCE", "TRANSITION_18", "LONELINESS"}, amber: codes{"OUT_OF_HOME"},
		hours: []hours{{day: tue, from: "15:00", to: "18:00", spare: true}, {day: wed, from: "15:00", to: "22:00"}, {day: thu, from: "09:00", to: "14:00"}},
		extra: types{engine.ExperienceCafe}},
	// Is not the woman that was wished for.
	{name: "Daan", pools: inMiddenHolland, status: deployable, age: 21, home: bodegraven, travel: 45,
		traits: []engine.Trait{man, contact("gaming")},
		green:  codes{"OUT_OF_HOME", "SCHOOL_DROPOUT", "FOSTER_CARE"},
		hours:  []hours{{day: mon, from: "09:00", to: "17:00"}, {day: wed, from: "13:00", to: "22:00"}, {day: thu, from: "14:00", to: "18:00", spare: true}},
		extra:  types{engine.Workshop, engine.ExperienceCafe}, practised: types{engine.Talk, engine.Workshop}},
	// Has not told her gender, and does not bring the wished theme.
	{name: "Esra", pools: inMiddenHolland, status: deployable, age: 26, home: gouda, travel: 30,
		traits: []engine.Trait{language("tr"), activity("sports")},
		green:  codes{"OUT_OF_HOME", "MENTAL_HEALTH", "CHANGING_CARERS"},
		hours: []hours{{day: tue, from: "09:00", to: "12:00", mode: engine.Online}, {day: wed, from: "16:00", to: "22:00"},
			{day: fri, from: "12:00", to: "18:00"}, {day: sat, from: "10:00", to: "16:00", spare: true}},
		extra: types{engine.ExperienceCafe}},
	// Studies in Almere now and helps out in both pools: a long way.
	{name: "Romy", pools: inBoth, status: deployable, age: 20, home: almere, travel: 90,
		traits: []engine.Trait{woman, contact("chat"), activity("music")},
		green:  codes{"OUT_OF_HOME", "BULLYING", "LONELINESS"},
		hours:  []hours{{day: wed, from: "12:00", to: "19:00"}, {day: fri, from: "09:00", to: "18:00"}, {day: sat, from: "10:00", to: "17:00", spare: true}},
		extra:  types{engine.Workshop, engine.TheatreMedia}},
	// Has much on her plate and does not bring the wished theme.
	{name: "Tess", pools: inMiddenHolland, status: deployable, age: 27, home: krimpenerwaard, travel: 45,
		traits: []engine.Trait{woman, activity("walking")},
		green:  codes{"OUT_OF_HOME", "TRANSITION_18", "INDEPENDENT_LIVING"}, amber: codes{"ABUSE_NEGLECT"},
		hours: []hours{{day: mon, from: "14:00", to: "20:00"}, {day: tue, from: "15:00", to: "19:00", spare: true},
			{day: wed, from: "17:00", to: "22:00"}, {day: thu, from: "15:00", to: "20:00"}},
		extra: types{engine.ExperienceCafe}},
	// Excluded: his certificate of conduct has run out.
	{name: "Ravi", pools: inMiddenHolland, status: deployable, age: 24, home: zuidplas, travel: 40, single: true,
		traits: []engine.Trait{man, language("hi"), activity("sports")},
		green:  codes{"OUT_OF_HOME", "SCHOOL_DROPOUT", "YOUNG_CARER"},
		hours:  []hours{{day: tue, from: "13:00", to: "18:00"}, {day: thu, from: "13:00", to: "18:00"}, {day: fri, from: "09:00", to: "13:00"}},
		extra:  types{engine.TheatreMedia}},
	// Excluded: took back her consent for the theme.
	{name: "Julia", pools: inMiddenHolland, status: deployable, age: 23, home: gouda, travel: 45,
		traits: []engine.Trait{woman, contact("walking")},
		green:  codes{"BULLYING", "LONELINESS", "MENTAL_HEALTH"}, red: codes{"OUT_OF_HOME"},
		hours: []hours{{day: mon, from: "09:00", to: "17:00"}, {day: wed, from: "17:00", to: "22:00"}, {day: thu, from: "09:00", to: "18:00"}},
		extra: types{engine.Workshop, engine.CoTrainer, engine.ExperienceCafe}, practised: types{engine.Talk, engine.Workshop}},
	// Excluded: keeps away from a house that merged into the one that asks.
	{name: "Kevin", pools: inMiddenHolland, status: deployable, age: 28, home: waddinxveen, travel: 60,
		traits: []engine.Trait{man, activity("gaming")},
		green:  codes{"OUT_OF_HOME", "FOSTER_CARE", "TRANSITION_18"}, amber: codes{"DEBT_INCOME"},
		hours: []hours{{day: tue, from: "15:00", to: "20:00"}, {day: thu, from: "16:00", to: "20:00"}, {day: fri, from: "09:00", to: "17:00"}},
		extra: types{engine.CoTrainer, engine.TheatreMedia}},
	// Excluded: a minor himself.
	{name: "Mees", pools: inMiddenHolland, status: deployable, age: 17, home: gouda, travel: 30, single: true,
		traits: []engine.Trait{man, contact("gaming"), activity("gaming")},
		green:  codes{"OUT_OF_HOME", "SCHOOL_DROPOUT", "BULLYING"},
		hours:  []hours{{day: wed, from: "13:00", to: "17:00"}, {day: thu, from: "14:00", to: "17:00"}, {day: fri, from: "13:00", to: "17:00"}}},
	// Excluded: has no time then, and does not want it counted as such.
	{name: "Aisha", pools: inMiddenHolland, status: deployable, age: 20, home: bodegraven, travel: 40,
		traits: []engine.Trait{woman, language("so"), contact("chat")},
		green:  codes{"OUT_OF_HOME", "LONELINESS", "FOSTER_CARE"}, amber: codes{"BULLYING"},
		hours: []hours{{day: mon, from: "09:00", to: "13:00"}, {day: wed, from: "15:00", to: "19:00", weeks: engine.EvenWeeks}, {day: fri, from: "13:00", to: "20:00"}},
	},
	// Not deployable: paused, in training, applied.
	{name: "Sem", pools: inMiddenHolland, status: engine.ExpertPaused, age: 23, home: zuidplas, travel: 45, single: true, left: 40,
		traits: []engine.Trait{man},
		green:  codes{"HIGH_CONFLICT_DIVORCE", "INDEPENDENT_LIVING"},
		hours:  []hours{{day: tue, from: "09:00", to: "17:00"}, {day: fri, from: "09:00", to: "13:00"}}},
	{name: "Lina", pools: inMiddenHolland, status: engine.ExpertInTraining, age: 19, home: gouda, travel: 30, traits: []engine.Trait{woman},
		hours: []hours{{day: wed, from: "15:00", to: "20:00"}, {day: sat, from: "10:00", to: "14:00"}}},
	{name: "Thijs", pools: inMiddenHolland, status: engine.ExpertInTraining, age: 20, home: waddinxveen, travel: 45,
		hours: []hours{{day: mon, from: "16:00", to: "20:00"}, {day: fri, from: "13:00", to: "18:00"}}},
	{name: "Amina", pools: inMiddenHolland, status: engine.ExpertInTraining, age: 24, home: krimpenerwaard, travel: 45, traits: []engine.Trait{woman, language("fr")}},
	{name: "Jay", pools: inMiddenHolland, status: engine.ExpertApplicant, age: 18, travel: 60},

	// His certificate of conduct runs out in some weeks.
	{name: "Bram", pools: inFlevoland, status: deployable, age: 25, home: lelystad, travel: 60,
		traits: []engine.Trait{man, activity("sports")},
		green:  codes{"FOSTER_CARE", "LONELINESS", "TRANSITION_18"}, red: codes{"ADDICTION"},
		hours: []hours{{day: tue, from: "13:00", to: "18:00"}, {day: wed, from: "17:00", to: "22:00"},
			{day: thu, from: "15:00", to: "21:00"}, {day: sat, from: "10:00", to: "16:00", weeks: engine.EvenWeeks}},
		extra: types{engine.ExperienceCafe}},
	{name: "Fatima", pools: inFlevoland, status: deployable, age: 23, home: almere, travel: 60,
		traits: []engine.Trait{woman, language("ar"), contact("walking")},
		green:  codes{"HIGH_CONFLICT_DIVORCE", "SCHOOL_DROPOUT", "BULLYING"},
		hours: []hours{{day: mon, from: "15:00", to: "20:00"}, {day: wed, from: "16:00", to: "22:00"},
			{day: thu, from: "13:00", to: "18:00"}, {day: fri, from: "09:00", to: "13:00"}},
		extra: types{engine.ExperienceCafe}},
	{name: "Jesse", pools: inFlevoland, status: deployable, age: 28, home: dronten, travel: 75,
		traits: []engine.Trait{man, contact("chat"), activity("cooking")},
		green:  codes{"OUT_OF_HOME", "INDEPENDENT_LIVING", "SCHOOL_DROPOUT"},
		hours:  []hours{{day: mon, from: "09:00", to: "19:00"}, {day: wed, from: "17:00", to: "22:00"}, {day: fri, from: "09:00", to: "17:00"}},
		extra:  types{engine.Workshop, engine.CoTrainer, engine.ExperienceCafe}, practised: types{engine.Talk, engine.Workshop}},
	{name: "Lotte", pools: inFlevoland, status: deployable, age: 24, home: noordoostpolder, travel: 75,
		traits: []engine.Trait{woman, activity("walking"), activity("music")},
		green:  codes{"MENTAL_HEALTH", "LONELINESS", "CHANGING_CARERS"}, amber: codes{"TRAUMA"}, red: codes{"EATING_DISORDER"},
		hours: []hours{{day: mon, from: "13:00", to: "18:00"}, {day: tue, from: "09:00", to: "19:00"},
			{day: wed, from: "17:00", to: "22:00"}, {day: fri, from: "12:00", to: "18:00"}},
		extra: types{engine.Workshop, engine.ExperienceCafe}, practised: types{engine.Talk, engine.Workshop}},
	{name: "Malik", pools: inFlevoland, status: deployable, age: 21, home: almere, travel: 60,
		traits: []engine.Trait{man, language("ti"), activity("sports")},
		green:  codes{"REFUGEE_BACKGROUND", "SCHOOL_DROPOUT", "BULLYING"},
		hours: []hours{{day: mon, from: "14:00", to: "20:00"}, {day: thu, from: "15:00", to: "21:00"},
			{day: fri, from: "09:00", to: "16:00"}, {day: sat, from: "12:00", to: "18:00", mode: engine.InPerson}},
		extra: types{engine.Workshop}},
	{name: "Sofie", pools: inFlevoland, status: engine.ExpertCertified, age: 22, home: urk, travel: 45, traits: []engine.Trait{woman},
		hours: []hours{{day: tue, from: "15:00", to: "19:00"}, {day: sat, from: "09:00", to: "13:00", weeks: engine.OddWeeks}}},
	{name: "Nadia", pools: inFlevoland, status: engine.ExpertPaused, age: 26, home: zeewolde, travel: 60, single: true, left: 120,
		traits: []engine.Trait{woman, language("pl")},
		green:  codes{"INDEPENDENT_LIVING", "BULLYING"},
		hours:  []hours{{day: thu, from: "09:00", to: "17:00"}, {day: fri, from: "09:00", to: "17:00"}}},
	{name: "Stijn", pools: inFlevoland, status: engine.ExpertOffboarded, age: 27, home: lelystad, travel: 60, single: true, left: 90,
		traits: []engine.Trait{man},
		green:  codes{"HIGH_CONFLICT_DIVORCE", "OUT_OF_HOME"},
		hours:  []hours{{day: mon, from: "09:00", to: "17:00"}, {day: tue, from: "09:00", to: "17:00"}}},
}
