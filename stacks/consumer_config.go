package stacks

import (
	"encoding/json"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/strict"
)

// consumerConfig is the configuration of role consumer. Pulumi.yaml describes each
// key to the user.
type consumerConfig struct {
	Name     string                        `json:"name"`
	Provider string                        `json:"provider"`
	Contract json.RawMessage               `json:"contract"`
	Network  consumerNetworkConfig         `json:"network"`
	Clients  clientsConfig                 `json:"clients"`
	Networks map[string]namedNetworkConfig `json:"networks"`
	Endpoint endpointConfig                `json:"endpoint"`
	Dns      aliasConfig                   `json:"dns"`
	Alarms   endpointAlarmsConfig          `json:"alarms"`
	Tags     map[string]string             `json:"tags"`
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
	PrefixListIds    []string `json:"prefixListIds"`
}

func (c clientsConfig) count() int {
	return len(c.CidrBlocks) + len(c.SecurityGroupIds) + len(c.PrefixListIds)
}

// namedNetworkConfig is one of several networks, each with an endpoint of its own.
type namedNetworkConfig struct {
	CidrBlock         string        `json:"cidrBlock"`
	AvailabilityZones int           `json:"availabilityZones"`
	VpcId             string        `json:"vpcId"`
	SubnetIds         []string      `json:"subnetIds"`
	Clients           clientsConfig `json:"clients"`
}

type endpointConfig struct {
	// IpAddressType is what the configuration says, and addressType what that means.
	IpAddressType   string          `json:"ipAddressType"`
	DnsRecordIpType string          `json:"dnsRecordIpType"`
	PrivateDns      bool            `json:"privateDns"`
	Policy          json.RawMessage `json:"policy"`
}

// addressType is the endpoint's. What the configuration doesn't say is not sent either,
// and what it says is sent even where it is the default, which takes another type back.
func (c endpointConfig) addressType() string {
	if c.IpAddressType == "" {
		return "ipv4"
	}
	return c.IpAddressType
}

// ipv6 says whether the endpoint has IPv6 addresses.
func (c endpointConfig) ipv6() bool { return c.addressType() != "ipv4" }

// aliasConfig is a name of the consumer's own for the endpoint.
type aliasConfig struct {
	RecordName   string `json:"recordName"`
	ZoneName     string `json:"zoneName"`
	HostedZoneId string `json:"hostedZoneId"`
}

type endpointAlarmsConfig struct {
	Enabled         bool   `json:"enabled"`
	TopicArn        string `json:"topicArn"`
	Minutes         int    `json:"minutes"`
	ResetsPerMinute int    `json:"resetsPerMinute"`
}

// defaultConsumerConfig is every default of role consumer, like
// defaultProviderConfig.
func defaultConsumerConfig() consumerConfig {
	return consumerConfig{
		Name:     "web",
		Provider: "provider",
		Network:  consumerNetworkConfig{CidrBlock: defaultConsumerCidr},
		Endpoint: endpointConfig{PrivateDns: true},
		Alarms:   endpointAlarmsConfig{Minutes: 3, ResetsPerMinute: 100},
	}
}

const defaultConsumerCidr = "10.0.0.0/16"

// loadConsumer reads and validates the configuration of role consumer.
func loadConsumer(ctx *pulumi.Context) (consumerConfig, error) {
	cfg := defaultConsumerConfig()
	keys, err := load(ctx, consumerKey, &cfg)
	if err != nil {
		return cfg, err
	}
	cfg.nameDefaults(keys)
	return cfg, cfg.validate(keys)
}

// nameDefaults gives the networks in a map the default of the one outside of it.
func (cfg *consumerConfig) nameDefaults(keys strict.Keys) {
	for key, network := range cfg.Networks {
		if !keys.Has(strict.Join("consumer.networks", key) + ".cidrBlock") {
			network.CidrBlock = defaultConsumerCidr
			cfg.Networks[key] = network
		}
	}
}

// place is where one endpoint goes: a network and its clients, with their paths in
// the configuration. Of several, each has a key, which names its resources.
type place struct {
	key         string
	path        string
	clientsPath string
	network     consumerNetworkConfig
	clients     clientsConfig
}

// places are all networks, by key.
func (cfg *consumerConfig) places() []place {
	if len(cfg.Networks) == 0 {
		return []place{{path: "consumer.network", clientsPath: "consumer.clients", network: cfg.Network, clients: cfg.Clients}}
	}
	var places []place
	for key, n := range sorted(cfg.Networks) {
		path := strict.Join("consumer.networks", key)
		places = append(places, place{
			key: key, path: path, clientsPath: path + ".clients",
			network: consumerNetworkConfig{CidrBlock: n.CidrBlock, AvailabilityZones: n.AvailabilityZones, VpcId: n.VpcId, SubnetIds: n.SubnetIds},
			clients: n.Clients,
		})
	}
	return places
}

// named returns the name of a place's resources.
func (p place) named(name string) string {
	if p.key == "" {
		return name
	}
	return name + "-" + p.key
}
