package engine_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"expex/engine"
)

func TestCheckText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		ok         bool
	}{
		{"nothing", "", true},
		{"words", "Vertel over de overgang naar 18+.", true},
		{"accents and other scripts", "één café, שלום, 你好, Zoë", true},
		{"emoji joined of several", "👩‍👧 ❤️", true},
		{"line breaks and tabs", "eerst\n\tdan", true},
		{"as long as it may be", strings.Repeat("é", 50), true},
		{"a character longer", strings.Repeat("é", 51), false},
		{"ten thousand characters", strings.Repeat("a", 10_000), false},
		{"a NUL", "a\x00b", false},
		{"an escape", "a\x1b[31mb", false},
		{"a carriage return", "a\r\nb", false},
		{"a delete", "a\x7fb", false},
		{"a C1 control", "a\u0085b", false},
		{"broken UTF-8", "a\xffb", false},
		{"a lone continuation byte", "\x80", false},
		{"the replacement of broken text", "a\ufffdb", false},
		{"an override of direction", "a\u202eb", false},
		{"an isolate of direction", "a\u2066b", false},
		{"a right-to-left mark", "a\u200fb", false},
		{"an Arabic letter mark", "a\u061cb", false},
	} {
		err := engine.CheckText("goal", c.text, 50)
		var invalid *engine.Error
		switch {
		case c.ok && err != nil:
			t.Errorf("%s is refused: %v", c.name, err)
		case !c.ok && (!errors.As(err, &invalid) || invalid.Code != engine.CodeInvalid || invalid.Field != "goal"):
			t.Errorf("%s gives %v, want INVALID on goal", c.name, err)
		case !c.ok && len(c.text) > 3 && strings.Contains(err.Error(), c.text):
			t.Errorf("%s is repeated in the error", c.name)
		}
	}
}

func FuzzCheckText(f *testing.F) {
	f.Add("Vertel over de overgang naar 18+.", 10)
	f.Add("a\u202eb\x00", 3)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if engine.CheckText("goal", text, limit) != nil {
			return
		}
		if !utf8.ValidString(text) || utf8.RuneCountInString(text) > limit || strings.ContainsAny(text, "\x00\x1b\r\u202e\u2066") {
			t.Errorf("%q is let through as at most %d characters", text, limit)
		}
	})
}
