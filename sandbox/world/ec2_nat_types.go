package world

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

var eipType = &Type{
	Token: TokenEIP,
	Inputs: []Property{
		{Name: "domain", Replace: true, Computed: true},
		{Name: "networkBorderGroup", Replace: true, Computed: true},
		{Name: "publicIpv4Pool", Replace: true, Computed: true},
		{Name: "tags"},
		{Name: "vpc", Replace: true, Computed: true},
	},
	Latency: instant,
	Outputs: Props{
		"address": nil, "allocationId": "", "arn": "", "associateWithPrivateIp": nil, "associationId": "",
		"carrierIp": "", "customerOwnedIp": "", "customerOwnedIpv4Pool": "", "domain": "vpc", "instance": "",
		"ipamPoolId": nil, "networkBorderGroup": "", "networkInterface": "", "privateDns": nil,
		"privateIp": "", "ptrRecord": "", "publicDns": "", "publicIp": "", "publicIpv4Pool": "amazon",
		"tags": nil, "vpc": true,
	},
	Create: createEIP,
	Read:   readEIP,
}

func createEIP(c *Call) (string, Props, error) {
	ip, err := c.takePublic()
	if err != nil {
		return "", nil, err
	}
	id := "eipalloc-" + c.Hex(17)
	return id, Props{
		"allocationId":       id,
		"arn":                c.ARN("ec2", "elastic-ip/"+id),
		"networkBorderGroup": c.Caller.Region,
		"publicDns":          publicDNS(c.Caller.Region, ip),
		"publicIp":           ip.String(),
	}, nil
}

// publicDNS is the name of a public address, see
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html.
func publicDNS(region string, ip netip.Addr) string {
	domain := region + ".compute." + DNSSuffix(region)
	if region == "us-east-1" {
		domain = "compute-1." + DNSSuffix(region)
	}
	return fmt.Sprintf("ec2-%s.%s", strings.ReplaceAll(ip.String(), ".", "-"), domain)
}

// readEIP shows the NAT gateway that uses the address.
func readEIP(c *Call) Props {
	nat := c.natGatewayOf(c.ID)
	if nat == nil {
		return Props{"associationId": "", "networkInterface": "", "privateIp": ""}
	}
	return Props{
		"associationId":    nat.Outputs.Str("associationId"),
		"networkInterface": nat.Outputs.Str("networkInterfaceId"),
		"privateIp":        nat.Outputs.Str("privateIp"),
	}
}

// natGatewayOf returns the NAT gateway that uses an Elastic IP address.
func (tx *Tx) natGatewayOf(allocationID string) *Record {
	return tx.first(TokenNATGateway, func(r *Record) bool { return r.Outputs.Str("allocationId") == allocationID })
}

var natGatewayType = &Type{
	Token: TokenNATGateway,
	Inputs: []Property{
		{Name: "allocationId", Replace: true},
		{Name: "connectivityType", Replace: true, Default: "public"},
		{Name: "privateIp", Replace: true, Computed: true},
		{Name: "subnetId", Required: true, Replace: true},
		{Name: "tags"},
	},
	Latency: Latency{
		Create: 115 * time.Second, Update: time.Second, Delete: 50 * time.Second,
		Source: "create: nine public deployment logs, 84 to 121 s, median 115 s; delete: assumption",
	},
	Outputs: Props{
		"allocationId": "", "associationId": "", "connectivityType": "public", "networkInterfaceId": "",
		"privateIp": "", "publicIp": "", "secondaryAllocationIds": []any{},
		"secondaryPrivateIpAddressCount": 0.0, "secondaryPrivateIpAddresses": []any{}, "subnetId": "", "tags": nil,
	},
	Create: createNATGateway,
	Delete: func(c *Call) error {
		c.removeInterfaces(c.ID)
		return nil
	},
}

func createNATGateway(c *Call) (string, Props, error) {
	id := "nat-" + c.Hex(17)
	subnet, _ := c.Subnet(c.New.Str("subnetId"))
	n, err := c.addNATInterface(subnet, id)
	if err != nil {
		return "", nil, err
	}
	computed := Props{"networkInterfaceId": n.ID, "privateIp": n.PrivateIP.String()}
	if eip := c.Own(TokenEIP, c.New.Str("allocationId")); eip != nil {
		n.PublicIP, _ = netip.ParseAddr(eip.Outputs.Str("publicIp"))
		c.Put(n.record())
		computed["publicIp"] = n.PublicIP.String()
		computed["associationId"] = "eipassoc-" + c.Hex(17)
	}
	return id, computed, nil
}

func (c *Call) addNATInterface(s Subnet, id string) (NetworkInterface, error) {
	if ip, err := netip.ParseAddr(c.New.Str("privateIp")); err == nil {
		return c.addInterfaceAt(s, ip, InterfaceNATGateway, id, nil)
	}
	return c.addInterface(s, InterfaceNATGateway, id, nil)
}
