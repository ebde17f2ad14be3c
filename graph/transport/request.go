package transport

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
)

// read is the GraphQL request in an HTTP request. No refusal quotes it: it may
// hold personal data, and it may be long.
func (t HTTP) read(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *refusal) {
	var members map[string]any
	var refused *refusal
	if r.Method == http.MethodGet {
		members, refused = t.readQuery(r.URL.RawQuery)
	} else {
		members, refused = t.readBody(w, r)
	}
	if refused != nil {
		return nil, refused
	}
	params, refused := readMembers(members)
	if refused != nil {
		return nil, refused
	}
	params.Headers = r.Header
	return params, nil
}

// readBody reads the JSON object in the body of a POST.
func (t HTTP) readBody(w http.ResponseWriter, r *http.Request) (map[string]any, *refusal) {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != typeJSON || !isUTF8(params) {
		return nil, &refusal{status: http.StatusUnsupportedMediaType, code: CodeUnsupportedMediaType, message: "send Content-Type: " + typeJSON}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, t.BodyBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, code: CodePayloadTooLarge, message: "the body is larger than " + strconv.FormatInt(t.BodyBytes, 10) + " bytes: send less at a time"}
	case err != nil:
		return nil, badRequest("the body ended early: send it again")
	}
	value, err := decode(body, t.Nesting)
	if err != nil {
		return nil, badRequest("the body cannot be read: " + err.Error())
	}
	switch value := value.(type) {
	case map[string]any:
		return value, nil
	case []any:
		return nil, badRequest("the body is an array: send one operation at a time")
	default:
		return nil, badRequest("the body is not a JSON object")
	}
}

// readQuery reads the query component of the address of a GET. An empty
// parameter is the same as none, so that forms can send all four.
func (t HTTP) readQuery(query string) (map[string]any, *refusal) {
	if int64(len(query)) > t.BodyBytes {
		return nil, &refusal{status: http.StatusRequestURITooLong, code: CodePayloadTooLarge, message: "the address is longer than " + strconv.FormatInt(t.BodyBytes, 10) + " bytes: use POST"}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, badRequest("the address is not URL-encoded: encode each parameter")
	}
	members := map[string]any{}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		value := values.Get(name)
		switch {
		case len(values[name]) > 1:
			return nil, badRequest(name + " is given more than once: give it once")
		case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
			return nil, badRequest(name + " has invalid UTF-8 or a NUL character: leave it out")
		case value == "":
		case name == "query" || name == "operationName":
			members[name] = value
		default:
			decoded, err := decode([]byte(value), t.Nesting)
			if err != nil {
				return nil, badRequest(name + " cannot be read: " + err.Error())
			}
			members[name] = decoded
		}
	}
	return members, nil
}

// readMembers gives the members of a request their types. Unknown members are
// ignored, null is the same as none.
func readMembers(members map[string]any) (*graphql.RawParams, *refusal) {
	query, _ := members["query"].(string)
	name, nameFits := optional[string](members["operationName"])
	variables, variablesFit := optional[map[string]any](members["variables"])
	extensions, extensionsFit := optional[map[string]any](members["extensions"])
	switch {
	case query == "":
		return nil, badRequest(`query is missing or is not a string: send {"query": "{ … }"}`)
	case hasNUL(query):
		return nil, badRequest(`query has a string with a NUL character (\u0000): leave it out`)
	case !nameFits:
		return nil, badRequest("operationName is not a string")
	case !variablesFit:
		return nil, badRequest("variables is not an object")
	case !extensionsFit:
		return nil, badRequest("extensions is not an object")
	}
	return &graphql.RawParams{Query: query, OperationName: name, Variables: variables, Extensions: extensions}, nil
}

// optional is a value of that type, or the zero value for null.
func optional[T any](value any) (T, bool) {
	typed, fits := value.(T)
	return typed, fits || value == nil
}

// hasNUL says whether a string of a GraphQL document holds NUL once its escapes
// are read. PostgreSQL cannot store that. A text that is no GraphQL is left to
// the parser.
func hasNUL(document string) bool {
	if !strings.Contains(document, `\u`) {
		return false
	}
	lex := lexer.New(&ast.Source{Input: document})
	for {
		token, err := lex.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return false
		}
		if token.Kind == lexer.String && strings.ContainsRune(token.Value, 0) {
			return true
		}
	}
}

func badRequest(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: CodeBadRequest, message: message}
}
