package world

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"QUOTA-LOAD-BALANCERS": full("lb", 50, func(i int) breaker { return balancerWith(Props{"name": fmt.Sprint("tried-", i)}) }),
		"QUOTA-LISTENERS":      full("listener", 50, func(i int) breaker { return listenerWith(Props{"port": float64(81 + i)}) }),
		"QUOTA-CERTIFICATES": func(st *stage) error {
			further := Props{"listenerArn": st.tlsListener(), "certificateArn": st.id("certificate")}
			st.make(st.provider, "first", TokenListenerCertificate, further)
			return full("first", 25, func(i int) breaker {
				return tries(TokenListenerCertificate, over(further, Props{"certificateArn": st.copied("certificate", i)}))
			})(st)
		},
		"QUOTA-ENDPOINTS": full("endpoint", 50, again(connecting(Props{"serviceName": "com.amazonaws.us-east-1.sqs", "subnetIds": nil}))),
		"QUOTA-GATEWAY-ENDPOINTS": func(st *stage) error {
			st.make(st.provider, "gateway", TokenEndpoint, Props{"vpcId": st.id("vpc"), "serviceName": "com.amazonaws.us-east-1.s3"})
			return full("gateway", 20, again(tries(TokenEndpoint, Props{"vpcId": st.id("vpc"), "serviceName": "com.amazonaws.us-east-1.dynamodb"})))(st)
		},
		"QUOTA-VPCS":      full("vpc", 5, again(tries(TokenVPC, anyVPC))),
		"QUOTA-ADDRESSES": full("eip", 5, again(tries(TokenEIP, Props{}))),
		"QUOTA-NAT-GATEWAYS": full("nat", 5, func(i int) breaker {
			return func(st *stage) error {
				st.raise("ec2", "L-0263D0A3", 9)
				eip := st.make(st.provider, fmt.Sprint("eip-", i), TokenEIP, Props{})
				return st.try(TokenNATGateway, Props{"subnetId": st.id("public"), "allocationId": eip})
			}
		}),
		"QUOTA-GROUP-RULES": func(st *stage) error {
			for i := range 60 {
				st.make(st.provider, fmt.Sprint("rule-", i), TokenIngressRule, st.ruleFor(fmt.Sprintf("10.%d.0.0/16", i)))
			}
			for _, other := range []Props{{"cidrIpv6": "2001:db8::/32", "cidrIpv4": nil}, {"securityGroupId": st.id("c-group")}} {
				owner := st.provider
				if other["securityGroupId"] != nil {
					owner = st.consumer
				}
				_, _, err := create(owner, "elsewhere", TokenIngressRule, over(st.ruleFor("10.99.0.0/16"), other))
				require.NoError(st.t, err, "it counts elsewhere")
			}
			return st.try(TokenIngressRule, st.ruleFor("10.60.0.0/16"))
		},
		"QUOTA-ROLE-POLICIES": func(st *stage) error {
			attached := func(i int) Props {
				return Props{"role": "exec-role", "policyArn": st.make(st.provider, fmt.Sprint("policy-", i), TokenPolicy, Props{
					"name": fmt.Sprint("policy-", i), "policy": allowing("*", "s3:*"),
				})}
			}
			for i := range 9 { // beside the stage's own
				require.NoError(st.t, st.try(TokenPolicyAttachment, attached(i)))
			}
			return st.try(TokenPolicyAttachment, attached(9))
		},
		"QUOTA-CERTIFICATE-NAMES": func(st *stage) error {
			named := func(more int) error {
				names := make([]any, more)
				for i := range names {
					names[i] = fmt.Sprintf("n%d.example.com", i)
				}
				return st.try(TokenCertificate, Props{"domainName": "api.example.com", "subjectAlternativeNames": names, "validationMethod": "DNS"})
			}
			require.NoError(st.t, named(9))
			return named(10)
		},
		"QUOTA-CONTAINERS": func(st *stage) error {
			var more []string
			for i := range 9 {
				more = append(more, fmt.Sprintf(`{"name":"side-%d","image":"a"}`, i))
			}
			require.NoError(st.t, containers(more...)(st))
			return containers(append(more, `{"name":"last","image":"a"}`)...)(st)
		},
		"QUOTA-EXISTS": tries(TokenServiceQuota, Props{"serviceCode": "vpc", "quotaCode": "L-0", "value": 9.0}),
		"TASK-DEFINITION-SIZE": func(st *stage) error {
			padded := func(n int) breaker { return containers(`{"name":"side","image":"` + strings.Repeat("a", n) + `"}`) }
			require.NoError(st.t, padded(64000)(st))
			return padded(65537)(st)
		},
		"IAM-POLICY-SIZE": func(st *stage) error {
			require.NoError(st.t, st.try(TokenPolicy, Props{"name": "spaces", "policy": allowing("*", "s3:*") + strings.Repeat(" ", 7000)}))
			return st.try(TokenPolicy, Props{"policy": allowing(strings.Repeat("ü", 6200), "s3:*")})
		},
		"IAM-INLINE-SIZE": func(st *stage) error {
			half := Props{"role": "exec-role", "policy": allowing(strings.Repeat("a", 6000), "s3:*")}
			st.make(st.provider, "half", TokenRolePolicy, half)
			return st.try(TokenRolePolicy, half)
		},
		"PLS-REGION-OPT-IN": func(st *stage) error {
			offered := changes("pls", Props{"supportedRegions": list("ap-east-1", testRegion)})
			requireRefusal(st.t, "PLS-REGION-OPT-IN", offered(st))
			st.make(st.provider, "region", TokenAccountRegion, Props{"regionName": "ap-east-1", "enabled": true})
			require.NoError(st.t, offered(st))
			return changes("pls", Props{"supportedRegions": list("mars-north-1", testRegion)})(st)
		},
		"EP-POLICY-SIZE": func(st *stage) error {
			policy := func(n int) Props {
				return Props{"serviceName": "com.amazonaws.us-east-1.sqs", "policy": `{"Statement":[]}` + strings.Repeat(" ", n-16)}
			}
			require.NoError(st.t, connecting(policy(20480))(st))
			return connecting(policy(20481))(st)
		},
	})
	addBehaviours(map[string]func(*testing.T, *stage){
		"REGION-ENABLED": func(t *testing.T, st *stage) {
			caller := Caller{Account: providerAccount, Region: "eu-south-1"}
			requireRefusal(t, "REGION-ENABLED", st.w.Enter(caller))
			st.make(st.provider, "region", TokenAccountRegion, Props{"regionName": "eu-south-1", "enabled": true})
			require.NoError(t, st.w.Enter(caller))
			require.NoError(t, st.w.Enter(Caller{Account: consumerAccount, Region: testRegion}))
			require.Error(t, st.w.Enter(Caller{Account: consumerAccount, Region: "eu-south-1"}), "another account")
		},
		"QUOTA-FARGATE-VCPUS": func(t *testing.T, st *stage) {
			st.useTask(over(taskInputs("nginx"), Props{"cpu": "2 vCPU", "memory": "4096"}))
			require.NoError(t, st.change("service", Props{"desiredCount": 2.0}))
			requireSteady(t, st)
			require.NoError(t, st.change("service", Props{"desiredCount": 4.0, "waitForSteadyState": false}))
			require.Contains(t, st.service().Unsteady, "You've reached the limit on the number of vCPUs you can run concurrently")
			require.Equal(t, 3, st.service().Running)
			st.raise("fargate", "L-3032A538", 8)
			require.Equal(t, 4, st.service().Running)
		},
		"QUOTA-FARGATE-SPOT-VCPUS": func(t *testing.T, st *stage) {
			st.raise("fargate", "L-36FBB829", 0)
			st.make(st.provider, "providers", TokenClusterCapacity, Props{"clusterName": "cluster", "capacityProviders": list("FARGATE", "FARGATE_SPOT")})
			st.make(st.provider, "spot", TokenService, over(st.serviceInputs(st.id("cluster"), "web", nil), Props{
				"launchType": nil, "loadBalancers": nil, "capacityProviderStrategies": []any{map[string]any{"capacityProvider": "FARGATE_SPOT", "weight": 1.0}},
			}))
			st.view(func(tx *Tx) {
				s, _ := tx.Service(st.id("spot"))
				require.Contains(t, s.Unsteady, "FARGATE_SPOT would run 0.25 vCPUs at once, and the account's quota L-36FBB829 of fargate is 0")
			})
		},
		"QUOTA-TARGETS": func(t *testing.T, st *stage) {
			st.raise("elasticloadbalancing", "L-B211E961", 1)
			requireSteady(t, st) // one in each zone
			require.NoError(t, st.change("lb", Props{"enableCrossZoneLoadBalancing": true}))
			require.Contains(t, st.service().Unsteady, "TooManyTargets: the load balancer would have 2 targets, and the limit is 1")
		},
	})
}

// raise gives the provider's account a quota.
func (st *stage) raise(service, quota string, value float64) {
	st.make(st.provider, quota, TokenServiceQuota, Props{"serviceCode": service, "quotaCode": quota, "value": value})
}

// ruleFor is an ingress rule of the load balancer's group.
func (st *stage) ruleFor(cidr string) Props {
	return Props{"securityGroupId": st.id("lb-group"), "cidrIpv4": cidr, "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0}
}

// TestGroupRulesAreWeighed: a prefix list counts as many entries as it can have, a group
// and a list of AWS's one for each kind of address, and what a rule changes not twice.
func TestGroupRulesAreWeighed(t *testing.T) {
	st := newStage(t)
	listed := func(name string, entries float64) Props {
		list := st.make(st.provider, name, TokenManagedPrefixList, Props{"name": name, "addressFamily": "IPv4", "maxEntries": entries})
		return over(st.ruleFor(""), Props{"cidrIpv4": nil, "prefixListId": list})
	}
	st.make(st.provider, "most", TokenIngressRule, listed("wide", 58))
	st.make(st.provider, "group", TokenIngressRule, over(st.ruleFor(""), Props{"cidrIpv4": nil, "referencedSecurityGroupId": st.id("task-group")}))
	requireRefusal(t, "QUOTA-GROUP-RULES", st.try(TokenIngressRule, listed("two", 2)))
	one := listed("one", 1)
	st.make(st.provider, "last", TokenIngressRule, one)
	require.NoError(t, st.change("last", Props{"toPort": 81.0}))
	require.NoError(t, st.try(TokenEgressRule, st.ruleFor("10.1.0.0/16")), "another direction")
	require.NoError(t, st.try(TokenIngressRule, over(st.ruleFor(""), Props{"cidrIpv4": nil, "cidrIpv6": "2001:db8::/32"})), "another kind of address")
	requireRefusal(t, "QUOTA-GROUP-RULES", st.try(TokenIngressRule, st.ruleFor("10.1.0.0/16")))
	st.raise("vpc", "L-0EA8095F", 61)
	require.NoError(t, st.try(TokenIngressRule, st.ruleFor("10.1.0.0/16")))

	var blocks []any
	for i := range 61 {
		blocks = append(blocks, fmt.Sprintf("10.%d.0.0/16", i))
	}
	inline := Props{"vpcId": st.id("vpc"), "ingress": []any{map[string]any{"protocol": "tcp", "fromPort": 1.0, "toPort": 2.0, "cidrBlocks": blocks}}}
	require.NoError(t, st.try(TokenSecurityGroup, inline))
	blocks = append(blocks, "10.99.0.0/16")
	requireRefusal(t, "QUOTA-GROUP-RULES", st.try(TokenSecurityGroup, over(inline, Props{"name": "b", "ingress": []any{map[string]any{"protocol": "tcp", "fromPort": 1.0, "toPort": 2.0, "cidrBlocks": blocks}}})))
}

// full fills a quota with copies of a resource of the stage, up to the last place,
// which the first of two more gets.
func full(name string, limit int, one func(i int) breaker) breaker {
	return func(st *stage) error {
		for i := range limit - 2 {
			st.copied(name, 1000+i)
		}
		require.NoError(st.t, one(0)(st), "there is room for one more")
		return one(1)(st)
	}
}

// copied makes a copy of a resource of the stage and returns its id.
func (st *stage) copied(name string, i int) string {
	id := fmt.Sprintf("%s-%d", st.id(name), i)
	require.NoError(st.t, st.w.Update(func(tx *Tx) error {
		r := tx.Get(st.tokens[name], st.id(name))
		r.ID, r.Outputs["id"], r.Outputs["name"], r.Outputs["port"] = id, id, fmt.Sprint(name, i), float64(i)
		tx.Put(r)
		return nil
	}))
	return id
}

func again(b breaker) func(int) breaker { return func(int) breaker { return b } }

// TestQuotasAreByPlace: what is elsewhere does not count.
func TestQuotasAreByPlace(t *testing.T) {
	st := newStage(t)
	requireRefusal(t, "QUOTA-ENDPOINTS", refusals["QUOTA-ENDPOINTS"](st))
	vpc := st.make(st.consumer, "other", TokenVPC, Props{"cidrBlock": "10.9.0.0/16"})
	require.NoError(t, connecting(Props{"vpcId": vpc, "serviceName": "com.amazonaws.us-east-1.sqs", "subnetIds": nil, "securityGroupIds": nil})(st))
	require.NoError(t, connecting(Props{"serviceName": "com.amazonaws.us-east-1.s3", "vpcEndpointType": "Gateway", "subnetIds": nil, "securityGroupIds": nil})(st))
}
