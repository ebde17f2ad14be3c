package graph

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"expex/auth"
	"expex/engine"
	"expex/graph/generated"
	"expex/graph/globalid"
	"expex/graph/transport"
	"expex/live"
	"expex/store"
)

// How many subscriptions and websockets there may be at a time, together.
const (
	StreamsPerAccount = 20
	StreamsInAll      = 20_000
)

// How much all subscriptions together may take from calls: so many events are
// read at a time, and each for so long. When thousands are told at once, they
// wait for one another and nobody else for them.
const (
	eventsAtATime = 4
	eventTimeout  = 5 * time.Second
)

// stream is one subscription under way. gqlgen waits for a value inside its
// response handler; we wait around it, so that each event is answered in a
// context of its own: the viewer as she is by then, fresh loaders, a deadline.
// That needs no goroutine for a subscription.
type stream struct {
	listener *live.Listener
	field    *graphql.FieldContext                        // of the subscription
	look     func(context.Context) (tell bool, err error) // reads, and has the value ready when there is one to tell
	ended    bool
}

type streamKey struct{}

// begin makes room for the stream of a subscription, which its resolver fills.
func begin(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		ctx = context.WithValue(ctx, streamKey{}, &stream{})
	}
	return next(ctx)
}

// subscribe starts the stream of a subscription. look is asked at once, and
// whenever a topic or what the account may do has changed; it gives what there is
// to tell, if anything.
func subscribe[T any](ctx context.Context, hub *live.Hub, look func(context.Context, *live.Listener) (value T, tell bool, err error), topics ...live.Topic) (<-chan T, error) {
	listener, err := hub.Listen(string(auth.From(ctx).AccountID), append(topics, myTopic(ctx))...)
	switch {
	case errors.Is(err, live.ErrTooMany):
		return nil, &gqlerror.Error{
			Message:    "streams: there are too many subscriptions and websockets at a time: end one first",
			Extensions: map[string]any{"code": transport.CodeLimitExceeded, "limit": "streams", "max": StreamsPerAccount},
		}
	case err != nil:
		return nil, &gqlerror.Error{Message: "the service stops: subscribe again", Extensions: map[string]any{"code": transport.CodeCancelled}}
	}
	context.AfterFunc(ctx, listener.Close)
	values := make(chan T, 1)
	s := ctx.Value(streamKey{}).(*stream)
	s.listener, s.field = listener, graphql.GetFieldContext(ctx)
	s.look = func(ctx context.Context) (bool, error) {
		value, tell, err := look(ctx, listener)
		if tell && err == nil {
			values <- value
		}
		return tell, err
	}
	return values, nil
}

// myTopic is about what the viewer may do.
func myTopic(ctx context.Context) live.Topic {
	return live.Topic(store.AccountTopic(auth.From(ctx).AccountID))
}

// onEvents answers each event of a subscription, and leaves all else alone.
func onEvents(s *store.Store) graphql.ResponseMiddleware {
	gate := make(chan struct{}, eventsAtATime)
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		stream, _ := ctx.Value(streamKey{}).(*stream)
		if stream == nil || stream.look == nil {
			return next(ctx)
		}
		for !stream.ended {
			if _, ok := stream.listener.Wait(ctx); !ok {
				return nil
			}
			select {
			case gate <- struct{}{}:
			case <-ctx.Done():
				return nil
			}
			response := func() *graphql.Response {
				defer func() { <-gate }() // also after a panic
				return stream.event(ctx, s, next)
			}()
			if response != nil {
				return response
			}
		}
		return nil
	}
}

// event answers one event, with nil when there is nothing to tell her. An error
// is the last answer.
func (s *stream) event(ctx context.Context, from *store.Store, next graphql.ResponseHandler) *graphql.Response {
	ctx, cancel := context.WithTimeout(ctx, eventTimeout)
	defer cancel()
	ctx = graphql.WithFieldContext(ctx, s.field) // gqlgen does not: the paths of errors would begin below it
	ctx, err := auth.Renew(ctx)
	if errors.Is(err, auth.ErrUnknown) {
		err = &engine.Error{Code: engine.CodeUnauthenticated, Message: "the token is unknown, expired or revoked; ask for a new one"}
	}
	tell := false
	if err == nil {
		ctx = withLoaders(ctx, newLoaders(ctx, from, auth.From(ctx)))
		tell, err = s.look(ctx)
	}
	switch {
	case err != nil:
		s.ended = true
		graphql.AddError(ctx, graphql.AddFieldLocationToError(ctx, err))
		return &graphql.Response{Errors: graphql.GetErrors(ctx)}
	case tell:
		return next(ctx)
	}
	return nil
}

// requestEvents tells of a request. What is out of sight is NOT_FOUND at first and
// silent later.
func (r *Resolver) requestEvents(id engine.RequestID) func(context.Context, *live.Listener) (*engine.Request, bool, error) {
	var told string
	return func(ctx context.Context, _ *live.Listener) (*engine.Request, bool, error) {
		state, err := r.view(ctx).RequestState(ctx, id)
		if err == nil && state == told {
			return nil, false, nil
		}
		var request *engine.Request
		if err == nil {
			request, err = there(load(ctx).requests.load(ctx, id))
		}
		if told != "" && isNotFound(err) {
			return nil, false, nil
		}
		told = state
		return request, err == nil, err
	}
}

// taskEvents tells of the lists of tasks of the pools the viewer coordinates,
// whichever they are by then. Which they are is read together with the lists: a
// pool that she lost after she was looked up would seem to have lost its tasks.
func (r *Resolver) taskEvents() func(context.Context, *live.Listener) (*generated.TasksChanged, bool, error) {
	var told map[engine.PoolID]string // nil at first
	return func(ctx context.Context, l *live.Listener) (*generated.TasksChanged, bool, error) {
		l.Follow(append(taskTopics(coordinated(ctx)), myTopic(ctx))...)
		now, err := r.view(ctx).TaskStates(ctx)
		if err != nil {
			return nil, false, err
		}
		changed := &generated.TasksChanged{PoolIds: []string{}}
		for _, pool := range slices.Sorted(maps.Keys(now)) {
			if was, known := told[pool]; !known || was != now[pool] {
				changed.PoolIds = append(changed.PoolIds, globalid.Encode(globalid.Pool, string(pool)))
			}
		}
		tell := told == nil || len(changed.PoolIds) > 0
		told = now
		return changed, tell, nil
	}
}

// coordinated are the pools the viewer coordinates or leads.
func coordinated(ctx context.Context) []engine.PoolID {
	var pools []engine.PoolID
	for _, g := range auth.From(ctx).Grants {
		if g.Role == auth.RoleCoordinator || g.Role == auth.RoleRegionLead {
			pools = append(pools, g.PoolID)
		}
	}
	slices.Sort(pools)
	return slices.Compact(pools)
}

func taskTopics(pools []engine.PoolID) []live.Topic {
	topics := make([]live.Topic, len(pools))
	for i, pool := range pools {
		topics[i] = live.Topic(store.TasksTopic(pool))
	}
	return topics
}

// socket signs a websocket in, with the token of connection_init or that of the
// call that became the socket. It takes a place of the account's.
func socket(c Config) transport.Socket {
	return transport.Socket{Over: c.Changes.Over(), Begin: func(ctx context.Context, authorization string) (context.Context, error) {
		var err error
		if authorization != "" {
			ctx, err = auth.SignIn(ctx, c.App.Store.ViewerByToken, authorization)
		}
		if err == nil && auth.From(ctx).AccountID == "" {
			err = auth.ErrUnknown
		}
		if err != nil {
			if !errors.Is(err, auth.ErrUnknown) && ctx.Err() == nil {
				c.Log.ErrorContext(ctx, "token look-up failed", "error", err)
			}
			return ctx, err
		}
		place, err := c.Changes.Listen(string(auth.From(ctx).AccountID))
		if err != nil {
			return ctx, err
		}
		context.AfterFunc(ctx, place.Close)
		return ctx, nil
	}}
}
