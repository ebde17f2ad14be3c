package store

import (
	"context"
	"time"

	"expex/engine"
)

// window keeps a feed to what a calendar is looked at for, and cancelled events
// until every program has fetched that they are off.
const window = `
	s.ends_at > now - interval '60 days' and s.starts_at < now + interval '400 days'
	and (calendar_status(s.status) <> 'CANCELLED' or greatest(s.changed_at + interval '30 days', s.ends_at) > now)`

// teamEvents are times and nothing else: it reads the one table that holds
// neither a name nor a theme, and of it no place and no organisation.
const teamEvents = `
	select s.uid::text as uid, s.starts_at as start, s.ends_at as "end", s.created_at as created, s.changed_at as changed, s.sequence,
	       calendar_status(s.status) as status, false as online, '' as municipality, '' as address
	from session s
	where s.pool_id = f.pool_id and ` + window

// publicTalkEvents are the talks that anybody may attend, at the organisation and
// those below it. It reads nothing of who speaks, but that it is no one-to-one.
// A house whose address is not public has no place in a calendar at all.
const publicTalkEvents = `
	select s.uid::text as uid, s.starts_at as start, s.ends_at as "end", s.created_at as created, s.changed_at as changed, s.sequence,
	       calendar_status(s.status) as status, s.online,
	       case when o.address_visibility = 'PUBLIC' and not s.online then coalesce(m.name, '') else '' end as municipality,
	       case when o.address_visibility = 'PUBLIC' and not s.online then s.address else '' end as address
	from session s
	join request r on r.id = s.request_id and r.audience = 'PUBLIC'
	join organisation o on o.id = s.organisation_id
	left join municipality m on m.code = s.municipality
	where s.organisation_id in (
	          with recursive below(id) as (
	              select f.organisation_id
	              union
	              select o.id from below join organisation o on o.parent_id = below.id or o.merged_into = below.id
	          )
	          select id from below)
	  and s.type = 'TALK' and not exists (select from booking b where b.session_id = s.id and b.one_to_one)
	  and ` + window

// FreeBusyWindow is what free/busy tells of at a moment: whole days of Amsterdam,
// today and those after it.
func FreeBusyWindow(now time.Time) (start, end time.Time) {
	y, m, d := now.In(Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Zone), time.Date(y, m, d+freeBusyDays, 0, 0, 0, 0, Zone)
}

const freeBusyDays = 180

// NoteCut remembers how many events of a feed did not fit when it was last made
// up. Its owner is told the first time: trigger calendar_is_cut.
func (s *Store) NoteCut(ctx context.Context, id engine.FeedID, cut int) error {
	_, err := s.db.ExecContext(ctx, `update calendar_feed set cut = $2 where id = $1 and cut <> $2`, id, cut)
	return translate(ctx, err)
}
