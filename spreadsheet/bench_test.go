package spreadsheet_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkReadExperts reads as many experts as a file may hold.
func BenchmarkReadExperts(b *testing.B) {
	c := full(b)
	header, rest, _ := strings.Cut(read(b, "expex.csv"), "\n")
	row := rest[strings.Index(rest, "E-02"):strings.Index(rest, "E-03")]
	var text strings.Builder
	text.WriteString(header + "\n")
	for i := range 10_000 {
		text.WriteString(strings.Replace(row, "E-02", fmt.Sprintf("E-%d", i), 1))
	}
	for b.Loop() {
		if _, n, err := readers["expex.csv"]("x.csv", text.String(), c); err != nil || n != 10_000 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkReadExamples reads one list of a usual length.
func BenchmarkReadExamples(b *testing.B) {
	c := full(b)
	text := read(b, "expex.csv")
	for b.Loop() {
		if _, _, err := readers["expex.csv"]("x.csv", text, c); err != nil {
			b.Fatal(err)
		}
	}
}
