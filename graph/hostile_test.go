package graph_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"expex/auth"
	"expex/graph/generated"
	"expex/graph/globalid"
	"expex/store/storetest"
)

// post sends a body as a viewer and gives the status and the answer.
func (s *service) post(t *testing.T, viewer auth.Viewer, body []byte) (int, answer) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+storetest.Secret(viewer).Reveal())
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	var out answer
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%v in %.300s", err, w.Body)
	}
	return w.Code, out
}

// valid is how each root field with arguments is called so that it succeeds,
// with every argument and every field of every input given. A root field, or a
// field of an input, that is missing fails a test.
func valid(f storetest.Fixture) map[string]valuedCall {
	id := func(kind globalid.Kind, uuid string) string { return globalid.Encode(kind, uuid) }
	span := map[string]any{"start": "2027-04-08T13:00:00Z", "end": "2027-04-08T14:00:00Z"}
	cursor := base64.RawURLEncoding.EncodeToString([]byte(`["2027-03-24T09:00:00Z","aaaaaaaa-0005-4000-8000-000000000001"]`))
	request, expert := id(globalid.Request, string(f.A.Ear)), id(globalid.Expert, string(f.A.Experts[0]))
	feed := map[string]any{"idempotencyKey": "", "feedId": id(globalid.Feed, string(f.A.Feed))}
	pool, cohort, later := id(globalid.Pool, string(f.A.Pool)), id(globalid.Cohort, string(f.A.Cohort)), id(globalid.Cohort, string(f.A.Later))
	coordinator, she := f.A.Coordinator, f.A.ExpertViewers[0]
	match := id(globalid.Match, string(f.A.Match))
	plan := map[string]any{"matchId": id(globalid.Match, string(f.A.Match)), "requestId": nil, "date": "2027-05-04", "time": "15:00", "minutes": 60,
		"rhythm": map[string]any{"every": 1, "monthly": map[string]any{"nth": "FIRST", "weekday": "TUESDAY"}, "count": 2, "until": nil},
		"mode":   "BEST_EFFORT", "doubleBookingReason": "zij sluit later aan"}
	return map[string]valuedCall{
		"node":           {coordinator, map[string]any{"id": expert}},
		"expert":         {coordinator, map[string]any{"id": expert}},
		"request":        {coordinator, map[string]any{"id": request}},
		"session":        {coordinator, map[string]any{"id": id(globalid.Session, string(f.A.Session))}},
		"offer":          {coordinator, map[string]any{"id": id(globalid.Offer, string(f.A.Offer))}},
		"regions":        {coordinator, map[string]any{"on": "2027-04-08"}},
		"municipalities": {coordinator, map[string]any{"on": "2027-04-08"}},
		"availability":   {coordinator, map[string]any{"expertId": expert, "from": "2027-04-01T00:00:00Z", "to": "2027-05-01T00:00:00Z"}},
		"feasibleSlots": {coordinator, map[string]any{"expertIds": []any{expert}, "duration": 60, "between": map[string]any{"start": "2027-04-01T00:00:00Z", "end": "2027-07-01T00:00:00Z"},
			"pattern": map[string]any{"occurrences": 2, "every": 1, "monthly": map[string]any{"nth": "LAST", "weekday": "TUESDAY"}, "allOrNothing": false},
			"place":   map[string]any{"online": false, "municipality": "GM0513", "postcode4": "2801"}, "first": 5}},
		"matchSuggestions": {coordinator, map[string]any{"requestId": request, "first": 5}},
		"simulate": {coordinator, map[string]any{"requestId": request, "change": map[string]any{
			"policy": map[string]any{"activeRelations": 3, "activeRelationsEarly": 1, "earlyMonths": 6, "sessionsPerDay": 2, "sessionsPerWeek": 4,
				"contactMinutesWeek": 480, "travelBufferMinutes": 45, "adultAge": 18, "minAgeGap": 2, "lowCoverage": 60},
			"weights": []any{map[string]any{"factor": "theme_fit", "weight": 100}, map[string]any{"factor": "availability_fit", "weight": 0},
				map[string]any{"factor": "proximity", "weight": 0}, map[string]any{"factor": "preference_fit", "weight": 0}, map[string]any{"factor": "age_nearness", "weight": 0},
				map[string]any{"factor": "load_balance", "weight": 0}, map[string]any{"factor": "practice_level", "weight": 0}},
			"withoutFactors": []any{"proximity"},
			"availability": []any{map[string]any{"expertId": expert, "removeBlackouts": []any{span}, "addBlackouts": []any{span},
				"removeWindows": []any{map[string]any{"weekday": "MONDAY", "starts": "13:00", "ends": "17:00"}},
				"addWindows": []any{map[string]any{"weekday": "MONDAY", "starts": "13:00", "ends": "17:00", "validFrom": "2027-04-01",
					"validUntil": "2027-05-01", "parity": "EVERY", "mode": "BOTH", "maxTravelMinutes": 30}}}},
			"request": map[string]any{"teamSize": 1, "minutes": 60, "online": false, "municipality": "GM0513",
				"softenThemes": []any{"LONELINESS"}, "dropThemes": []any{"ADDICTION"},
				"softenWishes": []any{map[string]any{"kind": "LANGUAGE", "value": "NL"}}, "dropWishes": []any{map[string]any{"kind": "LANGUAGE", "value": "NL"}},
				"options": []any{span}, "windows": []any{}, "neededFrom": "2027-04-01", "neededUntil": "2027-05-01", "everyWeeks": 1, "occurrences": 1}}}},
		"whyNot":    {coordinator, map[string]any{"requestId": request, "expertId": expert}},
		"whyNobody": {coordinator, map[string]any{"requestId": request}},
		"experts": {coordinator, map[string]any{"first": 5, "after": cursor,
			"filter": map[string]any{"status": "DEPLOYABLE", "type": "TALK", "municipality": "GM0513", "search": "a"}}},
		"requests": {coordinator, map[string]any{"first": 5, "after": cursor, "orderBy": "OLDEST_FIRST", "filter": map[string]any{
			"status": "OPEN", "type": "TALK", "municipality": "GM0513", "organisationId": id(globalid.Organisation, string(f.A.Location)), "waiting": true}}},
		"fairness": {coordinator, map[string]any{"poolId": id(globalid.Pool, string(f.A.Pool))}},
		"offers":   {coordinator, map[string]any{"first": 5, "after": cursor, "status": "SENT"}},
		"sessions": {coordinator, map[string]any{"first": 5, "after": cursor, "from": "2027-04-01T00:00:00Z", "to": "2027-05-01T00:00:00Z",
			"filter": map[string]any{"expertId": expert, "requestId": request, "status": "CONFIRMED"}}},

		"submitRequest": {f.A.LocationAsker, input{"organisationId": id(globalid.Organisation, string(f.A.Location)), "type": "LISTENING_EAR", "goal": "Even praten",
			"urgency": "NORMAL", "teamSize": 1, "minutes": 60, "online": false, "municipality": "GM0513", "postcode4": "2801", "address": "Voorbeeldstraat 3",
			"audience": "CLOSED", "audienceSize": 1, "audienceAgeFrom": 12, "goalNamesNobody": false, "newcomerSeat": false,
			"client":      map[string]any{"ageFrom": 14, "ageTo": 16, "turns18On": "2029-05-01"},
			"themes":      []any{map[string]any{"theme": "LONELINESS", "importance": "MUST"}},
			"preferences": []any{map[string]any{"kind": "LANGUAGE", "value": "NL", "must": false}},
			"options":     []any{span}, "windows": []any{}, "neededFrom": "2027-04-01", "neededUntil": "2027-05-01", "everyWeeks": 1, "occurrences": 1}.of()},
		"triageRequest":   {coordinator, input{"requestId": request, "outcome": "ON_HOLD"}.of()},
		"withdrawRequest": {coordinator, input{"requestId": request}.of()},
		"tasks": {coordinator, map[string]any{"first": 5, "after": cursor,
			"filter": map[string]any{"kinds": []any{"CHECK_IN"}, "poolId": id(globalid.Pool, string(f.A.Pool)), "overdue": true, "postponed": true}}},
		"task":                {coordinator, map[string]any{"id": id(globalid.Task, fixtureTask)}},
		"completeTask":        {coordinator, input{"taskId": id(globalid.Task, fixtureTask)}.of()},
		"resumeTask":          {coordinator, input{"taskId": id(globalid.Task, fixtureTask)}.of()},
		"recordAgreement":     {coordinator, input{"expertId": expert, "agreement": "NDA", "on": "2027-03-01"}.of()},
		"recordTraining":      {coordinator, input{"expertId": expert, "type": "TALK", "on": "2027-03-01"}.of()},
		"withdrawPaper":       {coordinator, input{"expertId": expert, "paper": "TRAINING", "type": "TALK", "issuedOn": nil, "reason": "omdat"}.of()},
		"setTravel":           {coordinator, input{"expertId": expert, "maxTravelMinutes": 45, "postcode4": "2801"}.of()},
		"setServiceArea":      {coordinator, input{"poolId": id(globalid.Pool, string(f.A.Pool)), "municipalities": []any{"GM0513"}, "from": "2027-05-01"}.of()},
		"excludeOrganisation": {she, input{"organisationId": id(globalid.Organisation, string(f.A.House)), "until": "2028-01-01"}.of()},
		"endExclusion":        {f.A.ExpertViewers[3], input{"organisationId": id(globalid.Organisation, string(f.A.House))}.of()},
		"keepApart":           {coordinator, input{"expertId": expert, "otherId": id(globalid.Expert, string(f.A.Experts[1])), "requestId": nil}.of()},
		"endKeepingApart":     {coordinator, input{"expertId": expert, "otherId": id(globalid.Expert, string(f.A.Experts[1])), "requestId": nil}.of()},
		"declineTransfer":     {f.A.ExpertViewers[1], input{"toPoolId": id(globalid.Pool, string(f.B.Pool))}.of()},
		"correctOutcome":      {coordinator, input{"sessionId": id(globalid.Session, string(f.A.Done[0])), "outcome": "NO_SHOW_CLIENT", "reason": "omdat", "breakGlassReason": "omdat"}.of()},
		"postponeTask":        {coordinator, input{"taskId": id(globalid.Task, fixtureTask), "until": "2027-04-01T00:00:00Z"}.of()},
		"appointDeputy": {coordinator, input{"poolId": id(globalid.Pool, string(f.A.Pool)), "email": "iemand@example.org",
			"from": "2027-04-01", "until": "2027-04-02"}.of()},
		"endDeputyship": {coordinator, input{"deputyshipId": id(globalid.Deputyship, fixtureDeputyship)}.of()},
		"makeOffer": {coordinator, input{"requestId": request, "expertIds": []any{expert}, "slot": map[string]any{"start": "2027-04-08T12:00:00Z", "end": "2027-04-08T13:00:00Z"}, "furtherSlots": []any{},
			"reserve": []any{[]any{id(globalid.Expert, string(f.A.Experts[1]))}}, "basis": oldBasis, "overrideReason": "zij kent de buurt"}.of()},
		"decision": {coordinator, map[string]any{"id": id(globalid.Decision, string(f.A.Decisions[1]))}},
		"weights":  {coordinator, map[string]any{"poolId": id(globalid.Pool, string(f.A.Pool)), "type": "BUDDY"}},
		"proposeWeights": {coordinator, input{"poolId": id(globalid.Pool, string(f.A.Pool)), "type": "BUDDY", "reason": "omdat",
			"weights": []any{map[string]any{"factor": "theme_fit", "weight": 100}}}.of()},
		"approveWeights":    {f.A.RegionLead, input{"poolId": id(globalid.Pool, string(f.A.Pool)), "type": "POLICY_ADVICE", "version": 1}.of()},
		"rejectWeights":     {f.A.RegionLead, input{"poolId": id(globalid.Pool, string(f.A.Pool)), "type": "POLICY_ADVICE", "version": 1}.of()},
		"acceptOffer":       {f.A.ExpertViewers[2], input{"offerId": id(globalid.Offer, string(f.A.Offer))}.of()},
		"declineOffer":      {f.A.ExpertViewers[2], input{"offerId": id(globalid.Offer, string(f.A.Offer)), "code": "TIME"}.of()},
		"openSeats":         {coordinator, input{"sessionId": id(globalid.Session, string(f.A.Session)), "seats": 3}.of()},
		"takeSeat":          {she, input{"sessionId": id(globalid.Session, string(f.A.Session))}.of()},
		"giveUpSeat":        {she, input{"sessionId": id(globalid.Session, string(f.A.Session))}.of()},
		"cancelSession":     {coordinator, input{"sessionId": id(globalid.Session, string(f.A.Session)), "onBehalfOf": "CLIENT", "scope": "THIS"}.of()},
		"match":             {coordinator, map[string]any{"id": match}},
		"matches":           {coordinator, map[string]any{"first": 5, "after": cursor, "filter": map[string]any{"status": "ACTIVE", "expertId": expert}}},
		"recordRapport":     {coordinator, input{"matchId": match, "side": "CLIENT", "good": true}.of()},
		"activateMatch":     {coordinator, input{"matchId": match}.of()},
		"pauseMatch":        {coordinator, input{"matchId": match}.of()},
		"resumeMatch":       {coordinator, input{"matchId": match}.of()},
		"announceClosure":   {coordinator, input{"matchId": match, "overrideReason": "zij verhuist"}.of()},
		"closeMatch":        {coordinator, input{"matchId": match, "reason": "MOVED_AWAY", "seekAgain": true}.of()},
		"extendMatch":       {coordinator, input{"matchId": match, "plannedEnd": "2030-01-01", "overrideReason": "het loopt goed"}.of()},
		"grantExtraSession": {coordinator, input{"matchId": match, "reason": "nog één keer"}.of()},
		"convertMatch": {coordinator, input{"matchId": match, "type": "HOPE_GIVER", "slot": map[string]any{"start": "2027-04-15T12:00:00Z", "end": "2027-04-15T13:00:00Z"},
			"everyWeeks": 1, "plannedEnd": "2027-10-01", "consentConfirmedBy": "Hanna Huis"}.of()},
		"recordOutcome":   {coordinator, input{"sessionId": id(globalid.Session, string(f.A.Session)), "outcome": "COMPLETED", "breakGlassReason": "aanvraag loopt"}.of()},
		"confirmSession":  {coordinator, input{"sessionId": id(globalid.Session, string(f.A.Session))}.of()},
		"evaluateRequest": {coordinator, input{"requestId": request}.of()},
		"closeRequest":    {coordinator, input{"requestId": request}.of()},
		"previewSessions": {coordinator, map[string]any{"plan": plan}},
		"planSessions":    {coordinator, input{"plan": plan}.of()},
		"rescheduleSession": {coordinator, input{"sessionId": id(globalid.Session, string(f.A.Session)), "start": "2027-04-08T15:00:00Z", "scope": "THIS", "mode": "BEST_EFFORT",
			"doubleBookingReason": "zij sluit later aan"}.of()},
		"joinSuggestions": {coordinator, map[string]any{"sessionId": id(globalid.Session, string(f.A.Session)), "first": 5}},
		"standby":         {coordinator, map[string]any{"from": "2027-04-01T00:00:00Z", "to": "2027-05-01T00:00:00Z"}},
		"askToJoin": {coordinator, input{"sessionId": id(globalid.Session, string(f.A.Session)), "overrideReason": "zij kent de buurt",
			"asks": []any{map[string]any{"expertId": id(globalid.Expert, string(f.A.Experts[2])), "basis": oldBasis}}}.of()},
		"substituteSession": {coordinator, input{"expertId": expert, "sessionId": nil, "day": "2027-04-07", "ask": true}.of()},
		"decideSession":     {coordinator, input{"sessionId": id(globalid.Session, string(f.A.Session)), "choice": "ALONE", "overrideReason": "het kan niet anders"}.of()},
		"setStandby":        {she, input{"expertId": expert, "spans": []any{span}}.of()},
		"setAvailability": {she, input{"expertId": expert, "rules": []any{map[string]any{"weekday": "MONDAY", "starts": "13:00", "ends": "17:00",
			"validFrom": "2027-04-01", "validUntil": "2027-05-01", "parity": "EVERY", "mode": "BOTH", "maxTravelMinutes": 30}}}.of()},
		"addBlackout":          {she, input{"expertId": expert, "span": span}.of()},
		"setThemeConsent":      {she, input{"theme": "LONELINESS", "usage": "CASE", "level": "GREEN"}.of()},
		"withdrawThemeConsent": {she, input{"theme": "LONELINESS", "usage": "CASE"}.of()},
		"createCalendarFeed":   {she, input{"label": "telefoon", "title": "MINIMAL", "withPlace": true}.of()},
		"calendarFeed":         {she, map[string]any{"id": id(globalid.Feed, string(f.A.Feed))}},
		"createTeamFeed":       {coordinator, input{"poolId": pool, "form": "FREE_BUSY", "label": "bureau"}.of()},
		"createPublicTalksFeed": {f.A.Requester, input{"organisationId": id(globalid.Organisation, string(f.A.House)), "label": "website",
			"withPlace": true}.of()},
		"updateCalendarFeed":  {she, input{"feedId": id(globalid.Feed, string(f.A.Feed)), "label": "horloge", "title": "MINIMAL", "withPlace": false}.of()},
		"rotateCalendarFeed":  {she, map[string]any{"input": feed}},
		"revokeCalendarFeed":  {she, map[string]any{"input": feed}},
		"linkBusyCalendar":    {she, input{"label": "privé", "address": nil, "file": emptyCalendar}.of()},
		"refreshBusyCalendar": {she, input{"calendarId": id(globalid.Busy, string(f.A.Busy))}.of()},
		"unlinkBusyCalendar":  {she, input{"calendarId": id(globalid.Busy, string(f.A.Busy))}.of()},
		"setInvitations":      {she, input{"wanted": true, "title": "MINIMAL", "withPlace": true}.of()},

		"cohorts":  {f.A.Trainer, map[string]any{"first": 5, "after": encoded(`["2027-05-03","` + string(f.A.Later) + `"]`), "poolId": pool}},
		"cohort":   {f.A.Trainer, map[string]any{"id": cohort}},
		"waitlist": {coordinator, map[string]any{"first": 5, "after": encoded(`["2027-03-01","` + string(f.A.Waiting) + `"]`), "poolId": pool}},
		"createCohort": {coordinator, input{"poolId": pool, "name": "Lichting", "places": 12, "plannedStart": "2027-09-01", "plannedEnd": "2027-12-01",
			"meetings": 6, "joinBefore": 3, "offerHours": 72, "paperworkDays": 28}.of()},
		"moveCohort":       {f.A.Trainer, input{"cohortId": later, "plannedEnd": "2027-08-01"}.of()},
		"enrol":            {coordinator, input{"cohortId": later, "expertIds": []any{expert}}.of()},
		"recordAttendance": {f.A.Trainer, input{"cohortId": cohort, "attendance": []any{map[string]any{"expertId": expert, "meeting": 1, "present": true}}}.of()},
		"recordOutcomes":   {f.A.Trainer, input{"cohortId": cohort, "on": "2026-01-07", "outcomes": []any{map[string]any{"expertId": expert, "outcome": "CERTIFIED"}}}.of()},
		"makeDeployable":   {coordinator, input{"expertId": expert}.of()},
		"waitlistRequest":  {coordinator, input{"requestId": request, "reason": "COHORT_PENDING", "cohortId": later}.of()},
		"addToWaitlist":    {coordinator, input{"poolId": pool, "expertId": expert, "since": "2027-03-01"}.of()},
		"setWaitlistPriority": {coordinator, input{"entryId": id(globalid.Waiting, string(f.A.Waiting)), "priority": 3,
			"reason": "omdat"}.of()},
		"leaveWaitlist":            {coordinator, input{"entryId": id(globalid.Waiting, string(f.A.Waiting))}.of()},
		"answerPlaceOffer":         {she, input{"placeOfferId": id(globalid.Place, string(f.A.Place)), "accept": true}.of()},
		"resolveConsentChange":     {coordinator, input{"sessionId": id(globalid.Session, string(f.A.Session)), "choice": "REPLACE", "expertId": expert}.of()},
		"recordConductCertificate": {coordinator, input{"expertId": expert, "issuedOn": "2027-03-01", "validTo": "2030-03-01", "screeningProfile": "Vrijwilliger"}.of()},
		"pauseExpert":              {coordinator, input{"expertId": expert, "until": "2027-05-01T00:00:00Z"}.of()},
		"resumeExpert":             {coordinator, input{"expertId": expert}.of()},
		"offboardExpert":           {coordinator, input{"expertId": expert}.of()},
		"transferExpert":           {coordinator, input{"expertId": expert, "toPoolId": id(globalid.Pool, string(f.B.Pool)), "on": "2027-05-01", "postcode4": "1315"}.of()},
		"acceptTransfer":           {f.A.ExpertViewers[1], input{"toPoolId": id(globalid.Pool, string(f.B.Pool))}.of()},
		"confirmClientConsent":     {coordinator, input{"requestId": request}.of()},
		"mergeOrganisations":       {f.A.RegionLead, input{"fromId": id(globalid.Organisation, string(f.A.Other)), "intoId": id(globalid.Organisation, string(f.A.House))}.of()},
		"liftExclusion":            {f.A.ExpertViewers[3], input{"organisationId": id(globalid.Organisation, string(f.A.House)), "requestId": request}.of()},
	}
}

// oldBasis is what a suggestion of another version of the engine rested on:
// 1;0.9.0;default-0/CASE;0123abcd;9000,?,;1804075200 with its checksum.
const oldBasis = "MTswLjkuMDtkZWZhdWx0LTAvQ0FTRTswMTIzYWJjZDs5MDAwLD8sOzE4MDQwNzUyMDBnXw"

type valuedCall struct {
	viewer    auth.Viewer
	arguments map[string]any
}

// input is the one argument of a mutation.
type input map[string]any

func (i input) of() map[string]any {
	i["idempotencyKey"] = ""
	return map[string]any{"input": map[string]any(i)}
}

// freshKeys gives every call an intention of its own.
var freshKeys atomic.Int64

// call sends a root field with arguments. Texts of [marks] become what JSON
// cannot say.
func (s *service) call(t *testing.T, field *ast.FieldDefinition, operation string, viewer auth.Viewer, arguments map[string]any) (int, answer) {
	t.Helper()
	var declared, given []string
	for _, a := range field.Arguments {
		declared = append(declared, "$"+a.Name+":"+a.Type.String())
		given = append(given, a.Name+":$"+a.Name)
	}
	query := fmt.Sprintf("%s(%s){%s(%s){__typename}}", operation, strings.Join(declared, ","), field.Name, strings.Join(given, ","))
	body, err := json.Marshal(map[string]any{"query": query, "variables": arguments})
	if err != nil {
		t.Fatal(err)
	}
	body = bytes.ReplaceAll(body, []byte(`"idempotencyKey":""`), []byte(`"idempotencyKey":"hostile-`+strconv.FormatInt(freshKeys.Add(1), 10)+`"`))
	for mark, raw := range marks {
		body = bytes.ReplaceAll(body, []byte(mark), []byte(raw))
	}
	return s.post(t, viewer, body)
}

// marks stand for what json.Marshal would mend.
var marks = map[string]string{"HALF-A-CHARACTER": `\ud800`, "BROKEN-UTF-8": "\xff", "ZERO-BYTE": `\u0000`, "BARE-ESCAPE": `\`}

// place is a leaf or list somewhere in the arguments of a call.
type place struct {
	path []any // names and indexes
	kind *ast.Type
}

// field is the path as errors name it.
func (p place) field() string {
	var names []string
	for _, step := range p.path {
		if name, ok := step.(string); ok {
			names = append(names, name)
		}
	}
	return strings.TrimPrefix(strings.Join(names, "."), "input.")
}

// places walks what a call is given, and reports what it is not given.
func places(t *testing.T, schema *ast.Schema, path []any, kind *ast.Type, value any) []place {
	t.Helper()
	here := []place{{slices.Clone(path), kind}}
	if kind.Elem != nil {
		for i, item := range value.([]any) {
			here = append(here, places(t, schema, append(path, i), kind.Elem, item)...)
		}
		return here
	}
	definition := schema.Types[kind.Name()]
	if definition.Kind != ast.InputObject {
		return here
	}
	for _, f := range definition.Fields {
		item, given := value.(map[string]any)[f.Name]
		if !given {
			t.Errorf("%s.%s is not tried: give it a value", definition.Name, f.Name)
			continue
		}
		here = append(here, places(t, schema, append(path, f.Name), f.Type, item)...)
	}
	return here
}

// with is a copy of a value in which one place holds something else.
func with(value any, path []any, other any) any {
	if len(path) == 0 {
		return other
	}
	switch step := path[0].(type) {
	case string:
		out := maps.Clone(value.(map[string]any))
		out[step] = with(out[step], path[1:], other)
		return out
	default:
		out := slices.Clone(value.([]any))
		out[step.(int)] = with(out[step.(int)], path[1:], other)
		return out
	}
}

func TestEveryRootFieldIsTriedWithHostileValues(t *testing.T) {
	t.Parallel()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	var tried int
	for operation, root := range map[string]*ast.Definition{"query": schema.Query, "mutation": schema.Mutation} {
		for _, field := range root.Fields {
			if len(field.Arguments) == 0 || strings.HasPrefix(field.Name, "__") {
				continue
			}
			tried++
			t.Run(field.Name, func(t *testing.T) {
				t.Parallel()
				f := start(t)
				f.addTasks(t)
				f.exec(t, `update account set email = 'iemand@example.org' where id = $1`, f.B.Coordinator.AccountID)
				f.exec(t, `insert into expert_transfer (expert_id, from_pool, to_pool, takes_effect, postcode4, proposed_by, proposed_at)
					values ($1, $2, $3, '2027-05-01', '1315', $4, $5)`, f.A.Experts[1], f.A.Pool, f.B.Pool, f.A.Coordinator.AccountID, storetest.Now) // for acceptTransfer and declineTransfer
				f.exec(t, `insert into expert_exclusion (expert_id, other_id, set_by) values ($1, $2, $3)`, f.A.Experts[0], f.A.Experts[1], f.A.Coordinator.AccountID) // for endKeepingApart
				c, known := valid(f.Fixture)[field.Name]
				if !known {
					t.Fatal("it is not in the table: say how it is called")
				}
				var all []place
				for _, a := range field.Arguments {
					all = append(all, places(t, schema, []any{a.Name}, a.Type, c.arguments[a.Name])...)
				}
				for _, p := range all {
					for name, value := range hostile(schema, p.kind, at(t, c.arguments, p.path...)) {
						status, got := f.call(t, field, operation, c.viewer, with(c.arguments, p.path, value).(map[string]any))
						judge(t, p, name, status, got)
					}
				}
				// After all that the call itself still does, or is done.
				_, got := f.call(t, field, operation, c.viewer, c.arguments)
				ended := []string{"unlinkBusyCalendar", "endExclusion", "endKeepingApart", "declineTransfer"}
				if slices.Contains(ended, field.Name) && len(got.Errors) > 0 && got.Errors[0].Extensions.Code == "NOT_FOUND" {
					return // what ended on the way is gone
				}
				if len(got.Errors) > 0 && got.Errors[0].Extensions.Code != "CONFLICT" && got.Errors[0].Extensions.Code != "INFEASIBLE" {
					t.Errorf("the call as it should be: %+v", got.Errors)
				}
			})
		}
	}
	if tried < 26 {
		t.Errorf("only %d root fields were tried", tried)
	}
}

// judge says whether an answer to a hostile value is as it should be: typed, and
// with the name of the field where the value is what is wrong.
func judge(t *testing.T, p place, name string, status int, got answer) {
	t.Helper()
	say := func(problem string) {
		t.Errorf("%s = %s: %s: status %d, %.300s", p.field(), name, problem, status, fmt.Sprintf("%+v", got.Errors))
	}
	if want := map[string]int{"NUL": 400, "half a character": 400, "broken UTF-8": 400, "a bare escape": 400, "a megabyte": 413}[name]; want != 0 {
		if status != want || len(got.Errors) != 1 {
			say("want status " + strconv.Itoa(want))
		}
		return
	}
	if status != http.StatusOK && status != http.StatusRequestEntityTooLarge {
		say("want status 200")
	}
	for _, e := range got.Errors {
		switch e.Extensions.Code {
		case "INVALID":
			first, _, _ := strings.Cut(p.field(), ".")
			if !strings.HasPrefix(e.Extensions.Field+".", first+".") && !slices.Contains(besides[p.field()], e.Extensions.Field) {
				say("it is blamed on " + e.Extensions.Field)
			}
		case "NOT_FOUND", "CONFLICT", "INFEASIBLE", "LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED", "PAYLOAD_TOO_LARGE":
		default:
			say("want a typed error")
		}
	}
	if p.kind.Name() == "String" && slices.Contains([]string{"a number", "a fraction", "a Boolean", "a list", "an object"}, name) && len(got.Errors) == 0 {
		say("want it refused: it is no text")
	}
	if strings.HasPrefix(name, "text turned") && slices.Contains(freeText, p.field()) && (len(got.Errors) != 1 || got.Errors[0].Extensions.Field != p.field()) {
		say("want INVALID for this very field")
	}
}

// freeText are the fields whose text is kept and shown to people.
var freeText = []string{"goal", "address", "label", "overrideReason", "preferences.value", "name", "plan.doubleBookingReason", "doubleBookingReason", "screeningProfile"}

// besides are fields that may rightly be blamed for another's value.
var besides = map[string][]string{
	"from": {"to"}, "file": {"address"}, "neededFrom": {"neededUntil"}, "span.start": {"end"}, "span.end": {"end"}, "minutes": {"options.end"},
	"type": {"client", "teamSize", "minutes"}, "online": {"municipality"}, "occurrences": {"teamSize"}, "client": {"client.ageTo"},
	"plannedStart": {"plannedEnd"}, "reason": {"cohortId"}, "cohortId": {"reason"},
	"windows": {"options"}, "options": {"windows"}, "expertIds": {"expertIds"},
}
