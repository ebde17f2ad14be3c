package busy

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkRead reads a full calendar of a person (3,000 events in 1 MiB, 300
// of them weekly) and the worst that the budget lets through.
func BenchmarkRead(b *testing.B) {
	var full strings.Builder
	full.WriteString("BEGIN:VCALENDAR\r\n")
	for i := range 3_000 {
		fmt.Fprintf(&full, "BEGIN:VEVENT\r\nUID:%d\r\nSUMMARY:%s\r\nDTSTART;TZID=Europe/Amsterdam:20%02d%02d%02dT%02d0000\r\nDURATION:PT1H\r\n",
			i, strings.Repeat("x", 200), 20+i%8, 1+i%12, 1+i%28, 8+i%10)
		if i%10 == 0 {
			full.WriteString("RRULE:FREQ=WEEKLY\r\n")
		}
		full.WriteString("END:VEVENT\r\n")
	}
	full.WriteString("END:VCALENDAR\r\n")
	rule := func(n int, start, text string) string {
		return "BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VEVENT\nDTSTART;TZID=Europe/Amsterdam:"+start+"\nDURATION:PT1M\nRRULE:"+text+"\nEND:VEVENT\n", n) + "END:VCALENDAR\n"
	}
	for _, c := range []struct{ name, text string }{
		{"full", full.String()},
		{"daily since year 1", rule(1000, "00010101T080000", "FREQ=DAILY;COUNT=999999999")},
		{"week numbers", rule(1000, "00010101T080000", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTHDAY=31;COUNT=9")},
		{"minutes that never come", rule(3000, "20260101T080000", "FREQ=MINUTELY;BYHOUR=7;BYMINUTE=1;INTERVAL=2")},
		{"until in another zone", rule(1000, "19000101T080000", "FREQ=HOURLY;UNTIL=20260101T080000Z;COUNT=999999999")},
		{"by position", rule(1000, "19000101T080000", "FREQ=YEARLY;BYDAY=MO;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=1,2,3,4,5,6;BYSETPOS=7;COUNT=99999")},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Read([]byte(c.text), year)
			}
		})
	}
}
