package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Imports point one way: see "How the code is laid out" in CONTRIBUTING.md.
func TestImportDirections(t *testing.T) {
	tests := []struct {
		name, of string
		never    []string
	}{
		{"the program knows no sandbox", ".", []string{"fargate-privatelink/sandbox", "fargate-privatelink/cmd", "fargate-privatelink/plugin"}},
		{"the components know no stacks", "./components", []string{"fargate-privatelink/stacks", "fargate-privatelink/sandbox"}},
		{"the contract knows no Pulumi", "./contract", []string{"github.com/pulumi/", "fargate-privatelink/components"}},
		{"the checks know no Pulumi", "./internal/check", []string{"github.com/pulumi/"}},
		{"the plugin knows no sandbox", "./plugin/...", []string{"fargate-privatelink/sandbox", "fargate-privatelink/stacks"}},
		{"the world knows no Pulumi", "./sandbox/world", []string{"github.com/pulumi/", "fargate-privatelink/components", "fargate-privatelink/sandbox/plugin"}},
		{"the network knows the world alone", "./sandbox/vnet", []string{"github.com/pulumi/", "fargate-privatelink/sandbox/deploy", "fargate-privatelink/sandbox/plugin"}},
		{"the stand-ins know no engine", "./sandbox/plugin", []string{"fargate-privatelink/sandbox/deploy"}},
		{"deploying knows no review", "./sandbox/deploy", []string{"fargate-privatelink/sandbox/review", "fargate-privatelink/sandbox/replica", "fargate-privatelink/cmd"}},
		{"a review knows no command", "./sandbox/review", []string{"fargate-privatelink/cmd"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, err := exec.Command("go", "list", "-deps", test.of).CombinedOutput()
			require.NoError(t, err, string(out))
			for _, imported := range strings.Fields(string(out)) {
				for _, prefix := range test.never {
					assert.False(t, strings.HasPrefix(imported, prefix), "%s imports %s", test.of, imported)
				}
			}
		})
	}
}
