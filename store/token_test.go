package store_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

func TestATokenOpensWhatItShould(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	v := f.A.Coordinator
	second := storetest.Now.Add(time.Second).Format(time.RFC3339)
	for _, step := range []struct {
		name, change string
		opens        bool
	}{
		{"a token without an end", `select 1`, true},
		{"one that ends in a second", `update token set expires_at = '` + second + `'`, true},
		{"one that ends now", `update token set expires_at = '` + storetest.Now.Format(time.RFC3339) + `'`, false},
		{"one that is revoked", `update token set expires_at = null, revoked_at = '2027-03-27T08:00:00Z'`, false},
		{"one that was revoked by a faster clock", `update token set revoked_at = '` + second + `'`, false},
		{"one of a disabled account", `update token set revoked_at = null; update account set disabled_at = '2027-01-01'`, false},
		{"one of an account enabled again", `update account set disabled_at = null`, true},
	} {
		t.Run(step.name, func(t *testing.T) {
			store.Owner(s).MustExec(step.change)
			got, err := s.ViewerByToken(t.Context(), storetest.Secret(v).Hash())
			if step.opens && (err != nil || !reflect.DeepEqual(got, v)) {
				t.Errorf("it opens %+v (%v), want %+v", got, err, v)
			}
			if !step.opens && (!errors.Is(err, auth.ErrUnknown) || !reflect.DeepEqual(got, auth.Viewer{})) {
				t.Errorf("it opens %+v (%v), want auth.ErrUnknown and nobody", got, err)
			}
		})
	}
}

// A role holds on the days from valid_from until before valid_to, by local time
// and the clock of the store; the night before clocks go forward is a short one.
func TestRolesBeginAndEndWithTheirDays(t *testing.T) {
	t.Parallel()
	now := storetest.Now
	s := storetest.New(t, func(o *store.Options) { o.Now = func() time.Time { return now } })
	f := storetest.Fill(t, s)
	store.Owner(s).MustExec(`update account_role set valid_from = '2027-03-28', valid_to = '2027-03-29' where account_id = $1`, f.A.Coordinator.AccountID)
	for _, at := range []struct {
		now   string
		holds bool
	}{
		{"2027-03-27T22:59:59.999999Z", false}, // 23:59:59 on Saturday
		{"2027-03-27T23:00:00Z", true},         // midnight, still winter
		{"2027-03-28T12:00:00Z", true},
		{"2027-03-28T21:59:59.999999Z", true}, // 23:59:59 on Sunday, summer already
		{"2027-03-28T22:00:00Z", false},
	} {
		now, _ = time.Parse(time.RFC3339Nano, at.now)
		got, err := s.ViewerByToken(t.Context(), storetest.Secret(f.A.Coordinator).Hash())
		if err != nil || got.Has(auth.RoleCoordinator) != at.holds {
			t.Errorf("at %s she has the roles %+v (%v); holds is %v", at.now, got.Grants, err, at.holds)
		}
		// What the token says and what the database shows must agree.
		n, err := s.As(f.A.Coordinator).CountExperts(t.Context(), store.ExpertFilter{})
		if err != nil || (n > 0) != at.holds {
			t.Errorf("at %s she sees %d experts (%v); holds is %v", at.now, n, err, at.holds)
		}
	}
}

func TestAViewerMayHoldSeveralRoles(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	id := f.A.Coordinator.AccountID
	store.Owner(s).MustExec(`insert into account_role (account_id, role, pool_id, organisation_id, expert_id, valid_from) values
		($1, 'EXPERT', null, null, $2, '2027-01-01'), ($1, 'COORDINATOR', $3, null, null, '2027-01-01'), ($1, 'REQUESTER', null, $4, null, '2027-01-01')`,
		id, f.A.Experts[0], f.B.Pool, f.A.House)
	got, err := s.ViewerByToken(t.Context(), storetest.Secret(f.A.Coordinator).Hash())
	want := []auth.Grant{{Role: auth.RoleCoordinator, PoolID: f.A.Pool}, {Role: auth.RoleCoordinator, PoolID: f.B.Pool},
		{Role: auth.RoleExpert, ExpertID: f.A.Experts[0]}, {Role: auth.RoleRequester, OrganisationID: f.A.House}}
	if err != nil || !reflect.DeepEqual(got.Grants, want) || got.Expert() != f.A.Experts[0] {
		t.Errorf("she holds %+v (%v), want %+v", got.Grants, err, want)
	}
}

func TestTheUseOfATokenIsNotedOnceADay(t *testing.T) {
	t.Parallel()
	now, log := storetest.Now, &statements{}
	s := storetest.New(t, func(o *store.Options) { o.Now = func() time.Time { return now }; o.OnStatement = log.add })
	f := storetest.Fill(t, s)
	for _, use := range []struct {
		after  time.Duration
		writes int
		day    engine.Date
	}{
		{0, 1, "2027-03-27"}, {time.Minute, 0, "2027-03-27"}, {12 * time.Hour, 0, "2027-03-27"}, {2 * time.Hour, 1, "2027-03-28"}, {time.Hour, 0, "2027-03-28"},
	} {
		now = now.Add(use.after)
		sent := log.of(t, func() error {
			_, err := s.ViewerByToken(t.Context(), storetest.Secret(f.A.Coordinator).Hash())
			return err
		})
		if len(sent) != 1+use.writes {
			t.Errorf("at %v it takes %d statements, want %d", now, len(sent), 1+use.writes)
		}
		if got := column(t, s, `select last_used_on::text from token where account_id = $1`, f.A.Coordinator.AccountID); !slices.Equal(got, []string{string(use.day)}) {
			t.Errorf("at %v it was last used on %v, want %s", now, got, use.day)
		}
	}
}

func TestOperatorsManageTokens(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s)
	ctx := t.Context()
	store.Owner(s).MustExec(`update expert set import_key = 'E-001' where id = $1`, f.A.Experts[0])
	for _, role := range auth.Roles {
		pool, organisation, expert := "Midden-Holland", "", ""
		switch role {
		case auth.RoleExpert:
			pool, expert = "", "E-001"
		case auth.RoleRequester:
			pool, organisation = "", "Huis Verzonnen A"
		case auth.RoleSystemAdmin:
			pool = ""
		}
		id, err := s.AddAccount(ctx, "Nieuw "+string(role), "nieuw@example.org", role, pool, organisation, expert)
		if err != nil {
			t.Errorf("%s: %v", role, err)
			continue
		}
		secret := auth.NewSecret()
		if err := s.AddToken(ctx, id, secret.Hash(), "laptop", 30); err != nil {
			t.Errorf("%s: %v", role, err)
		}
		wrong, err := s.AddAccount(ctx, "Fout "+string(role), "", role, pool, organisation, "")
		if wantErr := role == auth.RoleExpert; (err != nil) != wantErr {
			t.Errorf("%s without her expert: %q, %v", role, wrong, err)
		}
	}
	for name, add := range map[string]struct {
		role                       auth.Role
		pool, organisation, expert string
		field                      string
	}{
		"an unknown role":              {"KING", "Midden-Holland", "", "", "role"},
		"a coordinator without a pool": {auth.RoleCoordinator, "", "", "", "role"},
		"a coordinator of a house":     {auth.RoleCoordinator, "Midden-Holland", "Huis Verzonnen A", "", "role"},
		"an unknown pool":              {auth.RoleCoordinator, "Nergens", "", "", "pool"},
		"an unknown house":             {auth.RoleRequester, "", "Nergens", "", "organisation"},
		"an unknown expert":            {auth.RoleExpert, "", "", "Niemand", "expert"},
	} {
		_, err := s.AddAccount(ctx, "Fout "+name, "", add.role, add.pool, add.organisation, add.expert)
		var known *engine.Error
		if !errors.As(err, &known) || known.Code != engine.CodeInvalid || known.Field != add.field {
			t.Errorf("%s: %v, want INVALID on %s", name, err, add.field)
		}
	}
	if left := column(t, s, `select name from account where name like 'Fout %' and not exists (select from account_role where account_id = account.id)`); len(left) > 0 {
		t.Errorf("accounts without a role were left: %v", left)
	}
	all, err := s.Tokens(ctx)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(k store.Token) bool { return k.Name == "Nieuw COORDINATOR" })
	if i < 0 || all[i].Roles != "COORDINATOR Midden-Holland" || all[i].Label != "laptop" || all[i].ExpiresAt == nil {
		t.Fatalf("the new token is not listed: %+v", all)
	}
	for range 2 { // again is no error, and keeps the first moment
		if err := s.RevokeToken(ctx, all[i].ID); err != nil {
			t.Error(err)
		}
	}
	for _, id := range []string{unknownID, "x", ""} {
		if err := s.RevokeToken(ctx, id); !reflect.DeepEqual(err, error(engine.NotFound())) {
			t.Errorf("revoking %q ends as %v, want NOT_FOUND", id, err)
		}
	}
	if err := s.AddToken(ctx, unknownID, auth.NewSecret().Hash(), "", 0); !reflect.DeepEqual(err, error(engine.NotFound())) {
		t.Errorf("a token of nobody ends as %v, want NOT_FOUND", err)
	}
}
