package world

import (
	"fmt"
	"regexp"
	"slices"
)

const (
	plGuide              = "AWS PrivateLink Guide, "
	shareServices        = plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html"
	configService        = plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"
	createEndpointConfig = plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html"
)

// loadBalancerARN is the form of a Network Load Balancer's ARN.
var loadBalancerARN = regexp.MustCompile(`^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer/net/[^/]+/[0-9a-f]{16}$`)

// principalForms are the forms of a principal: everybody, the ARN of an account, a
// user or a role without a path, that of an organizational unit, and a service.
var principalForms = []*regexp.Regexp{
	regexp.MustCompile(`^\*$`),
	regexp.MustCompile(`^arn:[a-z-]+:iam::\d{12}:(root|user/[^/]+|role/[^/]+)$`),
	regexp.MustCompile(`^arn:[a-z-]+:organizations::\d{12}:ou/o-[a-z0-9]{10,32}/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$`),
	regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|aws\.internal)$`),
}

var privatelinkServiceRules = []*Rule{
	{
		ID: "PLS-ONE-KIND-OF-LB", Token: TokenEndpointService, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: SecondHand,
		Says:   "An endpoint service has Network Load Balancers or Gateway Load Balancers, not both and not neither.",
		Source: "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1859",
		Check: func(c *Call) string {
			network, gateway := len(c.New.List("networkLoadBalancerArns")), len(c.New.List("gatewayLoadBalancerArns"))
			if (network > 0) != (gateway > 0) {
				return ""
			}
			return "exactly one of network_load_balancer_arn or gateway_load_balancer_arn is a required member"
		},
	},
	{
		ID: "PLS-LB-MALFORMED", Token: TokenEndpointService, Phase: PhaseWrite, Code: "InvalidNetworkLoadBalancerArn.Malformed", Confidence: Verified,
		Says:   "An endpoint service's load balancers are named by ARN, of type network.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			return c.serviceBalancer(func(arn string) string {
				if loadBalancerARN.MatchString(arn) {
					return ""
				}
				return fmt.Sprintf("The Network Load Balancer ARN '%s' is malformed", arn)
			})
		},
	},
	{
		ID: "PLS-LB-EXISTS", Token: TokenEndpointService, Phase: PhaseWrite, Code: "InvalidNetworkLoadBalancerArn.NotFound", Confidence: Verified,
		Says:   "An endpoint service's load balancers exist in the same account and Region.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			return c.serviceBalancer(func(arn string) string {
				if c.Own(TokenLoadBalancer, arn) != nil {
					return ""
				}
				return fmt.Sprintf("The Network Load Balancer ARN '%s' does not exist", arn)
			})
		},
	},
	{
		ID: "PLS-LB-ONE-SERVICE", Token: TokenEndpointService, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "A load balancer belongs to one endpoint service.",
		Source: createEndpointConfig + "; the code and the text are inferred",
		Check: func(c *Call) string {
			return c.serviceBalancer(func(arn string) string {
				if s := c.serviceOf(arn); s != nil && s.ID != c.ID {
					return fmt.Sprintf("The load balancer '%s' is already associated with the VPC endpoint service '%s'", arn, s.ID)
				}
				return ""
			})
		},
	},
	{
		ID: "PLS-ADDRESS-TYPES", Token: TokenEndpointService, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "An endpoint service supports ipv4, ipv6 or both.",
		Source: ec2API + "CreateVpcEndpointServiceConfiguration: SupportedIpAddressTypes, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointServiceConfiguration.html",
		Check: func(c *Call) string {
			for _, t := range c.New.Strs("supportedIpAddressTypes") {
				if t != "ipv4" && t != "ipv6" {
					return fmt.Sprintf("expected supported_ip_address_types to be one of [ipv4 ipv6], got %s", t)
				}
			}
			return ""
		},
	},
	{
		ID: "PLS-IPV6-DUALSTACK", Token: TokenEndpointService, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "An endpoint service with ipv6 needs dualstack load balancers.",
		Source: createEndpointConfig + "; the code and the text are inferred",
		Check: func(c *Call) string {
			if !slices.Contains(c.New.Strs("supportedIpAddressTypes"), "ipv6") {
				return ""
			}
			return c.serviceBalancer(func(arn string) string {
				if lb := c.Own(TokenLoadBalancer, arn); lb == nil || lb.Outputs.Str("ipAddressType") == "dualstack" {
					return ""
				}
				return fmt.Sprintf("The load balancer '%s' does not support the IP address type ipv6", arn)
			})
		},
	},
	{
		ID: "PLS-CHANGE-CONNECTED", Token: TokenEndpointService, Phase: PhaseUpdate, Code: "ExistingVpcEndpointConnections", Confidence: Verified,
		Says:   "A load balancer can't be taken from an endpoint service that has connections.",
		Source: ec2Errors,
		Check: func(c *Call) string {
			kept := c.New.Strs("networkLoadBalancerArns")
			drops := slices.ContainsFunc(c.Old.Strs("networkLoadBalancerArns"), func(arn string) bool { return !slices.Contains(kept, arn) })
			if !drops || len(c.liveConnections(c.ID)) == 0 {
				return ""
			}
			return existingConnections
		},
	},
	{
		ID: "PLS-DELETE-CONNECTED", Token: TokenEndpointService, Phase: PhaseDelete, Code: "ExistingVpcEndpointConnections", Confidence: Verified,
		Says:   "An endpoint service with connections that are available or wait for acceptance can't be deleted; they have to be rejected.",
		Source: ec2API + "DeleteVpcEndpointServiceConfigurations, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointServiceConfigurations.html; code: " + ec2Errors,
		Check: func(c *Call) string {
			if len(c.liveConnections(c.ID)) == 0 {
				return ""
			}
			return existingConnections
		},
	},
	{
		ID: "PLS-ZONES-STALE", Token: TokenEndpointService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A zone that is added to the load balancer does not reach the endpoint service by itself.",
		Source: configService + "; https://github.com/hashicorp/terraform-provider-aws/issues/40809",
	},
	{
		ID: "PLS-PRINCIPALS-STAY", Token: TokenEndpointService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A list of principals that is removed from the program changes nothing: they stay allowed.",
		Source: providerEC2 + "vpcendpointservice/",
	},
	{
		ID: "PLS-PRIVATE-NAME-PENDING", Token: TokenEndpointService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A private DNS name waits for verification, with a TXT record that AWS asks for.",
		Source: plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
	},
	{
		ID: "PLS-PRINCIPAL-SERVICE-EXISTS", Token: TokenAllowedPrincipal, Phase: PhaseCreate, Code: "InvalidVpcEndpointServiceId.NotFound", Confidence: Verified, Answer: SecondHand,
		Says:   "The endpoint service that a principal is allowed on exists.",
		Source: ec2Errors + "; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			return c.exists(TokenEndpointService, "vpcEndpointServiceId", "The VpcEndpointService Id '%s' does not exist")
		},
	},
	{
		ID: "PLS-PRINCIPAL-FORM", Token: TokenAllowedPrincipal, Also: []string{TokenEndpointService}, Phase: PhaseWrite, Code: "InvalidPrincipal", Confidence: Verified, Answer: SecondHand,
		Says:   "A principal is an account's root, a user or a role by ARN without a path, an organizational unit by ARN, a service, or * for everybody.",
		Source: configService + "; " + ec2API + "AllowedPrincipal: PrincipalType, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllowedPrincipal.html; services: https://github.com/aws/aws-cdk/pull/29512; code and text: reported by users, https://github.com/hashicorp/terraform-provider-aws/issues/16657",
		Check:  invalidPrincipal,
	},
	{
		ID: "PLS-PRINCIPAL-ID", Token: TokenAllowedPrincipal, Phase: PhaseBehaviour, Confidence: SecondHand,
		Says:   "The id of a principal on an endpoint service is vpce-svc-perm- and 17 digits.",
		Source: "AWS provider, internal/service/ec2/vpc_endpoint_service_allowed_principal_test.go",
	},
	{
		ID: "PLS-PRINCIPAL-ONE-OF-AN-ARN", Token: TokenAllowedPrincipal, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A service keeps one permission for each principal's ARN: taking it away by one resource takes it from all that stand for it.",
		Source: ec2API + "ModifyVpcEndpointServicePermissions, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html: RemoveAllowedPrincipals has ARNs; AWS provider, internal/service/ec2/vpc_endpoint_service_allowed_principal.go",
	},
	{
		ID: "PLS-PRINCIPAL-REMOVED", Token: TokenAllowedPrincipal, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Removing a principal leaves its connections as they are.",
		Source: configService,
	},
	{
		ID: "PLS-ACCEPT-SERVICE-EXISTS", Token: TokenConnectionAccepter, Phase: PhaseCreate, Code: "InvalidVpcEndpointServiceId.NotFound", Confidence: Verified, Answer: SecondHand,
		Says:   "The endpoint service whose connection is accepted exists.",
		Source: ec2Errors + "; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			return c.exists(TokenEndpointService, "vpcEndpointServiceId", "The VpcEndpointService Id '%s' does not exist")
		},
	},
	{
		ID: "PLS-ACCEPT-ENDPOINT-EXISTS", Token: TokenConnectionAccepter, Phase: PhaseCreate, Code: "InvalidVpcEndpointId.NotFound", Confidence: Verified, Answer: Unverified,
		Says:   "Only an endpoint that is connected to the service can be accepted, in whatever account it is.",
		Source: ec2API + "AcceptVpcEndpointConnections, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html; the code is inferred",
		Check: func(c *Call) string {
			id := c.New.Str("vpcEndpointId")
			connected := slices.ContainsFunc(c.Connections(c.New.Str("vpcEndpointServiceId")), func(e Endpoint) bool { return e.ID == id })
			if connected {
				return ""
			}
			return fmt.Sprintf("The VpcEndPoint ID '%s' does not exist", id)
		},
	},
	{
		ID: "PLS-ACCEPTER-DELETE", Token: TokenConnectionAccepter, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Deleting an accepter rejects the connection.",
		Source: providerEC2 + "vpcendpointconnectionaccepter/",
	},
	{
		ID: "PLS-OWN-ACCOUNT", Token: TokenEndpointService, Phase: PhaseBehaviour, Confidence: Unverified,
		Says:   "The owner's own account may connect without being a principal.",
		Source: "inferred: " + configService + " speaks of permissions for others only",
	},
	{
		ID: "PLS-ACCEPT-REJECTED", Token: TokenConnectionAccepter, Phase: PhaseBehaviour, Confidence: Unverified,
		Says:   "A rejected connection can be accepted again.",
		Source: "inferred: " + plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html",
	},
}

// invalidPrincipal returns AWS's message about the first principal of the call that
// has none of the forms, of the service's own list or of a principal resource.
func invalidPrincipal(c *Call) string {
	if !c.touches("principalArn", "allowedPrincipals") {
		return ""
	}
	principals := c.New.Strs("allowedPrincipals")
	if c.Type.Token == TokenAllowedPrincipal {
		principals = []string{c.New.Str("principalArn")}
	}
	for _, p := range principals {
		if !slices.ContainsFunc(principalForms, func(form *regexp.Regexp) bool { return form.MatchString(p) }) {
			return fmt.Sprintf("Invalid Principal: '%s'", p)
		}
	}
	return ""
}

const existingConnections = "Service has existing active VPC Endpoint connections!"

// serviceBalancer returns the first message that f has for a load balancer of
// the endpoint service.
func (c *Call) serviceBalancer(f func(arn string) string) string {
	if !c.touches("networkLoadBalancerArns", "supportedIpAddressTypes", "supportedRegions") {
		return ""
	}
	for _, arn := range c.New.Strs("networkLoadBalancerArns") {
		if message := f(arn); message != "" {
			return message
		}
	}
	return ""
}
