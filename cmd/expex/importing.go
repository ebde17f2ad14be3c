package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"expex/app"
	"expex/reference"
	"expex/spreadsheet"
	"expex/store"
)

// importCommand reads what others keep in files. A file goes in whole or not at
// all, and importing it again changes nothing.
type importCommand struct {
	Organisations importOrganisations `cmd:"" help:"CSV of organisations; a host with a service area makes a pool."`
	Experts       importExperts       `cmd:"" help:"CSV of ExpEx with themes and weekly hours."`
	Requests      importRequests      `cmd:"" help:"CSV of requests."`
	Postcodes     importPostcodes     `cmd:"" help:"GeoNames postal codes of the Netherlands, for travel times."`
	Regions       importRegions       `cmd:"" help:"A new edition of which municipality lies in which youth region."`
}

// fileFlags are what every import has.
type fileFlags struct {
	databaseFlags
	logFlags
	File string `arg:"" type:"existingfile" help:"The file."`
}

type importOrganisations struct{ fileFlags }

// Run imports and says what became of the rows.
func (c *importOrganisations) Run(p *process) error {
	return importSheet(p, c.fileFlags, spreadsheet.ReadOrganisations, (*store.Store).ImportOrganisations)
}

type importExperts struct{ fileFlags }

// Run imports and says what became of the rows.
func (c *importExperts) Run(p *process) error {
	return importSheet(p, c.fileFlags, spreadsheet.ReadExperts, (*store.Store).ImportExperts)
}

type importRequests struct{ fileFlags }

// Run imports and says what became of the rows.
func (c *importRequests) Run(p *process) error {
	return importSheet(p, c.fileFlags, spreadsheet.ReadRequests, (*store.Store).ImportRequests)
}

// importSheet reads a file against what the database knows and writes its rows.
func importSheet[Row any](p *process, f fileFlags,
	read func(string, io.Reader, spreadsheet.Catalogue) ([]Row, error),
	write func(*store.Store, context.Context, []Row) (store.ImportResult, error)) error {
	return withImportDatabase(p, f, func(d *database, in io.Reader) error {
		catalogue, err := d.ImportCatalogue(p.ctx)
		if err != nil {
			return err
		}
		name := filepath.Base(f.File)
		rows, err := read(name, in, catalogue)
		if err != nil {
			return fmt.Errorf("nothing was imported:\n%w", err)
		}
		result, err := write(d.Store, p.ctx, rows)
		if err != nil {
			return fmt.Errorf("nothing was imported:\n%w", err)
		}
		if _, err := fmt.Fprintf(p.stdout, "%s: %d added, %d changed, %d unchanged\n", name, result.Added, result.Changed, result.Unchanged); err != nil {
			return err
		}
		// The service finds what these rows ask for, such as a certificate that has
		// run out, without waiting for the night.
		return app.App{Store: d.Store}.CheckNow(p.ctx)
	})
}

// withImportDatabase opens file and database. A database on its first day is
// brought to this version first: importing is how people begin.
func withImportDatabase(p *process, f fileFlags, use func(*database, io.Reader) error) error {
	in, err := os.Open(f.File)
	if err != nil {
		return err
	}
	defer in.Close()
	return withDatabase(p, f.databaseFlags, f.logFlags, func(d *database) error {
		have, _, err := d.SchemaVersions(p.ctx)
		if err != nil {
			return err
		}
		if have == 0 {
			if err := migrate(p.ctx, d.Store); err != nil {
				return err
			}
		}
		if err := d.CheckSchema(p.ctx); err != nil {
			return err
		}
		return use(d, in)
	})
}

type importPostcodes struct {
	fileFlags
	Edition string `required:"" help:"Which edition this is, such as the day it was fetched."`
}

// Run replaces the list of postcodes.
func (c *importPostcodes) Run(p *process) error {
	return withImportDatabase(p, c.fileFlags, func(d *database, in io.Reader) error {
		list, err := reference.ReadGeoNames(in)
		if err != nil {
			return fmt.Errorf("nothing was imported:\n%w", err)
		}
		n, err := d.ImportPostcodes(p.ctx, list, "GeoNames, CC BY 4.0", c.Edition)
		if err == nil {
			_, err = fmt.Fprintf(p.stdout, "%d postcodes\n", n)
		}
		return err
	})
}

type importRegions struct {
	fileFlags
	From  string `required:"" help:"The day on which the edition begins to hold, 2006-01-02."`
	Apply bool   `help:"Write the differences. Without it they are only shown."`
}

// Run shows what an edition changes, and writes it when told to.
func (c *importRegions) Run(p *process) error {
	return withImportDatabase(p, c.fileFlags, func(d *database, in io.Reader) error {
		edition, err := reference.ReadMembership(in)
		if err != nil {
			return fmt.Errorf("nothing was imported:\n%w", err)
		}
		now, err := d.Memberships(p.ctx)
		if err != nil {
			return err
		}
		changes, err := reference.Diff(now, edition, reference.Date(c.From))
		if err != nil {
			return fmt.Errorf("nothing was imported:\n%w", err)
		}
		for _, change := range changes {
			fmt.Fprintln(p.stdout, change)
		}
		if !c.Apply {
			_, err := fmt.Fprintf(p.stdout, "%d differences; nothing was written, add --apply to do so\n", len(changes))
			return err
		}
		if err := d.ApplyEdition(p.ctx, changes, "CBS, Gebieden in Nederland, CC BY 4.0", c.From); err != nil {
			return errors.Join(errors.New("nothing was imported"), err)
		}
		_, err = fmt.Fprintf(p.stdout, "%d differences written\n", len(changes))
		return err
	})
}
