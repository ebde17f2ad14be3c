package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// BusyCalendar is a private calendar that an expert has linked, as she may see it:
// neither its address nor what is in it, but when it was read.
type BusyCalendar struct {
	ID        engine.BusyCalendarID
	ExpertID  engine.ExpertID
	Label     string // her own name for it
	Source    engine.BusySource
	CreatedAt time.Time
	ReadAt    *time.Time // nil = never
	StaleAt   time.Time
	DueAt     *time.Time // nil = never again: it is a file
	TriedAt   *time.Time // nil = never
	Failure   engine.BusyFailure
	Warnings  []engine.BusyWarning
	Coming    int // busy times that touch the coming four weeks
	State     engine.BusyState
}

// maxBusyCalendars is how many calendars one expert links at most.
const maxBusyCalendars = 5

// BusyCalendars gives the calendars the viewer has linked, the oldest first.
func (v View) BusyCalendars(ctx context.Context) ([]BusyCalendar, error) {
	return get(ctx, v, func(t *Tx) ([]BusyCalendar, error) { return t.busyCalendars(ctx, nil) })
}

// BusyCalendarsByID gives those of the linked calendars the viewer may see.
func (v View) BusyCalendarsByID(ctx context.Context, ids []engine.BusyCalendarID) ([]BusyCalendar, error) {
	return get(ctx, v, func(t *Tx) ([]BusyCalendar, error) { return t.busyCalendars(ctx, ids) })
}

// busyCalendars reads linked calendars, all the viewer has for nil.
func (t *Tx) busyCalendars(ctx context.Context, ids []engine.BusyCalendarID) ([]BusyCalendar, error) {
	var rows []struct {
		BusyCalendar
		Warnings pq.StringArray
	}
	if err := t.SelectContext(ctx, &rows, `
		select id, expert_id, label, source, created_at, read_at, stale_at, due_at, tried_at, failure, warnings,
		       (select count(*) from unnest(busy) b where b && tstzrange($2, $2::timestamptz + interval '28 days')) as coming
		from busy_calendar where $1::uuid[] is null or id = any($1)
		order by created_at, id`, pq.Array(ids), t.Now); err != nil {
		return nil, err
	}
	out := make([]BusyCalendar, len(rows))
	for i, r := range rows {
		out[i] = r.BusyCalendar
		out[i].State = engine.BusyStanding(r.ReadAt, r.StaleAt, r.Failure, t.Now)
		for _, text := range r.Warnings {
			code, count, _ := strings.Cut(text, ":")
			n, err := strconv.Atoi(count)
			if err != nil {
				return nil, fmt.Errorf("a warning is stored as %q", text)
			}
			out[i].Warnings = append(out[i].Warnings, engine.BusyWarning{Code: engine.BusyWarningCode(code), Count: n})
		}
	}
	return out, nil
}

// BusyCalendar gives a calendar the viewer has linked, NOT_FOUND for others.
func (t *Tx) BusyCalendar(ctx context.Context, id engine.BusyCalendarID) (BusyCalendar, error) {
	return one(t.busyCalendars(ctx, []engine.BusyCalendarID{id}))
}

// Box is an encrypted text and the name of its key. What is in it is for app to
// know.
type Box struct {
	Sealed     []byte
	SealedWith string
}

// BusyTimes are what was read of a calendar.
type BusyTimes struct {
	Times    []engine.Interval
	Warnings []engine.BusyWarning
}

// NewBusyCalendarID draws the id of a calendar that is about to be linked: its
// address is sealed for it.
func (t *Tx) NewBusyCalendarID(ctx context.Context) (id engine.BusyCalendarID, err error) {
	return id, t.GetContext(ctx, &id, `select gen_random_uuid()`)
}

// LinkBusyAddress links a calendar that is read from an address, now for the first
// time. CONFLICT when she has as many as may be.
func (t *Tx) LinkBusyAddress(ctx context.Context, c BusyCalendar, address Box) error {
	if err := t.roomForBusyCalendar(ctx, c.ExpertID); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, `
		insert into busy_calendar (id, expert_id, label, source, sealed, sealed_with, stale_at, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.ID, c.ExpertID, c.Label, engine.BusyAddress, address.Sealed, address.SealedWith, t.Now.Add(engine.BusyAddress.StaleAfter()), t.Now)
	return err
}

// LinkBusyFile links a calendar that was read from a file. CONFLICT when she has as
// many as may be.
func (t *Tx) LinkBusyFile(ctx context.Context, c BusyCalendar, read BusyTimes) error {
	if err := t.roomForBusyCalendar(ctx, c.ExpertID); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, `
		insert into busy_calendar (id, expert_id, label, source, busy, warnings, read_at, stale_at) values ($1, $2, $3, $4, $5::tstzmultirange, $6, $7, $8)`,
		c.ID, c.ExpertID, c.Label, engine.BusyFile, multirange(read.Times), warningTexts(read.Warnings), t.Now, t.Now.Add(engine.BusyFile.StaleAfter()))
	return err
}

// roomForBusyCalendar refuses one more than there may be. Who links two at once
// waits for herself.
func (t *Tx) roomForBusyCalendar(ctx context.Context, expert engine.ExpertID) error {
	if err := t.LockExperts(ctx, []engine.ExpertID{expert}); err != nil {
		return err
	}
	var n int
	if err := t.GetContext(ctx, &n, `select count(*) from busy_calendar where expert_id = $1`, expert); err != nil {
		return err
	}
	if n >= maxBusyCalendars {
		return engine.Conflict(engine.ReasonDuplicate, "you have linked %d calendars, as many as may be; unlink one first", n)
	}
	return nil
}

// ReadBusyCalendarNow has a linked calendar read as soon as somebody looks.
// NOT_FOUND as for [Tx.BusyCalendar], and for a file.
func (t *Tx) ReadBusyCalendarNow(ctx context.Context, id engine.BusyCalendarID) error {
	res, err := t.ExecContext(ctx, `update busy_calendar set due_at = least(due_at, $2) where id = $1 and due_at is not null`, id, t.Now)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err)
	}
	return nil
}

// UnlinkBusyCalendar deletes a linked calendar with all there is of it. A reading
// that is under way finds it gone. NOT_FOUND as for [Tx.BusyCalendar].
func (t *Tx) UnlinkBusyCalendar(ctx context.Context, id engine.BusyCalendarID) error {
	res, err := t.ExecContext(ctx, `delete from busy_calendar where id = $1`, id)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err)
	}
	return nil
}

// BusyClaim is a linked calendar that this process alone reads now.
type BusyClaim struct {
	ID           engine.BusyCalendarID
	ExpertID     engine.ExpertID
	Sealed       []byte
	SealedWith   string
	Failures     int        // in a row, before this try
	GoneSince    *time.Time // the server has had no such calendar since then
	ClaimedUntil time.Time  // names the claim
	Now          time.Time  // when it was claimed
}

// BusyClaimFor is how long a calendar is claimed. It is much longer than any
// fetch takes; when a process dies with a claim, another one reads the calendar so
// much later.
const BusyClaimFor = 2 * time.Minute

// ClaimBusyCalendar claims the linked calendar that is due longest, nil when none
// is. That of an expert who rests until further notice is nobody's business
// until she is back.
//
// Unlike other due work a fetch takes seconds of a foreign server, so it holds no
// transaction: a claim is a time in the row, and whoever stores what it read must
// still hold it.
func (s *Store) ClaimBusyCalendar(ctx context.Context) (claim *BusyClaim, err error) {
	err = s.asSystem(ctx, func(t *Tx) error {
		var c BusyClaim
		err := t.GetContext(ctx, &c, `
			update busy_calendar set claimed_until = $2, tried_at = $1
			where id = (
			    select c.id from busy_calendar c join expert_record r using (expert_id)
			    where c.due_at <= $1 and (c.claimed_until is null or c.claimed_until <= $1) and r.status not in ('PAUSED', 'OFFBOARDED')
			    order by c.due_at, c.id limit 1 for update of c skip locked)
			returning id, expert_id, sealed, sealed_with, failures, gone_since, claimed_until, tried_at as now`, t.Now, t.Now.Add(BusyClaimFor))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		claim = &c
		return err
	})
	if err != nil {
		return nil, err
	}
	return claim, nil
}

// BusyOutcome is what became of the reading of a linked calendar.
type BusyOutcome struct {
	Failure engine.BusyFailure // "" = it was read
	Times   *BusyTimes         // nil = those that are there still hold
	Box     *Box               // what to ask with the next time; nil = the same
}

// StoreBusyRead keeps what a claim led to, and gives when the calendar is read
// next. Nothing is kept, and kept is false, when the claim has gone: she has
// unlinked the calendar, or another process has taken it over. A calendar that
// the server has not had for longer than goneFor is told to her, once.
func (s *Store) StoreBusyRead(ctx context.Context, c BusyClaim, o BusyOutcome, goneFor time.Duration) (kept bool, err error) {
	err = s.asSystem(ctx, func(t *Tx) error {
		failures, gone := 0, (*time.Time)(nil)
		if o.Failure != "" {
			failures = c.Failures + 1
		}
		if o.Failure == engine.BusyNotFound {
			if gone = c.GoneSince; gone == nil {
				gone = &t.Now
			}
		}
		var times, box any
		warnings, sealedWith := pq.StringArray{}, ""
		if o.Times != nil {
			times, warnings = multirange(o.Times.Times), warningTexts(o.Times.Warnings)
		}
		if o.Box != nil {
			box, sealedWith = o.Box.Sealed, o.Box.SealedWith
		}
		res, err := t.ExecContext(ctx, `
			update busy_calendar set claimed_until = null, failures = $3, failure = $4, gone_since = $5, due_at = $6,
			       read_at  = case when $4 = '' then $7 else read_at end,
			       stale_at = case when $4 = '' then $8 else stale_at end,
			       busy     = coalesce($9::tstzmultirange, busy),
			       warnings = case when $9 is null then warnings else $10 end,
			       sealed   = coalesce($11, sealed),
			       sealed_with = case when $11 is null then sealed_with else $12 end
			where id = $1 and claimed_until = $2`,
			c.ID, c.ClaimedUntil, failures, o.Failure, gone, engine.BusyNextRead(c.ID, t.Now, failures),
			t.Now, t.Now.Add(engine.BusyAddress.StaleAfter()), times, warnings, box, sealedWith)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if kept = n == 1; err != nil || !kept || gone == nil || t.Now.Sub(*gone) < goneFor {
			return err
		}
		return t.Tell(ctx, Notice{Kind: NoticeBusyCalendarGone, ExpertID: &c.ExpertID,
			Effect: fmt.Sprintf("%s %s %s", NoticeBusyCalendarGone, c.ID, gone.UTC().Format(time.RFC3339))})
	})
	return kept, err
}

// NoticeBusyCalendarGone says that a linked calendar is no longer where it was.
const NoticeBusyCalendarGone NoticeKind = "BUSY_CALENDAR_GONE"

// BusyKeys counts the linked addresses by the name of the key they are sealed
// with.
func (s *Store) BusyKeys(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		SealedWith string
		N          int
	}
	err := s.db.SelectContext(ctx, &rows, `select sealed_with, count(*) as n from busy_calendar where sealed is not null group by 1`)
	out := map[string]int{}
	for _, r := range rows {
		out[r.SealedWith] = r.N
	}
	return out, translate(ctx, err)
}

// multirange writes times as PostgreSQL reads them.
func multirange(times []engine.Interval) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, t := range times {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('[')
		b.WriteString(t.Start.UTC().Format(time.RFC3339))
		b.WriteByte(',')
		b.WriteString(t.End.UTC().Format(time.RFC3339))
		b.WriteByte(')')
	}
	b.WriteByte('}')
	return b.String()
}

func warningTexts(warnings []engine.BusyWarning) pq.StringArray {
	out := pq.StringArray{}
	for _, w := range warnings {
		out = append(out, fmt.Sprintf("%s:%d", w.Code, w.Count))
	}
	return out
}
