package store_test

import (
	"slices"
	"testing"

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
	// As little as an offer needs, since the fixture is for the schema of today.
	store.Owner(s).MustExec(`
		alter table offer drop constraint offer_decision, drop constraint offer_request, drop constraint offer_expert, drop constraint offer_type;
		insert into organisation (name, type) values ('Gastheer', 'HOST');
		insert into pool (name, host_id) select 'Midden-Holland', id from organisation;
		insert into offer (decision_id, request_id, pool_id, expert_id, type, theme_groups, online, starts_at, ends_at, expires_at)
		select gen_random_uuid(), gen_random_uuid(), id, gen_random_uuid(), 'TALK', '{}', true, '2027-04-08 12:00Z', '2027-04-08 13:00Z', '2027-03-28 09:00Z' from pool`)
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
