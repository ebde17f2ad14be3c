// Bench measures the engine beside its peer, PostgreSQL ranking the same experts
// in one query (rank.sql), in one run on one machine, and the way from HTTP to
// the ranking and back. The two must give the same list, or it fails.
//
// Times of the table are processor time. They still say little by themselves on
// a shared machine, whose load stands beside them; what counts are the ratios.
//
//	go run ./bench                     all sizes, some minutes
//	go run ./bench -sizes 50,2000      smaller
//	go run ./bench -plan               PostgreSQL's plan for one request
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"

	"expex/pgserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// requests are ranked on each pool, seed makes all of them.
const (
	requests = 8
	seed     = 2
)

func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("sizes", "50,2000,20000,200000", "sizes of the pools")
	bin := flags.String("postgres-bin", os.Getenv("EXPEX_POSTGRES_BIN"), "programs of PostgreSQL")
	plan := flags.Bool("plan", false, "show PostgreSQL's plan for each request of the last pool")
	only := flags.String("only", "", "rank, teams or http; empty is all")
	profile := flags.String("profile", "", "write a processor profile to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	debug.SetGCPercent(400) // 200,000 experts are a large heap; no collector should run because of the harness
	if *profile != "" {
		file, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	pg, stop, err := server(ctx, *bin)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Fprintf(out, "%s %s/%s, %d CPUs, %s; load %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), cpu(), load())
	wants := func(part string) bool { return *only == "" || *only == part }
	if wants("rank") {
		if err := rankings(ctx, out, pg, *sizes, *plan); err != nil {
			return err
		}
	}
	if wants("teams") {
		if err := teams(out); err != nil {
			return err
		}
	}
	if wants("http") {
		return endToEnd(ctx, out, pg)
	}
	return nil
}

func rankings(ctx context.Context, out io.Writer, pg *pgserver.Server, sizes string, plan bool) error {
	fmt.Fprintf(out, `
The best ten of a pool, processor time, mean over %d requests, best of several runs of each.
SQL = rank.sql; index = engine.Index, the same places; both without explanation. Readable = engine.Suggest.
Ask is once per request, rank is the pass over the pool; SQL/index is against both together, ns/pair of rank.
The SQL leaves out:
  - %s

`, requests, strings.Join(left, "\n  - "))
	fmt.Fprintln(out, header)
	for _, text := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("-sizes: %q is no number of experts", text)
		}
		if err := rankPool(ctx, out, pg, n, plan); err != nil {
			return fmt.Errorf("%d experts: %w", n, err)
		}
	}
	return nil
}

// load is the load of the machine over the last minute, five and fifteen.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

// cpu is the model of the processor.
func cpu() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return "processor unknown"
}
