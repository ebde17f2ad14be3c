package store_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// room makes sessions without experts, for bookings to belong to.
func room(t *testing.T, s *store.Store, site storetest.Site, n int) []engine.SessionID {
	t.Helper()
	out := make([]engine.SessionID, n)
	err := store.Change(t.Context(), s.As(site.Coordinator), func(tx *store.Tx) error {
		if err := tx.Decide(t.Context(), site.Pool); err != nil {
			return err
		}
		for i := range out {
			made, err := tx.InsertSession(t.Context(), engine.Session{RequestID: site.Ear, PoolID: site.Pool, OrganisationID: site.House,
				Type: engine.ListeningEar, Slot: at("09:00", "10:00"), Status: engine.SessionHeld, Online: true})
			if err != nil {
				return err
			}
			out[i] = made.ID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// at is a span of a day on which nothing is booked.
func at(start, end engine.WallTime) engine.Interval {
	return engine.Interval{Start: storetest.Local("2027-04-20", start), End: storetest.Local("2027-04-20", end)}
}

// book gives an expert's time to a session, as the engine of the site's pool.
func book(ctx context.Context, s *store.Store, site storetest.Site, b store.Booking) error {
	return store.Change(ctx, s.As(site.Coordinator), func(tx *store.Tx) error {
		if err := tx.Decide(ctx, site.Pool); err != nil {
			return err
		}
		return tx.InsertBooking(ctx, b)
	})
}

var (
	slotConflict = error(store.Constraints["booking_no_overlap"])
	busy         = error(engine.Conflict(engine.ReasonBusy, "others are changing the same thing; try again"))
)

func TestNobodyIsInTwoPlacesAtOnce(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for i, second := range []struct {
		name   string
		of     store.BookingStatus // the first
		slot   engine.Interval
		buffer time.Duration
		status store.BookingStatus
		want   error
	}{
		{"the same hour", store.BookingConfirmed, at("10:00", "11:00"), 0, store.BookingConfirmed, slotConflict},
		{"held beside held", store.BookingHeld, at("10:30", "11:30"), 0, store.BookingHeld, slotConflict},
		{"confirmed beside held", store.BookingHeld, at("10:30", "11:30"), 0, store.BookingConfirmed, slotConflict},
		{"within it", store.BookingConfirmed, at("10:15", "10:30"), 0, store.BookingHeld, slotConflict},
		{"around it", store.BookingConfirmed, at("09:00", "12:00"), 0, store.BookingHeld, slotConflict},
		{"in its travel time", store.BookingConfirmed, at("11:15", "12:00"), 0, store.BookingHeld, slotConflict},
		{"its own travel time in it", store.BookingConfirmed, at("09:00", "09:45"), 30 * time.Minute, store.BookingHeld, slotConflict},
		{"back to back after the travel time", store.BookingConfirmed, at("11:30", "12:00"), 30 * time.Minute, store.BookingHeld, nil},
		{"back to back before it, travel time included", store.BookingConfirmed, at("09:00", "09:30"), 30 * time.Minute, store.BookingHeld, nil},
		{"beside a released one", store.BookingReleased, at("10:00", "11:00"), 0, store.BookingHeld, nil},
		{"beside one that is over", store.BookingDone, at("10:00", "11:00"), 0, store.BookingHeld, nil},
		{"released beside a confirmed one", store.BookingConfirmed, at("10:00", "11:00"), 0, store.BookingReleased, nil},
	} {
		t.Run(second.name, func(t *testing.T) {
			rooms := room(t, s, f.A, 2)
			on := func(slot engine.Interval) engine.Interval { // each case has a day of its own
				return engine.Interval{Start: slot.Start.AddDate(0, 0, i), End: slot.End.AddDate(0, 0, i)}
			}
			first := store.Booking{SessionID: rooms[0], ExpertID: f.A.Experts[0], Session: on(at("10:00", "11:00")), Buffer: 30 * time.Minute, Status: second.of}
			if err := book(t.Context(), s, f.A, first); err != nil {
				t.Fatal(err)
			}
			b := store.Booking{SessionID: rooms[1], ExpertID: f.A.Experts[0], Session: on(second.slot), Buffer: second.buffer, Status: second.status}
			if err := book(t.Context(), s, f.A, b); !reflect.DeepEqual(err, second.want) {
				t.Errorf("it ends as %v, want %v", err, second.want)
			}
			b.ExpertID = f.A.Experts[1]
			if err := book(t.Context(), s, f.A, b); err != nil {
				t.Errorf("another expert cannot take it: %v", err)
			}
		})
	}
}

// The other booking may belong to a pool that neither the coordinator nor her
// engine can look into: it counts all the same, and all that is told is "busy".
func TestABookingOfAnotherPoolCounts(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	shared := f.A.Experts[0]
	if err := s.Load(t.Context(), []store.Table{{Name: "pool_member", Rows: []map[string]any{
		{"pool_id": f.B.Pool, "expert_id": shared, "valid_from": "2027-01-01"}}}}); err != nil {
		t.Fatal(err)
	}
	here, there := room(t, s, f.A, 1), room(t, s, f.B, 1)
	if err := book(t.Context(), s, f.B, store.Booking{SessionID: there[0], ExpertID: shared, Session: at("10:00", "11:00"), Status: store.BookingConfirmed}); err != nil {
		t.Fatal(err)
	}
	// She left the other pool; its sessions are as hidden as can be.
	store.Owner(s).MustExec(`update pool_member set valid_to = '2027-02-01' where pool_id = $1 and expert_id = $2`, f.B.Pool, shared)
	if list, err := s.As(f.A.Coordinator).SessionsByID(t.Context(), there); err != nil || len(list) != 0 {
		t.Fatalf("pool A sees the session of pool B: %v, %v", list, err)
	}
	if err := book(t.Context(), s, f.A, store.Booking{SessionID: here[0], ExpertID: shared, Session: at("10:30", "11:30"), Status: store.BookingHeld}); !reflect.DeepEqual(err, slotConflict) {
		t.Errorf("it ends as %v, want SLOT_CONFLICT", err)
	}
}

func TestTwoWhoBookAtOnce(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"the first commits", "the first gives up"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			s := storetest.New(t)
			f := storetest.Fill(t, s)
			rooms := room(t, s, f.A, 2)
			giveUp := errors.New("gives up")
			inside, waited := make(chan struct{}), make(chan struct{})
			var wg sync.WaitGroup
			wg.Go(func() {
				err := store.Change(t.Context(), s.As(f.A.Coordinator), func(tx *store.Tx) error {
					if err := tx.Decide(t.Context(), f.A.Pool); err != nil {
						return err
					}
					if err := tx.InsertBooking(t.Context(), store.Booking{SessionID: rooms[0], ExpertID: f.A.Experts[0], Session: at("10:00", "11:00"), Status: store.BookingHeld}); err != nil {
						return err
					}
					close(inside)
					<-waited
					if order == "the first gives up" {
						return giveUp
					}
					return nil
				})
				if order == "the first commits" && err != nil || order == "the first gives up" && err != giveUp {
					t.Errorf("the first ends as %v", err)
				}
			})
			wg.Go(func() {
				<-inside
				err := book(t.Context(), s, f.A, store.Booking{SessionID: rooms[1], ExpertID: f.A.Experts[0], Session: at("10:30", "11:30"), Status: store.BookingHeld})
				if order == "the first commits" && !reflect.DeepEqual(err, slotConflict) || order == "the first gives up" && err != nil {
					t.Errorf("the second ends as %v", err)
				}
			})
			<-inside
			awaitWaiting(t, s, 1)
			close(waited)
			wg.Wait()
			if n := overlaps(t, s); n != 0 {
				t.Errorf("%d overlaps", n)
			}
			if n := column(t, s, `select count(*)::text from booking where starts_at >= '2027-04-20'`); n[0] != "1" {
				t.Errorf("%s bookings stand, want one", n[0])
			}
		})
	}
}

// Teams of two out of six, many at once, in any order: without LockExperts this
// ends in deadlocks (PostgreSQL's exclusion constraints wait for each other).
func TestManyWhoBookPairsAtOnce(t *testing.T) {
	t.Parallel()
	s := storetest.New(t, func(o *store.Options) { o.MaxConnections = 17 })
	f := storetest.Fill(t, s)
	const workers, each = 16, 6
	rooms := room(t, s, f.A, workers*each)
	var wg sync.WaitGroup
	var mu sync.Mutex
	booked := 0
	for w := range workers {
		random := rand.New(rand.NewPCG(2027, uint64(w)))
		wg.Go(func() {
			for i := range each {
				pick := random.Perm(6)
				pair := []engine.ExpertID{f.A.Experts[pick[0]], f.A.Experts[pick[1]]}
				hour := time.Duration(random.IntN(8)) * time.Hour
				slot := engine.Interval{Start: at("10:00", "11:00").Start.Add(hour), End: at("10:00", "11:00").End.Add(hour)}
				attempts := 0
				err := store.Change(t.Context(), s.As(f.A.Coordinator), func(tx *store.Tx) error {
					attempts++
					if err := tx.Decide(t.Context(), f.A.Pool); err != nil {
						return err
					}
					if err := tx.LockExperts(t.Context(), pair); err != nil {
						return err
					}
					for _, e := range pair {
						if err := tx.InsertBooking(t.Context(), store.Booking{SessionID: rooms[w*each+i], ExpertID: e, Session: slot, Status: store.BookingHeld}); err != nil {
							return err
						}
					}
					return nil
				})
				switch {
				case attempts != 1:
					t.Errorf("it took %d attempts: a deadlock", attempts)
				case err == nil:
					mu.Lock()
					booked++
					mu.Unlock()
				case !reflect.DeepEqual(err, slotConflict) && !reflect.DeepEqual(err, busy): // which a slow machine may be
					t.Errorf("it ends as %v", err)
				}
			}
		})
	}
	wg.Wait()
	if n := overlaps(t, s); n != 0 {
		t.Errorf("%d overlaps", n)
	}
	if half := column(t, s, `select session_id::text from booking where starts_at >= '2027-04-20' group by session_id having count(*) <> 2`); len(half) > 0 {
		t.Errorf("half a team stands in %v", half)
	}
	if n := column(t, s, `select session_id::text from booking where starts_at >= '2027-04-20' group by session_id`); len(n) != booked || booked == 0 {
		t.Errorf("%d teams were told yes and %d stand", booked, len(n))
	}
}

// overlaps counts the pairs of live bookings of one expert that share time.
func overlaps(t *testing.T, s *store.Store) int {
	t.Helper()
	return len(column(t, s, `
		select a.session_id::text from booking a join booking b on a.expert_id = b.expert_id and a.session_id < b.session_id and a.busy && b.busy
		where a.status in ('HELD', 'CONFIRMED') and b.status in ('HELD', 'CONFIRMED')`))
}
