package busy_test

import (
	"fmt"
	"time"

	"expex/calendar/busy"
)

func ExampleRead() {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "BEGIN:VCALENDAR\r\n" +
		"BEGIN:VEVENT\r\nSUMMARY:Choir\r\nDTSTART;TZID=W. Europe Standard Time:20261020T200000\r\nDURATION:PT2H\r\n" +
		"RRULE:FREQ=WEEKLY;COUNT=2\r\nEND:VEVENT\r\n" +
		"BEGIN:VEVENT\r\nSUMMARY:Holiday\r\nDTSTART;VALUE=DATE:20261025\r\nRRULE:FREQ=FORTNIGHTLY\r\nEND:VEVENT\r\n" +
		"END:VCALENDAR\r\n"
	b, err := busy.Read([]byte(text), busy.Options{
		Zone: zone,
		From: time.Date(2026, time.October, 1, 0, 0, 0, 0, zone),
		To:   time.Date(2026, time.November, 1, 0, 0, 0, 0, zone),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range b.Intervals {
		fmt.Println(s.Start.Format(time.RFC3339), s.End.Sub(s.Start))
	}
	fmt.Println(b.Warnings)
	// Output:
	// 2026-10-20T18:00:00Z 2h0m0s
	// 2026-10-24T22:00:00Z 25h0m0s
	// 2026-10-27T19:00:00Z 2h0m0s
	// [{UNREADABLE_RULE 1}]
}
