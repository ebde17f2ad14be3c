package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"expex/auth"
	"expex/engine"
	"expex/store"
)

// Fixture names what [Fill] puts into a database: two pools that have nothing to
// do with each other, and everybody who could want to look. All people and
// houses are invented; all ids are fixed, so golden files may hold them.
type Fixture struct {
	A Site // Midden-Holland, meets in Gouda
	B Site // Flevoland, meets in Almere

	SystemAdmin auth.Viewer // runs the system, sees no content
	Roleless    auth.Viewer // may sign in, has no role
}

// Site is one pool with its houses, people, requests and calendar.
type Site struct {
	Pool         engine.PoolID
	Municipality engine.MunicipalityCode
	Postcode4    string

	Host     engine.OrganisationID
	House    engine.OrganisationID // has the location, and took over Old
	Location engine.OrganisationID // lies under House; it is the one that asks
	Old      engine.OrganisationID // merged into House
	Other    engine.OrganisationID // may ask the same pool; has no requests

	// Experts are six, all deployable for LISTENING_EAR, TALK and BUDDY on
	// weekdays from 13:00 to 20:00, with a GREEN consent on LONELINESS and an
	// AMBER one on ADDICTION. The first three are free of exclusions. What else
	// is hidden: [1] took BULLYING back (RED after GREEN); [3] keeps away from
	// House but lifted that for the talk, and never works with [4]; [4] keeps
	// away from the client; [5] is employed by House, and has a running relation
	// with the client.
	Experts [6]engine.ExpertID
	Client  engine.ClientRef // of the ear and the buddy, 14 to 16 years old

	Ear   engine.RequestID // LISTENING_EAR, OPEN: must LONELINESS; Wednesdays and Thursdays in April
	Buddy engine.RequestID // BUDDY, OFFERED: an open offer to Experts[2]
	Talk  engine.RequestID // TALK, FILLED: Experts[0] and [1] are confirmed
	Past  engine.RequestID // TALK, CLOSED: Experts[0] did it three times

	Offer     engine.OfferID       // to Experts[2] for Buddy, SENT, 8 April 14:00
	Accepted  [2]engine.OfferID    // of the talk
	Decisions [2]engine.DecisionID // of the buddy and the talk
	Match     engine.MatchID       // of Experts[5] and the client, ACTIVE
	Session   engine.SessionID     // the talk, CONFIRMED, 7 April 14:00 to 15:30
	Done      [3]engine.SessionID  // COMPLETED, in February
	Series    engine.SeriesID      // of Done
	Feed      engine.FeedID        // of Experts[0]; its secret is [FeedSecret]
	Team      engine.FeedID        // of the Coordinator: when the pool is busy; see [SecretOfFeed]
	FreeBusy  engine.FeedID        // of the Coordinator: the same as free/busy
	Talks     engine.FeedID        // of the Requester: public talks at House and below

	Busy engine.BusyCalendarID // of Experts[0]; nothing is in it, and it is read in five years

	Cohort  engine.CohortID        // ended in December 2025; Experts[0] came of it, at all of its meetings
	Waiting engine.WaitlistEntryID // of Experts[0], who would like another training, for Later
	Place   engine.PlaceOfferID    // what she is asked, SENT
	Later   engine.CohortID        // starts in May 2027, with one place

	// The pool has no weights of its own; for POLICY_ADVICE the coordinator
	// proposed version 1.
	Coordinator    auth.Viewer
	RegionLead     auth.Viewer
	Trainer        auth.Viewer
	SafeguardLead  auth.Viewer
	Funder         auth.Viewer
	PrivacyOfficer auth.Viewer
	Requester      auth.Viewer    // for House, hence for Location and Old
	LocationAsker  auth.Viewer    // for Location only; she submitted the requests
	OtherRequester auth.Viewer    // for Other
	ExpertViewers  [6]auth.Viewer // the experts themselves, in their order
}

// Viewers are all people of the site.
func (s Site) Viewers() []auth.Viewer {
	return append([]auth.Viewer{s.Coordinator, s.RegionLead, s.Trainer, s.SafeguardLead, s.Funder, s.PrivacyOfficer,
		s.Requester, s.LocationAsker, s.OtherRequester}, s.ExpertViewers[:]...)
}

// Secret is the token that each viewer of a [Fixture] signs in with.
func Secret(v auth.Viewer) auth.Secret { return secretOf("token", string(v.AccountID)) }

// FeedSecret opens the calendar feed of a site.
func FeedSecret(s Site) auth.Secret { return SecretOfFeed(s.Feed) }

// SecretOfFeed opens a feed of the fixture.
func SecretOfFeed(id engine.FeedID) auth.Secret { return secretOf("feed", string(id)) }

// Fill loads the fixture into a database from [New] and names what it holds.
func Fill(t testing.TB, s *store.Store) Fixture {
	t.Helper()
	f := fixture()
	if err := f.load(s); err != nil {
		t.Fatalf("fill the database: %v", err)
	}
	return f
}

func fixture() Fixture {
	f := Fixture{
		A:           site('a', "GM0513", "2801"),
		B:           site('b', "GM0034", "1315"),
		SystemAdmin: viewer('c', 1, "Systeembeheer", auth.Grant{Role: auth.RoleSystemAdmin}),
		Roleless:    viewer('c', 2, "Rolloos", auth.Grant{}),
	}
	f.Roleless.Grants = nil
	return f
}

func (f Fixture) load(s *store.Store) error {
	everybody := slices.Concat(f.A.Viewers(), f.B.Viewers(), []auth.Viewer{f.SystemAdmin, f.Roleless})
	return s.Load(context.Background(), slices.Concat(accounts(everybody), f.A.tables("Midden-Holland", "A"), f.B.tables("Flevoland", "B"), roles(everybody)))
}

// Local is an instant in the wall time of the rules, such as "2027-04-07", "14:00".
func Local(day engine.Date, at engine.WallTime) time.Time { return engine.Instant(day, at, store.Zone) }

// The nouns of an id, readable in its second group.
const (
	poolNoun = iota + 1
	organisationNoun
	accountNoun
	expertNoun
	requestNoun
	decisionNoun
	offerNoun
	sessionNoun
	clientNoun
	feedNoun
	cohortNoun
	waitingNoun
	placeNoun
	seriesNoun
	matchNoun
	busyNoun
)

// id is a UUID such as aaaaaaaa-0004-4000-8000-000000000002, the second expert of A.
func id(site rune, noun, n int) string {
	eight := slices.Repeat([]rune{site}, 8)
	return fmt.Sprintf("%s-%04x-4000-8000-%012x", string(eight), noun, n)
}

func ids[T ~string, A ~[]T](into A, site rune, noun, from int) {
	for i := range into {
		into[i] = T(id(site, noun, from+i))
	}
}

func secretOf(kind, of string) auth.Secret {
	sum := sha256.Sum256([]byte(kind + " of " + of))
	return auth.Secret(base64.RawURLEncoding.EncodeToString(sum[:]))
}

func viewer(site rune, n int, name string, g auth.Grant) auth.Viewer {
	return auth.Viewer{AccountID: engine.AccountID(id(site, accountNoun, n)), Name: name, Grants: []auth.Grant{g}}
}

// firstNames begin with the letter of their pool.
var firstNames = map[rune][6]string{
	'a': {"Aafke", "Abel", "Amira", "Anouk", "Arie", "Ayse"},
	'b': {"Bas", "Bente", "Bilal", "Bo", "Bram", "Britt"},
}

func site(l rune, municipality engine.MunicipalityCode, postcode4 string) Site {
	s := Site{
		Pool: engine.PoolID(id(l, poolNoun, 1)), Municipality: municipality, Postcode4: postcode4,
		Host: engine.OrganisationID(id(l, organisationNoun, 1)), House: engine.OrganisationID(id(l, organisationNoun, 2)),
		Location: engine.OrganisationID(id(l, organisationNoun, 3)), Old: engine.OrganisationID(id(l, organisationNoun, 4)),
		Other: engine.OrganisationID(id(l, organisationNoun, 5)), Client: engine.ClientRef(id(l, clientNoun, 1)),
		Ear: engine.RequestID(id(l, requestNoun, 1)), Buddy: engine.RequestID(id(l, requestNoun, 2)),
		Talk: engine.RequestID(id(l, requestNoun, 3)), Past: engine.RequestID(id(l, requestNoun, 4)),
		Offer: engine.OfferID(id(l, offerNoun, 1)), Match: engine.MatchID(id(l, matchNoun, 1)), Session: engine.SessionID(id(l, sessionNoun, 1)), Feed: engine.FeedID(id(l, feedNoun, 1)),
		Team: engine.FeedID(id(l, feedNoun, 2)), FreeBusy: engine.FeedID(id(l, feedNoun, 3)), Talks: engine.FeedID(id(l, feedNoun, 4)),
		Busy:   engine.BusyCalendarID(id(l, busyNoun, 1)),
		Cohort: engine.CohortID(id(l, cohortNoun, 1)), Later: engine.CohortID(id(l, cohortNoun, 2)),
		Waiting: engine.WaitlistEntryID(id(l, waitingNoun, 1)), Place: engine.PlaceOfferID(id(l, placeNoun, 1)),
		Series: engine.SeriesID(id(l, seriesNoun, 1)),
	}
	ids(s.Experts[:], l, expertNoun, 1)
	ids(s.Accepted[:], l, offerNoun, 2)
	ids(s.Decisions[:], l, decisionNoun, 1)
	ids(s.Done[:], l, sessionNoun, 2)
	pool := func(n int, name string, r auth.Role) auth.Viewer {
		return viewer(l, n, name, auth.Grant{Role: r, PoolID: s.Pool})
	}
	asker := func(n int, name string, o engine.OrganisationID) auth.Viewer {
		return viewer(l, n, name, auth.Grant{Role: auth.RoleRequester, OrganisationID: o})
	}
	s.Coordinator = pool(1, "Cornelia Coördinator", auth.RoleCoordinator)
	s.RegionLead = pool(2, "Rob Regio", auth.RoleRegionLead)
	s.Trainer = pool(3, "Tineke Trainer", auth.RoleTrainer)
	s.SafeguardLead = pool(4, "Sam Veilig", auth.RoleSafeguardingLead)
	s.Funder = pool(5, "Floor Fonds", auth.RoleFunderViewer)
	s.PrivacyOfficer = pool(6, "Peter Privacy", auth.RolePrivacyOfficer)
	s.Requester = asker(7, "Hanna Huis", s.House)
	s.LocationAsker = asker(8, "Loes Locatie", s.Location)
	s.OtherRequester = asker(9, "Otto Overig", s.Other)
	for i, e := range s.Experts {
		s.ExpertViewers[i] = viewer(l, 11+i, firstNames[l][i], auth.Grant{Role: auth.RoleExpert, ExpertID: e})
	}
	return s
}
