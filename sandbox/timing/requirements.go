package timing

import (
	"strings"

	"fargate-privatelink/sandbox/world"
)

// The types that AWS asks for an order between.
const (
	serviceType        = world.TokenService
	taskDefinitionType = world.TokenTaskDefinition
	listenerType       = world.TokenListener
	attachmentType     = world.TokenPolicyAttachment
	rolePolicyType     = world.TokenRolePolicy
	subnetType         = world.TokenSubnet
	routeType          = world.TokenRoute
	associationType    = world.TokenRouteTableAssociation
	natGatewayType     = world.TokenNATGateway
	gatewayType        = world.TokenInternetGateway
	endpointType       = world.TokenEndpoint
	ingressRuleType    = world.TokenIngressRule
	egressRuleType     = world.TokenEgressRule
)

// requirement is an order that AWS asks for although no value goes from the
// first resource to the second.
type requirement struct {
	// Token is the type of the resource that has to wait, First are those of what
	// it waits for.
	Token string
	First []string
	Says  string
	// Source is where that is written.
	Source string
	// Holds says whether it concerns these two.
	Holds func(g *graph, n, first *node) bool
}

var requirements = []requirement{
	{
		Token: serviceType, First: []string{listenerType},
		Says:   "an ECS service is refused while no listener forwards to its target group",
		Source: `Amazon ECS: "The target group … does not have an associated load balancer."`,
		Holds:  func(_ *graph, n, first *node) bool { return sharesText(n, first, ":targetgroup/") },
	},
	{
		Token: serviceType, First: []string{associationType},
		Says:   "a task uses the route table that its subnet is associated with when it starts",
		Source: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html",
		Holds:  func(_ *graph, n, first *node) bool { return has(n, first.input("subnetId")) },
	},
	{
		Token: serviceType, First: []string{routeType},
		Says:   "a task needs its subnet's route to pull its image",
		Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
		Holds:  func(g *graph, n, first *node) bool { return g.routesFrom(n, first) },
	},
	{
		Token: serviceType, First: []string{routeType, associationType},
		Says:   "a NAT gateway reaches the internet once its own subnet has its route there",
		Source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
		Holds:  leadsOutOfNat,
	},
	{
		Token: serviceType, First: []string{endpointType},
		Says:   "a task in a subnet without a way to the internet pulls its image through the VPC's endpoints",
		Source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
		Holds:  func(g *graph, n, first *node) bool { return g.inVpcOf(n, first.input("vpcId")) },
	},
	{
		Token: serviceType, First: []string{attachmentType, rolePolicyType},
		Says:   "a task starts with what its roles' policies allow by then, and its service is drained with them",
		Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html; pulumi-aws, ecs.Service: depend on the role's policy",
		Holds:  grantsTo,
	},
	{
		Token: serviceType, First: []string{ingressRuleType, egressRuleType},
		Says:   "a task's traffic, the pulling of its image and its health checks pass its security group's rules, the load balancer's and the endpoints'",
		Source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html; https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
		Holds:  admitsFor,
	},
	{
		Token: natGatewayType, First: []string{gatewayType},
		Says:   "a public NAT gateway is refused in a VPC without an internet gateway (Gateway.NotAttached)",
		Source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
		Holds:  func(g *graph, n, first *node) bool { return g.inVpcOf(n, first.input("vpcId")) },
	},
}

// required are the resources that AWS asks to be there before n.
func (g *graph) required(n *node) []*node {
	var out []*node
	for _, r := range requirements {
		if r.Token != n.token() {
			continue
		}
		for _, token := range r.First {
			for _, first := range g.of(token) {
				if r.Holds(g, n, first) {
					out = append(out, first)
				}
			}
		}
	}
	return out
}

// has says whether a string is among the inputs.
func has(n *node, s string) bool {
	for _, text := range n.texts {
		if s != "" && text == s {
			return true
		}
	}
	return false
}

// sharesText says whether two resources' inputs have a string in common that
// contains a part.
func sharesText(a, b *node, part string) bool {
	for _, text := range b.texts {
		if strings.Contains(text, part) && has(a, text) {
			return true
		}
	}
	return false
}

// routesFrom says whether a route is in the route table of one of n's subnets.
func (g *graph) routesFrom(n, route *node) bool {
	for _, a := range g.of(associationType) {
		if a.input("routeTableId") == route.input("routeTableId") && has(n, a.input("subnetId")) {
			return true
		}
	}
	return false
}

// leadsOutOfNat says whether a route or an association belongs to the subnet of a
// NAT gateway that one of n's routes leads to.
func leadsOutOfNat(g *graph, n, first *node) bool {
	for _, nat := range g.of(natGatewayType) {
		if !g.natOf(n, nat) {
			continue
		}
		if has(nat, first.input("subnetId")) || first.token() == routeType && g.routesFrom(nat, first) {
			return true
		}
	}
	return false
}

// natOf says whether one of n's routes leads to a NAT gateway.
func (g *graph) natOf(n, nat *node) bool {
	for _, r := range g.of(routeType) {
		if r.input("natGatewayId") == string(nat.ID) && g.routesFrom(n, r) {
			return true
		}
	}
	return false
}

// inVpcOf says whether n has a subnet in a VPC.
func (g *graph) inVpcOf(n *node, vpcID string) bool {
	for _, s := range g.of(subnetType) {
		if vpcID != "" && s.input("vpcId") == vpcID && has(n, string(s.ID)) {
			return true
		}
	}
	return false
}

// grantsTo says whether a policy is a role's of the service's task definition.
func grantsTo(g *graph, n, policy *node) bool {
	for _, d := range g.of(taskDefinitionType) {
		if !n.mentions(d) {
			continue
		}
		for _, role := range []string{d.input("executionRoleArn"), d.input("taskRoleArn")} {
			if strings.HasSuffix(role, "/"+policy.input("role")) {
				return true
			}
		}
	}
	return false
}

// admitsFor says whether a rule is of a security group that the service's tasks
// have, or refers to it, or is of one of their VPC's endpoints.
func admitsFor(g *graph, n, rule *node) bool {
	group := rule.input("securityGroupId")
	if has(n, group) || has(n, rule.input("referencedSecurityGroupId")) {
		return true
	}
	for _, e := range g.of(endpointType) {
		if has(e, group) && g.inVpcOf(n, e.input("vpcId")) {
			return true
		}
	}
	return false
}
