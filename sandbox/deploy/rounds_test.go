package deploy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/world"
)

// roundsOf is a sandbox with these stacks and an empty world, for rounds whose
// deployments a test makes up.
func roundsOf(t *testing.T, stacks ...Stack) *Sandbox {
	t.Helper()
	w, err := world.Open(filepath.Join(t.TempDir(), worldFile))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return &Sandbox{World: w, Stacks: stacks}
}

// offering are a provider's outputs.
func offering(dnsName string) map[string]any {
	return map[string]any{contract.OutputName: map[string]any{
		"version": 1.0, "serviceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0", "serviceId": "vpce-svc-0123456789abcdef0",
		"region": "us-east-1", "ports": []any{map[string]any{"port": 80.0, "protocol": "tcp"}}, "availabilityZoneIds": []any{"use1-az1"},
		"privateDnsName": dnsName, "acceptanceRequired": true, "supportedRegions": []any{"us-east-1"}, "supportedIpAddressTypes": []any{"ipv4"},
	}}
}

// TestRounds: who is deployed, in which order, and again.
func TestRounds(t *testing.T) {
	t.Parallel()
	provider, a, b := Stack{Name: "p", Role: RoleProvider}, Stack{Name: "a", Role: RoleConsumer}, Stack{Name: "b", Role: RoleConsumer}
	for _, c := range []struct {
		name         string
		stacks       []Stack
		outputs      map[string]any // the provider's
		disconnected bool
		fails        []string
		want         []string
		err          string
	}{
		{"nobody waits", []Stack{provider, a, b}, offering(""), false, nil, []string{"p", "a", "b"}, ""},
		{"the consumers wait", []Stack{provider, a, b}, offering(""), true, nil, []string{"p", "a", "b", "p again"}, ""},
		{"and want the name", []Stack{provider, a, b}, offering("api.example.com"), true, nil, []string{"p", "a", "b", "p again", "a again", "b again"}, ""},
		{"the provider fails", []Stack{provider, a}, offering(""), true, []string{"p"}, []string{"p"}, "p failed"},
		{"another provider fails", []Stack{provider, {Name: "q", Role: RoleProvider}, a}, offering(""), true, []string{"q"}, []string{"p", "q"}, "q failed"},
		{"a consumer fails", []Stack{provider, a, b}, offering("api.example.com"), true, []string{"a"}, []string{"p", "a", "b", "p again", "b again"}, "a failed"},
		{"both fail", []Stack{provider, a, b}, offering(""), true, []string{"a", "b"}, []string{"p", "a", "b", "p again"}, "a failed\nb failed"},
		{"accepting fails", []Stack{provider, a}, offering("api.example.com"), true, []string{"p again"}, []string{"p", "a", "p again"}, "p again failed"},
		{"a provider without a service", []Stack{provider, a}, nil, true, nil, []string{"p", "a"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var done []string
			_, err := roundsOf(t, c.stacks...).Rounds(t.Context(), Rounds{
				Disconnected: c.disconnected,
				Deploy: func(_ context.Context, st Stack, again bool) (*Result, error) {
					name := st.Name
					if again {
						name += " again"
					}
					done = append(done, name)
					if slices.Contains(c.fails, name) {
						return nil, errors.New(name + " failed")
					}
					res := &Result{Stack: st.Name}
					if st.Role == RoleProvider {
						res.Outputs = c.outputs
					}
					return res, nil
				},
			})
			assert.Equal(t, c.want, done)
			if c.err == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, c.err)
			}
		})
	}
}

// TestRoundsAtOnce: so many consumers are deployed at once, and no more.
func TestRoundsAtOnce(t *testing.T) {
	t.Parallel()
	var stacks []Stack
	for i := range 10 {
		stacks = append(stacks, Stack{Name: fmt.Sprint(i), Role: RoleConsumer})
	}
	var now, most atomic.Int32
	results, err := roundsOf(t, stacks...).Rounds(t.Context(), Rounds{AtOnce: 3, Deploy: func(_ context.Context, st Stack, _ bool) (*Result, error) {
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		time.Sleep(20 * time.Millisecond)
		now.Add(-1)
		return &Result{Stack: st.Name}, nil
	}})
	require.NoError(t, err)
	assert.Equal(t, int32(3), most.Load())
	require.Len(t, results, 10)
	for i, res := range results {
		assert.Equal(t, fmt.Sprint(i), res.Stack)
	}
}

// TestRoundsEnd: nothing more is begun once the context has ended.
func TestRoundsEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var done []string
	_, err := roundsOf(t, Stack{Name: "a", Role: RoleConsumer}, Stack{Name: "b", Role: RoleConsumer}).Rounds(ctx, Rounds{
		Deploy: func(_ context.Context, st Stack, _ bool) (*Result, error) {
			done = append(done, st.Name)
			cancel()
			return &Result{Stack: st.Name}, nil
		},
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, []string{"a"}, done)
}

// TestFleet: several consumers of names of their own, in different shards, deployed at once
// through the engine, one of which fails: the others are deployed and accepted all the same. The
// order is the one that the fault sweep goes through.
func TestFleet(t *testing.T) {
	t.Parallel()
	consumer := func(account, lines string) string {
		return strings.NewReplacer("222222222222", account, "provider: provider", "provider: shop\n"+lines).Replace(
			strings.Replace(consumerFile, "    network: {cidrBlock: 10.20.0.0/16}\n", "", 1)) + "    network: {cidrBlock: 10.20.0.0/16}\n"
	}
	s := openProject(t, map[string]string{
		"shop": `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["111111111111"]
  role: provider
  fargate-privatelink:provider:
    shards: 2
    tenants:
      acme: {accounts: ["222222222222"], consumerStacks: [consumer-acme]}
      initech: {accounts: ["333333333333"], consumerStacks: [consumer-initech], shards: [2]}
`,
		"consumer-acme": consumer("222222222222", ""), "consumer-initech": consumer("333333333333", ""),
		"consumer-bad": consumer("444444444444", "    nonsense: 1\n"),
	})
	var mu sync.Mutex
	var steps []step
	results, err := s.Rounds(t.Context(), Rounds{AtOnce: 2, Deploy: func(ctx context.Context, st Stack, _ bool) (*Result, error) {
		mu.Lock()
		steps = append(steps, step{deployment, st.Role})
		mu.Unlock()
		return s.Deploy(ctx, st.Name, nil, nil)
	}})
	require.ErrorContains(t, err, "stack consumer-bad: consumer.nonsense is not a known key")
	assert.NotContains(t, err.Error(), "occurred")
	assert.Len(t, results, 4, "the provider twice, and two consumers")
	assert.Equal(t, life[:3], slices.Compact(steps), "the sweep's")
	n, err := s.Network(NetworkOptions{})
	require.NoError(t, err)
	found, err := s.CheckOn(t.Context(), n, "consumer-acme", "consumer-initech")
	require.NoError(t, errors.Join(err, n.Close()))
	require.Len(t, found, 2)
	for _, r := range found {
		assert.True(t, r.Reachable(), r.Stack)
	}
	assert.Empty(t, orphans(t, s))
}

// TestStackFileFaults: all that is wrong with the files is said at once.
func TestStackFileFaults(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"Pulumi.yaml":          "name: " + projectName + "\nruntime: go\n",
		"Pulumi.provider.yaml": "confg: {}\nconfig: {a: {secure: x}, b: [1]}\nstuff: 1\n",
		"Pulumi.consumer.yaml": "config: {a: {b: {secure: x}}}\nenvironment: [x]\n",
		"Pulumi.other.yaml":    "config: [\n",
		GivenFile:              "given:\n  - account: 1\n    regio: x\n    type: aws:no/such:Type\nmore: 1\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	_, err := Open(t.Context(), Options{Root: root, Tools: repository})
	require.Error(t, err)
	for _, want := range []string{
		"Pulumi.provider.yaml: confg is not a known key of a stack's file; the keys are config, environment, ",
		"Pulumi.provider.yaml: stuff is not a known key", "Pulumi.provider.yaml: a is an encrypted value", "Pulumi.consumer.yaml: a.b is an encrypted value",
		"Pulumi.other.yaml: yaml: line ", "sandbox.yaml: line 3: regio is not a known key", "sandbox.yaml: line 5: more is not a known key",
		`sandbox.yaml: given[0].account is "1"`, "sandbox.yaml: given[0].region is missing", `sandbox.yaml: given[0].type is "aws:no/such:Type"`,
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.NoDirExists(t, filepath.Join(root, ".sandbox"), "nothing is made")
}

func TestStackNames(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"eu.prod":  "config: {fargate-privatelink:role: provider}",
		"acme":     "config: {role: consumer, consumer: {provider: org/fargate-privatelink/eu.prod}}",
		"globex":   "config: {fargate-privatelink:role: consumer, fargate-privatelink:consumer: {contract: {}}}\nenvironment: [x]",
		"unnamed":  "",
		"a-wicked": "config: {fargate-privatelink:role: [consumer]}",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi."+name+".yaml"), []byte(text), 0o600))
	}
	stacks, err := findStacks(root, "fargate-privatelink")
	require.NoError(t, err)
	assert.Equal(t, []Stack{
		{Name: "eu.prod", Role: RoleProvider}, {Name: "a-wicked"}, {Name: "acme", Role: RoleConsumer, provider: "eu.prod"},
		{Name: "globex", Role: RoleConsumer, environment: true}, {Name: "unnamed"},
	}, stacks)
}

// TestWhatAProgramSays: errors come without what the SDK and the engine put around them.
func TestWhatAProgramSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		said []string
		want string
	}{
		{"one", []string{"an unhandled error occurred: 1 error occurred:\n\t* provider.x is wrong\n\n"}, "stack s: provider.x is wrong"},
		{"several", []string{"an unhandled error occurred: 2 errors occurred:\n\t* a\n\t* b\n"}, "stack s: a\nb"},
		{"AWS's", []string{"InvalidServiceName: no", "update failed"}, "stack s: InvalidServiceName: no"},
		{"nothing else", []string{"update failed"}, "stack s: update failed"},
		{"an awaited output's", []string{"an unhandled error occurred: waiting for RPCs: marshaling properties: no such zone", "preview failed"}, "stack s: no such zone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var d diagnostics
			for _, msg := range c.said {
				d.errors = append(d.errors, each(msg)...)
			}
			require.EqualError(t, d.failure("s", errors.New("exit 255")), c.want)
		})
	}
}
