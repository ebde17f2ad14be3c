// Package auth says who is asking. It decides nothing about rows: which rows a
// viewer may see is decided by the database (migrations/0005_grant_access.sql).
package auth

import (
	"context"
	"slices"

	"expex/engine"
)

// Role is what a person may do. Scope comes with each grant.
type Role string

// The roles.
const (
	// RoleExpert is an ExpEx: own data, own offers and sessions, own feed.
	RoleExpert Role = "EXPERT"
	// RoleTrainer runs cohorts of a pool.
	RoleTrainer Role = "TRAINER"
	// RoleCoordinator matches, plans and coaches for a pool.
	RoleCoordinator Role = "COORDINATOR"
	// RoleRegionLead is a coordinator who also reports on the region.
	RoleRegionLead Role = "REGION_LEAD"
	// RoleRequester asks on behalf of an organisation.
	RoleRequester Role = "REQUESTER"
	// RoleSafeguardingLead receives concerns, and nothing else.
	RoleSafeguardingLead Role = "SAFEGUARDING_LEAD"
	// RoleFunderViewer sees aggregates only.
	RoleFunderViewer Role = "FUNDER_VIEWER"
	// RolePrivacyOfficer exports, erases and audits.
	RolePrivacyOfficer Role = "PRIVACY_OFFICER"
	// RoleSystemAdmin runs the system and sees no content.
	RoleSystemAdmin Role = "SYSTEM_ADMIN"
)

// Roles lists every role, in the order above.
var Roles = []Role{RoleExpert, RoleTrainer, RoleCoordinator, RoleRegionLead, RoleRequester,
	RoleSafeguardingLead, RoleFunderViewer, RolePrivacyOfficer, RoleSystemAdmin}

// Grant is one role with its scope; ids that do not belong to the role are "".
type Grant struct {
	Role           Role
	PoolID         engine.PoolID
	OrganisationID engine.OrganisationID
	ExpertID       engine.ExpertID
}

// Viewer is the person on whose behalf a call is made. The zero Viewer is
// nobody and sees nothing.
type Viewer struct {
	AccountID engine.AccountID
	Name      string
	Grants    []Grant
}

// Has reports whether the viewer holds any of the roles, in whatever scope.
func (v Viewer) Has(any ...Role) bool {
	return slices.ContainsFunc(v.Grants, func(g Grant) bool { return slices.Contains(any, g.Role) })
}

// Expert is the expert the viewer is, "" when she is none.
func (v Viewer) Expert() engine.ExpertID {
	for _, g := range v.Grants {
		if g.Role == RoleExpert {
			return g.ExpertID
		}
	}
	return ""
}

type contextKey struct{}

// With puts the viewer into the context of a call.
func With(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, contextKey{}, v)
}

// From takes the viewer out of the context; nobody when there is none.
func From(ctx context.Context) Viewer {
	v, _ := ctx.Value(contextKey{}).(Viewer)
	return v
}
