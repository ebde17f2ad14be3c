package store

import (
	"context"
	"time"

	"expex/engine"
)

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
