package stacks

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/strict"
)

// endpointIdOutput is the consumer stack's output that the provider accepts.
const endpointIdOutput = "endpointId"

// allowedPrincipals returns the ARNs of the principals of all tenants. Each key
// says whose it is and names the resource: <tenant>-<account> for an account,
// <tenant>-<account>-<role or user>-<name>, and <tenant>-any for "*".
func allowedPrincipals(tenants map[string]tenantConfig, partition string) (map[string]string, error) {
	var f faults
	principals := map[string]string{}
	for name, tenant := range sorted(tenants) {
		for _, account := range tenant.Accounts {
			principals[name+"-"+account] = fmt.Sprintf("arn:%s:iam::%s:root", partition, account)
		}
		for i, arn := range tenant.Principals {
			if arn == anyPrincipal {
				principals[name+"-any"] = arn
				continue
			}
			parts := principalARN.FindStringSubmatch(arn)
			if parts[1] != partition {
				f.add("%s.principals[%d] is %q; it must be in the partition of this stack's region: arn:%s:...",
					strict.Join(tenantsPath, name), i, arn, partition)
			}
			key := name + "-" + parts[2]
			if parts[3] != "root" {
				key += "-" + strings.ReplaceAll(parts[3], "/", "-")
			}
			principals[key] = arn
		}
	}
	return principals, f.err()
}

// acceptedEndpoints returns the endpoints to accept: those that the tenants list,
// and those that their consumer stacks have made by now. A consumer stack that has
// made none yet is no fault: the hand-shake goes provider, consumer, provider, and
// a notice says which step is next.
func acceptedEndpoints(ctx *pulumi.Context, tenants map[string]tenantConfig) (*acceptance, error) {
	a := &acceptance{endpoints: map[string]string{}, holders: claims{}}
	for name, tenant := range sorted(tenants) {
		for i, id := range tenant.EndpointIds {
			a.accept(acceptKey(name, id), id, fmt.Sprintf("%s.endpointIds[%d]", strict.Join(tenantsPath, name), i))
		}
	}
	stacks := claims{}
	for name, tenant := range sorted(tenants) {
		for i, stack := range tenant.ConsumerStacks {
			path := fmt.Sprintf("%s.consumerStacks[%d]", strict.Join(tenantsPath, name), i)
			full := fullStackName(ctx, stack)
			if holder, taken := stacks[full]; taken {
				return nil, fmt.Errorf("%s is the stack %s, which is also %s; list it once", path, full, holder)
			}
			stacks[full] = path
			id, err := consumerEndpoint(ctx, path, stack)
			if err != nil {
				return nil, err
			}
			if id == "" {
				a.notice(path, stack, ctx.Stack())
				continue
			}
			a.accept(acceptKey(name, shortStackName(stack)), id, path)
		}
	}
	return a, a.faults.err()
}

// acceptKey names the resource that accepts an endpoint.
func acceptKey(tenant, source string) string { return tenant + "-" + source }

// acceptance is what the provider does about its consumers' endpoints.
type acceptance struct {
	endpoints map[string]string // ID by acceptKey
	notices   []string          // what is still to do, for the user
	holders   claims            // path by ID
	faults    faults
}

func (a *acceptance) accept(key, id, path string) {
	if holder, taken := a.holders[id]; taken {
		a.faults.add("%s is the endpoint %s, which is also %s; list it once", path, id, holder)
		return
	}
	a.holders[id] = path
	a.endpoints[key] = id
}

func (a *acceptance) notice(path, consumer, provider string) {
	a.notices = append(a.notices, fmt.Sprintf(
		"%s: stack %q has no endpoint yet. Next: pulumi up --stack %s, then pulumi up --stack %s to accept its endpoint.",
		path, consumer, consumer, provider))
}

// consumerEndpoint returns the ID of the endpoint that a consumer stack has made,
// or "" when it has made none yet.
func consumerEndpoint(ctx *pulumi.Context, path, stack string) (string, error) {
	reference, err := findStack(ctx, stack)
	if err != nil {
		return "", fmt.Errorf("%s is %q, which can't be read: %w", path, stack, err)
	}
	if reference == nil || !reference.has(endpointIdOutput) {
		return "", nil
	}
	value, err := reference.output(endpointIdOutput)
	if err != nil {
		return "", fmt.Errorf("%s is %q, which can't be read: %w", path, stack, err)
	}
	id, _ := value.(string)
	if !endpointForm.valid(id) {
		return "", fmt.Errorf("%s is %q, whose output %s is %v; it must be %s", path, stack, endpointIdOutput, value, endpointForm.allowed)
	}
	return id, nil
}
