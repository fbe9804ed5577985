package plugin

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// UnmodelledError is returned for a program that uses types of AWS's which the sandbox
// does not model.
type UnmodelledError struct {
	// Types are the type tokens, sorted.
	Types []string
}

func (e *UnmodelledError) Error() string {
	return fmt.Sprintf("the sandbox does not model %s: leave out what has such a type where the program runs in the sandbox", strings.Join(e.Types, ", "))
}

// surveys collect the types that previews meet and the sandbox does not model, so that one
// error can name all of them. Outside of a preview the first one is refused.
type surveys struct {
	mu      sync.Mutex
	byStack map[string]map[string]bool
}

// meets says whether a preview goes on for now with a resource of a type.
func (s *surveys) meets(urn resource.URN) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	types, previewed := s.byStack[urn.Stack().String()]
	if previewed {
		types[string(urn.Type())] = true
	}
	return previewed
}

// Survey has the stand-ins collect what a preview of a stack meets and they do not model.
// The end returns an UnmodelledError for it, and for what the caller has found besides.
func (s *Plugins) Survey(stack string) (end func(besides ...string) error) {
	s.surveys.mu.Lock()
	defer s.surveys.mu.Unlock()
	types := map[string]bool{}
	s.surveys.byStack[stack] = types
	return func(besides ...string) error {
		s.surveys.mu.Lock()
		defer s.surveys.mu.Unlock()
		delete(s.surveys.byStack, stack)
		for _, token := range besides {
			types[token] = true
		}
		if len(types) == 0 {
			return nil
		}
		return &UnmodelledError{slices.Sorted(maps.Keys(types))}
	}
}
