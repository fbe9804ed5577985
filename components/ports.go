package components

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fargate-privatelink/internal/check"
)

// Port is a port on which something listens, with its protocol.
type Port struct {
	// Port is the port's number, 1 to 65535. Required.
	Port int `pulumi:"port" range:"1,65535"`
	// Protocol is tcp (default), tls, udp or tcp_udp.
	Protocol string `pulumi:"protocol,optional" default:"tcp" enum:"tcp,tls,udp,tcp_udp"`
}

// protocols are the values of a Protocol.
var protocols = []string{"tcp", "tls", "udp", "tcp_udp"}

// transportsOf maps a Protocol to the IP protocols that carry it, which are all
// that a security group and a container know. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html.
var transportsOf = map[string][]string{
	"tcp":     {"tcp"},
	"tls":     {"tcp"},
	"udp":     {"udp"},
	"tcp_udp": {"tcp", "udp"},
}

// checkPortsOnce checks that no port is in a list twice: a load balancer has one
// listener a port.
func checkPortsOnce(at check.Path, ports []Port, f *check.Faults) {
	seen := map[int]bool{}
	for _, port := range ports {
		if seen[port.Port] {
			f.Say(at, "has port %d twice; a load balancer has one listener a port, and tcp_udp serves both protocols", port.Port)
		}
		seen[port.Port] = true
	}
}

// ParsePort reads a port as "443/tls": a number and a protocol. It returns an error
// when text is not that.
func ParsePort(text string) (Port, error) {
	number, protocol, _ := strings.Cut(text, "/")
	port, err := strconv.Atoi(number)
	if err != nil || strconv.Itoa(port) != number || port < 1 || port > 65535 || !slices.Contains(protocols, protocol) {
		return Port{}, fmt.Errorf("%q; it must be a port, 1 to 65535, and a protocol, one of %s, as in 443/tls",
			text, strings.Join(protocols, ", "))
	}
	return Port{Port: port, Protocol: protocol}, nil
}

// String returns the port as [ParsePort] reads it.
func (p Port) String() string { return strconv.Itoa(p.Port) + "/" + p.Protocol }
