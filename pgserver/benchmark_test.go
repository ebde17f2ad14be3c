//go:build linux || darwin

package pgserver

import "testing"

func BenchmarkFirstStart(b *testing.B) {
	for b.Loop() {
		startAndStop(b, stateDir(b))
	}
}

func BenchmarkSecondStart(b *testing.B) {
	dir := stateDir(b)
	startAndStop(b, dir)
	for b.Loop() {
		startAndStop(b, dir)
	}
}

func startAndStop(b *testing.B, dir string) {
	s, err := Start(b.Context(), Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	if err := s.Stop(); err != nil {
		b.Fatal(err)
	}
	b.StartTimer()
}
