package components

import (
	"fmt"

	"fargate-privatelink/internal/check"
)

// failed is the error of a constructor whose arguments have faults, or nil.
func failed(component, name string, faults check.Faults) error {
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("%s %q: %w", component, name, faults.Err())
}
