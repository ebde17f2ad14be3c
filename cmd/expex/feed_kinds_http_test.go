package main

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"expex/auth"
	"expex/calendar"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

func (s *feedServer) of(id engine.FeedID, kind store.FeedKind) string {
	return feedURL(s.url, kind, storetest.SecretOfFeed(id))
}

// properties are the lines of a component that begin with one of the names.
func properties(body []byte, names ...string) string {
	var out []string
	for line := range strings.SplitSeq(string(body), "\r\n") {
		for _, name := range names {
			if strings.HasPrefix(line, name) {
				out = append(out, line)
			}
		}
	}
	return strings.Join(out, "\n")
}

func TestATeamFeedSaysBezetAndNoPlace(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	s.change(t, `update session set status = 'HELD' where starts_at > '2027-04-01'`)
	got := s.fetch(t, "GET", s.of(s.A.Team, store.FeedOfTeam), nil)
	const event = "SUMMARY:Bezet\n"
	if lines := properties(got.body, "SUMMARY", "LOCATION", "URL", "DESCRIPTION", "NAME"); lines != "NAME:Agenda\n"+event+event+event+"SUMMARY:Bezet" {
		t.Errorf("it says\n%s", lines)
	}
	if lines := properties(got.body, "DTSTART;", "STATUS"); !strings.HasSuffix(lines, "DTSTART;TZID=Europe/Amsterdam:20270407T140000\nSTATUS:TENTATIVE") {
		t.Errorf("the one that is held is\n%s", lines)
	}
	if !strings.Contains(string(got.body), "UID:"+string(s.A.Session)+"@expex.invalid") {
		t.Error("the event has another UID than the session")
	}
	if again := s.fetch(t, "GET", s.of(s.A.Team, store.FeedOfTeam), http.Header{"If-None-Match": {got.Header.Get("ETag")}}); again.StatusCode != 304 || again.statements != 1 {
		t.Errorf("again: status %d after %d statements", again.StatusCode, again.statements)
	}
}

func TestAPublicTalkIsCalledVoorlichtingWithItsPublicPlace(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	url := s.of(s.A.Talks, store.FeedOfPublicTalks)
	if got := s.fetch(t, "GET", url, nil); strings.Contains(string(got.body), "VEVENT") || got.StatusCode != 200 {
		t.Errorf("closed groups are in it, status %d\n%s", got.StatusCode, got.body)
	}
	s.change(t, `update request set audience = 'PUBLIC' where type = 'TALK'; update session set online = true where starts_at < '2027-02-10'`)
	got := s.fetch(t, "GET", url, nil)
	const talk = "LOCATION:Voorbeeldstraat 3\\, Gouda\nSUMMARY:Voorlichting"
	if lines := properties(got.body, "SUMMARY", "LOCATION", "URL", "DESCRIPTION", "NAME"); lines != "NAME:Voorlichtingen\nLOCATION:Online\nSUMMARY:Voorlichting\n"+talk+"\n"+talk+"\n"+talk {
		t.Errorf("it says\n%s", lines)
	}
}

// Free/busy tells of today and half a year, and moves on at midnight in Amsterdam.
func TestFreeBusyOverHTTP(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	url := s.of(s.A.FreeBusy, store.FeedOfTeamFreeBusy)
	first := s.fetch(t, "GET", url, nil)
	const day = "DTEND:20270922T220000Z\nDTSTAMP:20270326T230000Z\nDTSTART:20270326T230000Z\n"
	const talk = ":20270407T120000Z/20270407T133000Z"
	lines := func(r reply) string { return properties(r.body, "DTSTART", "DTEND", "DTSTAMP", "FREEBUSY") }
	if got := lines(first); got != day+"FREEBUSY;FBTYPE=BUSY"+talk || first.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Errorf("it says\n%s", got)
	}
	for _, step := range []struct {
		name, change string
		at           time.Duration
		status       int
		want         string // "" for the same as before
	}{
		{"unchanged", "", 0, 304, ""},
		{"late on the same day", "", 13 * time.Hour, 304, ""},
		{"held", `update session set status = 'HELD' where starts_at > '2027-04-01'`, 13 * time.Hour, 200,
			strings.Replace(day, "DTSTAMP:20270326T230000Z", "DTSTAMP:20270327T220000Z", 1) + "FREEBUSY;FBTYPE=BUSY-TENTATIVE" + talk},
		{"the next day, an hour shorter", "", 14 * time.Hour, 200,
			"DTEND:20270923T220000Z\nDTSTAMP:20270327T230000Z\nDTSTART:20270327T230000Z\nFREEBUSY;FBTYPE=BUSY-TENTATIVE" + talk},
		{"cancelled", `update session set status = 'CANCELLED_BY_EXPERT' where starts_at > '2027-04-01'`, 15 * time.Hour, 200,
			"DTEND:20270923T220000Z\nDTSTAMP:20270328T000000Z\nDTSTART:20270327T230000Z"},
	} {
		s.at(storetest.Now.Add(step.at))
		if step.change != "" {
			s.change(t, step.change)
		}
		got := s.fetch(t, "GET", url, http.Header{"If-Modified-Since": {first.Header.Get("Last-Modified")}})
		if got.StatusCode != step.status || step.want != "" && lines(got) != step.want {
			t.Errorf("%s: status %d\n%s", step.name, got.StatusCode, lines(got))
		}
		if got.StatusCode == 200 {
			first = got
		}
	}
	if got := s.fetch(t, "HEAD", url, nil); got.StatusCode != 200 || len(got.body) > 0 || got.Header.Get("ETag") != first.Header.Get("ETag") {
		t.Errorf("HEAD: status %d, %d octets", got.StatusCode, len(got.body))
	}
	s.change(t, `update account set disabled_at = app_now() where id = '`+string(s.A.Coordinator.AccountID)+`'`)
	if got := s.fetch(t, "GET", url, nil); got.StatusCode != 404 {
		t.Errorf("dead: status %d, and nobody is free\n%s", got.StatusCode, got.body)
	}
}

// The wrong door is as shut as no door, to the byte.
func TestATokenOpensItsOwnDoorOnly(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	secret := func(id engine.FeedID) string { return storetest.SecretOfFeed(id).Reveal() }
	unknown := map[string]reply{}
	for _, door := range []string{"/calendar/%s.ics", "/freebusy/%s.ifb"} {
		unknown[door] = s.fetch(t, "GET", s.url+fmt.Sprintf(door, auth.NewSecret().Reveal()), nil)
	}
	for path, door := range map[string]string{
		"/calendar/" + secret(s.A.FreeBusy) + ".ics": "/calendar/%s.ics",
		"/freebusy/" + secret(s.A.Feed) + ".ifb":     "/freebusy/%s.ifb",
		"/freebusy/" + secret(s.A.Team) + ".ifb":     "/freebusy/%s.ifb",
		"/freebusy/" + secret(s.A.FreeBusy) + ".ics": "/freebusy/%s.ifb",
		"/calendar/" + secret(s.A.Team) + ".ifb":     "/calendar/%s.ics",
	} {
		got, want := s.fetch(t, "GET", s.url+path, nil), unknown[door]
		for _, h := range []http.Header{got.Header, want.Header} {
			h.Del("Date")
			h.Del("X-Request-Id")
		}
		if got.StatusCode != 404 || !bytes.Equal(got.body, want.body) || fmt.Sprint(got.Header) != fmt.Sprint(want.Header) || got.statements != want.statements {
			t.Errorf("%s: status %d, %v after %d statements, want %v after %d", door, got.StatusCode, got.Header, got.statements, want.Header, want.statements)
		}
	}
	for _, id := range []engine.FeedID{s.A.Feed, s.A.Team, s.A.FreeBusy} {
		if strings.Contains(s.log.String(), secret(id)) {
			t.Error("the log holds a secret")
		}
	}
}

// A calendar that does not fit is served all the same; its owner hears of it.
func TestAFullCalendarIsServedAndItsOwnerTold(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	s.change(t, fmt.Sprintf(`insert into session (request_id, pool_id, organisation_id, type, starts_at, ends_at, status, online, municipality)
		select request_id, pool_id, organisation_id, type, starts_at + n * interval '1 hour', ends_at + n * interval '1 hour', 'CANCELLED_BY_CLIENT', false, municipality
		from session, generate_series(1, %d) n where id = '%s'`, calendar.MaxEvents, s.A.Session))
	s.change(t, `update session set status = 'COMPLETED' where status = 'CANCELLED_BY_CLIENT'`)
	told := func() (cut, notices int) {
		if err := s.db.QueryRow(`select f.cut, (select count(*) from notice where kind = 'CALENDAR_CUT' and account_id = f.account_id) from calendar_feed f where id = $1`,
			s.A.Team).Scan(&cut, &notices); err != nil {
			t.Fatal(err)
		}
		return cut, notices
	}
	for range 2 {
		got := s.fetch(t, "GET", s.of(s.A.Team, store.FeedOfTeam), nil)
		if n := bytes.Count(got.body, []byte("BEGIN:VEVENT")); got.StatusCode != 200 || n != calendar.MaxEvents {
			t.Errorf("status %d with %d events", got.StatusCode, n)
		}
		if cut, notices := told(); cut != 4 || notices != 1 {
			t.Errorf("%d are said to be cut in %d messages, want 4 in one", cut, notices)
		}
	}
	s.change(t, `update session set starts_at = starts_at + interval '2 years', ends_at = ends_at + interval '2 years' where starts_at > '2027-04-20'`)
	s.fetch(t, "GET", s.of(s.A.Team, store.FeedOfTeam), nil)
	if cut, notices := told(); cut != 0 || notices != 1 {
		t.Errorf("when all fit again, %d are said to be cut in %d messages", cut, notices)
	}
}
