package schema_test

import (
	"encoding/json"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// provider is the provider's side: a service that other accounts reach.
type provider struct {
	sideArgs
	// Name begins the names of all resources (default web).
	Name string `pulumi:"name,optional" default:"web" form:"name"`
	// Tenants are who may connect, by name.
	Tenants map[string]tenant `pulumi:"tenants,optional" keys:"label"`
}

// sideArgs are what the component takes.
type sideArgs struct {
	// Service is what runs. Its tasks are alike.
	Service *serviceArgs `pulumi:"service,optional" default:"{}"`
	// Listeners are what consumers connect to, by port and protocol.
	Listeners map[string]*listener `pulumi:"listeners,optional" len:"1,5"`
	// HealthCheck is how the load balancer checks a task.
	HealthCheck *healthCheck `pulumi:"healthCheck,optional" default:"{}"`
	// Tenants are the component's own, which the stack's have more keys than.
	Tenants map[string]tenantOptions `pulumi:"tenants,optional"`
	// VpcId is for programs.
	VpcId pulumi.StringInput `pulumi:"vpcId" config:"-"`
	// Hooks are no data at all.
	Hooks []func()
	// Tags are for every resource.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

type serviceArgs struct {
	containerArgs
	// ContainerPort is the port that the container listens on, 1 to 65535 (default 80).
	// With [listener.ContainerPort] a listener has another.
	ContainerPort *int `pulumi:"containerPort,optional" default:"80" range:"1,65535"`
	// Sidecars are the task's other containers, by name.
	Sidecars map[string]sidecar `pulumi:"sidecars,optional" keys:"container"`
	// Rebalance moves tasks to where there are fewer (default true).
	Rebalance *bool `pulumi:"rebalance,optional" default:"true"`
	// CrossZone spreads connections over all zones (default: depends on the tasks).
	CrossZone *bool `pulumi:"crossZone,optional"`
	// LogDays is how many days logs are kept, 1 to 1,000 (default 14).
	LogDays int `pulumi:"logDays,optional" default:"14" range:"1,1000"`
	// Policy is somebody else's document.
	Policy json.RawMessage `pulumi:"policy,optional"`
	// Zones are Availability Zone IDs (default: all).
	Zones pulumi.StringArrayInput `pulumi:"zones,optional" form:"zone" unique:"true" len:"1,6"`
}

type containerArgs struct {
	// Image is the container's image, such as nginx:alpine. Required.
	// See https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html.
	Image pulumi.StringInput `pulumi:"image" form:"image"`
	// Command replaces the image's command, unless ContainerPort says otherwise.
	Command []string `pulumi:"command,optional"`
	// DependsOn are the containers that come first, by name: START or HEALTHY.
	DependsOn map[string]string `pulumi:"dependsOn,optional" enum:"START,HEALTHY"`
}

// sidecar is a container beside the service's own.
type sidecar struct {
	containerArgs
	// Optional lets the task live on when the container ends (default false).
	Optional bool `pulumi:"optional,optional"`
}

// listener is a port.
type listener struct {
	// ContainerPort is where its targets listen, 1 to 65535 (default: the service's).
	ContainerPort *int `pulumi:"containerPort,optional" range:"1,65535"`
	// HealthCheck is as the common one, where it is left out.
	HealthCheck *healthCheck `pulumi:"healthCheck,optional" inherits:"check"`
}

type healthCheck struct {
	// Protocol is TCP or HTTP (default TCP). See https://docs.aws.amazon.com/a.html and
	// https://docs.aws.amazon.com/b.html.
	Protocol string `pulumi:"protocol,optional" default:"TCP" enum:"TCP,HTTP"`
	// Retries are the failures in a row, 2 to 10 (default 2).
	Retries *int `pulumi:"retries,optional" default:"2" range:"2,10"`
}

type tenantOptions struct {
	// Accounts are AWS accounts, 12 digits in quotes.
	Accounts []string `pulumi:"accounts,optional" form:"account"`
}

// tenant is one consumer: [tenantOptions], and what only the stack knows.
type tenant struct {
	tenantOptions
	// ConsumerStacks are the stacks whose endpoints are accepted.
	ConsumerStacks []string `pulumi:"consumerStacks,optional" form:"stack"`
}

// consumer is the consumer's side: an endpoint.
type consumer struct {
	// Name begins the names of all resources (default web).
	Name string `pulumi:"name,optional" default:"web" form:"name"`
}
