package main

import (
	"context"
	"errors"
	"fmt"

	"expex/app"
	"expex/calendar/busy"
	"expex/engine"
	guarded "expex/fetch"
	"expex/seal"
	"expex/store"
)

// keyFlags say with what the addresses of private calendars are encrypted.
type keyFlags struct {
	Keys string `name:"keys" env:"EXPEX_KEYS" placeholder:"ID:KEY,…" help:"Keys that encrypt the addresses of private calendars: id:key, the key from 'openssl rand -base64 32'. The first encrypts, all decrypt. Empty: no address is linked."`
}

// Validate is called by the parser. It never repeats a key.
func (k keyFlags) Validate() error {
	if _, err := seal.Parse(k.Keys); err != nil {
		return fmt.Errorf("--keys: %w", err)
	}
	return nil
}

// masked names the keys without showing one.
func (k keyFlags) masked() string {
	keys, err := seal.Parse(k.Keys)
	if err != nil || k.Keys == "" {
		return ""
	}
	return keys.String()
}

// private hands the reading of private calendars to the use cases.
func (k keyFlags) private() (app.PrivateCalendars, error) {
	keys, err := seal.Parse(k.Keys)
	return privateCalendars(keys, guarded.New()), err
}

// privateCalendars joins keys, the guarded client and the reader.
func privateCalendars(keys seal.Keys, client *guarded.Client) app.PrivateCalendars {
	return app.PrivateCalendars{
		Keys:    keys,
		Address: func(text string) (string, error) { return client.ParseAddress(text) },
		Fetch: func(ctx context.Context, at app.CalendarAddress) (app.FetchedCalendar, error) {
			got, err := client.Get(ctx, at.Address, at.ETag, at.LastModified)
			var failed *guarded.Error
			if errors.As(err, &failed) {
				return app.FetchedCalendar{}, &app.Unread{Reason: engine.BusyFailure(failed.Reason)}
			}
			return app.FetchedCalendar{Unchanged: got.NotModified, Text: got.Body,
				Address: app.CalendarAddress{Address: got.Address, ETag: got.ETag, LastModified: got.LastModified}}, err
		},
		Read: readBusy,
	}
}

// readBusy reads the text of a calendar with its owner's clock.
func readBusy(text []byte, window engine.Interval) (out store.BusyTimes, err error) {
	read, err := busy.Read(text, busy.Options{Zone: store.Zone, From: window.Start, To: window.End})
	var refused *busy.Refusal
	if errors.As(err, &refused) {
		reason, known := refusals[refused.Code]
		if !known {
			reason = engine.BusyUnintelligible
		}
		return out, &app.Unread{Reason: reason}
	}
	for _, x := range read.Intervals {
		out.Times = append(out.Times, engine.Interval(x))
	}
	for _, w := range read.Warnings {
		out.Warnings = append(out.Warnings, engine.BusyWarning{Code: engine.BusyWarningCode(w.Code), Count: w.Count})
	}
	return out, err
}

// refusals are those of the reader that mean something to the owner of a calendar.
var refusals = map[busy.RefusalCode]engine.BusyFailure{
	busy.TooLarge:     engine.BusyTooLarge,
	busy.NotACalendar: engine.BusyNotACalendar,
	busy.Truncated:    engine.BusyTruncated,
	busy.TooMany:      engine.BusyTooMany,
}
