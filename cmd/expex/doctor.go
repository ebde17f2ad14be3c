package main

import (
	"fmt"
	"text/tabwriter"
)

// doctorCommand says what this installation is made of.
type doctorCommand struct {
	databaseFlags
	mailFlags
	logFlags
}

// Run prints the versions of program, schema and PostgreSQL, and source and
// edition of each list of reference data; and whether messages leave.
func (c *doctorCommand) Run(p *process) error {
	return withDatabase(p, c.databaseFlags, c.logFlags, func(d *database) error {
		have, want, err := d.SchemaVersions(p.ctx)
		if err != nil {
			return err
		}
		server, err := d.ServerVersion(p.ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "expex       %s\nPostgreSQL  %s\nschema      %d of %d\n\n", version(), server, have, want)
		if have == 0 {
			_, err := fmt.Fprintln(p.stdout, "The database is empty: run `expex migrate`.")
			return err
		}
		if have == want {
			waiting, failing, err := d.Outbox(p.ctx)
			if err != nil {
				return err
			}
			leaves := "by " + maskPassword(c.SMTP)
			if c.SMTP == "" {
				leaves = "nowhere: EXPEX_SMTP is not set"
			}
			fmt.Fprintf(p.stdout, "mail        %s; %d messages wait, %d of them failed before\n\n", leaves, waiting, failing)
		}
		sources, err := d.ReferenceSources(p.ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "LIST\tEDITION\tFROM\tSOURCE")
		for _, s := range sources {
			from := "shipped"
			if s.Imported {
				from = "imported"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.List, s.Edition, from, s.Source)
		}
		return w.Flush()
	})
}
