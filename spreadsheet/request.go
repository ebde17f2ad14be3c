package spreadsheet

import (
	"errors"
	"io"

	"expex/engine"
)

// maxGoal is the length of a goal in characters; the engine checks it again.
const maxGoal = 1000

var requestLayout = layout{kind: "requests", columns: []column{
	{name: keyColumn, required: true, limit: maxKey},
	{name: "organisatie", also: []string{"organisation"}, required: true},
	{name: "inzetvorm", also: []string{"deployment type", "type"}, required: true},
	{name: "doel", also: []string{"goal"}, private: true, prose: true, limit: maxGoal},
	{name: "doel noemt niemand", also: []string{"goal names nobody"}},
	{name: "gemeente", also: []string{"municipality"}},
	{name: "postcode", also: []string{"postal code"}, private: true},
	{name: "adres", also: []string{"address"}, private: true, limit: maxAddress},
	{name: "online"},
	{name: "aantal", also: []string{"team size", "number"}},
	{name: "minuten", also: []string{"minutes"}},
	{name: "publiek", also: []string{"audience"}},
	{name: "publiek aantal", also: []string{"audience size"}},
	{name: "publiek vanaf leeftijd", also: []string{"audience age from"}},
	{name: "leeftijd van", also: []string{"age from"}, private: true},
	{name: "leeftijd tot", also: []string{"age to"}, private: true},
	{name: "18 in", also: []string{"turns 18 in"}, private: true},
	{name: "thema's verplicht", also: []string{"themes must"}, private: true},
	{name: "thema's gewenst", also: []string{"themes nice"}, private: true},
	{name: "wensen", also: []string{"wishes"}, private: true},
	{name: "data", also: []string{"dates", "options"}},
	{name: "weekvensters", also: []string{"week windows"}},
	{name: "vanaf", also: []string{"from"}},
	{name: "tot", also: []string{"until"}},
	{name: "om de weken", also: []string{"every weeks"}},
	{name: "keren", also: []string{"occurrences", "times"}},
	{name: "spoed", also: []string{"urgent"}},
	{name: "ingediend op", also: []string{"submitted on"}},
}}

// headers are the columns the engine's fields are read from.
var headers = map[string]string{
	"goal": "doel", "address": "adres", "teamSize": "aantal", "minutes": "minuten",
	"audienceSize": "publiek aantal", "audienceAgeFrom": "publiek vanaf leeftijd",
	"municipality": "gemeente", "postcode4": "postcode", "client": "leeftijd van", "client.ageTo": "leeftijd tot",
	"themes": "thema's verplicht", "preferences": "wensen", "preferences.value": "wensen",
	"options": "data", "options.start": "data", "options.end": "data", "windows": "weekvensters", "windows.ends": "weekvensters",
	"neededFrom": "vanaf", "neededUntil": "tot", "everyWeeks": "om de weken", "occurrences": "keren",
}

// Request is a row of a list of requests. One that is new is complete, valid and
// OPEN; one that was imported before is only what its row says. The ids, the
// pool and the reference of the client are the store's.
type Request struct {
	Origin
	engine.Request
	Organisation string // key
}

// ReadRequests reads a list of requests. A row that was imported before and says
// the same is not checked against the clock; one that says something else is a
// problem, for it may have offers by now. The error is a [*Problems].
func ReadRequests(file string, in io.Reader, c Catalogue) ([]Request, error) {
	s := open(file, in, requestLayout)
	house, kind, municipality := c.organisation(false), c.types().parse, c.municipalities().parse
	theme := c.themes().parse
	out := make([]Request, len(s.rows))
	for i, r := range s.rows {
		x := &out[i]
		read(r, keyColumn, parseText)
		x.Organisation = read(r, "organisatie", house)
		x.Type = read(r, "inzetvorm", kind)
		x.Goal = r.prose("doel")
		x.GoalNamesNobody = read(r, "doel noemt niemand", parseYesNo)
		x.Municipality = read(r, "gemeente", municipality)
		x.Postcode4 = read(r, "postcode", parsePostcode)
		x.Address = read(r, "adres", parseText)
		x.Online = read(r, "online", parseYesNo)
		x.TeamSize = read(r, "aantal", whole(1, 6))
		x.Minutes = read(r, "minuten", whole(1, 720))
		x.Audience = read(r, "publiek", audiences.parse)
		x.AudienceSize = read(r, "publiek aantal", whole(1, 10_000))
		x.AudienceAgeFrom = read(r, "publiek vanaf leeftijd", whole(1, 120))
		x.Client = r.client()
		x.Themes = r.themes(theme)
		x.Preferences = r.wishes()
		x.Options = list(r, "data", option(c.Zone))
		x.Windows = list(r, "weekvensters", parseWindow)
		x.From = read(r, "vanaf", parseDate)
		x.Until = read(r, "tot", parseDate)
		x.EveryWeeks = read(r, "om de weken", whole(1, 52))
		x.Occurrences = read(r, "keren", whole(1, 104))
		if read(r, "spoed", parseYesNo) {
			x.Urgency = engine.UrgencyUrgent
		}
		x.SubmittedAt = c.Now
		if day := read(r, "ingediend op", c.past); day != "" {
			x.SubmittedAt = engine.Instant(day, "00:00", c.Zone)
		}
		x.Origin = r.done()
		r.checkRequest(x, c)
	}
	return rowsOf(s, out)
}

// client is what may be known of the young person, nil when the row says
// nothing of one.
func (r *row) client() *engine.Client {
	from := read(r, "leeftijd van", whole(0, 27))
	to := read(r, "leeftijd tot", whole(0, 27))
	turns18 := read(r, "18 in", parseMonth)
	hasFrom, hasTo := r.cell("leeftijd van") != "", r.cell("leeftijd tot") != ""
	switch {
	case r.bad["leeftijd van"] || r.bad["leeftijd tot"] || !hasFrom && !hasTo && turns18 == "":
		return nil
	case !hasFrom || !hasTo:
		r.refuse("leeftijd van", "and leeftijd tot go together: give both")
		return nil
	}
	return &engine.Client{AgeFrom: from, AgeTo: to, Turns18On: turns18}
}

func (r *row) themes(theme func(string) (engine.ThemeCode, error)) (out []engine.RequestTheme) {
	seen := map[engine.ThemeCode]bool{}
	for _, column := range []struct {
		header     string
		importance engine.Importance
	}{{"thema's verplicht", engine.Must}, {"thema's gewenst", engine.Nice}} {
		for _, code := range list(r, column.header, theme) {
			if seen[code] {
				r.refuse(column.header, "holds a theme that is also among thema's verplicht")
			}
			seen[code] = true
			out = append(out, engine.RequestTheme{Theme: code, Importance: column.importance})
		}
	}
	return out
}

func (r *row) wishes() []engine.Preference {
	wishes := list(r, "wensen", parseWish)
	seen := map[engine.Trait]bool{}
	for _, w := range wishes {
		t := engine.Trait{Kind: w.Kind, Value: w.Value}
		if seen[t] {
			r.refuse("wensen", "holds a wish that is also a must: keep one of the two")
		}
		seen[t] = true
	}
	return wishes
}

// checkRequest completes a request that is new and checks it as one that was
// submitted in the app.
func (r *row) checkRequest(x *Request, c Catalogue) {
	if known, before := c.Requests[x.Key]; before {
		if known != x.Hash {
			r.sheet.problems.Add(x.Problem(keyColumn, "was imported before with other contents, and may have offers by now: change that request in the app, or give this one another code"))
		}
		return
	}
	if len(r.bad) > 0 {
		return // one problem is enough to see what a row lacks
	}
	for _, kind := range c.Types {
		if kind.Code != x.Type {
			continue
		}
		x.Status = engine.RequestOpen
		x.Request.Complete(kind)
		if len(x.Windows) > 0 && x.Wishes.From == "" {
			x.Wishes.From = c.today()
		}
		var known *engine.Error
		if err := x.Request.Validate(kind, c.Now, c.Zone); errors.As(err, &known) {
			r.sheet.problems.Add(r.problemWith(known))
			return
		}
	}
	if len(c.poolsFor(x.Organisation, x.Municipality)) == 0 {
		r.sheet.problems.Add(x.Problem("gemeente", "no pool that this organisation may ask serves this place"))
	}
}

// problemWith says what the engine has against the request, under the column it
// was read from.
func (r *row) problemWith(err *engine.Error) Problem {
	header := headers[err.Field]
	return r.Problem(header, "%s", err.Message[len(err.Field)+len(": "):])
}
