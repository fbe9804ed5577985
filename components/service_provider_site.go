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
	args.checkPartition(at, site.partition, f)
	if err := args.checkTopic(look, at, f); err != nil {
		return site, err
	}
	return site, args.checkSubnets(look, at, f)
}

// checkTopic refuses a topic of another account, which AWS doesn't take for the events of
// an endpoint service.
func (args *ServiceProviderArgs) checkTopic(look lookups, at check.Path, f *check.Faults) error {
	arn, known := plain(args.Notifications.TopicArn)
	if !known {
		return nil
	}
	account, err := look.account()
	if parts := strings.Split(arn, ":"); err == nil && len(parts) == 6 && parts[4] != account {
		f.Say(at.Key("notifications").Key("topicArn"), "is %q, which is in the account %s; it must be in %s, the stack's own", arn, parts[4], account)
	}
	return err
}

// checkPartition refuses what is in another partition than the stack: none reaches into
// another.
func (args *ServiceProviderArgs) checkPartition(at check.Path, partition string, f *check.Faults) {
	for i, region := range args.EndpointService.SupportedRegions {
		if other := check.Partition(region); other != "" && other != partition {
			f.Say(at.Key("endpointService").Key("supportedRegions").Index(i), "is %q, which is in the partition %s; it must be in %s, the stack's", region, other, partition)
		}
	}
	if arn, known := plain(args.Notifications.TopicArn); known && !strings.HasPrefix(arn, "arn:"+partition+":") {
		f.Say(at.Key("notifications").Key("topicArn"), "is %q; it must be in the partition of this stack's region: arn:%s:...", arn, partition)
	}
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

// checkRegions refuses what AWS takes from the stack's own Region only, and without a
// way to the internet also what the tasks can't reach: a VPC endpoint is to a service
// of its own Region.
func (args *ServiceProviderArgs) checkRegions(at check.Path, region string, f *check.Faults) {
	arns := args.Service.regionalArns(at.Key("service"), args.withoutInternet())
	if arn, known := plain(args.Notifications.TopicArn); known {
		arns[at.Key("notifications").Key("topicArn")] = arn
	}
	for key, listener := range args.Listeners {
		if arn, known := plain(listener.CertificateArn); known {
			arns[at.Key("listeners").Key(key).Key("certificateArn")] = arn
		}
		for i, certificate := range listener.AdditionalCertificateArns {
			if arn, known := plain(certificate); known {
				arns[at.Key("listeners").Key(key).Key("additionalCertificateArns").Index(i)] = arn
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(arns)) {
		arn := arns[path]
		if parts := strings.SplitN(arn, ":", 5); len(parts) == 5 && parts[3] != "" && parts[3] != region {
			f.Say(path, "is %q, which is in %s; it must be in %s, the stack's Region", arn, parts[3], region)
		}
	}
	if !args.withoutInternet() {
		return
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
