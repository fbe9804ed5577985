package stacks

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/strict"
)

// The consumer stack's outputs that the provider reads: its endpoint, or its endpoints
// by network, and the account that they are in.
const (
	endpointIdOutput  = "endpointId"
	endpointIdsOutput = "endpointIds"
	accountIdOutput   = "accountId"
)

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
	a := &acceptance{endpoints: map[string]string{}, owners: map[string]string{}, holders: claims{}}
	for name, tenant := range sorted(tenants) {
		for i, id := range tenant.EndpointIds {
			a.accept(acceptKey(name, id), id, ownerOf(name, tenant, ""), fmt.Sprintf("%s.endpointIds[%d]", tenantPath(name), i))
		}
	}
	stacks := claims{}
	for name, tenant := range sorted(tenants) {
		for i, stack := range tenant.ConsumerStacks {
			path := fmt.Sprintf("%s.consumerStacks[%d]", tenantPath(name), i)
			full := fullStackName(ctx, stack)
			if holder, taken := stacks[full]; taken {
				return nil, fmt.Errorf("%s is the stack %s, which is also %s; list it once", path, full, holder)
			}
			stacks[full] = path
			consumer, err := readConsumer(ctx, path, stack)
			if err != nil {
				return nil, err
			}
			if len(consumer.endpoints) == 0 {
				a.notice(path, stack, ctx.Stack())
				continue
			}
			for key, id := range sorted(consumer.endpoints) {
				a.accept(acceptKey(name, shortStackName(stack)+key), id, ownerOf(name, tenant, consumer.account), path)
			}
		}
	}
	return a, a.faults.err()
}

// acceptKey names the resource that accepts an endpoint.
func acceptKey(tenant, source string) string { return tenant + "-" + source }

// acceptance is what the provider does about its consumers' endpoints.
type acceptance struct {
	endpoints map[string]string // ID by acceptKey
	owners    map[string]string // whose it is, by acceptKey
	notices   []string          // what is still to do, for the user
	holders   claims            // path by ID
	faults    faults
}

func (a *acceptance) accept(key, id, owner, path string) {
	if holder, taken := a.holders[id]; taken {
		a.faults.add("%s is the endpoint %s, which is also %s; list it once", path, id, holder)
		return
	}
	a.holders[id] = path
	a.endpoints[key] = id
	a.owners[key] = owner
}

func (a *acceptance) notice(path, consumer, provider string) {
	a.notices = append(a.notices, fmt.Sprintf(
		"%s: stack %q has no endpoint yet. Next: pulumi up --stack %s, then pulumi up --stack %s to accept its endpoint.",
		path, consumer, consumer, provider))
}

// consumer is what a consumer stack says of its endpoints.
type consumer struct {
	account   string            // that owns them, or "" where it is not said
	endpoints map[string]string // ID by what follows the stack's name in acceptKey
}

// readConsumer reads the endpoints that a consumer stack has made, of which there are
// none before its first pulumi up.
func readConsumer(ctx *pulumi.Context, path, stack string) (consumer, error) {
	found := consumer{endpoints: map[string]string{}}
	reference, err := findStack(ctx, stack)
	if err != nil {
		return found, fmt.Errorf("%s is %q, which can't be read: %w", path, stack, err)
	}
	if reference == nil {
		return found, nil
	}
	for output, take := range map[string]func(value any) error{
		accountIdOutput: func(value any) error {
			found.account, _ = value.(string)
			return nil
		},
		endpointIdOutput: func(value any) error { return found.add("", endpointIdOutput, value) },
		endpointIdsOutput: func(value any) error {
			ids, _ := value.(map[string]any)
			for key, id := range sorted(ids) {
				if err := found.add("-"+key, endpointIdsOutput+"."+key, id); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		if !reference.Has(output) {
			continue
		}
		value, err := reference.Output(output)
		if err == nil {
			err = take(value)
		}
		if err != nil {
			return found, fmt.Errorf("%s is %q, %w", path, stack, err)
		}
	}
	return found, nil
}

// add takes an endpoint from an output.
func (c consumer) add(key, output string, value any) error {
	id, _ := value.(string)
	if !endpointForm.valid(id) {
		return fmt.Errorf("whose output %s is %v; it must be %s", output, value, endpointForm.allowed)
	}
	c.endpoints[key] = id
	return nil
}
