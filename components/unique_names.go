package components

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Names of what has no autonaming, and has to differ from all others of its kind in an
// account: another stack can have the same name in its configuration, which is "web"
// where none is given.

// dashboardName is unique in the account, all Regions of which share their dashboards:
// project and stack have up to 100 characters each, which leaves room in 255.
func dashboardName(ctx *pulumi.Context, name, region string) string {
	return strings.ReplaceAll(strings.Join([]string{name, ctx.Project(), ctx.Stack(), region}, "-"), ".", "-")
}
