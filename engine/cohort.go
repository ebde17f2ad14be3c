package engine

import "time"

// Cohort is a training group. Whoever passes it is certified, and becomes
// deployable when her papers are complete.
type Cohort struct {
	ID           CohortID
	PoolID       PoolID
	Name         string
	Places       int // 1..100
	PlannedStart Date
	PlannedEnd   Date // after PlannedStart
	ActualEnd    Date // the day the last outcome was decided, "" before
	Meetings     int  // 1..100
	// JoinBefore is the first meeting at which nobody new comes in: a place that
	// is free then stays free.
	JoinBefore int
	// OfferHours is how long a place is kept for who is asked from the waiting list.
	OfferHours int
	// PaperworkDays lie between the end and the first deployment: agreement,
	// certificate of conduct, consents.
	PaperworkDays int

	// MeetingsHeld is the last meeting whose attendance was recorded, 0 for none.
	MeetingsHeld int
	// Taken counts the places that somebody has; Offered those kept for who was asked.
	Taken   int
	Offered int
	// Unfinished counts the members without an outcome, and the certified ones who
	// are not deployable yet.
	Unfinished int
}

// Admits reports whether somebody new may still come in.
func (c Cohort) Admits() bool { return c.ActualEnd == "" && c.MeetingsHeld < c.JoinBefore }

// Free is the number of places nobody has and nobody was asked for.
func (c Cohort) Free() int { return max(0, c.Places-c.Taken-c.Offered) }

// Pending reports whether experts may still come of it.
func (c Cohort) Pending() bool { return c.ActualEnd == "" || c.Unfinished > 0 }

// EarliestDate is the first day on which its experts can honestly be hoped for.
func (c Cohort) EarliestDate() Date {
	end := c.PlannedEnd
	if c.ActualEnd != "" {
		end = c.ActualEnd
	}
	return end.AddDays(c.PaperworkDays)
}

// CheckCohortEnd refuses an end that is not later than the start, or more than
// three years.
func CheckCohortEnd(start, end Date) error {
	if end <= start || end > start.AddMonths(36) {
		return Invalid("plannedEnd", "must be later than plannedStart, which is %s, by at most three years", start)
	}
	return nil
}

// Validate checks a new cohort, as of a day. Errors: INVALID with the field.
func (c Cohort) Validate(today Date) error {
	if err := CheckText("name", c.Name, 200); err != nil {
		return err
	}
	switch {
	case c.Name == "":
		return Invalid("name", "is missing; say it in 1 to 200 characters")
	case c.PlannedStart < today.AddMonths(-60) || c.PlannedStart > today.AddMonths(60):
		return Invalid("plannedStart", "must lie within five years from today")
	}
	if err := CheckCohortEnd(c.PlannedStart, c.PlannedEnd); err != nil {
		return err
	}
	for _, limit := range []struct {
		field       string
		value       int
		least, most int
	}{
		{"places", c.Places, 1, 100}, {"meetings", c.Meetings, 1, 100}, {"joinBefore", c.JoinBefore, 1, 100},
		{"offerHours", c.OfferHours, 1, 720}, {"paperworkDays", c.PaperworkDays, 0, 365},
	} {
		if limit.value < limit.least || limit.value > limit.most {
			return Invalid(limit.field, "is %d; it must be %d to %d", limit.value, limit.least, limit.most)
		}
	}
	return nil
}

// TrainingOutcome is what came of somebody's training.
type TrainingOutcome string

// The outcomes. None is decided twice.
const (
	OutcomeCertified TrainingOutcome = "CERTIFIED"
	OutcomeNotYet    TrainingOutcome = "NOT_YET" // an applicant again: she may try another cohort
	OutcomeStopped   TrainingOutcome = "STOPPED" // left; her place is free
)

// LeadsTo is where an ExpEx in training stands after an outcome, "" for an
// unknown one.
func (o TrainingOutcome) LeadsTo() ExpertStatus {
	switch o {
	case OutcomeCertified:
		return ExpertCertified
	case OutcomeNotYet:
		return ExpertApplicant
	case OutcomeStopped:
		return ExpertOffboarded
	}
	return ""
}

// CohortMember is somebody in a training group, as its trainer may know her.
type CohortMember struct {
	CohortID  CohortID
	ExpertID  ExpertID
	FirstName string
	LastName  string
	Place     int // from 1, 0 = she gave it up
	Outcome   TrainingOutcome
	DecidedOn Date
}

// Attendance says whether somebody was at a meeting.
type Attendance struct {
	CohortID CohortID
	ExpertID ExpertID
	Meeting  int // from 1
	Present  bool
}

// WaitlistStatus is where somebody who waits for a training place stands.
type WaitlistStatus string

// The statuses.
const (
	WaitlistWaiting WaitlistStatus = "WAITING"
	WaitlistPlaced  WaitlistStatus = "PLACED"
	WaitlistLeft    WaitlistStatus = "LEFT"
)

var waitlistNext = transitions[WaitlistStatus]{
	WaitlistWaiting: {WaitlistPlaced, WaitlistLeft},
}

// CanBecome reports whether the move is legal.
func (s WaitlistStatus) CanBecome(next WaitlistStatus) bool { return waitlistNext.allow(s, next) }

// MaxWaitlistPriority is the highest priority on a waiting list; 0 is the usual one.
const MaxWaitlistPriority = 9

// WaitlistEntry is an applicant who waits for a place. The list is ordered by the
// day she came on it, then by priority, the higher first, then by id.
type WaitlistEntry struct {
	ID       WaitlistEntryID
	PoolID   PoolID
	ExpertID ExpertID
	Since    Date
	Priority int // 0..MaxWaitlistPriority
	Status   WaitlistStatus
}

// PriorityChange is one line of the log of a priority. The log only grows.
type PriorityChange struct {
	EntryID  WaitlistEntryID
	Priority int
	Reason   string
	SetBy    AccountID
	SetAt    time.Time
}

// PlaceOffer asks somebody on the waiting list whether she takes a place. It has
// the life of an offer, see [OfferStatus]; who says no or nothing keeps her place
// in the list, and is not asked for this cohort again.
type PlaceOffer struct {
	ID         PlaceOfferID
	CohortID   CohortID
	EntryID    WaitlistEntryID
	PoolID     PoolID
	ExpertID   ExpertID
	Status     OfferStatus
	SentAt     time.Time
	ExpiresAt  time.Time
	AnsweredAt *time.Time
}

// Prerequisite is something without which nobody is deployed.
type Prerequisite string

// The prerequisites, in the order they are named.
const (
	NeedsCertification Prerequisite = "CERTIFICATION"
	NeedsAgreement     Prerequisite = "AGREEMENT"
	NeedsNDA           Prerequisite = "NDA"
	NeedsConduct       Prerequisite = "CONDUCT_CERTIFICATE"
	NeedsConsent       Prerequisite = "CONSENT"
	NeedsAvailability  Prerequisite = "AVAILABILITY"
)

// Readiness is what is known of the prerequisites of an expert.
type Readiness struct {
	Status      ExpertStatus
	CertifiedOn Date // "" = not, as for the others
	AgreementOn Date
	NDAOn       Date
	// ConductNeeded: a type she is trained for always needs a certificate of
	// conduct. ConductUntil is the first day on which the one of today no longer
	// holds, "" for none.
	ConductNeeded bool
	ConductUntil  Date
	Consents      int // that hold now
	Windows       int // of her weekly hours that are not over
}

// Missing names what keeps her from being deployed today, in a fixed order.
func (r Readiness) Missing(today Date) []Prerequisite {
	var out []Prerequisite
	missing := func(p Prerequisite, is bool) {
		if is {
			out = append(out, p)
		}
	}
	absent := func(d Date) bool { return d == "" || d > today }
	missing(NeedsCertification, absent(r.CertifiedOn))
	missing(NeedsAgreement, absent(r.AgreementOn))
	missing(NeedsNDA, absent(r.NDAOn))
	missing(NeedsConduct, r.ConductNeeded && (r.ConductUntil == "" || r.ConductUntil <= today))
	missing(NeedsConsent, r.Consents == 0)
	missing(NeedsAvailability, r.Windows == 0)
	return out
}
