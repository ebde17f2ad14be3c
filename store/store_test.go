package store_test

import (
	"context"
	"testing"

	"expex/store/storetest"
)

func TestAMigratedDatabaseIsAtTheVersionOfTheBinary(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	if err := s.CheckSchema(context.Background()); err != nil {
		t.Error(err)
	}
}
