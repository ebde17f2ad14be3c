package store

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"expex/engine"
)

// Page asks for a part of a list, after a cursor. Lists are paged by key, never
// by offset, so that nothing is skipped or shown twice while others write.
type Page struct {
	First int // 1..50
	After *Cursor
}

// Cursor is the place of an item in a list: its sort key and its id.
type Cursor struct {
	Key string
	ID  string
}

// MaxPage is the most items one page holds.
const MaxPage = 50

// Slice is a part of a list.
type Slice[T any] struct {
	Items []T
	More  bool // there is a next item
}

// check refuses a page that cannot be. A cursor comes back from the client, who
// may have written anything into it; the database only ever gets a UUID.
func (p Page) check() error {
	switch c := p.After; {
	case p.First < 1 || p.First > MaxPage:
		return engine.Invalid("first", "is %d; ask for 1 to %d", p.First, MaxPage)
	case c != nil && (!uuidForm.MatchString(c.ID) || !utf8.ValidString(c.Key) || strings.ContainsRune(c.Key, 0)):
		return errCursor
	}
	return nil
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// timeKey is the cursor's key as a time, nil at the start of a list.
func (p Page) timeKey() (at *time.Time, id *string, err error) {
	if p.After == nil {
		return nil, nil, nil
	}
	t, err := time.Parse(time.RFC3339Nano, p.After.Key)
	if err != nil {
		return nil, nil, errCursor
	}
	return &t, &p.After.ID, nil
}

// TimeCursor is the cursor of an item in a list ordered by time.
func TimeCursor(at time.Time, id string) Cursor {
	return Cursor{Key: at.UTC().Format(time.RFC3339Nano), ID: id}
}

var errCursor = engine.Invalid("after", "is not a cursor of this list; use an endCursor you were given")

// cut makes a slice out of up to First+1 rows.
func cut[T any](rows []T, p Page) Slice[T] {
	if len(rows) > p.First {
		return Slice[T]{Items: rows[:p.First], More: true}
	}
	return Slice[T]{Items: rows}
}
