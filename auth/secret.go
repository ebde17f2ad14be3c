package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
)

// Secret is 256 random bits as 43 characters of base64url. It is shown once and
// never stored; what is stored is its [Hash].
type Secret string

// NewSecret draws a secret.
func NewSecret() Secret {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return Secret(base64.RawURLEncoding.EncodeToString(b[:]))
}

// Hash is the SHA-256 of a secret. A fast hash is right for a secret nobody can
// guess, and a lookup by hash takes the same time for every wrong one.
type Hash [sha256.Size]byte

// Hash gives what may be stored.
func (s Secret) Hash() Hash { return sha256.Sum256([]byte(s)) }

// WellFormed reports whether the text has the form of a secret, so that a
// lookup is never tried with something else.
func (s Secret) WellFormed() bool {
	if len(s) != 43 {
		return false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(string(s))
	return err == nil && len(b) == 32 // the decoder skips line ends: they leave fewer
}

const hidden = "[secret]"

// String keeps a secret out of texts.
func (s Secret) String() string { return hidden }

// Format keeps a secret out of errors and prints, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, hidden) }

// LogValue keeps a secret out of logs, whatever the handler.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// Reveal gives the secret itself, for the one moment it is shown. The other way
// to it is encoding/json, for a file that keeps it.
func (s Secret) Reveal() string { return string(s) }
