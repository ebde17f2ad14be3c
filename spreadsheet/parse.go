package spreadsheet

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"expex/engine"
)

// The parsers give the reason as people read it after the name of the column:
// "is not a date; …". They never repeat what they were given.

func parseText(text string) (string, error) { return text, nil }

var (
	dayForm = regexp.MustCompile(`^(\d{1,2})-(\d{1,2})-(\d{4})$`)
	isoForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// parseDate reads 12-04-2027, 12-4-2027 and 2027-04-12. It knows no slashes:
// 4/12 is another day in another country.
func parseDate(text string) (engine.Date, error) {
	if m := dayForm.FindStringSubmatch(text); m != nil {
		text = m[3] + "-" + twoDigits(m[2]) + "-" + twoDigits(m[1])
	} else if !isoForm.MatchString(text) {
		return "", errors.New("is not a date; write dd-mm-jjjj, such as 12-04-2027")
	}
	day, err := engine.ParseDate(text)
	if err != nil || day < "1900-01-01" || day > "2100-01-01" {
		return "", errors.New("is not a day of the calendar from 1900 to 2100")
	}
	return day, nil
}

func twoDigits(number string) string { return ("00" + number)[len(number):] }

// parseMonth reads 05-2030 as the first day of that month.
func parseMonth(text string) (engine.Date, error) {
	if day, err := parseDate("1-" + text); err == nil {
		return day, nil
	}
	return "", errors.New("is not a month; write mm-jjjj, such as 05-2030")
}

// whole reads a whole number within bounds. Spreadsheets like to add decimals:
// 60,0 is 60, but 1.000 could be either.
func whole(from, to int) func(string) (int, error) {
	return func(text string) (int, error) {
		digits := text
		if i := strings.IndexAny(text, ",."); i > 0 && strings.Trim(text[i+1:], "0") == "" && len(text)-i <= 3 {
			digits = text[:i]
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n < from || n > to {
			return 0, fmt.Errorf("is not a whole number from %d to %d", from, to)
		}
		return n, nil
	}
}

func parseYesNo(text string) (bool, error) {
	switch fold(text) {
	case "ja", "yes", "waar", "true":
		return true, nil
	case "nee", "no", "onwaar", "false":
		return false, nil
	}
	return false, errors.New("is neither ja nor nee")
}

var postcodeForm = regexp.MustCompile(`^([1-9]\d{3})( ?[A-Za-z]{2})?$`)

// parsePostcode keeps the four digits: the letters would say where somebody
// lives to within a few doors.
func parsePostcode(text string) (string, error) {
	m := postcodeForm.FindStringSubmatch(text)
	if m == nil {
		return "", errors.New("is not a Dutch postcode, such as 2801 AB or 2801")
	}
	return m[1], nil
}

var emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s.]+$`)

func parseEmail(text string) (string, error) {
	if !emailForm.MatchString(text) {
		return "", errors.New("is not an e-mail address")
	}
	return text, nil
}

var phoneForm = regexp.MustCompile(`^\+?[\d ()-]{6,}$`)

func parsePhone(text string) (string, error) {
	if !phoneForm.MatchString(text) {
		return "", errors.New("is not a phone number; in a spreadsheet, make the column text before you type one")
	}
	return text, nil
}

var weekdays = map[string]engine.Weekday{
	"ma": engine.Monday, "maandag": engine.Monday, "mon": engine.Monday, "monday": engine.Monday,
	"di": engine.Tuesday, "dinsdag": engine.Tuesday, "tue": engine.Tuesday, "tuesday": engine.Tuesday,
	"wo": engine.Wednesday, "woensdag": engine.Wednesday, "wed": engine.Wednesday, "wednesday": engine.Wednesday,
	"do": engine.Thursday, "donderdag": engine.Thursday, "thu": engine.Thursday, "thursday": engine.Thursday,
	"vr": engine.Friday, "vrijdag": engine.Friday, "fri": engine.Friday, "friday": engine.Friday,
	"za": engine.Saturday, "zaterdag": engine.Saturday, "sat": engine.Saturday, "saturday": engine.Saturday,
	"zo": engine.Sunday, "zondag": engine.Sunday, "sun": engine.Sunday, "sunday": engine.Sunday,
}

var (
	spanForm   = regexp.MustCompile(`(\d{1,2})(?:[:.](\d{2}))? ?[-–] ?(\d{1,2})(?:[:.](\d{2}))?`)
	windowForm = regexp.MustCompile(`^(\pL+) ` + spanForm.String() + `((?: \pL+)*)$`)
	optionForm = regexp.MustCompile(`^([\d-]+) ` + spanForm.String() + `$`)
)

// parseSpan reads the four numbers of a match of spanForm.
func parseSpan(m []string) (starts, ends engine.WallTime, err error) {
	wall := func(hour, minute string) engine.WallTime {
		w, parseErr := engine.ParseWallTime(twoDigits(hour) + ":" + twoDigits(minute))
		if parseErr != nil {
			err = errors.New("has a time that no clock shows")
		}
		return w
	}
	starts, ends = wall(m[0], m[1]), wall(m[2], m[3])
	if err == nil && ends <= starts {
		err = errors.New("ends before it starts; a window ends on the same day, at 24:00 at the latest")
	}
	return starts, ends, err
}

// parseRule reads a window of weekly hours: di 15:00-18:00, do 15.00-18.00
// oneven, za 10-16 online.
func parseRule(text string) (engine.AvailabilityRule, error) {
	rule := engine.AvailabilityRule{Parity: engine.EveryWeek, Mode: engine.Both}
	m := windowForm.FindStringSubmatch(text)
	if m == nil || weekdays[fold(m[1])] == "" {
		return rule, errors.New("is not a weekly window; write di 15:00-18:00")
	}
	rule.Weekday = weekdays[fold(m[1])]
	for _, word := range strings.Fields(m[6]) {
		switch fold(word) {
		case "oneven", "odd":
			rule.Parity = engine.OddWeeks
		case "even":
			rule.Parity = engine.EvenWeeks
		case "online":
			rule.Mode = engine.Online
		case "fysiek":
			rule.Mode = engine.InPerson
		default:
			return rule, errors.New("has an unknown word after the times; known are even, oneven, online and fysiek")
		}
	}
	var err error
	rule.Starts, rule.Ends, err = parseSpan(m[2:6])
	return rule, err
}

// parseWindow reads a weekly window without more.
func parseWindow(text string) (engine.WeekWindow, error) {
	rule, err := parseRule(text)
	if err == nil && (rule.Parity != engine.EveryWeek || rule.Mode != engine.Both) {
		err = errors.New("has more than a day and times; write di 15:00-18:00")
	}
	return engine.WeekWindow{Weekday: rule.Weekday, Starts: rule.Starts, Ends: rule.Ends}, err
}

// option reads a concrete time: 12-04-2027 14:00-16:00, by the clocks of the zone.
func option(zone *time.Location) func(string) (engine.Interval, error) {
	return func(text string) (engine.Interval, error) {
		m := optionForm.FindStringSubmatch(text)
		if m == nil {
			return engine.Interval{}, errors.New("is not a day with times; write 12-04-2027 14:00-16:00")
		}
		day, err := parseDate(m[1])
		if err != nil {
			return engine.Interval{}, err
		}
		starts, ends, err := parseSpan(m[2:6])
		if err != nil {
			return engine.Interval{}, err
		}
		if !engine.Exists(day, starts, zone) || !engine.Exists(day, ends, zone) {
			return engine.Interval{}, errors.New("lies in the hour that clocks skip that night")
		}
		return engine.Interval{Start: engine.Instant(day, starts, zone), End: engine.Instant(day, ends, zone)}, nil
	}
}
