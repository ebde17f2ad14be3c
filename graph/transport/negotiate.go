package transport

import (
	"mime"
	"strconv"
	"strings"
)

const (
	typeJSON     = "application/json"
	typeResponse = "application/graphql-response+json"
)

// negotiate picks the media type of the answer from the values of the Accept
// header (RFC 9110 section 12.5.1). The type with the higher weight wins; if
// both weigh the same, application/graphql-response+json does so only where it
// is named, because a client that says */* may know nothing of it. When it is
// not ok there is nothing that the client accepts.
func negotiate(accept []string) (mediaType string, ok bool) {
	header := strings.Join(accept, ",")
	if strings.TrimSpace(header) == "" {
		return typeJSON, true
	}
	var plain, response preference
	for part := range strings.SplitSeq(header, ",") {
		name, weight, ok := parseRange(part)
		if !ok {
			continue
		}
		plain.consider(typeJSON, name, weight)
		response.consider(typeResponse, name, weight)
	}
	switch {
	case response.weight > plain.weight:
		return typeResponse, true
	case response.weight == plain.weight && response.weight > 0 && response.precision == named:
		return typeResponse, true
	case plain.weight > 0:
		return typeJSON, true
	default:
		return typeJSON, false
	}
}

// preference is what an Accept header says of one media type.
type preference struct {
	precision precision
	weight    float64
}

// precision of a media range: the most precise one that matches counts.
type precision int

const (
	unmatched  precision = iota
	anything             // */*
	anySubtype           // application/*
	named
)

func (p *preference) consider(mediaType, rangeName string, weight float64) {
	precision := unmatched
	switch rangeName {
	case mediaType:
		precision = named
	case "application/*":
		precision = anySubtype
	case "*/*":
		precision = anything
	}
	if precision > p.precision {
		*p = preference{precision, weight}
	}
}

// parseRange reads one media range with its weight. One with a charset that we
// do not write is left out, as is one that is malformed.
func parseRange(text string) (name string, weight float64, ok bool) {
	name, params, err := mime.ParseMediaType(text)
	if err != nil || !isUTF8(params) {
		return "", 0, false
	}
	weight = 1
	if q, given := params["q"]; given {
		weight, err = strconv.ParseFloat(q, 64)
	}
	return name, weight, err == nil && weight >= 0 && weight <= 1
}

// isUTF8 says whether the parameters of a media type leave UTF-8 as charset.
func isUTF8(params map[string]string) bool {
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}
