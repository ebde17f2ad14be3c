package busy

// wall is what a clock and a calendar on a wall show, without saying where:
// seconds since 1 January 1970 as that clock counts them, each day 86,400 long.
// Rules repeat in wall time (RFC 5545 section 3.3.10); a zone makes it an
// instant.
type wall int64

// dayLength is a day on the wall, in seconds.
const dayLength = 24 * 60 * 60

// day is the number of the day of w since 1 January 1970.
func (w wall) day() int64 { return floorDiv(int64(w), dayLength) }

// clock is the time of the day of w, in seconds.
func (w wall) clock() int64 { return int64(w) - w.day()*dayLength }

// date is a day of the Gregorian calendar, with what rules ask of it.
type date struct {
	year       int64
	month      int64 // 1..12
	day        int64 // 1..31
	weekday    int64 // 0 Monday .. 6 Sunday
	yearDay    int64 // 1..366
	monthDays  int64 // 28..31
	yearLength int64 // 365 or 366
}

// civil is the date of a day since 1 January 1970 (days_from_civil and its
// inverse: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
func civil(day int64) date {
	z := day + 719_468 // since 1 March of the year 0
	era := floorDiv(z, 146_097)
	ofEra := z - era*146_097
	yearOfEra := (ofEra - ofEra/1_460 + ofEra/36_524 - ofEra/146_096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100) // from 1 March
	shifted := (5*ofYear + 2) / 153
	d := date{
		year:    yearOfEra + era*400,
		month:   shifted + 3,
		day:     ofYear - (153*shifted+2)/5 + 1,
		weekday: floorMod(day+3, 7),
	}
	if d.month > 12 {
		d.month -= 12
		d.year++
	}
	d.monthDays = daysIn(d.year, d.month)
	d.yearLength = 365
	if isLeap(d.year) {
		d.yearLength = 366
	}
	d.yearDay = day - dayOf(d.year, 1, 1) + 1
	return d
}

// dayOf is the number of a date since 1 January 1970. A month outside 1..12
// counts on into other years.
func dayOf(year, month, day int64) int64 {
	year += floorDiv(month-1, 12)
	month = floorMod(month-1, 12) + 1
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	yearOfEra := year - era*400
	ofYear := (153*(month-3)+2)/5 + day - 1
	return era*146_097 + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + ofYear - 719_468
}

// daysIn is the length of a month in 1..12.
func daysIn(year, month int64) int64 {
	switch {
	case month == 2 && isLeap(year):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

func isLeap(year int64) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
