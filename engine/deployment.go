package engine

// DeploymentTypeCode is a stable code of a kind of deployment, such as BUDDY.
type DeploymentTypeCode string

// The kinds of deployment. Their parameters are data ([DeploymentType]); code
// names a kind only in tests and in the demo.
const (
	Buddy            DeploymentTypeCode = "BUDDY"
	HopeGiver        DeploymentTypeCode = "HOPE_GIVER"
	ListeningEar     DeploymentTypeCode = "LISTENING_EAR"
	CaseConsultation DeploymentTypeCode = "CASE_CONSULTATION"
	Talk             DeploymentTypeCode = "TALK"
	Workshop         DeploymentTypeCode = "WORKSHOP"
	PolicyAdvice     DeploymentTypeCode = "POLICY_ADVICE"
	ExperienceCafe   DeploymentTypeCode = "EXPERIENCE_CAFE"
	CoTrainer        DeploymentTypeCode = "CO_TRAINER"
	TheatreMedia     DeploymentTypeCode = "THEATRE_MEDIA"
)

// Form is the shape of a deployment in time.
type Form string

// The shapes.
const (
	// Relation is a series of meetings of one expert and one young person.
	Relation Form = "RELATION"
	// OneOff is a single session.
	OneOff Form = "ONE_OFF"
	// Series is a run of sessions for a group.
	Series Form = "SERIES"
)

// ConductRule says when a certificate of conduct is required.
type ConductRule string

// The rules.
const (
	ConductAlways ConductRule = "ALWAYS"
	ConductMinors ConductRule = "MINORS" // when someone in the audience is under 18
	ConductNever  ConductRule = "NEVER"
)

// WeightColumn names the set of default weights a deployment type uses.
type WeightColumn string

// The sets.
const (
	WeightsBuddy  WeightColumn = "BUDDY"
	WeightsTalk   WeightColumn = "TALK"
	WeightsCase   WeightColumn = "CASE"
	WeightsPolicy WeightColumn = "POLICY"
)

// DeploymentType is a kind of deployment with its parameters.
type DeploymentType struct {
	Code     DeploymentTypeCode
	NL       string
	EN       string
	Form     Form
	OneToOne bool // one expert with one young person

	TeamMin        int
	TeamMax        int
	TeamDefault    int
	MinutesMin     int
	MinutesMax     int
	MinutesDefault int
	PrepMinutes    int // paid preparation, planned by the expert herself
	DebriefMinutes int

	Conduct ConductRule
	// Usage is the setting consents must cover; "GROUP" stands for CLOSED_GROUP
	// or PUBLIC_GROUP by the audience of the request.
	Usage   Usage
	Weights WeightColumn
	// NeedsExperienced asks that a team holds at least one member with
	// ExperiencedFrom completed deployments of this type.
	NeedsExperienced bool
	ExperiencedFrom  int

	SessionCap         int // most sessions of one relation, 0 = no cap
	SeriesEveryWeeks   int // 0 for one-off
	OccurrencesDefault int
	// MinFeasiblePercent is the share of the needed occurrences that must be
	// feasible before a candidate counts as available.
	MinFeasiblePercent int

	OfferHours         int // answer window of an offer
	UrgentOfferHours   int
	NeedsAddOnTraining bool
	Client             bool // a young person is involved
}

const usageGroup Usage = "GROUP"

// ForGroup reports whether a deployment of this type is before a group.
func (d DeploymentType) ForGroup(audience Audience) bool {
	usage := d.UsageFor(audience)
	return !d.OneToOne && (usage == UsageClosedGroup || usage == UsagePublicGroup)
}

// UsageFor is the setting of a deployment of this type before the audience.
func (d DeploymentType) UsageFor(audience Audience) Usage {
	switch {
	case d.Usage != usageGroup:
		return d.Usage
	case audience == AudiencePublic:
		return UsagePublicGroup
	default:
		return UsageClosedGroup
	}
}
