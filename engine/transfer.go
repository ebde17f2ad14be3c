package engine

import "time"

// Transfer is the move of an expert to another pool. Until she has said yes it
// is a proposal, and the other pool knows nothing of it.
type Transfer struct {
	ExpertID    ExpertID
	FromPool    PoolID
	ToPool      PoolID
	ToName      string     // name of the pool she moves to
	TakesEffect Date       // first day on which she is a member there
	Postcode4   string     // of her new home, from that day on
	AcceptedAt  *time.Time // nil while it waits for her yes
}
