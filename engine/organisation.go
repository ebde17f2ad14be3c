package engine

// OrganisationType is the kind of an organisation.
type OrganisationType string

// The kinds.
const (
	Host                 OrganisationType = "HOST"
	ClientOrganisation   OrganisationType = "CLIENT_ORGANISATION"
	CertifiedInstitution OrganisationType = "CERTIFIED_INSTITUTION"
	YouthCareProvider    OrganisationType = "YOUTH_CARE_PROVIDER"
	MunicipalityOffice   OrganisationType = "MUNICIPALITY"
	LocalTeam            OrganisationType = "LOCAL_TEAM"
	RegionalPartnership  OrganisationType = "REGIONAL_PARTNERSHIP"
	Education            OrganisationType = "EDUCATION"
	Shelter              OrganisationType = "SHELTER"
	MentalHealthProvider OrganisationType = "MENTAL_HEALTH_PROVIDER"
	Funder               OrganisationType = "FUNDER"
)

// AddressVisibility says who may learn an address.
type AddressVisibility string

// The visibilities. Shelters and mental-health providers are always SECRET.
const (
	AddressPublic   AddressVisibility = "PUBLIC"
	AddressInternal AddressVisibility = "INTERNAL"
	AddressSecret   AddressVisibility = "SECRET"
)

// Organisation is an organisation or, with a parent, one of its locations.
type Organisation struct {
	ID                OrganisationID
	Name              string
	Type              OrganisationType
	ParentID          *OrganisationID
	MergedInto        *OrganisationID // the legal successor
	Municipality      MunicipalityCode
	Postcode4         string
	Address           string // street and number, "" when unknown
	AddressVisibility AddressVisibility
}

// OrganisationTree answers which organisations are one house: a parent, its
// locations, and whatever they merged into.
type OrganisationTree map[OrganisationID]OrganisationLinks

// OrganisationLinks are the two edges of an organisation in the tree; "" is none.
type OrganisationLinks struct {
	Parent     OrganisationID
	MergedInto OrganisationID
}

// Root is the top of the house: successors first, then parents. A cycle, which
// the database forbids, ends where it began rather than never.
func (t OrganisationTree) Root(id OrganisationID) OrganisationID {
	for range len(t) {
		links := t[id]
		switch {
		case links.MergedInto != "":
			id = links.MergedInto
		case links.Parent != "":
			id = links.Parent
		default:
			return id
		}
	}
	return id
}

// SameHouse reports whether the two have the same root.
func (t OrganisationTree) SameHouse(a, b OrganisationID) bool {
	return a != "" && b != "" && t.Root(a) == t.Root(b)
}
