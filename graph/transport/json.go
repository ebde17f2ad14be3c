package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The ways in which a JSON text cannot be read. None quotes it.
var (
	errUTF8      = errors.New("it is not valid UTF-8")
	errSyntax    = errors.New("it is not one JSON value")
	errSurrogate = errors.New(`an escape such as \ud800 is half a character: send the pair, or the character itself`)
	errNUL       = errors.New(`a string has a NUL character (\u0000): leave it out`)
	errDuplicate = errors.New("an object has the same member twice: send it once")
)

// decode reads a JSON value. It is stricter than encoding/json where that
// guesses: names are compared exactly, a name may come only once, and no part of
// a text is replaced (RFC 7493, I-JSON, sections 2.1 and 2.3). Numbers become
// json.Number.
func decode(text []byte, nesting int) (any, error) {
	if !utf8.Valid(text) {
		return nil, errUTF8
	}
	if !json.Valid(text) {
		return nil, errSyntax
	}
	if hasHalfCharacter(text) {
		return nil, errSurrogate
	}
	d := decoder{json.NewDecoder(bytes.NewReader(text)), nesting}
	d.UseNumber()
	return d.value(1)
}

// decoder reads a text that is known to be valid JSON.
type decoder struct {
	*json.Decoder
	nesting int
}

// value reads the next value. It is an array or object at that level, if at all.
func (d decoder) value(level int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if level > d.nesting {
			return nil, fmt.Errorf("it nests deeper than %d levels", d.nesting)
		}
		if token == '[' {
			return d.array(level)
		}
		return d.object(level)
	case string:
		return token, checkNUL(token)
	default: // json.Number, bool or nil
		return token, nil
	}
}

func (d decoder) array(level int) ([]any, error) {
	array := []any{}
	for d.More() {
		value, err := d.value(level + 1)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := d.Token() // ]
	return array, err
}

func (d decoder) object(level int) (map[string]any, error) {
	object := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		if _, known := object[name]; known {
			return nil, errDuplicate
		}
		if err := checkNUL(name); err != nil {
			return nil, err
		}
		if object[name], err = d.value(level + 1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token() // }
	return object, err
}

func checkNUL(text string) error {
	if strings.ContainsRune(text, 0) {
		return errNUL
	}
	return nil
}

// hasHalfCharacter says whether a valid JSON text escapes one half of a UTF-16
// pair without the other. encoding/json would replace it by U+FFFD.
func hasHalfCharacter(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		unit, ok := escapedUnit(text[i:])
		if !ok {
			i++ // the escaped character, which may be a backslash
			continue
		}
		i += 5
		if utf16.IsSurrogate(unit) {
			second, _ := escapedUnit(text[i+1:])
			if utf16.DecodeRune(unit, second) == utf8.RuneError {
				return true
			}
			i += 6
		}
	}
	return false
}

// escapedUnit is the UTF-16 unit that a text begins with, as \uXXXX.
func escapedUnit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(unit), err == nil
}
