package app_test

import (
	"encoding/json"
	"fmt"
	"regexp"
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

// feed makes a feed with places for an expert of the first pool.
func (w *world) feed(t *testing.T, who auth.Viewer) app.NewFeed {
	t.Helper()
	return must(w.CreateCalendarFeed(t.Context(), who, fresh(), store.Feed{Label: "telefoon", Title: "EXPEX_APPOINTMENT", WithPlace: true}))(t)
}

// fetch gives what a program would be shown.
func (w *world) fetch(t *testing.T, secret auth.Secret, client string) (storetest.FeedContent, error) {
	t.Helper()
	found, err := w.FindCalendarFeed(t.Context(), secret, client)
	if err != nil {
		return storetest.FeedContent{}, err
	}
	events, err := w.CalendarEvents(t.Context(), found)
	return storetest.FeedContent{FoundFeed: found, Dead: found.DeadSince != nil, Events: events}, err
}

// opens says what a secret opens: "open", "empty" or how it is refused.
func (w *world) opens(t *testing.T, secret auth.Secret) string {
	t.Helper()
	c, err := w.fetch(t, secret, "Thunderbird")
	switch {
	case err != nil:
		return class(err)
	case c.Dead && len(c.Events) == 0:
		return "empty"
	default:
		return "open"
	}
}

func TestAFeedIsMadeWithASecretShownOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	key := fresh()
	asked := store.Feed{Label: "telefoon", Title: "MINIMAL", WithPlace: true, ExpertID: w.A.Experts[1]} // the expert is not asked, it is she
	made := must(w.CreateCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, asked))(t)
	same(t, "the feed", made.Feed, store.Feed{ID: made.Feed.ID, Kind: store.FeedOfExpert, ExpertID: w.A.Experts[0], Label: "telefoon", Title: "MINIMAL", WithPlace: true,
		CreatedAt: storetest.Now, ExpiresAt: storetest.Now.Add(180 * 24 * time.Hour)})
	equal(t, "the secret", w.opens(t, made.Secret), "open")
	again := must(w.CreateCalendarFeed(t.Context(), w.A.ExpertViewers[0], key, asked))(t)
	same(t, "the repeated answer", again, made)
	if again.Secret != "" {
		t.Error("the secret is shown twice")
	}
	if stored := strings.Join(w.contents(t), "\n"); strings.Contains(stored, made.Secret.Reveal()) {
		t.Error("the database holds the secret itself")
	}
	for _, who := range []auth.Viewer{w.A.Coordinator, w.A.Requester, w.SystemAdmin, {}} {
		w.refused(t, "FORBIDDEN", func() error { _, err := w.CreateCalendarFeed(t.Context(), who, fresh(), asked); return err })
	}
	asked.Label = strings.Repeat("a", 101)
	w.refused(t, "INVALID label", func() error {
		_, err := w.CreateCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), asked)
		return err
	})
}

func TestRotatingAndRevokingKillASecretAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	she, id, first := w.A.ExpertViewers[0], w.A.Feed, storetest.FeedSecret(w.A)
	equal(t, "the first secret", w.opens(t, first), "open")

	key := fresh()
	second := must(w.RotateCalendarFeed(t.Context(), she, key, id))(t).Secret
	equal(t, "the first secret after a rotation", w.opens(t, first), "empty")
	equal(t, "the second", w.opens(t, second), "open")
	if again := must(w.RotateCalendarFeed(t.Context(), she, key, id))(t).Secret; again != "" {
		t.Error("the secret is shown twice")
	}
	equal(t, "the second after the call was repeated", w.opens(t, second), "open")

	w.at(storetest.Now.Add(time.Hour))
	revoked := must(w.RevokeCalendarFeed(t.Context(), she, fresh(), id))(t)
	if revoked.RevokedAt == nil || !revoked.RevokedAt.Equal(storetest.Now.Add(time.Hour)) {
		t.Errorf("revoked at %v", revoked.RevokedAt)
	}
	equal(t, "the second secret after it was revoked", w.opens(t, second), "empty")
	w.at(storetest.Now.Add(2 * time.Hour))
	same(t, "revoked again", must(w.RevokeCalendarFeed(t.Context(), she, fresh(), id))(t).RevokedAt, revoked.RevokedAt)

	third := must(w.RotateCalendarFeed(t.Context(), she, fresh(), id))(t)
	equal(t, "a third secret", w.opens(t, third.Secret), "open")
	if third.Feed.RevokedAt != nil {
		t.Error("the feed lives again and says it was revoked")
	}
	for _, dead := range []auth.Secret{first, second} {
		equal(t, "a dead secret", w.opens(t, dead), "empty")
	}
}

func TestADeadSecretIsForgotten(t *testing.T) {
	t.Parallel()
	w := start(t)
	secret := storetest.FeedSecret(w.A)
	must(w.RevokeCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Feed))(t)
	for days, want := range map[int]string{0: "empty", 1: "empty", 59: "empty", 61: "NOT_FOUND", 1000: "NOT_FOUND"} {
		w.at(storetest.Now.AddDate(0, 0, days))
		if got := w.opens(t, secret); got != want {
			t.Errorf("after %d days: %s, want %s", days, got, want)
		}
	}
}

func TestAFeedNobodyFetchesDies(t *testing.T) {
	t.Parallel()
	w := start(t)
	secret := w.feed(t, w.A.ExpertViewers[1]).Secret
	w.at(storetest.Now.AddDate(0, 0, 179))
	equal(t, "never fetched, after 179 days", w.opens(t, secret), "open") // and that is a fetch
	w.at(storetest.Now.AddDate(0, 0, 179+179))
	equal(t, "179 days after a fetch", w.opens(t, secret), "open")
	w.at(storetest.Now.AddDate(0, 0, 179+179+181))
	equal(t, "181 days after a fetch", w.opens(t, secret), "NOT_FOUND")
}

func TestAFeedStopsWithItsExpert(t *testing.T) {
	t.Parallel()
	w := start(t)
	live := storetest.FeedSecret(w.A)
	dead := w.feed(t, w.A.ExpertViewers[0])
	must(w.RevokeCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), dead.Feed.ID))(t)
	for _, c := range []struct {
		status string
		want   [2]string
	}{
		{"CERTIFIED", [2]string{"open", "empty"}}, {"DEPLOYABLE", [2]string{"open", "empty"}}, {"PAUSED", [2]string{"empty", "empty"}},
		{"DEPLOYABLE", [2]string{"empty", "empty"}}, {"OFFBOARDED", [2]string{"empty", "empty"}},
	} {
		w.set(t, fmt.Sprintf(`select set_config('app.now', '2027-03-27T09:00Z', true); update expert_record set status = '%s' where expert_id = '%s'`, c.status, w.A.Experts[0]))
		equal(t, c.status+", what the feed opens", [2]string{w.opens(t, live), w.opens(t, dead.Secret)}, c.want)
	}
}

func TestASecretThatOpensNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, secret := range []auth.Secret{"", "a", auth.NewSecret(), storetest.FeedSecret(w.A)[:42], storetest.FeedSecret(w.A) + "A", storetest.Secret(w.A.Coordinator)} {
		if got := w.opens(t, secret); got != "NOT_FOUND" {
			t.Errorf("%d characters: %s", len(secret), got)
		}
	}
}

func TestAFeedIsNobodyElses(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, who := range []auth.Viewer{w.A.ExpertViewers[1], w.A.Coordinator, w.B.ExpertViewers[0], w.SystemAdmin} {
		w.refused(t, "NOT_FOUND", func() error { _, err := w.RotateCalendarFeed(t.Context(), who, fresh(), w.A.Feed); return err })
		w.refused(t, "NOT_FOUND", func() error { _, err := w.RevokeCalendarFeed(t.Context(), who, fresh(), w.A.Feed); return err })
	}
	w.refused(t, "NOT_FOUND", func() error {
		_, err := w.RotateCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), "aaaaaaaa-000a-4000-8000-00000000dead")
		return err
	})
}

func TestAFetchIsNotedOnceAnHour(t *testing.T) {
	t.Parallel()
	w := start(t)
	noted := func(after time.Duration, client string) string {
		w.at(storetest.Now.Add(after))
		must(w.fetch(t, storetest.FeedSecret(w.A), client))(t)
		return get[string](t, w, `select last_client || ' ' || (last_fetched_at - $2::timestamptz)::text from calendar_feed where id = $1`, w.A.Feed, storetest.Now)
	}
	equal(t, "the first", noted(0, "Thunderbird"), "Thunderbird 00:00:00")
	equal(t, "within the hour", noted(time.Hour-time.Microsecond, "Thunderbird"), "Thunderbird 00:00:00")
	equal(t, "by another program", noted(time.Hour-time.Microsecond, "Google Calendar"), "Google Calendar 00:59:59.999999")
	equal(t, "an hour later", noted(2*time.Hour, "Google Calendar"), "Google Calendar 02:00:00")
	must(w.RevokeCalendarFeed(t.Context(), w.A.ExpertViewers[0], fresh(), w.A.Feed))(t)
	equal(t, "after it was revoked", noted(9*time.Hour, "Thunderbird"), "Google Calendar 02:00:00")
}

// The street is shown for a group at a public house and for nothing else.
func TestWhereAFeedShowsAnAddress(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, c := range []struct {
		kind, visibility string
		oneToOne         bool
		address, town    string
	}{
		{"YOUTH_CARE_PROVIDER", "PUBLIC", false, "Voorbeeldstraat 3", "Gouda"},
		{"YOUTH_CARE_PROVIDER", "PUBLIC", true, "", "Gouda"},
		{"YOUTH_CARE_PROVIDER", "INTERNAL", false, "", "Gouda"},
		{"YOUTH_CARE_PROVIDER", "SECRET", false, "", ""},
		{"SHELTER", "SECRET", false, "", ""},
		{"MENTAL_HEALTH_PROVIDER", "SECRET", true, "", ""},
	} {
		w.set(t, `update organisation set type = $2, address_visibility = $3 where id = $1`, w.A.Location, c.kind, c.visibility)
		w.set(t, `update booking set one_to_one = $2 where session_id = $1`, w.A.Session, c.oneToOne)
		got := must(w.fetch(t, storetest.FeedSecret(w.A), "Thunderbird"))(t)
		for _, e := range got.Events {
			if e.UID == string(w.A.Session) && (e.Address != c.address || e.Municipality != c.town) {
				t.Errorf("%+v: %+v", c, e)
			}
		}
	}
}

// unspeakable are the words of the database that no calendar may hold.
func (w *world) unspeakable(t *testing.T) []string {
	t.Helper()
	var words []string
	for _, query := range []string{
		`select distinct unnest(array[code, "group", nl, en]) from theme`, `select distinct unnest(array[code, nl, en]) from deployment_type`,
		`select ref::text from client`, `select unnest(array[id::text, name]) from organisation`, `select unnest(array[id::text, goal]) from request where goal <> ''`,
		`select name from account`, `select unnest(array[id::text, first_name, intro]) from expert`, `select unnest(array[last_name, email]) from expert_record`,
		`select name from pool`, `select id::text from decision`, `select id::text from offer`, `select id::text from match`,
		`values ('CANCELLED_BY_CLIENT'), ('TIER3'), ('Even praten')`,
	} {
		rows, err := w.db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var word string
			if err := rows.Scan(&word); err != nil {
				t.Fatal(err)
			}
			words = append(words, word)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return words
}

// TestAFeedSaysNothingOfWhatItIsAbout looks for every word of the database that
// no calendar may hold, in everything that the feed of every expert gives.
func TestAFeedSaysNothingOfWhatItIsAbout(t *testing.T) {
	t.Parallel()
	w := start(t)
	ear := w.booked(t, w.open(t, w.ear()), thursday, 0)
	must(w.accept(t.Context(), 2, w.A.Offer))(t)
	offers := w.offer(t, w.open(t, w.talk()), slot("2027-04-23", "15:00", 90), 0, 1)
	must(w.accept(t.Context(), 1, offers[1]))(t)
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), ear.ID, side(engine.SideClient)))(t)
	words := w.unspeakable(t)
	if len(words) < 150 {
		t.Fatalf("only %d words to look for", len(words))
	}
	events := 0
	for _, site := range []storetest.Site{w.A, w.B} {
		for i, who := range site.ExpertViewers {
			made := w.feed(t, who)
			content := must(w.fetch(t, made.Secret, "Thunderbird"))(t)
			text, err := json.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			events += len(content.Events)
			for _, word := range words {
				if word != string(site.Experts[i]) && regexp.MustCompile(`(?i)\b`+regexp.QuoteMeta(word)+`\b`).Match(text) {
					t.Errorf("the feed of %s says %q: %s", who.Name, word, text)
				}
			}
		}
	}
	if events < 12 {
		t.Errorf("only %d events were looked at", events)
	}
}

func TestAFeedShowsHowThingsStand(t *testing.T) {
	t.Parallel()
	w := start(t)
	ear := w.booked(t, w.open(t, w.ear()), thursday, 0)
	held := must(w.accept(t.Context(), 0, w.offer(t, w.open(t, w.talk()), slot("2027-04-23", "15:00", 90), 0, 1)[0]))(t).Session
	must(w.CancelSession(t.Context(), w.A.Coordinator, fresh(), ear.ID, nil))(t)
	uid := func(id engine.SessionID) string {
		return get[string](t, w, `select uid from session where id = $1`, id)
	}
	statuses := func() []string {
		var out []string
		for _, e := range must(w.fetch(t, storetest.FeedSecret(w.A), "Thunderbird"))(t).Events {
			for name, id := range map[string]engine.SessionID{"talk": w.A.Session, "ear": ear.ID, "held": held.ID} {
				if e.UID == uid(id) {
					out = append(out, name+" "+e.Status)
				}
			}
		}
		slices.Sort(out)
		return out
	}
	equal(t, "now", statuses(), []string{"ear CANCELLED", "held TENTATIVE", "talk CONFIRMED"})
	w.at(storetest.Local("2027-04-30", "00:00"))
	equal(t, "after the cancelled day, more than 30 days after it was cancelled", statuses(), []string{"held TENTATIVE", "talk CONFIRMED"})
	if uid(ear.ID) == string(ear.ID) {
		t.Error("the calendar's id is that of the session")
	}
}
