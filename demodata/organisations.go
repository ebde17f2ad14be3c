package demodata

import (
	"expex/engine"
)

// The pools, by number.
const (
	middenHolland = iota
	flevoland
)

// pool is a set of experts with a host and an area.
type pool struct {
	name string
	host int
	area []engine.MunicipalityCode
}

var pools = []pool{
	middenHolland: {"Midden-Holland", clientCircle, []engine.MunicipalityCode{gouda, waddinxveen, zuidplas, bodegraven, krimpenerwaard}},
	flevoland:     {"Flevoland", hostFlevoland, []engine.MunicipalityCode{almere, dronten, lelystad, noordoostpolder, urk}},
}

// The houses, by number.
const (
	clientCircle = iota
	hostFlevoland
	youthProtection
	youthCare
	locationGouda
	locationWaddinxveen
	mergedCare
	townHall
	localTeam
	partnership
	schools
	shelter
	mentalHealth
	funder
)

// house is an organisation or one of its locations. Numbers count from 1 in
// parent and merged, so that the zero house has neither.
type house struct {
	name    string
	kind    engine.OrganisationType
	town    engine.MunicipalityCode
	street  string
	secrecy engine.AddressVisibility
	parent  int
	merged  int
	asks    []int // pools
}

var (
	inMiddenHolland = []int{middenHolland}
	inFlevoland     = []int{flevoland}
	inBoth          = []int{middenHolland, flevoland}
)

// houses are invented; no name here is that of an organisation that exists.
// Youth care is a tree: two locations, and one that merged into it.
var houses = []house{
	clientCircle: {
		name: "Cliëntenkring Denkbeeld", kind: engine.ClientOrganisation,
		town: gouda, street: "Voorbeeldplein 1", asks: inMiddenHolland,
	},
	hostFlevoland: {name: "Stichting Gastheer Fictief", kind: engine.Host, town: lelystad, street: "Proefstraat 2", asks: inFlevoland},
	youthProtection: {
		name: "Jeugdbescherming Nergensland", kind: engine.CertifiedInstitution,
		town: waddinxveen, street: "Schijnlaan 3", secrecy: engine.AddressInternal, asks: inBoth,
	},
	youthCare: {name: "Jeugdhulp Voorbeeld", kind: engine.YouthCareProvider, town: gouda, street: "Voorbeeldlaan 4", asks: inMiddenHolland},
	locationGouda: {
		name: "Jeugdhulp Voorbeeld, locatie Gouda", kind: engine.YouthCareProvider,
		town: gouda, street: "Voorbeeldlaan 6", secrecy: engine.AddressInternal, parent: 1 + youthCare, asks: inMiddenHolland,
	},
	locationWaddinxveen: {
		name: "Jeugdhulp Voorbeeld, locatie Waddinxveen", kind: engine.YouthCareProvider,
		town: waddinxveen, street: "Denkbeeldweg 5", secrecy: engine.AddressInternal, parent: 1 + youthCare, asks: inMiddenHolland,
	},
	mergedCare: {
		name: "Zorggroep Verzonnen", kind: engine.YouthCareProvider,
		town: bodegraven, street: "Bedachtpad 7", secrecy: engine.AddressInternal, merged: 1 + youthCare, asks: inMiddenHolland,
	},
	townHall:  {name: "Gemeente Voorbeeldstad", kind: engine.MunicipalityOffice, town: almere, street: "Demoplein 8", asks: inFlevoland},
	localTeam: {name: "Jongerenteam Proefwijk", kind: engine.LocalTeam, town: zuidplas, street: "Proefwijk 9", asks: inMiddenHolland},
	partnership: {
		name: "Samenwerking Jeugd Testregio", kind: engine.RegionalPartnership,
		town: lelystad, street: "Testkade 10", asks: inFlevoland,
	},
	schools: {name: "Scholengroep Denkbeeldig", kind: engine.Education, town: almere, street: "Fictiefsingel 11", asks: inBoth},
	shelter: {
		name: "Opvang Nergenshuis", kind: engine.Shelter,
		town: lelystad, street: "Schuilnaam 12", secrecy: engine.AddressSecret, asks: inFlevoland,
	},
	mentalHealth: {
		name: "Jeugd-ggz Schijnbaar", kind: engine.MentalHealthProvider,
		town: gouda, street: "Zomaarhof 13", secrecy: engine.AddressSecret, asks: inMiddenHolland,
	},
	funder: {name: "Fonds Zomaar", kind: engine.Funder},
}

// Days from the anchor.
const (
	poolsBegan   = -900 // far enough back for the first training group
	zeewoldeFrom = -305 // Flevoland serves Zeewolde by agreement from here
	zeewoldeTo   = 90   // to here
)

func (s source) poolID(n int) engine.PoolID { return newID[engine.PoolID](s, "pool", n) }

func (s source) houseID(n int) engine.OrganisationID {
	return newID[engine.OrganisationID](s, "organisation", n)
}

func (d *demo) addHouses() {
	began := d.at(poolsBegan, "09:00")
	link := func(n int) orNull {
		if n == 0 {
			return ""
		}
		return orNull(d.houseID(n - 1))
	}
	for n, h := range houses {
		if h.secrecy == "" {
			h.secrecy = engine.AddressPublic
		}
		d.organisations = append(d.organisations, organisationRow{
			ID: d.houseID(n), Name: h.name, Type: h.kind, ParentID: link(h.parent), MergedInto: link(h.merged),
			Municipality: orNull(h.town), Postcode4: d.postcode(d.rand("organisation", n), h.town),
			Address: h.street, Visibility: h.secrecy, CreatedAt: began,
		})
		for _, p := range h.asks {
			d.organisationPools = append(d.organisationPools, organisationPoolRow{d.houseID(n), d.poolID(p)})
		}
	}
	d.tree = engine.OrganisationTree{}
	for _, o := range d.organisations {
		d.tree[o.ID] = engine.OrganisationLinks{Parent: engine.OrganisationID(o.ParentID), MergedInto: engine.OrganisationID(o.MergedInto)}
	}
	for n, p := range pools {
		d.pools = append(d.pools, poolRow{d.poolID(n), p.name, d.houseID(p.host), began})
		d.policies = append(d.policies, policyRow{d.poolID(n)})
		for _, town := range p.area {
			d.serve(n, town, engine.Valid{From: d.day(poolsBegan)}, false)
		}
	}
	d.serve(flevoland, zeewolde, engine.Valid{From: d.day(zeewoldeFrom), To: d.day(zeewoldeTo)}, true)
}

func (d *demo) serve(pool int, town engine.MunicipalityCode, valid engine.Valid, byAgreement bool) {
	d.served[pool] = append(d.served[pool], engine.AreaMembership{Municipality: town, Valid: valid})
	d.areas = append(d.areas, areaRow{d.poolID(pool), town, orNull(valid.From), orNull(valid.To), byAgreement})
}

func (s source) accounts() Accounts {
	account := func(n int) engine.AccountID { return newID[engine.AccountID](s, "account", n) }
	return Accounts{
		CoordinatorMiddenHolland: account(1), CoordinatorFlevoland: account(2),
		Expert: account(3), Requester: account(4), Admin: account(5),
	}
}

// coordinator is the account that decides for a pool.
func (s source) coordinator(pool int) engine.AccountID {
	return [...]engine.AccountID{s.accounts().CoordinatorMiddenHolland, s.accounts().CoordinatorFlevoland}[pool]
}

func (d *demo) addAccounts() {
	a := d.accounts()
	since := orNull(d.day(poolsBegan))
	for _, r := range []struct {
		name, address string
		role          roleRow
	}{
		{"Coördinator Midden-Holland (demo)", "coordinator@middenholland.example", roleRow{AccountID: a.CoordinatorMiddenHolland, Role: "COORDINATOR", PoolID: orNull(d.poolID(middenHolland))}},
		{"Coördinator Flevoland (demo)", "coordinator@flevoland.example", roleRow{AccountID: a.CoordinatorFlevoland, Role: "COORDINATOR", PoolID: orNull(d.poolID(flevoland))}},
		{demoExpert + " (demo)", "", roleRow{AccountID: a.Expert, Role: "EXPERT", ExpertID: orNull(d.expertID(demoExpert))}},
		{"Aanvrager Jeugdhulp Voorbeeld (demo)", "aanvrager@jeugdhulp.example", roleRow{AccountID: a.Requester, Role: "REQUESTER", OrganisationID: orNull(d.houseID(youthCare))}},
		{"Beheerder (demo)", "beheer@expex.example", roleRow{AccountID: a.Admin, Role: "SYSTEM_ADMIN"}},
	} {
		r.role.ValidFrom = since
		d.accountRows = append(d.accountRows, accountRow{r.role.AccountID, r.name, r.address, d.at(poolsBegan, "09:00")})
		d.roles = append(d.roles, r.role)
	}
}
