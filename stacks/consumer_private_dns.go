package stacks

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// usesPrivateDns says whether the endpoints are to have the service's private DNS
// name. The contract has one only when it is verified.
func (s *consumerStack) usesPrivateDns() bool { return s.cfg.usesPrivateDns(s.site) }

func (cfg consumerConfig) usesPrivateDns(site consumerSite) bool {
	return cfg.Endpoint.PrivateDns && site.contract.PrivateDnsName != ""
}

// readAcceptance finds out which places have an endpoint that was accepted, for AWS
// refuses private DNS to any other. This stack's own outputs, as its last update left
// them, say which endpoints there are. A service without a name has nothing to switch on
// or off.
func readAcceptance(ctx *pulumi.Context, cfg consumerConfig, site consumerSite) (map[string]bool, error) {
	accepted := map[string]bool{}
	if site.contract.PrivateDnsName == "" {
		return accepted, nil
	}
	if !site.contract.AcceptanceRequired {
		for _, p := range cfg.places() {
			accepted[p.key] = true
		}
		return accepted, nil
	}
	ids, err := ownEndpoints(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range cfg.places() {
		id, made := ids[p.key]
		if !made {
			continue
		}
		if accepted[p.key], err = keepsAccepted(ctx, p, site, id); err != nil {
			return nil, err
		}
	}
	return accepted, nil
}

// keepsAccepted says whether an endpoint was accepted and stays. One to another service or
// in another VPC is about to be replaced, and the new one waits to be accepted again.
func keepsAccepted(ctx *pulumi.Context, p place, site consumerSite, id string) (bool, error) {
	endpoint, err := findEndpoint(ctx, id)
	if err != nil || endpoint == nil {
		return false, err
	}
	if endpoint.State != "available" || endpoint.ServiceName != site.contract.ServiceName {
		return false, nil
	}
	if p.network.VpcId != "" {
		return endpoint.VpcId == p.network.VpcId, nil
	}
	vpc, err := ec2.LookupVpc(ctx, &ec2.LookupVpcArgs{Id: &endpoint.VpcId})
	if err != nil {
		return false, fmt.Errorf("the VPC %s of the endpoint %s can't be read: %w", endpoint.VpcId, id, err)
	}
	return vpc.CidrBlock == p.network.CidrBlock, nil
}

// ownEndpoints are the endpoints that this stack has made, by place. Its outputs are
// read without a stack reference, which would make the stack depend on itself.
func ownEndpoints(ctx *pulumi.Context) (map[string]string, error) {
	own, err := findStack(ctx, ctx.Stack())
	switch {
	case err != nil:
		return nil, fmt.Errorf("this stack's own outputs can't be read: %w", err)
	case own == nil:
		return nil, nil
	}
	ids := map[string]string{}
	if id, made := own.Peek(endpointIdOutput).(string); made {
		ids[""] = id
	}
	several, _ := own.Peek(endpointIdsOutput).(map[string]any)
	for key, value := range several {
		if id, made := value.(string); made {
			ids[key] = id
		}
	}
	return ids, nil
}

// findEndpoint reads an endpoint as it is now, and returns nil for one that is gone.
func findEndpoint(ctx *pulumi.Context, id string) (*ec2.LookupVpcEndpointResult, error) {
	endpoint, err := ec2.LookupVpcEndpoint(ctx, &ec2.LookupVpcEndpointArgs{Id: &id})
	switch {
	case err != nil && strings.Contains(err.Error(), "no matching"):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("the state of the endpoint %s can't be read: %w", id, err)
	}
	return endpoint, nil
}

// checkPrivateDns refuses an existing VPC in which the private DNS name can't resolve.
func checkPrivateDns(ctx *pulumi.Context, cfg consumerConfig, site consumerSite) error {
	if !cfg.usesPrivateDns(site) {
		return nil
	}
	var f faults
	for _, p := range cfg.places() {
		id := p.network.VpcId
		if id == "" {
			continue
		}
		vpc, err := ec2.LookupVpc(ctx, &ec2.LookupVpcArgs{Id: &id})
		if err != nil {
			return fmt.Errorf("%s.vpcId is %q, which can't be read: %w", p.path, id, err)
		}
		if !vpc.EnableDnsHostnames || !vpc.EnableDnsSupport {
			f.add("%s.vpcId is %q, whose DNS hostnames and DNS support must be on for the private DNS name %s; turn them on, or set consumer.endpoint.privateDns to false",
				p.path, id, site.contract.PrivateDnsName)
		}
	}
	return f.err()
}

// privateDnsNotices say what comes next for each place whose endpoint doesn't have the
// private DNS name yet.
func privateDnsNotices(ctx *pulumi.Context, cfg consumerConfig, site consumerSite) []string {
	if !cfg.usesPrivateDns(site) {
		return nil
	}
	var notices []string
	for _, p := range cfg.places() {
		if site.accepted[p.key] {
			continue
		}
		next := "pulumi up --stack " + cfg.Provider + " (or have the provider accept the endpoint)"
		if len(cfg.Contract) > 0 {
			next = "have the provider accept the endpoint"
		}
		notices = append(notices, fmt.Sprintf("%s: the endpoint waits to be accepted before it can have the name %s. Next: %s, then pulumi up --stack %s.",
			p.path, site.contract.PrivateDnsName, next, ctx.Stack()))
	}
	return notices
}
