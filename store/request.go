package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"

	"expex/engine"
)

// requestRow is a request with all that belongs to it. The columns of its client
// are null together.
type requestRow struct {
	engine.Request
	ThemeRows       nested[engine.RequestTheme]
	PreferenceRows  nested[engine.Preference]
	OptionRows      nested[engine.Interval]
	WindowRows      nested[engine.WeekWindow]
	ClientRef       *engine.ClientRef
	ClientAgeFrom   *int
	ClientAgeTo     *int
	ClientTurns18On engine.Date
}

const requestColumns = `
	r.id, r.pool_id, r.organisation_id, r.type, r.status, r.waitlist_reason, r.urgency, r.goal,
	       r.team_size, r.minutes, r.online, coalesce(r.municipality, '') as municipality, r.postcode4, r.address,
	       r.audience, r.audience_size, r.audience_age_from, r.newcomer_seat, r.submitted_at,
	       coalesce(r.cohort_id::text, '') as cohort_id, r.earliest_date,
	       r.needed_from as "from", r.needed_until as "until", r.every_weeks, r.occurrences,
	       c.ref as client_ref, c.age_from as client_age_from, c.age_to as client_age_to,
	       c.turns_18_on as client_turns18_on,
	       (select json_agg(x) from (
	           select theme, importance from request_theme where request_id = r.id order by importance, theme) x) as theme_rows,
	       (select json_agg(x) from (
	           select kind, value, must from request_preference where request_id = r.id order by kind, value) x) as preference_rows,
	       (select json_agg(x) from (
	           select starts_at as start, ends_at as "end" from request_option where request_id = r.id order by starts_at, ends_at) x) as option_rows,
	       (select json_agg(x) from (
	           select weekday, starts::text as starts, ends::text as ends from request_window where request_id = r.id
	           order by array_position(array['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'], weekday), starts, ends) x) as window_rows`

const requestFrom = ` from request r left join client c on c.ref = r.client_ref `

// whole is the request as the engine knows it.
func (r requestRow) whole() engine.Request {
	out := r.Request
	if r.ClientRef != nil {
		out.Client = &engine.Client{Ref: *r.ClientRef, AgeFrom: *r.ClientAgeFrom, AgeTo: *r.ClientAgeTo, Turns18On: r.ClientTurns18On}
	}
	out.Themes, out.Preferences, out.Options, out.Windows = r.ThemeRows, r.PreferenceRows, r.OptionRows, r.WindowRows
	return out
}

// RequestFilter narrows a list of requests. There is no filter by theme: it
// would make the list of a small pool an answer about people.
type RequestFilter struct {
	Status         *engine.RequestStatus
	Type           *engine.DeploymentTypeCode
	Municipality   *engine.MunicipalityCode
	OrganisationID *engine.OrganisationID
	Waiting        *bool // whether it still waits for an expert
}

const requestWhere = `
	($1::text is null or r.status = $1) and ($2::text is null or r.type = $2)
	and ($3::text is null or r.municipality = $3) and ($4::uuid is null or r.organisation_id = $4)
	and ($5::bool is null or (r.status = any($6)) = $5)`

func (f RequestFilter) args(more ...any) []any {
	return append([]any{f.Status, f.Type, f.Municipality, f.OrganisationID, f.Waiting, pq.Array(engine.WaitingStatuses())}, more...)
}

// RequestOrder is the order of a list of requests.
type RequestOrder string

// The orders.
const (
	NewestFirst   RequestOrder = "NEWEST_FIRST"
	OldestFirst   RequestOrder = "OLDEST_FIRST"
	PriorityFirst RequestOrder = "PRIORITY_FIRST" // by [engine.Request.QueuesFrom]
)

// Cursor is the place of a request in a list of this order.
func (o RequestOrder) Cursor(r engine.Request) Cursor {
	at := r.SubmittedAt
	if o == PriorityFirst {
		at = r.QueuesFrom()
	}
	return TimeCursor(at, string(r.ID))
}

// queuesFrom is [engine.Request.QueuesFrom] in SQL.
var queuesFrom = fmt.Sprintf(`(r.submitted_at - case r.urgency when 'URGENT' then interval '%d seconds' else interval '0' end)`,
	int(engine.UrgentHeadStart.Seconds()))

// Requests gives the requests the viewer may see.
func (v View) Requests(ctx context.Context, f RequestFilter, order RequestOrder, p Page) (Slice[engine.Request], error) {
	if err := p.check(); err != nil {
		return Slice[engine.Request]{}, err
	}
	at, id, err := p.timeKey()
	if err != nil {
		return Slice[engine.Request]{}, err
	}
	key, beyond, direction := "r.submitted_at", ">", "asc"
	switch order {
	case NewestFirst:
		beyond, direction = "<", "desc"
	case PriorityFirst:
		key = queuesFrom
	}
	list, err := get(ctx, v, func(t *Tx) ([]engine.Request, error) {
		return t.requests(ctx, fmt.Sprintf(`where %s and ($7::timestamptz is null or (%[2]s, r.id) %[3]s ($7, $8::uuid))
			order by %[2]s %[4]s, r.id %[4]s limit $9`, requestWhere, key, beyond, direction), f.args(at, id, p.First+1)...)
	})
	return cut(list, p), err
}

// CountRequests counts the whole list.
func (v View) CountRequests(ctx context.Context, f RequestFilter) (int, error) {
	return get(ctx, v, func(t *Tx) (n int, err error) {
		return n, t.GetContext(ctx, &n, `select count(*) from request r where `+requestWhere, f.args()...)
	})
}

// RequestsByID gives those of the requests the viewer may see.
func (v View) RequestsByID(ctx context.Context, ids []engine.RequestID) ([]engine.Request, error) {
	return get(ctx, v, func(t *Tx) ([]engine.Request, error) {
		return t.requests(ctx, `where r.id = any($1) order by r.id`, pq.Array(ids))
	})
}

// Request gives one request, as far as the transaction may see it.
func (t *Tx) Request(ctx context.Context, id engine.RequestID) (engine.Request, error) {
	return one(t.requests(ctx, `where r.id = $1`, id))
}

// requests reads requests with all that belongs to them.
func (t *Tx) requests(ctx context.Context, tail string, args ...any) ([]engine.Request, error) {
	var rows []requestRow
	if err := t.SelectContext(ctx, &rows, `select `+requestColumns+requestFrom+tail, args...); err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make([]engine.Request, len(rows))
	for i, row := range rows {
		out[i] = row.whole()
	}
	return out, nil
}

// PoolFor gives the pool that serves the municipality for the organisation
// today; for an online request (municipality "") any pool the organisation may
// ask. NOT_FOUND when there is none or when the viewer may not ask for the
// organisation.
func (t *Tx) PoolFor(ctx context.Context, organisation engine.OrganisationID, municipality engine.MunicipalityCode) (id engine.PoolID, err error) {
	return id, t.GetContext(ctx, &id, `
		select o.pool_id from organisation_pool o
		where o.organisation_id = $1
		  and ($2 = '' or exists (select from service_area a where a.pool_id = o.pool_id and a.municipality = $2
		       and daterange(a.valid_from, a.valid_to) @> app_today()))
		order by o.pool_id limit 1`, organisation, municipality)
}

// InsertRequest writes a request with all that belongs to it and gives it as
// stored. Its id and, where there is a client, the client's reference are made
// by the database.
func (t *Tx) InsertRequest(ctx context.Context, r engine.Request) (engine.Request, error) {
	var client *engine.ClientRef
	if c := r.Client; c != nil {
		client = new(engine.ClientRef)
		if err := t.GetContext(ctx, client, `
			insert into client (pool_id, organisation_id, age_from, age_to, turns_18_on) values ($1, $2, $3, $4, $5) returning ref`,
			r.PoolID, r.OrganisationID, c.AgeFrom, c.AgeTo, orNull(string(c.Turns18On))); err != nil {
			return r, err
		}
	}
	if err := t.GetContext(ctx, &r.ID, `
		insert into request (pool_id, organisation_id, submitted_by, type, status, urgency, goal, team_size, minutes, online,
		    municipality, postcode4, address, audience, audience_size, audience_age_from, newcomer_seat, client_ref,
		    needed_from, needed_until, every_weeks, occurrences, submitted_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		returning id`,
		r.PoolID, r.OrganisationID, t.viewer.AccountID, r.Type, r.Status, r.Urgency, r.Goal, r.TeamSize, r.Minutes, r.Online,
		orNull(string(r.Municipality)), r.Postcode4, r.Address, r.Audience, r.AudienceSize, r.AudienceAgeFrom, r.NewcomerSeat, client,
		orNull(string(r.From)), orNull(string(r.Until)), r.EveryWeeks, r.Occurrences, t.Now); err != nil {
		return r, err
	}
	for _, part := range []struct {
		rows any
		text string
	}{
		{r.Themes, `insert into request_theme (request_id, theme, importance)
			select $1, x."Theme", x."Importance" from jsonb_to_recordset($2::jsonb) as x("Theme" text, "Importance" text)`},
		{r.Preferences, `insert into request_preference (request_id, kind, value, must)
			select $1, x."Kind", x."Value", x."Must" from jsonb_to_recordset($2::jsonb) as x("Kind" text, "Value" text, "Must" boolean)`},
		{r.Options, `insert into request_option (request_id, starts_at, ends_at)
			select $1, x."Start", x."End" from jsonb_to_recordset($2::jsonb) as x("Start" timestamptz, "End" timestamptz)`},
		{r.Windows, `insert into request_window (request_id, weekday, starts, ends)
			select $1, x."Weekday", x."Starts", x."Ends" from jsonb_to_recordset($2::jsonb) as x("Weekday" text, "Starts" time, "Ends" time)`},
	} {
		encoded, err := json.Marshal(part.rows)
		if err != nil {
			return r, err
		}
		if string(encoded) == "null" {
			continue
		}
		if _, err := t.ExecContext(ctx, part.text, r.ID, string(encoded)); err != nil {
			return r, err
		}
	}
	return t.Request(ctx, r.ID)
}

// MoveRequest changes the status of a request. What waits for supply is moved
// there by [Tx.WaitlistRequest].
func (t *Tx) MoveRequest(ctx context.Context, id engine.RequestID, to engine.RequestStatus, waitlistReason string) error {
	_, err := t.ExecContext(ctx, `update request set status = $2, waitlist_reason = $3, earliest_date = null where id = $1`, id, to, waitlistReason)
	return err
}

// LockRequest makes other transactions wait that would move the request or fill
// it, until this one ends.
func (t *Tx) LockRequest(ctx context.Context, id engine.RequestID) error {
	var locked bool
	return t.GetContext(ctx, &locked, `select true from request where id = $1 for update`, id)
}
