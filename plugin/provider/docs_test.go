package provider

import (
	"errors"
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
)

// Each component has a page, made from the schema.
func TestPages(t *testing.T) {
	made, examples := packageSpec(t), newTranslator(t)
	for token, resource := range check.Sorted(made.Resources) {
		name := token[strings.LastIndex(token, ":")+1:]
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(root, "docs", "components", name+".md")
			have, err := os.ReadFile(file)
			if !errors.Is(err, os.ErrNotExist) {
				require.NoError(t, err)
			}
			want := page(made, name, resource, examples.example(name, string(have)))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(want), 0o600))
				return
			}
			assert.Equal(t, want, string(have), "run go generate ./plugin")
		})
	}
}

func page(pkg *spec.PackageSpec, name string, resource spec.ResourceSpec, example string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\nIts type is `%s:index:%s`.\n", name, cell(resource.Description), Name, name)
	b.WriteString(example)
	table(&b, "Inputs", resource.InputProperties, resource.RequiredInputs)
	table(&b, "Outputs", resource.Properties, nil)
	types := map[string]bool{}
	reach(pkg, resource.InputProperties, types)
	reach(pkg, resource.Properties, types)
	for token, object := range check.Sorted(pkg.Types) {
		if !types[token] {
			continue
		}
		if len(object.Enum) > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n", token[strings.LastIndex(token, ":")+1:])
			for _, value := range object.Enum {
				fmt.Fprintf(&b, "- `%v`\n", value.Value)
			}
			continue
		}
		table(&b, token[strings.LastIndex(token, ":")+1:], object.Properties, object.Required)
	}
	return b.String()
}

func table(b *strings.Builder, title string, properties map[string]spec.PropertySpec, required []string) {
	fmt.Fprintf(b, "\n## %s\n\n| Property | Type | Default | What |\n| --- | --- | --- | --- |\n", title)
	for name, property := range check.Sorted(properties) {
		fallback := ""
		switch {
		case slices.Contains(required, name):
			fallback = "*required*"
		case property.Default != nil:
			fallback = fmt.Sprintf("`%v`", property.Default)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, typeWords(property.TypeSpec), fallback, cell(property.Description))
	}
}

func typeWords(t spec.TypeSpec) string {
	switch {
	case t.Ref != "":
		name := t.Ref[strings.LastIndex(t.Ref, ":")+1:]
		return fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name))
	case t.Items != nil:
		return "list of " + typeWords(*t.Items)
	case t.AdditionalProperties != nil:
		return "map of " + typeWords(*t.AdditionalProperties)
	default:
		return t.Type
	}
}

// reach adds the types that properties lead to.
func reach(pkg *spec.PackageSpec, properties map[string]spec.PropertySpec, types map[string]bool) {
	for _, property := range properties {
		t := &property.TypeSpec
		for t.Items != nil || t.AdditionalProperties != nil {
			if t.Items != nil {
				t = t.Items
			} else {
				t = t.AdditionalProperties
			}
		}
		if token := strings.TrimPrefix(t.Ref, "#/types/"); token != "" && !types[token] {
			types[token] = true
			reach(pkg, pkg.Types[token].Properties, types)
		}
	}
}

// cell is a text in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`).Replace(strings.Join(strings.Fields(text), " "))
}

// Every component of the package components is handed out.
func TestEveryComponent(t *testing.T) {
	files, err := filepath.Glob(root + "/components/*.go")
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, token := range tokenConstant.FindAllStringSubmatch(string(text), -1) {
			found++
			assert.Contains(t, all, token[1], filepath.Base(file))
		}
	}
	assert.Equal(t, len(all), found)
}

var tokenConstant = regexp.MustCompile(`(?m)^const \w+Type = "(` + Name + `:index:\w+)"$`)
