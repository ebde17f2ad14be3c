package app_test

import (
	"testing"

	"expex/engine"
)

// asks proposes to an expert of Midden-Holland that she moves to Flevoland on a day.
func (w *world) asks(t *testing.T, expert int, on engine.Date) {
	t.Helper()
	must(w.TransferExpert(t.Context(), w.A.Coordinator, fresh(), engine.Transfer{
		ExpertID: w.A.Experts[expert], ToPool: w.B.Pool, TakesEffect: on, Postcode4: w.B.Postcode4}))(t)
}

func init() {
	repeated["DeclineTransfer"] = struct {
		call, other func(w *world, t *testing.T, key string) (any, error)
	}{
		func(w *world, t *testing.T, key string) (any, error) {
			must(w.TransferExpert(t.Context(), w.A.Coordinator, "key-of-before", engine.Transfer{
				ExpertID: w.A.Experts[0], ToPool: w.B.Pool, TakesEffect: "2027-05-01", Postcode4: "1315"}))(t)
			return w.DeclineTransfer(t.Context(), w.A.ExpertViewers[0], key, w.B.Pool)
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.DeclineTransfer(t.Context(), w.A.ExpertViewers[0], key, w.A.Pool)
		},
	}
	events["she does not want to move"] = struct {
		happen func(*world, *testing.T)
		want   string
	}{func(w *world, t *testing.T) {
		w.asks(t, 0, "2027-04-07")
		must(w.DeclineTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool))(t)
	}, ""}
}

func TestANoToAMoveChangesNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.asks(t, 0, "2027-05-01")
	moves := func() string {
		return get[string](t, w, `select coalesce(string_agg(concat(kind, codes), ','), '') from task
			where kind in ('EXPERT_MOVES', 'TRANSFER_DECLINED') and pool_id = $1 and done_at is null`, w.A.Pool)
	}
	equal(t, "the task", moves(), "EXPERT_MOVES{AWAITS_EXPERT}")
	must(w.DeclineTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool))(t)
	equal(t, "the task", moves(), "TRANSFER_DECLINED{}")
	equal(t, "who hears of it", get[string](t, w, `select string_agg(account_id::text, ',') from notice where kind = 'TRANSFER_DECLINED'`), string(w.A.Coordinator.AccountID))
	equal(t, "what she sees", len(must(w.Store.As(w.A.ExpertViewers[0]).TransfersOf(t.Context(), w.A.Experts[:1]))(t)), 0)
	equal(t, "what the other pool sees", len(must(w.Store.As(w.B.Coordinator).TransfersOf(t.Context(), w.A.Experts[:1]))(t)), 0)
	w.refused(t, "NOT_FOUND", func() error {
		_, err := w.AcceptTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool)
		return err
	})
	w.refused(t, "NOT_FOUND", func() error {
		_, err := w.DeclineTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool)
		return err
	})
	for range 40 {
		w.night(t)
	}
	equal(t, "the pools she is in", get[int](t, w, `select count(*) from pool_member where expert_id = $1 and valid_to is null`, w.A.Experts[0]), 1)

	w.asks(t, 0, "2027-06-01") // and she may be asked again
	equal(t, "the task", moves(), "EXPERT_MOVES{AWAITS_EXPERT}")
	must(w.AcceptTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool))(t)
	w.refused(t, "CONFLICT ILLEGAL_TRANSITION", func() error {
		_, err := w.DeclineTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool)
		return err
	})
	equal(t, "the moves that were proposed", get[int](t, w, `select count(*) from expert_transfer where expert_id = $1`, w.A.Experts[0]), 2)
}

// A yes and a no at once are one answer.
func TestAMoveIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.asks(t, 0, "2027-05-01")
	answers := w.atOnce(t, nothing, `select from expert_transfer where expert_id = $1 for update`, w.A.Experts[0],
		func() error {
			_, err := w.AcceptTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool)
			return err
		},
		func() error {
			_, err := w.DeclineTransfer(t.Context(), w.A.ExpertViewers[0], fresh(), w.B.Pool)
			return err
		})
	equal(t, "the answers", answers, []string{"", "CONFLICT ILLEGAL_TRANSITION"})
}
