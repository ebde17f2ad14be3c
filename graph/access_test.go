package graph_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"expex/auth"
	"expex/graph/globalid"
)

// operation is a call with one id in it, %q in the text.
type operation struct {
	name string
	kind globalid.Kind
	text string
}

const window = `from:"2027-04-01T00:00:00Z",to:"2027-05-01T00:00:00Z"`

// earOfFlevoland is a request of the strangers' own.
var earOfFlevoland = globalid.Encode(globalid.Request, "bbbbbbbb-0005-4000-8000-000000000001")

// expertOfFlevoland is one of the experts of theirs.
var expertOfFlevoland = globalid.Encode(globalid.Expert, "bbbbbbbb-0004-4000-8000-000000000002")

// someExpert and someRequest are of Midden-Holland, for operations with two ids.
var (
	someExpert  = globalid.Encode(globalid.Expert, "aaaaaaaa-0004-4000-8000-000000000002")
	someRequest = globalid.Encode(globalid.Request, "aaaaaaaa-0005-4000-8000-000000000001")
)

// withID is every operation that takes an id. A root field that is missing here
// fails TestEveryOperationWithAnIDIsTriedWithForeignOnes.
var withID = []operation{
	{"node expert", globalid.Expert, `{node(id:%q){id}}`},
	{"node request", globalid.Request, `{node(id:%q){id}}`},
	{"node organisation", globalid.Organisation, `{node(id:%q){id}}`},
	{"node offer", globalid.Offer, `{node(id:%q){id}}`},
	{"node decision", globalid.Decision, `{node(id:%q){id}}`},
	{"node session", globalid.Session, `{node(id:%q){id}}`},
	{"node cohort", globalid.Cohort, `{node(id:%q){id}}`},
	{"node match", globalid.Match, `{node(id:%q){id}}`},
	{"match", globalid.Match, `{match(id:%q){id status}}`},
	{"matches by expert", globalid.Expert, `{matches(filter:{expertId:%q}){totalCount edges{node{id}}}}`},
	{"node feed", globalid.Feed, `{node(id:%q){id}}`},
	{"node task", globalid.Task, `{node(id:%q){id}}`},
	{"expert", globalid.Expert, `{expert(id:%q){id firstName}}`},
	{"request", globalid.Request, `{request(id:%q){id}}`},
	{"requestChanged", globalid.Request, `subscription{requestChanged(id:%q){id}}`},
	{"decision", globalid.Decision, `{decision(id:%q){id calculation{score}}}`},
	{"task", globalid.Task, `{task(id:%q){id}}`},
	{"tasks by pool", globalid.Pool, `{tasks(filter:{poolId:%q}){totalCount edges{node{id}}}}`},
	{"completeTask", globalid.Task, `mutation{completeTask(input:{idempotencyKey:"abcdefgh-15",taskId:%q}){task{id}}}`},
	{"postponeTask", globalid.Task, `mutation{postponeTask(input:{idempotencyKey:"abcdefgh-16",taskId:%q,until:"2027-04-01T00:00:00Z"}){task{id}}}`},
	{"resumeTask", globalid.Task, `mutation{resumeTask(input:{idempotencyKey:"abcdefgh-p15",taskId:%q}){task{id}}}`},
	{"appointDeputy", globalid.Pool, `mutation{appointDeputy(input:{idempotencyKey:"abcdefgh-17",poolId:%q,email:"iemand@example.org",from:"2027-04-01",until:"2027-04-02"}){deputyship{id}}}`},
	{"endDeputyship", globalid.Deputyship, `mutation{endDeputyship(input:{idempotencyKey:"abcdefgh-18",deputyshipId:%q}){deputyship{id}}}`},
	{"offer", globalid.Offer, `{offer(id:%q){id}}`},
	{"session", globalid.Session, `{session(id:%q){id}}`},
	{"availability", globalid.Expert, `{availability(expertId:%q,` + window + `){expertId}}`},
	{"feasibleSlots", globalid.Expert, `{feasibleSlots(expertIds:[%q],duration:60,between:{start:"2027-04-01T00:00:00Z",end:"2027-05-01T00:00:00Z"},place:{online:true}){totalCount}}`},
	{"matchSuggestions", globalid.Request, `{matchSuggestions(requestId:%q){totalCount}}`},
	{"simulate", globalid.Request, `{simulate(requestId:%q,change:{}){totalCount}}`},
	{"simulate hours", globalid.Expert, `{simulate(requestId:"` + earOfFlevoland + `",change:{availability:[{expertId:%q}]}){totalCount}}`},
	{"fairness", globalid.Pool, `{fairness(poolId:%q){experts}}`},
	{"whyNobody", globalid.Request, `{whyNobody(requestId:%q){candidates}}`},
	{"whyNot request", globalid.Request, `{whyNot(requestId:%q,expertId:"` + someExpert + `"){obstacles{code}}}`},
	{"whyNot expert", globalid.Expert, `{whyNot(requestId:"` + someRequest + `",expertId:%q){obstacles{code}}}`},
	{"requests by organisation", globalid.Organisation, `{requests(filter:{organisationId:%q}){totalCount edges{node{id}}}}`},
	{"sessions by expert", globalid.Expert, `{sessions(` + window + `,filter:{expertId:%q}){totalCount edges{node{id}}}}`},
	{"sessions by request", globalid.Request, `{sessions(` + window + `,filter:{requestId:%q}){totalCount edges{node{id}}}}`},
	{"submitRequest", globalid.Organisation, `mutation{submitRequest(input:{idempotencyKey:"abcdefgh-1",organisationId:%q,type:"POLICY_ADVICE",municipality:"GM0513",options:[{start:"2027-05-05T08:00:00Z",end:"2027-05-05T12:00:00Z"}]}){request{id}}}`},
	{"triageRequest", globalid.Request, `mutation{triageRequest(input:{idempotencyKey:"abcdefgh-2",requestId:%q,outcome:ON_HOLD}){request{id}}}`},
	{"withdrawRequest", globalid.Request, `mutation{withdrawRequest(input:{idempotencyKey:"abcdefgh-3",requestId:%q}){request{id}}}`},
	{"makeOffer request", globalid.Request, `mutation{makeOffer(input:{idempotencyKey:"abcdefgh-4",requestId:%q,expertIds:[],overrideReason:"omdat",slot:{start:"2027-04-07T12:00:00Z",end:"2027-04-07T13:00:00Z"}}){decisionId}}`},
	{"weights", globalid.Pool, `{weights(poolId:%q,type:"POLICY_ADVICE"){version history{version}}}`},
	{"proposeWeights", globalid.Pool, `mutation{proposeWeights(input:{idempotencyKey:"abcdefgh-12",poolId:%q,type:"BUDDY",weights:[{factor:"theme_fit",weight:100}],reason:"omdat"}){weights{version}}}`},
	{"approveWeights", globalid.Pool, `mutation{approveWeights(input:{idempotencyKey:"abcdefgh-13",poolId:%q,type:"POLICY_ADVICE",version:1}){weights{version}}}`},
	{"rejectWeights", globalid.Pool, `mutation{rejectWeights(input:{idempotencyKey:"abcdefgh-14",poolId:%q,type:"POLICY_ADVICE",version:1}){weights{version}}}`},
	{"acceptOffer", globalid.Offer, `mutation{acceptOffer(input:{idempotencyKey:"abcdefgh-5",offerId:%q}){offer{id}}}`},
	{"declineOffer", globalid.Offer, `mutation{declineOffer(input:{idempotencyKey:"abcdefgh-6",offerId:%q}){offer{id}}}`},
	{"joinSuggestions", globalid.Session, `{joinSuggestions(sessionId:%q){totalCount}}`},
	{"askToJoin session", globalid.Session, `mutation{askToJoin(input:{idempotencyKey:"abcdefgh-15",sessionId:%q,overrideReason:"omdat",asks:[{expertId:"` + someExpert + `"}]}){offers{id}}}`},
	{"substituteSession session", globalid.Session, `mutation{substituteSession(input:{idempotencyKey:"abcdefgh-16",sessionId:%q,expertId:"` + someExpert + `"}){sessions{offers{id}}}}`},
	{"substituteSession expert", globalid.Expert, `mutation{substituteSession(input:{idempotencyKey:"abcdefgh-17",expertId:%q,day:"2027-04-07"}){sessions{offers{id}}}}`},
	{"decideSession", globalid.Session, `mutation{decideSession(input:{idempotencyKey:"abcdefgh-18",sessionId:%q,choice:POSTPONE}){session{id}}}`},
	{"setStandby", globalid.Expert, `mutation{setStandby(input:{idempotencyKey:"abcdefgh-19",expertId:%q,spans:[]}){expert{id}}}`},
	{"cancelSession", globalid.Session, `mutation{cancelSession(input:{idempotencyKey:"abcdefgh-7",sessionId:%q}){session{id}}}`},
	{"openSeats", globalid.Session, `mutation{openSeats(input:{idempotencyKey:"abcdefgh-15",sessionId:%q,seats:5}){session{id}}}`},
	{"takeSeat", globalid.Session, `mutation{takeSeat(input:{idempotencyKey:"abcdefgh-16",sessionId:%q}){session{id}}}`},
	{"giveUpSeat", globalid.Session, `mutation{giveUpSeat(input:{idempotencyKey:"abcdefgh-17",sessionId:%q}){session{id}}}`},
	{"recordRapport", globalid.Match, `mutation{recordRapport(input:{idempotencyKey:"abcdefgh-m0",matchId:%q,side:EXPERT,good:true}){match{id}}}`},
	{"activateMatch", globalid.Match, `mutation{activateMatch(input:{idempotencyKey:"abcdefgh-m1",matchId:%q}){match{id}}}`},
	{"pauseMatch", globalid.Match, `mutation{pauseMatch(input:{idempotencyKey:"abcdefgh-m2",matchId:%q}){match{id}}}`},
	{"resumeMatch", globalid.Match, `mutation{resumeMatch(input:{idempotencyKey:"abcdefgh-m3",matchId:%q}){match{id}}}`},
	{"announceClosure", globalid.Match, `mutation{announceClosure(input:{idempotencyKey:"abcdefgh-m4",matchId:%q}){match{id}}}`},
	{"closeMatch", globalid.Match, `mutation{closeMatch(input:{idempotencyKey:"abcdefgh-m5",matchId:%q,reason:PLANNED_END}){match{id}}}`},
	{"extendMatch", globalid.Match, `mutation{extendMatch(input:{idempotencyKey:"abcdefgh-m6",matchId:%q,plannedEnd:"2027-12-01"}){match{id}}}`},
	{"grantExtraSession", globalid.Match, `mutation{grantExtraSession(input:{idempotencyKey:"abcdefgh-m7",matchId:%q,reason:"omdat"}){match{id}}}`},
	{"convertMatch", globalid.Match, `mutation{convertMatch(input:{idempotencyKey:"abcdefgh-m8",matchId:%q,plannedEnd:"2027-12-01",consentConfirmedBy:"Hanna",slot:{start:"2027-05-05T13:00:00Z",end:"2027-05-05T14:00:00Z"}}){match{id}}}`},
	{"recordOutcome", globalid.Session, `mutation{recordOutcome(input:{idempotencyKey:"abcdefgh-m9",sessionId:%q,outcome:COMPLETED}){session{id}}}`},
	{"correctOutcome", globalid.Session, `mutation{correctOutcome(input:{idempotencyKey:"abcdefgh-p14",sessionId:%q,outcome:COMPLETED,reason:"omdat"}){session{id}}}`},
	{"confirmSession", globalid.Session, `mutation{confirmSession(input:{idempotencyKey:"abcdefgh-m10",sessionId:%q}){session{id}}}`},
	{"evaluateRequest", globalid.Request, `mutation{evaluateRequest(input:{idempotencyKey:"abcdefgh-m11",requestId:%q}){request{id}}}`},
	{"closeRequest", globalid.Request, `mutation{closeRequest(input:{idempotencyKey:"abcdefgh-m12",requestId:%q}){request{id}}}`},
	{"previewSessions match", globalid.Match, `{previewSessions(plan:{matchId:%q,date:"2027-05-04",time:"15:00"}){booked}}`},
	{"previewSessions request", globalid.Request, `{previewSessions(plan:{requestId:%q,date:"2027-05-04",time:"15:00"}){booked}}`},
	{"planSessions match", globalid.Match, `mutation{planSessions(input:{idempotencyKey:"abcdefgh-15",plan:{matchId:%q,date:"2027-05-04",time:"15:00"}}){plan{booked}}}`},
	{"planSessions request", globalid.Request, `mutation{planSessions(input:{idempotencyKey:"abcdefgh-16",plan:{requestId:%q,date:"2027-05-04",time:"15:00"}}){plan{booked}}}`},
	{"rescheduleSession", globalid.Session, `mutation{rescheduleSession(input:{idempotencyKey:"abcdefgh-17",sessionId:%q,start:"2027-05-04T13:00:00Z"}){moved}}`},
	{"resolveConsentChange", globalid.Session, `mutation{resolveConsentChange(input:{idempotencyKey:"abcdefgh-20",sessionId:%q,choice:REPLACE}){session{id}}}`},
	{"recordConductCertificate", globalid.Expert, `mutation{recordConductCertificate(input:{idempotencyKey:"abcdefgh-21",expertId:%q,issuedOn:"2027-01-01",validTo:"2030-01-01"}){expert{id}}}`},
	{"recordAgreement", globalid.Expert, `mutation{recordAgreement(input:{idempotencyKey:"abcdefgh-p1",expertId:%q,agreement:NDA,on:"2027-01-01"}){expert{id}}}`},
	{"recordTraining", globalid.Expert, `mutation{recordTraining(input:{idempotencyKey:"abcdefgh-p2",expertId:%q,type:"TALK",on:"2027-01-01"}){expert{id}}}`},
	{"withdrawPaper", globalid.Expert, `mutation{withdrawPaper(input:{idempotencyKey:"abcdefgh-p3",expertId:%q,paper:NDA,reason:"omdat"}){expert{id}}}`},
	{"setTravel", globalid.Expert, `mutation{setTravel(input:{idempotencyKey:"abcdefgh-p4",expertId:%q,maxTravelMinutes:30}){expert{id}}}`},
	{"setServiceArea", globalid.Pool, `mutation{setServiceArea(input:{idempotencyKey:"abcdefgh-p5",poolId:%q,municipalities:["GM0513"],from:"2027-05-01"}){pool{id}}}`},
	{"pauseExpert", globalid.Expert, `mutation{pauseExpert(input:{idempotencyKey:"abcdefgh-22",expertId:%q}){expert{id}}}`},
	{"resumeExpert", globalid.Expert, `mutation{resumeExpert(input:{idempotencyKey:"abcdefgh-23",expertId:%q}){expert{id}}}`},
	{"offboardExpert", globalid.Expert, `mutation{offboardExpert(input:{idempotencyKey:"abcdefgh-24",expertId:%q}){expert{id}}}`},
	{"transferExpert", globalid.Expert, `mutation{transferExpert(input:{idempotencyKey:"abcdefgh-25",expertId:%q,toPoolId:"` + globalid.Encode(globalid.Pool, "bbbbbbbb-0001-4000-8000-000000000001") + `",on:"2027-05-01",postcode4:"1315"}){expert{id}}}`},
	{"acceptTransfer", globalid.Pool, `mutation{acceptTransfer(input:{idempotencyKey:"abcdefgh-26",toPoolId:%q}){expert{id}}}`},
	{"declineTransfer", globalid.Pool, `mutation{declineTransfer(input:{idempotencyKey:"abcdefgh-p13",toPoolId:%q}){expert{id}}}`},
	{"confirmClientConsent", globalid.Request, `mutation{confirmClientConsent(input:{idempotencyKey:"abcdefgh-27",requestId:%q}){request{id}}}`},
	{"mergeOrganisations", globalid.Organisation, `mutation{mergeOrganisations(input:{idempotencyKey:"abcdefgh-28",fromId:%q,intoId:"` + globalid.Encode(globalid.Organisation, "bbbbbbbb-0002-4000-8000-000000000002") + `"}){organisation{id}}}`},
	{"liftExclusion", globalid.Organisation, `mutation{liftExclusion(input:{idempotencyKey:"abcdefgh-29",organisationId:%q,requestId:"` + someRequest + `"}){expert{id}}}`},
	{"excludeOrganisation", globalid.Organisation, `mutation{excludeOrganisation(input:{idempotencyKey:"abcdefgh-p6",organisationId:%q}){expert{id}}}`},
	{"endExclusion", globalid.Organisation, `mutation{endExclusion(input:{idempotencyKey:"abcdefgh-p7",organisationId:%q}){expert{id}}}`},
	{"keepApart expert", globalid.Expert, `mutation{keepApart(input:{idempotencyKey:"abcdefgh-p8",expertId:%q,requestId:"` + earOfFlevoland + `"}){expert{id}}}`},
	{"keepApart other", globalid.Expert, `mutation{keepApart(input:{idempotencyKey:"abcdefgh-p9",expertId:"` + expertOfFlevoland + `",otherId:%q}){expert{id}}}`},
	{"keepApart request", globalid.Request, `mutation{keepApart(input:{idempotencyKey:"abcdefgh-p10",expertId:"` + expertOfFlevoland + `",requestId:%q}){expert{id}}}`},
	{"endKeepingApart other", globalid.Expert, `mutation{endKeepingApart(input:{idempotencyKey:"abcdefgh-p11",expertId:"` + expertOfFlevoland + `",otherId:%q}){expert{id}}}`},
	{"endKeepingApart request", globalid.Request, `mutation{endKeepingApart(input:{idempotencyKey:"abcdefgh-p12",expertId:"` + expertOfFlevoland + `",requestId:%q}){expert{id}}}`},
	{"setAvailability", globalid.Expert, `mutation{setAvailability(input:{idempotencyKey:"abcdefgh-8",expertId:%q,rules:[]}){expert{id}}}`},
	{"addBlackout", globalid.Expert, `mutation{addBlackout(input:{idempotencyKey:"abcdefgh-9",expertId:%q,span:{start:"2027-05-01T00:00:00Z",end:"2027-05-02T00:00:00Z"}}){expert{id}}}`},
	{"rotateCalendarFeed", globalid.Feed, `mutation{rotateCalendarFeed(input:{idempotencyKey:"abcdefgh-10",feedId:%q}){feed{id}}}`},
	{"refreshBusyCalendar", globalid.Busy, `mutation{refreshBusyCalendar(input:{idempotencyKey:"abcdefgh-33",calendarId:%q}){calendar{id}}}`},
	{"unlinkBusyCalendar", globalid.Busy, `mutation{unlinkBusyCalendar(input:{idempotencyKey:"abcdefgh-34",calendarId:%q}){calendar{id}}}`},
	{"cohort", globalid.Cohort, `{cohort(id:%q){id members{firstName}}}`},
	{"cohorts of a pool", globalid.Pool, `{cohorts(poolId:%q){totalCount edges{node{id}}}}`},
	{"waitlist of a pool", globalid.Pool, `{waitlist(poolId:%q){totalCount edges{node{id}}}}`},
	{"createCohort", globalid.Pool, `mutation{createCohort(input:{idempotencyKey:"abcdefgh-21",poolId:%q,name:"Lichting",plannedStart:"2027-09-01",plannedEnd:"2027-12-01"}){cohort{id}}}`},
	{"moveCohort", globalid.Cohort, `mutation{moveCohort(input:{idempotencyKey:"abcdefgh-22",cohortId:%q,plannedEnd:"2027-12-01"}){cohort{id}}}`},
	{"enrol", globalid.Cohort, `mutation{enrol(input:{idempotencyKey:"abcdefgh-23",cohortId:%q,expertIds:[]}){cohort{id}}}`},
	{"recordAttendance", globalid.Cohort, `mutation{recordAttendance(input:{idempotencyKey:"abcdefgh-24",cohortId:%q,attendance:[{expertId:"` + someExpert + `",meeting:1,present:true}]}){cohort{id}}}`},
	{"recordOutcomes", globalid.Cohort, `mutation{recordOutcomes(input:{idempotencyKey:"abcdefgh-25",cohortId:%q,outcomes:[{expertId:"` + someExpert + `",outcome:STOPPED}]}){cohort{id}}}`},
	{"makeDeployable", globalid.Expert, `mutation{makeDeployable(input:{idempotencyKey:"abcdefgh-26",expertId:%q}){missing}}`},
	{"waitlistRequest", globalid.Request, `mutation{waitlistRequest(input:{idempotencyKey:"abcdefgh-27",requestId:%q,reason:NO_SLOT}){request{id}}}`},
	{"waitlistRequest for a cohort", globalid.Cohort, `mutation{waitlistRequest(input:{idempotencyKey:"abcdefgh-28",requestId:"` + earOfFlevoland + `",reason:NO_SLOT,cohortId:%q}){request{id}}}`},
	{"addToWaitlist pool", globalid.Pool, `mutation{addToWaitlist(input:{idempotencyKey:"abcdefgh-29",poolId:%q,expertId:"` + someExpert + `"}){entry{id}}}`},
	{"setWaitlistPriority", globalid.Waiting, `mutation{setWaitlistPriority(input:{idempotencyKey:"abcdefgh-30",entryId:%q,priority:1,reason:"omdat"}){entry{id}}}`},
	{"leaveWaitlist", globalid.Waiting, `mutation{leaveWaitlist(input:{idempotencyKey:"abcdefgh-31",entryId:%q}){entry{id}}}`},
	{"answerPlaceOffer", globalid.Place, `mutation{answerPlaceOffer(input:{idempotencyKey:"abcdefgh-32",placeOfferId:%q,accept:true}){placeOffer{id}}}`},
	{"calendarFeed", globalid.Feed, `{calendarFeed(id:%q){id kind}}`},
	{"createTeamFeed", globalid.Pool, `mutation{createTeamFeed(input:{idempotencyKey:"abcdefgh-33",poolId:%q}){feed{id}}}`},
	{"createPublicTalksFeed", globalid.Organisation, `mutation{createPublicTalksFeed(input:{idempotencyKey:"abcdefgh-34",organisationId:%q}){feed{id}}}`},
	{"updateCalendarFeed", globalid.Feed, `mutation{updateCalendarFeed(input:{idempotencyKey:"abcdefgh-35",feedId:%q,label:"mijn"}){feed{id}}}`},
	{"revokeCalendarFeed", globalid.Feed, `mutation{revokeCalendarFeed(input:{idempotencyKey:"abcdefgh-11",feedId:%q}){feed{id}}}`},
}

// TestAForeignIDLooksLikeAnUnknownOne asks for everything of Midden-Holland from
// outside, and compares byte by byte with asking for what does not exist.
func TestAForeignIDLooksLikeAnUnknownOne(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.addTasks(t)
	foreign := map[globalid.Kind]string{
		globalid.Expert: string(f.A.Experts[0]), globalid.Request: string(f.A.Ear), globalid.Organisation: string(f.A.Location),
		globalid.Offer: string(f.A.Offer), globalid.Session: string(f.A.Session), globalid.Feed: string(f.A.Feed), globalid.Busy: string(f.A.Busy),
		globalid.Pool: string(f.A.Pool), globalid.Decision: string(f.A.Decisions[1]),
		globalid.Task: fixtureTask, globalid.Deputyship: fixtureDeputyship,
		globalid.Match: string(f.A.Match), globalid.Cohort: string(f.A.Cohort), globalid.Waiting: string(f.A.Waiting), globalid.Place: string(f.A.Place),
	}
	strangers := map[string]auth.Viewer{
		"coordinator of Flevoland":   f.B.Coordinator,
		"region lead of Flevoland":   f.B.RegionLead,
		"requester in Flevoland":     f.B.Requester,
		"expert in Flevoland":        f.B.ExpertViewers[0],
		"funder of Midden-Holland":   f.A.Funder,
		"trainer of Midden-Holland":  f.A.Trainer,
		"requester of another house": f.A.OtherRequester,
		"system administrator":       f.SystemAdmin,
		"account without a role":     f.Roleless,
		"nobody":                     {},
	}
	for who, viewer := range strangers {
		t.Run(who, func(t *testing.T) {
			for _, op := range withID {
				own := who == "requester of another house" && op.kind == globalid.Organisation ||
					who == "trainer of Midden-Holland" && (op.kind == globalid.Cohort || op.name == "cohorts of a pool")
				if own {
					continue
				}
				known := f.ask(t, viewer, fmt.Sprintf(op.text, globalid.Encode(op.kind, foreign[op.kind])), nil)
				unknown := f.ask(t, viewer, fmt.Sprintf(op.text, globalid.Encode(op.kind, "7b5f3c1e-4a2d-4e6f-8c9b-0a1d2e3f4a5b")), nil)
				if !bytes.Equal(known, unknown) {
					t.Errorf("%s tells a foreign id from an unknown one:\n%s\n%s", op.name, known, unknown)
				}
				malformed := f.ask(t, viewer, fmt.Sprintf(op.text, "exp_nonsense"), nil)
				if !bytes.Equal(unknown, malformed) {
					t.Errorf("%s tells a malformed id from an unknown one:\n%s\n%s", op.name, unknown, malformed)
				}
			}
		})
	}
}

func TestEveryOperationWithAnIDIsTriedWithForeignOnes(t *testing.T) {
	t.Parallel()
	f := start(t)
	fields := f.must(t, f.A.Coordinator, `{__schema{queryType{fields{name args{type{...T}}}} mutationType{fields{name args{type{...T}}}} subscriptionType{fields{name args{type{...T}}}} types{name inputFields{name type{...T}}}}}
		fragment T on __Type{name kind ofType{name kind ofType{name kind ofType{name}}}}`, nil)
	schema := fields["__schema"].(map[string]any)
	inputs := map[string]bool{} // input types that hold an id
	for _, raw := range schema["types"].([]any) {
		d := raw.(map[string]any)
		list, _ := d["inputFields"].([]any)
		for _, field := range list {
			if typeName(field.(map[string]any)["type"]) == "ID" {
				inputs[d["name"].(string)] = true
			}
		}
	}
	tried := func(name string) bool {
		for _, op := range withID {
			if strings.Contains(op.text, name+"(") {
				return true
			}
		}
		return false
	}
	for _, root := range []string{"queryType", "mutationType", "subscriptionType"} {
		for _, raw := range at(t, schema, root, "fields").([]any) {
			field := raw.(map[string]any)
			for _, arg := range field["args"].([]any) {
				name := typeName(arg.(map[string]any)["type"])
				if (name == "ID" || inputs[name]) && !tried(field["name"].(string)) {
					t.Errorf("%s takes an id and is not in the table", field["name"])
				}
			}
		}
	}
}

func typeName(v any) string {
	for {
		m, ok := v.(map[string]any)
		if !ok {
			return ""
		}
		if name, _ := m["name"].(string); name != "" {
			return name
		}
		v = m["ofType"]
	}
}

// TestListsOfAnotherPoolAreNotSeen counts what the coordinator of Flevoland gets
// of Midden-Holland in any list, by any filter: nothing.
func TestListsOfAnotherPoolAreNotSeen(t *testing.T) {
	t.Parallel()
	f := start(t)
	secrets := []string{"Verzonnen A", "Aafke", "Abel", "GM0513", "Midden-Holland",
		globalid.Encode(globalid.Expert, string(f.A.Experts[0])), globalid.Encode(globalid.Request, string(f.A.Ear)),
		globalid.Encode(globalid.Session, string(f.A.Session)), globalid.Encode(globalid.Offer, string(f.A.Offer))}
	for _, query := range []string{
		`{experts(first:50){totalCount edges{node{id firstName municipality}}}}`,
		`{experts(first:50,filter:{municipality:"GM0513"}){totalCount edges{node{id}}}}`,
		`{experts(first:50,filter:{search:"a"}){totalCount edges{node{id firstName}}}}`,
		`{requests(first:50){totalCount edges{node{id municipality organisation{name}}}}}`,
		`{requests(first:50,filter:{municipality:"GM0513"}){totalCount edges{node{id}}}}`,
		`{offers(first:50){totalCount edges{node{id municipality expert{firstName}}}}}`,
		`{sessions(first:50,from:"2026-01-01T00:00:00Z",to:"2028-01-01T00:00:00Z"){totalCount edges{node{id municipality experts{firstName}}}}}`,
		`{viewer{pools{name municipalities} organisations{name municipality}}}`,
	} {
		got := string(f.ask(t, f.B.Coordinator, query, nil))
		for _, secret := range secrets {
			if strings.Contains(got, secret) {
				t.Errorf("%s shows %q", query, secret)
			}
		}
	}
	for filter, want := range map[string]float64{`municipality:"GM0513"`: 0, `municipality:"GM0034"`: 4} {
		got := f.must(t, f.B.Coordinator, `{requests(filter:{`+filter+`}){totalCount}}`, nil)
		if n := at(t, got, "requests", "totalCount"); n != want {
			t.Errorf("requests with %s: %v, want %v", filter, n, want)
		}
	}
}
