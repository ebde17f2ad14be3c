package main

import (
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store"
)

// otherFeeds makes the feeds of every pool's team, as a calendar and as
// free/busy, and of every organisation's public talks, and fetches them.
func otherFeeds(t testing.TB, s *store.Store, db *sql.DB) (out []servedFeed) {
	t.Helper()
	use := app.App{Store: s}
	handler, err := routes(site{use: use, log: slog.New(slog.DiscardHandler), base: "https://expex.example"})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	reader := func(role auth.Role, pool, organisation string) auth.Viewer {
		n++
		account, err := s.AddAccount(t.Context(), "Lezer", fmt.Sprintf("meelezer%d@example.org", n), role, pool, organisation, "")
		if err != nil {
			t.Fatal(err)
		}
		token := auth.NewSecret()
		if err := s.AddToken(t.Context(), account, token.Hash(), "", 0); err != nil {
			t.Fatal(err)
		}
		viewer, err := s.ViewerByToken(t.Context(), token.Hash())
		if err != nil {
			t.Fatal(err)
		}
		return viewer
	}
	served := func(whose, path string, own []string) {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if answer.Code != http.StatusOK {
			t.Fatalf("%s: %d", whose, answer.Code)
		}
		out = append(out, servedFeed{whose, answer.Body.Bytes(), own})
	}
	for _, pool := range texts(t, db, `select id::text from pool order by id`) {
		name := texts(t, db, `select name from pool where id = $1`, pool)[0]
		for _, freeBusy := range []bool{false, true} {
			made, err := use.CreateTeamFeed(t.Context(), reader(auth.RoleCoordinator, name, ""), auth.NewSecret().Reveal(), engine.PoolID(pool), freeBusy, "het team")
			if err != nil {
				t.Fatal(err)
			}
			own := append(texts(t, db, `select uid || '@expex.invalid' from session where pool_id = $1`, pool), string(made.Feed.ID)+"@expex.invalid")
			path := "/calendar/" + made.Secret.Reveal() + ".ics"
			if freeBusy {
				path = "/freebusy/" + made.Secret.Reveal() + ".ifb"
			}
			served(fmt.Sprintf("the team of %s, free/busy %v", name, freeBusy), path, own)
		}
	}
	for _, organisation := range texts(t, db, `select id::text from organisation where merged_into is null order by id`) {
		name := texts(t, db, `select name from organisation where id = $1`, organisation)[0]
		made, err := use.CreatePublicTalksFeed(t.Context(), reader(auth.RoleRequester, "", name), auth.NewSecret().Reveal(), engine.OrganisationID(organisation), true, "onze voorlichtingen")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		own := append(texts(t, db, `select uid || '@expex.invalid' from session where organisation_id = $1`, organisation),
			"NAME:Voorlichtingen", "X-WR-CALNAME:Voorlichtingen", "SUMMARY:Voorlichting")
		served("the public talks of "+name, "/calendar/"+made.Secret.Reveal()+".ics", own)
	}
	return out
}
