package engine

// Rules are the hard rules about one candidate, in the order in which an
// excluded candidate is counted: under the first that blocks him.
var Rules = []Rule[*Case]{
	notDeployable,
	typeNotTrained,
	conductCertificate,
	agreementMissing,
	noThemeConsent,
	organisationExclusion,
	personExclusion,
	ageRule,
	capacity,
	notAvailable,
	overlap,
	travelLimit,
	outOfServiceArea,
	mustPreference,
	restPeriod,
	tier3NotConfirmed,
	dualRole,
}

// TeamRules are the hard rules about a team as a whole.
var TeamRules = []Rule[*Team]{
	teamThemeConsent,
	pairRule,
}

// OtherRule is the code under which experts are counted who asked that their
// exclusion is not shown by its own code.
const OtherRule RuleCode = "OTHER"
