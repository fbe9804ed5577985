package components

import (
	"fmt"
	"maps"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"fargate-privatelink/internal/check"
)

// awsLists are how many rules those of AWS's own prefix lists count as that are more than
// one, by what ends their names. See
// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html#aws-managed-prefix-list-weights.
var awsLists = map[string]int{
	"cloudfront.origin-facing": 55, "ec2-instance-connect": 2, "groundstation": 5, "route53-healthchecks": 25, "s3express": 6, "vpc-lattice": 10,
}

// awsList has the last part of such a name.
var awsList = regexp.MustCompile(`^com\.amazonaws\.[a-z0-9-]+\.(?:ipv6\.)?(.+)$`)

// readPrefixLists looks up what the prefix lists at their paths count as, but for those that
// the options say it of.
func (o *ConsumerQuotasOptions) readPrefixLists(look lookups, lists map[string]string, quotas check.Path) error {
	entries := map[string]int{}
	for path, id := range check.Sorted(lists) {
		if _, said := o.PrefixListEntries[id]; said || entries[id] > 0 {
			continue
		}
		list, err := ec2.LookupManagedPrefixList(look.ctx, &ec2.LookupManagedPrefixListArgs{Id: &id}, look.options...)
		if err != nil {
			return fmt.Errorf("%s is %q, which can't be read (%s says what it counts as without that): %w", path, id, quotas.Key("prefixListEntries"), err)
		}
		entries[id] = max(1, list.MaxEntries)
		if name := awsList.FindStringSubmatch(list.Name); name != nil && list.OwnerId == "AWS" {
			entries[id] = max(entries[id], awsLists[name[1]])
		}
	}
	maps.Copy(entries, o.PrefixListEntries)
	o.PrefixListEntries = entries
	return nil
}

// prefixLists are those that the configuration names, by their paths.
func (args *ServiceProviderArgs) prefixLists(at check.Path) map[string]string {
	lists := map[string]string{}
	for name, entry := range args.Service.Egress {
		for i, list := range entry.PrefixListIds {
			if id, known := plain(list); known {
				lists[string(at.Key("service").Key("egress").Key(name).Key("prefixListIds").Index(i))] = id
			}
		}
	}
	return lists
}

func (args *ServiceConsumerArgs) prefixLists(at check.Path) map[string]string {
	lists := map[string]string{}
	for _, p := range args.places(at) {
		for i, id := range p.clients.PrefixListIds {
			lists[string(p.clientsPath.Key("prefixListIds").Index(i))] = id
		}
	}
	return lists
}

// countPrefixLists counts anew where there are prefix lists to look up.
func (args *ServiceProviderArgs) countPrefixLists(look lookups, at check.Path, listeners []Listener, f *check.Faults) error {
	lists := args.prefixLists(at)
	if len(lists) == 0 {
		return nil
	}
	if err := args.Quotas.readPrefixLists(look, lists, at.Key("quotas")); err != nil {
		return err
	}
	args.checkQuotas(at, listeners, f)
	return nil
}

func (args *ServiceConsumerArgs) countPrefixLists(look lookups, at check.Path) error {
	lists := args.prefixLists(at)
	if len(lists) == 0 {
		return nil
	}
	if err := args.Quotas.readPrefixLists(look, lists, at.Key("quotas")); err != nil {
		return err
	}
	var f check.Faults
	args.checkQuotas(at, &f)
	return f.Err()
}
