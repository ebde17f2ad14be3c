package engine_test

import (
	"testing"

	"expex/engine"
)

func TestTheUsageOfADeploymentFollowsItsAudience(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind     engine.DeploymentTypeCode
		audience engine.Audience
		want     engine.Usage
	}{
		{engine.Buddy, engine.AudienceClosed, engine.UsageOneToOne},
		{engine.Buddy, engine.AudiencePublic, engine.UsageOneToOne},
		{engine.CaseConsultation, engine.AudienceClosed, engine.UsageCase},
		{engine.PolicyAdvice, engine.AudiencePublic, engine.UsagePolicy},
		{engine.TheatreMedia, engine.AudiencePublic, engine.UsagePublication},
		{engine.Talk, engine.AudienceClosed, engine.UsageClosedGroup},
		{engine.Talk, engine.AudiencePublic, engine.UsagePublicGroup},
		{engine.Talk, "", engine.UsageClosedGroup},
	} {
		if got := deployment(c.kind).UsageFor(c.audience); got != c.want {
			t.Errorf("%s before %q: %s, want %s", c.kind, c.audience, got, c.want)
		}
	}
}
