package main

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"expex/app"
	"expex/auth"
	"expex/calendar"
	"expex/store/storetest"
)

// shown is an event as a program reads it: its lines without the stamps, and these.
type shown struct {
	text     string
	sequence int
	modified string
}

// events reads the feed of the first expert, by UID. DTSTAMP must be LAST-MODIFIED.
func (s *feedServer) events(t interface{ Fatalf(string, ...any) }) (out map[string]shown, key string) {
	use := app.App{Store: s.store}
	found, err := feeds(use, slog.New(slog.DiscardHandler))(s.context, storetest.FeedSecret(s.A).Reveal(), "Thunderbird")
	if err != nil {
		t.Fatalf("%v", err)
	}
	f, err := found.Load(s.context)
	if err != nil {
		t.Fatalf("%v", err)
	}
	body, err := calendar.Encode(f.(calendar.Feed))
	if err != nil {
		t.Fatalf("%v", err)
	}
	out = map[string]shown{}
	text := strings.ReplaceAll(string(body.Bytes), "\r\n ", "")
	for _, part := range strings.Split(text, "BEGIN:VEVENT\r\n")[1:] {
		var e shown
		var uid, stamp string
		for line := range strings.SplitSeq(strings.TrimSuffix(part, "END:VCALENDAR\r\n"), "\r\n") {
			name, value, _ := strings.Cut(line, ":")
			switch name {
			case "SEQUENCE":
				e.sequence, _ = strconv.Atoi(value)
			case "LAST-MODIFIED":
				e.modified = value
			case "DTSTAMP":
				stamp = value
			case "UID":
				uid = value
				fallthrough
			default:
				e.text += line + "\n"
			}
		}
		if stamp != e.modified || stamp == "" {
			t.Fatalf("DTSTAMP is %s and LAST-MODIFIED %s", stamp, e.modified)
		}
		out[uid] = e
	}
	return out, found.Key
}

// TestStampsRiseWithWhatIsShownAndWithNothingElse changes one thing after another
// that stands behind a feed, whoever may write it, often twice within a second:
// each kind once where it shows, and then at random.
// The stamps of an event rise together exactly when its other lines change, and
// the key of the feed changes exactly when its text does.
func TestStampsRiseWithWhatIsShownAndWithNothingElse(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	now := storetest.Now
	type choice func(name string, values ...string) string
	session := func(pick choice) string {
		return "'" + pick("session", string(s.A.Session), string(s.A.Done[2])) + "'"
	}
	expert := func(pick choice) string {
		return "'" + pick("expert", string(s.A.Experts[0]), string(s.A.Experts[0]), string(s.A.Experts[1])) + "'"
	}
	var hadOptions bool // the change is one of the whole feed
	changes := map[string]func(choice) string{
		"time": func(pick choice) string {
			by := pick("by", "0 seconds", "0.3 seconds", "1 second", "1 hour", "-1 hour", "1 day")
			return fmt.Sprintf(`update session set starts_at = starts_at + interval '%s', ends_at = ends_at + interval '%[1]s' where id = %s`, by, session(pick))
		},
		"length": func(pick choice) string {
			return fmt.Sprintf(`update session set ends_at = starts_at + interval '%s' where id = %s`, pick("length", "60 minutes", "60.00001 minutes", "90 minutes"), session(pick))
		},
		"status": func(pick choice) string {
			return fmt.Sprintf(`update session set status = '%s' where id = %s`, pick("status", "HELD", "CONFIRMED", "COMPLETED", "NO_SHOW_CLIENT", "CANCELLED_BY_EXPERT",
				"CANCELLED_BY_CLIENT", "RELEASED"), session(pick))
		},
		"online": func(pick choice) string {
			return fmt.Sprintf(`update session set online = %s where id = %s`, pick("online", "true", "false"), session(pick))
		},
		"municipality": func(pick choice) string {
			return fmt.Sprintf(`update session set municipality = '%s' where id = %s`, pick("municipality", "GM0513", "GM0599"), session(pick))
		},
		"address": func(pick choice) string {
			return fmt.Sprintf(`update session set address = '%s' where id = %s`, pick("address", "", "Markt 1", "Markt 1, zaal 2"), session(pick))
		},
		"one to one": func(pick choice) string {
			return fmt.Sprintf(`update booking set one_to_one = %s where session_id = %s and expert_id = %s`, pick("one to one", "true", "false"), session(pick), expert(pick))
		},
		"booking": func(pick choice) string {
			return fmt.Sprintf(`update booking set status = '%s', left_at = null, late = false where session_id = %s and expert_id = %s`,
				pick("booking", "DONE", "RELEASED"), session(pick), expert(pick))
		},
		"step out": func(pick choice) string {
			return fmt.Sprintf(`update session set steps_out = steps_out + 1, status = 'HELD' where id = %s`, session(pick))
		},
		"seat given up": func(pick choice) string {
			return fmt.Sprintf(`delete from booking where session_id = %s and expert_id = %s`, session(pick), expert(pick))
		},
		"seat taken again": func(choice) string {
			return fmt.Sprintf(`insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
				select id, '%s', starts_at, ends_at, tstzrange(starts_at, ends_at), 'DONE', false, false from session
				where organisation_id = '%s' on conflict do nothing`, s.A.Experts[0], s.A.Location)
		},
		"visibility": func(pick choice) string {
			return fmt.Sprintf(`update organisation set address_visibility = '%s' where id = '%s'`, pick("visibility", "PUBLIC", "INTERNAL", "SECRET"), s.A.Location)
		},
		"name of a municipality": func(pick choice) string {
			return fmt.Sprintf(`update municipality set name = '%s' where code = 'GM0513'`, pick("name", "Gouda", "Groot-Gouda"))
		},
		"what no calendar shows": func(pick choice) string {
			return pick("hidden", `update session set late = not late`, `update session set seats = seats + 1`, `update organisation set name = name || 'x', address = address || 'x'`,
				`update expert set intro = 'x'`, `update booking set tier3 = not tier3`, `update municipality set latitude = latitude + 0.001`,
				`update calendar_feed set label = 'y'`, `update calendar_feed set last_client = 'x'`, `update calendar_entry set changed_at = now() + interval '1 year', sequence = sequence + 9, uid = gen_random_uuid()`,
				`update calendar_feed set revision = revision + 1, changed_at = now()`)
		},
		"options": func(pick choice) string {
			hadOptions = true
			return fmt.Sprintf(`update calendar_feed set title = '%s' where id = '%s'`, pick("title", "MINIMAL", "APPOINTMENT"), s.A.Feed)
		},
	}
	before, keyBefore := s.events(t)
	// step makes a change of a kind and reports whether an event shows it, and what
	// is wrong with it. The database goes on from one check to the next, so that
	// rapid cannot find a failure again.
	step := func(kind string, pick choice, later time.Duration) (shown bool) {
		hadOptions = false
		statement := changes[kind](pick)
		now = now.Add(later)
		s.at(now)
		s.change(s.t, statement)
		after, key := s.events(t)
		changed := len(after) != len(before)
		for uid, is := range after {
			was, ok := before[uid]
			if !ok {
				continue
			}
			shows, rose := is.text != was.text, is.sequence > was.sequence && is.modified > was.modified
			changed, shown = changed || shows || rose, shown || shows
			if same := is.sequence == was.sequence && is.modified == was.modified; rose == same {
				t.Fatalf("%s: the stamps do not rise together: %+v, before %+v", statement, is, was)
			}
			if shows && !rose || rose && !shows && !hadOptions {
				t.Fatalf("%s: the stamps rose: %v, and something shows: %v: %+v, before %+v", statement, rose, shows, is, was)
			}
		}
		if changed != (key != keyBefore) {
			t.Fatalf("%s: the text changed: %v, and its key: %v", statement, changed, key != keyBefore)
		}
		// Made anew, it is the same: no change was missed.
		s.change(s.t, `select calendar_refresh(array(select id from session), null)`)
		if again, _ := s.events(t); !maps.Equal(again, after) {
			t.Fatalf("%s: it shows %+v, and made anew %+v", statement, after, again)
		}
		before, keyBefore = after, key
		return shown
	}
	left := maps.Clone(changes)
	for _, first := range []struct{ kind, value string }{
		{"options", "MINIMAL"}, {"time", "1 hour"}, {"length", "60 minutes"}, {"status", "HELD"}, {"status", "CONFIRMED"},
		{"online", "true"}, {"online", "false"}, {"municipality", "GM0599"}, {"municipality", "GM0513"}, {"address", "Markt 1"},
		{"name of a municipality", "Groot-Gouda"}, {"one to one", "true"}, {"one to one", "false"},
		{"visibility", "SECRET"}, {"visibility", "PUBLIC"}, {"step out", ""}, {"booking", "RELEASED"}, {"booking", "DONE"},
		{"seat given up", ""}, {"seat taken again", ""},
	} {
		pick := func(name string, values ...string) string {
			if slices.Contains(values, first.value) {
				return first.value
			}
			return values[0]
		}
		if !step(first.kind, pick, time.Millisecond) {
			t.Errorf("%s %s does not show", first.kind, first.value)
		}
		delete(left, first.kind)
	}
	if delete(left, "what no calendar shows"); len(left) > 0 {
		t.Errorf("nobody has tried %q", slices.Sorted(maps.Keys(left)))
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range 6 {
			pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(rt, name) }
			kind := rapid.SampledFrom(slices.Sorted(maps.Keys(changes))).Draw(rt, "change")
			var later time.Duration
			if rapid.Bool().Draw(rt, "later") {
				later = time.Duration(rapid.Int64Range(1, int64(3*time.Second)).Draw(rt, "by"))
			}
			step(kind, pick, later)
		}
	})
}

// A feed without places has the stamps of one with them, so that turning places
// on or off never lowers them; and each rises when they are turned.
func TestTurningPlacesOnOrOffRaisesTheStamps(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	before, _ := s.events(t)
	for _, statement := range []string{
		`update calendar_feed set with_place = false where kind = 'EXPERT'`, `update session set address = 'Markt 1'`, `update calendar_feed set with_place = true where kind = 'EXPERT'`,
		`update session set address = 'Markt 2'`, `update calendar_feed set with_place = false, title = 'MINIMAL' where kind = 'EXPERT'`,
	} {
		s.change(t, statement)
		after, _ := s.events(t)
		for uid, is := range after {
			if was := before[uid]; is.sequence <= was.sequence || is.modified <= was.modified {
				t.Errorf("%s: %+v, before %+v", statement, is, was)
			}
		}
		before = after
	}
}

// An owner changes how her feed looks; its address stays.
func TestAFeedTakesAnotherLook(t *testing.T) {
	t.Parallel()
	s := newFeedServer(t, "")
	use := app.App{Store: s.store}
	she := s.A.ExpertViewers[0]
	feeds, err := s.store.As(she).Feeds(t.Context())
	if err != nil || len(feeds) != 1 {
		t.Fatalf("%+v, %v", feeds, err)
	}
	label, title, place := "nieuw", "MINIMAL", false
	changed, err := use.UpdateCalendarFeed(t.Context(), she, "update-0001", feeds[0].ID, app.FeedChange{Label: &label, Title: &title, WithPlace: &place})
	if err != nil || changed.Label != "nieuw" || changed.Title != "MINIMAL" || changed.WithPlace || changed.Revision != 1 || changed.ChangedAt == nil {
		t.Errorf("changed to %+v, %v", changed, err)
	}
	got := s.fetch(t, "GET", s.url+s.path(), nil)
	if text := string(got.body); !strings.Contains(text, "SUMMARY:Bezet\r\n") || strings.Contains(text, "LOCATION") || !strings.Contains(text, "SEQUENCE:1\r\n") {
		t.Errorf("it shows\n%s", text)
	}
	for _, who := range []auth.Viewer{s.A.ExpertViewers[1], s.A.Coordinator} {
		if _, err := use.UpdateCalendarFeed(t.Context(), who, "update-0002", feeds[0].ID, app.FeedChange{Label: &label}); err == nil {
			t.Errorf("%s changes the feed of another", who.Name)
		}
	}
}
