package world

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"
)

// The states of an interface endpoint, which are those of its connection to the
// service: https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html.
const (
	StatePendingAcceptance = "pendingAcceptance"
	StateAvailable         = "available"
	StateRejected          = "rejected"
)

// fullAccessPolicy is the policy of an endpoint that is given none.
const fullAccessPolicy = `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}`

var endpointType = &Type{
	Token: TokenEndpoint,
	Inputs: []Property{
		{Name: "autoAccept"},
		{Name: "dnsOptions", Computed: true, Elem: []Property{
			{Name: "dnsRecordIpType"},
			{Name: "privateDnsOnlyForInboundResolverEndpoint"},
		}},
		{Name: "ipAddressType", Computed: true},
		{Name: "policy", Computed: true, JSON: true},
		{Name: "privateDnsEnabled", Computed: true},
		{Name: "routeTableIds", Computed: true, Set: true},
		{Name: "securityGroupIds", Computed: true, Set: true},
		{Name: "serviceName", Replace: true},
		{Name: "serviceRegion", Replace: true, Computed: true},
		{Name: "subnetConfigurations", Computed: true, Set: true, Elem: []Property{{Name: "ipv4"}, {Name: "ipv6"}, {Name: "subnetId"}}},
		{Name: "subnetIds", Computed: true, Set: true},
		{Name: "tags"},
		{Name: "vpcEndpointType", Replace: true, Default: endpointGateway},
		{Name: "vpcId", Required: true, Replace: true},
	},
	Latency: Latency{
		Create: 60 * time.Second, Update: 30 * time.Second, Delete: 60 * time.Second,
		Source: "create: public deployment logs of three interface endpoints of 43 s each and of one of 113 s, and of gateway endpoints of 6 s each; update and delete: assumption, the provider polls every 5 s",
		Cases:  []LatencyCase{{Input: "vpcEndpointType", Is: endpointGateway, Create: 6 * time.Second, Update: 5 * time.Second, Delete: 5 * time.Second}},
	},
	Outputs: Props{
		"arn": "", "autoAccept": nil, "cidrBlocks": []any{}, "dnsEntries": []any{}, "dnsOptions": nil,
		"ipAddressType": "", "networkInterfaceIds": []any{}, "ownerId": "", "policy": fullAccessPolicy,
		"prefixListId": nil, "privateDnsEnabled": false, "requesterManaged": false,
		"resourceConfigurationArn": "", "routeTableIds": []any{}, "securityGroupIds": []any{},
		"serviceName": "", "serviceNetworkArn": "", "serviceRegion": "", "state": "",
		"subnetConfigurations": []any{}, "subnetIds": []any{}, "tags": nil,
		"vpcEndpointType": endpointGateway, "vpcId": "",
	},
	Create: createEndpoint,
	Update: updateEndpoint,
	Read:   readEndpoint,
	Delete: func(c *Call) error {
		c.removeInterfaces(c.ID)
		return nil
	},
}

// allowsAll says whether a policy is the full-access one, of whatever version.
func allowsAll(policy string) bool {
	statements := func(doc string) string {
		var p Props
		if json.Unmarshal([]byte(doc), &p) != nil {
			return doc
		}
		if one, ok := p["Statement"].(map[string]any); ok {
			p["Statement"] = []any{one}
		}
		for _, s := range p.Maps("Statement") {
			delete(s, "Sid")
		}
		return jsonText(p["Statement"])
	}
	return statements(policy) == statements(fullAccessPolicy)
}

func createEndpoint(c *Call) (string, Props, error) {
	id := "vpce-" + c.Hex(17)
	c.Record.Hidden["dnsSuffix"] = c.Hex(8)
	computed := Props{
		"arn":           c.ARN("ec2", "vpc-endpoint/"+id),
		"ownerId":       c.Caller.Account,
		"serviceRegion": c.serviceRegion(),
		"state":         StateAvailable,
	}
	if c.New.Has("policy") {
		computed["policy"] = normalJSON(c.New.Str("policy"))
	}
	if c.New.Str("vpcEndpointType") == endpointGateway {
		service, _ := findAWSService(c.New.Str("serviceName"), c.Caller.Region)
		computed["prefixListId"] = c.prefixListID(service, c.Caller.Region)
		return id, computed, nil
	}
	groups := endpointGroups(c)
	computed["securityGroupIds"] = anys(groups)
	maps.Copy(computed, shownAddressing(c))
	if c.waitsForAcceptance() {
		computed["state"] = StatePendingAcceptance
	}
	err := fitEndpoint(c, id, groups)
	return id, computed, err
}

// shownAddressing are an interface endpoint's address type and DNS options: as
// given, or else ipv4, and names with the addresses that the endpoint has.
func shownAddressing(c *Call) Props {
	addresses := c.New.Str("ipAddressType")
	if addresses == "" {
		addresses = c.State.Str("ipAddressType")
	}
	if addresses == "" {
		addresses = addressIPv4
	}
	options := map[string]any{"dnsRecordIpType": addresses, "privateDnsOnlyForInboundResolverEndpoint": false}
	for k, v := range c.New.Map("dnsOptions") {
		if k != defaultsKey && v != nil {
			options[k] = v
		}
	}
	return Props{"ipAddressType": addresses, "dnsOptions": options}
}

// acceptsItself: a connection within one account can accept itself.
func (c *Call) acceptsItself(s EndpointService) bool {
	return c.New.Bool("autoAccept") && s.Account == c.Caller.Account
}

// serviceRegion is the Region of the service that the endpoint connects to.
func (c *Call) serviceRegion() string {
	if r := c.New.Str("serviceRegion"); r != "" {
		return r
	}
	return c.Caller.Region
}

// endpointGroups are the security groups of an interface endpoint: the VPC's
// default one where none is given.
func endpointGroups(c *Call) []string {
	if given := c.New.Strs("securityGroupIds"); len(given) > 0 {
		return given
	}
	if shown := c.State.Strs("securityGroupIds"); len(shown) > 0 {
		return shown
	}
	v, _ := c.VPC(c.New.Str("vpcId"))
	return []string{v.DefaultSecurityGroupID}
}

// fitEndpoint makes an interface endpoint's network interfaces one in each of
// its subnets, with the addresses that the user fixed.
func fitEndpoint(c *Call, id string, groups []string) error {
	fixed := fixedAddresses(c.New.Maps("subnetConfigurations"), "ipv4")
	if err := c.fitInterfaces(endpointSubnets(c), fixed, InterfaceEndpoint, id, groups); err != nil {
		return err
	}
	c.fitIPv6(id, shownAddressing(c).Str("ipAddressType") != addressIPv4)
	return nil
}

// endpointSubnets are the subnets of an interface endpoint: as given, or else
// as they are.
func endpointSubnets(c *Call) []string {
	if c.New.Has("subnetIds") {
		return c.New.Strs("subnetIds")
	}
	if given := c.New.Maps("subnetConfigurations"); len(given) > 0 {
		var ids []string
		for _, s := range given {
			ids = append(ids, s.Str("subnetId"))
		}
		return ids
	}
	return c.State.Strs("subnetIds")
}

func updateEndpoint(c *Call) (Props, error) {
	if c.New.Str("vpcEndpointType") == endpointGateway {
		return nil, nil
	}
	groups := endpointGroups(c)
	computed := shownAddressing(c)
	computed["securityGroupIds"] = anys(groups)
	if c.New.Has("policy") {
		computed["policy"] = normalJSON(c.New.Str("policy"))
	}
	return computed, fitEndpoint(c, c.ID, groups)
}

// readEndpoint shows what follows from the endpoint's network interfaces.
func readEndpoint(c *Call) Props {
	if c.State.Str("vpcEndpointType") == endpointGateway {
		return nil
	}
	ids, subnets, addresses := []any{}, []any{}, []any{}
	for _, n := range c.NetworkInterfaces(c.ID) {
		ids = append(ids, n.ID)
		subnets = append(subnets, n.SubnetID)
		addresses = append(addresses, shownAddresses(n, c.State.Str("ipAddressType")))
	}
	e, _ := c.Endpoint(c.ID)
	entries := []any{}
	for _, name := range e.DNSNames {
		entries = append(entries, map[string]any{"dnsName": name, "hostedZoneId": endpointHostedZone(e, name)})
	}
	return Props{
		"networkInterfaceIds": ids, "subnetIds": subnets, "subnetConfigurations": addresses, "dnsEntries": entries,
	}
}

// shownAddresses are an interface's addresses of the endpoint's address type.
func shownAddresses(n NetworkInterface, addressType string) map[string]any {
	out := map[string]any{"ipv4": "", "ipv6": "", "subnetId": n.SubnetID}
	if addressType != addressIPv6 {
		out["ipv4"] = n.PrivateIP.String()
	}
	if n.IPv6.IsValid() {
		out["ipv6"] = n.IPv6.String()
	}
	return out
}

// endpointHostedZone is the hosted zone of one of an endpoint's names: AWS's
// own for names under vpce.amazonaws.com, a private one for private names.
func endpointHostedZone(e Endpoint, name string) string {
	switch {
	case name == e.PrivateDNSName:
		return "Z" + strings.ToUpper(stableHex("private zone "+e.ID, 20))
	case e.Region == "us-east-1":
		return "Z7HUB22UULQXV"
	}
	return "Z" + strings.ToUpper(stableHex("vpce zone "+e.Region, 13))
}

// endpointDNSNames are an interface endpoint's names: the regional one, one for
// each zone under the owner's name for it, and the private one where it is
// enabled. See https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames.
func endpointDNSNames(tx *Tx, r *Record, private string) []string {
	service := serviceLabel(r.Outputs.Str("serviceName"))
	region := r.Outputs.Str("serviceRegion")
	base := r.ID + "-" + r.Hidden.Str("dnsSuffix")
	domain := fmt.Sprintf("%s.%s.vpce.%s", service, region, DNSSuffix(region))
	names := []string{base + "." + domain}
	// What a state has of them counts.
	said := r.Hidden.Strs("dnsNames")
	if len(said) > 0 {
		names[0] = said[0]
	}
	for _, n := range tx.NetworkInterfaces(r.ID) {
		zone, _ := tx.zoneByID(r.Account, r.Region, n.ZoneID)
		names = append(names, fmt.Sprintf("%s-%s.%s", base, zone.Name, domain))
	}
	if private != "" {
		names = append(names, private)
	}
	return names
}

// serviceLabel is how a service shows in its endpoints' names: the id of an
// endpoint service, or the short name of one of AWS's own.
func serviceLabel(serviceName string) string {
	if i := strings.LastIndex(serviceName, "vpce-svc-"); i >= 0 {
		return serviceName[i:]
	}
	parts := strings.SplitN(strings.TrimPrefix(serviceName, "cn."), ".", 4)
	return parts[len(parts)-1]
}
