package app_test

import (
	"strings"
	"testing"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// themeAndLoad are weights for a listening ear that leave everything else out.
func (w *world) themeAndLoad(theme, load int) app.ProposeWeights {
	return app.ProposeWeights{PoolID: w.A.Pool, Type: engine.ListeningEar, Reason: "Reistijd telt hier niet",
		Weights: []engine.FactorWeight{{Factor: "theme_fit", Weight: theme}, {Factor: "load_balance", Weight: load}}}
}

func (w *world) propose(t *testing.T, in app.ProposeWeights) app.Verdict {
	t.Helper()
	v := must(w.ProposeWeights(t.Context(), w.A.Coordinator, fresh(), in))(t)
	return app.Verdict{PoolID: v.PoolID, Type: v.Type, Version: v.Version}
}

func (w *world) weightsOf(t *testing.T, request engine.RequestID) string {
	t.Helper()
	return must(w.MatchSuggestions(t.Context(), w.A.Coordinator, request))(t).Ranking.WeightsVersion
}

func TestWeightsHoldWhenSomebodyElseApprovesThem(t *testing.T) {
	t.Parallel()
	w := start(t)
	before := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t)
	first := w.propose(t, w.themeAndLoad(70, 30))
	equal(t, "the version while it is proposed", w.weightsOf(t, w.A.Ear), before.Ranking.WeightsVersion)
	w.refused(t, "CONFLICT OWN_PROPOSAL", func() error {
		_, err := w.ApproveWeights(t.Context(), w.A.Coordinator, fresh(), first)
		return err
	})
	got := must(w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), first))(t)
	equal(t, "who approved it", got.DecidedBy.Name, w.A.RegionLead.Name)

	after := must(w.MatchSuggestions(t.Context(), w.A.Coordinator, w.A.Ear))(t)
	equal(t, "the version that holds", after.Ranking.WeightsVersion, "listening-ear-1")
	best := after.Ranking.Suggestions[0]
	equal(t, "the factors", len(best.Factors), 2)
	equal(t, "the score", best.Score, (70*best.Factors[0].Value+30*best.Factors[1].Value)/100)
	if before.InputHash == after.InputHash {
		t.Error("the hash of the input does not tell the weights apart")
	}
	equal(t, "another type", w.weightsOf(t, w.A.Talk), "default-1/TALK")
	other := must(w.MatchSuggestions(t.Context(), w.B.Coordinator, w.B.Ear))(t)
	equal(t, "another pool", other.Ranking.WeightsVersion, before.Ranking.WeightsVersion)
}

func TestAnOldDecisionKeepsItsWeights(t *testing.T) {
	t.Parallel()
	w := start(t)
	ask := func() string {
		made := must(w.MakeOffer(t.Context(), w.A.Coordinator, fresh(), w.ask(w.A.Ear, slot("2027-04-08", "14:00", 60), 0)))(t)
		w.set(t, `update offer set status = 'WITHDRAWN' where decision_id = $1`, made.DecisionID)
		return string(made.DecisionID)
	}
	kept := func(id string) string {
		return get[string](t, w, `select weights_version || ' ' || (suggestion ->> 'Score') from decision where id = $1`, id)
	}
	old := ask()
	as := kept(old)
	must(w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), w.propose(t, w.themeAndLoad(10, 90))))(t)
	if fresh := kept(ask()); !strings.HasPrefix(fresh, "listening-ear-1 ") {
		t.Errorf("the next decision is kept with %s", fresh)
	}
	equal(t, "the old decision", kept(old), as)
}

func TestAProposalIsDecidedAboutOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	first, second, third := w.propose(t, w.themeAndLoad(70, 30)), w.propose(t, w.themeAndLoad(60, 40)), w.propose(t, w.themeAndLoad(50, 50))
	must(w.RejectWeights(t.Context(), w.A.RegionLead, fresh(), first))(t)
	must(w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), second))(t)
	for _, of := range []app.Verdict{first, second} {
		for _, decide := range []func() error{
			func() error { _, err := w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), of); return err },
			func() error { _, err := w.RejectWeights(t.Context(), w.A.RegionLead, fresh(), of); return err },
		} {
			w.refused(t, "CONFLICT ILLEGAL_TRANSITION", decide)
		}
	}
	// The third was made from what held before the second.
	w.refused(t, "CONFLICT STALE", func() error {
		_, err := w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), third)
		return err
	})
	must(w.RejectWeights(t.Context(), w.A.Coordinator, fresh(), third))(t) // she takes hers back
	fourth := w.propose(t, w.themeAndLoad(40, 60))
	must(w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), fourth))(t)
	equal(t, "what holds", w.weightsOf(t, w.A.Ear), "listening-ear-4")

	all := must(w.Store.As(w.A.RegionLead).Weights(t.Context(), w.A.Pool, engine.ListeningEar))(t)
	equal(t, "what is said to hold", all.Version, "listening-ear-4")
	var history []string
	for _, v := range all.History {
		history = append(history, string(v.Status)+strings.Repeat("<", v.Replaces))
	}
	equal(t, "the history", strings.Join(history, " "), "APPROVED<< REJECTED APPROVED REJECTED")
}

func TestWeightsThatCannotBeProposed(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, c := range []struct {
		name, want string
		viewer     auth.Viewer
		change     func(*app.ProposeWeights)
	}{
		{"no reason", "INVALID reason", w.A.Coordinator, func(p *app.ProposeWeights) { p.Reason = " \n" }},
		{"a reason too long", "INVALID reason", w.A.Coordinator, func(p *app.ProposeWeights) { p.Reason = strings.Repeat("é", 501) }},
		{"an unknown type", "INVALID type", w.A.Coordinator, func(p *app.ProposeWeights) { p.Type = "FRIEND" }},
		{"a type of 60,000 characters", "INVALID type", w.A.Coordinator, func(p *app.ProposeWeights) { p.Type = engine.DeploymentTypeCode(noise(60_000)) }},
		{"an unknown factor", "INVALID weights.factor", w.A.Coordinator, func(p *app.ProposeWeights) { p.Weights[0].Factor = "star_sign" }},
		{"a factor that has no meaning for the type", "INVALID weights.weight", w.A.Coordinator, func(p *app.ProposeWeights) { p.Type, p.Weights[0].Factor = engine.Talk, "age_nearness" }},
		{"99", "INVALID weights", w.A.Coordinator, func(p *app.ProposeWeights) { p.Weights[0].Weight-- }},
		{"a pool of somebody else", "NOT_FOUND", w.A.Coordinator, func(p *app.ProposeWeights) { p.PoolID = w.B.Pool }},
		{"a pool that is not there", "NOT_FOUND", w.A.Coordinator, func(p *app.ProposeWeights) { p.PoolID = "aaaaaaaa-0001-4000-8000-00000000dead" }},
		{"a pool that is no id", "NOT_FOUND", w.A.Coordinator, func(p *app.ProposeWeights) { p.PoolID = "x" }},
		{"by a trainer", "NOT_FOUND", w.A.Trainer, func(*app.ProposeWeights) {}},
		{"by an expert", "NOT_FOUND", w.A.ExpertViewers[0], func(*app.ProposeWeights) {}},
		{"by a requester", "NOT_FOUND", w.A.Requester, func(*app.ProposeWeights) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := w.themeAndLoad(50, 50)
			c.change(&in)
			w.refused(t, c.want, func() error { _, err := w.ProposeWeights(t.Context(), c.viewer, fresh(), in); return err })
		})
	}
}

func TestWeightsOfOthersAreNotDecidedAbout(t *testing.T) {
	t.Parallel()
	w := start(t)
	of := w.propose(t, w.themeAndLoad(50, 50))
	missing := of
	missing.Version = 99
	for _, viewer := range []auth.Viewer{w.B.Coordinator, w.B.RegionLead, w.A.Trainer, w.A.Requester, w.A.ExpertViewers[0], w.SystemAdmin, w.Roleless} {
		w.refused(t, "NOT_FOUND", func() error { _, err := w.ApproveWeights(t.Context(), viewer, fresh(), of); return err })
		w.refused(t, "NOT_FOUND", func() error { _, err := w.RejectWeights(t.Context(), viewer, fresh(), of); return err })
	}
	w.refused(t, "NOT_FOUND", func() error { _, err := w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), missing); return err })
}

const holdWeights = `select from weights where pool_id = $1 for update`

func TestTwoApproveAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	of := w.propose(t, w.themeAndLoad(50, 50))
	second := w.alsoRole(t, w.A.Trainer, auth.Grant{Role: auth.RoleCoordinator, PoolID: w.A.Pool})
	approve := func(who auth.Viewer) func() error {
		return func() error { _, err := w.ApproveWeights(t.Context(), who, fresh(), of); return err }
	}
	equal(t, "the answers", w.atOnce(t, nothing, holdWeights, w.A.Pool, approve(w.A.RegionLead), approve(second)), []string{"", "CONFLICT ILLEGAL_TRANSITION"})
	equal(t, "what holds", w.weightsOf(t, w.A.Ear), "listening-ear-1")
}

func TestTwoProposalsAreApprovedAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	one, two := w.propose(t, w.themeAndLoad(50, 50)), w.propose(t, w.themeAndLoad(60, 40))
	approve := func(of app.Verdict) func() error {
		return func() error { _, err := w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), of); return err }
	}
	equal(t, "the answers", w.atOnce(t, nothing, holdWeights, w.A.Pool, approve(one), approve(two)), []string{"", "CONFLICT STALE"})
	equal(t, "approved versions", get[int](t, w, `select count(*) from weights where status = 'APPROVED'`), 1)
}

func TestAnApprovalMeetsARejection(t *testing.T) {
	t.Parallel()
	w := start(t)
	of := w.propose(t, w.themeAndLoad(50, 50))
	answers := w.atOnce(t, nothing, holdWeights, w.A.Pool,
		func() error { _, err := w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), of); return err },
		func() error { _, err := w.RejectWeights(t.Context(), w.A.Coordinator, fresh(), of); return err })
	equal(t, "the answers", answers, []string{"", "CONFLICT ILLEGAL_TRANSITION"})
}

// The fixture's proposal is one like any other.
func TestTheProposalOfTheFixture(t *testing.T) {
	t.Parallel()
	w := start(t)
	of := must(w.Store.As(w.A.Coordinator).Weights(t.Context(), w.A.Pool, engine.PolicyAdvice))(t)
	equal(t, "what holds", of.Version, "default-1/POLICY")
	v := of.History[0]
	equal(t, "its status", v.Status, store.WeightsProposed)
	equal(t, "its author", v.ProposedBy, store.Colleague{ID: w.A.Coordinator.AccountID, Name: w.A.Coordinator.Name})
	if v.DecidedBy != nil || !v.ProposedAt.Equal(storetest.Now.AddDate(0, 0, -1)) {
		t.Errorf("it is %+v", v)
	}
	must(w.ApproveWeights(t.Context(), w.A.RegionLead, fresh(), app.Verdict{PoolID: w.A.Pool, Type: engine.PolicyAdvice, Version: 1}))(t)
}
