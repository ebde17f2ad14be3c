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
			ctx, err := SignIn(r.Context(), lookup, header)
			switch {
			case err == nil:
				next.ServeHTTP(w, r.WithContext(ctx))
			case errors.Is(err, ErrUnknown):
				refuse.ServeHTTP(w, r)
			default:
				fail(w, r, err)
			}
		})
	}
}

// SignIn puts the viewer behind an Authorization, "Bearer …", into the context.
// It wraps ErrUnknown for one that opens nothing or is malformed.
func SignIn(ctx context.Context, lookup Lookup, authorization string) (context.Context, error) {
	scheme, token, _ := strings.Cut(authorization, " ")
	secret := Secret(strings.TrimSpace(token))
	if !strings.EqualFold(scheme, "Bearer") || !secret.WellFormed() {
		return ctx, ErrUnknown
	}
	return look(ctx, session{lookup, secret.Hash()})
}

// Renew looks the token of the context up again and puts the viewer as she is
// now into it. Whoever answers for longer than a call does so before each
// answer. It wraps ErrUnknown when the token has died, or there never was one.
func Renew(ctx context.Context) (context.Context, error) {
	s, ok := ctx.Value(sessionKey{}).(session)
	if !ok {
		return ctx, ErrUnknown
	}
	return look(ctx, s)
}

// session is what it takes to ask again who somebody is.
type session struct {
	lookup Lookup
	token  Hash
}

type sessionKey struct{}

func look(ctx context.Context, s session) (context.Context, error) {
	viewer, err := s.lookup(ctx, s.token)
	if err != nil {
		return ctx, err
	}
	return With(context.WithValue(ctx, sessionKey{}, s), viewer), nil
}
