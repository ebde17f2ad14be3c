package calendar_test

import (
	"fmt"
	"strings"
	"time"

	"expex/calendar"
)

func ExampleEncode() {
	zone, _ := time.LoadLocation("Europe/Amsterdam")
	planned := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	body, err := calendar.Encode(calendar.Feed{
		Title: calendar.TitleExpExAppointment,
		Zone:  zone,
		Events: []calendar.Event{{
			UID:     "3c1f9a52@expex.example",
			Start:   time.Date(2026, 12, 1, 10, 0, 0, 0, zone),
			End:     time.Date(2026, 12, 1, 11, 30, 0, 0, zone),
			Created: planned,
			Changed: planned,
			Status:  calendar.Confirmed,
			Place:   "Verzonnenstraat 1, Zeewolde",
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, event, _ := strings.Cut(string(body.Bytes), "BEGIN:VEVENT\r\n")
	fmt.Print(strings.ReplaceAll(event, "\r\n", "\n"))
	// Output:
	// CLASS:PRIVATE
	// CREATED:20261102T090000Z
	// DTEND;TZID=Europe/Amsterdam:20261201T113000
	// DTSTAMP:20261102T090000Z
	// DTSTART;TZID=Europe/Amsterdam:20261201T100000
	// LAST-MODIFIED:20261102T090000Z
	// LOCATION:Verzonnenstraat 1\, Zeewolde
	// SEQUENCE:0
	// STATUS:CONFIRMED
	// SUMMARY:ExpEx-afspraak
	// TRANSP:OPAQUE
	// UID:3c1f9a52@expex.example
	// END:VEVENT
	// END:VCALENDAR
}
