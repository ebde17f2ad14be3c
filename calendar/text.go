package calendar

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPlace bounds a place, in characters.
const maxPlace = 200

// clean makes one line of printable text from whatever was typed or pasted:
// valid UTF-8, white space of any kind (line breaks too) as single spaces, no
// control characters, none that turn the direction of the text around it, and
// at most maxPlace characters. Joiners stay, emoji are made with them. A
// backslash becomes a slash: the escape of one that stands before an n is read
// as a line break by node-ical and by icalendar for Python. Quotation marks
// around the whole go, as node-ical takes them off.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\\':
			return '/'
		case unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Noncharacter_Code_Point):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Join(strings.Fields(s), " ")
	for len(s) > 1 && strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	if utf8.RuneCountInString(s) > maxPlace {
		const joiner = "\u200D"
		s = strings.TrimRight(string([]rune(s)[:maxPlace-1]), " "+joiner) + "…"
	}
	return s
}

// maxLine is the length of a content line in octets, without its CRLF.
const maxLine = 75

// fold breaks content lines that are longer than maxLine by a CRLF and a space,
// which readers take out again (RFC 5545 section 3.1). The rule counts octets;
// a character is never cut, as older readers decode line by line.
func fold(text []byte) []byte {
	folded := make([]byte, 0, len(text)+len(text)/16)
	width := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == '\r' || r == '\n':
			width = 0
		case width+size > maxLine:
			folded = append(folded, "\r\n "...)
			width = len(" ") + size
		default:
			width += size
		}
		folded = append(folded, text[i:i+size]...)
		i += size
	}
	return folded
}
