package graph_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"expex/auth"
	"expex/graph/globalid"
	"expex/store"
	"expex/store/storetest"
)

const (
	joinSuggestions = `query($s:ID!){joinSuggestions(sessionId:$s){totalCount candidates session{status}
		substitutes{expert{id firstName} standby changedAppointments changedPeople moves suggestion{score basis experts{firstName} factors{name points}}} excluded{code count sentence(language:EN)}}}`
	askToJoin   = `mutation($i:AskToJoinInput!){askToJoin(input:$i){offers{id status expiresAt expert{id}} session{status}}}`
	acceptJoin  = `mutation($k:String!,$o:ID!){acceptOffer(input:{idempotencyKey:$k,offerId:$o}){offer{status} session{id status sequence experts{firstName}}}}`
	declineJoin = `mutation($k:String!,$o:ID!){declineOffer(input:{idempotencyKey:$k,offerId:$o}){offer{status}}}`
	cancelOwn   = `mutation($s:ID!){cancelSession(input:{idempotencyKey:"cancel-own",sessionId:$s}){session{id status}}}`
	decide      = `mutation($i:DecideSessionInput!){decideSession(input:$i){session{status online}}}`
	seenSession = `query($s:ID!){session(id:$s){status sequence experts{firstName} request{status}}}`
)

// who is an expert of Midden-Holland by her number, as GraphQL names her.
func (s *service) who(n int) string {
	return globalid.Encode(globalid.Expert, string(s.A.Experts[n]))
}

// viewerOf is who an offer is for.
func (s *service) viewerOf(t *testing.T, offer any) auth.Viewer {
	t.Helper()
	for n := range s.A.Experts {
		if at(t, offer, "expert", "id") == s.who(n) {
			return s.A.ExpertViewers[n]
		}
	}
	t.Fatalf("nobody has %v", offer)
	return auth.Viewer{}
}

// practised gives an expert the practice of the first.
func (s *service) practised(t *testing.T, n int) {
	t.Helper()
	s.exec(t, `insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		select session_id, $1, starts_at, ends_at, busy, status, one_to_one, tier3 from booking where expert_id = $2 and status = 'DONE'`, s.A.Experts[n], s.A.Experts[0])
}

func (s *service) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := s.db.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// first names of a list of experts.
func firstNames(t *testing.T, list any, path ...any) []string {
	t.Helper()
	var out []string
	for _, item := range list.([]any) {
		out = append(out, at(t, item, append(path, "firstName")...).(string))
	}
	return out
}

// TestScenarioFirstTalkInAPair: one experienced and one newcomer are asked; a
// third keeps away from the newcomer. Only valid pairs are listed. The newcomer
// says no: the other's slot stays held, partners are proposed, and it is certain
// only when both have said yes.
func TestScenarioFirstTalkInAPair(t *testing.T) {
	t.Parallel()
	s := start(t)
	const experienced, newcomer, third = 0, 1, 2 // Aafke, Abel, Amira
	s.practised(t, third)
	s.done(t, s.A.Coordinator, "keepApart", fmt.Sprintf(`expertId:%q,otherId:%q`,
		globalid.Encode(globalid.Expert, string(s.A.Experts[newcomer])), globalid.Encode(globalid.Expert, string(s.A.Experts[third]))))
	organisation := globalid.Encode(globalid.Organisation, string(s.A.Location))
	submitted := s.must(t, s.A.LocationAsker, `mutation($o:ID!){submitRequest(input:{idempotencyKey:"pair-0001",organisationId:$o,type:"TALK",municipality:"GM0513",
		audience:CLOSED,audienceAgeFrom:18,themes:[{theme:"LONELINESS",importance:MUST}],
		options:[{start:"2027-04-21T12:00:00Z",end:"2027-04-21T15:00:00Z"}]}){request{id}}}`, map[string]any{"o": organisation})
	request := at(t, submitted, "submitRequest", "request", "id")
	s.must(t, s.A.Coordinator, `mutation($r:ID!){triageRequest(input:{idempotencyKey:"pair-0002",requestId:$r,outcome:OPEN}){request{status}}}`, map[string]any{"r": request})

	ranked := s.must(t, s.A.Coordinator, `query($r:ID!){matchSuggestions(requestId:$r,first:50){suggestions{experts{firstName id} slots{start end} basis}}}`, map[string]any{"r": request})
	var pair any
	for _, suggestion := range at(t, ranked, "matchSuggestions", "suggestions").([]any) {
		switch names := firstNames(t, at(t, suggestion, "experts")); {
		case slices.Equal(names, []string{"Abel", "Amira"}):
			t.Error("a pair that keeps away from each other is listed")
		case slices.Equal(names, []string{"Aafke", "Abel"}):
			pair = suggestion
		}
	}
	if pair == nil {
		t.Fatal("the experienced one and the newcomer are not listed")
	}
	offered := s.must(t, s.A.Coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){offers{id expert{id}}}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": "pair-0003", "requestId": request, "expertIds": []any{s.who(experienced), s.who(newcomer)}, "slot": at(t, pair, "slots", 0), "basis": at(t, pair, "basis")}})
	var session any
	for _, offer := range at(t, offered, "makeOffer", "offers").([]any) {
		vars := map[string]any{"k": "pair-0004", "o": at(t, offer, "id")}
		if at(t, offer, "expert", "id") == s.who(experienced) {
			accepted := s.must(t, s.A.ExpertViewers[experienced], acceptJoin, vars)
			session = at(t, accepted, "acceptOffer", "session", "id")
			if status := at(t, accepted, "acceptOffer", "session", "status"); status != "HELD" {
				t.Errorf("after one yes it is %v", status)
			}
		} else {
			s.must(t, s.A.ExpertViewers[newcomer], declineJoin, vars)
		}
	}

	// Her slot stays held, and partners are proposed for it.
	s.wait(t, 24*time.Hour)
	about := map[string]any{"s": session}
	if status := at(t, s.must(t, s.A.Coordinator, seenSession, about), "session", "status"); status != "HELD" {
		t.Errorf("a day after the no the session is %v", status)
	}
	proposed := at(t, s.must(t, s.A.Coordinator, joinSuggestions, about), "joinSuggestions")
	names := firstNames(t, at(t, proposed, "substitutes"), "expert")
	if !slices.Contains(names, "Amira") || slices.Contains(names, "Abel") || slices.Contains(names, "Aafke") {
		t.Errorf("proposed are %v", names)
	}
	alone := s.read(t, s.A.Coordinator, decide, map[string]any{"i": map[string]any{"idempotencyKey": "pair-0005", "sessionId": session, "choice": "ALONE", "overrideReason": "ze kan het"}})
	if len(alone.Errors) != 1 || alone.Errors[0].Extensions.Code != "INFEASIBLE" || !slices.Equal(alone.Errors[0].Extensions.Rules, []string{"PAIR_RULE"}) {
		t.Errorf("one alone for a pair: %+v", alone.Errors)
	}

	for _, substitute := range at(t, proposed, "substitutes").([]any) {
		if at(t, substitute, "expert", "firstName") != "Amira" {
			continue
		}
		asked := s.must(t, s.A.Coordinator, askToJoin, map[string]any{"i": map[string]any{"idempotencyKey": "pair-0006", "sessionId": session,
			"asks": []any{map[string]any{"expertId": s.who(third), "basis": at(t, substitute, "suggestion", "basis")}}}})
		accepted := s.must(t, s.A.ExpertViewers[third], acceptJoin, map[string]any{"k": "pair-0007", "o": at(t, asked, "askToJoin", "offers", 0, "id")})
		if got := at(t, accepted, "acceptOffer", "session"); at(t, got, "status") != "CONFIRMED" || at(t, got, "id") != session {
			t.Errorf("after both said yes it is %v", got)
		}
	}
	seen := at(t, s.must(t, s.A.Coordinator, seenSession, about), "session")
	if names := firstNames(t, at(t, seen, "experts")); !slices.Equal(names, []string{"Aafke", "Amira"}) || at(t, seen, "request", "status") != "FILLED" {
		t.Errorf("in the end it is %v", seen)
	}
}

// illness is the morning of the talk at 14:00, 09:10: Abel cancels.
func (s *service) illness(t *testing.T) map[string]any {
	t.Helper()
	s.moveTo(storetest.Local("2027-04-07", "09:10"))
	about := map[string]any{"s": globalid.Encode(globalid.Session, string(s.A.Session))}
	got := at(t, s.must(t, s.A.ExpertViewers[1], cancelOwn, about), "cancelSession", "session")
	if at(t, got, "status") != "HELD" {
		t.Fatalf("after she cancelled the session is %v", got)
	}
	return about
}

// TestScenarioIllnessOnTheDay: 09:10 an expert cancels the talk of 14:00. No
// reason is asked; substitutes are ranked, on duty first; two are asked at once,
// the first yes wins and the other is withdrawn neutrally.
func TestScenarioIllnessOnTheDay(t *testing.T) {
	t.Parallel()
	s := start(t)
	const onDuty, other = 3, 2 // Anouk, Amira
	s.must(t, s.A.ExpertViewers[onDuty], `mutation($i:SetStandbyInput!){setStandby(input:$i){expert{id}}}`, map[string]any{"i": map[string]any{"idempotencyKey": "duty-0001",
		"spans": []any{map[string]any{"start": "2027-04-07T06:00:00Z", "end": "2027-04-07T18:00:00Z"}}}})
	if duty := s.must(t, s.A.Coordinator, `{standby(from:"2027-04-07T00:00:00Z",to:"2027-04-08T00:00:00Z"){expert{firstName} span{start}}}`, nil); at(t, duty, "standby", 0, "expert", "firstName") != "Anouk" {
		t.Errorf("on duty: %v", duty)
	}
	about := s.illness(t)
	if n := s.count(t, `select count(*) from booking where session_id = $1 and late and left_at is not null`, s.A.Session); n != 1 {
		t.Errorf("%d cancelled late", n)
	}
	// The requester, the coordinator and the partner hear of it at once; the
	// calendar of the partner shows the same event, less sure.
	if n := s.count(t, `select count(*) from notice where session_id = $1 and kind = 'EXPERT_OUT'`, s.A.Session); n != 3 {
		t.Errorf("%d hear of it", n)
	}
	feed, err := storetest.OpenFeed(t.Context(), s.store, storetest.FeedSecret(s.A).Hash())
	if err != nil || !slices.ContainsFunc(feed.Events, func(e store.FeedEvent) bool { return e.UID == string(s.A.Session) && e.Status == "TENTATIVE" }) {
		t.Errorf("the partner's calendar (%v): %+v", err, feed.Events)
	}

	ranked := at(t, s.must(t, s.A.Coordinator, joinSuggestions, about), "joinSuggestions")
	first := at(t, ranked, "substitutes", 0)
	if at(t, first, "expert", "firstName") != "Anouk" || at(t, first, "standby") != true || at(t, first, "changedAppointments") != 1.0 || at(t, first, "changedPeople") != 1.0 {
		t.Errorf("first comes %v", first)
	}
	var asks []any
	for _, substitute := range at(t, ranked, "substitutes").([]any) {
		if name := at(t, substitute, "expert", "firstName"); name == "Anouk" || name == "Amira" {
			asks = append(asks, map[string]any{"expertId": at(t, substitute, "expert", "id"), "basis": at(t, substitute, "suggestion", "basis")})
		}
	}
	asked := at(t, s.must(t, s.A.Coordinator, askToJoin, map[string]any{"i": map[string]any{"idempotencyKey": "ill-0001", "sessionId": about["s"], "asks": asks}}), "askToJoin", "offers").([]any)
	if len(asked) != 2 {
		t.Fatalf("asked are %v", asked)
	}
	for _, offer := range asked {
		ends, err := time.Parse(time.RFC3339, at(t, offer, "expiresAt").(string))
		if err != nil || !ends.Equal(s.now.Load().Add(2*time.Hour)) {
			t.Errorf("an offer for today ends at %v (%v)", ends, err)
		}
	}
	accepted := s.must(t, s.viewerOf(t, asked[0]), acceptJoin, map[string]any{"k": "ill-0002", "o": at(t, asked[0], "id")})
	if got := at(t, accepted, "acceptOffer", "session"); at(t, got, "status") != "CONFIRMED" || at(t, got, "id") != about["s"] {
		t.Errorf("after the first yes it is %v", got)
	}
	late := s.read(t, s.viewerOf(t, asked[1]), acceptJoin, map[string]any{"k": "ill-0003", "o": at(t, asked[1], "id")})
	if len(late.Errors) != 1 || late.Errors[0].Extensions.Reason != "REQUEST_FILLED" {
		t.Errorf("the second yes: %+v", late.Errors)
	}
	s.wait(t, 3*time.Hour) // past 12:00
	if n := s.count(t, `select count(*) from notice where kind = 'DECIDE_SESSION'`); n != 0 {
		t.Error("there is something to decide about a complete team")
	}
}

// TestScenarioIllnessOnTheDayUnfilled: at 12:00 nobody has said yes. The
// coordinator decides: alone, which a talk does not allow; online; another day.
func TestScenarioIllnessOnTheDayUnfilled(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.exec(t, `insert into postcode (postcode4, municipality, latitude, longitude) values ('6211', 'GM0034', 50.85, 5.69)`)
	s.exec(t, `update expert_record set postcode4 = '6211', max_travel_minutes = 600 where expert_id = $1`, s.A.Experts[4]) // Arie, from Maastricht
	about := s.illness(t)
	day := s.must(t, s.A.Coordinator, `mutation($i:SubstituteSessionInput!){substituteSession(input:$i){sessions{session{status} offers{id status expert{id}} suggestions{totalCount}}}}`,
		map[string]any{"i": map[string]any{"idempotencyKey": "unfilled-1", "expertId": s.who(1), "sessionId": about["s"], "ask": true}})
	offers := at(t, day, "substituteSession", "sessions", 0, "offers").([]any)
	if len(offers) != 2 || at(t, day, "substituteSession", "sessions", 0, "session", "status") != "HELD" {
		t.Fatalf("asked at once: %v", day)
	}
	s.must(t, s.viewerOf(t, offers[0]), declineJoin, map[string]any{"k": "unfilled-2", "o": at(t, offers[0], "id")})
	s.wait(t, 2*time.Hour) // 11:10: the other never answered
	if n := s.count(t, `select count(*) from offer o join decision d on d.id = o.decision_id where d.session_id = $1 and o.status = 'EXPIRED'`, s.A.Session); n != 1 {
		t.Errorf("%d offers have ended by themselves", n)
	}
	if n := s.count(t, `select count(*) from task where session_id = $1 and kind = 'DECIDE_SESSION' and appears_at <= $2`, s.A.Session, *s.now.Load()); n != 0 {
		t.Error("it is too early to decide")
	}
	s.wait(t, 50*time.Minute) // 12:00
	if n := s.count(t, `select count(*) from task where session_id = $1 and kind = 'DECIDE_SESSION' and appears_at <= $2 and done_at is null`, s.A.Session, *s.now.Load()); n != 1 {
		t.Error("nothing says that it is time to decide")
	}
	if n := s.count(t, `select count(*) from notice where kind = 'DECIDE_SESSION'`); n != 1 {
		t.Errorf("%d coordinators are told", n)
	}
	excluded := at(t, s.must(t, s.A.Coordinator, joinSuggestions, about), "joinSuggestions", "excluded").([]any)
	if !slices.ContainsFunc(excluded, func(x any) bool { return at(t, x, "code") == "CANNOT_ARRIVE" && at(t, x, "count") == 1.0 }) {
		t.Errorf("two hours before it who is three hours away is told as %v", excluded)
	}
	choose := func(choice, key string) map[string]any {
		return map[string]any{"i": map[string]any{"idempotencyKey": key, "sessionId": about["s"], "choice": choice, "overrideReason": "het kan niet anders"}}
	}
	if alone := s.read(t, s.A.Coordinator, decide, choose("ALONE", "unfilled-3")); len(alone.Errors) != 1 || alone.Errors[0].Extensions.Code != "INFEASIBLE" {
		t.Errorf("alone: %+v", alone.Errors)
	}
	online := at(t, s.must(t, s.A.Coordinator, decide, choose("ONLINE", "unfilled-4")), "decideSession", "session")
	if at(t, online, "online") != true || at(t, online, "status") != "HELD" {
		t.Errorf("online: %v", online)
	}
	if names := firstNames(t, at(t, s.must(t, s.A.Coordinator, joinSuggestions, about), "joinSuggestions", "substitutes"), "expert"); !slices.Contains(names, "Arie") {
		t.Errorf("online nobody is too far away, and it is %v", names)
	}
	postponed := at(t, s.must(t, s.A.Coordinator, decide, choose("POSTPONE", "unfilled-5")), "decideSession", "session")
	if at(t, postponed, "status") != "CANCELLED_BY_COORDINATOR" {
		t.Errorf("postponed: %v", postponed)
	}
	if status := at(t, s.must(t, s.A.Coordinator, seenSession, about), "session", "request", "status"); status != "OPEN" {
		t.Errorf("the request is %v", status)
	}
	if n := s.count(t, `select count(*) from task where session_id = $1 and done_at is null`, s.A.Session); n != 0 {
		t.Errorf("%d tasks are left", n)
	}
}
