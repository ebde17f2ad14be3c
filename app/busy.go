package app

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/seal"
	"expex/store"
)

// PrivateCalendars is what it takes to read the calendars that experts link. The
// zero value reads none; cmd hands in the rest.
type PrivateCalendars struct {
	// Keys encrypt addresses. Without one no address is linked.
	Keys seal.Keys
	// Address gives an address as it is fetched and kept, an [Unread] for one that
	// never will be.
	Address func(text string) (string, error)
	// Fetch gets a calendar. Its error is an [Unread], or that of a context that
	// ended.
	Fetch func(ctx context.Context, at CalendarAddress) (FetchedCalendar, error)
	// Read gives the busy times in the text of a calendar within a window. Its error
	// is an [Unread].
	Read func(text []byte, window engine.Interval) (store.BusyTimes, error)
}

// CalendarAddress is what is encrypted of a linked calendar: where it is, and what
// its server wants to hear the next time.
type CalendarAddress struct {
	Address      string
	ETag         string    `json:",omitempty"`
	LastModified string    `json:",omitempty"`
	ReadAt       time.Time `json:",omitzero"` // when all of it was last read
}

// FetchedCalendar is what a server answered.
type FetchedCalendar struct {
	Unchanged bool // since the answer that ETag and LastModified came with
	Text      []byte
	Address   CalendarAddress // for the next time
}

// Unread is why a calendar was not read: a code, and no word of where it is or
// what is in it.
type Unread struct{ Reason engine.BusyFailure }

// Error implements error.
func (u *Unread) Error() string { return "private calendar not read: " + string(u.Reason) }

// busyLabel is how long her own name for a calendar may be, in characters.
const busyLabel = 100

// refreshEvery is how often she may have her calendar read out of turn.
const refreshEvery = time.Minute

// goneFor is how long the server must have had no such calendar before she is told.
const goneFor = 7 * 24 * time.Hour

// LinkBusyAddress links the viewer's private calendar by its address, https or
// webcal. It is read within seconds, and then about once an hour. The address is
// encrypted and shown to nobody again. Errors: FORBIDDEN for who is no expert;
// INVALID for an address the service never fetches, or when it has no key;
// CONFLICT for one more than five.
func (a App) LinkBusyAddress(ctx context.Context, viewer auth.Viewer, key, label, address string) (engine.BusyCalendarID, error) {
	if a.Private.Keys.Current() == "" || a.Private.Fetch == nil {
		return "", engine.Invalid("address", "cannot be kept: this service has no key to encrypt it with; hand in a file, or ask who runs the service to set EXPEX_KEYS")
	}
	kept, err := a.Private.Address(address)
	if err != nil {
		return "", engine.Invalid("address", "is not the https or webcal address of a calendar on the open internet, without a login in it")
	}
	input := struct{ Label, Address string }{label, kept} // of which only the hash is stored
	return a.linkBusy(ctx, viewer, store.Key{Key: key, Mutation: "linkBusyCalendar", Input: input}, label, func(t *store.Tx, c store.BusyCalendar) error {
		box, err := a.Private.seal(c.ID, CalendarAddress{Address: kept})
		if err != nil {
			return err
		}
		return t.LinkBusyAddress(ctx, c, box)
	})
}

// LinkBusyFile links the viewer's private calendar by its text, such as an export of
// her telephone. Of it only the busy times are kept, for the coming 400 days; they
// are taken to be complete for 30 days. Errors: FORBIDDEN for who is no expert;
// INVALID for a text that is no calendar; CONFLICT for one more than five.
func (a App) LinkBusyFile(ctx context.Context, viewer auth.Viewer, key, label string, text []byte) (engine.BusyCalendarID, error) {
	if a.Private.Read == nil {
		return "", engine.Invalid("file", "cannot be read: this service reads no calendars")
	}
	now, err := a.Store.As(viewer).Now(ctx)
	if err != nil {
		return "", err
	}
	read, err := a.Private.read(text, now) // before the transaction: a large one takes its time
	if err != nil {
		return "", engine.Invalid("file", "is not a calendar that can be read (%s): export it as iCalendar (.ics), at most 1 MiB", reasonOf(err))
	}
	input := struct {
		Label string
		File  []byte
	}{label, text} // of which only the hash is stored
	return a.linkBusy(ctx, viewer, store.Key{Key: key, Mutation: "linkBusyCalendar", Input: input}, label, func(t *store.Tx, c store.BusyCalendar) error {
		return t.LinkBusyFile(ctx, c, read)
	})
}

func (a App) linkBusy(ctx context.Context, viewer auth.Viewer, key store.Key, label string, link func(*store.Tx, store.BusyCalendar) error) (engine.BusyCalendarID, error) {
	self := viewer.Expert()
	if self == "" {
		return "", &engine.Error{Code: engine.CodeForbidden, Message: "only an expert has busy times of her own"}
	}
	if err := engine.CheckText("label", label, busyLabel); err != nil {
		return "", err
	}
	return store.Once(ctx, a.Store.As(viewer), key, func(t *store.Tx) (engine.BusyCalendarID, error) {
		id, err := t.NewBusyCalendarID(ctx)
		if err != nil {
			return "", err
		}
		return id, link(t, store.BusyCalendar{ID: id, ExpertID: self, Label: label})
	})
}

// RefreshBusyCalendar has a linked calendar read within seconds, at most once a
// minute. Errors: NOT_FOUND; INVALID for a file, of which there is nothing to read
// again; CONFLICT within the minute.
func (a App) RefreshBusyCalendar(ctx context.Context, viewer auth.Viewer, key string, id engine.BusyCalendarID) (engine.BusyCalendarID, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "refreshBusyCalendar", Input: id}, func(t *store.Tx) (engine.BusyCalendarID, error) {
		c, err := t.BusyCalendar(ctx, id)
		switch {
		case err != nil:
			return id, err
		case c.Source == engine.BusyFile:
			return id, engine.Invalid("calendarId", "is a file that was handed in; unlink it and hand in a new export")
		case c.TriedAt != nil && t.Now.Sub(*c.TriedAt) < refreshEvery:
			return id, engine.Conflict(engine.ReasonBusy, "this calendar was read less than a minute ago; wait a minute")
		}
		return id, t.ReadBusyCalendarNow(ctx, id)
	})
}

// UnlinkBusyCalendar deletes a linked calendar: its address, its busy times, all
// there is of it, at once. NOT_FOUND for what is not linked by the viewer.
func (a App) UnlinkBusyCalendar(ctx context.Context, viewer auth.Viewer, key string, id engine.BusyCalendarID) (engine.BusyCalendarID, error) {
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "unlinkBusyCalendar", Input: id}, func(t *store.Tx) (engine.BusyCalendarID, error) {
		return id, t.UnlinkBusyCalendar(ctx, id)
	})
}

// busyBatch is how many calendars one call reads at most.
const busyBatch = 100

// busyFetch bounds one fetch, well within the time a calendar is claimed for.
const busyFetch = store.BusyClaimFor / 4

// ReadBusyCalendars reads the linked calendars that are due, and gives how many it
// asked for. What cannot be read keeps its former busy times and is read again
// later; that is its owner's to see and no error here. Any number of processes may
// call it at once; none reads what another reads.
func (a App) ReadBusyCalendars(ctx context.Context) (done int, err error) {
	for range busyBatch {
		claim, err := a.Store.ClaimBusyCalendar(ctx)
		if err != nil || claim == nil {
			return done, err
		}
		outcome, err := a.Private.fetchBusy(ctx, *claim)
		if err != nil { // we are stopping: another one reads it when the claim has ended
			return done, err
		}
		if _, err := a.Store.StoreBusyRead(ctx, *claim, outcome, goneFor); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// fetchBusy asks a server for a calendar and reads it, outside any transaction.
func (p PrivateCalendars) fetchBusy(ctx context.Context, c store.BusyClaim) (store.BusyOutcome, error) {
	if p.Fetch == nil {
		return store.BusyOutcome{Failure: engine.BusyNotFetched}, nil
	}
	at, err := p.open(c)
	if err != nil {
		return store.BusyOutcome{Failure: engine.BusyKeyMissing}, nil
	}
	asked := at
	if !engine.BusyUnchangedHolds(at.ReadAt, c.Now) {
		asked.ETag, asked.LastModified = "", ""
	}
	limited, cancel := context.WithTimeout(ctx, busyFetch)
	defer cancel()
	got, err := p.Fetch(limited, asked)
	if ctx.Err() != nil {
		return store.BusyOutcome{}, ctx.Err()
	}
	var times *store.BusyTimes
	if err == nil && !got.Unchanged {
		var read store.BusyTimes
		read, err = p.read(got.Text, c.Now)
		times = &read
	}
	if err != nil {
		return store.BusyOutcome{Failure: reasonOf(err)}, nil
	}
	next := got.Address
	next.ReadAt = at.ReadAt
	if times != nil {
		next.ReadAt = c.Now
	}
	if next == at && c.SealedWith == p.Keys.Current() {
		return store.BusyOutcome{Times: times}, nil
	}
	box, err := p.seal(c.ID, next)
	return store.BusyOutcome{Times: times, Box: &box}, err
}

func reasonOf(err error) engine.BusyFailure {
	var unread *Unread
	if errors.As(err, &unread) {
		return unread.Reason
	}
	return engine.BusyTimeout // of the context, the only other error there is
}

// read gives what is kept of the text of a calendar.
func (p PrivateCalendars) read(text []byte, now time.Time) (store.BusyTimes, error) {
	window := engine.BusyWindow(now)
	read, err := p.Read(text, window)
	if err != nil {
		return read, err
	}
	kept, cut := engine.KeepBusy(read.Times, window)
	if cut > 0 {
		read.Warnings = append(read.Warnings, engine.BusyWarning{Code: engine.BusyCut, Count: cut})
	}
	return store.BusyTimes{Times: kept, Warnings: read.Warnings}, nil
}

// seal encrypts an address for one linked calendar.
func (p PrivateCalendars) seal(id engine.BusyCalendarID, at CalendarAddress) (store.Box, error) {
	text, err := json.Marshal(at)
	if err != nil {
		return store.Box{}, err
	}
	with, sealed, err := p.Keys.Seal(text, boundTo(id))
	return store.Box{Sealed: sealed, SealedWith: with}, err
}

func (p PrivateCalendars) open(c store.BusyClaim) (at CalendarAddress, err error) {
	text, err := p.Keys.Open(c.SealedWith, c.Sealed, boundTo(c.ID))
	if err != nil {
		return at, err
	}
	return at, json.Unmarshal(text, &at)
}

// boundTo is what the box of a linked calendar opens for, and nothing else.
func boundTo(id engine.BusyCalendarID) string { return "busy_calendar " + string(id) }
