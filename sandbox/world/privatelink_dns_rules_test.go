package world

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"PLS-PRIVATE-NAME-FORM": func(st *stage) error {
			for _, name := range []string{"xn--bcher-kva.example.com", "api.xn--e1afmkfd.xn--p1ai", "*.example.com"} {
				require.NoError(st.t, st.change("pls", Props{"privateDnsName": name}), name)
			}
			requireRefusal(st.t, "PLS-PRIVATE-NAME-FORM", st.change("pls", Props{"privateDnsName": "api.xn--p1ai-"}))
			return st.change("pls", Props{"privateDnsName": "API.example.com"})
		},
		"PLS-VERIFY-SERVICE-EXISTS": tries(TokenPrivateNameVerification, Props{"serviceId": "vpce-svc-0123456789abcdef0"}),
		"PLS-VERIFY-NAME-GIVEN": func(st *stage) error {
			return st.try(TokenPrivateNameVerification, Props{"serviceId": st.id("pls")})
		},
		"EP-DNS-ENDPOINT-EXISTS": tries(TokenEndpointPrivateDNS, Props{"vpcEndpointId": "vpce-0123456789abcdef0", "privateDnsEnabled": true}),

		"EP-ADDRESS-TYPE":    connecting(Props{"ipAddressType": "ipv5"}),
		"EP-ADDRESS-SERVICE": connecting(Props{"ipAddressType": "dualstack"}),
		"EP-POLICY-FULL-ACCESS": func(st *stage) error {
			service := invoke(st.t, st.consumer, "aws:ec2/getVpcEndpointService:getVpcEndpointService", Props{"serviceName": st.show("pls").Str("serviceName")})
			require.False(st.t, service.Bool("vpcEndpointPolicySupported"))
			full := `{"Version":"2012-10-17","Statement":{"Sid":"all","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`
			require.NoError(st.t, connecting(Props{"policy": full})(st))
			return connecting(Props{"policy": policyOf("s3:*")})(st)
		},
		"EP-ADDRESS-SUBNETS": connecting(over(logsEndpoint, Props{"ipAddressType": "dualstack"})),
		"EP-DNS-RECORD-TYPE": connecting(Props{"dnsOptions": map[string]any{"dnsRecordIpType": "dualstack"}}),
		"EP-DNS-INBOUND":     connecting(Props{"dnsOptions": map[string]any{"privateDnsOnlyForInboundResolverEndpoint": true}}),
		"EP-REMOTE-ZONE": func(st *stage) error {
			vpc := st.make(st.consumer, "c-other", TokenVPC, Props{"cidrBlock": "10.9.0.0/16"})
			subnet := st.make(st.consumer, "c-other-az3", TokenSubnet, Props{"vpcId": vpc, "cidrBlock": "10.9.1.0/24", "availabilityZoneId": "use1-az3"})
			return connecting(Props{
				"vpcId": vpc, "subnetIds": list(subnet), "securityGroupIds": nil,
				"serviceName": st.remoteService(), "serviceRegion": "eu-west-1",
			})(st)
		},
		"PLS-REMOTE-ZONES": offering(Props{"supportedRegions": list("us-east-1", "eu-west-1")}),
		"PLS-REMOTE-IDLE-TIMEOUT": func(st *stage) error {
			require.NoError(st.t, st.change("listener", Props{"tcpIdleTimeoutSeconds": 600.0}))
			return st.change("pls", Props{"supportedRegions": list("eu-west-1", testRegion)})
		},
		// Made without its own Region, which AWS lists nevertheless, so that the next
		// update asks for its removal.
		"PLS-OWN-REGION": func(st *stage) error {
			st.remoteService()
			require.Equal(st.t, list("eu-west-1", testRegion), st.show("far-pls")["supportedRegions"])
			require.Empty(st.t, st.planned("far-pls", Props{"supportedRegions": nil}))
			require.Len(st.t, st.planned("far-pls", nil), 1)
			return st.change("far-pls", nil)
		},
		"LISTENER-IDLE-TIMEOUT-REMOTE": func(st *stage) error {
			require.NoError(st.t, st.change("pls", Props{"supportedRegions": list("us-east-1", "eu-west-1")}))
			require.NoError(st.t, st.change("listener", Props{"tcpIdleTimeoutSeconds": 350.0}), "the default is not one of its own")
			return st.change("listener", Props{"tcpIdleTimeoutSeconds": 600.0})
		},
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"PLS-PRIVATE-NAME-CHANGE": func(t *testing.T, st *stage) {
			st.publicZone()
			require.NoError(t, st.change("pls", Props{"privateDnsName": "api.example.com"}))
			st.prove("example.com")
			st.verify(true)
			require.Equal(t, privateNameVerified, st.proof().Str("state"))
			before := st.proof()
			require.NoError(t, st.change("pls", Props{"privateDnsName": "*.example.com"}))
			require.Equal(t, "pendingVerification", st.proof().Str("state"))
			require.NotEqual(t, before.Str("value"), st.proof().Str("value"))
		},
		"PLS-PRIVATE-NAME-STAYS": func(t *testing.T, st *stage) {
			require.NoError(t, st.change("pls", Props{"privateDnsName": "api.example.com"}))
			require.Empty(t, st.planned("pls", Props{"privateDnsName": nil}))
		},
		"PLS-VERIFY-TXT": func(t *testing.T, st *stage) {
			require.NoError(t, st.change("pls", Props{"privateDnsName": "api.example.com"}))
			st.make(st.provider, "zone", TokenZone, Props{"name": "example.com", "vpcs": inVPCs(st.id("vpc"))})
			st.prove("api.example.com")
			st.verify(false)
			assert.Equal(t, "pendingVerification", st.proof().Str("state"), "a private zone does not count")
			st.make(st.consumer, "public", TokenZone, Props{"name": "example.com"})
			st.make(st.consumer, "txt", TokenRecord, over(st.proofInputs("example.com"), Props{"zoneId": st.id("public")}))
			st.verify(false)
			assert.Equal(t, privateNameVerified, st.proof().Str("state"), "the parent domain does, whoever owns the zone")
			require.NoError(t, st.change("endpoint", Props{"privateDnsEnabled": true}))
		},
		"PLS-VERIFY-SAME-DOMAIN": func(t *testing.T, st *stage) {
			st.publicZone()
			for _, name := range []string{"one", "two", "three"} {
				lb := st.make(st.provider, "lb-"+name, TokenLoadBalancer, Props{"internal": true, "loadBalancerType": "network", "subnets": list(st.id("az1"))})
				service := st.make(st.provider, name, TokenEndpointService, Props{
					"acceptanceRequired": true, "networkLoadBalancerArns": list(lb), "privateDnsName": "api.example.com",
				})
				proof := st.show(name).Maps("privateDnsNameConfigurations")[0]
				st.record(proof.Str("name")+".api", "TXT", proof.Str("value"))
				st.make(st.provider, "verification-"+name, TokenPrivateNameVerification, Props{"serviceId": service, "waitForVerification": true})
				require.Equal(t, privateNameVerified, st.show(name).Maps("privateDnsNameConfigurations")[0].Str("state"))
			}
		},
		"PLS-VERIFY-WAIT": func(t *testing.T, st *stage) {
			require.NoError(t, st.change("pls", Props{"privateDnsName": "api.example.com"}))
			err := st.try(TokenPrivateNameVerification, Props{"serviceId": st.id("pls"), "waitForVerification": true})
			require.ErrorContains(t, err, "public DNS has no TXT record "+st.proof().Str("name")+" under api.example.com")
			require.Zero(t, st.count(TokenPrivateNameVerification))
			st.publicZone()
			st.prove("api.example.com")
			st.verify(true)
		},
		"EP-DNS-RESOURCE-STAYS": func(t *testing.T, st *stage) {
			st.verifyPrivateName()
			switchOn := Props{"vpcEndpointId": st.id("endpoint"), "privateDnsEnabled": true}
			st.make(st.consumer, "switch", TokenEndpointPrivateDNS, switchOn)
			require.True(t, st.show("endpoint").Bool("privateDnsEnabled"))
			require.Contains(t, jsonText(st.show("endpoint")["dnsEntries"]), "api.example.com")
			require.NoError(t, st.remove("switch"))
			require.True(t, st.show("endpoint").Bool("privateDnsEnabled"))
			require.Equal(t, st.id("endpoint"), st.make(st.consumer, "switch", TokenEndpointPrivateDNS, switchOn))
			require.NoError(t, st.change("switch", Props{"privateDnsEnabled": false}))
			require.False(t, st.show("switch").Bool("privateDnsEnabled"))
			require.False(t, st.show("endpoint").Bool("privateDnsEnabled"))
		},
		"PLS-ADD-LOAD-BALANCER": func(t *testing.T, st *stage) {
			require.NoError(t, st.change("pls", Props{"networkLoadBalancerArns": list(st.id("lb"), st.second())}))
			requireRefusal(t, "PLS-CHANGE-CONNECTED", st.change("pls", Props{"networkLoadBalancerArns": list(st.id("lb2"))}))
			require.NoError(t, st.remove("accepter"))
			require.NoError(t, st.change("pls", Props{"networkLoadBalancerArns": list(st.id("lb2"))}))
		},
		"EP-SERVICE-REGION": func(t *testing.T, st *stage) {
			name := st.remoteService()
			requireRefusal(t, "EP-SERVICE-NAME", connecting(Props{"serviceName": name})(st))
			requireRefusal(t, "EP-SERVICE-NAME", connecting(Props{"serviceName": name, "serviceRegion": "us-west-2"})(st))
			st.make(st.consumer, "remote", TokenEndpoint, st.endpointInputs(Props{"serviceName": name, "serviceRegion": "eu-west-1"}))
			require.Equal(t, "eu-west-1", st.show("remote").Str("serviceRegion"))
		},
	})
}

// proof is the TXT record that AWS asks for.
func (st *stage) proof() Props { return st.show("pls").Maps("privateDnsNameConfigurations")[0] }

func (st *stage) proofInputs(domain string) Props {
	return Props{"name": st.proof().Str("name") + "." + domain, "type": "TXT", "ttl": 60.0, "records": list(st.proof().Str("value"))}
}

// prove puts the TXT record into the stage's zone, under a domain.
func (st *stage) prove(domain string) {
	st.make(st.provider, "txt", TokenRecord, over(st.proofInputs(domain), Props{"zoneId": st.id("zone")}))
}

// verify starts the verification of the service's name.
func (st *stage) verify(wait bool) {
	id := st.make(st.provider, "verification", TokenPrivateNameVerification, Props{"serviceId": st.id("pls"), "waitForVerification": wait})
	require.Equal(st.t, st.id("pls"), id)
	require.NoError(st.t, st.remove("verification"))
}

// remoteService makes a service in another Region that supports the stage's, and
// returns its name.
func (st *stage) remoteService() string {
	far := session(st.w, providerAccount, "eu-west-1")
	vpc := st.make(far, "far-vpc", TokenVPC, Props{"cidrBlock": "10.5.0.0/16"})
	var subnets []any
	for zone, cidr := range map[string]string{"euw1-az1": "10.5.1.0/24", "euw1-az2": "10.5.2.0/24"} {
		subnets = append(subnets, st.make(far, "far-"+zone, TokenSubnet, Props{"vpcId": vpc, "cidrBlock": cidr, "availabilityZoneId": zone}))
	}
	lb := st.make(far, "far-lb", TokenLoadBalancer, Props{"internal": true, "loadBalancerType": "network", "subnets": subnets})
	st.make(far, "far-pls", TokenEndpointService, Props{
		"acceptanceRequired": true, "networkLoadBalancerArns": list(lb), "supportedRegions": list(testRegion),
		"allowedPrincipals": list("arn:aws:iam::" + consumerAccount + ":root"),
	})
	return st.show("far-pls").Str("serviceName")
}

// TestPrivateDNSSwitch: the resource that switches private DNS on obeys the rules
// of the endpoint.
func TestPrivateDNSSwitch(t *testing.T) {
	for rule, prepare := range map[string]func(st *stage){
		"EP-DNS-NAME": func(*stage) {},
		"EP-DNS-VPC": func(st *stage) {
			st.verifyPrivateName()
			require.NoError(t, st.change("c-vpc", Props{"enableDnsHostnames": false}))
		},
		"EP-DNS-CONFLICT": func(st *stage) {
			st.verifyPrivateName()
			require.NoError(t, st.change("pls", Props{"acceptanceRequired": false}))
			st.make(st.consumer, "first", TokenEndpoint, st.endpointInputs(Props{"privateDnsEnabled": true}))
		},
		"EP-DNS-PENDING": func(st *stage) {
			st.verifyPrivateName()
			st.ids["endpoint"] = st.make(st.consumer, "waiting", TokenEndpoint, st.endpointInputs(nil))
		},
	} {
		st := newStage(t)
		prepare(st)
		_, _, err := create(st.consumer, "switch", TokenEndpointPrivateDNS, Props{"vpcEndpointId": st.id("endpoint"), "privateDnsEnabled": true})
		requireRefusal(t, rule, err)
	}
}
