package main

import (
	netmail "net/mail"
	"time"

	"expex/app"
	"expex/calendar"
	"expex/mail"
	"expex/store"
)

// invitations hands the calendar to the use case that sends mail: what goes along
// looks as in a feed, and is organized by the sender.
func invitations(sender *mail.Sender) app.Draw {
	return func(a store.Appointment, attendee string, told time.Time) *mail.Invitation {
		i := calendar.Invitation{
			Event: event(store.Feed{WithPlace: a.WithPlace}, a.FeedEvent), Title: titles[a.Title], Zone: store.Zone, Revision: a.Revision,
			Organizer: sender.Address(), Told: told,
		}
		if a.StyledAt != nil {
			i.Changed = *a.StyledAt
		}
		if to, err := netmail.ParseAddress(attendee); err == nil {
			i.Attendee = to.Address
		}
		text, err := calendar.EncodeInvitation(i)
		if err != nil { // no plain address: the message is worth sending all the same
			return nil
		}
		return &mail.Invitation{Method: i.Method(), Text: text}
	}
}
