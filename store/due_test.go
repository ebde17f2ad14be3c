package store_test

import (
	"slices"
	"testing"

	"expex/reference"
	"expex/store"
	"expex/store/storetest"
)

// openOffers and queued are the same, at any time.
const (
	openOffers = `select id || ' ' || pool_id || ' ' || expires_at from offer where status = 'SENT' order by id`
	queued     = `select about || ' ' || pool_id || ' ' || due_at from due_work where kind = 'OFFER_EXPIRES' order by about`
)

// An offer made before there was a queue expires as well.
func TestOffersFromBeforeTheQueueAreQueued(t *testing.T) {
	t.Parallel()
	s := empty(t)[0]
	upTo(t, s, 7)
	set, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.LoadReference(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	// The fixture is of today; this is as much of it as there was then.
	store.Owner(s).MustExec(`
		insert into organisation (id, name, type) values ('aaaaaaaa-0002-4000-8000-000000000001', 'Huis', 'HOST');
		insert into pool (id, name, host_id) select 'aaaaaaaa-0001-4000-8000-000000000001', 'Pool', id from organisation;
		insert into pool_policy (pool_id) select id from pool;
		insert into expert (id, first_name) values ('aaaaaaaa-0004-4000-8000-000000000001', 'Aafke');
		insert into request (id, pool_id, organisation_id, type, status, team_size, minutes, online)
		    select 'aaaaaaaa-0005-4000-8000-000000000001', p.id, o.id, 'POLICY_ADVICE', 'OFFERED', 1, 60, true from pool p, organisation o;
		insert into decision (id, request_id, starts_at, ends_at, engine_version, weights_version, input_hash, suggestion)
		    select 'aaaaaaaa-0006-4000-8000-000000000001', id, '2027-05-01', '2027-05-02', '', '', '', '{}' from request;
		insert into offer (decision_id, request_id, pool_id, expert_id, type, theme_groups, online, starts_at, ends_at, expires_at)
		    select d.id, r.id, r.pool_id, e.id, r.type, '{}', true, d.starts_at, d.ends_at, '2027-04-01'
		    from decision d, request r, expert e`)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := column(t, s, openOffers)
	if got := column(t, s, queued); len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("queued are %v, want %v", got, want)
	}
}

// Whatever writes an offer that waits for an answer, here data that was loaded
// and an end that is moved, its end is queued.
func TestNoOpenOfferIsWithoutItsEnd(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	storetest.Fill(t, s)
	for _, change := range []string{
		`select`,
		`update offer set expires_at = expires_at + interval '1 day' where status = 'SENT'`,
	} {
		store.Owner(s).MustExec(change)
		want := column(t, s, openOffers)
		if got := column(t, s, queued); len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("after %s queued are %v, want %v", change, got, want)
		}
	}
}
