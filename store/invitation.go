package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"expex/engine"
)

// NoticeInCalendar says that the calendar of an expert changes, to one who is told
// nothing else. The database tells it: function tell_calendar.
const NoticeInCalendar NoticeKind = "SESSION_IN_CALENDAR"

// Invitations is whether an expert wants her appointments by mail, and how they
// look then.
type Invitations struct {
	Wanted    bool
	Title     string // EXPEX_APPOINTMENT, APPOINTMENT or MINIMAL
	WithPlace bool
}

// Invitations gives what the viewer chose: none, and those that tell least, when
// she never did.
func (v View) Invitations(ctx context.Context) (Invitations, error) {
	return get(ctx, v, func(t *Tx) (Invitations, error) {
		out := Invitations{Title: "MINIMAL"}
		err := t.GetContext(ctx, &out, `select wanted, title, with_place from invitation_choice where expert_id in (select viewer_self())`)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return out, err
	})
}

// SetInvitations writes what the expert, who is the viewer, chose.
func (t *Tx) SetInvitations(ctx context.Context, expert engine.ExpertID, i Invitations) error {
	_, err := t.ExecContext(ctx, `
		insert into invitation_choice (expert_id, wanted, title, with_place) values ($1, $2, $3, $4)
		on conflict (expert_id) do update set wanted = excluded.wanted, title = excluded.title, with_place = excluded.with_place`,
		expert, i.Wanted, i.Title, i.WithPlace)
	return err
}

// Appointment is a session as it stands in the calendar of an expert at the
// moment at which it is read: what her feed shows then, and how she wants it to
// look in a message.
type Appointment struct {
	FeedEvent
	Title     string
	WithPlace bool
	Revision  int        // how often she chose otherwise
	StyledAt  *time.Time // when she last did, nil for never
}

// appointment is what goes along with a message about a session, nil for none: it
// is not for an expert, not one she has to do with or wants in her calendar, or
// it is over.
func (t *Tx) appointment(ctx context.Context, notice string) (*Appointment, error) {
	var a Appointment
	err := t.GetContext(ctx, &a, `
		select e.*, c.title, c.with_place, c.revision, c.changed_at as styled_at
		from notice n
		join session s on s.id = n.session_id
		join invitation_choice c on c.expert_id = n.expert_id
		cross join lateral calendar_of_expert(n.expert_id, $2) e
		where n.id = $1 and n.kind <> 'SESSION_REMINDER' and e.uid = s.uid::text and s.ends_at > $2
		  and (c.wanted or exists (select from notice sent where sent.expert_id = n.expert_id and sent.session_id = n.session_id and sent.invited))`,
		notice, t.Now)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &a, err
}
