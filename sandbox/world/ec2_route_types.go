package world

import (
	"fmt"
	"hash/crc32"
	"time"
)

// routeTargets are the properties that say where a route leads.
var routeTargets = []string{
	"carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId",
	"networkInterfaceId", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId",
}

// inlineRoute are the properties of a route that is written within its table.
var inlineRoute = []Property{
	{Name: "cidrBlock"}, {Name: "destinationPrefixListId"}, {Name: "gatewayId"}, {Name: "natGatewayId"},
	{Name: "networkInterfaceId"}, {Name: "transitGatewayId"}, {Name: "vpcEndpointId"}, {Name: "vpcPeeringConnectionId"},
}

var routeTableType = &Type{
	Token: TokenRouteTable,
	Inputs: []Property{
		{Name: "propagatingVgws", Computed: true, Set: true},
		{Name: "routes", Computed: true, Set: true, Elem: inlineRoute},
		{Name: "tags"},
		{Name: "vpcId", Required: true, Replace: true},
	},
	Latency: instant,
	Outputs: Props{
		"arn": "", "ownerId": "", "propagatingVgws": []any{}, "routes": []any{}, "tags": nil, "vpcId": "",
	},
	Create: func(c *Call) (string, Props, error) {
		id := "rtb-" + c.Hex(17)
		return id, Props{
			"arn":     c.ARN("ec2", "route-table/"+id),
			"ownerId": c.Caller.Account,
			"routes":  fullRoutes(c.New.Maps("routes")),
		}, nil
	},
	Update: func(c *Call) (Props, error) {
		if !c.New.Has("routes") {
			return nil, nil
		}
		return Props{"routes": fullRoutes(c.New.Maps("routes"))}, nil
	},
	Read: readRouteTable,
	Delete: func(c *Call) error {
		c.removeParts(TokenRoute, "routeTableId")
		return nil
	},
}

// readRouteTable shows the table's own routes and those of Route resources, as
// the provider does: it cannot tell them apart.
func readRouteTable(c *Call) Props {
	routes := fullRoutes(c.State.Maps("routes"))
	c.each(TokenRoute, func(r *Record) bool {
		if r.Outputs.Str("routeTableId") == c.ID {
			routes = append(routes, fullRoute(r.Outputs, r.Outputs.Str("destinationCidrBlock")))
		}
		return true
	})
	return Props{"routes": routes}
}

func fullRoutes(routes []Props) []any {
	out := []any{}
	for _, r := range routes {
		out = append(out, fullRoute(r, r.Str("cidrBlock")))
	}
	return out
}

// fullRoute is a route as the provider shows it within its table.
func fullRoute(r Props, cidr string) map[string]any {
	out := map[string]any{
		"cidrBlock":               cidr,
		"destinationPrefixListId": r.Str("destinationPrefixListId"),
		"ipv6CidrBlock":           "",
	}
	for _, t := range routeTargets {
		out[t] = r.Str(t)
	}
	return out
}

var routeTableAssociationType = &Type{
	Token: TokenRouteTableAssociation,
	Inputs: []Property{
		{Name: "gatewayId", Replace: true},
		{Name: "routeTableId", Required: true},
		{Name: "subnetId", Replace: true},
	},
	Latency: Latency{Create: time.Second, Update: time.Second, Delete: time.Second, Source: "assumption: one call, as a route table takes"},
	Outputs: Props{"gatewayId": "", "routeTableId": "", "subnetId": ""},
	Create: func(c *Call) (string, Props, error) {
		return "rtbassoc-" + c.Hex(17), nil, nil
	},
}

var routeType = &Type{
	Token: TokenRoute,
	Inputs: []Property{
		{Name: "destinationCidrBlock", Replace: true},
		{Name: "destinationIpv6CidrBlock", Replace: true},
		{Name: "destinationPrefixListId", Replace: true},
		{Name: "egressOnlyGatewayId"},
		{Name: "gatewayId"},
		{Name: "natGatewayId"},
		{Name: "networkInterfaceId", Computed: true},
		{Name: "routeTableId", Required: true, Replace: true},
		{Name: "transitGatewayId"},
		{Name: "vpcEndpointId"},
		{Name: "vpcPeeringConnectionId"},
	},
	Latency: Latency{Create: time.Second, Update: time.Second, Delete: time.Second, Source: assumed},
	Outputs: Props{
		"carrierGatewayId": "", "coreNetworkArn": "", "destinationCidrBlock": "",
		"destinationIpv6CidrBlock": "", "destinationPrefixListId": "", "egressOnlyGatewayId": "",
		"gatewayId": "", "instanceId": "", "instanceOwnerId": "", "localGatewayId": "", "natGatewayId": "",
		"networkInterfaceId": "", "origin": "CreateRoute", "routeTableId": "", "state": "active",
		"transitGatewayId": "", "vpcEndpointId": "", "vpcPeeringConnectionId": "",
	},
	Create: func(c *Call) (string, Props, error) {
		return routeID(c.New.Str("routeTableId"), routeDestination(c.New)), nil, nil
	},
	Read: func(c *Call) Props {
		state := "active"
		if !c.targetExists(routeTarget(c.State)) {
			state = "blackhole"
		}
		return Props{"state": state}
	},
}

// routeID is the id that the provider forms; AWS gives routes none.
func routeID(table, destination string) string {
	return fmt.Sprintf("r-%s%d", table, crc32.ChecksumIEEE([]byte(destination)))
}

// routeDestination is the one destination of a route.
func routeDestination(r Props) string {
	for _, k := range []string{"destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"} {
		if d := r.Str(k); d != "" {
			return d
		}
	}
	return ""
}

// routeTarget is the one target of a route.
func routeTarget(r Props) string {
	for _, k := range routeTargets {
		if t := r.Str(k); t != "" {
			return t
		}
	}
	return ""
}
