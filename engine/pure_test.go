package engine_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"expex/engine"
)

// allowedImports is all that a decision needs. A clock, a database, a file, a
// log or an encoding of the outside world is not among it.
var allowedImports = []string{
	"cmp", "errors", "fmt", "maps", "math", "math/bits", "regexp", "slices", "sort", "strconv", "strings", "time", "unicode", "unicode/utf8",
}

// impure are the names that read the clock, the machine or a source of chance.
var impure = []string{
	"time.Now", "time.Since", "time.Until", "time.After", "time.AfterFunc", "time.Tick", "time.NewTimer", "time.NewTicker", "time.Sleep",
	"time.LoadLocation", "time.Local", "fmt.Print", "fmt.Println", "fmt.Printf",
}

// source parses the files of the package, without its tests.
func source(t *testing.T) map[string]*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			if files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution); err != nil {
				t.Fatal(err)
			}
		}
	}
	return files
}

func TestTheEngineImportsOnlyWhatADecisionNeeds(t *testing.T) {
	t.Parallel()
	for name, file := range source(t) {
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil || !slices.Contains(allowedImports, path) {
				t.Errorf("%s imports %s: hand its result in with the input", name, spec.Path.Value)
			}
			if spec.Name != nil {
				t.Errorf("%s renames %s: the next test would not see through that", name, spec.Path.Value)
			}
		}
	}
}

func TestTheEngineReadsNoClockAndNoMachine(t *testing.T) {
	t.Parallel()
	for name, file := range source(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := selector.X.(*ast.Ident); ok && slices.Contains(impure, pkg.Name+"."+selector.Sel.Name) {
					t.Errorf("%s uses %s.%s: time and place are part of the input", name, pkg.Name, selector.Sel.Name)
				}
			}
			return true
		})
	}
}

// Package variables are tables: filled where they are declared, never after.
func TestTheEngineHasNoStateOfItsOwn(t *testing.T) {
	t.Parallel()
	files := source(t)
	variables := map[string]bool{}
	for _, file := range files {
		for _, spec := range declared(file) {
			for _, ident := range spec.Names {
				variables[ident.Name] = true
			}
		}
	}
	for name, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Name.Name == "init" && n.Recv == nil {
					t.Errorf("%s has an init function: declare the table whole", name)
				}
			case *ast.AssignStmt:
				for _, target := range n.Lhs {
					if n.Tok != token.DEFINE && variables[root(target)] {
						t.Errorf("%s assigns to the package variable %s", name, root(target))
					}
				}
			case *ast.IncDecStmt:
				if variables[root(n.X)] {
					t.Errorf("%s changes the package variable %s", name, root(n.X))
				}
			}
			return true
		})
	}
}

// root is the name at the left of x, x.f, x[i] or *x.
func root(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return root(e.X)
	case *ast.IndexExpr:
		return root(e.X)
	case *ast.StarExpr:
		return root(e.X)
	case *ast.ParenExpr:
		return root(e.X)
	default:
		return ""
	}
}

// declared lists the variables declared at the top of a file.
func declared(file *ast.File) []*ast.ValueSpec {
	var out []*ast.ValueSpec
	for _, decl := range file.Decls {
		if general, ok := decl.(*ast.GenDecl); ok && general.Tok == token.VAR {
			for _, spec := range general.Specs {
				out = append(out, spec.(*ast.ValueSpec))
			}
		}
	}
	return out
}

// kind says whether a variable is a Rule[…] or a Factor, by its literal.
func kind(spec *ast.ValueSpec) string {
	if len(spec.Values) != 1 {
		return ""
	}
	literal, ok := spec.Values[0].(*ast.CompositeLit)
	if !ok {
		return ""
	}
	switch of := literal.Type.(type) {
	case *ast.IndexExpr:
		return root(of.X)
	case *ast.Ident:
		return of.Name
	default:
		return ""
	}
}

func TestEveryRuleAndFactorLivesInAFileOfItsKindAndInTheList(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for name, file := range source(t) {
		here := map[string]int{}
		for _, spec := range declared(file) {
			here[kind(spec)]++
		}
		count["Rule"], count["Factor"] = count["Rule"]+here["Rule"], count["Factor"]+here["Factor"]
		if strings.HasPrefix(name, "rule_") != (here["Rule"] > 0) {
			t.Errorf("%s holds %d rules: a rule lives in a file rule_*.go, and such a file holds one", name, here["Rule"])
		}
		if strings.HasPrefix(name, "factor_") != (here["Factor"] > 0) || here["Factor"] > 1 {
			t.Errorf("%s holds %d factors: each lives in a file factor_*.go of its own", name, here["Factor"])
		}
		if strings.HasPrefix(name, "rule_") || strings.HasPrefix(name, "factor_") {
			if _, err := os.Stat(strings.TrimSuffix(name, ".go") + "_test.go"); err != nil {
				t.Errorf("%s has no test beside it", name)
			}
		}
	}
	if listed := len(engine.Rules) + len(engine.TeamRules); count["Rule"] != listed {
		t.Errorf("%d rules are written and %d are in the lists of rules.go", count["Rule"], listed)
	}
	if count["Factor"] != len(engine.Factors) {
		t.Errorf("%d factors are written and %d are in the list of factors.go", count["Factor"], len(engine.Factors))
	}
}
