package store

import (
	"context"
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

	// Revision and ChangedAt count and date what the owner chose anew: Title and
	// WithPlace. ChangedAt is nil for never.
	Revision  int
	ChangedAt *time.Time
}

// FeedState says whether a feed answers.
type FeedState string

// The states of a feed. Rotating a feed makes it LIVE.
const (
	FeedLive    FeedState = "LIVE"
	FeedRevoked FeedState = "REVOKED" // by its owner, or because she is no more what it is for
	FeedExpired FeedState = "EXPIRED" // nobody fetched it for too long
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
	revision, changed_at, greatest(renewed_at, last_fetched_at) + interval '` + unusedFeedFor + `' as expires_at`

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
func (s *Store) FindFeed(ctx context.Context, secret auth.Hash, client string) (found FoundFeed, err error) {
	var row struct {
		Feed
		Now         time.Time
		DeadSince   *time.Time
		LeftAt      *time.Time
		Fingerprint string
		Noted       *string
	}
	if err := s.db.GetContext(ctx, &row, findFeed, secret[:], s.moment(), client); err != nil {
		return found, translate(ctx, err)
	}
	return FoundFeed{Feed: row.Feed, Now: row.Now.UTC(), DeadSince: row.DeadSince, LeftAt: row.LeftAt, Fingerprint: row.Fingerprint}, nil
}

var findFeed = `
	select ` + feedColumns + `, now, dead_since,
	       (select max(shown_until) from calendar_entry e where e.expert_id = f.expert_id and shown_until <= now) as left_at,
	       case when dead_since is not null then concat_ws(' ', 'dead', dead_since, title) else ` + feedFingerprint() + ` end as fingerprint,
	       case when secret_revoked_at is null
	                 and (not held or last_client <> $3 or last_fetched_at is null or last_fetched_at <= now - interval '` + notedWithin + `')
	            then calendar_feed_note(id, held, $3, now) end::text as noted
	from (
	    select f.*, now, held, s.revoked_at as secret_revoked_at, case when held then s.revoked_at else coalesce(s.revoked_at, now) end as dead_since
	    from coalesce($2::timestamptz, clock_timestamp()) as now
	    join calendar_feed_secret s on s.hash = $1 and (s.revoked_at is null or s.revoked_at > now - interval '` + deadSecretFor + `')
	    join calendar_feed f on f.id = s.feed_id
	        and (s.revoked_at is not null or greatest(f.renewed_at, f.last_fetched_at) > now - interval '` + unusedFeedFor + `')
	    cross join lateral calendar_owner_holds(f, (now at time zone 'Europe/Amsterdam')::date) as held
	    offset 0
	) f`
