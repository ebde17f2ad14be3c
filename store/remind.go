package store

import (
	"context"
	"time"

	"expex/engine"
)

// Due work that tells people of something. The database queues the reminders with
// the session they are about (trigger session_reminds), and the question about
// hours with the hours (hours_grow_old).
const (
	RemindADayAhead     WorkKind = "SESSION_REMINDER_24H"
	RemindTwoHoursAhead WorkKind = "SESSION_REMINDER_2H"
	ConfirmHours        WorkKind = "CONFIRM_HOURS"
)

// HoursAreOld reports whether an expert who can be deployed has confirmed her
// hours before a moment and not since.
func (t *Tx) HoursAreOld(ctx context.Context, id engine.ExpertID, before time.Time) (old bool, err error) {
	return old, t.GetContext(ctx, &old, `
		select exists (select from expert_record where expert_id = $1 and status = 'DEPLOYABLE' and availability_confirmed_at <= $2)`, id, before)
}
