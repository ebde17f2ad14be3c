package calendar

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// ErrNotFound is what a Load returns for a token that opens no feed, be it
// unknown, malformed or expired.
var ErrNotFound = errors.New("calendar: no feed for this token")

// Load finds the feed that a token opens. The token is what a client sent:
// up to 128 octets of anything. The client is the kind of program that asks,
// like "Google Calendar", or empty if it is not known. Any error other than
// ErrNotFound means that the feed could not be had now.
type Load func(ctx context.Context, token, client string) (Feed, error)

// maxToken bounds a token, in octets. Ours have 43.
const maxToken = 128

// Handler serves a feed at a path that ends in {file}, which is a token and
// ".ics". It answers GET and HEAD:
//
//   - 200 with the feed, or 304 if the client has it (If-None-Match, else
//     If-Modified-Since; RFC 9110 section 13.2.2), whatever Accept says;
//   - 404, always the same one, if there is no such feed;
//   - 503 if it cannot be had now. Clients keep what they have; an empty 200
//     would wipe it.
//
// The token is all it takes to read the feed, so it stays out of the log and
// of the answer.
func Handler(load Load, log *slog.Logger) http.Handler {
	return handler{load, log}
}

type handler struct {
	load Load
	log  *slog.Logger
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
	body, err := h.body(r)
	switch {
	case errors.Is(err, ErrNotFound):
		http.Error(w, "not found", http.StatusNotFound)
	case err != nil:
		header.Set("Retry-After", "60")
		http.Error(w, "not available now", http.StatusServiceUnavailable)
	default:
		write(w, r, body)
	}
}

// body loads and encodes the feed that is asked for.
func (h handler) body(r *http.Request) (Body, error) {
	ctx := r.Context()
	// A wrong shape is refused without a look-up. That this takes less time
	// tells a guesser only how a token looks.
	token, ok := strings.CutSuffix(r.PathValue("file"), ".ics")
	if !ok || token == "" || len(token) > maxToken {
		return Body{}, ErrNotFound
	}
	feed, err := h.load(ctx, token, clientName(r.UserAgent()))
	if errors.Is(err, ErrNotFound) {
		return Body{}, ErrNotFound
	}
	var body Body
	if err == nil {
		body, err = Encode(feed)
	}
	if err != nil && ctx.Err() != context.Canceled { // else the client is gone, and nothing is wrong
		h.log.ErrorContext(ctx, "calendar feed failed", "error", strings.ReplaceAll(err.Error(), token, "[token]"))
	}
	if body.Cut > 0 {
		h.log.WarnContext(ctx, "calendar feed is over-full", "cut", body.Cut)
	}
	return body, err
}

// write answers with the body, or with 304.
func write(w http.ResponseWriter, r *http.Request, body Body) {
	header := w.Header()
	header.Set("Content-Type", "text/calendar; charset=utf-8")
	// A browser would name the file it saves after the token.
	header.Set("Content-Disposition", `inline; filename="afspraken.ics"`)
	header.Set("Vary", "Accept-Encoding")

	content := body.Bytes
	if wantsGzip(r.Header) {
		content = compress(content)
		header.Set("Content-Encoding", "gzip")
		header.Set("Content-Length", strconv.Itoa(len(content))) // left to us for an encoded body
	}
	// A strong validator of the very octets sent (RFC 9110 section 8.8.3), so
	// that the two encodings differ in it.
	sum := sha256.Sum256(content)
	header.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", body.Changed, bytes.NewReader(content))
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

// packers are kept because making one takes longer than packing a feed.
var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a known one
	return z
}}

func compress(content []byte) []byte {
	var packed bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&packed)
	z.Write(content) // a bytes.Buffer takes everything
	z.Close()
	return packed.Bytes()
}
