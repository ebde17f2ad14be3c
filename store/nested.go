package store

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/jmoiron/sqlx/reflectx"
)

// nested are rows that come within a row of another statement, so that what
// belongs together is one statement and one plan:
//
//	(select json_agg(x) from (select … order by …) x) as trainings
//
// Their columns find the fields of T as those of a statement of their own do.
type nested[T any] []T

var columns = reflectx.NewMapperFunc("db", snake)

// Scan reads what json_agg gives, null for no rows.
func (n *nested[T]) Scan(src any) error {
	*n = nil
	text, ok := src.([]byte)
	switch {
	case src == nil || string(text) == "null":
		return nil
	case !ok:
		return fmt.Errorf("cannot read rows from %T", src)
	}
	fields := columns.TypeMap(reflect.TypeFor[T]())
	return each(text, func(object []byte) error {
		*n = append(*n, *new(T))
		row := reflect.ValueOf(&(*n)[len(*n)-1]).Elem()
		var name []byte // a column comes before its value
		return each(object, func(value []byte) error {
			if name == nil {
				name = value[1 : len(value)-1]
				return nil
			}
			field, known := fields.Names[string(name)]
			if !known {
				return fmt.Errorf("missing destination name %s in %T", name, *n)
			}
			if err := decode(value, reflectx.FieldByIndexes(row, field.Index)); err != nil {
				return fmt.Errorf("read %s: %w", name, err)
			}
			name = nil
			return nil
		})
	})
}

// UnmarshalJSON reads rows within rows.
func (n *nested[T]) UnmarshalJSON(text []byte) error { return n.Scan(text) }

// each calls do for what is in a list, or for the names and values of an object
// in turn. It trusts the text to be what the database makes, JSON without faults.
// It is here because json.Decoder took three times as long and twenty times as many allocations.
func each(text []byte, do func(value []byte) error) error {
	begins, depth, quoted := 1, 0, false
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[', c == '{':
			depth++
		case depth > 0 && (c == ']' || c == '}'):
			depth--
		case depth == 0 && (c == ',' || c == ':' || c == ']' || c == '}'):
			if value := bytes.TrimSpace(text[begins:i]); len(value) > 0 {
				if err := do(value); err != nil {
					return err
				}
			}
			begins = i + 1
		}
	}
	return nil
}

// decode reads a value as the column would be read: dates and times of day have
// their own way, as has nothing that is an array. Instants are in UTC.
func decode(value []byte, field reflect.Value) error {
	into := field.Addr().Interface()
	switch at := into.(type) {
	case *time.Time:
		err := at.UnmarshalJSON(value)
		*at = at.UTC()
		return err
	case **time.Time:
		err := json.Unmarshal(value, at)
		if *at != nil {
			**at = (*at).UTC()
		}
		return err
	}
	scanner, scans := into.(sql.Scanner)
	scans = scans && field.Kind() != reflect.Slice
	switch {
	case scans && string(value) == "null":
		return nil
	case (scans || field.Kind() == reflect.String) && value[0] == '"' && bytes.IndexByte(value, '\\') < 0:
		text := string(value[1 : len(value)-1])
		if scans {
			return scanner.Scan(text)
		}
		field.SetString(text)
		return nil
	case scans:
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return err
		}
		return scanner.Scan(text)
	}
	return json.Unmarshal(value, into)
}
