// Package migrations is the schema as SQL: one file a step, forward only,
// embedded in the binary. Row-level security stands in 0005_grant_access.sql.
package migrations

import "embed"

// FS holds the migration files, named NNNN_verb_noun.sql.
//
//go:embed *.sql
var FS embed.FS
