package engine

// Policy is what a pool has decided for itself. Every number has a default in
// the database; none is a constant in code.
type Policy struct {
	// Caps hold for experts who have not set a lower one.
	ActiveRelations      int // one-to-one relations at a time
	ActiveRelationsEarly int // the same in the first EarlyMonths after becoming deployable
	EarlyMonths          int
	OneToOnePerDay       int
	SessionsPerDay       int
	SessionsPerWeek      int // ISO weeks
	ContactMinutesWeek   int

	TravelBufferMinutes int // kept free after each session
	RestHoursTier3      int // no session within this time after one on a tier-3 theme
	RestDaysRelation    int // no new relation within this time after one has closed

	AdultAge        int // one-to-one: a client below this age needs an expert of at least it
	MinAgeGap       int // one-to-one: the expert is at least this many years older
	SmallPool       int // pools smaller than this show "some" instead of counts
	LowCoverage     int // percent of known weight below which a suggestion is listed last
	RecentOfferDays int // an offer this recent lowers load_balance
}

// DefaultPolicy is the policy of a pool that has decided nothing. It equals the
// column defaults of table pool_policy; a test compares the two.
func DefaultPolicy() Policy {
	return Policy{
		ActiveRelations: 2, ActiveRelationsEarly: 1, EarlyMonths: 6,
		OneToOnePerDay: 1, SessionsPerDay: 2, SessionsPerWeek: 3, ContactMinutesWeek: 480,
		TravelBufferMinutes: 30, RestHoursTier3: 24, RestDaysRelation: 14,
		AdultAge: 18, MinAgeGap: 2, SmallPool: 5, LowCoverage: 60, RecentOfferDays: 7,
	}
}
