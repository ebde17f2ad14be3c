package demodata

import (
	"flag"
	"testing"

	"expex/store/storetest"
)

// TestMain checks properties on fewer demos than is usual, since each is a whole
// year; the flag -rapid.checks asks for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "12"); err != nil {
		panic(err)
	}
	storetest.Main(m)
}
