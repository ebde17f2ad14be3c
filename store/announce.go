package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"expex/engine"
)

// channel is where the database announces what has changed:
// migrations/0011_announce_change.sql.
const channel = "expex"

// The topics that are announced. AccountTopic is about what an account may do
// and whether its tokens are alive.
func RequestTopic(id engine.RequestID) string { return "request:" + string(id) }
func TasksTopic(pool engine.PoolID) string    { return "tasks:" + string(pool) }
func AccountTopic(id engine.AccountID) string { return "account:" + string(id) }

// How long the connection that listens is left alone: it is asked whether it is
// alive, and a lost one is made anew, at first soon.
const (
	pingEvery      = time.Minute
	reconnectFirst = 100 * time.Millisecond
	reconnectLast  = 10 * time.Second
)

// Follow calls changed with each topic that any process announces, and missed
// when announcements may have been lost: once it listens, and after the
// connection was lost. It has one connection of its own, makes it anew when it is
// lost, tells trouble about that, and returns when the context ends.
func (s *Store) Follow(ctx context.Context, changed func(topic string), missed func(), trouble func(error)) error {
	l := pq.NewListener(s.dsn, reconnectFirst, reconnectLast, func(_ pq.ListenerEventType, err error) {
		if err != nil && ctx.Err() == nil {
			trouble(redact(err))
		}
	})
	// The connection is left before the store is closed, unless the server does not
	// answer. What still comes must be taken, or it never ends.
	defer func() {
		left := make(chan struct{})
		go func() {
			l.Close()
			for range l.Notify {
			}
			close(left)
		}()
		select {
		case <-left:
		case <-time.After(time.Second):
		}
	}()
	listening := make(chan error, 1)
	go func() { listening <- l.Listen(channel) }()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-listening:
			if err != nil {
				return fmt.Errorf("listen to the database: %w", redact(err))
			}
			missed()
		case n, open := <-l.Notify:
			switch {
			case !open:
				return errors.New("the database listens no more")
			case n == nil:
				missed()
			default:
				changed(n.Extra)
			}
		case <-ping.C:
			go l.Ping() // a dead connection is made anew, which is told
		}
	}
}

// Announce announces a topic when the transaction commits. What changes in a
// table is announced by the table.
func (t *Tx) Announce(ctx context.Context, topic string) error {
	_, err := t.ExecContext(ctx, `select pg_notify($1, $2)`, channel, topic)
	return err
}

// RequestState is a digest of a request, its offers and its sessions, as far as
// the viewer may see them: it differs when any of that does. NOT_FOUND when she
// may not see the request.
func (v View) RequestState(ctx context.Context, id engine.RequestID) (string, error) {
	return one(get(ctx, v, func(t *Tx) (digest []string, err error) {
		return digest, t.SelectContext(ctx, &digest, `
			select md5(concat_ws(e'\n', r::text,
			    (select string_agg(o::text, e'\n' order by o.id) from offer o where o.request_id = r.id),
			    (select string_agg(s::text, e'\n' order by s.id) from session s where s.request_id = r.id)))
			from request r where r.id = any($1)`, pq.Array([]engine.RequestID{id}))
	}))
}

// TaskStates is a digest of the open tasks of each pool the viewer coordinates or
// leads at this moment, as far as she may see them: it differs when any of them
// does, and is "" for a pool without any.
func (v View) TaskStates(ctx context.Context) (map[engine.PoolID]string, error) {
	return get(ctx, v, func(t *Tx) (map[engine.PoolID]string, error) {
		var rows []struct {
			PoolID engine.PoolID
			Digest string
		}
		err := t.SelectContext(ctx, &rows, `
			select p as pool_id, coalesce((select md5(string_agg(t::text, e'\n' order by t.id)) from task t
			    where t.pool_id = p and t.done_at is null and t.appears_at <= app_now()), '') as digest
			from (select distinct viewer_pools() as p) pools`)
		out := make(map[engine.PoolID]string, len(rows))
		for _, r := range rows {
			out[r.PoolID] = r.Digest
		}
		return out, err
	})
}
