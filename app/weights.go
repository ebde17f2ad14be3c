package app

import (
	"context"
	"strings"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// ProposeWeights is a wish for other weights of a pool and a deployment type.
type ProposeWeights struct {
	PoolID  engine.PoolID
	Type    engine.DeploymentTypeCode
	Weights []engine.FactorWeight
	Reason  string
}

// ProposeWeights stores a new version of the weights of a pool for a type. It
// holds when somebody else approves it. Errors: NOT_FOUND for a pool the viewer
// does not decide for; INVALID for an unknown type, a factor that is unknown or
// has no meaning for it, weights that do not sum to 100, or no reason.
func (a App) ProposeWeights(ctx context.Context, viewer auth.Viewer, key string, in ProposeWeights) (store.WeightsVersion, error) {
	if err := checkReason("reason", in.Reason); err != nil {
		return store.WeightsVersion{}, err
	}
	if err := engine.CheckText("type", string(in.Type), maxCode); err != nil {
		return store.WeightsVersion{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), store.Key{Key: key, Mutation: "proposeWeights", Input: in}, func(t *store.Tx) (store.WeightsVersion, error) {
		kind, err := t.DeploymentType(ctx, in.Type)
		if err != nil {
			return store.WeightsVersion{}, engine.Invalid("type", "is not a deployment type; see deploymentTypes")
		}
		by, err := engine.ParseWeights(kind.Weights, in.Weights)
		if err != nil {
			return store.WeightsVersion{}, err
		}
		return t.InsertWeights(ctx, in.PoolID, in.Type, by, in.Reason)
	})
}

// Verdict names a version of weights that somebody decides about.
type Verdict struct {
	PoolID  engine.PoolID
	Type    engine.DeploymentTypeCode
	Version int
}

// ApproveWeights lets a proposal hold from the next suggestion on; decisions
// made before keep the version they name. Errors: NOT_FOUND for what the viewer
// does not decide about; CONFLICT for one's own proposal, for one that somebody
// decided about, and with STALE when other weights were approved meanwhile.
func (a App) ApproveWeights(ctx context.Context, viewer auth.Viewer, key string, of Verdict) (store.WeightsVersion, error) {
	return a.decideWeights(ctx, viewer, store.Key{Key: key, Mutation: "approveWeights", Input: of}, of, store.WeightsApproved)
}

// RejectWeights ends a proposal; who proposed it may take it back so. Errors:
// NOT_FOUND for what the viewer does not decide about; CONFLICT for one that
// somebody decided about.
func (a App) RejectWeights(ctx context.Context, viewer auth.Viewer, key string, of Verdict) (store.WeightsVersion, error) {
	return a.decideWeights(ctx, viewer, store.Key{Key: key, Mutation: "rejectWeights", Input: of}, of, store.WeightsRejected)
}

// decideWeights leaves the race to the database: an update of a proposal waits
// for another one and then finds no proposal.
func (a App) decideWeights(ctx context.Context, viewer auth.Viewer, key store.Key, of Verdict, as store.WeightsStatus) (store.WeightsVersion, error) {
	if err := engine.CheckText("type", string(of.Type), maxCode); err != nil {
		return store.WeightsVersion{}, err
	}
	return store.Once(ctx, a.Store.As(viewer), key, func(t *store.Tx) (store.WeightsVersion, error) {
		decided, err := t.DecideWeights(ctx, of.PoolID, of.Type, of.Version, as)
		if err != nil {
			return store.WeightsVersion{}, err
		}
		after, err := t.WeightsVersion(ctx, of.PoolID, of.Type, of.Version)
		if err == nil && !decided {
			err = engine.Conflict(engine.ReasonIllegalTransition, "these weights are %s; nobody decides twice", after.Status)
		}
		return after, err
	})
}

// checkReason refuses a reason that says nothing, or too much.
func checkReason(field, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return engine.Invalid(field, "is missing; say why, in at most %d characters", maxReason)
	}
	return engine.CheckText(field, reason, maxReason)
}

// maxReason bounds the words of a person about a decision of hers, in characters.
const maxReason = 500
