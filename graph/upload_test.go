package graph_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"expex/app"
	"expex/auth"
	"expex/graph"
	"expex/store/storetest"
)

func TestAFileIsHandedIn(t *testing.T) {
	t.Parallel()
	s := start(t)
	log := slog.New(slog.NewTextHandler(&s.log, nil))
	handler := auth.Middleware(s.store.ViewerByToken, graph.Refuse, graph.Fail(log))(graph.NewUpload(app.App{Store: s.store, Private: readers(s)}, log))
	// Larger than any operation may be: years of the past.
	large := strings.Replace(aPrivateAfternoon, "BEGIN:VEVENT", strings.Repeat("BEGIN:VEVENT\r\nUID:o\r\nDTSTAMP:20200301T000000Z\r\nDTSTART:20200408T130000Z\r\nSUMMARY:Lang geleden\r\nEND:VEVENT\r\n", 4000)+"BEGIN:VEVENT", 1)
	var first string
	for _, c := range []struct {
		name   string
		method string
		token  string
		key    string
		origin string
		body   string
		status int
		code   string
	}{
		{"a large file", "POST", storetest.Secret(s.A.ExpertViewers[0]).Reveal(), "upload-01", "", large, 201, ""},
		{"the same again", "POST", storetest.Secret(s.A.ExpertViewers[0]).Reveal(), "upload-01", "", large, 201, ""},
		{"another with that key", "POST", storetest.Secret(s.A.ExpertViewers[0]).Reveal(), "upload-01", "", aPrivateAfternoon, 409, "CONFLICT"},
		{"without a key", "POST", storetest.Secret(s.A.ExpertViewers[0]).Reveal(), "", "", large, 422, "INVALID"},
		{"a page", "POST", storetest.Secret(s.A.ExpertViewers[0]).Reveal(), "upload-02", "", "<html>geheim", 422, "INVALID"},
		{"a file of more than a mebibyte", "POST", storetest.Secret(s.A.ExpertViewers[0]).Reveal(), "upload-03", "", strings.Repeat("a", 1<<20+1), 413, "PAYLOAD_TOO_LARGE"},
		{"by a coordinator", "POST", storetest.Secret(s.A.Coordinator).Reveal(), "upload-04", "", large, 403, "FORBIDDEN"},
		{"by nobody", "POST", "", "upload-05", "", large, 401, "UNAUTHENTICATED"},
		{"with a token that opens nothing", "POST", auth.NewSecret().Reveal(), "upload-06", "", large, 401, "UNAUTHENTICATED"},
		{"by a page of others", "POST", storetest.Secret(s.A.ExpertViewers[0]).Reveal(), "upload-07", "https://evil.example", large, 403, "FORBIDDEN"},
		{"a look", "GET", storetest.Secret(s.A.ExpertViewers[0]).Reveal(), "upload-08", "", "", 405, "METHOD_NOT_ALLOWED"},
	} {
		r := httptest.NewRequest(c.method, "/busy-calendars?label=export", strings.NewReader(c.body))
		r.Header.Set("Idempotency-Key", c.key)
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		var got struct {
			CalendarID string
			Errors     []struct{ Extensions struct{ Code string } }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v in %s", c.name, err, w.Body)
		}
		code := ""
		if len(got.Errors) == 1 {
			code = got.Errors[0].Extensions.Code
		}
		if w.Code != c.status || code != c.code || (c.status == http.StatusCreated) != (got.CalendarID != "") || strings.Contains(w.Body.String(), "geheim") {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
		if first == "" {
			first = got.CalendarID
		} else if got.CalendarID != "" && got.CalendarID != first {
			t.Errorf("%s: it is linked twice", c.name)
		}
	}
	var label, busy string
	if err := s.db.QueryRow(`select label, busy::text from busy_calendar where label = 'export'`).Scan(&label, &busy); err != nil || strings.Count(busy, "[") != 1 {
		t.Errorf("%s holds %s (%v)", label, busy, err)
	}
}
