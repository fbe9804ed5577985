package stacks

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
	"fargate-privatelink/contract/stackref"
	"fargate-privatelink/internal/strict"
)

// pastedContract reads a contract that was passed on by hand, as an object or as
// JSON in a string.
func pastedContract(raw json.RawMessage) (*contract.Contract, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		raw = json.RawMessage(text)
	}
	c, err := contract.Parse(raw)
	return c, strict.Prefix("consumer.", err)
}

// referencedContract reads the contract from the provider's stack.
func referencedContract(ctx *pulumi.Context, stack string) (*contract.Contract, error) {
	full := fullStackName(ctx, stack)
	provider, err := findStack(ctx, stack)
	switch {
	case err != nil:
		return nil, fmt.Errorf("consumer.provider is %q, but stack %s can't be read: %w", stack, full, err)
	case provider == nil:
		return nil, fmt.Errorf("consumer.provider is %q, but there is no stack %s; deploy it first (pulumi up --stack %s), "+
			"or set consumer.contract to the contract that its owner hands out", stack, full, stack)
	case len(provider.Outputs) == 0:
		return nil, fmt.Errorf("consumer.provider is %q, but stack %s has no outputs; deploy it first (pulumi up --stack %s)", stack, full, stack)
	case !provider.Has(contract.OutputName):
		return nil, fmt.Errorf("consumer.provider is %q, but stack %s has no output %s (it has %s); name a stack with role provider, deployed with this program",
			stack, full, contract.OutputName, strings.Join(provider.Outputs, ", "))
	}
	if provider.Has(contract.ContractsOutputName) {
		return ownShard(ctx, provider)
	}
	value, err := provider.Output(contract.OutputName)
	if err != nil {
		return nil, fmt.Errorf("consumer.provider is %q, but stack %s can't be read: %w", stack, full, err)
	}
	c, err := contract.FromValue(value)
	return c, strict.Prefix("stack "+full+": output ", err)
}

// ownShard is the contract of the shard that this account is a tenant of, of a provider
// that has several.
func ownShard(ctx *pulumi.Context, provider *stackref.Stack) (*contract.Contract, error) {
	caller, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{})
	if err != nil {
		return nil, fmt.Errorf("stack %s has a contract for each shard, but which account this is can't be read: %w", provider.Name, err)
	}
	connected := ""
	if own, err := findStack(ctx, ctx.Stack()); err == nil && own != nil {
		connected, _ = own.Peek(serviceNameOutput).(string)
	}
	return provider.ContractFor(caller.AccountId, connected)
}
