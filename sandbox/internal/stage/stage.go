// Package stage is a deployed world for tests: a provider and two tenants.
package stage

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

const (
	// Provider is the provider's account.
	Provider = "111111111111"
	// Region is the one that everything is in.
	Region = "us-east-1"
)

// The types that the stage is made of.
const (
	VPC                   = world.TokenVPC
	Subnet                = world.TokenSubnet
	InternetGateway       = world.TokenInternetGateway
	RouteTable            = world.TokenRouteTable
	Route                 = world.TokenRoute
	RouteTableAssociation = world.TokenRouteTableAssociation
	SecurityGroup         = world.TokenSecurityGroup
	IngressRule           = world.TokenIngressRule
	EgressRule            = world.TokenEgressRule
	LoadBalancer          = world.TokenLoadBalancer
	TargetGroup           = world.TokenTargetGroup
	Listener              = world.TokenListener
	LogGroup              = world.TokenLogGroup
	Role                  = world.TokenRole
	RolePolicyAttachment  = world.TokenPolicyAttachment
	Cluster               = world.TokenCluster
	TaskDefinition        = world.TokenTaskDefinition
	Service               = world.TokenService
	EndpointService       = world.TokenEndpointService
	AllowedPrincipal      = world.TokenAllowedPrincipal
	ConnectionAccepter    = world.TokenConnectionAccepter
	Endpoint              = world.TokenEndpoint
)

// Tenants are the consumers' accounts, by the prefix of their resources' names.
var Tenants = map[string]string{"a": "222222222222", "b": "333333333333"}

// Stage is a world with a provider and two tenants, all three with the same
// CIDR block. Resources have logical names; a tenant's begin with its prefix.
type Stage struct {
	// T is the test.
	T testing.TB
	// World is the world.
	World *world.World
	// IDs are the resources' ids by their logical names.
	IDs    map[string]string
	tokens map[string]string
	owners map[string]world.Caller
}

var built = sync.OnceValues(func() ([]byte, *Stage) {
	dir, err := os.MkdirTemp("", "vnet-stage-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "world.db")
	w, err := world.Open(path)
	if err != nil {
		panic(err)
	}
	s := &Stage{World: w, IDs: map[string]string{}, tokens: map[string]string{}, owners: map[string]world.Caller{}}
	s.deployProvider()
	for _, prefix := range slices.Sorted(maps.Keys(Tenants)) {
		s.deployTenant(prefix)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return file, s
})

// New opens a copy of the deployed world.
func New(t testing.TB) *Stage {
	t.Helper()
	file, proto := built()
	path := filepath.Join(t.TempDir(), "world.db")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	w, err := world.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	return &Stage{T: t, World: w, IDs: maps.Clone(proto.IDs), tokens: maps.Clone(proto.tokens), owners: maps.Clone(proto.owners)}
}

func (s *Stage) session(c world.Caller) *world.Session {
	return &world.Session{World: s.World, Caller: c}
}

// Make creates a resource in an account under a logical name, and returns its
// id. It panics where that is refused.
func (s *Stage) Make(account, name, token string, inputs world.Props) string {
	return s.MakeIn(Region, account, name, token, inputs)
}

// MakeIn is Make in another Region.
func (s *Stage) MakeIn(region, account, name, token string, inputs world.Props) string {
	if err := s.try(world.Caller{Account: account, Region: region}, name, token, inputs); err != nil {
		panic(name + ": " + err.Error())
	}
	return s.IDs[name]
}

// Refused requires that AWS refuses to make a resource, and returns what it says.
func (s *Stage) Refused(account, name, token string, inputs world.Props) string {
	s.T.Helper()
	err := s.try(world.Caller{Account: account, Region: Region}, name, token, inputs)
	require.Error(s.T, err, name)
	return err.Error()
}

func (s *Stage) try(c world.Caller, name, token string, inputs world.Props) error {
	session := s.session(c)
	checked, problems := session.Check(token, nil, inputs, func(int) (string, error) { return name, nil })
	if len(problems) > 0 {
		return problems[0]
	}
	id, _, err := session.Create(token, checked)
	if err == nil {
		s.IDs[name], s.tokens[name], s.owners[name] = id, token, c
	}
	return err
}

// Change updates some inputs of a resource; nil removes one.
func (s *Stage) Change(name string, changes world.Props) {
	s.T.Helper()
	session, token := s.session(s.owners[name]), s.tokens[name]
	old, err := session.Inputs(token, s.IDs[name])
	require.NoError(s.T, err)
	inputs := plain(map[string]any(old.Clone())).(map[string]any)
	for k, v := range changes {
		if inputs[k] = v; v == nil {
			delete(inputs, k)
		}
	}
	checked, problems := session.Check(token, old, inputs, func(int) (string, error) { return old.Str("name"), nil })
	require.Empty(s.T, problems)
	_, err = session.Update(token, s.IDs[name], checked)
	require.NoError(s.T, err)
}

// plain drops the notes on defaults that checked inputs have.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			if k != "__defaults" {
				out[k] = plain(e)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	}
	return v
}

// Remove deletes resources in the given order.
func (s *Stage) Remove(names ...string) {
	s.T.Helper()
	for _, name := range names {
		require.Contains(s.T, s.IDs, name)
		require.NoError(s.T, s.session(s.owners[name]).Delete(s.tokens[name], s.IDs[name]))
	}
}

// Record changes what is stored, for states that AWS's own controllers bring
// about or that the types don't reach.
func (s *Stage) Record(name string, change func(*world.Record)) {
	s.T.Helper()
	require.NoError(s.T, s.World.Update(func(tx *world.Tx) error {
		r := tx.Get(s.tokens[name], s.IDs[name])
		change(r)
		tx.Put(r)
		return nil
	}))
}

// Output reads one of a resource's outputs.
func (s *Stage) Output(name, property string) string {
	out, err := s.session(s.owners[name]).Read(s.tokens[name], s.IDs[name])
	if err != nil {
		panic(err)
	}
	return out.Str(property)
}

// List is a list property of strings.
func List(items ...string) []any {
	out := make([]any, len(items))
	for i, v := range items {
		out[i] = v
	}
	return out
}

const taskTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// Containers is a task definition's container, with a command that nobody runs here.
func Containers(ports string) string {
	return `[{"name":"web","image":"nginx:alpine","essential":true,"command":["nginx"],
		"environment":[{"name":"COLOUR","value":"blue"}],"portMappings":[` + ports + `],
		"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"logs","awslogs-region":"us-east-1","awslogs-stream-prefix":"web"}}}]`
}

// deployProvider makes a VPC in three zones, a load balancer in two of them, a
// service with a task in each of the two, and an endpoint service.
func (s *Stage) deployProvider() {
	const p = Provider
	vpc := s.Make(p, "vpc", VPC, world.Props{"cidrBlock": "10.0.0.0/16"})
	igw := s.Make(p, "igw", InternetGateway, world.Props{"vpcId": vpc})
	table := s.Make(p, "table", RouteTable, world.Props{"vpcId": vpc})
	s.Make(p, "route", Route, world.Props{"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": igw})
	for _, zone := range []string{"1", "2", "3"} {
		subnet := s.Make(p, "az"+zone, Subnet, world.Props{
			"vpcId": vpc, "cidrBlock": "10.0." + zone + ".0/24", "availabilityZoneId": "use1-az" + zone,
		})
		s.Make(p, "association"+zone, RouteTableAssociation, world.Props{"routeTableId": table, "subnetId": subnet})
	}
	lbGroup := s.Make(p, "lb-group", SecurityGroup, world.Props{"vpcId": vpc})
	taskGroup := s.Make(p, "task-group", SecurityGroup, world.Props{"vpcId": vpc})
	s.Make(p, "lb-egress", EgressRule, Rule(lbGroup, 80, "referencedSecurityGroupId", taskGroup))
	s.Make(p, "task-ingress", IngressRule, Rule(taskGroup, 80, "referencedSecurityGroupId", lbGroup))
	s.Make(p, "task-egress", EgressRule, Rule(taskGroup, 443, "cidrIpv4", "0.0.0.0/0"))
	lb := s.Make(p, "lb", LoadBalancer, world.Props{
		"internal": true, "loadBalancerType": "network", "subnets": List(s.IDs["az1"], s.IDs["az2"]),
		"securityGroups": List(lbGroup), "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off",
	})
	targets := s.Make(p, "targets", TargetGroup, world.Props{
		"vpcId": vpc, "port": 80.0, "protocol": "TCP", "targetType": "ip", "healthCheck": TCPCheck(),
	})
	s.Make(p, "listener", Listener, world.Props{
		"loadBalancerArn": lb, "port": 80.0, "protocol": "TCP", "defaultActions": forward(targets),
	})
	s.deployService(vpc)
	offer := s.Make(p, "offer", EndpointService, world.Props{"acceptanceRequired": true, "networkLoadBalancerArns": List(lb)})
	for prefix, account := range Tenants {
		s.Make(p, prefix+"-principal", AllowedPrincipal, world.Props{
			"vpcEndpointServiceId": offer, "principalArn": "arn:aws:iam::" + account + ":root",
		})
	}
}

// Rule is a security group rule for one TCP port, whose peer is an input's value.
func Rule(group string, port float64, peer, id string) world.Props {
	return world.Props{"securityGroupId": group, peer: id, "ipProtocol": "tcp", "fromPort": port, "toPort": port}
}

// TCPCheck is a health check by TCP.
func TCPCheck() map[string]any {
	return map[string]any{"protocol": "TCP", "interval": 10.0, "healthyThreshold": 2.0, "unhealthyThreshold": 2.0}
}

func forward(targetGroup string) []any {
	return []any{map[string]any{"type": "forward", "targetGroupArn": targetGroup}}
}

func (s *Stage) deployService(vpc string) {
	const p = Provider
	s.Make(p, "logs", LogGroup, world.Props{"retentionInDays": 14.0})
	role := s.Make(p, "role", Role, world.Props{"assumeRolePolicy": taskTrust})
	s.Make(p, "attachment", RolePolicyAttachment, world.Props{
		"role": role, "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
	})
	cluster := s.Make(p, "cluster", Cluster, world.Props{})
	s.Make(p, "definition", TaskDefinition, world.Props{
		"family": "web", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
		"requiresCompatibilities": List("FARGATE"), "executionRoleArn": "arn:aws:iam::" + p + ":role/role",
		"containerDefinitions": Containers(`{"containerPort":80}`),
	})
	s.Make(p, "service", Service, world.Props{
		"cluster": cluster, "taskDefinition": "web", "desiredCount": 2.0, "launchType": "FARGATE",
		"networkConfiguration": map[string]any{
			"subnets": List(s.IDs["az1"], s.IDs["az2"]), "securityGroups": List(s.IDs["task-group"]), "assignPublicIp": true,
		},
		"loadBalancers": []any{map[string]any{
			"targetGroupArn": s.IDs["targets"], "containerName": "web", "containerPort": 80.0,
		}},
	})
}

// deployTenant makes a consumer's VPC with the provider's own CIDR block, an
// endpoint in both of the service's zones, and has the provider accept it.
func (s *Stage) deployTenant(prefix string) {
	account := Tenants[prefix]
	name := func(n string) string { return prefix + "-" + n }
	vpc := s.Make(account, name("vpc"), VPC, world.Props{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true})
	for _, zone := range []string{"1", "2"} {
		s.Make(account, name("az"+zone), Subnet, world.Props{
			"vpcId": vpc, "cidrBlock": "10.0." + zone + ".0/24", "availabilityZoneId": "use1-az" + zone,
		})
	}
	group := s.Make(account, name("group"), SecurityGroup, world.Props{"vpcId": vpc})
	clients := s.Make(account, name("clients"), SecurityGroup, world.Props{"vpcId": vpc})
	s.Make(account, name("clients-egress"), EgressRule, world.Props{"securityGroupId": clients, "cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1"})
	s.Make(account, name("ingress"), IngressRule, Rule(group, 80, "cidrIpv4", "10.0.0.0/16"))
	endpoint := s.Make(account, name("endpoint"), Endpoint, world.Props{
		"vpcId": vpc, "vpcEndpointType": "Interface", "serviceName": s.Output("offer", "serviceName"),
		"subnetIds": List(s.IDs[name("az1")], s.IDs[name("az2")]), "securityGroupIds": List(group),
	})
	s.Make(Provider, name("accepter"), ConnectionAccepter, world.Props{
		"vpcEndpointServiceId": s.IDs["offer"], "vpcEndpointId": endpoint,
	})
}

// Names returns the DNS names of a tenant's endpoint: the regional one, then the
// zonal ones by AZ ID.
func (s *Stage) Names(prefix string) []string {
	var names []string
	_ = s.World.View(func(tx *world.Tx) error {
		e, _ := tx.Endpoint(s.IDs[prefix+"-endpoint"])
		names = e.DNSNames
		return nil
	})
	return names
}
