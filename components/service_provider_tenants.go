package components

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// principalParts has the groups partition, account and entity.
var principalParts = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::([0-9]{12}):(.+)$`)

// claims are values that must be unique over all tenants, with the path of each: AWS has
// one permission for a principal and one answer for an endpoint, so if two tenants shared
// one, removing it from the first would take it from the second.
type claims map[string]check.Path

// claim claims each value of a list, by what identity makes of it.
func (c claims) claim(at check.Path, values []string, identity func(string) string, f *check.Faults) {
	for i, value := range values {
		if holder, taken := c[identity(value)]; taken {
			f.Say(at.Index(i), "is %q, which is also %s; list it once", value, holder)
			continue
		}
		c[identity(value)] = at.Index(i)
	}
}

// rootOf is the identity of the principal that an account ID stands for.
func rootOf(account string) string { return account + "/root" }

// principalIdentity is what a principal is, which names its resource: its account and
// entity. The partition is the stack's.
func principalIdentity(arn string) string {
	if parts := principalParts.FindStringSubmatch(arn); parts != nil {
		return parts[2] + "/" + parts[3]
	}
	return arn
}

func (args *ServiceProviderArgs) checkTenants(at check.Path, f *check.Faults) {
	principals, endpoints := claims{}, claims{}
	var anybody check.Path
	for label, tenant := range check.Sorted(args.Tenants) {
		path := at.Key("tenants").Key(label)
		if len(tenant.Accounts)+len(tenant.Principals) == 0 {
			f.Say(path, "has neither accounts nor principals; it must have one, or nobody could connect")
		}
		// Each shard has permissions of its own.
		shard := shardSuffix(tenant.shard())
		in := func(identity func(string) string) func(string) string {
			return func(value string) string { return identity(value) + shard }
		}
		principals.claim(path.Key("accounts"), tenant.Accounts, in(rootOf), f)
		principals.claim(path.Key("principals"), tenant.Principals, in(principalIdentity), f)
		endpoints.claim(path.Key("endpointIds"), tenant.EndpointIds, check.Same, f)
		if i := slices.Index(tenant.Principals, anyPrincipal); i >= 0 && anybody == "" {
			anybody = path.Key("principals").Index(i)
		}
	}
	args.checkAnyPrincipal(at, anybody, f)
}

// checkAnyPrincipal lets "*" in on two conditions: that somebody meant it, and that a
// person or this program looks at each endpoint. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
func (args *ServiceProviderArgs) checkAnyPrincipal(at, holder check.Path, f *check.Faults) {
	service, path, anybody := args.EndpointService, at.Key("endpointService"), holder != ""
	switch {
	case anybody && !service.AllowAnyPrincipal:
		f.Say(holder, `is "*", every AWS account; it needs %s to be true`, path.Key("allowAnyPrincipal"))
	case anybody && !*service.AcceptanceRequired:
		f.Say(holder, `is "*", every AWS account; it needs %s to be true`, path.Key("acceptanceRequired"))
	case !anybody && service.AllowAnyPrincipal:
		f.Say(path.Key("allowAnyPrincipal"), `is true; it must be false while no tenant has the principal "*"`)
	}
}

// permissions are what the tenants come to: the principals and the endpoints to accept,
// each under what it is, with the names that its resource had when it was named by the
// tenant's label.
type permissions struct {
	principals map[string]pulumi.StringInput
	endpoints  map[string]pulumi.StringInput
	former     map[string][]string
	owners     map[string]string   // of an endpoint, by its ID
	labels     map[string]string   // of an endpoint's tenant, likewise
	allowedBy  map[string][]string // the principals that an endpoint may be of, likewise
}

// permissions returns those of a shard, for ARNs of a partition.
func (args *ServiceProviderArgs) permissions(shard int, partition string, f *check.Faults) permissions {
	p := permissions{
		principals: map[string]pulumi.StringInput{}, endpoints: map[string]pulumi.StringInput{},
		former: map[string][]string{}, owners: map[string]string{}, labels: map[string]string{}, allowedBy: map[string][]string{},
	}
	for label, tenant := range check.Sorted(args.Tenants) {
		if tenant.shard() != shard {
			continue
		}
		path := check.Path(args.key("tenants")).Key(label)
		for _, account := range tenant.Accounts {
			p.allow(fmt.Sprintf("arn:%s:iam::%s:root", partition, account), label+"-"+account)
		}
		for i, arn := range tenant.Principals {
			former := label + "-any"
			if parts := principalParts.FindStringSubmatch(arn); parts != nil {
				if parts[1] != partition {
					f.Say(path.Key("principals").Index(i), "is %q; it must be in the partition of this stack's region: arn:%s:...", arn, partition)
				}
				former = strings.TrimSuffix(label+"-"+parts[2]+"-"+strings.ReplaceAll(parts[3], "/", "-"), "-root")
			}
			p.allow(arn, former)
		}
		for _, id := range tenant.EndpointIds {
			p.accept(id, label+"-"+id, label, "", tenant)
		}
		for _, consumer := range tenant.Consumers {
			p.accept(consumer.EndpointId, label+"-"+consumer.Label, label, consumer.AccountId, tenant)
		}
	}
	return p
}

func (p permissions) allow(arn, former string) {
	identity := principalKey(arn)
	p.principals[identity] = pulumi.String(arn)
	p.former[identity] = []string{former}
}

// principalKey names a principal's resource.
func principalKey(arn string) string {
	if arn == anyPrincipal {
		return "any"
	}
	return principalIdentity(arn)
}

// accept notes an endpoint once, however many tenants or stacks claim it: it is the first
// one's, and may be of the principals of all, whose labels' order means nothing. Its account
// is "" where it isn't known.
func (p permissions) accept(id, former, label, account string, tenant TenantOptions) {
	p.former[id] = append(p.former[id], former)
	if _, noted := p.owners[id]; !noted {
		p.endpoints[id], p.owners[id] = pulumi.String(id), tenant.owner(label, account)
		p.labels[id] = label
	}
	p.allowedBy[id] = append(p.allowedBy[id], tenant.principalKeys(account)...)
}

// principalKeys are those of the tenant's principals that an account's endpoint may be of,
// or any account's if it is "".
func (tenant TenantOptions) principalKeys(account string) []string {
	var keys []string
	for _, own := range tenant.Accounts {
		if account == "" || own == account {
			keys = append(keys, rootOf(own))
		}
	}
	for _, arn := range tenant.Principals {
		parts := principalParts.FindStringSubmatch(arn)
		if account == "" || parts == nil || parts[2] == account {
			keys = append(keys, principalKey(arn))
		}
	}
	return keys
}

// owner says whose a tenant's endpoint is: the account that is known, or else those that
// the tenant has.
func (tenant TenantOptions) owner(label, account string) string {
	accounts := tenant.AccountIds()
	if account != "" {
		accounts = []string{account}
	}
	if len(accounts) == 0 {
		return "tenant " + label
	}
	return fmt.Sprintf("account %s (tenant %s)", strings.Join(accounts, " or "), label)
}

// AccountIds are the accounts of the tenant's principals, none where anybody may connect.
func (tenant TenantOptions) AccountIds() []string {
	if slices.Contains(tenant.Principals, anyPrincipal) {
		return nil
	}
	accounts := append([]string(nil), tenant.Accounts...)
	for _, arn := range tenant.Principals {
		if parts := principalParts.FindStringSubmatch(arn); parts != nil {
			accounts = append(accounts, parts[2])
		}
	}
	return accounts
}
