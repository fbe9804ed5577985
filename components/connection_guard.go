package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// ConnectionGuardType is the type token of ConnectionGuard.
const ConnectionGuardType = "fargate-privatelink:index:ConnectionGuard"

// Connection is a consumer's endpoint that is connected to an endpoint service.
type Connection struct {
	// EndpointId is the endpoint's ID, vpce-…. Required.
	EndpointId string `pulumi:"endpointId" form:"endpoint"`
	// Owner says whose endpoint it is, such as "account 222222222222 (tenant acme)". Required.
	Owner string `pulumi:"owner"`
}

// ConnectionGuardArgs are the inputs of ConnectionGuard.
type ConnectionGuardArgs struct {
	// ServiceId is the endpoint service. Required.
	ServiceId pulumi.StringInput `pulumi:"serviceId"`
	// Region is the service's Region. Required.
	Region string `pulumi:"region" form:"region"`
	// Connections are the endpoints that a destroy must not disconnect (default none).
	Connections []Connection `pulumi:"connections,optional"`
	// States are the connections' states by endpoint ID, an [EndpointService]'s
	// ConnectionStates (default: all are connected). A connection that was rejected
	// since is not guarded.
	States pulumi.StringMapInput `pulumi:"states,optional"`
	// Advice ends the error about connections: what else there is to do (default
	// nothing).
	Advice string `pulumi:"advice,optional"`
	// Protected are the resources that AWS doesn't delete, by ARN, with what ends that
	// (default none).
	Protected map[string]pulumi.StringInput `pulumi:"protected,optional"`
}

// ConnectionGuard refuses to destroy what AWS would refuse to destroy: an endpoint service
// with consumers, and what is protected from deletion. AWS refuses by itself only when the
// engine has deleted all that depends on it, and has rejected the connections that
// [EndpointService] accepted.
//
// The guard is a component without children whose deletion a hook refuses. Give it
// pulumi.DependsOn of everything else in the stack: what depends on all the others
// is deleted before them, so that a refusal leaves all of them. The hook runs in previews,
// and with pulumi destroy --run-program. Without the program the engine refuses to delete
// a resource with such a hook before it begins, and shows the hook's name, which therefore
// says what to do. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html and
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-load-balancer-attributes.html#deletion-protection.
type ConnectionGuard struct {
	pulumi.ResourceState

	// Connections are the guarded connections' states, by endpoint ID.
	Connections pulumi.StringMapOutput `pulumi:"connections"`
}

// NewConnectionGuard makes a guard. It returns an error when a required argument is
// missing, and when a connection has no endpoint ID or there is one twice.
func NewConnectionGuard(
	ctx *pulumi.Context, name string, args *ConnectionGuardArgs, opts ...pulumi.ResourceOption,
) (*ConnectionGuard, error) {
	if args == nil {
		return nil, noArgs("ConnectionGuard", name)
	}
	args, faults := check.Args("", args)
	if err := failed("ConnectionGuard", name, faults); err != nil {
		return nil, err
	}
	hook, err := guardHook(ctx)
	if err != nil {
		return nil, err
	}
	hook.guard(name, args.Connections)
	binding := &pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook.hook}}
	if len(args.Connections)+len(args.Protected) > 0 {
		binding = hook.binding()
	}
	component := &ConnectionGuard{}
	opts = append(slices.Clone(opts), pulumi.ResourceHooks(binding))
	if err := ctx.RegisterComponentResource(ConnectionGuardType, name, component, opts...); err != nil {
		return nil, err
	}
	component.Connections = args.states()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"serviceId":   args.ServiceId,
		"region":      pulumi.String(args.Region),
		"connections": component.Connections,
		"owners":      pulumi.ToStringMap(args.owners()),
		"advice":      pulumi.String(args.Advice),
		"protected":   args.protected(),
	})
}

// Check refuses an endpoint that is there twice.
func (args *ConnectionGuardArgs) Check(at check.Path, f *check.Faults) {
	seen := map[string]bool{}
	for i, connection := range args.Connections {
		if seen[connection.EndpointId] {
			f.Say(at.Key("connections").Index(i).Key("endpointId"), "is %q a second time; list it once", connection.EndpointId)
		}
		seen[connection.EndpointId] = true
	}
}

func (args *ConnectionGuardArgs) owners() map[string]string {
	owners := map[string]string{}
	for _, c := range args.Connections {
		owners[c.EndpointId] = c.Owner
	}
	return owners
}

// protected pairs the ARNs, which may be known late, with what ends their protection.
func (args *ConnectionGuardArgs) protected() pulumi.StringMapOutput {
	arns, ends := pulumi.StringArray{}, pulumi.StringArray{}
	for end, arn := range check.Sorted(args.Protected) {
		arns, ends = append(arns, arn), append(ends, pulumi.String(end))
	}
	return pair(arns, ends)
}

// states returns the state of each connection, of those that are known.
func (args *ConnectionGuardArgs) states() pulumi.StringMapOutput {
	if args.States == nil {
		return pulumi.StringMap{}.ToStringMapOutput()
	}
	return args.States.ToStringMapOutput().ApplyT(func(all map[string]string) map[string]string {
		states := map[string]string{}
		for _, c := range args.Connections {
			if state, known := all[c.EndpointId]; known {
				states[c.EndpointId] = state
			}
		}
		return states
	}).(pulumi.StringMapOutput)
}

// textsOf returns the strings of an object.
func textsOf(value resource.PropertyValue) map[string]string {
	texts := map[string]string{}
	if !value.IsObject() {
		return texts
	}
	object := value.ObjectValue()
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if object[key].IsString() {
			texts[string(key)] = object[key].StringValue()
		}
	}
	return texts
}
