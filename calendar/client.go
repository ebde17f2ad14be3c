package calendar

import "strings"

// clients are the programs that are known by a part of their User-Agent. The
// first that fits counts: Thunderbird calls itself Mozilla too.
var clients = []struct{ part, name string }{
	{"Google-Calendar-Importer", "Google Calendar"},
	{"dataaccessd/", "Apple Calendar"},
	{"CalendarAgent/", "Apple Calendar"},
	{"Microsoft", "Outlook"},
	{"Outlook", "Outlook"},
	{"Thunderbird/", "Thunderbird"},
	{"ICSx5/", "ICSx5"},
	{"Nextcloud", "Nextcloud"},
	{"HomeAssistant/", "Home Assistant"},
	{"Mozilla/", "browser"},
}

// clientName is the kind of program behind a User-Agent, one of the names above
// or empty. The rest of a User-Agent, which can tell people apart, ends here.
func clientName(userAgent string) string {
	for _, c := range clients {
		if strings.Contains(userAgent, c.part) {
			return c.name
		}
	}
	return ""
}
