package store

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"expex/engine"
)

// ConductCertificate is a certificate of conduct with who looked at it.
type ConductCertificate struct {
	Certificate
	CheckedBy string // a name, "" when unknown
}

// CertificatesOf gives the certificates of conduct of experts, the oldest first.
func (v View) CertificatesOf(ctx context.Context, ids []engine.ExpertID) ([]ConductCertificate, error) {
	return get(ctx, v, func(t *Tx) (out []ConductCertificate, err error) {
		return out, t.SelectContext(ctx, &out, `
			select expert_id, issued_on, valid_to, screening_profile, checked_by
			from conduct_certificate where expert_id = any($1) order by expert_id, issued_on`, pq.Array(ids))
	})
}

// Paper gives the day a paper holds from, or for a certificate of conduct the
// first day on which it no longer holds; "" for one that is not there. Only after
// [Tx.Decide].
func (t *Tx) Paper(ctx context.Context, p engine.Paper) (on engine.Date, err error) {
	switch p.Kind {
	case engine.PaperAgreement:
		err = t.GetContext(ctx, &on, `select agreement_on from expert_record where expert_id = $1`, p.ExpertID)
	case engine.PaperNDA:
		err = t.GetContext(ctx, &on, `select nda_on from expert_record where expert_id = $1`, p.ExpertID)
	case engine.PaperTraining:
		err = t.GetContext(ctx, &on, `select max(trained_on) from type_training where expert_id = $1 and type = $2`, p.ExpertID, p.Type)
	case engine.PaperConduct:
		err = t.GetContext(ctx, &on, `select max(valid_to) from conduct_certificate where expert_id = $1 and issued_on = $2`, p.ExpertID, p.IssuedOn)
	default:
		err = unknownPaper(p.Kind)
	}
	return on, err
}

// RecordPaper writes the day of a paper, over the one that was there. INVALID for
// an unknown type of deployment. Certificates of conduct have [Tx.RecordCertificate].
// Only after [Tx.Decide].
func (t *Tx) RecordPaper(ctx context.Context, p engine.Paper, on engine.Date) (err error) {
	switch p.Kind {
	case engine.PaperAgreement:
		_, err = t.ExecContext(ctx, `update expert_record set agreement_on = $2 where expert_id = $1`, p.ExpertID, on)
	case engine.PaperNDA:
		_, err = t.ExecContext(ctx, `update expert_record set nda_on = $2 where expert_id = $1`, p.ExpertID, on)
	case engine.PaperTraining:
		_, err = t.ExecContext(ctx, `
			insert into type_training (expert_id, type, trained_on) values ($1, $2, $3)
			on conflict (expert_id, type) do update set trained_on = excluded.trained_on`, p.ExpertID, p.Type, on)
	default:
		err = unknownPaper(p.Kind)
	}
	return err
}

// WithdrawPaper takes a paper off the record. Only after [Tx.Decide].
func (t *Tx) WithdrawPaper(ctx context.Context, p engine.Paper) (err error) {
	switch p.Kind {
	case engine.PaperAgreement:
		_, err = t.ExecContext(ctx, `update expert_record set agreement_on = null where expert_id = $1`, p.ExpertID)
	case engine.PaperNDA:
		_, err = t.ExecContext(ctx, `update expert_record set nda_on = null where expert_id = $1`, p.ExpertID)
	case engine.PaperTraining:
		_, err = t.ExecContext(ctx, `delete from type_training where expert_id = $1 and type = $2`, p.ExpertID, p.Type)
	case engine.PaperConduct:
		_, err = t.ExecContext(ctx, `delete from conduct_certificate where expert_id = $1 and issued_on = $2`, p.ExpertID, p.IssuedOn)
	default:
		err = unknownPaper(p.Kind)
	}
	return err
}

func unknownPaper(kind engine.PaperKind) error { return fmt.Errorf("store: no such paper: %q", kind) }

// RecordChange is one line about what is kept on record: of an expert, a paper;
// of a session, its outcome.
type RecordChange struct {
	Kind      string            // an [engine.PaperKind], or OUTCOME
	ExpertID  *engine.ExpertID  // this or the session
	SessionID *engine.SessionID //
	About     string            // which training, or the day of issue of which certificate
	Was       string            // "" = nothing
	Became    string            // "" = withdrawn
	Reason    string            // at most 500 characters; needed for a withdrawal
}

// NoteChange keeps who changed a record and why, for good. Only after [Tx.Decide].
func (t *Tx) NoteChange(ctx context.Context, c RecordChange) error {
	_, err := t.ExecContext(ctx, `
		insert into record_change (pool_id, kind, expert_id, session_id, about, was, became, reason, made_by, made_at)
		select engine_pool(), $1, $2, $3, $4, $5, $6, $7, $8, $9`,
		c.Kind, c.ExpertID, c.SessionID, c.About, c.Was, c.Became, c.Reason, t.viewer.AccountID, t.Now)
	return err
}
