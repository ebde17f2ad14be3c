package store_test

import (
	"encoding/json"
	"fmt"
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
	c, err := storetest.OpenFeed(t.Context(), s, storetest.FeedSecret(f.A).Hash())
	if err != nil {
		t.Fatal(err)
	}
	event := func(uid engine.SessionID, day engine.Date) store.FeedEvent {
		start := storetest.Local(day, "14:00").UTC()
		return store.FeedEvent{UID: string(uid), Start: start, End: start.Add(90 * time.Minute), Created: storetest.Now.AddDate(0, -2, 0),
			Status: "CONFIRMED", Municipality: "Gouda", Address: "Voorbeeldstraat 3"}
	}
	for i := range c.Events {
		e := &c.Events[i]
		e.Start, e.End, e.Created, e.Changed = e.Start.UTC(), e.End.UTC(), e.Created.UTC(), time.Time{} // when the rows were made
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
	c, err := storetest.OpenFeed(t.Context(), s, storetest.FeedSecret(f.A).Hash())
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
	const revive = `update calendar_feed_secret set revoked_at = null; update calendar_feed set revoked_at = null`
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
		{"which is after the cancellation was a month old", `select 1`, 31 * day, ""},
		{"she is paused", `update booking set status = 'CONFIRMED'; update session set status = 'CONFIRMED'; update expert_record set status = 'PAUSED'`, 0, "dead"},
		{"she is back", `update expert_record set status = 'DEPLOYABLE'`, 0, "dead"},
		{"with a new secret", revive, 0, "4 CONFIRMED"},
		{"she has left", `update expert_record set status = 'OFFBOARDED'`, 0, "dead"},
		{"and somebody gave her a secret", revive, 0, "dead"},
		{"she is back, but her account is closed", `update expert_record set status = 'DEPLOYABLE'; update account set disabled_at = '2027-03-27'; ` + revive, 0, "dead"},
		{"her account is opened again", `update account set disabled_at = null`, 0, "dead"},
		{"with a new secret again", revive, 0, "4 CONFIRMED"},
		{"she is no expert any more", `update account_role set valid_to = '2027-03-27' where role = 'EXPERT'`, 0, "dead"},
		{"but was one yesterday", `update account_role set valid_to = null where role = 'EXPERT'`, 0, "dead"},
		{"with a third secret", revive, 0, "4 CONFIRMED"},
		{"and will not be one from tomorrow", `update account_role set valid_to = '2027-03-29' where role = 'EXPERT'`, 0, "4 CONFIRMED"},
		{"which is today", `select 1`, 2 * day, "dead"},
		{"and for sixty days", `update account_role set valid_to = null where role = 'EXPERT'`, 2*day + 59*day, "dead"},
		{"no longer", `select 1`, 2*day + 61*day, "NOT_FOUND"},
		{"she asks for another", revive, 0, "4 CONFIRMED"},
		{"nobody fetched it for half a year", `update calendar_feed set last_fetched_at = '2026-09-20', renewed_at = '2026-09-20'`, 0, "NOT_FOUND"},
		{"it was fetched again in time", `update calendar_feed set last_fetched_at = '2026-10-10'`, 0, "4 CONFIRMED"},
		{"the secret was revoked", `update calendar_feed set last_fetched_at = '2027-03-27'; update calendar_feed_secret set revoked_at = '2027-03-27'`, 0, "dead"},
		{"two months ago", `select 1`, 59 * day, "dead"},
		{"and is forgotten", `select 1`, 61 * day, "NOT_FOUND"},
	} {
		t.Run(step.name, func(t *testing.T) {
			now = storetest.Now.Add(step.at)
			mustExecAt(s, now, step.change)
			c, err := storetest.OpenFeed(t.Context(), s, storetest.FeedSecret(f.A).Hash())
			if got := summary(c, err); got != step.want {
				t.Errorf("it shows %s, want %s", got, step.want)
			}
		})
	}
	if _, err := storetest.OpenFeed(t.Context(), s, auth.NewSecret().Hash()); !reflect.DeepEqual(err, error(engine.NotFound())) {
		t.Errorf("a guess ends as %v, want NOT_FOUND", err)
	}
}

// mustExecAt changes the database as its owner at a moment.
func mustExecAt(s *store.Store, now time.Time, change string) {
	store.Owner(s).MustExec(fmt.Sprintf(`select set_config('app.now', '%s', true); %s`, now.Format(time.RFC3339Nano), change))
}

// summary counts events by status; "nowhere" is without an address.
func summary(c storetest.FeedContent, err error) string {
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
	opens := func(secret auth.Secret) string { return summary(storetest.OpenFeed(ctx, s, secret.Hash())) }
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
	if got := summary(storetest.OpenFeed(ctx, s, storetest.FeedSecret(f.B).Hash())); got != "4 CONFIRMED" {
		t.Errorf("another feed shows %s", got)
	}
}

func TestAFetchIsNotedOnceAnHourAndProgram(t *testing.T) {
	t.Parallel()
	now := storetest.Now
	s := storetest.New(t, func(o *store.Options) { o.Now = func() time.Time { return now } })
	f := storetest.Fill(t, s)
	for _, step := range []struct {
		name, client string
		at           time.Duration
		want         string
	}{
		{"the first", "Thunderbird", 0, "Thunderbird 00:00:00"},
		{"within the hour", "Thunderbird", time.Hour - time.Second, "Thunderbird 00:00:00"},
		{"by another program", "Google Calendar", time.Hour - time.Second, "Google Calendar 00:59:59"},
		{"and again", "Google Calendar", time.Hour, "Google Calendar 00:59:59"},
		{"an hour later", "Google Calendar", 2 * time.Hour, "Google Calendar 02:00:00"},
		{"by who knows what", "", 2 * time.Hour, " 02:00:00"},
	} {
		now = storetest.Now.Add(step.at)
		if _, err := s.FindFeed(t.Context(), storetest.FeedSecret(f.A).Hash(), step.client); err != nil {
			t.Fatal(err)
		}
		if got := column(t, s, `select last_client || ' ' || (last_fetched_at - $2::timestamptz)::text from calendar_feed where id = $1`, f.A.Feed, storetest.Now); got[0] != step.want {
			t.Errorf("%s: noted %s, want %s", step.name, got[0], step.want)
		}
	}
}

// A process that knows a feed finds what one finds that has just started, whatever
// has become of it in between.
func TestAFeedThatIsKnownIsFoundAsByWhoDoesNotKnowIt(t *testing.T) {
	t.Parallel()
	now := storetest.Now
	clock := func(o *store.Options) { o.Now = func() time.Time { return now } }
	dsn := storetest.DSN(t)
	open := func() *store.Store {
		o := store.Options{DSN: dsn, MaxConnections: 2}
		clock(&o)
		s, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	knows := open()
	f := storetest.Fill(t, knows)
	secrets := map[string]auth.Secret{"expert": storetest.FeedSecret(f.A), "team": storetest.SecretOfFeed(f.A.Team),
		"free/busy": storetest.SecretOfFeed(f.A.FreeBusy), "talks": storetest.SecretOfFeed(f.A.Talks), "another": storetest.FeedSecret(f.B)}
	find := func(s *store.Store, secret auth.Secret) string {
		found, err := s.FindFeed(t.Context(), secret.Hash(), "Thunderbird")
		text, _ := json.Marshal(found)
		return fmt.Sprintf("%s %v", text, err)
	}
	seen := map[string]bool{}
	for _, step := range []struct {
		after  time.Duration // after the step before
		change string
	}{
		{0, `select 1`},
		{0, `select 1`},
		{time.Minute, `select 1`},
		{0, `update session set starts_at = app_now() + interval '9600 hours 10 minutes', ends_at = app_now() + interval '9602 hours' where starts_at > '2027-04-01'`},
		{2 * time.Minute, `select 1`},
		{9 * time.Minute, `select 1`}, // it comes into the window
		{0, `update session set starts_at = app_now() - interval '1442 hours', ends_at = app_now() - interval '1439 hours 50 minutes' where starts_at > '2027-04-01'`},
		{2 * time.Minute, `select 1`},
		{9 * time.Minute, `select 1`}, // it leaves the window
		{-23 * time.Minute, `update session set starts_at = '2027-04-07 12:00Z', ends_at = '2027-04-07 13:30Z' where starts_at < '2027-02-01'`},
		{0, `update calendar_feed set title = 'MINIMAL' where kind = 'EXPERT'`},
		{0, `update calendar_feed set label = 'Anders'`},
		{time.Second, `update calendar_feed set with_place = not with_place where kind in ('EXPERT', 'PUBLIC_TALKS')`},
		{0, `update session set address = 'Nieuwstraat 1'`},
		{0, `update session set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'; update booking set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour', busy = tstzrange(lower(busy) + interval '1 hour', upper(busy) + interval '1 hour')`},
		{0, `update organisation set address_visibility = 'SECRET'`},
		{0, `update organisation set address_visibility = 'PUBLIC'`},
		{0, `update municipality set name = name || ' (nieuw)'`},
		{0, `update booking set status = 'RELEASED'`},
		{0, `update session set status = 'CANCELLED_BY_CLIENT'`},
		{0, `delete from booking`},
		{61 * time.Minute, `select 1`},           // it is noted
		{-30 * time.Minute, `select 1`},          // a clock that was set back
		{30 * 24 * time.Hour, `select 1`},        // events leave the window
		{-29 * 24 * time.Hour, `select 1`},       // and are back
		{17 * time.Hour, `select 1`},             // over midnight
		{0, `update calendar_feed set cut = 12`}, // it was too full
		{time.Minute, `update account_role set valid_to = '2027-03-30' where role = 'EXPERT'`},
		{30 * time.Minute, `select 1`},
		{24 * time.Hour, `select 1`}, // no expert any more
		{0, `update account_role set valid_to = null where role = 'EXPERT'; update calendar_feed_secret set revoked_at = null; update calendar_feed set revoked_at = null`},
		{0, `update expert_record set status = 'PAUSED'`},
		{0, `update expert_record set status = 'DEPLOYABLE'; update calendar_feed_secret set revoked_at = null; update calendar_feed set revoked_at = null`},
		{0, `update account set disabled_at = app_now()`},
		{0, `update account set disabled_at = null; update calendar_feed_secret set revoked_at = null; update calendar_feed set revoked_at = null`},
		{0, `update calendar_feed_secret set revoked_at = app_now()`},
		{0, `update calendar_feed_secret set revoked_at = null`},
		{0, `delete from calendar_feed_secret`},
	} {
		now = now.Add(step.after)
		mustExecAt(knows, now, step.change)
		starts := open()
		for whose, secret := range secrets {
			find(knows, secret) // which may be noted
			known, asked := find(knows, secret), find(starts, secret)
			if known != asked {
				t.Errorf("%s at %s after %s:\nfinds %s\n want %s", whose, now, step.change, known, asked)
			}
			seen[whose+asked] = true
		}
		starts.Close()
	}
	if len(seen) < 60 {
		t.Errorf("only %d states were seen", len(seen))
	}
}

func TestAFeedIsFoundAsItsOwnerSeesIt(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	store.Owner(s).MustExec(`update calendar_feed set label = 'telefoon', title = 'MINIMAL', cut = 3, renewed_at = '2027-01-02', last_fetched_at = '2027-03-01', last_client = 'Outlook' where kind = 'EXPERT'`)
	store.Owner(s).MustExec(`update calendar_feed set cut = 3, renewed_at = '2027-01-02' where kind <> 'EXPERT'`)
	for who, id := range map[*auth.Viewer]engine.FeedID{&f.A.ExpertViewers[0]: f.A.Feed, &f.A.Coordinator: f.A.Team, &f.A.Requester: f.A.Talks} {
		seen, err := s.As(*who).FeedsByID(t.Context(), []engine.FeedID{id})
		if err != nil || len(seen) != 1 {
			t.Fatalf("%v, %v", seen, err)
		}
		found, err := s.FindFeed(t.Context(), storetest.SecretOfFeed(id).Hash(), "Thunderbird")
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(seen[0])
		b, _ := json.Marshal(found.Feed)
		if string(a) != string(b) {
			t.Errorf("found is %s\n seen is %s", b, a)
		}
	}
}

func TestAFeedThatIsKnownIsNotLookedAt(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	find := func() error {
		_, err := s.FindFeed(t.Context(), storetest.FeedSecret(f.A).Hash(), "Thunderbird")
		return err
	}
	for range 2 { // the first is noted
		if err := find(); err != nil {
			t.Fatal(err)
		}
	}
	store.Owner(s).MustExec(`
		do $$ begin
			execute regexp_replace(pg_get_functiondef('calendar_find'::regproc), '\nbegin', E'\nbegin\nraise exception ''looked'';');
		end $$`)
	if err := find(); err != nil {
		t.Errorf("it is looked at: %v", err)
	}
	store.Owner(s).MustExec(`update session set address = 'Nieuwstraat 1'`)
	if err := find(); err == nil {
		t.Error("nobody looks at it after a change")
	}
}

func TestAFetchDoesNotWaitForAChangeThatIsUnderWay(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	change, err := store.Owner(s).Beginx()
	if err != nil {
		t.Fatal(err)
	}
	defer change.Rollback()
	change.MustExec(`update session set address = 'Nieuwstraat 1'`)
	if got := summary(storetest.OpenFeed(t.Context(), s, storetest.FeedSecret(f.A).Hash())); got != "4 CONFIRMED" {
		t.Errorf("it shows %s", got)
	}
}

func TestTheOwnerOfAFeedIsOfItsKind(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	of := map[store.FeedKind]string{
		store.FeedOfExpert: "expert_id", store.FeedOfTeam: "account_id pool_id", store.FeedOfTeamFreeBusy: "account_id pool_id",
		store.FeedOfPublicTalks: "account_id organisation_id",
	}
	for kind := range of {
		for _, columns := range []string{"", "expert_id", "account_id", "pool_id", "organisation_id", "account_id pool_id", "account_id organisation_id",
			"account_id expert_id", "account_id pool_id organisation_id", "expert_id account_id pool_id organisation_id"} {
			row := map[string]any{"kind": kind, "expert_id": nil, "account_id": nil, "pool_id": nil, "organisation_id": nil}
			for _, c := range strings.Fields(columns) {
				row[c] = map[string]any{"expert_id": f.A.Experts[0], "account_id": f.A.Coordinator.AccountID, "pool_id": f.A.Pool, "organisation_id": f.A.House}[c]
			}
			_, err := store.Owner(s).NamedExecContext(t.Context(), `
				insert into calendar_feed (kind, expert_id, account_id, pool_id, organisation_id, title)
				values (:kind, :expert_id, :account_id, :pool_id, :organisation_id, case :kind when 'PUBLIC_TALKS' then 'TALK' else 'MINIMAL' end)`, row)
			if fits := err == nil; fits != (columns == of[kind]) {
				t.Errorf("a feed of kind %s with %q: %v", kind, columns, err)
			}
		}
	}
}

// feedOf makes a feed as its owner would, with the secret that opens it.
func feedOf(t *testing.T, s *store.Store, who auth.Viewer, f store.Feed) (store.Feed, auth.Secret, error) {
	t.Helper()
	secret := auth.NewSecret()
	if f.Title = "MINIMAL"; f.Kind == store.FeedOfPublicTalks {
		f.Title = "TALK"
	}
	err := store.Change(t.Context(), s.As(who), func(tx *store.Tx) (err error) {
		f, err = tx.InsertFeed(t.Context(), f, secret.Hash())
		return err
	})
	return f, secret, err
}

func TestOnlyWhoHoldsTheRoleMakesAFeedOfIt(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for _, c := range []struct {
		name string
		who  auth.Viewer
		feed store.Feed
		ok   bool
	}{
		{"a coordinator, her pool", f.A.Coordinator, store.Feed{Kind: store.FeedOfTeam, AccountID: f.A.Coordinator.AccountID, PoolID: f.A.Pool}, true},
		{"a region lead, her pool", f.A.RegionLead, store.Feed{Kind: store.FeedOfTeamFreeBusy, AccountID: f.A.RegionLead.AccountID, PoolID: f.A.Pool}, true},
		{"a coordinator, another pool", f.A.Coordinator, store.Feed{Kind: store.FeedOfTeam, AccountID: f.A.Coordinator.AccountID, PoolID: f.B.Pool}, false},
		{"a coordinator, for another", f.A.Coordinator, store.Feed{Kind: store.FeedOfTeam, AccountID: f.A.RegionLead.AccountID, PoolID: f.A.Pool}, false},
		{"a requester, a pool", f.A.Requester, store.Feed{Kind: store.FeedOfTeam, AccountID: f.A.Requester.AccountID, PoolID: f.A.Pool}, false},
		{"a requester, her organisation", f.A.Requester, store.Feed{Kind: store.FeedOfPublicTalks, AccountID: f.A.Requester.AccountID, OrganisationID: f.A.House}, true},
		{"a requester, another organisation", f.A.Requester, store.Feed{Kind: store.FeedOfPublicTalks, AccountID: f.A.Requester.AccountID, OrganisationID: f.B.House}, false},
		{"an expert, another expert", f.A.ExpertViewers[0], store.Feed{Kind: store.FeedOfExpert, ExpertID: f.A.Experts[1]}, false},
		{"an expert, herself", f.A.ExpertViewers[0], store.Feed{Kind: store.FeedOfExpert, ExpertID: f.A.Experts[0]}, true},
	} {
		_, _, err := feedOf(t, s, c.who, c.feed)
		if c.ok && err != nil || !c.ok && !reflect.DeepEqual(err, error(engine.NotFound())) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Each line takes something from the owner of a feed; the feed is dead for good.
func TestAFeedDiesWithTheRoleOfItsOwner(t *testing.T) {
	t.Parallel()
	for name, take := range map[string]string{
		"the account is closed": `update account set disabled_at = now() where id = '%s'`,
		"the role has ended":    `update account_role set valid_to = valid_from where account_id = '%s'`,
		"the role is taken":     `delete from account_role where account_id = '%s'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storetest.New(t)
			f := storetest.Fill(t, s)
			feeds := map[*auth.Viewer]store.Feed{
				&f.A.Coordinator: {Kind: store.FeedOfTeam, AccountID: f.A.Coordinator.AccountID, PoolID: f.A.Pool},
				&f.A.Requester:   {Kind: store.FeedOfPublicTalks, AccountID: f.A.Requester.AccountID, OrganisationID: f.A.House},
			}
			for who, feed := range feeds {
				made, secret, err := feedOf(t, s, *who, feed)
				if err != nil {
					t.Fatal(err)
				}
				if got := summary(storetest.OpenFeed(t.Context(), s, secret.Hash())); got == "dead" {
					t.Fatalf("%s shows %s before", feed.Kind, got)
				}
				mustExecAt(s, storetest.Now, fmt.Sprintf(take, who.AccountID))
				if got := summary(storetest.OpenFeed(t.Context(), s, secret.Hash())); got != "dead" {
					t.Errorf("%s shows %s, want dead", feed.Kind, got)
				}
				err = store.Change(t.Context(), s.As(*who), func(tx *store.Tx) error {
					_, err := tx.RotateFeed(t.Context(), made.ID, auth.NewSecret().Hash())
					return err
				})
				if name != "the account is closed" && !reflect.DeepEqual(err, error(engine.NotFound())) { // who has no account does not get this far
					t.Errorf("%s: she gives it life again: %v", feed.Kind, err)
				}
			}
		})
	}
}

func TestAFeedTellsItsState(t *testing.T) {
	t.Parallel()
	now := storetest.Now
	s := storetest.New(t, func(o *store.Options) { o.Now = func() time.Time { return now } })
	f := storetest.Fill(t, s)
	v, ctx := s.As(f.A.ExpertViewers[0]), t.Context()
	secret := storetest.FeedSecret(f.A)
	state := func() store.FeedState {
		feeds, err := v.Feeds(ctx)
		if err != nil || len(feeds) != 1 {
			t.Fatalf("%+v, %v", feeds, err)
		}
		return feeds[0].State(now)
	}
	rotate := func() {
		secret = auth.NewSecret()
		if err := store.Change(ctx, v, func(tx *store.Tx) error { _, err := tx.RotateFeed(ctx, f.A.Feed, secret.Hash()); return err }); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name  string
		after time.Duration // after the step before
		do    func()
		want  store.FeedState
		opens string
	}{
		{"as it was made, a month ago", 0, func() {}, store.FeedLive, "4 CONFIRMED"}, // which is a fetch
		{"nearly half a year later", 180*24*time.Hour - time.Second, func() {}, store.FeedLive, ""},
		{"and 180 days after that", 180 * 24 * time.Hour, func() {}, store.FeedExpired, "NOT_FOUND"},
		{"with a new address", 0, rotate, store.FeedLive, ""},
		{"which nobody fetched", 180 * 24 * time.Hour, func() {}, store.FeedExpired, "NOT_FOUND"},
	} {
		now = now.Add(step.after)
		step.do()
		got := state() // before it is fetched
		if opens := summary(storetest.OpenFeed(ctx, s, secret.Hash())); got != step.want || opens != step.opens && step.name != "with a new address" {
			t.Errorf("%s: it is %s and shows %q, want %s and %q", step.name, got, opens, step.want, step.opens)
		}
	}
}
