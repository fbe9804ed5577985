package world

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// endpointPrivateDNSType switches private DNS on or off for an endpoint that
// some other resource, possibly of another stack, has made. It is a Modify with
// nothing to wait for, and deleting it leaves the endpoint as it is.
var endpointPrivateDNSType = &Type{
	Token: TokenEndpointPrivateDNS,
	Inputs: []Property{
		{Name: "privateDnsEnabled", Required: true},
		{Name: "vpcEndpointId", Required: true, Replace: true},
	},
	Latency: quick,
	Outputs: Props{"privateDnsEnabled": false, "vpcEndpointId": ""},
	Create: func(c *Call) (string, Props, error) {
		c.setPrivateDNS()
		return c.New.Str("vpcEndpointId"), nil, nil
	},
	Update: func(c *Call) (Props, error) {
		c.setPrivateDNS()
		return nil, nil
	},
	Read: func(c *Call) Props {
		e := c.peek(TokenEndpoint, c.State.Str("vpcEndpointId"))
		return Props{"privateDnsEnabled": e != nil && e.Outputs.Bool("privateDnsEnabled")}
	},
}

func (c *Call) setPrivateDNS() {
	if r := c.Get(TokenEndpoint, c.New.Str("vpcEndpointId")); r != nil {
		r.Outputs["privateDnsEnabled"] = c.New.Bool("privateDnsEnabled")
		c.Put(r)
	}
}

// privateNameVerificationType asks AWS to look for the TXT record now.
var privateNameVerificationType = &Type{
	Token: TokenPrivateNameVerification,
	Inputs: []Property{
		{Name: "serviceId", Required: true, Replace: true},
		{Name: "timeouts"},
		{Name: "waitForVerification"},
	},
	Latency: Latency{
		Create: time.Second, Update: time.Second, Delete: time.Second,
		Source: "assumption: a second, and with waitForVerification minutes, https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
		Cases:  []LatencyCase{{Input: "waitForVerification", Is: true, Create: 2 * time.Minute}},
	},
	Outputs: Props{"serviceId": ""},
	Create: func(c *Call) (string, Props, error) {
		c.verifyPrivateName(c.New.Str("serviceId"))
		return c.New.Str("serviceId"), nil, waitForPrivateName(c)
	},
}

// waitForPrivateName is the provider's waitForVerification, before which it has
// made nothing.
func waitForPrivateName(c *Call) error {
	s, ok := c.EndpointService(c.New.Str("serviceId"))
	if !ok || !c.New.Bool("waitForVerification") || s.PrivateDNSState == privateNameVerified {
		return nil
	}
	proof := c.peek(TokenEndpointService, s.ID).Outputs.Maps("privateDnsNameConfigurations")[0]
	return fmt.Errorf("waiting for VPC Endpoint Service Private DNS Verification (%s): unexpected state 'failed', wanted target 'verified': public DNS has no TXT record %s under %s or a domain above it with the value %s",
		s.ID, proof.Str("name"), wildcardDomain(s.PrivateDNSName), proof.Str("value"))
}

// privateNameVerified is the state of a private name that endpoints can use.
const privateNameVerified = "verified"

// verifyPrivateName looks for a service's TXT record, under the domain of its
// private name or one above it, in public DNS. See
// https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html.
func (tx *Tx) verifyPrivateName(serviceID string) {
	r := tx.Get(TokenEndpointService, serviceID)
	if r == nil {
		return
	}
	for _, proof := range r.Outputs.Maps("privateDnsNameConfigurations") {
		if tx.provesDomain(proof, r.Outputs.Str("privateDnsName")) {
			proof["state"] = privateNameVerified
			tx.Put(r)
		}
	}
}

// provesDomain says whether public DNS has the TXT record that AWS asks for.
func (tx *Tx) provesDomain(proof Props, name string) bool {
	for domain := wildcardDomain(name); strings.Contains(domain, "."); domain = domain[strings.Index(domain, ".")+1:] {
		if slices.Contains(tx.PublicRecords(proof.Str("name")+"."+domain, "TXT"), proof.Str("value")) {
			return true
		}
	}
	return false
}

// wildcardDomain is the domain of a name that may be a wildcard.
func wildcardDomain(name string) string { return strings.TrimPrefix(normalDomain(name), "*.") }
