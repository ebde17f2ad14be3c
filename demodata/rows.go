package demodata

import (
	"encoding/json"

	"expex/store"
)

// orNull is a text, day or id in a column that is null when it is empty.
type orNull string

// MarshalJSON gives null for the empty text.
func (s orNull) MarshalJSON() ([]byte, error) {
	if s == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(s))
}

// rows are the tables; the structs stand in row_person.go and row_request.go.
type rows struct {
	organisations          []organisationRow
	pools                  []poolRow
	policies               []policyRow
	areas                  []areaRow
	organisationPools      []organisationPoolRow
	accountRows            []accountRow
	roles                  []roleRow
	experts                []expertRow
	records                []recordRow
	members                []memberRow
	cohorts                []cohortRow
	cohortMembers          []cohortMemberRow
	attendance             []attendanceRow
	certifications         []certificationRow
	certificates           []certificateRow
	trainings              []trainingRow
	consents               []consentRow
	traits                 []traitRow
	hourRows               []hoursRow
	blackouts              []blackoutRow
	organisationExclusions []organisationExclusionRow
	expertExclusions       []expertExclusionRow
	clients                []clientRow
	clientExclusions       []clientExclusionRow
	dualRoles              []dualRoleRow
	requests               []requestRow
	themeRows              []requestThemeRow
	preferences            []preferenceRow
	options                []optionRow
	windows                []windowRow
	confirmations          []confirmationRow
	decisions              []decisionRow
	offers                 []offerRow
	matches                []matchRow
	sessions               []sessionRow
	bookings               []bookingRow
}

func (r *rows) tables() []store.Table {
	return []store.Table{
		{Name: "organisation", Rows: r.organisations},
		{Name: "pool", Rows: r.pools},
		{Name: "pool_policy", Rows: r.policies},
		{Name: "service_area", Rows: r.areas},
		{Name: "organisation_pool", Rows: r.organisationPools},
		{Name: "account", Rows: r.accountRows},
		{Name: "expert", Rows: r.experts},
		{Name: "expert_record", Rows: r.records},
		{Name: "pool_member", Rows: r.members},
		{Name: "account_role", Rows: r.roles},
		{Name: "cohort", Rows: r.cohorts},
		{Name: "cohort_member", Rows: r.cohortMembers},
		{Name: "cohort_attendance", Rows: r.attendance},
		{Name: "certification", Rows: r.certifications},
		{Name: "conduct_certificate", Rows: r.certificates},
		{Name: "type_training", Rows: r.trainings},
		{Name: "theme_consent", Rows: r.consents},
		{Name: "expert_trait", Rows: r.traits},
		{Name: "availability_rule", Rows: r.hourRows},
		{Name: "blackout", Rows: r.blackouts},
		{Name: "organisation_exclusion", Rows: r.organisationExclusions},
		{Name: "expert_exclusion", Rows: r.expertExclusions},
		{Name: "client", Rows: r.clients},
		{Name: "client_exclusion", Rows: r.clientExclusions},
		{Name: "dual_role", Rows: r.dualRoles},
		{Name: "request", Rows: r.requests},
		{Name: "request_theme", Rows: r.themeRows},
		{Name: "request_preference", Rows: r.preferences},
		{Name: "request_option", Rows: r.options},
		{Name: "request_window", Rows: r.windows},
		{Name: "tier3_confirmation", Rows: r.confirmations},
		{Name: "decision", Rows: r.decisions},
		{Name: "offer", Rows: r.offers},
		{Name: "match", Rows: r.matches},
		{Name: "session", Rows: r.sessions},
		{Name: "booking", Rows: r.bookings},
	}
}
