package demodata

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"expex/app"
	"expex/auth"
	"expex/engine"
)

// leastMargin is how far the first is ahead of the second, in basis points.
const leastMargin = 800

// featuredProblem says what a ranking of the featured request lacks, "" when it
// shows what the demo wants to show.
func featuredProblem(noor engine.ExpertID, ranking engine.Ranking) string {
	list := ranking.Suggestions
	switch {
	case len(list) < 5:
		return fmt.Sprintf("%d suggestions", len(list))
	case list[0].Experts[0] != noor:
		return fmt.Sprintf("%s comes out first, not %s", list[0].Experts[0], noor)
	case list[0].Score-list[1].Score < leastMargin:
		return fmt.Sprintf("%d is not clearly ahead of %d", list[0].Score, list[1].Score)
	}
	seen := map[string]bool{}
	for _, s := range list[:5] {
		values := ""
		for _, f := range s.Factors {
			if f.Name != "load_balance" {
				values += fmt.Sprint(f.Name, f.State, f.Value, " ")
			}
		}
		if seen[values] {
			return "two breakdowns are alike: " + values
		}
		seen[values] = true
	}
	return ""
}

// viewer is an account with the roles the demo gives it.
func viewer(d Data, account engine.AccountID) auth.Viewer {
	grant := map[engine.AccountID]auth.Grant{
		d.Accounts.CoordinatorMiddenHolland: {Role: auth.RoleCoordinator, PoolID: d.MiddenHolland},
		d.Accounts.Expert:                   {Role: auth.RoleExpert, ExpertID: d.Expert},
		d.Accounts.Requester:                {Role: auth.RoleRequester, OrganisationID: d.House},
	}[account]
	return auth.Viewer{AccountID: account, Grants: []auth.Grant{grant}}
}

func TestFeatured(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, data, _ := loaded(t, 2027, "2027-03-27") // the clocks go forward tomorrow
	use := app.App{Store: s}
	coordinator, noor := viewer(data, data.Accounts.CoordinatorMiddenHolland), viewer(data, data.Accounts.Expert)
	rank := func(when string) app.Matching {
		t.Helper()
		matching, err := use.MatchSuggestions(ctx, coordinator, data.Featured)
		if err != nil {
			t.Fatal(err)
		}
		if problem := featuredProblem(data.Expert, matching.Ranking); problem != "" {
			t.Errorf("%s: %s", when, problem)
		}
		return matching
	}

	matching := rank("at first")
	var codes []engine.RuleCode
	for _, x := range matching.Ranking.Excluded {
		codes = append(codes, x.Code)
	}
	for _, code := range []engine.RuleCode{"NOT_DEPLOYABLE", "CONDUCT_CERT_INVALID", "NO_THEME_CONSENT", "AGE_RULE", engine.OtherRule} {
		if !slices.Contains(codes, code) {
			t.Errorf("nobody is excluded by %s: %v", code, codes)
		}
	}

	// The script of the readme, over and over.
	for run := range 6 {
		key := func(step string) string { return fmt.Sprintf("featured %s %d", step, run) }
		best := matching.Ranking.Suggestions[0]
		slot := best.Slots[run%3]
		made, err := use.MakeOffer(ctx, coordinator, key("offer"), app.MakeOffer{RequestID: data.Featured, ExpertIDs: []engine.ExpertID{data.Expert}, Slot: slot, Basis: matching.Basis(best)})
		if err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
		rank("with an offer to Noor")
		accepted, err := use.AcceptOffer(ctx, noor, key("accept"), made.Offers[0].ID)
		if err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
		if _, err := use.CancelSession(ctx, coordinator, key("cancel"), accepted.Session.ID, nil); err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
		matching = rank("cancelled again")
	}
}

func TestTheOpenOfferCanBeAccepted(t *testing.T) {
	t.Parallel()
	s, data, _ := loaded(t, 7, "2027-10-30")
	accepted, err := app.App{Store: s}.AcceptOffer(context.Background(), viewer(data, data.Accounts.Expert), "the open offer", data.Offer)
	if err != nil {
		t.Fatal(err)
	}
	if accepted.Session.Status != engine.SessionConfirmed {
		t.Errorf("the session is %s", accepted.Session.Status)
	}
}

func TestTheFeaturedRequestIsSubmittedByTheRequester(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, data, _ := loaded(t, 2027, "2026-11-23")
	requester := viewer(data, data.Accounts.Requester)
	stored, err := app.App{Store: s}.SubmitRequest(ctx, requester, "featured again", data.FeaturedRequest("2026-11-23"))
	if err != nil {
		t.Fatal(err)
	}
	if stored.Status != engine.RequestNew || stored.PoolID != data.MiddenHolland {
		t.Errorf("stored as %s in pool %s", stored.Status, stored.PoolID)
	}
	again, err := app.App{Store: s}.MatchSuggestions(ctx, viewer(data, data.Accounts.CoordinatorMiddenHolland), stored.ID)
	if err != nil {
		t.Fatal(err)
	}
	if problem := featuredProblem(data.Expert, again.Ranking); problem != "" {
		t.Error(problem)
	}
}
