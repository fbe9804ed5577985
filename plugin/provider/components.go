package provider

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	comprovider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/check"
	"fargate-privatelink/internal/strict"
)

// all are the components, by type token, each the constructor that Go programs call.
var all = map[string]component{
	components.ServiceProviderType:     of(components.NewServiceProvider),
	components.ServiceConsumerType:     of(components.NewServiceConsumer),
	components.NetworkType:             of(components.NewNetwork),
	components.NetworkLoadBalancerType: of(components.NewNetworkLoadBalancer),
	components.AccessLogBucketType:     of(components.NewAccessLogBucket),
	components.CertificateType:         of(components.NewCertificate),
	components.IPTargetGroupType:       of(components.NewIPTargetGroup),
	components.FargateServiceType:      of(components.NewFargateService),
	components.PullThroughCacheType:    of(components.NewPullThroughCache),
	components.DeploymentAlarmsType:    of(components.NewDeploymentAlarms),
	components.EndpointServiceType:     of(components.NewEndpointService),
	components.NotificationsType:       of(components.NewNotifications),
	components.OperationsType:          of(components.NewOperations),
	components.ConnectionGuardType:     of(components.NewConnectionGuard),
	components.InterfaceEndpointType:   of(components.NewInterfaceEndpoint),
	components.EndpointAliasType:       of(components.NewEndpointAlias),
	components.EndpointAlarmsType:      of(components.NewEndpointAlarms),
}

// component is one of the components: the types of its arguments and of itself, and what
// makes one.
type component struct {
	args, outputs reflect.Type
	construct     func(*pulumi.Context, string, inputs, pulumi.ResourceOption) (pulumi.ComponentResource, error)
}

// inputs are what a program in another language gave: the values, and what makes Go's
// Inputs of those that are not known yet.
type inputs struct {
	values resource.PropertyMap
	inputs comprovider.ConstructInputs
}

// of adapts a constructor.
func of[A any, R pulumi.ComponentResource](
	construct func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (R, error),
) component {
	return component{
		args: reflect.TypeFor[A](), outputs: reflect.TypeFor[R]().Elem(),
		construct: func(ctx *pulumi.Context, name string, in inputs, options pulumi.ResourceOption) (pulumi.ComponentResource, error) {
			args, err := decode[A](name, in)
			if err != nil {
				return nil, err
			}
			return construct(ctx, name, args, options)
		},
	}
}

// decode makes a component's arguments of a program's inputs. What it refuses, and the
// constructor would besides, is one error, in the constructor's words.
func decode[A any](name string, in inputs) (*A, error) {
	args := new(A)
	var f check.Faults
	f.Add(strict.DecodeInputs(document(in), args, components.Inputs))
	if len(f) == 0 {
		return args, nil // the constructor checks the rest
	}
	if side, is := any(args).(interface{ Validate(name string) error }); is {
		f.AddBeside(side.Validate(name))
	} else {
		_, faults := check.Args("", args)
		f.AddBeside(faults.Err())
	}
	return nil, fmt.Errorf("%s %q: %w", strings.TrimSuffix(reflect.TypeFor[A]().Name(), "Args"), name, f.Err())
}
