package contract

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Validate returns an error that joins all faults of the contract, one sentence
// for each with the key, the value and what is allowed, or nil.
func (c *Contract) Validate() error {
	var f faults
	if c.Version != Version {
		f.reject("version", c.Version, fmt.Sprint(Version))
	}
	c.validateService(&f)
	c.validatePorts(&f)
	c.validateZones(&f)
	c.validateReach(&f)
	return errors.Join(f...)
}

func (c *Contract) validateService(f *faults) {
	if !IsRegion(c.Region) {
		f.reject("region", c.Region, "an AWS region such as us-east-1")
	}
	if !serviceId.MatchString(c.ServiceId) {
		f.reject("serviceId", c.ServiceId, "an endpoint service ID such as vpce-svc-0123456789abcdef0")
	}
	// The part before differs: com.amazonaws in most regions, cn.com.amazonaws in China.
	if end := fmt.Sprintf(".vpce.%s.%s", c.Region, c.ServiceId); !strings.HasSuffix(c.ServiceName, end) {
		f.reject("serviceName", c.ServiceName, fmt.Sprintf("a name that ends in %q, as its region and ID say", end))
	}
}

func (c *Contract) validatePorts(f *faults) {
	if len(c.Ports) == 0 {
		f.add("ports is empty; it must hold the service's ports")
	}
	seen := map[int]bool{}
	for i, port := range c.Ports {
		path := fmt.Sprintf("ports[%d]", i)
		if port.Port < 1 || port.Port > 65535 {
			f.reject(path+".port", port.Port, "1 to 65535")
		}
		if !slices.Contains(protocols, port.Protocol) {
			f.reject(path+".protocol", port.Protocol, "one of "+strings.Join(protocols, ", "))
		}
		if seen[port.Port] {
			f.reject(path+".port", port.Port, "listed once: a load balancer has one listener for a port")
		}
		seen[port.Port] = true
	}
}

func (c *Contract) validateZones(f *faults) {
	if len(c.AvailabilityZoneIds) == 0 {
		f.add("availabilityZoneIds is empty; it must hold the service's zones")
	}
	f.list("availabilityZoneIds", c.AvailabilityZoneIds, IsZoneId, "an availability zone ID such as use1-az1")
}

func (c *Contract) validateReach(f *faults) {
	f.list("supportedRegions", c.SupportedRegions, IsRegion, "an AWS region such as us-east-1")
	if len(c.SupportedRegions) > 0 && !slices.Contains(c.SupportedRegions, c.Region) {
		f.reject("supportedRegions", strings.Join(c.SupportedRegions, ", "), fmt.Sprintf("a list that holds the service's region %s", c.Region))
	}
	f.list("supportedIpAddressTypes", c.SupportedIpAddressTypes, isAddressType, "one of ipv4, ipv6")
}

var (
	protocols = []string{"tcp", "tls", "udp", "tcp_udp"}
	serviceId = regexp.MustCompile(`^vpce-svc-[0-9a-f]+$`)
	region    = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]+$`)
	zoneId    = regexp.MustCompile(`^[a-z]+[0-9]+-az[0-9]+$`)
)

// IsRegion reports whether s has the form of an AWS region's code: us-east-1,
// us-gov-west-1. It doesn't know which regions there are.
func IsRegion(s string) bool { return region.MatchString(s) }

// IsZoneId reports whether s has the form of an availability zone's ID, such as
// use1-az1; a zone's name (us-east-1a) and a Local Zone's ID don't. See
// https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
func IsZoneId(s string) bool { return zoneId.MatchString(s) }

func isAddressType(s string) bool { return s == "ipv4" || s == "ipv6" }

type faults []error

func (f *faults) add(format string, args ...any) {
	*f = append(*f, fmt.Errorf(root+"."+format, args...))
}

func (f *faults) reject(path string, value any, allowed string) {
	if text, ok := value.(string); ok {
		value = fmt.Sprintf("%q", text)
	}
	f.add("%s is %v; it must be %s", path, value, allowed)
}

// list checks each element of a list, and that none is there twice.
func (f *faults) list(path string, values []string, valid func(string) bool, allowed string) {
	for i, value := range values {
		element := fmt.Sprintf("%s[%d]", path, i)
		if !valid(value) {
			f.reject(element, value, allowed)
		}
		if slices.Contains(values[:i], value) {
			f.reject(element, value, "listed once")
		}
	}
}
