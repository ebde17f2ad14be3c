package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"expex/reference"
)

// Table is a batch of rows for one table: a slice of structs whose JSON names
// are columns.
type Table struct {
	Name string
	Rows any
	// Skip are fields that are no columns.
	Skip []string
}

// Load writes whole tables in one transaction, in the given order. It is for
// data that was generated or shipped, not for people's input: there is no
// viewer and no check beyond those of the database.
func (s *Store) Load(ctx context.Context, tables []Table) error {
	return s.load(ctx, tables, false)
}

// LoadIntoEmpty is Load for a database without a pool; with one it does
// nothing. Two processes that start at once load once.
func (s *Store) LoadIntoEmpty(ctx context.Context, tables []Table) error {
	return s.load(ctx, tables, true)
}

func (s *Store) load(ctx context.Context, tables []Table, onlyIntoEmpty bool) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return translate(ctx, err)
	}
	defer tx.Rollback()
	if onlyIntoEmpty {
		var filled bool
		if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock(hashtextextended('load into empty', 0))`); err != nil {
			return translate(ctx, err)
		}
		if err := tx.GetContext(ctx, &filled, `select exists (select from pool)`); err != nil || filled {
			return translate(ctx, err)
		}
	}
	for _, table := range tables {
		if err := insertRows(ctx, tx, table, ""); err != nil {
			return fmt.Errorf("load %s: %w", table.Name, err)
		}
	}
	return translate(ctx, tx.Commit())
}

// insertRows sends the rows as one JSON array: one statement a table, and the
// database reads each value with the type of its column.
func insertRows(ctx context.Context, tx *sqlx.Tx, table Table, onConflict string) error {
	encoded, err := json.Marshal(table.Rows)
	if err != nil {
		return err
	}
	var rows []map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &rows); err != nil || len(rows) == 0 {
		return err
	}
	var columns []string
	for name := range rows[0] {
		if !slices.Contains(table.Skip, name) {
			columns = append(columns, `"`+name+`"`)
		}
	}
	slices.Sort(columns)
	list := strings.Join(columns, ", ")
	if onConflict == "update" {
		var set []string
		for _, c := range columns {
			set = append(set, c+" = excluded."+c)
		}
		onConflict = fmt.Sprintf(" on conflict on constraint %s_pkey do update set %s", table.Name, strings.Join(set, ", "))
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`insert into %[1]s (%[2]s) select %[2]s from jsonb_populate_recordset(null::%[1]s, $1)%[3]s`,
		table.Name, list, onConflict), string(encoded))
	return err
}

// LoadReference brings the reference tables to what is shipped with the binary:
// new rows are added, known codes get their new labels and dates, nothing is
// deleted. A list that an operator imported is left alone. Running it twice
// changes nothing.
func (s *Store) LoadReference(ctx context.Context, set reference.Set) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return translate(ctx, err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock(hashtextextended('load reference', 0))`); err != nil {
		return translate(ctx, err)
	}
	var imported []string
	if err := tx.SelectContext(ctx, &imported, `select list from reference_source where imported`); err != nil {
		return translate(ctx, err)
	}
	for _, table := range []Table{
		{Name: "theme", Rows: set.Themes},
		{Name: "theme_related", Rows: set.RelatedThemes},
		{Name: "deployment_type", Rows: set.DeploymentTypes},
		{Name: "youth_region", Rows: set.Regions},
		{Name: "youth_region_neighbour", Rows: set.Neighbours},
		{Name: "municipality", Rows: set.Municipalities},
		{Name: "municipality_region", Rows: set.Memberships},
		{Name: "postcode_range", Rows: set.PostcodeRanges},
		{Name: "public_holiday", Rows: set.PublicHolidays},
		{Name: "school_holiday", Rows: set.SchoolHolidays},
		{Name: "school_region", Rows: set.SchoolRegions},
		{Name: "reference_source", Rows: slices.DeleteFunc(slices.Clone(set.Sources), func(src reference.Source) bool {
			return slices.Contains(imported, src.List)
		})},
	} {
		if slices.Contains(imported, table.Name) {
			continue
		}
		if err := insertRows(ctx, tx, table, "update"); err != nil {
			return fmt.Errorf("load %s: %w", table.Name, translate(ctx, err))
		}
	}
	return translate(ctx, tx.Commit())
}
