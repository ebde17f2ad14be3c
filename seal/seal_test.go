package seal_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"expex/seal"
)

func parse(t *testing.T, parts ...string) seal.Keys {
	t.Helper()
	k, err := seal.Parse(strings.Join(parts, ","))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestABoxOpensForWhatItIsBoundToAndForNothingElse(t *testing.T) {
	t.Parallel()
	old, fresh := seal.NewKey("old"), seal.NewKey("new")
	before, rotated, after := parse(t, old), parse(t, fresh, old), parse(t, fresh)
	text := []byte("https://calendar.example/secret")
	id, box, err := before.Seal(text, "row 1")
	if err != nil || id != "old" {
		t.Fatalf("sealed with %q: %v", id, err)
	}
	if bytes.Contains(box, []byte("calendar")) {
		t.Error("the box shows its text")
	}
	for _, c := range []struct {
		name  string
		keys  seal.Keys
		id    string
		box   []byte
		bound string
		want  error
	}{
		{"with the key", before, "old", box, "row 1", nil},
		{"after a rotation, with the old key behind the new one", rotated, "old", box, "row 1", nil},
		{"when the old key is gone", after, "old", box, "row 1", seal.ErrNoKey},
		{"without any key", seal.Keys{}, "old", box, "row 1", seal.ErrNoKey},
		{"with another key", rotated, "new", box, "row 1", seal.ErrBroken},
		{"copied to another row", before, "old", box, "row 2", seal.ErrBroken},
		{"cut", before, "old", box[:len(box)-1], "row 1", seal.ErrBroken},
		{"a byte of it changed", before, "old", append(bytes.Clone(box[:len(box)-1]), box[len(box)-1]^1), "row 1", seal.ErrBroken},
		{"shorter than a nonce", before, "old", box[:5], "row 1", seal.ErrBroken},
		{"nothing", before, "old", nil, "row 1", seal.ErrBroken},
	} {
		got, err := c.keys.Open(c.id, c.box, c.bound)
		if !errors.Is(err, c.want) || err == nil && !bytes.Equal(got, text) {
			t.Errorf("%s: %q, %v; want %v", c.name, got, err, c.want)
		}
	}
	if id, _, _ := rotated.Seal(text, "row 1"); id != "new" {
		t.Errorf("after a rotation %q seals, want the first", id)
	}
	if _, again, _ := before.Seal(text, "row 1"); bytes.Equal(again, box) {
		t.Error("the same text gives the same box: the nonce is not random")
	}
	if _, _, err := (seal.Keys{}).Seal(text, ""); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("sealing without a key: %v", err)
	}
}

func TestParseSaysWhatIsWrongAndRepeatsNoKey(t *testing.T) {
	t.Parallel()
	good := seal.NewKey("a")
	secret := strings.TrimPrefix(good, "a:")
	for text, want := range map[string]string{
		"":                                     "",
		"  ":                                   "",
		good:                                   "",
		good + ", " + seal.NewKey("b"):         "",
		secret:                                 "key 1 has no id",
		"A:" + secret:                          "key 1 has no id",
		good + ",b:" + secret[:20]:             "key 2 is not 32 bytes",
		"b:" + strings.Repeat("!", 44):         "key 1 is not 32 bytes",
		good + "," + good:                      "key 2 has the id of one before it",
		good + ",":                             "key 2 has no id",
		strings.Repeat("x", 21) + ":" + secret: "key 1 has no id",
	} {
		_, err := seal.Parse(text)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.8q…: %v, want %q", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), secret[:10]) {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
}

func TestKeysDoNotShowThemselves(t *testing.T) {
	t.Parallel()
	text := seal.NewKey("a")
	raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "a:"))
	keys := parse(t, text)
	//lint:ignore SA9005 that nothing comes out is what is tried
	encoded, _ := json.Marshal(keys)
	shown := fmt.Sprintf("%v %+v %#v %s %x", keys, keys, keys, encoded, keys)
	for _, secret := range []string{strings.TrimPrefix(text, "a:"), string(raw), fmt.Sprintf("%x", raw), fmt.Sprint(raw)} {
		if strings.Contains(shown, secret) {
			t.Errorf("they show themselves: %s", shown)
		}
	}
}
