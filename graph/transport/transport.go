// Package transport is GraphQL over HTTP for gqlgen: POST with JSON, and GET for
// queries.
//
// It passes all 61 audits of the npm package graphql-http (1.23.1; see the
// folder audit). Three of them, 5A70, D6D5 and 6A70, need GET. It follows the
// GraphQL-over-HTTP specification (graphql.github.io/graphql-over-http, draft of
// September 2026) except where the audits, and so most clients, still expect what
// earlier drafts said:
//
//   - the status of a request that is malformed or does not validate is 400,
//     not 422;
//   - under application/json a document that does not parse or validate is
//     answered with 200, not 4xx;
//   - without an Accept header, or with */*, the answer is application/json;
//   - an operation that ran is answered with 200 even if it has errors, not
//     with the unregistered 294. (No audit asks; the draft's own examples say so.)
//
// Batches, forms and uploads are refused. Subscriptions go over [Events] and
// [Socket], which are gqlgen's own transports behind our limits.
package transport

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// HTTP is a gqlgen transport. The zero value has all the defaults. Errors that
// it makes itself have one of the Code constants as extensions.code.
type HTTP struct {
	// BodyBytes is the largest body of a POST and the longest query component of
	// a GET: 64 KiB by default.
	BodyBytes int64
	// Nesting is how deep arrays and objects may nest in the body, in variables
	// and in extensions: 32 by default.
	Nesting int
	// AnswerBytes is the largest answer: 2 MiB by default. The operation has run
	// when that shows, so a client learns only that its answer is too large.
	AnswerBytes int
	// Timeout ends the context of an operation: 5 s by default. It counts from
	// the moment the request was read; the server's ReadTimeout covers that.
	// Resolvers must heed their context.
	Timeout time.Duration
}

// Default is the transport with its defaults filled in.
func Default() HTTP { return HTTP{}.withDefaults() }

// The codes of errors that come from the transport.
const (
	// CodeBadRequest is a request that is no GraphQL request (400).
	CodeBadRequest = "BAD_REQUEST"
	// CodeMethodNotAllowed is a method other than GET and POST, or a mutation
	// by GET (405 with Allow).
	CodeMethodNotAllowed = "METHOD_NOT_ALLOWED"
	// CodeNotAcceptable is an Accept header without a type we speak (406).
	CodeNotAcceptable = "NOT_ACCEPTABLE"
	// CodePayloadTooLarge is a body (413) or an address (414) beyond BodyBytes.
	CodePayloadTooLarge = "PAYLOAD_TOO_LARGE"
	// CodeUnsupportedMediaType is a body that is not labelled as JSON (415).
	CodeUnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
	// CodeLimitExceeded is an operation that ran into AnswerBytes or Timeout
	// (200): extensions.limit is answerBytes or milliseconds, extensions.max
	// its value.
	CodeLimitExceeded = "LIMIT_EXCEEDED"
	// CodeInternal is an answer that could not be written as JSON (500).
	CodeInternal = "INTERNAL"
	// CodeCancelled is an operation that did not begin because the client went
	// away or the server stops (503).
	CodeCancelled = "CANCELLED"
)

var _ graphql.Transport = HTTP{}

// Supports is always true: requests that this transport does not serve get a
// typed refusal. Add it after all other transports.
func (HTTP) Supports(*http.Request) bool { return true }

// Do answers one request.
func (t HTTP) Do(w http.ResponseWriter, r *http.Request, executor graphql.GraphExecutor) {
	t = t.withDefaults()
	mediaType, acceptable := negotiate(r.Header.Values("Accept"))
	answer := answer{w: w, mediaType: mediaType, limit: t.AnswerBytes}
	answer.begin()
	if refused := checkMethod(r); refused != nil {
		answer.refuse(refused)
		return
	}
	if !acceptable {
		answer.refuse(&refusal{status: http.StatusNotAcceptable, code: CodeNotAcceptable, message: "accept " + typeResponse + " or " + typeJSON})
		return
	}
	start := graphql.Now()
	params, refused := t.read(w, r)
	if refused != nil {
		answer.refuse(refused)
		return
	}
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}

	ctx, cancel := context.WithTimeout(r.Context(), t.Timeout)
	defer cancel()
	operation, errs := executor.CreateOperationContext(ctx, params)
	if errs != nil {
		answer.send(executor.DispatchError(graphql.WithOperationContext(ctx, operation), errs))
		return
	}
	if refused := checkOperation(r, operation.Operation.Operation); refused != nil {
		answer.refuse(refused)
		return
	}
	responses, operationCtx := executor.DispatchOperation(ctx, operation)
	response := t.mark(ctx, responses(operationCtx))
	if response == nil {
		answer.refuse(&refusal{status: http.StatusServiceUnavailable, code: CodeCancelled, message: "the operation did not begin: send it again"})
		return
	}
	answer.send(response)
}

// mark says so when an operation failed because its time was up. What it did
// find, and the errors of its fields, stay.
func (t HTTP) mark(ctx context.Context, response *graphql.Response) *graphql.Response {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return response
	}
	if response == nil {
		response = &graphql.Response{Data: null}
	} else if len(response.Errors) == 0 {
		return response // it was just in time
	}
	late := exceeded("milliseconds", int(t.Timeout.Milliseconds()), "the operation took longer than %d ms: ask for less, or send it again later")
	response.Errors = append(gqlerror.List{late}, response.Errors...)
	return response
}

func (t HTTP) withDefaults() HTTP {
	if t.BodyBytes == 0 {
		t.BodyBytes = 64 << 10
	}
	if t.Nesting == 0 {
		t.Nesting = 32
	}
	if t.AnswerBytes == 0 {
		t.AnswerBytes = 2 << 20
	}
	if t.Timeout == 0 {
		t.Timeout = 5 * time.Second
	}
	return t
}

// checkMethod refuses HEAD and OPTIONS, too: the one would run a query for
// nothing, the other would only serve pages of other origins.
func checkMethod(r *http.Request) *refusal {
	if r.Method == http.MethodGet || r.Method == http.MethodPost {
		return nil
	}
	return &refusal{status: http.StatusMethodNotAllowed, code: CodeMethodNotAllowed, message: "use POST, or GET for queries", allow: "GET, POST"}
}

// checkOperation keeps GET safe (RFC 9110 section 9.2.1).
func checkOperation(r *http.Request, kind ast.Operation) *refusal {
	switch {
	case kind == ast.Subscription:
		return badRequest("a subscription has many answers: accept text/event-stream, or open a websocket")
	case kind == ast.Mutation && r.Method == http.MethodGet:
		return &refusal{status: http.StatusMethodNotAllowed, code: CodeMethodNotAllowed, message: "GET is for queries: send mutations by POST", allow: "POST"}
	}
	return nil
}
