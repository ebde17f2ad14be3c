package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"expex/store/storetest"
)

// The tests run the real program: the test binary starts itself again with
// these variables set, and is expex then.
const (
	asExpex = "EXPEX_TEST_RUN"
	atTime  = "EXPEX_TEST_NOW" // the moment a fixture lives in; empty = now
)

func TestMain(m *testing.M) {
	if os.Getenv(asExpex) == "" {
		storetest.Main(m)
	}
	if text := os.Getenv(atTime); text != "" {
		now, err := time.Parse(time.RFC3339, text)
		if err != nil {
			panic(err)
		}
		clock = func() time.Time { return now }
	}
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// program is a running expex.
type program struct {
	*exec.Cmd
	t      testing.TB
	stdout *bufio.Reader
	mu     sync.Mutex
	log    bytes.Buffer
	ready  chan string // the address `serve` listens on
}

// command prepares a call of the program that does not inherit settings.
func command(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "EXPEX_") && name != "DATABASE_URL" {
			c.Env = append(c.Env, pair)
		}
	}
	c.Env = append(c.Env, asExpex+"=1")
	return c
}

// launch starts the program and ends it with the test.
func launch(t testing.TB, c *exec.Cmd) *program {
	t.Helper()
	p := &program{Cmd: c, t: t, ready: make(chan string, 1)}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewReader(out)
	c.Stderr = p
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if c.ProcessState == nil {
			c.Process.Signal(syscall.SIGTERM)
			c.Wait()
		}
		if t.Failed() {
			t.Logf("its log:\n%s", p.logged())
		}
	})
	return p
}

// Write collects what the program logs, and finds the line that says where it
// listens.
func (p *program) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for line := range bytes.Lines(text) {
		var entry struct{ Msg, Address string }
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "ready" {
			p.ready <- "http://" + entry.Address
		}
	}
	return p.log.Write(text)
}

func (p *program) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// address waits until `serve` listens.
func (p *program) address() string {
	p.t.Helper()
	select {
	case a := <-p.ready:
		return a
	case <-time.After(time.Minute):
		p.t.Fatalf("the service did not start:\n%s", p.logged())
		return ""
	}
}

// line waits for the one line `demo` prints.
func (p *program) line() string {
	p.t.Helper()
	text, err := p.stdout.ReadString('\n')
	if err != nil {
		p.t.Fatalf("no line on stdout (%v):\n%s", err, p.logged())
	}
	return text
}

// stop ends the program with a signal and gives its exit code.
func (p *program) stop(signal os.Signal) int {
	p.t.Helper()
	p.Process.Signal(signal)
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// output runs a command to its end.
func output(c *exec.Cmd) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	c.Run() // its exit code says all
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// dataDir is a directory an unprivileged PostgreSQL can enter. t.TempDir makes
// its parents for the owner alone.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "expex-cmd-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "d")
}

// answer is what GraphQL answered.
type answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Extensions struct{ Code, Reason string }
	}
}

// ask sends one operation.
func ask(url, token, query string, variables map[string]any) (answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return answer{}, err
	}
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	var out answer
	if err := json.Unmarshal(text, &out); err != nil {
		return out, fmt.Errorf("%w in %.200s", err, text)
	}
	return out, nil
}

// do is ask for an operation that has to succeed.
func do(url, token, query string, variables map[string]any) (map[string]any, error) {
	out, err := ask(url, token, query, variables)
	if err == nil && len(out.Errors) > 0 {
		err = fmt.Errorf("%s: %+v", query, out.Errors)
	}
	return out.Data, err
}

// each runs fn for 0..n-1, so many at once, and joins the errors.
func each(n, atOnce int, fn func(int) error) error {
	errs := make([]error, n)
	turn := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i := range n {
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			errs[i] = fn(i)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// dig walks into an answer by field names and list positions.
func dig(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			v = v.(map[string]any)[step]
		case int:
			v = v.([]any)[step]
		}
	}
	return v
}
