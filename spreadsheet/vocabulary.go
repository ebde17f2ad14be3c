package spreadsheet

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// vocabulary finds codes by the names people write for them.
//
// Names are compared without capitals, accents, spaces and punctuation. What
// stands in brackets may be left out, and one side of " / " is enough: BUDDY,
// "(ervarings)maatje", "ervaringsmaatje" and "maatje" are one code, as are
// "voorlichting / gastles" and "gastles".
type vocabulary[C ~string] struct {
	what     string         // for messages: "a municipality"
	codes    map[string][]C // by folded name
	labels   []string
	spelling speller
	silent   bool // suggests nothing: that would repeat what must not be repeated
}

// add makes a code known by its names, of which a message suggests the first.
func (v *vocabulary[C]) add(code C, names ...string) {
	if v.codes == nil {
		v.codes = map[string][]C{}
	}
	if !v.silent {
		v.labels = append(v.labels, names[0])
		v.spelling.add(variants(names[0])...)
	}
	for _, name := range append(names, string(code)) {
		for _, variant := range variants(name) {
			if folded := fold(variant); folded != "" && !slices.Contains(v.codes[folded], code) {
				v.codes[folded] = append(v.codes[folded], code)
			}
		}
	}
}

var inBrackets = regexp.MustCompile(`\([^)]*\)`)

func variants(name string) []string {
	if !strings.ContainsAny(name, "(/") {
		return []string{name}
	}
	out := []string{name, inBrackets.ReplaceAllString(name, "")}
	for _, whole := range out {
		out = append(out, strings.Split(whole, " / ")...)
	}
	return out
}

// parse gives the code, or the reason why there is none.
func (v *vocabulary[C]) parse(text string) (C, error) {
	if found := v.codes[fold(text)]; len(found) == 1 {
		return found[0], nil
	}
	return "", unknown[C]{v, text}
}

// unknown is a name that is not in a vocabulary. What was meant instead is
// sought when the message is asked for.
type unknown[C ~string] struct {
	*vocabulary[C]
	text string
}

// listed is how many names a message may list.
const listed = 15

// Error gives the reason as the parsers do.
func (u unknown[C]) Error() string {
	found := u.codes[fold(u.text)]
	near := u.spelling.nearest(u.text)
	switch {
	case len(found) > 1 && u.silent:
		return "could be more than one thing; give the code of " + u.what
	case len(found) > 1:
		return fmt.Sprintf("could be any of %v; give the code", found)
	case near != "":
		return fmt.Sprintf("is not %s; did you mean %s?", u.what, near)
	case 0 < len(u.labels) && len(u.labels) <= listed:
		return fmt.Sprintf("is not %s; known are %s", u.what, strings.Join(u.labels, ", "))
	}
	return fmt.Sprintf("is not %s; give its code or its name", u.what)
}

// fold reduces a name to what is compared: lower-case letters without accents,
// and digits.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		switch {
		case r < 0x80 && (unicode.IsLower(r) || unicode.IsDigit(r)):
			return r
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if base, ok := unaccented[r]; ok {
				return base
			}
			return r
		}
		return -1 // also the combining accents of decomposed text
	}, name)
}

var unaccented = func() map[rune]rune {
	out := map[rune]rune{}
	for base, letters := range map[rune]string{
		'a': "àáâãäåāă", 'c': "çćč", 'd': "ď", 'e': "èéêëēėęě", 'g': "ğģ", 'i': "ìíîïīı", 'l': "ł", 'n': "ñńň",
		'o': "òóôõöøō", 'r': "ř", 's': "śşšș", 't': "ťț", 'u': "ùúûüūů", 'y': "ýÿ", 'z': "źżž",
	} {
		for _, letter := range letters {
			out[letter] = base
		}
	}
	return out
}()

// speller knows names and finds the one that was probably meant.
type speller struct {
	names  []string
	folded [][]rune
}

func (s *speller) add(names ...string) {
	for _, name := range names {
		s.names = append(s.names, name)
		s.folded = append(s.folded, []rune(fold(name)))
	}
}

// nearest gives the name a slip of the keyboard or two away, "" when none is.
func (s *speller) nearest(text string) string {
	wrong := []rune(fold(text))
	best, least := "", 3
	for i, right := range s.folded {
		slips := min(2, len(right)/4)
		if d := len(wrong) - len(right); -slips <= d && d <= slips {
			if n := distance(wrong, right); n <= slips && n < least {
				best, least = s.names[i], n
			}
		}
	}
	return best
}

// distance is the number of letters to add, drop or replace (V. Levenshtein,
// Soviet Physics Doklady 10, 1966).
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
