package main

import (
	"bufio"
	"cmp"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"expex/auth"
)

// BenchmarkFeed fetches a feed of 100 sessions through the whole service on
// loopback, and beside it in the same run the same octets as a file through
// net/http, by the same 16 callers, who each keep their connection and fetch a
// feed of their own. "304" sends the tag, "full" does not, "changed" changes the
// feed before each fetch.
//
// Rounds take turns, since the machine is never the same for long; the ratio is
// of the rates within a round, and the median of the rounds counts.
func BenchmarkFeed(b *testing.B) {
	const callers, fetches, rounds = 16, 20_000, 5
	s := newFeedServer(b, "")
	s.hundred(b)
	path := s.path()
	paths := []string{path}
	for len(paths) < callers {
		paths = append(paths, s.another(b))
	}
	first := s.fetch(b, "GET", s.url+path, nil)
	if n := strings.Count(string(first.body), "BEGIN:VEVENT"); n != 100 {
		b.Fatalf("%d events, want 100", n)
	}
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "feed.ics"), first.body, 0o600); err != nil {
		b.Fatal(err)
	}
	// As a service does, it writes its log to a file.
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	s.logTo = log
	s.url = s.replica(b, s.store, "")
	files := s.file(b, dir)
	stamp := s.fetch(b, "GET", files+"/feed.ics", nil).Header.Get("Last-Modified")
	b.Logf("%d octets", len(first.body))

	for _, load := range []struct{ name, header, fileHeader string }{
		{"304", "If-None-Match: " + first.Header.Get("ETag") + "\r\n", "If-Modified-Since: " + stamp + "\r\n"},
		{"full", "", ""},
	} {
		b.Run(load.name, func(b *testing.B) {
			for range b.N {
				var ratios, feed, file []float64
				var slow []time.Duration
				statements := s.statements.Load()
				for range rounds {
					rate, _ := fetchAll(b, files, []string{"/feed.ics"}, load.fileHeader, callers, fetches)
					file = append(file, rate)
					rate, p99 := fetchAll(b, s.url, paths, load.header, callers, fetches)
					feed, slow = append(feed, rate), append(slow, p99)
					ratios = append(ratios, feed[len(feed)-1]/file[len(file)-1])
				}
				b.ReportMetric(middle(feed), "feed/s")
				b.ReportMetric(middle(file), "file/s")
				b.ReportMetric(middle(ratios), "feed/file")
				b.ReportMetric(float64(middle(slow).Microseconds())/1000, "p99-ms")
				b.ReportMetric(float64(s.statements.Load()-statements)/float64(rounds*fetches), "statements/fetch")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
	b.Run("changed", func(b *testing.B) {
		for range b.N {
			const fetches = 300
			var took time.Duration
			var statements int64
			for n := range fetches {
				s.change(b, fmt.Sprintf(`update calendar_feed set title = '%s' where id = '%s'`, []string{"MINIMAL", "APPOINTMENT"}[n%2], s.A.Feed))
				began := time.Now()
				got := s.fetch(b, "GET", s.url+path, nil)
				took += time.Since(began)
				statements += got.statements
			}
			b.ReportMetric(float64(fetches)/took.Seconds(), "feed/s")
			b.ReportMetric(float64(statements)/fetches, "statements/fetch")
			b.ReportMetric(0, "ns/op")
		}
	})
}

// hundred gives the first expert a hundred sessions to come.
func (s *feedServer) hundred(t testing.TB) {
	s.change(t, fmt.Sprintf(`
		delete from booking where expert_id = '%[1]s'; delete from calendar_entry;
		with made as (
		    insert into session (request_id, pool_id, organisation_id, type, starts_at, ends_at, status, online, municipality, address)
		    select request_id, pool_id, organisation_id, type, starts_at + n * interval '1 day', ends_at + n * interval '1 day', 'CONFIRMED', false, municipality, 'Verzonnenstraat 1'
		    from session, generate_series(1, 100) n where id = '%[2]s' returning id, starts_at, ends_at)
		insert into booking (session_id, expert_id, starts_at, ends_at, busy, status, one_to_one, tier3)
		select id, '%[1]s', starts_at, ends_at, tstzrange(starts_at, ends_at), 'CONFIRMED', false, false from made;`, s.A.Experts[0], s.A.Session))
	if _, err := s.db.Exec(`analyze`); err != nil {
		t.Fatal(err)
	}
}

// file serves a directory as net/http does.
func (s *feedServer) file(t testing.TB, dir string) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.FileServer(http.Dir(dir))}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return "http://" + listener.Addr().String()
}

// another makes one more feed of the first expert, with all that the first shows,
// and gives its path.
func (s *feedServer) another(t testing.TB) string {
	secret := auth.NewSecret()
	hash := secret.Hash()
	if _, err := s.db.Exec(`
		with made as (insert into calendar_feed (kind, expert_id, title, with_place, revision, changed_at, renewed_at)
		              select kind, expert_id, title, with_place, revision, changed_at, $3 from calendar_feed where id = $1 returning id)
		insert into calendar_feed_secret (hash, feed_id) select $2, id from made`, s.A.Feed, hash[:], *s.now.Load()); err != nil {
		t.Fatal(err)
	}
	return "/calendar/" + secret.Reveal() + ".ics"
}

// fetchAll fetches so often by so many callers, who take the paths in turn. The caller is bare, as it runs on
// the same machine: it writes the request and reads the answer, and no more.
func fetchAll(b *testing.B, url string, paths []string, header string, callers, fetches int) (rate float64, p99 time.Duration) {
	host := strings.TrimPrefix(url, "http://")
	took := make([]time.Duration, fetches)
	var next atomic.Int64
	began := time.Now()
	if err := each(callers, callers, func(caller int) error {
		request := []byte("GET " + paths[caller%len(paths)] + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: Thunderbird/128\r\n" + header + "\r\n")
		c, err := net.Dial("tcp", host)
		if err != nil {
			return err
		}
		defer c.Close()
		in := bufio.NewReaderSize(c, 64<<10)
		for {
			n := int(next.Add(1)) - 1
			if n >= fetches {
				return nil
			}
			start := time.Now()
			if _, err := c.Write(request); err != nil {
				return err
			}
			if err := readAnswer(in, header != ""); err != nil {
				return err
			}
			took[n] = time.Since(start)
		}
	}); err != nil {
		b.Fatal(err)
	}
	rate = float64(fetches) / time.Since(began).Seconds()
	slices.Sort(took)
	return rate, took[fetches*99/100]
}

func middle[T cmp.Ordered](list []T) T {
	slices.Sort(list)
	return list[len(list)/2]
}

// readAnswer reads one answer, which must be a 304 or a full 200.
func readAnswer(in *bufio.Reader, unchanged bool) error {
	length := 0
	for n := 0; ; n++ {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		switch text := string(line); {
		case n == 0 && !strings.HasPrefix(text, map[bool]string{true: "HTTP/1.1 304", false: "HTTP/1.1 200"}[unchanged]):
			return fmt.Errorf("the answer is %s", text)
		case strings.HasPrefix(text, "Content-Length: "):
			fmt.Sscan(text[len("Content-Length: "):], &length)
		case text == "\r\n":
			_, err := in.Discard(length)
			return err
		}
	}
}
