package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"expex/engine"
	"expex/pgserver"
)

// top is how many are wanted.
const top = 10

const header = `experts | SQL ms | readable Go ms | index us: ask | rank | ns/pair | M pairs/s/core | SQL/index | rank allocs | top-10 explained ms | wall p50 | p99 | allocs | bytes | index built ms | found | load
---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---`

// indexed are the indexes of a world, one for each kind of deployment, as a
// round of planning would hold them.
type indexed struct {
	rankers map[engine.DeploymentTypeCode]*engine.Ranker
	built   time.Duration // of one
}

func (w *world) index() indexed {
	x := indexed{rankers: map[engine.DeploymentTypeCode]*engine.Ranker{}}
	for n, r := range w.requests {
		if x.rankers[r.Type] == nil {
			in := w.input(n)
			x.built = took(func() { x.rankers[r.Type] = engine.NewIndex(in).NewRanker() })
		}
	}
	return x
}

func took(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// rankPool prints the line of one size.
func rankPool(ctx context.Context, out io.Writer, pg *pgserver.Server, experts int, plan bool) error {
	w, err := newWorld(seed, experts, requests, 1)
	if err != nil {
		return err
	}
	p, err := newPeer(ctx, pg, fmt.Sprintf("pool_%d", experts), w)
	if err != nil {
		return err
	}
	defer p.close()
	x := w.index()
	found, err := p.agreeOnAll(ctx, w, x)
	if err != nil {
		return err
	}
	runtime.GC()

	var inSQL, inReadable, inAsk, inRank, inExplained time.Duration
	var rankAllocs uint64
	var explained memory
	var waited []time.Duration
	readable := experts <= 2000
	for n := range w.requests {
		in := w.input(n)
		r := x.rankers[in.Request.Type]
		sqlTime, err := p.cost(ctx, max(3, min(40, 40_000/experts)), n)
		if err != nil {
			return err
		}
		inSQL += sqlTime
		if readable {
			readableTime, err := cost(3, func() error { _, err := engine.Suggest(in); return err })
			if err != nil {
				return err
			}
			inReadable += readableTime
		}
		var q *engine.Query
		askTime, err := cost(5, func() (err error) { q, err = r.Ask(in); return err })
		if err != nil {
			return err
		}
		inAsk += askTime
		rankTime, err := cost(5, func() error { r.Rank(q, top); return nil })
		if err != nil {
			return err
		}
		inRank += rankTime
		rankAllocs += allocations(func() { r.Rank(q, top) }).allocs
		explainedTime, err := cost(5, func() error { _, err := r.Top(in, top); return err })
		if err != nil {
			return err
		}
		inExplained += explainedTime
		use := allocations(func() { r.Top(in, top) })
		explained.allocs, explained.bytes = explained.allocs+use.allocs, explained.bytes+use.bytes
		for range 50 {
			waited = append(waited, took(func() { r.Top(in, top) }))
		}
		if plan {
			text, err := p.plan(ctx, n)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "\nrequest %d, %s, %d themes: %v in SQL, %v in the index\n%s", n, in.Request.Type, len(in.Request.Themes), sqlTime, askTime+rankTime, text)
		}
	}
	slices.Sort(waited)
	mean := func(d time.Duration, unit time.Duration) float64 { return float64(d) / requests / float64(unit) }
	ms := func(d time.Duration) string {
		if d == 0 {
			return "-"
		}
		return fmt.Sprintf("%.2f", mean(d, time.Millisecond))
	}
	fmt.Fprintf(out, "%d | %s | %s | %.1f | %.1f | %.2f | %.0f | %.0f | %d | %.3f | %.3f | %.3f | %d | %d | %.0f | %d | %s\n",
		experts, ms(inSQL), ms(inReadable), mean(inAsk, time.Microsecond), mean(inRank, time.Microsecond), mean(inRank, time.Duration(experts)),
		float64(experts)/mean(inRank, time.Microsecond), float64(inSQL)/float64(inAsk+inRank), rankAllocs/requests,
		mean(inExplained, time.Millisecond), percentile(waited, 50)/1e6, percentile(waited, 99)/1e6, explained.allocs/requests, explained.bytes/requests,
		float64(x.built)/1e6, found, load())
	return nil
}

// agreeOnAll compares the query with the index on every request, and both with
// the definition where that takes no minutes. It counts the suggestions.
func (p *peer) agreeOnAll(ctx context.Context, w *world, x indexed) (found int, err error) {
	for n := range w.requests {
		in := w.input(n)
		best, err := x.rankers[in.Request.Type].Top(in, top)
		if err != nil {
			return 0, err
		}
		if err := p.agree(ctx, w, n, top, best); err != nil {
			return 0, fmt.Errorf("the query and the index differ: %w", err)
		}
		found += len(best)
		if len(w.experts) > 20_000 && n > 0 {
			continue
		}
		ranking, err := engine.Suggest(in)
		if err != nil {
			return 0, err
		}
		if err := p.agree(ctx, w, n, top, ranking.Suggestions); err != nil {
			return 0, fmt.Errorf("the query and Suggest differ: %w", err)
		}
	}
	return found, nil
}

// memory is what a call takes from the heap.
type memory struct{ allocs, bytes uint64 }

func allocations(call func()) memory {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return memory{after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc}
}

// percentile of sorted times, in nanoseconds.
func percentile(sorted []time.Duration, p int) float64 {
	return float64(sorted[min(len(sorted)-1, len(sorted)*p/100)])
}
