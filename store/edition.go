package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"expex/reference"
)

// Memberships gives the regions, municipalities and memberships as they are
// now: what [reference.Diff] compares a new edition with.
func (s *Store) Memberships(ctx context.Context) (set reference.Set, err error) {
	for _, list := range []struct {
		into any
		text string
	}{
		{&set.Regions, `select code, name, valid_from::text, coalesce(valid_to::text, '') as valid_to from youth_region order by code`},
		{&set.Municipalities, `select code, name, valid_from::text, coalesce(valid_to::text, '') as valid_to, latitude, longitude from municipality order by code`},
		{&set.Memberships, `select municipality, region, valid_from::text, coalesce(valid_to::text, '') as valid_to from municipality_region order by municipality, valid_from`},
	} {
		if err := s.db.SelectContext(ctx, list.into, list.text); err != nil {
			return set, translate(ctx, err)
		}
	}
	return set, nil
}

// ApplyEdition writes the differences of a new edition of the memberships, all
// or none: the membership that was ends on the day the new one begins, and the
// sessions from that day on are in the new region, also those planned before.
// What took place before keeps its own. From then on the shipped memberships are
// no longer loaded.
func (s *Store) ApplyEdition(ctx context.Context, changes []reference.Change, source, edition string) error {
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return translate(ctx, err)
	}
	defer tx.Rollback()
	for _, c := range changes {
		if c.Before != "" {
			if _, err := tx.ExecContext(ctx, `delete from municipality_region where municipality = $1 and valid_from = $2`, c.Municipality, c.From); err != nil {
				return translate(ctx, err)
			}
			if _, err := tx.ExecContext(ctx, `
				update municipality_region set valid_to = $2
				where municipality = $1 and daterange(valid_from, valid_to) @> $2::date`, c.Municipality, c.From); err != nil {
				return translate(ctx, err)
			}
		}
		if c.After != "" {
			if _, err := tx.ExecContext(ctx, `insert into municipality_region (municipality, region, valid_from) values ($1, $2, $3)`,
				c.Municipality, c.After, c.From); err != nil {
				return fmt.Errorf("%s: %w", c, translate(ctx, err))
			}
		}
		// A session is in the region of its day: its trigger looks again.
		if _, err := tx.ExecContext(ctx, `
			update session set municipality = municipality
			where municipality = $1 and starts_at >= $2::date::timestamp at time zone 'Europe/Amsterdam'`, c.Municipality, c.From); err != nil {
			return translate(ctx, err)
		}
	}
	if err := noteImport(ctx, tx, "municipality_region", source, edition); err != nil {
		return err
	}
	return translate(ctx, tx.Commit())
}

// ImportPostcodes replaces the list of postcodes. Those without a municipality
// we know are left out; it gives how many went in.
func (s *Store) ImportPostcodes(ctx context.Context, list []reference.Postcode, source, edition string) (n int, err error) {
	var codes, municipalities []string
	var latitudes, longitudes []float64
	for _, p := range list {
		if p.Municipality != nil {
			codes, municipalities = append(codes, p.Postcode4), append(municipalities, *p.Municipality)
			latitudes, longitudes = append(latitudes, p.Latitude), append(longitudes, p.Longitude)
		}
	}
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return 0, translate(ctx, err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `delete from postcode`); err != nil {
		return 0, translate(ctx, err)
	}
	res, err := tx.ExecContext(ctx, `
		insert into postcode (postcode4, municipality, latitude, longitude)
		select p.* from unnest($1::text[], $2::text[], $3::float8[], $4::float8[]) as p(code, municipality, latitude, longitude)
		join municipality m on m.code = p.municipality`,
		pq.Array(codes), pq.Array(municipalities), pq.Array(latitudes), pq.Array(longitudes))
	if err != nil {
		return 0, translate(ctx, err)
	}
	written, err := res.RowsAffected()
	if err != nil {
		return 0, err
	}
	if err := noteImport(ctx, tx, "postcode", source, edition); err != nil {
		return 0, err
	}
	return int(written), translate(ctx, tx.Commit())
}

// ReferenceSource says where a list came from.
type ReferenceSource struct {
	List     string
	Source   string
	Edition  string
	Imported bool // by an operator; what is shipped no longer touches it
}

// ReferenceSources gives source and edition of every list.
func (s *Store) ReferenceSources(ctx context.Context) (out []ReferenceSource, err error) {
	err = s.db.SelectContext(ctx, &out, `select list, source, edition, imported from reference_source order by list`)
	return out, translate(ctx, err)
}

// ServerVersion names the PostgreSQL behind the store.
func (s *Store) ServerVersion(ctx context.Context) (v string, err error) {
	err = s.db.GetContext(ctx, &v, `show server_version`)
	return v, translate(ctx, err)
}

func noteImport(ctx context.Context, tx *sqlx.Tx, list, source, edition string) error {
	_, err := tx.ExecContext(ctx, `
		insert into reference_source (list, source, edition, imported) values ($1, $2, $3, true)
		on conflict (list) do update set source = excluded.source, edition = excluded.edition, imported = true, loaded_at = app_now()`,
		list, source, edition)
	return translate(ctx, err)
}
