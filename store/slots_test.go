package store_test

import (
	"reflect"
	"testing"
	"time"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

func TestASlotSearchCostsTheSameForOneAndForSix(t *testing.T) {
	t.Parallel()
	log := &statements{}
	s := storetest.New(t, func(o *store.Options) { o.OnStatement = log.add })
	f := storetest.Fill(t, s)
	cost := func(ids []engine.ExpertID) int {
		return len(log.of(t, func() error {
			_, err := s.As(f.A.Coordinator).SlotSearch(t.Context(), ids, years, store.SlotPlace{Municipality: "GM0513"})
			return err
		}))
	}
	if one, six := cost(f.A.Experts[:1]), cost(f.A.Experts[:]); one != six {
		t.Errorf("%d statements for one expert, %d for six", one, six)
	}
}

func TestASlotSearchHoldsHoursAndNothingElse(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	owner := store.Owner(s)
	owner.MustExec(`update expert_record set paused_until = $2, max_travel_minutes = 45 where expert_id = $1`, f.A.Experts[1], storetest.Local("2027-04-06", "09:00"))
	owner.MustExec(`insert into blackout (expert_id, starts_at, ends_at) values ($1, $2, $3)`, f.A.Experts[1], storetest.Local("2027-04-08", "09:00"), storetest.Local("2027-04-08", "10:00"))
	week := engine.Interval{Start: storetest.Local("2027-04-05", "00:00"), End: storetest.Local("2027-04-12", "00:00")}
	got, err := s.As(f.A.Coordinator).SlotSearch(t.Context(), []engine.ExpertID{f.A.Experts[3], f.A.Experts[1]}, week, store.SlotPlace{Municipality: "GM0513", Postcode4: "2801"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Calendars) != 2 || got.Calendars[0].Expert != f.A.Experts[3] || got.Calendars[1].Expert != f.A.Experts[1] {
		t.Fatalf("the calendars are not in the order that was asked: %+v", got.Calendars)
	}
	second := got.Calendars[1]
	if len(second.Rules) != 5 || second.MaxTravelMinutes != 45 || second.TravelBufferMinutes != 30 || second.TravelMinutes == nil {
		t.Errorf("five weekdays, 45 minutes at most, half an hour between and a known way: %+v", second)
	}
	span := func(day engine.Date, from engine.WallTime, length time.Duration) engine.Interval {
		return engine.Interval{Start: storetest.Local(day, from).UTC(), End: storetest.Local(day, from).Add(length).UTC()}
	}
	closed := []engine.Interval{{Start: week.Start, End: storetest.Local("2027-04-06", "09:00").UTC()}, span("2027-04-08", "09:00", time.Hour)}
	if !reflect.DeepEqual(second.Blackouts, closed) {
		t.Errorf("closed is %v, want the pause and the blackout %v", second.Blackouts, closed)
	}
	if want := []engine.Interval{span("2027-04-07", "14:00", 2*time.Hour)}; !reflect.DeepEqual(second.Busy, want) {
		t.Errorf("busy is %v, want the talk and the way after it %v", second.Busy, want)
	}
	if got.Holidays.Region != engine.HolidayMiddle || got.Holidays.Until != "2028-08-20" || len(got.Holidays.List) != 0 {
		t.Errorf("a week without holidays in MIDDEN: %+v", got.Holidays)
	}
}

// Whoever may see an expert as herself, or did plan with her, does not plan with
// her now.
func TestASlotSearchIsOfExpertsTheViewerPlansWithToday(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	owner := store.Owner(s)
	owner.MustExec(`insert into account_role (account_id, role, pool_id, valid_from) values ($1, 'COORDINATOR', $2, '2026-01-01')`, f.A.ExpertViewers[0].AccountID, f.B.Pool)
	owner.MustExec(`insert into pool_member (pool_id, expert_id, valid_from, valid_to) values ($1, $2, '2026-01-01', '2027-01-01')`, f.B.Pool, f.A.Experts[0])
	_, err := s.As(f.A.ExpertViewers[0]).SlotSearch(t.Context(), f.A.Experts[:1], years, store.SlotPlace{Online: true})
	if !reflect.DeepEqual(err, error(engine.NotFound())) {
		t.Errorf("%v, want NOT_FOUND", err)
	}
}
