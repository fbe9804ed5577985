package world

import (
	"fmt"
	"regexp"
)

const privateNames = plGuide + "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"

// privateNameForm is the form of a service's private DNS name: lower case, and a
// wildcard at the front at most.
var privateNameForm = regexp.MustCompile(`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$`)

var privatelinkDNSRules = []*Rule{
	{
		ID: "PLS-PRIVATE-NAME-FORM", Token: TokenEndpointService, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "A private DNS name is a domain name in lower case, possibly with a wildcard as its first label.",
		Source: privateNames + "; the text is inferred",
		Check: func(c *Call) string {
			name := c.New.Str("privateDnsName")
			if name == "" || privateNameForm.MatchString(name) {
				return ""
			}
			return fmt.Sprintf("The private DNS name '%s' is not valid", name)
		},
	},
	{
		ID: "PLS-PRIVATE-NAME-CHANGE", Token: TokenEndpointService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A new private DNS name has to be verified anew, with another token.",
		Source: privateNames,
	},
	{
		ID: "PLS-PRIVATE-NAME-STAYS", Token: TokenEndpointService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A private DNS name that is removed from the program changes nothing: the provider never takes it away.",
		Source: providerEC2 + "vpcendpointservice/",
	},
	{
		ID: "PLS-VERIFY-SERVICE-EXISTS", Token: TokenPrivateNameVerification, Phase: PhaseCreate, Code: "InvalidVpcEndpointServiceId.NotFound", Confidence: Verified, Answer: SecondHand,
		Says:   "The endpoint service whose name is verified exists.",
		Source: ec2Errors + "; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			return c.exists(TokenEndpointService, "serviceId", "The VpcEndpointService Id '%s' does not exist")
		},
	},
	{
		ID: "PLS-VERIFY-NAME-GIVEN", Token: TokenPrivateNameVerification, Phase: PhaseCreate, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "A service whose name is verified has a private DNS name.",
		Source: ec2API + "StartVpcEndpointServicePrivateDnsVerification, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartVpcEndpointServicePrivateDnsVerification.html; the code and the text are inferred",
		Check: func(c *Call) string {
			s := c.Own(TokenEndpointService, c.New.Str("serviceId"))
			if s == nil || s.Outputs.Str("privateDnsName") != "" {
				return ""
			}
			return fmt.Sprintf("The VpcEndpointService '%s' has no private DNS name", s.ID)
		},
	},
	{
		ID: "PLS-VERIFY-TXT", Token: TokenPrivateNameVerification, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "The name is verified if public DNS has the TXT record under its domain or one above it. A private hosted zone does not count.",
		Source: privateNames,
	},
	{
		ID: "PLS-VERIFY-SAME-DOMAIN", Token: TokenPrivateNameVerification, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Several services prove one domain, each by its own record: Route 53 holds as many as it takes, where other DNS may hold two.",
		Source: privateNames,
	},
	{
		ID: "PLS-VERIFY-WAIT", Token: TokenPrivateNameVerification, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "With waitForVerification the provider fails where the record is not there. AWS and the provider wait 30 minutes for one that comes late; the sandbox does not.",
		Source: "AWS provider, internal/service/ec2/vpc_endpoint_service_private_dns_verification.go",
	},
	{
		ID: "EP-DNS-ENDPOINT-EXISTS", Token: TokenEndpointPrivateDNS, Phase: PhaseWrite, Code: "InvalidVpcEndpointId.NotFound", Confidence: Verified, Answer: SecondHand,
		Says:   "The endpoint whose private DNS is switched on exists.",
		Source: ec2Errors + "; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			return c.exists(TokenEndpoint, "vpcEndpointId", "The VpcEndPoint ID '%s' does not exist")
		},
	},
	{
		ID: "EP-DNS-RESOURCE-STAYS", Token: TokenEndpointPrivateDNS, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Deleting the resource that switched private DNS on leaves it on.",
		Source: "AWS provider, internal/service/ec2/vpc_endpoint_private_dns.go",
	},
}

// dnsWish is what a call that switches private DNS on is about.
type dnsWish struct {
	endpointID, vpcID, serviceName string
	// waits: the connection is not accepted yet.
	waits bool
}

// privateDNSWish says whether the call switches private DNS on, and for what:
// for the endpoint that it makes or changes, or for the one that it names.
func (c *Call) privateDNSWish() (dnsWish, bool) {
	if !c.New.Bool("privateDnsEnabled") || !c.touches("privateDnsEnabled") {
		return dnsWish{}, false
	}
	if c.Type.Token == TokenEndpoint {
		return dnsWish{c.ID, c.New.Str("vpcId"), c.New.Str("serviceName"), c.waitsForAcceptance()}, true
	}
	r := c.Own(TokenEndpoint, c.New.Str("vpcEndpointId"))
	if r == nil {
		return dnsWish{}, false
	}
	return dnsWish{r.ID, r.Outputs.Str("vpcId"), r.Outputs.Str("serviceName"), r.Outputs.Str("state") == StatePendingAcceptance}, true
}
