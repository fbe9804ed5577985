package strict

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type document struct {
	Name   string            `json:"name"`
	Count  int               `json:"count"`
	Ready  bool              `json:"ready"`
	List   []string          `json:"list"`
	Labels map[string]string `json:"labels"`
	Nested nested            `json:"nested"`
	Many   map[string]nested `json:"many"`
	Later  json.RawMessage   `json:"later"`
}

type nested struct {
	ContainerPort int `json:"containerPort"`
}

func TestDecodeFillsWhatIsThereAndKeepsTheRest(t *testing.T) {
	doc := document{Name: "default", Count: 7}
	keys, err := Decode([]byte(`{
		"count": 0, "ready": true, "list": ["a", ""], "labels": {"a.b": "c"},
		"nested": {"containerPort": 80}, "many": {"x": {"containerPort": -1}}, "later": {"z": [1]}
	}`), "doc", &doc)

	require.NoError(t, err)
	assert.Equal(t, document{
		Name:   "default",
		Ready:  true,
		List:   []string{"a", ""},
		Labels: map[string]string{"a.b": "c"},
		Nested: nested{80},
		Many:   map[string]nested{"x": {-1}},
		Later:  json.RawMessage(`{"z":[1]}`),
	}, doc)
	assert.True(t, keys.Has("doc.count"), "set to its zero value")
	assert.False(t, keys.Has("doc.name"), "left out")
	assert.True(t, keys.Has("doc.many.x.containerPort"))
	assert.True(t, keys.Has(`doc.labels["a.b"]`))
}

func TestDecodeRefuses(t *testing.T) {
	const known = " (known keys: count, labels, later, list, many, name, nested, ready)"
	tests := map[string]struct {
		input string
		want  []string
	}{
		"nothing":             {``, []string{`doc is not valid JSON: it is empty`}},
		"broken JSON":         {`{`, []string{`doc is not valid JSON: unexpected EOF`}},
		"two values":          {`{} {}`, []string{`doc is not valid JSON: something follows the value`}},
		"a list at the root":  {`[]`, []string{`doc is a list; it must be an object`}},
		"null at the root":    {`null`, []string{`doc is null; it must be an object: give it a value or remove the key`}},
		"an unknown key":      {`{"zzzzzz": 1}`, []string{`doc.zzzzzz is not a known key` + known}},
		"a near key":          {`{"redy": true}`, []string{`doc.redy is not a known key: did you mean ready?` + known}},
		"other case":          {`{"Name": "x"}`, []string{`doc.Name is not a known key: did you mean name?` + known}},
		"a nested near key":   {`{"many": {"x": {"containrPrt": 1}}}`, []string{`doc.many.x.containrPrt is not a known key: did you mean containerPort? (known keys: containerPort)`}},
		"a quoted integer":    {`{"count": "5"}`, []string{`doc.count is "5" (a string); it must be an integer: remove the quotes`}},
		"a word for a count":  {`{"count": "five"}`, []string{`doc.count is "five" (a string); it must be an integer`}},
		"a fraction":          {`{"count": 2.5}`, []string{`doc.count is 2.5 (a number); it must be an integer`}},
		"an immense integer":  {`{"count": 99999999999999999999}`, []string{`doc.count is 99999999999999999999 (a number); it must be an integer`}},
		"a quoted fraction":   {`{"count": "2.5"}`, []string{`doc.count is "2.5" (a string); it must be an integer`}},
		"a quoted boolean":    {`{"ready": "true"}`, []string{`doc.ready is "true" (a string); it must be true or false: remove the quotes`}},
		"a number for a bool": {`{"ready": 1}`, []string{`doc.ready is 1 (a number); it must be true or false`}},
		"an unquoted string":  {`{"name": 12}`, []string{`doc.name is 12 (a number); it must be a string: put it in quotes (pulumi config set: add --type string)`}},
		"a bool for a string": {`{"list": [true]}`, []string{`doc.list[0] is true (a boolean); it must be a string: put it in quotes (pulumi config set: add --type string)`}},
		"a string for a list": {`{"list": "a"}`, []string{`doc.list is "a" (a string); it must be a list`}},
		"a list for a map":    {`{"labels": []}`, []string{`doc.labels is a list; it must be an object`}},
		"an object":           {`{"name": {}}`, []string{`doc.name is an object; it must be a string`}},
		"null":                {`{"list": null}`, []string{`doc.list is null; it must be a list: give it a value or remove the key`}},
		"null in a map":       {`{"labels": {"a b": null}}`, []string{`doc.labels["a b"] is null; it must be a string: give it a value or remove the key`}},
		"null for later":      {`{"later": null}`, []string{`doc.later is null; it must be an object or a JSON string: give it a value or remove the key`}},
		"several, in the order of the fields, unknown ones last": {
			`{"zzzzzz": 1, "ready": 1, "nested": 5, "count": "x"}`,
			[]string{
				`doc.count is "x" (a string); it must be an integer`,
				`doc.ready is 1 (a number); it must be true or false`,
				`doc.nested is 5 (a number); it must be an object`,
				`doc.zzzzzz is not a known key` + known,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Decode([]byte(test.input), "doc", &document{})
			require.EqualError(t, err, strings.Join(test.want, "\n"))
		})
	}
}

// What a struct is written as is read back into it, every key noticed.
func TestDecodeReadsWhatMarshalWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		written := rapid.Make[document]().Draw(t, "document")
		// Null is refused, which is how nil is written.
		written.List = append([]string{}, written.List...)
		written.Labels = maps.Clone(written.Labels)
		if written.Labels == nil {
			written.Labels = map[string]string{}
		}
		if written.Many == nil {
			written.Many = map[string]nested{}
		}
		written.Later = json.RawMessage(`[1]`)
		data, err := json.Marshal(written)
		require.NoError(t, err)

		var read document
		keys, err := Decode(data, "doc", &read)
		require.NoError(t, err)
		assert.Equal(t, written, read)
		for _, field := range (&decoder{}).keyFields(reflect.TypeFor[document]()) {
			assert.True(t, keys.Has("doc."+Name(field)), Name(field))
		}
	})
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"cpu", "cpu", 0},
		{"cpuu", "cpu", 1}, {"kitten", "sitting", 3}, {"acceptence", "acceptance", 1},
	} {
		assert.Equal(t, test.want, editDistance(test.a, test.b), "%q to %q", test.a, test.b)
	}
}

func TestPrefix(t *testing.T) {
	require.NoError(t, Prefix("a: ", nil))
	one := errors.New("one")
	require.EqualError(t, Prefix("a: ", one), "a: one")
	err := Prefix("a: ", errors.Join(one, errors.New("two")))
	require.EqualError(t, err, "a: one\na: two")
	require.ErrorIs(t, err, one)
}

// What a later release adds is passed over; a known key that is misspelt is not.
func TestDecodeNewer(t *testing.T) {
	for document, want := range map[string]string{
		`{"port": 80, "color": "red"}`:   "",
		`{"port": 80, "prot": 81}`:       "",
		`{"prot": 80, "color": "red"}`:   "doc.prot is not a known key: did you mean port? (known keys: port, protocol)",
		`{"port": 80, "protocol": null}`: "doc.protocol is null; it must be a string: give it a value or remove the key",
	} {
		var into struct {
			Port     int    `json:"port"`
			Protocol string `json:"protocol"`
		}
		_, err := DecodeNewer([]byte(document), "doc", &into)
		if want == "" {
			require.NoError(t, err, document)
			assert.Equal(t, 80, into.Port)
		} else {
			require.EqualError(t, err, want)
		}
	}
}
