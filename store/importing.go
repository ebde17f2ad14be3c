package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lib/pq"

	"expex/engine"
	"expex/spreadsheet"
)

// ImportResult counts the rows of a file by what became of them.
type ImportResult struct {
	Added     int
	Changed   int // said something else than the last time
	Unchanged int // and untouched
}

// ImportCatalogue gives what the names in a spreadsheet may refer to now.
func (s *Store) ImportCatalogue(ctx context.Context) (c spreadsheet.Catalogue, err error) {
	err = s.importing(ctx, func(t *Tx) error {
		c = spreadsheet.Catalogue{Now: t.Now, Zone: Zone, Requests: map[string]spreadsheet.Hash{}}
		if c.Themes, err = t.themes(ctx); err != nil {
			return err
		}
		if err := t.SelectContext(ctx, &c.Types, `
			select `+deploymentTypeColumns+` from deployment_type where daterange(valid_from, valid_to) @> app_today() order by code`); err != nil {
			return err
		}
		if err := t.SelectContext(ctx, &c.Municipalities, `
			select code, name from municipality where daterange(valid_from, valid_to) @> app_today() order by name, code`); err != nil {
			return err
		}
		var houses []struct {
			spreadsheet.KnownOrganisation
			PoolNames pq.StringArray
		}
		if err := t.SelectContext(ctx, &houses, `
			select o.import_key as key, coalesce(p.import_key, '') as parent, coalesce(m.import_key, '') as merged_into,
			       array(select name from organisation_pool join pool on id = pool_id where organisation_id = o.id order by 1) as pool_names
			from organisation o left join organisation p on p.id = o.parent_id left join organisation m on m.id = o.merged_into
			where o.import_key is not null order by o.import_key`); err != nil {
			return err
		}
		for _, h := range houses {
			h.Pools = h.PoolNames
			c.Organisations = append(c.Organisations, h.KnownOrganisation)
		}
		var pools []struct {
			Name  string
			Codes pq.StringArray
		}
		if err := t.SelectContext(ctx, &pools, `
			select name, array(select municipality from service_area
			    where pool_id = id and daterange(valid_from, valid_to) @> app_today() order by 1) as codes
			from pool order by name`); err != nil {
			return err
		}
		for _, p := range pools {
			known := spreadsheet.Pool{Name: p.Name}
			for _, code := range p.Codes {
				known.Municipalities = append(known.Municipalities, engine.MunicipalityCode(code))
			}
			c.Pools = append(c.Pools, known)
		}
		c.Requests, err = t.imported(ctx, "REQUEST")
		return err
	})
	return c, err
}

// ImportOrganisations writes the rows of one list of organisations, all or none.
// A row that says what it said the last time is not touched; of one that changed,
// the columns the file has are replaced. A host with a service area makes its
// pool, or brings it to that area from today on.
func (s *Store) ImportOrganisations(ctx context.Context, rows []spreadsheet.Organisation) (ImportResult, error) {
	return importRows(ctx, s, "ORGANISATION", rows, func(t *Tx, added, changed []spreadsheet.Organisation) error {
		return t.importOrganisations(ctx, slices.Concat(added, changed))
	})
}

// ImportExperts writes the rows of one list of experts, all or none, as
// [Store.ImportOrganisations] does. An expert belongs to the one pool the row
// names. A consent becomes a new version where it was signed after the current
// one and differs from it; what the file does not mention is neither withdrawn
// nor, for exclusions of organisations, lifted.
func (s *Store) ImportExperts(ctx context.Context, rows []spreadsheet.Expert) (ImportResult, error) {
	return importRows(ctx, s, "EXPERT", rows, func(t *Tx, added, changed []spreadsheet.Expert) error {
		return t.importExperts(ctx, slices.Concat(added, changed))
	})
}

// ImportRequests writes the rows of one list of requests, all or none. Each goes
// to the pool that serves its place for its organisation. A row that was
// imported before and changed is a problem: it may have offers by now.
func (s *Store) ImportRequests(ctx context.Context, rows []spreadsheet.Request) (ImportResult, error) {
	return importRows(ctx, s, "REQUEST", rows, func(t *Tx, added, changed []spreadsheet.Request) error {
		return t.importRequests(ctx, added, changed)
	})
}

// importing is [Store.asSystem] for one import at a time.
func (s *Store) importing(ctx context.Context, fn func(*Tx) error) error {
	return s.asSystem(ctx, func(t *Tx) error {
		if _, err := t.ExecContext(ctx, `select pg_advisory_xact_lock(hashtextextended('import', 0))`); err != nil {
			return err
		}
		return fn(t)
	})
}

// importRows sorts the rows by whether they are known, has those written that
// are not, and remembers what all of them said.
func importRows[R interface{ Source() spreadsheet.Origin }](ctx context.Context, s *Store, kind string, rows []R, write func(t *Tx, added, changed []R) error) (n ImportResult, err error) {
	err = s.importing(ctx, func(t *Tx) error {
		before, err := t.imported(ctx, kind)
		if err != nil {
			return err
		}
		var added, changed []R
		var said []cells
		for _, r := range rows {
			o := r.Source()
			hash, known := before[o.Key]
			switch {
			case !known:
				added = append(added, r)
			case hash != o.Hash:
				changed = append(changed, r)
			default:
				continue
			}
			said = append(said, cells{"kind": kind, "key": o.Key, "hash": `\x` + hex.EncodeToString(o.Hash[:]), "imported_at": t.Now})
		}
		n = ImportResult{Added: len(added), Changed: len(changed), Unchanged: len(rows) - len(said)}
		if len(said) == 0 {
			return nil
		}
		if err := write(t, added, changed); err != nil {
			return err
		}
		return t.put(ctx, "import_row", said, replacing("kind, key", "hash", "imported_at"))
	})
	if err != nil {
		return ImportResult{}, err
	}
	return n, nil
}

func (t *Tx) imported(ctx context.Context, kind string) (map[string]spreadsheet.Hash, error) {
	var rows []struct {
		Key  string
		Hash []byte
	}
	err := t.SelectContext(ctx, &rows, `select key, hash from import_row where kind = $1`, kind)
	out := make(map[string]spreadsheet.Hash, len(rows))
	for _, r := range rows {
		out[r.Key] = spreadsheet.Hash(r.Hash)
	}
	return out, err
}

// cells is a row to write, by column.
type cells map[string]any

// put inserts rows; onConflict is what [replacing] gives, "" where none exists.
func (t *Tx) put(ctx context.Context, table string, rows []cells, onConflict string) error {
	if err := insertRows(ctx, t.Tx, Table{Name: table, Rows: rows}, onConflict); err != nil {
		return fmt.Errorf("import into %s: %w", table, err)
	}
	return nil
}

// replacing says that of a row that exists by these keys the columns are
// replaced and the others stay.
func replacing(keys string, columns ...string) string {
	if len(columns) == 0 {
		return fmt.Sprintf(" on conflict (%s) do nothing", keys)
	}
	set := make([]string, len(columns))
	for i, c := range columns {
		set[i] = c + " = excluded." + c
	}
	return fmt.Sprintf(" on conflict (%s) do update set %s", keys, strings.Join(set, ", "))
}

// had are those of the columns, given with their headers, that the file has.
func had(o spreadsheet.Origin, columns map[string]string) []string {
	maps.DeleteFunc(columns, func(_, header string) bool { return !o.Has(header) })
	return slices.Sorted(maps.Keys(columns))
}

// each runs a statement that takes the rows as its first argument.
func (t *Tx) each(ctx context.Context, rows []cells, statement string, args ...any) error {
	encoded, err := json.Marshal(rows)
	if err != nil || len(rows) == 0 {
		return err
	}
	_, err = t.ExecContext(ctx, statement, append([]any{string(encoded)}, args...)...)
	return err
}

// idsByKey gives the ids of imported rows of a table.
func idsByKey[ID ~string](ctx context.Context, t *Tx, table string) (map[string]ID, error) {
	var rows []struct {
		Key string
		ID  ID
	}
	err := t.SelectContext(ctx, &rows, fmt.Sprintf(`select import_key as key, id from %s where import_key is not null`, table))
	out := make(map[string]ID, len(rows))
	for _, r := range rows {
		out[r.Key] = r.ID
	}
	return out, err
}
