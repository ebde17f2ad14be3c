// Package demodata invents a year in the life of two pools: Midden-Holland and
// Flevoland, twenty-four ExpEx, sixty requests and some four hundred sessions.
// The demo runs on it and tests use it.
//
// Everybody in it is invented and recognisably so: surnames that nobody bears,
// addresses at example.org, telephone numbers that ring nowhere. The cast
// ([roster]), the houses ([houses]) and the course of the year ([script]) are
// written down; the seed decides what is left open. Who does what, and when, is
// decided by the engine itself: each session was allowed by every hard rule on
// the day it was planned.
package demodata

import (
	"time"

	"expex/engine"
	"expex/store"
)

// Data is a whole demo, ready for [store.Store.Load] into a database that holds
// the reference data and nothing else.
type Data struct {
	// Tables are the rows, in an order that satisfies the foreign keys.
	Tables   []store.Table
	Accounts Accounts
	// The pools.
	MiddenHolland engine.PoolID
	Flevoland     engine.PoolID
	// Expert is the expert the Expert account is; her first name is Noor.
	Expert engine.ExpertID
	// Offer is an open one to Expert. It expires two days after the anchor.
	Offer engine.OfferID
	// House is the organisation in Gouda that asks for Featured. The Requester
	// account may ask on its behalf.
	House engine.OrganisationID
	// Featured is the open request that the demo shows: a listening ear in
	// Gouda. It is the only open one of its type there.
	Featured engine.RequestID
}

// Accounts are the people who can sign in to the demo. They have no token yet.
type Accounts struct {
	CoordinatorMiddenHolland engine.AccountID
	CoordinatorFlevoland     engine.AccountID
	Expert                   engine.AccountID
	Requester                engine.AccountID
	Admin                    engine.AccountID
}

// Generate makes the whole demo about the anchor, the local day it is shown on:
// ten months lie before it, two after it, and on the day itself nothing happens,
// so that the demo is true at any hour. The same seed and anchor give the same
// rows; ids depend on the seed alone. The anchor lies in the years the reference
// data covers, from 2025 on.
func Generate(seed uint64, anchor engine.Date) Data {
	d := &demo{source: source{seed}, world: loadWorld(), anchor: anchor}
	d.make()
	return Data{
		Tables:        d.tables(),
		Accounts:      d.accounts(),
		MiddenHolland: d.poolID(middenHolland),
		Flevoland:     d.poolID(flevoland),
		Expert:        d.person(demoExpert).id,
		Offer:         d.demoOffer(),
		House:         d.houseID(locationGouda),
		Featured:      d.requestID(featuredNumber),
	}
}

// demo is a demo in the making.
type demo struct {
	source
	world
	anchor engine.Date
	tree   engine.OrganisationTree
	served [2][]engine.AreaMembership // by pool
	people []*person
	plans  []*plan
	rows
}

func (d *demo) make() {
	d.addHouses()
	d.addAccounts()
	d.addPeople()
	d.addRequests()
	d.planYear()
	d.settleFates()
	d.writeHistory()
}

// day is so many days after the anchor, before it when negative.
func (d *demo) day(offset int) engine.Date { return d.anchor.AddDays(offset) }

// at is the moment clocks show the wall time on that day.
func (d *demo) at(offset int, wall engine.WallTime) time.Time { return at(d.day(offset), wall) }

// now is the last moment of which the demo knows: the anchor begins.
func (d *demo) now() time.Time { return d.at(0, "00:00") }

func at(day engine.Date, wall engine.WallTime) time.Time {
	return engine.Instant(day, wall, store.Zone)
}

func dayOf(t time.Time) engine.Date { return engine.DateOf(t, store.Zone) }

func wallOf(t time.Time) engine.WallTime {
	return engine.WallTime(t.In(store.Zone).Format("15:04"))
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

func elapsedDays(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
