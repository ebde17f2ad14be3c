package engine

import "time"

// ThemeCode is a stable code of an experience theme, such as OUT_OF_HOME. Codes
// are data with validity; none is ever reused or renamed.
type ThemeCode string

// Theme is one kind of experience an expert may have consented to be matched on.
type Theme struct {
	Code  ThemeCode
	Group string // CARE, ADULTHOOD, FAMILY, HEALTH, SCHOOL_SOCIAL, IDENTITY
	NL    string
	EN    string
	// Tier 1 is personal, 2 a special category by nature (GDPR art. 9), 3 in
	// addition carries a high risk of re-traumatisation and needs a consent per
	// request.
	Tier int
	// Related themes count as a partial match for nice-to-have wishes.
	Related []ThemeCode
}

// Usage is the setting for which a consent holds: telling one young person
// something is not telling a hall.
type Usage string

// The settings.
const (
	UsageOneToOne    Usage = "ONE_TO_ONE"
	UsageCase        Usage = "CASE"
	UsageClosedGroup Usage = "CLOSED_GROUP"
	UsagePublicGroup Usage = "PUBLIC_GROUP"
	UsagePolicy      Usage = "POLICY"
	UsagePublication Usage = "PUBLICATION"
)

// ConsentLevel is how far a consent goes.
type ConsentLevel string

const (
	// Green: use for matching and it may be mentioned to the requester.
	Green ConsentLevel = "GREEN"
	// Amber: use for matching, ask me each time, never mention it.
	Amber ConsentLevel = "AMBER"
	// Red: not, or no longer. A red theme never reaches the engine: it cannot be
	// told from a theme the expert has no experience with.
	Red ConsentLevel = "RED"
)

// Consent is what an expert allows for one theme in one setting.
type Consent struct {
	Theme ThemeCode
	Usage Usage
	Level ConsentLevel
}

// ThemeConsent is one version of a consent. Versions are append-only; the
// highest is the current one.
type ThemeConsent struct {
	ExpertID  ExpertID
	Theme     ThemeCode
	Usage     Usage
	Level     ConsentLevel
	Version   int
	ValidFrom time.Time
}
