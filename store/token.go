package store

import (
	"context"
	"time"

	"expex/auth"
	"expex/engine"
)

// ViewerByToken gives the viewer behind the hash of a token, with the roles
// that hold today. It wraps auth.ErrUnknown for a token that is unknown,
// expired, revoked, or whose account is disabled.
func (s *Store) ViewerByToken(ctx context.Context, hash auth.Hash) (v auth.Viewer, err error) {
	var rows []struct {
		AccountID      engine.AccountID
		Name           string
		Today          engine.Date
		LastUsedOn     engine.Date
		Role           *auth.Role
		PoolID         engine.PoolID
		OrganisationID engine.OrganisationID
		ExpertID       engine.ExpertID
	}
	err = s.db.SelectContext(ctx, &rows, `
		with clock as (select now, (now at time zone 'Europe/Amsterdam')::date as today
		               from coalesce($2::timestamptz, clock_timestamp()) as now)
		select a.id as account_id, a.name, today, t.last_used_on, r.role, coalesce(r.pool_id::text, '') as pool_id,
		       coalesce(r.organisation_id::text, '') as organisation_id, coalesce(r.expert_id::text, '') as expert_id
		from clock
		join token t on t.hash = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now)
		join account a on a.id = t.account_id and a.disabled_at is null
		left join account_role r on r.account_id = a.id and daterange(r.valid_from, r.valid_to) @> today
		order by r.role, r.pool_id, r.organisation_id, r.expert_id`, hash[:], s.moment())
	if err != nil {
		return v, translate(ctx, err)
	}
	if len(rows) == 0 {
		return v, auth.ErrUnknown
	}
	v = auth.Viewer{AccountID: rows[0].AccountID, Name: rows[0].Name}
	for _, r := range rows {
		if r.Role != nil {
			v.Grants = append(v.Grants, auth.Grant{Role: *r.Role, PoolID: r.PoolID, OrganisationID: r.OrganisationID, ExpertID: r.ExpertID})
		}
	}
	if rows[0].LastUsedOn != rows[0].Today { // once a day
		_, err = s.db.ExecContext(ctx, `update token set last_used_on = $2 where hash = $1`, hash[:], rows[0].Today)
	}
	return v, translate(ctx, err)
}

// Token is a credential of an account, without its secret.
type Token struct {
	ID         string
	AccountID  engine.AccountID
	Name       string // of the account
	Roles      string // for people: "COORDINATOR Midden-Holland, ..."
	Label      string
	CreatedAt  time.Time
	ExpiresAt  *time.Time
	RevokedAt  *time.Time
	LastUsedOn engine.Date
}

// Tokens gives every token, by the name of its account. For operators.
func (s *Store) Tokens(ctx context.Context) (out []Token, err error) {
	err = s.db.SelectContext(ctx, &out, `
		select t.id, t.account_id, a.name, t.label, t.created_at, t.expires_at, t.revoked_at, t.last_used_on,
		       coalesce((select string_agg(concat_ws(' ', r.role, p.name, o.name, e.first_name), ', ' order by r.role, p.name, o.name, e.first_name)
		        from account_role r left join pool p on p.id = r.pool_id left join organisation o on o.id = r.organisation_id
		        left join expert e on e.id = r.expert_id where r.account_id = a.id), '') as roles
		from token t join account a on a.id = t.account_id order by a.name, t.created_at, t.id`)
	return out, translate(ctx, err)
}

// AddAccount makes an account with one role; email "" is none. A pool or organisation is named as
// people do; an expert by id or by the code she was imported under.
func (s *Store) AddAccount(ctx context.Context, name, email string, role auth.Role, pool, organisation, expert string) (id engine.AccountID, err error) {
	err = s.asSystem(ctx, func(t *Tx) error {
		scope := struct{ Pool, Organisation, Expert *string }{}
		for _, look := range []struct {
			field, value, query string
			into                **string
		}{
			{"pool", pool, `select id::text from pool where name = $1`, &scope.Pool},
			{"organisation", organisation, `select id::text from organisation where name = $1 order by id limit 1`, &scope.Organisation},
			{"expert", expert, `select id::text from expert where id::text = $1 or import_key = $1`, &scope.Expert},
		} {
			if look.value == "" {
				continue
			}
			var found []string
			if err := t.SelectContext(ctx, &found, look.query, look.value); err != nil {
				return err
			}
			if len(found) == 0 {
				return engine.Invalid(look.field, "there is none called %q", look.value)
			}
			*look.into = &found[0]
		}
		if err := t.GetContext(ctx, &id, `insert into account (name, email) values ($1, $2) returning id`, name, email); err != nil {
			return err
		}
		_, err := t.ExecContext(ctx, `insert into account_role (account_id, role, pool_id, organisation_id, expert_id) values ($1, $2, $3, $4, $5)`,
			id, role, scope.Pool, scope.Organisation, scope.Expert)
		return err
	})
	return id, err
}

// AddToken stores the hash of a new token of an account; days 0 is no expiry.
func (s *Store) AddToken(ctx context.Context, account engine.AccountID, hash auth.Hash, label string, days int) error {
	return s.asSystem(ctx, func(t *Tx) error {
		_, err := t.ExecContext(ctx, `
			insert into token (account_id, hash, label, expires_at)
			values ($1, $2, $3, case when $4 > 0 then app_now() + make_interval(days => $4) end)`, account, hash[:], label, days)
		return err
	})
}

// RevokeToken kills a token at once. NOT_FOUND when there is none with that id.
func (s *Store) RevokeToken(ctx context.Context, id string) error {
	return s.asSystem(ctx, func(t *Tx) error {
		res, err := t.ExecContext(ctx, `update token set revoked_at = coalesce(revoked_at, app_now()) where id::text = $1`, id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orNotFound(err)
		}
		return nil
	})
}
