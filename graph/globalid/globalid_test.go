package globalid_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"

	"expex/engine"
	"expex/graph/globalid"
)

const uuid = "0190a6e4-7b1c-7def-8123-456789abcdef"

var kinds = []globalid.Kind{globalid.Account, globalid.Pool, globalid.Organisation, globalid.Expert, globalid.Request,
	globalid.Decision, globalid.Offer, globalid.Session, globalid.Feed, globalid.Match, globalid.Series, globalid.Busy}

// anyUUID draws 16 bytes in the form of a UUID.
var anyUUID = rapid.Custom(func(t *rapid.T) string {
	b := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes")
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
})

func TestAnIDComesBackAsItWas(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[a-z]{3,4}_[0-9a-hjkmnp-tv-z]{26}$`)
	rapid.Check(t, func(t *rapid.T) {
		kind, uuid := rapid.SampledFrom(kinds).Draw(t, "kind"), anyUUID.Draw(t, "uuid")
		id := globalid.Encode(kind, uuid)
		if !form.MatchString(id) {
			t.Fatalf("%s is no word of letters and digits", id)
		}
		if gotKind, got, err := globalid.Split(id); err != nil || gotKind != kind || got != uuid {
			t.Fatalf("%s is %s %s (%v), want %s %s", id, gotKind, got, err, kind, uuid)
		}
		for _, other := range kinds {
			got, err := globalid.Decode[engine.ExpertID](other, id)
			if other == kind && (err != nil || string(got) != uuid) || other != kind && err == nil {
				t.Fatalf("as %s, %s is %q (%v)", other, id, got, err)
			}
		}
	})
}

func TestDifferentThingsHaveDifferentIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyUUID.Draw(t, "a"), anyUUID.Draw(t, "b")
		if a != b && globalid.Encode(globalid.Offer, a) == globalid.Encode(globalid.Offer, b) {
			t.Fatalf("%s and %s have one id", a, b)
		}
		if globalid.Encode(globalid.Offer, a) == globalid.Encode(globalid.Expert, a) {
			t.Fatal("an offer and an expert have one id")
		}
	})
}

func TestWhatIsNoIDIsNotFound(t *testing.T) {
	t.Parallel()
	good := globalid.Encode(globalid.Expert, uuid)
	for name, id := range map[string]string{
		"nothing":                    "",
		"no code":                    "exp_",
		"no kind":                    good[4:],
		"an empty kind":              good[3:],
		"a UUID":                     uuid,
		"one character too few":      good[:len(good)-1],
		"one character too many":     good + "0",
		"capitals":                   strings.ToUpper(good),
		"capitals in the code":       "exp" + strings.ToUpper(good[3:]),
		"a letter that is not used":  good[:len(good)-2] + "u" + good[len(good)-1:],
		"l for 1":                    good[:len(good)-2] + "l" + good[len(good)-1:],
		"stray bits at the end":      good[:len(good)-1] + "1",
		"a space before":             " " + good,
		"a line break behind":        good + "\n",
		"a line break inside":        good[:10] + "\n" + good[10:],
		"padding":                    good + "======",
		"two underscores":            strings.Replace(good, "_", "__", 1),
		"another kind":               "off" + good[3:],
		"a kind that is not there":   "cat" + good[3:],
		"NUL":                        good[:8] + "\x00" + good[9:],
		"invalid UTF-8":              good[:8] + "\xff" + good[9:],
		"digits that are not ASCII":  good[:8] + "\uff11" + good[9:],
		"a kind turned round":        "\u202e" + good,
		"sixty thousand characters":  "exp_" + strings.Repeat("0", 60_000),
		"another underscore inside":  good[:10] + "_" + good[11:],
		"a code of only zeros, long": "exp_" + strings.Repeat("0", 27),
	} {
		got, err := globalid.Decode[engine.ExpertID](globalid.Expert, id)
		if e, typed := err.(*engine.Error); !typed || e.Code != engine.CodeNotFound || got != "" {
			t.Errorf("%s: %q is %q (%v), want NOT_FOUND", name, id, got, err)
		}
		if all, err := globalid.DecodeAll[engine.ExpertID](globalid.Expert, []string{good, id}); err == nil || all != nil {
			t.Errorf("%s: in a list it is %v", name, all)
		}
	}
}

func TestWhatIsNoUUIDHasNoID(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "x", uuid[:35], uuid + "0", "0190a6e4-7b1c-7def-8123-456789abcdeg"} {
		if id := globalid.Encode(globalid.Expert, text); id != "" {
			t.Errorf("%q became %s", text, id)
		}
	}
}

func TestSeveralIDs(t *testing.T) {
	t.Parallel()
	got, err := globalid.DecodeAll[engine.ExpertID](globalid.Expert, []string{globalid.Encode(globalid.Expert, uuid), globalid.Encode(globalid.Expert, uuid)})
	if err != nil || len(got) != 2 || got[0] != uuid || got[1] != uuid {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := globalid.DecodeAll[engine.ExpertID](globalid.Expert, nil); err != nil || len(got) != 0 {
		t.Errorf("of none: %v, %v", got, err)
	}
}

// bound checks one pair that binds ID to a type of the engine.
func bound[T ~string](t *testing.T, kind globalid.Kind, write func(T) graphql.Marshaler, read func(any) (T, error)) {
	t.Helper()
	const nothing = "00000000-0000-0000-0000-000000000000"
	var b bytes.Buffer
	write(T(uuid)).MarshalGQL(&b)
	if want := `"` + globalid.Encode(kind, uuid) + `"`; b.String() != want {
		t.Errorf("%s is written %s, want %s", kind, &b, want)
	}
	b.Reset()
	if write("").MarshalGQL(&b); b.String() != "null" {
		t.Errorf("no %s is written %s, want null", kind, &b)
	}
	if got, err := read(globalid.Encode(kind, uuid)); err != nil || got != T(uuid) {
		t.Errorf("%s is read as %q (%v)", kind, got, err)
	}
	// A filter by an id that is none finds nothing, like one by an unknown id.
	for _, wrong := range []any{"", "x", uuid, globalid.Encode("xyz", uuid), 5, nil, 1.5, true, []any{}, map[string]any{}} {
		if got, err := read(wrong); err != nil || got != nothing {
			t.Errorf("%s: %v is read as %q (%v), want the id of nothing", kind, wrong, got, err)
		}
	}
}

func TestEveryTypeOfIDIsBound(t *testing.T) {
	t.Parallel()
	bound(t, globalid.Account, globalid.MarshalAccountID, globalid.UnmarshalAccountID)
	bound(t, globalid.Pool, globalid.MarshalPoolID, globalid.UnmarshalPoolID)
	bound(t, globalid.Organisation, globalid.MarshalOrganisationID, globalid.UnmarshalOrganisationID)
	bound(t, globalid.Expert, globalid.MarshalExpertID, globalid.UnmarshalExpertID)
	bound(t, globalid.Request, globalid.MarshalRequestID, globalid.UnmarshalRequestID)
	bound(t, globalid.Decision, globalid.MarshalDecisionID, globalid.UnmarshalDecisionID)
	bound(t, globalid.Offer, globalid.MarshalOfferID, globalid.UnmarshalOfferID)
	bound(t, globalid.Session, globalid.MarshalSessionID, globalid.UnmarshalSessionID)
	bound(t, globalid.Feed, globalid.MarshalFeedID, globalid.UnmarshalFeedID)
	bound(t, globalid.Match, globalid.MarshalMatchID, globalid.UnmarshalMatchID)
	bound(t, globalid.Busy, globalid.MarshalBusyCalendarID, globalid.UnmarshalBusyCalendarID)
	bound(t, globalid.Series, globalid.MarshalSeriesID, globalid.UnmarshalSeriesID)
}

// Whatever a client sends as an id is either exactly one that was given out, or
// not found.
func FuzzSplit(f *testing.F) {
	for _, kind := range kinds {
		f.Add(globalid.Encode(kind, uuid))
	}
	for _, text := range []string{"", "_", "exp_", "exp_00000000000000000000000000", "exp_0000000000000000000000000z", "EXP_" + strings.Repeat("7", 26), "a_b_c", "\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, id string) {
		kind, uuid, err := globalid.Split(id)
		if err != nil {
			if kind != "" || uuid != "" {
				t.Errorf("an error comes with %q %q", kind, uuid)
			}
			return
		}
		if again := globalid.Encode(kind, uuid); again != id {
			t.Errorf("%q stands for %s, whose id is %q", id, uuid, again)
		}
	})
}
