package stacks

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/check"
)

// The consumer stack's outputs that the provider reads: its endpoint, or its endpoints
// by network, and the account that they are in. [stackref.ReadConsumerOutputs] would
// want them all, and a stack may be half-way.
const (
	endpointIdOutput  = "endpointId"
	endpointIdsOutput = "endpointIds"
	accountIdOutput   = "accountId"
	serviceNameOutput = "serviceName"
)

// maxEndpoints is how many networks of one stack are accepted: each makes a resource here.
const maxEndpoints = 100

// tenantsPath is where the tenants stand.
const tenantsPath = check.Path(providerKey + ".tenants")

// checkConsumerStacks checks the stacks that the tenants name, each of which may be there
// once.
func (cfg *providerConfig) checkConsumerStacks(ctx *pulumi.Context, f *check.Faults) {
	holders := map[string]check.Path{}
	for label, tenant := range check.Sorted(cfg.Tenants) {
		path := tenantsPath.Key(label).Key("consumerStacks")
		for i, stack := range tenant.ConsumerStacks {
			if !check.Forms["stack"].Ok(stack) {
				f.Form(path.Index(i), stack, check.Forms["stack"])
				continue
			}
			full := fullStackName(ctx, stack)
			if holder, taken := holders[full]; taken {
				f.Say(path.Index(i), "is the stack %s, which is also %s; list it once", full, holder)
				continue
			}
			holders[full] = path.Index(i)
		}
	}
}

// findConsumers gives each tenant the endpoints that its consumer stacks have made by
// now. A consumer stack that has made none yet is no fault: the hand-shake goes provider,
// consumer, provider, and a notice says which step is next.
func (cfg *providerConfig) findConsumers(ctx *pulumi.Context) error {
	for label, tenant := range check.Sorted(cfg.Tenants) {
		options := cfg.ServiceProviderArgs.Tenants[label]
		for i, stack := range tenant.ConsumerStacks {
			path := tenantsPath.Key(label).Key("consumerStacks").Index(i)
			found, err := readConsumer(ctx, path, stack)
			if err != nil {
				return err
			}
			notices := found.strange
			switch {
			case found.account != "" && !owns(tenant.TenantOptions, found.account):
				found.endpoints = nil
				notices = append(notices, fmt.Sprintf("stack %q says that its endpoints are in account %s, which is none of the tenant's; they are not accepted", stack, found.account))
			case len(found.endpoints) == 0 && len(notices) == 0:
				notices = append(notices, fmt.Sprintf("stack %q has no endpoint yet. Next: pulumi up --stack %s, then pulumi up --stack %s to accept its endpoint.",
					stack, stack, ctx.Stack()))
			}
			for _, notice := range notices {
				if err := ctx.Log.Info(fmt.Sprintf("%s: %s", path, notice), nil); err != nil {
					return err
				}
			}
			for key, id := range check.Sorted(found.endpoints) {
				options.Consumers = append(options.Consumers, components.ConsumerEndpoint{
					EndpointId: id, AccountId: found.account, Label: shortStackName(stack) + key, Path: string(path),
				})
			}
		}
		cfg.ServiceProviderArgs.Tenants[label] = options
	}
	return nil
}

// owns says whether an account is one of the tenant's, or might be.
func owns(tenant components.TenantOptions, account string) bool {
	accounts := tenant.AccountIds()
	return len(accounts) == 0 || slices.Contains(accounts, account)
}

// consumer is what a consumer stack says of its endpoints. It is another company's, so
// that whatever it says is checked, and what can't be is left out: it must not stop the
// provider's own update.
type consumer struct {
	account   string            // that owns them, or "" where it is not said
	endpoints map[string]string // ID by what follows the stack's name in messages
	strange   []string          // what was left out
}

// readConsumer reads the endpoints that a consumer stack has made, of which there are
// none before its first pulumi up.
func readConsumer(ctx *pulumi.Context, path check.Path, stack string) (*consumer, error) {
	found := &consumer{endpoints: map[string]string{}}
	reference, err := findStack(ctx, stack)
	if err != nil {
		return found, fmt.Errorf("%s is %q, which can't be read: %w", path, stack, err)
	}
	if reference == nil {
		return found, nil
	}
	outputs := map[string]any{}
	for _, name := range []string{accountIdOutput, endpointIdOutput, endpointIdsOutput} {
		if !reference.Has(name) {
			continue
		}
		if reference.Peek(name) == nil {
			found.strange = append(found.strange, fmt.Sprintf("its output %s is null", name))
			continue
		}
		if outputs[name], err = reference.Output(name); err != nil {
			return found, fmt.Errorf("%s is %q, %w", path, stack, err)
		}
	}
	if account, has := outputs[accountIdOutput]; has {
		found.account = found.text(accountIdOutput, account, check.Forms["account"])
	}
	if id, has := outputs[endpointIdOutput]; has {
		found.add("", endpointIdOutput, id)
	}
	ids, _ := outputs[endpointIdsOutput].(map[string]any)
	if len(ids) > maxEndpoints {
		found.strange = append(found.strange, fmt.Sprintf("its output %s has %d endpoints; it must have at most %d", endpointIdsOutput, len(ids), maxEndpoints))
		ids = nil
	}
	for key, id := range check.Sorted(ids) {
		if !check.Forms["networkKey"].Ok(key) {
			found.strange = append(found.strange, fmt.Sprintf("its output %s has the key %q; it must be %s", endpointIdsOutput, key, check.Forms["networkKey"].Allowed))
			continue
		}
		found.add("-"+key, endpointIdsOutput+"."+key, id)
	}
	return found, nil
}

// add takes an endpoint from an output.
func (c *consumer) add(key, output string, value any) {
	if id := c.text(output, value, check.Forms["endpoint"]); id != "" {
		c.endpoints[key] = id
	}
}

// text is an output's value if it has the form.
func (c *consumer) text(output string, value any, form check.Form) string {
	text, _ := value.(string)
	if form.Ok(text) {
		return text
	}
	c.strange = append(c.strange, fmt.Sprintf("its output %s is %.80q; it must be %s", output, fmt.Sprint(value), form.Allowed))
	return ""
}
