package store

import (
	"context"
	"time"

	"github.com/lib/pq"

	"expex/auth"
	"expex/engine"
)

// Feed is a calendar subscription of an expert, without its secret.
type Feed struct {
	ID            engine.FeedID
	ExpertID      engine.ExpertID
	Label         string
	Title         string // EXPEX_APPOINTMENT, APPOINTMENT or MINIMAL
	WithPlace     bool
	CreatedAt     time.Time
	RevokedAt     *time.Time
	LastFetchedAt *time.Time
	LastClient    string // family of the program that fetched last, never an address
}

const feedColumns = `id, expert_id, label, title, with_place, created_at, revoked_at, last_fetched_at, last_client`

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

// InsertFeed makes a feed with its first secret.
func (t *Tx) InsertFeed(ctx context.Context, f Feed, secret auth.Hash) (Feed, error) {
	if err := t.GetContext(ctx, &f, `
		insert into calendar_feed (expert_id, label, title, with_place, created_at) values ($1, $2, $3, $4, $5)
		returning `+feedColumns, f.ExpertID, f.Label, f.Title, f.WithPlace, t.Now); err != nil {
		return f, err
	}
	return f, t.addFeedSecret(ctx, f.ID, secret)
}

func (t *Tx) addFeedSecret(ctx context.Context, id engine.FeedID, secret auth.Hash) error {
	_, err := t.ExecContext(ctx, `insert into calendar_feed_secret (hash, feed_id, created_at) values ($1, $2, $3)`, secret[:], id, t.Now)
	return err
}

// RotateFeed kills the live secret of a feed and gives it a new one. It also
// brings a revoked feed back to life.
func (t *Tx) RotateFeed(ctx context.Context, id engine.FeedID, secret auth.Hash) (f Feed, err error) {
	if err := t.killFeedSecret(ctx, id); err != nil {
		return f, err
	}
	if err := t.GetContext(ctx, &f, `update calendar_feed set revoked_at = null where id = $1 returning `+feedColumns, id); err != nil {
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

// FeedEvent is one appointment of a feed, with everything a calendar may know
// of it and nothing else: the columns are the allow-list.
type FeedEvent struct {
	UID          string
	Start        time.Time
	End          time.Time
	Created      time.Time
	Changed      time.Time
	Sequence     int
	Status       string // TENTATIVE, CONFIRMED or CANCELLED
	Online       bool
	OneToOne     bool
	Municipality string // name
	Address      string // street address of a public place, "" for all others
}

// FeedContent is what a feed shows.
type FeedContent struct {
	Feed   Feed
	Now    time.Time
	Dead   bool // a secret that was live once: the calendar is empty now
	Events []FeedEvent
}

// The window of a feed, and how long the holder of a dead secret is told that
// the calendar is empty before he gets the answer of one who guesses.
const (
	feedBack      = "60 days"
	feedAhead     = "400 days"
	cancelledFor  = "30 days"
	deadSecretFor = "60 days"
	unusedFeedFor = "180 days" // a feed nobody fetches dies
)

// SeenLately reports whether a fetch by this kind of program was noted within
// the hour: a poll is not worth a write.
func (c FeedContent) SeenLately(client string) bool {
	last := c.Feed.LastFetchedAt
	return last != nil && c.Now.Sub(*last) < time.Hour && c.Feed.LastClient == client
}

// FeedBySecret gives the content of the feed that a secret opens, NOT_FOUND for
// one that opens nothing. It has no viewer: the secret is the credential. The
// owner of the tables reads here, whom row-level security does not bind; hence
// one expert, and only the columns of the allow-list.
func (s *Store) FeedBySecret(ctx context.Context, secret auth.Hash) (c FeedContent, err error) {
	var row struct {
		Feed
		Now             time.Time
		SecretRevokedAt *time.Time
	}
	err = s.db.GetContext(ctx, &row, `
		select f.id, f.expert_id, f.label, f.title, f.with_place, f.created_at, f.revoked_at, f.last_fetched_at, f.last_client,
		       s.revoked_at as secret_revoked_at, now
		from coalesce($2::timestamptz, clock_timestamp()) as now
		join calendar_feed_secret s on s.hash = $1 and (s.revoked_at is null or s.revoked_at > now - interval '`+deadSecretFor+`')
		join calendar_feed f on f.id = s.feed_id and coalesce(f.last_fetched_at, f.created_at) > now - interval '`+unusedFeedFor+`'
		join expert_record r on r.expert_id = f.expert_id and r.status not in ('PAUSED', 'OFFBOARDED')`,
		secret[:], s.moment())
	if err != nil {
		return c, translate(ctx, err)
	}
	c.Feed, c.Now = row.Feed, row.Now.UTC()
	if row.SecretRevokedAt != nil {
		c.Dead = true
		return c, nil
	}
	err = s.db.SelectContext(ctx, &c.Events, `
		select s.uid::text as uid, s.starts_at as start, s.ends_at as "end", s.created_at as created, s.changed_at as changed, s.sequence,
		       case when b.status = 'RELEASED' then 'CANCELLED' else calendar_status(s.status) end as status,
		       s.online, b.one_to_one, coalesce(m.name, '') as municipality,
		       case when not b.one_to_one and o.address_visibility = 'PUBLIC' then s.address else '' end as address
		from booking b
		join session s on s.id = b.session_id
		join organisation o on o.id = s.organisation_id
		left join municipality m on m.code = s.municipality
		where b.expert_id = $1
		  and s.ends_at > $2::timestamptz - interval '`+feedBack+`' and s.starts_at < $2::timestamptz + interval '`+feedAhead+`'
		  and (b.status <> 'RELEASED' or greatest(s.changed_at + interval '`+cancelledFor+`', s.ends_at) > $2::timestamptz)
		order by s.starts_at, s.uid`,
		c.Feed.ExpertID, c.Now)
	return c, translate(ctx, err)
}

// NoteFetch remembers when a feed was last fetched and by what kind of program,
// so that its owner can see it.
func (s *Store) NoteFetch(ctx context.Context, c FeedContent, client string) error {
	_, err := s.db.ExecContext(ctx, `update calendar_feed set last_fetched_at = $2, last_client = $3 where id = $1`,
		c.Feed.ID, c.Now, client)
	return translate(ctx, err)
}
