package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"expex/mail/mailbox"
	"expex/store/storetest"
)

// soon waits until something is so, for a minute.
func soon(t *testing.T, what string, so func() bool) {
	t.Helper()
	tooLong := time.After(time.Minute)
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for !so() {
		select {
		case <-again.C:
		case <-tooLong:
			t.Fatalf("it never came to be that %s", what)
		}
	}
}

// TestTheDemoSendsMailThatCanBeRead asks somebody, gets her yes, and reads in the
// mailbox that there is news, and not what it is. What the mail must not hold is
// everything the pool knows: themes, organisations, places, names.
func TestTheDemoSendsMailThatCanBeRead(t *testing.T) {
	t.Parallel()
	p, ready := demo(t, dataDir(t))
	coordinator, requester := ready.Tokens["coordinatorMiddenHolland"], ready.Tokens["requester"]
	known, err := do(ready.GraphQL, coordinator, `{
		experts(first:50){edges{node{firstName lastName email}}} requests(first:50){edges{node{goal organisation{name}}}}
		themes{code name en:name(language:EN)} deploymentTypes{code name en:name(language:EN)} municipalities{name}}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	organisations, err := do(ready.GraphQL, requester, `{viewer{organisations{id}}}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	var options []any // every day for three weeks
	for n := range 21 {
		day := time.Now().AddDate(0, 0, 14+n).Truncate(24 * time.Hour)
		options = append(options, map[string]any{"start": day.Add(7 * time.Hour), "end": day.Add(21 * time.Hour)})
	}
	submitted, err := do(ready.GraphQL, requester, `mutation($i:SubmitRequestInput!){submitRequest(input:$i){request{id}}}`, map[string]any{"i": map[string]any{
		"idempotencyKey": "mail-test-1", "organisationId": dig(organisations, "viewer", "organisations", 0, "id"), "type": "LISTENING_EAR", "municipality": "GM0513",
		"goal": "Een heel geheim doel", "client": map[string]any{"ageFrom": 14, "ageTo": 16},
		"themes": []any{map[string]any{"theme": "LONELINESS", "importance": "NICE"}}, "options": options,
	}})
	if err != nil {
		t.Fatal(err)
	}
	read := func() string { _, body := fetch(t, ready.Mailbox); return body }
	soon(t, "the coordinator has mail", func() bool { return strings.Contains(read(), "coordinator@middenholland.example") })

	request := dig(submitted, "submitRequest", "request", "id")
	if _, err := do(ready.GraphQL, coordinator, `mutation($r:ID!){triageRequest(input:{idempotencyKey:"mail-test-2",requestId:$r,outcome:OPEN}){request{id}}}`, map[string]any{"r": request}); err != nil {
		t.Fatal(err)
	}
	self, err := do(ready.GraphQL, ready.Tokens["expert"], `{viewer{expert{id}}}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	expert := dig(self, "viewer", "expert", "id")
	found, err := do(ready.GraphQL, coordinator, `query($r:ID!){matchSuggestions(requestId:$r,first:50){suggestions{experts{id} slots{start end}}}}`, map[string]any{"r": request})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range dig(found, "matchSuggestions", "suggestions").([]any) {
		if dig(s, "experts", 0, "id") != expert {
			continue
		}
		made, err := do(ready.GraphQL, coordinator, `mutation($r:ID!,$e:ID!,$s:IntervalInput!){makeOffer(input:{idempotencyKey:"mail-test-3",requestId:$r,expertIds:[$e],slot:$s,overrideReason:"omdat"}){offers{id}}}`,
			map[string]any{"r": request, "e": expert, "s": dig(s, "slots", 0)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := do(ready.GraphQL, ready.Tokens["expert"], `mutation($o:ID!){acceptOffer(input:{idempotencyKey:"mail-test-4",offerId:$o}){session{status}}}`,
			map[string]any{"o": dig(made, "makeOffer", "offers", 0, "id")}); err != nil {
			t.Fatal(err)
		}
	}
	soon(t, "the requester has mail", func() bool { return strings.Contains(read(), "aanvrager@jeugdhulp.example") })

	soon(t, "the expert is invited", func() bool { return strings.Contains(read(), "Calendar invitation</span>: REQUEST") })

	// Only the texts: the page itself names the recipients of its messages. An
	// invitation says what her feed says, her own address and where the clocks are.
	body, messages := read(), ""
	for _, part := range strings.Split(body, "<pre>")[1:] {
		text, _, _ := strings.Cut(part, "</pre>")
		for line := range strings.Lines(strings.ReplaceAll(text, "\r\n ", "")) {
			switch name, _, _ := strings.Cut(line, ":"); {
			case strings.Contains(name, "TZID"), strings.HasPrefix(name, "ATTENDEE"), name == "LOCATION":
			default:
				messages += line
			}
		}
		messages += "\n"
	}
	for _, part := range strings.Split(body, `<span class="subject">`)[1:] {
		text, _, _ := strings.Cut(part, "</span>")
		messages += text + "\n"
	}
	if !strings.Contains(messages, "Er is nieuws.") || !strings.Contains(messages, ready.Pages) {
		t.Errorf("the messages do not say that there is news, or where:\n%s", messages)
	}
	var canaries []string
	collect(known, &canaries)
	if len(canaries) < 200 {
		t.Fatalf("only %d canaries", len(canaries))
	}
	said := " " + strings.ToLower(strings.Join(strings.FieldsFunc(messages, func(r rune) bool { return strings.ContainsRune(" \n.,:/?!", r) }), " ")) + " "
	for _, canary := range append(canaries, "een heel geheim doel") {
		if strings.Contains(said, " "+strings.ToLower(canary)+" ") {
			t.Errorf("a message says %q", canary)
		}
	}
	if code := p.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("it ended with %d", code)
	}
}

// collect gathers every text of an answer, of four letters or more.
func collect(v any, into *[]string) {
	switch v := v.(type) {
	case string:
		if len(v) > 3 {
			*into = append(*into, v)
		}
	case []any:
		for _, one := range v {
			collect(one, into)
		}
	case map[string]any:
		for _, one := range v {
			collect(one, into)
		}
	}
}

// TestTwoProcessesSendEachMailOnce lets two services share one outbox and counts
// at the server that receives.
func TestTwoProcessesSendEachMailOnce(t *testing.T) {
	t.Parallel()
	const messages = 150
	box, err := mailbox.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	dsn := storetest.DSN(t)
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`
		with account as (insert into account (name, email) values ('Cora Coördinator', 'cora@gouda.example') returning id)
		insert into notice (kind, effect, account_id) select 'NEWS', 'NEWS ' || i, id from account, generate_series(1, $1) i`, messages); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c := command("serve", "--addr", "127.0.0.1:0")
		c.Env = append(c.Env, "DATABASE_URL="+dsn, "EXPEX_SMTP="+box.URL(), "EXPEX_MAIL_FROM=ExpEx <noreply@expex.example>", "EXPEX_PUBLIC_URL=https://expex.example")
		launch(t, c)
	}
	soon(t, "all are sent", func() bool {
		var left int
		if err := db.QueryRow(`select count(*) from notice where sent_at is null`).Scan(&left); err != nil {
			t.Fatal(err)
		}
		return left == 0
	})
	ids := map[string]bool{}
	for _, l := range box.Letters() {
		ids[l.ID] = true
	}
	if got := len(box.Letters()); got != messages || len(ids) != messages {
		t.Errorf("%d messages arrived, %d different ones; want %d", got, len(ids), messages)
	}
}

func TestWithoutAMailServerMessagesWaitAndItIsSaidOnce(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	c := command("serve", "--addr", "127.0.0.1:0")
	c.Env = append(c.Env, "DATABASE_URL="+dsn)
	p := launch(t, c)
	if status, _ := fetch(t, p.address()+"/mailbox"); status != http.StatusNotFound {
		t.Errorf("the service has a mailbox: %d", status)
	}
	p.stop(syscall.SIGTERM)
	if n := strings.Count(p.logged(), "EXPEX_SMTP is not set"); n != 1 {
		t.Errorf("the log says %d times that mail waits:\n%s", n, p.logged())
	}
	stdout, stderr, code := on(dsn, "doctor")
	if code != 0 || !strings.Contains(stdout, "nowhere: EXPEX_SMTP is not set; 0 messages wait") {
		t.Errorf("doctor says %d %s %s", code, stdout, stderr)
	}
}

func TestThePasswordOfTheMailServerIsNeverShown(t *testing.T) {
	t.Parallel()
	for _, smtp := range []string{"smtp://u:geheim@mail.example:587", "smtp://u:geheim@mail.example/pad", "smtp://u:ge heim@mail.example"} {
		for _, name := range []string{"config", "serve"} {
			if name == "serve" && !strings.Contains(smtp, "pad") {
				continue // it would begin to serve
			}
			c := command(name)
			c.Env = append(c.Env, "EXPEX_SMTP="+smtp, "EXPEX_MAIL_FROM=noreply@expex.example")
			stdout, stderr, _ := output(c)
			if said := fmt.Sprint(stdout, stderr); strings.Contains(said, "geheim") || strings.Contains(said, "ge heim") || said == "" {
				t.Errorf("%s with %s says %s", name, smtp, said)
			}
		}
	}
}
