package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/components"
)

// providerConfig is the configuration of role provider. Pulumi.yaml describes each
// key to the user.
type providerConfig struct {
	Name                       string                  `json:"name"`
	Network                    providerNetworkConfig   `json:"network"`
	Listener                   listenerConfig          `json:"listener"`
	Service                    serviceConfig           `json:"service"`
	HealthCheck                healthCheckConfig       `json:"healthCheck"`
	DeregistrationDelaySeconds int                     `json:"deregistrationDelaySeconds"`
	LoadBalancer               loadBalancerConfig      `json:"loadBalancer"`
	EndpointService            endpointServiceConfig   `json:"endpointService"`
	Tenants                    map[string]tenantConfig `json:"tenants"`
	Tags                       map[string]string       `json:"tags"`
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

type serviceConfig struct {
	Image                         string            `json:"image"`
	EntryPoint                    []string          `json:"entryPoint"`
	Command                       []string          `json:"command"`
	ContainerPort                 int               `json:"containerPort"`
	Cpu                           int               `json:"cpu"`
	Memory                        int               `json:"memory"`
	DesiredCount                  int               `json:"desiredCount"`
	Environment                   map[string]string `json:"environment"`
	LogRetentionDays              int               `json:"logRetentionDays"`
	HealthCheckGracePeriodSeconds int               `json:"healthCheckGracePeriodSeconds"`
	WaitForSteadyState            bool              `json:"waitForSteadyState"`
}

type healthCheckConfig struct {
	Protocol           string `json:"protocol"`
	Path               string `json:"path"`
	IntervalSeconds    int    `json:"intervalSeconds"`
	TimeoutSeconds     int    `json:"timeoutSeconds"`
	HealthyThreshold   int    `json:"healthyThreshold"`
	UnhealthyThreshold int    `json:"unhealthyThreshold"`
}

type loadBalancerConfig struct {
	ClientCidrs        []string `json:"clientCidrs"`
	CrossZone          bool     `json:"crossZone"`
	DeletionProtection bool     `json:"deletionProtection"`
}

type endpointServiceConfig struct {
	AcceptanceRequired      bool     `json:"acceptanceRequired"`
	AllowAnyPrincipal       bool     `json:"allowAnyPrincipal"`
	SupportedRegions        []string `json:"supportedRegions"`
	SupportedIpAddressTypes []string `json:"supportedIpAddressTypes"`
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
			LogRetentionDays:              14,
			HealthCheckGracePeriodSeconds: 60,
		},
		HealthCheck: healthCheckConfig{
			Protocol:           "TCP",
			IntervalSeconds:    10,
			HealthyThreshold:   2,
			UnhealthyThreshold: 2,
		},
		DeregistrationDelaySeconds: 60,
		EndpointService:            endpointServiceConfig{AcceptanceRequired: true},
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
