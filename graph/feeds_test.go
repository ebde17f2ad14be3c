package graph_test

import (
	"net/url"
	"strings"
	"testing"

	"expex/auth"
	"expex/graph/globalid"
	"expex/store/storetest"
)

const linksOf = `{feed{kind title} url links{https webcal google outlook outlookWork}}`

// Each address in the answer is the same one, in the form that its reader takes.
func TestAFeedComesWithItsLinksOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	pool, house := globalid.Encode(globalid.Pool, string(s.A.Pool)), globalid.Encode(globalid.Organisation, string(s.A.House))
	for _, c := range []struct {
		who      auth.Viewer
		mutation string
		call     string
		name     string // of the calendar
	}{
		{s.A.ExpertViewers[0], "createCalendarFeed", `createCalendarFeed(input:{idempotencyKey:"links-0001"})`, "ExpEx-afspraken"},
		{s.A.ExpertViewers[0], "createCalendarFeed", `createCalendarFeed(input:{idempotencyKey:"links-0002",title:MINIMAL})`, "Agenda"},
		{s.A.Coordinator, "createTeamFeed", `createTeamFeed(input:{idempotencyKey:"links-0003",poolId:"` + pool + `"})`, "Agenda"},
		{s.A.Requester, "createPublicTalksFeed", `createPublicTalksFeed(input:{idempotencyKey:"links-0004",organisationId:"` + house + `"})`, "Voorlichtingen"},
		{s.A.Requester, "rotateCalendarFeed", `rotateCalendarFeed(input:{idempotencyKey:"links-0005",feedId:"` + globalid.Encode(globalid.Feed, string(s.A.Talks)) + `"})`, "Voorlichtingen"},
	} {
		payload := at(t, s.must(t, c.who, "mutation{"+c.call+linksOf+"}", nil), c.mutation).(map[string]any)
		links := payload["links"].(map[string]any)
		secret, ok := strings.CutPrefix(payload["url"].(string), "https://expex.example/calendar/")
		if !ok || len(secret) != 43+len(".ics") || links["https"] != payload["url"] {
			t.Errorf("%s: the address is %v and %v", c.mutation, payload["url"], links["https"])
		}
		webcal := "webcal://expex.example/calendar/" + secret
		if links["webcal"] != webcal {
			t.Errorf("webcal is %v", links["webcal"])
		}
		for link, want := range map[string]string{
			"google": "calendar.google.com/calendar/r cid=" + webcal, "outlook": "outlook.live.com/calendar/0/addfromweb url=" + links["https"].(string) + " name=" + c.name,
			"outlookWork": "outlook.office.com/calendar/0/addfromweb url=" + links["https"].(string) + " name=" + c.name,
		} {
			u, err := url.Parse(links[link].(string))
			if err != nil || u.Scheme != "https" || strings.Contains(u.RawQuery, "://") {
				t.Fatalf("%s is %v (%v)", link, links[link], err)
			}
			got := u.Host + u.Path
			for _, name := range []string{"cid", "url", "name"} {
				if v := u.Query().Get(name); v != "" {
					got += " " + name + "=" + v
				}
			}
			if got != want {
				t.Errorf("%s is %s, want %s", link, got, want)
			}
		}
		again := at(t, s.must(t, c.who, "mutation{"+c.call+linksOf+"}", nil), c.mutation).(map[string]any)
		if again["url"] != nil || again["links"] != nil {
			t.Errorf("%s: the links are shown twice", c.mutation)
		}
	}
}

func TestFreeBusyHasOneLink(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.must(t, s.A.Coordinator, `mutation{createTeamFeed(input:{idempotencyKey:"links-0006",form:FREE_BUSY,poolId:"`+
		globalid.Encode(globalid.Pool, string(s.A.Pool))+`"})`+linksOf+`}`, nil)
	links := at(t, made, "createTeamFeed", "links").(map[string]any)
	https := links["https"].(string)
	if !strings.HasPrefix(https, "https://expex.example/freebusy/") || !strings.HasSuffix(https, ".ifb") {
		t.Errorf("https is %s", https)
	}
	for _, link := range []string{"webcal", "google", "outlook", "outlookWork"} {
		if links[link] != nil {
			t.Errorf("%s is %v: no calendar app subscribes to free/busy", link, links[link])
		}
	}
}

// What was chosen anew is in the answer, and what became of a feed in its state.
func TestAFeedTellsItsOwnerHowItIs(t *testing.T) {
	t.Parallel()
	s := start(t)
	she, id := s.A.ExpertViewers[0], globalid.Encode(globalid.Feed, string(s.A.Feed))
	is := func() map[string]any {
		return at(t, s.must(t, she, `query($f:ID!){calendarFeed(id:$f){title withPlace state cut cutAdvice}}`, map[string]any{"f": id}), "calendarFeed").(map[string]any)
	}
	if got := is(); got["state"] != "ACTIVE" || got["cut"] != 0.0 || got["cutAdvice"] != nil {
		t.Errorf("at first it is %v", got)
	}
	if err := s.store.NoteCut(t.Context(), s.A.Feed, 2); err != nil {
		t.Fatal(err)
	}
	if got := is(); got["cut"] != 2.0 || got["cutAdvice"] != "2 afspraken passen niet meer in deze agenda: de verste. Zonder plaatsen past er meer; in de app staat alles." {
		t.Errorf("cut it is %v", got)
	}
	s.must(t, she, `mutation($f:ID!){updateCalendarFeed(input:{idempotencyKey:"feeds-0001",feedId:$f,title:APPOINTMENT,withPlace:false}){feed{id} url}}`, map[string]any{"f": id})
	if got := is(); got["title"] != "APPOINTMENT" || got["withPlace"] != false || strings.Contains(got["cutAdvice"].(string), "plaatsen") {
		t.Errorf("changed it is %v", got)
	}
	s.moveTo(storetest.Now.AddDate(0, 0, 181))
	if got := is(); got["state"] != "EXPIRED_UNUSED" {
		t.Errorf("unused it is %v", got)
	}
	s.must(t, she, `mutation($f:ID!){revokeCalendarFeed(input:{idempotencyKey:"feeds-0002",feedId:$f}){feed{state}}}`, map[string]any{"f": id})
	if got := is(); got["state"] != "REVOKED" {
		t.Errorf("revoked it is %v", got)
	}
}
