package spreadsheet

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"expex/engine"
)

// Hash names what a row says. It is the same for the same row in another order
// of columns, with another separator, or with a date written in another way.
type Hash [sha256.Size]byte

// Origin says where a row comes from.
type Origin struct {
	File string
	Line int    // from 1, where the row begins
	Key  string // its code, unique in the file
	Hash Hash

	at    map[string]int
	lines []int
}

// Source gives the origin itself, of whichever kind of row.
func (o Origin) Source() Origin { return o }

// Has reports whether the file has the column. What a file has no column for it
// says nothing about; an empty cell says that there is nothing.
func (o Origin) Has(header string) bool {
	_, ok := o.at[header]
	return ok
}

// Problem is one with the cell under the header, which the file may lack.
func (o Origin) Problem(header, format string, args ...any) Problem {
	p := Problem{File: o.File, Line: o.Line, Header: header, Reason: fmt.Sprintf(format, args...)}
	if i, ok := o.at[header]; ok {
		p.Column = i + 1
		if i < len(o.lines) {
			p.Line = o.lines[i]
		}
	}
	return p
}

// row is one row while it is read.
type row struct {
	Origin
	sheet *sheet
	cells []string
	bad   map[string]bool // columns with a problem
	says  map[string]any  // what each filled cell means
}

// cell gives the text of a cell without the space around it; "" when the file
// has no such column or the cell has a problem already.
func (r *row) cell(name string) string {
	if i, ok := r.at[name]; ok && i < len(r.cells) && !r.bad[name] {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

func (r *row) refuse(name, format string, args ...any) {
	r.bad[name] = true
	r.sheet.problems.note(func() Problem { return r.Problem(name, format, args...) })
}

// refuseText refuses what a cell says, and repeats it where that is harmless.
func (r *row) refuseText(name, before, text string, err error) {
	r.bad[name] = true
	r.sheet.problems.note(func() Problem {
		if !r.sheet.layout.named(name).private {
			before += fmt.Sprintf("%.40q ", text)
		}
		return r.Problem(name, "%s%s", before, message(err))
	})
}

// rowsOf gives the rows, or all the problems and no row.
func rowsOf[R any](s *sheet, rows []R) ([]R, error) {
	if err := s.problems.Err(); err != nil {
		return nil, err
	}
	return rows, nil
}

// done closes the row: its key and its hash.
func (r *row) done() Origin {
	r.Key, _ = r.says[keyColumn].(string)
	if first, twice := r.sheet.lines[r.Key]; twice && r.Key != "" {
		r.refuse(keyColumn, "is on line %d already: give every row a code of its own", first)
	} else {
		r.sheet.lines[r.Key] = r.Line
	}
	text, _ := json.Marshal(r.says) // by name; nothing in it can fail: text, numbers, times of this era
	r.Hash = sha256.Sum256(text)
	return r.Origin
}

// read gives what a cell means, the zero value when it is empty or means nothing.
func read[T any](r *row, name string, parse func(string) (T, error)) (v T) {
	text := strings.Join(strings.Fields(r.cell(name)), " ")
	if text == "" {
		return v
	}
	v, err := parse(text)
	if err != nil {
		r.refuseText(name, "", text, err)
		return *new(T)
	}
	r.says[name] = v
	return v
}

// maxItems bounds the values in one cell.
const maxItems = 60

// list gives what each of the values in a cell means.
func list[T comparable](r *row, name string, parse func(string) (T, error)) []T {
	var out []T
	items := strings.FieldsFunc(r.cell(name), func(c rune) bool { return c == '|' || c == '\n' })
	if len(items) > maxItems {
		r.refuse(name, "holds %d values: give at most %d", len(items), maxItems)
		return nil
	}
	for i, item := range items {
		item = strings.Join(strings.Fields(item), " ")
		if item == "" {
			continue
		}
		v, err := parse(item)
		if err == nil && slices.Contains(out, v) {
			err = errors.New("is there twice")
		}
		if err != nil {
			r.refuseText(name, ordinal(i+1)+" item ", item, err)
			continue
		}
		out = append(out, v)
	}
	if len(out) > 0 {
		r.says[name] = out
	}
	return out
}

// prose gives a text with its line breaks.
func (r *row) prose(name string) string {
	text := r.cell(name)
	if text != "" {
		r.says[name] = text
	}
	return text
}

func ordinal(n int) string {
	suffix := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n) + suffix
}

// message is the text of an error without the code of an engine error.
func message(err error) string {
	var known *engine.Error
	if errors.As(err, &known) {
		return known.Message
	}
	return err.Error()
}
