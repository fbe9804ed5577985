package contract

import (
	"maps"
	"reflect"
	"slices"

	"fargate-privatelink/internal/strict"
)

// CompareOutputs returns what a change from one stack's outputs to another's means for
// those who read them, by name: an output that is removed or has another type is
// Major, one that is added Minor, and so is another value of those outputs that clients
// connect to. An optional output is Minor to remove, unless clients connect to it. The
// contract is left out: see [CompareValues].
func CompareOutputs(before, after map[string]any) []Change {
	c := comparison{}
	c.outputs("", before, after)
	return c
}

// addresses are the outputs that people write into clients, with what another value
// means for them.
var addresses = map[string]string{
	"url":            "clients that have it written down have to open another",
	"dnsName":        "clients that have it written down have to connect to another name",
	"aliasName":      "clients that have it written down have to connect to another name",
	"privateDnsName": "clients that have it written down have to connect to another name",
	"endpointId":     "the provider has to accept another endpoint",
	"serviceName":    "endpoints have to be made to another service",
}

// isOptional says whether a stack of this release may have no such output.
func isOptional(name string) bool {
	for _, structure := range []reflect.Type{reflect.TypeFor[ProviderOutputs](), reflect.TypeFor[ConsumerOutputs]()} {
		if slices.Contains(outputsOf(structure), output{name, true}) {
			return true
		}
	}
	return false
}

func (c *comparison) outputs(path string, before, after map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if name == OutputName && path == "" {
			continue
		}
		at, was := name, before[name]
		if path != "" {
			at = strict.Join(path, name)
		}
		is, found := after[name]
		switch {
		case !found && addresses[name] == "" && isOptional(name):
			c.minor(at, "it is left out; readers know it as optional")
		case !found:
			c.major(at, "it is removed")
		case kindOf(was) != kindOf(is):
			c.major(at, "%s becomes %s", kindOf(was), kindOf(is))
		case name == "endpoints" && path == "" || path == "endpoints":
			c.outputs(at, was.(map[string]any), is.(map[string]any))
		case addresses[name] != "" && !reflect.DeepEqual(was, is):
			c.minor(at, "it changes: %s", addresses[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, found := before[name]; !found && !(name == OutputName && path == "") {
			at := name
			if path != "" {
				at = strict.Join(path, name)
			}
			c.minor(at, "it is added")
		}
	}
}
