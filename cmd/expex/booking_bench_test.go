package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"expex/engine"
	"expex/graph/globalid"
	"expex/store/storetest"
)

// BenchmarkBooking books hours of twenty experts, through two processes with
// everything acceptOffer does, and beside it in the same run with what the best
// plain SQL does that still never books twice: an advisory lock, a look, an
// insert under the same exclusion constraint. Uniform is 32 callers and an hour
// of its own for each call; hot is 64 callers for five hours of one expert. The
// floor is the least that a mutation costs, which no rule makes dearer.
func BenchmarkBooking(b *testing.B) {
	for _, load := range []struct {
		name    string
		callers int
		attempt func(n int) (expert int, start time.Time)
	}{
		{"uniform", 32, func(n int) (int, time.Time) { return n % 20, bookingHour(n / 20) }},
		{"hot", 64, func(n int) (int, time.Time) { return 0, bookingHour(n % 5) }},
	} {
		const warmUp, attempts = 400, 1000
		b.Run(load.name+"/service", func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				r := newRush(b, 20)
				offers := make([]rushOffer, warmUp+attempts)
				for n := range offers {
					expert, start := load.attempt(n)
					if n >= attempts {
						expert, start = n%20, bookingHour(n/20)
					}
					offers[n] = rushOffer{r.sent(b, n, r.experts[expert], start), r.experts[expert]}
				}
				accept := func(n int) (booked bool, err error) {
					a, err := ask(r.urls[n%2], offers[n].expert.token, `mutation($i:AcceptOfferInput!){acceptOffer(input:$i){session{status}}}`,
						map[string]any{"i": map[string]any{"idempotencyKey": fmt.Sprintf("bench-%06d", n), "offerId": offers[n].id}})
					if err == nil && len(a.Errors) > 0 && a.Errors[0].Extensions.Code != "CONFLICT" {
						err = fmt.Errorf("%+v", a.Errors)
					}
					return len(a.Errors) == 0, err
				}
				// What a live database knows of its tables once there is something in
				// them, and connections that have met their statements since.
				for half := range 2 {
					if _, err := r.db.Exec(`analyze`); err != nil {
						b.Fatal(err)
					}
					each(warmUp/2, load.callers, func(n int) error {
						if _, err := accept(attempts + half*warmUp/2 + n); err != nil {
							b.Error(err)
						}
						return nil
					})
				}
				b.StartTimer()
				done := r.cpu(b, attempts)
				measured(b, attempts, load.callers, accept)
				done()
			}
		})
		// What the service costs whatever it is asked: a call over HTTP, a token, a
		// transaction under row-level security, a key, one insert.
		b.Run(load.name+"/floor", func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				r := newRush(b, 20)
				shut := func(n int) (bool, error) {
					expert, start := load.attempt(n)
					_, err := do(r.urls[n%2], r.experts[expert].token, `mutation($i:AddBlackoutInput!){addBlackout(input:$i){__typename}}`,
						map[string]any{"i": map[string]any{"idempotencyKey": fmt.Sprintf("floor-%06d", n), "expertId": r.experts[expert].id,
							"span": map[string]any{"start": start, "end": start.Add(time.Hour + time.Duration(n)*time.Second)}}})
					return err == nil, err
				}
				each(warmUp, load.callers, func(n int) error {
					if _, err := shut(attempts + n); err != nil {
						b.Error(err)
					}
					return nil
				})
				b.StartTimer()
				done := r.cpu(b, attempts)
				measured(b, attempts, load.callers, shut)
				done()
			}
		})
		b.Run(load.name+"/bare", func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				r := newRush(b, 0)
				r.db.SetMaxOpenConns(40) // as many as the two processes have
				r.db.SetMaxIdleConns(40)
				if _, err := r.db.Exec(`create table bare (expert int, busy tstzrange, exclude using gist (expert with =, busy with &&))`); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				done := r.cpu(b, attempts)
				measured(b, attempts, load.callers, func(n int) (bool, error) {
					expert, start := load.attempt(n)
					return bookBare(r.db, expert, start)
				})
				done()
			}
		})
	}
}

// bookingHour is one of three a week, on Mondays, Wednesdays and Fridays from
// April on.
func bookingHour(n int) time.Time {
	return storetest.Local(engine.Date("2027-04-05").AddDays(7*(n/3)+2*(n%3)), "14:00")
}

// sent is an offer of that hour, which waits for the expert's answer.
func (r *rush) sent(b *testing.B, n int, expert rushExpert, start time.Time) string {
	b.Helper()
	id, err := globalid.Decode[engine.ExpertID](globalid.Expert, expert.id)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := r.db.Exec(`update pool_policy set open_offers = 2000`); err != nil {
		b.Fatal(err)
	}
	var offer engine.OfferID
	if err := r.db.QueryRow(`
		with pool as (select p.pool_id from pool_member p where p.expert_id = $1),
		client as (insert into client (pool_id, organisation_id, age_from, age_to) select pool_id, $2, 15, 16 from pool returning ref),
		request as (insert into request (pool_id, organisation_id, type, status, team_size, minutes, municipality, client_ref, submitted_at)
		    select pool_id, $2, 'LISTENING_EAR', 'OFFERED', 1, 60, 'GM0513', ref, $4 from pool, client returning id, pool_id),
		theme as (insert into request_theme (request_id, theme, importance) select id, 'LONELINESS', 'MUST' from request),
		decision as (insert into decision (request_id, made_at, starts_at, ends_at, engine_version, weights_version, input_hash, suggestion)
		    select id, $4, $3, $3::timestamptz + interval '1 hour', '', '', '', '{}' from request returning id)
		insert into offer (decision_id, request_id, pool_id, expert_id, type, theme_groups, online, municipality, starts_at, ends_at, sent_at, expires_at)
		select d.id, r.id, r.pool_id, $1, 'LISTENING_EAR', '{}', false, 'GM0513', $3, $3::timestamptz + interval '1 hour', $4, $4::timestamptz + interval '3 days'
		from decision d, request r returning id`, id, r.houseID, start, storetest.Now).Scan(&offer); err != nil {
		b.Fatal(err)
	}
	return globalid.Encode(globalid.Offer, string(offer))
}

// bookBare is the whole of a booking that knows no rules.
func bookBare(db *sql.DB, expert int, start time.Time) (bool, error) {
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`select pg_advisory_xact_lock($1)`, expert); err != nil {
		return false, err
	}
	var taken bool
	if err := tx.QueryRow(`select exists (select from bare where expert = $1 and busy && tstzrange($2::timestamptz, $2::timestamptz + interval '90 minutes'))`, expert, start).Scan(&taken); err != nil || taken {
		return false, err
	}
	if _, err := tx.Exec(`insert into bare values ($1, tstzrange($2::timestamptz, $2::timestamptz + interval '90 minutes'))`, expert, start); err != nil {
		return false, err
	}
	return true, tx.Commit()
}

// cpu begins to count the processor time of the two processes and of their
// connections to the database, and gives what reports it. It knows how on Linux,
// with a database on the same machine.
func (r *rush) cpu(b *testing.B, attempts int) (report func()) {
	b.Helper()
	of := func(pid int) time.Duration {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
		if err != nil {
			return 0
		}
		var ns time.Duration
		fmt.Sscan(string(text), &ns)
		return ns
	}
	// schedstat of a process is that of its first thread; Go has many.
	threads := func(pid int) (sum time.Duration) {
		entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
		for _, e := range entries {
			id, _ := strconv.Atoi(e.Name())
			sum += of(id)
		}
		return sum
	}
	now := func() (service, database time.Duration) {
		for _, p := range r.programs {
			service += threads(p.Process.Pid)
		}
		rows, err := r.db.Query(`select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`)
		if err != nil {
			b.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var pid int
			if err := rows.Scan(&pid); err != nil {
				b.Fatal(err)
			}
			database += of(pid)
		}
		return service, database
	}
	service, database := now()
	return func() {
		s, d := now()
		if d == database {
			return
		}
		b.ReportMetric(float64((s-service).Microseconds())/1000/float64(attempts), "go-ms/attempt")
		b.ReportMetric(float64((d-database).Microseconds())/1000/float64(attempts), "pg-ms/attempt")
	}
}

// measured makes the attempts and reports how many went through a second, how
// many booked, and how long the slowest hundredth took at least.
func measured(b *testing.B, attempts, callers int, attempt func(n int) (booked bool, err error)) {
	b.Helper()
	took := make([]time.Duration, attempts)
	var next, booked atomic.Int64
	var failed sync.Map
	began := time.Now()
	each(callers, callers, func(int) error {
		for {
			n := int(next.Add(1)) - 1
			if n >= attempts {
				return nil
			}
			start := time.Now()
			ok, err := attempt(n)
			took[n] = time.Since(start)
			if err != nil {
				failed.Store(err.Error(), true)
			}
			if ok {
				booked.Add(1)
			}
		}
	})
	failed.Range(func(message, _ any) bool { b.Error(message); return true })
	slices.Sort(took)
	b.ReportMetric(float64(attempts)/time.Since(began).Seconds(), "attempts/s")
	b.ReportMetric(float64(took[attempts*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(booked.Load()), "booked")
	b.ReportMetric(0, "ns/op")
}
