// Package stackref reads the outputs of this project's stacks, typed, in any
// Pulumi Go program: the contract of a provider's stack, or all outputs of a
// provider's or a consumer's.
//
// A program that has a [pulumi.StackReference] already uses [ReadContract],
// [ReadProviderOutputs] or [ReadConsumerOutputs]. One that hasn't uses [Find],
// which tells a stack that does not exist from one that was never deployed; a
// reference to a stack that does not exist fails the whole deployment instead.
//
// All of them return the values themselves and not Pulumi outputs, in a preview
// too: what another stack has exported is known. So a program can decide with
// them which resources it makes.
package stackref

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
	"fargate-privatelink/internal/strict"
)

// ErrNotFound is what [Find] returns when there is no such stack.
var ErrNotFound = errors.New("there is no such stack")

// Stack is a stack whose outputs can be read.
type Stack struct {
	// Name is the stack's full name: organization/project/stack.
	Name string
	// Outputs are the names of its outputs, sorted. There are none when it was
	// never deployed.
	Outputs []string

	ctx       *pulumi.Context
	values    map[string]any
	reference *pulumi.StackReference
}

// Find looks a stack up by its full name (organization/project/stack), or by its
// own name when it is of the running program's project.
//
// It returns an error that wraps [ErrNotFound] when there is no such stack, and
// another when the stack can't be read.
func Find(ctx *pulumi.Context, stack string) (*Stack, error) {
	name := FullName(ctx, stack)
	var result struct {
		Outputs map[string]any `pulumi:"outputs"`
	}
	// The function that a stack reference itself rests on. Raw, since a stack may
	// have secret outputs, which the plain invoke refuses.
	_, err := ctx.InvokePackageRaw("pulumi:pulumi:readStackOutputs", map[string]any{"name": name}, &result, "")
	switch {
	case err != nil && strings.Contains(err.Error(), "unknown stack"):
		return nil, fmt.Errorf("stack %s: %w", name, ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("stack %s can't be read: %w", name, err)
	}
	return &Stack{Name: name, Outputs: slices.Sorted(maps.Keys(result.Outputs)), ctx: ctx, values: result.Outputs}, nil
}

// FullName completes the name of a stack of the running program's project.
func FullName(ctx *pulumi.Context, stack string) string {
	if strings.Contains(stack, "/") {
		return stack
	}
	return ctx.Organization() + "/" + ctx.Project() + "/" + stack
}

// Has reports whether the stack has an output.
func (s *Stack) Has(output string) bool { return slices.Contains(s.Outputs, output) }

// Peek returns an output's value, or nil when there is none, without a record that
// the running stack depends on the other: for a stack's own outputs, to which it
// can't have a reference. A secret one is returned as it is.
func (s *Stack) Peek(output string) any { return s.values[output] }

// Reference returns a stack reference to the stack, the same at every call. It
// records in the state that the running stack depends on the other.
func (s *Stack) Reference() (*pulumi.StackReference, error) {
	if s.reference == nil {
		reference, err := pulumi.NewStackReference(s.ctx, s.Name, nil)
		if err != nil {
			return nil, err
		}
		s.reference = reference
	}
	return s.reference, nil
}

// Output returns an output's value: maps, slices, strings, float64 and bool. A
// secret one is returned as it is.
//
// It returns an error when the stack has no such output, or one without a value.
func (s *Stack) Output(name string) (any, error) {
	switch {
	case len(s.Outputs) == 0:
		return nil, fmt.Errorf("stack %s has no outputs: it was never deployed, or was destroyed", s.Name)
	case !s.Has(name):
		return nil, fmt.Errorf("stack %s has no output %s (it has %s)", s.Name, name, strings.Join(s.Outputs, ", "))
	}
	reference, err := s.Reference()
	if err != nil {
		return nil, err
	}
	value, err := read(reference, name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("output %s of stack %s can't be read: %w", name, s.Name, err)
	case value == nil:
		return nil, fmt.Errorf("output %s of stack %s is null", name, s.Name)
	}
	return value, nil
}

// Contract reads the contract of a provider's stack.
//
// It returns an error when the stack has none, when it is of another version than
// [contract.Version], which says who has to upgrade, or when it is not valid.
func (s *Stack) Contract() (*contract.Contract, error) {
	value, err := s.Output(contract.OutputName)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, needed)
	}
	return parse(s.Name, value)
}

// ContractFor reads the contract of the shard that an account is a tenant of: see
// [contract.ProviderOutputs.ContractFor]. Of a provider without shards it is [Stack.Contract].
func (s *Stack) ContractFor(account, connected string) (*contract.Contract, error) {
	first, err := s.Contract()
	if err != nil || !s.Has(contract.ContractsOutputName) {
		return first, err
	}
	outputs := contract.ProviderOutputs{Contract: *first}
	var contracts json.RawMessage
	if err := s.decode(contract.ContractsOutputName, &contracts); err != nil {
		return nil, err
	}
	if err := s.decode(contract.TenantShardsOutputName, &outputs.TenantShards); err != nil {
		return nil, err
	}
	if outputs.Contracts, err = contract.ParseContracts(contracts); err != nil {
		return nil, strict.Prefix("stack "+s.Name+": ", err)
	}
	found := outputs.ContractFor(account, connected)
	return &found, nil
}

// decode reads an output into what a value points to.
func (s *Stack) decode(name string, into any) error {
	value, err := s.Output(name)
	if err != nil {
		return err
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("output %s of stack %s can't be written as JSON: %w", name, s.Name, err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("output %s of stack %s is not what a provider exports: %w", name, s.Name, err)
	}
	return nil
}

// ReadContract is [Stack.Contract] for a program that has the reference already.
func ReadContract(reference *pulumi.StackReference) (*contract.Contract, error) {
	name := reference.PulumiResourceName()
	value, err := read(reference, contract.OutputName)
	switch {
	case err != nil:
		return nil, fmt.Errorf("output %s of stack %s can't be read: %w", contract.OutputName, name, err)
	case value == nil:
		return nil, fmt.Errorf("stack %s has no output %s: %s", name, contract.OutputName, needed)
	}
	return parse(name, value)
}

// needed says what a stack without a contract lacks.
var needed = fmt.Sprintf("it must be a stack with role provider, deployed with a release that exports contract version %d", contract.Version)

// parse reads a contract, and says in each error whose it is.
func parse(stack string, value any) (*contract.Contract, error) {
	c, err := contract.FromValue(value)
	return c, strict.Prefix("stack "+stack+": output ", err)
}

// read returns an output's value, or nil when there is none.
func read(reference *pulumi.StackReference, name string) (any, error) {
	details, err := reference.GetOutputDetails(name)
	if err != nil {
		return nil, err
	}
	if details.SecretValue != nil {
		return details.SecretValue, nil
	}
	return details.Value, nil
}
