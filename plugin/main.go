// Command plugin is the component provider: the components for programs in any of Pulumi's
// languages. The engine starts it; pulumi package add makes a program's SDK from its schema.
package main

import (
	"context"
	"fmt"
	"os"

	"fargate-privatelink/plugin/provider"
)

//go:generate go test ./provider -run "TestSchema$|TestPages" -update

// version is what a release's build says: -ldflags "-X main.version=1.2.0".
var version string

func main() {
	provider.Release = version
	if err := provider.Run(context.Background()); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "fargate-privatelink:", err)
		os.Exit(1)
	}
}
