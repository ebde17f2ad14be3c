package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/seal"
	"expex/store"
	"expex/store/storetest"
)

// secretAddress is what must not be readable anywhere.
const secretAddress = "https://calendar.example/private-7f3a9c/basic.ics"

// far is a foreign server with one calendar on it. What it gives are times as
// JSON: how the text of a real one is read is no matter of use cases.
type far struct {
	mu      sync.Mutex
	text    []byte
	etag    string
	failure engine.BusyFailure
	asked   []app.CalendarAddress
	before  func() // what happens while it is asked, by now outside any transaction
}

func (f *far) gives(times ...engine.Interval) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.text, _ = json.Marshal(times)
	f.failure, f.etag = "", fmt.Sprintf("%q", fmt.Sprint(len(f.asked), times))
}

func (f *far) fails(with engine.BusyFailure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failure = with
}

func (f *far) fetch(ctx context.Context, at app.CalendarAddress) (app.FetchedCalendar, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, at)
	if f.before != nil {
		f.before()
	}
	switch {
	case ctx.Err() != nil:
		return app.FetchedCalendar{}, ctx.Err()
	case f.failure != "":
		return app.FetchedCalendar{}, &app.Unread{Reason: f.failure}
	case at.ETag != "" && at.ETag == f.etag:
		return app.FetchedCalendar{Unchanged: true, Address: at}, nil
	}
	at.ETag = f.etag
	return app.FetchedCalendar{Text: f.text, Address: at}, nil
}

// linking is a world in which nothing is linked or closed yet, and a foreign server.
func linking(t *testing.T) (*world, *far) {
	t.Helper()
	w, f := start(t), &far{}
	w.set(t, `delete from busy_calendar`)
	w.set(t, `delete from blackout`)
	w.Private = private(t, f, seal.NewKey("first"))
	return w, f
}

func private(t *testing.T, f *far, keys ...string) app.PrivateCalendars {
	t.Helper()
	return app.PrivateCalendars{
		Keys: must(seal.Parse(strings.Join(keys, ",")))(t),
		Address: func(text string) (string, error) {
			if !strings.HasPrefix(text, "https://") {
				return "", &app.Unread{Reason: engine.BusyNotAllowed}
			}
			return text, nil
		},
		Fetch: f.fetch,
		Read: func(text []byte, window engine.Interval) (out store.BusyTimes, err error) {
			if json.Unmarshal(text, &out.Times) != nil {
				return out, &app.Unread{Reason: engine.BusyNotACalendar}
			}
			return out, nil
		},
	}
}

// link links a calendar of the first expert, and reads it.
func (w *world) link(t *testing.T) engine.BusyCalendarID {
	t.Helper()
	id := must(w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[0], fresh(), "privé", secretAddress))(t)
	equal(t, "read", must(w.ReadBusyCalendars(t.Context()))(t), 1)
	return id
}

// stands is what the first expert sees of her only calendar.
func (w *world) stands(t *testing.T) store.BusyCalendar {
	t.Helper()
	list := must(w.Store.As(w.A.ExpertViewers[0]).BusyCalendars(t.Context()))(t)
	if len(list) != 1 {
		t.Fatalf("she has %d calendars", len(list))
	}
	return list[0]
}

// closed is what is closed of the time of the first expert in April, as a
// coordinator sees it.
func (w *world) closed(t *testing.T) []string {
	t.Helper()
	span := engine.Interval{Start: storetest.Local("2027-04-01", "00:00"), End: storetest.Local("2027-05-01", "00:00")}
	var out []string
	for _, b := range must(w.Availability(t.Context(), w.A.Coordinator, w.A.Experts[0], span))(t).Blackouts {
		out = append(out, b.Start.In(store.Zone).Format("02 15:04")+"–"+b.End.In(store.Zone).Format("15:04"))
	}
	return out
}

func (w *world) wait(d time.Duration) { w.at(w.now.Load().Add(d)) }

func TestALinkedCalendarClosesTimeLikeABlackout(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	// Both have the same time closed, by other means.
	f.gives(slot("2027-04-08", "13:00", 300), slot("2027-04-15", "13:00", 300), slot("2027-04-15", "14:00", 30))
	w.link(t)
	for _, day := range []engine.Date{"2027-04-08", "2027-04-15"} {
		must(w.AddBlackout(t.Context(), w.A.ExpertViewers[1], fresh(), w.A.Experts[1], slot(day, "13:00", 300)))(t)
	}
	equal(t, "closed", w.closed(t), []string{"08 13:00–18:00", "15 13:00–18:00"})

	shown := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t)
	hers, others := suggestionFor(t, shown.Ranking, w.A.Experts[0]), suggestionFor(t, shown.Ranking, w.A.Experts[1])
	same(t, "her slots", hers.Slots, others.Slots)
	for i, factor := range hers.Factors {
		if factor.Name == "availability_fit" {
			same(t, "how she fits", factor, others.Factors[i])
		}
	}
	in := w.ask(w.A.Ear, slot("2027-04-08", "14:00", 60), 0)
	w.refused(t, "INFEASIBLE NOT_AVAILABLE", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
		return err
	})
	in = w.ask(w.A.Ear, slot("2027-04-08", "14:00", 60), 1)
	w.refused(t, "INFEASIBLE NOT_AVAILABLE", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
		return err
	})
}

// What a coordinator looked at is stale with the transaction that stores other
// busy times, and not by a reading that found the same.
func TestASuggestionIsStaleWhenBusyTimesChange(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives()
	w.link(t)
	in := w.follow(t, w.A.Ear, 0)
	w.wait(2 * time.Hour)
	must(w.ReadBusyCalendars(t.Context()))(t)
	f.gives(engine.Interval{Start: storetest.Local("2027-04-02", "00:00"), End: storetest.Local("2027-05-30", "00:00")})
	w.wait(2 * time.Hour)
	must(w.ReadBusyCalendars(t.Context()))(t)
	e := w.refused(t, "CONFLICT STALE", func() error {
		_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), in)
		return err
	})
	equal(t, "the changes", lines(e.Changes), []string{"FACTOR availability_fit 10000 8000"})
}

// Her own sessions come back by way of her calendar, merged with what is beside
// them. They block neither themselves nor their move; whatever else is there does.
func TestOurOwnSessionsDoNotBlockThemselves(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	session := w.booked(t, w.open(t, w.ear()), slot("2027-04-22", "14:00", 60), 0)
	f.gives(slot("2027-04-22", "14:00", 90), slot("2027-04-23", "09:00", 60)) // she shops until half past three
	w.link(t)
	equal(t, "closed", w.closed(t), []string{"22 15:00–15:30", "23 09:00–10:00"})
	w.night(t)
	equal(t, "what is broken", w.breaking(t), "")

	// A move into the time of the session itself is free; into the shopping it is not.
	refused := must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), w.move(session.ID, "2027-04-22", "14:30")))(t)
	equal(t, "the move into the shopping", refused.Moved, false)
	f.gives(slot("2027-04-22", "14:00", 60))
	w.wait(2 * time.Hour)
	must(w.ReadBusyCalendars(t.Context()))(t)
	moved := must(w.RescheduleSession(t.Context(), w.A.Coordinator, fresh(), w.move(session.ID, "2027-04-22", "14:30")))(t)
	equal(t, "the move into its own time", moved.Moved, true)
	// Until her calendar is read again the time it had is closed: too much, never too little.
	equal(t, "closed after the move", w.closed(t), []string{"22 14:00–14:30"})
	w.night(t)
	equal(t, "what is broken after the move", w.breaking(t), "")
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), session.ID, nil))(t)
	equal(t, "closed after it was cancelled", w.closed(t), []string{"22 14:00–15:00"})
}

func TestACalendarThatFailsKeepsWhatItHad(t *testing.T) {
	t.Parallel()
	for _, failure := range []engine.BusyFailure{engine.BusyNotFound, engine.BusyTimeout, engine.BusyTruncated, "garbage"} {
		t.Run(string(failure), func(t *testing.T) {
			t.Parallel()
			w, f := linking(t)
			f.gives(slot("2027-04-08", "14:00", 60))
			w.link(t)
			had := w.closed(t)
			linked := w.stands(t)
			equal(t, "after the first reading", linked.State, engine.BusyFresh)
			equal(t, "coming", linked.Coming, 1)
			if failure == "garbage" {
				f.mu.Lock()
				f.text, f.etag, failure = []byte("<html>Log in</html>"), "other", engine.BusyNotACalendar
				f.mu.Unlock()
			} else {
				f.fails(failure)
			}
			hours := []int{1, 2, 4, 8, 16, 24, 24}
			for i, wait := range hours {
				w.at(*w.stands(t).DueAt)
				equal(t, "read", must(w.ReadBusyCalendars(t.Context()))(t), 1)
				stands := w.stands(t)
				equal(t, "the state", stands.State, engine.BusyFailing)
				equal(t, "the reason", stands.Failure, failure)
				equal(t, "when it was read", *stands.ReadAt, *linked.ReadAt)
				if got := stands.DueAt.Sub(*w.now.Load()); got < time.Duration(wait)*time.Hour || got > time.Duration(wait)*66*time.Minute {
					t.Errorf("after failure %d it is read in %s", i+1, got)
				}
				equal(t, "closed", w.closed(t), had)
				equal(t, "read before its time", must(w.ReadBusyCalendars(t.Context()))(t), 0)
			}
			f.gives(slot("2027-04-09", "14:00", 60))
			w.at(*w.stands(t).DueAt)
			must(w.ReadBusyCalendars(t.Context()))(t)
			equal(t, "when it works again", w.stands(t).State, engine.BusyFresh)
			equal(t, "closed then", w.closed(t), []string{"09 14:00–15:00"})
		})
	}
}

func TestHerAgeIsShownWhenBusyTimesAreOld(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives(slot("2027-04-08", "14:00", 60))
	w.link(t)
	f.fails(engine.BusyUnreachable)
	facts := func() (out []string) {
		s := suggestionFor(t, must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t).Ranking, w.A.Experts[0])
		for _, factor := range s.Factors {
			for _, fact := range factor.Facts {
				if fact.Code == engine.FactBusyOld {
					out = append(out, fmt.Sprint(fact.N))
				}
			}
		}
		return out
	}
	equal(t, "just read", facts(), nil)
	w.wait(24*time.Hour - time.Microsecond)
	must(w.ReadBusyCalendars(t.Context()))(t)
	equal(t, "almost a day later", facts(), nil)
	w.wait(time.Microsecond)
	equal(t, "a day later", facts(), []string{"1"})
	w.wait(48 * time.Hour)
	equal(t, "three days later", facts(), []string{"3"})
	f.gives()
	must(w.ReadBusyCalendars(t.Context()))(t)
	equal(t, "read again", facts(), nil)
}

func TestAFileIsReadOnceAndGoesStale(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	text, _ := json.Marshal([]engine.Interval{slot("2027-04-08", "14:00", 60)})
	id := must(w.LinkBusyFile(t.Context(), w.A.ExpertViewers[0], fresh(), "export", text))(t)
	equal(t, "closed", w.closed(t), []string{"08 14:00–15:00"})
	equal(t, "the state", w.stands(t).State, engine.BusyFresh)
	equal(t, "read again", must(w.ReadBusyCalendars(t.Context()))(t), 0)
	w.refused(t, "INVALID calendarId", func() error {
		_, err := w.RefreshBusyCalendar(t.Context(), w.A.ExpertViewers[0], fresh(), id)
		return err
	})
	w.wait(30*24*time.Hour - time.Second)
	equal(t, "within 30 days", w.stands(t).State, engine.BusyFresh)
	w.wait(time.Second)
	equal(t, "after 30 days", w.stands(t).State, engine.BusyStale)
	equal(t, "closed still", w.closed(t), []string{"08 14:00–15:00"})
	w.refused(t, "INVALID file", func() error {
		_, err := w.LinkBusyFile(t.Context(), w.A.ExpertViewers[0], fresh(), "", []byte("<html>"))
		return err
	})
	equal(t, "questions", len(f.asked), 0)
}

func TestACalendarThatIsGoneIsToldOnce(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives()
	w.link(t)
	told := func() int {
		return get[int](t, w, `select count(*) from notice where kind = 'BUSY_CALENDAR_GONE' and expert_id = $1`, w.A.Experts[0])
	}
	tries := func(n int) {
		for range n {
			w.at(*w.stands(t).DueAt)
			must(w.ReadBusyCalendars(t.Context()))(t)
		}
	}
	f.fails(engine.BusyNotFound)
	tries(1)
	gone := *w.now.Load()
	for w.stands(t).DueAt.Before(gone.Add(7 * 24 * time.Hour)) {
		tries(1)
	}
	equal(t, "told within the week", told(), 0)
	tries(1)
	equal(t, "told after it", told(), 1)
	tries(10)
	equal(t, "told again", told(), 1)
	f.gives()
	tries(1)
	f.fails(engine.BusyNotFound)
	tries(15)
	equal(t, "told when it has gone a second time", told(), 2)
	f.fails(engine.BusyUnreachable)
	tries(1)
	equal(t, "no longer known to be gone", get[bool](t, w, `select gone_since is null from busy_calendar`), true)
}

func TestUnchangedIsBelievedForAWeek(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives(slot("2027-04-08", "14:00", 60))
	w.link(t)
	before := get[string](t, w, `select row(busy, warnings, sealed, sealed_with)::text from busy_calendar`)
	for i := range 30 {
		w.wait(6 * time.Hour)
		equal(t, "read", must(w.ReadBusyCalendars(t.Context()))(t), 1)
		full := f.asked[len(f.asked)-1].ETag == ""
		if want := i == 27; full != want {
			t.Errorf("after %d hours all of it was asked for: %v", 6*(i+1), full)
		}
		if i == 26 {
			equal(t, "what is stored", get[string](t, w, `select row(busy, warnings, sealed, sealed_with)::text from busy_calendar`), before)
			equal(t, "when it was read", w.stands(t).ReadAt.UTC(), *w.now.Load())
		}
	}
}

func TestSheRefreshesAtMostOnceAMinute(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives()
	id := w.link(t)
	herself := w.A.ExpertViewers[0]
	w.wait(59 * time.Second)
	w.refused(t, "CONFLICT BUSY", func() error {
		_, err := w.RefreshBusyCalendar(t.Context(), herself, fresh(), id)
		return err
	})
	w.wait(time.Second)
	must(w.RefreshBusyCalendar(t.Context(), herself, fresh(), id))(t)
	equal(t, "read", must(w.ReadBusyCalendars(t.Context()))(t), 1)
	equal(t, "asked", len(f.asked), 2)
}

// Two processes share the work, and nobody is asked twice.
func TestTwoProcessesReadEachCalendarOnce(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives()
	for i := range w.A.ExpertViewers {
		for range 5 {
			must(w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[i], fresh(), "", fmt.Sprintf("%s?%d", secretAddress, serial.Add(1))))(t)
		}
	}
	w.refused(t, "CONFLICT DUPLICATE", func() error {
		_, err := w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[0], fresh(), "", secretAddress)
		return err
	})
	var (
		wg   sync.WaitGroup
		done atomic.Int64
	)
	for range 4 {
		p := w.process(t)
		p.Private = w.Private
		wg.Go(func() { done.Add(int64(must(p.ReadBusyCalendars(t.Context()))(t))) })
	}
	wg.Wait()
	equal(t, "done", done.Load(), 30)
	addresses := map[string]bool{}
	for _, at := range f.asked {
		addresses[at.Address] = true
	}
	equal(t, "asked", len(f.asked), 30)
	equal(t, "calendars", len(addresses), 30)
}

// While one process waits for a server, another passes by. When the first dies,
// here by being stopped, its claim ends by itself, and what it read in the mean
// time would be thrown away.
func TestAProcessThatDiesWhileItReadsLosesNothing(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives(slot("2027-04-08", "14:00", 60))
	must(w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[0], fresh(), "", secretAddress))(t)
	other := w.process(t)
	other.Private = w.Private
	ctx, die := context.WithCancel(t.Context())
	f.before = func() {
		f.before = nil
		equal(t, "read by the other meanwhile", must(other.ReadBusyCalendars(t.Context()))(t), 0)
		die()
	}
	if done, err := w.ReadBusyCalendars(ctx); done != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("it says it read %d (%v)", done, err)
	}
	equal(t, "the state", w.stands(t).State, engine.BusyNeverRead)
	w.wait(store.BusyClaimFor - time.Second)
	equal(t, "read within the claim", must(other.ReadBusyCalendars(t.Context()))(t), 0)
	w.wait(time.Second)
	equal(t, "read after it", must(other.ReadBusyCalendars(t.Context()))(t), 1)
	equal(t, "closed", w.closed(t), []string{"08 14:00–15:00"})

	// Who was only slow finds that another one has it by now.
	slow := must(w.Store.ClaimBusyCalendar(t.Context()))(t)
	if slow != nil {
		t.Fatal("it was claimed before it was due")
	}
	w.at(*w.stands(t).DueAt)
	slow = must(w.Store.ClaimBusyCalendar(t.Context()))(t)
	w.wait(store.BusyClaimFor)
	f.gives(slot("2027-04-09", "14:00", 60))
	equal(t, "read by the next", must(other.ReadBusyCalendars(t.Context()))(t), 1)
	kept := must(w.Store.StoreBusyRead(t.Context(), *slow, store.BusyOutcome{Times: &store.BusyTimes{}}, time.Hour))(t)
	equal(t, "what the slow one read is kept", kept, false)
	equal(t, "closed by the next", w.closed(t), []string{"09 14:00–15:00"})
}

func TestUnlinkingLeavesNothingAlsoWhileItIsRead(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives(slot("2027-04-08", "14:00", 60))
	id := must(w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[0], fresh(), "Sluitsteen", secretAddress))(t)
	f.before = func() {
		must(w.UnlinkBusyCalendar(t.Context(), w.A.ExpertViewers[0], fresh(), id))(t)
	}
	equal(t, "read", must(w.ReadBusyCalendars(t.Context()))(t), 1)
	f.before = nil
	equal(t, "calendars", get[int](t, w, `select count(*) from busy_calendar`), 0)
	equal(t, "closed", w.closed(t), nil)

	f.gives(slot("2027-04-08", "14:00", 60))
	id = w.link(t)
	must(w.UnlinkBusyCalendar(t.Context(), w.A.ExpertViewers[0], fresh(), id))(t)
	equal(t, "closed after she unlinked it", w.closed(t), nil)
	for _, line := range w.contents(t) {
		if strings.Contains(line, "Sluitsteen") || strings.Contains(line, "busy_calendar ") {
			t.Errorf("there is still %s", line)
		}
	}
}

func TestWhoLeavesTakesHerCalendarsAlong(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives(slot("2027-04-08", "14:00", 60))
	w.link(t)
	must(w.PauseExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], nil))(t)
	w.wait(48 * time.Hour)
	equal(t, "read while she rests", must(w.ReadBusyCalendars(t.Context()))(t), 0)
	must(w.ResumeExpert(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0]))(t)
	equal(t, "read when she is back", must(w.ReadBusyCalendars(t.Context()))(t), 1)
	must(w.OffboardExpert(t.Context(), w.A.Coordinator, fresh(), w.A.Experts[0]))(t)
	equal(t, "calendars", get[int](t, w, `select count(*) from busy_calendar`), 0)
}

func TestKeysAreRotated(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	old, next := seal.NewKey("old"), seal.NewKey("new")
	f.gives()
	w.Private = private(t, f, old)
	id := w.link(t)
	with := func() string { return get[string](t, w, `select sealed_with from busy_calendar where id = $1`, id) }
	equal(t, "sealed with", with(), "old")

	w.Private = private(t, f, next, old)
	w.wait(2 * time.Hour)
	must(w.ReadBusyCalendars(t.Context()))(t)
	equal(t, "sealed with, after the next reading", with(), "new")
	equal(t, "by key", must(w.Store.BusyKeys(t.Context()))(t), map[string]int{"new": 1})

	w.Private = private(t, f, next)
	w.wait(2 * time.Hour)
	must(w.ReadBusyCalendars(t.Context()))(t)
	equal(t, "without the old key", w.stands(t).State, engine.BusyFresh)

	for _, keys := range [][]string{{seal.NewKey("new")}, nil} { // another key of that name, none
		w.Private = private(t, f, keys...)
		w.at(*w.stands(t).DueAt)
		must(w.ReadBusyCalendars(t.Context()))(t)
		equal(t, "without its key", w.stands(t).Failure, engine.BusyKeyMissing)
	}
	w.refused(t, "INVALID address", func() error {
		_, err := w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[0], fresh(), "", secretAddress)
		return err
	})
	// A box moved to another calendar does not open there.
	w.Private = private(t, f, next)
	must(w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[1], fresh(), "", "https://calendar.example/other"))(t)
	w.set(t, `update busy_calendar c set sealed = (select sealed from busy_calendar x where x.id = $1) where c.id <> $1`, id)
	must(w.ReadBusyCalendars(t.Context()))(t)
	equal(t, "with the box of another", get[string](t, w, `select failure from busy_calendar where id <> $1`, id), "KEY_MISSING")
}

func TestOnlySheLinksAndOnlySheSees(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives(slot("2027-04-08", "14:00", 60))
	for who, viewer := range map[string]auth.Viewer{"a coordinator": w.A.Coordinator, "a requester": w.A.Requester, "nobody": {}} {
		w.refused(t, "FORBIDDEN", func() error {
			_, err := w.LinkBusyAddress(t.Context(), viewer, fresh(), who, secretAddress)
			return err
		})
	}
	for address, field := range map[string]string{"http://calendar.example/a.ics": "address", "": "address"} {
		e := w.refused(t, "INVALID "+field, func() error {
			_, err := w.LinkBusyAddress(t.Context(), w.A.ExpertViewers[0], fresh(), "", address)
			return err
		})
		if address != "" && strings.Contains(e.Message, "calendar.example") {
			t.Errorf("the message repeats the address: %s", e.Message)
		}
	}
	id := w.link(t)
	for who, viewer := range map[string]auth.Viewer{"a coordinator": w.A.Coordinator, "the region lead": w.A.RegionLead, "another expert": w.A.ExpertViewers[1], "nobody": {}} {
		if list := must(w.Store.As(viewer).BusyCalendars(t.Context()))(t); len(list) != 0 {
			t.Errorf("%s sees %d calendars", who, len(list))
		}
		for _, call := range []func(context.Context, auth.Viewer, string, engine.BusyCalendarID) (engine.BusyCalendarID, error){w.RefreshBusyCalendar, w.UnlinkBusyCalendar} {
			w.refused(t, "NOT_FOUND", func() error {
				_, err := call(t.Context(), viewer, fresh(), id)
				return err
			})
		}
	}
}

// Nothing in the database, dumped whole, shows the address.
func TestTheAddressIsNowhereInTheDatabase(t *testing.T) {
	t.Parallel()
	w, f := linking(t)
	f.gives(slot("2027-04-08", "14:00", 60))
	w.link(t)
	w.wait(2 * time.Hour)
	must(w.ReadBusyCalendars(t.Context()))(t)
	for _, line := range w.contents(t) {
		for _, secret := range []string{"calendar.example", "7f3a9c", fmt.Sprintf("%x", "7f3a9c"), f.etag} {
			if strings.Contains(line, secret) {
				t.Errorf("%q is in %s", secret, line)
			}
		}
	}
}
