package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"expex/engine"
)

// WeightsStatus is where a version of the weights stands.
type WeightsStatus string

// The statuses. An approved version holds until one that was made from it is
// approved.
const (
	WeightsProposed WeightsStatus = "PROPOSED"
	WeightsApproved WeightsStatus = "APPROVED"
	WeightsRejected WeightsStatus = "REJECTED"
)

// Colleague is somebody who decides for a pool of the viewer; Name is "" for who
// never had a role there.
type Colleague struct {
	ID   engine.AccountID
	Name string
}

// WeightsVersion is one version of the weights of a pool for a deployment type.
// Its numbers never change; somebody else than who proposed it lets it hold.
type WeightsVersion struct {
	PoolID  engine.PoolID
	Type    engine.DeploymentTypeCode
	Version int // 1, 2, … of that pool and type, in the order they were proposed
	// Replaces is the version that held when this one was proposed; 0 = the
	// weights written in the factors.
	Replaces   int
	Factors    []engine.FactorWeight // every factor with a meaning for the type
	Reason     string
	Status     WeightsStatus
	ProposedBy Colleague
	ProposedAt time.Time
	DecidedBy  *Colleague
	DecidedAt  *time.Time
}

// PoolWeights are the weights of a pool for a deployment type: those that hold,
// and all versions there ever were, the newest first.
type PoolWeights struct {
	PoolID  engine.PoolID
	Type    engine.DeploymentTypeCode
	Version string // as suggestions and decisions name it
	Factors []engine.FactorWeight
	History []WeightsVersion
}

// weightsName is what suggestions and decisions call a version, such as
// "hope-giver-3".
func weightsName(kind engine.DeploymentTypeCode, version int) string {
	return strings.ToLower(strings.ReplaceAll(string(kind), "_", "-")) + "-" + strconv.Itoa(version)
}

// weightsThatHold are the last approved version of the weights of a pool for a
// type.
type weightsThatHold struct {
	Version int
	Weights json.RawMessage
}

// weightsOf gives the weights that hold, without an approved version what the
// factors say themselves.
func weightsOf(kind engine.DeploymentType, approved []weightsThatHold) (engine.Weights, error) {
	if len(approved) == 0 {
		return engine.DefaultWeights(kind.Weights), nil
	}
	w := engine.Weights{Version: weightsName(kind.Code, approved[0].Version)}
	return w, json.Unmarshal(approved[0].Weights, &w.By)
}

// weightsRow is a pool and a type, with one version of its weights, if any.
type weightsRow struct {
	WeightsVersion
	Column  engine.WeightColumn
	Version *int
	Weights []byte
	Decided Colleague
}

func (t *Tx) weightsRows(ctx context.Context, tail string, args ...any) ([]weightsRow, error) {
	var rows []weightsRow
	err := t.SelectContext(ctx, &rows, `
		select p.id as pool_id, d.code as type, d.weights as "column", w.version, coalesce(w.replaces, 0) as replaces, w.weights,
		       coalesce(w.reason, '') as reason, coalesce(w.status, '') as status,
		       coalesce(w.proposed_by::text, '') as "proposed_by.id", coalesce(a.name, '') as "proposed_by.name",
		       coalesce(w.proposed_at, app_now()) as proposed_at,
		       coalesce(w.decided_by::text, '') as "decided.id", coalesce(b.name, '') as "decided.name", w.decided_at
		from pool p cross join deployment_type d
		left join weights w on w.pool_id = p.id and w.type = d.code
		left join viewer_colleagues() a on a.id = w.proposed_by
		left join viewer_colleagues() b on b.id = w.decided_by
		where p.id in (select viewer_pools()) `+tail, args...)
	for i := range rows {
		if r := &rows[i]; err == nil && r.Version != nil {
			err = r.read()
		}
	}
	return rows, err
}

// read fills the version from the columns of its own row.
func (r *weightsRow) read() error {
	by := map[engine.FactorName]int{}
	if err := json.Unmarshal(r.Weights, &by); err != nil {
		return err
	}
	r.WeightsVersion.Version, r.Factors, r.ProposedAt = *r.Version, engine.ListWeights(r.Column, by), r.ProposedAt.UTC()
	if r.Status != WeightsProposed {
		r.DecidedBy = &r.Decided
	}
	return nil
}

// Weights gives the weights of a pool the viewer decides for, for a deployment
// type; NOT_FOUND for others.
func (v View) Weights(ctx context.Context, pool engine.PoolID, kind engine.DeploymentTypeCode) (PoolWeights, error) {
	rows, err := get(ctx, v, func(t *Tx) ([]weightsRow, error) {
		return t.weightsRows(ctx, `and p.id = $1 and d.code = $2 order by w.version desc`, pool, kind)
	})
	if err == nil && len(rows) == 0 {
		err = engine.NotFound()
	}
	if err != nil {
		return PoolWeights{}, err
	}
	standard := engine.DefaultWeights(rows[0].Column)
	out := PoolWeights{PoolID: pool, Type: kind, Version: standard.Version, Factors: engine.ListWeights(rows[0].Column, standard.By)}
	chosen := false
	for _, r := range rows {
		if r.Version == nil { // a pool and a type without any version
			break
		}
		if r.Status == WeightsApproved && !chosen {
			out.Version, out.Factors, chosen = weightsName(kind, *r.Version), r.Factors, true
		}
		out.History = append(out.History, r.WeightsVersion)
	}
	return out, nil
}

// WeightsVersion gives one version of the weights of a pool the viewer decides
// for.
func (t *Tx) WeightsVersion(ctx context.Context, pool engine.PoolID, kind engine.DeploymentTypeCode, version int) (WeightsVersion, error) {
	r, err := one(t.weightsRows(ctx, `and p.id = $1 and d.code = $2 and w.version = $3`, pool, kind, version))
	return r.WeightsVersion, err
}

// InsertWeights writes a proposal. The database numbers it and notes what holds
// now.
func (t *Tx) InsertWeights(ctx context.Context, pool engine.PoolID, kind engine.DeploymentTypeCode, by map[engine.FactorName]int, reason string) (WeightsVersion, error) {
	weights, err := json.Marshal(by)
	if err != nil {
		return WeightsVersion{}, err
	}
	var version int
	if err := t.GetContext(ctx, &version, `
		insert into weights (pool_id, type, weights, reason, proposed_by, proposed_at) values ($1, $2, $3, $4, $5, $6)
		returning version`, pool, kind, string(weights), reason, t.viewer.AccountID, t.Now); err != nil {
		return WeightsVersion{}, err
	}
	return t.WeightsVersion(ctx, pool, kind, version)
}

// DecideWeights gives a proposal its end, in the name of the viewer; decided is
// false when somebody was earlier.
func (t *Tx) DecideWeights(ctx context.Context, pool engine.PoolID, kind engine.DeploymentTypeCode, version int, as WeightsStatus) (decided bool, err error) {
	res, err := t.ExecContext(ctx, `
		update weights set status = $4, decided_by = $5, decided_at = $6
		where pool_id = $1 and type = $2 and version = $3 and status = 'PROPOSED'`,
		pool, kind, version, as, t.viewer.AccountID, t.Now)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
