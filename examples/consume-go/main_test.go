package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/stacks"
)

const repository = "../.."

// The stacks that the program reads, and its own. The consumer lets nobody in, so that
// only the program's rules can.
var files = map[string]string{
	"provider": `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["111111111111"]
  fargate-privatelink:role: provider
  fargate-privatelink:provider:
    name: web
    network: {cidrBlock: 10.10.0.0/16}
    endpointService: {acceptanceRequired: false}
    tenants: {acme: {accounts: ["222222222222"]}}
`,
	"consumer": `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["222222222222"]
  fargate-privatelink:role: consumer
  fargate-privatelink:consumer:
    name: web
    network: {cidrBlock: 10.20.0.0/16}
    clients: {cidrBlocks: [192.0.2.1/32]}
`,
	"app": `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["222222222222"]
  fargate-privatelink:providerStack: organization/fargate-privatelink/provider
  fargate-privatelink:consumerStack: organization/fargate-privatelink/consumer
`,
}

// open opens a sandbox with all three stacks.
func open(t *testing.T) *deploy.Sandbox {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte("name: fargate-privatelink\nruntime: go\n"), 0o600))
	for stack, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi."+stack+".yaml"), []byte(text), 0o600))
	}
	program := func(ctx *pulumi.Context) error {
		if ctx.Stack() == "app" {
			return run(ctx)
		}
		return stacks.Run(ctx)
	}
	s, err := deploy.Open(t.Context(), deploy.Options{Root: root, Program: program, Tools: repository, Log: os.Stderr})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// The program deploys, and a client in the application's group gets through to the
// service; before, nobody did.
func TestTheApplicationReachesTheService(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	s := open(t)
	_, err := s.Up(t.Context(), "app", nil, nil)
	require.ErrorContains(t, err, "stack organization/fargate-privatelink/provider: there is no such stack")

	var consumer *deploy.Result
	for _, stack := range []string{"provider", "consumer"} {
		consumer, err = s.Up(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
	app, err := s.Up(t.Context(), "app", nil, nil)
	require.NoError(t, err)
	assert.Equal(t, consumer.Outputs["url"], app.Outputs["url"])

	network, err := s.Network(deploy.NetworkOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, network.Close()) }()
	consumers, err := s.Consumers(t.Context(), "consumer")
	require.NoError(t, err)
	for from, reachable := range map[string]bool{app.Outputs["securityGroupId"].(string): true, "10.20.0.10": false} {
		client, err := consumers[0].Client(from)
		require.NoError(t, err)
		paths, err := network.Probe(t.Context(), client, "tcp", consumers[0].Address(80))
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		for _, p := range paths {
			assert.Equal(t, reachable, p.Reachable, "from %s: %s", from, p.Summary())
		}
	}
}

func TestTransports(t *testing.T) {
	for protocol, want := range map[string][]string{"tcp": {"tcp"}, "tls": {"tcp"}, "udp": {"udp"}, "tcp_udp": {"tcp", "udp"}} {
		assert.Equal(t, want, transports(protocol), protocol)
	}
}
