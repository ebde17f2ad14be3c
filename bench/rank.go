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

const header = "experts | SQL ms | readable Go ms | index us | ns/pair | M pairs/s | SQL/index | top-10 explained ms: best p50 p99 | allocs | bytes | found | index built ms | load"

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

	var sqlBest, readableBest, indexBest, explainBest time.Duration
	var explained []time.Duration
	readable := experts <= 2000
	rounds := max(3, min(40, 100_000/experts))
	for n := range w.requests {
		in := w.input(n)
		r := x.rankers[in.Request.Type]
		var sqlTimes, readableTimes, indexTimes, explainTimes []time.Duration
		for round := range rounds { // side by side, so that all have the same neighbours
			sqlTimes = append(sqlTimes, took(func() { _, err = p.top(ctx, n, top) }))
			if err != nil {
				return err
			}
			if readable && round < 5 {
				readableTimes = append(readableTimes, took(func() { _, err = engine.Suggest(in) }))
				if err != nil {
					return err
				}
			}
			for range 8 {
				indexTimes = append(indexTimes, took(func() {
					var q *engine.Query
					if q, err = r.Ask(in); err == nil {
						r.Rank(q, top)
					}
				}))
				explainTimes = append(explainTimes, took(func() { _, err = r.Top(in, top) }))
				if err != nil {
					return err
				}
			}
		}
		sqlBest += slices.Min(sqlTimes)
		if readable {
			readableBest += slices.Min(readableTimes)
		}
		indexBest += slices.Min(indexTimes)
		explainBest += slices.Min(explainTimes)
		explained = append(explained, explainTimes...)
		if plan {
			fmt.Fprintf(out, "request %d, %s: %v in SQL, %v in the index, %d themes\n", n, in.Request.Type, slices.Min(sqlTimes), slices.Min(indexTimes), len(in.Request.Themes))
		}
		if plan && experts > 10000000 {
			text, err := p.plan(ctx, n)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "request %d, %s, %v in SQL, %v in the index:\n%s\n", n, in.Request.Type, slices.Min(sqlTimes), slices.Min(indexTimes), text)
		}
	}
	slices.Sort(explained)
	allocs, bytes := costs(w, x)
	mean := func(d time.Duration) float64 { return float64(d) / requests }
	readableText := "-"
	if readable {
		readableText = fmt.Sprintf("%.2f", mean(readableBest)/1e6)
	}
	fmt.Fprintf(out, "%7d | %.2f | %s | %.1f | %.2f | %.0f | %.0f | %.3f %.3f %.3f | %.0f | %.0f | %d | %.0f | %s\n",
		experts, mean(sqlBest)/1e6, readableText, mean(indexBest)/1e3, mean(indexBest)/float64(experts), float64(experts)/mean(indexBest)*1e3,
		float64(sqlBest)/float64(indexBest), mean(explainBest)/1e6, percentile(explained, 50)/1e6, percentile(explained, 99)/1e6,
		allocs, bytes, found, float64(x.built)/1e6, load())
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

// costs are the allocations and bytes of one explained ranking.
func costs(w *world, x indexed) (allocs, bytes float64) {
	inputs := make([]engine.MatchInput, len(w.requests))
	for n := range inputs {
		inputs[n] = w.input(n)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, in := range inputs {
		x.rankers[in.Request.Type].Top(in, top)
	}
	runtime.ReadMemStats(&after)
	n := float64(len(inputs))
	return float64(after.Mallocs-before.Mallocs) / n, float64(after.TotalAlloc-before.TotalAlloc) / n
}

// percentile of sorted times, in nanoseconds.
func percentile(sorted []time.Duration, p int) float64 {
	return float64(sorted[min(len(sorted)-1, len(sorted)*p/100)])
}
