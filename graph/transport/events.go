package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// keepAlive is how often a stream on which nothing happens says that it lives,
// so that neither end nor what lies between takes it for dead.
const keepAlive = 25 * time.Second

// Events is a gqlgen transport for subscriptions: server-sent events as the
// protocol "GraphQL over SSE" has them in its mode of distinct connections, a POST
// that accepts text/event-stream.
//
// It is gqlgen's transport behind the same strict reading of the request as
// [HTTP]: gqlgen's own has no limit, and repeats a body it cannot read in its
// answer and in the log.
type Events struct{}

var _ graphql.Transport = Events{}

// Supports is true for a POST that asks for events.
func (Events) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.Contains(strings.Join(r.Header.Values("Accept"), ","), "text/event-stream")
}

// Do answers until the subscription or the client ends.
func (Events) Do(w http.ResponseWriter, r *http.Request, executor graphql.GraphExecutor) {
	reader := Default()
	answer := answer{w: w, mediaType: typeJSON, limit: reader.AnswerBytes}
	answer.begin()
	params, refused := reader.read(w, r)
	if refused != nil {
		answer.refuse(refused)
		return
	}
	checked, err := json.Marshal(params)
	if err != nil {
		answer.refuse(badRequest("the body cannot be read"))
		return
	}
	// The server's ReadTimeout is over: net/http lifts it when the body has been
	// read.
	r = r.Clone(onStream(r.Context()))
	r.Body = io.NopCloser(bytes.NewReader(checked))
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that collects would keep the events
	stream := &eventStream{ResponseWriter: w, control: http.NewResponseController(w)}
	defer stream.end()
	transport.SSE{KeepAlivePingInterval: keepAlive}.Do(stream, r, executor)
}

// eventStream is a response that can be flushed through whatever wraps it, and
// that is left alone when it has ended: the goroutine with which gqlgen keeps it
// alive may come a moment later.
type eventStream struct {
	http.ResponseWriter
	control *http.ResponseController
	mu      sync.Mutex
	ended   bool
}

func (s *eventStream) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return 0, http.ErrHandlerTimeout
	}
	return s.ResponseWriter.Write(text)
}

// Flush sends what was written.
func (s *eventStream) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		_ = s.control.Flush() // fails when the client is gone: the context says so
	}
}

func (s *eventStream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

// SubscriptionsOnly is a gqlgen extension that lets [Events] and [Socket] answer
// subscriptions and nothing else. Queries and mutations have one way in, which
// bounds their time and their answer.
type SubscriptionsOnly struct{}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = SubscriptionsOnly{}

// ExtensionName names the extension to gqlgen.
func (SubscriptionsOnly) ExtensionName() string { return "SubscriptionsOnly" }

// Validate has nothing to refuse.
func (SubscriptionsOnly) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses what is no subscription on a stream.
func (SubscriptionsOnly) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if operation.Operation.Operation == ast.Subscription || ctx.Value(streamKey{}) == nil {
		return nil
	}
	return &gqlerror.Error{
		Message:    "a stream is for subscriptions: send queries and mutations by POST and accept " + typeResponse,
		Extensions: map[string]any{"code": CodeBadRequest},
	}
}

type streamKey struct{}

// onStream marks what comes in by [Events] or [Socket].
func onStream(ctx context.Context) context.Context { return context.WithValue(ctx, streamKey{}, true) }
