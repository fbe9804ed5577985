package components

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// anyPrincipal stands for every AWS account.
const anyPrincipal = "*"

var (
	principalArn = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9+=,.@_-]+)$`)
	endpointId   = regexp.MustCompile(`^vpce-[0-9a-f]+$`)
	regionName   = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
)

func (args *EndpointServiceArgs) check(name string) error {
	const component = "EndpointService"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(required("NetworkLoadBalancerArns", args.NetworkLoadBalancerArns))
	found.add(args.checkPrincipals())
	found.add(args.checkAcceptedEndpoints())
	found.add(checkRegions("SupportedRegions", args.SupportedRegions))
	for i, value := range args.SupportedIpAddressTypes {
		found.add(checkOneOf(fmt.Sprintf("SupportedIpAddressTypes[%d]", i), value, "ipv4", "ipv6"))
	}
	found.add(checkUnique("SupportedIpAddressTypes", args.SupportedIpAddressTypes))
	found.add(args.PrivateDns.check())
	return found.of(component, name)
}

// checkPrincipals checks the principals that are known already.
func (args *EndpointServiceArgs) checkPrincipals() error {
	var found faults
	for _, key := range slices.Sorted(maps.Keys(args.AllowedPrincipals)) {
		value := args.AllowedPrincipals[key]
		found.add(checkKey("AllowedPrincipals", key, value))
		if known, ok := value.(pulumi.String); ok {
			found.add(args.checkPrincipal(key, string(known)))
		}
	}
	return errors.Join(found...)
}

// checkPrincipal checks the principal under key. With "*" anybody on AWS may make
// an endpoint, so that acceptance is all that stands between them and the service.
func (args *EndpointServiceArgs) checkPrincipal(key, value string) error {
	argument := fmt.Sprintf("AllowedPrincipals[%q]", key)
	switch {
	case value == anyPrincipal && !args.AllowAnyPrincipal:
		return fmt.Errorf(`%s is "*", which is every AWS account; it needs AllowAnyPrincipal`, argument)
	case value == anyPrincipal && !args.acceptanceRequired():
		return fmt.Errorf(`%s is "*", which is every AWS account; it needs AcceptanceRequired to be true`, argument)
	case value != anyPrincipal && !principalArn.MatchString(value):
		return fmt.Errorf("%s is %q; it must be the ARN of an account (arn:aws:iam::123456789012:root), "+
			`of a role or user without a path, or "*"`, argument, value)
	}
	return nil
}

// checkedPrincipal returns the principal under key as an Input that is checked
// when it becomes known, if it wasn't before.
func (args *EndpointServiceArgs) checkedPrincipal(key string) pulumi.StringInput {
	value := args.AllowedPrincipals[key]
	if _, known := value.(pulumi.String); known {
		return value
	}
	return value.ToStringOutput().ApplyT(func(arn string) (string, error) {
		return arn, args.checkPrincipal(key, arn)
	}).(pulumi.StringOutput)
}

func (args *EndpointServiceArgs) checkAcceptedEndpoints() error {
	var found faults
	if len(args.AcceptedEndpoints) > 0 && !args.acceptanceRequired() {
		found.addf("AcceptedEndpoints is set; it needs AcceptanceRequired to be true, since AWS accepts every endpoint otherwise")
	}
	for _, key := range slices.Sorted(maps.Keys(args.AcceptedEndpoints)) {
		value := args.AcceptedEndpoints[key]
		found.add(checkKey("AcceptedEndpoints", key, value))
		if known, ok := value.(pulumi.String); ok && !endpointId.MatchString(string(known)) {
			found.addf("AcceptedEndpoints[%q] is %q; it must be the ID of a VPC endpoint, vpce-…", key, string(known))
		}
	}
	return errors.Join(found...)
}

func checkRegions(argument string, regions []string) error {
	var found faults
	for i, region := range regions {
		if !regionName.MatchString(region) {
			found.addf("%s[%d] is %q; it must be the name of a Region, such as eu-west-1", argument, i, region)
		}
	}
	found.add(checkUnique(argument, regions))
	return errors.Join(found...)
}

// checkKey checks one entry of a map of Inputs whose keys name resources.
func checkKey(argument, key string, value pulumi.StringInput) error {
	if key == "" {
		return fmt.Errorf("%s has an empty key; each key names a resource", argument)
	}
	return required(fmt.Sprintf("%s[%q]", argument, key), value)
}
