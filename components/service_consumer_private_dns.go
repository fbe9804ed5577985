package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// readAcceptance finds out which places have an endpoint that was accepted, for AWS
// refuses private DNS to any other. A service without a name has nothing to switch on or
// off.
func (args *ServiceConsumerArgs) readAcceptance(look lookups) (map[string]bool, error) {
	accepted := map[string]bool{}
	if args.Contract.PrivateDnsName == "" {
		return accepted, nil
	}
	for _, p := range args.places("") {
		id, made := args.Endpoints[p.key]
		switch {
		case !args.Contract.AcceptanceRequired:
			accepted[p.key] = true
		case made:
			kept, err := args.keepsAccepted(look, p, id)
			if err != nil {
				return nil, err
			}
			accepted[p.key] = kept
		}
	}
	return accepted, nil
}

// keepsAccepted says whether an endpoint was accepted and stays. One to another service or
// in another VPC is about to be replaced, and the new one waits to be accepted again.
func (args *ServiceConsumerArgs) keepsAccepted(look lookups, p place, id string) (bool, error) {
	endpoint, err := findEndpoint(look, id)
	if err != nil || endpoint == nil {
		return false, err
	}
	if endpoint.State != "available" || endpoint.ServiceName != args.Contract.ServiceName {
		return false, nil
	}
	if p.network.exists() {
		// A VPC that only the update makes known is taken for the endpoint's.
		vpcId, known := p.network.VpcId.(pulumi.String)
		return !known || endpoint.VpcId == string(vpcId), nil
	}
	vpc, err := ec2.LookupVpc(look.ctx, &ec2.LookupVpcArgs{Id: &endpoint.VpcId}, look.options...)
	if err != nil {
		return false, fmt.Errorf("the VPC %s of the endpoint %s can't be read: %w", endpoint.VpcId, id, err)
	}
	return vpc.CidrBlock == p.network.CidrBlock, nil
}

// findEndpoint reads an endpoint as it is now, and returns nil for one that is gone.
func findEndpoint(look lookups, id string) (*ec2.LookupVpcEndpointResult, error) {
	endpoint, err := ec2.LookupVpcEndpoint(look.ctx, &ec2.LookupVpcEndpointArgs{Id: &id}, look.options...)
	switch {
	case err != nil && strings.Contains(err.Error(), "no matching"):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("the state of the endpoint %s can't be read: %w", id, err)
	}
	return endpoint, nil
}

// checkZoneName refuses a private zone of the private DNS name: AWS makes one of that name
// for the endpoint, and a VPC has one of a name.
func (args *ServiceConsumerArgs) checkZoneName(at check.Path, f *check.Faults) {
	if args.Dns == nil || args.Dns.ZoneName == "" || !args.usesPrivateDns() {
		return
	}
	if args.privateZoneName() == args.Dns.ZoneName {
		f.Say(at.Key("dns").Key("zoneName"), "is %q, which is the service's private DNS name; %s", args.Dns.ZoneName, args.oneZone(at, "leave dns out"))
	}
}

// checkPrivateDns refuses an existing VPC in which the private DNS name can't resolve,
// where it is known already.
func (args *ServiceConsumerArgs) checkPrivateDns(look lookups) error {
	if !args.usesPrivateDns() {
		return nil
	}
	var f check.Faults
	at := check.Path(args.ConfigPath)
	for _, p := range args.places(at) {
		known, ok := p.network.VpcId.(pulumi.String)
		if !ok {
			continue
		}
		id := string(known)
		vpc, err := ec2.LookupVpc(look.ctx, &ec2.LookupVpcArgs{Id: &id}, look.options...)
		if err != nil {
			return fmt.Errorf("%s is %q, which can't be read: %w", p.path.Key("vpcId"), id, err)
		}
		if !vpc.EnableDnsHostnames || !vpc.EnableDnsSupport {
			f.Say(p.path.Key("vpcId"), "is %q, whose DNS hostnames and DNS support must be on for the private DNS name %s; turn them on, or set %s to false",
				id, args.Contract.PrivateDnsName, at.Key("endpoint").Key("privateDns"))
		}
		zone, err := look.zone(&route53.LookupZoneArgs{Name: pulumi.StringRef(args.privateZoneName()), VpcId: &id})
		if err != nil {
			return err
		}
		if zone != nil {
			f.Say(p.path.Key("vpcId"), "is %q, which has the private zone %s, %s; %s", id, zone.ZoneId, args.privateZoneName(), args.oneZone(at, "take it off the VPC"))
		}
	}
	if err := args.checkGivenZone(look, at, &f); err != nil {
		return err
	}
	return f.Err()
}

// privateZoneName is that of the zone that AWS makes for the private DNS name.
func (args *ServiceConsumerArgs) privateZoneName() string {
	return strings.TrimPrefix(args.Contract.PrivateDnsName, "*.")
}

// oneZone says why there can't be another zone of the name, and what to do.
func (args *ServiceConsumerArgs) oneZone(at check.Path, wayOut string) string {
	return fmt.Sprintf("AWS makes a private zone of that name for the endpoint, and a VPC has one: %s, or set %s to false",
		wayOut, at.Key("endpoint").Key("privateDns"))
}

// checkGivenZone refuses a zone of the private DNS name that dns names by its ID. One of
// another account can't be read from this one: AWS compares it.
func (args *ServiceConsumerArgs) checkGivenZone(look lookups, at check.Path, f *check.Faults) error {
	if args.Dns == nil || args.Dns.HostedZoneRoleArn != "" {
		return nil
	}
	id, known := plain(args.Dns.HostedZoneId)
	if !known {
		return nil
	}
	zone, err := look.zone(&route53.LookupZoneArgs{ZoneId: &id})
	if err != nil || zone == nil {
		return err
	}
	if strings.TrimSuffix(zone.Name, ".") == args.privateZoneName() {
		f.Say(at.Key("dns").Key("hostedZoneId"), "is %q, which is the zone %s, the service's private DNS name; %s", id, args.privateZoneName(), args.oneZone(at, "leave dns out"))
	}
	return nil
}

// privateDnsNotices say what comes next for each place whose endpoint doesn't have the
// private DNS name yet.
func (args *ServiceConsumerArgs) privateDnsNotices(stack string, site *consumerSite) []string {
	if name := args.Contract.PrivateDnsName; *args.Endpoint.PrivateDns && name != "" && !args.trustsName() {
		return []string{fmt.Sprintf("the service has the private DNS name %s, which the endpoint goes without: "+
			"set %s to a domain that it is in, such as that name, to let the provider say what it resolves to",
			name, check.Path(args.ConfigPath).Key("endpoint").Key("privateDnsDomains"))}
	}
	if !args.usesPrivateDns() {
		return nil
	}
	next := "have the provider accept the endpoint"
	if args.ProviderStack != "" {
		next = "pulumi up --stack " + args.ProviderStack + " (or have the provider accept the endpoint)"
	}
	var notices []string
	for _, p := range args.places(check.Path(args.ConfigPath)) {
		if !site.accepted[p.key] {
			notices = append(notices, fmt.Sprintf("%s: the endpoint waits to be accepted before it can have the name %s. Next: %s, then pulumi up --stack %s.",
				p.path, args.Contract.PrivateDnsName, next, stack))
		}
	}
	return notices
}
