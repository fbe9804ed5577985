package stacks_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/schema"
)

// empties are the values of a kind that look like none.
var empties = map[schema.Kind]any{
	schema.Integer: 0, schema.String: "", schema.List: []any{}, schema.Map: map[string]any{}, schema.Object: map[string]any{},
}

// Zero, empty and absent are three things: a key's zero is a number like any other or is
// refused, an empty text is refused, an empty list or map is none of what it lists, where
// that is what the key says of being left out or of being empty, or is refused. None is
// silently the default.
func TestZeroAndEmptyAreNeverTheDefault(t *testing.T) {
	for _, role := range roles(t) {
		tried := 0
		for key := range role.All() {
			value, has := empties[key.Kind]
			if !has || key.Path == role.Path || strings.HasSuffix(key.Path, schema.AnyName) || key.Name == "" {
				continue
			}
			tried++
			t.Run(key.Path, func(t *testing.T) {
				said := refusals(t, role, key, value)
				if len(said) > 0 {
					return
				}
				assert.True(t, means(key), "the program takes %v for %s, which says nothing of it: %s", value, key.Path, key.Description)
			})
		}
		assert.Greater(t, tried, 20)
	}
}

// takesEmpty are the lists and maps in which an empty text is one like any other.
var takesEmpty = []string{
	"provider.tags", "consumer.tags", "provider.service.environment", "provider.service.command", "provider.service.entryPoint", "provider.service.logging.options",
	"provider.service.sidecars.<name>.environment", "provider.service.sidecars.<name>.command", "provider.service.sidecars.<name>.entryPoint",
	"provider.service.sidecars.<name>.logging.options", "provider.service.sidecars.<name>.firelens.options",
}

// An empty text in a list or a map is refused, unless it means something there.
func TestEmptyTextsInListsAndMaps(t *testing.T) {
	tried := 0
	for _, role := range roles(t) {
		for key := range role.All() {
			if key.Elem == nil || key.Elem.Kind != schema.String || slices.Contains(takesEmpty, key.Path) {
				continue
			}
			tried++
			t.Run(key.Path, func(t *testing.T) {
				var value any = []any{""}
				if key.Kind == schema.Map {
					value = map[string]any{"acme": ""}
				}
				assert.NotEmpty(t, refusals(t, role, key, value))
			})
		}
	}
	assert.Greater(t, tried, 20)
}

// refusals are what the program says of a key's value at its path, or about an object
// around it that has nothing else.
func refusals(t *testing.T, role *schema.Key, key *schema.Key, value any) []string {
	t.Helper()
	name := func(path string) string {
		if path == "provider.listeners" {
			return "443/tls"
		}
		return "acme"
	}
	document, err := json.Marshal(schema.Document(key.Path, value, name))
	require.NoError(t, err)
	cloud := newConsumerCloud()
	err = cloud.run(role.Name, map[string]string{"role": role.Name, role.Name: string(document)})
	if err == nil {
		return nil
	}
	// What the contract has to be known for comes after it is read.
	require.Empty(t, slices.DeleteFunc(cloud.registrations, func(r registration) bool {
		return r.typ == "pulumi:pulumi:StackReference"
	}), err.Error())
	var own []string
	path := strings.ReplaceAll(strings.ReplaceAll(key.Path, "listeners."+schema.AnyName, `listeners["443/tls"]`), schema.AnyName, "acme")
	parent := path[:strings.LastIndex(path, ".")]
	for _, line := range strings.Split(err.Error(), "\n") {
		if strings.HasPrefix(line, path+" ") || strings.HasPrefix(line, path+".") || strings.HasPrefix(line, path+"[") ||
			strings.HasPrefix(line, parent+" has neither") {
			own = append(own, line)
		}
	}
	return own
}

var saysEmpty = regexp.MustCompile(`\(default(: | )(none|nobody|empty)|empty list|default: none`)

// means says whether the key says what its zero or empty value is.
func means(key *schema.Key) bool {
	switch key.Kind {
	case schema.Integer:
		return key.Range != nil && key.Range.Low <= 0
	case schema.List, schema.Map:
		return saysEmpty.MatchString(key.Description)
	case schema.Object:
		return true // each of its keys is left out, which is what their defaults are for
	default:
		return false
	}
}

// A stack that sleeps: no task, and nothing that would call somebody for it.
func TestAServiceMaySleep(t *testing.T) {
	for name, config := range map[string]string{
		"no tasks":       `{"service": {"desiredCount": 0, "waitForSteadyState": true}%s}`,
		"no least":       `{"scaling": {"minCount": 0}%s}`,
		"neither":        `{"service": {"desiredCount": 0}, "scaling": {"minCount": 0, "maxCount": 3}%s}`,
		"no scaling":     `{"service": {"desiredCount": 0}, "scaling": {"enabled": false}%s}`,
		"cross-zone off": `{"service": {"desiredCount": 0}, "loadBalancer": {"crossZone": false}%s}`,
		"insights":       `{"service": {"desiredCount": 0, "containerInsights": "enabled"}%s}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud()
			require.NoError(t, c.run("provider", provider(fmt.Sprintf(config, `, "operations": {"alarms": true}, "notifications": {"enabled": true}`))))
			alarms := c.of("aws:cloudwatch/metricAlarm:MetricAlarm")
			require.NotEmpty(t, alarms)
			for alarm, made := range alarms {
				assert.NotEqual(t, "breaching", plain(made.inputs)["treatMissingData"], "%s goes off without a task", alarm)
			}
			if scaling := c.of("aws:appautoscaling/target:Target"); len(scaling) > 0 {
				assert.InDelta(t, 0, plain(scaling["web"].inputs)["minCapacity"], 0)
			}
		})
	}
}
