package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"expex/engine"
)

// codeInternal is the code of everything that is our fault.
const codeInternal = "INTERNAL"

// present is the one place where an error becomes public. An error of the
// engine keeps its code; gqlgen's own keep theirs; whatever is left is logged
// with the request's id and shown as INTERNAL, without a word of it. Where the
// schema is not told, errors do not suggest names either.
func present(log *slog.Logger, tellSchema bool) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		out := graphql.DefaultErrorPresenter(ctx, err)
		var e *engine.Error
		switch {
		case errors.As(err, &e):
			out.Message = e.Message
			out.Extensions = extensions(e)
		case out.Extensions["code"] != nil:
			if !tellSchema { // gqlgen can switch off only some of the suggestions
				out.Message, _, _ = strings.Cut(out.Message, " Did you mean")
			}
		case !tellSchema && asksForSchema(ctx):
			out.Message, out.Extensions = "the schema is not told here", map[string]any{"code": string(engine.CodeForbidden)}
		case badArgument(ctx, out):
		case errors.Is(err, context.Canceled):
			out.Message, out.Extensions = "the call was cancelled", map[string]any{"code": "CANCELLED"}
		case errors.Is(err, context.DeadlineExceeded):
			out.Message, out.Extensions = "the call took too long; ask for less", map[string]any{"code": "LIMIT_EXCEEDED", "limit": "milliseconds"}
		default:
			log.ErrorContext(ctx, "unexpected error", "path", out.Path.String(), "error", err)
			out.Message, out.Extensions = "internal error", map[string]any{"code": codeInternal}
		}
		out.Err = nil
		return out
	}
}

// inOrder puts the errors of an answer into the order of the document. The fields
// of a query run side by side, and whoever fails first would come first.
func inOrder(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil {
		return nil
	}
	place := func(e *gqlerror.Error) (at gqlerror.Location) {
		if len(e.Locations) > 0 {
			at = e.Locations[0]
		}
		return at
	}
	slices.SortStableFunc(response.Errors, func(a, b *gqlerror.Error) int {
		x, y := place(a), place(b)
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column), cmp.Compare(a.Path.String(), b.Path.String()))
	})
	return response
}

// asksForSchema reports whether the field that failed is one of introspection.
func asksForSchema(ctx context.Context) bool {
	field := graphql.GetFieldContext(ctx)
	return field != nil && (field.Field.Name == "__schema" || field.Field.Name == "__type")
}

// badArgument recognises a scalar that does not fit: gqlgen converts arguments
// while a field runs and reports a plain error whose path goes on beyond the
// field. Unrecognised, the caller's mistake would show as an internal error.
func badArgument(ctx context.Context, out *gqlerror.Error) bool {
	field := graphql.GetFieldContext(ctx)
	if field == nil || len(out.Path) <= len(field.Path()) {
		return false
	}
	var names []string
	for _, element := range out.Path[len(field.Path()):] {
		if name, ok := element.(ast.PathName); ok {
			names = append(names, string(name))
		}
	}
	name := strings.TrimPrefix(strings.Join(names, "."), "input.")
	out.Extensions = map[string]any{"code": string(engine.CodeInvalid), "field": name}
	out.Message = name + ": " + out.Message
	return true
}

func extensions(e *engine.Error) map[string]any {
	out := map[string]any{"code": string(e.Code)}
	if e.Reason != "" {
		out["reason"] = string(e.Reason)
	}
	if e.Field != "" {
		out["field"] = e.Field
	}
	if len(e.Rules) > 0 {
		out["rules"] = e.Rules
	}
	if len(e.Alternatives) > 0 {
		slots := make([]map[string]string, len(e.Alternatives))
		for i, slot := range e.Alternatives {
			slots[i] = map[string]string{"start": stamp(slot.Start), "end": stamp(slot.End)}
		}
		out["alternatives"] = slots
	}
	if len(e.Dates) > 0 {
		dates := make([]map[string]any, len(e.Dates))
		for i, d := range e.Dates {
			dates[i] = map[string]any{"start": stamp(d.Slot.Start), "end": stamp(d.Slot.End), "rules": d.Rules}
		}
		out["dates"] = dates
	}
	if len(e.Findings) > 0 {
		out["findings"], out["rewrite"] = e.Findings, e.Rewrite
	}
	if len(e.Changes) > 0 {
		changes := make([]map[string]any, len(e.Changes))
		for i, c := range e.Changes {
			changes[i] = change(c)
		}
		out["changes"] = changes
	}
	return out
}

// change is one line of what has changed, with the fields its kind has.
func change(c engine.StaleChange) map[string]any {
	out := map[string]any{"what": c.What}
	switch c.What {
	case engine.ChangedEngine, engine.ChangedWeights:
		out["was"], out["is"] = c.Was, c.Is
	case engine.ChangedFactor:
		out["name"], out["was"], out["is"] = c.Factor, c.Was, c.Is
	case engine.ChangedRule:
		out["code"] = c.Rule
	}
	return out
}

// rescue turns a panic in a resolver into an internal error, logged with what it
// was and where, but without the arguments of the call.
func rescue(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, thrown any) error {
		log.ErrorContext(ctx, "panic in a resolver", "path", graphql.GetPath(ctx).String(), "panic", fmt.Sprint(thrown))
		// A new one each time: gqlgen writes the path into it.
		return &gqlerror.Error{Message: "internal error", Extensions: map[string]any{"code": codeInternal}}
	}
}

// Refuse answers a call with a dead or malformed token.
var Refuse http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	reply(w, http.StatusUnauthorized, string(engine.CodeUnauthenticated), "the token is unknown, expired or revoked; ask for a new one")
})

// refuseOrigin answers a call that a page of somebody else makes.
var refuseOrigin http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusForbidden, string(engine.CodeForbidden), "pages of other origins may not call this")
})

// Fail answers a call whose token could not be looked up, and logs why, unless
// the caller just hung up.
func Fail(log *slog.Logger) func(http.ResponseWriter, *http.Request, error) {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		if !errors.Is(err, context.Canceled) {
			log.ErrorContext(r.Context(), "token look-up failed", "error", err)
		}
		w.Header().Set("Retry-After", "5")
		reply(w, http.StatusServiceUnavailable, codeInternal, "internal error")
	}
}

// reply writes an answer that holds nothing but one error.
func reply(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]any{
		{"message": message, "extensions": map[string]string{"code": code}},
	}})
}
