package stacks

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
)

// runConsumer is the program of role consumer: an interface endpoint to the
// provider's service, in a VPC of its own or in an existing one.
func runConsumer(ctx *pulumi.Context) error {
	cfg, err := loadConsumer(ctx)
	if err != nil {
		return err
	}
	site, err := readConsumerSite(ctx, cfg)
	if err != nil {
		return err
	}
	for _, notice := range privateDnsNotices(ctx, cfg, site) {
		if err := ctx.Log.Info(notice, nil); err != nil {
			return err
		}
	}
	stack := consumerStack{cfg: cfg, site: site, tags: pulumi.ToStringMap(cfg.Tags)}
	if err := stack.deploy(ctx); err != nil {
		return err
	}
	stack.export(ctx)
	return nil
}

// consumerSite is what the program learns from outside of its configuration before
// it registers an AWS resource.
type consumerSite struct {
	contract *contract.Contract
	region   string
	zoneIds  []string        // eligible for the endpoint
	accepted map[string]bool // the places whose endpoint was accepted
}

func readConsumerSite(ctx *pulumi.Context, cfg consumerConfig) (site consumerSite, err error) {
	if site.contract, err = readContract(ctx, cfg); err != nil {
		return site, err
	}
	if site.region, err = currentRegion(ctx); err != nil {
		return site, err
	}
	if err = checkRegion(site.contract, site.region); err != nil {
		return site, err
	}
	account, err := usableZoneIds(ctx)
	if err != nil {
		return site, err
	}
	if site.zoneIds, err = eligibleZones(site.contract, site.region, account); err != nil {
		return site, err
	}
	if err = cfg.checkSite(site); err != nil {
		return site, err
	}
	if err = checkPrivateDns(ctx, cfg, site); err != nil {
		return site, err
	}
	site.accepted, err = readAcceptance(ctx, cfg, site)
	return site, err
}

// checkSite refuses what the service, or its Region, doesn't have.
func (cfg consumerConfig) checkSite(site consumerSite) error {
	var f faults
	for _, p := range cfg.places() {
		if wanted := p.network.AvailabilityZones; wanted > len(site.zoneIds) {
			f.add("%s.availabilityZones is %d; it must be at most %d, since the service can be reached from %s only",
				p.path, wanted, len(site.zoneIds), strings.Join(site.zoneIds, ", "))
		}
	}
	supported := site.contract.SupportedIpAddressTypes
	for _, needed := range addressTypes[cfg.Endpoint.addressType()] {
		if !slices.Contains(supported, needed) {
			f.add("consumer.endpoint.ipAddressType is %q, for which the service must support %s; it supports %s "+
				"(have the provider add %s to provider.endpointService.supportedIpAddressTypes)",
				cfg.Endpoint.IpAddressType, needed, strings.Join(supported, ", "), needed)
		}
	}
	if cfg.Alarms.Enabled && site.region != site.contract.Region {
		f.add("consumer.alarms.enabled is true, but the service is in %s; AWS publishes no metrics of endpoints in another region, which is %s",
			site.contract.Region, site.region)
	}
	return f.err()
}

// addressTypes are what a service has to support for an endpoint of a type. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
var addressTypes = map[string][]string{
	"dualstack": {"ipv4", "ipv6"},
	"ipv6":      {"ipv6"},
}
