package store

import (
	"context"
	"sync"
	"time"

	"github.com/lib/pq"

	"expex/auth"
	"expex/engine"
)

// FeedKind says whose a feed is, and so what it shows.
type FeedKind string

// The kinds of a feed.
const (
	FeedOfExpert       FeedKind = "EXPERT"         // an expert's own sessions; ExpertID
	FeedOfTeam         FeedKind = "TEAM"           // when the experts of a pool are busy, as a calendar; AccountID and PoolID
	FeedOfTeamFreeBusy FeedKind = "TEAM_FREE_BUSY" // the same for programs that plan; AccountID and PoolID
	FeedOfPublicTalks  FeedKind = "PUBLIC_TALKS"   // the public talks of an organisation; AccountID and OrganisationID
)

// Feed is a calendar subscription, without its secret. An owner holds the fields
// that the kind names; the others are "".
type Feed struct {
	ID             engine.FeedID
	Kind           FeedKind
	ExpertID       engine.ExpertID
	AccountID      engine.AccountID
	PoolID         engine.PoolID
	OrganisationID engine.OrganisationID
	Label          string
	Title          string // EXPEX_APPOINTMENT, APPOINTMENT or MINIMAL
	WithPlace      bool
	CreatedAt      time.Time
	RevokedAt      *time.Time
	LastFetchedAt  *time.Time // by the live secret
	LastClient     string     // family of the program that fetched last, never an address
	ExpiresAt      time.Time  // when it dies unless it is fetched before
	Cut            int        // events that did not fit when it was last made up

	// Revision and ChangedAt count and date what the owner chose anew: Title and
	// WithPlace. ChangedAt is nil for never.
	Revision  int
	ChangedAt *time.Time
}

// FeedState says whether a feed answers.
type FeedState string

// The states of a feed. Rotating a feed makes it LIVE.
const (
	FeedLive    FeedState = "ACTIVE"
	FeedRevoked FeedState = "REVOKED"        // by its owner, or because she is no more what it is for
	FeedExpired FeedState = "EXPIRED_UNUSED" // nobody fetched it for too long
)

// State is that of the feed at a moment.
func (f Feed) State(now time.Time) FeedState {
	switch {
	case f.RevokedAt != nil:
		return FeedRevoked
	case !now.Before(f.ExpiresAt):
		return FeedExpired
	default:
		return FeedLive
	}
}

const feedColumns = `
	id, kind, coalesce(expert_id::text, '') as expert_id, coalesce(account_id::text, '') as account_id, coalesce(pool_id::text, '') as pool_id,
	coalesce(organisation_id::text, '') as organisation_id, label, title, with_place, created_at, revoked_at, last_fetched_at, last_client,
	revision, changed_at, cut, greatest(renewed_at, last_fetched_at) + interval '` + unusedFeedFor + `' as expires_at`

// Feeds gives the viewer's own feeds, the newest first.
func (v View) Feeds(ctx context.Context) ([]Feed, error) {
	return get(ctx, v, func(t *Tx) (out []Feed, err error) {
		return out, t.SelectContext(ctx, &out, `select `+feedColumns+` from calendar_feed order by created_at desc, id`)
	})
}

// FeedsByID gives those of the feeds the viewer may see.
func (v View) FeedsByID(ctx context.Context, ids []engine.FeedID) ([]Feed, error) {
	return get(ctx, v, func(t *Tx) (out []Feed, err error) {
		return out, t.SelectContext(ctx, &out, `select `+feedColumns+` from calendar_feed where id = any($1) order by id`, pq.Array(ids))
	})
}

// InsertFeed makes a feed with its first secret, for the owner that its kind asks
// for. NOT_FOUND when the viewer is no such owner.
func (t *Tx) InsertFeed(ctx context.Context, f Feed, secret auth.Hash) (Feed, error) {
	if err := t.GetContext(ctx, &f, `
		insert into calendar_feed (kind, expert_id, account_id, pool_id, organisation_id, label, title, with_place, created_at, renewed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
		returning `+feedColumns, f.Kind, orNull(string(f.ExpertID)), orNull(string(f.AccountID)), orNull(string(f.PoolID)),
		orNull(string(f.OrganisationID)), f.Label, f.Title, f.WithPlace, t.Now); err != nil {
		return f, err
	}
	return f, t.addFeedSecret(ctx, f.ID, secret)
}

// FeedForUpdate gives a feed of the viewer, locked. NOT_FOUND for any other.
func (t *Tx) FeedForUpdate(ctx context.Context, id engine.FeedID) (f Feed, err error) {
	return f, t.GetContext(ctx, &f, `select `+feedColumns+` from calendar_feed where id = $1 for update`, id)
}

// UpdateFeed changes how a feed looks: label, title and whether places show. Its
// secret stays.
func (t *Tx) UpdateFeed(ctx context.Context, id engine.FeedID, label, title string, withPlace bool) (f Feed, err error) {
	return f, t.GetContext(ctx, &f, `
		update calendar_feed set label = $2, title = $3, with_place = $4 where id = $1 returning `+feedColumns, id, label, title, withPlace)
}

func (t *Tx) addFeedSecret(ctx context.Context, id engine.FeedID, secret auth.Hash) error {
	_, err := t.ExecContext(ctx, `insert into calendar_feed_secret (hash, feed_id, created_at) values ($1, $2, $3)`, secret[:], id, t.Now)
	return err
}

// RotateFeed kills the live secret of a feed and gives it a new one, which nobody
// has fetched yet. It also brings a dead feed back to life.
func (t *Tx) RotateFeed(ctx context.Context, id engine.FeedID, secret auth.Hash) (f Feed, err error) {
	if err := t.killFeedSecret(ctx, id); err != nil {
		return f, err
	}
	if err := t.GetContext(ctx, &f, `
		update calendar_feed set revoked_at = null, renewed_at = $2, last_fetched_at = null, last_client = ''
		where id = $1 returning `+feedColumns, id, t.Now); err != nil {
		return f, err
	}
	return f, t.addFeedSecret(ctx, id, secret)
}

// RevokeFeed kills the live secret of a feed.
func (t *Tx) RevokeFeed(ctx context.Context, id engine.FeedID) (f Feed, err error) {
	if err := t.killFeedSecret(ctx, id); err != nil {
		return f, err
	}
	return f, t.GetContext(ctx, &f, `
		update calendar_feed set revoked_at = coalesce(revoked_at, $2) where id = $1 returning `+feedColumns, id, t.Now)
}

func (t *Tx) killFeedSecret(ctx context.Context, id engine.FeedID) error {
	_, err := t.ExecContext(ctx, `update calendar_feed_secret set revoked_at = $2 where feed_id = $1 and revoked_at is null`, id, t.Now)
	return err
}

// How long the holder of a dead secret is told that the calendar is empty before
// he gets the answer of one who guesses, and how long a feed lives that nobody
// fetches. A poll within the hour by the same kind of program is not noted: it is
// not worth a write.
const (
	deadSecretFor = "60 days"
	unusedFeedFor = "180 days"
	notedWithin   = "1 hour"
)

// FoundFeed is the feed behind a secret.
type FoundFeed struct {
	Feed Feed
	Now  time.Time // of the look-up, UTC
	// DeadSince is set for a secret that was live once: the calendar is empty from
	// then on.
	DeadSince *time.Time
	// LeftAt is when an event last left the window of the feed, nil for never.
	LeftAt *time.Time
	// Fingerprint is the same for two look-ups of a feed exactly when it shows the
	// same: whatever can be seen is in it.
	Fingerprint string
}

// FindFeed looks up the feed that a secret opens, and what it shows by its
// fingerprint, in one statement; it notes the fetch by this kind of program.
// NOT_FOUND for a secret that opens nothing. It has no viewer: the secret is the
// credential. The owner of the tables reads here, whom row-level security does
// not bind; hence one owner, and only the columns of the allow-list.
func (s *Store) FindFeed(ctx context.Context, secret auth.Hash, client string) (FoundFeed, error) {
	l := &lookup{secret: secret, client: client, done: make(chan struct{})}
	s.lookups.add(l, s.findFeeds)
	select {
	case <-l.done:
		return l.found, l.err
	case <-ctx.Done():
		return FoundFeed{}, ctx.Err()
	}
}

// lookup is one call of FindFeed.
type lookup struct {
	secret auth.Hash
	client string
	known  knownFeed
	done   chan struct{} // closed when found and err are set
	found  FoundFeed
	err    error
}

// knownFeed is what a look-up found, for the next one of that secret: it is found
// again as long as the feed has that version and the moment lies between two, in
// microseconds since 1970, after which time alone changes what is found. Whether it
// does is for the database to judge.
type knownFeed struct {
	Found                 FoundFeed
	Version               int64 // 0 for nothing known
	FreshFrom, FreshUntil int64
}

// lookups lets calls that come while others are being answered share the next
// statement. A statement always begins after the calls it answers, so each sees
// what was committed before it: a secret that was revoked stays dead.
type lookups struct {
	mu      sync.Mutex
	waiting []*lookup
	running int
	known   map[auth.Hash]knownFeed
}

// While statements run, one more begins when lookupsTogether calls wait for each, up
// to lookupsAtOnce. None answers more than lookupsAtMost.
const (
	lookupsTogether = 20
	lookupsAtOnce   = 4
	lookupsAtMost   = 50
)

// lookupsKnown is how many secrets are known, in some 10 MB. When there are more,
// all begin anew.
const lookupsKnown = 10_000

func (q *lookups) add(l *lookup, answer func([]*lookup)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, l)
	if q.running < lookupsAtOnce && len(q.waiting) > q.running*lookupsTogether {
		q.running++
		go q.run(answer)
	}
}

// run answers until nobody waits.
func (q *lookups) run(answer func([]*lookup)) {
	for {
		q.mu.Lock()
		n := min(len(q.waiting), lookupsAtMost)
		batch := q.waiting[:n:n]
		q.waiting = q.waiting[n:]
		for _, l := range batch {
			// Another kind of program is noted.
			if known := q.known[l.secret]; known.Found.Feed.LastClient == l.client {
				l.known = known
			}
		}
		if n == 0 {
			q.running--
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
		answer(batch)
	}
}

func (q *lookups) remember(secret auth.Hash, known knownFeed) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.known == nil || len(q.known) >= lookupsKnown {
		q.known = map[auth.Hash]knownFeed{}
	}
	q.known[secret] = known
}

// findFeeds answers look-ups, all from one statement.
func (s *Store) findFeeds(batch []*lookup) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	var hashes pq.ByteaArray
	var clients pq.StringArray
	var versions, from, until pq.Int64Array
	for _, l := range batch {
		hashes, clients = append(hashes, l.secret[:]), append(clients, l.client)
		versions, from, until = append(versions, l.known.Version), append(from, l.known.FreshFrom), append(until, l.known.FreshUntil)
		l.err = engine.NotFound()
	}
	var rows []struct {
		N     int // which look-up, from 1
		Now   time.Time
		Known bool
		Found nested[struct {
			Feed
			DeadSince   *time.Time
			LeftAt      *time.Time
			Fingerprint string
			Version     int64
			FreshFrom   int64
			FreshUntil  *int64
		}]
	}
	err := translate(ctx, s.db.SelectContext(ctx, &rows, findFeeds, hashes, s.moment(), clients, versions, from, until))
	for _, r := range rows {
		l := batch[r.N-1]
		if r.Known {
			l.found, l.err = l.known.Found, nil
		}
		for _, f := range r.Found {
			l.found, l.err = FoundFeed{Feed: f.Feed, DeadSince: f.DeadSince, LeftAt: f.LeftAt, Fingerprint: f.Fingerprint}, nil
			if f.FreshUntil != nil {
				s.lookups.remember(l.secret, knownFeed{l.found, f.Version, f.FreshFrom, *f.FreshUntil})
			}
		}
		l.found.Now = r.Now.UTC()
	}
	for _, l := range batch {
		if err != nil {
			l.found, l.err = FoundFeed{}, err
		}
		close(l.done)
	}
}

// lookupTimeout bounds a statement that no single call owns.
const lookupTimeout = 5 * time.Second

// Each look-up is a subquery of its own, as it is planned for any number of them:
// by its indexes, never by reading all feeds. What is known costs the two rows of
// the feed and its secret; the rest is asked for others.
const findFeeds = `
	select n, now, known,
	       case when not known then calendar_find(id, revoked_at, client, now,
	           interval '` + notedWithin + `', interval '` + unusedFeedFor + `', interval '` + deadSecretFor + `') end as found
	from coalesce($2::timestamptz, clock_timestamp()) as now
	cross join lateral (select (extract(epoch from now) * 1000000)::bigint as moment) micro
	cross join unnest($1::bytea[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
	    with ordinality as asked(hash, client, version, fresh_from, fresh_until, n)
	cross join lateral (
	    select f.id, s.revoked_at, s.revoked_at is null and f.version = asked.version and moment >= fresh_from and moment < fresh_until as known
	    from calendar_feed_secret s join calendar_feed f on f.id = s.feed_id
	    where s.hash = asked.hash
	    offset 0
	) feed`
