package components

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// providerSite is what a provider's side learns of its account before it registers
// anything.
type providerSite struct {
	region    string
	partition string
	zoneIds   map[string]string // by the account's names
}

// readSite looks the account up, and checks against it what the arguments name in it.
func (args *ServiceProviderArgs) readSite(look lookups, at check.Path, f *check.Faults) (site providerSite, err error) {
	if site.region, err = look.region(); err != nil {
		return site, err
	}
	if site.partition, err = look.partition(); err != nil {
		return site, err
	}
	if site.zoneIds, err = look.zoneIdsByName(); err != nil {
		return site, err
	}
	usable, err := look.usableZoneIds()
	if err != nil {
		return site, err
	}
	args.checkZones(at, usable, site.region, f)
	if !args.Network.exists() {
		args.checkBalancerZones(args.networkZones(site.zoneIds, usable), f)
	}
	args.checkRegions(at, site.region, f)
	if err := args.checkSupportedRegions(look, at, site.partition, f); err != nil {
		return site, err
	}
	if err := checkArns(look, at, args, home{site.partition, site.region, ""}, f); err != nil {
		return site, err
	}
	return site, args.checkSubnets(look, at, f)
}

// checkSupportedRegions refuses Regions of another partition, into which none reaches, and
// those that the account has yet to enable. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
func (args *ServiceProviderArgs) checkSupportedRegions(look lookups, at check.Path, partition string, f *check.Faults) error {
	if len(args.EndpointService.SupportedRegions) == 0 {
		return nil
	}
	enabled, err := look.regions()
	if err != nil {
		return err
	}
	for i, region := range args.EndpointService.SupportedRegions {
		path := at.Key("endpointService").Key("supportedRegions").Index(i)
		if other := check.Partition(region); other != partition {
			f.Say(path, "is %q, which is in the partition %s; it must be in %s, the stack's", region, other, partition)
		} else if !slices.Contains(enabled, region) {
			f.Say(path, "is %q, an opt-in Region that the account has not enabled; enable it first: aws account enable-region --region-name %s", region, region)
		}
	}
	return nil
}

// checkZones refuses zones that the account doesn't have.
func (args *ServiceProviderArgs) checkZones(at check.Path, usable []string, region string, f *check.Faults) {
	network, path := args.Network, at.Key("network")
	there := strings.Join(usable, ", ") + ", the zones of this account in " + region
	for i, id := range network.AvailabilityZoneIds {
		if !slices.Contains(usable, id) {
			f.Must(path.Key("availabilityZoneIds").Index(i), id, "one of "+there)
		}
	}
	if !network.exists() && len(network.AvailabilityZoneIds) == 0 && *network.AvailabilityZones > len(usable) {
		f.Must(path.Key("availabilityZones"), *network.AvailabilityZones, fmt.Sprintf("at most %d: %s", len(usable), there))
	}
}

// networkZones are the IDs of a new network's zones: those that the arguments name, or
// the first usable ones by name.
func (args *ServiceProviderArgs) networkZones(zoneIds map[string]string, usable []string) []string {
	if len(args.Network.AvailabilityZoneIds) > 0 {
		return args.Network.AvailabilityZoneIds
	}
	var ids []string
	for _, id := range check.Sorted(zoneIds) {
		if slices.Contains(usable, id) && len(ids) < *args.Network.AvailabilityZones {
			ids = append(ids, id)
		}
	}
	return ids
}

// checkBalancerZones refuses zones of the load balancer that the network isn't in.
func (args *ServiceProviderArgs) checkBalancerZones(network []string, f *check.Faults) {
	path := check.Path(args.key("loadBalancer", "availabilityZoneIds"))
	for i, id := range args.LoadBalancer.AvailabilityZoneIds {
		if !slices.Contains(network, id) {
			f.Must(path.Index(i), id, "one of the network's zones: "+strings.Join(network, ", "))
		}
	}
}

// checkRegions refuses what tasks without a way to the internet can't reach: a VPC endpoint
// is to a service of its own Region.
func (args *ServiceProviderArgs) checkRegions(at check.Path, region string, f *check.Faults) {
	if !args.withoutInternet() {
		return
	}
	arns := args.Service.privateArns(at.Key("service"))
	for _, path := range slices.Sorted(maps.Keys(arns)) {
		arn := arns[path]
		if parts := strings.SplitN(arn, ":", 5); len(parts) == 5 && parts[3] != "" && parts[3] != region {
			f.Say(path, "is %q, which is in %s; it must be in %s, the stack's Region", arn, parts[3], region)
		}
	}
	images := args.Service.images(at.Key("service"))
	for _, path := range slices.Sorted(maps.Keys(images)) {
		if image, private := parseECRImage(images[path]); private && image.region != region {
			f.Say(path, "is %q, which is in %s; with %s none it must be in %s, the stack's Region: copy the image or replicate its repository",
				images[path], image.region, at.Key("network").Key("egress"), region)
		}
	}
}

// checkSubnets refuses two subnets of an existing VPC in one zone, of which a load
// balancer takes one, and by whose number the zones are counted.
func (args *ServiceProviderArgs) checkSubnets(look lookups, at check.Path, f *check.Faults) error {
	first := map[string]check.Path{}
	for i, id := range plainTexts(args.Network.SubnetIds) {
		path := at.Key("network").Key("subnetIds").Index(i)
		subnet, err := ec2.LookupSubnet(look.ctx, &ec2.LookupSubnetArgs{Id: &id}, look.options...)
		if err != nil {
			return fmt.Errorf("%s is %q, which can't be read: %w", path, id, err)
		}
		if other, taken := first[subnet.AvailabilityZoneId]; taken {
			f.Say(path, "is %q, which is in %s, as %s is; each must be in an Availability Zone of its own", id, subnet.AvailabilityZoneId, other)
			continue
		}
		first[subnet.AvailabilityZoneId] = path
	}
	return args.checkTaskSubnets(look, at, first, f)
}

// checkTaskSubnets refuses subnets of the tasks where the load balancer sends nothing, and a
// zone of the load balancer that would drop its clients.
func (args *ServiceProviderArgs) checkTaskSubnets(look lookups, at check.Path, balancer map[string]check.Path, f *check.Faults) error {
	served, before := map[string]bool{}, len(*f)
	for i, id := range plainTexts(args.Network.TaskSubnetIds) {
		path := at.Key("network").Key("taskSubnetIds").Index(i)
		subnet, err := ec2.LookupSubnet(look.ctx, &ec2.LookupSubnetArgs{Id: &id}, look.options...)
		if err != nil {
			return fmt.Errorf("%s is %q, which can't be read: %w", path, id, err)
		}
		served[subnet.AvailabilityZoneId] = true
		if _, there := balancer[subnet.AvailabilityZoneId]; !there {
			f.Say(path, "is %q, which is in %s; it must be in a zone of the load balancer: %s",
				id, subnet.AvailabilityZoneId, strings.Join(slices.Sorted(maps.Keys(balancer)), ", "))
		}
	}
	for zone := range check.Sorted(balancer) {
		if args.Network.TaskSubnetIds != nil && len(*f) == before && !served[zone] && !*args.LoadBalancer.CrossZone {
			f.Say(at.Key("network").Key("taskSubnetIds"), "has none in %s, which would drop its clients; add one there, or set %s to true",
				zone, at.Key("loadBalancer").Key("crossZone"))
		}
	}
	return nil
}

// idsOfZones translates the names of zones, which mean something in this account
// only, into sorted IDs.
func (s providerSite) idsOfZones(names []string) ([]string, error) {
	ids := make([]string, len(names))
	for i, name := range names {
		id, known := s.zoneIds[name]
		if !known {
			return nil, fmt.Errorf("the endpoint service is in the Availability Zone %s, whose ID this account can't see", name)
		}
		ids[i] = id
	}
	slices.Sort(ids)
	return ids, nil
}

// plainTexts are those of a list.
func plainTexts(input pulumi.StringArrayInput) []string {
	list, _ := input.(pulumi.StringArray)
	var texts []string
	for _, element := range list {
		text, _ := plain(element)
		texts = append(texts, text)
	}
	return texts
}
