// Package mail tells people by e-mail that there is news, and never what. It is
// the only place that knows SMTP and the form of a message.
//
// The words of a message are chosen by its kind and hold at most a weekday and a
// time. A [Message] has no field for anything else, so nothing else can leak.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is one message to one person.
type Message struct {
	// ID is that of the notice. The Message-ID is made of it, so a message that
	// had to be sent twice is the same message to whoever receives it.
	ID string
	// Kind chooses the words; one that is not known is plain news.
	Kind string
	// To is an address, as somebody typed it.
	To string
	// MadeAt is when there was something to tell.
	MadeAt time.Time
	// About is the time of what it is about, in the zone of the reader; nil for
	// none. Only reminders tell it.
	About *time.Time
	// Invitation is an appointment for her calendar that goes with it; nil for none.
	Invitation *Invitation
}

// Invitation is an appointment as iCalendar (RFC 6047), with the METHOD that its
// text has, too.
type Invitation struct {
	Method string
	Text   []byte
}

// Options say how mail leaves.
type Options struct {
	// Server is smtp://user:password@host:port. The connection must turn to TLS by
	// STARTTLS (RFC 3207), except to this machine itself; smtps:// begins with TLS
	// (RFC 8314). Port 0 is 587 and 465.
	Server string
	// From is the sender, such as "ExpEx <noreply@expex.example>".
	From string
	// App is the address of the app, which every message links to.
	App string
}

// Sender sends messages. It keeps no connection: news is rare, and a connection
// that is kept is one that breaks.
type Sender struct {
	client *gomail.Client
	from   *mail.Address
	domain string // of from
	app    string
}

// timeout bounds every single step of a conversation with a server, and patience
// the whole of it.
const (
	timeout  = 10 * time.Second
	patience = 30 * time.Second
)

// NewSender reads the options. Its errors never repeat them: they hold a password.
func NewSender(o Options) (*Sender, error) {
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, errors.New("the sender of mail must be an address such as: ExpEx <noreply@expex.example>")
	}
	server, err := url.Parse(o.Server)
	if err != nil || server.Hostname() == "" || server.Scheme != "smtp" && server.Scheme != "smtps" ||
		strings.Trim(server.Path, "/") != "" || server.RawQuery != "" {
		return nil, errors.New("the mail server must be an address such as smtp://user:password@mail.example:587")
	}
	options := []gomail.Option{gomail.WithTimeout(timeout), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	port := 587
	switch {
	case server.Scheme == "smtps":
		port = 465
		options = append(options, gomail.WithSSL())
	case loopback(server.Hostname()):
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if text := server.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil {
			return nil, errors.New("the port of the mail server must be a number")
		}
	}
	options = append(options, gomail.WithPort(port))
	if server.User != nil {
		password, _ := server.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(server.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(server.Hostname(), options...)
	if err != nil {
		return nil, errors.New("the address of the mail server is not one")
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	return &Sender{client: client, from: from, domain: domain, app: o.App}, nil
}

// Address is that of the sender, who is the organizer of what is in an
// invitation.
func (s *Sender) Address() string { return s.from.Address }

// loopback reports whether a host is this machine: nothing leaves it, and few
// have a certificate for it.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Failure is why a message did not leave. It holds no word of the server and no
// address: both may be about people.
type Failure struct {
	Class       string // such as "SMTP 550" or UNREACHABLE
	Permanent   bool   // the server said that it will say no again
	BadAddress  bool   // the recipient has none that could be one
	Unreachable bool   // nothing was said about this message: any would have failed
}

func (f *Failure) Error() string { return "mail could not be sent: " + f.Class }

// Send sends one message. Its error is a [Failure].
func (s *Sender) Send(ctx context.Context, m Message) error {
	letter, err := s.compose(m)
	if err != nil {
		return &Failure{Class: "ADDRESS", BadAddress: true}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = s.client.DialAndSendWithContext(ctx, letter)
	var refused *gomail.SendError
	switch {
	case err == nil, letter.IsDelivered(): // a goodbye that failed undoes nothing
		return nil
	case errors.As(err, &refused) && refused.ErrorCode() > 0:
		return &Failure{Class: fmt.Sprintf("SMTP %d", refused.ErrorCode()), Permanent: refused.ErrorCode() >= 500}
	}
	return &Failure{Class: "UNREACHABLE", Unreachable: true}
}

// compose writes the message. Everything in it but the recipient is ours; the
// recipient is parsed, so that it is an address or nothing (no header can follow
// it), and loses the name that somebody may have written beside it.
func (s *Sender) compose(m Message) (*gomail.Msg, error) {
	to, err := mail.ParseAddress(m.To)
	if err != nil || strings.ContainsFunc(to.Address, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return nil, errors.New("no address")
	}
	to.Name = ""
	subject, body := words(m, s.app)
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	letter.FromMailAddress(s.from)
	letter.ToMailAddress(to)
	letter.SetMessageIDWithValue("notice." + m.ID + "@" + s.domain)
	letter.SetDateWithValue(m.MadeAt.UTC())
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	letter.Subject(subject)
	letter.SetBodyString(gomail.TypeTextPlain, body)
	if i := m.Invitation; i != nil {
		// One part more and no file: programs that know invitations take it from
		// here (RFC 6047 section 2.4), those that do not show the text, and none
		// finds it twice. The boundary is no secret, but it would be random.
		letter.SetBoundary(m.ID)
		letter.AddAlternativeString(gomail.ContentType("text/calendar; method="+i.Method), string(i.Text))
	}
	return letter, nil
}
