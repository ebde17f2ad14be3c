package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"expex/auth"
	"expex/engine"
)

var (
	live    = auth.NewSecret()
	known   = auth.Viewer{AccountID: "someone", Grants: []auth.Grant{{Role: auth.RoleCoordinator, PoolID: "a pool"}}}
	errDown = errors.New("the database does not answer")
)

func TestMiddleware(t *testing.T) {
	t.Parallel()
	found := func(auth.Hash) (auth.Viewer, error) { return known, nil }
	dead := func(auth.Hash) (auth.Viewer, error) {
		return known, fmt.Errorf("look the token up: %w", auth.ErrUnknown)
	}
	down := func(auth.Hash) (auth.Viewer, error) { return known, errDown }
	gone := func(auth.Hash) (auth.Viewer, error) { return known, context.Canceled }
	forbidden := func(auth.Hash) (auth.Viewer, error) {
		t.Error("a text that cannot be a token was looked up")
		return known, nil
	}
	token := live.Reveal()
	for _, c := range []struct {
		name   string
		header []string
		lookup func(auth.Hash) (auth.Viewer, error)
		status int
		viewer auth.Viewer
	}{
		{"no header goes on as nobody", nil, forbidden, http.StatusOK, auth.Viewer{}},
		{"a live token goes on as its viewer", []string{"Bearer " + token}, found, http.StatusOK, known},
		{"the scheme has no case", []string{"bEARER " + token}, found, http.StatusOK, known},
		{"more spaces do no harm", []string{"Bearer   " + token + " "}, found, http.StatusOK, known},
		{"a dead token is refused", []string{"Bearer " + token}, dead, http.StatusUnauthorized, auth.Viewer{}},
		{"another scheme is refused", []string{"Basic " + token}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"a token without a scheme is refused", []string{token}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"a scheme without a token is refused", []string{"Bearer"}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"a scheme with nothing is refused", []string{"Bearer  "}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"a malformed token is refused", []string{"Bearer " + token[1:]}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"a longer token is refused", []string{"Bearer " + token + "A"}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"two tokens are refused", []string{"Bearer " + token + " " + token}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"two in a list are refused", []string{"Bearer " + token + ",Bearer " + token}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"a huge token is refused", []string{"Bearer " + strings.Repeat("A", 1<<20)}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"the first of two headers counts", []string{"Bearer x", "Bearer " + token}, forbidden, http.StatusUnauthorized, auth.Viewer{}},
		{"a lookup that fails is a failure, not a refusal", []string{"Bearer " + token}, down, http.StatusServiceUnavailable, auth.Viewer{}},
		{"so is a caller that went away", []string{"Bearer " + token}, gone, http.StatusServiceUnavailable, auth.Viewer{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lookup := func(_ context.Context, hash auth.Hash) (auth.Viewer, error) {
				if hash != live.Hash() {
					t.Error("another hash was looked up than that of the token")
				}
				return c.lookup(hash)
			}
			refuse := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
			fail := func(w http.ResponseWriter, _ *http.Request, err error) {
				if !errors.Is(err, errDown) && !errors.Is(err, context.Canceled) {
					t.Errorf("it failed with %v, want what the lookup said", err)
				}
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			called := false
			handler := auth.Middleware(lookup, refuse, fail)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				called = true
				if got := auth.From(r.Context()); !reflect.DeepEqual(got, c.viewer) {
					t.Errorf("it goes on as %+v, want %+v", got, c.viewer)
				}
			}))
			r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
			r.Header["Authorization"] = c.header
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != c.status || called != (c.status == http.StatusOK) {
				t.Errorf("status %d, went on: %v; want %d", w.Code, called, c.status)
			}
		})
	}
}

func TestViewer(t *testing.T) {
	t.Parallel()
	coordinator := auth.Grant{Role: auth.RoleCoordinator, PoolID: "pool"}
	expert := auth.Grant{Role: auth.RoleExpert, ExpertID: "she"}
	for _, c := range []struct {
		name   string
		viewer auth.Viewer
		has    []auth.Role
		expert engine.ExpertID
	}{
		{"nobody", auth.Viewer{}, nil, ""},
		{"an account without roles", auth.Viewer{AccountID: "someone"}, nil, ""},
		{"a coordinator", auth.Viewer{Grants: []auth.Grant{coordinator}}, []auth.Role{auth.RoleCoordinator}, ""},
		{"an expert", auth.Viewer{Grants: []auth.Grant{expert}}, []auth.Role{auth.RoleExpert}, "she"},
		{"both", auth.Viewer{Grants: []auth.Grant{coordinator, expert}}, []auth.Role{auth.RoleExpert, auth.RoleCoordinator}, "she"},
	} {
		for _, role := range auth.Roles {
			want := false
			for _, held := range c.has {
				want = want || held == role
			}
			if got := c.viewer.Has(role); got != want {
				t.Errorf("%s has %s: %v", c.name, role, got)
			}
		}
		if c.viewer.Has() {
			t.Errorf("%s has a role out of none", c.name)
		}
		if got := c.viewer.Has(auth.Roles...); got != (len(c.has) > 0) {
			t.Errorf("%s has any role: %v", c.name, got)
		}
		if got := c.viewer.Expert(); got != c.expert {
			t.Errorf("%s is the expert %q, want %q", c.name, got, c.expert)
		}
	}
	if got := auth.From(context.Background()); !reflect.DeepEqual(got, auth.Viewer{}) {
		t.Errorf("an empty context holds %+v", got)
	}
}

func TestRenewAsksAgainWhoSheIs(t *testing.T) {
	t.Parallel()
	var answer auth.Viewer
	var failure error
	lookup := func(_ context.Context, hash auth.Hash) (auth.Viewer, error) {
		if hash != live.Hash() {
			t.Error("another hash was looked up than that of the token")
		}
		return answer, failure
	}
	answer = known
	ctx, err := auth.SignIn(t.Context(), lookup, "Bearer "+live.Reveal())
	if err != nil || !reflect.DeepEqual(auth.From(ctx), known) {
		t.Fatalf("signed in as %+v, %v", auth.From(ctx), err)
	}
	answer = auth.Viewer{AccountID: known.AccountID} // her role was taken away
	later, err := auth.Renew(ctx)
	if err != nil || !reflect.DeepEqual(auth.From(later), answer) || !reflect.DeepEqual(auth.From(ctx), known) {
		t.Errorf("renewed as %+v, %v; before as %+v", auth.From(later), err, auth.From(ctx))
	}
	failure = fmt.Errorf("look the token up: %w", auth.ErrUnknown)
	if _, err := auth.Renew(later); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("a dead token is renewed with %v", err)
	}
	failure = errDown
	if _, err := auth.Renew(later); !errors.Is(err, errDown) || errors.Is(err, auth.ErrUnknown) {
		t.Errorf("a failing lookup is told as %v", err)
	}
	if _, err := auth.Renew(t.Context()); !errors.Is(err, auth.ErrUnknown) {
		t.Errorf("nobody is renewed with %v", err)
	}
}
