package engine

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FindingKind says what a piece of free text may give away. Kinds are API.
type FindingKind string

// The kinds.
const (
	FoundDiagnosis     FindingKind = "DIAGNOSIS"      // names a disorder or a medicine
	FoundFirstName     FindingKind = "FIRST_NAME"     // looks like somebody's name; the one kind that may be a mistake
	FoundPhone         FindingKind = "PHONE"          // a Dutch telephone number
	FoundEmail         FindingKind = "EMAIL"          // an e-mail address
	FoundBirthDate     FindingKind = "BIRTH_DATE"     // a full day in the past, or any after "geboren"
	FoundCitizenNumber FindingKind = "CITIZEN_NUMBER" // nine digits that can be a BSN
	FoundAddress       FindingKind = "ADDRESS"        // a postcode with a house number
)

// Finding is a piece of a text that may say who somebody is or what he has. It
// does not hold the piece itself.
type Finding struct {
	Kind FindingKind `json:"kind"`
	// Start and End are characters (Unicode code points) from 0; End is the first
	// one behind it.
	Start int `json:"start"`
	End   int `json:"end"`
	// Neutral is what a rewrite has in its place.
	Neutral string `json:"neutral"`
}

// left is what stands in a rewrite for what it leaves out.
const left = "[...]"

// FindPersonal finds what a free text should not hold: names of disorders and
// medicines, likely first names, and numbers that lead to a person. What it finds
// lies in the order of the text and does not overlap. It knows words, not
// meaning: a rare name passes, and a house called after somebody does not. Days
// after today are no dates of birth.
func FindPersonal(text string, today Date) []Finding {
	d := detector{text: text, runes: []rune(text), today: today}
	d.spent = make([]bool, len(d.runes))
	d.patterns()
	d.words()
	slices.SortFunc(d.found, func(a, b Finding) int { return cmp.Compare(a.Start, b.Start) })
	return d.found
}

// Rewrite gives the text with a neutral word for each finding. FindPersonal finds
// nothing in it.
func Rewrite(text string, today Date) string {
	for {
		found := FindPersonal(text, today)
		if len(found) == 0 {
			return text
		}
		// What is left out can make another thing stand alone, so it looks again.
		// That ends: each round leaves less of the text that came in.
		runes, at := []rune(text), 0
		var b strings.Builder
		for _, f := range found {
			b.WriteString(string(runes[at:f.Start]) + f.Neutral)
			at = f.End
		}
		text = b.String() + string(runes[at:])
	}
}

// checkGoal refuses a goal that may say who somebody is. The error tells kinds and
// places, and the rewrite; its message holds nothing of the text.
func (r *Request) checkGoal(today Date) error {
	found := FindPersonal(r.Goal, today)
	if r.GoalNamesNobody {
		found = slices.DeleteFunc(found, func(f Finding) bool { return f.Kind == FoundFirstName })
	}
	if len(found) == 0 {
		return nil
	}
	places := make([]string, 0, 3)
	for _, f := range found[:min(len(found), 3)] {
		places = append(places, fmt.Sprintf("%s at characters %d to %d", f.Kind, f.Start+1, f.End))
	}
	if more := len(found) - len(places); more > 0 {
		places = append(places, fmt.Sprintf("%d more", more))
	}
	err := Invalid("goal", "may say who somebody is (%s); leave that out: themes are chosen from the list, age and place have fields", strings.Join(places, ", "))
	err.Reason, err.Findings, err.Rewrite = ReasonPersonalData, found, Rewrite(r.Goal, today)
	return err
}

// detector is the state of one look at a text.
type detector struct {
	text  string
	runes []rune
	today Date
	spent []bool // characters of a finding, or of what is certainly none
	found []Finding
}

func (d *detector) add(kind FindingKind, start, end int, neutral string) {
	d.spend(start, end)
	d.found = append(d.found, Finding{kind, start, end, neutral})
}

func (d *detector) spend(start, end int) {
	for i := start; i < end; i++ {
		d.spent[i] = true
	}
}

func (d *detector) free(start, end int) bool { return !slices.Contains(d.spent[start:end], true) }

const months = `januari|jan|februari|feb|maart|mrt|april|apr|mei|juni|jun|juli|jul|augustus|aug|september|sept|sep|oktober|okt|november|nov|december|dec`

// patterns are the things with a form, those that hold others first. The
// function takes what stands before it and the groups, the whole first; false =
// it is not one. What has no kind is no finding, and none of its words is.
var patterns = []struct {
	kind FindingKind
	form *regexp.Regexp
	is   func(d *detector, before string, groups []string) bool
}{
	{"", regexp.MustCompile(`Hendrik[ \-]Ido[ \-]Ambacht|William Schrikker|Anna Paulowna`), nil}, // called after people
	{FoundEmail, regexp.MustCompile(`[\p{L}\d._%+\-]+@[\p{L}\d\-]+(?:\.[\p{L}\d\-]+)+`), nil},
	{FoundDiagnosis, regexp.MustCompile(`(?i)syndroom van(?: de)? \p{L}+|gilles de la tourette`), nil},
	{FoundBirthDate, regexp.MustCompile(`(\d{4})-(\d{1,2})-(\d{1,2})`), func(d *detector, before string, g []string) bool { return d.birth(before, g[3], g[2], g[1]) }},
	{FoundBirthDate, regexp.MustCompile(`(\d{1,2})[\-/.](\d{1,2})(?:[\-/.](\d{4}|\d{2}))?`), func(d *detector, before string, g []string) bool { return d.birth(before, g[1], g[2], g[3]) }},
	{FoundBirthDate, regexp.MustCompile(`(?i)(\d{1,2})e? (` + months + `)\.?(?: (\d{4}|'?\d{2}))?`), func(d *detector, before string, g []string) bool {
		return d.birth(before, g[1], monthNumber(g[2]), g[3])
	}},
	{FoundAddress, regexp.MustCompile(`[1-9]\d{3}(?:\pZ?[A-Z]{2}|[a-z]{2})(?:,|\pZ)+(?:nr\.?\pZ?)?\d{1,5}`), nil},
	{FoundAddress, regexp.MustCompile(`\d{1,5}\pZ?[a-zA-Z]?(?:,|\pZ)+[1-9]\d{3}(?:\pZ?[A-Z]{2}|[a-z]{2})`), nil},
	{FoundPhone, regexp.MustCompile(`(?:(?:\+|00)\pZ?31|\(?0)[\pZ().\-/]{0,3}(?:\(0\)\pZ?)?[1-9](?:[\pZ().\-/]{0,3}\d){8}`), nil},
	{FoundCitizenNumber, regexp.MustCompile(`\d{9}|\d{4}[. ]\d{2}[. ]\d{3}|\d{3}[. \-]\d{3}[. \-]\d{3}`), func(_ *detector, _ string, g []string) bool { return elevenProof(g[0]) }},
}

func (d *detector) patterns() {
	for _, p := range patterns {
		at := 0 // bytes
		for at < len(d.text) {
			m := p.form.FindStringSubmatchIndex(d.text[at:])
			if m == nil {
				break
			}
			from, to := at+m[0], at+m[1]
			groups := make([]string, len(m)/2)
			for i := range groups {
				if m[2*i] >= 0 {
					groups[i] = d.text[at+m[2*i] : at+m[2*i+1]]
				}
			}
			start := utf8.RuneCountInString(d.text[:from])
			end := start + utf8.RuneCountInString(d.text[from:to])
			if !d.alone(start, end) || !d.free(start, end) || p.is != nil && !p.is(d, d.text[:from], groups) {
				// The rest of it may be one: "12 0612345678".
				_, size := utf8.DecodeRuneInString(d.text[from:])
				at = from + size
				continue
			}
			if p.kind == "" {
				d.spend(start, end)
			} else {
				d.add(p.kind, start, end, left)
			}
			at = to
		}
	}
}

// alone reports whether no letter or digit goes on where the piece ends.
func (d *detector) alone(start, end int) bool {
	joined := func(a, b rune) bool {
		return unicode.IsDigit(a) && unicode.IsDigit(b) || unicode.IsLetter(a) && unicode.IsLetter(b)
	}
	return (start == 0 || !joined(d.runes[start-1], d.runes[start])) && (end == len(d.runes) || !joined(d.runes[end-1], d.runes[end]))
}

// born is what stands before the day somebody was born.
var born = regexp.MustCompile(`(?i)(?:geboren|geb|geboortedatum|geboortedag|jarig|verjaart|verjaardag|born)[.:]?(?:\pZ+(?:is|op|on))?:?\pZ*$`)

// birth reports whether a day can be one of birth: any after "geboren", and a full
// one in the past.
func (d *detector) birth(before, day, month, year string) bool {
	within := func(s string, most int) bool { n := number(s); return n >= 1 && n <= most }
	if !within(day, 31) || !within(month, 12) {
		return false
	}
	if born.MatchString(before) {
		return true
	}
	date := Date(fmt.Sprintf("%s-%02d-%02d", year, number(month), number(day)))
	return len(year) == 4 && date >= "1900-01-01" && date < d.today
}

// number is the value of at most four digits.
func number(digits string) (n int) {
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

// monthNumber gives the digits of a month by its first letters.
func monthNumber(name string) string {
	short := strings.ToLower(name)
	if short == "mrt" {
		return "3"
	}
	for i, month := range monthNames {
		if strings.HasPrefix(month, short) {
			return fmt.Sprint(i + 1)
		}
	}
	return ""
}

// elevenProof is the test that a burgerservicenummer passes: nine digits with the
// weights 9 to 2 and, for the last, -1 add up to a multiple of eleven (Logisch
// ontwerp BSN, Rijksdienst voor Identiteitsgegevens).
func elevenProof(text string) bool {
	sum, weight := 0, 9
	for _, c := range text {
		if c < '0' || c > '9' {
			continue
		}
		if weight == 1 {
			weight = -1
		}
		sum += weight * int(c-'0')
		weight--
	}
	return sum != 0 && sum%11 == 0
}

// word is a run of letters.
type word struct {
	start, end int
	folded     string
	capital    bool // begins with one
	shouted    bool // has no small letter, and more than one
}

func (d *detector) split() (out []word) {
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.In(r, unicode.Mn, unicode.Cf) }
	for i := 0; i < len(d.runes); i++ {
		if !unicode.IsLetter(d.runes[i]) {
			continue
		}
		w := word{start: i, capital: unicode.IsUpper(d.runes[i])}
		for i < len(d.runes) && letter(d.runes[i]) {
			i++
		}
		w.end = i
		w.folded = fold(d.runes[w.start:w.end])
		w.shouted = w.end-w.start > 1 && !slices.ContainsFunc(d.runes[w.start:w.end], unicode.IsLower)
		out = append(out, w)
	}
	return out
}

// words finds diagnoses and names among the words.
func (d *detector) words() {
	words := d.split()
	for i := 0; i < len(words); i++ {
		w := words[i]
		if !d.free(w.start, w.end) {
			continue
		}
		if isDiagnosis(w) {
			last := i
			for last+1 < len(words) && d.joined(words[last], words[last+1]) && isDiagnosis(words[last+1]) {
				last++
			}
			d.add(FoundDiagnosis, w.start, words[last].end, left)
			i = last
			continue
		}
		cued := i > 0 && kin[words[i-1].folded] && d.between(words[i-1], w, ":\"'“”‘’„(")
		house := i > 0 && houseWords[words[i-1].folded] && d.between(words[i-1], w, "\"'“”‘’„.")
		first := d.opens(w.start)
		if house && !cued || !isName(w, cued, first) {
			continue
		}
		last := d.surname(words, i)
		neutral := "een jongere"
		switch {
		case cued:
			neutral = left
		case first:
			neutral = "Een jongere"
		}
		d.add(FoundFirstName, w.start, words[last].end, neutral)
		i = last
	}
}

func isDiagnosis(w word) bool {
	if themeWords[w.folded] {
		return false
	}
	if diagnoses[w.folded] || w.shouted && abbreviations[w.folded] {
		return true
	}
	for _, stem := range diagnosisStems {
		if strings.HasPrefix(w.folded, stem) {
			return true
		}
	}
	for _, end := range diagnosisEnds {
		if len(w.folded) > len(end) && strings.HasSuffix(w.folded, end) {
			return true
		}
	}
	return false
}

// isName weighs a word: after "dochter" it takes less than elsewhere, and a word
// that is not only a name takes a capital that no sentence gave it.
func isName(w word, cued, first bool) bool {
	name := firstNames[w.folded]
	if owner, ok := strings.CutSuffix(w.folded, "s"); ok && len(owner) > 3 {
		name = name || firstNames[owner]
	}
	switch {
	case name:
		return w.capital || cued
	case nameWords[w.folded]:
		return w.capital && (cued || !first && !w.shouted)
	default:
		return cued && w.capital && !w.shouted && w.end-w.start > 1 && !capitalWords[w.folded]
	}
}

// surname gives the last word of the name that begins with the i-th.
func (d *detector) surname(words []word, i int) int {
	last := i
	for next := i + 1; next < len(words) && d.joined(words[next-1], words[next]) && d.free(words[next].start, words[next].end); next++ {
		w := words[next]
		switch {
		case particles[w.folded] && next-last <= 3:
		case w.capital && !w.shouted && !capitalWords[w.folded] && !isDiagnosis(w):
			last = next
		default:
			return last
		}
	}
	return last
}

// joined reports whether nothing but blanks or a hyphen stands between two words.
func (d *detector) joined(a, b word) bool { return d.between(a, b, "-") }

// between reports whether at most three characters stand between two words, all
// blanks or among these.
func (d *detector) between(a, b word, these string) bool {
	gap := d.runes[a.end:b.start]
	if len(gap) == 0 || len(gap) > 3 {
		return false
	}
	return !slices.ContainsFunc(gap, func(r rune) bool {
		return r != '\t' && !unicode.Is(unicode.Zs, r) && !strings.ContainsRune(these, r)
	})
}

// opens reports whether a sentence begins with the word at a character.
func (d *detector) opens(start int) bool {
	for i := start - 1; i >= 0; i-- {
		switch r := d.runes[i]; {
		case strings.ContainsRune(".!?…\n", r):
			return true
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return false
		}
	}
	return true
}

// accents gives the plain letter of those with an accent that names here have.
var accents = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "ç", "c", "ć", "c", "č", "c",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "ę", "e", "ğ", "g", "í", "i", "ì", "i", "î", "i", "ï", "i", "ı", "i", "ł", "l",
	"ñ", "n", "ń", "n", "ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ø", "o", "ş", "s", "ș", "s", "š", "s", "ś", "s",
	"ú", "u", "ù", "u", "û", "u", "ü", "u", "ý", "y", "ÿ", "y", "ž", "z", "ż", "z")

// fold gives a word in small plain letters.
func fold(runes []rune) string {
	plain := make([]rune, 0, len(runes))
	for _, r := range runes {
		if r == 'İ' {
			r = 'i'
		}
		if !unicode.In(r, unicode.Mn, unicode.Cf) {
			plain = append(plain, unicode.ToLower(r))
		}
	}
	return accents.Replace(string(plain))
}
