package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"expex/app"
	"expex/engine"
	"expex/graph"
	"expex/store"
)

// tell is the text for people at the start of the demo: the first suggestions as
// a table with their calculation, the query that gives them, and where to look
// next. In Dutch, with English beside it.
func tell(ctx context.Context, out io.Writer, view store.View, m app.Matching, base string) error {
	themes, err := view.Themes(ctx)
	if err != nil {
		return err
	}
	words := graph.Wording{Language: graph.Dutch, Themes: map[engine.ThemeCode]engine.Theme{}}
	for _, t := range themes {
		words.Themes[t.Code] = t
	}
	fmt.Fprint(out, "\nWie kan een luisterend oor zijn voor een jongere in Gouda?  (Who could be a listening ear in Gouda?)\n\n")
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for i, suggestion := range m.Ranking.Suggestions[:min(3, len(m.Ranking.Suggestions))] {
		experts, err := view.ExpertsByID(ctx, suggestion.Experts)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%d. %s\t%d\t\tvan 10000, %d %% bekend (known); eerste tijd (first slot): %s\n", i+1, experts[0].FirstName,
			suggestion.Score, suggestion.Coverage, words.Slot(suggestion.Slots[0], store.Zone))
		for _, f := range suggestion.Factors {
			points := fmt.Sprint(f.Points)
			if f.State != engine.Known {
				points = "?"
			}
			fmt.Fprintf(w, "\t%s\t%s\t%s\n", points, words.Factor(f.Name), words.Sentence(f))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var left []string
	for _, x := range m.Ranking.Excluded {
		left = append(left, fmt.Sprintf("%d × %s", x.Count, words.Rule(x.Code)))
	}
	query, variables := graph.ExampleQuery(m.Request.ID)
	_, err = fmt.Fprintf(out, `
Niet voorgesteld (not suggested): %[1]s

De vraag zelf (the query), als coördinator Midden-Holland:

%[2]s
  variables: %[3]s

Verder kijken (where to look next):
  %[4]s/graphiql  deze vraag, en kies bovenaan wie je bent (this query; choose who you are at the top)
  %[4]s/          wat hier draait, en de agenda van de eerste ExpEx (what runs here, and a calendar feed)
  %[4]s/mailbox   de berichten die de demo verstuurt (the mail the demo sends)
  README.md                       van aanvraag tot agenda met alleen curl (from request to calendar with curl alone)
Ctrl-C stopt alles; een volgende start vindt de gegevens terug. (Ctrl-C stops it all; the next start finds its data.)

`, strings.Join(left, "; "), indent(query), variables, base)
	return err
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}
