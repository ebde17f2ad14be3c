package web

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	production = Page{Version: "1.2.3", GraphiQL: true}
	demo       = Page{Version: "1.2.3", GraphiQL: true, Demo: &Demo{
		CalendarURL: "http://localhost:8080/calendar/feed-secret.ics",
		Query:       "{ viewer { name } }",
		Variables:   `{"first": 3}`,
		Accounts:    []Account{{"beheerder / admin", "admin-secret"}, {"aanvrager / requester", "requester-secret"}},
		Mailbox: func() []Letter {
			return []Letter{{To: "abel@example.org", Subject: "Nieuws", Text: "Er is nieuws.", Date: time.Unix(0, 0).UTC()}}
		},
	}}
)

func TestPagesAndAssetsAreServedWithTheirHeaders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name              string
		page              Page
		path              string
		contentType       string
		cache             string
		policy            string
		contains, without string
	}{
		{"front page", production, "/", "text/html; charset=utf-8", "no-cache", homePolicy, "1.2.3", "verzonnen"},
		{"front page of a demo", demo, "/", "text/html; charset=utf-8", "no-store", homePolicy, "verzonnen", "admin-secret"},
		{"mailbox of a demo", demo, "/mailbox", "text/html; charset=utf-8", "no-store", homePolicy, "abel@example.org", "<script"},
		{"GraphiQL", production, "/graphiql", "text/html; charset=utf-8", "no-cache", graphiqlPolicy, "Toegangssleutel", "http:"},
		{"GraphiQL of a demo", demo, "/graphiql", "text/html; charset=utf-8", "no-store", graphiqlPolicy, "admin-secret", "feed-secret"},
		{"style sheet", production, "/assets/site.css", "text/css; charset=utf-8", "no-cache", homePolicy, "prefers-color-scheme", "url("},
		{"mark", production, "/assets/mark.svg", "image/svg+xml", "no-cache", homePolicy, "<svg", "script"},
		{"licences", production, "/assets/graphiql/THIRD_PARTY.txt", "text/plain; charset=utf-8", "no-cache", graphiqlPolicy, "\nmonaco-editor ", "<script"},
		{"script", production, asset(t, "index", ".js"), "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", graphiqlPolicy, "/graphql", "sourceMappingURL"},
		{"worker", production, asset(t, "graphql.worker", ".js"), "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", graphiqlPolicy, "", "sourceMappingURL"},
		{"style sheet of GraphiQL", production, asset(t, "index", ".css"), "text/css; charset=utf-8", "public, max-age=31536000, immutable", graphiqlPolicy, ".workbench", "@import"},
		{"font", production, asset(t, "codicon", ".ttf"), "font/ttf", "public, max-age=31536000, immutable", graphiqlPolicy, "codicon", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			answer := get(t, test.page, test.path)
			if answer.Code != http.StatusOK {
				t.Fatalf("status %d, want 200", answer.Code)
			}
			wantHeader(t, answer, "Content-Type", test.contentType)
			wantHeader(t, answer, "Cache-Control", test.cache)
			wantHeader(t, answer, "Content-Security-Policy", test.policy)
			wantSafe(t, answer)
			body := answer.Body.String()
			if !strings.Contains(body, test.contains) {
				t.Errorf("the answer lacks %q", test.contains)
			}
			if test.without != "" && strings.Contains(body, test.without) {
				t.Errorf("the answer contains %q", test.without)
			}
		})
	}
}

func TestPoliciesAllowNoForeignOriginAndNoInlineScript(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{everyPolicy, homePolicy, graphiqlPolicy} {
		if !strings.HasPrefix(policy, "default-src 'none'; ") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("not strict by default: %s", policy)
		}
		for directive := range strings.SplitSeq(policy, "; ") {
			name, sources, _ := strings.Cut(directive, " ")
			for source := range strings.FieldsSeq(sources) {
				allowed := source == "'none'" || source == "'self'" ||
					name == "style-src" && source == "'unsafe-inline'" ||
					name == "img-src" && source == "data:"
				if !allowed {
					t.Errorf("%s allows %s", name, source)
				}
			}
		}
	}
}

func TestEveryAddressOnAPageIsOursAndExists(t *testing.T) {
	t.Parallel()
	reachable := demo
	reachable.Demo = &Demo{CalendarURL: "/", Mailbox: demo.Demo.Mailbox}
	address := regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	for _, path := range []string{"/", "/graphiql", "/mailbox"} {
		for _, found := range address.FindAllStringSubmatch(get(t, reachable, path).Body.String(), -1) {
			if strings.HasPrefix(found[1], "#") {
				continue
			}
			if answer := get(t, reachable, found[1]); answer.Code != http.StatusOK {
				t.Errorf("%s refers to %s: status %d", path, found[1], answer.Code)
			}
		}
	}
}

func TestUnknownPathsAreNotFound(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"/index.html", "/nothing", "/graphiql/", "/GraphiQL", "/assets", "/assets/", "/assets/index.html",
		"/assets/graphiql", "/assets/graphiql/", "/assets/graphiql/index.html", "/assets/../web.go", "/assets/graphiql/../site.css",
	} {
		answer := get(t, demo, path)
		if answer.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, answer.Code)
		}
		wantHeader(t, answer, "Content-Security-Policy", everyPolicy)
		wantSafe(t, answer)
	}
}

func TestOtherMethodsAreNotAllowed(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/graphiql", "/assets/site.css"} {
		for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
			answer := do(t, demo, httptest.NewRequest(method, path, nil))
			if answer.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: status %d, want 405", method, path, answer.Code)
			}
			wantHeader(t, answer, "Allow", "GET, HEAD")
			wantSafe(t, answer)
		}
	}
}

func TestHeadAnswersLikeGetWithoutBody(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/graphiql", "/assets/site.css"} {
		head, full := do(t, demo, httptest.NewRequest("HEAD", path, nil)), get(t, demo, path)
		if head.Code != http.StatusOK || head.Body.Len() != 0 {
			t.Errorf("%s: status %d with %d bytes, want 200 with none", path, head.Code, head.Body.Len())
		}
		if !reflect.DeepEqual(head.Header(), full.Header()) {
			t.Errorf("%s: headers differ:\nHEAD %v\nGET  %v", path, head.Header(), full.Header())
		}
	}
}

func TestAnUnchangedPageIsNotSentAgain(t *testing.T) {
	t.Parallel()
	request := httptest.NewRequest("GET", "/", nil)
	request.Header.Set("If-None-Match", get(t, production, "/").Header().Get("ETag"))
	if answer := do(t, production, request); answer.Code != http.StatusNotModified {
		t.Errorf("status %d, want 304", answer.Code)
	}
	newer := production
	newer.Version = "1.2.4"
	if answer := do(t, newer, request); answer.Code != http.StatusOK {
		t.Errorf("another version: status %d, want 200", answer.Code)
	}
}

func TestProductionWithoutGraphiQLHasNoTraceOfIt(t *testing.T) {
	t.Parallel()
	page := Page{Version: "1.2.3"}
	for _, path := range []string{"/graphiql", "/assets/graphiql/THIRD_PARTY.txt", asset(t, "index", ".js")} {
		if answer := get(t, page, path); answer.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, answer.Code)
		}
	}
	if body := get(t, page, "/").Body.String(); strings.Contains(strings.ToLower(body), "graphiql") {
		t.Error("the front page mentions GraphiQL")
	}
}

func TestTheMailboxShowsWhatArrivedSince(t *testing.T) {
	t.Parallel()
	var arrived []Letter
	handler, err := Handler(Page{Demo: &Demo{CalendarURL: "/", Mailbox: func() []Letter { return arrived }}})
	if err != nil {
		t.Fatal(err)
	}
	look := func() string {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest("GET", "/mailbox", nil))
		return answer.Body.String()
	}
	if !strings.Contains(look(), "nog niets verstuurd") {
		t.Error("an empty mailbox does not say so")
	}
	arrived = []Letter{{Subject: "het tweede"}, {Subject: "het eerste"}}
	arrived[0].Method, arrived[0].Calendar = "REQUEST", "BEGIN:VCALENDAR\r\nSUMMARY:<b>\r\n"
	if body := look(); !strings.Contains(body, "/ Calendar invitation</span>: REQUEST") || !strings.Contains(body, "SUMMARY:&lt;b&gt;") ||
		strings.Count(body, `href="data:text/calendar;base64,QkVHSU46VkNBTEVOREFSDQpTVU1NQVJZOjxiPg0K" download`) != 1 {
		t.Errorf("the invitation cannot be read or saved:\n%s", body)
	}
	if body := look(); strings.Index(body, "het tweede") > strings.Index(body, "het eerste") || !strings.Contains(body, "het eerste") {
		t.Errorf("not both are shown, the newest first:\n%s", body)
	}
	if answer := get(t, production, "/mailbox"); answer.Code != http.StatusNotFound {
		t.Errorf("production has a mailbox: status %d", answer.Code)
	}
}

func TestProductionGivesGraphiQLNoDemoData(t *testing.T) {
	t.Parallel()
	if got, want := settingsOf(t, production), (settings{Accounts: []Account{}}); !reflect.DeepEqual(got, want) {
		t.Errorf("settings %+v, want %+v", got, want)
	}
}

func TestValuesReachThePagesWhateverTheyContain(t *testing.T) {
	t.Parallel()
	const nasty = "</script><script>alert(1)</script><!-- \"'&é\u2028{{.}}"
	page := Page{Version: nasty, GraphiQL: true, Demo: &Demo{
		CalendarURL: "/calendar/x.ics?" + nasty,
		Query:       nasty,
		Variables:   `{"a": "</script>"}`,
		Accounts:    []Account{{Name: nasty, Token: nasty}},
		Mailbox:     func() []Letter { return []Letter{{To: nasty, Subject: nasty, Text: nasty}} },
	}}
	for _, path := range []string{"/", "/mailbox"} {
		if body := get(t, page, path).Body.String(); strings.Contains(body, "<script") || strings.Contains(body, "ZgotmplZ") {
			t.Errorf("%s: a value became markup or was dropped:\n%s", path, body)
		}
	}
	want := settings{nasty, page.Demo.Variables, page.Demo.Accounts}
	if got := settingsOf(t, page); !reflect.DeepEqual(got, want) {
		t.Errorf("settings %+q, want %+q", got, want)
	}
}

func TestFieldsThatCannotBeShownAreRefusedWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]Demo{
		"no calendar":            {},
		"calendar of a script":   {CalendarURL: "javascript:secret()"},
		"calendar that is none":  {CalendarURL: "http://secret host/"},
		"variables not JSON":     {CalendarURL: "/x.ics", Variables: "secret"},
		"variables not together": {CalendarURL: "/x.ics", Variables: `["secret"]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Handler(Page{Demo: &bad})
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats the value: %v", err)
			}
		})
	}
}

func TestLockFilesAndBuildNameNoAddressToLoadFrom(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"graphiql/package-lock.json", "browsertest/package-lock.json"} {
		lock, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(lock), `"resolved"`) {
			t.Errorf(`%s has "resolved" addresses: run npm config set omit-lockfile-registry-resolved true, remove the lock and install again`, name)
		}
	}
	if maps, _ := fs.Glob(embedded, "graphiql/dist/*.map"); len(maps) > 0 {
		t.Errorf("source maps in the build: %v", maps)
	}
}

func get(t *testing.T, page Page, path string) *httptest.ResponseRecorder {
	t.Helper()
	return do(t, page, httptest.NewRequest("GET", path, nil))
}

func do(t *testing.T, page Page, request *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	handler, err := Handler(page)
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

// asset is the address of the file of the build whose name is made of start, a
// hash and extension.
func asset(t *testing.T, start, extension string) string {
	t.Helper()
	names, err := fs.Glob(embedded, "graphiql/dist/"+start+"-????????"+extension)
	if err != nil || len(names) != 1 {
		t.Fatalf("files like %s-*%s: %v, %v", start, extension, names, err)
	}
	return "/assets/graphiql/" + strings.TrimPrefix(names[0], "graphiql/dist/")
}

func settingsOf(t *testing.T, page Page) settings {
	t.Helper()
	body := get(t, page, "/graphiql").Body.String()
	_, rest, found := strings.Cut(body, `<script id="settings" type="application/json">`)
	text, _, closed := strings.Cut(rest, "</script>")
	if !found || !closed {
		t.Fatal("the page has no settings")
	}
	var s settings
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatalf("settings %s: %v", text, err)
	}
	return s
}

func wantHeader(t *testing.T, answer *httptest.ResponseRecorder, name, want string) {
	t.Helper()
	if got := answer.Header().Get(name); got != want {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}

func wantSafe(t *testing.T, answer *httptest.ResponseRecorder) {
	t.Helper()
	wantHeader(t, answer, "X-Content-Type-Options", "nosniff")
	wantHeader(t, answer, "Referrer-Policy", "no-referrer")
	wantHeader(t, answer, "X-Frame-Options", "DENY")
	wantHeader(t, answer, "Cross-Origin-Resource-Policy", "same-origin")
	wantHeader(t, answer, "Cross-Origin-Opener-Policy", "same-origin")
}
