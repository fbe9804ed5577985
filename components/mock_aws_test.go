package components

import (
	"errors"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// awsOutputs are what AWS adds to the inputs of each type of resource.
var awsOutputs = map[string]outputsFunc{
	"aws:lb/loadBalancer:LoadBalancer": func(name string) map[string]any {
		return map[string]any{
			"arn": arn("elasticloadbalancing", "loadbalancer/net/"+name), "arnSuffix": "net/" + name,
			"dnsName": name + ".elb.amazonaws.com", "zoneId": "Z1",
		}
	},
	"aws:lb/targetGroup:TargetGroup": func(name string) map[string]any {
		return map[string]any{"arn": arn("elasticloadbalancing", "targetgroup/"+name), "name": name + "-1234567"}
	},
	"aws:lb/listener:Listener": func(name string) map[string]any {
		return map[string]any{"arn": arn("elasticloadbalancing", "listener/net/"+name)}
	},
	"aws:ec2/vpcEndpointService:VpcEndpointService": func(name string) map[string]any {
		return map[string]any{
			"serviceName": "com.amazonaws.vpce." + testRegion + "." + name, "state": "Available",
			"availabilityZones":    []any{"us-east-1a", "us-east-1b"},
			"baseEndpointDnsNames": []any{name + "." + testRegion + ".vpce.amazonaws.com"},
			"arn":                  arn("ec2", "vpc-endpoint-service/"+name),
			"privateDnsNameConfigurations": []any{map[string]any{
				"name": "_token", "type": "TXT", "value": "vpce:token", "state": "pendingVerification",
			}},
		}
	},
	"aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter": func(string) map[string]any {
		return map[string]any{"vpcEndpointState": "available"}
	},
	"aws:ec2/vpcEndpoint:VpcEndpoint": func(name string) map[string]any {
		return map[string]any{
			"state": "pendingAcceptance", "networkInterfaceIds": []any{"eni-1", "eni-2"},
			"dnsEntries": []any{
				map[string]any{"dnsName": name + ".vpce.amazonaws.com", "hostedZoneId": "Z1"},
				map[string]any{"dnsName": name + "-us-east-1a.vpce.amazonaws.com", "hostedZoneId": "Z1"},
			},
		}
	},
	"aws:sns/topic:Topic": named("sns", ""),
	"aws:acm/certificate:Certificate": func(name string) map[string]any {
		option := func(domain string) map[string]any {
			return map[string]any{
				"domainName": domain, "resourceRecordName": "_x." + domain, "resourceRecordType": "CNAME", "resourceRecordValue": "_y." + domain,
			}
		}
		return map[string]any{
			"arn":                     arn("acm", "certificate/"+name),
			"domainValidationOptions": []any{option("api.example.com"), option("*.example.com"), option("example.com")},
		}
	},
	"aws:route53/record:Record":                           func(name string) map[string]any { return map[string]any{"fqdn": name + ".fqdn"} },
	"aws:s3/bucketV2:BucketV2":                            func(name string) map[string]any { return map[string]any{"arn": "arn:aws:s3:::" + name, "bucket": name} },
	"aws:ecr/pullThroughCacheRule:PullThroughCacheRule":   func(string) map[string]any { return map[string]any{"registryId": "111111111111"} },
	"aws:ecs/cluster:Cluster":                             named("ecs", "cluster/"),
	"aws:ecs/service:Service":                             named("ecs", "service/"),
	"aws:ecs/taskDefinition:TaskDefinition":               named("ecs", "task-definition/"),
	"aws:iam/role:Role":                                   named("iam", "role/"),
	"aws:route53/zone:Zone":                               func(name string) map[string]any { return map[string]any{"zoneId": "zone-" + name} },
	"aws:cloudwatch/metricAlarm:MetricAlarm":              named("cloudwatch", "alarm:"),
	"aws:cloudwatch/logGroup:LogGroup":                    named("logs", "log-group:"),
	"aws:ec2/eip:Eip":                                     func(name string) map[string]any { return map[string]any{"allocationId": "eipalloc-" + name} },
	"aws:ec2/routeTableAssociation:RouteTableAssociation": func(string) map[string]any { return nil },
}

func arn(service, resource string) string {
	return "arn:aws:" + service + ":" + testRegion + ":111111111111:" + resource
}

// named returns the outputs of a type with an ARN and an autonamed name.
func named(service, prefix string) outputsFunc {
	return func(name string) map[string]any {
		return map[string]any{"arn": arn(service, prefix+name), "name": name + "-1234567"}
	}
}

// awsAnswers are AWS's answers to invokes, for an account in which the order of the
// zones' IDs is not that of their names.
var awsAnswers = map[string]answerFunc{
	"aws:ec2/getVpc:getVpc": answer(map[string]any{"id": "vpc-1", "ipv6CidrBlock": "2600:1f18:0:ab00::/56"}),
	// A service runs what it was asked to, unless a test says otherwise.
	"aws:ecs/getService:getService": func(args resource.PropertyMap) (map[string]any, error) {
		return map[string]any{"taskDefinition": arn("ecs", "task-definition/"+strings.TrimSuffix(args["serviceName"].StringValue(), "-1234567"))}, nil
	},
	"aws:route53/getZone:getZone": func(resource.PropertyMap) (map[string]any, error) {
		return nil, errors.New("no matching Route 53 Hosted Zone found")
	},
	"aws:ec2/getManagedPrefixList:getManagedPrefixList": answer(map[string]any{"id": "pl-1", "name": "mine", "maxEntries": 1, "ownerId": "111111111111"}),
	"aws:index/getRegion:getRegion":                     answer(map[string]any{"id": testRegion, "name": testRegion}),
	"aws:index/getRegions:getRegions":                   answer(map[string]any{"names": []any{"us-east-1", "us-west-2", "eu-west-1", "eu-central-1"}}),
	"aws:index/getPartition:getPartition":               answer(map[string]any{"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com"}),
	"aws:index/getCallerIdentity:getCallerIdentity": answer(map[string]any{
		"id": "111111111111", "accountId": "111111111111", "arn": "arn:aws:iam::111111111111:role/deploy", "userId": "x",
	}),
	"aws:index/getAvailabilityZones:getAvailabilityZones": answer(map[string]any{
		"id":      testRegion,
		"names":   []any{"us-east-1c", "us-east-1a", "us-east-1b"},
		"zoneIds": []any{"use1-az1", "use1-az6", "use1-az4"},
	}),
}

func answer(result map[string]any) answerFunc {
	return func(resource.PropertyMap) (map[string]any, error) { return result, nil }
}
