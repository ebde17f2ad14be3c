package store

import (
	"context"

	"github.com/lib/pq"

	"expex/engine"
)

// ConsentsOf gives the consents that hold now and are not RED, of those experts
// whose consents the viewer may see.
func (v View) ConsentsOf(ctx context.Context, ids []engine.ExpertID) ([]engine.ThemeConsent, error) {
	return get(ctx, v, func(t *Tx) (out []engine.ThemeConsent, err error) {
		return out, t.SelectContext(ctx, &out, `
			select expert_id, theme, usage, level, version, valid_from
			from theme_consent
			where expert_id = any($1) and superseded_at is null and level <> 'RED'
			order by expert_id, theme, usage`, pq.Array(ids))
	})
}

// AppendConsent writes the next version of a consent. The database closes the
// one before it and numbers this one.
func (t *Tx) AppendConsent(ctx context.Context, c engine.ThemeConsent) (engine.ThemeConsent, error) {
	err := t.GetContext(ctx, &c, `
		insert into theme_consent (expert_id, theme, usage, level, valid_from)
		values ($1, $2, $3, $4, $5)
		returning expert_id, theme, usage, level, version, valid_from`,
		c.ExpertID, c.Theme, c.Usage, c.Level, t.Now)
	return c, err
}
