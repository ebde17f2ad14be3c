package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const calendarText = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

// host is the name in the certificate of httptest.
const host = "example.com"

// world is a server that counts as the open internet, and a client that reaches
// it and nothing else: every other address and port is inside, also of this machine.
type world struct {
	*Client
	names  *names
	server *httptest.Server
	home   string // https://example.com:port
}

func newWorld(t *testing.T, handler http.HandlerFunc) world {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // clients hang up on it on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	there := netip.MustParseAddrPort(server.Listener.Addr().String())

	g := gate{port: strconv.Itoa(int(there.Port())), allowed: func(a netip.AddrPort) bool { return a == there }}
	dns := openNames(t)
	c := newClient(g, &net.Dialer{Resolver: dns.resolver()})
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c.transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	dns.say(host, there.Addr())
	return world{Client: c, names: dns, server: server, home: "https://" + host + ":" + g.port}
}

func (w world) get(t *testing.T, path string) (Answer, error) {
	t.Helper()
	return w.Get(t.Context(), w.home+path, "", "")
}

func TestACalendarIsFetched(t *testing.T) {
	t.Parallel()
	var asked http.Header
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header
		w.Header().Set("ETag", `"one"`)
		w.Header().Set("Last-Modified", "Sun, 25 Oct 2026 00:30:00 GMT")
		w.Header().Set("Set-Cookie", "a=b")
		io.WriteString(w, calendarText)
	})
	got, err := w.Get(t.Context(), strings.Replace(w.home, "https", "webcal", 1)+"/a.ics?key=k#f", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Body) != calendarText || got.NotModified || got.ETag != `"one"` || got.LastModified != "Sun, 25 Oct 2026 00:30:00 GMT" ||
		got.Address != w.home+"/a.ics?key=k" {
		t.Errorf("got %+v", got)
	}
	if names := slices.Sorted(maps.Keys(asked)); !slices.Equal(names, []string{"Accept", "Accept-Encoding", "Connection", "User-Agent"}) {
		t.Errorf("the server was told %v", asked)
	}
	if agent := asked.Get("User-Agent"); strings.ContainsAny(agent, "0123456789/") || strings.Contains(strings.ToLower(agent), "expex") {
		t.Errorf("the server was told of %q", agent)
	}
}

func TestWhatHasNotChangedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"one"` || r.Header.Get("If-Modified-Since") != "" || r.URL.Path == "/always" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, calendarText)
	})
	for _, known := range [][2]string{{`"one"`, ""}, {"", "Sun, 25 Oct 2026 00:30:00 GMT"}, {`"one"`, "Sun, 25 Oct 2026 00:30:00 GMT"}} {
		got, err := w.Get(t.Context(), w.home+"/a", known[0], known[1])
		if err != nil || !got.NotModified || got.Body != nil || got.ETag != known[0] || got.LastModified != known[1] || got.Address != w.home+"/a" {
			t.Errorf("with %v: %+v, %v", known, got, err)
		}
	}
	if got, err := w.Get(t.Context(), w.home+"/a", `"two"`, ""); err != nil || got.NotModified || string(got.Body) != calendarText || got.ETag != "" {
		t.Errorf("what has changed: %+v, %v", got, err)
	}
	_, err := w.get(t, "/always") // nothing that nobody has can be unchanged
	wantReason(t, err, Unreachable)
}

func TestEachStatusHasItsReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		w.WriteHeader(status)
	})
	for status, reason := range map[string]Reason{
		"/401": Refused, "/403": Refused, "/404": NotFound, "/410": NotFound,
		"/204": Unreachable, "/206": Unreachable, "/300": Unreachable, "/302": Unreachable, "/429": Unreachable, "/500": Unreachable, "/503": Unreachable,
	} {
		_, err := w.get(t, status)
		wantReason(t, err, reason)
	}
}

func TestOnlyARedirectForGoodIsRemembered(t *testing.T) {
	t.Parallel()
	var told []http.Header
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		told = append(told, r.Header)
		steps := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
		status, err := strconv.Atoi(steps[0])
		if err != nil {
			io.WriteString(w, calendarText)
			return
		}
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("Location", "/"+strings.Join(steps[1:], "/"))
		w.WriteHeader(status)
	})
	for path, lasting := range map[string]string{
		"/301/a": "/a", "/308/a": "/a", "/302/a": "/302/a", "/303/a": "/303/a", "/307/a": "/307/a",
		"/301/308/a":             "/a",
		"/301/302/308/a":         "/302/308/a", // who moved is known as far as the first that may come back
		"/302/301/a":             "/302/301/a",
		"/301/301/301/301/301/a": "/a",
	} {
		got, err := w.get(t, path)
		if err != nil || got.Address != w.home+lasting || string(got.Body) != calendarText {
			t.Errorf("%s: %+v, %v; want to remember %s", path, got, err, lasting)
		}
	}
	_, err := w.get(t, "/301/301/301/301/301/301/a")
	wantReason(t, err, Unreachable)
	for _, header := range told {
		for _, name := range []string{"Referer", "Cookie", "Authorization"} {
			if header.Get(name) != "" {
				t.Errorf("a server was told %s: %s", name, header.Get(name))
			}
		}
	}
}

func TestNoRedirectLeadsInside(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Location"] = r.URL.Query()["to"]
		w.WriteHeader(301)
	})
	for name, address := range map[string]string{
		"loopback.example": "127.0.0.1", "other-loopback.example": "127.0.0.2", "private.example": "10.0.0.1",
		"metadata.example": "169.254.169.254", "mapped.example": "::ffff:10.0.0.1", "six.example": "::1", "local.example": "fe80::1", "unique.example": "fd00:ec2::254",
	} {
		w.names.say(name, netip.MustParseAddr(address))
	}
	for _, to := range []string{
		"https://127.0.0.1/", "https://127.0.0.2:PORT/", "https://169.254.169.254:PORT/latest/meta-data", "https://[::ffff:10.0.0.1]:PORT/",
		"https://[::1]:PORT/", "https://10.0.0.1/", "//192.168.0.1:PORT/",
		"https://loopback.example/", "https://other-loopback.example:PORT/", "https://private.example:PORT/", "https://metadata.example:PORT/",
		"https://mapped.example:PORT/", "https://six.example:PORT/", "https://local.example:PORT/", "https://unique.example:PORT/",
		"http://example.com:PORT/", "https://example.com:22/", "https://ada:secret@example.com:PORT/", "ftp://example.com/", "file:///etc/passwd", "javascript:1",
	} {
		to = strings.Replace(to, "PORT", w.gate.port, 1)
		_, err := w.get(t, "/?to="+url.QueryEscape(to))
		if wantReason(t, err, AddressNotAllowed); t.Failed() {
			t.Fatalf("redirected to %s", to)
		}
	}
}

// TestANameThatChangesItsMeaningGainsNothing is DNS rebinding: the name is of
// the open internet when it is first asked for and leads inside a moment later.
func TestANameThatChangesItsMeaningGainsNothing(t *testing.T) {
	t.Parallel()
	var w world
	w = newWorld(t, func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			w.names.say(host, netip.MustParseAddr("10.0.0.1"))
			http.Redirect(out, r, "/b", http.StatusFound)
			return
		}
		t.Errorf("the inner server was asked for %s", r.URL.Path)
	})
	_, err := w.get(t, "/a")
	wantReason(t, err, AddressNotAllowed)

	// Of several addresses the inner ones are passed by, in any order.
	there := netip.MustParseAddrPort(w.server.Listener.Addr().String()).Addr()
	w.server.Config.Handler = http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { io.WriteString(out, calendarText) })
	for _, order := range [][]netip.Addr{{netip.MustParseAddr("10.0.0.1"), there}, {there, netip.MustParseAddr("10.0.0.1")}} {
		w.names.say(host, order...)
		if got, err := w.get(t, "/c"); err != nil || string(got.Body) != calendarText {
			t.Errorf("with %v: %+v, %v", order, got, err)
		}
	}
}

func TestTheRealClientDoesNotReachThisMachine(t *testing.T) {
	t.Parallel()
	c := New()
	if c.transport.Proxy != nil {
		t.Error("a proxy would connect in our place")
	}
	dns := openNames(t)
	dns.say("inner.example", netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1"))
	c = newClient(internet, &net.Dialer{Resolver: dns.resolver()})
	for _, address := range []string{"https://inner.example/a.ics", "https://inner.example:443/", "https://127.0.0.1/"} {
		_, err := c.Get(t.Context(), address, "", "")
		wantReason(t, err, AddressNotAllowed)
	}
}

func TestWhatIsTooLargeIsCut(t *testing.T) {
	t.Parallel()
	just := bytes.Repeat([]byte("A"), MaxBytes)
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/just":
			w.Write(just)
		case "/over":
			w.Write(just)
			w.Write(just[:1])
		case "/just-zipped":
			sendZipped(w, just)
		case "/over-zipped":
			sendZipped(w, append(just, 'A'))
		case "/bomb": // 64 MiB in 64 KiB
			sendZipped(w, make([]byte, 64<<20))
		case "/endless":
			for {
				if _, err := w.Write(just); err != nil {
					return
				}
			}
		case "/endless-nothing": // stored blocks of no length (RFC 1951 section 3.2.4)
			w.Header().Set("Content-Encoding", "gzip")
			w.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff})
			for block := bytes.Repeat([]byte{0, 0, 0, 0xff, 0xff}, 1000); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}
	})
	for _, path := range []string{"/just", "/just-zipped"} {
		if got, err := w.get(t, path); err != nil || !bytes.Equal(got.Body, just) {
			t.Errorf("%s: %d octets, %v", path, len(got.Body), err)
		}
	}
	for _, path := range []string{"/over", "/over-zipped", "/bomb", "/endless", "/endless-nothing"} {
		_, err := w.get(t, path)
		wantReason(t, err, TooLarge)
	}
}

func sendZipped(w http.ResponseWriter, text []byte) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	z.Write(text)
	z.Close()
}

func TestABrokenAnswerIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/unzipped":
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, calendarText)
		case "/brotli":
			w.Header().Set("Content-Encoding", "br")
			io.WriteString(w, calendarText)
		case "/short":
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, calendarText)
		case "/headers":
			w.Header().Set("X-Long", strings.Repeat("a", maxHeader+1))
			io.WriteString(w, calendarText)
		}
	})
	for _, path := range []string{"/unzipped", "/brotli", "/short", "/headers"} {
		_, err := w.get(t, path)
		wantReason(t, err, Unreachable)
	}
	_, err := w.Get(t.Context(), strings.Replace(w.home, host, "nobody.example", 1), "", "")
	wantReason(t, err, Unreachable)
	w.names.say("other.example", netip.MustParseAddrPort(w.server.Listener.Addr().String()).Addr())
	_, err = w.Get(t.Context(), strings.Replace(w.home, host, "other.example", 1), "", "") // not in the certificate
	wantReason(t, err, Unreachable)
}

// TestADripEndsInTime sends an octet and then nothing, and so never makes any
// single read look hopeless for long.
func TestADripEndsInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			io.WriteString(w, "B")
			http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	})
	w.inAll = 200 * time.Millisecond
	for _, path := range []string{"/body", "/headers"} {
		_, err := w.get(t, path)
		wantReason(t, err, Timeout)
	}
}

func TestWhoStopsIsToldOfThat(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) { stop(); <-r.Context().Done() })
	if _, err := w.Get(ctx, w.home, "", ""); !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), host) {
		t.Errorf("the error is %v", err)
	}
}

func TestValidatorsThatNobodySendsAreNotKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"`+strings.Repeat("a", maxValidator)+`"`)
		w.Header().Set("Last-Modified", "gisteren\u00e9")
		io.WriteString(w, calendarText)
	})
	if got, err := w.get(t, "/"); err != nil || got.ETag != "" || got.LastModified != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}
