package engine

import "time"

// TaskKind is a kind of thing a coordinator has to do.
type TaskKind string

// The kinds. Each is opened by the use case or the due work that finds it, and
// closed by the one that makes it needless, or by the coordinator.
const (
	// About requests.
	TaskFindExpert      TaskKind = "FIND_EXPERT"      // everybody asked said no or nothing, and nobody is left in reserve
	TaskMatchWaiting    TaskKind = "MATCH_WAITING"    // a request that waited for supply can be matched now
	TaskReviewWaiting   TaskKind = "REVIEW_WAITING"   // a request has waited four weeks since somebody last looked
	TaskDeadlineAtRisk  TaskKind = "DEADLINE_AT_RISK" // the earliest date is past the date it is needed by
	TaskEvaluateRequest TaskKind = "EVALUATE_REQUEST" // all its sessions are over

	// About sessions.
	TaskCompleteTeam  TaskKind = "COMPLETE_TEAM"  // time is held for part of a team; find the rest before the hold ends
	TaskReplaceExpert TaskKind = "REPLACE_EXPERT" // an expert fell out
	TaskDecideSession TaskKind = "DECIDE_SESSION" // no substitute in time: alone, online or another day
	TaskSessionBroken TaskKind = "SESSION_BROKEN" // a planned session breaks rules at its date
	// A session that was held because of a rule breaks none any more.
	TaskConfirmSession TaskKind = "CONFIRM_SESSION"
	TaskRecordOutcome  TaskKind = "RECORD_OUTCOME" // it is over; say what happened
	TaskDebrief        TaskKind = "DEBRIEF"        // speak with the expert afterwards
	TaskWelfareCall    TaskKind = "WELFARE_CALL"   // the expert did not come: ask how she is
	TaskAskRapport     TaskKind = "ASK_RAPPORT"    // after the first meeting, ask both sides, each alone

	// About relations.
	TaskNoShowCheckIn TaskKind = "NO_SHOW_CHECK_IN" // the young person missed two meetings
	TaskCheckIn       TaskKind = "CHECK_IN"         // the regular contact with the expert
	TaskReview        TaskKind = "REVIEW"           // after 3, 6 and 12 months
	TaskClosure       TaskKind = "CLOSURE"          // the planned end is near: announce it; after the last meeting: close it
	TaskCapReached    TaskKind = "CAP_REACHED"      // no more meetings fit: close, convert or extend once
	TaskRestOver      TaskKind = "REST_OVER"        // expert and young person have rested after the end
	TaskTurns18       TaskKind = "TURNS_18"         // the young person comes of age

	// About experts and organisations.
	TaskConsentChanged     TaskKind = "CONSENT_CHANGED"     // keep, change the topic, or replace
	TaskCertificateExpires TaskKind = "CERTIFICATE_EXPIRES" // of conduct
	TaskExpertPaused       TaskKind = "EXPERT_PAUSED"       // what she had planned needs a decision
	TaskExpertMoves        TaskKind = "EXPERT_MOVES"        // to another pool
	TaskTransferDeclined   TaskKind = "TRANSFER_DECLINED"   // she does not want to move to another pool
	TaskOrganisationMerged TaskKind = "ORGANISATION_MERGED"

	// About cohorts.
	TaskPlaceFree TaskKind = "PLACE_FREE" // in a training group, with people waiting
)

// Task is something that needs a person: what, why, and until when.
type Task struct {
	ID     TaskID
	PoolID PoolID
	Kind   TaskKind
	// What it is about; at least one.
	ExpertID  *ExpertID
	RequestID *RequestID
	SessionID *SessionID
	MatchID   *MatchID
	CohortID  *CohortID
	// OrganisationID is that of the house a merger is about.
	OrganisationID *OrganisationID
	// Codes say why: rules or causes, as far as a coordinator may know them (see
	// [ToldOf]). Never a theme.
	Codes     []string
	AppearsAt time.Time // not in the list before; zero = now
	DueAt     time.Time // not before AppearsAt
	MadeAt    time.Time
	DoneAt    *time.Time
	DoneBy    *AccountID // nil: it ended by itself
}
