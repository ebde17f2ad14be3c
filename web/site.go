package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"path"
	"regexp"
	"time"
)

//go:embed home all:graphiql/dist
var embedded embed.FS

const (
	everyPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// homePolicy allows a style sheet and a picture: the front page has no script.
	homePolicy = everyPolicy + "; style-src 'self'; img-src 'self'"
	// graphiqlPolicy also holds for the workers, each of which takes it from
	// its own response. The editor writes style elements and attributes, hence
	// 'unsafe-inline' for those, and has small pictures in its style sheet.
	graphiqlPolicy = everyPolicy + "; script-src 'self'; worker-src 'self'; connect-src 'self'" +
		"; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:"
)

const (
	askFirst  = "no-cache"                            // may change under its name
	keepNever = "no-store"                            // holds the secrets of a demo
	keepLong  = "public, max-age=31536000, immutable" // has its hash in its name
)

// hashedName matches the names the build of GraphiQL derives from the content.
var hashedName = regexp.MustCompile(`-[\w-]{8}\.\w+$`)

// contentTypes stands here because what package mime knows differs by machine.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".ttf":  "font/ttf",
	".txt":  "text/plain; charset=utf-8",
}

// site holds every file by its path in the address.
type site map[string]file

type file struct {
	body        []byte
	contentType string
	policy      string // Content-Security-Policy
	cache       string // Cache-Control
	etag        string
	// write makes the body anew for each visit; nil for one that stays the same.
	write func(io.Writer) error
}

// settings is what the script of GraphiQL reads from its page.
type settings struct {
	Query     string    `json:"query"`
	Variables string    `json:"variables"`
	Accounts  []Account `json:"accounts"`
}

func newSite(page Page) (site, error) {
	cache, start := askFirst, settings{Accounts: []Account{}} // a list for the script, never null
	if demo := page.Demo; demo != nil {
		cache = keepNever
		start = settings{demo.Query, demo.Variables, append(start.Accounts, demo.Accounts...)}
	}
	s := site{}
	err := errors.Join(
		s.addPage("/", "home/index.html", page, homePolicy, cache),
		s.addAssets("/assets/", "home", homePolicy),
	)
	if page.Demo != nil && page.Demo.Mailbox != nil {
		err = errors.Join(err, s.addMailbox(page.Demo.Mailbox))
	}
	if page.GraphiQL {
		err = errors.Join(err,
			s.addPage("/graphiql", "graphiql/dist/index.html", start, graphiqlPolicy, cache),
			s.addAssets("/assets/graphiql/", "graphiql/dist", graphiqlPolicy),
		)
	}
	return s, err
}

// addPage fills in the template once: what it shows stays the same.
func (s site) addPage(address, name string, data any, policy, cache string) error {
	page, err := template.ParseFS(embedded, name)
	if err != nil {
		return fmt.Errorf("web: page %s: %w", address, err)
	}
	var html bytes.Buffer
	if err := page.Execute(&html, data); err != nil {
		return fmt.Errorf("web: page %s: %w", address, err)
	}
	return s.add(address, name, html.Bytes(), policy, cache)
}

// addMailbox adds the page that shows what arrived by now.
func (s site) addMailbox(letters func() []Letter) error {
	page, err := template.ParseFS(embedded, "home/mailbox.html")
	if err != nil {
		return fmt.Errorf("web: page /mailbox: %w", err)
	}
	s["/mailbox"] = file{contentType: contentTypes[".html"], policy: homePolicy, cache: keepNever,
		write: func(w io.Writer) error { return page.Execute(w, letters()) }}
	return nil
}

// addAssets adds the files of a folder except its page, which is a template.
func (s site) addAssets(prefix, folder, policy string) error {
	entries, err := embedded.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("web: assets: %w", err)
	}
	for _, entry := range entries {
		name := path.Join(folder, entry.Name())
		if path.Ext(name) == ".html" {
			continue
		}
		body, err := embedded.ReadFile(name)
		if err != nil {
			return fmt.Errorf("web: assets: %w", err)
		}
		cache := askFirst
		if hashedName.MatchString(name) {
			cache = keepLong
		}
		if err := s.add(prefix+entry.Name(), name, body, policy, cache); err != nil {
			return err
		}
	}
	return nil
}

func (s site) add(address, name string, body []byte, policy, cache string) error {
	contentType, known := contentTypes[path.Ext(name)]
	if !known {
		return fmt.Errorf("web: %s has an extension without a content type: add it to contentTypes", name)
	}
	etag := fmt.Sprintf(`"%x"`, sha256.Sum256(body))
	s[address] = file{body: body, contentType: contentType, policy: policy, cache: cache, etag: etag}
	return nil
}

// ServeHTTP answers with the file of the path.
func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")

	f, found := s[r.URL.Path]
	if !found {
		header.Set("Content-Security-Policy", everyPolicy)
		http.Error(w, "Deze pagina bestaat niet. / This page does not exist.", http.StatusNotFound)
		return
	}
	header.Set("Content-Security-Policy", f.policy)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "Gebruik GET. / Use GET.", http.StatusMethodNotAllowed)
		return
	}
	if f.write != nil {
		var body bytes.Buffer
		if f.write(&body) != nil {
			http.Error(w, "Deze pagina kan niet worden gemaakt. / This page cannot be made.", http.StatusInternalServerError)
			return
		}
		f.body = body.Bytes()
		f.etag = fmt.Sprintf(`"%x"`, sha256.Sum256(f.body))
	}
	header.Set("Content-Type", f.contentType)
	header.Set("Cache-Control", f.cache)
	header.Set("ETag", f.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
}
