package graph_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/graph"
	"expex/graph/globalid"
	"expex/live"
	"expex/store"
	"expex/store/storetest"
)

// liveService is a service that listens to its database, behind real HTTP.
type liveService struct {
	*service
	hub    *live.Hub
	server *httptest.Server
	dsn    string
	missed chan struct{} // something whenever the listener says that it may have missed something
}

func goLive(t *testing.T, options ...func(*store.Options)) *liveService {
	t.Helper()
	l := &liveService{hub: live.New(graph.StreamsPerAccount, graph.StreamsInAll), missed: make(chan struct{}, 100)}
	l.service = start(t, append(options, func(o *store.Options) { l.dsn = o.DSN })...)
	l.serve(func(c *graph.Config) { c.Changes = l.hub })
	l.server = httptest.NewServer(l.handler)
	ctx, cancel := context.WithCancel(context.Background())
	followed := make(chan error, 1)
	go func() {
		followed <- l.store.Follow(ctx, func(topic string) { l.hub.Tell(live.Topic(topic)) }, func() { l.hub.TellAll(); l.missed <- struct{}{} }, func(error) {})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-followed; err != nil {
			t.Error(err)
		}
		l.hub.Close()
		l.server.Close()
	})
	<-l.missed // it listens
	return l
}

// another is a second process on the same database.
func (l *liveService) another(t *testing.T) app.App {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{DSN: l.dsn, Now: func() time.Time { return storetest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return app.App{Store: s}
}

func (l *liveService) sql(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := l.db.Exec(statement, args...); err != nil {
		t.Fatal(err)
	}
}

// subscriber reads the events of one subscription.
type subscriber interface {
	// next gives the next event, nil when the subscription has completed.
	next(t *testing.T) *answer
}

// ways are the two to subscribe.
var ways = map[string]func(*liveService, *testing.T, auth.Viewer, string, map[string]any) subscriber{
	"server-sent events": func(l *liveService, t *testing.T, v auth.Viewer, q string, vars map[string]any) subscriber {
		return l.events(t, v, q, vars)
	},
	"websocket": func(l *liveService, t *testing.T, v auth.Viewer, q string, vars map[string]any) subscriber {
		return l.dial(t, v).subscribe(t, q, vars)
	},
}

type eventSource struct{ lines *bufio.Reader }

func (l *liveService) events(t *testing.T, viewer auth.Viewer, query string, variables map[string]any) *eventSource {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.server.URL, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if viewer.AccountID != "" {
		r.Header.Set("Authorization", "Bearer "+storetest.Secret(viewer).Reveal())
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Body.Close() })
	if kind := w.Header.Get("Content-Type"); w.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("status %d, %s", w.StatusCode, kind)
	}
	return &eventSource{bufio.NewReader(w.Body)}
}

func (s *eventSource) next(t *testing.T) *answer {
	t.Helper()
	var event string
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the stream broke off: %v", err)
		}
		field, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case field == "event":
			event = value
		case field == "data":
			return decoded(t, []byte(value))
		case field == "" && event == "complete":
			if rest, err := io.ReadAll(s.lines); err != nil || len(rest) > 0 {
				t.Errorf("after its end came %q, %v", rest, err)
			}
			return nil
		}
	}
}

// socket is a client that speaks graphql-transport-ws.
type socket struct{ *websocket.Conn }

type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

func (l *liveService) connect(t *testing.T, header http.Header, protocols ...string) (socket, *http.Response, error) {
	t.Helper()
	c, w, err := websocket.Dial(t.Context(), l.server.URL, &websocket.DialOptions{Subprotocols: protocols, HTTPHeader: header})
	if err == nil {
		t.Cleanup(func() { c.CloseNow() })
	}
	return socket{c}, w, err
}

// dial connects and signs in.
func (l *liveService) dial(t *testing.T, viewer auth.Viewer) socket {
	t.Helper()
	c, _, err := l.connect(t, nil, "graphql-transport-ws")
	if err != nil {
		t.Fatal(err)
	}
	c.send(t, message{Type: "connection_init", Payload: json.RawMessage(`{"Authorization":"Bearer ` + storetest.Secret(viewer).Reveal() + `"}`)})
	if m, err := c.receive(t); err != nil || m.Type != "connection_ack" {
		t.Fatalf("signing in is answered with %+v, %v", m, err)
	}
	return c
}

func (c socket) send(t *testing.T, m message) {
	t.Helper()
	text, err := json.Marshal(m)
	if err == nil {
		err = c.Write(t.Context(), websocket.MessageText, text)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (c socket) receive(t *testing.T) (m message, err error) {
	t.Helper()
	_, text, err := c.Read(t.Context())
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(text, &m)
}

// onSocket is the one subscription of a socket.
type onSocket struct{ socket }

func (c socket) subscribe(t *testing.T, query string, variables map[string]any) onSocket {
	t.Helper()
	payload, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	c.send(t, message{ID: "1", Type: "subscribe", Payload: payload})
	return onSocket{c}
}

func (s onSocket) next(t *testing.T) *answer {
	t.Helper()
	m, err := s.receive(t)
	switch {
	case err != nil:
		t.Fatal(err)
	case m.Type == "complete":
		return nil
	case m.Type == "error":
		return decoded(t, []byte(`{"errors":`+string(m.Payload)+`}`))
	}
	return decoded(t, m.Payload)
}

func decoded(t *testing.T, text []byte) *answer {
	t.Helper()
	var a answer
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return &a
}

// sees compares a field of the next event.
func sees(t *testing.T, s subscriber, want any, path ...any) {
	t.Helper()
	event := s.next(t)
	if event == nil || len(event.Errors) > 0 {
		t.Fatalf("got %+v, want %v", event, want)
	}
	if got := at(t, event.Data, path...); !reflect.DeepEqual(got, want) {
		t.Errorf("%v is %v, want %v", path, got, want)
	}
}

// ends expects an error and then the end.
func ends(t *testing.T, s subscriber, code string) {
	t.Helper()
	event := s.next(t)
	if event == nil || len(event.Errors) != 1 || event.Errors[0].Extensions.Code != code {
		t.Fatalf("got %+v, want %s", event, code)
	}
	if event := s.next(t); event != nil {
		t.Errorf("after the error came %+v", event)
	}
}

const requestEvents = `subscription($id:ID!){requestChanged(id:$id){id status goal organisation{name} offers{totalCount}}}`

func about(id engine.RequestID) map[string]any {
	return map[string]any{"id": globalid.Encode(globalid.Request, string(id))}
}

func TestASubscriberSeesWhatAnotherProcessChanges(t *testing.T) {
	t.Parallel()
	for way, subscribe := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			f := goLive(t)
			s := subscribe(f, t, f.A.Coordinator, requestEvents, about(f.A.Ear))
			sees(t, s, "OPEN", "requestChanged", "status")
			other := f.another(t)
			if _, err := other.TriageRequest(t.Context(), f.A.Coordinator, "another process", f.A.Ear, engine.RequestOnHold); err != nil {
				t.Fatal(err)
			}
			sees(t, s, "ON_HOLD", "requestChanged", "status")
			// What belongs to it, read afresh for each event.
			f.sql(t, `update organisation set name = 'Anders' where id = (select organisation_id from request where id = $1)`, f.A.Ear)
			f.sql(t, `update request set goal = 'nieuw' where id = $1`, f.A.Ear)
			sees(t, s, map[string]any{"name": "Anders"}, "requestChanged", "organisation")
		})
	}
}

func TestAChangeOfAnOfferOrASessionIsOneOfTheRequest(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	s := f.events(t, f.A.Coordinator, requestEvents, about(f.A.Buddy))
	sees(t, s, 1.0, "requestChanged", "offers", "totalCount")
	f.sql(t, `update offer set expires_at = expires_at + interval '1 hour' where id = $1`, f.A.Offer)
	sees(t, s, 1.0, "requestChanged", "offers", "totalCount")
	talk := f.events(t, f.A.Requester, `subscription($id:ID!){requestChanged(id:$id){status}}`, about(f.A.Talk))
	sees(t, talk, "FILLED", "requestChanged", "status")
	f.sql(t, `update session set late = true where id = $1`, f.A.Session)
	sees(t, talk, "FILLED", "requestChanged", "status")
}

// Whoever may not see a request gets the same answer as for one that does not
// exist, at once and as the last.
func TestAStrangerIsToldNothing(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	for _, subscribe := range ways {
		for code, who := range map[string]auth.Viewer{"NOT_FOUND": f.B.Coordinator, "FORBIDDEN": f.A.ExpertViewers[2]} {
			ends(t, subscribe(f, t, who, requestEvents, about(f.A.Buddy)), code)
			ends(t, subscribe(f, t, who, requestEvents, map[string]any{"id": globalid.Encode(globalid.Request, "7b5f3c1e-4a2d-4e6f-8c9b-0a1d2e3f4a5b")}), code)
		}
		ends(t, subscribe(f, t, f.A.ExpertViewers[2], `subscription{tasksChanged{poolIds}}`, nil), "FORBIDDEN")
		ends(t, subscribe(f, t, f.A.Requester, `subscription{tasksChanged{poolIds}}`, nil), "FORBIDDEN")
	}
	ends(t, f.events(t, auth.Viewer{}, requestEvents, about(f.A.Buddy)), "UNAUTHENTICATED")
}

func TestATokenThatDiesEndsItsStreams(t *testing.T) {
	t.Parallel()
	for way, subscribe := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			f := goLive(t)
			s := subscribe(f, t, f.A.Coordinator, requestEvents, about(f.A.Ear))
			sees(t, s, "OPEN", "requestChanged", "status")
			f.sql(t, `update token set revoked_at = now() where account_id = $1`, f.A.Coordinator.AccountID) // and nothing else happens
			ends(t, s, "UNAUTHENTICATED")
		})
	}
}

func TestATokenThatExpiredIsToldNothingMore(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	f.sql(t, `update token set expires_at = $2 where account_id = $1`, f.A.Coordinator.AccountID, storetest.Now.Add(time.Hour))
	s := f.events(t, f.A.Coordinator, requestEvents, about(f.A.Ear))
	sees(t, s, "OPEN", "requestChanged", "status")
	f.sql(t, `alter table token disable trigger token_announce`) // time passes without an announcement
	f.sql(t, `update token set expires_at = $2 where account_id = $1`, f.A.Coordinator.AccountID, storetest.Now)
	f.sql(t, `update request set goal = 'geheim' where id = $1`, f.A.Ear)
	ends(t, s, "UNAUTHENTICATED")
}

func TestARoleThatIsTakenAwaySilencesAStream(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	hers := f.events(t, f.A.Coordinator, requestEvents, about(f.A.Ear))
	lead := f.events(t, f.A.RegionLead, requestEvents, about(f.A.Ear))
	sees(t, hers, "OPEN", "requestChanged", "status")
	sees(t, lead, "OPEN", "requestChanged", "status")
	f.sql(t, `update account_role set valid_to = valid_from where account_id = $1`, f.A.Coordinator.AccountID)
	f.sql(t, `update request set goal = 'niet voor haar' where id = $1`, f.A.Ear)
	sees(t, lead, "niet voor haar", "requestChanged", "goal")
	f.sql(t, `update request set goal = 'weer voor haar' where id = $1`, f.A.Ear)
	sees(t, lead, "weer voor haar", "requestChanged", "goal")
	f.sql(t, `update account_role set valid_to = null where account_id = $1`, f.A.Coordinator.AccountID)
	sees(t, hers, "weer voor haar", "requestChanged", "goal")
}

// The connection that listens dies, and what happens meanwhile is not lost.
func TestNothingIsLostWithTheConnectionThatListens(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	s := f.events(t, f.A.Coordinator, requestEvents, about(f.A.Ear))
	sees(t, s, "OPEN", "requestChanged", "status")
	for _, goal := range []string{"een", "twee", "drie"} {
		f.kill(t)
		f.sql(t, `update request set goal = $2 where id = $1`, f.A.Ear, goal)
		<-f.missed // it listens again
		sees(t, s, goal, "requestChanged", "goal")
	}
	f.sql(t, `update request set goal = 'vier' where id = $1`, f.A.Ear)
	sees(t, s, "vier", "requestChanged", "goal")
}

// listening counts the connections that listen, in the eyes of the database.
const listening = `from pg_stat_activity where datname = current_database() and query ilike 'listen %'`

func (l *liveService) kill(t *testing.T) {
	t.Helper()
	var ended bool
	if err := l.db.QueryRow(`select pg_terminate_backend(pid, 10000) ` + listening).Scan(&ended); err != nil || !ended {
		t.Fatalf("the listener is not killed: %v, %v", ended, err)
	}
}

func TestTheServiceEndsItsStreamsAtOnce(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	s := f.events(t, f.A.Coordinator, requestEvents, about(f.A.Ear))
	sees(t, s, "OPEN", "requestChanged", "status")
	busy, idle := f.dial(t, f.A.Coordinator), f.dial(t, f.A.Coordinator)
	sees(t, busy.subscribe(t, requestEvents, about(f.A.Ear)), "OPEN", "requestChanged", "status")
	f.server.Config.RegisterOnShutdown(f.hub.Close)
	if err := f.server.Config.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if event := s.next(t); event != nil {
		t.Errorf("the end is told as %+v", event)
	}
	for _, c := range []socket{busy, idle} {
		m, err := c.receive(t)
		if err == nil && m.Type == "complete" {
			m, err = c.receive(t)
		}
		if websocket.CloseStatus(err) != websocket.StatusGoingAway {
			t.Errorf("a websocket is closed with %+v, %v, want 1001", m, err)
		}
	}
}

// The server bounds how long a request may take to arrive. A stream is not over
// when that time is: changes are made, and seen, until it has passed.
func TestAStreamOutlivesTheTimeoutOfTheRequest(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	f.server.Close()
	f.server = httptest.NewUnstartedServer(f.handler)
	f.server.Config.ReadTimeout = time.Second
	f.server.Start()
	began := time.Now()
	s, ws := f.events(t, f.A.Coordinator, requestEvents, about(f.A.Ear)), f.dial(t, f.A.Coordinator).subscribe(t, requestEvents, about(f.A.Ear))
	sees(t, s, "OPEN", "requestChanged", "status")
	sees(t, ws, "OPEN", "requestChanged", "status")
	for i := 0; time.Since(began) < f.server.Config.ReadTimeout+200*time.Millisecond; i++ {
		f.sql(t, `update request set goal = $2 where id = $1`, f.A.Ear, fmt.Sprint(i))
		sees(t, s, fmt.Sprint(i), "requestChanged", "goal")
		sees(t, ws, fmt.Sprint(i), "requestChanged", "goal")
	}
}

// However many listen, one connection does it, and who is not concerned costs
// nothing: with 10,000 listeners beside it, an event costs what it costs alone.
func TestIdleListenersCostNoStatement(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	s := f.events(t, f.A.Coordinator, requestEvents, about(f.A.Ear))
	sees(t, s, "OPEN", "requestChanged", "status")
	cost := func(goal string) int64 {
		f.statements.Store(0)
		f.sql(t, `update request set goal = $2 where id = $1`, f.A.Ear, goal) // by other eyes, which do not count
		sees(t, s, goal, "requestChanged", "goal")
		return f.statements.Load()
	}
	alone := cost("alleen")
	woken := make(chan []live.Topic, 10_000)
	for i := range 10_000 {
		l, err := f.hub.Listen(fmt.Sprint("account ", i), live.Topic(fmt.Sprint("request:", i)), live.Topic(store.TasksTopic(f.A.Pool)))
		if err != nil {
			t.Fatal(err)
		}
		l.Wait(t.Context())
		go func() {
			topics, _ := l.Wait(t.Context())
			woken <- topics
		}()
	}
	if crowded := cost("met velen"); crowded != alone || len(woken) > 0 {
		t.Errorf("an event costs %d statements alone and %d beside 10,000 listeners, of whom %d were woken", alone, crowded, len(woken))
	}
	var connections int
	if err := f.db.QueryRow(`select count(*) ` + listening).Scan(&connections); err != nil || connections != 1 {
		t.Errorf("%d connections listen, want 1 (%v)", connections, err)
	}
	f.hub.Tell(live.Topic(store.TasksTopic(f.A.Pool)))
	for range 10_000 { // and they do listen
		if topics := <-woken; len(topics) != 1 {
			t.Fatalf("woken for %v", topics)
		}
	}
}

// A burst of changes is one read, or a few, and the last of them is seen.
func TestABurstIsReadOnce(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	s := f.events(t, f.A.Coordinator, `subscription($id:ID!){requestChanged(id:$id){goal}}`, about(f.A.Ear))
	s.next(t)
	f.sql(t, `begin; update request set goal = 'a' where id = '`+string(f.A.Ear)+`'; update request set goal = 'b' where id = '`+string(f.A.Ear)+`'; commit`)
	sees(t, s, "b", "requestChanged", "goal")
	for i := range 100 {
		f.sql(t, `update request set goal = $2 where id = $1`, f.A.Ear, fmt.Sprint(i))
	}
	var seen []any
	for len(seen) == 0 || seen[len(seen)-1] != "99" {
		seen = append(seen, at(t, s.next(t).Data, "requestChanged", "goal"))
	}
	if len(seen) > 100 {
		t.Errorf("100 changes are told %d times", len(seen))
	}
}

func TestLimitsHoldForSubscriptions(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	deep := `subscription($id:ID!){requestChanged(id:$id){` + strings.Repeat("offers{edges{node{request{", 3) + "id" + strings.Repeat("}", 12) + `}}`
	for way, subscribe := range ways {
		for name, c := range map[string]struct{ query, code string }{
			"depth":           {deep, "LIMIT_EXCEEDED"},
			"cost":            {`subscription($id:ID!){requestChanged(id:$id){offers(first:50){edges{node{request{offers(first:50){totalCount edges{node{id}}}}}}}}}`, "LIMIT_EXCEEDED"},
			"a query":         {`{viewer{id}}`, "BAD_REQUEST"},
			"a mutation":      {`mutation{triageRequest(input:{idempotencyKey:"abcdefgh-2",requestId:"x",outcome:ON_HOLD}){request{id}}}`, "BAD_REQUEST"},
			"what is no name": {`subscription{x}`, "GRAPHQL_VALIDATION_FAILED"},
		} {
			var variables map[string]any
			if strings.Contains(c.query, "$id") {
				variables = about(f.A.Ear)
			}
			event := subscribe(f, t, f.A.Coordinator, c.query, variables).next(t)
			if event == nil || len(event.Errors) != 1 || event.Errors[0].Extensions.Code != c.code {
				t.Errorf("%s by %s: %+v, want %s", name, way, event, c.code)
			}
		}
	}
	got := f.read(t, f.A.Coordinator, "# as a call\n"+requestEvents, about(f.A.Ear))
	if len(got.Errors) != 1 || got.Errors[0].Extensions.Code != "BAD_REQUEST" {
		t.Errorf("a subscription as a call: %+v", got)
	}
}

func TestAnAccountHasSoManyStreams(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	var kept []*eventSource
	for range graph.StreamsPerAccount - 1 {
		s := f.events(t, f.A.Requester, requestEvents, about(f.A.Ear))
		kept = append(kept, s)
	}
	for _, s := range kept {
		s.next(t)
	}
	c := f.dial(t, f.A.Requester) // takes the last place
	event := c.subscribe(t, requestEvents, about(f.A.Ear)).next(t)
	if event == nil || len(event.Errors) != 1 || event.Errors[0].Extensions.Limit != "streams" {
		t.Errorf("one too many: %+v", event)
	}
	ends(t, f.events(t, f.A.Requester, requestEvents, about(f.A.Ear)), "LIMIT_EXCEEDED")
	sees(t, f.events(t, f.A.Coordinator, requestEvents, about(f.A.Ear)), "OPEN", "requestChanged", "status") // somebody else
}

func TestWhoMayOpenAWebsocket(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	for name, c := range map[string]struct {
		origin, protocol string
		status           int
	}{
		"a program":           {"", "graphql-transport-ws", http.StatusSwitchingProtocols},
		"our page":            {f.server.URL, "graphql-transport-ws", http.StatusSwitchingProtocols},
		"a foreign page":      {"https://evil.example", "graphql-transport-ws", http.StatusForbidden},
		"a page of no origin": {"null", "graphql-transport-ws", http.StatusForbidden},
		"an old protocol":     {"", "graphql-ws", http.StatusBadRequest},
		"no protocol":         {"", "", http.StatusBadRequest},
	} {
		header := http.Header{}
		if c.origin != "" {
			header.Set("Origin", c.origin)
		}
		var protocols []string
		if c.protocol != "" {
			protocols = []string{c.protocol}
		}
		if _, w, err := f.connect(t, header, protocols...); w == nil || w.StatusCode != c.status {
			t.Errorf("%s: %+v, %v, want %d", name, w, err, c.status)
		}
	}
	for name, init := range map[string]string{
		"no token":          `{}`,
		"an unknown token":  `{"Authorization":"Bearer ` + auth.NewSecret().Reveal() + `"}`,
		"a malformed token": `{"Authorization":"x"}`,
	} {
		c, _, err := f.connect(t, nil, "graphql-transport-ws")
		if err != nil {
			t.Fatal(err)
		}
		c.send(t, message{Type: "connection_init", Payload: json.RawMessage(init)})
		if m, err := c.receive(t); websocket.CloseStatus(err) != 4403 {
			t.Errorf("%s: %+v, %v, want 4403", name, m, err)
		}
	}
	// A program may send the header instead.
	header := http.Header{"Authorization": {"Bearer " + storetest.Secret(f.A.Coordinator).Reveal()}}
	c, _, err := f.connect(t, header, "graphql-transport-ws")
	if err != nil {
		t.Fatal(err)
	}
	c.send(t, message{Type: "connection_init"})
	if m, err := c.receive(t); err != nil || m.Type != "connection_ack" {
		t.Fatalf("%+v, %v", m, err)
	}
	sees(t, c.subscribe(t, requestEvents, about(f.A.Ear)), "OPEN", "requestChanged", "status")
	c.send(t, message{Type: "subscribe", ID: "2", Payload: json.RawMessage(`{"query":"` + strings.Repeat("x", 65<<10) + `"}`)})
	if m, err := c.receive(t); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("a message of 65 KiB: %+v, %v", m, err)
	}
}

// The request of a subscription is read as strictly as any other.
func TestAMalformedSubscriptionIsRefusedBeforeTheStreamBegins(t *testing.T) {
	t.Parallel()
	f := goLive(t)
	for body, status := range map[string]int{
		`{"query":`:                 http.StatusBadRequest,
		`[]`:                        http.StatusBadRequest,
		`{"query":"a","query":"b"}`: http.StatusBadRequest,
		`{"query":"` + strings.Repeat("x", 65<<10) + `"}`: http.StatusRequestEntityTooLarge,
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Accept", "text/event-stream")
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		if w.Code != status || strings.Contains(w.Body.String(), "xxx") || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%.20s is answered with %d %.200s", body, w.Code, w.Body)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"query":"subscription{tasksChanged{poolIds}}"}`))
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://evil.example")
	w := httptest.NewRecorder()
	if f.handler.ServeHTTP(w, r); w.Code != http.StatusForbidden {
		t.Errorf("a foreign page is answered with %d", w.Code)
	}
}

const taskEvents = `subscription{tasksChanged{poolIds}}`

// addTask puts a task on the list of a pool, seen from then on.
func (l *liveService) addTask(t *testing.T, about engine.RequestID, kind string, appears time.Time) {
	t.Helper()
	l.sql(t, `insert into task (pool_id, kind, request_id, appears_at, due_at) select pool_id, $2, id, $3, $3 from request where id = $1`, about, kind, appears)
}

func TestACoordinatorIsToldWhichListOfTasksToRead(t *testing.T) {
	t.Parallel()
	for way, subscribe := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			f := goLive(t)
			mine, theirs := []any{globalid.Encode(globalid.Pool, string(f.A.Pool))}, []any{globalid.Encode(globalid.Pool, string(f.B.Pool))}
			a, b := subscribe(f, t, f.A.Coordinator, taskEvents, nil), subscribe(f, t, f.B.Coordinator, taskEvents, nil)
			sees(t, a, mine, "tasksChanged", "poolIds")
			sees(t, b, theirs, "tasksChanged", "poolIds")
			f.addTask(t, f.A.Ear, "FIRST", storetest.Now)
			sees(t, a, mine, "tasksChanged", "poolIds")
			f.sql(t, `update task set done_at = app_now()`)
			sees(t, a, mine, "tasksChanged", "poolIds")
			f.addTask(t, f.B.Ear, "THEIRS", storetest.Now)
			sees(t, b, theirs, "tasksChanged", "poolIds") // the first they hear of
			// A second pool from now on, and then no more.
			f.sql(t, `insert into account_role (account_id, role, pool_id, valid_from) values ($1, 'REGION_LEAD', $2, '2027-01-01')`, f.A.Coordinator.AccountID, f.B.Pool)
			sees(t, a, theirs, "tasksChanged", "poolIds")
			f.addTask(t, f.B.Talk, "OURS", storetest.Now)
			sees(t, a, theirs, "tasksChanged", "poolIds")
			sees(t, b, theirs, "tasksChanged", "poolIds")
			f.sql(t, `delete from account_role where account_id = $1 and role = 'REGION_LEAD'`, f.A.Coordinator.AccountID)
			f.addTask(t, f.B.Talk, "THEIRS", storetest.Now)
			sees(t, b, theirs, "tasksChanged", "poolIds")
			f.addTask(t, f.A.Ear, "SECOND", storetest.Now)
			sees(t, a, mine, "tasksChanged", "poolIds")
		})
	}
}

// A task that was made for later wakes nobody before it appears, and does then.
func TestATaskIsToldWhenItAppears(t *testing.T) {
	t.Parallel()
	var now atomic.Int64 // seconds after the moment tests live in
	f := goLive(t, func(o *store.Options) {
		o.Now = func() time.Time { return storetest.Now.Add(time.Duration(now.Load()) * time.Second) }
	})
	mine := []any{globalid.Encode(globalid.Pool, string(f.A.Pool))}
	s := f.events(t, f.A.Coordinator, taskEvents, nil)
	sees(t, s, mine, "tasksChanged", "poolIds")
	f.exec(t, `delete from due_work`)
	f.addTask(t, f.A.Ear, "LATER", storetest.Now.Add(time.Hour))
	due := app.App{Store: f.store}
	if done, err := due.DoDue(t.Context()); done != 0 || err != nil {
		t.Errorf("before its time %d was done, %v", done, err)
	}
	now.Store(3600)
	if done, err := due.DoDue(t.Context()); done != 1 || err != nil {
		t.Errorf("at its time %d was done, %v", done, err)
	}
	sees(t, s, mine, "tasksChanged", "poolIds")
}
