package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Level is how much a change of a contract asks of those who hold the old one, in
// the words of semantic versioning (https://semver.org).
type Level string

// The levels, from the least.
const (
	// None: nothing changed.
	None Level = "none"
	// Minor: what works today goes on working, and there is more to use.
	Minor Level = "minor"
	// Major: who holds the old contract stops working, or can't make a new
	// endpoint with it.
	Major Level = "major"
)

// Change is one difference between two contracts.
type Change struct {
	// Key is the contract's key that differs, such as ports.
	Key string `json:"key"`
	// Level is what the difference asks of consumers: Minor or Major.
	Level Level `json:"level"`
	// What says it in a sentence without a full stop.
	What string `json:"what"`
}

// Compare returns what a change from one contract to another means for consumers,
// in the order of the contract's keys. Both have to be valid.
func Compare(before, after *Contract) []Change {
	old, next := before.normalized(), after.normalized()
	c := comparison{}
	if old.Version != next.Version {
		c.major("version", "version %d becomes %d: consumers have to upgrade their program first", old.Version, next.Version)
	}
	if old.ServiceName != next.ServiceName {
		c.major("serviceName", "it is another endpoint service: every consumer has to make a new endpoint, which has another DNS name")
	}
	if old.Region != next.Region {
		c.major("region", "the service moves from %s to %s", old.Region, next.Region)
	}
	c.ports(old.Ports, next.Ports)
	c.list("availabilityZoneIds", "zone", old.AvailabilityZoneIds, next.AvailabilityZoneIds)
	c.privateName(old.PrivateDnsName, next.PrivateDnsName)
	c.acceptance(old.AcceptanceRequired, next.AcceptanceRequired)
	c.list("supportedRegions", "region", old.SupportedRegions, next.SupportedRegions)
	c.list("supportedIpAddressTypes", "address type", old.SupportedIpAddressTypes, next.SupportedIpAddressTypes)
	return c
}

// LevelOf returns the highest level of the changes: None where there are none.
func LevelOf(changes []Change) Level {
	level := None
	for _, change := range changes {
		if change.Level == Major {
			return Major
		}
		level = Minor
	}
	return level
}

type comparison []Change

func (c *comparison) add(key string, level Level, format string, args ...any) {
	*c = append(*c, Change{key, level, fmt.Sprintf(format, args...)})
}

func (c *comparison) major(key, format string, args ...any) { c.add(key, Major, format, args...) }
func (c *comparison) minor(key, format string, args ...any) { c.add(key, Minor, format, args...) }

// ports compares by number, since a load balancer has one listener for a port.
func (c *comparison) ports(old, next []Port) {
	for _, was := range old {
		at := slices.IndexFunc(next, func(p Port) bool { return p.Port == was.Port })
		switch {
		case at < 0:
			c.major("ports", "port %s is removed", was)
		case next[at].Protocol == was.Protocol:
		case next[at].Protocol == "tcp_udp" && (was.Protocol == "tcp" || was.Protocol == "udp"):
			c.minor("ports", "port %s becomes %s", was, next[at])
		default:
			c.major("ports", "port %s becomes %s", was, next[at])
		}
	}
	for _, is := range next {
		if !slices.ContainsFunc(old, func(p Port) bool { return p.Port == is.Port }) {
			c.minor("ports", "port %s is added", is)
		}
	}
}

func (c *comparison) list(key, noun string, old, next []string) {
	if removed := without(old, next); len(removed) > 0 {
		c.major(key, "%s removed: %s", plural(len(removed), noun), strings.Join(removed, ", "))
	}
	if added := without(next, old); len(added) > 0 {
		c.minor(key, "%s added: %s", plural(len(added), noun), strings.Join(added, ", "))
	}
}

func (c *comparison) privateName(old, next string) {
	switch {
	case old == next:
	case old == "":
		c.minor("privateDnsName", "the private DNS name %s is added", next)
	case next == "":
		c.major("privateDnsName", "the private DNS name %s is removed", old)
	default:
		c.major("privateDnsName", "the private DNS name %s becomes %s", old, next)
	}
}

func (c *comparison) acceptance(old, next bool) {
	switch {
	case next && !old:
		c.major("acceptanceRequired", "new endpoints wait until the provider accepts them")
	case old && !next:
		c.minor("acceptanceRequired", "new endpoints no longer wait for the provider")
	}
}

// without returns the elements of one list that another doesn't have.
func without[E cmp.Ordered](list, other []E) []E {
	return slices.DeleteFunc(slices.Clone(list), func(e E) bool { return slices.Contains(other, e) })
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// String is the port as people write it, such as 443/tls.
func (p Port) String() string { return fmt.Sprintf("%d/%s", p.Port, p.Protocol) }
