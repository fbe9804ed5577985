package components

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ConnectionGuardType is the type token of ConnectionGuard.
const ConnectionGuardType = "fargate-privatelink:index:ConnectionGuard"

// Connection is a consumer's endpoint that is connected to an endpoint service.
type Connection struct {
	// EndpointId is the endpoint's ID, vpce-….
	EndpointId string `pulumi:"endpointId"`
	// Owner says whose endpoint it is, such as "account 222222222222 (tenant acme)".
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
	Region string `pulumi:"region"`
	// Connections are the endpoints that a destroy must not disconnect (default none,
	// and then nothing is guarded). They are plain, since the engine shows the name of
	// a hook where it can't run it.
	Connections []Connection `pulumi:"connections"`
	// States are the connections' states by endpoint ID, an [EndpointService]'s
	// ConnectionStates (default: all are connected). A connection that was rejected
	// since is not guarded.
	States pulumi.StringMapInput `pulumi:"states"`
	// Advice ends the error: what else there is to do (default nothing).
	Advice string `pulumi:"advice"`
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
	if err := args.check(name); err != nil {
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

func (args *ConnectionGuardArgs) check(name string) error {
	const component = "ConnectionGuard"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(required("ServiceId", args.ServiceId))
	found.add(requiredText("ServiceIdCommand", args.ServiceIdCommand))
	found.add(requiredText("Region", args.Region))
	var ids []string
	for i, connection := range args.Connections {
		ids = append(ids, connection.EndpointId)
		if !endpointId.MatchString(connection.EndpointId) {
			found.addf("Connections[%d].EndpointId is %q; it must be the ID of a VPC endpoint, vpce-…", i, connection.EndpointId)
		}
		found.add(requiredText(fmt.Sprintf("Connections[%d].Owner", i), connection.Owner))
	}
	found.add(checkUnique("Connections", ids))
	return found.of(component, name)
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
