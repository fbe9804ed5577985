package world

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"PLS-ONE-KIND-OF-LB": offering(Props{"networkLoadBalancerArns": nil}),
		"PLS-LB-MALFORMED":   offering(Props{"networkLoadBalancerArns": list("web")}),
		"PLS-LB-EXISTS":      offering(Props{"networkLoadBalancerArns": list("arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/x/0123456789abcdef")}),
		"PLS-LB-ONE-SERVICE": func(st *stage) error { return offering(Props{"networkLoadBalancerArns": list(st.id("lb"))})(st) },
		"PLS-ADDRESS-TYPES":  offering(Props{"supportedIpAddressTypes": list("dualstack")}),
		"PLS-IPV6-DUALSTACK": offering(Props{"supportedIpAddressTypes": list("ipv4", "ipv6")}),
		"PLS-CHANGE-CONNECTED": func(st *stage) error {
			return st.change("pls", Props{"networkLoadBalancerArns": list(st.second())})
		},
		"PLS-DELETE-CONNECTED": removes("pls"),
		"PLS-PRINCIPAL-SERVICE-EXISTS": tries(TokenAllowedPrincipal, Props{
			"vpcEndpointServiceId": "vpce-svc-0123456789abcdef0", "principalArn": "*",
		}),
		"PLS-PRINCIPAL-FORM": func(st *stage) error {
			return st.try(TokenAllowedPrincipal, Props{
				"vpcEndpointServiceId": st.id("pls"), "principalArn": "arn:aws:iam::222222222222:role/team/deployer",
			})
		},
		"PLS-ACCEPT-SERVICE-EXISTS": func(st *stage) error {
			return st.try(TokenConnectionAccepter, Props{
				"vpcEndpointServiceId": "vpce-svc-0123456789abcdef0", "vpcEndpointId": st.id("endpoint"),
			})
		},
		"PLS-ACCEPT-ENDPOINT-EXISTS": func(st *stage) error {
			return st.try(TokenConnectionAccepter, Props{
				"vpcEndpointServiceId": st.id("pls"), "vpcEndpointId": "vpce-0123456789abcdef0",
			})
		},

		"EP-VPC-EXISTS":    connecting(Props{"vpcId": "vpc-0123456789abcdef0", "subnetIds": nil, "securityGroupIds": nil}),
		"EP-SERVICE-NAME":  func(st *stage) error { return connecting(nil)(st.withoutPrincipal()) },
		"EP-SERVICE-GIVEN": connecting(Props{"serviceName": nil}),
		"EP-TYPE-MATCH":    connecting(Props{"serviceName": "com.amazonaws.us-east-1.logs", "vpcEndpointType": "Gateway", "subnetIds": nil}),
		"EP-GATEWAY-SUBNETS": connecting(Props{
			"serviceName": "com.amazonaws.us-east-1.s3", "vpcEndpointType": "Gateway",
		}),
		"EP-INTERFACE-ROUTES":   connecting(Props{"routeTableIds": list("rtb-0123456789abcdef0")}),
		"EP-ROUTE-TABLE-EXISTS": connecting(Props{"serviceName": "com.amazonaws.us-east-1.s3", "vpcEndpointType": "Gateway", "subnetIds": nil, "routeTableIds": list("rtb-0123456789abcdef0")}),
		"EP-SUBNET-EXISTS":      func(st *stage) error { return connecting(Props{"subnetIds": list(st.id("az1"))})(st) },
		"EP-SUBNET-IN-VPC": func(st *stage) error {
			vpc := st.make(st.consumer, "c-other", TokenVPC, Props{"cidrBlock": "10.9.0.0/16"})
			subnet := st.make(st.consumer, "c-other-az1", TokenSubnet, Props{"vpcId": vpc, "cidrBlock": "10.9.1.0/24", "availabilityZoneId": "use1-az1"})
			return connecting(Props{"subnetIds": list(subnet)})(st)
		},
		"EP-SUBNET-ZONE": func(st *stage) error { return connecting(Props{"subnetIds": list(st.id("c-az3"))})(st) },
		"EP-ONE-SUBNET-A-ZONE": func(st *stage) error {
			second := st.make(st.consumer, "c-az1-b", TokenSubnet, Props{"vpcId": st.id("c-vpc"), "cidrBlock": "10.0.4.0/24", "availabilityZoneId": "use1-az1"})
			return connecting(Props{"subnetIds": list(st.id("c-az1"), second)})(st)
		},
		"EP-GROUP-EXISTS": func(st *stage) error {
			return connecting(Props{"securityGroupIds": list(st.id("lb-group"))})(st)
		},
		"EP-DNS-VPC": func(st *stage) error {
			require.NoError(st.t, st.change("c-vpc", Props{"enableDnsHostnames": false}))
			return connecting(logsEndpoint)(st)
		},
		"EP-DNS-NAME": changes("endpoint", Props{"privateDnsEnabled": true}),
		"EP-DNS-CONFLICT": func(st *stage) error {
			require.NoError(st.t, connecting(logsEndpoint)(st))
			return connecting(logsEndpoint)(st)
		},
		"EP-DNS-PENDING": func(st *stage) error {
			st.verifyPrivateName()
			return connecting(Props{"privateDnsEnabled": true})(st)
		},
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"PLS-ZONES-STALE": func(t *testing.T, st *stage) {
			subnet := st.make(st.provider, "az3", TokenSubnet, Props{"vpcId": st.id("vpc"), "cidrBlock": "10.0.3.0/24", "availabilityZoneId": "use1-az3"})
			require.NoError(t, st.change("lb", Props{"subnets": list(st.id("az1"), st.id("az2"), subnet)}))
			require.Len(t, st.show("pls").List("availabilityZones"), 2)
			requireRefusal(t, "EP-SUBNET-ZONE", connecting(Props{"subnetIds": list(st.id("c-az3"))})(st))
		},
		"PLS-PRINCIPALS-STAY": func(t *testing.T, st *stage) {
			service := st.make(st.provider, "inline", TokenEndpointService, Props{
				"acceptanceRequired": false, "networkLoadBalancerArns": list(st.second()),
				"allowedPrincipals": list("arn:aws:iam::333333333333:root"),
			})
			old, err := st.provider.Inputs(TokenEndpointService, service)
			require.NoError(t, err)
			gone := over(old, Props{"allowedPrincipals": nil})
			list, _, err := st.provider.Diff(TokenEndpointService, service, old, st.show("inline"), gone)
			require.NoError(t, err)
			require.Empty(t, list)
			require.NoError(t, st.change("inline", Props{"allowedPrincipals": nil, "acceptanceRequired": true}))
			require.Equal(t, []string{"arn:aws:iam::333333333333:root"}, st.show("inline").Strs("allowedPrincipals"))
		},
		"PLS-PRIVATE-NAME-PENDING": func(t *testing.T, st *stage) {
			require.NoError(t, st.change("pls", Props{"privateDnsName": "api.example.com"}))
			record := st.show("pls").Maps("privateDnsNameConfigurations")[0]
			assert.Equal(t, "pendingVerification", record.Str("state"))
			assert.Equal(t, "TXT", record.Str("type"))
			assert.Regexp(t, `^_\w+$`, record.Str("name"))
			assert.Regexp(t, `^vpce:\w+$`, record.Str("value"))
		},
		"PLS-PRINCIPAL-ID": func(t *testing.T, st *stage) {
			require.Regexp(t, `^vpce-svc-perm-\w{17}$`, st.id("principal"))
		},
		"PLS-PRINCIPAL-ONE-OF-AN-ARN": func(t *testing.T, st *stage) {
			st.make(st.provider, "again", TokenAllowedPrincipal, Props{
				"vpcEndpointServiceId": st.id("pls"), "principalArn": "arn:aws:iam::" + consumerAccount + ":root",
			})
			require.NoError(t, st.remove("principal"))
			require.Empty(t, st.show("pls").List("allowedPrincipals"))
			requireRefusal(t, "EP-SERVICE-NAME", connecting(nil)(st))
			_, err := st.provider.Read(TokenAllowedPrincipal, st.id("again"))
			require.ErrorIs(t, err, ErrNotFound, "a refresh finds it gone")
			require.NoError(t, st.remove("again"))
		},
		"PLS-PRINCIPAL-REMOVED": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("principal"))
			require.Equal(t, StateAvailable, st.show("endpoint").Str("state"))
		},
		"PLS-ACCEPTER-DELETE": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("accepter"))
			require.Equal(t, StateRejected, st.show("endpoint").Str("state"))
		},
		"EP-ACCEPTANCE": func(t *testing.T, st *stage) {
			st.make(st.consumer, "waiting", TokenEndpoint, st.endpointInputs(nil))
			require.Equal(t, StatePendingAcceptance, st.show("waiting").Str("state"))
			require.NoError(t, st.change("pls", Props{"acceptanceRequired": false}))
			st.make(st.consumer, "open", TokenEndpoint, st.endpointInputs(nil))
			require.Equal(t, StateAvailable, st.show("open").Str("state"))
		},
		"EP-DEFAULT-GROUP": func(t *testing.T, st *stage) {
			st.make(st.consumer, "plain", TokenEndpoint, st.endpointInputs(Props{"securityGroupIds": nil}))
			group := st.show("c-vpc").Str("defaultSecurityGroupId")
			require.Equal(t, []string{group}, st.show("plain").Strs("securityGroupIds"))
			st.view(func(tx *Tx) {
				require.False(t, tx.Admits([]string{group}, Ingress, "tcp", 80, Peer{IP: internet}).Admitted)
				require.True(t, tx.Admits([]string{group}, Ingress, "tcp", 80, Peer{IP: internet, GroupIDs: []string{group}}).Admitted)
			})
		},
		"PLS-OWN-ACCOUNT": func(t *testing.T, st *stage) {
			st.make(st.provider, "own", TokenEndpoint, Props{
				"vpcId": st.id("vpc"), "vpcEndpointType": "Interface", "serviceName": st.show("pls").Str("serviceName"),
				"subnetIds": list(st.id("az1")), "securityGroupIds": list(st.id("lb-group")), "autoAccept": true,
			})
			require.Equal(t, StateAvailable, st.show("own").Str("state"))
		},
		"PLS-ACCEPT-REJECTED": func(t *testing.T, st *stage) {
			require.NoError(t, st.remove("accepter"))
			st.make(st.provider, "accepter", TokenConnectionAccepter, Props{
				"vpcEndpointServiceId": st.id("pls"), "vpcEndpointId": st.id("endpoint"),
			})
			require.Equal(t, StateAvailable, st.show("endpoint").Str("state"))
		},
		"EP-DNS-SUFFIX": func(t *testing.T, st *stage) {
			var suffixes []string
			for _, entry := range st.show("endpoint").Maps("dnsEntries") {
				suffixes = append(suffixes, entry.Str("dnsName")[len(st.id("endpoint"))+1:][:8])
			}
			require.Len(t, suffixes, 3)
			require.Regexp(t, `^[0-9a-f]{8}$`, suffixes[0])
			require.Equal(t, []string{suffixes[0], suffixes[0], suffixes[0]}, suffixes)
		},
		"EP-DNS-NAMES": func(t *testing.T, st *stage) {
			service := st.id("pls") + `\.us-east-1\.vpce\.amazonaws\.com$`
			names := st.show("endpoint").Maps("dnsEntries")
			require.Len(t, names, 3)
			assert.Regexp(t, `^`+st.id("endpoint")+`-[0-9a-f]{8}\.`+service, names[0].Str("dnsName"))
			for i, id := range []string{"use1-az1", "use1-az2"} {
				zone, _ := findZoneOf(consumerAccount, func(z Zone) bool { return z.ID == id })
				assert.Regexp(t, `^`+st.id("endpoint")+`-[0-9a-f]{8}-`+zone.Name+`\.`+service, names[i+1].Str("dnsName"))
			}
		},
	})
}

// TestPrincipalForms: the service's own list is held to the same forms as a
// principal resource.
func TestPrincipalForms(t *testing.T) {
	for principal, valid := range map[string]bool{
		"*":                                  true,
		"arn:aws:iam::222222222222:root":     true,
		"arn:aws:iam::222222222222:user/ann": true,
		"arn:aws-cn:iam::222222222222:role/deployer":                           true,
		"arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-a1b2-c3d4e5f6": true,
		"someservice.aws.internal":                                             true,
		"spotfleet.amazonaws.com":                                              true,
		"hello":                                                                false,
		"222222222222":                                                         false,
		"arn:aws:iam::222222222222:role/team/deployer":                         false,
		"arn:aws:sts::222222222222:assumed-role/deployer/session":              false,
		"arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5":        false,
		"arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/net/x/0123abcd": false,
	} {
		st := newStage(t)
		for where, err := range map[string]error{
			"of its own": st.try(TokenAllowedPrincipal, Props{"vpcEndpointServiceId": st.id("pls"), "principalArn": principal}),
			"on create":  offering(Props{"allowedPrincipals": list(principal)})(st),
			"on update":  st.change("pls", Props{"allowedPrincipals": list(principal)}),
		} {
			if valid {
				require.NoError(t, err, "%s %s", principal, where)
				continue
			}
			requireRefusal(t, "PLS-PRINCIPAL-FORM", err)
			require.ErrorContains(t, err, "InvalidPrincipal: Invalid Principal: '"+principal+"'")
		}
	}
}

// logsEndpoint are the inputs of an endpoint to CloudWatch Logs with private DNS.
var logsEndpoint = Props{"serviceName": "com.amazonaws.us-east-1.logs", "privateDnsEnabled": true}

// offering creates an endpoint service on a load balancer of its own.
func offering(more Props) breaker {
	return func(st *stage) error {
		base := Props{"acceptanceRequired": true, "networkLoadBalancerArns": []any{}}
		if _, given := more["networkLoadBalancerArns"]; !given {
			base["networkLoadBalancerArns"] = list(st.second())
		}
		return st.try(TokenEndpointService, over(base, more))
	}
}

// connecting creates an endpoint in the consumer's account.
func connecting(more Props) breaker {
	return func(st *stage) error {
		_, _, err := create(st.consumer, "tried", TokenEndpoint, st.endpointInputs(more))
		return err
	}
}

func (st *stage) withoutPrincipal() *stage {
	require.NoError(st.t, st.remove("principal"))
	return st
}

// verifyPrivateName gives the service a private name that is verified, without
// the record that this takes.
func (st *stage) verifyPrivateName() {
	require.NoError(st.t, st.change("pls", Props{"privateDnsName": "api.example.com"}))
	require.NoError(st.t, st.w.Update(func(tx *Tx) error {
		r := tx.Get(TokenEndpointService, st.id("pls"))
		r.Outputs.Maps("privateDnsNameConfigurations")[0]["state"] = "verified"
		tx.Put(r)
		return nil
	}))
}
