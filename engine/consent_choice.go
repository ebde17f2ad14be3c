package engine

// ConsentChoice is what is done about a planned session whose expert took back a
// consent it needs.
type ConsentChoice string

// The choices. The first two let the session stand although the standing consent
// is gone; they count for that session only.
const (
	ConsentKeep    ConsentChoice = "KEEP"         // she said yes for this one time
	ConsentChange  ConsentChoice = "CHANGE_TOPIC" // it will be about something else
	ConsentReplace ConsentChoice = "REPLACE"      // somebody else will do it
)
