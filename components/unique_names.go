package components

import (
	"crypto/sha256"
	"fmt"
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

// cachePrefix begins the names of a registry's repositories in Amazon ECR. It may have
// 30 characters, for which project and stack are too long: six digits stand for them.
func cachePrefix(ctx *pulumi.Context, name, registry string) string {
	digits := fmt.Sprintf("%x", sha256.Sum256([]byte(ctx.Project()+"/"+ctx.Stack())))[:6]
	return name + "-" + cachePrefixes[registry] + "-" + digits
}
