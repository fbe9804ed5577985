package provider

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/sdk"
)

// Every language's generator takes the schema without a warning. What it writes is
// compiled as far as that goes without the language's registry: Python and Go here,
// TypeScript where its packages are installed (sandbox/deploy).
func TestSDKs(t *testing.T) {
	compile := map[string]func(t *testing.T, directory string){
		"python": func(t *testing.T, directory string) {
			if _, err := exec.LookPath("python3"); err != nil {
				t.Skip("python3 is not on PATH")
			}
			out, err := exec.Command("python3", "-W", "error", "-m", "compileall", "-q", directory).CombinedOutput()
			require.NoError(t, err, "%s", out)
		},
		"go": func(t *testing.T, directory string) {
			require.NoError(t, filepath.WalkDir(directory, func(path string, _ os.DirEntry, err error) error {
				if err == nil && strings.HasSuffix(path, ".go") {
					_, err = parser.ParseFile(token.NewFileSet(), path, nil, parser.AllErrors)
				}
				return err
			}))
		},
	}
	for _, language := range sdk.Languages() {
		t.Run(language, func(t *testing.T) {
			directory := t.TempDir()
			require.NoError(t, sdk.Write(language, "1.2.3", directory))
			files, err := os.ReadDir(directory)
			require.NoError(t, err)
			assert.NotEmpty(t, files)
			if compile, can := compile[language]; can {
				compile(t, directory)
			}
		})
	}
}
