package limit

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
)

// moreTokens says whether a document has more tokens than the maximum. It reads
// no further than that, and stops where the text is no GraphQL.
func moreTokens(source *ast.Source, maximum int) bool {
	lex := lexer.New(source)
	for n := 0; n <= maximum; n++ {
		if token, err := lex.ReadToken(); err != nil || token.Kind == lexer.EOF {
			return false
		}
	}
	return true
}

// checkShape refuses a parsed document that has not been validated: it may
// spread fragments that do not exist, or in a circle.
func (l Limits) checkShape(document *ast.QueryDocument) *gqlerror.Error {
	if n := len(document.Operations); n > l.Operations {
		return exceeded("operations", l.Operations, "the document has %d operations, at most %d may be in one: send the others on their own", n, l.Operations)
	}
	if n := len(document.Fragments); n > l.Fragments {
		return exceeded("fragments", l.Fragments, "the document defines %d fragments, at most %d are allowed: write some of them out", n, l.Fragments)
	}
	s := survey(document)
	if s.selections > l.Selections {
		return exceeded("selections", l.Selections, "the document has %d fields and fragment spreads, at most %d are allowed: send several requests", s.selections, l.Selections)
	}
	if s.directives > l.Directives {
		return exceeded("directives", l.Directives, "the document has %d directives, at most %d are allowed: put fields under one condition into a fragment", s.directives, l.Directives)
	}
	if s.aliases > l.Aliases {
		return exceeded("aliases", l.Aliases, "the document has %d aliases, at most %d are allowed: ask for lists, or send several requests", s.aliases, l.Aliases)
	}
	for _, shape := range s.operations {
		if shape.fields > l.RootFields {
			return exceeded("rootFields", l.RootFields, "the operation asks for %s root fields, at most %d are allowed: send several requests", count(shape.fields), l.RootFields)
		}
		if shape.depth > l.Depth {
			return exceeded("depth", l.Depth, "the operation nests fields %d deep, at most %d are allowed: ask for the lower levels in a second request", shape.depth, l.Depth)
		}
		if shape.introspection > l.IntrospectionDepth {
			return exceeded("introspectionDepth", l.IntrospectionDepth, "the introspection nests fields %d deep, at most %d are allowed: unwrap types less deeply", shape.introspection, l.IntrospectionDepth)
		}
	}
	return nil
}

// shape is how a selection looks with all its fragments in place.
type shape struct {
	fields        int // directly in the selection
	depth         int // of fields, without introspection
	introspection int // depth of fields from __schema or __type downwards
}

// with is a shape that holds the selections of both.
func (s shape) with(other shape) shape {
	return shape{
		fields:        plus(s.fields, other.fields),
		depth:         max(s.depth, other.depth),
		introspection: max(s.introspection, other.introspection),
	}
}

// surveyor walks a document. It sees each node of the definitions once, so its
// work is that of reading them, whatever the fragments unfold to.
type surveyor struct {
	document   *ast.QueryDocument
	operations []shape
	fragments  map[*ast.FragmentDefinition]shape
	// In the whole document; selections is also how many it has looked at.
	selections, aliases, directives int
}

// survey walks all definitions of a document, those that nothing spreads too.
func survey(document *ast.QueryDocument) *surveyor {
	s := &surveyor{document: document, fragments: map[*ast.FragmentDefinition]shape{}}
	for _, operation := range document.Operations {
		s.definition(operation.Directives, operation.VariableDefinitions)
		s.operations = append(s.operations, s.selection(operation.SelectionSet))
	}
	for _, fragment := range document.Fragments {
		s.definition(fragment.Directives, fragment.VariableDefinition)
		s.fragment(fragment)
	}
	return s
}

func (s *surveyor) definition(directives ast.DirectiveList, variables ast.VariableDefinitionList) {
	s.directives += len(directives)
	for _, variable := range variables {
		s.directives += len(variable.Directives)
	}
}

func (s *surveyor) selection(set ast.SelectionSet) shape {
	var all shape
	for _, selection := range set {
		s.selections++
		switch selection := selection.(type) {
		case *ast.Field:
			s.directives += len(selection.Directives)
			if selection.Alias != selection.Name {
				s.aliases++
			}
			all = all.with(below(selection, s.selection(selection.SelectionSet)))
		case *ast.InlineFragment:
			s.directives += len(selection.Directives)
			all = all.with(s.selection(selection.SelectionSet))
		case *ast.FragmentSpread:
			s.directives += len(selection.Directives)
			if fragment := s.document.Fragments.ForName(selection.Name); fragment != nil {
				all = all.with(s.fragment(fragment))
			}
		}
	}
	return all
}

func (s *surveyor) fragment(definition *ast.FragmentDefinition) shape {
	known, ok := s.fragments[definition]
	if ok {
		return known
	}
	// A fragment that spreads itself finds this empty shape and ends there; the
	// validator refuses it with a better message.
	s.fragments[definition] = shape{}
	found := s.selection(definition.SelectionSet)
	s.fragments[definition] = found
	return found
}

// below is the shape of a field with a selection of this shape.
func below(field *ast.Field, selection shape) shape {
	if isIntrospection(field.Name) {
		return shape{fields: 1, depth: 1, introspection: 1 + max(selection.depth, selection.introspection)}
	}
	return shape{fields: 1, depth: 1 + selection.depth, introspection: selection.introspection}
}

// isIntrospection says whether a field asks for the schema. The check is by
// name: the validator refuses these names anywhere but at the root.
func isIntrospection(name string) bool { return name == "__schema" || name == "__type" }
