package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"expex/app"
	"expex/auth"
	"expex/calendar"
	"expex/demodata"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// canary knows everything that stands in a database as text, and finds it in a
// feed. What to look for comes from the database's own catalogue: a new column
// is looked for without a word here.
type canary struct {
	phrases map[string][]string // by its first word: what must not be said
	columns map[string]string   // of a phrase, the first that has it, like "account.name"
	samples map[string]string   // of a column: a value as it stands there
}

// mayShow says what any feed may hold, in values: the names of municipalities,
// and the public addresses of what is not one-to-one, as they are joined to a
// place.
const mayShow = `
	select name from municipality
	union select unnest(array[s.address, s.address || ', ' || m.name])
	      from session s join organisation o on o.id = s.organisation_id join municipality m on m.code = s.municipality
	           join deployment_type d on d.code = s.type
	      where o.address_visibility = 'PUBLIC' and o.type <> 'SHELTER' and not d.one_to_one
	union select 'Online'`

// ownUIDs are the names of an expert's appointments in calendars, which only
// her feeds hold.
const ownUIDs = `select s.uid || '@expex.invalid' from session s join booking b on b.session_id = s.id where b.expert_id = $1`

// newCanary reads the whole database. The migrations' own table is no content.
func newCanary(t testing.TB, db *sql.DB) canary {
	t.Helper()
	shown := map[string]bool{} // the phrases and words of what may be shown
	for _, value := range texts(t, db, mayShow) {
		shown[phrase(value)] = true
		for _, word := range strings.Fields(phrase(value)) {
			shown[word] = true
		}
	}
	c := canary{map[string][]string{}, map[string]string{}, map[string]string{}}
	add := func(column, p string) {
		if _, known := c.columns[p]; known || shown[p] || len(p) < 2 || onlyDigits(p) && len(p) < 4 {
			return
		}
		c.columns[p] = column
		first, _, _ := strings.Cut(p, " ")
		c.phrases[first] = append(c.phrases[first], p)
	}
	for _, column := range texts(t, db, `
		select format('%I.%I', r.relname, a.attname)
		from pg_attribute a join pg_class r on r.oid = a.attrelid
		where r.relnamespace = 'public'::regnamespace and r.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
		  and r.relname <> 'goose_db_version'
		  and format_type(a.atttypid, null) not in ('bigint', 'boolean', 'date', 'daterange', 'integer', 'interval', 'numeric', 'smallint',
		      'time without time zone', 'timestamp with time zone', 'tstzrange')
		order by 1`) {
		table, name, _ := strings.Cut(column, ".")
		for _, value := range texts(t, db, fmt.Sprintf(`select distinct %[2]s::text from %[1]s where %[2]s is not null order by 1`, table, name)) {
			for _, part := range parts(value) {
				p := phrase(part)
				add(column, p)
				for _, word := range strings.Fields(p) { // a part of a name or a sentence tells, too
					if len(word) > 3 && !strings.ContainsFunc(word, unicode.IsDigit) {
						add(column, word)
					}
				}
				if c.columns[p] != "" && c.samples[column] == "" {
					c.samples[column] = part
				}
			}
		}
	}
	return c
}

// parts are the strings within a value: those of a document, of an array, or
// the value itself.
func parts(value string) []string {
	var document any
	if strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[") {
		if json.Unmarshal([]byte(value), &document) == nil {
			return leaves(document)
		}
		if list, is := strings.CutSuffix(strings.TrimPrefix(value, "{"), "}"); is {
			return strings.Split(list, ",") // phrase drops the quotation marks of an array
		}
	}
	return []string{value}
}

func leaves(document any) (out []string) {
	switch d := document.(type) {
	case string:
		return []string{d}
	case []any:
		for _, item := range d {
			out = append(out, leaves(item)...)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(d)) {
			if strings.ContainsAny(key, "-_0123456789") { // an id or a code, where the names of fields are plain words
				out = append(out, key)
			}
			out = append(out, leaves(d[key])...)
		}
	}
	return out
}

// phrase is a text as it is looked for: its words in small letters.
func phrase(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

func onlyDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
}

// heads begin the lines of a feed whose values are looked at, and fixed are the
// lines that say the same in every feed. What is neither is looked at as a whole.
var (
	heads = []string{
		"UID", "DTSTART", "DTEND", "DTSTART;TZID=Europe/Amsterdam", "DTEND;TZID=Europe/Amsterdam", "CREATED", "LAST-MODIFIED", "DTSTAMP", "SEQUENCE",
		"LOCATION", "FREEBUSY", "FREEBUSY;FBTYPE=BUSY", "FREEBUSY;FBTYPE=BUSY-TENTATIVE",
	}
	fixed = []string{
		"BEGIN:VCALENDAR", "END:VCALENDAR", "VERSION:2.0", "PRODID:-//Agenda//Afspraken//NL", "CALSCALE:GREGORIAN",
		"REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "TZID:Europe/Amsterdam",
		"BEGIN:DAYLIGHT", "END:DAYLIGHT", "BEGIN:STANDARD", "END:STANDARD", "TZNAME:CEST", "TZNAME:CET", "TZOFFSETFROM:+0100", "TZOFFSETFROM:+0200",
		"TZOFFSETTO:+0100", "TZOFFSETTO:+0200", "DTSTART:19700329T020000", "DTSTART:19701025T030000",
		"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "BEGIN:VEVENT", "END:VEVENT",
		"STATUS:CONFIRMED", "STATUS:TENTATIVE", "STATUS:CANCELLED", "CLASS:PRIVATE", "TRANSP:OPAQUE", "TRANSP:TRANSPARENT",
		"BEGIN:VFREEBUSY", "END:VFREEBUSY",
		"NAME:Agenda", "X-WR-CALNAME:Agenda", "SUMMARY:Bezet", "NAME:Afspraken", "X-WR-CALNAME:Afspraken", "SUMMARY:Afspraak",
		"NAME:ExpEx-afspraken", "X-WR-CALNAME:ExpEx-afspraken", "SUMMARY:ExpEx-afspraak",
	}
)

// leak is something a feed says that it must not say.
type leak struct{ column, says string }

// leaks finds what a feed of any kind says of the database beyond [mayShow]. Own
// are further values, or whole lines, that this feed may hold and others not:
// for an expert's feed [ownUIDs].
func (c canary) leaks(feed []byte, own []string) (out []leak) {
	unfolded := strings.NewReplacer("\r\n ", "", "\r\n\t", "").Replace(string(feed))
	for line := range strings.Lines(unfolded) {
		line = strings.TrimRight(line, "\r\n")
		if slices.Contains(fixed, line) {
			continue
		}
		if head, value, _ := strings.Cut(line, ":"); slices.Contains(heads, head) {
			line = value
		}
		if slices.Contains(own, line) {
			continue
		}
		line = strings.ReplaceAll(strings.ReplaceAll(line, `\n`, " "), `\N`, " ")
		words := strings.Fields(phrase(line))
		for i, word := range words {
			rest := strings.Join(words[i:], " ") + " "
			for _, p := range c.phrases[word] {
				if strings.HasPrefix(rest, p+" ") {
					out = append(out, leak{c.columns[p], p})
				}
			}
		}
	}
	return out
}

func texts(t testing.TB, db *sql.DB, query string, args ...any) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatalf("%v in %s", err, query)
		}
		out = append(out, value)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	return out
}

// demoWorld is a database with the demo, in the morning of the day before the
// clocks go forward.
func demoWorld(t testing.TB) (*store.Store, *sql.DB) {
	var dsn string
	s := storetest.New(t, func(o *store.Options) { dsn = o.DSN })
	if err := s.Load(t.Context(), demodata.Generate(demoSeed, engine.DateOf(storetest.Now, store.Zone)).Tables); err != nil {
		t.Fatal(err)
	}
	if err := (app.App{Store: s}).CheckNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, superuser(t, dsn)
}

// fixtureWorld is one with rows in more tables, if fewer in each.
func fixtureWorld(t testing.TB) (*store.Store, *sql.DB) {
	var dsn string
	s, _ := storetest.Filled(t, func(o *store.Options) { dsn = o.DSN })
	return s, superuser(t, dsn)
}

func superuser(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// servedFeed is what somebody's calendar was given.
type servedFeed struct {
	whose string
	bytes []byte
	own   []string
}

// expertFeeds makes a feed for every expert and every wish she may have, and
// fetches it.
func expertFeeds(t testing.TB, s *store.Store, db *sql.DB) (out []servedFeed) {
	t.Helper()
	use := app.App{Store: s}
	handler, err := routes(site{use: app.App{Store: s}, log: slog.New(slog.DiscardHandler), base: "https://expex.example"})
	if err != nil {
		t.Fatal(err)
	}
	for n, expert := range texts(t, db, `select id::text from expert order by id`) {
		status := texts(t, db, `select status from expert_record where expert_id = $1`, expert)[0]
		account, err := s.AddAccount(t.Context(), "Lezer", fmt.Sprintf("lezer%d@example.org", n), auth.RoleExpert, "", "", expert)
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
		for _, title := range []string{"EXPEX_APPOINTMENT", "APPOINTMENT", "MINIMAL"} {
			for _, withPlace := range []bool{false, true} {
				made, err := use.CreateCalendarFeed(t.Context(), viewer, auth.NewSecret().Reveal(), store.Feed{Label: "mijn telefoon", Title: title, WithPlace: withPlace})
				if status == "PAUSED" || status == "OFFBOARDED" {
					if err == nil {
						t.Errorf("expert %d, who is %s, makes a feed", n, status)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/calendar/"+made.Secret.Reveal()+".ics", nil))
				body, err := io.ReadAll(answer.Body)
				if err != nil || answer.Code != http.StatusOK {
					t.Fatalf("expert %d, who is %s: %d (%v)", n, status, answer.Code, err)
				}
				if strings.Contains(string(body), made.Secret.Reveal()) {
					t.Errorf("the feed of expert %d holds its own secret", n)
				}
				out = append(out, servedFeed{
					whose: fmt.Sprintf("expert %d, %s, place %v", n, title, withPlace), bytes: body, own: texts(t, db, ownUIDs, expert),
				})
			}
		}
	}
	return out
}

// TestNoFeedSaysWhatTheDatabaseKnows fetches the feeds of everybody and looks
// for everything.
func TestNoFeedSaysWhatTheDatabaseKnows(t *testing.T) {
	t.Parallel()
	for name, world := range map[string]func(testing.TB) (*store.Store, *sql.DB){"demo": demoWorld, "fixture": fixtureWorld} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db := world(t)
			served := append(expertFeeds(t, s, db), otherFeeds(t, s, db)...)
			canary := newCanary(t, db) // after the feeds, so that labels and fetches are among what it knows
			events, places := 0, 0
			for _, f := range served {
				events += strings.Count(string(f.bytes), "BEGIN:VEVENT")
				places += strings.Count(string(f.bytes), "\nLOCATION:")
				for _, leak := range canary.leaks(f.bytes, f.own) {
					t.Errorf("the feed of %s says %q, which is in %s", f.whose, leak.says, leak.column)
				}
			}
			t.Logf("%d feeds with %d events and %d places; %d phrases of %d columns", len(served), events, places, len(canary.columns), len(canary.samples))
			if len(served) < 6 || events < 30 || places < 10 || len(canary.samples) < 50 {
				t.Error("that is too little to say anything")
			}
		})
	}
}

// TestTheCanaryFindsWhatALeakWouldSay puts a value of every column into a feed,
// as the place of an event.
func TestTheCanaryFindsWhatALeakWouldSay(t *testing.T) {
	t.Parallel()
	_, db := demoWorld(t)
	canary := newCanary(t, db)
	says := func(place string) []leak {
		body, err := calendar.Encode(calendar.Feed{Zone: store.Zone, Events: []calendar.Event{{
			UID: "1", Start: storetest.Now, End: storetest.Now.Add(time.Hour), Created: storetest.Now, Changed: storetest.Now, Status: calendar.Confirmed, Place: place,
		}}})
		if err != nil {
			t.Fatal(err)
		}
		return canary.leaks(body.Bytes, nil)
	}
	for column, value := range canary.samples {
		if len(says(value)) == 0 || len(says("Gouda, "+value+" 12")) == 0 {
			t.Errorf("%s is not found: %q", column, value)
		}
	}
	for _, column := range []string{
		"theme.code", "theme.nl", "theme.en", "client.ref", "expert.first_name", "expert_record.last_name", "account.name", "account.email", "organisation.name",
		"request.goal", "request.id", "match.id", "offer.id", "decision.id", "session.id", "session.uid", "token.hash",
	} {
		if canary.samples[column] == "" && len(texts(t, db, "select 1 from "+strings.Split(column, ".")[0]+" limit 1")) > 0 {
			t.Errorf("nothing of %s is looked for", column)
		}
	}
	for _, query := range []string{
		`select name from account`, `select first_name from expert`, `select ref::text from client`, `select nl from theme`, `select name from organisation`,
	} {
		for _, value := range texts(t, db, query) {
			if len(says(value)) == 0 {
				t.Errorf("%q is not found", value)
			}
		}
	}
	if got := says("Gouda"); len(got) != 0 {
		t.Errorf("a municipality is a leak: %v", got)
	}
	if got := says(context.Canceled.Error()); len(got) != 0 {
		t.Errorf("what stands nowhere is a leak: %v", got)
	}
}
