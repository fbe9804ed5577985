// Command floor is the least that a component provider is: one component without anything.
// Benchmarks compare the plugin with it.
package main

import (
	"context"
	"log"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type EmptyArgs struct{}

type Empty struct{ pulumi.ResourceState }

func newEmpty(ctx *pulumi.Context, name string, _ EmptyArgs, opts ...pulumi.ResourceOption) (*Empty, error) {
	made := &Empty{}
	return made, ctx.RegisterComponentResource("floor:index:Empty", name, made, opts...)
}

func main() {
	built, err := infer.NewProviderBuilder().WithComponents(infer.ComponentF(newEmpty)).
		WithModuleMap(map[tokens.ModuleName]tokens.ModuleName{"main": "index"}).Build()
	if err == nil {
		err = built.Run(context.Background(), "floor", "0.0.1")
	}
	if err != nil {
		log.Fatal(err)
	}
}
