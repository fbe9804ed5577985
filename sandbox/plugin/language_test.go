package plugin

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A program that can't be built, fails or doesn't end is an answer, with what it wrote.
func TestLanguageRuns(t *testing.T) {
	t.Parallel()
	host, err := ServeLanguage(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(host.Close)
	told := errors.New("told to end")
	for _, test := range []struct{ name, program, want string }{
		{"it ends", `println("fine")`, ""},
		{"it can't be built", `nowhere()`, "undefined: nowhere"},
		{"it fails", `println("on standard error"); os.Stdout.WriteString("and output"); os.Exit(3)`,
			"the program failed (exit status 3)\non standard error\nand output"},
		{"the engine has been told why", `os.Exit(32)`, ""},
		{"it doesn't end", `os.Create("started"); time.Sleep(time.Hour)`, "told to end"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			source := "package main\n\nimport (\"os\"; \"time\")\n\nvar _, _ = os.Exit, time.Sleep\n\nfunc main() { " + test.program + " }\n"
			for name, text := range map[string]string{"go.mod": "module program\n\ngo 1.26\n", "main.go": source} {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
			}
			ctx, end := context.WithCancelCause(t.Context())
			defer end(nil)
			go func() {
				for ctx.Err() == nil {
					if _, err := os.Stat(filepath.Join(dir, "started")); err == nil {
						end(told)
					}
					time.Sleep(10 * time.Millisecond)
				}
			}()
			answer, err := host.Run(ctx, &rpc.RunRequest{Pwd: dir, Info: &rpc.ProgramInfo{ProgramDirectory: dir}})
			require.NoError(t, err)
			if test.want == "" {
				assert.Empty(t, answer.GetError())
				assert.Equal(t, test.name == "the engine has been told why", answer.GetBail())
				return
			}
			assert.Contains(t, answer.GetError(), test.want)
		})
	}
}
