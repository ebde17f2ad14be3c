package store_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

func TestAFeedShowsTheAppointmentsOfItsExpert(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	c, err := s.FeedBySecret(t.Context(), storetest.FeedSecret(f.A).Hash())
	if err != nil {
		t.Fatal(err)
	}
	event := func(uid engine.SessionID, day engine.Date) store.FeedEvent {
		start := storetest.Local(day, "14:00").UTC()
		return store.FeedEvent{UID: string(uid), Start: start, End: start.Add(90 * time.Minute), Created: storetest.Now.AddDate(0, -2, 0), Changed: storetest.Now.AddDate(0, -2, 0),
			Status: "CONFIRMED", Municipality: "Gouda", Address: "Voorbeeldstraat 3"}
	}
	for i := range c.Events {
		e := &c.Events[i]
		e.Start, e.End, e.Created, e.Changed = e.Start.UTC(), e.End.UTC(), e.Created.UTC(), e.Changed.UTC()
	}
	want := []store.FeedEvent{event(f.A.Done[0], "2027-02-03"), event(f.A.Done[1], "2027-02-10"), event(f.A.Done[2], "2027-02-17"), event(f.A.Session, "2027-04-07")}
	if !reflect.DeepEqual(c.Events, want) || c.Dead || c.Feed.ID != f.A.Feed || !c.Now.Equal(storetest.Now) {
		t.Errorf("it shows %+v, want %+v", c, want)
	}
}

// What may never be in a calendar is not in what a calendar is made of.
func TestAFeedHoldsNothingOfClientsThemesOrHouses(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	store.Owner(s).MustExec(`update session set address = 'Markt 1'`) // her last name is part of the other
	c, err := s.FeedBySecret(t.Context(), storetest.FeedSecret(f.A).Hash())
	if err != nil {
		t.Fatal(err)
	}
	content, _ := json.Marshal(c.Events)
	forbidden := column(t, s, `
		select name from organisation union select id::text from organisation union select goal from request where goal <> '' union select id::text from request
		union select ref::text from client union select first_name from expert union select last_name from expert_record union select id::text from expert
		union select code from theme union select nl from theme union select code from deployment_type union select nl from deployment_type
		union select name from account union select name from pool`)
	for _, text := range forbidden {
		if strings.Contains(string(content), text) {
			t.Errorf("it shows %q", text)
		}
	}
}

// Each step changes the database and asks again.
func TestWhatAFeedSecretOpens(t *testing.T) {
	t.Parallel()
	now := storetest.Now
	s := storetest.New(t, func(o *store.Options) { o.Now = func() time.Time { return now } })
	f := storetest.Fill(t, s)
	day := 24 * time.Hour
	for _, step := range []struct {
		name, change string
		at           time.Duration // after storetest.Now
		want         string
	}{
		{"as it was made", `select 1`, 0, "4 CONFIRMED"},
		{"the house has a secret address", `update organisation set address_visibility = 'SECRET'`, 0, "4 CONFIRMED nowhere"},
		{"the house has an internal address", `update organisation set address_visibility = 'INTERNAL'`, 0, "4 CONFIRMED nowhere"},
		{"the session is one to one", `update organisation set address_visibility = 'PUBLIC'; update booking set one_to_one = true`, 0, "4 CONFIRMED nowhere"},
		{"the session is held", `update booking set one_to_one = false; update session set status = 'HELD' where starts_at > '2027-04-01'`, 0, "3 CONFIRMED 1 TENTATIVE"},
		{"her time was given back", `update booking set status = 'RELEASED' where starts_at > '2027-04-01'`, 0, "3 CONFIRMED 1 CANCELLED"},
		{"until the session would have been over", `select 1`, 11*day + 4*time.Hour, "2 CONFIRMED 1 CANCELLED"},
		{"and the cancellation is a month old", `update session set changed_at = '2027-03-01' where starts_at > '2027-04-01'`, 12 * day, "2 CONFIRMED"},
		{"she is paused", `update booking set status = 'CONFIRMED'; update session set status = 'CONFIRMED'; update expert_record set status = 'PAUSED'`, 0, "NOT_FOUND"},
		{"she has left", `update expert_record set status = 'OFFBOARDED'`, 0, "NOT_FOUND"},
		{"she is back", `update expert_record set status = 'DEPLOYABLE'; update calendar_feed_secret set revoked_at = '2027-03-27' where revoked_at is not null`, 0, "dead"},
		{"with a new secret", `update calendar_feed_secret set revoked_at = null`, 0, "4 CONFIRMED"},
		{"nobody fetched it for half a year", `update calendar_feed set last_fetched_at = '2026-09-20'`, 0, "NOT_FOUND"},
		{"it was fetched again in time", `update calendar_feed set last_fetched_at = '2026-10-10'`, 0, "4 CONFIRMED"},
		{"the secret was revoked", `update calendar_feed set last_fetched_at = '2027-03-27'; update calendar_feed_secret set revoked_at = '2027-03-27'`, 0, "dead"},
		{"two months ago", `select 1`, 59 * day, "dead"},
		{"and is forgotten", `select 1`, 61 * day, "NOT_FOUND"},
	} {
		t.Run(step.name, func(t *testing.T) {
			store.Owner(s).MustExec(step.change)
			now = storetest.Now.Add(step.at)
			c, err := s.FeedBySecret(t.Context(), storetest.FeedSecret(f.A).Hash())
			if got := summary(c, err); got != step.want {
				t.Errorf("it shows %s, want %s", got, step.want)
			}
		})
	}
	if _, err := s.FeedBySecret(t.Context(), auth.NewSecret().Hash()); !reflect.DeepEqual(err, error(engine.NotFound())) {
		t.Errorf("a guess ends as %v, want NOT_FOUND", err)
	}
}

// summary counts events by status; "nowhere" is without an address.
func summary(c store.FeedContent, err error) string {
	switch {
	case reflect.DeepEqual(err, error(engine.NotFound())):
		return "NOT_FOUND"
	case err != nil:
		return err.Error()
	case c.Dead:
		return "dead"
	}
	var words []string
	for _, status := range []string{"CONFIRMED", "TENTATIVE", "CANCELLED"} {
		if n := len(slices.DeleteFunc(slices.Clone(c.Events), func(e store.FeedEvent) bool { return e.Status != status })); n > 0 {
			words = append(words, string(rune('0'+n)), status)
		}
	}
	if len(c.Events) > 0 && !slices.ContainsFunc(c.Events, func(e store.FeedEvent) bool { return e.Address != "" }) {
		words = append(words, "nowhere")
	}
	return strings.Join(words, " ")
}

func TestAFeedHasOneLiveSecret(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	v, ctx := s.As(f.A.ExpertViewers[0]), t.Context()
	old, fresh := storetest.FeedSecret(f.A), auth.NewSecret()
	opens := func(secret auth.Secret) string { return summary(s.FeedBySecret(ctx, secret.Hash())) }
	if err := store.Change(ctx, v, func(tx *store.Tx) error { _, err := tx.RotateFeed(ctx, f.A.Feed, fresh.Hash()); return err }); err != nil {
		t.Fatal(err)
	}
	if opens(old) != "dead" || opens(fresh) != "4 CONFIRMED" {
		t.Errorf("after rotation the old opens %s and the new %s", opens(old), opens(fresh))
	}
	if err := store.Change(ctx, v, func(tx *store.Tx) error { _, err := tx.RevokeFeed(ctx, f.A.Feed); return err }); err != nil {
		t.Fatal(err)
	}
	if opens(old) != "dead" || opens(fresh) != "dead" {
		t.Errorf("after revocation the old opens %s and the new %s", opens(old), opens(fresh))
	}
	feeds, err := v.Feeds(ctx)
	if err != nil || len(feeds) != 1 || feeds[0].RevokedAt == nil || !feeds[0].RevokedAt.Equal(storetest.Now) {
		t.Errorf("her feeds are %+v (%v), want one that was revoked now", feeds, err)
	}
	// The feed of the other expert never noticed.
	if got := summary(s.FeedBySecret(ctx, storetest.FeedSecret(f.B).Hash())); got != "4 CONFIRMED" {
		t.Errorf("another feed shows %s", got)
	}
}

func TestAFetchIsNotedOnceAnHourAndProgram(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	hash := storetest.FeedSecret(f.A).Hash()
	read := func() store.FeedContent {
		c, err := s.FeedBySecret(t.Context(), hash)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := read()
	if c.SeenLately("Thunderbird") {
		t.Error("a feed that was never fetched was seen lately")
	}
	if err := s.NoteFetch(t.Context(), c, "Thunderbird"); err != nil {
		t.Fatal(err)
	}
	c = read()
	if !c.SeenLately("Thunderbird") || c.SeenLately("Google") {
		t.Error("the fetch by Thunderbird was not noted, or as somebody else's")
	}
	if c.Now = c.Now.Add(time.Hour); c.SeenLately("Thunderbird") {
		t.Error("an hour later it is still lately")
	}
}
