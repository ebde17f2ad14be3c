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
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil { // [
		return err
	}
	fields := columns.TypeMap(reflect.TypeFor[T]())
	for d.More() {
		*n = append(*n, *new(T))
		row := reflect.ValueOf(&(*n)[len(*n)-1]).Elem()
		if _, err := d.Token(); err != nil { // {
			return err
		}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return err
			}
			field, known := fields.Names[name.(string)]
			if !known {
				return fmt.Errorf("missing destination name %s in %T", name, *n)
			}
			if err := decode(d, reflectx.FieldByIndexes(row, field.Index)); err != nil {
				return fmt.Errorf("read %s: %w", name, err)
			}
		}
		if _, err := d.Token(); err != nil { // }
			return err
		}
	}
	return nil
}

// UnmarshalJSON reads rows within rows.
func (n *nested[T]) UnmarshalJSON(text []byte) error { return n.Scan(text) }

// decode reads a value as the column would be read: dates and times of day have
// their own way, as has nothing that is an array. Instants are in UTC.
func decode(d *json.Decoder, field reflect.Value) error {
	into := field.Addr().Interface()
	switch at := into.(type) {
	case *time.Time:
		err := d.Decode(at)
		*at = at.UTC()
		return err
	case **time.Time:
		err := d.Decode(at)
		if *at != nil {
			**at = (*at).UTC()
		}
		return err
	}
	scanner, ok := into.(sql.Scanner)
	if !ok || field.Kind() == reflect.Slice {
		return d.Decode(into)
	}
	var text *string
	if err := d.Decode(&text); err != nil || text == nil {
		return err
	}
	return scanner.Scan(*text)
}
