package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"expex/graph/globalid"
	"expex/store"
	"expex/store/storetest"
)

// TestAStreamOfOneProcessTellsWhatTheOtherDoes runs two processes on one database.
// One has the subscribers, the other makes the change; then the one is stopped,
// and its streams do not hold it up.
func TestAStreamOfOneProcessTellsWhatTheOtherDoes(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	s, err := store.Open(context.Background(), store.Options{DSN: dsn, Now: func() time.Time { return storetest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := storetest.Fill(t, s)
	var two [2]*program
	var urls [2]string
	for i := range two {
		c := command("serve", "--addr", "127.0.0.1:0")
		c.Env = append(c.Env, "DATABASE_URL="+dsn, atTime+"="+storetest.Now.Format(time.RFC3339))
		two[i] = launch(t, c)
		urls[i] = two[i].address() + "/graphql"
	}
	token, id := storetest.Secret(f.A.Coordinator).Reveal(), globalid.Encode(globalid.Request, string(f.A.Ear))
	body := fmt.Sprintf(`{"query":"subscription{requestChanged(id:\"%s\"){status}}"}`, id)

	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, urls[0], strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"text/event-stream"}, "Authorization": {"Bearer " + token}}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	events := bufio.NewReader(response.Body)
	event := func() string {
		for {
			line, err := events.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				return strings.TrimSpace(data)
			}
		}
	}
	socket, _, err := websocket.Dial(t.Context(), urls[0], &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.CloseNow()
	for _, text := range []string{`{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`, `{"type":"subscribe","id":"1","payload":` + body + `}`} {
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	message := func() string {
		_, text, err := socket.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	const open, hold = `{"data":{"requestChanged":{"status":"OPEN"}}}`, `{"data":{"requestChanged":{"status":"ON_HOLD"}}}`
	if got := message(); !strings.Contains(got, "connection_ack") {
		t.Errorf("signing in is answered with %s", got)
	}
	if byEvent, bySocket := event(), message(); byEvent != open || !strings.Contains(bySocket, open) {
		t.Errorf("at first: %s, %s", byEvent, bySocket)
	}
	if _, err := do(urls[1], token, fmt.Sprintf(`mutation{triageRequest(input:{idempotencyKey:"two processes",requestId:%q,outcome:ON_HOLD}){request{id}}}`, id), nil); err != nil {
		t.Fatal(err)
	}
	if byEvent, bySocket := event(), message(); byEvent != hold || !strings.Contains(bySocket, hold) {
		t.Errorf("after the change: %s, %s", byEvent, bySocket)
	}
	if code := two[0].stop(syscall.SIGTERM); code != 0 { // not 0 when calls are cut off
		t.Errorf("stopped with %d:\n%s", code, two[0].logged())
	}
	if rest, err := io.ReadAll(events); err != nil || strings.TrimSpace(string(rest)) != "event: complete" {
		t.Errorf("the stream ends with %q, %v", rest, err)
	}
	if _, text, err := socket.Read(t.Context()); err == nil && strings.Contains(string(text), "complete") {
		_, _, err = socket.Read(t.Context())
		if websocket.CloseStatus(err) != websocket.StatusGoingAway {
			t.Errorf("the websocket ends with %v", err)
		}
	} else if websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the websocket ends with %s, %v", text, err)
	}
}

func TestWhoDoesNotReadIsCutOff(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	defer theirs.Close()
	if n, err := (pressed{ours, time.Millisecond}).Write([]byte("nobody reads this")); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("wrote %d, %v", n, err)
	}
	if _, err := ours.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("whoever reads from it learns %v", err)
	}
}

func TestWhoReadsGetsAllOfALongAnswer(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	long := strings.Repeat("lang ", writePiece)
	go func() {
		defer ours.Close()
		if n, err := (pressed{ours, time.Minute}).Write([]byte(long)); n != len(long) || err != nil {
			t.Errorf("wrote %d of %d, %v", n, len(long), err)
		}
	}()
	if got, err := io.ReadAll(theirs); err != nil || string(got) != long {
		t.Errorf("read %d of %d, %v", len(got), len(long), err)
	}
}
