package deploy

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Resources returns what a stack has deployed, as the engine recorded it, in the
// engine's order: what a resource depends on comes before it. Secrets are
// encrypted. There are none when the stack was never deployed.
func (s *Sandbox) Resources(ctx context.Context, name string) ([]apitype.ResourceV3, error) {
	if _, err := s.open(ctx, name); err != nil { // which makes a stack that isn't there yet
		return nil, err
	}
	return s.state(ctx, name)
}
