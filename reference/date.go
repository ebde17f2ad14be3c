package reference

import (
	"encoding/json"
	"fmt"
	"time"
)

// Date is a local calendar day in the form 2006-01-02; "" means open. Two dates
// compare as strings.
type Date string

// MarshalJSON gives the day as a string, and null when it is open.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(d))
}

// UnmarshalText accepts an existing day of the years 0000..9999 in the form
// 2006-01-02, or nothing at all.
func (d *Date) UnmarshalText(text []byte) error {
	day := Date(text)
	if day != "" && !day.exists() {
		return fmt.Errorf("%.20q is not a day: write it as 2006-01-02", text)
	}
	*d = day
	return nil
}

func (d Date) exists() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// covers reports whether the day lies in [from, to), "" being open.
func covers(from, to, on Date) bool {
	return from <= on && (to == "" || on < to)
}
