package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-ical"
)

// event is what a reader made of an event, in a form that belongs to none of
// them. The programs in foreign/ print it as JSON.
type event struct {
	UID          string `json:"uid"`
	Start        string `json:"start"` // RFC 3339 in UTC, whole seconds, as all times here
	End          string `json:"end"`
	Sequence     int    `json:"sequence"`
	Status       string `json:"status"`
	Summary      string `json:"summary"`
	Location     string `json:"location"` // "" if there is none
	LastModified string `json:"lastModified"`
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// compare lists where got differs from want. The order of events is no matter.
func compare(name string, want, got []event) []string {
	var out []string
	differs := func(uid, field string, want, got any) {
		out = append(out, fmt.Sprintf("%s: event %s: %s is %q, want %q", name, uid, field, fmt.Sprint(got), fmt.Sprint(want)))
	}
	if len(want) != len(got) {
		out = append(out, fmt.Sprintf("%s: %d events, want %d", name, len(got), len(want)))
	}
	want, got = slices.SortedFunc(slices.Values(want), inOrder), slices.SortedFunc(slices.Values(got), inOrder)
	for i := range min(len(want), len(got)) {
		w, g := want[i], got[i]
		for _, f := range []struct {
			field     string
			want, got any
		}{
			{"uid", w.UID, g.UID}, {"start", w.Start, g.Start}, {"end", w.End, g.End}, {"sequence", w.Sequence, g.Sequence}, {"status", w.Status, g.Status},
			{"summary", w.Summary, g.Summary}, {"location", w.Location, g.Location}, {"lastModified", w.LastModified, g.LastModified},
		} {
			if f.want != f.got {
				differs(w.UID, f.field, f.want, f.got)
			}
		}
	}
	return out
}

func inOrder(a, b event) int {
	return cmp.Or(cmp.Compare(a.UID, b.UID), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Status, b.Status),
		cmp.Compare(a.Location, b.Location), cmp.Compare(a.Sequence, b.Sequence))
}

// unnamed leaves out the UIDs: vdirsyncer gives the events of a subscription
// names of its own, made from their content.
func unnamed(events []event) []event {
	out := slices.Clone(events)
	for i := range out {
		out[i].UID = ""
	}
	return out
}

// readGoICal reads with go-ical.
func readGoICal(content []byte) ([]event, error) {
	c, err := ical.NewDecoder(bytes.NewReader(content)).Decode()
	if err != nil {
		return nil, err
	}
	var out []event
	for _, e := range c.Events() {
		read := func(name string) string {
			text, textErr := e.Props.Text(name)
			err = cmp.Or(err, textErr)
			return text
		}
		at := func(name string) string {
			t, timeErr := e.Props.DateTime(name, nil)
			err = cmp.Or(err, timeErr)
			return instant(t)
		}
		sequence, numberErr := e.Props.Get(ical.PropSequence).Int()
		out = append(out, event{
			UID: read(ical.PropUID), Start: at(ical.PropDateTimeStart), End: at(ical.PropDateTimeEnd), Sequence: sequence, Status: read(ical.PropStatus),
			Summary: read(ical.PropSummary), Location: read(ical.PropLocation), LastModified: at(ical.PropLastModified),
		})
		if err = cmp.Or(err, numberErr); err != nil {
			return nil, err
		}
	}
	return out, nil
}
