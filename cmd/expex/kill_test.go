package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestNothingAcknowledgedIsLostWhenEverythingIsKilled sends 200 mutations and
// kills the service and its PostgreSQL with SIGKILL in the middle. After the
// next start every acknowledged request is there with all its parts, none is
// there in part, and asking again under the same keys gives the same answers.
func TestNothingAcknowledgedIsLostWhenEverythingIsKilled(t *testing.T) {
	t.Parallel()
	const mutations, killAfter = 200, 60
	dir := dataDir(t)
	p, ready := demo(t, dir)
	requester := ready.Tokens["requester"]
	organisations, err := do(ready.GraphQL, requester, `{viewer{organisations{id}} requests(first:1){totalCount}}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	organisation := dig(organisations, "viewer", "organisations", 0, "id")
	before := dig(organisations, "requests", "totalCount").(float64)

	submit := func(url string, n int) (string, error) {
		day := time.Now().AddDate(0, 0, 30+n%30).Truncate(24 * time.Hour)
		data, err := do(url, requester, `mutation($i:SubmitRequestInput!){submitRequest(input:$i){request{id}}}`, map[string]any{"i": map[string]any{
			"idempotencyKey": fmt.Sprintf("kill-test-%d", n), "organisationId": organisation, "type": "LISTENING_EAR", "municipality": "GM0513",
			"client": map[string]any{"ageFrom": 14, "ageTo": 16}, "goal": fmt.Sprintf("Nummer %d", n),
			"themes":      []any{map[string]any{"theme": "LONELINESS", "importance": "MUST"}, map[string]any{"theme": "BULLYING", "importance": "NICE"}},
			"preferences": []any{map[string]any{"kind": "LANGUAGE", "value": "nl"}},
			"options":     []any{map[string]any{"start": day.Add(9 * time.Hour), "end": day.Add(12 * time.Hour)}, map[string]any{"start": day.Add(13 * time.Hour), "end": day.Add(16 * time.Hour)}},
		}})
		if err != nil {
			return "", err
		}
		return dig(data, "submitRequest", "request", "id").(string), nil
	}

	var mu sync.Mutex
	acknowledged := map[int]string{}
	middle := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		each(mutations, 8, func(n int) error {
			id, err := submit(ready.GraphQL, n)
			if err == nil {
				mu.Lock()
				acknowledged[n] = id
				if len(acknowledged) == killAfter {
					close(middle)
				}
				mu.Unlock()
			}
			return nil // errors are what a killed service gives
		})
	}()
	select {
	case <-middle:
	case <-done:
		t.Fatalf("only %d mutations were acknowledged before any kill", len(acknowledged))
	}
	time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond) // anywhere within a mutation
	postmaster := postmasterPID(t, dir)
	p.Process.Kill()
	syscall.Kill(postmaster, syscall.SIGKILL)
	p.Wait()
	<-done
	if len(acknowledged) == mutations {
		t.Fatal("every mutation was acknowledged before the kill: nothing was tested")
	}

	_, ready = demo(t, dir)
	confirmed := maps.Clone(acknowledged)
	for n := range mutations {
		id, err := submit(ready.GraphQL, n)
		if err != nil {
			t.Fatalf("asking again for number %d: %v", n, err)
		}
		if was, ok := confirmed[n]; ok && was != id {
			t.Errorf("number %d was acknowledged as %s and is now %s", n, was, id)
		}
	}
	whole, seen := 0, map[string]bool{}
	for after := ""; ; {
		variables := map[string]any{}
		if after != "" {
			variables["after"] = after
		}
		data, err := do(ready.GraphQL, requester, `query($after:String){requests(first:50,after:$after){totalCount pageInfo{hasNextPage endCursor}
			edges{node{goal themes{theme} preferences{kind} options{start} client{ageFrom}}}}}`, variables)
		if err != nil {
			t.Fatal(err)
		}
		if total := dig(data, "requests", "totalCount").(float64); total != before+mutations {
			t.Fatalf("there are %v requests, want %v and %d more", total, before, mutations)
		}
		for _, edge := range dig(data, "requests", "edges").([]any) {
			goal := dig(edge, "node", "goal").(string)
			if !strings.HasPrefix(goal, "Nummer ") {
				continue
			}
			if seen[goal] {
				t.Errorf("%s is there twice", goal)
			}
			seen[goal] = true
			if len(dig(edge, "node", "themes").([]any)) != 2 || len(dig(edge, "node", "options").([]any)) != 2 ||
				len(dig(edge, "node", "preferences").([]any)) != 1 || dig(edge, "node", "client") == nil {
				t.Errorf("%s is there in part", goal)
			}
			whole++
		}
		if dig(data, "requests", "pageInfo", "hasNextPage") != true {
			break
		}
		after = dig(data, "requests", "pageInfo", "endCursor").(string)
	}
	if whole != mutations {
		t.Errorf("%d of the %d requests are there", whole, mutations)
	}
	t.Logf("%d of %d were acknowledged before the kill", len(acknowledged), mutations)
}

func postmasterPID(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "pgdata", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}
