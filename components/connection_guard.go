package components

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	// ServiceIdCommand is what prints the service's ID in a shell, for the command
	// that an error shows where the program doesn't run. Required.
	ServiceIdCommand string `pulumi:"serviceIdCommand"`
	// Region is the service's Region. Required.
	Region string `pulumi:"region" form:"region"`
	// Connections are the endpoints that a destroy must not disconnect (default none,
	// and then nothing is guarded). They are plain, since the engine shows the name of
	// a hook where it can't run it.
	Connections []Connection `pulumi:"connections,optional"`
	// States are the connections' states by endpoint ID, an [EndpointService]'s
	// ConnectionStates (default: all are connected). A connection that was rejected
	// since is not guarded.
	States pulumi.StringMapInput `pulumi:"states,optional"`
	// Advice ends the error: what else there is to do (default nothing).
	Advice string `pulumi:"advice,optional"`
}

// ConnectionGuard refuses to destroy a stack whose endpoint service has consumers.
// AWS refuses to delete such a service too, but by then the engine has deleted what
// depends on it, and has rejected the connections that [EndpointService] accepted.
//
// The guard is a component without children whose deletion a hook refuses. Give it
// pulumi.DependsOn of everything else in the stack: what depends on all the others
// is deleted before them, so that a refusal leaves all of them. The hook runs with
// pulumi destroy --run-program. Without the program the engine refuses to delete a
// resource with such a hook before it begins, and shows the hook's name, which is
// therefore the whole message. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html.
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
	if len(args.Connections) > 0 {
		hook, err := ctx.RegisterResourceHook(args.hookName(), args.refuse, &pulumi.ResourceHookOptions{OnDryRun: true})
		if err != nil {
			return nil, err
		}
		opts = append(slices.Clone(opts), pulumi.ResourceHooks(&pulumi.ResourceHookBinding{
			BeforeDelete: []*pulumi.ResourceHook{hook},
		}))
	}
	component := &ConnectionGuard{}
	if err := ctx.RegisterComponentResource(ConnectionGuardType, name, component, opts...); err != nil {
		return nil, err
	}
	component.Connections = args.states()
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"serviceId":   args.ServiceId,
		"connections": component.Connections,
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

// hookName is the refusal where the program doesn't run and nothing but the
// configuration is known: the engine shows it as the reason.
func (args *ConnectionGuardArgs) hookName() string {
	return args.refusal(args.Connections, `"$(`+args.ServiceIdCommand+`)"`) +
		"; if they are gone already: pulumi destroy --run-program"
}

// refuse is the hook: it fails while a connection is alive.
func (args *ConnectionGuardArgs) refuse(hook *pulumi.ResourceHookArgs) error {
	states := textsOf(hook.OldOutputs["connections"])
	alive := slices.DeleteFunc(slices.Clone(args.Connections), func(c Connection) bool {
		state, known := states[c.EndpointId]
		return known && !slices.Contains(aliveStates, state)
	})
	if len(alive) == 0 {
		return nil
	}
	serviceId := hook.OldOutputs["serviceId"]
	if !serviceId.IsString() {
		return errors.New(args.hookName())
	}
	return errors.New(args.refusal(alive, serviceId.StringValue()))
}

// aliveStates are the states of a connection in which AWS doesn't delete its
// service. See
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html.
var aliveStates = []string{"pendingAcceptance", "pending", "available"}

func (args *ConnectionGuardArgs) refusal(connections []Connection, serviceId string) string {
	var endpoints, ids []string
	for _, c := range connections {
		endpoints = append(endpoints, fmt.Sprintf("endpoint %s of %s", c.EndpointId, c.Owner))
		ids = append(ids, c.EndpointId)
	}
	text := fmt.Sprintf("connected to the endpoint service: %s; have the endpoints deleted, or reject them: "+
		"aws ec2 reject-vpc-endpoint-connections --region %s --service-id %s --vpc-endpoint-ids %s",
		strings.Join(endpoints, ", "), args.Region, serviceId, strings.Join(ids, " "))
	if args.Advice != "" {
		text += "; " + args.Advice
	}
	return text
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
