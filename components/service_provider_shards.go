package components

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// shard is one endpoint service with its load balancers, since AWS lets a load balancer
// belong to one endpoint service. All of them are before the same tasks.
type shard struct {
	number int
	// name begins the names of what the shard has for itself.
	name string
	permissions
	// balancers are the load balancers, the current one last.
	balancers []*balancer
	released  atomic.Pointer[string] // the load balancer that the endpoint service is to lose
	endpoints *EndpointService
}

// newShards returns the shards, each with its tenants.
func (args *ServiceProviderArgs) newShards(name, partition string, f *check.Faults) []*shard {
	var shards []*shard
	claimed := map[string]bool{}
	for number := 1; number <= *args.Shards; number++ {
		sh := &shard{number: number, name: name + shardSuffix(number), permissions: args.permissions(number, partition, f)}
		for id := range sh.owners {
			if claimed[id] { // by an earlier shard's tenant too
				delete(sh.permissions.endpoints, id)
				delete(sh.owners, id)
			}
			claimed[id] = true
		}
		shards = append(shards, sh)
	}
	return shards
}

// maxShards is as many as an ECS service has target groups for.
const maxShards = maxListeners

// shardSuffix ends the names of a shard's resources. The first one's have none.
func shardSuffix(number int) string {
	if number == 1 {
		return ""
	}
	return fmt.Sprintf("-s%d", number)
}

func (sh *shard) current() *balancer { return sh.balancers[len(sh.balancers)-1] }

func (sh *shard) loadBalancerArns() pulumi.StringArray {
	var arns pulumi.StringArray
	for _, b := range sh.balancers {
		arns = append(arns, b.nlb.Arn)
	}
	return arns
}

// targetGroupArns are the current load balancer's target groups, by the port of their
// listener.
func (sh *shard) targetGroupArns() map[string]pulumi.StringInput {
	arns := map[string]pulumi.StringInput{}
	for _, l := range sh.current().listeners {
		arns[fmt.Sprint(l.Port.Port)] = l.group.Arn
	}
	return arns
}

// balancers are all shards' load balancers.
func (s *providerSide) balancers() []*balancer {
	var all []*balancer
	for _, sh := range s.shards {
		all = append(all, sh.balancers...)
	}
	return all
}

// eachShard calls a step for each shard, up to the first that fails.
func (s *providerSide) eachShard(step func(*shard) error) func() error {
	return func() error {
		for _, sh := range s.shards {
			if err := step(sh); err != nil {
				return err
			}
		}
		return nil
	}
}

// shard is the one that a tenant is in: of those that it may be in, the one that weighs
// most with it. A weight depends on nothing but the tenant and the shard (rendezvous
// hashing), so that another tenant or another shard moves nobody, and many tenants are
// spread evenly. The tenant is known by the first of its principals in their order, since
// a label is for people.
func (tenant TenantOptions) shard() int {
	if len(tenant.Shards) == 0 {
		return 1
	}
	keys := tenant.principalKeys("")
	if len(keys) == 0 {
		return slices.Min(tenant.Shards) // which is refused
	}
	return slices.MaxFunc(tenant.Shards, func(a, b int) int {
		return cmp.Compare(weight(slices.Min(keys), a), weight(slices.Min(keys), b))
	})
}

// weight is as good as random, and the same for ever: to change it would move tenants.
func weight(principal string, shard int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s in shard %d", principal, shard))
	return string(sum[:])
}

// noteMoves lets the guards refuse to reject an endpoint for the sake of another shard.
func (s *providerSide) noteMoves() error {
	guards, err := guardHook(s.ctx)
	if err != nil {
		return err
	}
	for _, sh := range s.shards {
		for id := range sh.owners {
			for number := 1; number <= maxShards; number++ {
				if number == sh.number {
					continue
				}
				guards.place(accepterName(s.name+shardSuffix(number), id), fmt.Sprintf("%s is in shard %d and would be rejected for shard %d, which only a new endpoint "+
					"can connect to: leave it with shards: [%d] of %s; or, to move it, list its accounts in another tenant with shards: [%d], "+
					"have its new endpoint made and used, and take this tenant out then: see docs/scale.md",
					id, number, sh.number, number, s.at.Key("tenants").Key(sh.labels[id]), sh.number))
			}
		}
	}
	return nil
}

// checkShards refuses shards that don't go with the other options.
func (args *ServiceProviderArgs) checkShards(at check.Path, name string, listeners []Listener, f *check.Faults) {
	path, count := at.Key("shards"), *args.Shards
	for label, tenant := range check.Sorted(args.Tenants) {
		path := at.Key("tenants").Key(label).Key("shards")
		for i, number := range tenant.Shards {
			switch {
			case number < 1 || number > count:
				f.Must(path.Index(i), number, fmt.Sprintf("1 to %d: %s is %d", count, at.Key("shards"), count))
			case slices.Contains(tenant.Shards[:i], number):
				f.Say(path.Index(i), "is %d a second time; list it once", number)
			}
		}
	}
	if count == 1 {
		return
	}
	if groups := count * len(listeners) * args.LoadBalancer.generations(); groups > maxListeners {
		f.Say(path, "is %d; with %s that comes to %d target groups, and an ECS service can have %d: "+
			"have fewer shards or listeners, or begin another provider stack for new tenants, see docs/scale.md",
			count, args.balancedBy(listeners), groups, maxListeners)
	}
	if len(args.LoadBalancer.PrivateIpv4Addresses) > 0 {
		f.Say(at.Key("loadBalancer").Key("privateIpv4Addresses"), "is set, but %s is %d; two load balancers can't have one address", path, count)
	}
	if dns := args.EndpointService.PrivateDns; dns != nil && dns.HostedZoneId == nil {
		f.Say(at.Key("endpointService").Key("privateDns").Key("hostedZoneId"), "is missing; it is required with %s %d, since each shard's endpoint service is proved by a record of its own", path, count)
	}
	names := []string{balancerName(name, count, *args.LoadBalancer.Generation)}
	for _, l := range listeners {
		names = append(names, targetGroupName(name, l, count, *args.LoadBalancer.Generation))
	}
	for _, made := range names {
		if len(made) > maxELBName {
			f.Say(path, "is %d, with which %s would have %d characters; a load balancer's and a target group's may have %d: it needs a shorter %s",
				count, made, len(made), maxELBName, at.Key("name"))
			return
		}
	}
}

// balancedBy says what besides the shards multiplies target groups.
func (args *ServiceProviderArgs) balancedBy(listeners []Listener) string {
	said := []string{fmt.Sprintf("%d listeners", len(listeners))}
	if len(listeners) == 1 {
		said[0] = "1 listener"
	}
	if args.LoadBalancer.RetainPrevious {
		said = append(said, args.key("loadBalancer", "retainPrevious"))
	}
	return strings.Join(said, " and ")
}
