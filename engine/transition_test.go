package engine_test

import (
	"slices"
	"testing"

	"expex/engine"
)

// checkMoves holds a life cycle against its table: the moves listed are legal
// and no other is; every status can be reached from the first; from a terminal
// one nothing leads away.
func checkMoves[S interface {
	comparable
	CanBecome(S) bool
}](t *testing.T, first S, moves map[S][]S) {
	t.Helper()
	reached := []S{first}
	for i := 0; i < len(reached); i++ {
		for _, next := range moves[reached[i]] {
			if !slices.Contains(reached, next) {
				reached = append(reached, next)
			}
		}
	}
	if len(reached) != len(moves) {
		t.Errorf("%d of %d statuses can be reached from %v: %v", len(reached), len(moves), first, reached)
	}
	for from, nexts := range moves {
		for to := range moves {
			if got, want := from.CanBecome(to), slices.Contains(nexts, to); got != want {
				t.Errorf("%v to %v is legal: %t, want %t", from, to, got, want)
			}
		}
		if from.CanBecome(from) {
			t.Errorf("%v to itself is no move", from)
		}
		var unknown S
		if from.CanBecome(unknown) || unknown.CanBecome(from) {
			t.Errorf("the unknown status moves from or to %v", from)
		}
	}
}

func TestTheLifeOfARequest(t *testing.T) {
	t.Parallel()
	const (
		fresh, triaged, open, suggested    = engine.RequestNew, engine.RequestTriaged, engine.RequestOpen, engine.RequestSuggested
		offered, partly, filled            = engine.RequestOffered, engine.RequestPartlyFilled, engine.RequestFilled
		running, evaluated, closed         = engine.RequestRunning, engine.RequestEvaluated, engine.RequestClosed
		waiting, hold, withdrawn, referred = engine.RequestWaitlisted, engine.RequestOnHold, engine.RequestWithdrawn, engine.RequestReferred
	)
	checkMoves(t, fresh, map[engine.RequestStatus][]engine.RequestStatus{
		fresh:     {triaged, open, waiting, hold, referred, withdrawn},
		triaged:   {open, waiting, hold, referred, withdrawn},
		open:      {suggested, offered, waiting, hold, referred, withdrawn},
		suggested: {open, offered, waiting, hold, referred, withdrawn},
		offered:   {open, partly, filled, waiting, withdrawn},
		partly:    {open, offered, filled, waiting, withdrawn},
		filled:    {open, partly, running, evaluated, withdrawn}, // open again: somebody cancelled; partly: somebody stepped out
		running:   {open, evaluated, closed, withdrawn},          // open again: its relation ended early, or everybody fell out
		evaluated: {closed},
		waiting:   {open, suggested, offered, hold, referred, withdrawn},
		hold:      {open, waiting, referred, withdrawn},
		closed:    {}, withdrawn: {}, referred: {},
	})
}

func TestTheMainLineOfARequestIsLegal(t *testing.T) {
	t.Parallel()
	line := []engine.RequestStatus{
		engine.RequestNew, engine.RequestTriaged, engine.RequestOpen, engine.RequestSuggested, engine.RequestOffered,
		engine.RequestPartlyFilled, engine.RequestFilled, engine.RequestRunning, engine.RequestEvaluated, engine.RequestClosed,
	}
	for i := range len(line) - 1 {
		if !line[i].CanBecome(line[i+1]) {
			t.Errorf("%s cannot become %s", line[i], line[i+1])
		}
		if line[i+1].CanBecome(engine.RequestNew) {
			t.Errorf("%s can become new again", line[i+1])
		}
	}
}

func TestExpertsCanBeAskedForARequestThatIsMatched(t *testing.T) {
	t.Parallel()
	for status, want := range map[engine.RequestStatus]bool{
		engine.RequestNew: false, engine.RequestTriaged: false, engine.RequestOpen: true, engine.RequestSuggested: true,
		engine.RequestOffered: true, engine.RequestPartlyFilled: true, engine.RequestWaitlisted: true,
		engine.RequestFilled: false, engine.RequestRunning: false, engine.RequestEvaluated: false, engine.RequestClosed: false,
		engine.RequestOnHold: false, engine.RequestWithdrawn: false, engine.RequestReferred: false,
	} {
		if got := status.AcceptsOffers(); got != want {
			t.Errorf("%s accepts offers: %t, want %t", status, got, want)
		}
	}
}

func TestTheLifeOfAnOffer(t *testing.T) {
	t.Parallel()
	checkMoves(t, engine.OfferSent, map[engine.OfferStatus][]engine.OfferStatus{
		engine.OfferSent:     {engine.OfferAccepted, engine.OfferDeclined, engine.OfferExpired, engine.OfferWithdrawn},
		engine.OfferAccepted: {}, engine.OfferDeclined: {}, engine.OfferExpired: {}, engine.OfferWithdrawn: {},
	})
}

func TestTheLifeOfASession(t *testing.T) {
	t.Parallel()
	cancelled := []engine.SessionStatus{
		engine.SessionCancelledByExpert, engine.SessionCancelledByClient, engine.SessionCancelledByRequester, engine.SessionCancelledByCoordinator,
	}
	noShow := []engine.SessionStatus{engine.SessionNoShowExpert, engine.SessionNoShowClient, engine.SessionNoShowRequester}
	moves := map[engine.SessionStatus][]engine.SessionStatus{
		engine.SessionHeld:      slices.Concat([]engine.SessionStatus{engine.SessionConfirmed, engine.SessionReleased}, cancelled),
		engine.SessionConfirmed: slices.Concat([]engine.SessionStatus{engine.SessionHeld, engine.SessionCompleted}, cancelled, noShow),
		engine.SessionCompleted: {}, engine.SessionReleased: {},
	}
	for _, terminal := range slices.Concat(cancelled, noShow) {
		moves[terminal] = nil
	}
	checkMoves(t, engine.SessionHeld, moves)
	for status := range moves {
		if got, want := status.Cancelled(), slices.Contains(cancelled, status); got != want {
			t.Errorf("%s is cancelled: %t, want %t", status, got, want)
		}
	}
	for i, side := range []engine.Side{engine.SideExpert, engine.SideClient, engine.SideRequester, engine.SideCoordinator} {
		if got := engine.CancelledBy(side); got != cancelled[i] {
			t.Errorf("cancelled by %s is %s, want %s", side, got, cancelled[i])
		}
	}
}

func TestTheLifeOfAMatch(t *testing.T) {
	t.Parallel()
	const (
		intro, trial, active    = engine.MatchIntro, engine.MatchTrial, engine.MatchActive
		paused, closing, closed = engine.MatchPaused, engine.MatchClosing, engine.MatchClosed
	)
	checkMoves(t, intro, map[engine.MatchStatus][]engine.MatchStatus{
		intro:   {trial, closed},
		trial:   {active, paused, closing, closed},
		active:  {paused, closing}, // a relation never just stops: the end is announced
		paused:  {active, closing},
		closing: {closed},
		closed:  {},
	})
}

func TestTheLifeOfAnExpert(t *testing.T) {
	t.Parallel()
	const (
		applicant, training, certified = engine.ExpertApplicant, engine.ExpertInTraining, engine.ExpertCertified
		deployable, paused, gone       = engine.ExpertDeployable, engine.ExpertPaused, engine.ExpertOffboarded
	)
	checkMoves(t, applicant, map[engine.ExpertStatus][]engine.ExpertStatus{
		applicant:  {training, gone},
		training:   {certified, applicant, gone}, // not yet: she may try again
		certified:  {deployable, gone},
		deployable: {paused, gone},
		paused:     {deployable, gone},
		gone:       {},
	})
}

func TestTheLifeOfAWaitlistEntry(t *testing.T) {
	t.Parallel()
	checkMoves(t, engine.WaitlistWaiting, map[engine.WaitlistStatus][]engine.WaitlistStatus{
		engine.WaitlistWaiting: {engine.WaitlistPlaced, engine.WaitlistLeft},
		engine.WaitlistPlaced:  {}, engine.WaitlistLeft: {},
	})
}
