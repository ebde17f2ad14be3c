package graph_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"expex/graph/globalid"
)

// fifty adds fifty experts, requests, decisions, offers and sessions to the
// first pool, each belonging to the one before it.
const fifty = `
	create function numbered(noun int, n int) returns uuid language sql immutable
		return ('eeeeeeee-' || lpad(noun::text, 4, '0') || '-4000-8000-' || lpad(n::text, 12, '0'))::uuid;
	create view model as select * from request where id = 'aaaaaaaa-0005-4000-8000-000000000001';
	insert into expert (id, first_name) select numbered(4, n), 'Menigte' from generate_series(1, 50) n;
	insert into expert_record (expert_id, status, postcode4) select numbered(4, n), 'DEPLOYABLE', '2801' from generate_series(1, 50) n;
	insert into pool_member (pool_id, expert_id, valid_from) select pool_id, numbered(4, n), '2026-01-01' from generate_series(1, 50) n, model;
	insert into theme_consent (expert_id, theme, usage, level) select numbered(4, n), 'LONELINESS', 'CASE', 'GREEN' from generate_series(1, 50) n;
	insert into type_training (expert_id, type, trained_on) select numbered(4, n), 'BUDDY', '2026-01-01' from generate_series(1, 50) n;
	insert into organisation (id, name, type, parent_id) select numbered(2, n), 'Huis ' || n, 'YOUTH_CARE_PROVIDER', organisation_id from generate_series(1, 50) n, model;
	insert into organisation_pool (organisation_id, pool_id) select numbered(2, n), pool_id from generate_series(1, 50) n, model;
	insert into request (id, pool_id, organisation_id, type, team_size, minutes, municipality, submitted_at)
		select numbered(5, n), pool_id, numbered(2, n), type, 1, 60, municipality, '2027-03-26'::timestamptz + n * interval '1 minute' from generate_series(1, 50) n, model;
	insert into request_theme (request_id, theme, importance) select numbered(5, n), 'LONELINESS', 'MUST' from generate_series(1, 50) n;
	insert into cohort (id, pool_id, name, places, planned_start, planned_end) select numbered(11, n), pool_id, 'Lichting ' || n, 2, '2028-01-01', '2028-02-01' from generate_series(1, 50) n, model;
	insert into cohort_member (cohort_id, expert_id) select numbered(11, n), numbered(4, n) from generate_series(1, 50) n;
	insert into cohort_attendance (cohort_id, expert_id, meeting, present) select numbered(11, n), numbered(4, n), 1, true from generate_series(1, 50) n;
	insert into waitlist_entry (id, pool_id, expert_id, since) select numbered(12, n), pool_id, numbered(4, n), '2027-03-01' from generate_series(1, 50) n, model;
	insert into waitlist_priority (entry_id, priority, reason, set_by) select numbered(12, n), 0, 'Verzonnen', (select id from account limit 1) from generate_series(1, 50) n;
	insert into place_offer (cohort_id, entry_id, expires_at) select numbered(11, n), numbered(12, n), '2028-01-01' from generate_series(1, 50) n;
	insert into decision (id, request_id, starts_at, ends_at, engine_version, weights_version, input_hash, suggestion)
		select numbered(6, n), numbered(5, n), '2027-05-01', '2027-05-02', '', '', '', '{}' from generate_series(1, 50) n;
	insert into offer (id, decision_id, request_id, pool_id, expert_id, type, theme_groups, online, starts_at, ends_at, sent_at, expires_at)
		select numbered(7, n), numbered(6, n), numbered(5, n), pool_id, numbered(4, n), type, '{}', true, '2027-05-01', '2027-05-02', '2027-03-26'::timestamptz + n * interval '1 minute', '2027-05-01'
		from generate_series(1, 50) n, model;
	insert into session (id, request_id, decision_id, pool_id, organisation_id, type, starts_at, ends_at, status, online)
		select numbered(8, n), numbered(5, n), numbered(6, n), pool_id, numbered(2, n), type, '2027-05-01'::timestamptz + n * interval '1 hour', '2027-05-01'::timestamptz + n * interval '1 hour' + interval '30 minutes', 'CONFIRMED', true
		from generate_series(1, 50) n, model;
	insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		select numbered(8, n), numbered(4, n), starts_at, ends_at, tstzrange(starts_at, ends_at), 'CONFIRMED', true, false from generate_series(1, 50) n join session on id = numbered(8, n)`

// A list of fifty costs as many statements as a list of one. The number beside
// each is what it costs now, the look-up of the token included; one that grows
// has a reason or a fault.
func TestListsCostTheSameHoweverLong(t *testing.T) {
	t.Parallel()
	f := start(t)
	if _, err := f.db.Exec(fifty); err != nil {
		t.Fatal(err)
	}
	f.must(t, f.A.Coordinator, "{viewer{id}}", nil) // the first call of a day notes the use of the token
	for _, list := range []struct {
		name, query string // %d is the length
		statements  int64
	}{
		{"requests", `{requests(first:%d){totalCount edges{node{id themes{theme} windows{weekday} organisation{name}}}}}`, 7},
		{"experts", `{experts(first:%d){totalCount edges{node{id trainedFor consents{theme}}}}}`, 9},
		{"offers", `{offers(first:%d){totalCount edges{node{id expert{firstName} request{id organisation{name}}}}}}`, 11},
		{"cohorts", `{cohorts(first:%d){totalCount edges{node{id members{firstName expert{lastName}}}}}}`, 9},
		{"waitlist", `{waitlist(first:%d){totalCount edges{node{id expert{firstName} placeOffer{cohort{name}} priorityLog{reason}}}}}`, 13},
		{"sessions", `{sessions(first:%d,from:"2027-05-01T00:00:00Z",to:"2027-05-05T00:00:00Z"){totalCount edges{node{id organisation{name} request{id} experts{firstName expert{lastName}}}}}}`, 13},
	} {
		var shown int
		for _, length := range []int{1, 10, 50} {
			f.statements.Store(0)
			got := f.must(t, f.A.Coordinator, fmt.Sprintf(list.query, length), nil)
			n := f.statements.Load()
			if edges := at(t, got, list.name, "edges").([]any); len(edges) != length {
				t.Errorf("%d %s, want %d", len(edges), list.name, length)
			}
			shown += strings.Count(fmt.Sprint(got), "Huis ")
			if n != list.statements {
				t.Errorf("%d %s cost %d statements, want %d", length, list.name, n, list.statements)
			}
		}
		if list.name != "experts" && list.name != "cohorts" && list.name != "waitlist" && shown < 50 {
			t.Errorf("the organisations of %s are not shown: the list measures nothing", list.name)
		}
	}
}

// Pages of offers inside a page of requests are pages of their own: each costs
// its statements, which is why the cost limit counts them.
func TestOffersInsideAListOfRequestsCostTheirStatements(t *testing.T) {
	t.Parallel()
	f := start(t)
	if _, err := f.db.Exec(fifty); err != nil {
		t.Fatal(err)
	}
	f.must(t, f.A.Coordinator, "{viewer{id}}", nil)
	cost := func(length int) int64 {
		f.statements.Store(0)
		f.must(t, f.A.Coordinator, fmt.Sprintf(`{requests(first:%d){edges{node{offers(first:3){edges{node{expert{firstName}}}}}}}}`, length), nil)
		return f.statements.Load()
	}
	one, ten := cost(1), cost(10)
	if per := (ten - one) / 9; per != 4 || (ten-one)%9 != 0 {
		t.Errorf("each further request costs %d statements, want 4 (%d for one, %d for ten)", per, one, ten)
	}
}

// Reading on after every item gives the list, each item once.
func TestListsAreReadOnToTheirEnd(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, list := range []struct{ name, arguments string }{
		{"experts", ""}, {"requests", ",orderBy:OLDEST_FIRST"}, {"requests", ",orderBy:NEWEST_FIRST"}, {"offers", ""},
		{"sessions", `,from:"2026-01-01T00:00:00Z",to:"2028-01-01T00:00:00Z"`},
	} {
		seen := map[any]bool{}
		var after any
		var total float64
		for {
			got := at(t, f.must(t, f.A.Coordinator, fmt.Sprintf(`query($after:String){%s(first:2,after:$after%s){totalCount edges{cursor node{id}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}`,
				list.name, list.arguments), map[string]any{"after": after}), list.name)
			edges, info := at(t, got, "edges").([]any), at(t, got, "pageInfo").(map[string]any)
			for _, e := range edges {
				if id := at(t, e, "node", "id"); seen[id] {
					t.Fatalf("%s: %v comes twice", list.name, id)
				} else {
					seen[id] = true
				}
			}
			if info["hasPreviousPage"] != (after != nil) || info["startCursor"] != at(t, edges[0], "cursor") || info["endCursor"] != at(t, edges[len(edges)-1], "cursor") {
				t.Errorf("%s: the page is described as %v", list.name, info)
			}
			total, after = at(t, got, "totalCount").(float64), info["endCursor"]
			if info["hasNextPage"] != true {
				break
			}
		}
		if float64(len(seen)) != total || total < 3 {
			t.Errorf("%s: %d seen of %v", list.name, len(seen), total)
		}
	}
}

func TestACursorIsOneThatWasGiven(t *testing.T) {
	t.Parallel()
	f := start(t)
	lists := map[string]string{
		"experts": "{experts(after:%q){totalCount}}", "requests": "{requests(after:%q){totalCount}}", "offers": "{offers(after:%q){totalCount}}",
		"sessions":            `{sessions(` + window + `,after:%q){totalCount}}`,
		"offers of a request": `{request(id:"` + globalid.Encode(globalid.Request, string(f.A.Buddy)) + `"){offers(after:%q){totalCount}}}`,
	}
	const id = "aaaaaaaa-0005-4000-8000-000000000001"
	for name, cursor := range map[string]string{
		"nothing": "", "garbage": "garbage", "no base64": "%%%", "padding": base64.URLEncoding.EncodeToString([]byte(`["x","`+id+`"]`)) + "=",
		"no JSON": encoded("x"), "an object": encoded(`{"a":1}`), "numbers": encoded(`[1,2]`), "null": encoded("null"), "no id": encoded(`["2027-03-24T09:00:00Z"]`),
		"an empty id": encoded(`["2027-03-24T09:00:00Z",""]`), "an id that is none": encoded(`["2027-03-24T09:00:00Z","x"]`),
		"SQL for an id": encoded(`["2027-03-24T09:00:00Z","'; drop table request; --"]`),
		"NUL in a key":  encoded(`["a\u0000b","` + id + `"]`), "NUL in an id": encoded(`["2027-03-24T09:00:00Z","\u0000"]`),
		"a global id": globalid.Encode(globalid.Request, id),
	} {
		for list, query := range lists {
			got := f.read(t, f.A.Coordinator, fmt.Sprintf(query, cursor), nil)
			if len(got.Errors) != 1 || got.Errors[0].Extensions.Code != "INVALID" || got.Errors[0].Extensions.Field != "after" {
				t.Errorf("%s after %s: %+v %v", list, name, got.Errors, got.Data)
			}
		}
	}
	for name, key := range map[string]string{"no time": "yesterday", "no offset": "2027-03-24T09:00:00", "a far time": "99999-01-01T00:00:00Z"} {
		for _, list := range []string{"requests", "offers", "sessions"} {
			got := f.read(t, f.A.Coordinator, fmt.Sprintf(lists[list], encoded(`["`+key+`","`+id+`"]`)), nil)
			if len(got.Errors) != 1 || got.Errors[0].Extensions.Field != "after" {
				t.Errorf("%s after %s: %+v", list, name, got.Errors)
			}
		}
	}
}

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// The arguments of fields below the root.
func TestArgumentsBelowTheRoot(t *testing.T) {
	t.Parallel()
	f := start(t)
	request, expert := globalid.Encode(globalid.Request, string(f.A.Buddy)), globalid.Encode(globalid.Expert, string(f.A.Experts[0]))
	for document, want := range map[string]string{
		`{request(id:"` + request + `"){offers(first:0){totalCount}}}`:                                                 "INVALID first",
		`{request(id:"` + request + `"){offers(first:-1){totalCount}}}`:                                                "INVALID first",
		`{request(id:"` + request + `"){offers(first:51){totalCount}}}`:                                                "LIMIT_EXCEEDED ",
		`{request(id:"` + request + `"){offers(first:2147483648){totalCount}}}`:                                        "LIMIT_EXCEEDED ",
		`{request(id:"` + request + `"){offers(first:"3"){totalCount}}}`:                                               "GRAPHQL_VALIDATION_FAILED ",
		`{request(id:"` + request + `"){offers(first:1.5){totalCount}}}`:                                               "GRAPHQL_VALIDATION_FAILED ",
		`{request(id:"` + request + `"){offers(first:null){totalCount}}}`:                                              "GRAPHQL_VALIDATION_FAILED ",
		`{requests(first:0){totalCount}}`:                                                                              "INVALID first",
		`{matchSuggestions(requestId:"` + request + `",first:0){totalCount}}`:                                          "INVALID first",
		`{themes{name(language:FY)}}`:                                                                                  "GRAPHQL_VALIDATION_FAILED ",
		`{themes{name(language:"NL")}}`:                                                                                "GRAPHQL_VALIDATION_FAILED ",
		`{availability(expertId:"` + expert + `",` + window + `){open(online:1){start}}}`:                              "GRAPHQL_VALIDATION_FAILED ",
		`{availability(expertId:"` + expert + `",from:"2027-04-01T00:00:00Z",to:"2027-04-01T00:00:00Z"){busy{start}}}`: "INVALID to",
		`{availability(expertId:"` + expert + `",from:"2027-04-01T00:00:00Z",to:"2027-12-01T00:00:00Z"){busy{start}}}`: "INVALID to",
		`{sessions(from:"2027-04-01T00:00:00Z",to:"2027-04-01T00:00:00Z"){totalCount}}`:                                "INVALID to",
		`{sessions(from:"2027-04-02T00:00:00Z",to:"2027-04-01T00:00:00Z"){totalCount}}`:                                "INVALID to",
		`{sessions(from:"2027-04-01T00:00:00Z",to:"2029-04-01T00:00:00.000001Z"){totalCount}}`:                         "INVALID to",
	} {
		got := f.read(t, f.A.Coordinator, document, nil)
		if len(got.Errors) != 1 || got.Errors[0].Extensions.Code+" "+got.Errors[0].Extensions.Field != want {
			t.Errorf("%s: %+v, want %s", document, got.Errors, want)
		}
	}
	f.must(t, f.A.Coordinator, `{sessions(from:"2027-04-01T00:00:00Z",to:"2029-04-01T00:00:00Z"){totalCount}}`, nil)
}

// Texts inside a document are read as strictly as those in variables.
func TestHostileLiterals(t *testing.T) {
	t.Parallel()
	f := start(t)
	for name, c := range map[string]struct {
		literal, code string
	}{
		"NUL":              {`"a\u0000b"`, "BAD_REQUEST"},
		"NUL in a block":   {`"""a\u0000b"""`, ""}, // in a block string a backslash is a backslash
		"half a character": {`"a\ud800b"`, ""},     // becomes U+FFFD, which no name has
		"an open text":     {`"a`, "GRAPHQL_PARSE_FAILED"},
		"a line break":     {"\"a\nb\"", "GRAPHQL_PARSE_FAILED"},
		"a wrong escape":   {`"a\xb"`, "GRAPHQL_PARSE_FAILED"},
		"a list":           {`["a"]`, "GRAPHQL_VALIDATION_FAILED"},
		"a name":           {`a`, "GRAPHQL_VALIDATION_FAILED"},
		"a number":         {`5`, "GRAPHQL_VALIDATION_FAILED"},
	} {
		got := f.read(t, f.A.Coordinator, `{experts(filter:{search:`+c.literal+`}){totalCount}}`, nil)
		if c.code == "" && (len(got.Errors) > 0 || at(t, got.Data, "experts", "totalCount") != 0.0) || c.code != "" && (len(got.Errors) != 1 || got.Errors[0].Extensions.Code != c.code) {
			t.Errorf("%s: %+v %v, want %q", name, got.Errors, got.Data, c.code)
		}
	}
}
