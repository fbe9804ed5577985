// Command sandbox deploys this repository's stacks to a simulated AWS through
// the real Pulumi engine, and shows whether the service can be reached.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/world"
)

func main() {
	ctx, stop := untilTold()
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// untilTold returns a context that ends with Ctrl-C, or with the SIGTERM of whatever
// runs the command: then tasks are stopped and namespaces removed before it ends. A
// second one ends it at once.
func untilTold() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// errSilent ends a command with exit code 1 after it has said why itself.
var errSilent = errors.New("exit 1")

// app is what the commands share.
type app struct {
	dir     string
	project string
	json    bool
	verbose bool
	runtime string
	times   bool
	faults  faultList
	out     *printer
}

func run(ctx context.Context, args []string, stdout, stderr *os.File) int {
	a := &app{out: &printer{stdout: stdout, stderr: stderr}}
	root := &cobra.Command{
		Use:   "sandbox",
		Short: "Deploy the provider and consumer stacks to a simulated AWS, with no account",
		Long: `Deploys this repository's own program and stack configurations through the real
Pulumi CLI and engine to a simulated AWS that is kept in .sandbox. It never
reaches AWS and needs no credentials. What the accounts have before the stacks
come, such as a hosted zone, says a file sandbox.yaml beside the stacks' files.

Exit codes: 0 done; 1 failed, or the answer of check is no; 2 wrong usage; 3 to 5 diff
found what must not pass without a decision, see there.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&a.dir, "dir", "", "directory of the sandbox's state (default: .sandbox beside the stacks' files)")
	root.PersistentFlags().StringVar(&a.project, "project", "", "directory of the stacks' files, such as examples/stacks/minimal (default: the repository)")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print the result as JSON on standard output")
	root.PersistentFlags().BoolVarP(&a.verbose, "verbose", "v", false, "show the Pulumi engine's own output too, on standard error")
	root.AddCommand(a.up(), a.preview(), a.outputs(), a.check(), a.curl(), a.serve(), a.logs(), a.cost(), a.diagram(), a.diff(), a.destroy(), a.rules(), a.orphans(), a.load(), a.adopt(), a.restore())
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	usage := false
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { usage = true; return err })
	err := root.ExecuteContext(ctx)
	var exit exitError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errSilent):
		return 1
	case errors.As(err, &exit):
		return int(exit)
	}
	if ctx.Err() != nil {
		err = errors.New("interrupted; the next command goes on from where it was")
	}
	a.out.failure(err, a.json)
	if usage || errors.As(err, new(usageError)) {
		return 2
	}
	return 1
}

// failure says why a command failed, a line for each error there is. With JSON it is an
// object on standard output, unless a result stands there already.
func (p *printer) failure(err error, asJSON bool) {
	messages := errorsIn(err)
	if asJSON && !p.printed && p.json(map[string]any{"errors": messages}) == nil {
		return
	}
	for _, message := range messages {
		p.warn("%s %s", bad(p.stderr, "error:"), message)
	}
}

// errorsIn are the messages of errors that were joined.
func errorsIn(err error) (messages []string) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && strings.Contains(err.Error(), "\n") {
		for _, one := range joined.Unwrap() {
			messages = append(messages, errorsIn(one)...)
		}
		return messages
	}
	if failed, ok := err.(*deploy.FailedError); ok {
		for _, said := range failed.Said {
			messages = append(messages, here("stack "+failed.Stack+": "+said))
		}
		return messages
	}
	return []string{here(err.Error())}
}

// open opens the sandbox of the repository that the command runs in.
func (a *app) open(ctx context.Context) (*deploy.Sandbox, error) {
	opts, err := a.options()
	if err != nil {
		return nil, err
	}
	s, err := deploy.Open(ctx, opts)
	return s, inUse(err)
}

// options say where the sandbox is.
func (a *app) options() (deploy.Options, error) {
	at, err := os.Getwd()
	if err != nil {
		return deploy.Options{}, err
	}
	root, err := deploy.FindRoot(at)
	return deploy.Options{Root: root, Files: a.project, Dir: a.dir, Log: a.out.stderr}, err
}

// inUse adds to the error of a sandbox that another command has open what to do.
func inUse(err error) error {
	if errors.Is(err, world.ErrInUse) {
		return fmt.Errorf("%w: wait for the other sandbox command, or end it; serve has it until Ctrl-C, and prints what the containers log with --logs", err)
	}
	return err
}

// with runs f on the open sandbox and closes it.
func (a *app) with(cmd *cobra.Command, f func(context.Context, *deploy.Sandbox) error) (err error) {
	s, err := a.open(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	s.World.Inject(a.faults...)
	defer a.incidents(s)
	return f(cmd.Context(), s)
}
