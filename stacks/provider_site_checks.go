package stacks

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
)

// checkRegions refuses what AWS takes from the stack's own Region only, and without a
// way to the internet also what the tasks can't reach: a VPC endpoint is to a service
// of its own Region.
func (cfg providerConfig) checkRegions(region string) error {
	var f faults
	for path, arn := range sorted(cfg.regionalArns()) {
		if parts := strings.SplitN(arn, ":", 5); len(parts) == 5 && parts[3] != "" && parts[3] != region {
			f.add("%s is %q, which is in %s; it must be in %s, the stack's Region", path, arn, parts[3], region)
		}
	}
	if cfg.withoutInternet() {
		for path, name := range sorted(cfg.images()) {
			if image, private := components.ParseECRImage(name); private && image.Region != region {
				f.add("%s is %q, which is in %s; with provider.network.egress none it must be in %s, the stack's Region: copy the image or replicate its repository",
					path, name, image.Region, region)
			}
		}
	}
	return f.err()
}

// regionalArns are the ARNs that have to be of the stack's Region, by their key's path.
func (cfg providerConfig) regionalArns() map[string]string {
	arns := map[string]string{
		"provider.notifications.topicArn": cfg.Notifications.TopicArn,
		"provider.service.logKmsKeyArn":   cfg.Service.LogKmsKeyArn,
	}
	for key, listener := range cfg.Listeners {
		arns[strict.Join("provider.listeners", key)+".certificateArn"] = listener.CertificateArn
	}
	for registry, arn := range cfg.Service.PullThroughCache.CredentialArns {
		arns[strict.Join("provider.service.pullThroughCache.credentialArns", registry)] = arn
	}
	if !cfg.withoutInternet() {
		return arns
	}
	for variable, arn := range cfg.Service.Secrets {
		arns[strict.Join("provider.service.secrets", variable)] = arn
	}
	for name, sidecar := range cfg.Service.Sidecars {
		for variable, arn := range sidecar.Secrets {
			arns[strict.Join(strict.Join("provider.service.sidecars", name)+".secrets", variable)] = arn
		}
	}
	for i, arn := range cfg.Service.KmsKeyArns {
		arns[fmt.Sprintf("provider.service.kmsKeyArns[%d]", i)] = arn
	}
	return arns
}

// checkSubnets refuses two subnets of an existing VPC in one zone, of which a load
// balancer takes one, and by whose number the zones are counted.
func (cfg providerConfig) checkSubnets(ctx *pulumi.Context) error {
	var f faults
	first := map[string]string{}
	for i, id := range cfg.Network.SubnetIds {
		path := fmt.Sprintf("provider.network.subnetIds[%d]", i)
		subnet, err := ec2.LookupSubnet(ctx, &ec2.LookupSubnetArgs{Id: &id})
		if err != nil {
			return fmt.Errorf("%s is %q, which can't be read: %w", path, id, err)
		}
		if other, taken := first[subnet.AvailabilityZoneId]; taken {
			f.add("%s is %q, which is in %s, as %s is; each must be in an Availability Zone of its own", path, id, subnet.AvailabilityZoneId, other)
			continue
		}
		first[subnet.AvailabilityZoneId] = path
	}
	return f.err()
}
