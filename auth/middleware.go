package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// Lookup finds the viewer behind the hash of a token. It returns an error that
// wraps ErrUnknown for a token that is unknown, expired, revoked, or whose
// account is disabled.
type Lookup func(context.Context, Hash) (Viewer, error)

// ErrUnknown is the answer to a token that opens nothing.
var ErrUnknown = errors.New("unknown, expired or revoked token")

// Middleware looks up the bearer token of a call and puts the viewer into its
// context. A call without an Authorization header goes on as nobody, who may
// read nothing; a dead or malformed one is refused with the given handler, and
// a failing lookup with the other.
func Middleware(lookup Lookup, refuse http.Handler, fail func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			header := r.Header.Get("Authorization")
			if header == "" {
				next.ServeHTTP(w, r)
				return
			}
			scheme, token, _ := strings.Cut(header, " ")
			secret := Secret(strings.TrimSpace(token))
			if !strings.EqualFold(scheme, "Bearer") || !secret.WellFormed() {
				refuse.ServeHTTP(w, r)
				return
			}
			viewer, err := lookup(r.Context(), secret.Hash())
			switch {
			case err == nil:
				next.ServeHTTP(w, r.WithContext(With(r.Context(), viewer)))
			case errors.Is(err, ErrUnknown):
				refuse.ServeHTTP(w, r)
			default:
				fail(w, r, err)
			}
		})
	}
}
