package graph_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"expex/app"
	"expex/engine"
	"expex/graph"
	"expex/graph/globalid"
	"expex/mail"
	"expex/mail/mailbox"
	"expex/store/storetest"
)

const (
	fixtureTask       = "aaaaaaaa-000c-4000-8000-000000000001"
	fixtureDeputyship = "aaaaaaaa-000d-4000-8000-000000000001"
)

// addTasks puts two tasks on the list of Midden-Holland, and lets the coordinator
// of Flevoland stand in there next year.
func (s *service) addTasks(t *testing.T) {
	t.Helper()
	s.exec(t, `insert into task (id, pool_id, kind, session_id, codes, appears_at, due_at, made_at) values ($1, $2, 'SESSION_BROKEN', $3, '{H3}', $4, $5, $4)`,
		fixtureTask, s.A.Pool, s.A.Session, storetest.Now.Add(-time.Hour), storetest.Now.Add(time.Hour))
	s.exec(t, `insert into task (id, pool_id, kind, request_id, expert_id, appears_at, due_at, made_at) values ($1, $2, 'FIND_EXPERT', $3, $4, $5, $6, $5)`,
		"aaaaaaaa-000c-4000-8000-000000000002", s.A.Pool, s.A.Ear, s.A.Experts[0], storetest.Now.AddDate(0, 0, -2), storetest.Now.AddDate(0, 0, -1))
	s.exec(t, `insert into account_role (id, account_id, role, pool_id, valid_from, valid_to, deputy_for) values ($1, $2, 'COORDINATOR', $3, '2028-01-01', '2028-01-08', $4)`,
		fixtureDeputyship, s.A.RegionLead.AccountID, s.A.Pool, s.A.Coordinator.AccountID)
}

func (s *service) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := s.db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// taskKinds reads the constants of engine/task.go.
func taskKinds(t *testing.T) (out []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../engine/task.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "TaskKind" {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, text)
		}
		return true
	})
	slices.Sort(out)
	return out
}

func TestEveryKindOfTaskIsInTheSchemaAndHasWords(t *testing.T) {
	t.Parallel()
	s := start(t)
	var enum []string
	for _, v := range at(t, s.must(t, s.A.Coordinator, `{__type(name:"TaskKind"){enumValues{name}}}`, nil), "__type", "enumValues").([]any) {
		enum = append(enum, v.(map[string]any)["name"].(string))
	}
	slices.Sort(enum)
	kinds := taskKinds(t)
	if len(kinds) == 0 || !slices.Equal(enum, kinds) {
		t.Errorf("the schema has %v, the engine %v", enum, kinds)
	}
	for _, kind := range kinds {
		nl, en := graph.Wording{Language: graph.Dutch}.Task(engine.TaskKind(kind)), graph.Wording{Language: graph.English}.Task(engine.TaskKind(kind))
		if nl == "" || en == "" || nl == en {
			t.Errorf("%s has no words: %q, %q", kind, nl, en)
		}
	}
}

const listTasks = `query($n:Int!,$after:String,$f:TaskFilter){tasks(first:$n,after:$after,filter:$f){totalCount pageInfo{hasNextPage endCursor} edges{node{id kind overdue}}}}`

// The list shows what has appeared and is not done, by date, page by page.
func TestTheListOfTasksIsWhatNeedsHerToday(t *testing.T) {
	t.Parallel()
	s := start(t)
	for n, days := range []int{3, 1, 2, 1, 5} { // due
		s.exec(t, `insert into task (id, pool_id, kind, expert_id, appears_at, due_at) values ($1, $2, $3, $4, $5, $6)`,
			fmt.Sprintf("aaaaaaaa-000c-4000-8000-%012d", n+1), s.A.Pool, []string{"REVIEW", "CLOSURE", "DEBRIEF", "WELFARE_CALL", "FIND_EXPERT"}[n], s.A.Experts[0],
			storetest.Now.AddDate(0, 0, n%2-1), storetest.Now.AddDate(0, 0, days)) // the odd ones appear now, the others did
	}
	s.exec(t, `insert into task (pool_id, kind, expert_id, appears_at, due_at) values ($1, 'CHECK_IN', $2, $3, $3)`, s.A.Pool, s.A.Experts[0], storetest.Now.Add(time.Second))
	s.exec(t, `insert into task (pool_id, kind, expert_id, appears_at, due_at, done_at) values ($1, 'CHECK_IN', $2, $3, $3, $3)`, s.A.Pool, s.A.Experts[1], storetest.Now)
	s.exec(t, `insert into task (pool_id, kind, expert_id, appears_at, due_at) values ($1, 'CHECK_IN', $2, $3, $3)`, s.B.Pool, s.B.Experts[0], storetest.Now)
	want := []string{"2", "4", "3", "1", "5"}
	for _, size := range []int{1, 2, 50} {
		var got []string
		variables := map[string]any{"n": size}
		for more := true; more; {
			page := at(t, s.must(t, s.A.Coordinator, listTasks, variables), "tasks")
			if n := at(t, page, "totalCount"); n != 5.0 {
				t.Errorf("there are %v, want 5", n)
			}
			for _, e := range at(t, page, "edges").([]any) {
				_, uuid, _ := globalid.Split(at(t, e, "node", "id").(string))
				got = append(got, uuid[len(uuid)-1:])
			}
			more, variables["after"] = at(t, page, "pageInfo", "hasNextPage").(bool), at(t, page, "pageInfo", "endCursor")
		}
		if !slices.Equal(got, want) {
			t.Errorf("in pages of %d the order is %v, want %v", size, got, want)
		}
	}
	s.moveTo(storetest.Now.AddDate(0, 0, 2))
	for filter, want := range map[string]float64{`{overdue:true}`: 3, `{overdue:false}`: 3, `{kinds:[CHECK_IN,CLOSURE]}`: 2, `{kinds:[]}`: 0,
		`{poolId:"` + globalid.Encode(globalid.Pool, string(s.B.Pool)) + `"}`: 0} {
		if got := at(t, s.must(t, s.A.Coordinator, `{tasks(filter:`+filter+`){totalCount}}`, nil), "tasks", "totalCount"); got != want {
			t.Errorf("with %s there are %v, want %v", filter, got, want)
		}
	}
}

func TestATaskIsDoneOnceAndByWhom(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addTasks(t)
	task := map[string]any{"t": globalid.Encode(globalid.Task, fixtureTask)}
	complete := func(key string) answer {
		return s.read(t, s.A.Coordinator, `mutation($t:ID!){completeTask(input:{idempotencyKey:"`+key+`",taskId:$t}){task{doneAt doneBy{name}}}}`, task)
	}
	first := complete("complete-1")
	if got := at(t, first.Data, "completeTask", "task", "doneBy", "name"); got != "Cornelia Coördinator" {
		t.Errorf("done by %v", got)
	}
	if again := complete("complete-1"); fmt.Sprint(again.Data) != fmt.Sprint(first.Data) {
		t.Errorf("the same call again gives %v", again)
	}
	if other := complete("complete-2"); len(other.Errors) != 1 || other.Errors[0].Extensions.Reason != "ILLEGAL_TRANSITION" {
		t.Errorf("done twice: %+v", other)
	}
	if n := at(t, s.must(t, s.A.Coordinator, `{tasks{totalCount}}`, nil), "tasks", "totalCount"); n != 1.0 {
		t.Errorf("%v are left, want 1", n)
	}
	if done := at(t, s.must(t, s.A.Coordinator, `query($t:ID!){task(id:$t){doneAt overdue}}`, task), "task", "doneAt"); done == nil {
		t.Error("a task that is done cannot be looked at")
	}
}

func TestATaskThatIsPutOffComesBack(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addTasks(t)
	postpone := func(until time.Time) answer {
		return s.read(t, s.A.Coordinator, `mutation($k:String!,$t:ID!,$u:DateTime!){postponeTask(input:{idempotencyKey:$k,taskId:$t,until:$u}){task{appearsAt dueAt}}}`,
			map[string]any{"k": "postpone-" + until.String(), "t": globalid.Encode(globalid.Task, fixtureTask), "u": until})
	}
	for _, until := range []time.Time{storetest.Now, storetest.Now.Add(-time.Hour), storetest.Now.AddDate(0, 0, 14).Add(time.Second)} {
		if got := postpone(until); len(got.Errors) != 1 || got.Errors[0].Extensions.Field != "until" {
			t.Errorf("until %v: %+v", until, got)
		}
	}
	last := storetest.Now.AddDate(0, 0, 14)
	if got := postpone(last); len(got.Errors) > 0 || at(t, got.Data, "postponeTask", "task", "dueAt") != last.Format(time.RFC3339) {
		t.Errorf("put off: %+v", got)
	}
	s.exec(t, `delete from task where kind = 'RECORD_OUTCOME'`) // they appear when the meetings of the fixture are over
	for at14, want := range map[time.Time]float64{last.Add(-time.Second): 1, last: 2} {
		s.moveTo(at14)
		if n := at(t, s.must(t, s.A.Coordinator, `{tasks{totalCount}}`, nil), "tasks", "totalCount"); n != want {
			t.Errorf("at %v there are %v, want %v", at14, n, want)
		}
	}
}

// A coordinator goes on holiday. A colleague of another pool does her work for
// two weeks, gets her mail, and loses both by herself.
func TestADeputyStandsInAndStopsByHerself(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.addTasks(t)
	s.exec(t, `update account set email = case id when $1 then 'cornelia@gouda.example' else 'carla@almere.example' end where id in ($1, $2)`,
		s.A.Coordinator.AccountID, s.B.Coordinator.AccountID)
	appoint := func(key, email, from, until string) answer {
		return s.read(t, s.A.Coordinator, `mutation($p:ID!){appointDeputy(input:{idempotencyKey:"`+key+`",poolId:$p,email:"`+email+`",from:"`+from+`",until:"`+until+`"}){deputyship{id from to absent{name} deputy{name}}}}`,
			map[string]any{"p": globalid.Encode(globalid.Pool, string(s.A.Pool))})
	}
	sees := func() bool {
		return at(t, s.must(t, s.B.Coordinator, `{tasks(filter:{poolId:"`+globalid.Encode(globalid.Pool, string(s.A.Pool))+`"}){totalCount}}`, nil), "tasks", "totalCount") != 0.0
	}
	for name, c := range map[string][3]string{
		"nobody has the address": {"niemand@example.org", "2027-04-01", "2027-04-14"},
		"herself":                {"cornelia@gouda.example", "2027-04-01", "2027-04-14"},
		"an expert":              {"Aafke@example.org", "2027-04-01", "2027-04-14"},
	} {
		if got := appoint("refused-"+name, c[0], c[1], c[2]); len(got.Errors) != 1 || got.Errors[0].Extensions.Code != "NOT_FOUND" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for name, c := range map[string][3]string{
		"from":  {"carla@almere.example", "2027-03-26", "2027-04-14"},
		"until": {"carla@almere.example", "2027-04-02", "2027-04-01"},
	} {
		if got := appoint("invalid-"+name, c[0], c[1], c[2]); len(got.Errors) != 1 || got.Errors[0].Extensions.Field != name {
			t.Errorf("%s: %+v", name, got)
		}
	}
	made := appoint("appoint-1", "CARLA@almere.example", "2027-04-01", "2027-04-14")
	if len(made.Errors) > 0 {
		t.Fatalf("%+v", made.Errors)
	}
	if got := appoint("appoint-2", "carla@almere.example", "2027-04-14", "2027-04-15"); len(got.Errors) != 1 || got.Errors[0].Extensions.Reason != "DUPLICATE" {
		t.Errorf("a second one on the same day: %+v", got)
	}
	for day, want := range map[string]bool{"2027-03-31": false, "2027-04-01": true, "2027-04-14": true, "2027-04-15": false} {
		s.moveTo(storetest.Local(engine.Date(day), "12:00"))
		if sees() != want {
			t.Errorf("on %s she sees the tasks: %v", day, !want)
		}
	}

	// While she stands in she gets the mail, and may not pass it on.
	s.moveTo(storetest.Local("2027-04-02", "12:00"))
	box, err := mailbox.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	to, err := mail.NewSender(mail.Options{Server: box.URL(), From: "noreply@expex.example"})
	if err != nil {
		t.Fatal(err)
	}
	s.exec(t, `delete from notice`)
	s.must(t, s.A.LocationAsker, `mutation($o:ID!){submitRequest(input:{idempotencyKey:"deputy-request",organisationId:$o,type:"POLICY_ADVICE",municipality:"GM0513",options:[{start:"2027-05-05T08:00:00Z",end:"2027-05-05T12:00:00Z"}]}){request{id}}}`,
		map[string]any{"o": globalid.Encode(globalid.Organisation, string(s.A.Location))})
	s.exec(t, `update notice set due_at = $1`, storetest.Now)
	if _, err := (app.App{Store: s.store}).SendNotices(t.Context(), to, nil); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range box.Letters() {
		got = append(got, l.To)
	}
	slices.Sort(got)
	if strings.Join(got, " ") != "carla@almere.example cornelia@gouda.example" {
		t.Errorf("the mail went to %v", got)
	}
	onward := s.read(t, s.B.Coordinator, `mutation($p:ID!){appointDeputy(input:{idempotencyKey:"onward-1",poolId:$p,email:"cornelia@gouda.example",from:"2027-04-02",until:"2027-04-03"}){deputyship{id}}}`,
		map[string]any{"p": globalid.Encode(globalid.Pool, string(s.A.Pool))})
	if len(onward.Errors) != 1 || onward.Errors[0].Extensions.Code != "NOT_FOUND" {
		t.Errorf("a deputy appointed one: %+v", onward)
	}

	// She gives it back early. It stays to be seen that she had it.
	s.must(t, s.B.Coordinator, `mutation($d:ID!){endDeputyship(input:{idempotencyKey:"give-back",deputyshipId:$d}){deputyship{to}}}`,
		map[string]any{"d": at(t, made.Data, "appointDeputy", "deputyship", "id")})
	if sees() {
		t.Error("she still sees the tasks")
	}
	for viewer, who := range map[string]any{"deputy": s.must(t, s.B.Coordinator, `{viewer{deputyships{absent{name} deputy{name} to}}}`, nil),
		"absent": s.must(t, s.A.Coordinator, `{viewer{deputyships{absent{name} deputy{name} to}}}`, nil)} {
		list := at(t, who, "viewer", "deputyships").([]any)
		if last := list[len(list)-1]; at(t, last, "absent", "name") != "Cornelia Coördinator" || at(t, last, "to") != "2027-04-02" {
			t.Errorf("the %s sees %v", viewer, list)
		}
	}
}
