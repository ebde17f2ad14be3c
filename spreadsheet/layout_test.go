package spreadsheet

import "testing"

func TestEveryNameOfAColumnIsThatOfOneColumn(t *testing.T) {
	t.Parallel()
	for _, l := range layouts {
		for _, c := range l.columns {
			for _, name := range append(c.also, c.name) {
				if found, ok := l.find(name); !ok || found.name != c.name {
					t.Errorf("%s: %q finds %q, want %q", l.kind, name, found.name, c.name)
				}
			}
		}
	}
}

func TestEveryEngineFieldThatCanBeWrongHasItsColumn(t *testing.T) {
	t.Parallel()
	for field, header := range headers {
		if c, ok := requestLayout.find(header); !ok || c.name != header {
			t.Errorf("%s is read from %q, which is no column", field, header)
		}
	}
}
