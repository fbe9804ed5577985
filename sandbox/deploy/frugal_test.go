package deploy

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// secretProgram has a secret in its stack's state, so that the CLI is asked for it.
func secretProgram(ctx *pulumi.Context) error {
	ctx.Export("secret", pulumi.ToSecret(pulumi.String("x")))
	return smallProgram(ctx)
}

// asked notes what the CLI runs.
type asked struct {
	auto.PulumiCommand
	commands []string
}

func (a *asked) Run(
	ctx context.Context, dir string, in io.Reader, out, errOut []io.Writer, env []string, args ...string,
) (string, string, int, error) {
	a.commands = append(a.commands, strings.Join(args, " "))
	return a.PulumiCommand.Run(ctx, dir, in, out, errOut, env, args...)
}

// TestFrugal: what is answered without the CLI is what the CLI says, before anything is
// deployed and after; where the state has a secret, the CLI is asked.
func TestFrugal(t *testing.T) {
	t.Parallel()
	for name, program := range map[string]pulumi.RunFunc{"plain": smallProgram, "secret": secretProgram} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openTest(t, twoAccounts, program)
			cli := &asked{PulumiCommand: s.cli}
			s.cli = cli
			said := func(cli auto.PulumiCommand, args ...string) (string, int) {
				var env []string
				for key, value := range s.environment() {
					env = append(env, key+"="+value)
				}
				stdout, stderr, code, err := cli.Run(t.Context(), s.path("project"), nil, nil, nil, env, args...)
				if code != 0 {
					require.Error(t, err)
					return strings.TrimSpace(stderr), code
				}
				return stdout, code
			}
			questions := func(when string, answered ...string) {
				cli.commands = nil
				frugal := frugal{cli, s.statesOf(projectName)}
				for _, question := range []string{"stack select", "stack export --show-secrets", "stack output --json", "stack output --json --show-secrets"} {
					args := append(strings.Fields(question), "--stack", "one")
					want, code := said(cli.PulumiCommand, args...)
					got, gotCode := said(frugal, args...)
					assert.Equal(t, code, gotCode, "%s, %s", when, question)
					if json.Valid([]byte(want)) {
						assert.JSONEq(t, want, got, "%s, %s", when, question)
					} else if code != 0 {
						assert.Equal(t, want, got, "%s, %s", when, question)
					}
				}
				for _, question := range answered {
					assert.NotContains(t, strings.Join(cli.commands, "\n"), question, when)
				}
				var want, got []auto.StackSummary
				of := func(cli auto.PulumiCommand, stacks *[]auto.StackSummary) (names []string) {
					text, _ := said(cli, "stack", "ls", "--json")
					require.NoError(t, json.Unmarshal([]byte(text), stacks))
					for _, stack := range *stacks {
						names = append(names, stack.Name)
					}
					return names
				}
				assert.Equal(t, of(cli.PulumiCommand, &want), of(frugal, &got), when)
			}
			questions("nothing is there", "select")
			_, err := s.open(t.Context(), "one")
			require.NoError(t, err)
			questions("nothing is deployed", "select", "export", "output")
			up(t, s, "one")
			if name == "plain" {
				questions("deployed", "select", "export", "output")
				return
			}
			questions("deployed", "select")
			assert.Contains(t, strings.Join(cli.commands, "\n"), "output", "there is a secret")
		})
	}
}
