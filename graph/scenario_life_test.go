package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/graph/globalid"
	"expex/store/storetest"
)

// until moves the clock on to a local time and does all that has become due.
func (s *service) until(t *testing.T, day engine.Date, at engine.WallTime) {
	t.Helper()
	s.wait(t, storetest.Local(day, at).Sub(*s.now.Load()))
}

// rows reads text behind everybody's back.
func (s *service) rows(t *testing.T, query string, args ...any) []string {
	t.Helper()
	rows, err := s.db.Query(query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	return out
}

func (s *service) set(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := s.db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func is(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// lifeTasks are the open tasks of a pool of some kinds, as a coordinator will
// see them now.
func (s *service) lifeTasks(t *testing.T, pool engine.PoolID, kinds ...string) []string {
	t.Helper()
	return s.rows(t, `select kind || ' ' || array_to_string(codes, ',') from task
		where pool_id = $1 and done_at is null and appears_at <= $2 and kind = any(string_to_array($3, ',')) order by kind, due_at, codes`,
		pool, *s.now.Load(), strings.Join(kinds, ","))
}

func (s *service) change(t *testing.T, who auth.Viewer, mutation, input string) answer {
	t.Helper()
	return s.read(t, who, fmt.Sprintf(`mutation{%s(input:{idempotencyKey:"scenario-%d",%s}){__typename}}`, mutation, time.Now().UnixNano(), input), nil)
}

// done is change for what has to succeed.
func (s *service) done(t *testing.T, who auth.Viewer, mutation, input string) {
	t.Helper()
	if out := s.change(t, who, mutation, input); len(out.Errors) > 0 {
		t.Fatalf("%s: %+v", mutation, out.Errors)
	}
}

// code is how a call is refused, "" when it is not.
func (s *service) code(t *testing.T, who auth.Viewer, mutation, input string) string {
	t.Helper()
	out := s.change(t, who, mutation, input)
	if len(out.Errors) == 0 {
		return ""
	}
	return strings.TrimSpace(out.Errors[0].Extensions.Code + " " + out.Errors[0].Extensions.Reason)
}

// wanted submits and opens a request for one afternoon.
func (s *service) wanted(t *testing.T, site storetest.Site, what string, day engine.Date) string {
	t.Helper()
	start := storetest.Local(day, "14:00").UTC()
	made := s.must(t, site.LocationAsker, fmt.Sprintf(`mutation{submitRequest(input:{idempotencyKey:"wanted-%d",organisationId:%q,municipality:%q,postcode4:%q,%s,
		options:[{start:%q,end:%q}]}){request{id}}}`, time.Now().UnixNano(), globalid.Encode(globalid.Organisation, string(site.Location)), site.Municipality, site.Postcode4, what,
		start.Format(time.RFC3339), start.Add(4*time.Hour).Format(time.RFC3339)), nil)
	id := at(t, made, "submitRequest", "request", "id").(string)
	s.done(t, site.Coordinator, "triageRequest", fmt.Sprintf(`requestId:%q,outcome:OPEN`, id))
	return id
}

const (
	aTalk = `type:"TALK",audience:CLOSED,audienceAgeFrom:18,themes:[{theme:"ADDICTION",importance:MUST}]`
	anEar = `type:"LISTENING_EAR",client:{ageFrom:14,ageTo:16},themes:[{theme:"LONELINESS",importance:MUST}]`
)

// asked offers a request to experts, by number, and gives the offers.
func (s *service) asked(t *testing.T, site storetest.Site, request string, day engine.Date, minutes int, experts ...int) []string {
	t.Helper()
	ids := make([]string, len(experts))
	for i, n := range experts {
		ids[i] = fmt.Sprintf("%q", globalid.Encode(globalid.Expert, string(site.Experts[n])))
	}
	start := storetest.Local(day, "14:00").UTC()
	made := s.must(t, site.Coordinator, fmt.Sprintf(`mutation{makeOffer(input:{idempotencyKey:"asked-%d",requestId:%q,expertIds:[%s],overrideReason:"Zij kennen elkaar",
		slot:{start:%q,end:%q}}){offers{id expert{id}}}}`, time.Now().UnixNano(), request, strings.Join(ids, ","), start.Format(time.RFC3339), start.Add(time.Duration(minutes)*time.Minute).Format(time.RFC3339)), nil)
	out := make([]string, len(experts))
	for i, n := range experts {
		for _, o := range at(t, made, "makeOffer", "offers").([]any) {
			if at(t, o, "expert", "id") == globalid.Encode(globalid.Expert, string(site.Experts[n])) {
				out[i] = at(t, o, "id").(string)
			}
		}
	}
	return out
}

// planned is asked and accepted by all; it gives the session.
func (s *service) planned(t *testing.T, site storetest.Site, request string, day engine.Date, minutes int, experts ...int) string {
	t.Helper()
	var session string
	for i, offer := range s.asked(t, site, request, day, minutes, experts...) {
		made := s.must(t, site.ExpertViewers[experts[i]], fmt.Sprintf(`mutation{acceptOffer(input:{idempotencyKey:"planned-%d",offerId:%q}){session{id}}}`, time.Now().UnixNano(), offer), nil)
		session = at(t, made, "acceptOffer", "session", "id").(string)
	}
	return session
}

// sessionOf is what somebody sees of a session.
func (s *service) sessionOf(t *testing.T, who auth.Viewer, id string) string {
	t.Helper()
	seen := at(t, s.must(t, who, `query($s:ID!){session(id:$s){status blockers{code}}}`, map[string]any{"s": id}), "session")
	codes := []any{}
	if list, coordinates := at(t, seen, "blockers").([]any); coordinates {
		for _, b := range list {
			codes = append(codes, at(t, b, "code"))
		}
	}
	return fmt.Sprint(at(t, seen, "status"), " ", codes)
}

// Scenario 6: an expert takes a theme back that he was suggested, asked and
// booked for.
func TestConsentIsWithdrawnAfterSuggestions(t *testing.T) {
	t.Parallel()
	s := start(t)
	he, coordinator := s.A.ExpertViewers[0], s.A.Coordinator
	suggested, asked, booked := s.wanted(t, s.A, aTalk, "2027-04-20"), s.wanted(t, s.A, aTalk, "2027-04-21"), s.wanted(t, s.A, aTalk, "2027-04-22")
	talk := s.planned(t, s.A, booked, "2027-04-22", 90, 0, 1)
	s.asked(t, s.A, asked, "2027-04-21", 90, 0, 1)
	ranked := s.must(t, coordinator, `query($r:ID!){matchSuggestions(requestId:$r){suggestions{experts{id} slots{start end} basis}}}`, map[string]any{"r": suggested})
	first := at(t, ranked, "matchSuggestions", "suggestions", 0)
	const sees = `query($r:ID!,$s:ID!){request(id:$r){status themes{theme} goal} session(id:$s){status sequence blockers{code} experts{firstName}} sessions(from:"2027-04-01T00:00:00Z",to:"2027-05-01T00:00:00Z"){totalCount}}`
	requesterSees := func() string {
		return string(s.ask(t, s.A.LocationAsker, sees, map[string]any{"r": booked, "s": talk}))
	}
	before := requesterSees()

	const theme = `theme:"ADDICTION",usage:CLOSED_GROUP`
	s.done(t, he, "withdrawThemeConsent", theme)
	// The suggestion that was shown holds no more, and nothing says why.
	out := s.read(t, coordinator, `mutation($i:MakeOfferInput!){makeOffer(input:$i){decisionId}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": "from-what-was-shown", "requestId": suggested, "expertIds": []any{at(t, first, "experts", 0, "id"), at(t, first, "experts", 1, "id")},
		"slot": at(t, first, "slots", 0), "basis": at(t, first, "basis")}})
	if len(out.Errors) != 1 || out.Errors[0].Extensions.Reason != "STALE" || strings.Contains(fmt.Sprint(out.Errors), "THEME") {
		t.Errorf("the old suggestion: %+v", out.Errors)
	}
	// The open offers are withdrawn, and the request is open again.
	is(t, "the offers", s.rows(t, `select o.status || ' ' || r.status from offer o join request r on r.id = o.request_id where o.starts_at::date = '2027-04-21'`), []string{"WITHDRAWN OPEN", "WITHDRAWN OPEN"})
	// The talk stays, and goes to him and his coordinator.
	is(t, "the coordinator sees", s.sessionOf(t, coordinator, talk), "CONFIRMED [NO_THEME_CONSENT]")
	is(t, "he sees", s.sessionOf(t, he, talk), "CONFIRMED []")
	is(t, "the tasks", s.lifeTasks(t, s.A.Pool, "CONSENT_CHANGED"), []string{"CONSENT_CHANGED NO_THEME_CONSENT"})
	is(t, "he is told", s.rows(t, `select kind from notice where expert_id = $1 and kind = 'CONSENT_CHANGED'`, s.A.Experts[0]), []string{"CONSENT_CHANGED"})
	is(t, "his partner is told", s.rows(t, `select kind from notice where expert_id = $1 and kind = 'CONSENT_CHANGED'`, s.A.Experts[1]), []string{})
	// Whoever asked hears and sees nothing.
	is(t, "whoever asked sees", requesterSees(), before)
	is(t, "whoever asked is told", s.rows(t, `select kind from notice where account_id = $1 and kind in ('CONSENT_CHANGED', 'SESSION_BROKEN')`, s.A.LocationAsker.AccountID), []string{})
	// What was decided before names no theme.
	is(t, "decisions that name it", s.rows(t, `select id::text from decision where suggestion::text like '%ADDICTION%'`), []string{})

	resolve := func(choice, more string) string { return fmt.Sprintf(`sessionId:%q,choice:%s%s`, talk, choice, more) }
	is(t, "the coordinator says yes for him", s.code(t, coordinator, "resolveConsentChange", resolve("KEEP", "")), "FORBIDDEN")
	is(t, "his partner says yes for him", s.code(t, s.A.ExpertViewers[1], "resolveConsentChange", resolve("KEEP", fmt.Sprintf(",expertId:%q", globalid.Encode(globalid.Expert, string(s.A.Experts[0]))))), "FORBIDDEN")
	is(t, "somebody else decides", s.code(t, s.B.Coordinator, "resolveConsentChange", resolve("REPLACE", "")), "NOT_FOUND")
	s.done(t, he, "resolveConsentChange", resolve("KEEP", ""))
	is(t, "he said yes for this once", s.sessionOf(t, coordinator, talk), "CONFIRMED []")
	s.wait(t, 24*time.Hour)
	is(t, "also after the night", s.sessionOf(t, coordinator, talk), "CONFIRMED []")
	is(t, "again, with nothing to decide", s.code(t, he, "resolveConsentChange", resolve("KEEP", "")), "CONFLICT ILLEGAL_TRANSITION")

	s.done(t, he, "withdrawThemeConsent", theme) // that yes as well
	is(t, "he took that back too", s.sessionOf(t, coordinator, talk), "CONFIRMED [NO_THEME_CONSENT]")
	s.done(t, coordinator, "resolveConsentChange", resolve("CHANGE_TOPIC", ""))
	is(t, "it is about something else now", s.sessionOf(t, coordinator, talk), "CONFIRMED []")
	is(t, "whoever asked sees", requesterSees(), before)
}

// Scenario 6, the third way out.
func TestWhoTookAThemeBackIsReplaced(t *testing.T) {
	t.Parallel()
	s := start(t)
	talk := s.planned(t, s.A, s.wanted(t, s.A, aTalk, "2027-04-22"), "2027-04-22", 90, 0, 1)
	s.done(t, s.A.ExpertViewers[0], "withdrawThemeConsent", `theme:"ADDICTION",usage:CLOSED_GROUP`)
	s.done(t, s.A.Coordinator, "resolveConsentChange", fmt.Sprintf(`sessionId:%q,choice:REPLACE,expertId:%q`, talk, globalid.Encode(globalid.Expert, string(s.A.Experts[0]))))
	is(t, "the tasks", s.lifeTasks(t, s.A.Pool, "CONSENT_CHANGED", "REPLACE_EXPERT"), []string{"REPLACE_EXPERT NO_THEME_CONSENT"})
	s.done(t, s.A.ExpertViewers[0], "setThemeConsent", `theme:"ADDICTION",usage:CLOSED_GROUP,level:AMBER`)
	is(t, "after he gave it again", s.lifeTasks(t, s.A.Pool, "CONSENT_CHANGED", "REPLACE_EXPERT", "SESSION_BROKEN"), []string{})
}

// Scenario 7: the young person of a running relation turns 18.
func TestAClientTurns18InMidRelation(t *testing.T) {
	t.Parallel()
	s := start(t)
	buddy := globalid.Encode(globalid.Request, string(s.A.Buddy))
	s.done(t, s.A.ExpertViewers[2], "acceptOffer", fmt.Sprintf(`offerId:%q`, globalid.Encode(globalid.Offer, string(s.A.Offer))))
	s.set(t, `delete from match where expert_id = $1`, s.A.Experts[5])
	s.set(t, `update match set status = 'ACTIVE' where request_id = $1`, s.A.Buddy)
	s.set(t, `update client set turns_18_on = '2027-10-01', age_from = 16, age_to = 17 where ref = $1`, s.A.Client)
	tasks := func() []string { return s.lifeTasks(t, s.A.Pool, "TURNS_18") }
	relation := func() []string { return s.rows(t, `select status from match where request_id = $1`, s.A.Buddy) }

	s.until(t, "2027-03-31", "12:00")
	is(t, "a day before the six months", tasks(), []string{})
	s.until(t, "2027-04-01", "03:00")
	is(t, "six months before", tasks(), []string{"TURNS_18 MONTHS_6"})
	s.until(t, "2027-06-30", "12:00")
	is(t, "still", tasks(), []string{"TURNS_18 MONTHS_6"})
	s.set(t, `update task set done_at = $1 where kind = 'TURNS_18'`, *s.now.Load()) // the coordinator did it
	s.until(t, "2027-07-01", "03:00")
	is(t, "three months before", tasks(), []string{"TURNS_18 MONTHS_3"})
	s.until(t, "2027-09-30", "23:59")
	is(t, "the relation on the eve", relation(), []string{"ACTIVE"})
	s.until(t, "2027-10-01", "03:00")
	is(t, "on the day", tasks(), []string{"TURNS_18 TURNED_18,OWN_CONSENT_MISSING"})
	is(t, "the relation waits", relation(), []string{"PAUSED"})
	is(t, "it is told to", s.rows(t, `select coalesce((select name from account where id = account_id), 'Zij') from notice where kind = 'RELATION_PAUSED' order by 1`),
		[]string{"Cornelia Coördinator", "Loes Locatie", "Zij"})
	age := at(t, s.must(t, s.A.Coordinator, `query($r:ID!){request(id:$r){client{ageFrom ageTo}}}`, map[string]any{"r": buddy}), "request", "client")
	is(t, "the rules go by an adult", age, map[string]any{"ageFrom": 18, "ageTo": 18})
	s.until(t, "2027-10-20", "12:00")
	is(t, "it is not ended by itself", relation(), []string{"PAUSED"})

	is(t, "somebody else agrees", s.code(t, s.A.OtherRequester, "confirmClientConsent", fmt.Sprintf(`requestId:%q`, buddy)), "NOT_FOUND")
	s.done(t, s.A.LocationAsker, "confirmClientConsent", fmt.Sprintf(`requestId:%q`, buddy))
	is(t, "the relation goes on", relation(), []string{"ACTIVE"})
	is(t, "the tasks", tasks(), []string{})
	s.until(t, "2027-11-02", "12:00")
	is(t, "for good", relation(), []string{"ACTIVE"})
}

// Who agreed in time does not notice the day.
func TestAClientWhoAgreedHerselfGoesOnAt18(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.done(t, s.A.ExpertViewers[2], "acceptOffer", fmt.Sprintf(`offerId:%q`, globalid.Encode(globalid.Offer, string(s.A.Offer))))
	s.set(t, `delete from match where expert_id = $1`, s.A.Experts[5])
	s.set(t, `update match set status = 'ACTIVE' where request_id = $1`, s.A.Buddy)
	s.set(t, `update client set turns_18_on = '2027-05-01' where ref = $1`, s.A.Client)
	s.until(t, "2027-04-20", "12:00")
	s.done(t, s.A.Coordinator, "confirmClientConsent", fmt.Sprintf(`requestId:%q`, globalid.Encode(globalid.Request, string(s.A.Buddy))))
	s.until(t, "2027-05-02", "12:00")
	is(t, "the relation", s.rows(t, `select status from match where request_id = $1`, s.A.Buddy), []string{"ACTIVE"})
}

// Scenario 10: an expert moves from Almere to Gouda on 1 May.
func TestAnExpertMovesToAnotherRegion(t *testing.T) {
	t.Parallel()
	s := start(t)
	she, expert := s.B.ExpertViewers[0], globalid.Encode(globalid.Expert, string(s.B.Experts[0]))
	s.set(t, `insert into match (request_id, pool_id, expert_id, client_ref, type, status, started_on, planned_end) values ($1, $2, $3, $4, 'BUDDY', 'ACTIVE', '2027-01-01', '2027-12-01')`,
		s.B.Past, s.B.Pool, s.B.Experts[0], s.B.Client)
	april := s.planned(t, s.B, s.wanted(t, s.B, aTalk, "2027-04-22"), "2027-04-22", 90, 0, 1)
	may := s.planned(t, s.B, s.wanted(t, s.B, aTalk, "2027-05-20"), "2027-05-20", 90, 0, 1)
	sees := func(who auth.Viewer) any {
		return s.must(t, who, `query($e:ID!){expert(id:$e){municipality}}`, map[string]any{"e": expert})["expert"]
	}
	move := fmt.Sprintf(`toPoolId:%q`, globalid.Encode(globalid.Pool, string(s.A.Pool)))

	s.done(t, s.B.Coordinator, "transferExpert", fmt.Sprintf(`expertId:%q,%s,on:"2027-05-01",postcode4:"2801"`, expert, move))
	offered := s.must(t, she, `query($e:ID!){expert(id:$e){transfer{toPool on acceptedAt}}}`, map[string]any{"e": expert})
	is(t, "she is asked", at(t, offered, "expert", "transfer"), map[string]any{"toPool": "Midden-Holland", "on": "2027-05-01", "acceptedAt": nil})
	is(t, "another expert says yes", s.code(t, s.B.ExpertViewers[1], "acceptTransfer", move), "NOT_FOUND")
	is(t, "the new coordinator before her yes", sees(s.A.Coordinator), nil)
	is(t, "the talk in May before her yes", s.sessionOf(t, s.B.Coordinator, may), "CONFIRMED []")
	s.done(t, she, "acceptTransfer", move)
	is(t, "the talk in April", s.sessionOf(t, s.B.Coordinator, april), "CONFIRMED []")
	is(t, "the talk in May, too far from her new home", s.sessionOf(t, s.B.Coordinator, may), "CONFIRMED [TRAVEL_LIMIT]")
	is(t, "the new coordinator before the day", sees(s.A.Coordinator), nil)
	is(t, "her tasks before the day", s.lifeTasks(t, s.A.Pool, "EXPERT_MOVES"), []string{})

	s.until(t, "2027-05-01", "12:00")
	is(t, "the new coordinator on the day", sees(s.A.Coordinator), map[string]any{"municipality": "GM0513"})
	is(t, "her task", s.lifeTasks(t, s.A.Pool, "EXPERT_MOVES"), []string{"EXPERT_MOVES JOINS"})
	is(t, "the old coordinator, while the relation runs", sees(s.B.Coordinator), map[string]any{"municipality": "GM0513"})
	is(t, "what she did stays with the region", s.rows(t, `select distinct region from session where id in ($1, $2, $3)`, s.B.Done[0], s.B.Done[1], s.B.Done[2]), []string{"JZ08"})
	if _, err := storetest.OpenFeed(t.Context(), s.store, storetest.FeedSecret(s.B).Hash()); err != nil {
		t.Errorf("her calendar has another address: %v", err)
	}

	s.set(t, `update match set status = 'CLOSED', closed_on = '2027-05-03', closed_reason = 'DONE' where expert_id = $1`, s.B.Experts[0])
	s.until(t, "2027-05-04", "12:00")
	is(t, "the old coordinator, when it has closed", sees(s.B.Coordinator), nil)
	is(t, "the new one", sees(s.A.Coordinator), map[string]any{"municipality": "GM0513"})
	is(t, "the talk in May", s.lifeTasks(t, s.B.Pool, "REPLACE_EXPERT"), []string{"REPLACE_EXPERT NOT_DEPLOYABLE"})
	is(t, "her consents came along", s.rows(t, `select count(*)::text from theme_consent where expert_id = $1 and superseded_at is null`, s.B.Experts[0]), []string{"4"})
}

// Scenario 11: whoever lived with a house is not seen by it, nor by its other
// location and its successor, unless she wants to, once.
func TestAFormerResidentDecidesHerself(t *testing.T) {
	t.Parallel()
	s := start(t)
	ear := globalid.Encode(globalid.Request, string(s.A.Ear))
	anouk, abel := globalid.Encode(globalid.Expert, string(s.A.Experts[3])), globalid.Encode(globalid.Expert, string(s.A.Experts[1]))
	s.done(t, s.A.ExpertViewers[1], "excludeOrganisation", fmt.Sprintf(`organisationId:%q`, globalid.Encode(globalid.Organisation, string(s.A.Old))))
	suggested := func() (out []string, excluded any) {
		got := s.must(t, s.A.Coordinator, `query($r:ID!){matchSuggestions(requestId:$r,first:20){suggestions{experts{id}} excluded{code count}}}`, map[string]any{"r": ear})
		for _, x := range at(t, got, "matchSuggestions", "suggestions").([]any) {
			out = append(out, at(t, x, "experts", 0, "id").(string))
		}
		return out, at(t, got, "matchSuggestions", "excluded")
	}
	list, excluded := suggested()
	if slices.Contains(list, anouk) || slices.Contains(list, abel) {
		t.Errorf("somebody is suggested who keeps away from the house or from what went up in it")
	}
	is(t, "excluded", excluded, []any{map[string]any{"code": "OTHER", "count": 4}})
	lift := func(organisation engine.OrganisationID) string {
		return fmt.Sprintf(`organisationId:%q,requestId:%q`, globalid.Encode(globalid.Organisation, string(organisation)), ear)
	}
	is(t, "another expert lifts it", s.code(t, s.A.ExpertViewers[0], "liftExclusion", lift(s.A.House)), "NOT_FOUND")
	is(t, "for a request of another pool", s.code(t, s.A.ExpertViewers[1], "liftExclusion",
		strings.Replace(lift(s.A.Old), ear, globalid.Encode(globalid.Request, string(s.B.Ear)), 1)), "NOT_FOUND")
	s.done(t, s.A.ExpertViewers[1], "liftExclusion", lift(s.A.Old))
	if list, _ = suggested(); slices.Contains(list, anouk) || !slices.Contains(list, abel) {
		t.Errorf("suggested are %v, want Abel and not Anouk", list)
	}
}

// Scenario 14: a certificate ends while sessions are planned after it.
func TestACertificateExpiresInMidSeries(t *testing.T) {
	t.Parallel()
	s := start(t)
	she, coordinator := globalid.Encode(globalid.Expert, string(s.A.Experts[0])), s.A.Coordinator
	covered := s.planned(t, s.A, s.wanted(t, s.A, anEar, "2027-06-24"), "2027-06-24", 60, 0)
	after := s.planned(t, s.A, s.wanted(t, s.A, anEar, "2027-07-01"), "2027-07-01", 60, 0)
	certificate := func(issued, until engine.Date) string {
		return fmt.Sprintf(`expertId:%q,issuedOn:%q,validTo:%q,screeningProfile:"Vrijwilliger"`, she, issued, until)
	}
	tasks := func() []string { return s.lifeTasks(t, s.A.Pool, "CERTIFICATE_EXPIRES", "REPLACE_EXPERT") }
	s.done(t, coordinator, "recordConductCertificate", certificate("2026-01-05", "2027-06-27"))
	is(t, "before it ends", s.sessionOf(t, coordinator, covered), "CONFIRMED []")
	is(t, "after", s.sessionOf(t, coordinator, after), "CONFIRMED [CONDUCT_CERT_INVALID]")
	is(t, "three months before", tasks(), []string{})
	for _, c := range []struct {
		eve, day engine.Date
		code     string
	}{{"2027-04-27", "2027-04-28", "DAYS_60"}, {"2027-05-27", "2027-05-28", "DAYS_30"}, {"2027-06-19", "2027-06-20", "DAYS_7"}} {
		s.until(t, c.eve, "23:00")
		if slices.Contains(tasks(), "CERTIFICATE_EXPIRES "+c.code) {
			t.Errorf("%s comes a day early", c.code)
		}
		s.until(t, c.day, "03:00")
		is(t, "on "+string(c.day), tasks(), []string{"CERTIFICATE_EXPIRES " + c.code})
	}
	is(t, "she was told", s.rows(t, `select count(*)::text from notice where expert_id = $1 and kind = 'CERTIFICATE_EXPIRES'`, s.A.Experts[0]), []string{"3"})
	s.until(t, "2027-06-26", "23:00")
	is(t, "on the last day", tasks(), []string{"CERTIFICATE_EXPIRES DAYS_7"})
	s.until(t, "2027-06-27", "03:00")
	is(t, "when it has ended", tasks(), []string{"CERTIFICATE_EXPIRES EXPIRED", "REPLACE_EXPERT CONDUCT_CERT_INVALID"})
	is(t, "the session", s.sessionOf(t, coordinator, after), "CONFIRMED [CONDUCT_CERT_INVALID]")

	is(t, "she records it herself", s.code(t, s.A.ExpertViewers[0], "recordConductCertificate", certificate("2027-06-26", "2030-06-26")), "FORBIDDEN")
	s.done(t, coordinator, "recordConductCertificate", certificate("2027-06-26", "2030-06-26"))
	is(t, "with a new one", tasks(), []string{})
	is(t, "the session", s.sessionOf(t, coordinator, after), "CONFIRMED []")
}

// An expert rests in one tap, and comes back.
func TestAnExpertPausesWithoutAReason(t *testing.T) {
	t.Parallel()
	s := start(t)
	session := globalid.Encode(globalid.Session, string(s.A.Session))
	feed := storetest.FeedSecret(s.A).Hash()
	s.done(t, s.A.ExpertViewers[0], "pauseExpert", `until:"2027-04-10T00:00:00Z"`)
	is(t, "her session", s.sessionOf(t, s.A.Coordinator, session), "CONFIRMED [REST_PERIOD]")
	if _, err := storetest.OpenFeed(t.Context(), s.store, feed); err != nil {
		t.Errorf("with an end, her calendar goes on: %v", err)
	}
	s.done(t, s.A.ExpertViewers[0], "resumeExpert", ``)
	is(t, "her session", s.sessionOf(t, s.A.Coordinator, session), "CONFIRMED []")

	she := fmt.Sprintf(`expertId:%q`, globalid.Encode(globalid.Expert, string(s.A.Experts[0])))
	s.done(t, s.A.Coordinator, "pauseExpert", she)
	is(t, "her session", s.sessionOf(t, s.A.Coordinator, session), "CONFIRMED [NOT_DEPLOYABLE]")
	if content, err := storetest.OpenFeed(t.Context(), s.store, feed); err != nil || !content.Dead {
		t.Errorf("until further notice, her calendar is open (%v)", err)
	}
	is(t, "she makes another", s.code(t, s.A.ExpertViewers[0], "createCalendarFeed", `label:"telefoon"`), "CONFLICT PAUSED")
	is(t, "she revives the old one", s.code(t, s.A.ExpertViewers[0], "rotateCalendarFeed", fmt.Sprintf(`feedId:%q`, globalid.Encode(globalid.Feed, string(s.A.Feed)))), "CONFLICT PAUSED")
	is(t, "she ends what her coordinator began", s.code(t, s.A.ExpertViewers[0], "resumeExpert", ``), "FORBIDDEN")
	s.done(t, s.A.Coordinator, "resumeExpert", she)
	if content, err := storetest.OpenFeed(t.Context(), s.store, feed); err != nil || !content.Dead {
		t.Errorf("when she is back, her old address shows more than an empty calendar (%v)", err)
	}
	is(t, "her session", s.sessionOf(t, s.A.Coordinator, session), "CONFIRMED []")
	is(t, "another expert pauses her", s.code(t, s.A.ExpertViewers[1], "pauseExpert", she), "NOT_FOUND")
	is(t, "a stranger lets her leave", s.code(t, s.B.Coordinator, "offboardExpert", she), "NOT_FOUND")
	s.done(t, s.A.Coordinator, "offboardExpert", she)
	is(t, "the tasks", s.lifeTasks(t, s.A.Pool, "REPLACE_EXPERT", "EXPERT_PAUSED"), []string{"REPLACE_EXPERT NOT_DEPLOYABLE"})
	is(t, "her themes", s.rows(t, `select theme from theme_consent where expert_id = $1`, s.A.Experts[0]), []string{})
}
