package world

import "fmt"

const (
	nlbQuotas      = nlbGuide + "Quotas, https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html"
	endpointQuotas = plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html"
)

// quota is how many of something an account may have, unless AWS has raised it.
type quota struct {
	id, token string
	limit     int
	// of says of what, and in what.
	of           string
	code, source string
	// has counts how many there are already where the call makes one more.
	has func(c *Call) int
}

// quotas are those that a program of a normal size can meet. Those of hundreds and
// thousands, of target groups, targets and network interfaces, are not here.
var quotas = []quota{
	{
		id: "QUOTA-LOAD-BALANCERS", token: TokenLoadBalancer, limit: 50, of: "Network Load Balancers in a Region",
		code: "TooManyLoadBalancers", source: nlbQuotas,
		has: func(c *Call) int { return len(c.In(TokenLoadBalancer, c.Caller.Account, c.Caller.Region)) },
	},
	{
		id: "QUOTA-LISTENERS", token: TokenListener, limit: 50, of: "listeners on a Network Load Balancer",
		code: "TooManyListeners", source: nlbQuotas,
		has: func(c *Call) int { return len(c.Listeners(c.New.Str("loadBalancerArn"))) },
	},
	{
		id: "QUOTA-CERTIFICATES", token: TokenListenerCertificate, limit: 25, of: "certificates on a Network Load Balancer",
		code: "TooManyCertificates", source: nlbQuotas, has: furtherCertificates,
	},
	{
		id: "QUOTA-ENDPOINTS", token: TokenEndpoint, limit: 50, of: "interface endpoints in a VPC",
		code: "VpcEndpointLimitExceeded", source: endpointQuotas + "; code: " + ec2Errors,
		has: func(c *Call) int { return c.endpointsLike(endpointInterface) },
	},
	{
		id: "QUOTA-GATEWAY-ENDPOINTS", token: TokenEndpoint, limit: 20, of: "gateway endpoints in a Region",
		code: "VpcEndpointLimitExceeded", source: endpointQuotas + "; code: " + ec2Errors,
		has: func(c *Call) int { return c.endpointsLike(endpointGateway) },
	},
}

// quotaRules are the rules that the quotas make, and those on the size of a document.
func quotaRules() []*Rule {
	out := []*Rule{{
		ID: "EP-POLICY-SIZE", Token: TokenEndpoint, Phase: PhaseWrite, Code: "InvalidPolicyDocument", Confidence: Verified, Answer: Unverified,
		Says:   "An endpoint's policy has at most 20480 characters, white space included.",
		Source: endpointQuotas + "; the code and the text are inferred",
		Check: func(c *Call) string {
			if n := len(c.New.Str("policy")); n > 20480 {
				return fmt.Sprintf("The policy document has %d characters, and the limit is 20480", n)
			}
			return ""
		},
	}}
	for _, q := range quotas {
		out = append(out, &Rule{
			ID: q.id, Token: q.token, Phase: PhaseCreate, Code: q.code, Confidence: Verified, Answer: Unverified,
			Says:   fmt.Sprintf("There are at most %d %s, the quota that an account begins with.", q.limit, q.of),
			Source: q.source + "; the text is inferred",
			Check: func(c *Call) string {
				if q.has(c) < q.limit {
					return ""
				}
				return fmt.Sprintf("The limit of %d %s is reached", q.limit, q.of)
			},
		})
	}
	return out
}

// furtherCertificates counts the certificates of all listeners of the load balancer
// whose listener the call gives one more.
func furtherCertificates(c *Call) (n int) {
	listener := c.peek(TokenListener, c.New.Str("listenerArn"))
	if listener == nil {
		return 0
	}
	for _, l := range c.Listeners(listener.Outputs.Str("loadBalancerArn")) {
		c.each(TokenListenerCertificate, func(r *Record) bool {
			if r.Outputs.Str("listenerArn") == l.ARN {
				n++
			}
			return true
		})
	}
	return n
}

// endpointsLike counts the endpoints that share a quota with the one that the call
// makes: an interface endpoint the VPC's, a gateway endpoint the Region's.
func (c *Call) endpointsLike(kind string) (n int) {
	if c.New.Str("vpcEndpointType") != kind {
		return 0
	}
	for _, r := range c.In(TokenEndpoint, c.Caller.Account, c.Caller.Region) {
		same := kind == endpointGateway || r.Outputs.Str("vpcId") == c.New.Str("vpcId")
		if same && r.Outputs.Str("vpcEndpointType") == kind {
			n++
		}
	}
	return n
}
