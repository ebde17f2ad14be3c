package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// guests are experts of Midden-Holland who have nothing to do, as viewers.
func (w *world) guests(t *testing.T, n int) []auth.Viewer {
	t.Helper()
	out := make([]auth.Viewer, n)
	for i := range out {
		expert, account := fmt.Sprintf("aaaaaaaa-0004-4000-8000-0000001%05d", i), fmt.Sprintf("aaaaaaaa-0003-4000-8000-0000001%05d", i)
		w.set(t, `insert into expert (id, first_name) values ($1, 'Gast')`, expert)
		w.set(t, `insert into pool_member (pool_id, expert_id, valid_from) values ($1, $2, '2026-01-01')`, w.A.Pool, expert)
		w.set(t, `insert into account (id, name) values ($1, 'Gast')`, account)
		w.set(t, `insert into account_role (account_id, role, expert_id, valid_from) values ($1, 'EXPERT', $2, '2026-01-01')`, account, expert)
		out[i] = auth.Viewer{AccountID: engine.AccountID(account), Grants: []auth.Grant{{Role: auth.RoleExpert, ExpertID: engine.ExpertID(expert)}}}
	}
	return out
}

// seats are those taken at a session, in order.
func (w *world) seats(t *testing.T, id engine.SessionID) string {
	t.Helper()
	return get[string](t, w, `select coalesce(string_agg(seat || '', ',' order by seat), '') from booking where session_id = $1 and seat is not null and status <> 'RELEASED'`, id)
}

func (w *world) openSeats(t *testing.T, seats int) {
	t.Helper()
	got := must(w.OpenSeats(t.Context(), w.A.Coordinator, fresh(), w.A.Session, seats))(t)
	equal(t, "the seats", *got.Seats, seats)
}

// Sixty-four experts want one of five seats at once, in two processes.
func TestNeverMoreGuestsThanSeats(t *testing.T) {
	t.Parallel()
	const seats, wanting = 5, 64
	w := start(t)
	w.openSeats(t, seats)
	guests := w.guests(t, wanting)
	processes := []*store.Store{w.process(t).Store, w.process(t).Store}
	answers := make([]string, wanting)
	var wg sync.WaitGroup
	for i, guest := range guests {
		wg.Go(func() {
			a := w.App
			a.Store = processes[i%2]
			for {
				_, err := a.TakeSeat(t.Context(), guest, fresh(), w.A.Session)
				if answers[i] = class(err); answers[i] != "CONFLICT BUSY" { // a lock that took too long on a busy machine
					return
				}
			}
		})
	}
	wg.Wait()
	count := map[string]int{}
	for _, answer := range answers {
		count[answer]++
	}
	equal(t, "the answers", count, map[string]int{"": seats, "CONFLICT NO_SEAT": wanting - seats})
	equal(t, "the seats that are taken", w.seats(t, w.A.Session), "1,2,3,4,5")
	equal(t, "guests", get[int](t, w, `select count(distinct expert_id) from booking where session_id = $1 and seat is not null`, w.A.Session), seats)
}

func TestTheLowestFreeSeatIsTaken(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.openSeats(t, 3)
	guests := w.guests(t, 4)
	take := func(i int) string { return class(second(w.TakeSeat(t.Context(), guests[i], fresh(), w.A.Session))) }
	leave := func(i int) string { return class(second(w.GiveUpSeat(t.Context(), guests[i], fresh(), w.A.Session))) }
	for i := range 3 {
		equal(t, "the answer", take(i), "")
	}
	equal(t, "the answer to the fourth", take(3), "CONFLICT NO_SEAT")
	equal(t, "the answer to who has one", take(1), "CONFLICT NO_SEAT")
	equal(t, "giving one up", leave(1), "")
	equal(t, "giving it up again", leave(1), "CONFLICT NO_SEAT")
	equal(t, "giving up what she never had", leave(3), "CONFLICT NO_SEAT")
	equal(t, "the seats", w.seats(t, w.A.Session), "1,3")
	equal(t, "who has one and asks again", take(0), "CONFLICT DUPLICATE")
	equal(t, "the answer to the fourth now", take(3), "")
	equal(t, "the seats", w.seats(t, w.A.Session), "1,2,3")
}

func second[T any](_ T, err error) error { return err }

func TestSeatsAreNotTakenFromUnderGuests(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.openSeats(t, 4)
	guests := w.guests(t, 3)
	for _, guest := range guests {
		must(w.TakeSeat(t.Context(), guest, fresh(), w.A.Session))(t)
	}
	open := func(seats int) func() error {
		return func() error { return second(w.OpenSeats(t.Context(), w.A.Coordinator, fresh(), w.A.Session, seats)) }
	}
	w.refused(t, "CONFLICT NO_SEAT", open(2))
	w.refused(t, "INVALID seats", open(0))
	w.refused(t, "INVALID seats", open(201))
	must(w.GiveUpSeat(t.Context(), guests[0], fresh(), w.A.Session))(t)
	equal(t, "the seats", w.seats(t, w.A.Session), "2,3")
	w.openSeats(t, 2) // the guest on the third moves to the first
	equal(t, "the seats", w.seats(t, w.A.Session), "1,2")
	got := must(w.Store.As(w.A.Coordinator).SessionsByID(t.Context(), []engine.SessionID{w.A.Session}))(t)[0]
	equal(t, "the seats taken", got.SeatsTaken, 2)
}

// The database itself refuses what no use case should write.
func TestTheDatabaseHoldsTheSeats(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.openSeats(t, 2)
	guests := w.guests(t, 3)
	must(w.TakeSeat(t.Context(), guests[0], fresh(), w.A.Session))(t)
	seat := func(guest, number, of int) error {
		_, err := w.db.Exec(`insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3, seat, seats)
			select session_id, $2, starts_at, ends_at, busy, status, false, false, $3, $4 from booking where session_id = $1 limit 1`,
			w.A.Session, guests[guest].Expert(), number, of)
		return err
	}
	for name, err := range map[string]error{
		"a seat that is taken": seat(1, 1, 2), "a seat there is not": seat(1, 3, 2), "seat nought": seat(1, 0, 2), "a number of seats there is not": seat(1, 3, 3),
		"fewer than taken": second(w.db.Exec(`update session set seats = null where id = $1`, w.A.Session)),
	} {
		if err == nil {
			t.Errorf("%s is possible", name)
		}
	}
	if err := seat(1, 2, 2); err != nil {
		t.Errorf("a free seat is not possible: %v", err)
	}
}

// A guest gives her time and is none of those who do it.
func TestAGuestGivesHerTime(t *testing.T) {
	t.Parallel()
	w := start(t)
	must(w.OpenSeats(t.Context(), w.A.Coordinator, fresh(), w.A.Session, 3))(t)
	for _, expert := range []int{0, 1} {
		w.refused(t, "CONFLICT DUPLICATE", func() error { return second(w.TakeSeat(t.Context(), w.A.ExpertViewers[expert], fresh(), w.A.Session)) })
	}
	must(w.TakeSeat(t.Context(), w.A.ExpertViewers[3], fresh(), w.A.Session))(t)
	buffer := get[bool](t, w, `select upper(busy) = ends_at + interval '30 minutes' and status = 'CONFIRMED' and not one_to_one from booking where seat = 1`)
	equal(t, "her time is taken, with the way home", buffer, true)
	experts := must(w.Store.As(w.A.Coordinator).ExpertsOfSessions(t.Context(), []engine.SessionID{w.A.Session}))(t)
	equal(t, "experts of the session", len(experts), 2)

	// Her time is taken for others, and theirs for her.
	ear := w.open(t, w.ear())
	w.set(t, `insert into request_option (request_id, starts_at, ends_at) values ($1, $2, $3)`, ear, storetest.Local("2027-04-07", "13:00"), storetest.Local("2027-04-07", "18:00"))
	w.refused(t, "CONFLICT SLOT_CONFLICT", func() error {
		return second(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(ear, slot("2027-04-07", "15:45", 60), 3)))
	})
	w.booked(t, ear, slot("2027-04-07", "15:00", 60), 2)
	w.refused(t, "CONFLICT SLOT_CONFLICT", func() error { return second(w.TakeSeat(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Session)) })

	must(w.GiveUpSeat(t.Context(), w.A.ExpertViewers[3], fresh(), w.A.Session))(t)
	equal(t, "her bookings", get[int](t, w, `select count(*) from booking where expert_id = $1 and starts_at > $2`, w.A.Experts[3], storetest.Now), 0)
}

func TestACancelledSessionFreesItsGuests(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.openSeats(t, 3)
	guests := w.guests(t, 2)
	must(w.TakeSeat(t.Context(), guests[0], fresh(), w.A.Session))(t)
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session, nil))(t)
	equal(t, "the seats", w.seats(t, w.A.Session), "")
	equal(t, "her time", get[string](t, w, `select status from booking where expert_id = $1`, guests[0].Expert()), "RELEASED")
	const over = "CONFLICT ILLEGAL_TRANSITION"
	w.refused(t, over, func() error { return second(w.TakeSeat(t.Context(), guests[1], fresh(), w.A.Session)) })
	w.refused(t, over, func() error { return second(w.GiveUpSeat(t.Context(), guests[0], fresh(), w.A.Session)) })
	w.refused(t, over, func() error { return second(w.OpenSeats(t.Context(), w.A.Coordinator, fresh(), w.A.Session, 9)) })
}

func TestSeatsChangeNoMoreOnceItHasBegun(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.openSeats(t, 3)
	guests := w.guests(t, 2)
	w.at(slot("2027-04-07", "14:00", 90).Start.Add(-time.Microsecond))
	must(w.TakeSeat(t.Context(), guests[0], fresh(), w.A.Session))(t)
	w.at(slot("2027-04-07", "14:00", 90).Start)
	const over = "CONFLICT ILLEGAL_TRANSITION"
	w.refused(t, over, func() error { return second(w.TakeSeat(t.Context(), guests[1], fresh(), w.A.Session)) })
	w.refused(t, over, func() error { return second(w.GiveUpSeat(t.Context(), guests[0], fresh(), w.A.Session)) })
}

func TestOnlyGroupsHaveGuests(t *testing.T) {
	t.Parallel()
	w := start(t)
	one := w.booked(t, w.open(t, w.ear()), thursday, 0)
	w.refused(t, "INVALID sessionId", func() error { return second(w.OpenSeats(t.Context(), w.A.Coordinator, fresh(), one.ID, 3)) })
	for who, viewer := range map[string]auth.Viewer{
		"coordinator of the other pool": w.B.Coordinator, "requester": w.A.Requester, "expert who does it": w.A.ExpertViewers[0], "nobody": {},
	} {
		if got := class(second(w.OpenSeats(t.Context(), viewer, fresh(), w.A.Session, 3))); got != "NOT_FOUND" {
			t.Errorf("%s opens seats: %q", who, got)
		}
	}
	// Without seats no guest sees it, and with them none of another pool.
	equal(t, "an expert of the pool, before", class(second(w.TakeSeat(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Session))), "NOT_FOUND")
	w.openSeats(t, 3)
	equal(t, "an expert of another pool", class(second(w.TakeSeat(t.Context(), w.B.ExpertViewers[0], fresh(), w.A.Session))), "NOT_FOUND")
	equal(t, "a requester", class(second(w.TakeSeat(t.Context(), w.A.Requester, fresh(), w.A.Session))), "NOT_FOUND")
	equal(t, "an expert of the pool", class(second(w.TakeSeat(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Session))), "")
}

// A guest's own time is what the caps are about: what she agreed to do at most
// holds for it, too.
func TestAGuestHasRoomForIt(t *testing.T) {
	t.Parallel()
	const wednesday, april = "that day", "that month"
	for name, c := range map[string]struct {
		policy, own string // what is set, beside a session of an hour on the same day
		full        string // how the message begins; "" when she may sit in
	}{
		"by default":                     {"sessions_per_day = sessions_per_day", "max_travel_minutes = 60", ""},
		"as many a day as the pool lets": {"sessions_per_day = 1", "max_travel_minutes = 60", wednesday},
		"as many a week":                 {"sessions_per_week = 1", "max_travel_minutes = 60", "that week"},
		"as many a week as she wants":    {"sessions_per_day = sessions_per_day", "cap_sessions_per_week = 1", "that week"},
		"one more a week":                {"sessions_per_day = sessions_per_day", "cap_sessions_per_week = 2", ""},
		"150 minutes a week to the full": {"contact_minutes_week = 150", "max_travel_minutes = 60", ""},
		"a minute less":                  {"contact_minutes_week = 149", "max_travel_minutes = 60", "that week"},
		"150 minutes a month":            {"sessions_per_day = sessions_per_day", "cap_minutes_per_month = 150", ""},
		"a minute less a month":          {"sessions_per_day = sessions_per_day", "cap_minutes_per_month = 149", april},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.openSeats(t, 1) // at 14:00 on 7 April, for an hour and a half
			ear := w.open(t, w.ear())
			w.set(t, `insert into request_option (request_id, starts_at, ends_at) values ($1, $2, $3)`, ear, storetest.Local("2027-04-07", "13:00"), storetest.Local("2027-04-07", "20:00"))
			w.booked(t, ear, slot("2027-04-07", "18:00", 60), 2)
			w.set(t, `update pool_policy set `+c.policy)
			w.set(t, `update expert_record set `+c.own+` where expert_id = $1`, w.A.Experts[2])
			take := func() error { return second(w.TakeSeat(t.Context(), w.A.ExpertViewers[2], fresh(), w.A.Session)) }
			if c.full == "" {
				equal(t, "the answer", class(take()), "")
				return
			}
			if told := w.refused(t, "INFEASIBLE CAPACITY", take); told == nil || !strings.Contains(told.Message, c.full) {
				t.Errorf("she is told %v, want %s", told, c.full)
			}
		})
	}
}
