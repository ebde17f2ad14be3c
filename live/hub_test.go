package live_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"expex/live"
)

// listener is one that has taken what counts as changed at first.
type listener struct {
	*live.Listener
	own live.Topic // that nobody else listens to
}

func settled(t *testing.T, h *live.Hub, account string, topics ...live.Topic) listener {
	t.Helper()
	own := live.Topic(fmt.Sprint("~", serial.Add(1)))
	l, err := h.Listen(account, append(topics, own)...)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, l, append(topics, own)...)
	return listener{l, own}
}

var serial atomic.Int64

// expect waits for changes and compares them.
func expect(t *testing.T, l interface {
	Wait(context.Context) ([]live.Topic, bool)
}, want ...live.Topic) {
	t.Helper()
	if got, ok := l.Wait(t.Context()); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("told of %v, %v, want %v", got, ok, want)
	}
}

// silent fails when somebody has been told of something: she is told of her own
// topic, and hears of nothing else.
func silent(t *testing.T, h *live.Hub, l listener) {
	t.Helper()
	h.Tell(l.own)
	expect(t, l, l.own)
}

func TestAListenerIsToldOfHerTopicsOnly(t *testing.T) {
	t.Parallel()
	h := live.New(10, 100)
	a, b, both := settled(t, h, "she", "a"), settled(t, h, "she", "b"), settled(t, h, "he", "a", "b")
	h.Tell("a")
	h.Tell("nobody's")
	expect(t, a, "a")
	expect(t, both, "a")
	silent(t, h, b)
	h.TellAll()
	expect(t, a, "a", a.own)
	expect(t, b, "b", b.own)
	expect(t, both, "a", "b", both.own)
}

// What happens while she does something else is told once, and none of it is lost.
func TestASlowListenerIsToldOnceAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := live.New(10, 100)
	slow, quick := settled(t, h, "she", "a", "b"), settled(t, h, "he", "a")
	for range 100_000 { // no queue: this neither blocks nor grows
		h.Tell("a")
	}
	h.Tell("b")
	expect(t, quick, "a")
	expect(t, slow, "a", "b")
	silent(t, h, slow)
	h.Tell("b")
	expect(t, slow, "b")
}

func TestTopicsCanBeChanged(t *testing.T) {
	t.Parallel()
	h := live.New(10, 100)
	l := settled(t, h, "she", "a", "b")
	h.Tell("a")
	l.Follow("b", "c", l.own)
	expect(t, l, "c") // new to her; of a she hears no more, not even what has happened
	h.Tell("a")
	h.Tell("b")
	expect(t, l, "b")
}

func TestThereIsRoomForSoMany(t *testing.T) {
	t.Parallel()
	h := live.New(2, 3)
	first := settled(t, h, "she", "a")
	settled(t, h, "she", "a")
	if _, err := h.Listen("she", "b"); !errors.Is(err, live.ErrTooMany) {
		t.Errorf("a third of one account: %v", err)
	}
	settled(t, h, "he", "a")
	if _, err := h.Listen("they", "a"); !errors.Is(err, live.ErrTooMany) {
		t.Errorf("a fourth in all: %v", err)
	}
	first.Close()
	first.Close() // makes room once
	settled(t, h, "they", "a")
	if _, err := h.Listen("she", "a"); !errors.Is(err, live.ErrTooMany) {
		t.Errorf("a fourth in all after one left: %v", err)
	}
	first.Follow("a") // who has left does not come back
	h.Tell("a")
}

func TestClosingEndsEverybody(t *testing.T) {
	t.Parallel()
	h := live.New(10, 100)
	waiting, told := settled(t, h, "she", "a"), settled(t, h, "she", "b")
	ended := make(chan bool)
	go func() {
		_, ok := waiting.Wait(context.Background())
		ended <- ok
	}()
	h.Tell("b")
	h.Close()
	h.Close()
	if <-ended {
		t.Error("who waited was told of something")
	}
	if got, ok := told.Wait(t.Context()); ok {
		t.Errorf("told of %v by a closed hub", got)
	}
	if _, err := h.Listen("he", "a"); !errors.Is(err, live.ErrClosed) {
		t.Errorf("listening to a closed hub: %v", err)
	}
	<-h.Over().Done()
}

// Many tell, listen, follow and leave at once; whoever stays hears of the last.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	h := live.New(1000, 1000)
	stays := settled(t, h, "stays", "last")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 200 {
				l, err := h.Listen(fmt.Sprint(i), "a", "b")
				if err != nil {
					t.Error(err)
					return
				}
				h.Tell("a")
				l.Wait(t.Context())
				l.Follow("b", live.Topic(fmt.Sprint(n)))
				h.TellAll()
				l.Close()
			}
		})
	}
	all.Wait()
	h.Tell("last")
	expect(t, stays, "last", stays.own)
}

// BenchmarkIdleListeners measures what a listener who is told nothing costs.
func BenchmarkIdleListeners(b *testing.B) {
	h := live.New(1, b.N+1)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := make([]*live.Listener, b.N)
	for i := range kept {
		l, err := h.Listen(fmt.Sprint(i), live.Topic(fmt.Sprint("request:", i)), "tasks:pool", live.Topic(fmt.Sprint("account:", i)))
		if err != nil {
			b.Fatal(err)
		}
		l.Wait(b.Context())
		kept[i] = l
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(b.N), "heapB/listener")
	runtime.KeepAlive(kept)
}

// BenchmarkTell measures telling one topic to one of many listeners.
func BenchmarkTell(b *testing.B) {
	h := live.New(1, 10_000)
	for i := range 10_000 {
		if _, err := h.Listen(fmt.Sprint(i), live.Topic(fmt.Sprint("request:", i))); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		h.Tell("request:7")
	}
}
