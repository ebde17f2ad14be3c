// Package scalar binds the scalars of the schema to Go types and refuses what
// does not fit, with the problem and the fix. gqlgen finds each pair by name.
package scalar

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"expex/engine"
)

// Instants outside these years are typing errors, and PostgreSQL, Go and
// calendars disagree about some of them.
const (
	firstYear = 1900
	lastYear  = 2200
)

// MarshalDateTime writes an instant in UTC.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	if t.IsZero() {
		return graphql.Null
	}
	return graphql.MarshalString(t.UTC().Format(time.RFC3339Nano))
}

// UnmarshalDateTime reads an instant with an offset, to the microsecond.
func UnmarshalDateTime(v any) (time.Time, error) {
	text, ok := v.(string)
	t, err := time.Parse(time.RFC3339, text)
	switch {
	case !ok || err != nil:
		return time.Time{}, errors.New("is not an instant with an offset, such as 2027-03-28T14:00:00Z")
	case t.Year() < firstYear || t.Year() > lastYear:
		return time.Time{}, errors.New("lies outside the years 1900 to 2200")
	}
	return t.UTC().Truncate(time.Microsecond), nil
}

// MarshalDate writes a day; an unknown one is null.
func MarshalDate(d engine.Date) graphql.Marshaler { return text(string(d)) }

// UnmarshalDate reads a day; null is an unknown one.
func UnmarshalDate(v any) (engine.Date, error) {
	if v == nil {
		return "", nil
	}
	text, ok := v.(string)
	d, err := engine.ParseDate(text)
	switch {
	case !ok || err != nil:
		return "", errors.New("is not a day in the form 2027-03-28")
	case d < "1900" || d >= "2201":
		return "", errors.New("lies outside the years 1900 to 2200")
	}
	return d, nil
}

// MarshalWallTime writes a time of day.
func MarshalWallTime(w engine.WallTime) graphql.Marshaler { return graphql.MarshalString(string(w)) }

// UnmarshalWallTime reads a time of day.
func UnmarshalWallTime(v any) (engine.WallTime, error) {
	text, ok := v.(string)
	w, err := engine.ParseWallTime(text)
	if !ok || err != nil {
		return "", errors.New("is not a time of day in the form 15:04, up to 24:00")
	}
	return w, nil
}

// MarshalInt writes a number.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads a 32-bit number. A number in quotes is a string.
func UnmarshalInt(v any) (int, error) {
	var n int64
	switch v := v.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	case json.Number:
		parsed, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil {
			return 0, errors.New("is not a whole number of 32 bits")
		}
		n = parsed
	default:
		return 0, errors.New("is not a whole number")
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, errors.New("is not a whole number of 32 bits")
	}
	return int(n), nil
}

// Codes are strings in the schema, because which ones exist is data. The pairs
// below bind them to the code types of the engine; an empty code is null.

// MarshalMunicipalityCode writes a CBS code of a municipality.
func MarshalMunicipalityCode(c engine.MunicipalityCode) graphql.Marshaler { return text(string(c)) }

// UnmarshalMunicipalityCode reads a CBS code of a municipality.
func UnmarshalMunicipalityCode(v any) (engine.MunicipalityCode, error) {
	return code[engine.MunicipalityCode](v)
}

// MarshalRegionCode writes a CBS code of a youth region.
func MarshalRegionCode(c engine.RegionCode) graphql.Marshaler { return text(string(c)) }

// UnmarshalRegionCode reads a CBS code of a youth region.
func UnmarshalRegionCode(v any) (engine.RegionCode, error) { return code[engine.RegionCode](v) }

// MarshalThemeCode writes a code of a theme.
func MarshalThemeCode(c engine.ThemeCode) graphql.Marshaler { return text(string(c)) }

// UnmarshalThemeCode reads a code of a theme.
func UnmarshalThemeCode(v any) (engine.ThemeCode, error) { return code[engine.ThemeCode](v) }

// MarshalDeploymentTypeCode writes a code of a deployment type.
func MarshalDeploymentTypeCode(c engine.DeploymentTypeCode) graphql.Marshaler { return text(string(c)) }

// UnmarshalDeploymentTypeCode reads a code of a deployment type.
func UnmarshalDeploymentTypeCode(v any) (engine.DeploymentTypeCode, error) {
	return code[engine.DeploymentTypeCode](v)
}

// MarshalRuleCode writes a code of a hard rule.
func MarshalRuleCode(c engine.RuleCode) graphql.Marshaler { return text(string(c)) }

// UnmarshalRuleCode reads a code of a hard rule.
func UnmarshalRuleCode(v any) (engine.RuleCode, error) { return code[engine.RuleCode](v) }

// MarshalFactorName writes a name of a factor.
func MarshalFactorName(c engine.FactorName) graphql.Marshaler { return text(string(c)) }

// UnmarshalFactorName reads a name of a factor.
func UnmarshalFactorName(v any) (engine.FactorName, error) { return code[engine.FactorName](v) }

// MarshalFactCode writes a code of a fact.
func MarshalFactCode(c engine.FactCode) graphql.Marshaler { return text(string(c)) }

// UnmarshalFactCode reads a code of a fact.
func UnmarshalFactCode(v any) (engine.FactCode, error) { return code[engine.FactCode](v) }

// MarshalBusyWarningCode writes a code of a warning about a linked calendar.
func MarshalBusyWarningCode(c engine.BusyWarningCode) graphql.Marshaler { return text(string(c)) }

// UnmarshalBusyWarningCode reads a code of a warning about a linked calendar.
func UnmarshalBusyWarningCode(v any) (engine.BusyWarningCode, error) {
	return code[engine.BusyWarningCode](v)
}

// MarshalWarningCode writes a code of a warning.
func MarshalWarningCode(c engine.WarningCode) graphql.Marshaler { return text(string(c)) }

// UnmarshalWarningCode reads a code of a warning.
func UnmarshalWarningCode(v any) (engine.WarningCode, error) { return code[engine.WarningCode](v) }

func code[C ~string](v any) (C, error) {
	s, err := graphql.UnmarshalString(v)
	return C(s), err
}

func text(s string) graphql.Marshaler {
	if s == "" {
		return graphql.Null
	}
	return graphql.MarshalString(s)
}
