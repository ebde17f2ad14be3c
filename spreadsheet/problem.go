package spreadsheet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with one cell, row or file.
type Problem struct {
	File   string
	Line   int    // from 1, where the cell begins; 0 = the file as a whole
	Column int    // from 1, the place of the cell in its row; 0 = there is no such cell
	Header string // the name of the column; "" = the row or the file as a whole
	Reason string // the problem and the fix
}

// Error gives `organisaties.csv:4: gemeente: "Goude" is not a municipality; did
// you mean Gouda?`.
func (p Problem) Error() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	if p.Header != "" {
		where += ": " + p.Header
	}
	return where + ": " + p.Reason
}

// maxProblems bounds the report on a file that is not what it should be.
const maxProblems = 200

// Problems are what is wrong with one file: the first 200 found, and how many
// more there are. The zero value is none.
type Problems struct {
	List []Problem
	More int
}

// Add notes a problem.
func (p *Problems) Add(problem Problem) {
	p.note(func() Problem { return problem })
}

// note notes a problem whose words are only sought when they will be read: in
// the wrong file every cell may be one.
func (p *Problems) note(problem func() Problem) {
	if len(p.List) == maxProblems {
		p.More++
		return
	}
	p.List = append(p.List, problem())
}

// Err gives the problems as one error, in the order of the file; nil when there
// are none.
func (p *Problems) Err() error {
	if len(p.List) == 0 {
		return nil
	}
	slices.SortStableFunc(p.List, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return p
}

// Error gives one problem a line.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List), len(p.List)+1)
	for i, problem := range p.List {
		lines[i] = problem.Error()
	}
	if p.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", p.More))
	}
	return strings.Join(lines, "\n")
}
