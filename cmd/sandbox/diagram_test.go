package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// diagrams is what a user sees of what is deployed: a flowchart on the terminal, and a
// picture in a file.
func (p project) diagrams(t *testing.T) {
	p.t = t
	stdout, _ := p.run(0, "diagram")
	assert.Regexp(t, `(?s)^flowchart LR\n.*"endpoint service<br/>acceptance required<br/>vpce-svc-[0-9a-f]{17}".*-->\|"available"\|`, stdout)
	stdout, _ = p.run(0, "diagram", "--ids=false")
	assert.NotContains(t, stdout, "vpce-svc-")
	assert.Contains(t, stdout, `"Fargate task<br/>`)
	file := filepath.Join(t.TempDir(), "diagram.svg")
	stdout, stderr := p.run(0, "diagram", "--svg", file)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "drawn to "+file)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(b), "prefers-color-scheme: dark")
	assert.Contains(t, string(b), "endpoint service")
}

func TestDiagramOfNothing(t *testing.T) {
	p := newProject(t)
	_, stderr := p.run(1, "diagram")
	assert.Contains(t, stderr, "nothing is deployed: run sandbox up first")
}
