package app

import (
	"context"
	"errors"
	"time"

	"expex/engine"
	"expex/mail"
	"expex/store"
)

const (
	// lettersAtOnce is how many messages one call sends at most.
	lettersAtOnce = 100
	// refusedFor is how long a server may say no for good before it is believed:
	// the give-up time of RFC 5321 4.5.4.1. The reason may be our own settings.
	refusedFor = 5 * 24 * time.Hour
)

// Draw writes an appointment for the one who gets it at an address, told at a
// moment, as iCalendar; nil for an address that can be nobody's in a calendar.
type Draw func(a store.Appointment, attendee string, told time.Time) *mail.Invitation

// SendNotices sends what waits in the outbox, with the appointments that go along
// as they stand at that moment, and gives how much left and the
// first failure, without a word about people. A message that fails is tried again
// later and keeps no other from leaving; a server that does not answer ends the
// round, and nothing is lost by it. Any number of processes may call it at once.
func (a App) SendNotices(ctx context.Context, sender *mail.Sender, draw Draw) (sent int, failure error) {
	// What was claimed is finished when the service is told to stop, since the
	// server may have said yes already. Each of its steps has a timeout.
	patient := context.WithoutCancel(ctx)
	for range lettersAtOnce {
		if ctx.Err() != nil {
			return sent, failure
		}
		var failed *mail.Failure
		left := false
		found, err := a.Store.SendNotice(patient, func(l store.Letter) (string, store.Unsendable) {
			if why := pointless(l); why != "" {
				return "", why
			}
			message := mail.Message{ID: l.ID, Kind: string(l.Kind), To: l.To, MadeAt: l.MadeAt, About: local(l.SessionAt)}
			if l.Appointment != nil {
				message.Invitation = draw(*l.Appointment, l.To, l.MadeAt)
			}
			err := sender.Send(patient, message)
			if left = err == nil; left {
				return "", ""
			}
			if !errors.As(err, &failed) {
				failed = &mail.Failure{Class: "INTERNAL"}
			}
			return failed.Class, forGood(l, failed)
		})
		if err != nil || !found {
			return sent, errors.Join(failure, err)
		}
		if left {
			sent++
		}
		if failed != nil && failure == nil {
			failure = failed
		}
		if failed != nil && failed.Unreachable {
			return sent, failure
		}
	}
	return sent, failure
}

// pointless says why a message would reach nobody or come too late, "" for one
// that is worth sending.
func pointless(l store.Letter) store.Unsendable {
	switch {
	case l.To == "":
		return store.NoAddress
	case l.Kind == store.NoticeReminder && (l.SessionAt == nil || l.SessionStatus != engine.SessionConfirmed || !l.Now.Before(*l.SessionAt)):
		return store.TooLate
	case l.Kind == store.NoticeInCalendar && l.Appointment == nil: // there was nothing else to say
		return store.TooLate
	}
	return ""
}

// forGood says why a message that failed shall not be tried again, "" for one
// that shall.
func forGood(l store.Letter, f *mail.Failure) store.Unsendable {
	switch {
	case f.BadAddress:
		return store.NoAddress
	case f.Permanent && l.Now.Sub(l.MadeAt) > refusedFor:
		return store.Refused
	}
	return ""
}

// local is an instant on the clocks of the people who are told.
func local(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	there := at.In(store.Zone)
	return &there
}
