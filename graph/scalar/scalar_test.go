package scalar_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"pgregory.net/rapid"

	"expex/engine"
	"expex/graph/scalar"
)

// written is a value as JSON.
func written(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

// wrong are values of other types than the one asked for.
var wrong = []any{nil, true, 5, int64(5), 1.5, json.Number("5"), []any{"x"}, map[string]any{"x": "y"}}

func TestDateTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2027-03-28T14:00:00Z":           "2027-03-28T14:00:00Z",
		"2027-03-28T16:00:00+02:00":      "2027-03-28T14:00:00Z",
		"2027-03-28T02:30:00+01:00":      "2027-03-28T01:30:00Z", // the gap is none with an offset
		"2027-10-31T02:30:00+02:00":      "2027-10-31T00:30:00Z",
		"2027-10-31T02:30:00+01:00":      "2027-10-31T01:30:00Z",
		"2027-03-28T14:00:00-00:00":      "2027-03-28T14:00:00Z",
		"2027-03-28T14:00:00.5Z":         "2027-03-28T14:00:00.5Z",
		"2027-03-28T14:00:00.1234567Z":   "2027-03-28T14:00:00.123456Z", // as the database keeps it
		"2027-03-28T14:00:00.999999999Z": "2027-03-28T14:00:00.999999Z",
		"1900-01-01T00:00:00Z":           "1900-01-01T00:00:00Z",
		"2200-12-31T23:59:59Z":           "2200-12-31T23:59:59Z",
		"2028-02-29T00:00:00Z":           "2028-02-29T00:00:00Z",
	} {
		got, err := scalar.UnmarshalDateTime(text)
		if err != nil || written(scalar.MarshalDateTime(got)) != `"`+want+`"` || got.Location() != time.UTC {
			t.Errorf("%s is %s in %s (%v), want %s", text, written(scalar.MarshalDateTime(got)), got.Location(), err, want)
		}
	}
	for _, text := range []string{"", "garbage", "2027-03-28", "2027-03-28T14:00:00", "2027-03-28 14:00:00Z", "2027-03-28T14:00Z", "2027-02-30T14:00:00Z",
		"2027-13-01T14:00:00Z", "2027-03-28T25:00:00Z", "2027-03-28T24:00:01Z", "2027-03-28T14:60:00Z", "2027-03-28T14:00:61Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
		"1899-12-31T23:59:59Z", "2201-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "-2027-03-28T14:00:00Z", "+2027-03-28T14:00:00Z",
		"infinity", "now", "epoch", "1806242400", "2027-03-28T14:00:00+99:99", "2027-03-28T14:00:00 Europe/Amsterdam", " 2027-03-28T14:00:00Z",
		"2027-03-28T14:00:00Z\n", "\uff12027-03-28T14:00:00Z", "2027-W12-7T14:00:00Z"} {
		if got, err := scalar.UnmarshalDateTime(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
	for _, v := range wrong {
		if got, err := scalar.UnmarshalDateTime(v); err == nil {
			t.Errorf("%v is %s", v, got)
		}
	}
	if got := written(scalar.MarshalDateTime(time.Time{})); got != "null" {
		t.Errorf("no instant is %s", got)
	}
}

func TestDateTimeComesBackAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMicro(rapid.Int64Range(-2_208_988_800_000_000, 7_289_654_399_999_999).Draw(t, "microseconds")).UTC()
		var text string
		if err := json.Unmarshal([]byte(written(scalar.MarshalDateTime(at))), &text); err != nil {
			t.Fatal(err)
		}
		if got, err := scalar.UnmarshalDateTime(text); err != nil || !got.Equal(at) {
			t.Fatalf("%s came back as %s (%v)", text, got, err)
		}
	})
}

func TestDate(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2027-03-28", "1900-01-01", "2200-12-31", "2028-02-29"} {
		got, err := scalar.UnmarshalDate(text)
		if err != nil || written(scalar.MarshalDate(got)) != `"`+text+`"` {
			t.Errorf("%s is %s (%v)", text, got, err)
		}
	}
	for _, text := range []string{"", "garbage", "2027-02-30", "2027-02-29", "2027-13-01", "2027-00-10", "2027-01-00", "27-03-28", "2027-3-28", "2027/03/28", "28-03-2027",
		"2027-03-28T00:00:00Z", "1899-12-31", "2201-01-01", "0000-01-01", "9999-12-31", "10000-01-01", "-2027-03-28", "today", " 2027-03-28", "2027-03-28\n", "２０２７-03-28"} {
		if got, err := scalar.UnmarshalDate(text); err == nil {
			t.Errorf("%q is %q", text, got)
		}
	}
	for _, v := range wrong[1:] {
		if got, err := scalar.UnmarshalDate(v); err == nil {
			t.Errorf("%v is %q", v, got)
		}
	}
	if got, err := scalar.UnmarshalDate(nil); err != nil || got != "" || written(scalar.MarshalDate(got)) != "null" {
		t.Errorf("no day is %q (%v), written %s", got, err, written(scalar.MarshalDate(got)))
	}
}

func TestWallTime(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"00:00", "09:05", "23:59", "24:00"} {
		got, err := scalar.UnmarshalWallTime(text)
		if err != nil || written(scalar.MarshalWallTime(got)) != `"`+text+`"` {
			t.Errorf("%s is %s (%v)", text, got, err)
		}
	}
	for _, text := range []string{"", "garbage", "25:00", "24:01", "24:00:00", "9:05", "09:5", "09:60", "-1:00", "09.05", "09:05:00", "9am", " 09:05", "09:05\n", "０９:05"} {
		if got, err := scalar.UnmarshalWallTime(text); err == nil {
			t.Errorf("%q is %q", text, got)
		}
	}
	for _, v := range wrong {
		if got, err := scalar.UnmarshalWallTime(v); err == nil {
			t.Errorf("%v is %q", v, got)
		}
	}
}

func TestInt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    any
		want int
	}{
		{0, 0}, {int64(-1), -1}, {int64(math.MaxInt32), math.MaxInt32}, {int64(math.MinInt32), math.MinInt32},
		{json.Number("5"), 5}, {json.Number("-2147483648"), math.MinInt32}, {json.Number("2147483647"), math.MaxInt32}, {json.Number("-0"), 0},
	} {
		if got, err := scalar.UnmarshalInt(c.v); err != nil || got != c.want {
			t.Errorf("%v is %d (%v), want %d", c.v, got, err, c.want)
		}
	}
	for _, v := range []any{nil, "3", "", true, 1.0, 1.5, math.NaN(), math.Inf(1), int64(math.MaxInt32) + 1, int64(math.MinInt32) - 1, math.MaxInt64,
		json.Number("2147483648"), json.Number("-2147483649"), json.Number("1.5"), json.Number("1.0"), json.Number("1e3"), json.Number("99999999999999999999"), json.Number("NaN"), json.Number(""),
		[]any{1}, map[string]any{"n": 1}} {
		if got, err := scalar.UnmarshalInt(v); err == nil {
			t.Errorf("%T %v is %d", v, v, got)
		}
	}
	if got := written(scalar.MarshalInt(-5)); got != "-5" {
		t.Errorf("-5 is written %s", got)
	}
}

// code checks one pair that binds String to a type of the engine.
func code[C ~string](t *testing.T, write func(C) graphql.Marshaler, read func(any) (C, error)) {
	t.Helper()
	if got, err := read("OUT_OF_HOME"); err != nil || got != "OUT_OF_HOME" {
		t.Errorf("read as %q (%v)", got, err)
	}
	if got := written(write("OUT_OF_HOME")); got != `"OUT_OF_HOME"` {
		t.Errorf("written %s", got)
	}
	if got := written(write("")); got != "null" {
		t.Errorf("no code is written %s", got)
	}
	for _, v := range []any{[]any{"x"}, map[string]any{}} {
		if got, err := read(v); err == nil {
			t.Errorf("%v is read as %q", v, got)
		}
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	code(t, scalar.MarshalMunicipalityCode, scalar.UnmarshalMunicipalityCode)
	code(t, scalar.MarshalRegionCode, scalar.UnmarshalRegionCode)
	code(t, scalar.MarshalThemeCode, scalar.UnmarshalThemeCode)
	code(t, scalar.MarshalDeploymentTypeCode, scalar.UnmarshalDeploymentTypeCode)
	code(t, scalar.MarshalRuleCode, scalar.UnmarshalRuleCode)
	code(t, scalar.MarshalFactorName, scalar.UnmarshalFactorName)
	code(t, scalar.MarshalFactCode, scalar.UnmarshalFactCode)
	code(t, scalar.MarshalBusyWarningCode, scalar.UnmarshalBusyWarningCode)
	code(t, scalar.MarshalWarningCode, scalar.UnmarshalWarningCode)
}

// What a client wrote may be personal: an error says what is wrong with it and
// does not repeat it.
func TestErrorsDoNotRepeatWhatWasWritten(t *testing.T) {
	t.Parallel()
	const secret = "Jan Verzonnen, 12 jaar"
	_, dateTime := scalar.UnmarshalDateTime(secret)
	_, date := scalar.UnmarshalDate(secret)
	_, wall := scalar.UnmarshalWallTime(secret)
	_, number := scalar.UnmarshalInt(secret)
	_, digits := scalar.UnmarshalInt(json.Number(secret))
	for _, err := range []error{dateTime, date, wall, number, digits} {
		if err == nil || strings.Contains(err.Error(), "Verzonnen") {
			t.Errorf("the error is %v", err)
		}
	}
}

// Whatever is accepted is a real moment or day within bounds.
func FuzzTimes(f *testing.F) {
	for _, text := range []string{"2027-03-28T14:00:00Z", "2027-03-28", "24:00", "9999-12-31T23:59:60Z", "2027-10-31T02:30:00+02:00", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if at, err := scalar.UnmarshalDateTime(text); err == nil && (at.Year() < 1899 || at.Year() > 2201 || at.Nanosecond()%1000 != 0) {
			t.Errorf("%q is %s", text, at)
		}
		if day, err := scalar.UnmarshalDate(text); err == nil && (string(day) != text || day.AddDays(0) != day) {
			t.Errorf("%q is %s", text, day)
		}
		if wall, err := scalar.UnmarshalWallTime(text); err == nil && (string(wall) != text || wall > "24:00" || engine.WallTime(text) < "00:00") {
			t.Errorf("%q is %s", text, wall)
		}
	})
}
