// Package contract is what a service provider hands to its consumers: everything
// that a program in another account needs to reach a service over AWS
// PrivateLink. The provider's stack exports it as the output [OutputName]; a
// consumer reads it by stack reference, or as JSON that was passed on by hand.
//
// The package depends on no Pulumi package, so any program can use it.
package contract

import (
	"cmp"
	"encoding/json"
	"slices"
)

// Version is the version of the contract that this package writes and reads. It
// grows with every change that an older reader would misunderstand. A key more is
// none: readers pass over what they don't know.
const Version = 1

// OutputName is the name of the stack output that holds the contract.
const OutputName = "contract"

// Contract describes one endpoint service to those who connect to it. The order
// of its lists has no meaning; in JSON they are sorted.
//
// See https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
type Contract struct {
	// Version is the contract's version, see the constant [Version].
	Version int `json:"version" pulumi:"version" jsonschema:"enum=1"`
	// ServiceName is what an interface endpoint connects to, such as
	// com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0.
	ServiceName string `json:"serviceName" pulumi:"serviceName" jsonschema:"pattern=[.]vpce[.][a-z0-9-]+[.]vpce-svc-[0-9a-f]+$"`
	// ServiceId is the endpoint service's ID, such as vpce-svc-0123456789abcdef0.
	ServiceId string `json:"serviceId" pulumi:"serviceId" jsonschema:"pattern=^vpce-svc-([0-9a-f]{8}|[0-9a-f]{17})$"`
	// Region is the region that hosts the service, such as us-east-1.
	Region string `json:"region" pulumi:"region" jsonschema:"pattern=^[a-z]+(-[a-z]+)+-[0-9]+$"`
	// Ports are the ports on which the service listens, at least one.
	Ports []Port `json:"ports" pulumi:"ports" jsonschema:"minItems=1"`
	// AvailabilityZoneIds are the zones in which an endpoint can reach the
	// service, at least one, by ID (use1-az1): the same name (us-east-1a) can mean
	// different zones in different accounts, an ID can't. See
	// https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
	AvailabilityZoneIds []string `json:"availabilityZoneIds" pulumi:"availabilityZoneIds" jsonschema:"minItems=1"`
	// PrivateDnsName is the service's private DNS name, or empty when it has none.
	PrivateDnsName string `json:"privateDnsName" pulumi:"privateDnsName,optional"`
	// AcceptanceRequired says whether the provider accepts each endpoint before
	// it can be used.
	AcceptanceRequired bool `json:"acceptanceRequired" pulumi:"acceptanceRequired,optional"`
	// SupportedRegions are the regions from which an endpoint can connect. It
	// holds Region, and nothing else unless the provider opened other regions. See
	// https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
	SupportedRegions []string `json:"supportedRegions" pulumi:"supportedRegions,optional" jsonschema:"minItems=1"`
	// SupportedIpAddressTypes are the address types that an endpoint can have:
	// ipv4, ipv6 or both.
	SupportedIpAddressTypes []string `json:"supportedIpAddressTypes" pulumi:"supportedIpAddressTypes,optional" jsonschema:"minItems=1,enum=ipv4,enum=ipv6"`
}

// Port is a port on which the service listens.
type Port struct {
	// Port is the port's number, 1 to 65535.
	Port int `json:"port" pulumi:"port" jsonschema:"minimum=1,maximum=65535"`
	// Protocol is the listener's protocol: tcp, tls, udp or tcp_udp.
	Protocol string `json:"protocol" pulumi:"protocol" jsonschema:"enum=tcp,enum=tls,enum=udp,enum=tcp_udp"`
}

// MarshalJSON writes every field, in the order of the declaration, with its lists
// sorted: equal contracts have equal JSON.
func (c Contract) MarshalJSON() ([]byte, error) {
	type plain Contract // without this method
	return json.Marshal(plain(c.normalized()))
}

// Value returns the contract in the form that JSON decodes into (maps, slices,
// strings, float64 and bool), which is the form of a stack output.
func (c Contract) Value() (map[string]any, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	var value map[string]any
	return value, json.Unmarshal(data, &value)
}

// normalized returns a copy with sorted lists and with the defaults for what AWS
// has a default for: a service is reachable from its own region, over IPv4.
func (c Contract) normalized() Contract {
	if len(c.SupportedRegions) == 0 {
		c.SupportedRegions = []string{c.Region}
	}
	if len(c.SupportedIpAddressTypes) == 0 {
		c.SupportedIpAddressTypes = []string{"ipv4"}
	}
	c.Ports = sorted(c.Ports, func(a, b Port) int {
		return cmp.Or(cmp.Compare(a.Port, b.Port), cmp.Compare(a.Protocol, b.Protocol))
	})
	c.AvailabilityZoneIds = sorted(c.AvailabilityZoneIds, cmp.Compare)
	c.SupportedRegions = sorted(c.SupportedRegions, cmp.Compare)
	c.SupportedIpAddressTypes = sorted(c.SupportedIpAddressTypes, cmp.Compare)
	return c
}

func sorted[E any](list []E, compare func(a, b E) int) []E {
	result := append([]E{}, list...)
	slices.SortFunc(result, compare)
	return result
}
