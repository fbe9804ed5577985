package world

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"time"
)

var endpointServiceType = &Type{
	Token: TokenEndpointService,
	Inputs: []Property{
		{Name: "acceptanceRequired", Required: true},
		{Name: "allowedPrincipals", Computed: true, Set: true},
		{Name: "gatewayLoadBalancerArns", Set: true},
		{Name: "networkLoadBalancerArns", Set: true},
		{Name: "privateDnsName", Computed: true},
		{Name: "supportedIpAddressTypes", Computed: true, Set: true},
		{Name: "supportedRegions", Computed: true, Set: true},
		{Name: "tags"},
	},
	Latency: Latency{
		Create: 6 * time.Second, Update: 6 * time.Second, Delete: 6 * time.Second,
		Source: "create: public deployment log of 6 s, one poll of the provider; update and delete: assumption, the same",
	},
	Outputs: Props{
		"acceptanceRequired": false, "allowedPrincipals": []any{}, "arn": "", "availabilityZones": []any{},
		"baseEndpointDnsNames": []any{}, "gatewayLoadBalancerArns": nil, "managesVpcEndpoints": false,
		"networkLoadBalancerArns": nil, "privateDnsName": "", "privateDnsNameConfigurations": []any{},
		"serviceName": "", "serviceType": "Interface", "state": "Available",
		"supportedIpAddressTypes": []any{"ipv4"}, "supportedRegions": []any{}, "tags": nil,
	},
	Diff:   diffEndpointService,
	Create: createEndpointService,
	Update: func(c *Call) (Props, error) {
		computed := c.supportedRegions()
		if c.Changed("networkLoadBalancerArns") {
			computed["availabilityZones"] = balancerZones(c)
		}
		if c.Changed("privateDnsName") && c.New.Has("privateDnsName") {
			computed["privateDnsNameConfigurations"] = privateNameConfiguration(c)
		}
		if c.Changed("allowedPrincipals") {
			c.allow(c.Record, c.New.Strs("allowedPrincipals"), c.Old.Strs("allowedPrincipals"))
		}
		return computed, nil
	},
	Read: func(c *Call) Props { return Props{"allowedPrincipals": anys(allowedPrincipals(c.Record))} },
	Delete: func(c *Call) error {
		c.removeParts(TokenAllowedPrincipal, "vpcEndpointServiceId")
		return nil
	},
}

// diffEndpointService adds the Regions that AWS lists and the program doesn't: the
// provider would remove them.
func diffEndpointService(c *Call, changes []Change) []Change {
	const regions = "supportedRegions"
	changed := slices.ContainsFunc(changes, func(ch Change) bool { return ch.Property == regions })
	if changed || !c.New.Has(regions) || !c.New.Known(regions) || c.Type.property(regions).equal(c.State[regions], c.New[regions]) {
		return changes
	}
	return append(changes, Change{Property: regions, Kind: Changed})
}

// supportedRegions are those that the program names and the service's own. Where it names
// none, an update leaves them as they are.
func (c *Call) supportedRegions() Props {
	if c.Phase == PhaseUpdate && !c.New.Has("supportedRegions") {
		return Props{}
	}
	regions := append([]string{c.Caller.Region}, c.New.Strs("supportedRegions")...)
	slices.Sort(regions)
	return Props{"supportedRegions": anys(slices.Compact(regions))}
}

func createEndpointService(c *Call) (string, Props, error) {
	id := "vpce-svc-" + c.Hex(17)
	c.allow(c.Record, c.New.Strs("allowedPrincipals"), nil)
	computed := c.supportedRegions()
	maps.Copy(computed, Props{
		"arn":                  c.ARN("ec2", "vpc-endpoint-service/"+id),
		"availabilityZones":    balancerZones(c),
		"baseEndpointDnsNames": []any{fmt.Sprintf("%s.%s.vpce.%s", id, c.Caller.Region, DNSSuffix(c.Caller.Region))},
		"serviceName":          fmt.Sprintf("com.amazonaws.vpce.%s.%s", c.Caller.Region, id),
	})
	if c.New.Has("privateDnsName") {
		computed["privateDnsNameConfigurations"] = privateNameConfiguration(c)
	}
	return id, computed, nil
}

// balancerZones are the zones of the service, those that its load balancers
// have now, by the owner's names. The service keeps them: a zone that a load
// balancer gets later does not reach it by itself.
func balancerZones(c *Call) []any {
	var names []string
	for _, arn := range c.New.Strs("networkLoadBalancerArns") {
		for _, n := range c.NetworkInterfaces(arn) {
			if s, ok := c.Subnet(n.SubnetID); ok && !slices.Contains(names, s.ZoneName) {
				names = append(names, s.ZoneName)
			}
		}
	}
	sort.Strings(names)
	return anys(names)
}

// privateNameConfiguration is the proof of ownership that AWS asks for: a TXT
// record. See https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html.
func privateNameConfiguration(c *Call) []any {
	return []any{map[string]any{
		"name": "_" + c.Hex(20), "state": "pendingVerification", "type": "TXT", "value": "vpce:" + c.Hex(20),
	}}
}

// allowedPrincipals are a service's principals. AWS keeps one of each ARN, whichever
// resources of a program stand for it.
func allowedPrincipals(service *Record) []string { return service.Hidden.Strs("allowedPrincipals") }

// allow is ModifyVpcEndpointServicePermissions on a service: it takes those away that are
// removed and not added, and adds the rest. See
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html.
func (tx *Tx) allow(service *Record, added, removed []string) {
	out := slices.DeleteFunc(allowedPrincipals(service), func(p string) bool { return slices.Contains(removed, p) })
	out = append(out, added...)
	slices.Sort(out)
	service.Hidden["allowedPrincipals"] = anys(slices.Compact(out))
}

// modifyPermissions is allow for the service of a principal resource.
func (c *Call) modifyPermissions(serviceID string, added, removed []string) {
	if service := c.Get(TokenEndpointService, serviceID); service != nil {
		c.allow(service, added, removed)
		c.Put(service)
	}
}

var allowedPrincipalType = &Type{
	Token: TokenAllowedPrincipal,
	Inputs: []Property{
		{Name: "principalArn", Required: true, Replace: true},
		{Name: "vpcEndpointServiceId", Required: true, Replace: true},
	},
	Latency: quick,
	Outputs: Props{"principalArn": "", "vpcEndpointServiceId": ""},
	Create: func(c *Call) (string, Props, error) {
		c.modifyPermissions(c.New.Str("vpcEndpointServiceId"), []string{c.New.Str("principalArn")}, nil)
		return "vpce-svc-perm-" + c.Hex(17), nil, nil
	},
	Gone: func(c *Call) bool {
		service := c.peek(TokenEndpointService, c.State.Str("vpcEndpointServiceId"))
		return service == nil || !slices.Contains(allowedPrincipals(service), c.State.Str("principalArn"))
	},
	Delete: func(c *Call) error {
		c.modifyPermissions(c.State.Str("vpcEndpointServiceId"), nil, []string{c.State.Str("principalArn")})
		return nil
	},
}

var connectionAccepterType = &Type{
	Token: TokenConnectionAccepter,
	Inputs: []Property{
		{Name: "vpcEndpointId", Required: true, Replace: true},
		{Name: "vpcEndpointServiceId", Required: true, Replace: true},
	},
	Latency: Latency{
		Create: 30 * time.Second, Update: time.Second, Delete: 5 * time.Second,
		Source: "assumption: 10 to 60 s; the provider waits 5 s and then polls every 5 s until the connection is available",
	},
	Outputs: Props{"vpcEndpointId": "", "vpcEndpointServiceId": "", "vpcEndpointState": ""},
	Create: func(c *Call) (string, Props, error) {
		service, endpoint := c.New.Str("vpcEndpointServiceId"), c.New.Str("vpcEndpointId")
		c.setConnection(endpoint, StateAvailable)
		return service + "_" + endpoint, Props{"vpcEndpointState": StateAvailable}, nil
	},
	Read: func(c *Call) Props {
		e, _ := c.Endpoint(c.State.Str("vpcEndpointId"))
		return Props{"vpcEndpointState": e.State}
	},
	Delete: func(c *Call) error {
		c.setConnection(c.State.Str("vpcEndpointId"), StateRejected)
		return nil
	},
}

// setConnection changes the state of an endpoint's connection, in whatever
// account the endpoint is. One that is gone already is left alone.
func (tx *Tx) setConnection(endpointID, state string) {
	if r := tx.Get(TokenEndpoint, endpointID); r != nil {
		r.Outputs["state"] = state
		tx.Put(r)
	}
}
