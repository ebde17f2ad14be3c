package app_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// question is one about the first two experts of Midden-Holland in the week of
// 5 April, when both are booked on Wednesday from 14:00 to 15:30.
func (w *world) question(change func(*app.SlotQuestion)) app.SlotQuestion {
	q := app.SlotQuestion{
		ExpertIDs: w.A.Experts[:2], Minutes: 60, First: 50, Place: store.SlotPlace{Municipality: "GM0513"},
		Between: slot("2027-04-05", "00:00", 7*24*60),
	}
	change(&q)
	return q
}

// begins gives the local beginnings of the first dates.
func begins(found app.FeasibleSlots) string {
	var out []string
	for _, p := range found.Proposals {
		out = append(out, p.Dates[0].Slot.Start.In(store.Zone).Format("2 15:04"))
	}
	return strings.Join(out, ", ")
}

func TestFeasibleSlotsKeepTheWayOnBothSides(t *testing.T) {
	t.Parallel()
	w := start(t)
	find := func(change func(*app.SlotQuestion)) app.FeasibleSlots {
		t.Helper()
		return must(w.FeasibleSlots(t.Context(), w.A.Coordinator, w.question(change)))(t)
	}
	wednesday := func(q *app.SlotQuestion) { q.Between = slot("2027-04-07", "00:00", 24*60); q.Minutes = 180 }
	equal(t, "on the day of the talk", begins(find(wednesday)), "7 16:00, 7 16:15, 7 16:30, 7 16:45, 7 17:00")

	// Nothing of the talk lies in a span that ends when it begins, but a session
	// has to leave before it.
	before := func(minutes int) func(*app.SlotQuestion) {
		return func(q *app.SlotQuestion) { q.Between, q.Minutes = slot("2027-04-07", "13:00", 60), minutes }
	}
	equal(t, "half an hour before the talk", begins(find(before(30))), "7 13:00")
	got := find(before(45))
	same(t, "three quarters", got.Obstacles, []engine.SlotObstacle{{Code: engine.Taken, Expert: w.A.Experts[0]}, {Code: engine.Taken, Expert: w.A.Experts[1]}})

	w.set(t, `update pool_policy set travel_buffer_minutes = 15 where pool_id = $1`, w.A.Pool)
	equal(t, "with a shorter way", begins(find(before(45))), "7 13:00")

	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session, nil))(t)
	if n := find(wednesday).Total; n != 17 {
		t.Errorf("%d slots of three hours from 13:00 to 20:00 after the talk was cancelled, want 17", n)
	}
}

func TestFeasibleSlotsSeeBookingsOfOtherPools(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `insert into pool_member (pool_id, expert_id, valid_from) values ($1, $2, '2026-01-01')`, w.A.Pool, w.B.Experts[0])
	q := w.question(func(q *app.SlotQuestion) {
		q.ExpertIDs = []engine.ExpertID{w.B.Experts[0]}
		q.Between = slot("2027-04-07", "13:00", 180)
		q.Minutes, q.Place = 120, store.SlotPlace{Online: true}
	})
	got := must(w.FeasibleSlots(t.Context(), w.A.Coordinator, q))(t)
	same(t, "obstacles", got.Obstacles, []engine.SlotObstacle{{Code: engine.Taken, Expert: w.B.Experts[0]}})
	if text := must(text(got))(t); strings.Contains(text, string(w.B.Session)) || strings.Contains(text, string(w.B.Pool)) {
		t.Errorf("the answer tells whose booking it is: %s", text)
	}
}

func TestFeasibleSlotsLeaveOutAPauseAndWhatHasPassed(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update expert_record set paused_until = $2 where expert_id = $1`, w.A.Experts[1], storetest.Local("2027-04-09", "18:40"))
	equal(t, "after the pause", begins(must(w.FeasibleSlots(t.Context(), w.A.Coordinator, w.question(func(q *app.SlotQuestion) {})))(t)), "9 18:45, 9 19:00")
	alone := w.question(func(q *app.SlotQuestion) { q.ExpertIDs = w.A.Experts[:1] })
	w.at(storetest.Local("2027-04-09", "18:31"))
	equal(t, "from the next quarter on", begins(must(w.FeasibleSlots(t.Context(), w.A.Coordinator, alone))(t)), "9 18:45, 9 19:00")
	w.at(storetest.Local("2027-04-12", "00:00"))
	w.refused(t, "INVALID between.end", func() error { _, err := w.FeasibleSlots(t.Context(), w.A.Coordinator, alone); return err })
}

func TestFeasibleSlotsKnowTheWayAndTheHolidaysOfThePlace(t *testing.T) {
	t.Parallel()
	w := start(t)
	find := func(place store.SlotPlace) app.FeasibleSlots {
		t.Helper()
		return must(w.FeasibleSlots(t.Context(), w.A.Coordinator, w.question(func(q *app.SlotQuestion) {
			q.Place, q.Between, q.First = place, slot("2027-04-26", "00:00", 2*24*60), 1
		})))(t)
	}
	here := find(store.SlotPlace{Municipality: "GM0513"})
	same(t, "in Gouda", []any{here.HolidayRegion, here.SchoolHolidaysUntil, len(here.Proposals[0].Dates[0].Warnings)}, []any{"MIDDEN", "2028-08-20", 1})
	same(t, "by postcode", find(store.SlotPlace{Postcode4: "2801"}), here)
	online := find(store.SlotPlace{Online: true})
	same(t, "online", []any{online.HolidayRegion, online.SchoolHolidaysUntil, len(online.Proposals[0].Dates[0].Warnings)}, []any{"", "", 0})

	far := find(store.SlotPlace{Municipality: "GM0014"}) // Groningen
	same(t, "far away", far.Obstacles, []engine.SlotObstacle{{Code: engine.NotThere, Expert: w.A.Experts[0]}, {Code: engine.NotThere, Expert: w.A.Experts[1]}})
	same(t, "and no region", far.HolidayRegion, "")
	w.set(t, `update expert_record set max_travel_minutes = 600`)
	if far = find(store.SlotPlace{Municipality: "GM0014"}); far.Total == 0 || len(far.Proposals[0].Dates[0].Warnings) != 0 {
		t.Errorf("%d slots with the warnings %v where no school holidays are known", far.Total, far.Proposals)
	}
}

func TestFeasibleSlotsRefuseWhatCannotBeAsked(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, c := range []struct {
		name, want string
		change     func(*app.SlotQuestion)
	}{
		{"nobody", "INVALID expertIds", func(q *app.SlotQuestion) { q.ExpertIDs = nil }},
		{"six", "", func(q *app.SlotQuestion) { q.ExpertIDs = w.A.Experts[:] }},
		{"seven", "INVALID expertIds", func(q *app.SlotQuestion) { q.ExpertIDs = append(w.A.Experts[:], w.B.Experts[0]) }},
		{"somebody twice", "INVALID expertIds", func(q *app.SlotQuestion) { q.ExpertIDs = slices.Repeat(w.A.Experts[:1], 2) }},
		{"somebody of another pool", "NOT_FOUND", func(q *app.SlotQuestion) { q.ExpertIDs = []engine.ExpertID{w.A.Experts[0], w.B.Experts[0]} }},
		{"nobody there is", "NOT_FOUND", func(q *app.SlotQuestion) { q.ExpertIDs = []engine.ExpertID{"aaaaaaaa-0004-4000-8000-00000000dead"} }},
		{"no id", "NOT_FOUND", func(q *app.SlotQuestion) { q.ExpertIDs = []engine.ExpertID{"me"} }},
		{"no place", "INVALID place.municipality", func(q *app.SlotQuestion) { q.Place = store.SlotPlace{} }},
		{"no municipality", "INVALID place.municipality", func(q *app.SlotQuestion) { q.Place.Municipality = "GM9999" }},
		{"two places", "INVALID place.online", func(q *app.SlotQuestion) { q.Place.Online = true }},
		{"no postcode", "INVALID place.postcode4", func(q *app.SlotQuestion) { q.Place.Postcode4 = "0801" }},
		{"a postcode nobody knows", "INVALID place.postcode4", func(q *app.SlotQuestion) { q.Place = store.SlotPlace{Postcode4: "9999"} }},
		{"with its municipality", "", func(q *app.SlotQuestion) { q.Place.Postcode4 = "9999" }},
		{"a session of no length", "INVALID duration", func(q *app.SlotQuestion) { q.Minutes = 0 }},
		{"no span", "INVALID between.end", func(q *app.SlotQuestion) { q.Between.End = q.Between.Start }},
		{"backwards", "INVALID between.end", func(q *app.SlotQuestion) { q.Between.End = q.Between.Start.Add(-time.Hour) }},
		{"for ever", "INVALID between.end", func(q *app.SlotQuestion) { q.Between.End = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"long ago", "INVALID between.end", func(q *app.SlotQuestion) { q.Between = slot("1900-01-02", "00:00", 24*60) }},
		{"in the far future", "INVALID between.end", func(q *app.SlotQuestion) { q.Between = slot("2200-01-02", "00:00", 24*60) }},
		{"no proposals", "INVALID first", func(q *app.SlotQuestion) { q.First = 0 }},
		{"a series of one", "INVALID pattern.occurrences", func(q *app.SlotQuestion) { q.Pattern = &engine.SlotPattern{Occurrences: 1, Every: 1} }},
	} {
		w.refused(t, c.want, func() error {
			_, err := w.FeasibleSlots(t.Context(), w.A.Coordinator, w.question(c.change))
			if class(err) != c.want {
				t.Errorf("%s: %v", c.name, err)
			}
			return err
		})
	}
}

func TestFeasibleSlotsAreForThoseWhoPlanWithHer(t *testing.T) {
	t.Parallel()
	w := start(t)
	for name, viewer := range map[string]auth.Viewer{"coordinator": w.A.Coordinator, "region lead": w.A.RegionLead} {
		if got, err := w.FeasibleSlots(t.Context(), viewer, w.question(func(*app.SlotQuestion) {})); err != nil || got.Total == 0 {
			t.Errorf("%s: %d slots, %v", name, got.Total, err)
		}
	}
	for name, viewer := range map[string]auth.Viewer{"nobody": {}, "herself": w.A.ExpertViewers[0], "requester": w.A.Requester, "trainer": w.A.Trainer, "another pool": w.B.Coordinator} {
		if _, err := w.FeasibleSlots(t.Context(), viewer, w.question(func(*app.SlotQuestion) {})); class(err) != "NOT_FOUND" {
			t.Errorf("%s: %v, want NOT_FOUND", name, err)
		}
	}
}

func text(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
