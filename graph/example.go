package graph

import (
	_ "embed"
	"encoding/json"

	"expex/engine"
	"expex/graph/globalid"
)

//go:embed example.graphql
var exampleQuery string

// ExampleQuery is the question most people come with, and its variables as
// JSON: who could do this request, and why?
func ExampleQuery(request engine.RequestID) (query, variables string) {
	encoded, _ := json.Marshal(map[string]string{"request": globalid.Encode(globalid.Request, string(request))}) // strings always marshal
	return exampleQuery, string(encoded)
}
