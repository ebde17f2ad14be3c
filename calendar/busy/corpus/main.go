// Command corpus reads all calendars in a folder as busy times and says what
// became of each: for the collections that others keep of odd calendars, which
// are not ours to copy.
//
//	go run ./calendar/busy/corpus [-from 2000] [-to 2030] [-intervals] FOLDER...
//
// Each line has the verdict, the intervals within the years, the slowest and the
// hungriest reading, and the file. A panic ends the program.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	_ "time/tzdata"

	"expex/calendar/busy"
)

func main() {
	log.SetFlags(0)
	from := flag.Int("from", 2000, "first `year`")
	to := flag.Int("to", 2030, "`year` behind the last")
	intervals := flag.Bool("intervals", false, "also write the intervals, as Unix seconds")
	flag.Parse()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		log.Fatal(err)
	}

	verdicts := map[string]int{}
	files, slowest, hungriest := 0, time.Duration(0), uint64(0)
	for _, folder := range flag.Args() {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.EqualFold(filepath.Ext(path), ".ics") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			found := read(text, zone, *from, *to)
			files++
			verdicts[found.verdict]++
			slowest, hungriest = max(slowest, found.took), max(hungriest, found.memory)
			fmt.Printf("%-16s %6d %8.1f ms %6.1f MiB %s%s\n", found.verdict, len(found.intervals),
				float64(found.took.Microseconds())/1000, float64(found.memory)/(1<<20), path, found.warnings)
			if *intervals {
				for _, s := range found.intervals {
					fmt.Printf("\t%d\t%d\n", s.Start.Unix(), s.End.Unix())
				}
			}
			return nil
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("%d files, %v, slowest %s, hungriest %.1f MiB\n", files, verdicts, slowest.Round(time.Millisecond), float64(hungriest)/(1<<20))
}

// reading is what became of one file.
type reading struct {
	verdict   string
	warnings  string
	intervals []busy.Interval
	took      time.Duration // the slowest of the windows
	memory    uint64        // allocated in all, the most of the windows
}

// read goes through the years in windows of three, the longest that there are.
func read(text []byte, zone *time.Location, from, to int) (found reading) {
	const step = 3
	for year := from; year < to; year += step {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		b, err := busy.Read(text, busy.Options{
			Zone: zone,
			From: time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC),
			To:   time.Date(min(year+step, to), time.January, 1, 0, 0, 0, 0, time.UTC),
		})
		found.took = max(found.took, time.Since(start))
		runtime.ReadMemStats(&after)
		found.memory = max(found.memory, after.TotalAlloc-before.TotalAlloc)

		var refusal *busy.Refusal
		switch {
		case errors.As(err, &refusal):
			found.verdict = string(refusal.Code)
			return found
		case err != nil:
			log.Fatal(err)
		}
		found.verdict, found.warnings = "read", ""
		for _, w := range b.Warnings {
			found.warnings += fmt.Sprintf(" %s=%d", w.Code, w.Count)
		}
		for _, s := range b.Intervals {
			if n := len(found.intervals); n > 0 && found.intervals[n-1].End.Equal(s.Start) {
				found.intervals[n-1].End = s.End
			} else {
				found.intervals = append(found.intervals, s)
			}
		}
	}
	return found
}
