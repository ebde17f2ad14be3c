package busy

import (
	"bytes"
	"strings"
)

// kept are the properties that are read. The guard drops all others, so that
// nothing behind it has ever seen a title, a place or a person.
var kept = map[string]bool{
	"DTSTART": true, "DTEND": true, "DURATION": true,
	"RRULE": true, "EXRULE": true, "RDATE": true, "EXDATE": true, "RECURRENCE-ID": true,
	"UID":    true, // which events belong together
	"STATUS": true, "TRANSP": true, "X-MICROSOFT-CDO-BUSYSTATUS": true,
	"FREEBUSY": true, "PRIORITY": true, "BUSYTYPE": true,
	"TZID": true, "TZOFFSETFROM": true, "TZOFFSETTO": true, "X-LIC-LOCATION": true,
}

// placed are the components that stand directly in a VCALENDAR.
var placed = map[string]bool{"VEVENT": true, "VFREEBUSY": true, "VAVAILABILITY": true, "VTIMEZONE": true}

// guard makes a text safe to decode. It gives each VCALENDAR in it as text of
// its own: components that open and close in turn, and between them only
// properties that are kept and well-formed. Malformed counts kept lines that
// are not content lines (RFC 5545 section 3.1); their values are emptied.
//
// The decoder panics on two kinds of malformed parameters, takes quadratic time
// on long ones, overflows the stack on deep nesting, and stops at a byte order
// mark and after the first VCALENDAR. None of that gets through.
func guard(text []byte) (calendars []string, malformed int, refusal RefusalCode) {
	if len(text) > MaxBytes {
		return nil, 0, TooLarge
	}
	var (
		open []string // the components around the line
		out  strings.Builder
	)
	for _, line := range unfold(text) {
		name, rest := splitName(line)
		switch {
		case name == "BEGIN":
			component := strings.ToUpper(strings.TrimSpace(strings.TrimPrefix(rest, ":")))
			if len(open) == 0 && component != "VCALENDAR" {
				return nil, 0, misplaced(calendars)
			}
			if !isName(component) {
				return nil, 0, Malformed
			}
			if len(open) == maxDepth {
				return nil, 0, TooDeep
			}
			if placed[component] && len(open) != 1 || component == "VCALENDAR" && len(open) != 0 {
				return nil, 0, Malformed // the END of the one before is lost, and what is whose with it
			}
			open = append(open, component)
			out.WriteString("BEGIN:" + component + "\r\n")
		case name == "END":
			component := strings.ToUpper(strings.TrimSpace(strings.TrimPrefix(rest, ":")))
			if len(open) == 0 || open[len(open)-1] != component {
				return nil, 0, Malformed
			}
			open = open[:len(open)-1]
			out.WriteString("END:" + component + "\r\n")
			if len(open) == 0 {
				calendars = append(calendars, out.String())
				out.Reset()
			}
		case len(open) == 0:
			// A note behind a calendar is no harm. In front of one it means that
			// this is something else: a web page, or an error of the server.
			if len(calendars) == 0 {
				return nil, 0, NotACalendar
			}
		case kept[name]:
			if len(line) > maxLine {
				return nil, 0, LineTooLong
			}
			switch checkLine(line) {
			case lineGood:
				out.WriteString(line + "\r\n")
			case lineMalformed:
				// Present and unreadable, not absent: an event without an end
				// would take no time.
				out.WriteString(name + ":\r\n")
				malformed++
			case lineTooLong:
				return nil, 0, LineTooLong
			}
		}
	}
	switch {
	case len(open) > 0:
		return nil, 0, Truncated
	case len(calendars) == 0:
		return nil, 0, NotACalendar
	}
	return calendars, malformed, ""
}

// misplaced is the refusal for a component that stands outside a VCALENDAR.
func misplaced(calendars []string) RefusalCode {
	if len(calendars) == 0 {
		return NotACalendar
	}
	return Malformed
}

// unfold splits a text into its lines, whatever ends them, and joins those that
// were folded (RFC 5545 section 3.1). Empty lines count for nothing, not even
// in the middle of a folded line: some servers write CR CR LF. A byte order
// mark may also stand between files that were put one after the other.
func unfold(text []byte) []string {
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	var (
		lines []string
		line  []byte
	)
	end := func() {
		if trimmed := strings.TrimSpace(strings.TrimPrefix(string(line), "\ufeff")); trimmed != "" {
			lines = append(lines, trimmed)
		}
		line = line[:0]
	}
	for piece := range bytes.SplitSeq(text, []byte("\n")) {
		switch {
		case len(piece) == 0:
		case piece[0] == ' ' || piece[0] == '\t':
			line = append(line, piece[1:]...)
		default:
			end()
			line = append(line, piece...)
		}
	}
	end()
	return lines
}

// splitName gives the name of a content line in capitals, and what follows it.
func splitName(line string) (name, rest string) {
	i := strings.IndexAny(line, ";:")
	if i < 0 {
		i = len(line)
	}
	return strings.ToUpper(line[:i]), line[i:]
}

// isName reports whether s is a name of RFC 5545 section 3.1. Underscores are
// not in the grammar and are in calendars.
func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

type lineKind int

const (
	lineGood lineKind = iota
	lineMalformed
	lineTooLong
)

// checkLine holds a line against the grammar of content lines:
//
//	name *(";" name "=" value *("," value)) ":" anything
//
// where value is quoted, or free of the characters that separate.
func checkLine(line string) lineKind {
	name, rest := splitName(line)
	if !isName(name) {
		return lineMalformed
	}
	for strings.HasPrefix(rest, ";") {
		name, values, found := strings.Cut(rest[1:], "=")
		if !found || !isName(name) {
			return lineMalformed
		}
		size := len(name)
		for {
			n := valueLength(values)
			if n < 0 {
				return lineMalformed
			}
			if size += n; size > maxParameter {
				return lineTooLong
			}
			values = values[n:]
			if !strings.HasPrefix(values, ",") {
				break
			}
			values = values[1:]
		}
		rest = values
	}
	if !strings.HasPrefix(rest, ":") || strings.ContainsRune(rest, 0) {
		return lineMalformed
	}
	return lineGood
}

// valueLength is the length of the parameter value at the start of s, or -1 if
// it has no end.
func valueLength(s string) int {
	if strings.HasPrefix(s, `"`) {
		i := strings.IndexByte(s[1:], '"')
		if i < 0 || i+2 == len(s) {
			return -1
		}
		return i + 2
	}
	i := strings.IndexAny(s, `",;:`)
	if i < 0 || s[i] == '"' {
		return -1
	}
	return i
}
