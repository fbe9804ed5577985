package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// EndpointServiceOptions are the options of an EndpointService.
type EndpointServiceOptions struct {
	// AcceptanceRequired says whether a consumer's endpoint waits until it is accepted
	// (default true). See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests.
	AcceptanceRequired *bool `pulumi:"acceptanceRequired,optional" default:"true"`
	// AllowAnyPrincipal permits the principal "*", every AWS account (default false), which
	// acceptance must guard.
	AllowAnyPrincipal bool `pulumi:"allowAnyPrincipal,optional"`
	// SupportedRegions are the other Regions whose consumers may connect, such as
	// eu-west-1, each once (default none). The service's own always may: AWS lists it too
	// and never takes it away. Other Regions need a load balancer in two Availability
	// Zones. Left out, the service keeps the Regions that it has; an empty list takes all
	// others away. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region.
	SupportedRegions []string `pulumi:"supportedRegions,optional" form:"region" unique:"true"`
	// SupportedIpAddressTypes are ipv4, ipv6 or both (default: AWS's, ipv4). With ipv6 every
	// load balancer must be dualstack. Left out, the service keeps the types that it has; an
	// empty list takes ipv6 away.
	SupportedIpAddressTypes []string `pulumi:"supportedIpAddressTypes,optional" enum:"ipv4,ipv6" unique:"true"`
	// PrivateDns gives the service a name of the provider's own, which consumers can have
	// resolve to their endpoints (default none). The AWS provider can change a name but not
	// take it away: without privateDns the deployment fails until somebody has.
	PrivateDns *PrivateDnsArgs `pulumi:"privateDns,optional"`
	// ContributorInsights makes CloudWatch rank the consumers' endpoints by bytes,
	// connections and resets (default false). AWS charges for each of the four rules. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html.
	ContributorInsights bool `pulumi:"contributorInsights,optional"`
	// RejectConnectionsOnDestroy lets the side's destroy reject the connections of accepted
	// endpoints instead of refusing to begin (default false). An EndpointService by itself
	// has no guard, and always rejects them.
	RejectConnectionsOnDestroy bool `pulumi:"rejectConnectionsOnDestroy,optional"`
}

// EndpointServiceArgs are the inputs of EndpointService.
type EndpointServiceArgs struct {
	EndpointServiceOptions
	// NetworkLoadBalancerArns are the load balancers behind the service, none of which
	// may belong to another service. Required.
	NetworkLoadBalancerArns pulumi.StringArrayInput `pulumi:"networkLoadBalancerArns"`
	// AllowedPrincipals are the principals that may make an endpoint to the service
	// (default nobody): the ARNs of accounts (arn:aws:iam::123456789012:root), roles
	// and users without a path, or "*" for everybody. A key names its resource, so
	// that taking one away leaves the others alone; it must not be empty. To remove
	// a principal doesn't end the connections that it has. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions.
	AllowedPrincipals map[string]pulumi.StringInput `pulumi:"allowedPrincipals,optional" form:"principal"`
	// AcceptedEndpoints are the IDs of the consumers' endpoints to accept, such as
	// vpce-0123456789abcdef0 (default none). A key names its resource; it must not be
	// empty. Taking one away rejects the endpoint. Without acceptanceRequired they are
	// accepted already, and those that the service has accepted stay so while they are
	// listed.
	AcceptedEndpoints map[string]pulumi.StringInput `pulumi:"acceptedEndpoints,optional" form:"endpoint"`
	// FormerKeys are keys that entries of AllowedPrincipals and AcceptedEndpoints had
	// before, by the key that they have now (default none): a changed key doesn't make the
	// resource anew. Only a Go program can give them.
	FormerKeys map[string][]string
	// Hooks run at changes of the endpoint service itself (default none), which those of
	// the component's options don't. Only a Go program can give them. See
	// https://www.pulumi.com/docs/iac/concepts/resources/options/hooks/.
	Hooks *pulumi.ResourceHookBinding
	// guarded refuses to reject an endpoint whose acceptance is no longer required.
	guarded bool
	// allowedBy are the keys of the principals that an accepted endpoint may be of, by its
	// own key.
	allowedBy map[string][]string
	// Tags are the tags of the endpoint service (default none). Its principals and
	// accepted endpoints take none: the provider has no tags for them.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// anyPrincipal stands for every AWS account.
const anyPrincipal = "*"

// Check checks what the tags can't say.
func (o *EndpointServiceOptions) Check(at check.Path, f *check.Faults) {
	if acceptance := at.Key("acceptanceRequired"); o.RejectConnectionsOnDestroy && !*o.AcceptanceRequired {
		f.Say(at.Key("rejectConnectionsOnDestroy"), "is true, but %s is false; only accepted endpoints can be rejected: "+
			"set acceptanceRequired to true, or have the consumers delete their endpoints first", acceptance)
	}
}

// Check checks what the tags can't say.
func (args *EndpointServiceArgs) Check(at check.Path, f *check.Faults) {
	args.EndpointServiceOptions.Check(at, f)
	principals, endpoints := at.Key("allowedPrincipals"), at.Key("acceptedEndpoints")
	checkKeys(principals, args.AllowedPrincipals, f)
	for key, value := range check.Sorted(args.AllowedPrincipals) {
		if known, ok := value.(pulumi.String); ok {
			args.checkAnybody(at, principals.Key(key), string(known), f)
		}
	}
	checkKeys(endpoints, args.AcceptedEndpoints, f)
}

// checkAnybody lets "*" in on two conditions: that somebody meant it, and that a person or
// this program looks at each endpoint, since acceptance is all that stands between anybody
// on AWS and the service. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions.
func (o *EndpointServiceOptions) checkAnybody(at, path check.Path, principal string, f *check.Faults) {
	const needs = `is "*", every AWS account; it needs %s to be true`
	switch {
	case principal != anyPrincipal:
	case !o.AllowAnyPrincipal:
		f.Say(path, needs, at.Key("allowAnyPrincipal"))
	case !*o.AcceptanceRequired:
		f.Say(path, needs, at.Key("acceptanceRequired"))
	}
}

// checkedPrincipal returns the principal under key as an Input that is checked
// when it becomes known, if it wasn't before.
func (args *EndpointServiceArgs) checkedPrincipal(key string) pulumi.StringInput {
	value := args.AllowedPrincipals[key]
	if _, known := value.(pulumi.String); known {
		return value
	}
	return value.ToStringOutput().ApplyT(func(arn string) (string, error) {
		var f check.Faults
		path := check.Path("allowedPrincipals").Key(key)
		f.Form(path, arn, check.Forms["principal"])
		args.checkAnybody("", path, arn, &f)
		return arn, f.Err()
	}).(pulumi.StringOutput)
}

// checkKeys checks a map of Inputs whose keys name resources.
func checkKeys(at check.Path, inputs map[string]pulumi.StringInput, f *check.Faults) {
	for key, value := range check.Sorted(inputs) {
		if key == "" {
			f.Say(at, "has an empty key; each key names a resource")
		} else if missing(value) {
			f.Say(at.Key(key), "is missing; it is required")
		}
	}
}
