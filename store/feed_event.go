package store

import (
	"context"
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

// FeedEvents gives what a live feed shows at the moment it was found, by start
// and UID.
func (s *Store) FeedEvents(ctx context.Context, found FoundFeed) (out []FeedEvent, err error) {
	return out, translate(ctx, s.db.SelectContext(ctx, &out, `
		select e.uid, e.start, e."end", e.created, e.changed, e.sequence, e.status, e.online, e.municipality, e.address
		from calendar_feed f cross join lateral calendar_events(f, $2) e
		where f.id = $1 order by e.start, e.uid`, found.Feed.ID, found.Now))
}
