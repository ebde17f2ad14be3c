package calendar

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// ErrNotFound is what a Load returns for a token that opens no feed, be it
// unknown, malformed or expired.
var ErrNotFound = errors.New("calendar: no feed for this token")

// Find looks up the feed that a token opens. The token is what a client sent, of
// any form and length. The client is the kind of program that asks, like "Google
// Calendar", or empty if it is not known. Any error other than ErrNotFound means
// that the feed could not be had now.
type Find func(ctx context.Context, token, client string) (Found, error)

// Found is a feed that was looked up and not yet read.
type Found struct {
	// Key names the feed and all it shows: as long as a key is the same, so are the
	// octets. It is never part of an answer.
	Key string
	// Load reads the feed. It is called when no page for the key is at hand.
	Load func(context.Context) (Feed, error)
	// Cut is told, after each Load, how many events did not fit; nil tells nobody.
	Cut func(ctx context.Context, events int)
}

// Handler serves a feed at a path that ends in {file}, which is a token and
// ".ics". It answers GET and HEAD:
//
//   - 200 with the feed, or 304 if the client has it (If-None-Match, else
//     If-Modified-Since; RFC 9110 section 13.2.2), whatever Accept says;
//   - 404, always the same one, if there is no such feed. Whatever came is looked
//     up, so that also the time it takes is the same;
//   - 503 if it cannot be had now. Clients keep what they have; an empty 200
//     would wipe it.
//
// Pages are kept in memory by their key, and each call asks for the key: a
// token that was revoked is dead at once, in every process.
//
// The token is all it takes to read the feed, so it stays out of the log and
// of the answer.
func Handler(find Find, log *slog.Logger) http.Handler {
	return handler{find, log, newPages(cacheBytes)}
}

type handler struct {
	find  Find
	log   *slog.Logger
	pages *pages
}

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Robots-Tag", "noindex")

	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	p, err := h.page(r)
	switch {
	case errors.Is(err, ErrNotFound):
		http.Error(w, "not found", http.StatusNotFound)
	case err != nil:
		header.Set("Retry-After", "60")
		http.Error(w, "not available now", http.StatusServiceUnavailable)
	default:
		write(w, r, p)
	}
}

// page gives the feed that is asked for as it is to be sent.
func (h handler) page(r *http.Request) (p *page, err error) {
	ctx := r.Context()
	token, ok := strings.CutSuffix(r.PathValue("file"), ".ics")
	if !ok {
		token += "/" // is looked up like any other, and opens nothing
	}
	defer func() {
		if err != nil && !errors.Is(err, ErrNotFound) && ctx.Err() != context.Canceled { // else the client is gone, and nothing is wrong
			h.log.ErrorContext(ctx, "calendar feed failed", "error", hide(err.Error(), token))
		}
	}()
	found, err := h.find(ctx, token, clientName(r.UserAgent()))
	if err != nil {
		return nil, err
	}
	if p, ok := h.pages.get(found.Key); ok {
		return p, nil
	}
	feed, err := found.Load(ctx)
	if err != nil {
		return nil, err
	}
	body, err := Encode(feed)
	if err != nil {
		return nil, err
	}
	if body.Cut > 0 {
		h.log.WarnContext(ctx, "calendar feed is over-full", "cut", body.Cut)
	}
	if found.Cut != nil {
		found.Cut(ctx, body.Cut)
	}
	p = newPage(body)
	h.pages.add(found.Key, p)
	return p, nil
}

// hide takes a token out of a text, also as an error may have quoted it.
func hide(text, token string) string {
	token = strings.TrimSuffix(token, "/")
	if token == "" {
		return text
	}
	for _, form := range []string{token, strings.Trim(strconv.Quote(token), `"`), url.PathEscape(token), url.QueryEscape(token)} {
		text = strings.ReplaceAll(text, form, "[token]")
	}
	return text
}

// write answers with the page, or with 304.
func write(w http.ResponseWriter, r *http.Request, p *page) {
	header := w.Header()
	header.Set("Content-Type", "text/calendar; charset=utf-8")
	// A browser would name the file it saves after the token.
	header.Set("Content-Disposition", `inline; filename="afspraken.ics"`)
	header.Set("Vary", "Accept-Encoding")

	c := p.plain
	if wantsGzip(r.Header) {
		c = p.packed()
		header.Set("Content-Encoding", "gzip")
		header.Set("Content-Length", strconv.Itoa(len(c.bytes))) // left to us for an encoded body
	}
	header.Set("ETag", c.etag)
	http.ServeContent(w, r, "", p.changed, bytes.NewReader(c.bytes))
}

// wantsGzip reports whether the client asks for gzip by name, with a weight
// above 0 (RFC 9110 section 12.5.3). A mere "*" is no such wish.
func wantsGzip(h http.Header) bool {
	for item := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		coding, weight, weighted := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		if !weighted {
			return true
		}
		_, q, _ := strings.Cut(weight, "=")
		value, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return err == nil && value > 0
	}
	return false
}
