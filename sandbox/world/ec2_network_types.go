package world

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// assumed is the source of a latency that no public record was found for.
const assumed = "assumption: EC2, IAM and CloudWatch answer such calls within seconds"

// networkLogs is the source of the latencies of what a VPC is made of.
const networkLogs = "public deployment logs, DevopsArtFactory/terraform-provisioning#4, #5 and #7"

// instant is the latency of what AWS makes within one call.
var instant = Latency{Create: time.Second, Update: time.Second, Delete: time.Second, Source: "create: " + networkLogs + ", 0 to 1 s; update and delete: " + assumed}

// quick is the latency of what AWS makes within a call or two.
var quick = Latency{Create: 2 * time.Second, Update: time.Second, Delete: time.Second, Source: assumed}

var vpcType = &Type{
	Token: TokenVPC,
	Inputs: []Property{
		{Name: "assignGeneratedIpv6CidrBlock"},
		{Name: "cidrBlock", Replace: true, Computed: true},
		{Name: "enableDnsHostnames", Computed: true},
		{Name: "enableDnsSupport", Default: true},
		{Name: "enableNetworkAddressUsageMetrics", Computed: true},
		{Name: "instanceTenancy", Computed: true},
		{Name: "tags"},
	},
	Latency: Latency{
		Create: 21 * time.Second, Update: 11 * time.Second, Delete: time.Second,
		Source: "create: " + networkLogs + ", 21 s, 22 s and 22 s; update and delete: assumption, the provider waits 10 s for a DNS attribute that it modifies",
	},
	Outputs: Props{
		"arn": "", "assignGeneratedIpv6CidrBlock": false, "cidrBlock": "",
		"defaultNetworkAclId": "", "defaultRouteTableId": "", "defaultSecurityGroupId": "",
		"dhcpOptionsId": "", "enableDnsHostnames": false, "enableDnsSupport": true,
		"enableNetworkAddressUsageMetrics": false, "instanceTenancy": "default",
		"ipv4IpamPoolId": nil, "ipv4NetmaskLength": nil,
		"ipv6AssociationId": "", "ipv6CidrBlock": "", "ipv6CidrBlockNetworkBorderGroup": "",
		"ipv6IpamPoolId": "", "ipv6NetmaskLength": 0.0,
		"mainRouteTableId": "", "ownerId": "", "tags": nil,
	},
	Create: createVPC,
	Update: func(c *Call) (Props, error) { return c.vpcIPv6(), nil },
	Delete: deleteVPC,
}

// vpcIPv6 is a VPC's IPv6 block: one of AWS's choice where the program asks for it.
func (c *Call) vpcIPv6() Props {
	switch {
	case !c.New.Bool("assignGeneratedIpv6CidrBlock"):
		return Props{"ipv6AssociationId": "", "ipv6CidrBlock": "", "ipv6CidrBlockNetworkBorderGroup": ""}
	case c.State.Str("ipv6CidrBlock") != "":
		return Props{}
	}
	return Props{
		"ipv6AssociationId": "vpc-cidr-assoc-" + c.Hex(17), "ipv6CidrBlock": c.generatedBlock(),
		"ipv6CidrBlockNetworkBorderGroup": c.Caller.Region,
	}
}

// createVPC makes a VPC and what AWS makes with it: the main route table, the
// default security group and the default network ACL, see
// https://docs.aws.amazon.com/vpc/latest/userguide/create-vpc.html.
func createVPC(c *Call) (string, Props, error) {
	if _, ok := FindRegion(c.Caller.Region); !ok {
		return "", nil, fmt.Errorf("the sandbox does not know the Region %q; it knows %s", c.Caller.Region, strings.Join(RegionNames(), ", "))
	}
	id := "vpc-" + c.Hex(17)
	table, group, acl := "rtb-"+c.Hex(17), "sg-"+c.Hex(17), "acl-"+c.Hex(17)
	for kind, part := range map[string]string{
		KindMainRouteTable: table, KindDefaultSecurityGroup: group, KindDefaultNetworkACL: acl,
	} {
		c.Put(&Record{
			Kind: kind, ID: part, Account: c.Caller.Account, Region: c.Caller.Region,
			Hidden: Props{"vpcId": id},
		})
	}
	computed := c.vpcIPv6()
	maps.Copy(computed, Props{
		"arn":                    c.ARN("ec2", "vpc/"+id),
		"defaultNetworkAclId":    acl,
		"defaultRouteTableId":    table,
		"defaultSecurityGroupId": group,
		"mainRouteTableId":       table,
		"dhcpOptionsId":          "dopt-" + stableHex(c.Caller.Account+c.Caller.Region, 17),
		"ownerId":                c.Caller.Account,
	})
	return id, computed, nil
}

func deleteVPC(c *Call) error {
	for _, kind := range []string{KindMainRouteTable, KindDefaultSecurityGroup, KindDefaultNetworkACL} {
		for _, r := range c.All(kind) {
			if r.Hidden.Str("vpcId") == c.ID {
				c.Tx.Delete(r)
			}
		}
	}
	return nil
}

var subnetType = &Type{
	Token: TokenSubnet,
	Inputs: []Property{
		{Name: "assignIpv6AddressOnCreation", Default: false},
		{Name: "availabilityZone", Replace: true, Computed: true},
		{Name: "availabilityZoneId", Replace: true, Computed: true},
		{Name: "cidrBlock", Replace: true},
		{Name: "enableDns64", Default: false},
		{Name: "enableResourceNameDnsARecordOnLaunch", Default: false},
		{Name: "enableResourceNameDnsAaaaRecordOnLaunch", Default: false},
		{Name: "ipv6CidrBlock"},
		{Name: "ipv6Native", Replace: true, Default: false},
		{Name: "mapPublicIpOnLaunch", Default: false},
		{Name: "privateDnsHostnameTypeOnLaunch", Computed: true},
		{Name: "tags"},
		{Name: "vpcId", Required: true, Replace: true},
	},
	Latency: Latency{
		Create: 2 * time.Second, Update: time.Second, Delete: time.Second,
		Source: assumed + "; with mapPublicIpOnLaunch, which the provider modifies after the create and waits 10 s for, 12 s: public deployment log, IBM-Cloud/terraform-provider-ibm#870",
		Cases:  []LatencyCase{{Input: "mapPublicIpOnLaunch", Is: true, Create: 12 * time.Second, Update: 11 * time.Second}},
	},
	Outputs: Props{
		"arn": "", "assignIpv6AddressOnCreation": false, "availabilityZone": "", "availabilityZoneId": "",
		"cidrBlock": "", "customerOwnedIpv4Pool": "", "enableDns64": false, "enableLniAtDeviceIndex": 0.0,
		"enableResourceNameDnsARecordOnLaunch": false, "enableResourceNameDnsAaaaRecordOnLaunch": false,
		"ipv6CidrBlock": "", "ipv6CidrBlockAssociationId": "", "ipv6Native": false,
		"mapCustomerOwnedIpOnLaunch": false, "mapPublicIpOnLaunch": false, "outpostArn": "", "ownerId": "",
		"privateDnsHostnameTypeOnLaunch": "ip-name", "tags": nil, "vpcId": "",
	},
	Create: createSubnet,
	Update: func(c *Call) (Props, error) { return c.subnetIPv6(), nil },
}

// subnetIPv6 is the association of a subnet's IPv6 block.
func (c *Call) subnetIPv6() Props {
	switch {
	case !c.New.Has("ipv6CidrBlock"):
		return Props{"ipv6CidrBlock": "", "ipv6CidrBlockAssociationId": ""}
	case c.New.Str("ipv6CidrBlock") == c.State.Str("ipv6CidrBlock"):
		return Props{}
	}
	return Props{"ipv6CidrBlockAssociationId": "subnet-cidr-assoc-" + c.Hex(17)}
}

func createSubnet(c *Call) (string, Props, error) {
	id := "subnet-" + c.Hex(17)
	zone := zoneOf(c)
	computed := c.subnetIPv6()
	maps.Copy(computed, Props{
		"arn":                c.ARN("ec2", "subnet/"+id),
		"availabilityZone":   zone.Name,
		"availabilityZoneId": zone.ID,
		"ownerId":            c.Caller.Account,
	})
	return id, computed, nil
}

// zoneOf is the zone that a subnet's inputs name; AWS picks one where they name
// none, the sandbox always the first.
func zoneOf(c *Call) Zone {
	if name := c.New.Str("availabilityZone"); name != "" {
		z, _ := c.zoneByName(c.Caller.Account, c.Caller.Region, name)
		return z
	}
	if id := c.New.Str("availabilityZoneId"); id != "" {
		z, _ := c.zoneByID(c.Caller.Account, c.Caller.Region, id)
		return z
	}
	if zones := c.Zones(c.Caller.Account, c.Caller.Region); len(zones) > 0 {
		return zones[0]
	}
	return Zone{}
}

var internetGatewayType = &Type{
	Token: TokenInternetGateway,
	Inputs: []Property{
		{Name: "tags"},
		{Name: "vpcId", Computed: true},
	},
	Latency: instant,
	Outputs: Props{"arn": "", "ownerId": "", "tags": nil, "vpcId": ""},
	Create: func(c *Call) (string, Props, error) {
		id := "igw-" + c.Hex(17)
		return id, Props{"arn": c.ARN("ec2", "internet-gateway/"+id), "ownerId": c.Caller.Account}, nil
	},
}
