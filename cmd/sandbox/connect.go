package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/vnet"
)

// runtimeFlag adds --runtime to a command that runs tasks.
func (a *app) runtimeFlag(cmd *cobra.Command, also string) {
	cmd.Flags().StringVar(&a.runtime, "runtime", "", strings.TrimSpace(
		`how to run the tasks' containers: echo (a responder of the sandbox's own; the default) or namespace (Linux, root: the task definition's command). `+also))
}

// checkRuntime refuses a --runtime that does not exist.
func (a *app) checkRuntime() error {
	if a.runtime == "" || slices.Contains(deploy.Runtimes, a.runtime) {
		return nil
	}
	return fmt.Errorf("--runtime is %q; it must be %s", a.runtime, strings.Join(deploy.Runtimes, " or "))
}

// connected runs f on the open sandbox with its network.
func (a *app) connected(
	cmd *cobra.Command, opts deploy.NetworkOptions, f func(context.Context, *deploy.Sandbox, *vnet.Network) error,
) error {
	if err := a.checkRuntime(); err != nil {
		return err
	}
	return a.with(cmd, func(ctx context.Context, s *deploy.Sandbox) error {
		return a.onNetwork(ctx, s, opts, f)
	})
}

func (a *app) onNetwork(
	ctx context.Context, s *deploy.Sandbox, opts deploy.NetworkOptions,
	f func(context.Context, *deploy.Sandbox, *vnet.Network) error,
) (err error) {
	opts.Runtime = a.runtime
	n, err := s.Network(opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	return f(ctx, s, n)
}

// consumerFlags choose who connects.
type consumerFlags struct{ stack, network, from string }

func (f *consumerFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.stack, "stack", "", "the consumer's stack (default: the first)")
	cmd.Flags().StringVar(&f.network, "network", "", "the network of a stack with several (default: the first)")
	cmd.Flags().StringVar(&f.from, "from", "", "the client: an IP address, or a security group's id (default: an address of the first client that the stack's configuration names)")
}

// choose returns the consumer and the client.
func (f *consumerFlags) choose(ctx context.Context, s *deploy.Sandbox) (c deploy.Consumer, client vnet.Client, err error) {
	consumers, err := s.Consumers(ctx, f.stack)
	if err != nil {
		return c, client, err
	}
	if c, err = f.among(consumers); err != nil {
		return c, client, err
	}
	if client, err = c.Client(f.from); err != nil {
		err = fmt.Errorf("--from: %w", err)
	}
	return c, client, err
}

func (f *consumerFlags) among(consumers []deploy.Consumer) (deploy.Consumer, error) {
	var networks []string
	for _, c := range consumers {
		if f.network == "" || c.Network == f.network {
			return c, nil
		}
		if c.Network != "" {
			networks = append(networks, c.Name())
		}
	}
	if networks == nil {
		return deploy.Consumer{}, fmt.Errorf("--network is %q; the stack has one network without a name", f.network)
	}
	return deploy.Consumer{}, fmt.Errorf("--network is %q; there are %s", f.network, strings.Join(networks, ", "))
}
