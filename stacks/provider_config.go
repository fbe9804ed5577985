package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
)

// providerConfig is the configuration of role provider. Pulumi.yaml describes each
// key to the user.
type providerConfig struct {
	Name                       string                     `json:"name"`
	Network                    providerNetworkConfig      `json:"network"`
	Listener                   listenerConfig             `json:"listener"`
	Listeners                  map[string]listenerOptions `json:"listeners"`
	Service                    serviceConfig              `json:"service"`
	HealthCheck                healthCheckConfig          `json:"healthCheck"`
	DeregistrationDelaySeconds int                        `json:"deregistrationDelaySeconds"`
	ConnectionTermination      bool                       `json:"connectionTermination"`
	Scaling                    scalingConfig              `json:"scaling"`
	ProxyProtocol              bool                       `json:"proxyProtocol"`
	LoadBalancer               loadBalancerConfig         `json:"loadBalancer"`
	EndpointService            endpointServiceConfig      `json:"endpointService"`
	Notifications              notificationsConfig        `json:"notifications"`
	Operations                 operationsConfig           `json:"operations"`
	Tenants                    map[string]tenantConfig    `json:"tenants"`
	Tags                       map[string]string          `json:"tags"`
}

type providerNetworkConfig struct {
	CidrBlock           string   `json:"cidrBlock"`
	AvailabilityZones   int      `json:"availabilityZones"`
	AvailabilityZoneIds []string `json:"availabilityZoneIds"`
	Egress              string   `json:"egress"`
	VpcEndpoints        []string `json:"vpcEndpoints"`
	VpcId               string   `json:"vpcId"`
	SubnetIds           []string `json:"subnetIds"`
	AssignPublicIp      bool     `json:"assignPublicIp"`
}

type listenerConfig struct {
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
}

// listenerOptions are one of several listeners, whose key is its port and protocol.
type listenerOptions struct {
	ContainerPort           int               `json:"containerPort"`
	TargetProtocol          string            `json:"targetProtocol"`
	CertificateArn          string            `json:"certificateArn"`
	DomainName              string            `json:"domainName"`
	SubjectAlternativeNames []string          `json:"subjectAlternativeNames"`
	HostedZoneId            string            `json:"hostedZoneId"`
	HostedZoneRoleArn       string            `json:"hostedZoneRoleArn"`
	SslPolicy               string            `json:"sslPolicy"`
	AlpnPolicy              string            `json:"alpnPolicy"`
	HealthCheck             healthCheckConfig `json:"healthCheck"`
	ProxyProtocol           derivedBool       `json:"proxyProtocol"`
}

type serviceConfig struct {
	Image                         string                     `json:"image"`
	EntryPoint                    []string                   `json:"entryPoint"`
	Command                       []string                   `json:"command"`
	Environment                   map[string]string          `json:"environment"`
	Secrets                       map[string]string          `json:"secrets"`
	DependsOn                     map[string]string          `json:"dependsOn"`
	HealthCheck                   containerHealthCheckConfig `json:"healthCheck"`
	ReadOnlyRootFilesystem        bool                       `json:"readOnlyRootFilesystem"`
	WritablePaths                 []string                   `json:"writablePaths"`
	User                          string                     `json:"user"`
	StopTimeoutSeconds            int                        `json:"stopTimeoutSeconds"`
	Sidecars                      map[string]sidecarConfig   `json:"sidecars"`
	PullThroughCache              pullThroughCacheConfig     `json:"pullThroughCache"`
	ContainerPort                 int                        `json:"containerPort"`
	Cpu                           int                        `json:"cpu"`
	Memory                        int                        `json:"memory"`
	CpuArchitecture               string                     `json:"cpuArchitecture"`
	EphemeralStorageGiB           int                        `json:"ephemeralStorageGiB"`
	PlatformVersion               string                     `json:"platformVersion"`
	DesiredCount                  int                        `json:"desiredCount"`
	Spot                          spotConfig                 `json:"spot"`
	Deployment                    deploymentConfig           `json:"deployment"`
	ExecuteCommand                bool                       `json:"executeCommand"`
	Egress                        map[string]egressConfig    `json:"egress"`
	TaskRolePolicyArns            []string                   `json:"taskRolePolicyArns"`
	KmsKeyArns                    []string                   `json:"kmsKeyArns"`
	ContainerInsights             string                     `json:"containerInsights"`
	PermissionsBoundaryArn        string                     `json:"permissionsBoundaryArn"`
	LogRetentionDays              int                        `json:"logRetentionDays"`
	LogKmsKeyArn                  string                     `json:"logKmsKeyArn"`
	HealthCheckGracePeriodSeconds int                        `json:"healthCheckGracePeriodSeconds"`
	WaitForSteadyState            bool                       `json:"waitForSteadyState"`
}

// sidecarConfig is a container beside the service's own, whose key is its name.
type sidecarConfig struct {
	Image                  string                     `json:"image"`
	EntryPoint             []string                   `json:"entryPoint"`
	Command                []string                   `json:"command"`
	Environment            map[string]string          `json:"environment"`
	Secrets                map[string]string          `json:"secrets"`
	DependsOn              map[string]string          `json:"dependsOn"`
	HealthCheck            containerHealthCheckConfig `json:"healthCheck"`
	Optional               bool                       `json:"optional"`
	ReadOnlyRootFilesystem bool                       `json:"readOnlyRootFilesystem"`
	WritablePaths          []string                   `json:"writablePaths"`
	User                   string                     `json:"user"`
	StopTimeoutSeconds     int                        `json:"stopTimeoutSeconds"`
}

type containerHealthCheckConfig struct {
	Command            []string `json:"command"`
	IntervalSeconds    int      `json:"intervalSeconds"`
	TimeoutSeconds     int      `json:"timeoutSeconds"`
	Retries            int      `json:"retries"`
	StartPeriodSeconds int      `json:"startPeriodSeconds"`
}

type pullThroughCacheConfig struct {
	Enabled        bool              `json:"enabled"`
	CredentialArns map[string]string `json:"credentialArns"`
}

type spotConfig struct {
	Weight         int `json:"weight"`
	OnDemandBase   int `json:"onDemandBase"`
	OnDemandWeight int `json:"onDemandWeight"`
}

// egressConfig is where the tasks may connect to besides HTTPS, whose key is a name.
type egressConfig struct {
	Port             int      `json:"port"`
	CidrBlocks       []string `json:"cidrBlocks"`
	SecurityGroupIds []string `json:"securityGroupIds"`
	PrefixListIds    []string `json:"prefixListIds"`
}

type deploymentConfig struct {
	MinimumHealthyPercent      int      `json:"minimumHealthyPercent"`
	MaximumPercent             int      `json:"maximumPercent"`
	ZoneRebalancing            bool     `json:"zoneRebalancing"`
	AlarmNames                 []string `json:"alarmNames"`
	RollbackOnUnhealthyTargets bool     `json:"rollbackOnUnhealthyTargets"`
	CircuitBreaker             bool     `json:"circuitBreaker"`
}

// scalingConfig is autoscaling. Its counts default to what desiredCount says.
type scalingConfig struct {
	Enabled                 bool                      `json:"enabled"`
	MinCount                int                       `json:"minCount"`
	MaxCount                int                       `json:"maxCount"`
	CpuPercent              int                       `json:"cpuPercent"`
	MemoryPercent           int                       `json:"memoryPercent"`
	FlowsPerTask            int                       `json:"flowsPerTask"`
	ScaleInCooldownSeconds  int                       `json:"scaleInCooldownSeconds"`
	ScaleOutCooldownSeconds int                       `json:"scaleOutCooldownSeconds"`
	Schedules               map[string]scheduleConfig `json:"schedules"`
}

type scheduleConfig struct {
	Schedule string `json:"schedule"`
	Timezone string `json:"timezone"`
	MinCount int    `json:"minCount"`
	MaxCount int    `json:"maxCount"`
}

type loadBalancerConfig struct {
	AvailabilityZoneIds          []string         `json:"availabilityZoneIds"`
	ClientCidrs                  []string         `json:"clientCidrs"`
	CrossZone                    derivedBool      `json:"crossZone"`
	DeletionProtection           bool             `json:"deletionProtection"`
	Dualstack                    bool             `json:"dualstack"`
	DnsRecordClientRoutingPolicy string           `json:"dnsRecordClientRoutingPolicy"`
	ZonalShift                   bool             `json:"zonalShift"`
	AccessLogs                   accessLogsConfig `json:"accessLogs"`
	Generation                   int              `json:"generation"`
	RetainPrevious               bool             `json:"retainPrevious"`
}

// derivedBool is a boolean whose default depends on other keys.
type derivedBool bool

type accessLogsConfig struct {
	Enabled       bool   `json:"enabled"`
	Bucket        string `json:"bucket"`
	Prefix        string `json:"prefix"`
	RetentionDays int    `json:"retentionDays"`
}

type endpointServiceConfig struct {
	AcceptanceRequired         bool             `json:"acceptanceRequired"`
	AllowAnyPrincipal          bool             `json:"allowAnyPrincipal"`
	SupportedRegions           []string         `json:"supportedRegions"`
	SupportedIpAddressTypes    []string         `json:"supportedIpAddressTypes"`
	PrivateDns                 privateDnsConfig `json:"privateDns"`
	ContributorInsights        bool             `json:"contributorInsights"`
	RejectConnectionsOnDestroy bool             `json:"rejectConnectionsOnDestroy"`
}

// tenantConfig is one consumer: who may connect, and which of their endpoints are
// accepted.
type tenantConfig struct {
	Accounts       []string `json:"accounts"`
	Principals     []string `json:"principals"`
	EndpointIds    []string `json:"endpointIds"`
	ConsumerStacks []string `json:"consumerStacks"`
}

// defaultProviderConfig is every default of role provider. A zero value here means
// that the key has none, or one that depends on others: Pulumi.yaml says which.
func defaultProviderConfig() providerConfig {
	return providerConfig{
		Name: "web",
		Network: providerNetworkConfig{
			CidrBlock:         "10.0.0.0/16",
			AvailabilityZones: 2,
			Egress:            string(components.EgressSingleNat),
		},
		Listener: listenerConfig{Port: 80, Protocol: "tcp"},
		Service: serviceConfig{
			Image:                         "nginx:alpine",
			ContainerPort:                 80,
			Cpu:                           256,
			Memory:                        512,
			DesiredCount:                  2,
			ContainerInsights:             "disabled",
			LogRetentionDays:              14,
			HealthCheckGracePeriodSeconds: 60,
			Deployment:                    deploymentConfig{MinimumHealthyPercent: 100, MaximumPercent: 200, ZoneRebalancing: true, CircuitBreaker: true},
		},
		Scaling: scalingConfig{
			Enabled: true, CpuPercent: 60, MemoryPercent: 80, ScaleInCooldownSeconds: 300, ScaleOutCooldownSeconds: 60,
		},
		LoadBalancer: loadBalancerConfig{
			Generation: 1,
			AccessLogs: accessLogsConfig{RetentionDays: 90},
		},
		HealthCheck: healthCheckConfig{
			Protocol:           "TCP",
			IntervalSeconds:    10,
			HealthyThreshold:   2,
			UnhealthyThreshold: 2,
		},
		DeregistrationDelaySeconds: 60,
		EndpointService:            endpointServiceConfig{AcceptanceRequired: true},
		Operations:                 defaultOperationsConfig(),
	}
}

// loadProvider reads and validates the configuration of role provider.
func loadProvider(ctx *pulumi.Context) (providerConfig, error) {
	cfg := defaultProviderConfig()
	keys, err := load(ctx, providerKey, &cfg)
	if err != nil {
		return cfg, err
	}
	return cfg, cfg.validate(keys)
}
