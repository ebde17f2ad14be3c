package main

import (
	"context"
	"syscall"
	"testing"
	"time"

	"expex/graph/globalid"
	"expex/store"
	"expex/store/storetest"
)

// TestServeEndsAnOfferNobodyAnswered starts the service at the moment an offer
// expires. Nobody calls it but to look.
func TestServeEndsAnOfferNobodyAnswered(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	s, err := store.Open(context.Background(), store.Options{DSN: dsn, Now: func() time.Time { return storetest.Now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := storetest.Fill(t, s)
	coordinator := storetest.Secret(f.A.Coordinator).Reveal()
	look := func(at time.Time, until string) {
		t.Helper()
		c := command("serve", "--addr", "127.0.0.1:0")
		c.Env = append(c.Env, "DATABASE_URL="+dsn, atTime+"="+at.Format(time.RFC3339))
		p := launch(t, c)
		url := p.address() + "/graphql"
		tooLong := time.After(time.Minute)
		for status := any(""); status != until; {
			got, err := do(url, coordinator, `query($o:ID!){offer(id:$o){status request{status}}}`, map[string]any{"o": globalid.Encode(globalid.Offer, string(f.A.Offer))})
			if err != nil {
				t.Fatal(err)
			}
			status = dig(got, "offer", "status")
			if status == "EXPIRED" && dig(got, "offer", "request", "status") != "OPEN" {
				t.Errorf("the offer expired and its request is %v", dig(got, "offer", "request", "status"))
			}
			select {
			case <-tooLong:
				t.Fatalf("the offer stays %v", status)
			default:
			}
		}
		if code := p.stop(syscall.SIGTERM); code != 0 {
			t.Errorf("it ended with %d:\n%s", code, p.logged())
		}
	}
	look(storetest.Now.AddDate(0, 0, 1).Add(-time.Second), "SENT")
	look(storetest.Now.AddDate(0, 0, 1), "EXPIRED")
}
