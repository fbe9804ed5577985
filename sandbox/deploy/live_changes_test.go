package deploy

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
	"fargate-privatelink/internal/thrift"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

var (
	changePairs = flag.Int("change-pairs", 3, "how many changes of a live service TestChangesOfALiveService makes")
	changeSeed  = flag.Int("change-seed", 1, "which ones it makes first")
)

// choice is an option and the values that it may have; the first, for none, is where it
// begins.
type choice struct {
	key    string // a path in the side's object
	values []string
}

const (
	certificate = `"arn:aws:iam::111111111111:server-certificate/web"`
	registry    = `"111111111111.dkr.ecr.us-east-1.amazonaws.com/`
)

// providerChoices and consumerChoices are what changes between two configurations.
var providerChoices = []choice{
	{"listeners.80/tcp", []string{`{}`, ``, `{containerPort: 8081}`, `{stickiness: true, tcpIdleTimeoutSeconds: 600}`}},
	{"listeners.80/tls", []string{``, `{certificateArn: ` + certificate + `}`}},
	{"listeners.443/tcp", []string{``, `{}`, `{containerPort: 8443}`}},
	{"listeners.443/tls", []string{
		``, `{certificateArn: ` + certificate + `}`, `{certificateArn: ` + certificate + `, alpnPolicy: HTTP2Preferred}`, `{certificateArn: ` + certificate + `, targetProtocol: tls}`,
		`{certificateArn: ` + certificate + `, sslPolicy: ELBSecurityPolicy-TLS13-1-3-PQ-2025-09}`,
	}},
	{"healthCheck", []string{``, `{protocol: HTTP, path: /}`, `{intervalSeconds: 5, timeoutSeconds: 3}`, `{port: 8081}`}},
	{"network.egress", []string{``, `nat-per-az`, `public`, `none`}},
	{"network.vpcEndpoints", []string{``, `[s3]`, `[ecr.api, ecr.dkr, logs, s3]`}},
	{"network.availabilityZones", []string{``, `3`, `1`, `5`}},
	{"network.availabilityZoneIds", []string{``, `[use1-az4, use1-az6]`}},
	{"network.cidrBlock", []string{``, `10.64.0.0/20`}},
	{"network.flowLogs", []string{``, `{enabled: true}`}},
	{"loadBalancer.clientCidrs", []string{``, `[10.20.0.0/16]`, `[10.20.0.0/17]`, `[10.20.0.0/17, 10.20.128.0/17]`}},
	{"loadBalancer.crossZone", []string{``, `true`, `false`}},
	{"loadBalancer.deletionProtection", []string{``, `true`}},
	{"loadBalancer.dualstack", []string{``, `true`}},
	{"loadBalancer.generation", []string{``, `2`, `3`}},
	{"loadBalancer.retainPrevious", []string{``, `true`}},
	{"loadBalancer.zonalShift", []string{``, `true`}},
	{"service.image", []string{``, registry + `web:1"`, registry + `other:2"`}},
	{"service.containerPort", []string{``, `8080`}},
	{"service.cpu", []string{``, `512`}},
	{"service.memory", []string{``, `1024`}},
	{"service.desiredCount", []string{``, `3`, `1`}},
	{"service.environment", []string{``, `{A: b}`}},
	{"service.sidecars", []string{``, `{agent: {image: "nginx:1.29"}}`}},
	{"service.egress", []string{``, `{db: {port: 5432, cidrBlocks: [10.9.0.0/16]}}`}},
	{"service.executeCommand", []string{``, `true`}},
	{"service.propagateTags", []string{``, `SERVICE`, `NONE`}},
	{"service.deployment", []string{``, `{rollbackOnUnhealthyTargets: true}`, `{alarmNames: []}`, `{minimumHealthyPercent: 50, maximumPercent: 100, zoneRebalancing: false}`}},
	{"service.spot", []string{``, `{weight: 1, onDemandBase: 1}`}},
	{"service.waitForSteadyState", []string{``, `false`}},
	{"scaling", []string{``, `{enabled: false}`, `{minCount: 3, maxCount: 6}`}},
	{"endpointService.acceptanceRequired", []string{``, `false`}},
	{"endpointService.supportedIpAddressTypes", []string{``, `[ipv4]`}},
	{"endpointService.rejectConnectionsOnDestroy", []string{``, `true`}},
	{"endpointService.contributorInsights", []string{``, `true`}},
	{"tenants", []string{
		`{acme: {accounts: ["222222222222"], consumerStacks: [consumer]}}`,
		`{acme-inc: {accounts: ["222222222222"], consumerStacks: [consumer]}}`,
		`{acme: {principals: ["arn:aws:iam::222222222222:root"], consumerStacks: [consumer]}}`,
		`{acme: {accounts: ["222222222222"], consumerStacks: [consumer]}, other: {accounts: ["333333333333"]}}`,
	}},
	{"deregistrationDelaySeconds", []string{``, `10`}},
	{"connectionTermination", []string{``, `true`}},
	{"proxyProtocol", []string{``, `true`}},
	{"name", []string{``, `shop`}},
	{"notifications", []string{``, `{enabled: true}`}},
	{"operations.dashboard", []string{``, `true`}},
	{"hardened", []string{``, `true`}},
	{"tags", []string{``, `{team: web}`}},
}

var consumerChoices = []choice{
	{"provider", []string{`provider`}},
	{"network.cidrBlock", []string{`10.20.0.0/16`, `10.21.0.0/16`}},
	{"network.availabilityZones", []string{``, `1`, `2`}},
	{"clients.cidrBlocks", []string{``, `[10.20.0.0/17]`, `[10.20.0.0/16]`, `[10.20.0.0/17, 10.20.128.0/17]`}},
	{"endpoint.ipAddressType", []string{``, `ipv4`, `dualstack`}},
	{"dns", []string{``, `{recordName: api, zoneName: internal.example.com}`}},
	{"name", []string{``, `shop`}},
	{"tags", []string{``, `{team: web}`}},
}

// picks are the value of each choice.
type picks []int

// object is a side's configuration.
func (p picks) object(t require.TestingT, choices []choice) map[string]any {
	object := map[string]any{}
	for i, c := range choices {
		if c.values[p[i]] != "" {
			set(t, object, c.key, c.values[p[i]])
		}
	}
	return object
}

// set sets what is at a path in a configuration.
func set(t require.TestingT, object map[string]any, path, text string) {
	var value any
	require.NoError(t, yaml.Unmarshal([]byte(text), &value))
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		if object[key] == nil {
			object[key] = map[string]any{}
		}
		object = object[key].(map[string]any)
	}
	object[keys[len(keys)-1]] = value
}

// valid says whether the program takes a configuration.
func (p picks) valid(t require.TestingT, choices []choice) bool {
	object := p.object(t, choices)
	_, consumes := object["provider"]
	for _, key := range []string{"name", "tenants", "provider"} {
		delete(object, key) // which the stacks read, and that are always valid here
	}
	text, err := json.Marshal(object)
	require.NoError(t, err)
	if consumes {
		var args components.ServiceConsumerOptions
		_, err = strict.DecodeArgs(text, "consumer", &args, components.Inputs)
		return err == nil && args.Validate("consumer", "web") == nil
	}
	args := components.ServiceProviderArgs{ConfigPath: "provider"}
	_, err = strict.DecodeArgs(text, "provider", &args, components.Inputs)
	return err == nil && args.Validate("web") == nil
}

// file is a side's stack file.
func (p picks) file(t require.TestingT, role, account string, choices []choice) string {
	return stackFile(t, role, account, p.object(t, choices))
}

func stackFile(t require.TestingT, role, account string, object map[string]any) string {
	text, err := json.Marshal(object)
	require.NoError(t, err)
	return fmt.Sprintf("config:\n  aws:region: us-east-1\n  aws:allowedAccountIds: [%q]\n  fargate-privatelink:role: %s\n  fargate-privatelink:%[2]s: %s\n",
		account, role, text)
}

// said are the choices that differ, for messages.
func said(choices []choice, was, is picks) string {
	var out []string
	for i, c := range choices {
		if was[i] != is[i] {
			out = append(out, fmt.Sprintf("%s: %s => %s", c.key, c.values[was[i]], c.values[is[i]]))
		}
	}
	return strings.Join(out, "; ")
}

// changed draws picks of which one to four differ.
func changed(was picks, choices []choice) *rapid.Generator[picks] {
	return rapid.Custom(func(t *rapid.T) picks {
		is := slices.Clone(was)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			i := rapid.IntRange(0, len(choices)-1).Draw(t, "option")
			is[i] = rapid.IntRange(0, len(choices[i].values)-1).Draw(t, "value")
		}
		return is
	}).Filter(func(is picks) bool { return is.valid(panicking{}, choices) && !slices.Equal(was, is) })
}

// panicking fails where there is no test to fail.
type panicking struct{}

func (panicking) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (panicking) FailNow()                          {}

// live is a service with a connected consumer.
type live struct {
	t                  *testing.T
	s                  *Sandbox
	n                  *vnet.Network
	provider, consumer picks
	watched            []watchedClient
	lost               []string
	watching           atomic.Bool
	what               string // the change, for messages
}

// watchedClient is a client of a port, which both configurations allow.
type watchedClient struct {
	client  vnet.Client
	address string
	port    int
}

// liveBase is a service with a connected consumer, which tests copy: the sandbox's directory
// and the project's. removeLiveBase removes it.
func liveBase(t *testing.T) (base, root string) {
	t.Helper()
	cli := keyedCLI(t) // before, since it may skip the test
	deployed.Do(func() {
		var err error
		deployed.dir, err = os.MkdirTemp("", "live-")
		require.NoError(t, err)
		root, base := filepath.Join(deployed.dir, "root"), filepath.Join(deployed.dir, "base")
		require.NoError(t, os.CopyFS(root, os.DirFS(writeProject(t, map[string]string{
			"provider": make(picks, len(providerChoices)).file(t, "provider", "111111111111", providerChoices),
			"consumer": make(picks, len(consumerChoices)).file(t, "consumer", "222222222222", consumerChoices),
		}))))
		s, err := Open(t.Context(), Options{Root: root, Dir: base, cli: cli})
		require.NoError(t, err)
		for _, stack := range []string{"provider", "consumer", "provider"} {
			up(t, s, stack)
		}
		require.True(t, reachable(t, s))
		require.NoError(t, s.Close())
	})
	return filepath.Join(deployed.dir, "base"), filepath.Join(deployed.dir, "root")
}

var deployed struct {
	sync.Once
	dir string
}

func removeLiveBase() { _ = os.RemoveAll(deployed.dir) }

// openLive opens a copy of a deployed base.
func openLive(t *testing.T, base, root string) *live {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(base)))
	own := t.TempDir()
	require.NoError(t, os.CopyFS(own, os.DirFS(root)))
	s, err := Open(t.Context(), Options{Root: own, Dir: dir, cli: keyedCLI(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return watchLive(t, s)
}

// watchLive watches a deployed service while it changes.
func watchLive(t *testing.T, s *Sandbox) *live {
	t.Helper()
	l := &live{t: t, s: s, provider: make(picks, len(providerChoices)), consumer: make(picks, len(consumerChoices))}
	l.n = openNetwork(t, s, "")
	t.Cleanup(func() { require.NoError(t, l.n.Close()) })
	// Before each operation of AWS's the clients try what the ones before it left.
	s.World.Inject(world.Fault{Kind: world.FaultFail, Only: func(op world.Operation) bool {
		if l.watching.Load() {
			l.poll(op.String())
		}
		return false
	}})
	return l
}

func (l *live) poll(when string) {
	for _, w := range l.watched {
		paths, err := l.n.Probe(context.Background(), w.client, "tcp", w.address)
		if err != nil || len(paths) == 0 {
			l.lost = append(l.lost, fmt.Sprintf("before %s: %s: %v", when, w.address, err))
		}
		for _, p := range paths {
			if stopped := p.Stopped(); stopped != nil {
				l.lost = append(l.lost, fmt.Sprintf("before %s: %s port %d stops at %s %s: %s", when, w.client.Label, w.port, stopped.Hop, stopped.At, stopped.By))
				break
			}
		}
	}
}

// candidates are the clients and the ports that a consumer's outputs allow.
func (l *live) candidates(stack string) (found []watchedClient) {
	consumers, err := l.s.Consumers(l.t.Context(), stack)
	require.NoError(l.t, err)
	for _, c := range consumers {
		clients, err := c.Clients()
		require.NoError(l.t, err)
		for _, port := range c.Ports() {
			for _, client := range clients {
				found = append(found, watchedClient{client, c.Address(port.Port), port.Port})
			}
		}
	}
	return found
}

// allowed says whether configurations allow a client: its address and its port.
func allowed(w watchedClient, provider, consumer picks) bool {
	value := func(choices []choice, p picks, key string) string {
		i := slices.IndexFunc(choices, func(c choice) bool { return c.key == key })
		return choices[i].values[p[i]]
	}
	in := func(list string) bool {
		for block := range strings.SplitSeq(strings.Trim(list, "[]"), ", ") {
			if p, err := netip.ParsePrefix(block); err == nil && p.Contains(w.client.Address) {
				return true
			}
		}
		return list == ""
	}
	port := strconv.Itoa(w.port)
	listens := value(providerChoices, provider, "listeners."+port+"/tcp")+value(providerChoices, provider, "listeners."+port+"/tls") != ""
	return listens && in(value(providerChoices, provider, "loadBalancer.clientCidrs")) && in(value(consumerChoices, consumer, "clients.cidrBlocks"))
}

// anotherVPC says whether a consumer goes to another VPC, where its clients are others.
func anotherVPC(was, is picks) bool {
	for i, c := range consumerChoices {
		if (c.key == "network.cidrBlock" || c.key == "name") && was[i] != is[i] {
			return true
		}
	}
	return false
}

// step changes one stack: it is refused by a preview, or carried out.
func (l *live) step(stack, text string) (refusal error) {
	rewrite(l.t, l.s, stack, text)
	before := len(l.s.World.Operations())
	if _, err := l.s.Preview(l.t.Context(), stack, nil, false, nil); err != nil {
		require.Len(l.t, l.s.World.Operations(), before)
		return err
	}
	_, err := l.s.Up(l.t.Context(), stack, nil, nil)
	require.NoError(l.t, err, "the preview passed, and the update failed: %s", l.what)
	return nil
}

// sequence are the stacks to deploy after a change of one side: consumers read the
// contract, and the provider who is connected.
var sequence = []string{"consumer", "provider"}

// change goes to other configurations, and says why where a preview refuses.
func (l *live) change(provider, consumer picks) (refusal error) {
	l.watched = slices.DeleteFunc(l.candidates("consumer"), func(w watchedClient) bool {
		return !allowed(w, l.provider, l.consumer) || !allowed(w, provider, consumer) || anotherVPC(l.consumer, consumer)
	})
	l.what = said(providerChoices, l.provider, provider) + " | " + said(consumerChoices, l.consumer, consumer)
	files := map[string]string{
		"provider": provider.file(l.t, "provider", "111111111111", providerChoices),
		"consumer": consumer.file(l.t, "consumer", "222222222222", consumerChoices),
	}
	l.lost = nil
	l.watching.Store(true)
	defer l.watching.Store(false)
	if refusal = l.step("provider", files["provider"]); refusal == nil {
		l.provider = provider
		for _, stack := range sequence {
			text := files[stack]
			if refused := l.step(stack, text); refused != nil && stack == "consumer" {
				refusal = refused
				rewrite(l.t, l.s, "consumer", l.consumer.file(l.t, "consumer", "222222222222", consumerChoices))
				continue
			} else {
				require.NoError(l.t, refused, l.what)
			}
			if stack == "consumer" {
				l.consumer = consumer
			}
		}
	} else {
		rewrite(l.t, l.s, "provider", l.provider.file(l.t, "provider", "111111111111", providerChoices))
	}
	l.poll("the end")
	require.Empty(l.t, l.lost, l.what)
	return refusal
}

// TestChangesOfALiveService: of two valid configurations the second is refused by a
// preview, with a sentence and before anything changes, or deployed; and every client that
// both allow reaches the service throughout.
func TestChangesOfALiveService(t *testing.T) {
	t.Parallel()
	base, root := liveBase(t)
	type change struct {
		name string
		make func(*live)
	}
	var changes []change
	for _, k := range kinds {
		changes = append(changes, change{k.name, func(l *live) { l.make(k.moves) }})
	}
	for pair := range *changePairs {
		seed := *changeSeed + pair
		changes = append(changes, change{strconv.Itoa(seed), func(l *live) { l.makeDrawn(seed) }})
	}
	for _, c := range thrift.Sample(t, 1, changes) {
		t.Run(c.name, func(t *testing.T) { c.make(openLive(t, base, root)) })
	}
}

// makeDrawn makes two changes, one after the other, that a seed draws.
func (l *live) makeDrawn(seed int) {
	for range 2 {
		provider, consumer := changed(l.provider, providerChoices).Example(seed), changed(l.consumer, consumerChoices).Example(seed)
		if seed%3 != 0 {
			consumer = l.consumer
		} else if seed%2 != 0 {
			provider = l.provider
		}
		if refusal := l.change(provider, consumer); refusal != nil {
			l.t.Logf("%s\n  refused: %v", l.what, refusal)
		} else {
			l.t.Logf("%s\n  carried out, %d clients", l.what, len(l.watched))
		}
		seed += 1 << 20
	}
}
