package app_test

import (
	"strings"
	"testing"

	"expex/engine"
	"expex/store/storetest"
)

// paper names one of the first expert.
func (w *world) paper(kind engine.PaperKind, about string) engine.Paper {
	p := engine.Paper{ExpertID: w.A.Experts[0], Kind: kind}
	switch kind {
	case engine.PaperTraining:
		p.Type = engine.DeploymentTypeCode(about)
	case engine.PaperConduct:
		p.IssuedOn = engine.Date(about)
	}
	return p
}

func init() {
	repeated["RecordPaper"] = struct {
		call, other func(w *world, t *testing.T, key string) (any, error)
	}{
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RecordPaper(t.Context(), w.A.Coordinator, key, w.paper(engine.PaperAgreement, ""), "2027-03-01")
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.RecordPaper(t.Context(), w.A.Coordinator, key, w.paper(engine.PaperNDA, ""), "2027-03-01")
		},
	}
	repeated["WithdrawPaper"] = struct {
		call, other func(w *world, t *testing.T, key string) (any, error)
	}{
		func(w *world, t *testing.T, key string) (any, error) {
			return w.WithdrawPaper(t.Context(), w.A.Coordinator, key, w.paper(engine.PaperNDA, ""), "Niet getekend")
		},
		func(w *world, t *testing.T, key string) (any, error) {
			return w.WithdrawPaper(t.Context(), w.A.Coordinator, key, w.paper(engine.PaperNDA, ""), "Toch niet getekend")
		},
	}
	withdraw := func(kind engine.PaperKind, about string) func(*world, *testing.T) {
		return func(w *world, t *testing.T) {
			must(w.WithdrawPaper(t.Context(), w.A.Coordinator, fresh(), w.paper(kind, about), "Vergissing"))(t)
		}
	}
	record := func(kind engine.PaperKind, about string) func(*world, *testing.T) {
		return func(w *world, t *testing.T) {
			must(w.RecordPaper(t.Context(), w.A.Coordinator, fresh(), w.paper(kind, about), "2027-03-01"))(t)
		}
	}
	both := func(calls ...func(*world, *testing.T)) func(*world, *testing.T) {
		return func(w *world, t *testing.T) {
			for _, call := range calls {
				call(w, t)
			}
		}
	}
	for name, event := range map[string]struct {
		happen func(*world, *testing.T)
		want   string
	}{
		"her agreement is withdrawn":                     {withdraw(engine.PaperAgreement, ""), "SESSION_BROKEN TALK {AGREEMENT_MISSING}"},
		"her agreement is withdrawn and recorded again":  {both(withdraw(engine.PaperAgreement, ""), record(engine.PaperAgreement, "")), ""},
		"her duty of confidentiality is withdrawn":       {withdraw(engine.PaperNDA, ""), "SESSION_BROKEN TALK {AGREEMENT_MISSING}"},
		"her training for it is withdrawn":               {withdraw(engine.PaperTraining, "TALK"), "SESSION_BROKEN TALK {TYPE_NOT_TRAINED}"},
		"her training is withdrawn and recorded again":   {both(withdraw(engine.PaperTraining, "TALK"), record(engine.PaperTraining, "TALK")), ""},
		"her training for something else is withdrawn":   {withdraw(engine.PaperTraining, "BUDDY"), ""},
		"she is trained for something else":              {record(engine.PaperTraining, "CO_TRAINER"), ""},
		"her only certificate of conduct is withdrawn":   {withdraw(engine.PaperConduct, "2026-01-05"), "REPLACE_EXPERT TALK SHE {CONDUCT_CERT_INVALID}\nSESSION_BROKEN TALK {CONDUCT_CERT_INVALID}"},
		"her agreement turns out to be of another day":   {record(engine.PaperAgreement, ""), ""},
		"her training turns out to be of another day":    {record(engine.PaperTraining, "TALK"), ""},
		"a paper is withdrawn that had broken it before": {both(withdraw(engine.PaperNDA, ""), withdraw(engine.PaperAgreement, "")), "SESSION_BROKEN TALK {AGREEMENT_MISSING}"},
	} {
		events[name] = event
	}
}

func TestAPaperIsNamedByWhatItNeeds(t *testing.T) {
	t.Parallel()
	w := start(t)
	record := func(p engine.Paper, on engine.Date) func() error {
		return func() error {
			_, err := w.RecordPaper(t.Context(), w.A.Coordinator, fresh(), p, on)
			return err
		}
	}
	withdraw := func(p engine.Paper, reason string) func() error {
		return func() error {
			_, err := w.WithdrawPaper(t.Context(), w.A.Coordinator, fresh(), p, reason)
			return err
		}
	}
	agreement, foreign := w.paper(engine.PaperAgreement, ""), w.paper(engine.PaperAgreement, "")
	foreign.ExpertID = w.B.Experts[0]
	typed, dated := agreement, agreement
	typed.Type, dated.IssuedOn = "TALK", "2027-01-01"
	today := engine.DateOf(storetest.Now, storetest.Now.Location())
	for name, c := range map[string]struct {
		call func() error
		want string
	}{
		"of tomorrow":                        {record(agreement, today.AddDays(1)), "INVALID on"},
		"of today":                           {record(agreement, today), ""},
		"of another pool":                    {record(foreign, today), "NOT_FOUND"},
		"an agreement with a type":           {record(typed, today), "INVALID type"},
		"an agreement with a day of issue":   {record(dated, today), "INVALID issuedOn"},
		"a training for nothing":             {record(w.paper(engine.PaperTraining, ""), today), "INVALID type"},
		"a training for what does not exist": {record(w.paper(engine.PaperTraining, "FOOTBALL"), today), "INVALID type"},
		"a training for too much":            {record(w.paper(engine.PaperTraining, strings.Repeat("A", 3000)), today), "INVALID type"},
		"withdrawn without a reason":         {withdraw(agreement, " "), "INVALID reason"},
		"withdrawn of another pool":          {withdraw(foreign, "omdat"), "NOT_FOUND"},
		"a certificate without its day":      {withdraw(w.paper(engine.PaperConduct, ""), "omdat"), "INVALID issuedOn"},
		"a certificate that is not there":    {withdraw(w.paper(engine.PaperConduct, "2020-01-01"), "omdat"), "CONFLICT ILLEGAL_TRANSITION"},
		"a training that is not there":       {withdraw(w.paper(engine.PaperTraining, "CO_TRAINER"), "omdat"), "CONFLICT ILLEGAL_TRANSITION"},
	} {
		if c.want == "" {
			equal(t, name, class(c.call()), "")
			continue
		}
		t.Run(name, func(t *testing.T) { w.refused(t, c.want, c.call) })
	}
	w.refused(t, "NOT_FOUND", func() error {
		_, err := w.RecordPaper(t.Context(), w.A.ExpertViewers[0], fresh(), agreement, today)
		return err
	})
}

func TestWhoRecordedAPaperAndWhyItWentIsKept(t *testing.T) {
	t.Parallel()
	w := start(t)
	agreement := w.paper(engine.PaperAgreement, "")
	was := get[string](t, w, `select agreement_on::text from expert_record where expert_id = $1`, agreement.ExpertID)
	must(w.RecordPaper(t.Context(), w.A.Coordinator, fresh(), agreement, "2027-03-01"))(t)
	must(w.WithdrawPaper(t.Context(), w.A.RegionLead, fresh(), agreement, "Van een ander"))(t)
	equal(t, "the lines", get[string](t, w, `select string_agg(concat_ws(' ', kind, was, '>', became, reason, c.name), E'\n' order by number)
		from record_change join account c on c.id = made_by where expert_id = $1`, agreement.ExpertID),
		"AGREEMENT "+was+" > 2027-03-01  "+w.A.Coordinator.Name+"\nAGREEMENT 2027-03-01 >  Van een ander "+w.A.RegionLead.Name)
}

// An offer that needs a paper that is withdrawn is taken back, and nobody says why.
func TestAnOfferThatNeedsAPaperIsWithdrawnWithIt(t *testing.T) {
	t.Parallel()
	w := start(t)
	offer := w.offer(t, w.open(t, w.ear()), slot("2027-04-22", "14:00", 60), 0)[0]
	must(w.WithdrawPaper(t.Context(), w.A.Coordinator, fresh(), w.paper(engine.PaperTraining, "LISTENING_EAR"), "Vergissing"))(t)
	equal(t, "the offer", w.status(t, "offer", offer), "WITHDRAWN")
}

// Who may be deployed and is trained for more may be what a request waits for.
func TestATrainingHasWaitingRequestsLookedAtAgain(t *testing.T) {
	t.Parallel()
	w := start(t)
	request := w.open(t, w.ear())
	must(w.WaitlistRequest(t.Context(), w.A.Coordinator, fresh(), request, engine.WaitsForSlot, ""))(t)
	queued := func() int {
		return get[int](t, w, `select count(*) from due_work where kind = 'RESCORE_WAITING' and about = $1 and due_at <= $2`, request, storetest.Now)
	}
	equal(t, "before", queued(), 0)
	w.set(t, `update expert_record set status = 'PAUSED' where expert_id = $1`, w.A.Experts[0])
	must(w.RecordPaper(t.Context(), w.A.Coordinator, fresh(), w.paper(engine.PaperTraining, "CO_TRAINER"), "2027-03-01"))(t)
	equal(t, "while she is paused", queued(), 0)
	w.set(t, `update expert_record set status = 'DEPLOYABLE' where expert_id = $1`, w.A.Experts[0])
	must(w.RecordPaper(t.Context(), w.A.Coordinator, fresh(), w.paper(engine.PaperTraining, "CO_TRAINER"), "2027-03-02"))(t)
	equal(t, "afterwards", queued(), 1)
}
