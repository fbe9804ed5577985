package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestPage: the page and its plots are what the command writes from what it recorded.
func TestPage(t *testing.T) {
	raw, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	files, err := render(raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		is, err := os.ReadFile(filepath.Join(repository, "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(is, want) {
			t.Errorf("docs/%s isn't what was measured: go run -C tools/benchmarks . -page", name)
		}
	}
}
