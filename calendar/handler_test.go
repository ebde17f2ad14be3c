package calendar

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strconv"
	"strings"
	"testing"
	"time"
)

// knownToken has the shape of a real one: 32 octets in base64url.
const knownToken = "Zm9vYmFyLW5vdC1hLXNlY3JldC1mb28tYmFyLWZvb28"

var errDown = errors.New("database is down")

// loadOf opens one feed by knownToken.
func loadOf(f Feed) Find {
	return func(_ context.Context, token, _ string) (Found, error) {
		if token != knownToken {
			return Found{}, ErrNotFound
		}
		return Found{Key: "the feed", Load: func(context.Context) (Feed, error) { return f, nil }}, nil
	}
}

func findFails(_ context.Context, token, _ string) (Found, error) {
	return Found{}, fmt.Errorf("select feed where token = %q: %w", token, errDown)
}

func loadFails(_ context.Context, token, _ string) (Found, error) {
	return Found{Key: "the feed", Load: func(context.Context) (Feed, error) {
		return Feed{}, fmt.Errorf("select event where token = %q: %w", token, errDown)
	}}, nil
}

// ask sends one request to a handler at its place in a mux and returns the
// answer, and what was logged.
func ask(load Find, method, file string, header http.Header) (*http.Response, string) {
	var log bytes.Buffer
	mux := http.NewServeMux()
	mux.Handle("/calendar/{file}", Handler(load, slog.New(slog.NewJSONHandler(&log, nil))))
	r := httptest.NewRequest(method, "/calendar/"+file, nil)
	for name, values := range header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w.Result(), log.String()
}

func get(load Find, header http.Header) *http.Response {
	response, _ := ask(load, http.MethodGet, knownToken+".ics", header)
	return response
}

func only(name, value string) http.Header { return http.Header{name: {value}} }

// text reads a body, unpacked if need be.
func text(t *testing.T, response *http.Response) []byte {
	t.Helper()
	var body io.Reader = response.Body
	if response.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		body = z
	}
	content, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func checkHeader(t *testing.T, response *http.Response, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got := response.Header.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

// always is what each answer says, and what none says, whatever its status.
var always = map[string]string{
	"Cache-Control":               "private, no-cache",
	"Referrer-Policy":             "no-referrer",
	"X-Content-Type-Options":      "nosniff",
	"X-Robots-Tag":                "noindex",
	"Set-Cookie":                  "",
	"Access-Control-Allow-Origin": "",
	"Location":                    "",
}

// The requests of programs that subscribe, as far as they are known, and which
// validators of the last answer they send back.
func TestClientsGetTheFeedAndItsChanges(t *testing.T) {
	t.Parallel()
	const byTag, bySince = "If-None-Match", "If-Modified-Since"
	before, after := feeds()["normal"], feeds()["normal"]
	after.Events[1].Place = "Gouda"
	after.Events[1].Sequence++
	after.Events[1].Changed = utc(2026, 11, 21, 7, 0)

	for name, client := range map[string]struct {
		header     http.Header
		validators []string
	}{
		"Google Calendar": {http.Header{"User-Agent": {"Google-Calendar-Importer"}, "Accept-Encoding": {"gzip"}}, nil},
		"Apple Calendar":  {http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate, br"}}, []string{byTag}},
		"Outlook.com":     {http.Header{"Accept": {"text/html"}}, nil},
		"Outlook classic": {http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate"}}, []string{bySince}},
		"Thunderbird": {http.Header{
			"Accept": {"text/calendar,text/plain;q=0.8,*/*;q=0.5"}, "Accept-Encoding": {"gzip, deflate, br, zstd"},
		}, []string{byTag}},
		"ICSx5":          {http.Header{"Accept": {"text/calendar, */*;q=0.9"}, "Accept-Encoding": {"gzip"}}, []string{byTag, bySince}},
		"Nextcloud":      {http.Header{"User-Agent": {"Nextcloud Webcal Service"}, "Accept": {"text/calendar, application/calendar+json, application/calendar+xml"}}, nil},
		"Home Assistant": {http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate"}}, nil},
		"Sailfish":       {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := get(loadOf(before), client.header)
			if first.StatusCode != http.StatusOK {
				t.Fatalf("status %d", first.StatusCode)
			}
			checkHeader(t, first, always)
			checkHeader(t, first, map[string]string{
				"Content-Type":  "text/calendar; charset=utf-8",
				"Vary":          "Accept-Encoding",
				"Last-Modified": "Fri, 20 Nov 2026 16:45:00 GMT",
			})
			if got := text(t, first); !bytes.Equal(got, encode(t, before).Bytes) {
				t.Errorf("body\n%s", got)
			}

			again := client.header.Clone()
			if again == nil {
				again = http.Header{}
			}
			for _, validator := range client.validators {
				again.Set(validator, first.Header.Get(map[string]string{byTag: "ETag", bySince: "Last-Modified"}[validator]))
			}
			second := get(loadOf(before), again)
			want := http.StatusNotModified
			if client.validators == nil {
				want = http.StatusOK
			}
			if second.StatusCode != want || second.Header.Get("ETag") != first.Header.Get("ETag") {
				t.Errorf("unchanged: status %d and ETag %s, want %d and %s", second.StatusCode, second.Header.Get("ETag"), want, first.Header.Get("ETag"))
			}
			checkHeader(t, second, always)

			third := get(loadOf(after), again)
			if third.StatusCode != http.StatusOK || third.Header.Get("ETag") == first.Header.Get("ETag") {
				t.Errorf("changed: status %d and ETag %s", third.StatusCode, third.Header.Get("ETag"))
			}
			if got := text(t, third); !bytes.Equal(got, encode(t, after).Bytes) {
				t.Errorf("changed: body\n%s", got)
			}
		})
	}
}

func TestValidators(t *testing.T) {
	t.Parallel()
	load := loadOf(feeds()["normal"])
	first := get(load, nil)
	tag, since := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	const earlier = "Fri, 20 Nov 2026 16:44:59 GMT"

	for name, test := range map[string]struct {
		header http.Header
		want   int
	}{
		"the same tag":                {only("If-None-Match", tag), 304},
		"one of several tags":         {only("If-None-Match", `"a", `+tag), 304},
		"a tag a proxy made weak":     {only("If-None-Match", "W/"+tag), 304},
		"any tag":                     {only("If-None-Match", "*"), 304},
		"another tag":                 {only("If-None-Match", `"a"`), 200},
		"the same time":               {only("If-Modified-Since", since), 304},
		"an earlier time":             {only("If-Modified-Since", earlier), 200},
		"no time at all":              {only("If-Modified-Since", "yesterday"), 200},
		"same tag beats earlier time": {http.Header{"If-None-Match": {tag}, "If-Modified-Since": {earlier}}, 304},
		"other tag beats same time":   {http.Header{"If-None-Match": {`"a"`}, "If-Modified-Since": {since}}, 200},
		"the tag of the plain body does for no packed one": {http.Header{"If-None-Match": {tag}, "Accept-Encoding": {"gzip"}}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := get(load, test.header)
			if got.StatusCode != test.want {
				t.Fatalf("status %d, want %d", got.StatusCode, test.want)
			}
			if body, _ := io.ReadAll(got.Body); test.want == 304 && (len(body) > 0 || got.Header.Get("ETag") != tag) {
				t.Errorf("304 with a body of %d octets and ETag %s", len(body), got.Header.Get("ETag"))
			}
		})
	}
}

func TestEmptyFeedIsACalendarWithATagButNoTime(t *testing.T) {
	t.Parallel()
	load := loadOf(feeds()["empty"])
	first := get(load, nil)
	if body := text(t, first); first.StatusCode != 200 || !bytes.Contains(body, []byte("BEGIN:VTIMEZONE")) {
		t.Errorf("status %d, body\n%s", first.StatusCode, body)
	}
	checkHeader(t, first, map[string]string{"Last-Modified": ""})
	if got := get(load, only("If-Modified-Since", "Fri, 20 Nov 2026 16:45:00 GMT")).StatusCode; got != 200 {
		t.Errorf("by time: status %d, want 200", got)
	}
	if got := get(load, only("If-None-Match", first.Header.Get("ETag"))).StatusCode; got != 304 {
		t.Errorf("by tag: status %d, want 304", got)
	}
}

func TestCompressionIsOnlyForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	load := loadOf(feeds()["normal"])
	plainTag := get(load, nil).Header.Get("ETag")
	for accept, want := range map[string]bool{
		"gzip":                  true,
		"GZIP":                  true,
		"br, gzip;q=0.5":        true,
		"deflate,gzip ; q=1.0":  true,
		"":                      false,
		"*":                     false,
		"identity":              false,
		"gzip;q=0":              false,
		"gzip; q=0.000, br":     false,
		"gzip;q=many":           false,
		"xgzip, gzip2, not-gz":  false,
		"deflate, br, zstd;q=1": false,
	} {
		t.Run(accept, func(t *testing.T) {
			t.Parallel()
			got := get(load, only("Accept-Encoding", accept))
			packed := got.Header.Get("Content-Encoding") == "gzip"
			if packed != want {
				t.Fatalf("packed: %v, want %v", packed, want)
			}
			if sameTag := got.Header.Get("ETag") == plainTag; sameTag == packed {
				t.Errorf("packed: %v, tag of the plain body: %v", packed, sameTag)
			}
			content, _ := io.ReadAll(got.Body)
			checkHeader(t, got, map[string]string{"Vary": "Accept-Encoding", "Content-Length": strconv.Itoa(len(content))})
		})
	}
}

// A real server, because it is the one that drops the body of a HEAD.
func TestHeadIsGetWithoutItsBody(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("GET /calendar/{file}", Handler(loadOf(feeds()["normal"]), slog.New(slog.DiscardHandler)))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	for _, encoding := range []string{"identity", "gzip"} {
		for _, file := range []string{knownToken + ".ics", "unknown.ics"} {
			headers := map[string]http.Header{}
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				request, _ := http.NewRequest(method, server.URL+"/calendar/"+file, nil)
				request.Header.Set("Accept-Encoding", encoding)
				response, err := server.Client().Do(request)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(response.Body)
				response.Body.Close()
				if (len(body) == 0) != (method == http.MethodHead) {
					t.Errorf("%s of %s (%s) has a body of %d octets", method, file, encoding, len(body))
				}
				response.Header.Del("Date")
				headers[method] = response.Header
			}
			if got, want := fmt.Sprint(headers[http.MethodHead]), fmt.Sprint(headers[http.MethodGet]); got != want {
				t.Errorf("HEAD of %s (%s) has the header\n%s\nGET has\n%s", file, encoding, got, want)
			}
		}
	}
}

func TestThereIsOnlyOneNotFound(t *testing.T) {
	t.Parallel()
	var want []byte
	for _, test := range []struct {
		name, file string
		header     http.Header
	}{
		{"unknown token", strings.Repeat("A", 43) + ".ics", nil},
		{"malformed token", "%00%0d%0a%ff%2f.ics", nil},
		{"no token", ".ics", nil},
		{"no suffix", knownToken, nil},
		{"wrong suffix", knownToken + ".ical", nil},
		{"upper-case suffix", knownToken + ".ICS", nil},
		{"two suffixes", knownToken + ".ics.ics", nil},
		{"too long", strings.Repeat("A", 200_000) + ".ics", nil},
		{"any tag", "unknown.ics", only("If-None-Match", "*")},
		{"a time to come", "unknown.ics", only("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")},
		{"a precondition that fails", "unknown.ics", only("If-Match", `"a"`)},
		{"gzip", "unknown.ics", only("Accept-Encoding", "gzip")},
		{"a range", "unknown.ics", only("Range", "bytes=0-1")},
	} {
		response, log := ask(loadOf(feeds()["normal"]), http.MethodGet, test.file, test.header)
		got, err := httputil.DumpResponse(response, true)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
			checkHeader(t, response, always)
			checkHeader(t, response, map[string]string{"ETag": "", "Last-Modified": ""})
		}
		if response.StatusCode != http.StatusNotFound || !bytes.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, want)
		}
		if log != "" {
			t.Errorf("%s: logged %s", test.name, log)
		}
	}
}

func TestFailureIsAskedToComeBack(t *testing.T) {
	t.Parallel()
	for name, load := range map[string]Find{
		"find fails":   findFails,
		"load fails":   loadFails,
		"encode fails": loadOf(Feed{Zone: time.UTC}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, log := ask(load, http.MethodGet, knownToken+".ics", only("If-None-Match", "*"))
			body, _ := io.ReadAll(response.Body)
			if response.StatusCode != http.StatusServiceUnavailable || len(body) == 0 {
				t.Errorf("status %d, body %q", response.StatusCode, body)
			}
			checkHeader(t, response, always)
			checkHeader(t, response, map[string]string{"Retry-After": "60", "ETag": ""})
			if !strings.Contains(log, "calendar feed failed") || strings.Contains(log, knownToken) {
				t.Errorf("logged %q", log)
			}
			if strings.Contains(string(body), errDown.Error()) || strings.Contains(string(body), "zone") {
				t.Errorf("the answer tells why: %q", body)
			}
		})
	}
}

func TestClientThatHungUpIsNoFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var log bytes.Buffer
	load := func(ctx context.Context, _, _ string) (Found, error) { return Found{}, ctx.Err() }
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	r.SetPathValue("file", knownToken+".ics")
	Handler(load, slog.New(slog.NewTextHandler(&log, nil))).ServeHTTP(httptest.NewRecorder(), r)
	if log.Len() > 0 {
		t.Errorf("logged %s", log.String())
	}
}

func TestLoadIsToldTokenAndKindOfClient(t *testing.T) {
	t.Parallel()
	var token, client string
	load := func(_ context.Context, t, c string) (Found, error) {
		token, client = t, c
		return Found{}, ErrNotFound
	}
	get(load, only("User-Agent", "iOS/26.0 (24A123) dataaccessd/1.0"))
	if token != knownToken || client != "Apple Calendar" {
		t.Errorf("it was told %q and %q", token, client)
	}
}

// The key decides: it is asked for at every call, and read only once.
func TestAFeedIsReadOnceAKey(t *testing.T) {
	t.Parallel()
	key, reads := "a", 0
	f := feeds()["normal"]
	h := Handler(func(context.Context, string, string) (Found, error) {
		if key == "" {
			return Found{}, ErrNotFound
		}
		return Found{Key: key, Load: func(context.Context) (Feed, error) { reads++; return f, nil }}, nil
	}, slog.New(slog.DiscardHandler))
	fetch := func(header http.Header) *http.Response {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.SetPathValue("file", knownToken+".ics")
		r.Header = header
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	first := text(t, fetch(http.Header{}))
	packed := text(t, fetch(only("Accept-Encoding", "gzip")))
	if !bytes.Equal(first, packed) || reads != 1 {
		t.Errorf("read %d times for the plain and the packed text, which are the same: %v", reads, bytes.Equal(first, packed))
	}
	f.Events = f.Events[:1]
	if again := text(t, fetch(http.Header{})); !bytes.Equal(first, again) {
		t.Error("another text under the same key")
	}
	key = "b"
	if again := text(t, fetch(http.Header{})); bytes.Equal(first, again) || reads != 2 {
		t.Errorf("the same text under another key, read %d times", reads)
	}
	key = ""
	if got := fetch(http.Header{}).StatusCode; got != http.StatusNotFound {
		t.Errorf("revoked: status %d", got)
	}
}

func TestPagesAreKeptUpToALimit(t *testing.T) {
	t.Parallel()
	made := newPage(Body{Bytes: make([]byte, 10_000)})
	p := newPages(5 * weight("1", made))
	for i := range 10 {
		p.add(strconv.Itoa(i), made)
		p.add(strconv.Itoa(i), made)
		p.get("0")
	}
	var kept []string
	for i := range 10 {
		if _, ok := p.get(strconv.Itoa(i)); ok {
			kept = append(kept, strconv.Itoa(i))
		}
	}
	if got := strings.Join(kept, " "); got != "0 6 7 8 9" || p.size != 5*weight("1", made) {
		t.Errorf("kept %s, %d octets", got, p.size)
	}
	p.add("huge", newPage(Body{Bytes: make([]byte, 100_000)}))
	if _, ok := p.get("huge"); ok || p.size != 0 {
		t.Errorf("a page beyond the limit is kept: %v, %d octets", ok, p.size)
	}
}

func TestCutFeedIsServedAndLoggedAsANumber(t *testing.T) {
	t.Parallel()
	f := Feed{Zone: amsterdam}
	for i := range MaxEvents + 2 {
		f.Events = append(f.Events, session(fmt.Sprint(i), utc(2026, 12, 1, i, 0), time.Hour))
	}
	response, log := ask(loadOf(f), http.MethodGet, knownToken+".ics", nil)
	if response.StatusCode != http.StatusOK || !strings.Contains(log, `"cut":2`) || strings.Contains(log, knownToken) {
		t.Errorf("status %d, logged %s", response.StatusCode, log)
	}
}

func TestOtherMethodsAreRefusedBeforeTheTokenIsRead(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, "PROPFIND"} {
		for _, file := range []string{knownToken + ".ics", "unknown.ics"} {
			response, log := ask(loadFails, method, file, nil)
			if response.StatusCode != http.StatusMethodNotAllowed || log != "" {
				t.Errorf("%s: status %d, logged %q", method, response.StatusCode, log)
			}
			checkHeader(t, response, always)
			checkHeader(t, response, map[string]string{"Allow": "GET, HEAD"})
		}
	}
}
