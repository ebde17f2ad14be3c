package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"expex/engine"
	"expex/graph/generated"
	"expex/store"
)

// pageOf reads the paging arguments of a list.
func pageOf(first int, after *string) (store.Page, error) {
	p := store.Page{First: first}
	if after == nil {
		return p, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(*after)
	var c [2]string
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil {
		return p, engine.Invalid("after", "is not a cursor; use an endCursor you were given")
	}
	p.After = &store.Cursor{Key: c[0], ID: c[1]}
	return p, nil
}

func cursorText(c store.Cursor) string {
	raw, _ := json.Marshal([2]string{c.Key, c.ID}) // two strings always marshal
	return base64.RawURLEncoding.EncodeToString(raw)
}

// connect makes the edges of a page out of a slice.
func connect[T, E any](list store.Slice[T], p store.Page, place func(T) store.Cursor, edge func(cursor string, node *T) *E) ([]*E, *generated.PageInfo) {
	edges := make([]*E, len(list.Items))
	info := &generated.PageInfo{HasNextPage: list.More, HasPreviousPage: p.After != nil}
	for i := range list.Items {
		cursor := cursorText(place(list.Items[i]))
		edges[i] = edge(cursor, &list.Items[i])
		if i == 0 {
			info.StartCursor = &cursor
		}
		info.EndCursor = &cursor
	}
	return edges, info
}

// total counts a list only when the query asks for it.
func total(ctx context.Context, count func() (int, error)) (int, error) {
	if !slices.Contains(graphql.CollectAllFields(ctx), "totalCount") {
		return 0, nil
	}
	return count()
}

// pointers gives what generated code wants of a list.
func pointers[T any](list []T, err error) ([]*T, error) {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out, err
}

// values gives what the engine wants of an input list.
func values[T any](list []*T) []T {
	out := make([]T, len(list))
	for i, v := range list {
		out[i] = *v
	}
	return out
}

func pointer[T any](v T, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// orZero gives the value of an optional input.
func orZero[T any](v *T) T {
	if v == nil {
		return *new(T)
	}
	return *v
}

// orNil makes a zero value null.
func orNil[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}
