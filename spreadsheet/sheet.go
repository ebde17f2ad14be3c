package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"expex/engine"
)

// Bounds of a file.
const (
	maxBytes   = 5 << 20
	maxRows    = 10_000
	maxColumns = 200
	maxCell    = 4000 // characters, where the column sets no lower limit
)

// column is what is known of a column before a file is read.
type column struct {
	name     string
	also     []string // other names, the English one first
	required bool     // in the header, and no cell of it empty
	private  bool     // no problem repeats its cells
	prose    bool     // line breaks are part of the text
	limit    int      // characters, 0 = maxCell
}

// layout is the columns of one kind of file.
type layout struct {
	kind    string // in the plural, for messages
	columns []column
}

// layouts are the kinds of file there are.
var layouts = []layout{organisationLayout, expertLayout, requestLayout}

func (l layout) find(title string) (column, bool) {
	folded := fold(title)
	for _, c := range l.columns {
		if folded == fold(c.name) || slices.ContainsFunc(c.also, func(also string) bool { return folded == fold(also) }) {
			return c, true
		}
	}
	return column{}, false
}

// named is the column a reader names.
func (l layout) named(name string) column {
	return l.columns[slices.IndexFunc(l.columns, func(c column) bool { return c.name == name })]
}

func (l layout) names() string {
	names := make([]string, len(l.columns))
	for i, c := range l.columns {
		names[i] = c.name
	}
	return strings.Join(names, "; ")
}

// sheet is a file taken apart: rows of cells under the columns of a layout.
type sheet struct {
	file     string
	layout   layout
	at       map[string]int // where each column stands that the file has
	titles   []string       // the header
	rows     []*row
	lines    map[string]int // where each key was first seen
	problems Problems
}

// open reads a file as far as it can be read without knowing what it says.
func open(file string, r io.Reader, l layout) *sheet {
	s := &sheet{file: file, layout: l, at: map[string]int{}, lines: map[string]int{}}
	text, err := readText(r)
	if err != nil {
		s.problem(0, "%v", err)
		return s
	}
	records := csv.NewReader(bytes.NewReader(text))
	records.Comma = separator(text)
	records.FieldsPerRecord = -1
	for header := true; ; {
		cells, err := records.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			s.problem(syntax.StartLine, "a quote in it cannot be read: put quotes around the whole cell and double those inside it")
			if header {
				return s
			}
			continue
		}
		line, _ := records.FieldPos(0)
		switch {
		case blank(cells) || header && cells[0] == "sep=": // Excel's own hint about the separator
		case header:
			header = false
			if !s.readHeader(line, cells) {
				return s
			}
		case len(s.rows) == maxRows:
			s.problem(line, "more than %d rows: split the file", maxRows)
			return s
		default:
			s.addRow(cells, func(i int) int { line, _ := records.FieldPos(i); return line })
		}
	}
	if s.titles == nil {
		s.problem(0, "is empty: the first line names the columns: %s", l.names())
	}
	return s
}

// readText gives the file without its byte order mark, or why it cannot be read.
func readText(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	const fix = `in Excel choose Save as, "CSV UTF-8" (bewaar als CSV UTF-8)`
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot be read: %w", err)
	case len(text) > maxBytes:
		return nil, fmt.Errorf("has more than %d MiB: split the file", maxBytes>>20)
	case bytes.HasPrefix(text, []byte("PK\x03\x04")):
		return nil, errors.New("is a workbook and not a CSV file: " + fix)
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		return nil, errors.New("is UTF-16 and not UTF-8: " + fix)
	case !utf8.Valid(text):
		return nil, fmt.Errorf("is not UTF-8 (see line %d), but probably Windows-1252: %s", invalidLine(text), fix)
	case bytes.ContainsRune(text, '\r') && !bytes.ContainsRune(text, '\n'):
		return nil, errors.New("has the line ends of an old Macintosh: " + fix)
	}
	return text, nil
}

func invalidLine(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return 1 + bytes.Count(text[:i], []byte("\n"))
		}
		i += size
	}
	return 0
}

// separator is the semicolon or the comma, whichever the first line that has one
// of them outside quotes has more of.
func separator(text []byte) rune {
	semicolons, commas, quoted := 0, 0, false
	for _, b := range text {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == ';':
			semicolons++
		case b == ',':
			commas++
		}
		if b == '\n' && semicolons+commas > 0 {
			break
		}
	}
	if commas > semicolons {
		return ','
	}
	return ';'
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// readHeader finds the columns. It reports false where the rows would say
// nothing: the file is of another kind, or has no header at all.
func (s *sheet) readHeader(line int, titles []string) bool {
	for len(titles) > 0 && strings.TrimSpace(titles[len(titles)-1]) == "" {
		titles = titles[:len(titles)-1]
	}
	s.titles = titles
	if len(titles) > maxColumns {
		s.problem(line, "names %d columns: remove those that are not known: %s", len(titles), s.layout.names())
		return false
	}
	known := func(l layout) (n int) {
		for _, title := range titles {
			if _, ok := l.find(title); ok {
				n++
			}
		}
		return n
	}
	mine := known(s.layout)
	for _, other := range layouts {
		if known(other) > mine {
			s.problem(line, "these are the columns of %s: this is the wrong file, or the wrong command", other.kind)
			return false
		}
	}
	if mine == 0 {
		// Without a header this would be somebody's row: do not repeat it.
		s.problem(line, "names no known column; the first line must name them: %s", s.layout.names())
		return false
	}
	for i, title := range titles {
		c, ok := s.layout.find(title)
		_, twice := s.at[c.name]
		switch {
		case ok && !twice:
			s.at[c.name] = i
		case ok:
			s.cellProblem(line, i, c.name, "is there twice: keep one column")
		case fold(title) != "":
			s.cellProblem(line, i, "", "%.40q is not a column%s", strings.TrimSpace(title), s.meant(title))
		}
	}
	for _, c := range s.layout.columns {
		if _, ok := s.at[c.name]; c.required && !ok {
			s.problem(line, "the column %s is missing", c.name)
		}
	}
	return true
}

// meant names the column that was probably meant, else all of them.
func (s *sheet) meant(title string) string {
	var spelling speller
	for _, c := range s.layout.columns {
		spelling.add(c.name)
		spelling.add(c.also...)
	}
	if near := spelling.nearest(title); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; known are " + s.layout.names()
}

func (s *sheet) addRow(cells []string, lineOf func(int) int) {
	r := &row{sheet: s, cells: cells, bad: map[string]bool{}, says: map[string]any{}}
	r.Origin = Origin{File: s.file, Line: lineOf(0), at: s.at, lines: make([]int, len(cells))}
	for i := range cells {
		r.lines[i] = lineOf(i)
	}
	for _, c := range s.layout.columns {
		limit := c.limit
		if limit == 0 {
			limit = maxCell
		}
		text := r.cell(c.name)
		if err := engine.CheckText("", text, limit); err != nil {
			r.refuse(c.name, "%s", strings.TrimPrefix(message(err), ": "))
		} else if c.required && text == "" && r.Has(c.name) {
			r.refuse(c.name, "is empty")
		}
	}
	for i, cell := range cells {
		if named := i < len(s.titles) && fold(s.titles[i]) != ""; !named && strings.TrimSpace(cell) != "" {
			s.cellProblem(r.lines[i], i, "", "cell %d has no column: put quotes around a cell that holds a separator", i+1)
			break
		}
	}
	s.rows = append(s.rows, r)
}

func (s *sheet) problem(line int, format string, args ...any) {
	s.problems.Add(Problem{File: s.file, Line: line, Reason: fmt.Sprintf(format, args...)})
}

func (s *sheet) cellProblem(line, i int, header, format string, args ...any) {
	s.problems.Add(Problem{File: s.file, Line: line, Column: i + 1, Header: header, Reason: fmt.Sprintf(format, args...)})
}
