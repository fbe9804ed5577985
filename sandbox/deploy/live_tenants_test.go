package deploy

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/tenantedits"
	"fargate-privatelink/internal/thrift"
	"fargate-privatelink/sandbox/vnet"
	"fargate-privatelink/sandbox/world"
)

var (
	editRuns = flag.Int("edit-runs", 2, "how many sequences of edits TestTenantEditsOfALiveService makes")
	editSeed = flag.Int("edit-seed", 1, "which one it makes first")
)

// deployedEdits is a configuration to go to, after edits.
type deployedEdits struct {
	edits     []string
	document  string
	resources map[string][]string
	// endpoints are those that there are by then, with their accounts.
	endpoints map[string]string
}

// theStack is the consumer's stack, and stacksEndpoint its endpoint as the model calls it.
const theStack, stacksEndpoint = "consumer", "vpce-00000000"

// editPlans draw configurations to go through, from two tenants, who are both connected by
// the second, to none.
var editPlans = rapid.Custom(func(t *rapid.T) (plan []deployedEdits) {
	m := tenantedits.New()
	m.Fixed = true
	m.Stacks[theStack] = &tenantedits.Stack{Account: "222222222222", Endpoints: []string{stacksEndpoint}}
	m.Tenants["acme"] = &tenantedits.Tenant{Accounts: []string{"222222222222"}, ConsumerStacks: []string{theStack}}
	m.Tenants["globex"] = &tenantedits.Tenant{Accounts: []string{"333333333333", "444444444444"}}
	deploy := func(edits ...string) {
		document, err := m.Document()
		require.NoError(t, err)
		plan = append(plan, deployedEdits{edits, document, m.Resources(), maps.Clone(m.Endpoints)})
		m.Deploy()
	}
	deploy("the first")
	const second = "vpce-0000000f"
	m.Endpoints[second], m.Tenants["globex"].EndpointIds = "333333333333", []string{second}
	deploy("accept: globex")
	for range 3 {
		var edits []string
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			edits = append(edits, m.Edit(t))
		}
		deploy(edits...)
	}
	m.Tenants = map[string]*tenantedits.Tenant{}
	deploy("remove all")
	return plan
})

// liveTenants is a service with the open connections of tenants.
type liveTenants struct {
	t       require.TestingT
	ctx     context.Context
	s       *Sandbox
	n       *vnet.Network
	service string            // its name
	ids     map[string]string // of endpoints, by what the model calls them
	clients map[string]vnet.Client
	names   map[string]string // to connect to, likewise
	open    map[string]*openConnection
	owners  map[string]string // the accounts of those that were made without a stack
	byHand  map[Orphan]bool   // what consumers made without a stack

	watched  []string // the endpoints that configurations before and after a change allow
	watching atomic.Bool
	lost     []string
}

// openConnection is one that stays open.
type openConnection struct {
	net.Conn
	in *bufio.Reader
}

// carries sends a request and reads the whole answer.
func (c *openConnection) carries() error {
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: web\r\n\r\n"); err != nil {
		return err
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// openTenants opens a copy of a deployed base.
func openTenants(t *testing.T) *liveTenants {
	base, root := liveBase(t)
	l := openLive(t, base, root)
	lt := &liveTenants{
		t: t, ctx: t.Context(), s: l.s, n: l.n, ids: map[string]string{}, clients: map[string]vnet.Client{}, names: map[string]string{},
		open: map[string]*openConnection{}, owners: map[string]string{}, byHand: map[Orphan]bool{},
	}
	outputs, err := l.s.Outputs(t.Context(), "provider")
	require.NoError(t, err)
	lt.service = outputs["serviceName"].(string)
	candidate := l.candidates(theStack)[0]
	consumer, err := l.s.Outputs(t.Context(), theStack)
	require.NoError(t, err)
	lt.ids[stacksEndpoint] = consumer["endpointId"].(string)
	lt.clients[stacksEndpoint], lt.names[stacksEndpoint] = candidate.client, candidate.address
	lt.s.World.Inject(world.Fault{Kind: world.FaultFail, Only: func(op world.Operation) bool {
		if lt.watching.Load() {
			lt.poll(op.String())
		}
		return false
	}})
	return lt
}

// poll tries the connections that have to last.
func (l *liveTenants) poll(when string) {
	for _, id := range l.watched {
		// Which also ends what is not carried any more.
		paths, err := l.n.Trace(l.ctx, l.clients[id], "tcp", l.names[id])
		if err == nil && len(paths) > 0 && paths[0].Stopped() != nil {
			err = fmt.Errorf("%s", paths[0].Summary())
		}
		if err == nil {
			err = l.open[id].carries()
		}
		if err != nil {
			l.lost = append(l.lost, fmt.Sprintf("before %s: %s: %v", when, id, err))
		}
	}
}

// session is of an account that uses no stack.
func (l *liveTenants) session(account string) *world.Session {
	return &world.Session{World: l.s.World, Caller: world.Caller{Account: account, Region: "us-east-1"}}
}

func (l *liveTenants) byAccount(account, token string, inputs world.Props) world.Props {
	outputs, err := makeResource(l.session(account), token, inputs)
	require.NoError(l.t, err)
	return outputs
}

// make makes an endpoint as another company does.
func (l *liveTenants) make(id, account string) {
	vpc := l.byAccount(account, world.TokenVPC, world.Props{"cidrBlock": "10.21.0.0/16", "enableDnsHostnames": true}).Str("id")
	var zone string
	require.NoError(l.t, l.s.World.View(func(tx *world.Tx) error {
		service, _ := tx.EndpointServiceNamed(l.service)
		zone = service.ZoneIDs[0]
		return nil
	}))
	subnet := l.byAccount(account, world.TokenSubnet, world.Props{"vpcId": vpc, "cidrBlock": "10.21.0.0/24", "availabilityZoneId": zone}).Str("id")
	endpoint := l.byAccount(account, world.TokenEndpoint, world.Props{
		"vpcId": vpc, "vpcEndpointType": "Interface", "serviceName": l.service, "subnetIds": []any{subnet},
	})
	l.ids[id], l.owners[id] = endpoint.Str("id"), account
	require.NoError(l.t, l.s.World.View(func(tx *world.Tx) error {
		e, _ := tx.Endpoint(l.ids[id])
		l.names[id] = net.JoinHostPort(e.DNSNames[0], "80")
		l.clients[id] = vnet.Client{Label: id, VpcID: vpc, Address: netip.MustParseAddr("10.21.0.200"), SecurityGroupIDs: e.SecurityGroupIDs}
		return nil
	}))
	orphans, err := l.s.Orphans(l.ctx)
	require.NoError(l.t, err)
	for _, o := range orphans {
		l.byHand[o] = true
	}
}

// real is a text of the model's with the endpoints' real IDs.
func (l *liveTenants) real(text string) string {
	for id, real := range l.ids {
		text = strings.ReplaceAll(text, id, real)
	}
	return text
}

// touched says what a step does to the tenants' resources, or to another, as the model calls
// it; "" where it changes nothing.
func touched(step Step) string {
	if slices.Contains(harmless, step.Op) {
		return ""
	}
	state := cmp.Or(step.Metadata.New, step.Metadata.Old)
	switch principal, endpoint := state.Inputs["principalArn"], state.Inputs["vpcEndpointId"]; {
	case principal != nil:
		return step.Op + " " + tenantedits.Principal + principal.(string)
	case endpoint != nil:
		return step.Op + " " + tenantedits.Endpoint + endpoint.(string)
	}
	return step.Op + " " + step.Type + " " + step.Name
}

// wanted are the steps between what tenants come to.
func (l *liveTenants) wanted(was, is map[string][]string) []string {
	steps := []string{}
	only := func(op string, these, those map[string][]string) {
		for key := range these {
			if _, both := those[key]; !both && !strings.HasPrefix(key, tenantedits.Reference) {
				steps = append(steps, op+" "+l.real(key))
			}
		}
	}
	only("delete", was, is)
	only("create", is, was)
	slices.Sort(steps)
	return steps
}

// endpoints are those among resources.
func endpointsOf(resources map[string][]string) (ids []string) {
	for key := range resources {
		if id, is := strings.CutPrefix(key, tenantedits.Endpoint); is {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// change goes from one configuration to another; the first comes from the base, which is
// another in more than its tenants.
func (l *liveTenants) change(was, is deployedEdits) {
	for _, id := range slices.Sorted(maps.Keys(is.endpoints)) {
		if l.ids[id] == "" {
			l.make(id, is.endpoints[id])
		}
	}
	var object map[string]any
	require.NoError(l.t, json.Unmarshal([]byte(l.real(is.document)), &object))
	rewrite(l.t, l.s, "provider", stackFile(l.t, "provider", "111111111111", object))

	now := endpointsOf(is.resources)
	if was.resources == nil {
		_, err := l.s.Up(l.ctx, "provider", nil, nil)
		require.NoError(l.t, err)
		l.connected(now)
		return
	}
	l.watched = slices.DeleteFunc(endpointsOf(was.resources), func(id string) bool { return !slices.Contains(now, id) })
	l.lost = nil
	l.watching.Store(true)
	previewed, done := []string{}, []string{}
	note := func(steps *[]string, finished bool) Watch {
		return func(step Step) {
			if what := touched(step); what != "" && step.Done == finished {
				*steps = append(*steps, what)
			}
		}
	}
	_, err := l.s.Preview(l.ctx, "provider", note(&previewed, false), false, nil)
	require.NoError(l.t, err)
	_, err = l.s.Up(l.ctx, "provider", note(&done, true), nil)
	require.NoError(l.t, err)
	l.poll("the end")
	l.watching.Store(false)
	require.Empty(l.t, l.lost, "connections that both configurations allow")

	l.rejectedFirst(was.resources, done)
	slices.Sort(previewed)
	require.Equal(l.t, l.wanted(was.resources, is.resources), previewed, "the preview shows the tenants that were edited")
	slices.Sort(done)
	require.Equal(l.t, previewed, done, "the update does what the preview showed")
	l.connected(now)
}

// rejectedFirst requires that an endpoint is rejected before a permission goes that it may be of.
func (l *liveTenants) rejectedFirst(was map[string][]string, done []string) {
	for key, principals := range was {
		rejected := slices.Index(done, "delete "+l.real(key))
		for _, principal := range principals {
			if gone := slices.Index(done, "delete "+principal); rejected >= 0 && gone >= 0 {
				require.Less(l.t, rejected, gone, "%s, then %s", key, principal)
			}
		}
	}
}

// connected requires that those endpoints are connected and no others, and opens and ends
// connections as clients do.
func (l *liveTenants) connected(now []string) {
	for _, id := range slices.Sorted(maps.Keys(l.ids)) {
		var state string
		require.NoError(l.t, l.s.World.View(func(tx *world.Tx) error {
			e, _ := tx.Endpoint(l.ids[id])
			state = e.State
			return nil
		}))
		conn, err := l.n.Dial(l.ctx, l.clients[id], "tcp", l.names[id])
		if !slices.Contains(now, id) {
			require.NotEqual(l.t, world.StateAvailable, state, id)
			require.Error(l.t, err, id)
			if old := l.open[id]; old != nil {
				require.Error(l.t, old.carries(), "%s still carries", id)
				delete(l.open, id)
			}
			continue
		}
		require.Equal(l.t, world.StateAvailable, state, id)
		require.NoError(l.t, err, id)
		if l.open[id] != nil {
			require.NoError(l.t, conn.Close())
			continue
		}
		l.open[id] = &openConnection{conn, bufio.NewReader(conn)}
		require.NoError(l.t, l.open[id].carries(), id)
	}
}

// leave destroys everything: the consumers first, as docs/destroying.md says.
func (l *liveTenants) leave() {
	for _, conn := range l.open {
		require.NoError(l.t, conn.Close())
	}
	_, err := l.s.Destroy(l.ctx, theStack, nil, nil)
	require.NoError(l.t, err)
	for id, account := range l.owners {
		require.NoError(l.t, l.session(account).Delete(world.TokenEndpoint, l.ids[id]))
	}
	_, err = l.s.Destroy(l.ctx, "provider", nil, nil)
	require.NoError(l.t, err)
	left, err := l.s.Orphans(l.ctx)
	require.NoError(l.t, err)
	require.Empty(l.t, slices.DeleteFunc(left, func(o Orphan) bool { return l.byHand[o] }))
}

// recorder keeps what fails, and ends what it fails in.
type recorder struct{ said string }

func (r *recorder) Errorf(format string, args ...any) { r.said += fmt.Sprintf(format, args...) }
func (r *recorder) FailNow()                          { panic(r) }

// try goes through a plan, and says what fails, "" where nothing does.
func try(t *testing.T, plan []deployedEdits) (said string) {
	l := openTenants(t)
	r := &recorder{}
	l.t = r
	defer func() {
		if failed := recover(); failed != nil && failed != any(r) {
			panic(failed)
		}
		said = r.said
	}()
	was := deployedEdits{}
	for _, is := range plan {
		l.change(was, is)
		was = is
	}
	l.leave()
	return ""
}

// smallest leaves out of a plan that fails what it fails without.
func smallest(t *testing.T, plan []deployedEdits, said string) ([]deployedEdits, string) {
	for i := len(plan) - 1; i > 0; i-- {
		without := slices.Delete(slices.Clone(plan), i, i+1)
		// Without a permission an endpoint can't be made.
		if failed := try(t, without); failed != "" && !strings.Contains(failed, "InvalidServiceName") {
			plan, said = without, failed
		}
	}
	return plan, said
}

// TestTenantEditsOfALiveService: whatever is done to tenants, with their consumers
// connected, a preview shows those tenants alone, the update does what it showed, and
// connections that the configuration still allows carry on, while those that it doesn't
// are ended, and nothing is left in the end.
func TestTenantEditsOfALiveService(t *testing.T) {
	t.Parallel()
	seeds := make([]int, *editRuns)
	for i := range seeds {
		seeds[i] = *editSeed + i
	}
	for _, seed := range thrift.Sample(t, 1, seeds) {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			plan := editPlans.Example(seed)
			for _, is := range plan {
				t.Logf("%s: %d endpoints", strings.Join(is.edits, "; "), len(endpointsOf(is.resources)))
			}
			said := try(t, plan)
			if said == "" {
				return
			}
			plan, said = smallest(t, plan, said)
			for i, is := range plan {
				t.Logf("%d. %s\n   %s", i, strings.Join(is.edits, "; "), is.document)
			}
			t.Fatal(said)
		})
	}
}
