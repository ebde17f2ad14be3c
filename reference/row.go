package reference

// The rows, one struct a file; field tags are the columns, in their order.

// Theme is a kind of experience (theme.csv). A code is never reused: a rename is
// a new label, a merger ends the row and names its successor.
type Theme struct {
	Code         string  `json:"code"`
	Group        string  `json:"group"`
	NL           string  `json:"nl"`
	EN           string  `json:"en"`
	Tier         int     `json:"tier"` // 1 personal, 2 special category (GDPR art. 9), 3 needs consent per request
	ValidFrom    Date    `json:"valid_from"`
	ValidTo      Date    `json:"valid_to"` // exclusive; "" = open
	SupersededBy *string `json:"superseded_by"`
}

// RelatedTheme says that a nice-to-have wish for Theme is partly met by Related
// (theme_related.csv). Both directions are listed; tier 3 is never related, so
// that a partial match cannot betray such an experience.
type RelatedTheme struct {
	Theme   string `json:"theme"`
	Related string `json:"related"`
}

// Form is the shape of a deployment in time.
type Form string

// The forms: meetings of one expert and one young person; exactly one session;
// one session or a run of them.
const (
	FormRelation Form = "RELATION"
	FormOneOff   Form = "ONE_OFF"
	FormSeries   Form = "SERIES"
)

// Conduct says when a certificate of conduct is required.
type Conduct string

// The rules: always; when someone in the audience is under 18; never.
const (
	ConductAlways Conduct = "ALWAYS"
	ConductMinors Conduct = "MINORS"
	ConductNever  Conduct = "NEVER"
)

// Usage is the setting a theme consent must cover.
type Usage string

// The settings. UsageGroup stands for a closed or a public group, by the
// audience of the request.
const (
	UsageOneToOne    Usage = "ONE_TO_ONE"
	UsageCase        Usage = "CASE"
	UsageGroup       Usage = "GROUP"
	UsagePolicy      Usage = "POLICY"
	UsagePublication Usage = "PUBLICATION"
)

// Weights names the set of default weights that scores a deployment.
type Weights string

// The sets.
const (
	WeightsBuddy  Weights = "BUDDY"
	WeightsTalk   Weights = "TALK"
	WeightsCase   Weights = "CASE"
	WeightsPolicy Weights = "POLICY"
)

// DeploymentType is a kind of deployment with its parameters
// (deployment_type.csv). Which of the numbers are our choice: README.md.
type DeploymentType struct {
	Code     string `json:"code"`
	NL       string `json:"nl"`
	EN       string `json:"en"`
	Form     Form   `json:"form"`
	OneToOne bool   `json:"one_to_one"` // one expert with one young person

	TeamMin        int `json:"team_min"` // experts per session
	TeamMax        int `json:"team_max"`
	TeamDefault    int `json:"team_default"`
	MinutesMin     int `json:"minutes_min"` // length of a session, without travel
	MinutesMax     int `json:"minutes_max"`
	MinutesDefault int `json:"minutes_default"`
	PrepMinutes    int `json:"prep_minutes"`    // before, not part of the session
	DebriefMinutes int `json:"debrief_minutes"` // after, not part of the session

	Conduct Conduct `json:"conduct"`
	Usage   Usage   `json:"usage"`
	Weights Weights `json:"weights"`

	NeedsExperienced bool `json:"needs_experienced"` // a team holds at least one experienced member
	ExperiencedFrom  int  `json:"experienced_from"`  // completed deployments of this type

	SessionCap         *int `json:"session_cap"`          // most sessions of one relation; nil = no cap
	SeriesEveryWeeks   int  `json:"series_every_weeks"`   // 0 for ONE_OFF
	OccurrencesDefault int  `json:"occurrences_default"`  // sessions when the request names no number
	MinFeasiblePercent int  `json:"min_feasible_percent"` // share of the sessions that must fit, 1..100

	OfferHours         int  `json:"offer_hours"` // answer window of an offer
	UrgentOfferHours   int  `json:"urgent_offer_hours"`
	NeedsAddonTraining bool `json:"needs_addon_training"`
	Client             bool `json:"client"` // a young person is involved

	ValidFrom Date `json:"valid_from"`
	ValidTo   Date `json:"valid_to"` // exclusive; "" = open
}

// Region is a CBS youth region (youth_region.csv). The codes run JZ01..JZ39 and
// JZ41..JZ43: they come from this table, never from counting.
type Region struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	ValidFrom Date   `json:"valid_from"`
	ValidTo   Date   `json:"valid_to"` // exclusive; "" = open
}

// Neighbour says that one can go from one youth region to the other over land or
// a bridge (youth_region_neighbour.csv). Both directions are listed. Only the
// neighbours of the two pools are known: absence means unknown elsewhere.
type Neighbour struct {
	Region    string `json:"region"`
	Neighbour string `json:"neighbour"`
}

// Municipality has a CBS code and a centre in WGS84 degrees (municipality.csv).
type Municipality struct {
	Code      string  `json:"code"`
	Name      string  `json:"name"`
	ValidFrom Date    `json:"valid_from"`
	ValidTo   Date    `json:"valid_to"` // exclusive; "" = open
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Membership puts a municipality in a youth region for a time
// (municipality_region.csv). A municipality is in exactly one region on every
// day that it exists.
type Membership struct {
	Municipality string `json:"municipality"`
	Region       string `json:"region"`
	ValidFrom    Date   `json:"valid_from"`
	ValidTo      Date   `json:"valid_to"` // exclusive; "" = open
}

// PostcodeRange holds four-digit postcodes of one municipality, both ends
// included (postcode_range.csv). Not every number in it is in use.
type PostcodeRange struct {
	First        int    `json:"first"`
	Last         int    `json:"last"`
	Municipality string `json:"municipality"`
}

// PublicHoliday is a day on which planning warns (public_holiday.csv).
type PublicHoliday struct {
	Date Date   `json:"date"`
	NL   string `json:"nl"`
	EN   string `json:"en"`
}

// The regions of the school holidays, as the Ministry of Education calls them.
const (
	SchoolRegionNorth  = "NOORD"
	SchoolRegionMiddle = "MIDDEN"
	SchoolRegionSouth  = "ZUID"
)

// SchoolHoliday is a run of days on which the schools of a region are closed
// (school_holiday.csv).
type SchoolHoliday struct {
	Region     string `json:"region"`
	SchoolYear int    `json:"school_year"` // the year in which it begins
	Code       string `json:"code"`
	First      Date   `json:"first"`
	Last       Date   `json:"last"` // included
	NL         string `json:"nl"`
	EN         string `json:"en"`
	Advice     bool   `json:"advice"` // the ministry advises these days, a school may choose others
}

// SchoolRegion says in which region of the school holidays a municipality lies
// (school_region.csv). It is known for the municipalities of the two pools only.
type SchoolRegion struct {
	Municipality string `json:"municipality"`
	Region       string `json:"region"`
}

// Source says where a list comes from (source.csv); there is one for every file.
type Source struct {
	List    string `json:"list"` // name of a file without .csv
	Source  string `json:"source"`
	Edition string `json:"edition"`
}
