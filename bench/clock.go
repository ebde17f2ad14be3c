package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"
)

// The times of the table are processor time and not time on the wall: who else
// uses the machine changes how long one waits, and hardly what the work costs.

// spent is the processor time of this process so far, the collector included.
func spent() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cost is the processor time of one call, the best of so many rounds. A call
// that is shorter than the clock is true is repeated.
func cost(rounds int, call func() error) (time.Duration, error) {
	repeat := 1
	best := time.Duration(1<<63 - 1)
	for n := 0; n < rounds; n++ {
		from := spent()
		for range repeat {
			if err := call(); err != nil {
				return 0, err
			}
		}
		took := spent() - from
		if took < 2*time.Millisecond && repeat < 1<<16 {
			repeat, n = 4*repeat, -1
			continue
		}
		best = min(best, took/time.Duration(repeat))
	}
	return best, nil
}

// processSpent is the processor time of another process so far; on a system that
// does not tell, the time on the wall.
func processSpent(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	var ns int64
	if _, scanErr := fmt.Sscan(string(text), &ns); err != nil || scanErr != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(ns)
}

// cost is the processor time that PostgreSQL spends on a request, the best of so
// many rounds. What the client spends on reading the answer is not counted.
func (p *peer) cost(ctx context.Context, rounds, request int) (time.Duration, error) {
	best := time.Duration(1<<63 - 1)
	for range rounds {
		from := processSpent(p.pid)
		if _, err := p.top(ctx, request, top); err != nil {
			return 0, err
		}
		best = min(best, processSpent(p.pid)-from)
	}
	return best, nil
}
