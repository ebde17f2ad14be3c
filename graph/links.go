package graph

import (
	"net/url"
	"strings"

	"expex/graph/generated"
	"expex/store"
)

// linksTo gives the ways to subscribe to the feed at an https address. All but
// the first two hand the address, and with it the secret, to a provider at the
// moment they are opened, and to nobody before.
//
// The forms are those that the providers' own buttons use; neither documents
// them. Google takes a calendar only behind webcal: an https address it holds for
// somebody's mail address. Outlook takes it only with https.
func linksTo(kind store.FeedKind, title, address string) *generated.CalendarLinks {
	if kind == store.FeedOfTeamFreeBusy {
		return &generated.CalendarLinks{HTTPS: address} // calendar programs cannot subscribe to it
	}
	_, rest, _ := strings.Cut(address, "://")
	webcal := "webcal://" + rest
	add := url.Values{"url": {address}, "name": {feedNames[title]}}.Encode()
	return &generated.CalendarLinks{
		HTTPS:       address,
		Webcal:      &webcal,
		Google:      orNil("https://calendar.google.com/calendar/r?" + url.Values{"cid": {webcal}}.Encode()),
		Outlook:     orNil("https://outlook.live.com/calendar/0/addfromweb?" + add),
		OutlookWork: orNil("https://outlook.office.com/calendar/0/addfromweb?" + add),
	}
}
