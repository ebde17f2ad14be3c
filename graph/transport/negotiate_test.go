package transport

import "testing"

func TestNegotiate(t *testing.T) {
	t.Parallel()
	const none = ""
	for name, c := range map[string]struct {
		accept []string
		want   string
	}{
		"no header":                           {nil, typeJSON},
		"an empty header":                     {[]string{" "}, typeJSON},
		"anything":                            {[]string{"*/*"}, typeJSON},
		"any application type":                {[]string{"application/*"}, typeJSON},
		"JSON":                                {[]string{"application/json"}, typeJSON},
		"the type of GraphQL":                 {[]string{"application/graphql-response+json"}, typeResponse},
		"with our charset":                    {[]string{"application/graphql-response+json; charset=UTF-8"}, typeResponse},
		"what the specification recommends":   {[]string{"application/graphql-response+json, application/json;q=0.9"}, typeResponse},
		"both alike":                          {[]string{"application/json, application/graphql-response+json"}, typeResponse},
		"both in two headers":                 {[]string{"application/json", "application/graphql-response+json"}, typeResponse},
		"JSON rather":                         {[]string{"application/graphql-response+json;q=0.5, application/json"}, typeJSON},
		"JSON or else anything":               {[]string{"application/json, */*;q=0.1"}, typeJSON},
		"anything but JSON":                   {[]string{"application/json;q=0, */*"}, typeResponse},
		"anything or rather GraphQL":          {[]string{"*/*;q=0.8, application/graphql-response+json"}, typeResponse},
		"a browser":                           {[]string{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, typeJSON},
		"a stream":                            {[]string{"text/event-stream"}, none},
		"neither of ours":                     {[]string{"application/json;q=0, application/graphql-response+json;q=0.0"}, none},
		"another charset":                     {[]string{"application/json; charset=iso-8859-1"}, none},
		"weights that are none are left out":  {[]string{"application/json;q=NaN, application/graphql-response+json;q=2"}, none},
		"a malformed part spoils no other":    {[]string{";;,application/json"}, typeJSON},
		"a precise range beats a general one": {[]string{"application/graphql-response+json;q=0.1, application/*;q=0.9"}, typeJSON},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := negotiate(c.accept)
			if ok != (c.want != none) || ok && got != c.want {
				t.Errorf("negotiate(%q) = %q, %t; want %q", c.accept, got, ok, c.want)
			}
		})
	}
}
