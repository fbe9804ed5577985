package provider

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	spec "github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/check"
	"fargate-privatelink/schemas"
)

// The schema is what Pulumi's registry takes, see
// https://www.pulumi.com/docs/iac/guides/building-extending/packages/publishing-packages/#package-metadata,
// and says as much as its documentation and the editors' can show. Each wrong schema has one
// thing that is found.
func TestSchemaLint(t *testing.T) {
	require.Empty(t, lint(t, wholeSchema(t)))
	type (
		schema   = spec.PackageSpec
		property = spec.PropertySpec
	)
	const side = Name + ":index:ServiceProvider"
	web := func(change func(*spec.ResourceSpec)) func(*schema) {
		return func(s *schema) {
			resource := s.Resources[side]
			change(&resource)
			s.Resources[side] = resource
		}
	}
	input := func(p property) func(*schema) {
		return web(func(r *spec.ResourceSpec) { r.InputProperties["new"] = p })
	}
	text := spec.TypeSpec{Type: "string"}
	for name, test := range map[string]struct {
		wrong func(*schema)
		want  string
	}{
		"no display name":               {func(s *schema) { s.DisplayName = "" }, `displayName is ""`},
		"a description of something":    {func(s *schema) { s.Description = "Some components." }, `description is "Some components."`},
		"no repository":                 {func(s *schema) { s.Repository = "" }, `repository is ""`},
		"no homepage":                   {func(s *schema) { s.Homepage = "" }, `homepage is ""`},
		"an unknown license":            {func(s *schema) { s.License = "free" }, `license is "free"`},
		"no publisher":                  {func(s *schema) { s.Publisher = "" }, `publisher is ""`},
		"a logo that isn't there":       {func(s *schema) { s.LogoURL = s.Repository + "/raw/main/docs/none.svg" }, "logoUrl: "},
		"a plugin from elsewhere":       {func(s *schema) { s.PluginDownloadURL = "https://example.com/plugins" }, `pluginDownloadURL is "https://example.com/plugins"`},
		"two categories":                {func(s *schema) { s.Keywords = append(s.Keywords, "category/cloud") }, "keywords: "},
		"an unknown category":           {func(s *schema) { s.Keywords = []string{"category/networking", "kind/component"} }, "keywords: "},
		"another kind":                  {func(s *schema) { s.Keywords = []string{"category/network", "kind/native"} }, "keywords: "},
		"no SDK for Java":               {func(s *schema) { delete(s.Language, "java") }, "language: "},
		"a resource without a sentence": {web(func(r *spec.ResourceSpec) { r.Description = "the side" }), `ServiceProvider is described by "the side"`},
		"a resource that is none":       {web(func(r *spec.ResourceSpec) { r.IsComponent = false }), "ServiceProvider is no component"},
		"no description":                {input(property{TypeSpec: text}), `ServiceProvider.new is described by ""`},
		"a link of Go's":                {input(property{TypeSpec: text, Description: "As [Network] has it."}), `ServiceProvider.new is described by "As [Network]`},
		"anything":                      {input(property{TypeSpec: spec.TypeSpec{Ref: "pulumi.json#/Any"}, Description: "Something."}), "ServiceProvider.new can be anything"},
		"a map of anything": {input(property{TypeSpec: spec.TypeSpec{Type: "object", AdditionalProperties: &spec.TypeSpec{Ref: "pulumi.json#/Any"}}, Description: "Some."}),
			"ServiceProvider.new can be anything"},
		"a closed list as a text": {input(property{TypeSpec: text, Description: "ipv4, ipv6 or dualstack."}), "ServiceProvider.new lists what it can be"},
		"a default of no enum": {input(property{TypeSpec: spec.TypeSpec{Ref: "#/types/" + Name + ":index:PortProtocol"}, Default: "sctp", Description: "A protocol."}),
			"ServiceProvider.new is by default sctp"},
		"required, and has a default": {web(func(r *spec.ResourceSpec) {
			r.InputProperties["new"] = property{TypeSpec: text, Default: "a", Description: "New."}
			r.RequiredInputs = append(r.RequiredInputs, "new")
		}), "ServiceProvider.new is required and has a default"},
		"required, and isn't there":   {web(func(r *spec.ResourceSpec) { r.RequiredInputs = append(r.RequiredInputs, "none") }), "required"},
		"deprecated in a description": {input(property{TypeSpec: text, Description: "Deprecated: use network."}), "ServiceProvider.new is described by"},
		"deprecated for nothing": {input(property{TypeSpec: text, Description: "Old.", DeprecationMessage: "It is old."}),
			"ServiceProvider.new is deprecated for nothing"},
		"a type that nothing has": {func(s *schema) {
			s.Types[Name+":index:New"] = spec.ComplexTypeSpec{ObjectTypeSpec: spec.ObjectTypeSpec{Type: "object", Description: "New."}}
		}, "New is nobody's"},
		"a type that isn't there": {input(property{TypeSpec: spec.TypeSpec{Ref: "#/types/" + Name + ":index:None"}, Description: "New."}), "None"},
		"two values of a name": {func(s *schema) {
			s.Types[Name+":index:PortProtocol"].Enum[1].Name = s.Types[Name+":index:PortProtocol"].Enum[0].Name
		}, "PortProtocol has two values"},
	} {
		t.Run(name, func(t *testing.T) {
			made := wholeSchema(t)
			test.wrong(made)
			assert.Contains(t, strings.Join(lint(t, made), "\n"), test.want)
		})
	}
}

func wholeSchema(t *testing.T) *spec.PackageSpec {
	t.Helper()
	var made spec.PackageSpec
	require.NoError(t, json.Unmarshal(schemas.Package, &made))
	require.Len(t, made.Resources, len(all))
	return &made
}

var (
	categories = []string{"cloud", "database", "infrastructure", "monitoring", "network", "utility", "versioncontrol"}
	sentence   = regexp.MustCompile(`(?s)^\S.*\.$`)
	// goWords are what only Go's documentation has.
	goWords = regexp.MustCompile(`\[[A-Z]\w*\]|\bpulumi\.[A-Z]|Deprecated:`)
	// listed is how a description says a closed list.
	listed = regexp.MustCompile(`\b[\w-]+, [\w-]+ or [\w-]+\b|^[\w-]+ or [\w-]+\b`)
	// unlisted are texts whose descriptions list something else than all that they can be, and
	// one that the host for YAML would not take of readContract for a ServiceConsumer.
	unlisted = []string{"Logging.maxBufferSize", "ContractPort.protocol"}
)

// linter collects what is wrong.
type linter struct {
	*spec.PackageSpec
	faults []string
}

func (l *linter) unless(right bool, format string, args ...any) {
	if !right {
		l.faults = append(l.faults, fmt.Sprintf(format, args...))
	}
}

// lint is what is wrong with a schema.
func lint(t *testing.T, made *spec.PackageSpec) []string {
	t.Helper()
	l := &linter{PackageSpec: made}
	_, diagnostics, err := spec.BindSpec(*made, spec.NewNullLoader(), spec.ValidationOptions{})
	require.NoError(t, err)
	for _, d := range diagnostics {
		l.faults = append(l.faults, d.Summary+d.Detail)
	}
	l.metadata()
	used := map[string]bool{}
	object := func(name string, properties map[string]spec.PropertySpec, required []string) {
		reach(made, properties, used)
		for key, property := range check.Sorted(properties) {
			l.property(name+"."+key, property, slices.Contains(required, key))
		}
	}
	for token, resource := range check.Sorted(made.Resources) {
		name := l.described(token, resource.Description)
		l.unless(resource.IsComponent, "%s is no component", name)
		object(name, resource.InputProperties, resource.RequiredInputs)
		object(name, resource.Properties, nil)
	}
	for token, function := range check.Sorted(made.Functions) {
		name := l.described(token, function.Description)
		object(name, function.Inputs.Properties, function.Inputs.Required)
		object(name, function.ReturnType.ObjectTypeSpec.Properties, nil)
	}
	for token, described := range check.Sorted(made.Types) {
		name := l.described(token, described.Description)
		object(name, described.Properties, described.Required)
		l.unless(used[token], "%s is nobody's", name)
		names := map[string]bool{}
		for _, value := range described.Enum {
			names[value.Name] = true
		}
		l.unless(len(names) == len(described.Enum), "%s has two values of a name", name)
	}
	return l.faults
}

// metadata is what the registry shows of the package.
func (l *linter) metadata() {
	for _, field := range []struct{ name, value, form string }{
		{"name", l.Name, `[a-z]+(-[a-z]+)*`},
		{"displayName", l.DisplayName, `[A-Z].+`},
		{"description", l.Description, regexp.QuoteMeta(l.DisplayName) + ` .+\.`},
		{"repository", l.Repository, `https://[\w.-]+/[\w-]+/[\w.-]+`},
		{"homepage", l.Homepage, `https://[\w.-]+/.+`},
		{"license", l.License, `Apache-2\.0`},
		{"publisher", l.Publisher, `\S+`},
		{"pluginDownloadURL", l.PluginDownloadURL, regexp.QuoteMeta(l.Repository) + `/releases/download/v\$\{VERSION\}`},
	} {
		l.unless(regexp.MustCompile(`^(`+field.form+`)$`).MatchString(field.value), "%s is %q", field.name, field.value)
	}
	logo, of := strings.CutPrefix(l.LogoURL, l.Repository+"/raw/main/")
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(logo)))
	l.unless(of && err == nil, "logoUrl: %s is no file of the repository", l.LogoURL)
	reserved := map[string][]string{}
	for _, keyword := range l.Keywords {
		kind, value, _ := strings.Cut(keyword, "/")
		reserved[kind] = append(reserved[kind], value)
	}
	l.unless(len(reserved["category"]) == 1 && slices.Contains(categories, reserved["category"][0]) && slices.Equal(reserved["kind"], []string{"component"}),
		"keywords: %v do not have one category and the kind component", l.Keywords)
	for _, language := range []string{"nodejs", "python", "go", "csharp", "java"} {
		l.unless(l.Language[language] != nil, "language: %s is missing", language)
	}
}

// described checks what a resource, a function or a type says of itself, and returns its name.
func (l *linter) described(token, description string) string {
	name := token[strings.LastIndex(token, ":")+1:]
	l.unless(sentence.MatchString(description) && !goWords.MatchString(description), "%s is described by %q", name, description)
	return name
}

func (l *linter) property(path string, property spec.PropertySpec, required bool) {
	l.unless(sentence.MatchString(property.Description) && !goWords.MatchString(property.Description), "%s is described by %q", path, property.Description)
	l.unless(property.Type != "string" || !listed.MatchString(property.Description) || slices.Contains(unlisted, path),
		"%s lists what it can be, and is no enum: %s", path, property.Description)
	l.unless(!required || property.Default == nil, "%s is required and has a default", path)
	l.unless(property.DeprecationMessage == "" || strings.Contains(property.DeprecationMessage, "use "), "%s is deprecated for nothing", path)
	whole, err := json.Marshal(property.TypeSpec)
	l.unless(err == nil && !strings.Contains(string(whole), "pulumi.json#/Any"), "%s can be anything", path)
	if enum := l.Types[strings.TrimPrefix(property.Ref, "#/types/")].Enum; len(enum) > 0 && property.Default != nil {
		l.unless(slices.ContainsFunc(enum, func(value spec.EnumValueSpec) bool { return value.Value == property.Default }),
			"%s is by default %v, which is none of its values", path, property.Default)
	}
}
