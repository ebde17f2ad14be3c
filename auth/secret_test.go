package auth_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"expex/auth"
)

func TestASecretNeverPrintsItself(t *testing.T) {
	t.Parallel()
	secret := auth.NewSecret()
	held := struct {
		Label  string
		Secret auth.Secret
		List   []auth.Secret
		ByName map[string]*auth.Secret
	}{"telefoon", secret, []auth.Secret{secret}, map[string]*auth.Secret{"x": &secret}}
	var logged bytes.Buffer
	for _, log := range []*slog.Logger{slog.New(slog.NewTextHandler(&logged, nil)), slog.New(slog.NewJSONHandler(&logged, nil))} {
		log.Info("text", "secret", secret, slog.Any("pointer", &secret), slog.Group("group", "secret", secret))
		log.Info("error", "error", fmt.Errorf("with %v: %w", secret, errors.ErrUnsupported))
	}
	said := map[string]string{"slog": logged.String(), "print": fmt.Sprint(secret, held, &held), "string": secret.String()}
	// %p asks no method of the value; go vet refuses it for a text.
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10.60s", "%U", "%c", "%e", "%b", "%o", "%!"} {
		said[verb] = fmt.Sprintf(verb, secret)
		said["held "+verb] = fmt.Sprintf(verb, held)
		said["list "+verb] = fmt.Sprintf(verb, held.List)
	}
	raw := secret.Reveal()
	for how, text := range said {
		for _, form := range []string{raw, raw[10:30], fmt.Sprintf("%x", raw), fmt.Sprintf("%X", raw), fmt.Sprintf("%d", []byte(raw))} {
			if strings.Contains(text, form) {
				t.Errorf("%s shows the secret", how)
			}
		}
	}
}

func TestTwoSecretsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		s := auth.NewSecret()
		if !s.WellFormed() || seen[s.Reveal()] {
			t.Fatal("a secret is malformed or came twice")
		}
		seen[s.Reveal()] = true
	}
}

func TestWellFormed(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("A", 43)
	for text, want := range map[string]bool{
		good:                              true,
		strings.Repeat("_-09az", 7) + "A": true,
		strings.Repeat("A", 42) + "8":     true,  // the last character holds four bits
		strings.Repeat("A", 42) + "B":     false, // and two that must be zero
		"":                                false,
		strings.Repeat("A", 42):           false,
		strings.Repeat("A", 44):           false,
		good + "=":                        false,
		good + "\n":                       false, // base64 decoders skip line ends
		"\r\n" + good:                     false,
		good[:20] + "\n" + good[:22]:      false,
		" " + good:                        false,
		good[:42] + "+":                   false,
		good[:42] + "/":                   false,
		good[:42] + "é":                   false,
		good[:42] + "\x00":                false,
		strings.Repeat("A", 1<<20):        false,
	} {
		if got := auth.Secret(text).WellFormed(); got != want {
			t.Errorf("%.60q is well-formed: %v, want %v", text, got, want)
		}
	}
}

// A secret has one spelling: what is well-formed is what its bytes encode to.
func FuzzWellFormed(f *testing.F) {
	for _, seed := range []string{"", strings.Repeat("A", 43), strings.Repeat("A", 43) + "\n", strings.Repeat("_", 43), auth.NewSecret().Reveal()} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		once := err == nil && len(raw) == 32 && base64.RawURLEncoding.EncodeToString(raw) == text
		if got := auth.Secret(text).WellFormed(); got != once {
			t.Errorf("%q is well-formed: %v; it spells 32 bytes in the one way: %v", text, got, once)
		}
	})
}
