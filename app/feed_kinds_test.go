package app_test

import (
	"encoding/json"
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

// shown gives what a secret of a calendar shows.
func (w *world) shown(t *testing.T, id engine.FeedID) []store.FeedEvent {
	t.Helper()
	return must(w.fetch(t, storetest.SecretOfFeed(id), "Thunderbird"))(t).Events
}

// talks counts what is shown by its status and place.
func talks(events []store.FeedEvent) string {
	var out []string
	for _, e := range events {
		place := e.Address + " " + e.Municipality
		if e.Online {
			place = "online" + place
		}
		out = append(out, strings.TrimSpace(e.Status+" "+place))
	}
	return strings.Join(out, ", ")
}

func TestATeamFeedHasEachSessionOfItsPoolWithoutAPlace(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update session set status = 'HELD' where id = $1`, w.A.Session)
	w.set(t, `update session set status = 'CANCELLED_BY_CLIENT', starts_at = starts_at + interval '60 days', ends_at = ends_at + interval '60 days'
		where id = $1`, w.A.Done[2])
	const four = "CONFIRMED, CONFIRMED, TENTATIVE, CANCELLED"
	equal(t, "the team", talks(w.shown(t, w.A.Team)), four)
	for _, e := range w.shown(t, w.A.Team) {
		stamps := get[string](t, w, `select sequence || ' ' || changed_at from session where uid::text = $1 and pool_id = $2`, e.UID, w.A.Pool)
		equal(t, "the stamps of "+e.UID, stamps, get[string](t, w, `select $1::int || ' ' || $2::timestamptz`, e.Sequence, e.Changed))
	}
	w.at(storetest.Now.AddDate(0, 0, 31))
	equal(t, "a month later", talks(w.shown(t, w.A.Team)), "TENTATIVE")
}

// What the public may attend is a talk for a public audience, at her own house.
func TestWhatACalendarOfPublicTalksShows(t *testing.T) {
	t.Parallel()
	const shown = "CONFIRMED Voorbeeldstraat 3 Gouda"
	for name, c := range map[string]struct {
		set  string // about the request, session or house of the talk
		want string
	}{
		"a public talk at a location of the house": {"", shown},
		"held":                       {`update session set status = 'HELD' where request_id = $1`, "TENTATIVE Voorbeeldstraat 3 Gouda"},
		"cancelled":                  {`update session set status = 'CANCELLED_BY_EXPERT' where request_id = $1`, "CANCELLED Voorbeeldstraat 3 Gouda"},
		"online":                     {`update session set online = true where request_id = $1`, "CONFIRMED online"},
		"for a closed group":         {`update request set audience = 'CLOSED' where id = $1`, ""},
		"something else than a talk": {`update session set type = 'WORKSHOP' where request_id = $1`, ""},
		"a one-to-one that says it is a talk": {
			`update booking set one_to_one = true where session_id in (select id from session where request_id = $1)`, ""},
		"where the address is internal": {
			`update organisation set address_visibility = 'INTERNAL' where id in (select organisation_id from request where id = $1)`, "CONFIRMED"},
		"at a shelter": {
			`update organisation set type = 'SHELTER', address_visibility = 'SECRET' where id in (select organisation_id from request where id = $1)`, "CONFIRMED"},
		"at a house that is no longer below hers": {
			`update organisation set parent_id = null where id in (select organisation_id from request where id = $1)`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			w.set(t, `update request set audience = 'PUBLIC' where id = $1`, w.A.Talk)
			if c.set != "" {
				w.set(t, c.set, w.A.Talk)
			}
			equal(t, "what is shown", talks(w.shown(t, w.A.Talks)), c.want)
			equal(t, "what another house is shown", talks(w.shown(t, w.B.Talks)), "")
		})
	}
}

// Whatever shows differently has a later stamp and a higher number.
func TestAPublicTalkIsStampedWhenItsPlaceShowsDifferently(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.set(t, `update request set audience = 'PUBLIC' where id = $1`, w.A.Talk)
	before := w.shown(t, w.A.Talks)[0]
	for _, change := range []string{
		`update organisation set address_visibility = 'INTERNAL' where address_visibility = 'PUBLIC'`,
		`update organisation set address_visibility = 'PUBLIC' where address_visibility = 'INTERNAL'`,
		`update municipality set name = 'Ter Gouw' where name = 'Gouda'`,
	} {
		w.set(t, change)
		after := w.shown(t, w.A.Talks)[0]
		if after.Sequence <= before.Sequence || !after.Changed.After(before.Changed) {
			t.Errorf("%s: sequence %d after %d, changed %v after %v", change, after.Sequence, before.Sequence, after.Changed, before.Changed)
		}
		before = after
	}
	w.set(t, `update organisation set name = name || '!'`)
	if after := w.shown(t, w.A.Talks)[0]; after.Sequence != before.Sequence || !after.Changed.Equal(before.Changed) {
		t.Error("a name that no calendar shows changed the stamps")
	}
}

// TestFeedsOfKindsSayNothingOfWhatTheyAreAbout is the canary for those who see
// more than one person: of a team not even the place is told.
func TestFeedsOfKindsSayNothingOfWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.booked(t, w.open(t, w.ear()), thursday, 0)
	must(w.accept(t.Context(), 2, w.A.Offer))(t)
	w.set(t, `update request set audience = 'PUBLIC' where type = 'TALK'`)
	words := w.unspeakable(t)
	for kind, c := range map[string]struct {
		id    engine.FeedID
		more  []string
		least int
	}{
		"team":         {w.A.Team, []string{"Gouda", "Voorbeeldstraat", "telefoon"}, 6},
		"free/busy":    {w.A.FreeBusy, []string{"Gouda", "Voorbeeldstraat"}, 6},
		"public talks": {w.A.Talks, nil, 4},
	} {
		found := must(w.Store.FindFeed(t.Context(), storetest.SecretOfFeed(c.id).Hash(), ""))(t)
		events := must(w.CalendarEvents(t.Context(), found))(t)
		if len(events) < c.least {
			t.Errorf("%s: only %d events", kind, len(events))
		}
		text, err := json.Marshal(events)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range slices.Concat(words, c.more) {
			if regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(word) + `\b`).Match(text) {
				t.Errorf("%s says %q: %s", kind, word, text)
			}
		}
	}
}

func TestOneSecretOpensOneThing(t *testing.T) {
	t.Parallel()
	w := start(t)
	calendar := func(secret auth.Secret) error { _, err := w.FindCalendarFeed(t.Context(), secret, ""); return err }
	freeBusy := func(secret auth.Secret) error { _, err := w.FindFreeBusy(t.Context(), secret, ""); return err }
	for _, id := range []engine.FeedID{w.A.Feed, w.A.Team, w.A.Talks} {
		if err := calendar(storetest.SecretOfFeed(id)); err != nil {
			t.Errorf("%s opens no calendar: %v", id, err)
		}
		w.refused(t, "NOT_FOUND", func() error { return freeBusy(storetest.SecretOfFeed(id)) })
	}
	if err := freeBusy(storetest.SecretOfFeed(w.A.FreeBusy)); err != nil {
		t.Errorf("it opens no free/busy: %v", err)
	}
	w.refused(t, "NOT_FOUND", func() error { return calendar(storetest.SecretOfFeed(w.A.FreeBusy)) })

	// Once it is dead, an empty calendar is told where an empty free/busy would be a lie.
	for _, id := range []engine.FeedID{w.A.Team, w.A.FreeBusy} {
		must(w.RevokeCalendarFeed(t.Context(), w.A.Coordinator, fresh(), id))(t)
	}
	equal(t, "a dead calendar", w.opens(t, storetest.SecretOfFeed(w.A.Team)), "empty")
	w.refused(t, "NOT_FOUND", func() error { return freeBusy(storetest.SecretOfFeed(w.A.FreeBusy)) })
}

func TestATeamFeedIsForThoseWhoCoordinateThePool(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, freeBusy := range []bool{false, true} {
		for _, who := range []auth.Viewer{w.A.Coordinator, w.A.RegionLead} {
			made := must(w.CreateTeamFeed(t.Context(), who, fresh(), w.A.Pool, freeBusy, "bureau"))(t)
			if f := made.Feed; f.AccountID != who.AccountID || f.PoolID != w.A.Pool || f.Title != "MINIMAL" || f.WithPlace || made.Secret == "" {
				t.Errorf("%s made %+v", who.Name, f)
			}
		}
		for _, who := range []auth.Viewer{w.B.Coordinator, w.A.Trainer, w.A.Requester, w.A.ExpertViewers[0], w.SystemAdmin} {
			w.refused(t, "NOT_FOUND", func() error {
				_, err := w.CreateTeamFeed(t.Context(), who, fresh(), w.A.Pool, freeBusy, "")
				return err
			})
		}
	}
	w.refused(t, "INVALID label", func() error {
		_, err := w.CreateTeamFeed(t.Context(), w.A.Coordinator, fresh(), w.A.Pool, false, strings.Repeat("a", 101))
		return err
	})
}

func TestACalendarOfPublicTalksIsForThoseWhoAskForTheHouse(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, house := range []engine.OrganisationID{w.A.House, w.A.Location} {
		made := must(w.CreatePublicTalksFeed(t.Context(), w.A.Requester, fresh(), house, true, ""))(t)
		equal(t, "its house", made.Feed.OrganisationID, house)
	}
	for _, who := range []auth.Viewer{w.A.LocationAsker, w.A.OtherRequester, w.B.Requester, w.A.Coordinator, w.A.ExpertViewers[0], w.SystemAdmin} {
		w.refused(t, "NOT_FOUND", func() error {
			_, err := w.CreatePublicTalksFeed(t.Context(), who, fresh(), w.A.House, true, "")
			return err
		})
	}
}

// It dies with the role, does not come back with it, and takes nobody else's along.
func TestATeamFeedDiesWithTheRole(t *testing.T) {
	t.Parallel()
	w := start(t)
	other := must(w.CreateTeamFeed(t.Context(), w.A.RegionLead, fresh(), w.A.Pool, false, ""))(t)
	w.set(t, `begin; set local app.now = '2027-03-27T09:00:00Z'; update account_role set valid_to = app_today() where account_id = '`+string(w.A.Coordinator.AccountID)+`'; commit`)
	equal(t, "hers", w.opens(t, storetest.SecretOfFeed(w.A.Team)), "empty")
	equal(t, "that of her colleague", w.opens(t, other.Secret), "open")
	equal(t, "the requester's", w.opens(t, storetest.SecretOfFeed(w.A.Talks)), "open")
	w.refused(t, "NOT_FOUND", func() error {
		_, err := w.RotateCalendarFeed(t.Context(), w.A.Coordinator, fresh(), w.A.Team)
		return err
	})
	w.set(t, `update account_role set valid_to = null where account_id = $1`, w.A.Coordinator.AccountID)
	equal(t, "hers, when she is back", w.opens(t, storetest.SecretOfFeed(w.A.Team)), "empty")
	equal(t, "with a new address", w.opens(t, must(w.RotateCalendarFeed(t.Context(), w.A.Coordinator, fresh(), w.A.Team))(t).Secret), "open")
}

func TestHowAFeedLooksIsChosenByKind(t *testing.T) {
	t.Parallel()
	w := start(t)
	word := func(s string) *string { return &s }
	yes, no := true, false
	for _, c := range []struct {
		name   string
		who    auth.Viewer
		id     engine.FeedID
		change app.FeedChange
		want   string // title, place, revision; or how it is refused
	}{
		{"an expert's title", w.A.ExpertViewers[0], w.A.Feed, app.FeedChange{Title: word("MINIMAL")}, "MINIMAL true 1"},
		{"the same again", w.A.ExpertViewers[0], w.A.Feed, app.FeedChange{Title: word("MINIMAL")}, "MINIMAL true 1"},
		{"her label, which no calendar shows", w.A.ExpertViewers[0], w.A.Feed, app.FeedChange{Label: word("horloge")}, "MINIMAL true 1"},
		{"no places", w.A.ExpertViewers[0], w.A.Feed, app.FeedChange{WithPlace: &no}, "MINIMAL false 2"},
		{"the title of talks", w.A.ExpertViewers[0], w.A.Feed, app.FeedChange{Title: word("TALK")}, "INVALID title"},
		{"a title for a team", w.A.Coordinator, w.A.Team, app.FeedChange{Title: word("APPOINTMENT")}, "INVALID title"},
		{"a place for a team", w.A.Coordinator, w.A.FreeBusy, app.FeedChange{WithPlace: &yes}, "INVALID withPlace"},
		{"a label for a team", w.A.Coordinator, w.A.Team, app.FeedChange{Label: word("bureau")}, "MINIMAL false 0"},
		{"talks by another title", w.A.Requester, w.A.Talks, app.FeedChange{Title: word("MINIMAL")}, "INVALID title"},
		{"talks without places", w.A.Requester, w.A.Talks, app.FeedChange{WithPlace: &no}, "TALK false 1"},
		{"a long label", w.A.Requester, w.A.Talks, app.FeedChange{Label: word(strings.Repeat("a", 101))}, "INVALID label"},
		{"a colleague's", w.A.RegionLead, w.A.Team, app.FeedChange{Label: word("mijn")}, "NOT_FOUND"},
		{"another pool's", w.B.Coordinator, w.A.Team, app.FeedChange{Label: word("mijn")}, "NOT_FOUND"},
	} {
		f, err := w.UpdateCalendarFeed(t.Context(), c.who, fresh(), c.id, c.change)
		if err != nil {
			w.refused(t, c.want, func() error { return err })
			continue
		}
		equal(t, c.name, strings.Join([]string{f.Title, map[bool]string{true: "true", false: "false"}[f.WithPlace], string(rune('0' + f.Revision))}, " "), c.want)
	}
}

// The owner of a calendar that does not fit is told once, and sees it until it fits.
func TestAFullCalendarTellsItsOwnerOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	told := func() string {
		return get[string](t, w, `select coalesce(string_agg(coalesce(expert_id, account_id)::text, ' ' order by made_at, expert_id), '') from notice where kind = 'CALENDAR_CUT'`)
	}
	note := func(id engine.FeedID, cut int) {
		if err := w.Store.NoteCut(t.Context(), id, cut); err != nil {
			t.Fatal(err)
		}
	}
	note(w.A.Feed, 0)
	equal(t, "told while it fits", told(), "")
	for _, cut := range []int{3, 5, 0, 2} {
		note(w.A.Feed, cut)
		equal(t, "told", told(), string(w.A.Experts[0]))
		equal(t, "what she sees", must(w.Store.As(w.A.ExpertViewers[0]).Feeds(t.Context()))(t)[0].Cut, cut)
	}
	w.at(storetest.Now.Add(time.Hour))
	note(w.A.Team, 1)
	equal(t, "told in all", told(), string(w.A.Experts[0])+" "+string(w.A.Coordinator.AccountID))
}
