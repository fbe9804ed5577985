// Command fargate-privatelink is the Pulumi program of both sides of a service
// that is offered over AWS PrivateLink. The configuration's role says which side
// a stack is; package stacks holds the programs.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/stacks"
)

func main() {
	pulumi.Run(stacks.Run)
}
