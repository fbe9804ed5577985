package stackref

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/contract"
	"fargate-privatelink/internal/strict"
)

// ReadProviderOutputs reads all outputs of a provider's stack.
//
// It returns an error that names the outputs that are missing, or what is wrong
// with one.
func ReadProviderOutputs(reference *pulumi.StackReference) (*contract.ProviderOutputs, error) {
	return readOutputs(reference, contract.ProviderOutputNames(), contract.ParseProviderOutputs)
}

// ReadConsumerOutputs reads all outputs of a consumer's stack.
//
// It returns an error that names the outputs that are missing, or what is wrong
// with one.
func ReadConsumerOutputs(reference *pulumi.StackReference) (*contract.ConsumerOutputs, error) {
	return readOutputs(reference, contract.ConsumerOutputNames(), contract.ParseConsumerOutputs)
}

// readOutputs asks for each output by its name: a reference can't list what there is.
func readOutputs[T any](reference *pulumi.StackReference, names []string, parse func([]byte) (*T, error)) (*T, error) {
	stack := reference.PulumiResourceName()
	values := map[string]any{}
	for _, name := range names {
		value, err := read(reference, name)
		if err != nil {
			return nil, fmt.Errorf("output %s of stack %s can't be read: %w", name, stack, err)
		}
		if value != nil {
			values[name] = value
		}
	}
	data, err := json.Marshal(values)
	if err != nil {
		return nil, fmt.Errorf("the outputs of stack %s can't be written as JSON: %w", stack, err)
	}
	outputs, err := parse(data)
	return outputs, strict.Prefix("stack "+stack+": ", err)
}
