package world

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	providerAccount = "111111111111"
	consumerAccount = "222222222222"
	testRegion      = "us-east-1"
)

func newWorld(t testing.TB) *World {
	t.Helper()
	w, err := Open(filepath.Join(t.TempDir(), "world.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func session(w *World, account, region string) *Session {
	return &Session{World: w, Caller: Caller{Account: account, Region: region}}
}

// create checks and creates a resource as the engine does. Its physical name,
// where it has one, is the logical one.
func create(s *Session, name, token string, inputs Props) (id string, outputs Props, err error) {
	checked, problems := s.Check(token, nil, inputs, func(int) (string, error) { return name, nil })
	if len(problems) > 0 {
		return "", nil, problems[0]
	}
	return s.Create(token, checked)
}

// update checks a change of some inputs and makes it.
func update(s *Session, token, id string, changes Props) (Props, error) {
	old, err := s.Inputs(token, id)
	if err != nil {
		return nil, err
	}
	inputs := undefaulted(map[string]any(old.Clone())).(map[string]any)
	for k, v := range changes {
		if inputs[k] = v; v == nil {
			delete(inputs, k)
		}
	}
	checked, problems := s.Check(token, old, inputs, func(int) (string, error) { return old.Str("name"), nil })
	if len(problems) > 0 {
		return nil, problems[0]
	}
	return s.Update(token, id, checked)
}

// stage is a world in which both sides are deployed: a service in one account
// and a consumer of it in another, under the logical names of deployStage.
type stage struct {
	t                  testing.TB
	w                  *World
	provider, consumer *Session
	names              []string // in the order of creation
	ids, tokens        map[string]string
	owners             map[string]*Session
}

var (
	stageOnce sync.Once
	stageFile []byte
	stageIDs  *stage
)

// newStage opens a copy of the deployed world.
func newStage(t testing.TB) *stage {
	t.Helper()
	stageOnce.Do(func() { buildStage(t) })
	path := filepath.Join(t.TempDir(), "world.db")
	require.NoError(t, os.WriteFile(path, stageFile, 0o600))
	w, err := Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	st := emptyStage(t, w)
	st.names, st.ids, st.tokens = slices.Clone(stageIDs.names), maps.Clone(stageIDs.ids), maps.Clone(stageIDs.tokens)
	for name, owner := range stageIDs.owners {
		st.owners[name] = st.provider
		if owner == stageIDs.consumer {
			st.owners[name] = st.consumer
		}
	}
	return st
}

func buildStage(t testing.TB) {
	path := filepath.Join(t.TempDir(), "stage.db")
	w, err := Open(path)
	require.NoError(t, err)
	stageIDs = emptyStage(t, w)
	stageIDs.deployProvider()
	stageIDs.deployConsumer()
	stageIDs.make(stageIDs.provider, "accepter", TokenConnectionAccepter, Props{
		"vpcEndpointServiceId": stageIDs.id("pls"), "vpcEndpointId": stageIDs.id("endpoint"),
	})
	require.NoError(t, w.Close())
	stageFile, err = os.ReadFile(path)
	require.NoError(t, err)
}

func emptyStage(t testing.TB, w *World) *stage {
	return &stage{
		t: t, w: w,
		provider: session(w, providerAccount, testRegion), consumer: session(w, consumerAccount, testRegion),
		ids: map[string]string{}, tokens: map[string]string{}, owners: map[string]*Session{},
	}
}

func (st *stage) id(name string) string {
	st.t.Helper()
	require.Contains(st.t, st.ids, name)
	return st.ids[name]
}

// make creates a resource that has to come about, and returns its id.
func (st *stage) make(s *Session, name, token string, inputs Props) string {
	st.t.Helper()
	id, _, err := create(s, name, token, inputs)
	require.NoError(st.t, err, "create %s", name)
	st.names = append(st.names, name)
	st.ids[name], st.tokens[name], st.owners[name] = id, token, s
	return id
}

// try creates a resource in the provider's account that is to be refused.
func (st *stage) try(token string, inputs Props) error {
	_, _, err := create(st.provider, "tried", token, inputs)
	return err
}

// change updates a resource by its logical name.
func (st *stage) change(name string, changes Props) error {
	_, err := update(st.owners[name], st.tokens[name], st.id(name), changes)
	return err
}

// remove deletes a resource by its logical name.
// planned is what a preview shows of changes of some inputs.
func (st *stage) planned(name string, changes Props) []Change {
	old, err := st.owners[name].Inputs(st.tokens[name], st.id(name))
	require.NoError(st.t, err)
	found, _, err := st.owners[name].Diff(st.tokens[name], st.id(name), old, st.show(name), over(old, changes))
	require.NoError(st.t, err)
	return found
}

func (st *stage) remove(name string) error {
	return st.owners[name].Delete(st.tokens[name], st.id(name))
}

// show reads a resource's outputs by its logical name.
func (st *stage) show(name string) Props {
	st.t.Helper()
	out, err := st.owners[name].Read(st.tokens[name], st.id(name))
	require.NoError(st.t, err, "read %s", name)
	return out
}

// removeAll deletes everything in the reverse order of creation.
func (st *stage) removeAll() {
	st.t.Helper()
	for _, name := range slices.Backward(st.names) {
		require.NoError(st.t, st.remove(name), "delete %s", name)
	}
}

func (st *stage) view(f func(tx *Tx)) {
	st.t.Helper()
	require.NoError(st.t, st.w.View(func(tx *Tx) error {
		f(tx)
		return nil
	}))
}

// list is a list property of strings.
func list(s ...string) []any { return anys(s) }

// deployProvider makes a VPC with a private and a public subnet in each of two
// zones, a NAT gateway, a load balancer with a listener, an ECS service of two
// tasks, and an endpoint service that allows the consumer.
func (st *stage) deployProvider() {
	p := st.provider
	vpc := st.make(p, "vpc", TokenVPC, Props{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true})
	igw := st.make(p, "igw", TokenInternetGateway, Props{"vpcId": vpc})
	for zone, cidr := range map[string]string{"az1": "10.0.1.0/24", "az2": "10.0.2.0/24"} {
		st.make(p, zone, TokenSubnet, Props{"vpcId": vpc, "cidrBlock": cidr, "availabilityZoneId": "use1-" + zone})
	}
	public := st.make(p, "public", TokenSubnet, Props{"vpcId": vpc, "cidrBlock": "10.0.9.0/24", "availabilityZoneId": "use1-az1"})
	st.routeOut(p, "public", vpc, list(public), Props{"gatewayId": igw})
	eip := st.make(p, "eip", TokenEIP, Props{"domain": "vpc"})
	nat := st.make(p, "nat", TokenNATGateway, Props{"allocationId": eip, "subnetId": public})
	st.routeOut(p, "private", vpc, list(st.id("az1"), st.id("az2")), Props{"natGatewayId": nat})
	st.deployBalancer(vpc)
	st.deployTasks(vpc)
	pls := st.make(p, "pls", TokenEndpointService, Props{
		"acceptanceRequired": true, "networkLoadBalancerArns": list(st.id("lb")),
	})
	st.make(p, "principal", TokenAllowedPrincipal, Props{
		"vpcEndpointServiceId": pls, "principalArn": "arn:aws:iam::" + consumerAccount + ":root",
	})
}

// routeOut makes a route table with a default route for the subnets.
func (st *stage) routeOut(s *Session, name, vpc string, subnets []any, target Props) {
	table := st.make(s, name+"-table", TokenRouteTable, Props{"vpcId": vpc})
	route := Props{"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0"}
	maps.Copy(route, target)
	st.make(s, name+"-route", TokenRoute, route)
	for i, subnet := range subnets {
		st.make(s, name+"-association-"+string(rune('1'+i)), TokenRouteTableAssociation, Props{"routeTableId": table, "subnetId": subnet})
	}
}

func (st *stage) deployBalancer(vpc string) {
	p := st.provider
	lbGroup := st.make(p, "lb-group", TokenSecurityGroup, Props{"vpcId": vpc})
	taskGroup := st.make(p, "task-group", TokenSecurityGroup, Props{"vpcId": vpc})
	st.make(p, "lb-egress", TokenEgressRule, Props{
		"securityGroupId": lbGroup, "referencedSecurityGroupId": taskGroup, "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0,
	})
	st.make(p, "task-ingress", TokenIngressRule, Props{
		"securityGroupId": taskGroup, "referencedSecurityGroupId": lbGroup, "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0,
	})
	st.make(p, "task-egress", TokenEgressRule, Props{
		"securityGroupId": taskGroup, "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
	})
	lb := st.make(p, "lb", TokenLoadBalancer, Props{
		"internal": true, "loadBalancerType": "network", "subnets": list(st.id("az1"), st.id("az2")),
		"securityGroups": list(lbGroup), "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off",
	})
	tg := st.make(p, "tg", TokenTargetGroup, targetGroupInputs(vpc))
	st.make(p, "listener", TokenListener, listenerInputs(lb, tg, 80))
}

func targetGroupInputs(vpc string) Props {
	return Props{"vpcId": vpc, "port": 80.0, "protocol": "TCP", "targetType": "ip", "healthCheck": map[string]any{
		"protocol": "TCP", "interval": 10.0, "healthyThreshold": 2.0, "unhealthyThreshold": 2.0,
	}}
}

func listenerInputs(lb, tg string, port float64) Props {
	return Props{
		"loadBalancerArn": lb, "port": port, "protocol": "TCP",
		"defaultActions": []any{map[string]any{"type": "forward", "targetGroupArn": tg}},
	}
}

const (
	taskTrust  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	taskRights = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
)

func (st *stage) deployTasks(vpc string) {
	p := st.provider
	st.make(p, "logs", TokenLogGroup, Props{"retentionInDays": 14.0})
	role := st.make(p, "exec-role", TokenRole, Props{"assumeRolePolicy": taskTrust})
	st.make(p, "attachment", TokenPolicyAttachment, Props{"role": role, "policyArn": taskRights})
	cluster := st.make(p, "cluster", TokenCluster, Props{})
	st.make(p, "task", TokenTaskDefinition, taskInputs("nginx:alpine"))
	st.make(p, "service", TokenService, st.serviceInputs(cluster, "web", Props{"waitForSteadyState": true}))
}

func taskInputs(image string) Props {
	return Props{
		"family": "web", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
		"requiresCompatibilities": list("FARGATE"),
		"executionRoleArn":        "arn:aws:iam::" + providerAccount + ":role/exec-role",
		"containerDefinitions": `[{"name":"web","image":"` + image + `","portMappings":[{"containerPort":80}],
			"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"logs","awslogs-region":"us-east-1","awslogs-stream-prefix":"web"}}}]`,
	}
}

func (st *stage) serviceInputs(cluster, task string, more Props) Props {
	out := Props{
		"cluster": cluster, "taskDefinition": task, "desiredCount": 2.0, "launchType": "FARGATE",
		"networkConfiguration": map[string]any{
			"subnets": list(st.id("az1"), st.id("az2")), "securityGroups": list(st.id("task-group")),
		},
		"loadBalancers": []any{map[string]any{
			"targetGroupArn": st.id("tg"), "containerName": "web", "containerPort": 80.0,
		}},
	}
	maps.Copy(out, more)
	return out
}

// deployConsumer makes a VPC with a subnet in each of three zones, of which the
// service has two, and an endpoint that clients of the VPC may use.
func (st *stage) deployConsumer() {
	c := st.consumer
	vpc := st.make(c, "c-vpc", TokenVPC, Props{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true})
	for zone, cidr := range map[string]string{"az1": "10.0.1.0/24", "az2": "10.0.2.0/24", "az3": "10.0.3.0/24"} {
		st.make(c, "c-"+zone, TokenSubnet, Props{"vpcId": vpc, "cidrBlock": cidr, "availabilityZoneId": "use1-" + zone})
	}
	group := st.make(c, "c-group", TokenSecurityGroup, Props{"vpcId": vpc})
	st.make(c, "c-ingress", TokenIngressRule, Props{
		"securityGroupId": group, "cidrIpv4": "10.0.0.0/16", "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0,
	})
	st.make(c, "endpoint", TokenEndpoint, st.endpointInputs(nil))
}

func (st *stage) endpointInputs(more Props) Props {
	out := Props{
		"vpcId": st.id("c-vpc"), "vpcEndpointType": "Interface", "serviceName": st.show("pls").Str("serviceName"),
		"subnetIds": list(st.id("c-az1"), st.id("c-az2")), "securityGroupIds": list(st.id("c-group")),
	}
	for k, v := range more {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}
