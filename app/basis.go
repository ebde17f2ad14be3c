package app

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"expex/engine"
)

// basis is what a suggestion rested on when somebody looked at it. She gives it
// back with her choice, and what differs by then is told. It holds what must not
// change unnoticed, and not what changes by itself: values, not the facts behind
// them, so that hours that were confirmed nine days ago may be so ten days ago.
//
// It is readable by who holds it and signed by nobody: it holds nothing she was
// not shown, and who forges one deceives herself.
type basis struct {
	engine  string
	weights string
	asked   string   // of what the request asks for, see [askedHash]
	values  []string // per factor, in the order of the engine of that version: its value, "?" for unknown, "" for none
	slots   []string // the starts that were proposed, as Unix seconds
}

// basisOf is the basis of a suggestion of a ranking.
func basisOf(request engine.Request, engineVersion, weightsVersion string, s engine.Suggestion) basis {
	b := basis{engine: engineVersion, weights: weightsVersion, asked: askedHash(request), values: make([]string, len(engine.Factors))}
	for i, factor := range engine.Factors {
		for _, f := range s.Factors {
			switch {
			case f.Name != factor.Name:
			case f.State == engine.Known:
				b.values[i] = strconv.Itoa(f.Value)
			default:
				b.values[i] = "?"
			}
		}
	}
	for _, slot := range s.Slots {
		b.slots = append(b.slots, startOf(slot))
	}
	return b
}

// startOf names the slot of a suggestion: all of them have the same length.
func startOf(slot engine.Interval) string { return strconv.FormatInt(slot.Start.Unix(), 10) }

// askedHash stands for all of a request that experts are measured against. What
// it has gone through since is none of it.
func askedHash(r engine.Request) string {
	r.Status, r.WaitlistReason, r.Urgency, r.Goal, r.Address, r.SubmittedAt = "", "", "", "", "", time.Time{}
	r.CohortID, r.EarliestDate = "", ""
	encoded, err := json.Marshal(r)
	if err != nil {
		panic(err) // cannot happen: it holds text, numbers and times that were stored
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:4])
}

// basisForm is the text of a basis of the first form there ever was.
var basisForm = regexp.MustCompile(`^1;[0-9a-z.-]{1,20};[0-9A-Za-z/_-]{1,60};[0-9a-f]{8};(?:[0-9]{0,5}|\?)(?:,(?:[0-9]{0,5}|\?)){0,30};(?:[0-9]{1,11}(?:,[0-9]{1,11}){0,5})?$`)

// String is the basis as it travels, with a checksum against one cut off.
func (b basis) String() string {
	text := strings.Join([]string{"1", b.engine, b.weights, b.asked, strings.Join(b.values, ","), strings.Join(b.slots, ",")}, ";")
	return base64.RawURLEncoding.EncodeToString(append([]byte(text), checksum(text)...))
}

func checksum(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:2]
}

// parseBasis reads what [basis.String] wrote; anything else is INVALID.
func parseBasis(text string) (*basis, error) {
	malformed := engine.Invalid("basis", "is none that was given out; pass on the basis of the suggestion you chose as it is")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < 2 {
		return nil, malformed
	}
	content := string(raw[:len(raw)-2])
	if !basisForm.MatchString(content) {
		return nil, malformed
	}
	parts := strings.Split(content, ";")
	b := basis{engine: parts[1], weights: parts[2], asked: parts[3], values: strings.Split(parts[4], ",")}
	if parts[5] != "" {
		b.slots = strings.Split(parts[5], ",")
	}
	if b.String() != text { // the checksum, and what a decoder overlooks
		return nil, malformed
	}
	return &b, nil
}

// showed reports whether a slot was among those proposed.
func (b basis) showed(slot engine.Interval) bool { return slices.Contains(b.slots, startOf(slot)) }

// changes lists how the world differs from what the basis tells of a team. The
// ranking is that of the team alone, as of now; broken are the rules that a slot
// that was shown breaks by now.
func (b basis) changes(in engine.MatchInput, ranking engine.Ranking, broken []engine.RuleCode) []engine.StaleChange {
	var now engine.Suggestion
	suggested := len(ranking.Suggestions) > 0
	if suggested {
		now = ranking.Suggestions[0]
	}
	is := basisOf(in.Request, engine.Version, in.Weights.Version, now)
	var out []engine.StaleChange
	if b.engine != is.engine {
		out = append(out, engine.StaleChange{What: engine.ChangedEngine, Was: b.engine, Is: is.engine})
	}
	if b.weights != is.weights {
		out = append(out, engine.StaleChange{What: engine.ChangedWeights, Was: b.weights, Is: is.weights})
	}
	if b.asked != is.asked {
		out = append(out, engine.StaleChange{What: engine.ChangedRequest})
	}
	if len(broken) == 0 && !suggested {
		for _, x := range ranking.Excluded {
			broken = append(broken, x.Code)
		}
	}
	out = append(out, ruleChanges(in, broken)...)
	if suggested && b.engine == is.engine { // values of two versions of the engine do not compare
		out = append(out, b.valueChanges(is)...)
	}
	return out
}

// tellable are the rules that may be told of people who are named. They rest on
// what a coordinator keeps herself; every other rule rests on what an expert
// keeps to herself, or may, and is told as OTHER.
var tellable = []engine.RuleCode{"NOT_DEPLOYABLE", "TYPE_NOT_TRAINED", "CONDUCT_CERT_INVALID", "AGREEMENT_MISSING", "CAPACITY", "NOT_AVAILABLE",
	"TRAVEL_LIMIT", "OUT_OF_SERVICE_AREA"}

func ruleChanges(in engine.MatchInput, broken []engine.RuleCode) []engine.StaleChange {
	folded := slices.ContainsFunc(in.Candidates, func(c engine.Candidate) bool { return c.FoldExclusions })
	var out []engine.StaleChange
	for _, code := range broken {
		change := engine.StaleChange{What: engine.ChangedRule, Rule: code}
		switch {
		case code == overlap:
			change = engine.StaleChange{What: engine.ChangedSlot}
		case folded || !slices.Contains(tellable, code):
			change.Rule = engine.OtherRule
		}
		if !slices.Contains(out, change) {
			out = append(out, change)
		}
	}
	return out
}

// profile are the factors that rest on what experts have told about themselves.
// They change under one name, so that a theme that was taken back is not told
// from a birthday.
var profile = []engine.FactorName{"theme_fit", "preference_fit", "age_nearness"}

// valueChanges compares the factors that both have: one that only one of them has
// came or went with the weights or the request, which were told.
func (b basis) valueChanges(is basis) []engine.StaleChange {
	var out []engine.StaleChange
	told := false
	for i, factor := range engine.Factors {
		if i >= len(b.values) || b.values[i] == "" || is.values[i] == "" || b.values[i] == is.values[i] {
			continue
		}
		if !slices.Contains(profile, factor.Name) {
			out = append(out, engine.StaleChange{What: engine.ChangedFactor, Factor: factor.Name, Was: factorValue(b.values[i]), Is: factorValue(is.values[i])})
		} else if !told {
			told = true
			out = append(out, engine.StaleChange{What: engine.ChangedProfile})
		}
	}
	return out
}

// factorValue is the value of a factor, nil for an unknown one.
func factorValue(text string) any {
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil
	}
	return n
}

// stale tells what has changed since a suggestion was looked at. A rule that is
// broken leaves no way out; anything else, a reason does.
func stale(changes []engine.StaleChange, final bool) error {
	words := make([]string, len(changes))
	for i, c := range changes {
		words[i] = changeText(c)
	}
	fix := "look again with matchSuggestions"
	if !final {
		fix += ", or say in overrideReason why you choose this nevertheless"
	}
	e := engine.Conflict(engine.ReasonStale, "the world has changed since that suggestion: %s; %s", strings.Join(words, "; "), fix)
	e.Changes = changes
	return e
}

func changeText(c engine.StaleChange) string {
	text := strings.TrimSpace(fmt.Sprintf("%s %s%s", c.What, c.Factor, c.Rule))
	for _, part := range []struct {
		word  string
		value any
	}{{" was ", c.Was}, {", is ", c.Is}} {
		switch {
		case part.value != nil:
			text += fmt.Sprint(part.word, part.value)
		case c.What == engine.ChangedFactor:
			text += part.word + "unknown"
		}
	}
	return text
}
