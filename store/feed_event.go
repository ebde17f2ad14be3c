package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// feedTexts says what each kind of feed shows: the text of a query with exactly
// the columns of [FeedEvent], in any order of rows. It may refer to the row f of
// calendar_feed and to now. A kind without a text shows nothing.
//
// A query may read only what the kind's owner may have in a calendar, which is
// copied to the servers of others.
var feedTexts = map[FeedKind]string{
	FeedOfExpert: `
		select s.uid::text as uid, s.starts_at as start, s.ends_at as "end", s.created_at as created, s.changed_at as changed, s.sequence,
		       case when b.status = 'RELEASED' then 'CANCELLED' else calendar_status(s.status) end as status,
		       s.online, b.one_to_one, coalesce(m.name, '') as municipality,
		       case when not b.one_to_one and o.address_visibility = 'PUBLIC' then s.address else '' end as address
		from booking b
		join session s on s.id = b.session_id
		join organisation o on o.id = s.organisation_id
		left join municipality m on m.code = s.municipality
		where b.expert_id = f.expert_id
		  and s.ends_at > now - interval '60 days' and s.starts_at < now + interval '400 days'
		  and (b.status <> 'RELEASED' or greatest(s.changed_at + interval '30 days', s.ends_at) > now)`,
}

// feedFingerprint is an SQL expression over f and now for everything the feed
// shows: how it is to look, and the rows of its query.
func feedFingerprint() string {
	var kinds strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(feedTexts)) {
		fmt.Fprintf(&kinds, " when '%s' then (select concat_ws(' ', count(*), sum(hash_record_extended(e, 0))) from (%s) e)", kind, feedTexts[kind])
	}
	return `concat_ws(' ', revision, title, with_place, case kind` + kinds.String() + ` end)`
}

// feedQueries are the queries for the events of one feed, $1, at a moment, $2.
var feedQueries = func() map[FeedKind]string {
	out := map[FeedKind]string{}
	for kind, text := range feedTexts {
		out[kind] = `select e.* from calendar_feed f cross join (select $2::timestamptz as now) clock cross join lateral (` + text + `) e
			where f.id = $1 order by e.start, e.uid`
	}
	return out
}()
