package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"expex/seal"
)

// doctorCommand says what this installation is made of.
type doctorCommand struct {
	databaseFlags
	mailFlags
	keyFlags
	logFlags
}

// Validate is called by the parser, which would call none of several.
func (c *doctorCommand) Validate() error {
	return errors.Join(c.mailFlags.Validate(), c.keyFlags.Validate())
}

// Run prints the versions of program, schema and PostgreSQL, and source and
// edition of each list of reference data; whether messages leave; and whether the
// keys for what is encrypted are there.
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
			sealed, err := d.BusyKeys(p.ctx)
			if err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "keys        %s\n\n", c.keysSay(sealed))
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

// keysSay says what the keys do for the addresses that are sealed, given by key.
func (k keyFlags) keysSay(sealed map[string]int) string {
	keys, err := seal.Parse(k.Keys)
	if err != nil {
		return "malformed" // cannot happen: the parser has looked
	}
	says := []string{"EXPEX_KEYS is not set: no address of a private calendar can be linked"}
	if now := keys.Current(); now != "" {
		says = []string{fmt.Sprintf("%s encrypts; %d addresses", now, sealed[now])}
	}
	for _, id := range slices.Sorted(maps.Keys(sealed)) {
		switch {
		case id == keys.Current():
		case slices.Contains(keys.IDs(), id):
			says = append(says, fmt.Sprintf("%d wait to be encrypted anew, keep %s until then", sealed[id], id))
		default:
			says = append(says, fmt.Sprintf("%s IS MISSING: %d addresses cannot be read", id, sealed[id]))
		}
	}
	return strings.Join(says, "; ")
}
