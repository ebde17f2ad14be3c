package app_test

import (
	"strings"
	"testing"
	"time"

	"expex/engine"
	"expex/store/storetest"
)

// away closes a span of the time of an expert of Midden-Holland.
func (w *world) away(t *testing.T, expert int, span engine.Interval) {
	t.Helper()
	must(w.AddBlackout(t.Context(), w.A.ExpertViewers[expert], fresh(), w.A.Experts[expert], span))(t)
}

// hours replaces the weekly hours of an expert of Midden-Holland: the days of the
// fixture, but for those named.
func (w *world) hours(t *testing.T, expert int, without ...engine.Weekday) {
	t.Helper()
	var rules []engine.AvailabilityRule
	for _, day := range []engine.Weekday{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"} {
		if len(without) == 0 || day != without[0] {
			rules = append(rules, engine.AvailabilityRule{Weekday: day, Starts: "13:00", Ends: "20:00", Parity: engine.EveryWeek, Mode: engine.Both})
		}
	}
	must(w.SetAvailability(t.Context(), w.A.ExpertViewers[expert], fresh(), w.A.Experts[expert], rules))(t)
}

// A change of her hours has what she does and is asked judged within seconds, as
// the night would: here the talk on 7 April, of the first expert and the second,
// and the offer of 8 April at 14:00 to the third.
func TestChangedHoursAreHeardOfAtOnce(t *testing.T) {
	t.Parallel()
	talk := slot("2027-04-07", "14:00", 90)
	const broken = "SESSION_BROKEN TALK {NOT_AVAILABLE}"
	for name, c := range map[string]struct {
		happen func(*world, *testing.T)
		tasks  string
		offer  engine.OfferStatus
	}{
		"away at the talk":    {func(w *world, t *testing.T) { w.away(t, 0, slot("2027-04-07", "15:00", 60)) }, broken, engine.OfferSent},
		"away on another day": {func(w *world, t *testing.T) { w.away(t, 0, slot("2027-04-06", "00:00", 24*60)) }, "", engine.OfferSent},
		"away right after it": {func(w *world, t *testing.T) {
			w.away(t, 0, engine.Interval{Start: talk.End, End: talk.End.Add(time.Hour)})
		}, "", engine.OfferSent},
		"somebody else is away":         {func(w *world, t *testing.T) { w.away(t, 3, talk) }, "", engine.OfferSent},
		"away when she is asked for":    {func(w *world, t *testing.T) { w.away(t, 2, slot("2027-04-08", "00:00", 24*60)) }, "", engine.OfferWithdrawn},
		"no hours on that day any more": {func(w *world, t *testing.T) { w.hours(t, 0, "WEDNESDAY") }, broken, engine.OfferSent},
		"no hours when she is asked":    {func(w *world, t *testing.T) { w.hours(t, 2, "THURSDAY") }, "", engine.OfferWithdrawn},
		"the same hours":                {func(w *world, t *testing.T) { w.hours(t, 0); w.hours(t, 2) }, "", engine.OfferSent},
		"hours taken and given back": {func(w *world, t *testing.T) {
			w.hours(t, 0, "WEDNESDAY")
			w.due(t, storetest.Now)
			equal(t, "meanwhile", w.blockers(t, w.A.Session), "NOT_AVAILABLE")
			w.hours(t, 0)
		}, "", engine.OfferSent},
		"away no more": {func(w *world, t *testing.T) {
			w.away(t, 0, talk)
			w.due(t, storetest.Now)
			equal(t, "meanwhile", w.blockers(t, w.A.Session), "NOT_AVAILABLE")
			w.set(t, `delete from blackout`)
		}, "", engine.OfferSent},
		"in another pool": {func(w *world, t *testing.T) {
			w.set(t, `insert into pool_member (pool_id, expert_id, valid_from) values ($1, $2, '2026-01-01')`, w.B.Pool, w.A.Experts[2])
			w.set(t, `update offer set expert_id = $2 where id = $1`, w.B.Offer, w.A.Experts[2])
			w.away(t, 2, slot("2027-04-08", "14:30", 15))
			w.due(t, storetest.Now)
			equal(t, "the offer of the other pool", w.status(t, "offer", w.B.Offer), "WITHDRAWN")
		}, "", engine.OfferWithdrawn},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.due(t, storetest.Now) // the night before
			c.happen(w, t)
			w.due(t, storetest.Now)
			named := strings.NewReplacer(string(w.A.Session), "TALK")
			found := w.breaking(t)
			equal(t, "what is found", named.Replace(found), c.tasks)
			equal(t, "the open offer", w.status(t, "offer", w.A.Offer), string(c.offer))
			w.night(t)
			equal(t, "the night after", w.breaking(t), found)
			equal(t, "the open offer after the night", w.status(t, "offer", w.A.Offer), string(c.offer))
		})
	}
}

// Her private calendar closes what she is asked for as soon as it was read, and a
// reading that finds the same times has nothing looked at again.
func TestAPrivateCalendarIsHeardOfAtOnce(t *testing.T) {
	t.Parallel()
	w, far := linking(t)
	open := w.offer(t, w.open(t, w.ear()), thursday, 0)[0]
	w.due(t, storetest.Now)
	queued := func() int { return get[int](t, w, `select count(*) from due_work where kind = 'RECHECK'`) }

	far.gives(slot("2027-04-22", "19:00", 60))
	id := w.link(t)
	equal(t, "what is looked at, of the talk and the offer", queued(), 2)
	w.due(t, storetest.Now)
	equal(t, "the offer", w.status(t, "offer", open), "SENT")

	w.at(storetest.Now.Add(2 * time.Hour))
	equal(t, "read", must(w.ReadBusyCalendars(t.Context()))(t), 1)
	equal(t, "what is looked at when it is the same", queued(), 0)

	far.gives(slot("2027-04-22", "15:30", 60))
	w.due(t, storetest.Now.Add(4*time.Hour))
	equal(t, "read", must(w.ReadBusyCalendars(t.Context()))(t), 1)
	w.due(t, storetest.Now.Add(4*time.Hour))
	equal(t, "the offer", w.status(t, "offer", open), "WITHDRAWN")
	equal(t, "the talk", w.breaking(t), "")

	must(w.UnlinkBusyCalendar(t.Context(), w.A.ExpertViewers[0], fresh(), id))(t)
	equal(t, "what is looked at when it is gone", queued(), 1)
}

// A re-check that waits in the queue is not taken off it by who does not see the
// change yet.
func TestHoursThatChangeDuringARecheckAreNotLost(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.due(t, storetest.Now)
	w.away(t, 0, slot("2027-04-06", "00:00", 24*60)) // queues it, and nothing comes of it
	tx, err := w.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`insert into blackout (expert_id, starts_at, ends_at) values ($1, '2027-04-07', '2027-04-08')`, w.A.Experts[0]); err != nil {
		t.Fatal(err)
	}
	w.due(t, storetest.Now)
	equal(t, "before it is saved", w.breaking(t), "")
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	w.due(t, storetest.Now)
	equal(t, "once it is saved", w.blockers(t, w.A.Session), "NOT_AVAILABLE")
}
