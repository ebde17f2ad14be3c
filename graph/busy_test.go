package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/auth"
	"expex/calendar/busy"
	"expex/engine"
	"expex/fetch"
	"expex/graph"
	"expex/graph/globalid"
	"expex/seal"
	"expex/store"
	"expex/store/storetest"
)

const emptyCalendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"

// readers reads private calendars: real files, and addresses at which there is
// what the test says.
func readers(s *service) app.PrivateCalendars {
	keys, err := seal.Parse(seal.NewKey("test"))
	if err != nil {
		panic(err)
	}
	return app.PrivateCalendars{
		Keys: keys, Address: fetch.ParseAddress,
		Fetch: func(_ context.Context, at app.CalendarAddress) (app.FetchedCalendar, error) {
			if s.elsewhere == "" {
				return app.FetchedCalendar{}, &app.Unread{Reason: engine.BusyNotFound}
			}
			return app.FetchedCalendar{Text: []byte(s.elsewhere), Address: at}, nil
		},
		Read: func(text []byte, window engine.Interval) (out store.BusyTimes, err error) {
			read, err := busy.Read(text, busy.Options{Zone: store.Zone, From: window.Start, To: window.End})
			if err != nil {
				return out, &app.Unread{Reason: engine.BusyNotACalendar}
			}
			for _, x := range read.Intervals {
				out.Times = append(out.Times, engine.Interval(x))
			}
			for _, w := range read.Warnings {
				out.Warnings = append(out.Warnings, engine.BusyWarning{Code: engine.BusyWarningCode(w.Code), Count: w.Count})
			}
			return out, nil
		},
	}
}

// aPrivateAfternoon is Thursday 8 April from one to six, in a zone nobody knows.
const aPrivateAfternoon = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20270301T000000Z\r\n" +
	"DTSTART;TZID=Ergens:20270408T130000\r\nDTEND;TZID=Ergens:20270408T180000\r\nSUMMARY:Kanarieboom\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

const busyFields = `{calendar{id label source state failure comingBusyTimes nextReadAt sentence warnings{code count sentence}}}`

func TestSheLinksRefreshesAndUnlinksHerCalendar(t *testing.T) {
	t.Parallel()
	s := start(t)
	she := s.A.ExpertViewers[1]
	private := app.App{Store: s.store, Private: readers(s)}
	s.serve(func(c *graph.Config) { c.App = private })
	read := func() {
		t.Helper()
		if _, err := private.ReadBusyCalendars(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	link := map[string]any{"input": map[string]any{"idempotencyKey": "link-0001", "label": "werk", "address": "webcal://calendar.example/geheim.ics"}}
	const linking = `mutation($input:LinkBusyCalendarInput!){linkBusyCalendar(input:$input)` + busyFields + `}`
	linked := at(t, s.must(t, she, linking, link), "linkBusyCalendar", "calendar").(map[string]any)
	if linked["state"] != "NEVER_READ" || linked["label"] != "werk" {
		t.Errorf("linked is %v", linked)
	}
	read()
	hers := func() map[string]any {
		t.Helper()
		return at(t, s.must(t, she, `{viewer{busyCalendars{state failure comingBusyTimes readAt nextReadAt sentence warnings{code count sentence}}}}`, nil), "viewer", "busyCalendars", 0).(map[string]any)
	}
	if got := hers(); got["state"] != "FAILING" || got["failure"] != "NOT_FOUND" ||
		got["sentence"] != "lezen lukt niet; wat er was, telt nog als bezet: op dit adres staat geen agenda meer: koppel het nieuwe adres" {
		t.Errorf("a calendar that is not there is %v", got)
	}
	s.elsewhere = aPrivateAfternoon
	refresh := fmt.Sprintf(`mutation($k:String!){refreshBusyCalendar(input:{idempotencyKey:$k,calendarId:%q})`+busyFields+`}`, linked["id"])
	if got := s.read(t, she, refresh, map[string]any{"k": "refresh-01"}); len(got.Errors) != 1 || got.Errors[0].Extensions.Reason != "BUSY" {
		t.Errorf("within the minute: %+v", got)
	}
	s.moveTo(storetest.Now.Add(time.Minute))
	s.must(t, she, refresh, map[string]any{"k": "refresh-02"})
	read()
	if got := hers(); got["state"] != "FRESH" || got["comingBusyTimes"] != 1.0 || at(t, got, "warnings", 0, "code") != "UNKNOWN_ZONE" ||
		at(t, got, "warnings", 0, "sentence") != "1 onbekende tijdzones: die tijden zijn gelezen als Nederlandse tijd" {
		t.Errorf("a calendar that was read is %v", got)
	}
	availability := fmt.Sprintf(`{availability(expertId:%q,`+window+`){blackouts{start end}}}`, globalid.Encode(globalid.Expert, string(s.A.Experts[1])))
	if got := fmt.Sprint(s.must(t, s.A.Coordinator, availability, nil)); !strings.Contains(got, "2027-04-08T11:00:00Z") {
		t.Errorf("the coordinator sees %s", got)
	}
	unlink := fmt.Sprintf(`mutation{unlinkBusyCalendar(input:{idempotencyKey:"unlink-01",calendarId:%q})`+busyFields+`}`, linked["id"])
	for range 2 { // the second is the repeated call
		if got := at(t, s.must(t, she, unlink, nil), "unlinkBusyCalendar", "calendar"); got != nil {
			t.Errorf("after it was unlinked it is %v", got)
		}
	}
	if got := at(t, s.must(t, she, linking, link), "linkBusyCalendar", "calendar"); got != nil {
		t.Errorf("the repeated link gives %v", got)
	}
	if got := fmt.Sprint(s.must(t, s.A.Coordinator, availability, nil)); strings.Contains(got, "2027-04-08T11:00:00Z") {
		t.Errorf("the coordinator still sees %s", got)
	}
}

func TestACalendarIsLinkedByAddressOrFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct {
		viewer auth.Viewer
		input  map[string]any
		code   string
		field  string
	}{
		"a file":                  {s.A.ExpertViewers[0], map[string]any{"file": aPrivateAfternoon}, "", ""},
		"neither":                 {s.A.ExpertViewers[0], map[string]any{}, "INVALID", "address"},
		"both":                    {s.A.ExpertViewers[0], map[string]any{"file": aPrivateAfternoon, "address": "https://calendar.example/a"}, "INVALID", "address"},
		"plain http":              {s.A.ExpertViewers[0], map[string]any{"address": "http://calendar.example/geheim"}, "INVALID", "address"},
		"an address of the house": {s.A.ExpertViewers[0], map[string]any{"address": "https://192.168.1.1/geheim"}, "INVALID", "address"},
		"a page":                  {s.A.ExpertViewers[0], map[string]any{"file": "<html>geheim"}, "INVALID", "file"},
		"a file too large":        {s.A.ExpertViewers[0], map[string]any{"file": strings.Repeat("geheim", 9000)}, "INVALID", "file"},
		"a coordinator":           {s.A.Coordinator, map[string]any{"file": aPrivateAfternoon}, "FORBIDDEN", ""},
	} {
		c.input["idempotencyKey"] = "link-" + strings.ReplaceAll(name, " ", "-")
		text := s.ask(t, c.viewer, `mutation($input:LinkBusyCalendarInput!){linkBusyCalendar(input:$input){calendar{source state}}}`, map[string]any{"input": c.input})
		got := s.read(t, c.viewer, `mutation($input:LinkBusyCalendarInput!){linkBusyCalendar(input:$input){calendar{source state}}}`, map[string]any{"input": c.input})
		switch {
		case c.code == "" && len(got.Errors) > 0, c.code != "" && (len(got.Errors) != 1 || got.Errors[0].Extensions.Code != c.code || got.Errors[0].Extensions.Field != c.field):
			t.Errorf("%s: %s", name, text)
		case strings.Contains(string(text), "geheim"):
			t.Errorf("%s: the answer repeats it: %s", name, text)
		}
	}
}

// Every state, reason and warning has words in both languages.
func TestEveryWordAboutALinkedCalendar(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	say := func(what string, words func(graph.Wording) string) {
		nl, en := words(graph.Wording{Language: graph.Dutch}), words(graph.Wording{Language: graph.English})
		if nl == "" || en == "" || nl == en || strings.Contains(nl+en, "%!") || strings.HasSuffix(nl, ": ") {
			t.Errorf("%s has no words: %q, %q", what, nl, en)
		}
		fmt.Fprintf(&out, "%s\n  NL  %s\n  EN  %s\n", what, nl, en)
	}
	for _, state := range []engine.BusyState{engine.BusyNeverRead, engine.BusyFresh, engine.BusyStale} {
		say(string(state), func(w graph.Wording) string {
			return w.BusyCalendar(store.BusyCalendar{State: state, Source: engine.BusyAddress})
		})
	}
	say("STALE FILE", func(w graph.Wording) string {
		return w.BusyCalendar(store.BusyCalendar{State: engine.BusyStale, Source: engine.BusyFile})
	})
	for _, failure := range engine.BusyFailures {
		say("FAILING "+string(failure), func(w graph.Wording) string {
			return w.BusyCalendar(store.BusyCalendar{State: engine.BusyFailing, Failure: failure})
		})
	}
	warnings := []engine.BusyWarningCode{engine.BusyCut, "SOMETHING_NEW"}
	for _, code := range []busy.WarningCode{busy.UnknownZone, busy.UnreadableLine, busy.UnreadableEvent, busy.UnreadableEnd, busy.EndBeforeStart, busy.UnreadableRule,
		busy.UnreadableDate, busy.SecondlyRule, busy.RuleCut, busy.UnreadableAvailability} {
		warnings = append(warnings, engine.BusyWarningCode(code))
	}
	for _, code := range warnings {
		say("warning "+string(code), func(w graph.Wording) string { return w.BusyWarning(engine.BusyWarning{Code: code, Count: 3}) })
	}
	for _, reason := range []fetch.Reason{fetch.AddressNotAllowed, fetch.TooLarge, fetch.Timeout, fetch.NotFound, fetch.Refused, fetch.Unreachable} {
		if !slices.Contains(engine.BusyFailures, engine.BusyFailure(reason)) {
			t.Errorf("%s of the fetcher is no reason she is told", reason)
		}
	}
	golden(t, "testdata/wording_busy.golden.txt", []byte(out.String()))
}
