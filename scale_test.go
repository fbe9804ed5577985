package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// trace is what the calls that led to a resource take, which the Go SDK notes with each and
// the states that the tests keep leave out: of a principal, in a state of the sandbox's. It
// depends on how long the paths to the sources are.
const trace = 2424

// size is of a value as the CLI writes it.
func size(t *testing.T, value any) int {
	t.Helper()
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return len(strings.TrimSpace(text.String()))
}

// without takes from a state what names a tenant's resources or its endpoint.
func without(value any, named func(string) bool) any {
	switch v := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for key, element := range v {
			if text, is := element.(string); !named(key) && !(is && named(text)) {
				kept[key] = without(element, named)
			}
		}
		return kept
	case []any:
		kept := []any{}
		for _, element := range v {
			if text, is := element.(string); !is || !named(text) {
				kept = append(kept, without(element, named))
			}
		}
		return kept
	default:
		return v
	}
}

// TestBytesOfATenant: docs/scale.md says how many bytes a tenant adds to a state, and what
// follows for many.
func TestBytesOfATenant(t *testing.T) {
	var state struct {
		Deployment struct{ Resources []map[string]any }
	}
	if err := json.Unmarshal([]byte(contents(t, "sandbox/replica/testdata/states/default/provider.json")), &state); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	var names []string
	var others []any
	for _, r := range state.Deployment.Resources {
		switch urn := r["urn"].(string); {
		case strings.Contains(urn, "VpcEndpointServiceAllowedPrinciple::"):
			sizes, names = append(sizes, size(t, r)), append(names, urn)
		case strings.Contains(urn, "VpcEndpointConnectionAccepter::"):
			sizes, names = append(sizes, size(t, r)), append(names, urn, r["inputs"].(map[string]any)["vpcEndpointId"].(string))
		case r["type"] != "pulumi:pulumi:StackReference": // which a tenant need not have
			others = append(others, r)
		}
	}
	rest := without(others, func(text string) bool {
		for _, name := range names {
			if strings.Contains(text, name) {
				return true
			}
		}
		return false
	})
	again := size(t, others) - size(t, rest)
	tenant, stack := sizes[0]+sizes[1]+again, size(t, rest)
	whole := func(tenants int) float64 {
		return float64(stack+len(others)*trace+tenants*(tenant+2*trace)) / 1e6
	}
	page := strings.Join(strings.Fields(contents(t, "docs/scale.md")), " ")
	for _, want := range []string{
		fmt.Sprintf("these are %s and %s bytes", grouped(sizes[0]), grouped(sizes[1])),
		fmt.Sprintf("again in %s bytes: %s bytes together", grouped(again), grouped(tenant)),
		fmt.Sprintf("with %d resources, is %s bytes", len(others), grouped(stack)),
		fmt.Sprintf("| resources in a cell's stack | %s | %s | %[2]s, %s in all |", grouped(len(others)+20), grouped(len(others)+2000), grouped(100*(len(others)+2000))),
		fmt.Sprintf("%s bytes more", grouped(trace)),
		fmt.Sprintf("| state of a cell's stack | %.2f MB | %.1f MB | %.1[2]f MB, %.0[3]f MB in all |", whole(10), whole(1000), 100*whole(1000)),
	} {
		if !strings.Contains(page, want) {
			t.Errorf("docs/scale.md doesn't say %q", want)
		}
	}
}

var thousands = regexp.MustCompile(`(\d)(\d{3})$`)

// grouped is a number below a million with a comma.
func grouped(n int) string { return thousands.ReplaceAllString(strconv.Itoa(n), "$1,$2") }
