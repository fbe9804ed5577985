package strict

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// describe says what a value is, for an error message.
func describe(value any) string {
	switch value := value.(type) {
	case string:
		return fmt.Sprintf("%q (a string)", value)
	case json.Number:
		return value.String() + " (a number)"
	case bool:
		return fmt.Sprintf("%t (a boolean)", value)
	case []any:
		return "a list"
	default:
		return "an object"
	}
}

// expected says what a field takes, for an error message.
func expected(field reflect.Type) string {
	if field == rawType {
		return "an object or a JSON string"
	}
	switch field.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "an integer"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

// quoteHint says which way the quotes are wrong, when that is all that is wrong.
func (d *decoder) quoteHint(from any, into reflect.Value) string {
	switch from := from.(type) {
	case string:
		unquoted, err := parse([]byte(from))
		if err == nil && unquoted != nil && into.Kind() != reflect.String && scalarKind(into) &&
			scalar(unquoted, reflect.New(into.Type()).Elem()) {
			return ": remove the quotes"
		}
	case json.Number, bool:
		if into.Kind() == reflect.String && d.wiring {
			return ": put it in quotes"
		}
		if into.Kind() == reflect.String {
			return ": put it in quotes (pulumi config set: add --type string)"
		}
	}
	return ""
}

func scalarKind(value reflect.Value) bool {
	return value.Kind() == reflect.Bool || value.Kind() == reflect.Int
}

// nearest returns the candidate that is at most two edits away from name, or a
// third of its length for long names; "" when none is. Of equals the first wins.
func nearest(name string, candidates []string) string {
	best, limit := "", max(2, len(name)/3)
	for _, candidate := range candidates {
		distance := editDistance(strings.ToLower(name), strings.ToLower(candidate))
		if distance <= limit && distance < len(candidate) {
			best, limit = candidate, distance-1
		}
	}
	return best
}

// editDistance is the Levenshtein distance of two strings, in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substitution := diagonal
			if a[i] != b[j] {
				substitution++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitution, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
