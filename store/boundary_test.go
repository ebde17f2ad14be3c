package store_test

import (
	"reflect"
	"testing"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// Two roles of one person do not add up to a third: she sees the request as a
// requester of pool A and is a coordinator, but not of pool A.
func TestACoordinatorElsewhereDoesNotMatchHere(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	both := f.B.Coordinator
	both.Grants = append(both.Grants, f.A.LocationAsker.Grants...)
	if err := s.Load(t.Context(), []store.Table{{Name: "account_role", Rows: []map[string]any{
		{"account_id": both.AccountID, "role": auth.RoleRequester, "organisation_id": f.A.Location, "valid_from": "2026-01-01"}}}}); err != nil {
		t.Fatal(err)
	}
	v := s.As(both)
	if _, err := v.MatchInput(t.Context(), f.B.Ear); err != nil {
		t.Errorf("she cannot match in her own pool: %v", err)
	}
	if list, err := v.RequestsByID(t.Context(), []engine.RequestID{f.A.Ear}); err != nil || len(list) != 1 {
		t.Errorf("she does not see the request she may ask for: %v, %v", list, err)
	}
	in, err := v.MatchInput(t.Context(), f.A.Ear)
	if !reflect.DeepEqual(err, error(engine.NotFound())) || len(in.Candidates) != 0 {
		t.Errorf("the snapshot holds %d candidates of a pool that is not hers (%v)", len(in.Candidates), err)
	}
}

// What no golden file may ever change.
func TestSecretsOfExpertsStayTheirs(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for _, viewer := range []auth.Viewer{f.A.Coordinator, f.A.RegionLead, f.A.Requester, f.A.LocationAsker, f.A.ExpertViewers[0]} {
		for _, query := range []string{
			`select count(*) from organisation_exclusion`, `select count(*) from organisation_exclusion_lift`,
			`select count(*) from client_exclusion`, `select count(*) from expert_exclusion`, `select count(*) from dual_role`,
			`select count(*) from theme_consent where level = 'RED'`, `select count(*) from theme_consent where superseded_at is not null`,
			`select count(*) from theme_consent where theme = 'BULLYING'`,
		} {
			if n := number(t, s.As(viewer), query); n != 0 {
				t.Errorf("%s reads %d of %s", viewer.Name, n, query)
			}
		}
	}
	if n := number(t, s.As(f.A.ExpertViewers[1]), `select count(*) from theme_consent where theme = 'BULLYING'`); n != 2 {
		t.Errorf("the expert herself reads %d versions of what she took back, want both", n)
	}
}

func TestAnExpertReadsNoRequestAndARequesterNoExpert(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	for viewer, tables := range map[*auth.Viewer][]string{
		&f.A.ExpertViewers[0]: {"request", "request_theme", "request_preference", "request_option", "request_window", "client", "decision"},
		&f.A.Requester: {"expert", "expert_record", "pool_member", "certification", "conduct_certificate", "type_training", "theme_consent",
			"expert_trait", "availability_rule", "blackout", "booking", "offer", "decision", "match", "calendar_feed where kind <> 'PUBLIC_TALKS'"},
	} {
		for _, table := range tables {
			if n := number(t, s.As(*viewer), `select count(*) from `+table); n != 0 {
				t.Errorf("%s reads %d rows of %s", viewer.Name, n, table)
			}
		}
	}
}

func TestARequesterLearnsTheFirstNamesOfConfirmedExpertsOnly(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	all := []store.SessionExpert{
		{SessionID: f.A.Session, ExpertID: f.A.Experts[0], FirstName: "Aafke", Intro: "Ik ben Aafke, verzonnen."},
		{SessionID: f.A.Session, ExpertID: f.A.Experts[1], FirstName: "Abel", Intro: "Ik ben Abel, verzonnen."},
	}
	for _, step := range []struct {
		status store.BookingStatus // of Abel
		want   []store.SessionExpert
	}{
		{store.BookingConfirmed, all}, {store.BookingHeld, all[:1]}, {store.BookingReleased, all[:1]}, {store.BookingDone, all},
	} {
		store.Owner(s).MustExec(`update booking set status = $1 where session_id = $2 and expert_id = $3`, step.status, f.A.Session, f.A.Experts[1])
		got, err := s.As(f.A.Requester).ExpertsOfSessions(t.Context(), []engine.SessionID{f.A.Session, f.B.Session})
		if err != nil || !reflect.DeepEqual(got, step.want) {
			t.Errorf("with Abel %s she learns %+v (%v), want %+v", step.status, got, err, step.want)
		}
	}
}

// A role begins and ends with its days, and so does membership of a pool.
func TestScopesEndOnTheirDay(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	v := s.As(f.A.Coordinator)
	for _, step := range []struct {
		what, change string
		experts      int
	}{
		{"all is well", `select 1`, 6},
		{"a member leaves tomorrow", `update pool_member set valid_to = '2027-03-28' where expert_id = $1`, 6},
		{"a member left today", `update pool_member set valid_to = '2027-03-27' where expert_id = $1`, 5},
		{"the role ends tomorrow", `update account_role set valid_to = '2027-03-28' where account_id = $2`, 5},
		{"the role ended today", `update account_role set valid_to = '2027-03-27' where account_id = $2`, 0},
		{"the role begins today", `update account_role set valid_from = '2027-03-27', valid_to = null where account_id = $2`, 5},
		{"the role begins tomorrow", `update account_role set valid_from = '2027-03-28' where account_id = $2`, 0},
	} {
		store.Owner(s).MustExec(`with args as (select $1::uuid, $2::uuid) `+step.change, f.A.Experts[5], f.A.Coordinator.AccountID)
		n, err := v.CountExperts(t.Context(), store.ExpertFilter{})
		if err != nil || n != step.experts {
			t.Errorf("%s: she sees %d experts (%v), want %d", step.what, n, err, step.experts)
		}
	}
}

// number asks one number with the eyes of a view.
func number(t *testing.T, v store.View, query string, args ...any) (n int) {
	t.Helper()
	err := store.Read(t.Context(), v, func(tx *store.Tx) error { return tx.GetContext(t.Context(), &n, query, args...) })
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}
