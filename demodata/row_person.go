package demodata

import (
	"time"

	"expex/engine"
)

// The rows about organisations, accounts and people; JSON names are columns.

type organisationRow struct {
	ID           engine.OrganisationID    `json:"id"`
	Name         string                   `json:"name"`
	Type         engine.OrganisationType  `json:"type"`
	ParentID     orNull                   `json:"parent_id"`
	MergedInto   orNull                   `json:"merged_into"`
	Municipality orNull                   `json:"municipality"`
	Postcode4    string                   `json:"postcode4"`
	Address      string                   `json:"address"`
	Visibility   engine.AddressVisibility `json:"address_visibility"`
	CreatedAt    time.Time                `json:"created_at"`
}

type poolRow struct {
	ID        engine.PoolID         `json:"id"`
	Name      string                `json:"name"`
	HostID    engine.OrganisationID `json:"host_id"`
	CreatedAt time.Time             `json:"created_at"`
}

type policyRow struct {
	PoolID engine.PoolID `json:"pool_id"`
}

type areaRow struct {
	PoolID       engine.PoolID           `json:"pool_id"`
	Municipality engine.MunicipalityCode `json:"municipality"`
	ValidFrom    orNull                  `json:"valid_from"`
	ValidTo      orNull                  `json:"valid_to"`
	ByAgreement  bool                    `json:"by_agreement"`
}

type organisationPoolRow struct {
	OrganisationID engine.OrganisationID `json:"organisation_id"`
	PoolID         engine.PoolID         `json:"pool_id"`
}

type accountRow struct {
	ID        engine.AccountID `json:"id"`
	Name      string           `json:"name"`
	Email     string           `json:"email"`
	CreatedAt time.Time        `json:"created_at"`
}

type roleRow struct {
	AccountID      engine.AccountID `json:"account_id"`
	Role           string           `json:"role"`
	PoolID         orNull           `json:"pool_id"`
	OrganisationID orNull           `json:"organisation_id"`
	ExpertID       orNull           `json:"expert_id"`
	ValidFrom      orNull           `json:"valid_from"`
}

type expertRow struct {
	ID        engine.ExpertID `json:"id"`
	FirstName string          `json:"first_name"`
	Intro     string          `json:"intro"`
	CreatedAt time.Time       `json:"created_at"`
}

type recordRow struct {
	ExpertID           engine.ExpertID     `json:"expert_id"`
	LastName           string              `json:"last_name"`
	Email              string              `json:"email"`
	Phone              string              `json:"phone"`
	BirthDate          orNull              `json:"birth_date"`
	Postcode4          string              `json:"postcode4"`
	Status             engine.ExpertStatus `json:"status"`
	DeployableSince    orNull              `json:"deployable_since"`
	AgreementOn        orNull              `json:"agreement_on"`
	NDAOn              orNull              `json:"nda_on"`
	MaxTravelMinutes   int                 `json:"max_travel_minutes"`
	HoursConfirmedAt   *time.Time          `json:"availability_confirmed_at"`
	CapActiveRelations int                 `json:"cap_active_relations"`
	CapSessionsPerWeek int                 `json:"cap_sessions_per_week"`
	CapMinutesPerMonth int                 `json:"cap_minutes_per_month"`
	FoldExclusions     bool                `json:"fold_exclusions"`
	AllowanceMode      string              `json:"allowance_mode"`
}

type memberRow struct {
	PoolID    engine.PoolID   `json:"pool_id"`
	ExpertID  engine.ExpertID `json:"expert_id"`
	ValidFrom orNull          `json:"valid_from"`
	ValidTo   orNull          `json:"valid_to"`
}

type cohortRow struct {
	ID           string        `json:"id"`
	PoolID       engine.PoolID `json:"pool_id"`
	Name         string        `json:"name"`
	Places       int           `json:"places"`
	PlannedStart orNull        `json:"planned_start"`
	PlannedEnd   orNull        `json:"planned_end"`
	ActualEnd    orNull        `json:"actual_end"`
}

type cohortMemberRow struct {
	CohortID  string          `json:"cohort_id"`
	ExpertID  engine.ExpertID `json:"expert_id"`
	Outcome   orNull          `json:"outcome"`
	DecidedOn orNull          `json:"decided_on"`
}

type attendanceRow struct {
	CohortID string          `json:"cohort_id"`
	ExpertID engine.ExpertID `json:"expert_id"`
	Meeting  int             `json:"meeting"`
	Present  bool            `json:"present"`
}

type certificationRow struct {
	ExpertID    engine.ExpertID `json:"expert_id"`
	CohortID    orNull          `json:"cohort_id"`
	CertifiedOn orNull          `json:"certified_on"`
}

type certificateRow struct {
	ExpertID  engine.ExpertID `json:"expert_id"`
	IssuedOn  orNull          `json:"issued_on"`
	ValidTo   orNull          `json:"valid_to"`
	Profile   string          `json:"screening_profile"`
	CheckedBy string          `json:"checked_by"`
}

type trainingRow struct {
	ExpertID  engine.ExpertID           `json:"expert_id"`
	Type      engine.DeploymentTypeCode `json:"type"`
	TrainedOn orNull                    `json:"trained_on"`
}

// consentRow has no version: the database numbers them in the order they come.
type consentRow struct {
	ExpertID  engine.ExpertID     `json:"expert_id"`
	Theme     engine.ThemeCode    `json:"theme"`
	Usage     engine.Usage        `json:"usage"`
	Level     engine.ConsentLevel `json:"level"`
	ValidFrom time.Time           `json:"valid_from"`
}

type traitRow struct {
	ExpertID engine.ExpertID  `json:"expert_id"`
	Kind     engine.TraitKind `json:"kind"`
	Value    string           `json:"value"`
}

type hoursRow struct {
	ID        string          `json:"id"`
	ExpertID  engine.ExpertID `json:"expert_id"`
	Weekday   engine.Weekday  `json:"weekday"`
	Starts    engine.WallTime `json:"starts"`
	Ends      engine.WallTime `json:"ends"`
	ValidFrom orNull          `json:"valid_from"`
	ValidTo   orNull          `json:"valid_to"`
	Parity    engine.Parity   `json:"parity"`
	Mode      engine.Mode     `json:"mode"`
	MaxTravel int             `json:"max_travel_minutes"`
}

type blackoutRow struct {
	ID       string          `json:"id"`
	ExpertID engine.ExpertID `json:"expert_id"`
	StartsAt time.Time       `json:"starts_at"`
	EndsAt   time.Time       `json:"ends_at"`
}

type organisationExclusionRow struct {
	ExpertID       engine.ExpertID       `json:"expert_id"`
	OrganisationID engine.OrganisationID `json:"organisation_id"`
	Until          orNull                `json:"until"`
}

type expertExclusionRow struct {
	ExpertID engine.ExpertID `json:"expert_id"`
	OtherID  engine.ExpertID `json:"other_id"`
}

type clientExclusionRow struct {
	ExpertID  engine.ExpertID  `json:"expert_id"`
	ClientRef engine.ClientRef `json:"client_ref"`
}

type dualRoleRow struct {
	ExpertID       engine.ExpertID `json:"expert_id"`
	OrganisationID orNull          `json:"organisation_id"`
	ClientRef      orNull          `json:"client_ref"`
}
