// Command deploy-go deploys both sides.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/examples/deploy-go/sides"
)

func main() { pulumi.Run(sides.Run) }
