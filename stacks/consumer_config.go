package stacks

import (
	"encoding/json"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// consumerConfig is the configuration of role consumer. Pulumi.yaml describes each
// key to the user.
type consumerConfig struct {
	Name     string                `json:"name"`
	Provider string                `json:"provider"`
	Contract json.RawMessage       `json:"contract"`
	Network  consumerNetworkConfig `json:"network"`
	Clients  clientsConfig         `json:"clients"`
	Tags     map[string]string     `json:"tags"`
}

type consumerNetworkConfig struct {
	CidrBlock         string   `json:"cidrBlock"`
	AvailabilityZones int      `json:"availabilityZones"`
	VpcId             string   `json:"vpcId"`
	SubnetIds         []string `json:"subnetIds"`
}

type clientsConfig struct {
	CidrBlocks       []string `json:"cidrBlocks"`
	SecurityGroupIds []string `json:"securityGroupIds"`
}

// defaultConsumerConfig is every default of role consumer, like
// defaultProviderConfig.
func defaultConsumerConfig() consumerConfig {
	return consumerConfig{
		Name:     "web",
		Provider: "provider",
		Network:  consumerNetworkConfig{CidrBlock: "10.0.0.0/16"},
	}
}

// loadConsumer reads and validates the configuration of role consumer.
func loadConsumer(ctx *pulumi.Context) (consumerConfig, error) {
	cfg := defaultConsumerConfig()
	keys, err := load(ctx, consumerKey, &cfg)
	if err != nil {
		return cfg, err
	}
	return cfg, cfg.validate(keys)
}
