package review

import (
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/thrift"
	"fargate-privatelink/sandbox/cost"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/stacks"
)

var update = flag.Bool("update", false, "rewrite the golden reviews")

const repository = "../.."

const providerFile = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["111111111111"]
  fargate-privatelink:role: provider
  fargate-privatelink:provider:
    name: web
    network: {cidrBlock: 10.10.0.0/16, availabilityZones: 2, egress: single-nat}
    listener: {port: 80, protocol: tcp}
    service: {image: nginx:1.28, containerPort: 80, desiredCount: 2}
    tenants:
      acme: {accounts: ["222222222222"], consumerStacks: [consumer]}
`

const consumerFile = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["222222222222"]
  fargate-privatelink:role: consumer
  fargate-privatelink:consumer:
    name: web
    provider: provider
    network: {cidrBlock: 10.20.0.0/16}
`

// project writes a project with the given stack files and returns its directory.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	definition, err := os.ReadFile(filepath.Join(repository, "Pulumi.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), definition, 0o600))
	for stack, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi."+stack+".yaml"), []byte(text), 0o600))
	}
	return root
}

// deployBase deploys the state before each change, once.
func deployBase(t *testing.T) *Base {
	t.Helper()
	root, dir := project(t, map[string]string{"provider": providerFile, "consumer": consumerFile}), t.TempDir()
	s, err := deploy.Open(t.Context(), deploy.Options{Root: root, Dir: dir, Tools: repository, Log: os.Stderr})
	require.NoError(t, err)
	for _, stack := range []string{"provider", "consumer", "provider"} {
		_, err := s.Up(t.Context(), stack, nil, nil)
		require.NoError(t, err)
	}
	require.NoError(t, s.Close())
	b, err := ReadBase(t.Context(), root, dir, Options{Tools: repository, Use: cost.DefaultAssumptions(), Log: os.Stderr})
	require.NoError(t, err)
	return b
}

// files are the stacks of the base, some of them changed; an empty text takes a
// stack's file away.
func files(changed map[string]string) map[string]string {
	all := map[string]string{"provider": providerFile, "consumer": consumerFile}
	maps.Copy(all, changed)
	maps.DeleteFunc(all, func(_, text string) bool { return text == "" })
	return all
}

func edited(old, next string) map[string]string {
	if !strings.Contains(providerFile, old) {
		panic("the provider's file has no " + old)
	}
	return map[string]string{"provider": strings.ReplaceAll(providerFile, old, next)}
}

// with is a change of the components' code: a property of each resource of a type is
// another one.
func with(token, property string, value pulumi.Input) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		err := ctx.RegisterResourceTransform(func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
			if _, has := args.Props[property]; !(has || property == "name") || args.Type != token {
				return nil
			}
			args.Props[property] = value
			return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
		})
		if err != nil {
			return err
		}
		return stacks.Run(ctx)
	}
}

func TestGoldenReviews(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	b := deployBase(t)
	tests := map[string]struct {
		files   map[string]string
		program pulumi.RunFunc
		exit    int
	}{
		"add-a-tenant": {edited("    tenants:\n", "    tenants:\n      beta: {accounts: [\"333333333333\"]}\n"), nil, 0},
		"add-a-consumer": {map[string]string{
			"provider": strings.Replace(providerFile, "[consumer]", "[consumer, second]", 1),
			"second":   strings.Replace(consumerFile, "10.20.0.0/16", "10.30.0.0/16", 1),
		}, nil, 0},
		"change-the-image":       {edited("nginx:1.28", "nginx:1.29"), nil, 0},
		"change-a-listener-port": {edited("port: 80, protocol", "port: 8080, protocol"), nil, 3},
		"face-the-internet": {
			edited("    listener:", "    loadBalancer: {generation: 2, clientCidrs: [0.0.0.0/0]}\n    listener:"),
			with(lb, "internal", pulumi.Bool(false)), 4,
		},
		"rename-the-service":        {edited("name: web", "name: api"), nil, 4},
		"rename-the-consumer":       {map[string]string{"consumer": strings.Replace(consumerFile, "name: web", "name: api", 1)}, nil, 5},
		"change-the-container-port": {edited("containerPort: 80", "containerPort: 8080"), nil, 0},
		// Another name forces the replacement.
		"replace-the-ecs-service": {nil, with(service, "name", pulumi.String("web-other")), 5},
		"let-everybody-in": {map[string]string{
			"provider": strings.Replace(providerFile, `accounts: ["222222222222"]`, `principals: ["*"]`, 1) +
				"    endpointService: {allowAnyPrincipal: true}\n",
			"consumer": strings.Replace(consumerFile, "{cidrBlock: 10.20.0.0/16}", "{cidrBlock: 10.20.0.0/16}\n    clients: {cidrBlocks: [0.0.0.0/0]}", 1),
		}, nil, 5},
		// The endpoint's group lets in more than the consumer's configuration says.
		"widen-a-rule":  {nil, with(ingress, "cidrIpv4", pulumi.String("10.0.0.0/8")), 5},
		"refuse-a-port": {edited("containerPort: 80", "containerPort: 0"), nil, 4},
	}
	for _, name := range thrift.Sample(t, 4, slices.Sorted(maps.Keys(tests))) {
		test := tests[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := b.Review(t.Context(), project(t, files(test.files)), t.TempDir(), test.program)
			require.NoError(t, err)
			assert.Equal(t, test.exit, r.ExitCode(), "%v", r.Reasons())
			golden(t, name, r)
		})
	}
}

// acceptedId is an endpoint's ID in the name of what accepts it: which one AWS gives hangs
// on who asks first.
var acceptedId = regexp.MustCompile(`(-accept-vpce-)[0-9a-f]{17}`)

func golden(t *testing.T, name string, r *Review) {
	t.Helper()
	got := acceptedId.ReplaceAllString(r.Markdown("main"), "${1}0")
	file := filepath.Join("testdata", name+".md")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}
