package components

import (
	"errors"
	"fmt"
	"reflect"

	"fargate-privatelink/internal/check"
)

// failed is the error of a constructor whose arguments have faults, or nil.
func failed(component, name string, faults check.Faults) error {
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("%s %q: %w", component, name, faults.Err())
}

// noArgs is the error of a constructor that got no arguments.
func noArgs(component, name string) error {
	return failed(component, name, check.Faults{errors.New("args is nil; it is required")})
}

// missing says whether an Input is nil, or a list or map with nothing in it.
func missing(input any) bool {
	if input == nil {
		return true
	}
	switch v := reflect.ValueOf(input); v.Kind() {
	case reflect.Pointer:
		return v.IsNil()
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	default:
		return false
	}
}
