package reference

import (
	"encoding"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readTable reads a comma-separated file into rows of T. The header must be the
// JSON names of T's fields in their order, so that a file, its struct and the
// table in the database cannot drift apart. Every row takes exactly one line.
func readTable[T any](files fs.FS, file string, p *problems) []T {
	f, err := files.Open(file)
	if err != nil {
		p.add(file, 0, "", "cannot open it: %v", err)
		return nil
	}
	defer f.Close()

	want := columnsOf(reflect.TypeFor[T]())
	r := csv.NewReader(f)
	r.FieldsPerRecord = len(want)
	header, err := r.Read()
	if err != nil || !slices.Equal(header, want) {
		p.add(file, 1, "", "the header must be %s", strings.Join(want, ","))
		return nil
	}
	var rows []T
	for i := 0; ; i++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		at := p.row(file, i)
		if err != nil {
			at.bad("", "%v", err)
			if errors.Is(err, csv.ErrFieldCount) {
				continue
			}
			return rows
		}
		if line, _ := r.FieldPos(len(cells) - 1); line != at.line {
			at.bad("", "a row takes one line: leave out empty lines and line breaks inside a cell")
			return rows
		}
		var row T
		fields := reflect.ValueOf(&row).Elem()
		for c, cell := range cells {
			if err := setCell(fields.Field(c), cell); err != nil {
				at.bad(want[c], "%v", err)
			}
		}
		rows = append(rows, row)
	}
}

// columnsOf gives the JSON names of the fields of a row.
func columnsOf(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("json")
	}
	return names
}

// setCell reads one cell into a field. An empty cell leaves a pointer nil.
func setCell(field reflect.Value, cell string) error {
	if !utf8.ValidString(cell) {
		return errors.New("not UTF-8: save the file as UTF-8")
	}
	if cell != strings.TrimSpace(cell) {
		return fmt.Errorf("%.40q has spaces around it: remove them", cell)
	}
	if u, ok := field.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(cell))
	}
	switch field.Kind() {
	case reflect.Pointer:
		if cell == "" {
			return nil
		}
		field.Set(reflect.New(field.Type().Elem()))
		return setCell(field.Elem(), cell)
	case reflect.String:
		field.SetString(cell)
	case reflect.Int:
		n, err := strconv.Atoi(cell)
		if err != nil {
			return fmt.Errorf("%.40q is not a whole number", cell)
		}
		field.SetInt(int64(n))
	case reflect.Float64:
		x, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%.40q is not a number", cell)
		}
		field.SetFloat(x)
	case reflect.Bool:
		if cell != "true" && cell != "false" {
			return fmt.Errorf("%.40q is neither true nor false", cell)
		}
		field.SetBool(cell == "true")
	default:
		return fmt.Errorf("a column of type %s cannot be read", field.Type())
	}
	return nil
}
