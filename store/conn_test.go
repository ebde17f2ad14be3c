package store_test

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// patience is how long a call that should take milliseconds may take before a
// test gives up on it. A poisoned connection does not even mind its context.
const patience = 20 * time.Second

// within runs a call that may hang for ever.
func within(t *testing.T, what string, call func(context.Context) error) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- call(ctx) }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience + time.Second):
		t.Fatalf("%s hangs", what)
		return nil
	}
}

// usable fails unless the only connection of the pool answers, a few times, with
// and without a transaction: a poisoned one may do one and not the other.
func usable(t *testing.T, s *store.Store) {
	t.Helper()
	const echo = `select $1::text`
	var said string
	for i := range 6 {
		err := within(t, "the next read", func(ctx context.Context) error {
			if i < 3 {
				return store.Owner(s).GetContext(ctx, &said, echo, "x")
			}
			return store.Read(ctx, s.As(viewerOfNothing), func(tx *store.Tx) error { return tx.GetContext(ctx, &said, echo, "x") })
		})
		if err != nil {
			t.Errorf("the pool is unusable: %v", err)
		}
	}
}

var viewerOfNothing = auth.Viewer{}

// lib/pq#1324: a message of the server over 30,000 bytes is taken for a lost
// stream. The text of an id comes back in such a message.
func TestALongErrorOfTheServerLeavesAUsablePool(t *testing.T) {
	t.Parallel()
	s := storetest.New(t, func(o *store.Options) { o.MaxConnections = 1 })
	f := storetest.Fill(t, s)
	v, long := s.As(f.A.Coordinator), strings.Repeat("z", 40_000)
	for _, call := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"a read by id", func(ctx context.Context) error {
			_, err := v.HoursOf(ctx, engine.ExpertID(long), years)
			return err
		}},
		{"a read by ids", func(ctx context.Context) error {
			_, err := v.ExpertsByID(ctx, []engine.ExpertID{engine.ExpertID(long)})
			return err
		}},
		{"a change", func(ctx context.Context) error {
			return store.Change(ctx, v, func(tx *store.Tx) error { return tx.AddBlackout(ctx, engine.ExpertID(long), at("10:00", "11:00")) })
		}},
		{"an error raised by the owner", func(ctx context.Context) error {
			_, err := store.Owner(s).ExecContext(ctx, `select $1::text::uuid`, long)
			return err
		}},
	} {
		t.Run(call.name, func(t *testing.T) {
			if err := within(t, call.name, call.run); err == nil {
				t.Error("it does not fail")
			}
			usable(t, s)
		})
	}
}

// lib/pq#1320: a connection that is lost between an error and the end of that
// answer looks idle and refuses every later query.
func TestAConnectionLostInsideAnAnswerLeavesAUsablePool(t *testing.T) {
	t.Parallel()
	var cut atomic.Bool
	s := storetest.New(t, func(o *store.Options) {
		o.DSN = proxy(t, o.DSN, &cut)
		o.MaxConnections = 1
	})
	const missing = `select $1::int from no_such_table`
	for _, call := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"of a query", func(ctx context.Context) error {
			var n int
			return store.Owner(s).GetContext(ctx, &n, missing, 1)
		}},
		{"of a statement", func(ctx context.Context) error {
			_, err := store.Owner(s).ExecContext(ctx, missing, 1)
			return err
		}},
		{"of a query of a view", func(ctx context.Context) error {
			return store.Read(ctx, s.As(viewerOfNothing), func(tx *store.Tx) error {
				var n int
				return tx.GetContext(ctx, &n, missing, 1)
			})
		}},
		{"of a statement of a view", func(ctx context.Context) error {
			return store.Change(ctx, s.As(viewerOfNothing), func(tx *store.Tx) error {
				_, err := tx.ExecContext(ctx, missing, 1)
				return err
			})
		}},
	} {
		t.Run(call.name, func(t *testing.T) {
			usable(t, s)
			cut.Store(true)
			if err := within(t, "the lost call", call.run); err == nil {
				t.Error("it does not fail")
			}
			if cut.Load() {
				t.Error("the connection was not cut")
			}
			usable(t, s)
		})
	}
}

// proxy stands before the server of a connection string and gives the one that
// leads through it. Once cut is set, it passes the next "undefined table" error
// on without the ReadyForQuery that ends it, hangs up, and clears cut.
func proxy(t *testing.T, dsn string, cut *atomic.Bool) string {
	t.Helper()
	words := map[string]string{"host": "localhost", "port": "5432"}
	for word := range strings.FieldsSeq(dsn) {
		if name, value, ok := strings.Cut(word, "="); ok {
			words[name] = strings.Trim(value, "'")
		}
	}
	address, err := url.Parse(dsn)
	isURL := err == nil && address.Scheme != ""
	if isURL {
		words["host"], words["port"] = cmp.Or(address.Hostname(), words["host"]), cmp.Or(address.Port(), words["port"])
	}
	network, server := "tcp", net.JoinHostPort(words["host"], words["port"])
	if strings.HasPrefix(words["host"], "/") {
		network, server = "unix", words["host"]+"/.s.PGSQL."+words["port"]
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial(network, server)
			if err != nil {
				client.Close()
				continue
			}
			go func() { io.Copy(upstream, client); upstream.Close() }()
			go func() { passUntilCut(client, upstream, cut); client.Close(); upstream.Close() }()
		}
	}()
	if isURL {
		address.Host = listener.Addr().String()
		return address.String()
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return dsn + " host=127.0.0.1 port=" + port
}

func passUntilCut(client io.Writer, server io.Reader, cut *atomic.Bool) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			return
		}
		message := buffer[:n]
		if bytes.Contains(message, []byte("42P01")) && cut.CompareAndSwap(true, false) {
			if end := bytes.LastIndexByte(message, 'Z'); end >= 0 {
				message = message[:end]
			}
			client.Write(message)
			return
		}
		if _, err := client.Write(message); err != nil {
			return
		}
	}
}
