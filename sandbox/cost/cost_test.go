package cost

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	engine "github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden estimate")

// recorded are the two stacks of the repository's configuration as the engine
// recorded them, reduced to what the rules read.
func recorded(t require.TestingT) []Stack {
	var stacks []Stack
	for _, role := range []string{"provider", "consumer"} {
		b, err := os.ReadFile("testdata/" + role + ".json")
		require.NoError(t, err)
		stack := Stack{Name: role, Role: role}
		require.NoError(t, json.Unmarshal(b, &stack.Resources))
		stacks = append(stacks, stack)
	}
	return stacks
}

func TestGolden(t *testing.T) {
	e, err := Of(recorded(t), DefaultAssumptions())
	require.NoError(t, err)
	got := e.Text() + "\n"
	const file = "testdata/estimate.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// The worked example: a month without traffic.
func TestAMonthWithoutTraffic(t *testing.T) {
	e, err := Of(recorded(t), Assumptions{Hours: 730})
	require.NoError(t, err)
	amounts := map[string]string{}
	for _, i := range e.Items {
		amounts[i.Payer+" "+i.What] = i.Monthly.String()
	}
	assert.Equal(t, map[string]string{
		"provider load balancer hours":   "16.43",
		"provider NAT gateway hours":     "32.85",
		"provider public IPv4 addresses": "3.65",
		"provider Fargate vCPU":          "14.78",
		"provider Fargate memory":        "3.24",
		"consumer endpoint hours":        "14.60",
	}, amounts)
	assert.Empty(t, e.Notes)
}

func TestSumsMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, err := Of(recorded(t), drawAssumptions(t))
		require.NoError(t, err)
		var items, payers USD
		for _, i := range e.Items {
			items += i.Monthly
		}
		for _, p := range e.Payers {
			payers += p
		}
		assert.Equal(t, e.Total, items)
		assert.Equal(t, e.Total, payers)
	})
}

func drawAssumptions(t *rapid.T) Assumptions {
	draw := func(name string, highest float64) float64 { return rapid.Float64Range(0, highest).Draw(t, name) }
	return Assumptions{
		Hours: draw("hours", 744), ProcessedGB: draw("processed", 2e7), NewConnections: draw("new", 1e5),
		ActiveConnections: draw("active", 1e6), EgressGB: draw("egress", 1e5), LogGB: draw("logs", 1e4),
		AccessLogGB: draw("access logs", 1e4), ImageGB: draw("images", 1e3), Notifications: draw("notifications", 1e7),
	}
}

// More of anything never costs less, over the tiers of a price too.
func TestMonotone(t *testing.T) {
	all := append(recorded(t), everything())
	rapid.Check(t, func(t *rapid.T) {
		less := drawAssumptions(t)
		more := less
		fields := map[string]*float64{
			"hours": &more.Hours, "processed": &more.ProcessedGB, "new": &more.NewConnections,
			"active": &more.ActiveConnections, "egress": &more.EgressGB, "logs": &more.LogGB,
			"access logs": &more.AccessLogGB, "images": &more.ImageGB, "notifications": &more.Notifications,
		}
		which := rapid.SampledFrom(slices.Sorted(maps.Keys(fields))).Draw(t, "which")
		*fields[which] += rapid.Float64Range(0, 1e6).Draw(t, "by")
		before, err := Of(all, less)
		require.NoError(t, err)
		after, err := Of(all, more)
		require.NoError(t, err)
		if after.Total < before.Total {
			t.Fatalf("more %s: %s becomes %s", which, before.Total, after.Total)
		}
	})
}

func TestAssumptionsAreChecked(t *testing.T) {
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		a := DefaultAssumptions()
		a.ProcessedGB = bad
		_, err := Of(nil, a)
		require.ErrorContains(t, err, "gb-processed is "+strings.TrimSuffix(fmt.Sprint(bad), ".0"))
	}
}

// resourceOf is a resource of a type with outputs.
func resourceOf(typ, name, id string, outputs map[string]any) apitype.ResourceV3 {
	return apitype.ResourceV3{
		URN:    engine.NewURN("x", "fargate-privatelink", "", tokens.Type(typ), name),
		Custom: true, ID: engine.ID(id), Type: tokens.Type(typ), Outputs: outputs,
	}
}

// everything has one of each thing that costs, with the options that change how.
func everything() Stack {
	const service = "arn:aws:ecs:us-east-1:111111111111:service/web/web"
	return Stack{Name: "prod", Role: "provider", Resources: []apitype.ResourceV3{
		resourceOf(typeLoadBalancer, "lb", "lb", map[string]any{
			"arn": "lb", "internal": false, "subnets": []any{"a", "b", "c"}, "enableCrossZoneLoadBalancing": true,
		}),
		resourceOf(typeListener, "tls", "l1", map[string]any{"loadBalancerArn": "lb", "protocol": "TLS"}),
		resourceOf(typeListener, "dns", "l2", map[string]any{"loadBalancerArn": "lb", "protocol": "TCP_UDP"}),
		resourceOf(typeTaskDefinition, "web", "web", map[string]any{
			"arn": "td:1", "cpu": "1024", "memory": "2048", "runtimePlatform": map[string]any{"cpuArchitecture": "ARM64"},
			"ephemeralStorage": map[string]any{"sizeInGib": 30.0},
		}),
		resourceOf("aws:ecs/service:Service", "web", service, map[string]any{
			"taskDefinition": "td:1", "desiredCount": 1.0,
			"capacityProviderStrategies": []any{
				map[string]any{"capacityProvider": "FARGATE", "base": 1.0, "weight": 1.0},
				map[string]any{"capacityProvider": "FARGATE_SPOT", "weight": 3.0},
			},
			"networkConfiguration": map[string]any{"assignPublicIp": true},
		}),
		resourceOf(typeScalingTarget, "web", "x", map[string]any{"resourceId": "service/web/web", "minCapacity": 5.0}),
		resourceOf(typeEndpoint, "ecr.api", "vpce-1", map[string]any{
			"vpcEndpointType": "Interface", "serviceName": "com.amazonaws.us-east-1.ecr.api", "subnetIds": []any{"a", "b", "c"},
		}),
		resourceOf(typeEndpoint, "s3", "vpce-2", map[string]any{"vpcEndpointType": "Gateway", "serviceName": "com.amazonaws.us-east-1.s3"}),
		resourceOf("aws:cloudwatch/metricAlarm:MetricAlarm", "unhealthy", "a", nil),
		resourceOf("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", "e", map[string]any{"metricQueries": []any{
			map[string]any{"id": "rate", "expression": "errors / all"},
			map[string]any{"id": "errors", "metric": map[string]any{}}, map[string]any{"id": "all", "metric": map[string]any{}},
		}}),
		resourceOf("aws:appautoscaling/policy:Policy", "cpu", "p1", map[string]any{
			"alarmArns": []any{"high", "low"}, "targetTrackingScalingPolicyConfiguration": map[string]any{"targetValue": 60.0},
		}),
		resourceOf("aws:appautoscaling/policy:Policy", "flows", "p2", map[string]any{
			"alarmArns": []any{"high", "low"},
			"targetTrackingScalingPolicyConfiguration": map[string]any{"customizedMetricSpecification": map[string]any{"metrics": []any{
				map[string]any{"id": "tasks", "metricStat": map[string]any{}}, map[string]any{"id": "flows", "metricStat": map[string]any{}},
				map[string]any{"id": "each", "expression": "flows / tasks"},
			}}},
		}),
		resourceOf("aws:appautoscaling/policy:Policy", "steps", "p3", map[string]any{"policyType": "StepScaling"}),
		resourceOf("aws:cloudwatch/contributorManagedInsightRule:ContributorManagedInsightRule", "top", "i", nil),
		resourceOf("aws:s3/bucketV2:BucketV2", "access", "logs-1", nil),
		resourceOf(typeLifecycle, "access", "logs-1", map[string]any{"bucket": "logs-1", "rules": []any{
			map[string]any{"expiration": map[string]any{"days": 90.0}},
		}}),
		resourceOf("aws:ecr/pullThroughCacheRule:PullThroughCacheRule", "hub", "h", nil),
		resourceOf("aws:sns/topic:Topic", "alerts", "t", nil),
		resourceOf("aws:sns/topicSubscription:TopicSubscription", "mail", "s1", map[string]any{"protocol": "email"}),
		resourceOf("aws:sns/topicSubscription:TopicSubscription", "hook", "s2", map[string]any{"protocol": "https"}),
		resourceOf("aws:sns/topicSubscription:TopicSubscription", "queue", "s3", map[string]any{"protocol": "sqs"}),
		resourceOf("aws:cloudwatch/compositeAlarm:CompositeAlarm", "any", "c", nil),
		resourceOf("aws:cloudwatch/dashboard:Dashboard", "web", "d", nil),
		resourceOf("aws:route53/zone:Zone", "example.com", "z", nil),
		resourceOf("aws:kms/key:Key", "logs", "k", nil),
		resourceOf("aws:secretsmanager/secret:Secret", "token", "s", nil),
		resourceOf("aws:cloudwatch/logGroup:LogGroup", "web", "lg", map[string]any{"retentionInDays": 60.0}),
	}}
}

func TestEveryRule(t *testing.T) {
	a := Assumptions{Hours: 100, ProcessedGB: 300, NewConnections: 100, ActiveConnections: 12000, EgressGB: 30, LogGB: 2, AccessLogGB: 5, ImageGB: 3, Notifications: 1e6}
	e, err := Of([]Stack{everything()}, a)
	require.NoError(t, err)
	var got []string
	for _, i := range e.Items {
		got = append(got, fmt.Sprintf("%s: %s, %.6g %s, %s", i.Resource, i.What, i.Quantity, i.Unit, i.Monthly))
	}
	assert.ElementsMatch(t, []string{
		"lb: load balancer hours, 100 hour, 2.25",
		// Half of the traffic each. TLS: 6000 active connections are 2 units. UDP: 1.5 GB in an hour are 1.5.
		"lb: capacity units, 350 NLCU-hour, 2.10",
		"lb: public IPv4 addresses, 300 hour, 1.50",
		"lb: traffic between zones, 400 GB, 4.00",
		// Five tasks by autoscaling: one as the base, one of the other four, and three on Spot.
		"web: Fargate vCPU, 200 vCPU-hour, 6.48",
		"web: Fargate memory, 400 GB-hour, 1.42",
		"web: Fargate Spot vCPU, 300 vCPU-hour, 2.91",
		"web: Fargate Spot memory, 600 GB-hour, 0.64",
		"web: ephemeral storage, 5000 GB-hour, 0.56",
		"web: public IPv4 addresses, 500 hour, 2.50",
		"ecr.api: endpoint hours, 300 hour, 3.00",
		"ecr.api: traffic, 30 GB, 0.30",
		"unhealthy: alarms, 1 alarm metric, 0.10",
		"errors: alarms, 2 alarm metric, 0.20",
		// A high and a low alarm, of one metric and of two.
		"cpu: alarms, 2 alarm metric, 0.20",
		"flows: alarms, 4 alarm metric, 0.40",
		"top: Contributor Insights rules, 1 rule, 0.50",
		// Kept for three months.
		"access: access logs, 15 GB-month, 0.35",
		"hub: images, 3 GB-month, 0.30",
		"alerts: messages, 1e+06 message, 0.50",
		"mail: deliveries by email, 1e+06 message, 20.00",
		"hook: deliveries by HTTP, 1e+06 message, 0.60",
		"any: composite alarms, 1 alarm, 0.50",
		"web: dashboards, 1 dashboard, 3.00",
		"example.com: hosted zones, 1 zone, 0.50",
		"logs: keys, 1 key, 1.00",
		"token: secrets, 1 secret, 0.40",
		"web: log ingestion, 2 GB, 1.00",
		"web: log storage, 4 GB-month, 0.12",
	}, got)
}

func TestSplit(t *testing.T) {
	strategy := func(entries ...any) (out []any) {
		for i := 0; i < len(entries); i += 3 {
			out = append(out, map[string]any{
				"capacityProvider": entries[i], "base": float64(entries[i+1].(int)), "weight": float64(entries[i+2].(int)),
			})
		}
		return out
	}
	tests := map[string]struct {
		tasks          float64
		strategy       []any
		onDemand, spot float64
	}{
		"none":                   {4, nil, 4, 0},
		"all on Spot":            {4, strategy("FARGATE_SPOT", 0, 1), 0, 4},
		"half":                   {4, strategy("FARGATE", 0, 1, "FARGATE_SPOT", 0, 1), 2, 2},
		"a base above the count": {2, strategy("FARGATE", 5, 1, "FARGATE_SPOT", 0, 1), 2, 0},
		"the base second":        {5, strategy("FARGATE_SPOT", 0, 1, "FARGATE", 1, 0), 1, 4},
		"no weights":             {3, strategy("FARGATE", 1, 0), 3, 0},
	}
	for name, test := range tests {
		onDemand, spot := split(test.tasks, test.strategy)
		assert.InDelta(t, test.onDemand, onDemand, 1e-9, name)
		assert.InDelta(t, test.spot, spot, 1e-9, name)
	}
}

// What has no price is said, and never silently free.
func TestNotes(t *testing.T) {
	provider := resourceOf("pulumi:providers:aws", "default", "p", nil)
	provider.Inputs = map[string]any{"region": "eu-north-1"}
	eip := resourceOf("aws:ec2/eip:Eip", "nat", "e", nil)
	eip.Provider = string(provider.URN) + "::p"
	nat := resourceOf(typeNATGateway, "nat", "n", nil)
	nat.Provider = eip.Provider
	remote := resourceOf(typeEndpoint, "remote", "vpce-1", map[string]any{
		"vpcEndpointType": "Interface", "serviceName": "com.amazonaws.vpce.us-east-1.vpce-svc-1", "serviceRegion": "us-east-1",
	})
	remote.Provider = eip.Provider
	e, err := Of([]Stack{{Name: "x", Role: "provider", Resources: []apitype.ResourceV3{
		provider, eip, remote, nat,
		resourceOf("aws:rds/instance:Instance", "db", "i", nil),
		resourceOf("aws:route53/zone:Zone", "example.com", "z", nil),
		resourceOf("aws:s3/bucketV2:BucketV2", "access", "logs-1", nil),
		resourceOf("aws:sns/topicSubscription:TopicSubscription", "phone", "n", map[string]any{"protocol": "sms"}),
		resourceOf("aws:ecs/cluster:Cluster", "web", "c", map[string]any{"settings": []any{
			map[string]any{"name": "containerInsights", "value": "enhanced"},
		}}),
		resourceOf("aws:ec2/vpcEndpointService:VpcEndpointService", "web", "v", map[string]any{
			"supportedRegions": []any{"eu-central-1", "us-east-1"},
		}),
		resourceOf("aws:ecs/service:Service", "web", "s", map[string]any{"taskDefinition": "elsewhere:1"}),
	}}}, DefaultAssumptions())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"half of the traffic between us-east-1 and eu-north-1 is taken to go each way",
		"there are no prices of eu-north-1 here: those of us-east-1 are used",
		"there is no price of traffic from eu-north-1 here: that from us-east-1 is used",
		"what bucket access of stack x keeps never expires: it is priced for its first month",
	}, e.Notes)
	assert.Equal(t, []string{
		"Container Insights of web in stack x",
		"DNS queries of example.com in stack x",
		"aws:rds/instance:Instance of db in stack x",
		"data transfer out to the internet of nat in stack x",
		"deliveries by sms of phone in stack x",
		"hours in other Regions of web in stack x",
		"requests of access in stack x",
		"the tasks, whose definition is not in its stack, of web in stack x",
	}, e.NotPriced)
	assert.Contains(t, e.Text(), "Not priced: Container Insights of web in stack x; DNS queries of ")
	// An address, 100 GB through the endpoint and between Regions, a zone, a GB of access logs, and a NAT gateway with
	// 10 GB.
	assert.Equal(t, USD(365+100+200+50+2+3285+45), e.Total)
	for _, i := range e.Items {
		if i.What == "NAT gateway hours" {
			assert.Equal(t, Unverified, i.Confidence, "a price of another Region")
		}
	}
}

func TestTiers(t *testing.T) {
	p := Price{Tiers: []Tier{{USD: 1, UpTo: 10}, {USD: 0.5, UpTo: 20}, {USD: 0.1}}}
	for quantity, want := range map[float64]float64{0: 0, 10: 10, 15: 12.5, 20: 15, 30: 16} {
		assert.InDelta(t, want, p.of(quantity), 1e-9, "%g", quantity)
	}
}

func TestUSD(t *testing.T) {
	for cents, want := range map[USD]string{0: "0.00", 5: "0.05", 1643: "16.43", -250: "-2.50"} {
		assert.Equal(t, want, cents.String())
		var back USD
		data, err := json.Marshal(cents)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, cents, back)
	}
}

// in is a resource of a provider of a Region.
func in(region string, r apitype.ResourceV3) []apitype.ResourceV3 {
	provider := resourceOf("pulumi:providers:aws", "default", "p", nil)
	provider.Inputs = map[string]any{"region": region}
	r.Provider = string(provider.URN) + "::p"
	return []apitype.ResourceV3{provider, r}
}

// Each Region has its own prices: a month of what the two sides have.
func TestPricesByRegion(t *testing.T) {
	endpoint := resourceOf(typeEndpoint, "web", "vpce-1", map[string]any{
		"vpcEndpointType": "Interface", "serviceName": "com.amazonaws.vpce.x.vpce-svc-1", "subnetIds": []any{"a"},
	})
	for region, want := range map[string]struct{ endpoint, nat, lb string }{
		"us-east-1":      {"0.01", "0.045", "0.0225"},
		"us-east-2":      {"0.01*", "0.045*", "0.0225*"},
		"us-west-2":      {"0.01", "0.045*", "0.0225*"},
		"eu-west-1":      {"0.011", "0.048", "0.0252*"},
		"eu-west-2":      {"0.011", "0.05", "0.02646*"},
		"eu-central-1":   {"0.012", "0.052", "0.027"},
		"ap-northeast-1": {"0.014", "0.062", "0.0243"},
		"ap-southeast-1": {"0.013", "0.059", "0.0252*"},
		"ap-southeast-2": {"0.013*", "0.059*", "0.0252*"},
		"sa-east-1":      {"0.01*", "0.045*", "0.0225*"},
	} {
		t.Run(region, func(t *testing.T) {
			prices := func(r apitype.ResourceV3) string {
				e, err := Of([]Stack{{Name: "x", Role: "provider", Resources: in(region, r)}}, Assumptions{Hours: 1})
				require.NoError(t, err)
				require.Len(t, e.Items, 1)
				if estimated := "there are no prices of sa-east-1 here: those of us-east-1 are used"; region == "sa-east-1" {
					assert.Equal(t, []string{estimated}, e.Notes)
					assert.Contains(t, e.Text(), "Note: "+estimated+".")
				} else {
					assert.Empty(t, e.Notes)
				}
				return e.Items[0].Price()
			}
			assert.Equal(t, want.endpoint, prices(endpoint))
			assert.Equal(t, want.nat, prices(resourceOf(typeNATGateway, "nat", "n", nil)))
			assert.Equal(t, want.lb, prices(resourceOf(typeLoadBalancer, "lb", "l", map[string]any{"internal": true})))
		})
	}
}

// What a Region's list lacks is estimated, and said.
func TestAPriceThatARegionLacks(t *testing.T) {
	e, err := Of([]Stack{{Name: "x", Role: "provider", Resources: in("eu-central-1", resourceOf("aws:sns/topic:Topic", "alerts", "t", nil))}}, Assumptions{Notifications: 1e6})
	require.NoError(t, err)
	assert.Equal(t, []string{"there is no price of messages in eu-central-1 here: that of us-east-1 is used"}, e.Notes)
	assert.Equal(t, Unverified, e.Items[0].Confidence)
}

// PrivateLink's tiers count the traffic of all the interface endpoints that an account
// has in a Region, whatever they lead to and in whichever stack they are.
func TestTiersOfAllEndpointsOfARegion(t *testing.T) {
	stack := func(name, region, account string, services ...string) Stack {
		s := Stack{Name: name, Role: "consumer"}
		for i, service := range services {
			id := fmt.Sprintf("vpce-%s-%d", name, i)
			s.Resources = append(s.Resources, in(region, resourceOf(typeEndpoint, id, id, map[string]any{
				"vpcEndpointType": "Interface", "serviceName": "com.amazonaws.vpce." + region + ".vpce-svc-" + service,
				"arn": "arn:aws:ec2:" + region + ":" + account + ":vpc-endpoint/" + id,
			}))...)
		}
		return s
	}
	traffic := func(stacks ...Stack) USD {
		e, err := Of(stacks, Assumptions{ProcessedGB: 1048576})
		require.NoError(t, err)
		return e.Total
	}
	const first, next = 1048576, 629146 // a PB of the first tier, and one of the second
	assert.Equal(t, USD(first), traffic(stack("a", "us-east-1", "1", "x")))
	assert.Equal(t, USD(first+next), traffic(stack("a", "us-east-1", "1", "x", "y")), "two services")
	assert.Equal(t, USD(first+next), traffic(stack("a", "us-east-1", "1", "x"), stack("b", "us-east-1", "1", "y")), "two stacks")
	assert.Equal(t, USD(2*first), traffic(stack("a", "us-east-1", "1", "x"), stack("b", "us-east-1", "2", "y")), "two accounts")
	assert.Equal(t, USD(2*first), traffic(stack("a", "us-east-1", "1", "x"), stack("b", "eu-west-1", "1", "y")), "two Regions")
	e, err := Of([]Stack{stack("a", "us-east-1", "1", "x", "y")}, Assumptions{ProcessedGB: 1048576})
	require.NoError(t, err)
	assert.Equal(t, e.Items[0].Monthly, e.Items[1].Monthly, "each bears its share, whichever comes first")
}

// Traffic between Regions costs what the Region that it comes from says.
func TestTrafficBetweenRegions(t *testing.T) {
	for _, test := range []struct {
		consumer, service string
		there, back       USD
	}{
		{"us-east-1", "us-west-2", 100, 100},
		{"us-east-1", "us-east-2", 50, 50},
		{"us-west-2", "us-east-2", 100, 100},
		{"ap-northeast-1", "eu-west-1", 450, 100},
		{"eu-central-1", "ap-southeast-2", 100, 490},
		{"sa-east-1", "us-east-2", 100, 100}, // estimated, and not as a neighbour of Ohio
	} {
		t.Run(test.consumer+" to "+test.service, func(t *testing.T) {
			e, err := Of([]Stack{{Name: "x", Role: "consumer", Resources: in(test.consumer, resourceOf(typeEndpoint, "web", "vpce-1", map[string]any{
				"vpcEndpointType": "Interface", "serviceName": "com.amazonaws.vpce.x.vpce-svc-1", "serviceRegion": test.service,
			}))}}, Assumptions{ProcessedGB: 100})
			require.NoError(t, err)
			amounts := map[string]USD{}
			for _, i := range e.Items {
				amounts[i.What] = i.Monthly
			}
			assert.Equal(t, map[string]USD{
				"traffic": 100, "traffic from " + test.consumer + " to " + test.service: test.there,
				"traffic from " + test.service + " to " + test.consumer: test.back,
			}, amounts)
		})
	}
}

// Each price names its unit, its source and when it was read; an unverified one is
// marked so.
func TestPriceListIsComplete(t *testing.T) {
	list := Prices()
	require.NotEmpty(t, list.Regions[baseRegion])
	complete := func(name string, p Price) {
		assert.Positive(t, p.USD, name)
		assert.Regexp(t, `^https://`, p.Source, name)
		assert.Regexp(t, `^20\d\d-\d\d$`, p.Date, name)
		assert.Contains(t, []Confidence{FromAWS, SecondHand, Unverified}, p.Confidence, name)
	}
	for region, prices := range list.Regions {
		for name := range prices {
			p, own := list.price(region, name)
			complete(region+" "+name, p)
			assert.NotEmpty(t, p.Unit, "%s %s", region, name)
			assert.True(t, own)
			assert.Contains(t, list.Regions[baseRegion], name, "of %s", region)
			assert.True(t, region == baseRegion || !slices.Contains(list.Everywhere, name), "%s has the same price everywhere", name)
		}
		// What every stack has, each Region that is here has.
		for _, item := range []string{"load-balancer-hour", "endpoint-hour", "nat-gateway-hour", "fargate-x86-vcpu-hour", "logs-gb"} {
			assert.Contains(t, prices, item, "of %s", region)
		}
		assert.Contains(t, list.FromRegion, region)
	}
	for _, item := range list.Everywhere {
		assert.Contains(t, list.Regions[baseRegion], item)
	}
	for region, p := range list.FromRegion {
		complete("from "+region, p)
		assert.Equal(t, "GB", p.Unit, region)
	}
	for token := range rules {
		assert.NotContains(t, list.Free, token)
	}
	for token, what := range list.NotPriced {
		assert.Contains(t, rules, token)
		assert.NotEmpty(t, what, token)
	}
}
