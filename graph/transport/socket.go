package transport

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/transport"
)

const (
	subprotocol = "graphql-transport-ws"

	// messageBytes is the largest message a client may send.
	messageBytes = 64 << 10
	// initTimeout is how long a client may take to say who she is.
	initTimeout = 10 * time.Second

	closeGoingAway = 1001 // RFC 6455 section 7.4.1: clients come again
	closeForbidden = 4403 // of the protocol: who she is was not accepted
)

// Socket is a gqlgen transport for subscriptions over a websocket that speaks
// graphql-transport-ws.
type Socket struct {
	// Begin is called with the payload's Authorization, "" without one, and gives
	// the context of the connection. An error refuses it with 4403.
	Begin func(ctx context.Context, authorization string) (context.Context, error)
	// Over ends when the service does: connections are closed with 1001.
	Over context.Context
}

var _ graphql.Transport = Socket{}

// Supports is true for a request to become a websocket.
func (Socket) Supports(r *http.Request) bool {
	return slices.Contains(listed(r, "Upgrade"), "websocket")
}

// Do speaks with the client until one of them ends it.
func (s Socket) Do(w http.ResponseWriter, r *http.Request, executor graphql.GraphExecutor) {
	answer := answer{w: w, mediaType: typeJSON}
	switch {
	case !sameOrigin(r):
		answer.begin()
		answer.refuse(&refusal{status: http.StatusForbidden, code: "FORBIDDEN", message: "pages of other origins may not call this"})
		return
	case !slices.Contains(listed(r, "Sec-WebSocket-Protocol"), subprotocol): // gqlgen would fall back to one that is obsolete
		answer.begin()
		answer.refuse(badRequest("offer the subprotocol " + subprotocol))
		return
	}
	limit := int64(messageBytes)
	transport.Websocket{
		Implementation:   accepting{over: s.Over},
		InitFunc:         s.begin,
		InitTimeout:      initTimeout,
		PingPongInterval: keepAlive,
		PayloadReadLimit: &limit,
	}.Do(w, r, executor)
}

func (s Socket) begin(ctx context.Context, payload transport.InitPayload) (context.Context, *transport.InitPayload, error) {
	begun, err := s.Begin(ctx, payload.Authorization())
	if err != nil {
		refused := transport.WithWebsocketCloseCode(transport.AppendCloseReason(ctx, "Forbidden"), closeForbidden)
		return refused, nil, errors.New("Forbidden")
	}
	begun, cancel := context.WithCancel(onStream(begun))
	stop := context.AfterFunc(s.Over, cancel)
	context.AfterFunc(ctx, func() { // the context of the request ends with the connection
		stop()
		cancel()
	})
	return begun, nil, nil
}

// sameOrigin reports whether the page that calls, if it is one, is of this host.
// A websocket is not bound by what keeps pages of others from reading answers.
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

// listed is what a header lists, in small letters.
func listed(r *http.Request, name string) []string {
	var out []string
	for part := range strings.SplitSeq(strings.Join(r.Header.Values(name), ","), ",") {
		out = append(out, strings.ToLower(strings.TrimSpace(part)))
	}
	return out
}

// accepting makes connections that say 1001 when they are closed because the
// service ends; gqlgen knows only 1000, after which clients stay away.
type accepting struct{ over context.Context }

// Accept is called by gqlgen.
func (a accepting) Accept(w http.ResponseWriter, r *http.Request, o transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	o.Subprotocols = []string{subprotocol}
	conn, err := transport.CoderWebsocketImplementation{}.Accept(w, r, o)
	if err != nil {
		return nil, err
	}
	return socketConn{conn.(pacedConn), a.over}, nil
}

// pacedConn is what gqlgen's connection can do.
type pacedConn interface {
	transport.WebsocketConn
	transport.WebsocketReadLimiter
	transport.WebsocketReadDeadliner
}

type socketConn struct {
	pacedConn
	over context.Context
}

func (c socketConn) WriteClose(code int, message string) error {
	if code == transport.WebsocketCloseNormalClosure && c.over.Err() != nil {
		code, message = closeGoingAway, "the service ends"
	}
	return c.pacedConn.WriteClose(code, message)
}
