package graph_test

import (
	"testing"

	"expex/auth"
)

func TestVariablesAreReadAsStrictlyAsLiterals(t *testing.T) {
	t.Parallel()
	f := start(t)
	rule := func(day string) map[string]any {
		return map[string]any{"weekday": day, "starts": "13:00", "ends": "14:00"}
	}
	for name, c := range map[string]struct {
		document  string
		viewer    auth.Viewer
		variables map[string]any
		field     string // "" = accepted
	}{
		"a filter":              {`query($f:RequestFilter){requests(filter:$f){totalCount}}`, f.A.Coordinator, map[string]any{"f": map[string]any{"status": "open"}}, "f.status"},
		"an argument":           {`query($orderBy:RequestOrder!){requests(orderBy:$orderBy){totalCount}}`, f.A.Coordinator, map[string]any{"orderBy": "Oldest_First"}, "orderBy"},
		"in a list":             {`mutation($input:SetAvailabilityInput!){setAvailability(input:$input){expert{id}}}`, f.A.ExpertViewers[0], map[string]any{"input": map[string]any{"idempotencyKey": "enums-01", "rules": []any{rule("MONDAY"), rule("tuesday")}}}, "rules.weekday"},
		"instead of list":       {`mutation($input:SetAvailabilityInput!){setAvailability(input:$input){expert{id}}}`, f.A.ExpertViewers[0], map[string]any{"input": map[string]any{"idempotencyKey": "enums-02", "rules": rule("monday")}}, "rules.weekday"},
		"a good one":            {`mutation($input:SetAvailabilityInput!){setAvailability(input:$input){expert{id}}}`, f.A.ExpertViewers[0], map[string]any{"input": map[string]any{"idempotencyKey": "enums-03", "rules": rule("MONDAY")}}, ""},
		"a number for a text":   {`query($search:String){experts(filter:{search:$search}){totalCount}}`, f.A.Coordinator, map[string]any{"search": 5}, "search"},
		"a fraction for a text": {`mutation($input:CreateCalendarFeedInput!){createCalendarFeed(input:$input){url}}`, f.A.ExpertViewers[0], map[string]any{"input": map[string]any{"idempotencyKey": "enums-04", "label": 1.5}}, "label"},
		"a number for an id":    {`query($id:ID!){node(id:$id){id}}`, f.A.Coordinator, map[string]any{"id": 5}, ""},
		"none at all":           {`query($s:OfferStatus){offers(status:$s){totalCount}}`, f.A.Coordinator, map[string]any{"s": nil}, ""},
		"left out":              {`query($s:OfferStatus){offers(status:$s){totalCount}}`, f.A.Coordinator, nil, ""},
	} {
		got := f.read(t, c.viewer, c.document, c.variables)
		if c.field == "" && len(got.Errors) > 0 || c.field != "" && (len(got.Errors) != 1 || got.Errors[0].Extensions.Code != "INVALID" || got.Errors[0].Extensions.Field != c.field) {
			t.Errorf("%s: %+v, want %q", name, got.Errors, c.field)
		}
	}
}
