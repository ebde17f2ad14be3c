// Package web serves the pages people open in a browser: the front page, which
// says what runs here, and GraphiQL, the workbench for the GraphQL API. All of
// it is embedded; no page loads anything from another origin.
package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"time"
)

// Page is what the pages show that is known only when the program starts.
type Page struct {
	// Version is the version of the program, for people; any text.
	Version string
	// GraphiQL tells whether /graphiql exists. It talks to POST /graphql of
	// the same origin and can do there what the visitor's token can.
	GraphiQL bool
	// Demo is what only a demonstration with invented data may show; nil in
	// production.
	Demo *Demo
}

// Demo is the part of a Page for the visitors of a demonstration. It holds
// secrets, those of invented people: whoever can open the pages gets them.
type Demo struct {
	// CalendarURL is the address of a calendar feed, secret included: http,
	// https or a path on this server.
	CalendarURL string
	// Query is the GraphQL document GraphiQL opens with.
	Query string
	// Variables are the variables of Query: a JSON object, or empty.
	Variables string
	// Accounts are the people a visitor can act as in GraphiQL. It starts as
	// the first; without any, the visitor needs a token of his own.
	Accounts []Account
	// Mailbox gives the messages the demo sent by now, the newest first, which
	// /mailbox shows; nil for no such page.
	Mailbox func() []Letter
}

// Letter is a message the demo sent to somebody it invented. All of it is shown
// as it is, whatever it contains.
type Letter struct {
	To      string
	Subject string
	Text    string
	Date    time.Time // in the zone it is shown in

	// Method and Calendar are of an invitation that came along: REQUEST or CANCEL,
	// and its iCalendar. "" for none.
	Method   string
	Calendar string
}

// File is the invitation as an address that holds it: it is on no other page.
func (l Letter) File() template.URL {
	return template.URL("data:text/calendar;base64," + base64.StdEncoding.EncodeToString([]byte(l.Calendar)))
}

// Account is somebody a visitor of a demonstration can act as.
type Account struct {
	// Name says who it is, Dutch first, as in "aanvrager / requester".
	Name string `json:"name"`
	// Token is the bearer token of the account.
	Token string `json:"token"`
}

// Handler serves GET and HEAD of / and, if page says so, of /graphiql and
// /mailbox, with
// what they need below /assets/. Any other path is 404, any other method 405.
//
// Handler returns an error if a field of page cannot be shown. The error names
// the field and never repeats its value, which may be a secret.
func Handler(page Page) (http.Handler, error) {
	if page.Demo != nil {
		if err := page.Demo.check(); err != nil {
			return nil, err
		}
	}
	return newSite(page)
}

func (d Demo) check() error {
	feed, err := url.Parse(d.CalendarURL)
	if err != nil || feed.Path == "" || (feed.Scheme != "" && feed.Scheme != "http" && feed.Scheme != "https") {
		return errors.New("web: Demo.CalendarURL is not the address of a feed: use http, https or a path")
	}
	var variables map[string]any
	if d.Variables != "" && json.Unmarshal([]byte(d.Variables), &variables) != nil {
		return errors.New(`web: Demo.Variables is not a JSON object: write it like {"id": "1"} or leave it empty`)
	}
	return nil
}
