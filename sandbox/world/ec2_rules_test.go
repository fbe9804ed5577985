package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"VPC-CIDR-FORMAT":   tries(TokenVPC, Props{"cidrBlock": "10.0.0.1/16"}),
		"VPC-CIDR-GIVEN":    tries(TokenVPC, Props{}),
		"VPC-CIDR-SIZE":     tries(TokenVPC, Props{"cidrBlock": "10.0.0.0/8"}),
		"VPC-DELETE-IN-USE": removes("vpc"),

		"SUBNET-CIDR-FORMAT":   subnetWith(Props{"cidrBlock": "10.0.3.1/24"}),
		"SUBNET-ONE-ZONE":      subnetWith(Props{"availabilityZone": "us-east-1a", "availabilityZoneId": "use1-az1"}),
		"SUBNET-VPC-EXISTS":    subnetWith(Props{"vpcId": "vpc-0123456789abcdef0"}),
		"SUBNET-ZONE-EXISTS":   subnetWith(Props{"availabilityZone": "us-east-1z"}),
		"SUBNET-SIZE":          subnetWith(Props{"cidrBlock": "10.0.3.0/29"}),
		"SUBNET-IN-VPC":        subnetWith(Props{"cidrBlock": "10.1.0.0/24"}),
		"SUBNET-CONFLICT":      subnetWith(Props{"cidrBlock": "10.0.1.128/25"}),
		"SUBNET-DELETE-IN-USE": removes("az1"),
		"SUBNET-FREE-ADDRESSES": func(st *stage) error {
			return st.fill(16 - reservedAddresses + 1)
		},
		"SUBNET-FIXED-ADDRESS": func(st *stage) error {
			return st.try(TokenNATGateway, Props{"subnetId": st.id("az1"), "connectivityType": "private", "privateIp": "10.0.1.3"})
		},

		"IGW-VPC-EXISTS":    tries(TokenInternetGateway, Props{"vpcId": "vpc-0123456789abcdef0"}),
		"IGW-ONE-PER-VPC":   func(st *stage) error { return st.try(TokenInternetGateway, Props{"vpcId": st.id("vpc")}) },
		"IGW-DELETE-IN-USE": removes("igw"),

		"ROUTE-TABLE-VPC-EXISTS":    tries(TokenRouteTable, Props{"vpcId": "vpc-0123456789abcdef0"}),
		"ROUTE-TABLE-DELETE-IN-USE": removes("public-table"),
		"ASSOCIATION-TABLE-EXISTS": func(st *stage) error {
			return st.try(TokenRouteTableAssociation, Props{"routeTableId": "rtb-0123456789abcdef0", "subnetId": st.spare()})
		},
		"ASSOCIATION-SUBNET-EXISTS": func(st *stage) error {
			return st.try(TokenRouteTableAssociation, Props{"routeTableId": st.id("public-table"), "subnetId": "subnet-0123456789abcdef0"})
		},
		"ASSOCIATION-SAME-VPC": func(st *stage) error {
			return st.try(TokenRouteTableAssociation, Props{"routeTableId": st.id("public-table"), "subnetId": st.foreign("subnet")})
		},
		"ASSOCIATION-UNIQUE": func(st *stage) error {
			return st.try(TokenRouteTableAssociation, Props{"routeTableId": st.id("public-table"), "subnetId": st.id("az1")})
		},
		"ROUTE-ONE-DESTINATION":  routeWith(Props{"destinationCidrBlock": nil}),
		"ROUTE-ONE-TARGET":       routeWith(Props{"natGatewayId": "nat-0123456789abcdef0"}),
		"ROUTE-CIDR-FORMAT":      routeWith(Props{"destinationCidrBlock": "192.168.0.1/16"}),
		"ROUTE-TABLE-EXISTS":     routeWith(Props{"routeTableId": "rtb-0123456789abcdef0"}),
		"ROUTE-DUPLICATE":        routeWith(Props{"destinationCidrBlock": "10.0.0.0/16"}),
		"ROUTE-GATEWAY-EXISTS":   routeWith(Props{"gatewayId": "igw-0123456789abcdef0"}),
		"ROUTE-GATEWAY-SAME-VPC": func(st *stage) error { return routeWith(Props{"gatewayId": st.foreign("igw")})(st) },
		"ROUTE-NAT-EXISTS":       routeWith(Props{"gatewayId": nil, "natGatewayId": "nat-0123456789abcdef0"}),

		"EIP-RELEASE-IN-USE":    removes("eip"),
		"NAT-SUBNET-EXISTS":     natWith(Props{"subnetId": "subnet-0123456789abcdef0"}),
		"NAT-ALLOCATION-GIVEN":  natWith(Props{"allocationId": nil}),
		"NAT-ALLOCATION-EXISTS": natWith(Props{"allocationId": "eipalloc-0123456789abcdef0"}),
		"NAT-ALLOCATION-FREE":   func(st *stage) error { return natWith(Props{"allocationId": st.id("eip")})(st) },
		"NAT-INTERNET-GATEWAY": func(st *stage) error {
			vpc := st.make(st.provider, "closed", TokenVPC, Props{"cidrBlock": "10.7.0.0/16"})
			return natWith(Props{"subnetId": st.make(st.provider, "closed-subnet", TokenSubnet, Props{"vpcId": vpc, "cidrBlock": "10.7.1.0/24"})})(st)
		},
		"PUBLIC-ADDRESS-LIMIT": func(st *stage) error {
			return st.w.Update(func(tx *Tx) error {
				for {
					ip, err := tx.takePublic()
					if err != nil {
						return err
					}
					tx.Put(&Record{Kind: TokenEIP, ID: ip.String(), Outputs: Props{"publicIp": ip.String()}})
				}
			})
		},

		"SG-NAME-PREFIX":   groupWith(Props{"name": "sg-web"}),
		"SG-NAME-LENGTH":   groupWith(Props{"name": strings.Repeat("a", 256)}),
		"SG-DESCRIPTION":   groupWith(Props{"description": "who's who"}),
		"SG-VPC-GIVEN":     tries(TokenSecurityGroup, Props{}),
		"SG-VPC-EXISTS":    groupWith(Props{"vpcId": "vpc-0123456789abcdef0"}),
		"SG-DUPLICATE":     groupWith(Props{"name": "lb-group"}),
		"SG-DELETE-IN-USE": removes("lb-group"),

		"SG-RULE-ONE-SOURCE":    ruleWith(Props{"referencedSecurityGroupId": "sg-0123456789abcdef0"}),
		"SG-RULE-CIDR-FORMAT":   ruleWith(Props{"cidrIpv4": "10.1.2.3/8"}),
		"SG-RULE-PORT-RANGE":    ruleWith(Props{"toPort": 65536.0}),
		"SG-RULE-ALL-PROTOCOLS": ruleWith(Props{"ipProtocol": "-1"}),
		"SG-RULE-PORTS-GIVEN":   ruleWith(Props{"toPort": nil}),
		"SG-RULE-GROUP-EXISTS":  ruleWith(Props{"securityGroupId": "sg-0123456789abcdef0"}),
		"SG-RULE-PEER-EXISTS": func(st *stage) error {
			return ruleWith(Props{"cidrIpv4": nil, "referencedSecurityGroupId": st.id("c-group")})(st)
		},
		"SG-RULE-DUPLICATE": ruleWith(Props{"cidrIpv4": "0.0.0.0/0"}),
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"ROUTE-BLACKHOLE": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("nat"))
			require.Equal(t, "blackhole", st.show("private-route").Str("state"))
			st.view(func(tx *Tx) {
				_, reason := tx.InternetPath(st.id("az1"), false)
				require.Contains(t, reason, "does not exist")
			})
		},
		"SG-NO-DEFAULT-EGRESS": func(t *testing.T, st *stage) {
			group := st.make(st.provider, "bare", TokenSecurityGroup, Props{"vpcId": st.id("vpc")})
			st.view(func(tx *Tx) { require.Empty(t, tx.SecurityGroupRules(group)) })
		},
		"SG-RULE-SOURCE-REPLACES": func(t *testing.T, st *stage) {
			old, err := st.provider.Inputs(TokenEgressRule, st.id("task-egress"))
			require.NoError(t, err)
			require.False(t, replaces(t, st, "task-egress", over(old, Props{"cidrIpv4": "10.0.0.0/8"})))
			require.True(t, replaces(t, st, "task-egress", over(old, Props{"cidrIpv4": nil, "referencedSecurityGroupId": st.id("lb-group")})))
		},
		"SG-EVALUATION": func(t *testing.T, st *stage) {
			st.view(func(tx *Tx) {
				groups := []string{st.id("task-group")}
				member := Peer{IP: internet, GroupIDs: []string{st.id("lb-group")}}
				assert.Equal(t, st.id("task-ingress"), tx.Admits(groups, Ingress, "tcp", 80, member).RuleID)
				assert.False(t, tx.Admits(groups, Ingress, "tcp", 80, Peer{IP: internet}).Admitted, "not a member")
				assert.False(t, tx.Admits(groups, Ingress, "tcp", 81, member).Admitted, "another port")
				assert.False(t, tx.Admits(groups, Ingress, "udp", 80, member).Admitted, "another protocol")
				assert.True(t, tx.Admits(groups, Egress, "tcp", 443, Peer{IP: internet}).Admitted, "by address")
				assert.Contains(t, tx.Admits(groups, Egress, "tcp", 80, Peer{IP: internet}).Reason, "no egress rule of "+groups[0])
			})
		},
	})
}

// replaces says whether a change of inputs makes a new resource.
func replaces(t *testing.T, st *stage, name string, inputs Props) bool {
	t.Helper()
	old, err := st.owners[name].Inputs(st.tokens[name], st.id(name))
	require.NoError(t, err)
	list, _, err := st.owners[name].Diff(st.tokens[name], st.id(name), old, st.show(name), inputs)
	require.NoError(t, err)
	for _, ch := range list {
		if ch.Replace {
			return true
		}
	}
	require.NotEmpty(t, list, "nothing changes")
	return false
}

func subnetWith(more Props) breaker {
	return func(st *stage) error {
		return st.try(TokenSubnet, over(Props{"vpcId": st.id("vpc"), "cidrBlock": "10.0.3.0/24"}, more))
	}
}

func routeWith(more Props) breaker {
	return func(st *stage) error {
		return st.try(TokenRoute, over(Props{
			"routeTableId": st.id("public-table"), "destinationCidrBlock": "192.168.0.0/16", "gatewayId": st.id("igw"),
		}, more))
	}
}

func natWith(more Props) breaker {
	return func(st *stage) error {
		free := st.make(st.provider, "free-eip", TokenEIP, Props{})
		return st.try(TokenNATGateway, over(Props{"subnetId": st.id("public"), "allocationId": free}, more))
	}
}

func groupWith(more Props) breaker {
	return func(st *stage) error { return st.try(TokenSecurityGroup, over(Props{"vpcId": st.id("vpc")}, more)) }
}

// ruleWith is an egress rule, which the ingress rule shares its rules with.
func ruleWith(more Props) breaker {
	return func(st *stage) error {
		return st.try(TokenEgressRule, over(Props{
			"securityGroupId": st.id("task-group"), "cidrIpv4": "10.0.0.0/8", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
		}, more))
	}
}

// spare makes a subnet that nothing is in yet.
func (st *stage) spare() string {
	return st.make(st.provider, "spare", TokenSubnet, Props{"vpcId": st.id("vpc"), "cidrBlock": "10.0.7.0/28"})
}

// foreign makes another VPC of the provider's and returns a subnet, a security
// group or an internet gateway of it.
func (st *stage) foreign(what string) string {
	vpc := st.make(st.provider, "other-vpc", TokenVPC, Props{"cidrBlock": "10.9.0.0/16"})
	switch what {
	case "subnet":
		return st.make(st.provider, "other-subnet", TokenSubnet, Props{"vpcId": vpc, "cidrBlock": "10.9.1.0/24", "availabilityZoneId": "use1-az3"})
	case "group":
		return st.make(st.provider, "other-group", TokenSecurityGroup, Props{"vpcId": vpc})
	}
	return st.make(st.provider, "other-igw", TokenInternetGateway, Props{"vpcId": vpc})
}

// fill puts n private NAT gateways into the spare /28.
func (st *stage) fill(n int) error {
	subnet := st.spare()
	st.raise("vpc", "L-FE5A380F", 99)
	for range n {
		if err := st.try(TokenNATGateway, Props{"subnetId": subnet, "connectivityType": "private"}); err != nil {
			return err
		}
	}
	return nil
}
