package reference

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with one cell or line. Reading and
// validating report all of them at once, joined with [errors.Join]; get at one
// with [errors.As].
type Problem struct {
	File   string // name of a shipped file; "" when the input was a reader
	Line   int    // 1 is the header or the first line; 0 = the file as a whole
	Column string // "" = the line as a whole
	Reason string // the problem and the fix
}

// Error gives "theme.csv:12: tier: 4 is not in 1..3".
func (p Problem) Error() string {
	var where []string
	switch {
	case p.File != "" && p.Line > 0:
		where = append(where, fmt.Sprintf("%s:%d", p.File, p.Line))
	case p.File != "":
		where = append(where, p.File)
	case p.Line > 0:
		where = append(where, fmt.Sprintf("line %d", p.Line))
	}
	if p.Column != "" {
		where = append(where, p.Column)
	}
	return strings.Join(append(where, p.Reason), ": ")
}

// maxProblems bounds the report on a file that is not what it should be: a
// national list has hundreds of thousands of lines.
const maxProblems = 1000

// problems collects what is wrong. The zero value is empty.
type problems struct {
	found []error
	more  int
}

func (p *problems) add(file string, line int, column, format string, args ...any) {
	if len(p.found) == maxProblems {
		p.more++
		return
	}
	p.found = append(p.found, Problem{File: file, Line: line, Column: column, Reason: fmt.Sprintf(format, args...)})
}

// row addresses the i-th row of a file with a header, one row a line.
func (p *problems) row(file string, i int) row {
	return row{problems: p, file: file, line: i + 2}
}

// err joins what was found; nil when there is nothing.
func (p *problems) err() error {
	if p.more == 0 {
		return errors.Join(p.found...)
	}
	return errors.Join(append(p.found, fmt.Errorf("and %d more problems", p.more))...)
}

// row is a place to report problems at.
type row struct {
	problems *problems
	file     string
	line     int
}

func (r row) bad(column, format string, args ...any) {
	r.problems.add(r.file, r.line, column, format, args...)
}
