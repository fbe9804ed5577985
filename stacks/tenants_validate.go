package stacks

import (
	"fmt"
	"strings"

	"fargate-privatelink/internal/strict"
)

const tenantsPath = "provider.tenants"

func (cfg *providerConfig) validateTenants(f *faults) {
	principals, endpoints, stacks := claims{}, claims{}, claims{}
	for name, tenant := range sorted(cfg.Tenants) {
		if !tenantForm.valid(name) {
			f.add("%s has the key %q; it must be %s", tenantsPath, name, tenantForm.allowed)
		}
		path := strict.Join(tenantsPath, name)
		if len(tenant.Accounts)+len(tenant.Principals) == 0 {
			f.add("%s has neither accounts nor principals; it must have one, or nobody could connect", path)
		}
		f.claim(principals, path+".accounts", tenant.Accounts, accountForm, rootOf)
		f.claim(principals, path+".principals", tenant.Principals, principalForm, withoutPartition)
		f.claim(endpoints, path+".endpointIds", tenant.EndpointIds, endpointForm, asIs)
		f.claim(stacks, path+".consumerStacks", tenant.ConsumerStacks, stackForm, asIs)
		cfg.validateAcceptance(f, path, tenant)
	}
	cfg.validateAnyPrincipal(f, principals)
	cfg.validateAcceptKeys(f)
}

// claims are the values that must be unique over all tenants, with the path of
// each: AWS has one permission per principal and one answer per endpoint, so if two
// tenants shared one, removing it from the first would take it from the second.
type claims map[string]string

// claim checks each value of a list and claims its identity for its path.
func (f *faults) claim(claimed claims, path string, values []string, form form, identity func(string) string) {
	for i, value := range values {
		element := fmt.Sprintf("%s[%d]", path, i)
		if !form.valid(value) {
			f.text(element, value, form)
			continue
		}
		if holder, taken := claimed[identity(value)]; taken {
			f.add("%s is %q, which is also %s; list it once", element, value, holder)
			continue
		}
		claimed[identity(value)] = element
	}
}

func asIs(value string) string { return value }

// rootOf is the identity of the principal that an account ID stands for.
func rootOf(account string) string { return "iam::" + account + ":root" }

// withoutPartition is the identity of a principal: its ARN without the partition,
// which an account ID doesn't say.
func withoutPartition(arn string) string {
	if parts := strings.SplitN(arn, ":", 3); len(parts) == 3 {
		return parts[2]
	}
	return arn
}

// validateAcceptance refuses endpoints to accept where AWS accepts them itself.
func (cfg *providerConfig) validateAcceptance(f *faults, path string, tenant tenantConfig) {
	if cfg.EndpointService.AcceptanceRequired {
		return
	}
	const reason = "is set, but provider.endpointService.acceptanceRequired is false; remove it, since AWS accepts every allowed principal's endpoint then"
	if len(tenant.EndpointIds) > 0 {
		f.add("%s.endpointIds %s", path, reason)
	}
	if len(tenant.ConsumerStacks) > 0 {
		f.add("%s.consumerStacks %s", path, reason)
	}
}

// validateAnyPrincipal lets "*" in on two conditions: that somebody meant it, and
// that a person or this program looks at each endpoint. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
func (cfg *providerConfig) validateAnyPrincipal(f *faults, principals claims) {
	path, anybody := principals[anyPrincipal]
	service := cfg.EndpointService
	switch {
	case anybody && !service.AllowAnyPrincipal:
		f.add(`%s is "*", every AWS account; it needs provider.endpointService.allowAnyPrincipal to be true`, path)
	case anybody && !service.AcceptanceRequired:
		f.add(`%s is "*", every AWS account; it needs provider.endpointService.acceptanceRequired to be true`, path)
	case !anybody && service.AllowAnyPrincipal:
		f.add(`provider.endpointService.allowAnyPrincipal is true; it must be false while no tenant has the principal "*"`)
	}
}

// validateAcceptKeys refuses two endpoints that would get the same name.
func (cfg *providerConfig) validateAcceptKeys(f *faults) {
	named := map[string]string{}
	for name, tenant := range sorted(cfg.Tenants) {
		for i, stack := range tenant.ConsumerStacks {
			path := fmt.Sprintf("%s.consumerStacks[%d]", strict.Join(tenantsPath, name), i)
			key := acceptKey(name, shortStackName(stack))
			if holder, taken := named[key]; taken && holder != path {
				f.add("%s is %q, and its endpoint would have the same name (%s) as that of %s; rename the tenant or the stack", path, stack, key, holder)
			}
			named[key] = path
		}
	}
}
