package stacks

import (
	"fmt"
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
	stack := consumerStack{cfg: cfg, site: site, tags: pulumi.ToStringMap(cfg.Tags)}
	if err := stack.newNetwork(ctx); err != nil {
		return err
	}
	if err := stack.newEndpoint(ctx); err != nil {
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
	zoneIds  []string // eligible for the endpoint
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
	if wanted := cfg.Network.AvailabilityZones; wanted > len(site.zoneIds) {
		return site, fmt.Errorf("consumer.network.availabilityZones is %d; it must be at most %d, since the service can be reached from %s only",
			wanted, len(site.zoneIds), strings.Join(site.zoneIds, ", "))
	}
	return site, nil
}
