package stacks_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everyOffer is the endpoint service with every option, and what watches it.
const everyOffer = `{
	"name": "web",
	"endpointService": {
		"contributorInsights": true,
		"privateDns": {
			"name": "*.api.example.com", "provedDomain": "example.com", "hostedZoneId": "Z0123456789",
			"hostedZoneRoleArn": "arn:aws:iam::444444444444:role/dns"
		}
	},
	"notifications": {
		"enabled": true, "events": ["Connect"], "emails": ["ops@example.com"], "httpsUrls": ["https://hooks.example.com/x"], "kmsKeyId": "alias/topics"
	},
	"operations": {"dashboard": true, "alarms": true, "alarmMinutes": 5, "resetsPerMinute": 0, "connectionsPerTarget": 1000},
	"tenants": {
		"acme": {"accounts": ["222222222222", "555555555555"], "consumerStacks": ["consumer"], "endpointIds": ["vpce-11111111"]},
		"role": {"principals": ["arn:aws:iam::333333333333:role/app"], "endpointIds": ["vpce-33333333"]}
	}
}`

func TestProviderOffersEverything(t *testing.T) {
	c := newCloud()
	c.stacks[consumerStack] = map[string]any{"accountId": "555555555555", "endpointIds": map[string]any{"apps": "vpce-22222222"}}
	require.NoError(t, c.run("provider", provider(everyOffer)))

	assert.Equal(t, "*.api.example.com", c.one(t, "aws:ec2/vpcEndpointService:VpcEndpointService")["privateDnsName"])
	assert.Equal(t, "_token.example.com", c.one(t, "aws:route53/record:Record")["name"])
	role := c.one(t, "pulumi:providers:aws")
	assert.Contains(t, fmt.Sprint(role["assumeRole"]), "arn:aws:iam::444444444444:role/dns")
	assert.Contains(t, fmt.Sprint(role["allowedAccountIds"]), "444444444444")
	assert.Equal(t, "*.api.example.com", c.outputs["contract"].(map[string]any)["privateDnsName"])
	assert.Equal(t, "_token.example.com", c.outputs["privateDnsRecord"].(map[string]string)["name"])
	assert.Len(t, c.of("aws:cloudwatch/contributorManagedInsightRule:ContributorManagedInsightRule"), 4)

	assert.Equal(t, []any{"Connect"}, c.one(t, "aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification")["connectionEvents"])
	assert.Equal(t, "alias/topics", c.one(t, "aws:sns/topic:Topic")["kmsMasterKeyId"])
	assert.Equal(t, []string{"web-email-ops@example.com", "web-https-2eef74cce4c2d0c7"}, keys(c.of("aws:sns/topicSubscription:TopicSubscription")))

	assert.Equal(t, []string{
		"web-connections", "web-port-allocation-errors", "web-service-resets", "web-target-resets", "web-tasks", "web-unhealthy-80", "web-zone-80",
	}, keys(c.of("aws:cloudwatch/metricAlarm:MetricAlarm")))
	resets := plain(c.of("aws:cloudwatch/metricAlarm:MetricAlarm")["web-service-resets"].inputs)
	assert.Equal(t, 0.0, resets["threshold"])
	assert.Equal(t, 5.0, resets["evaluationPeriods"])
	assert.Equal(t, "web-"+project+"-provider-us-east-1", c.outputs["dashboardName"])
	assert.Len(t, c.outputs["alarmNames"], 7)
	assert.Equal(t, c.arn("web"), c.outputs["topicArn"])

	assert.Equal(t, map[string]any{
		"web-accept-vpce-22222222": "vpce-22222222", "web-accept-vpce-11111111": "vpce-11111111", "web-accept-vpce-33333333": "vpce-33333333",
	}, c.input("aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter", "vpcEndpointId"))
}

// The guard has a hook while there are accepted endpoints.
func TestProviderGuardsItsConsumers(t *testing.T) {
	c := newCloud()
	c.stacks[consumerStack] = map[string]any{"accountId": "555555555555", "endpointId": "vpce-22222222"}
	require.NoError(t, c.run("provider", provider(everyOffer)))
	guard := c.of("fargate-privatelink:index:ConnectionGuard")["web"]
	require.Len(t, guard.beforeDelete, 1)
	assert.Contains(t, guard.beforeDelete[0], "pulumi destroy --run-program --refresh")

	c = newCloud()
	require.NoError(t, c.run("provider", provider(strings.Replace(everyOffer, `"contributorInsights"`, `"rejectConnectionsOnDestroy": true, "contributorInsights"`, 1))))
	assert.Empty(t, c.of("fargate-privatelink:index:ConnectionGuard")["web"].beforeDelete)
}

// Without a zone the name waits for somebody else, and consumers don't hear of it.
func TestProviderNamesWithoutAZone(t *testing.T) {
	c := newCloud()
	require.NoError(t, c.run("provider", provider(`{"endpointService": {"privateDns": {"name": "api.example.com"}}}`)))
	assert.Empty(t, c.of("aws:route53/record:Record"))
	assert.NotContains(t, fmt.Sprint(c.outputs["contract"]), "api.example.com")
	assert.Equal(t, map[string]string{"name": "_token.api.example.com", "type": "TXT", "value": "vpce:token"}, c.outputs["privateDnsRecord"])
}

// An alarm on zones without a healthy task would never end where there are fewer tasks
// than zones that serve for themselves.
func TestProviderWatchesZonesThatCanBeServed(t *testing.T) {
	const config = `{"notifications": {"enabled": true, "topicArn": "arn:aws:sns:us-east-1:111111111111:ops"}, "operations": {"alarms": true}%s}`
	for rest, want := range map[string]bool{
		``:                                 true,
		`, "service": {"desiredCount": 1}`: true, // cross-zone is on by itself then
	} {
		c := newCloud()
		require.NoError(t, c.run("provider", provider(fmt.Sprintf(config, rest))))
		_, watched := c.of("aws:cloudwatch/metricAlarm:MetricAlarm")["web-zone-80"]
		assert.Equal(t, want, watched, rest)
		assert.Empty(t, c.of("aws:sns/topic:Topic"))
	}
}

// Whatever the partition, no ARN is of another one.
func TestEveryPartition(t *testing.T) {
	arns := regexp.MustCompile(`arn:(aws[a-z-]*):`)
	for region, partition := range map[string]string{"cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov"} {
		local := func(config string) string { return strings.ReplaceAll(config, "arn:aws:", "arn:"+partition+":") }
		for name, config := range map[string]map[string]string{
			"offer":    provider(local(everyOffer)),
			"defaults": provider(`{"name": "web", "service": {"executeCommand": true}}`),
			"consumer": consumer(local(`{"alarms": {"enabled": true, "topicArn": "arn:aws:sns:` + region + `:222222222222:ops"}, "dns": {"recordName": "a.b.example", "zoneName": "b.example"}}`)),
		} {
			c := newCloud()
			c.region, c.partition = region, partition
			c.stacks[providerStack] = map[string]any{"contract": changedContract(func(value map[string]any) {
				value["region"], value["supportedRegions"], value["serviceName"] = region, []any{region}, c.regional(serviceName)
			})}
			require.NoError(t, c.run("stack", config), "%s in %s", name, region)
			seen := 0
			for _, r := range c.registrations {
				text, err := json.Marshal(plain(r.inputs))
				require.NoError(t, err)
				for _, found := range arns.FindAllStringSubmatch(string(text), -1) {
					assert.Equal(t, partition, found[1], "%s %s in %s", r.typ, r.name, region)
					seen++
				}
			}
			assert.Positive(t, seen, "%s in %s has no ARN to look at", name, region)
		}
	}
}

func TestConsumerInSeveralNetworks(t *testing.T) {
	c := newConsumerCloud()
	c.subnets = map[string]string{"subnet-11111111": "use1-az2"}
	require.NoError(t, c.run("consumer", consumer(`{
		"networks": {
			"apps": {},
			"batch": {"cidrBlock": "10.1.0.0/16", "availabilityZones": 1, "clients": {"cidrBlocks": ["10.1.0.0/20"]}},
			"old": {"vpcId": "vpc-0a1b2c3d4e5f60718", "subnetIds": ["subnet-11111111"], "clients": {"prefixListIds": ["pl-11111111"], "securityGroupIds": ["sg-11111111"]}}
		},
		"dns": {"recordName": "api.internal.example", "zoneName": "internal.example"}
	}`)))
	assert.Equal(t, []string{"web-apps", "web-batch", "web-old"}, keys(c.of("aws:ec2/vpcEndpoint:VpcEndpoint")))
	assert.Equal(t, []string{"web-apps", "web-batch", "web-old"}, keys(c.of("aws:route53/zone:Zone")), "one zone can't send each VPC to its own endpoint")
	assert.Equal(t, []string{
		"web-apps-ingress-10.0.0.0-16-80-tcp", "web-batch-ingress-10.1.0.0-20-80-tcp",
		"web-old-ingress-pl-11111111-80-tcp", "web-old-ingress-sg-11111111-80-tcp",
	}, keys(c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")))
	assert.Equal(t, map[string]string{"apps": endpointId, "batch": endpointId, "old": endpointId}, c.outputs["endpointIds"])
	assert.NotContains(t, c.outputs, "endpointId")
	endpoints := c.outputs["endpoints"].(map[string]map[string]any)
	assert.Equal(t, []string{"pl-11111111"}, endpoints["old"]["clientPrefixListIds"])
	assert.Equal(t, "222222222222", c.outputs["accountId"])
}

func TestConsumerDualstack(t *testing.T) {
	c := newConsumerCloud()
	c.stacks[providerStack] = map[string]any{"contract": changedContract(func(value map[string]any) {
		value["supportedIpAddressTypes"] = []any{"ipv4", "ipv6"}
	})}
	c.subnets = map[string]string{"subnet-11111111": "use1-az2"}
	require.NoError(t, c.run("consumer", consumer(`{
		"network": {`+strings.ReplaceAll(existing, "subnet-0a1b2c3d4e5f60718", "subnet-11111111")+`},
		"clients": {"cidrBlocks": ["10.0.0.0/8", "2001:db8::/32"]},
		"endpoint": {"ipAddressType": "dualstack", "dnsRecordIpType": "service-defined"},
		"dns": {"recordName": "api.internal.example", "hostedZoneId": "Z1"}
	}`)))
	endpoint := c.one(t, "aws:ec2/vpcEndpoint:VpcEndpoint")
	assert.Equal(t, "dualstack", endpoint["ipAddressType"])
	assert.Equal(t, map[string]any{"dnsRecordIpType": "service-defined"}, endpoint["dnsOptions"])
	assert.Equal(t, []string{"web-ingress-10.0.0.0-8-80-tcp", "web-ingress-2001_db8__-32-80-tcp"},
		keys(c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")))
	assert.Equal(t, []string{"web-A", "web-AAAA"}, keys(c.of("aws:route53/record:Record")))
	assert.Empty(t, c.of("aws:route53/zone:Zone"))
}

const privateDnsSwitch = "aws:vpc/endpointPrivateDns:EndpointPrivateDns"

// named is the contract of a service with a private DNS name.
func named(acceptanceRequired bool) map[string]any {
	return map[string]any{"contract": changedContract(func(value map[string]any) {
		value["privateDnsName"], value["acceptanceRequired"] = "api.example.com", acceptanceRequired
	})}
}

// Private DNS is switched on only once the endpoint is accepted, as AWS says it is now,
// and never before: AWS would refuse, and the update fail.
func TestConsumerPrivateDns(t *testing.T) {
	const own = "acme-org/fargate-privatelink/consumer"
	made := func(endpoint ownEndpoint) func(*cloud) {
		return func(c *cloud) {
			c.stacks[own], c.endpoints = map[string]any{"endpointId": endpointId}, map[string]ownEndpoint{endpointId: endpoint}
		}
	}
	existing := `{"network": {"vpcId": "` + existingVpc + `", "subnetIds": ["subnet-11111111"]}, "clients": {"cidrBlocks": ["10.99.0.0/16"]}}`
	tests := map[string]struct {
		change func(*cloud)
		config string
		want   bool
	}{
		"the first update":         {func(*cloud) {}, `{"name": "web"}`, false},
		"an endpoint that is gone": {func(c *cloud) { c.stacks[own] = map[string]any{"endpointId": endpointId} }, `{"name": "web"}`, false},
		"pending":                  {made(ownEndpoint{"pendingAcceptance", serviceName, madeVpc}), `{"name": "web"}`, false},
		"accepted":                 {made(ownEndpoint{"available", serviceName, madeVpc}), `{"name": "web"}`, true},
		"accepted, and to be replaced in a new VPC": {
			made(ownEndpoint{"available", serviceName, madeVpc}), `{"network": {"cidrBlock": "10.1.0.0/16"}}`, false,
		},
		"accepted by another service": {
			made(ownEndpoint{"available", "com.amazonaws.vpce.us-east-1.vpce-svc-00000000000000000", madeVpc}), `{"name": "web"}`, false,
		},
		"accepted in an existing VPC": {made(ownEndpoint{"available", serviceName, existingVpc}), existing, true},
		"accepted in another VPC":     {made(ownEndpoint{"available", serviceName, madeVpc}), existing, false},
		"one of several accepted": {func(c *cloud) {
			made(ownEndpoint{"available", serviceName, madeVpc})(c)
			c.stacks[own] = map[string]any{"endpointIds": map[string]any{"a": endpointId}}
		}, `{"networks": {"a": {}, "b": {}}}`, true},
		"accepted by AWS": {func(c *cloud) { c.stacks[providerStack] = named(false) }, `{"name": "web"}`, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newConsumerCloud()
			c.stacks[providerStack] = named(true)
			c.subnets = map[string]string{"subnet-11111111": "use1-az2"}
			test.change(c)
			require.NoError(t, c.run("consumer", consumer(test.config)))
			if !test.want {
				assert.Empty(t, c.of(privateDnsSwitch))
				assert.NotContains(t, fmt.Sprint(c.outputs["url"]), "api.example.com")
				return
			}
			assert.Len(t, c.of(privateDnsSwitch), 1)
			for _, r := range c.of("aws:ec2/vpcEndpoint:VpcEndpoint") {
				assert.NotContains(t, plain(r.inputs), "privateDnsEnabled", "the switch has the say")
			}
			if test.config == `{"name": "web"}` {
				assert.Equal(t, "http://api.example.com", c.outputs["url"])
			}
		})
	}
}

// Private DNS that is not wanted is switched off too, once it could be on: to take the
// switch away would leave it.
func TestConsumerPrivateDnsOff(t *testing.T) {
	c := newConsumerCloud()
	c.stacks[providerStack] = named(false)
	require.NoError(t, c.run("consumer", consumer(`{"endpoint": {"privateDns": false}}`)))
	assert.Equal(t, false, c.one(t, privateDnsSwitch)["privateDnsEnabled"])
	assert.NotContains(t, fmt.Sprint(c.outputs["url"]), "api.example.com")

	c = newConsumerCloud()
	c.stacks[providerStack] = named(true)
	require.NoError(t, c.run("consumer", consumer(`{"endpoint": {"privateDns": false}}`)))
	assert.Empty(t, c.of(privateDnsSwitch), "not accepted yet, so not on")
}

// What the service or its Region doesn't have is said before anything is made.
func TestConsumerWantsTooMuch(t *testing.T) {
	for config, want := range map[string]string{
		`{"endpoint": {"ipAddressType": "ipv6"}}`: `consumer.endpoint.ipAddressType is "ipv6", for which the service must support ipv6; it supports ipv4 ` +
			`(have the provider add ipv6 to provider.endpointService.supportedIpAddressTypes)`,
		`{"networks": {"a": {"availabilityZones": 3}}}`: `consumer.networks.a.availabilityZones is 3; it must be at most 2, since the service can be reached from use1-az1, use1-az2 only`,
	} {
		t.Run(config, func(t *testing.T) {
			c := newConsumerCloud()
			require.EqualError(t, c.run("consumer", consumer(config)), want)
			assert.Empty(t, c.of("awsx:ec2:Vpc"))
		})
	}

	c := newConsumerCloud()
	c.region, c.zones = "eu-west-1", map[string]string{"eu-west-1a": "euw1-az1"}
	c.stacks[providerStack] = map[string]any{"contract": changedContract(func(value map[string]any) {
		value["supportedRegions"] = []any{"us-east-1", "eu-west-1"}
	})}
	require.EqualError(t, c.run("consumer", consumer(`{"alarms": {"enabled": true, "topicArn": "arn:aws:sns:eu-west-1:222222222222:ops"}}`)),
		"consumer.alarms.enabled is true, but the service is in us-east-1; AWS publishes no metrics of endpoints in another region, which is eu-west-1")

	c = newConsumerCloud()
	c.withoutDnsHostnames = true
	c.stacks[providerStack] = named(true)
	require.EqualError(t, c.run("consumer", consumer(`{"network": {`+existing+`}, "clients": {"cidrBlocks": ["10.0.0.0/8"]}}`)),
		`consumer.network.vpcId is "vpc-0a1b2c3d4e5f60718", whose DNS hostnames and DNS support must be on for the private DNS name api.example.com; `+
			`turn them on, or set consumer.endpoint.privateDns to false`)
}

// A VPC has one private zone of a name, and AWS makes one of the private DNS name.
func TestAPrivateZoneOfTheNameIsFoundFirst(t *testing.T) {
	const inVpc, wayOut = `{"network": {` + existing + `}, "clients": {"cidrBlocks": ["10.0.0.0/8"]}%s}`,
		"AWS makes a private zone of that name for the endpoint, and a VPC has one: %s, or set consumer.endpoint.privateDns to false"
	for _, test := range []struct{ name, zone, config, want string }{
		{"of the existing VPC", "api.example.com", fmt.Sprintf(inVpc, ""),
			`consumer.network.vpcId is "vpc-0a1b2c3d4e5f60718", which has the private zone Z0, api.example.com; ` + fmt.Sprintf(wayOut, "take it off the VPC")},
		{"given", "api.example.com", `{"dns": {"recordName": "api.example.com", "hostedZoneId": "Z0"}}`,
			`consumer.dns.hostedZoneId is "Z0", which is the zone api.example.com, the service's private DNS name; ` + fmt.Sprintf(wayOut, "leave dns out")},
		{"without the name", "api.example.com", fmt.Sprintf(inVpc, `, "endpoint": {"privateDns": false}`), ""},
		{"above it", "example.com", fmt.Sprintf(inVpc, ""), ""},
		{"above it, given", "example.com", `{"dns": {"recordName": "api2.example.com", "hostedZoneId": "Z0"}}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newConsumerCloud()
			c.privateZones = map[string]string{"Z0": test.zone}
			c.subnets = map[string]string{"subnet-0a1b2c3d4e5f60718": "use1-az1"}
			c.stacks[providerStack] = map[string]any{"contract": changedContract(func(value map[string]any) { value["privateDnsName"] = "api.example.com" })}
			err := c.run("consumer", consumer(test.config))
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
			assert.Empty(t, c.of("aws:ec2/vpcEndpoint:VpcEndpoint"))
		})
	}
}

// A prefix list counts as many rules as it may have entries, and AWS's own what AWS says.
func TestPrefixListsAreLookedUp(t *testing.T) {
	lists := map[string]prefixList{
		"pl-11111111": {name: "offices", maxEntries: 61, owner: "222222222222"},
		"pl-22222222": {name: "com.amazonaws.global.cloudfront.origin-facing", owner: "AWS"},
		"pl-33333333": {name: "com.amazonaws.us-east-1.s3", owner: "AWS"},
	}
	for _, test := range []struct {
		name   string
		config map[string]string
		want   string
	}{
		{"clients", consumer(`{"clients": {"prefixListIds": ["pl-11111111"]}}`), "consumer.clients comes to 61 inbound rules"},
		{"more granted", consumer(`{"clients": {"prefixListIds": ["pl-11111111"]}, "quotas": {"rulesPerSecurityGroup": 61}}`), ""},
		{"its entries said", consumer(`{"clients": {"prefixListIds": ["pl-11111111"]}, "quotas": {"prefixListEntries": {"pl-11111111": 5}}}`), ""},
		{"egress", provider(`{"service": {"egress": {"a": {"port": 1, "prefixListIds": ["pl-11111111"]}}}}`), "provider.service.egress comes to 62 outbound rules"},
		{"AWS's own", provider(`{"service": {"egress": {"a": {"port": 1, "prefixListIds": ["pl-22222222"]}, "b": {"port": 2, "prefixListIds": ["pl-22222222"]}}}}`),
			"provider.service.egress comes to 111 outbound rules"},
		{"a small one of AWS's", provider(`{"service": {"egress": {"a": {"port": 1, "prefixListIds": ["pl-33333333"]}}}}`), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newConsumerCloud()
			c.prefixLists = lists
			err := c.run("stack", test.config)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
			assert.Empty(t, c.of("awsx:ec2:Vpc"))
		})
	}
}

func TestBadOffers(t *testing.T) {
	const dns = "provider.endpointService.privateDns"
	const name = "; it must be a domain name in lower case, such as api.example.com or *.example.com"
	for config, want := range map[string]string{
		`{"endpointService": {"privateDns": {"hostedZoneId": "Z1"}}}`:                                                               dns + `.name is missing; it is required`,
		`{"endpointService": {"privateDns": {"name": "API.example.com"}}}`:                                                          dns + `.name is "API.example.com"` + name,
		`{"endpointService": {"privateDns": {"name": "*.api.example.com", "provedDomain": "xample.com"}}}`:                          dns + `.provedDomain is "xample.com"; it must be api.example.com or a domain above it`,
		`{"endpointService": {"privateDns": {"name": "api.example.com", "hostedZoneId": "zone"}}}`:                                  dns + `.hostedZoneId is "zone"; it must be the ID of a Route 53 hosted zone: Z and capitals and digits`,
		`{"endpointService": {"privateDns": {"name": "a.example.com", "hostedZoneId": "Z1", "recordExists": true}}}`:                dns + `.recordExists is true and ` + dns + `.hostedZoneId is set; the record is either made or there`,
		`{"endpointService": {"privateDns": {"name": "a.example.com", "hostedZoneRoleArn": "arn:aws:iam::444444444444:role/dns"}}}`: dns + `.hostedZoneRoleArn is set without ` + dns + `.hostedZoneId; it is for a zone in another account`,
		`{"endpointService": {"privateDns": {"name": "a.example.com", "hostedZoneId": "Z1", "hostedZoneRoleArn": "dns"}}}`:          dns + `.hostedZoneRoleArn is "dns"; it must be the ARN of a role: arn:aws:iam::<account>:role/<name>`,
		`{"notifications": {"emails": ["ops@example.com"]}}`:                                                                        `provider.notifications.emails is set, but provider.notifications.enabled is false; set it to true`,
		`{"notifications": {"enabled": true, "events": ["connect"]}}`:                                                               `provider.notifications.events[0] is "connect"; it must be one of Accept, Connect, Delete, Reject`,
		`{"notifications": {"enabled": true, "emails": ["ops"]}}`:                                                                   `provider.notifications.emails[0] is "ops"; it must be an email address`,
		`{"notifications": {"enabled": true, "httpsUrls": ["http://x"]}}`:                                                           `provider.notifications.httpsUrls[0] is "http://x"; it must be a URL that begins with https://`,
		`{"notifications": {"enabled": true, "topicArn": "ops"}}`:                                                                   `provider.notifications.topicArn is "ops"; it must be the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<name>`,
		`{"notifications": {"enabled": true, "topicArn": "arn:aws:sns:us-east-1:111111111111:ops", "kmsKeyId": "alias/k"}}`:         `provider.notifications.kmsKeyId is set together with provider.notifications.topicArn; it is for a topic to make`,
		`{"operations": {"alarms": true}}`:                                                                                          `provider.operations.alarms is true; it needs provider.notifications.enabled to be true, or nobody would hear of them`,
		`{"operations": {"alarmMinutes": 0}}`:                                                                                       `provider.operations.alarmMinutes is 0; it must be 1 to 60`,
		`{"operations": {"resetsPerMinute": -1}}`:                                                                                   `provider.operations.resetsPerMinute is -1; it must be 0 to 1000000`,
		`{"operations": {"connectionsPerTarget": 55001}}`:                                                                           `provider.operations.connectionsPerTarget is 55001; it must be 1 to 55000`,
	} {
		t.Run(config, func(t *testing.T) {
			c := newCloud()
			require.EqualError(t, c.run("provider", provider(config)), want)
			assert.Empty(t, c.registrations)
		})
	}
}

func TestBadConsumerOptions(t *testing.T) {
	for config, want := range map[string]string{
		`{"networks": {}}`:                                 `consumer.networks is empty; name a network or remove the key`,
		`{"networks": {"a": {}}, "network": {}}`:           `consumer.network is set together with consumer.networks; each network has its own`,
		`{"networks": {"a": {}}, "clients": {}}`:           `consumer.clients is set together with consumer.networks; each network has its own`,
		`{"networks": {"A": {}}}`:                          `consumer.networks has the key "A"; it must be 1 to 16 lower-case letters, digits and hyphens, with no hyphen first or last`,
		`{"networks": {"a": {"cidrBlock": "1.0.0.0/16"}}}`: `consumer.networks.a.cidrBlock is "1.0.0.0/16"; it must be private: within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10`,
		`{"networks": {"a": {` + existing + `}}}`:          `consumer.networks.a.clients has neither cidrBlocks nor securityGroupIds nor prefixListIds; with consumer.networks.a.vpcId it must say who may connect`,
		`{"networks": {"a": {` + existing + `, "clients": {"cidrBlocks": ["10.0.0.0/8"]}}, "b": {` + existing + `, "clients": {"cidrBlocks": ["10.0.0.0/8"]}}}}`: `consumer.networks.b.vpcId is "vpc-0a1b2c3d4e5f60718", which is also that of consumer.networks.a; a VPC needs one endpoint`,
		`{"clients": {"prefixListIds": ["list"]}}`:                                                     `consumer.clients.prefixListIds[0] is "list"; it must be a prefix list ID: pl- and 8 or 17 hexadecimal digits`,
		`{"clients": {"cidrBlocks": ["2001:db8::/32"]}}`:                                               `consumer.clients.cidrBlocks[0] is "2001:db8::/32"; IPv6 needs consumer.endpoint.ipAddressType to be dualstack or ipv6`,
		`{"endpoint": {"ipAddressType": "dualstack"}, "clients": {"cidrBlocks": ["2001:db8::1/32"]}}`:  `consumer.clients.cidrBlocks[0] is "2001:db8::1/32"; it must be a network address: 2001:db8::/32`,
		`{"endpoint": {"ipAddressType": "dualstack"}, "clients": {"cidrBlocks": ["2001:db8::/200"]}}`:  `consumer.clients.cidrBlocks[0] is "2001:db8::/200"; it must be an IPv6 CIDR block such as 2001:db8::/56`,
		`{"endpoint": {"ipAddressType": "both"}}`:                                                      `consumer.endpoint.ipAddressType is "both"; it must be one of ipv4, dualstack, ipv6`,
		`{"endpoint": {"dnsRecordIpType": "both"}}`:                                                    `consumer.endpoint.dnsRecordIpType is "both"; it must be one of ipv4, dualstack, ipv6, service-defined`,
		`{"endpoint": {"policy": {"Statement": []}}}`:                                                  `consumer.endpoint.policy is set; an endpoint service takes no endpoint policy, only AWS's own services do: say who may connect with clients, and what they may do in the service`,
		`{"dns": {"recordName": "a.b.example"}}`:                                                       `consumer.dns has neither zoneName nor hostedZoneId; it must have one, for the record to be in`,
		`{"dns": {"recordName": "a.b.example", "zoneName": "b.example", "hostedZoneId": "Z1"}}`:        `consumer.dns.zoneName is set together with consumer.dns.hostedZoneId; the zone is either made or there`,
		`{"dns": {"recordName": "a.b.example", "zoneName": "c.example"}}`:                              `consumer.dns.recordName is "a.b.example"; it must be in consumer.dns.zoneName, c.example`,
		`{"dns": {"recordName": "a.b.example", "hostedZoneId": "Z1"}, "networks": {"a": {}, "b": {}}}`: `consumer.dns.hostedZoneId is set, but there are 2 networks; the name must be another endpoint's in each: set zoneName for a zone for each`,
		`{"alarms": {"topicArn": "arn:aws:sns:us-east-1:111111111111:ops"}}`:                           `consumer.alarms.topicArn is set, but consumer.alarms.enabled is false; set it to true`,
		`{"alarms": {"enabled": true}}`:                                                                `consumer.alarms.topicArn is ""; it must be the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<name>`,
		`{"alarms": {"minutes": 0}}`:                                                                   `consumer.alarms.minutes is 0; it must be 1 to 60`,
	} {
		t.Run(config, func(t *testing.T) {
			c := newConsumerCloud()
			require.EqualError(t, c.run("consumer", consumer(config)), want)
			assert.Empty(t, c.registrations)
		})
	}
}
