package transport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// answer writes the one answer to a request.
type answer struct {
	w         http.ResponseWriter
	mediaType string
	limit     int // in bytes
}

// refusal is an answer to a request that is not executed.
type refusal struct {
	status  int
	code    string
	message string
	allow   string // with 405: the methods that would do
}

// envelope is a response as it is written. Unlike gqlgen's, it has no data
// unless the operation ran (GraphQL specification, section 7.1).
type envelope struct {
	Errors     gqlerror.List   `json:"errors,omitempty"`
	Data       json.RawMessage `json:"data,omitempty"`
	Extensions map[string]any  `json:"extensions,omitempty"`
}

// null is the data of an operation that ran and has nothing to show.
var null = json.RawMessage("null")

// begin sets the headers of all answers. It comes first, so that the answer to
// a panic, which gqlgen writes, has them too.
func (a answer) begin() {
	header := a.w.Header()
	header.Set("Content-Type", a.mediaType+"; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
}

// refuse answers with the status of the refusal, whatever the media type.
func (a answer) refuse(r *refusal) {
	if r.allow != "" {
		a.w.Header().Set("Allow", r.allow)
	}
	text, _ := encode(envelope{Errors: gqlerror.List{
		{Message: r.message, Extensions: map[string]any{"code": r.code}},
	}})
	a.write(r.status, text)
}

// send answers with a response of gqlgen. One without data did not run: that is
// 400 where the media type lets clients tell our answers from those of a proxy,
// and 200 under application/json.
func (a answer) send(response *graphql.Response) {
	status := http.StatusOK
	if response.Data == nil && a.mediaType == typeResponse {
		status = http.StatusBadRequest
	}
	if len(response.Data) > a.limit { // spare the work of encoding it
		a.write(status, a.tooLarge(response))
		return
	}
	text, err := encode(envelope{response.Errors, response.Data, response.Extensions})
	switch {
	case err != nil:
		a.refuse(&refusal{status: http.StatusInternalServerError, code: CodeInternal, message: "internal error"})
	case len(text) > a.limit:
		a.write(status, a.tooLarge(response))
	default:
		a.write(status, text)
	}
}

// tooLarge stands in for an answer beyond the limit.
func (a answer) tooLarge(response *graphql.Response) []byte {
	short := envelope{Errors: gqlerror.List{
		exceeded("answerBytes", a.limit, "the answer is larger than %d bytes: ask for fewer items or fields; what a mutation did stays done"),
	}}
	if response.Data != nil {
		short.Data = null
	}
	text, _ := encode(short)
	return text
}

func (a answer) write(status int, text []byte) {
	a.w.WriteHeader(status)
	_, _ = a.w.Write(text) // fails when the client is gone: there is nobody to tell
}

// exceeded is the error of a limit that an operation ran into. The message has
// a verb for the limit.
func exceeded(limit string, maximum int, message string) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    limit + ": " + fmt.Sprintf(message, maximum),
		Extensions: map[string]any{"code": CodeLimitExceeded, "limit": limit, "max": maximum},
	}
}

// encode fails only on what resolvers contribute: data of a scalar that writes
// no JSON, or extensions that are none.
func encode(e envelope) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // the answer is never sniffed as HTML
	err := encoder.Encode(e)
	return text.Bytes(), err
}
