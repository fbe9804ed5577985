// Package components offers a Fargate service to other AWS accounts over AWS
// PrivateLink, as Pulumi component resources.
//
// On the provider's side a [Network] holds a [NetworkLoadBalancer], an
// [IPTargetGroup] and a [FargateService], and an [EndpointService] offers the
// load balancer to other accounts. On the consumer's side an
// [InterfaceEndpoint] in a [Network] of its own connects to that service. Each
// component works alone: it reads no configuration and no stack reference, makes
// no provider, and takes everything it needs from its Args.
//
// # Conventions
//
// Every child of a component has the component as its parent, so that options
// such as providers and protect reach it, and a logical name that is the
// component's name or begins with it. Physical names are left to Pulumi's
// autonaming, so that a resource that must be replaced can be.
//
// Each Args has Tags, which every taggable child gets, together with a Name tag
// that holds the child's logical name.
//
// Plain (non-Input) arguments decide which resources exist, or can be checked
// before any resource is registered. NewX checks them all and returns every
// fault that it found in one error.
//
// # Why component inputs are not recorded
//
// Components register with [pulumi.Context.RegisterComponentResource] and not
// with its V2, which records the inputs in the state: with V2 the children wait
// for every recorded input, related to them or not. A task definition would wait
// for the load balancer's listener, that is, for minutes.
package components
