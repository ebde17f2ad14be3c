package calendar

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

func hundredEvents() Feed {
	f := Feed{Zone: amsterdam}
	for i := range 100 {
		f.Events = append(f.Events, session(fmt.Sprint(i), utc(2026, 12, i, 10, 0), time.Hour, at("Verzonnenstraat 1, Zeewolde")))
	}
	return f
}

func BenchmarkEncode100Events(b *testing.B) {
	f := hundredEvents()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Encode(f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHandler100Events(b *testing.B) {
	load := loadOf(hundredEvents())
	for _, encoding := range []string{"identity", "gzip"} {
		asked := only("Accept-Encoding", encoding)
		again := asked.Clone()
		again.Set("If-None-Match", get(load, asked).Header.Get("ETag"))
		for name, header := range map[string]http.Header{"200": asked, "304": again} {
			b.Run(encoding+" "+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					get(load, header)
				}
			})
		}
	}
}
