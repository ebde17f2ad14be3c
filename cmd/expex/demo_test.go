package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// readyLine is what `expex demo` prints when it is ready.
type readyLine struct {
	GraphQL  string
	Pages    string
	Calendar string
	Mailbox  string
	Tokens   map[string]string
}

// demo starts the demo in a directory and waits for its line.
func demo(t *testing.T, dir string) (*program, readyLine) {
	t.Helper()
	p := launch(t, command("demo", "--addr", "127.0.0.1:0", "--data", dir))
	var ready readyLine
	if err := json.Unmarshal([]byte(p.line()), &ready); err != nil {
		t.Fatal(err)
	}
	return p, ready
}

func TestTheDemoServesAndFindsItsDataAgain(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p, ready := demo(t, dir)
	for _, who := range []string{"coordinatorMiddenHolland", "coordinatorFlevoland", "expert", "requester", "admin"} {
		data, err := do(ready.GraphQL, ready.Tokens[who], `{viewer{name}}`, nil)
		if err != nil || dig(data, "viewer", "name") == "" {
			t.Errorf("the token of %s does not work: %v", who, err)
		}
	}
	const counts = `{experts(first:1){totalCount} requests(first:1){totalCount}}`
	before, err := do(ready.GraphQL, ready.Tokens["coordinatorMiddenHolland"], counts, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{ready.Pages, ready.Pages + "graphiql", ready.Calendar} {
		if status, body := fetch(t, url); status != http.StatusOK || body == "" {
			t.Errorf("%s answers %d", url, status)
		}
	}
	if _, body := fetch(t, ready.Calendar); !strings.HasPrefix(body, "BEGIN:VCALENDAR\r\n") {
		t.Errorf("the calendar is no calendar: %.60q", body)
	}
	if told := p.logged(); !strings.Contains(told, "Noor") || !strings.Contains(told, "matchSuggestions") {
		t.Errorf("the text for people lacks the suggestions or the query:\n%s", told)
	}
	if code := p.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("stopped with %d", code)
	}
	if rest, _ := io.ReadAll(p.stdout); len(rest) > 0 {
		t.Errorf("more than one line on stdout: %q", rest)
	}
	if _, err := os.Stat(filepath.Join(dir, "pgdata", "postmaster.pid")); !os.IsNotExist(err) {
		t.Errorf("PostgreSQL was not stopped: %v", err)
	}

	again, second := demo(t, dir)
	for who, token := range ready.Tokens {
		if second.Tokens[who] != token {
			t.Errorf("the second start has another token for %s", who)
		}
	}
	after, err := do(second.GraphQL, second.Tokens["coordinatorMiddenHolland"], counts, nil)
	if err != nil {
		t.Fatal(err)
	}
	if asJSON(t, before) != asJSON(t, after) {
		t.Errorf("the second start has other data: %v, then %v", before, after)
	}
	if code := again.stop(os.Interrupt); code != 0 {
		t.Errorf("stopped with %d after an interrupt", code)
	}
}

// TestTheLogHoldsNoSecretsOrPeople uses the demo at its most talkative and looks
// for what must never be written down.
func TestTheLogHoldsNoSecretsOrPeople(t *testing.T) {
	t.Parallel()
	c := command("demo", "--addr", "127.0.0.1:0", "--data", dataDir(t), "--log-level", "debug")
	p := launch(t, c)
	var ready readyLine
	if err := json.Unmarshal([]byte(p.line()), &ready); err != nil {
		t.Fatal(err)
	}
	secret := strings.TrimSuffix(ready.Calendar[strings.LastIndex(ready.Calendar, "/")+1:], ".ics")
	for _, url := range []string{ready.Calendar, ready.Calendar + "?x=" + secret, strings.Replace(ready.Calendar, ".ics", "", 1),
		strings.Replace(ready.Calendar, "/calendar/", "/calendar/x/", 1), ready.Pages + "graphql?token=" + ready.Tokens["expert"]} {
		fetch(t, url)
	}
	token := ready.Tokens["coordinatorMiddenHolland"]
	listed, err := do(ready.GraphQL, token, `{experts(first:50){edges{node{firstName lastName email}}}}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	ask(ready.GraphQL, "wrong-"+token, `{viewer{id}}`, nil)
	ask(ready.GraphQL, token, `{experts(filter:{search:"Verraad"}){totalCount}}`, nil)
	ask(ready.GraphQL, token, `mutation{submitRequest(input:{idempotencyKey:"log-canary",organisationId:"org_x",type:"VERRAAD",goal:"Verraad"}){request{id}}}`, nil)
	ask(ready.GraphQL, ready.Tokens["expert"], `mutation{setThemeConsent(input:{idempotencyKey:"log-canary",theme:"VERRAAD",usage:CASE,level:GREEN}){consent{version}}}`, nil)
	if code := p.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("stopped with %d", code)
	}
	// The text for people stands between the lines of the log, and is not one.
	before, rest, opened := strings.Cut(p.logged(), "\nWie kan")
	_, after, closed := strings.Cut(rest, "Ctrl-C")
	if !opened || !closed {
		t.Fatal("the log does not hold the text for people")
	}
	log := before + after
	canaries := []string{secret, token, ready.Tokens["expert"], "Verraad", "VERRAAD", "OUT_OF_HOME", "uithuisplaatsing", "example.org"}
	for _, edge := range dig(listed, "experts", "edges").([]any) {
		canaries = append(canaries, dig(edge, "node", "lastName").(string), dig(edge, "node", "email").(string))
	}
	for _, canary := range slices.Compact(canaries) {
		if strings.Contains(log, canary) {
			t.Errorf("the log holds %.12q…", canary)
		}
	}
	if !strings.Contains(log, "route=/calendar/{file}") {
		t.Error("the log does not name the route of the calendar: is it looked at at all?")
	}
}

// TestEndingGoRunEndsTheDemo sends SIGTERM to `go run` alone, which does not
// pass it on.
func TestEndingGoRunEndsTheDemo(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := exec.Command("go", "run", ".", "demo", "--addr", "127.0.0.1:0", "--data", dir)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p := launch(t, c)
	p.line()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.Process.Wait()
	// The program writes this file's removal last: it has ended, and PostgreSQL
	// before it.
	deadline := time.After(time.Minute)
	for {
		if _, err := os.Stat(filepath.Join(dir, "pgdata", "postmaster.pid")); os.IsNotExist(err) {
			return
		}
		select {
		case <-deadline:
			t.Fatal("PostgreSQL still runs after go run was ended")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
