package store_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"expex/engine"
	"expex/store"
	"expex/store/storetest"
)

// closed are the tables that no policy opens for anybody, and why.
var closed = map[string]string{
	"token":            "hashes of credentials: only the login of the service looks them up",
	"import_row":       "bookkeeping of the import, which has no viewer",
	"calendar_entry":   "what calendars show: kept by triggers, read by who has the secret of a feed, and nobody else",
	"reference_source": "for operators; the lists themselves are open",
}

func TestSchemaGuards(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	for _, guard := range []struct{ name, finds string }{
		{"every table has row security on", `
			select relname from pg_class
			where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity and relname <> 'goose_db_version'`},
		{"there is nothing row security does not cover", `
			select relname from pg_class
			where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')`},
		{"policies are for the two roles of the house", `
			select policyname from pg_policies where not roles <@ array['expex_viewer', 'expex_engine']::name[]`},
		{"policies only ever permit, so that each can be read by itself", `
			select policyname from pg_policies where permissive <> 'PERMISSIVE'`},
		{"nobody but the owner and the two roles has rights on a table", `
			select table_name || ' to ' || grantee from information_schema.role_table_grants
			where table_schema = 'public' and grantee not in ('expex_viewer', 'expex_engine', (select tableowner from pg_tables where tablename = 'pool'))`},
		{"no role of the house may truncate, reference or put triggers on a table", `
			select grantee || ' ' || privilege_type || ' ' || table_name from information_schema.role_table_grants
			where grantee in ('expex_viewer', 'expex_engine') and privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')`},
		{"the roles own nothing, cannot log in, and row security binds them", `
			select rolname from pg_roles where rolname in ('expex_viewer', 'expex_engine')
			    and (rolcanlogin or rolbypassrls or rolsuper or rolcreaterole or rolcreatedb or rolreplication)
			union all
			select relname || ' is owned by ' || pg_get_userbyid(relowner) from pg_class
			where pg_get_userbyid(relowner) in ('expex_viewer', 'expex_engine')
			union all
			select proname || ' is owned by ' || pg_get_userbyid(proowner) from pg_proc
			where pg_get_userbyid(proowner) in ('expex_viewer', 'expex_engine')`},
		{"the roles belong to no other role", `
			select pg_get_userbyid(member) || ' in ' || pg_get_userbyid(roleid) from pg_auth_members
			where pg_get_userbyid(member) in ('expex_viewer', 'expex_engine')`},
		{"a function that runs as its owner fixes its search path, temporary tables last", `
			select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
			    and not coalesce(proconfig, '{}') @> array['search_path=public, pg_temp']`},
		{"nobody may create things in the schema", `
			select r from unnest(array['expex_viewer', 'expex_engine']) r where has_schema_privilege(r, 'public', 'create')`},
		{"constraints that can be violated have a name that was chosen", `
			select conname from pg_constraint
			where connamespace = 'public'::regnamespace and conrelid <> 0 and conrelid <> to_regclass('goose_db_version')
			    and contype in ('c', 'f', 'x', 'u')
			    and (conname ~ '_(check|fkey|excl|not_null|key)[0-9]*$' or conname not like conrelid::regclass || '\_%')
			    and conname !~ '_import_key$'`}, // a column of that name
		{"indexes have a name that was chosen", `
			select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
			where c.relnamespace = 'public'::regnamespace and i.indrelid <> to_regclass('goose_db_version')
			    and (c.relname ~ '_idx[0-9]*$' or c.relname not like replace(i.indrelid::regclass::text, '"', '') || '\_%')`},
		{"names of constraints are unique in the schema, so that one means one thing", `
			select conname from pg_constraint where connamespace = 'public'::regnamespace group by conname having count(*) > 1`},
		{"instants are timestamptz", `
			select table_name || '.' || column_name from information_schema.columns
			where table_schema = 'public' and data_type = 'timestamp without time zone' and table_name <> 'goose_db_version'`},
	} {
		t.Run(guard.name, func(t *testing.T) {
			for _, found := range column(t, s, guard.finds) {
				t.Error(found)
			}
		})
	}
}

func TestATableIsOpenByPolicyOrClosedForAReason(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	without := column(t, s, `
		select tablename from pg_tables where schemaname = 'public' and tablename <> 'goose_db_version'
		    and tablename not in (select tablename from pg_policies where schemaname = 'public') order by 1`)
	if want := slices.Sorted(maps.Keys(closed)); !slices.Equal(without, want) {
		t.Errorf("tables without a policy are %v, and closed on purpose are %v", without, want)
	}
}

func TestConstraintsThatMeanSomethingExist(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	known := column(t, s, `
		select conname from pg_constraint where connamespace = 'public'::regnamespace
		union select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'i'
		union select tgname from pg_trigger where not tgisinternal`)
	for name := range store.Constraints {
		if !slices.Contains(known, name) {
			t.Errorf("store/error.go explains %s, which the schema does not have", name)
		}
	}
}

func TestDefaultPolicyIsThatOfTheDatabase(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	f := storetest.Fill(t, s) // its pools decided nothing
	in, err := s.As(f.A.Coordinator).MatchInput(t.Context(), f.A.Ear)
	if err != nil {
		t.Fatal(err)
	}
	if want := engine.DefaultPolicy(); in.Policy != want {
		t.Errorf("the column defaults give %+v, want %+v", in.Policy, want)
	}
	columns := column(t, s, `select column_name from information_schema.columns where table_name = 'pool_policy'
		and column_name not in ('pool_id', 'open_offers', 'hold_hours', 'decide_minutes') and column_name not like 'care\_%'`) // neither how often somebody is asked or how long held nor aftercare is part of a calculation
	if fields := reflect.TypeFor[engine.Policy]().NumField(); len(columns) != fields {
		t.Errorf("pool_policy has %d numbers and engine.Policy %d", len(columns), fields)
	}
}

// Columns by which policies, their scopes and the lists find rows. Each must be
// the first of some index, or a growing database gets slow one policy at a time.
func TestColumnsOfPoliciesAreIndexed(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	for _, place := range []string{
		"account_role.account_id", "pool_member.pool_id", "pool_member.expert_id", "booking.expert_id", "booking.session_id",
		"organisation.id", "organisation.parent_id", "organisation.merged_into",
		"organisation_pool.organisation_id", "organisation_pool.pool_id", "service_area.pool_id", "cohort.pool_id", "weights.pool_id",
		"client.pool_id", "client.organisation_id",
		"request.id", "request.pool_id", "request.organisation_id", "request_theme.request_id", "request_preference.request_id",
		"request_option.request_id", "request_window.request_id", "decision.request_id",
		"offer.pool_id", "offer.expert_id", "offer.request_id", "match.pool_id", "match.expert_id", "match.request_id",
		"session.pool_id", "session.organisation_id", "session.request_id", "session.decision_id",
		"expert_record.expert_id", "certification.expert_id", "conduct_certificate.expert_id", "type_training.expert_id",
		"theme_consent.expert_id", "expert_trait.expert_id", "availability_rule.expert_id", "blackout.expert_id",
		"organisation_exclusion.expert_id", "organisation_exclusion_lift.expert_id", "tier3_confirmation.expert_id",
		"expert_exclusion.expert_id", "expert_exclusion.other_id", "client_exclusion.expert_id", "dual_role.expert_id",
		"calendar_feed.expert_id", "calendar_feed_secret.feed_id", "calendar_feed_secret.hash", "idempotency_key.account_id",
		"token.hash", "token.account_id",
	} {
		table, name, _ := strings.Cut(place, ".")
		found := column(t, s, fmt.Sprintf(`
			select i.indexrelid::regclass::text from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
			where i.indrelid = '%s'::regclass and a.attname = '%s' and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ 'revoked_at IS NULL|CLOSED')`, table, name))
		if len(found) == 0 {
			t.Errorf("%s has no index", place)
		}
	}
}

// column gives the only column of a query, asked as the owner.
func column(t *testing.T, s *store.Store, query string, args ...any) []string {
	t.Helper()
	var out []string
	if err := store.Owner(s).SelectContext(t.Context(), &out, query, args...); err != nil {
		t.Fatal(err)
	}
	return out
}
