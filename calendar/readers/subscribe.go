package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"expex/calendar"
)

// subscribe lets vdirsyncer follow every feed through its versions, from the
// handler that the product has, and khal look at what it stored, with the cache
// khal keeps. So the second and the third version are seen as changes.
func subscribe(work string, all []series, goldens []text, report reporter) error {
	var version atomic.Int32
	server := httptest.NewServer(serve(all, goldens, &version))
	defer server.Close()
	texts := func() []text { // those that are served now
		out := slices.Clone(goldens)
		for _, s := range all {
			out = append(out, s[version.Load()])
		}
		for i := range out {
			out[i].name = collection(out[i].name)
		}
		return out
	}

	stored := filepath.Join(work, "stored")
	config, err := configure(work, stored, server.URL, texts())
	if err != nil {
		return err
	}
	for v := range versions {
		version.Store(int32(v))
		began := time.Now()
		// An emptied feed must be let through: without the flag vdirsyncer keeps
		// what it has and asks whether that was meant.
		steps := [][]string{{"sync", "--force-delete"}}
		if v == 0 {
			steps = append([][]string{{"discover"}}, steps...)
		}
		for _, step := range steps {
			if out, err := exec.Command("vdirsyncer", append([]string{"--config", config, "--verbosity", "WARNING"}, step...)...).CombinedOutput(); err != nil {
				return fmt.Errorf("vdirsyncer %s: %w: %s", step[0], err, last(string(out)))
			}
		}
		var readings []reading
		for _, t := range texts() {
			readings = append(readings, readStored(stored, t.name))
		}
		events, differences := judge(texts(), readings, unnamed)
		report(fmt.Sprintf("vdirsyncer%d", v+1), began, events, differences)

		began = time.Now()
		readings, err := readWith(python, foreign+"/read_khal.py", stored, filepath.Join(work, "khal.db"))
		if err != nil {
			return fmt.Errorf("khal: %w", err)
		}
		events, differences = judge(texts(), readings, unnamed)
		report(fmt.Sprintf("khal%d", v+1), began, events, differences)
	}
	return nil
}

// collection is the name of a feed without its version.
func collection(name string) string {
	if strings.HasPrefix(name, "golden-") {
		return name
	}
	return name[:strings.LastIndexByte(name, '-')]
}

// serve gives the feeds as the product does, in the version that is due, and the
// golden files as they are.
func serve(all []series, goldens []text, version *atomic.Int32) http.Handler {
	feeds := map[string]series{}
	for _, s := range all {
		feeds[collection(s[0].name)] = s
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/golden/{file}", func(w http.ResponseWriter, r *http.Request) {
		for _, g := range goldens {
			if g.name+".ics" == r.PathValue("file") {
				w.Write(g.bytes)
				return
			}
		}
		http.NotFound(w, r)
	})
	find := func(_ context.Context, token, _ string) (calendar.Found, error) {
		s, known := feeds[token]
		if !known {
			return calendar.Found{}, calendar.ErrNotFound
		}
		now := s[version.Load()]
		return calendar.Found{Key: now.name, Load: func(context.Context) (calendar.Content, error) { return now.feed, nil }}, nil
	}
	mux.Handle("/calendar/{file}", calendar.Handler(find, slog.New(slog.DiscardHandler)))
	return mux
}

// configure writes the configuration of vdirsyncer: a pair of storages for each
// feed.
func configure(work, stored, base string, texts []text) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "[general]\nstatus_path = %q\n", filepath.Join(work, "status"))
	for _, t := range texts {
		folder, address := filepath.Join(stored, t.name), base+"/calendar/"+t.name+".ics"
		if strings.HasPrefix(t.name, "golden-") {
			address = base + "/golden/" + t.name + ".ics"
		}
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", err
		}
		name := strings.ReplaceAll(t.name, "-", "_")
		fmt.Fprintf(&out, "[pair %s]\na = \"%[1]s_feed\"\nb = \"%[1]s_folder\"\ncollections = null\nconflict_resolution = \"a wins\"\n", name)
		fmt.Fprintf(&out, "[storage %s_feed]\ntype = \"http\"\nurl = %q\n", name, address)
		fmt.Fprintf(&out, "[storage %s_folder]\ntype = \"filesystem\"\npath = %q\nfileext = \".ics\"\n", name, folder)
	}
	file := filepath.Join(work, "vdirsyncer")
	return file, os.WriteFile(file, []byte(out.String()), 0o600)
}

// readStored reads what vdirsyncer stored of a feed: a file for each event.
func readStored(stored, name string) reading {
	r := reading{Feed: name}
	files, err := filepath.Glob(filepath.Join(stored, name, "*.ics"))
	for _, file := range files {
		var content []byte
		var events []event
		if content, err = os.ReadFile(file); err == nil {
			events, err = readGoICal(content)
		}
		if err != nil {
			break
		}
		r.Events = append(r.Events, events...)
	}
	if err != nil {
		r.Error = err.Error()
	}
	return r
}
