// Package seal encrypts what must be kept and must not be readable in the
// database, such as the address of a private calendar. The keys come from the
// configuration and never reach the database: who holds a dump of it, or a
// backup, holds nothing.
//
// A box is AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. It is
// bound to what it belongs to, so that a box copied to another row does not open
// there.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// keyBytes is the length of a key: 256 bits.
const keyBytes = 32

var (
	// ErrNoKey is the error for a box sealed with a key that is not there, and for
	// sealing without any.
	ErrNoKey = errors.New("no such key")
	// ErrBroken is the error for a box that was changed, or belongs to something
	// else.
	ErrBroken = errors.New("the box is broken")
)

// Keys are the keys of an installation. The first seals, all of them open: a new
// key is put in front of the old one, which goes when nothing is sealed with it
// any more. The zero value has none. Keys never show themselves when printed,
// logged or encoded.
type Keys struct{ list []key }

type key struct {
	id  string
	gcm cipher.AEAD
}

var form = regexp.MustCompile(`^[a-z0-9-]{1,20}$`)

// Parse reads keys written as id:key, separated by commas, each key 32 bytes in
// base64 and each id 1 to 20 lower-case letters, digits and dashes. "" is no
// keys. The error names the place of what is wrong and never repeats it.
func Parse(text string) (Keys, error) {
	var out Keys
	if strings.TrimSpace(text) == "" {
		return out, nil
	}
	for i, part := range strings.Split(text, ",") {
		id, encoded, _ := strings.Cut(strings.TrimSpace(part), ":")
		raw, err := base64.StdEncoding.DecodeString(encoded)
		switch {
		case !form.MatchString(id):
			return Keys{}, fmt.Errorf("key %d has no id: write it as id:key, the id in 1 to 20 lower-case letters, digits and dashes", i+1)
		case err != nil || len(raw) != keyBytes:
			return Keys{}, fmt.Errorf("key %d is not 32 bytes in base64: make one with `openssl rand -base64 32`", i+1)
		case out.find(id) != nil:
			return Keys{}, fmt.Errorf("key %d has the id of one before it: each key has its own", i+1)
		}
		block, err := aes.NewCipher(raw)
		if err != nil {
			return Keys{}, errors.New("no cipher") // cannot happen with 32 bytes
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			return Keys{}, errors.New("no cipher") // cannot happen with AES
		}
		out.list = append(out.list, key{id, gcm})
	}
	return out, nil
}

// NewKey is a fresh key in the form that [Parse] reads.
func NewKey(id string) string {
	raw := make([]byte, keyBytes)
	rand.Read(raw) // never fails
	return id + ":" + base64.StdEncoding.EncodeToString(raw)
}

// Current is the id of the key that seals, "" when there is none.
func (k Keys) Current() string {
	if len(k.list) == 0 {
		return ""
	}
	return k.list[0].id
}

// IDs are the ids of all keys, the one that seals first.
func (k Keys) IDs() []string {
	out := make([]string, len(k.list))
	for i, x := range k.list {
		out[i] = x.id
	}
	return out
}

// Seal closes a text into a box that opens only for what it is bound to, and
// gives the id of the key. ErrNoKey when there is none.
func (k Keys) Seal(text []byte, bound string) (id string, box []byte, err error) {
	if len(k.list) == 0 {
		return "", nil, ErrNoKey
	}
	first := k.list[0]
	nonce := make([]byte, first.gcm.NonceSize(), first.gcm.NonceSize()+len(text)+first.gcm.Overhead())
	rand.Read(nonce) // never fails
	return first.id, first.gcm.Seal(nonce, nonce, text, []byte(bound)), nil
}

// Open gives the text of a box. Errors: ErrNoKey, ErrBroken.
func (k Keys) Open(id string, box []byte, bound string) ([]byte, error) {
	x := k.find(id)
	switch {
	case x == nil:
		return nil, ErrNoKey
	case len(box) < x.gcm.NonceSize():
		return nil, ErrBroken
	}
	text, err := x.gcm.Open(nil, box[:x.gcm.NonceSize()], box[x.gcm.NonceSize():], []byte(bound))
	if err != nil {
		return nil, ErrBroken
	}
	return text, nil
}

func (k Keys) find(id string) *key {
	for i := range k.list {
		if k.list[i].id == id {
			return &k.list[i]
		}
	}
	return nil
}

// String names the keys, for logs.
func (k Keys) String() string { return "keys " + strings.Join(k.IDs(), ", ") }

// GoString is String: %#v shows no more.
func (k Keys) GoString() string { return k.String() }

// LogValue is String.
func (k Keys) LogValue() slog.Value { return slog.StringValue(k.String()) }
