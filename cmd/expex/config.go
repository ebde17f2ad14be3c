package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"expex/mail"
	"expex/pgserver"
)

// databaseFlags say where the data lives. Every command that touches data has
// them.
type databaseFlags struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"PostgreSQL to use. Empty: a private one under --data."`
	Data        string `name:"data" env:"EXPEX_DATA" placeholder:"DIR" help:"Directory of the private PostgreSQL. Default: ${default_data}"`
	PostgresBin string `name:"postgres-bin" env:"EXPEX_POSTGRES_BIN" placeholder:"DIR" help:"Programs of PostgreSQL for the private one. Empty: what is installed."`
}

// httpFlags say how to listen.
type httpFlags struct {
	Addr      string `name:"addr" env:"EXPEX_ADDR" default:"127.0.0.1:8080" help:"Address to listen on; port 0 takes a free one."`
	PublicURL string `name:"public-url" env:"EXPEX_PUBLIC_URL" placeholder:"URL" help:"Address the outside world uses, for calendar links. Default: the one listened on."`
}

// mailFlags say how messages to people leave.
type mailFlags struct {
	SMTP     string `name:"smtp" env:"EXPEX_SMTP" placeholder:"URL" help:"Mail server, such as smtp://user:password@mail.example:587. Empty: messages to people wait."`
	MailFrom string `name:"mail-from" env:"EXPEX_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of mail, such as 'ExpEx <noreply@expex.example>'."`
}

// Validate is called by the parser. It never repeats the password.
func (m mailFlags) Validate() error {
	_, err := m.sender("")
	if err != nil {
		return fmt.Errorf("--smtp, --mail-from: %w", err)
	}
	return nil
}

// sender is what sends mail that links to the app at base, nil when none leaves.
func (m mailFlags) sender(base string) (*mail.Sender, error) {
	if m.SMTP == "" {
		return nil, nil
	}
	return mail.NewSender(mail.Options{Server: m.SMTP, From: m.MailFrom, App: base + "/"})
}

// logFlags say what to log, always to stderr.
type logFlags struct {
	LogLevel slog.Level `name:"log-level" env:"EXPEX_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
}

// environment tells production from everything else.
type environment struct {
	Env string `name:"env" env:"EXPEX_ENV" enum:"development,production" default:"production" help:"In production there is no introspection and no GraphiQL."`
}

func (e environment) production() bool { return e.Env == "production" }

// dataDir is where the private PostgreSQL of a command lives. The demo and the
// real thing never share a directory.
func (d databaseFlags) dataDir(command string) (string, error) {
	if d.Data != "" {
		return filepath.Abs(d.Data)
	}
	base, err := pgserver.DefaultDir()
	if err != nil {
		return "", fmt.Errorf("no place for the data: %w; choose one with --data", err)
	}
	return filepath.Join(base, command), nil
}

// defaultDir is the default of --data, for the help.
func defaultDir(command string) string {
	dir, err := databaseFlags{}.dataDir(command)
	if err != nil {
		return "none on this machine"
	}
	return dir
}

// Validate is called by the parser.
func (h httpFlags) Validate() error {
	if _, _, err := net.SplitHostPort(h.Addr); err != nil {
		return fmt.Errorf("--addr: %q is not host:port, such as 127.0.0.1:8080", h.Addr)
	}
	if h.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(h.PublicURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" {
		return fmt.Errorf("--public-url: give an address such as https://expex.example.org")
	}
	return nil
}

// base is the address of the service without a slash at its end.
func (h httpFlags) base(listener net.Listener) string {
	if h.PublicURL != "" {
		return strings.TrimRight(h.PublicURL, "/")
	}
	return "http://" + listener.Addr().String()
}

// configCommand prints the configuration of `expex serve`.
type configCommand struct {
	databaseFlags
	httpFlags
	mailFlags
	keyFlags
	logFlags
	environment
}

// Validate is called by the parser, which would call none of several.
func (c *configCommand) Validate() error {
	return errors.Join(c.httpFlags.Validate(), c.mailFlags.Validate(), c.keyFlags.Validate())
}

// Run prints every setting as JSON. Secrets are masked.
func (c *configCommand) Run(p *process) error {
	data, err := c.dataDir("serve")
	if err != nil {
		return err
	}
	settings := map[string]any{
		"DATABASE_URL": maskPassword(c.DatabaseURL), "EXPEX_DATA": data, "EXPEX_POSTGRES_BIN": c.PostgresBin,
		"EXPEX_ADDR": c.Addr, "EXPEX_PUBLIC_URL": c.PublicURL,
		"EXPEX_SMTP": maskPassword(c.SMTP), "EXPEX_MAIL_FROM": c.MailFrom, "EXPEX_KEYS": c.masked(), "EXPEX_ENV": c.Env, "EXPEX_LOG_LEVEL": c.LogLevel.String(),
	}
	e := json.NewEncoder(p.stdout)
	e.SetIndent("", "  ")
	return e.Encode(settings)
}

// maskPassword hides the password of a connection string in either form.
func maskPassword(dsn string) string {
	if u, err := url.Parse(dsn); err == nil && u.User != nil {
		if _, set := u.User.Password(); set {
			u.User = url.UserPassword(u.User.Username(), "***")
			return strings.Replace(u.String(), "%2A%2A%2A", "***", 1)
		}
	}
	fields := strings.Fields(dsn)
	for i, f := range fields {
		if strings.HasPrefix(f, "password=") {
			fields[i] = "password=***"
		}
	}
	if len(fields) > 1 {
		return strings.Join(fields, " ")
	}
	return dsn
}
