package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sample makes one component with every kind of child that it has. str makes the
// inputs, which are known or not.
type sample struct {
	typ  string
	make func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error
	// nothing is the error of the constructor without arguments.
	nothing     func(ctx *pulumi.Context) error
	wantNothing string
}

var sampleTags = pulumi.StringMap{"team": pulumi.String("edge"), "Name": pulumi.String("overridden")}

var samples = map[string]sample{
	"created Network": {
		typ: NetworkType,
		make: func(ctx *pulumi.Context, _ func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewNetwork(ctx, "web", &NetworkArgs{
				NetworkOptions: NetworkOptions{VpcEndpoints: []string{"s3", "logs"}}, Ipv6: true, Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewNetwork(ctx, "web", nil)
			return err
		},
		wantNothing: `Network "web": args is nil; it is required`,
	},
	"existing Network": {
		typ: NetworkType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewNetwork(ctx, "web", &NetworkArgs{NetworkOptions: NetworkOptions{VpcOptions: VpcOptions{
				VpcId: str("vpc-11111111"), SubnetIds: pulumi.StringArray{str("subnet-11111111")},
			}}, Tags: sampleTags}, opts...)
			return err
		},
	},
	"NetworkLoadBalancer": {
		typ: NetworkLoadBalancerType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewNetworkLoadBalancer(ctx, "web", &NetworkLoadBalancerArgs{
				LoadBalancerOptions: LoadBalancerOptions{ClientCidrs: []string{"10.0.0.0/8"}},
				VpcId:               str("vpc-1"), SubnetIds: pulumi.StringArray{str("subnet-1")},
				ListenerPorts: []Port{{80, "tcp"}}, Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewNetworkLoadBalancer(ctx, "web", nil)
			return err
		},
		wantNothing: `NetworkLoadBalancer "web": args is nil; it is required`,
	},
	"IPTargetGroup": {
		typ: IPTargetGroupType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewIPTargetGroup(ctx, "web", &IPTargetGroupArgs{
				VpcId: str("vpc-1"), LoadBalancerArn: str("arn:lb"), Port: 80, Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewIPTargetGroup(ctx, "web", nil)
			return err
		},
		wantNothing: `IPTargetGroup "web": args is nil; it is required`,
	},
	"FargateService": {
		typ: FargateServiceType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewFargateService(ctx, "web", &FargateServiceArgs{
				VpcId: str("vpc-1"), SubnetIds: pulumi.StringArray{str("subnet-1")},
				FargateServiceOptions: FargateServiceOptions{
					Image: str("nginx"),
					ContainerArgs: ContainerArgs{Secrets: map[string]pulumi.StringInput{
						"TOKEN": str("arn:aws:ssm:us-east-1:111111111111:parameter/token"),
					}},
					Spot:           &SpotArgs{Weight: 1},
					ExecuteCommand: true,
				},
				Targets: []FargateTargetArgs{{TargetGroupArn: str("arn:tg")}},
				LoadBalancers: []FargateLoadBalancerArgs{
					{SecurityGroupId: str("sg-lb"), ArnSuffix: str("net/web")},
					{SecurityGroupId: str("sg-lb-2"), ArnSuffix: str("net/web-2"), Generation: pulumi.IntRef(2)},
				},
				PullThroughRepositories: map[string]pulumi.StringInput{"web": str("arn:aws:ecr:us-east-1:111111111111:repository/web/*")},
				Scaling: &ScalingArgs{
					MemoryPercent: pulumi.IntRef(0), FlowsPerTask: pulumi.IntRef(100),
					Schedules: map[string]ScalingScheduleArgs{"day": {Schedule: "cron(0 8 * * ? *)", MinCount: 2}},
				},
				Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewFargateService(ctx, "web", nil)
			return err
		},
		wantNothing: `FargateService "web": args is nil; it is required`,
	},
	"Certificate": {
		typ: CertificateType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewCertificate(ctx, "web", &CertificateArgs{
				CertificateOptions: CertificateOptions{DomainName: "api.example.com", HostedZoneId: str("Z1")}, Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewCertificate(ctx, "web", nil)
			return err
		},
		wantNothing: `Certificate "web": args is nil; it is required`,
	},
	"AccessLogBucket": {
		typ: AccessLogBucketType,
		make: func(ctx *pulumi.Context, _ func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewAccessLogBucket(ctx, "web", &AccessLogBucketArgs{Tags: sampleTags}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewAccessLogBucket(ctx, "web", nil)
			return err
		},
		wantNothing: `AccessLogBucket "web": args is nil; it is required`,
	},
	"PullThroughCache": {
		typ: PullThroughCacheType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewPullThroughCache(ctx, "web", &PullThroughCacheArgs{Registry: "docker.io", CredentialArn: str(credential)}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewPullThroughCache(ctx, "web", nil)
			return err
		},
		wantNothing: `PullThroughCache "web": args is nil; it is required`,
	},
	"EndpointService": {
		typ: EndpointServiceType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewEndpointService(ctx, "web", &EndpointServiceArgs{
				EndpointServiceOptions: EndpointServiceOptions{
					PrivateDns: &PrivateDnsArgs{Name: "api.example.com", HostedZoneId: str("Z1")}, ContributorInsights: true,
				},
				NetworkLoadBalancerArns: pulumi.StringArray{str("arn:lb")},
				AllowedPrincipals:       map[string]pulumi.StringInput{"acme": str("arn:aws:iam::111111111111:root")},
				AcceptedEndpoints:       map[string]pulumi.StringInput{"acme": str("vpce-0a1b2c3d")},
				Tags:                    sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewEndpointService(ctx, "web", nil)
			return err
		},
		wantNothing: `EndpointService "web": args is nil; it is required`,
	},
	"Notifications": {
		typ: NotificationsType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewNotifications(ctx, "web", &NotificationsArgs{
				SubscriptionOptions: SubscriptionOptions{Emails: []string{"ops@example.com"}},
				ServiceId:           str("vpce-svc-1"), ServiceArn: str("arn:aws:ec2:us-east-1:111111111111:vpc-endpoint-service/vpce-svc-1"),
				Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewNotifications(ctx, "web", nil)
			return err
		},
		wantNothing: `Notifications "web": args is nil; it is required`,
	},
	"Operations": {
		typ: OperationsType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewOperations(ctx, "web", &OperationsArgs{
				OperationsOptions: OperationsOptions{Dashboard: true, Alarms: true},
				EndpointServiceId: str("vpce-svc-1"), LoadBalancerArn: str("arn:aws:elasticloadbalancing:r:a:loadbalancer/net/web/1"),
				TargetGroupArns: map[string]pulumi.StringInput{"80": str("arn:aws:elasticloadbalancing:r:a:targetgroup/web/1")},
				ClusterName:     str("web"), ServiceName: str("web"), MinTasks: 1, EveryZone: true,
				AlarmTopicArn: str("arn:topic"), Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewOperations(ctx, "web", nil)
			return err
		},
		wantNothing: `Operations "web": args is nil; it is required`,
	},
	"DeploymentAlarms": {
		typ: DeploymentAlarmsType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewDeploymentAlarms(ctx, "web", &DeploymentAlarmsArgs{
				LoadBalancerArn: str("arn:aws:elasticloadbalancing:r:a:loadbalancer/net/web/1"),
				TargetGroupArns: map[string]pulumi.StringInput{"80": str("arn:aws:elasticloadbalancing:r:a:targetgroup/web/1")},
				Tags:            sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewDeploymentAlarms(ctx, "web", nil)
			return err
		},
		wantNothing: `DeploymentAlarms "web": args is nil; it is required`,
	},
	"EndpointAlias": {
		typ: EndpointAliasType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewEndpointAlias(ctx, "web", &EndpointAliasArgs{
				EndpointAliasOptions: EndpointAliasOptions{RecordName: "api.example.com", ZoneName: "example.com"},
				VpcId:                str("vpc-1"), DnsName: str("x"), DnsHostedZoneId: str("Z7"), Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewEndpointAlias(ctx, "web", nil)
			return err
		},
		wantNothing: `EndpointAlias "web": args is nil; it is required`,
	},
	"EndpointAlarms": {
		typ: EndpointAlarmsType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewEndpointAlarms(ctx, "web", &EndpointAlarmsArgs{
				EndpointAlarmsOptions: EndpointAlarmsOptions{Enabled: true, TopicArn: str(topicArn)},
				EndpointId:            str("vpce-1"), VpcId: str("vpc-1"), ServiceName: str("svc"), Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewEndpointAlarms(ctx, "web", nil)
			return err
		},
		wantNothing: `EndpointAlarms "web": args is nil; it is required`,
	},
	"ConnectionGuard": {
		typ: ConnectionGuardType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewConnectionGuard(ctx, "web", &ConnectionGuardArgs{
				ServiceId: str("vpce-svc-1"), Region: testRegion,
				Connections: []Connection{{EndpointId: "vpce-0a1b2c3d", Owner: "account 222222222222"}},
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewConnectionGuard(ctx, "web", nil)
			return err
		},
		wantNothing: `ConnectionGuard "web": args is nil; it is required`,
	},
	"InterfaceEndpoint": {
		typ: InterfaceEndpointType,
		make: func(ctx *pulumi.Context, str func(string) pulumi.StringInput, opts ...pulumi.ResourceOption) error {
			_, err := NewInterfaceEndpoint(ctx, "web", &InterfaceEndpointArgs{
				VpcId: str("vpc-1"), SubnetIds: pulumi.StringArray{str("subnet-1")}, ServiceName: str("com.amazonaws.vpce.x"),
				Ports: []Port{{80, "tcp"}}, Clients: &ClientsOptions{CidrBlocks: []string{"10.0.0.0/8"}}, Accepted: true,
				ClientSecurityGroupIds: map[string]pulumi.StringInput{"app": str("sg-app")}, Tags: sampleTags,
			}, opts...)
			return err
		},
		nothing: func(ctx *pulumi.Context) error {
			_, err := NewInterfaceEndpoint(ctx, "web", nil)
			return err
		},
		wantNothing: `InterfaceEndpoint "web": args is nil; it is required`,
	},
}

// known makes an input whose value is known.
func known(value string) pulumi.StringInput { return pulumi.String(value) }

// runSample runs a sample as an update, with the VPC and subnets that it expects.
func runSample(t *testing.T, s sample, opts func(ctx *pulumi.Context) ([]pulumi.ResourceOption, error)) *mocks {
	t.Helper()
	m := newMocks()
	m.existingVpc("vpc-11111111", map[string]string{"subnet-11111111": "use1-az1"})
	require.NoError(t, m.run(func(ctx *pulumi.Context) error {
		if err := m.createdVpc(ctx, "private"); err != nil {
			return err
		}
		options, err := opts(ctx)
		if err != nil {
			return err
		}
		return s.make(ctx, known, options...)
	}))
	return m
}

func noOptions(*pulumi.Context) ([]pulumi.ResourceOption, error) { return nil, nil }

func TestConstructorsNeedArgs(t *testing.T) {
	for name, s := range samples {
		if s.nothing == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := newMocks()
			require.NoError(t, m.run(func(ctx *pulumi.Context) error {
				assert.EqualError(t, s.nothing(ctx), s.wantNothing)
				return nil
			}))
			assert.Empty(t, m.registrations)
		})
	}
}

// Every resource is the component or descends from it, has a name that begins with
// the component's, and comes from no other place.
func TestChildrenBelongToTheComponent(t *testing.T) {
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			m := runSample(t, s, noOptions)
			component := m.get(t, s.typ, "web")
			for _, r := range m.registrations {
				if strings.HasPrefix(r.name, fixture) || r.urn == component.urn {
					continue
				}
				assert.Equal(t, component.urn, r.parent, "parent of %s", r.urn)
				assert.True(t, r.name == "web" || strings.HasPrefix(r.name, "web-"), "name of %s", r.urn)
			}
			assert.Equal(t, 2, m.outputsRegistered, "calls of RegisterResourceOutputs: the component's and the stack's")
		})
	}
}

// untaggable are the types whose resources AWS gives no tags.
var untaggable = map[string]bool{
	"aws:iam/rolePolicy:RolePolicy":                                                       true,
	"aws:appautoscaling/policy:Policy":                                                    true,
	"aws:appautoscaling/scheduledAction:ScheduledAction":                                  true,
	"aws:acm/certificateValidation:CertificateValidation":                                 true,
	"aws:ecr/pullThroughCacheRule:PullThroughCacheRule":                                   true,
	"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders":                           true,
	"aws:s3/bucketPolicy:BucketPolicy":                                                    true,
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                              true,
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":                true,
	"aws:ec2/route:Route":                                                                 true,
	"aws:ec2/routeTableAssociation:RouteTableAssociation":                                 true,
	"aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter":                 true,
	"aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple":       true,
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment":                                   true,
	"aws:ec2/vpcEndpointConnectionNotification:VpcEndpointConnectionNotification":         true,
	"aws:cloudwatch/dashboard:Dashboard":                                                  true,
	"aws:vpc/endpointPrivateDns:EndpointPrivateDns":                                       true,
	"aws:sns/topicPolicy:TopicPolicy":                                                     true,
	"aws:sns/topicSubscription:TopicSubscription":                                         true,
	"aws:route53/record:Record":                                                           true,
	"aws:vpc/endpointServicePrivateDnsVerification:EndpointServicePrivateDnsVerification": true,
}

func TestChildrenAreTagged(t *testing.T) {
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			m := runSample(t, s, noOptions)
			for _, r := range m.registrations {
				if strings.HasPrefix(r.name, fixture) || r.typ == s.typ {
					continue
				}
				if untaggable[r.typ] {
					assert.NotContains(t, r.inputs, "tags", r.urn)
					continue
				}
				assert.Equal(t, map[string]any{"team": "edge", "Name": r.name}, r.inputs["tags"], r.urn)
			}
		})
	}
}

// Options of the component reach its children and its invokes: protect, and a
// provider for all that is AWS's.
func TestOptionsReachTheChildren(t *testing.T) {
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			m := runSample(t, s, func(ctx *pulumi.Context) ([]pulumi.ResourceOption, error) {
				provider, err := aws.NewProvider(ctx, fixture+"elsewhere", &aws.ProviderArgs{})
				return []pulumi.ResourceOption{pulumi.Providers(provider), pulumi.Protect(true)}, err
			})
			provider := m.get(t, "pulumi:providers:aws", fixture+"elsewhere").urn + "::" + fixture + "elsewhere-id"
			for _, r := range m.registrations {
				switch {
				case strings.HasPrefix(r.name, fixture):
					continue
				case r.typ == vpcToken:
					// The SDK leaves it to the engine to hand the parent's providers to a
					// remote component.
					assert.Equal(t, m.get(t, NetworkType, "web").urn, r.parent)
				case strings.HasPrefix(r.typ, "aws:"):
					assert.Equal(t, provider, r.provider, "provider of %s", r.urn)
				default:
					assert.Equal(t, provider, r.providers["aws"], "provider of %s", r.urn)
				}
				assert.True(t, r.protect, "protect of %s", r.urn)
			}
			for _, invoke := range m.invokes {
				assert.Equal(t, provider, invoke.Provider, "provider of %s", invoke.Token)
			}
		})
	}
}

// A preview that knows nothing yet asks for the same resources as the update.
func TestPreviewOfUnknownInputs(t *testing.T) {
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			update := runSample(t, s, noOptions)
			preview := newMocks()
			preview.preview = true
			require.NoError(t, preview.run(func(ctx *pulumi.Context) error {
				return s.make(ctx, func(string) pulumi.StringInput { return unknown() })
			}))
			assert.Equal(t, update.list(s.typ), preview.list(s.typ))
		})
	}
}
