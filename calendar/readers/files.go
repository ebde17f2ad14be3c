package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// foreign is where the programs of the readers are. Each is given a folder and
// prints, for each .ics file in it, a line of JSON: [reading].
const foreign = "calendar/readers/foreign"

// python is that of the system, whose packages icalendar, vobject and khal are.
const python = "/usr/bin/python3"

type reading struct {
	Feed   string  `json:"feed"`
	Events []event `json:"events"`
	Error  string  `json:"error"`
}

// reporter is told what a reader found.
type reporter func(reader string, began time.Time, events int, differences []string)

// readFiles lets those readers read that take a file.
func readFiles(work string, all []series, goldens []text, report reporter) error {
	folder := filepath.Join(work, "files")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	texts := goldens
	for _, s := range all {
		texts = append(texts, s[:]...)
	}
	for _, t := range texts {
		if err := os.WriteFile(filepath.Join(folder, t.name+".ics"), t.bytes, 0o600); err != nil {
			return err
		}
	}

	began := time.Now()
	var readings []reading
	for _, t := range texts {
		r := reading{Feed: t.name}
		var err error
		if r.Events, err = readGoICal(t.bytes); err != nil {
			r.Error = err.Error()
		}
		readings = append(readings, r)
	}
	events, differences := judge(texts, readings, named)
	report("go-ical", began, events, differences)

	libical := filepath.Join(work, "libical")
	if out, err := exec.Command("gcc", "-O2", "-Wall", "-Wextra", "-Werror", filepath.Join(foreign, "libical.c"), "-lical", "-o", libical).CombinedOutput(); err != nil {
		return fmt.Errorf("compile libical.c: %w: %s", err, out)
	}
	for _, r := range []struct {
		name    string
		program []string
	}{
		{"ical.js", []string{"node", foreign + "/icaljs.js"}},
		{"node-ical", []string{"node", foreign + "/nodeical.js"}},
		{"icalendar", []string{python, foreign + "/read_icalendar.py"}},
		{"vobject", []string{python, foreign + "/read_vobject.py"}},
		{"libical", []string{libical}},
	} {
		began := time.Now()
		readings, err := readWith(append(r.program, folder)...)
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		events, differences := judge(texts, readings, named)
		report(r.name, began, events, differences)
	}
	return nil
}

// readWith runs a reader and takes in what it prints.
func readWith(program ...string) ([]reading, error) {
	var out, problems bytes.Buffer
	c := exec.Command(program[0], program[1:]...)
	c.Stdout, c.Stderr = &out, &problems
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, last(problems.String()))
	}
	var readings []reading
	for line := range bytes.Lines(out.Bytes()) {
		var r reading
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("%w in %q", err, line)
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// last is the end of what a program said.
func last(said string) string { return strings.TrimSpace(said[max(0, len(said)-2_000):]) }

func named(events []event) []event { return events }

// judge compares the readings with the texts, in the form that the reader can
// know, and counts the events that were read.
func judge(texts []text, readings []reading, form func([]event) []event) (events int, differences []string) {
	read := map[string]reading{}
	for _, r := range readings {
		read[r.Feed] = r
		events += len(r.Events)
	}
	if len(read) != len(texts) || len(readings) != len(texts) {
		differences = append(differences, fmt.Sprintf("%d feeds read, want %d", len(readings), len(texts)))
	}
	for _, t := range texts {
		r, found := read[t.name]
		switch {
		case !found:
			differences = append(differences, t.name+": not read")
		case r.Error != "":
			differences = append(differences, t.name+": "+r.Error)
		default:
			differences = append(differences, compare(t.name, form(t.want), form(r.Events))...)
		}
	}
	return events, differences
}
