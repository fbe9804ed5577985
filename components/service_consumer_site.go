package components

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
	"fargate-privatelink/internal/check"
)

// consumerSite is what a consumer's side learns from AWS before it registers a
// resource.
type consumerSite struct {
	region   string
	zoneIds  []string        // eligible for the endpoint
	accepted map[string]bool // the places whose endpoint was accepted
}

func readConsumerSite(ctx *pulumi.Context, args *ServiceConsumerArgs, opts []pulumi.ResourceOption) (*consumerSite, error) {
	look, err := newLookups(ctx, opts)
	if err != nil {
		return nil, err
	}
	site := &consumerSite{}
	if site.region, err = look.region(); err != nil {
		return nil, err
	}
	if err = checkRegion(args.Contract, site.region); err != nil {
		return nil, err
	}
	account, err := look.usableZoneIds()
	if err != nil {
		return nil, err
	}
	if site.zoneIds, err = eligibleZones(args.Contract, site.region, account); err != nil {
		return nil, err
	}
	if err = args.checkSite(look, site); err != nil {
		return nil, err
	}
	if err = args.countPrefixLists(look, check.Path(args.ConfigPath)); err != nil {
		return nil, err
	}
	if err = args.checkPrivateDns(look); err != nil {
		return nil, err
	}
	site.accepted, err = args.readAcceptance(look)
	return site, err
}

// checkSite refuses what the service, or its Region, doesn't have, and networks that
// are too small for their zones.
func (args *ServiceConsumerArgs) checkSite(look lookups, site *consumerSite) error {
	var f check.Faults
	at := check.Path(args.ConfigPath)
	partition, err := look.partition()
	if err != nil {
		return err
	}
	if err := checkArns(look, at, args, home{partition, site.region, ""}, &f); err != nil {
		return err
	}
	for _, p := range args.places(at) {
		if wanted := p.network.AvailabilityZones; wanted != nil && *wanted > len(site.zoneIds) {
			f.Say(p.path.Key("availabilityZones"), "is %d; it must be at most %d, since the service can be reached from %s only",
				*wanted, len(site.zoneIds), strings.Join(site.zoneIds, ", "))
			continue
		}
		_, faults := check.Args(p.path, args.networkArgs(p, site.zoneIds))
		f = append(f, faults...)
	}
	for zone := range check.Sorted(args.Endpoint.PrivateIpv4Addresses) {
		if !slices.Contains(site.zoneIds, zone) {
			f.Say(at.Key("endpoint").Key("privateIpv4Addresses"), "has the key %q; the service can be reached from %s only", zone, strings.Join(site.zoneIds, ", "))
		}
	}
	supported := args.Contract.SupportedIpAddressTypes
	for _, needed := range addressTypes[args.Endpoint.addressType()] {
		if !slices.Contains(supported, needed) {
			f.Say(at.Key("endpoint").Key("ipAddressType"), "is %q, for which the service must support %s; it supports %s "+
				"(have the provider add %s to provider.endpointService.supportedIpAddressTypes)",
				args.Endpoint.IpAddressType, needed, strings.Join(supported, ", "), needed)
		}
	}
	if args.Alarms.Enabled && site.region != args.Contract.Region {
		f.Say(at.Key("alarms").Key("enabled"), "is true, but the service is in %s; AWS publishes no metrics of endpoints in another region, which is %s",
			args.Contract.Region, site.region)
	}
	return f.Err()
}

// addressTypes are what a service has to support for an endpoint of a type. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
var addressTypes = map[string][]string{
	"dualstack": {"ipv4", "ipv6"},
	"ipv6":      {"ipv6"},
}

// maxDefaultZones limits the zones of a VPC whose configuration doesn't say how
// many: the endpoint is billed by the hour in each.
const maxDefaultZones = 3

// networkArgs are those of a place's network. Nothing in a new one needs the internet.
func (args *ServiceConsumerArgs) networkArgs(p place, zones []string) *NetworkArgs {
	network := &NetworkArgs{NetworkOptions: NetworkOptions{VpcOptions: p.network}, path: p.path}
	if p.network.exists() {
		return network
	}
	count := min(len(zones), maxDefaultZones)
	if p.network.AvailabilityZones != nil {
		count = *p.network.AvailabilityZones
	}
	network.AvailabilityZones, network.AvailabilityZoneIds = nil, zones[:count]
	network.Egress, network.Ipv6 = EgressNone, args.Endpoint.ipv6()
	return network
}

// checkRegion refuses a region from which the service can't be reached.
func checkRegion(c *contract.Contract, region string) error {
	if region == c.Region || slices.Contains(c.SupportedRegions, region) {
		return nil
	}
	return fmt.Errorf("aws:region is %q; it must be one from which the service can be reached: %s "+
		"(or have the provider add %s to provider.endpointService.supportedRegions)",
		region, strings.Join(c.SupportedRegions, ", "), region)
}

// eligibleZones returns those of the account's zones in which it can have an endpoint
// to the service.
func eligibleZones(c *contract.Contract, region string, account []string) ([]string, error) {
	zones, all := []string{}, strings.Join(account, ", ")
	for _, id := range account {
		if region == c.Region && slices.Contains(c.AvailabilityZoneIds, id) ||
			region != c.Region && !slices.Contains(withoutRemoteAccess, id) {
			zones = append(zones, id)
		}
	}
	switch {
	case len(zones) > 0:
		return zones, nil
	case region == c.Region:
		return nil, fmt.Errorf("the service is in the Availability Zones %s, but this account has only %s in %s; have the provider add one of those",
			strings.Join(c.AvailabilityZoneIds, ", "), all, region)
	default:
		return nil, fmt.Errorf("the service is in %s, and this account's Availability Zones in %s (%s) have no access to other regions; set aws:region to another of %s",
			c.Region, region, all, strings.Join(c.SupportedRegions, ", "))
	}
}

// withoutRemoteAccess are the zones from which no endpoint reaches a service in
// another region, see
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
var withoutRemoteAccess = []string{"use1-az3", "usw1-az2", "apne1-az3", "apne2-az2", "apne2-az4"}
