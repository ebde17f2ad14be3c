package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/graph/globalid"
	"expex/live"
	"expex/mail"
	"expex/mail/mailbox"
	"expex/store"
	"expex/store/storetest"
)

// post is the service as it is served, with a clock of its own and a mail server.
type post struct {
	storetest.Fixture
	use    app.App
	url    string
	sender *mail.Sender
	box    *mailbox.Box
	now    atomic.Pointer[time.Time]
	read   int // letters that were looked at
}

func openPost(t *testing.T) *post {
	t.Helper()
	p := &post{}
	p.now.Store(&storetest.Now)
	s, f := storetest.Filled(t, func(o *store.Options) { o.Now = func() time.Time { return *p.now.Load() } })
	p.use, p.Fixture = app.App{Store: s}, f
	changes := live.New(1, 1)
	t.Cleanup(changes.Close)
	handler, err := routes(site{use: p.use, log: slog.New(slog.NewTextHandler(io.Discard, nil)), base: "https://expex.example", changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	p.url = server.URL
	if p.box, err = mailbox.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.box.Close() })
	if p.sender, err = mail.NewSender(mail.Options{Server: p.box.URL(), From: "ExpEx <noreply@expex.example>", App: "https://expex.example/"}); err != nil {
		t.Fatal(err)
	}
	return p
}

// ask asks as somebody, a minute after the last one.
func (p *post) ask(t *testing.T, who auth.Viewer, query string, variables map[string]any) any {
	t.Helper()
	next := p.now.Load().Add(time.Minute)
	p.now.Store(&next)
	got, err := do(p.url+"/graphql", storetest.Secret(who).Reveal(), query, variables)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// deliver sends what waits and gives what arrived by it, the newest first.
func (p *post) deliver(t *testing.T) []mailbox.Letter {
	t.Helper()
	if _, err := p.use.SendNotices(t.Context(), p.sender, invitations(p.sender)); err != nil {
		t.Fatal(err)
	}
	all := p.box.Letters()
	fresh := all[:len(all)-p.read]
	p.read = len(all)
	return fresh
}

// invited gives the one invitation among letters, which nobody else may have.
func invited(t *testing.T, letters []mailbox.Letter, to string) mailbox.Letter {
	t.Helper()
	var found []mailbox.Letter
	for _, l := range letters {
		if l.Calendar != "" {
			found = append(found, l)
		}
	}
	if len(found) != 1 || found[0].To != to {
		t.Fatalf("%d of %d letters invite, want one to %s: %+v", len(found), len(letters), to, letters)
	}
	return found[0]
}

// lines gives those of the event with a UID, but for those that a feed and an
// invitation have each in its own way; "" for no such event.
func lines(calendar, uid string) string {
	unfolded := strings.ReplaceAll(calendar, "\r\n ", "")
	for _, part := range strings.Split(unfolded, "BEGIN:VEVENT\r\n")[1:] {
		part, _, _ = strings.Cut(part, "END:VEVENT")
		if !strings.Contains(part, "UID:"+uid+"\r\n") {
			continue
		}
		return strings.Join(slices.DeleteFunc(strings.Split(part, "\r\n"), func(line string) bool {
			return strings.HasPrefix(line, "ORGANIZER") || strings.HasPrefix(line, "ATTENDEE") || strings.HasPrefix(line, "DTSTAMP")
		}), "\n")
	}
	return ""
}

func property(calendar, name string) string {
	_, rest, _ := strings.Cut(calendar, "\r\n"+name)
	value, _, _ := strings.Cut(rest, "\r\n")
	return value[1:]
}

// TestAnInvitationIsTheEventOfTheFeed plans, moves and cancels through the API and
// compares, each time, what came by mail with what is served to subscribers.
func TestAnInvitationIsTheEventOfTheFeed(t *testing.T) {
	t.Parallel()
	p := openPost(t)
	coordinator, requester, expert := p.A.Coordinator, p.A.LocationAsker, p.A.ExpertViewers[0]
	const mailed = "Aafke@example.org"
	p.ask(t, expert, `mutation{setInvitations(input:{idempotencyKey:"invite-0001",wanted:true,title:APPOINTMENT,withPlace:true}){invitations{wanted}}}`, nil)
	made := p.ask(t, expert, `mutation{createCalendarFeed(input:{idempotencyKey:"invite-0002",title:APPOINTMENT,withPlace:true}){url}}`, nil)
	address := p.url + strings.TrimPrefix(dig(made, "createCalendarFeed", "url").(string), "https://expex.example")

	submitted := p.ask(t, requester, `mutation($i:SubmitRequestInput!){submitRequest(input:$i){request{id}}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": "invite-0003", "organisationId": globalid.Encode(globalid.Organisation, string(p.A.Location)),
		"type": "LISTENING_EAR", "goal": "Even praten", "municipality": "GM0513", "postcode4": "2801",
		"client": map[string]any{"ageFrom": 15, "ageTo": 16}, "themes": []any{map[string]any{"theme": "LONELINESS", "importance": "MUST"}},
		"options": []any{map[string]any{"start": "2027-04-22T13:00:00Z", "end": "2027-04-22T16:00:00Z"}},
	}})
	request := map[string]any{"r": dig(submitted, "submitRequest", "request", "id")}
	p.ask(t, coordinator, `mutation($r:ID!){triageRequest(input:{idempotencyKey:"invite-0004",requestId:$r,outcome:OPEN}){request{id}}}`, request)
	offered := p.ask(t, coordinator, `mutation($r:ID!,$e:ID!){makeOffer(input:{idempotencyKey:"invite-0005",requestId:$r,expertIds:[$e],overrideReason:"omdat",
		slot:{start:"2027-04-22T13:00:00Z",end:"2027-04-22T14:00:00Z"}}){offers{id}}}`,
		map[string]any{"r": request["r"], "e": globalid.Encode(globalid.Expert, string(p.A.Experts[0]))})
	for _, l := range p.deliver(t) {
		if l.Calendar != "" {
			t.Errorf("a letter to %s invites to what nobody accepted", l.To)
		}
	}

	var session any
	seen := -1
	for _, step := range []struct {
		name, query string
		who         auth.Viewer
		method      string
	}{
		{"she accepts", `mutation($o:ID!){acceptOffer(input:{idempotencyKey:"invite-0006",offerId:$o}){session{id}}}`, expert, "REQUEST"},
		{"it is moved", `mutation($s:ID!){rescheduleSession(input:{idempotencyKey:"invite-0007",sessionId:$s,start:"2027-04-22T14:30:00Z"}){moved}}`, coordinator, "REQUEST"},
		{"she moves it", `mutation($s:ID!){rescheduleSession(input:{idempotencyKey:"invite-0008",sessionId:$s,start:"2027-04-22T13:30:00Z"}){moved}}`, expert, "REQUEST"},
		{"it is cancelled", `mutation($s:ID!){cancelSession(input:{idempotencyKey:"invite-0009",sessionId:$s}){session{id}}}`, requester, "CANCEL"},
	} {
		variables := map[string]any{"s": session}
		if session == nil {
			variables = map[string]any{"o": dig(offered, "makeOffer", "offers", 0, "id")}
		}
		answer := p.ask(t, step.who, step.query, variables)
		if session == nil {
			session = dig(answer, "acceptOffer", "session", "id")
		}
		letter := invited(t, p.deliver(t), mailed)
		status, served := fetch(t, address)
		if status != 200 {
			t.Fatalf("%s: the feed answers %d", step.name, status)
		}
		uid := property(letter.Calendar, "UID")
		if got, want := lines(letter.Calendar, uid), lines(served, uid); got == "" || got != want {
			t.Errorf("%s: by mail came\n%s\nand the feed shows\n%s", step.name, got, want)
		}
		if letter.Method != step.method || property(letter.Calendar, "METHOD") != step.method {
			t.Errorf("%s: %s came with\n%s", step.name, letter.Method, letter.Calendar)
		}
		sequence, err := strconv.Atoi(property(letter.Calendar, "SEQUENCE"))
		if err != nil || sequence <= seen {
			t.Errorf("%s: the sequence goes from %d to %d (%v)", step.name, seen, sequence, err)
		}
		seen = sequence
		if property(letter.Calendar, "ORGANIZER") != "mailto:noreply@expex.example" || !strings.HasSuffix(property(letter.Calendar, "ATTENDEE"), ":mailto:"+mailed) {
			t.Errorf("%s: it names others:\n%s", step.name, letter.Calendar)
		}
		for _, canary := range []string{"LONELINESS", "praten", "Cora", "LISTENING", "aanvrager", "2801", "Gouda,"} {
			if strings.Contains(strings.ToLower(letter.Raw), strings.ToLower(canary)) {
				t.Errorf("%s: the letter says %q:\n%s", step.name, canary, letter.Raw)
			}
		}
	}
}

// Who steps out of a talk has it taken out of her calendar, and those who stay
// see it as it is now.
func TestWhoLeavesIsCancelledForAlone(t *testing.T) {
	t.Parallel()
	p := openPost(t)
	for n, expert := range p.A.ExpertViewers[:2] {
		p.ask(t, expert, `mutation($k:String!){setInvitations(input:{idempotencyKey:$k,wanted:true}){invitations{title withPlace}}}`, map[string]any{"k": fmt.Sprint("leaves-000", n)})
	}
	p.ask(t, p.A.ExpertViewers[0], `mutation($s:ID!){cancelSession(input:{idempotencyKey:"leaves-0003",sessionId:$s}){session{id}}}`,
		map[string]any{"s": globalid.Encode(globalid.Session, string(p.A.Session))})
	got := map[string]string{}
	for _, l := range p.deliver(t) {
		if l.Calendar != "" {
			got[l.To] += l.Method + " " + property(l.Calendar, "STATUS") + " " + property(l.Calendar, "SEQUENCE") + " " + property(l.Calendar, "SUMMARY")
		}
		if strings.Contains(l.Calendar, "LOCATION") {
			t.Errorf("a place nobody asked for:\n%s", l.Calendar)
		}
	}
	if len(got) != 2 || got["Aafke@example.org"] != "CANCEL CANCELLED 1 Bezet" || got["Abel@example.org"] != "REQUEST TENTATIVE 1 Bezet" {
		t.Errorf("they got %v", got)
	}
}
