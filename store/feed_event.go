package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// FeedEvent is one appointment of a feed, with everything a calendar may know
// of it and nothing else: the columns are the allow-list.
type FeedEvent struct {
	UID          string
	Start        time.Time
	End          time.Time
	Created      time.Time
	Changed      time.Time
	Sequence     int
	Status       string // TENTATIVE, CONFIRMED or CANCELLED
	Online       bool
	Municipality string // name, "" for online
	Address      string // street address of a public place, "" for all others
}

// FeedAhead is how long before its start an event comes into the feed of an
// expert: calendar_entry_stamp.
const FeedAhead = 400 * 24 * time.Hour

// feedTexts says what each kind of feed shows: the text of a query with the columns
// of [FeedEvent], in any order of rows, limited to the window of the feed. It may
// refer to the row f of calendar_feed and to now. A kind without a text shows
// nothing.
//
// A query may read only what the kind's owner may have in a calendar, which is
// copied to the servers of others.
var feedTexts = map[FeedKind]string{
	FeedOfExpert: `
		select uid::text as uid, starts_at as start, ends_at as "end", created_at as created, changed_at as changed, sequence,
		       status, online, municipality, address
		from calendar_entry
		where expert_id = f.expert_id and shown_from <= now and shown_until > now`,
}

// feedDigests are expressions that change whenever what the query of a kind gives
// does, and cost less than to look at every column of every row, as is done for a
// kind that is not here: for a hundred events a thirtieth.
var feedDigests = map[FeedKind]string{
	FeedOfExpert: `(
		select concat_ws(' ', count(*), bit_xor(digest)) from calendar_entry
		where expert_id = f.expert_id and shown_from <= now and shown_until > now)`,
}

// feedFingerprint is an SQL expression over f and now for everything the feed
// shows: how it is to look, and the rows of its query.
func feedFingerprint() string {
	var kinds strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(feedTexts)) {
		digest, ok := feedDigests[kind]
		if !ok {
			digest = `(select concat_ws(' ', count(*), sum(hash_record_extended(e, 0))) from (` + feedTexts[kind] + `) e)`
		}
		fmt.Fprintf(&kinds, " when '%s' then %s", kind, digest)
	}
	return `concat_ws(' ', revision, title, with_place, case kind` + kinds.String() + ` end)`
}

// feedQueries are the queries for the events of one feed, $1, at a moment, $2.
var feedQueries = func() map[FeedKind]string {
	out := map[FeedKind]string{}
	for kind, text := range feedTexts {
		out[kind] = `
			select e.uid, e.start, e."end", e.created, e.changed, e.sequence, e.status, e.online, e.municipality, e.address
			from calendar_feed f cross join (select $2::timestamptz as now) clock cross join lateral (` + text + `) e
			where f.id = $1 order by e.start, e.uid`
	}
	return out
}()

// FeedEvents gives what a live feed shows at the moment it was found, by start
// and UID.
func (s *Store) FeedEvents(ctx context.Context, found FoundFeed) (out []FeedEvent, err error) {
	query, ok := feedQueries[found.Feed.Kind]
	if !ok {
		return nil, nil
	}
	return out, translate(ctx, s.db.SelectContext(ctx, &out, query, found.Feed.ID, found.Now))
}
