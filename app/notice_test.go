package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"expex/engine"
	"expex/store/storetest"
)

// told gives the messages of the outbox as "KIND name", sorted, and forgets them.
func (w *world) told(t *testing.T) string {
	t.Helper()
	out := get[string](t, w, `
		select coalesce(string_agg(line, ', ' order by line), '') from (
		    select n.kind || ' ' || coalesce(e.first_name, a.name) as line from notice n
		    left join expert e on e.id = n.expert_id left join account a on a.id = n.account_id) lines`)
	w.set(t, `delete from notice`)
	return out
}

// onlyOf keeps the messages of some kind.
func onlyOf(kind, told string) string {
	var out []string
	for one := range strings.SplitSeq(told, ", ") {
		if strings.HasPrefix(one, kind+" ") {
			out = append(out, strings.TrimPrefix(one, kind+" "))
		}
	}
	return strings.Join(out, ", ")
}

func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	expert, requester, coordinator := engine.SideExpert, engine.SideRequester, engine.SideCoordinator
	for name, c := range map[string]struct {
		kind string
		do   func(*world, *testing.T)
		want string
	}{
		"a request comes in": {"REQUEST_SUBMITTED", func(w *world, t *testing.T) {
			must(w.SubmitRequest(t.Context(), w.A.LocationAsker, fresh(), w.ear()))(t)
		}, "Cornelia Coördinator"},
		"the coordinator asks herself": {"REQUEST_SUBMITTED", func(w *world, t *testing.T) {
			must(w.SubmitRequest(t.Context(), w.A.Coordinator, fresh(), w.ear()))(t)
		}, ""},
		"a session is certain": {"SESSION_CONFIRMED", func(w *world, t *testing.T) {
			w.booked(t, w.open(t, w.ear()), thursday, 0)
		}, "Loes Locatie"}, // Aafke said yes herself
		"a pair is complete": {"SESSION_CONFIRMED", func(w *world, t *testing.T) {
			offers := w.offer(t, w.open(t, w.talk()), friday, 0, 1)
			must(w.accept(t.Context(), 0, offers[0]))(t)
			equal(t, "told before the second yes", onlyOf("SESSION_CONFIRMED", w.told(t)), "")
			must(w.accept(t.Context(), 1, offers[1]))(t)
		}, "Aafke, Loes Locatie"},
		"an expert steps out": {"EXPERT_OUT", func(w *world, t *testing.T) {
			must(w.CancelSession(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Session, &expert))(t)
		}, "Abel, Cornelia Coördinator, Loes Locatie"},
		"the requester cancels": {"SESSION_CANCELLED", func(w *world, t *testing.T) {
			must(w.CancelSession(t.Context(), w.A.LocationAsker, fresh(), w.A.Session, &requester))(t)
		}, "Aafke, Abel, Cornelia Coördinator"},
		"the coordinator cancels": {"SESSION_CANCELLED", func(w *world, t *testing.T) {
			must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), w.A.Session, &coordinator))(t)
		}, "Aafke, Abel, Loes Locatie"},
		"a request is withdrawn": {"SESSION_CANCELLED", func(w *world, t *testing.T) {
			must(w.WithdrawRequest(t.Context(), w.A.LocationAsker, fresh(), w.A.Talk))(t)
		}, "Aafke, Abel, Cornelia Coördinator"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			w.set(t, `update request set submitted_by = $1`, w.A.LocationAsker.AccountID)
			c.do(w, t)
			equal(t, "told", onlyOf(c.kind, w.told(t)), c.want)
		})
	}
}

// The talk is on 7 April from 14:00 to 15:30 in Amsterdam, with Aafke and Abel.
func TestAChangeWithinADayIsToldAtOnce(t *testing.T) {
	t.Parallel()
	begins := storetest.Local("2027-04-07", "14:00")
	const all = "Aafke, Abel, Loes Locatie"
	for name, c := range map[string]struct {
		before time.Duration // the beginning
		change string
		want   string
	}{
		"cancelled":                       {23 * time.Hour, `status = 'CANCELLED_BY_CLIENT'`, all},
		"cancelled a day before":          {24 * time.Hour, `status = 'CANCELLED_BY_CLIENT'`, ""},
		"cancelled when it had begun":     {0, `status = 'CANCELLED_BY_CLIENT'`, ""},
		"moved away":                      {time.Hour, `starts_at = starts_at + interval '7 days', ends_at = ends_at + interval '7 days'`, all},
		"moved near":                      {8 * 24 * time.Hour, `starts_at = starts_at - interval '188 hours', ends_at = ends_at - interval '188 hours'`, all},
		"moved, both far":                 {8 * 24 * time.Hour, `starts_at = starts_at - interval '1 hour'`, ""},
		"another place":                   {time.Hour, `address = 'Voorbeeldplein 9'`, all},
		"online":                          {time.Hour, `online = true`, all},
		"took place":                      {time.Hour, `status = 'COMPLETED'`, ""},
		"nothing a calendar would show":   {time.Hour, `late = true`, ""},
		"was cancelled before, and again": {time.Hour, `status = 'CANCELLED_BY_EXPERT' where status = 'CANCELLED_BY_CLIENT'`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			w.set(t, `update request set submitted_by = $1`, w.A.LocationAsker.AccountID)
			w.told(t)
			moment := begins.Add(-c.before).UTC().Format(time.RFC3339)
			where := " where true"
			if strings.Contains(c.change, "where") {
				where = ""
			}
			w.set(t, `select set_config('app.now', '`+moment+`', false); update session set `+c.change+where+` and id = '`+string(w.A.Session)+`'`)
			equal(t, "told", onlyOf("SESSION_CHANGED_SOON", w.told(t)), c.want)
		})
	}
}

// One transaction is one message to each, and the urgent words win.
func TestACancellationWithinADayIsOneMessageEach(t *testing.T) {
	t.Parallel()
	w := queue(t)
	w.set(t, `update request set submitted_by = $1`, w.A.LocationAsker.AccountID)
	w.at(storetest.Local("2027-04-07", "13:00"))
	must(w.CancelSession(t.Context(), w.A.LocationAsker, fresh(), w.A.Session, nil))(t)
	equal(t, "told", w.told(t), "SESSION_CANCELLED Cornelia Coördinator, SESSION_CHANGED_SOON Aafke, SESSION_CHANGED_SOON Abel")
}

// Hours before a session are elapsed hours: on the days clocks change, the wall
// shows another time than a day or two hours before.
func TestRemindersComeADayAndTwoHoursBefore(t *testing.T) {
	t.Parallel()
	const both = "SESSION_REMINDER Aafke, SESSION_REMINDER Abel"
	for name, begins := range map[string]time.Time{
		"any day":                  storetest.Local("2027-04-07", "14:00"),
		"after clocks go forward":  storetest.Local("2027-03-28", "14:00"),
		"just after the gap":       storetest.Local("2027-03-28", "03:30"),
		"after clocks go back":     storetest.Local("2027-10-31", "14:00"),
		"the first of two times":   storetest.Local("2027-10-31", "02:30"),
		"the second of two times":  storetest.Local("2027-10-31", "02:30").Add(time.Hour),
		"the day after they do so": storetest.Local("2027-11-01", "01:00"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			w.at(begins.Add(-30 * 24 * time.Hour))
			w.set(t, `update session set status = 'HELD' where id = $1`, w.A.Session)
			w.set(t, `update session set status = 'CONFIRMED', starts_at = $2, ends_at = $2::timestamptz + interval '1 hour' where id = $1`, w.A.Session, begins)
			w.told(t)
			for _, step := range []struct {
				at   time.Duration
				want string
			}{
				{24*time.Hour + time.Second, ""}, {24 * time.Hour, both}, {23 * time.Hour, ""},
				{2*time.Hour + time.Second, ""}, {2 * time.Hour, both}, {time.Hour, ""}, {-time.Hour, ""},
			} {
				w.at(begins.Add(-step.at))
				must(w.DoDue(t.Context()))(t)
				equal(t, "told "+step.at.String()+" before", w.told(t), step.want)
			}
		})
	}
}

func TestRemindersFollowTheirSession(t *testing.T) {
	t.Parallel()
	begins := storetest.Local("2027-04-07", "14:00")
	const both = "SESSION_REMINDER Aafke, SESSION_REMINDER Abel"
	for name, c := range map[string]struct {
		change string
		at     time.Time
		want   string
	}{
		"cancelled":               {`update session set status = 'CANCELLED_BY_CLIENT'`, begins.Add(-time.Hour), ""},
		"moved away":              {`update session set starts_at = starts_at + interval '7 days', ends_at = ends_at + interval '7 days'`, begins.Add(-time.Hour), ""},
		"moved away, in time":     {`update session set starts_at = starts_at + interval '7 days', ends_at = ends_at + interval '7 days'`, begins.Add(6 * 24 * time.Hour), both},
		"held only":               {`update session set status = 'HELD'`, begins.Add(-time.Hour), ""},
		"one fell out":            {`update booking set status = 'RELEASED' where expert_id = 'aaaaaaaa-0004-4000-8000-000000000001'`, begins.Add(-time.Hour), "SESSION_REMINDER Abel"},
		"nobody looked for a day": {`select`, begins.Add(-time.Hour), both}, // one each: the first is past
		"nobody looked till then": {`select`, begins, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := queue(t)
			w.set(t, `update session set status = 'HELD' where id = $1`, w.A.Session)
			w.set(t, `update session set status = 'CONFIRMED' where id = $1`, w.A.Session)
			equal(t, "queued", get[int](t, w, `select count(*) from due_work where about = $1`, w.A.Session), 2)
			change := c.change
			if strings.HasPrefix(change, "update session") {
				change += ` where id = '` + string(w.A.Session) + `'`
			}
			w.set(t, change)
			w.told(t)
			w.at(c.at)
			must(w.DoDue(t.Context()))(t)
			equal(t, "told", w.told(t), c.want)
		})
	}
}

// Hours of the fixture were confirmed ten days ago.
func TestAnExpertIsAskedEveryFourWeeksWhetherHerHoursHold(t *testing.T) {
	t.Parallel()
	w := start(t)
	day := func(n int) string {
		w.at(storetest.Now.AddDate(0, 0, n))
		must(w.DoDue(t.Context()))(t)
		told := onlyOf("CONFIRM_HOURS", w.told(t))
		return strings.Join(slices.DeleteFunc(strings.Split(told, ", "), func(name string) bool { return name != "Aafke" && name != "Abel" }), ", ")
	}
	equal(t, "on day 17", day(17), "")
	equal(t, "on day 18", day(18), "Aafke, Abel")
	equal(t, "on day 19", day(19), "")
	must(w.SetAvailability(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Experts[0], nil))(t)
	w.set(t, `update expert_record set status = 'PAUSED' where expert_id = $1`, w.A.Experts[1])
	equal(t, "on day 46", day(46), "")
	equal(t, "on day 47", day(47), "Aafke")
	w.set(t, `update expert_record set status = 'DEPLOYABLE' where expert_id = $1`, w.A.Experts[1])
	equal(t, "on day 75", day(75), "Aafke, Abel")
}
