package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fargate-privatelink/internal/check"
)

// at is the path of a key of the contract.
func at(key string) check.Path { return check.Path(root).Key(key) }

// Validate returns an error that joins all faults of the contract, one sentence
// for each with the key, the value and what is allowed, or nil.
func (c *Contract) Validate() error {
	var f check.Faults
	if c.Version != Version {
		f.Must(at("version"), c.Version, fmt.Sprint(Version))
	}
	c.validateService(&f)
	c.validatePorts(&f)
	c.validateZones(&f)
	c.validateReach(&f)
	return f.Err()
}

func (c *Contract) validateService(f *check.Faults) {
	if !IsRegion(c.Region) {
		f.Must(at("region"), c.Region, "an AWS region such as us-east-1")
	}
	if !serviceId.MatchString(c.ServiceId) {
		f.Must(at("serviceId"), c.ServiceId, "an endpoint service ID such as vpce-svc-0123456789abcdef0")
	}
	end := fmt.Sprintf(".vpce.%s.%s", c.Region, c.ServiceId)
	prefix, ends := strings.CutSuffix(c.ServiceName, end)
	switch {
	case !IsRegion(c.Region) || !serviceId.MatchString(c.ServiceId): // which the name is compared with
	case !ends:
		f.Must(at("serviceName"), c.ServiceName, fmt.Sprintf("a name that ends in %q, as its region and ID say", end))
	case !slices.Contains(servicePrefixes, prefix):
		f.Must(at("serviceName"), c.ServiceName, "a name that begins with "+strings.Join(servicePrefixes, ", ")+", as AWS's do")
	}
	if c.PrivateDnsName != "" && !check.Forms["domain"].Ok(c.PrivateDnsName) {
		f.Must(at("privateDnsName"), c.PrivateDnsName, check.Forms["domain"].Allowed)
	}
}

func (c *Contract) validatePorts(f *check.Faults) {
	if len(c.Ports) == 0 {
		f.Say(at("ports"), "is empty; it must hold the service's ports")
	}
	if len(c.Ports) > maxPorts {
		f.Say(at("ports"), "has %d ports; it must have at most %d, which is how many listeners a load balancer has", len(c.Ports), maxPorts)
		return
	}
	seen := map[int]bool{}
	for i, port := range c.Ports {
		path := at("ports").Index(i)
		if port.Port < 1 || port.Port > 65535 {
			f.Must(path.Key("port"), port.Port, "1 to 65535")
		}
		if !slices.Contains(protocols, port.Protocol) {
			f.Must(path.Key("protocol"), port.Protocol, "one of "+strings.Join(protocols, ", "))
		}
		if seen[port.Port] {
			f.Must(path.Key("port"), port.Port, "listed once: a load balancer has one listener for a port")
		}
		seen[port.Port] = true
	}
}

func (c *Contract) validateZones(f *check.Faults) {
	if len(c.AvailabilityZoneIds) == 0 {
		f.Say(at("availabilityZoneIds"), "is empty; it must hold the service's zones")
	}
	list(f, at("availabilityZoneIds"), c.AvailabilityZoneIds, IsZoneId, "an availability zone ID such as use1-az1")
}

func (c *Contract) validateReach(f *check.Faults) {
	list(f, at("supportedRegions"), c.SupportedRegions, IsRegion, "an AWS region such as us-east-1")
	if len(c.SupportedRegions) > 0 && IsRegion(c.Region) && !slices.Contains(c.SupportedRegions, c.Region) {
		f.Must(at("supportedRegions"), strings.Join(c.SupportedRegions, ", "), fmt.Sprintf("a list that holds the service's region %s", c.Region))
	}
	list(f, at("supportedIpAddressTypes"), c.SupportedIpAddressTypes, isAddressType, "one of ipv4, ipv6")
}

var (
	protocols = []string{"tcp", "tls", "udp", "tcp_udp"}
	serviceId = regexp.MustCompile(`^vpce-svc-([0-9a-f]{8}|[0-9a-f]{17})$`)
	region    = regexp.MustCompile(`^[a-z]{2,5}(-[a-z]{1,10}){1,3}-[0-9]{1,2}$`)
	zoneId    = regexp.MustCompile(`^[a-z]{2,6}[0-9]{1,2}-az[0-9]{1,2}$`)
	// servicePrefixes begin the names of endpoint services: com.amazonaws in most
	// regions, and the reverse of the DNS suffix of each other partition.
	servicePrefixes = []string{"com.amazonaws", "cn.com.amazonaws", "eu.amazonaws", "gov.ic.c2s", "gov.sgov.sc2s", "uk.adc-e.cloud", "gov.ic.hci.csp"}
)

// A contract comes from another company. Its lists have limits that AWS's own leave far
// behind: what is longer is no service.
const (
	// maxPorts is AWS's quota of listeners of a Network Load Balancer, see
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html
	maxPorts = 50
	// maxEntries is for zones, Regions and address types.
	maxEntries = 64
	// maxLength is how many bytes of JSON a contract may have.
	maxLength = 64 << 10
)

// IsRegion reports whether s has the form of an AWS region's code: us-east-1,
// us-gov-west-1. It doesn't know which regions there are.
func IsRegion(s string) bool { return region.MatchString(s) }

// IsZoneId reports whether s has the form of an availability zone's ID, such as
// use1-az1; a zone's name (us-east-1a) and a Local Zone's ID don't. See
// https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
func IsZoneId(s string) bool { return zoneId.MatchString(s) }

func isAddressType(s string) bool { return s == "ipv4" || s == "ipv6" }

// list checks each element of a list, and that none is there twice.
func list(f *check.Faults, path check.Path, values []string, valid func(string) bool, allowed string) {
	if len(values) > maxEntries {
		f.Say(path, "has %d entries; it must have at most %d", len(values), maxEntries)
		return
	}
	for i, value := range values {
		if !valid(value) {
			f.Must(path.Index(i), value, allowed)
		}
		if slices.Contains(values[:i], value) {
			f.Must(path.Index(i), value, "listed once")
		}
	}
}
