package app_test

import (
	"slices"
	"strings"
	"testing"

	"expex/engine"
)

// breach is a change in the database that breaks one hard rule for an expert
// who could otherwise do a request. EXPERT, PARTNER, REQUEST and HOUSE stand for
// ids in it.
type breach struct {
	rule, name, change string
	pair               bool // about a talk by two instead of an ear
}

var breaches = []breach{
	{"NOT_DEPLOYABLE", "she is paused", `update expert_record set status = 'PAUSED' where expert_id = EXPERT`, false},
	{"NOT_DEPLOYABLE", "she has left", `update expert_record set status = 'OFFBOARDED' where expert_id = EXPERT`, false},
	{"NOT_DEPLOYABLE", "she is not certified after all", `delete from certification where expert_id = EXPERT`, false},
	{"NOT_DEPLOYABLE", "one of a pair is paused", `update expert_record set status = 'PAUSED' where expert_id = PARTNER`, true},
	{"TYPE_NOT_TRAINED", "her training is taken back", `delete from type_training where expert_id = EXPERT and type in ('LISTENING_EAR', 'TALK')`, false},
	{"CONDUCT_CERT_INVALID", "her certificate ends before the day", `update conduct_certificate set valid_to = '2027-04-22' where expert_id = EXPERT`, false},
	{"AGREEMENT_MISSING", "she has no agreement", `update expert_record set agreement_on = null where expert_id = EXPERT`, false},
	{"AGREEMENT_MISSING", "she did not sign confidentiality", `update expert_record set nda_on = null where expert_id = EXPERT`, false},
	{"NO_THEME_CONSENT", "she took the theme back", `insert into theme_consent (expert_id, theme, usage, level) values (EXPERT, 'LONELINESS', 'ONE_TO_ONE', 'RED')`, false},
	{"NO_THEME_CONSENT", "she never had the theme", `delete from theme_consent where expert_id = EXPERT and theme = 'LONELINESS'`, false},
	{"NO_THEME_CONSENT", "one of a pair brings no theme", `delete from theme_consent where expert_id = PARTNER`, true},
	{"ORG_EXCLUSION", "she keeps away from the house", `insert into organisation_exclusion (expert_id, organisation_id) values (EXPERT, HOUSE)`, false},
	{"PERSON_EXCLUSION", "she keeps away from the young person",
		`insert into client_exclusion (expert_id, client_ref) select EXPERT, client_ref from request where id = REQUEST`, false},
	{"AGE_RULE", "she is hardly older", `update expert_record set birth_date = '2010-01-01' where expert_id = EXPERT`, false},
	{"AGE_RULE", "her age is unknown", `update expert_record set birth_date = null where expert_id = EXPERT`, false},
	{"CAPACITY", "she wants less in a month", `update expert_record set cap_minutes_per_month = 59 where expert_id = EXPERT`, false},
	{"CAPACITY", "her pool allows less in a day", `update pool_policy set one_to_one_per_day = 0`, false},
	{"NOT_AVAILABLE", "her hours changed", `delete from availability_rule where expert_id = EXPERT and weekday in ('THURSDAY', 'FRIDAY')`, false},
	{"NOT_AVAILABLE", "she is away", `insert into blackout (expert_id, starts_at, ends_at) values (EXPERT, '2027-04-22 12:59Z', '2027-04-22 13:01Z')`, false},
	{"OVERLAP", "she is booked in another pool", bookedElsewhere, false},
	{"TRAVEL_LIMIT", "she travels less far", `update expert_record set max_travel_minutes = 1 where expert_id = EXPERT`, false},
	{"OUT_OF_SERVICE_AREA", "the pool no longer serves the place", `update service_area set valid_to = '2027-04-22'`, false},
	{"MUST_PREFERENCE", "the young person wants to speak Frisian",
		`insert into request_preference (request_id, kind, value, must) values (REQUEST, 'LANGUAGE', 'FY', true)`, false},
	{"REST_PERIOD", "she paused herself over the day", `update expert_record set paused_until = '2027-04-23 00:00Z' where expert_id = EXPERT`, false},
	{"TIER3_NOT_CONFIRMED", "the theme needs her yes for this very request",
		`update theme set tier = 3 where code = 'LONELINESS'`, false},
	{"DUAL_ROLE", "she took a job with the house", `insert into dual_role (expert_id, organisation_id) values (EXPERT, HOUSE)`, false},
	{"PAIR_RULE", "the two no longer work together",
		`insert into expert_exclusion (expert_id, other_id) values (least(EXPERT, PARTNER::uuid), greatest(EXPERT, PARTNER::uuid))`, true},
	{"PAIR_RULE", "neither has done it three times", `update booking set status = 'RELEASED' where status = 'DONE'`, true},
}

// bookedElsewhere is a session of Flevoland in the middle of what these tests
// ask, beginning when the one asked about ends.
const bookedElsewhere = `
	with other as (
		insert into session (request_id, pool_id, organisation_id, type, starts_at, ends_at, status, online)
		select id, pool_id, organisation_id, type, '2027-04-22 14:00Z', '2027-04-22 15:00Z', 'CONFIRMED', true
		from request where id = 'bbbbbbbb-0005-4000-8000-000000000003' returning *)
	insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
	select id, EXPERT, starts_at, ends_at, tstzrange(starts_at, ends_at), 'CONFIRMED', false, false from other`

// told is the rule as a coordinator hears it, or the first expert herself: no
// exclusion by its code, and to an expert nothing about another in her team.
func (b breach) told(toHer bool) string {
	hidden := []string{"ORG_EXCLUSION", "PERSON_EXCLUSION", "DUAL_ROLE"}
	apart := strings.Contains(b.change, "expert_exclusion")
	if slices.Contains(hidden, b.rule) || apart || toHer && strings.Contains(b.change, "PARTNER") {
		return string(engine.OtherRule)
	}
	return b.rule
}

// answer is how a breach is refused.
func (b breach) answer(toHer bool) string {
	if b.rule == "OVERLAP" {
		return "CONFLICT SLOT_CONFLICT"
	}
	return "INFEASIBLE " + b.told(toHer)
}

func (b breach) happen(t *testing.T, w *world, request engine.RequestID) {
	t.Helper()
	quote := func(id string) string { return "'" + id + "'::uuid" }
	w.set(t, strings.NewReplacer("EXPERT", quote(string(w.A.Experts[0])), "PARTNER", quote(string(w.A.Experts[1])),
		"REQUEST", quote(string(request)), "HOUSE", quote(string(w.A.House))).Replace(b.change))
}

// request is one that the first expert, or the first two, can do.
func (b breach) request(t *testing.T, w *world) (id engine.RequestID, at engine.Interval, experts []int) {
	t.Helper()
	if b.pair {
		return w.open(t, w.talk()), slot("2027-04-23", "15:00", 90), []int{0, 1}
	}
	return w.open(t, w.ear()), slot("2027-04-22", "15:00", 60), []int{0}
}

func TestNoOfferIsMadeAgainstAHardRule(t *testing.T) {
	t.Parallel()
	for _, b := range breaches {
		t.Run(b.rule+": "+b.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			request, at, experts := b.request(t, w)
			b.happen(t, w, request)
			refusal := w.refused(t, b.answer(false), func() error {
				_, err := w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(request, at, experts...))
				return err
			})
			if refusal != nil && !slices.Equal(refusal.Rules, []engine.RuleCode{engine.RuleCode(b.told(false))}) {
				t.Errorf("the rules are %v, want just %s", refusal.Rules, b.told(false))
			}
		})
	}
}

// What was true when the offer was made is checked again when it is accepted.
func TestNoOfferIsAcceptedAgainstAHardRule(t *testing.T) {
	t.Parallel()
	for _, b := range breaches {
		t.Run(b.rule+": "+b.name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			request, at, experts := b.request(t, w)
			offer := w.offer(t, request, at, experts...)[0]
			b.happen(t, w, request)
			refusal := w.refused(t, b.answer(true), func() error {
				_, err := w.accept(t.Context(), 0, offer)
				return err
			})
			if refusal != nil && !slices.Equal(refusal.Rules, []engine.RuleCode{engine.RuleCode(b.told(true))}) {
				t.Errorf("the rules are %v, want just %s", refusal.Rules, b.told(true))
			}
		})
	}
}

func TestEveryHardRuleIsBrokenOnce(t *testing.T) {
	t.Parallel()
	broken := func(code engine.RuleCode) bool {
		return slices.ContainsFunc(breaches, func(b breach) bool { return b.rule == string(code) })
	}
	for _, rule := range engine.Rules {
		if !broken(rule.Code) {
			t.Errorf("no breach of %s", rule.Code)
		}
	}
	for _, rule := range engine.TeamRules {
		if !broken(rule.Code) {
			t.Errorf("no breach of %s", rule.Code)
		}
	}
}
