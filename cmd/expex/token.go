package main

import (
	"errors"
	"fmt"
	"net/mail"
	"text/tabwriter"
	"time"

	"expex/auth"
	"expex/engine"
)

// tokenCommand keeps access tokens.
type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Make an account with a role, or use one, and print a token for it. It is shown once."`
	List   tokenListCommand   `cmd:"" help:"List accounts and their tokens."`
	Revoke tokenRevokeCommand `cmd:"" help:"Kill a token at once."`
}

type tokenCreateCommand struct {
	databaseFlags
	logFlags
	Account      string `help:"Id of an account that exists; otherwise one is made from the flags below."`
	Name         string `help:"Name of the person."`
	Email        string `help:"Where messages to the person go."`
	Role         string `help:"EXPERT, COORDINATOR, REGION_LEAD, REQUESTER, TRAINER, SAFEGUARDING_LEAD, FUNDER_VIEWER, PRIVACY_OFFICER or SYSTEM_ADMIN."`
	Pool         string `help:"Name of the pool, for roles of a pool."`
	Organisation string `help:"Name of the organisation, for a requester."`
	Expert       string `help:"Id (UUID) or import code of the expert, for an expert."`
	Label        string `help:"What the token is for."`
	Days         int    `help:"Days until it expires; 0 = never." default:"365"`
}

// Run prints the token on stdout and nothing else.
func (c *tokenCreateCommand) Run(p *process) error {
	if c.Account == "" && (c.Name == "" || c.Role == "") {
		return errors.New("give --account, or --name and --role")
	}
	if c.Email != "" {
		if _, err := mail.ParseAddress(c.Email); err != nil {
			return errors.New("--email: give an address such as cora@voorbeeld.example")
		}
	}
	return withDatabase(p, c.databaseFlags, c.logFlags, func(d *database) error {
		account := engine.AccountID(c.Account)
		if account == "" {
			var err error
			if account, err = d.AddAccount(p.ctx, c.Name, c.Email, auth.Role(c.Role), c.Pool, c.Organisation, c.Expert); err != nil {
				return err
			}
		}
		secret := auth.NewSecret()
		if err := d.AddToken(p.ctx, account, secret.Hash(), c.Label, c.Days); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.stdout, secret.Reveal())
		return err
	})
}

type tokenListCommand struct {
	databaseFlags
	logFlags
}

// Run prints a table without any secret.
func (c *tokenListCommand) Run(p *process) error {
	return withDatabase(p, c.databaseFlags, c.logFlags, func(d *database) error {
		tokens, err := d.Tokens(p.ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "TOKEN\tACCOUNT\tNAME\tROLES\tLABEL\tMADE\tEXPIRES\tREVOKED\tLAST USED")
		for _, t := range tokens {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.AccountID, t.Name, t.Roles, t.Label,
				t.CreatedAt.Format(time.DateOnly), day(t.ExpiresAt), day(t.RevokedAt), t.LastUsedOn)
		}
		return w.Flush()
	})
}

func day(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.Format(time.DateOnly)
}

type tokenRevokeCommand struct {
	databaseFlags
	logFlags
	ID string `arg:"" help:"Id of the token; see expex token list."`
}

// Run kills the token.
func (c *tokenRevokeCommand) Run(p *process) error {
	return withDatabase(p, c.databaseFlags, c.logFlags, func(d *database) error {
		if err := d.RevokeToken(p.ctx, c.ID); err != nil {
			return fmt.Errorf("there is no token %s; see expex token list", c.ID)
		}
		return nil
	})
}
