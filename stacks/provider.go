package stacks

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// runProvider is the program of role provider: a Fargate service behind an internal
// Network Load Balancer, offered as an endpoint service to the tenants.
func runProvider(ctx *pulumi.Context) error {
	cfg, err := loadProvider(ctx)
	if err != nil {
		return err
	}
	site, err := readProviderSite(ctx, cfg)
	if err != nil {
		return err
	}
	notices := append(append(cfg.pullNotices(ctx), cfg.volumeNotices()...), site.acceptance.notices...)
	if notice := cfg.privateDnsNotice(ctx.Stack()); notice != "" {
		notices = append(notices, notice)
	}
	for _, notice := range notices {
		if err := ctx.Log.Info(notice, nil); err != nil {
			return err
		}
	}
	stack := providerStack{cfg: cfg, site: site, tags: pulumi.ToStringMap(cfg.Tags)}
	if err := stack.deploy(ctx); err != nil {
		return err
	}
	stack.export(ctx)
	stack.noticeZones(ctx)
	stack.noticeKept(ctx)
	return nil
}

// providerSite is what the program learns from outside of its configuration before
// it registers anything.
type providerSite struct {
	region     string
	zoneIds    map[string]string // by the account's names
	principals map[string]string // ARN by key
	acceptance *acceptance
}

func readProviderSite(ctx *pulumi.Context, cfg providerConfig) (site providerSite, err error) {
	if site.region, err = currentRegion(ctx); err != nil {
		return site, err
	}
	if site.zoneIds, err = zoneIdsByName(ctx); err != nil {
		return site, err
	}
	usable, err := usableZoneIds(ctx)
	if err != nil {
		return site, err
	}
	if err = cfg.checkZones(usable, site.region); err != nil {
		return site, err
	}
	if cfg.Network.VpcId == "" {
		if err = cfg.checkBalancerZones(cfg.networkZones(site.zoneIds, usable)); err != nil {
			return site, err
		}
	}
	if err = cfg.checkRegions(site.region); err != nil {
		return site, err
	}
	if err = cfg.checkSubnets(ctx); err != nil {
		return site, err
	}
	partition, err := currentPartition(ctx)
	if err != nil {
		return site, err
	}
	if site.principals, err = allowedPrincipals(cfg.Tenants, partition); err != nil {
		return site, err
	}
	site.acceptance, err = acceptedEndpoints(ctx, cfg.Tenants)
	return site, err
}

// checkZones refuses zones that the account doesn't have.
func (cfg providerConfig) checkZones(usable []string, region string) error {
	var f faults
	there := strings.Join(usable, ", ") + ", the zones of this account in " + region
	for i, id := range cfg.Network.AvailabilityZoneIds {
		if !slices.Contains(usable, id) {
			f.add("provider.network.availabilityZoneIds[%d] is %q; it must be one of %s", i, id, there)
		}
	}
	if zones := cfg.Network.AvailabilityZones; cfg.Network.VpcId == "" && len(cfg.Network.AvailabilityZoneIds) == 0 && zones > len(usable) {
		f.add("provider.network.availabilityZones is %d; it must be at most %d: %s", zones, len(usable), there)
	}
	return f.err()
}
