package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestContainersRefuse(t *testing.T) {
	second := func(c ContainerArgs) func(*FargateServiceArgs) {
		c.Image = pulumi.String("agent:1")
		return func(a *FargateServiceArgs) { a.Containers = append(a.Containers, c) }
	}
	first := func(change func(*ContainerArgs)) func(*FargateServiceArgs) {
		return func(a *FargateServiceArgs) { change(&a.Containers[0]) }
	}
	for want, change := range map[string]func(*FargateServiceArgs){
		`Containers[1].Name is ""; it must be 1 to 255 letters, digits, hyphens and underscores`:           second(ContainerArgs{}),
		`Containers[1].Name is "web", which another container has; each name may be there once`:            second(ContainerArgs{Name: "web"}),
		`Containers[0].Optional is true; it must be false, since the load balancer reaches this container`: first(func(c *ContainerArgs) { c.Optional = true }),
		`Containers[0].DependsOn["x"] names no other container; the containers are web`:                    first(func(c *ContainerArgs) { c.DependsOn = map[string]string{"x": "START"} }),
		`Containers[1].DependsOn["web"] is "UP"; it must be one of START, COMPLETE, SUCCESS, HEALTHY`: second(ContainerArgs{
			Name: "agent", DependsOn: map[string]string{"web": "UP"},
		}),
		`Containers[1].DependsOn["web"] is HEALTHY, but that container has no HealthCheck`: second(ContainerArgs{
			Name: "agent", DependsOn: map[string]string{"web": "HEALTHY"},
		}),
		`Containers[1].DependsOn["web"] is SUCCESS, but that container is not Optional, so that the task would end with it`: second(ContainerArgs{
			Name: "agent", DependsOn: map[string]string{"web": "SUCCESS"},
		}),
		`DependsOn goes round in a circle among agent, web; a container must not wait for itself`: func(a *FargateServiceArgs) {
			a.Containers[0].DependsOn = map[string]string{"agent": "START"}
			second(ContainerArgs{Name: "agent", DependsOn: map[string]string{"web": "START"}})(a)
		},
		`Containers[0].WritablePaths[0] is "tmp"; it must be an absolute path below /`: first(func(c *ContainerArgs) { c.WritablePaths = []string{"tmp"} }),
		`Containers[0].StopTimeoutSeconds is 121; it must be 1 to 120`:                 first(func(c *ContainerArgs) { c.StopTimeoutSeconds = 121 }),
		`Containers[0].HealthCheck.Command is ["true"]; it must be CMD and a program, or CMD-SHELL and a command line`: first(func(c *ContainerArgs) {
			c.HealthCheck = &ContainerHealthCheckArgs{Command: []string{"true"}}
		}),
		`Containers[0].ReadOnlyRootFilesystem is true, but ExecuteCommand is too; the agent of ECS Exec has to write to the container's files`: func(a *FargateServiceArgs) {
			a.ExecuteCommand, a.Containers[0].ReadOnlyRootFilesystem = true, true
		},
	} {
		requireRefused(t, `FargateService "web": `+want, func(ctx *pulumi.Context) error {
			args := fargateArgs()
			change(args)
			_, err := NewFargateService(ctx, "web", args)
			return err
		})
	}
}
