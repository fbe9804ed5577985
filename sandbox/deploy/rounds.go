package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"fargate-privatelink/contract"
)

// Rounds is the hand-shake of both sides: the providers; the consumers, whose endpoints
// then wait to be accepted; the providers that they wait for once more; and the
// consumers once more where that gives the service its private DNS name, which only an
// accepted endpoint can have.
type Rounds struct {
	// Deploy deploys one stack; again says that it has been deployed in these rounds
	// before. It is called for several consumers at once.
	Deploy func(ctx context.Context, stack Stack, again bool) (*Result, error)
	// AtOnce is how many consumers are deployed at once (default 1).
	AtOnce int
	// Disconnected: the connections were rejected before, so that every provider has to
	// accept them again.
	Disconnected bool
}

// Rounds deploys all stacks. A provider that fails ends it; a consumer that fails stops
// no other one, and its error is joined with theirs. The results are those of each
// stack's deployments, in the order in which they began.
func (s *Sandbox) Rounds(ctx context.Context, r Rounds) (results []*Result, err error) {
	isProvider := func(st Stack) bool { return st.Role == RoleProvider }
	first, err := r.providers(ctx, false, s.stacks(isProvider))
	if err != nil {
		return first, err
	}
	consumers, failures := r.consumers(ctx, false, s.stacks(func(st Stack) bool { return !isProvider(st) }))
	results = append(first, consumers...)
	if ctx.Err() != nil {
		return results, failures
	}
	var waiting []Stack
	for _, res := range first {
		waits, err := s.waits(res, r.Disconnected)
		if err != nil {
			return results, errors.Join(failures, err)
		}
		if waits {
			waiting = append(waiting, Stack{Name: res.Stack, Role: RoleProvider})
		}
	}
	accepting, err := r.providers(ctx, true, waiting)
	results = append(results, accepting...)
	if err != nil {
		return results, errors.Join(failures, err)
	}
	named, err := anyNamed(accepting)
	if err != nil || !named {
		return results, errors.Join(failures, err)
	}
	again, err := r.consumers(ctx, true, s.stacks(func(st Stack) bool {
		deployed := slices.ContainsFunc(consumers, func(res *Result) bool { return res.Stack == st.Name })
		return deployed && st.Role == RoleConsumer
	}))
	return append(results, again...), errors.Join(failures, err)
}

func (s *Sandbox) stacks(choose func(Stack) bool) (chosen []Stack) {
	for _, st := range s.Stacks {
		// What was loaded without its program stays as it is.
		if choose(st) && s.Program(st.Name) == nil {
			chosen = append(chosen, st)
		}
	}
	return chosen
}

// providers deploys providers one after the other, up to the first that fails.
func (r Rounds) providers(ctx context.Context, again bool, stacks []Stack) (results []*Result, err error) {
	for _, st := range stacks {
		res, err := r.Deploy(ctx, st, again)
		if err != nil {
			return results, err
		}
		results = append(results, res)
	}
	return results, nil
}

// consumers deploys consumers, as many at once as may be, and all of them.
func (r Rounds) consumers(ctx context.Context, again bool, stacks []Stack) ([]*Result, error) {
	results, failures := make([]*Result, len(stacks)), make([]error, len(stacks))
	var deploying errgroup.Group
	deploying.SetLimit(max(1, r.AtOnce))
	for i, st := range stacks {
		deploying.Go(func() error {
			if failures[i] = ctx.Err(); failures[i] == nil {
				results[i], failures[i] = r.Deploy(ctx, st, again)
			}
			return nil
		})
	}
	_ = deploying.Wait()
	if ctx.Err() != nil {
		failures = []error{ctx.Err()}
	}
	return slices.DeleteFunc(results, func(res *Result) bool { return res == nil }), errors.Join(failures...)
}

// waits says whether a provider has to run again, for an endpoint that waits.
func (s *Sandbox) waits(res *Result, disconnected bool) (bool, error) {
	if res.Outputs[contract.OutputName] == nil || disconnected {
		return res.Outputs[contract.OutputName] != nil, nil
	}
	for _, value := range contract.ValuesOf(res.Stack, res.Outputs) {
		service, _ := value.(map[string]any)["serviceName"].(string)
		if waits, err := s.AwaitsAcceptance(service); waits || err != nil {
			return waits, err
		}
	}
	return false, nil
}

// anyNamed says whether one of the providers' services has a private DNS name.
func anyNamed(results []*Result) (named bool, err error) {
	for _, res := range results {
		c, err := contract.FromValue(res.Outputs[contract.OutputName])
		if err != nil {
			return false, fmt.Errorf("stack %s: %w", res.Stack, err)
		}
		named = named || c.PrivateDnsName != ""
	}
	return named, nil
}

// MissingProvider returns the stack that a consumer reads the contract of, when it is one
// of the project's and is not deployed: the consumer can't be previewed before. It
// returns "" otherwise.
func (s *Sandbox) MissingProvider(ctx context.Context, stack string) (string, error) {
	st, err := s.Stack(stack)
	if err != nil || st.provider == "" {
		return "", err
	}
	provider, err := s.Stack(st.provider)
	if err != nil {
		return "", nil // which the program says better
	}
	outputs, err := s.Outputs(ctx, provider.Name)
	if err != nil || outputs[contract.OutputName] != nil {
		return "", err
	}
	return provider.Name, nil
}
