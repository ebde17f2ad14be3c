package store_test

import (
	"strings"
	"testing"

	"expex/store"
	"expex/store/storetest"
)

// The law of the house is the database's: it lets two bookings overlap when one
// of them says why, and whatever code asks cannot leave that out.
func TestOnlyAReasonLetsBookingsOverlap(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	db := store.Owner(s)
	const doubled = `
		insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3, double_reason)
		select $1, expert_id, starts_at, ends_at, busy, $2, false, false, $3 from booking where session_id = $4 and expert_id = $5`
	for _, c := range []struct {
		name, status string
		reason       any
		refusedBy    string
	}{
		{"no reason", "CONFIRMED", nil, "booking_no_overlap"},
		{"no reason, held", "HELD", nil, "booking_no_overlap"},
		{"an empty reason", "CONFIRMED", "", "booking_double_reason"},
		{"a reason without end", "CONFIRMED", strings.Repeat("x", 501), "booking_double_reason"},
		{"let go", "RELEASED", nil, ""},
		{"a reason", "CONFIRMED", "Zij sluit later aan", ""},
	} {
		tx := db.MustBegin()
		_, err := tx.Exec(doubled, f.A.Done[0], c.status, c.reason, f.A.Session, f.A.Experts[1])
		switch {
		case c.refusedBy == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.refusedBy != "" && (err == nil || !strings.Contains(err.Error(), c.refusedBy)):
			t.Errorf("%s: %v, want %s", c.name, err, c.refusedBy)
		}
		if err == nil && c.reason != nil { // and nobody takes the reason away while they overlap
			if _, err := tx.Exec(`update booking set double_reason = null where session_id = $1 and expert_id = $2`, f.A.Done[0], f.A.Experts[1]); err == nil {
				t.Errorf("%s: the reason was taken away and the overlap stands", c.name)
			}
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhyTimeIsGivenTwiceIsForCoordinatorsOfThePool(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for who, v := range map[string]store.View{"the expert": s.As(f.A.ExpertViewers[0]), "the coordinator": s.As(f.A.Coordinator)} {
		err := store.Read(t.Context(), v, func(tx *store.Tx) error {
			var n int
			return tx.GetContext(t.Context(), &n, `select count(double_reason) from booking`)
		})
		if err == nil {
			t.Errorf("%s reads the column itself, past session_standing", who)
		}
	}
}
