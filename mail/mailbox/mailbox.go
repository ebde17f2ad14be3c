// Package mailbox is a mail server that keeps what it gets in memory, for the
// demo and for tests: what is sent goes the whole way a real message goes.
package mailbox

import (
	"bytes"
	"errors"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Kept is how many messages a box holds; the oldest go first.
const Kept = 200

// maxBytes is the largest message that is taken. Ours have less than 2 kB.
const maxBytes = 64 << 10

// Letter is a message as it arrived.
type Letter struct {
	ID      string // its Message-ID, with brackets
	To      string // the recipient of the envelope
	From    string
	Subject string
	Text    string
	Date    time.Time // as the message says
	Raw     string

	// Method and Calendar are of the invitation that came along, "" for none.
	Method   string
	Calendar string // with CRLF, as it arrived
}

// Box receives mail for anybody.
type Box struct {
	server *smtp.Server
	socket net.Listener
	mu     sync.Mutex
	kept   []Letter // the oldest first
	refuse func(to string) error
}

// Open listens on a free port of this machine.
func Open() (*Box, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &Box{socket: listener}
	b.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{box: b}, nil }))
	b.server.Domain = "localhost"
	b.server.ErrorLog = log.New(io.Discard, "", 0) // what clients do wrong may hold addresses
	b.server.MaxMessageBytes = maxBytes
	b.server.MaxRecipients = 1
	b.server.ReadTimeout, b.server.WriteTimeout = 10*time.Second, 10*time.Second
	go b.server.Serve(listener)
	return b, nil
}

// URL is where it listens, as mail.Options.Server wants it.
func (b *Box) URL() string { return "smtp://" + b.socket.Addr().String() }

// Close ends the server. What was received stays readable.
func (b *Box) Close() error {
	b.socket.Close() // also when the server has not come to know it yet
	return b.server.Close()
}

// Refuse lets the box say no to recipients, with the code of RFC 5321 that is
// given; 0 takes the message.
func (b *Box) Refuse(code func(to string) int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse = func(to string) error {
		if c := code(to); c != 0 {
			return &smtp.SMTPError{Code: c, Message: "no"}
		}
		return nil
	}
}

// Letters gives what was received, the newest first.
func (b *Box) Letters() []Letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := slices.Clone(b.kept)
	slices.Reverse(out)
	return out
}

func (b *Box) keep(l Letter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.kept) == Kept {
		b.kept = slices.Delete(b.kept, 0, 1)
	}
	b.kept = append(b.kept, l)
}

// session is one conversation.
type session struct {
	box      *Box
	from, to string
}

func (s *session) Reset() { s.from, s.to = "", "" }

func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	s.box.mu.Lock()
	refuse := s.box.refuse
	s.box.mu.Unlock()
	if refuse != nil {
		return refuse(to)
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	letter, err := read(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, Message: "this is no message"}
	}
	letter.To, letter.From = s.to, s.from
	s.box.keep(letter)
	return nil
}

// read takes a message to pieces (RFC 5322, RFC 2045): its text, and an
// invitation beside it.
func read(raw []byte) (Letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Letter{}, err
	}
	var l Letter
	l.Raw, l.ID = string(raw), m.Header.Get("Message-ID")
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	if l.Date, err = m.Header.Date(); err != nil {
		return l, err
	}
	kind, params, _ := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if kind != "multipart/alternative" {
		return l, l.add(m.Header, m.Body)
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		if err := l.add(mail.Header(part.Header), part); err != nil {
			return l, err
		}
	}
}

// add takes one part, or a message that is none but one.
func (l *Letter) add(header mail.Header, body io.Reader) error {
	switch strings.ToLower(header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "", "7bit", "8bit":
	default:
		return errors.New("an encoding nobody here sends")
	}
	text, err := io.ReadAll(body)
	kind, params, _ := mime.ParseMediaType(header.Get("Content-Type"))
	if kind == "text/calendar" {
		l.Method, l.Calendar = params["method"], string(text)
		return err
	}
	l.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
	return err
}
