// Package fetch gets the calendars that people point the service at, and
// nothing else: an address that somebody typed must not become a way into the
// network that the service stands in (server-side request forgery).
//
// Each address is looked at twice: its form before a request, and the IP
// address of each connection after the name was resolved and before the first
// packet leaves, so a name that means something else the second time gains
// nothing. The addresses of private calendars are secrets. They are in no error,
// and nothing here logs.
package fetch

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// MaxBytes bounds a calendar, both as it travels and after decompression.
const MaxBytes = 1 << 20

const (
	// inAll bounds a fetch with all its redirects, from the first look-up to the last byte.
	inAll        = 10 * time.Second
	maxRedirects = 5
	maxHeader    = 64 << 10
	// maxValidator bounds an ETag or a date that is kept until the next fetch.
	maxValidator = 256
)

// Reason is why a calendar was not fetched. Reasons are stored and shown: they
// are never renamed.
type Reason string

// The reasons.
const (
	// AddressNotAllowed: no https address of the open internet, or one that
	// leads, by name or redirect, to what is none.
	AddressNotAllowed Reason = "ADDRESS_NOT_ALLOWED"
	// TooLarge: more than MaxBytes.
	TooLarge Reason = "TOO_LARGE"
	// Timeout: it was not all there after ten seconds.
	Timeout Reason = "TIMEOUT"
	// NotFound: the server has no such calendar (404, 410).
	NotFound Reason = "NOT_FOUND"
	// Refused: the server wants a login or says no (401, 403).
	Refused Reason = "REFUSED"
	// Unreachable: everything else: no such name, no connection, a bad
	// certificate, a broken answer or another status. It may work later.
	Unreachable Reason = "UNREACHABLE"
)

// Error is why a calendar was not fetched. It holds neither the address nor
// anything the server said.
type Error struct{ Reason Reason }

func (e *Error) Error() string { return "calendar not fetched: " + string(e.Reason) }

// Answer is a calendar as it was fetched.
type Answer struct {
	Body        []byte // at most MaxBytes, nil when NotModified; whether it is a calendar is the reader's to find out
	NotModified bool   // it is what ETag and Last-Modified of the last time stand for

	// ETag and LastModified are to be given back the next time; "" for none.
	ETag, LastModified string

	// Address is where to ask the next time: the one that was asked, as
	// [ParseAddress] gives it, or the one it has moved to for good.
	Address string
}

// Client fetches calendars. It keeps nothing from one fetch to the next, neither
// cookies nor connections, and may be used by many at once.
type Client struct {
	gate      gate
	transport *http.Transport
	inAll     time.Duration
}

// New makes a client for the open internet.
func New() *Client { return newClient(internet, &net.Dialer{}) }

func newClient(g gate, dialer *net.Dialer) *Client {
	dialer.Control = g.control
	return &Client{gate: g, inAll: inAll, transport: &http.Transport{
		DialContext:            dialer.DialContext,
		Proxy:                  nil,  // one from the environment would connect in our place, unchecked
		DisableKeepAlives:      true, // each request is a connection, and each connection is checked
		DisableCompression:     true, // body counts both sides of it
		MaxResponseHeaderBytes: maxHeader,
	}}
}

// Get fetches the calendar at an address. The validators are those of the last
// answer, "" for none. An error is an [Error], or that of a context that ended.
func (c *Client) Get(ctx context.Context, address, etag, lastModified string) (Answer, error) {
	limited, cancel := context.WithTimeout(ctx, c.inAll)
	defer cancel()
	answer, err := c.get(limited, address, etag, lastModified)
	var known *Error
	switch {
	case err == nil:
		return answer, nil
	case ctx.Err() != nil:
		return Answer{}, ctx.Err()
	case limited.Err() != nil:
		return Answer{}, &Error{Timeout}
	case errors.As(err, &known): // without what the layers below have put around it
		return Answer{}, known
	}
	return Answer{}, &Error{Unreachable}
}

// get goes from redirect to redirect. It asks the transport itself: a
// http.Client would follow on its own, and tell each server where it comes from.
func (c *Client) get(ctx context.Context, address, etag, lastModified string) (Answer, error) {
	address, err := c.gate.parse(address)
	if err != nil {
		return Answer{}, err
	}
	lasting, moved := address, true
	for range maxRedirects + 1 {
		response, err := c.ask(ctx, address, etag, lastModified)
		if err != nil {
			return Answer{}, err
		}
		if location := response.Header.Get("Location"); location != "" && redirects(response.StatusCode) {
			response.Body.Close()
			if address, err = c.next(address, location); err != nil {
				return Answer{}, err
			}
			moved = moved && (response.StatusCode == http.StatusMovedPermanently || response.StatusCode == http.StatusPermanentRedirect)
			if moved {
				lasting = address
			}
			continue
		}
		defer response.Body.Close()
		answer, err := read(response, etag != "" || lastModified != "")
		answer.Address = lasting
		if answer.NotModified { // a server need not repeat them
			answer.ETag, answer.LastModified = cmp.Or(answer.ETag, etag), cmp.Or(answer.LastModified, lastModified)
		}
		return answer, err
	}
	return Answer{}, &Error{Unreachable}
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// next is where a redirect leads, which is as suspect as what somebody typed.
func (c *Client) next(address, location string) (string, error) {
	base, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	to, err := base.Parse(location)
	if err != nil {
		return "", &Error{AddressNotAllowed}
	}
	return c.gate.parse(to.String())
}

// ask sends one request. Its headers are the same for everybody: no version, and
// no name that would tell a provider what its customer is.
func (c *Client) ask(ctx context.Context, address, etag, lastModified string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &Error{AddressNotAllowed}
	}
	request.Header.Set("User-Agent", "Calendar-Subscription")
	request.Header.Set("Accept", "text/calendar, */*;q=0.1")
	request.Header.Set("Accept-Encoding", "gzip")
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	if lastModified != "" {
		request.Header.Set("If-Modified-Since", lastModified)
	}
	return c.transport.RoundTrip(request)
}

// read takes an answer that is no redirect.
func read(r *http.Response, asked bool) (Answer, error) {
	switch {
	case r.StatusCode == http.StatusOK:
	case r.StatusCode == http.StatusNotModified && asked:
		return Answer{NotModified: true, ETag: validator(r, "ETag"), LastModified: validator(r, "Last-Modified")}, nil
	case r.StatusCode == http.StatusNotFound, r.StatusCode == http.StatusGone:
		return Answer{}, &Error{NotFound}
	case r.StatusCode == http.StatusUnauthorized, r.StatusCode == http.StatusForbidden:
		return Answer{}, &Error{Refused}
	default:
		return Answer{}, &Error{Unreachable}
	}
	body, err := body(r)
	return Answer{Body: body, ETag: validator(r, "ETag"), LastModified: validator(r, "Last-Modified")}, err
}

// body reads what was sent, and stops at MaxBytes whether they travelled or came
// out of the decompressor. So neither a bomb nor an endless stream that unpacks to
// nothing costs more.
func body(r *http.Response) ([]byte, error) {
	travelled := &io.LimitedReader{R: r.Body, N: MaxBytes + 1}
	var unpacked io.Reader = travelled
	switch encoding := r.Header.Get("Content-Encoding"); {
	case encoding == "", strings.EqualFold(encoding, "identity"):
	case strings.EqualFold(encoding, "gzip"):
		unzipped, err := gzip.NewReader(travelled)
		if err != nil {
			return nil, err
		}
		unpacked = unzipped
	default:
		return nil, errors.New("an encoding nobody asked for")
	}
	text, err := io.ReadAll(io.LimitReader(unpacked, MaxBytes+1))
	if len(text) > MaxBytes || travelled.N == 0 {
		return nil, &Error{TooLarge}
	}
	return text, err
}

// validator is a header that goes back to the server the next time, "" for one
// that is not worth keeping.
func validator(r *http.Response, name string) string {
	value := r.Header.Get(name)
	if len(value) > maxValidator || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return value
}
