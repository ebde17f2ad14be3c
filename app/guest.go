package app

import (
	"context"
	"fmt"
	"slices"

	"expex/engine"
	"expex/store"
)

// guestsStay lets the guests of sessions that move come along who have room for it
// at the new time, as when they took their seats: their time and their caps. The
// seat of any other is free again, and she is told. A team does not stay where it
// is for a guest, and no guest is made to do more than she agreed to. It gives
// the time of those who stay.
func (m *moving) guestsStay(ctx context.Context, t *store.Tx, sessions []engine.Session, bookings []store.Booking) ([]store.Booking, error) {
	var guests []engine.ExpertID
	for _, b := range bookings {
		if b.Guest {
			guests = append(guests, b.ExpertID)
		}
	}
	if len(guests) == 0 {
		return bookings, nil
	}
	in, err := t.MatchInput(ctx, m.request, distinct(guests))
	if err != nil {
		return nil, err
	}
	for i := range in.Candidates {
		c := &in.Candidates[i]
		c.Booked = slices.DeleteFunc(c.Booked, func(b engine.Booked) bool {
			return slices.ContainsFunc(sessions, func(s engine.Session) bool { return s.ID == b.ID })
		})
		for _, b := range bookings {
			if b.ExpertID == c.Expert && !b.Guest {
				c.Booked = append(c.Booked, bookedAs(b))
			}
		}
	}
	var stay []store.Booking
	for _, b := range bookings {
		if b.Guest && !engine.GuestFits(in, b.ExpertID, b.Session) {
			if err := m.freeSeat(ctx, t, b); err != nil {
				return nil, err
			}
			continue
		}
		stay = append(stay, b)
		if b.Guest { // her next one is beside this one
			her := slices.IndexFunc(in.Candidates, func(c engine.Candidate) bool { return c.Expert == b.ExpertID })
			in.Candidates[her].Booked = append(in.Candidates[her].Booked, bookedAs(b))
		}
	}
	return stay, nil
}

func bookedAs(b store.Booking) engine.Booked {
	return engine.Booked{ID: b.SessionID, Session: b.Session, OneToOne: b.OneToOne, Tier3: b.Tier3, Doubled: b.DoubleReason != "",
		Busy: engine.Interval{Start: b.Session.Start, End: b.Session.End.Add(b.Buffer)}}
}

// freeSeat ends the seat of a guest whom a session moves away from.
func (m *moving) freeSeat(ctx context.Context, t *store.Tx, b store.Booking) error {
	i := slices.IndexFunc(m.sessions, func(s engine.Session) bool { return s.ID == b.SessionID })
	if err := t.Tell(ctx, store.Notice{Kind: store.NoticeHoldReleased, ExpertID: &b.ExpertID, SessionID: &b.SessionID,
		Effect: fmt.Sprintf("SEAT_RELEASED %s %d", b.SessionID, m.sessions[i].Sequence)}); err != nil {
		return err
	}
	_, err := t.GiveUpSeat(ctx, b.SessionID, b.ExpertID)
	return err
}
