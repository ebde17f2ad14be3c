package store_test

import (
	"testing"

	"expex/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }
