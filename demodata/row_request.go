package demodata

import (
	"time"

	"expex/engine"
	"expex/store"
)

// The rows about requests and what became of them; JSON names are columns.

type clientRow struct {
	Ref         engine.ClientRef      `json:"ref"`
	PoolID      engine.PoolID         `json:"pool_id"`
	HouseID     engine.OrganisationID `json:"organisation_id"`
	AgeFrom     int                   `json:"age_from"`
	AgeTo       int                   `json:"age_to"`
	Turns18On   orNull                `json:"turns_18_on"`
	ConfirmedOn orNull                `json:"consent_confirmed_on"`
	ConfirmedBy string                `json:"consent_confirmed_by"`
}

type requestRow struct {
	ID              engine.RequestID          `json:"id"`
	PoolID          engine.PoolID             `json:"pool_id"`
	OrganisationID  engine.OrganisationID     `json:"organisation_id"`
	SubmittedBy     orNull                    `json:"submitted_by"`
	Type            engine.DeploymentTypeCode `json:"type"`
	Status          engine.RequestStatus      `json:"status"`
	WaitlistReason  string                    `json:"waitlist_reason"`
	Urgency         engine.Urgency            `json:"urgency"`
	Goal            string                    `json:"goal"`
	TeamSize        int                       `json:"team_size"`
	Minutes         int                       `json:"minutes"`
	Online          bool                      `json:"online"`
	Municipality    orNull                    `json:"municipality"`
	Postcode4       string                    `json:"postcode4"`
	Address         string                    `json:"address"`
	Audience        engine.Audience           `json:"audience"`
	AudienceSize    int                       `json:"audience_size"`
	AudienceAgeFrom int                       `json:"audience_age_from"`
	NewcomerSeat    bool                      `json:"newcomer_seat"`
	ClientRef       orNull                    `json:"client_ref"`
	NeededFrom      orNull                    `json:"needed_from"`
	NeededUntil     orNull                    `json:"needed_until"`
	EveryWeeks      int                       `json:"every_weeks"`
	Occurrences     int                       `json:"occurrences"`
	SubmittedAt     time.Time                 `json:"submitted_at"`
	CohortID        orNull                    `json:"cohort_id"`
	EarliestDate    orNull                    `json:"earliest_date"`
}

type requestThemeRow struct {
	RequestID  engine.RequestID  `json:"request_id"`
	Theme      engine.ThemeCode  `json:"theme"`
	Importance engine.Importance `json:"importance"`
}

type preferenceRow struct {
	RequestID engine.RequestID `json:"request_id"`
	Kind      engine.TraitKind `json:"kind"`
	Value     string           `json:"value"`
	Must      bool             `json:"must"`
}

type optionRow struct {
	RequestID engine.RequestID `json:"request_id"`
	StartsAt  time.Time        `json:"starts_at"`
	EndsAt    time.Time        `json:"ends_at"`
}

type windowRow struct {
	RequestID engine.RequestID `json:"request_id"`
	Weekday   engine.Weekday   `json:"weekday"`
	Starts    engine.WallTime  `json:"starts"`
	Ends      engine.WallTime  `json:"ends"`
}

type confirmationRow struct {
	ExpertID    engine.ExpertID  `json:"expert_id"`
	RequestID   engine.RequestID `json:"request_id"`
	ConfirmedAt time.Time        `json:"confirmed_at"`
}

type decisionRow struct {
	ID             engine.DecisionID `json:"id"`
	RequestID      engine.RequestID  `json:"request_id"`
	MadeBy         engine.AccountID  `json:"made_by"`
	MadeAt         time.Time         `json:"made_at"`
	StartsAt       time.Time         `json:"starts_at"`
	EndsAt         time.Time         `json:"ends_at"`
	EngineVersion  string            `json:"engine_version"`
	WeightsVersion string            `json:"weights_version"`
	InputHash      string            `json:"input_hash"`
	OverrideReason string            `json:"override_reason"`
	Suggestion     engine.Suggestion `json:"suggestion"`
}

type offerRow struct {
	ID           engine.OfferID            `json:"id"`
	DecisionID   engine.DecisionID         `json:"decision_id"`
	RequestID    engine.RequestID          `json:"request_id"`
	PoolID       engine.PoolID             `json:"pool_id"`
	ExpertID     engine.ExpertID           `json:"expert_id"`
	Type         engine.DeploymentTypeCode `json:"type"`
	ThemeGroups  []string                  `json:"theme_groups"`
	Online       bool                      `json:"online"`
	Municipality orNull                    `json:"municipality"`
	StartsAt     time.Time                 `json:"starts_at"`
	EndsAt       time.Time                 `json:"ends_at"`
	Status       engine.OfferStatus        `json:"status"`
	SentAt       time.Time                 `json:"sent_at"`
	ExpiresAt    time.Time                 `json:"expires_at"`
	AnsweredAt   *time.Time                `json:"answered_at"`
	DeclineCode  orNull                    `json:"decline_code"`
}

type matchRow struct {
	ID           engine.MatchID            `json:"id"`
	RequestID    engine.RequestID          `json:"request_id"`
	PoolID       engine.PoolID             `json:"pool_id"`
	ExpertID     engine.ExpertID           `json:"expert_id"`
	ClientRef    engine.ClientRef          `json:"client_ref"`
	Type         engine.DeploymentTypeCode `json:"type"`
	Status       engine.MatchStatus        `json:"status"`
	StartedOn    orNull                    `json:"started_on"`
	PlannedEnd   orNull                    `json:"planned_end"`
	SessionCap   *int                      `json:"session_cap"`
	ClosedOn     orNull                    `json:"closed_on"`
	ClosedReason string                    `json:"closed_reason"`
}

// sessionRow has no region: the database takes that of the municipality on the day.
type sessionRow struct {
	ID             engine.SessionID          `json:"id"`
	UID            string                    `json:"uid"`
	RequestID      engine.RequestID          `json:"request_id"`
	DecisionID     orNull                    `json:"decision_id"`
	MatchID        orNull                    `json:"match_id"`
	PoolID         engine.PoolID             `json:"pool_id"`
	OrganisationID engine.OrganisationID     `json:"organisation_id"`
	Type           engine.DeploymentTypeCode `json:"type"`
	StartsAt       time.Time                 `json:"starts_at"`
	EndsAt         time.Time                 `json:"ends_at"`
	Status         engine.SessionStatus      `json:"status"`
	Late           bool                      `json:"late"`
	Online         bool                      `json:"online"`
	Municipality   orNull                    `json:"municipality"`
	Address        string                    `json:"address"`
	Sequence       int                       `json:"sequence"`
	CreatedAt      time.Time                 `json:"created_at"`
	ChangedAt      time.Time                 `json:"changed_at"`
}

type bookingRow struct {
	SessionID engine.SessionID    `json:"session_id"`
	ExpertID  engine.ExpertID     `json:"expert_id"`
	StartsAt  time.Time           `json:"starts_at"`
	EndsAt    time.Time           `json:"ends_at"`
	Busy      span                `json:"busy"`
	Status    store.BookingStatus `json:"status"`
	OneToOne  bool                `json:"one_to_one"`
	Tier3     bool                `json:"tier3"`
}

// span is a half-open tstzrange.
type span engine.Interval

// MarshalText gives the range in PostgreSQL's input form.
func (s span) MarshalText() ([]byte, error) {
	return []byte("[" + s.Start.Format(time.RFC3339) + "," + s.End.Format(time.RFC3339) + ")"), nil
}
