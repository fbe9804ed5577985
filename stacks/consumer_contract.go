package stacks

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
	"fargate-privatelink/internal/strict"
)

// readContract returns the provider's contract, from the configuration or from the
// provider's stack.
func readContract(ctx *pulumi.Context, cfg consumerConfig) (*contract.Contract, error) {
	if len(cfg.Contract) > 0 {
		return pastedContract(cfg.Contract)
	}
	return referencedContract(ctx, cfg.Provider)
}

// pastedContract reads a contract that was passed on by hand, as an object or as
// JSON in a string.
func pastedContract(raw json.RawMessage) (*contract.Contract, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		raw = json.RawMessage(text)
	}
	c, err := contract.Parse(raw)
	return c, strict.Prefix("consumer.", err)
}

func referencedContract(ctx *pulumi.Context, stack string) (*contract.Contract, error) {
	full := fullStackName(ctx, stack)
	provider, err := findStack(ctx, stack)
	switch {
	case err != nil:
		return nil, fmt.Errorf("consumer.provider is %q, but stack %s can't be read: %w", stack, full, err)
	case provider == nil:
		return nil, fmt.Errorf("consumer.provider is %q, but there is no stack %s; deploy it first (pulumi up --stack %s), "+
			"or set consumer.contract to the contract that its owner hands out", stack, full, stack)
	case len(provider.Outputs) == 0:
		return nil, fmt.Errorf("consumer.provider is %q, but stack %s has no outputs; deploy it first (pulumi up --stack %s)", stack, full, stack)
	case !provider.Has(contract.OutputName):
		return nil, fmt.Errorf("consumer.provider is %q, but stack %s has no output %s (it has %s); name a stack with role provider, deployed with this program",
			stack, full, contract.OutputName, strings.Join(provider.Outputs, ", "))
	}
	value, err := provider.Output(contract.OutputName)
	if err != nil {
		return nil, fmt.Errorf("consumer.provider is %q, but stack %s can't be read: %w", stack, full, err)
	}
	c, err := contract.FromValue(value)
	return c, strict.Prefix("stack "+full+": output ", err)
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
