package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckText refuses what no field of ours can hold: broken UTF-8, control and
// invisible formatting characters, and more than limit characters.
func CheckText(field, text string, limit int) error {
	switch {
	case !utf8.ValidString(text):
		return Invalid(field, "is not valid UTF-8; send text")
	case utf8.RuneCountInString(text) > limit:
		return Invalid(field, "has %d characters; use at most %d", utf8.RuneCountInString(text), limit)
	case strings.ContainsFunc(text, forbidden):
		return Invalid(field, "holds a control or invisible character; remove it")
	}
	return nil
}

// forbidden characters are control characters other than a line break or tab,
// and the formatting ones that turn the direction of text round.
func forbidden(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError)
}
