package stacks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fargate-privatelink/components"
	"fargate-privatelink/contract"
	"fargate-privatelink/internal/strict"
)

const listenersPath = "provider.listeners"

// listener is one listener of the load balancer, whichever way it is written.
type listener struct {
	components.Port
	options listenerOptions
	path    string
}

// listeners returns the listeners in the order of their ports. Keys that are none were
// refused before.
func (cfg *providerConfig) listeners() []listener {
	if len(cfg.Listeners) == 0 {
		port := components.Port{Port: cfg.Listener.Port, Protocol: cfg.Listener.Protocol}
		options := listenerOptions{
			ContainerPort: cfg.Service.ContainerPort, HealthCheck: cfg.HealthCheck, ProxyProtocol: derivedBool(cfg.ProxyProtocol),
		}
		return []listener{{Port: port, options: options, path: "provider.listener"}}
	}
	var all []listener
	for key, options := range sorted(cfg.Listeners) {
		port, err := components.ParsePort(key)
		if err != nil {
			continue
		}
		if options.ContainerPort == 0 {
			options.ContainerPort = cfg.Service.ContainerPort
		}
		all = append(all, listener{port, options, strict.Join(listenersPath, key)})
	}
	slices.SortFunc(all, func(a, b listener) int { return cmp.Compare(a.Port.Port, b.Port.Port) })
	return all
}

// targetProtocol is the protocol from the load balancer to the task.
func (l listener) targetProtocol() string {
	if l.options.TargetProtocol == "" && l.Protocol == "tls" {
		return "tcp"
	}
	return cmp.Or(l.options.TargetProtocol, l.Protocol)
}

// contractPorts are the ports that the consumers open.
func (cfg *providerConfig) contractPorts() []contract.Port {
	var ports []contract.Port
	for _, l := range cfg.listeners() {
		ports = append(ports, contract.Port{Port: l.Port.Port, Protocol: l.Protocol})
	}
	return ports
}

// ports are the listeners' ports for the load balancer's security group.
func (cfg *providerConfig) ports() []components.Port {
	var ports []components.Port
	for _, l := range cfg.listeners() {
		ports = append(ports, l.Port)
	}
	return ports
}

func (cfg *providerConfig) validateListeners(f *faults, keys strict.Keys) {
	f.number("provider.listener.port", cfg.Listener.Port, 1, 65535)
	cfg.validateProtocol(f, "provider.listener.protocol", cfg.Listener.Protocol, "tcp")
	if !keys.Has(listenersPath) {
		return
	}
	if keys.Has("provider.listener") {
		f.add("provider.listener is set together with %s; set one of them: listener is short for one tcp listener", listenersPath)
	}
	if len(cfg.Listeners) == 0 || len(cfg.Listeners) > maxListeners {
		f.add("%s has %d listeners; it must have 1 to %d", listenersPath, len(cfg.Listeners), maxListeners)
	}
	holders := map[int]string{}
	for key, options := range sorted(cfg.Listeners) {
		port, err := components.ParsePort(key)
		if err != nil {
			f.add("%s has the key %s", listenersPath, err)
			continue
		}
		if other, taken := holders[port.Port]; taken {
			f.add("%s has the keys %q and %q; a load balancer has one listener a port", listenersPath, other, key)
		}
		holders[port.Port] = key
		cfg.validateListener(f, strict.Join(listenersPath, key), port.Protocol, options)
	}
	if generations := cfg.generations(); len(cfg.Listeners)*len(generations) > maxListeners {
		f.add("%s has %d listeners and provider.loadBalancer.retainPrevious is true; for two load balancers that is more than the %d target groups an ECS service can have",
			listenersPath, len(cfg.Listeners), maxListeners)
	}
}

// maxListeners is how many target groups an ECS service can have, of which each
// listener gets one. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html
const maxListeners = 5

// udpReason is why UDP is refused: over PrivateLink it needs a dualstack load balancer
// that uses an IPv6 prefix for source NAT, which version 6 of the AWS provider can't
// turn on. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
const udpReason = "over PrivateLink, UDP needs a load balancer with EnablePrefixForIpv6SourceNat, " +
	"for which version 6 of the AWS provider has no argument"

func (cfg *providerConfig) validateProtocol(f *faults, path, protocol string, allowed ...string) {
	list := strings.Join(allowed, " or ")
	switch {
	case slices.Contains(allowed, protocol):
	case protocol == "udp" || protocol == "tcp_udp":
		f.add("%s is %q; it must be %s: %s", path, protocol, list, udpReason)
	case protocol == "tls":
		f.add(`%s is "tls"; it must be tcp: a TLS listener needs a certificate, which %s["443/tls"] takes; `+
			"TLS also passes through a tcp listener to a container that terminates it", path, listenersPath)
	default:
		f.add("%s is %q; it must be %s", path, protocol, list)
	}
}

func (cfg *providerConfig) validateListener(f *faults, path, protocol string, options listenerOptions) {
	cfg.validateProtocol(f, path+"'s protocol", protocol, "tcp", "tls")
	if options.ContainerPort != 0 {
		f.number(path+".containerPort", options.ContainerPort, 1, 65535)
	}
	if protocol == "tls" {
		validateTLS(f, path, options)
		return
	}
	for _, option := range []struct{ name, value string }{
		{"targetProtocol", options.TargetProtocol}, {"certificateArn", options.CertificateArn}, {"domainName", options.DomainName},
		{"hostedZoneId", options.HostedZoneId}, {"hostedZoneRoleArn", options.HostedZoneRoleArn}, {"sslPolicy", options.SslPolicy}, {"alpnPolicy", options.AlpnPolicy},
	} {
		if option.value != "" {
			f.add("%s.%s is %q; it must not be set, since only a tls listener has one", path, option.name, option.value)
		}
	}
}

func validateTLS(f *faults, path string, options listenerOptions) {
	switch {
	case options.CertificateArn == "" && options.DomainName == "":
		f.add("%s has neither certificateArn nor domainName; a tls listener needs a certificate: one that exists, or a name and a hosted zone to make one", path)
	case options.CertificateArn != "" && options.DomainName != "":
		f.add("%s.domainName is set together with %s.certificateArn; set one of them", path, path)
	case options.CertificateArn != "":
		f.text(path+".certificateArn", options.CertificateArn, certificateForm)
	default:
		f.text(path+".domainName", options.DomainName, domainForm)
		f.text(path+".hostedZoneId", options.HostedZoneId, hostedZoneForm)
	}
	f.texts(path+".subjectAlternativeNames", options.SubjectAlternativeNames, domainForm)
	if options.DomainName == "" && (len(options.SubjectAlternativeNames) > 0 || options.HostedZoneId != "" || options.HostedZoneRoleArn != "") {
		f.add("%s.subjectAlternativeNames, hostedZoneId and hostedZoneRoleArn go with domainName; they make a certificate", path)
	}
	if options.HostedZoneRoleArn != "" {
		f.text(path+".hostedZoneRoleArn", options.HostedZoneRoleArn, roleForm)
	}
	if options.TargetProtocol != "" {
		f.text(path+".targetProtocol", options.TargetProtocol, oneOf("tcp", "tls"))
	}
	if options.SslPolicy != "" {
		f.text(path+".sslPolicy", options.SslPolicy, sslPolicyForm)
	}
	if options.AlpnPolicy != "" {
		f.text(path+".alpnPolicy", options.AlpnPolicy, oneOf(components.AlpnPolicies()...))
	}
}

// Forms of what a TLS listener takes.
var (
	certificateForm = pattern(`^arn:aws[a-z-]*:(acm:[a-z0-9-]+:[0-9]{12}:certificate|iam::[0-9]{12}:server-certificate)/.+$`,
		"the ARN of a certificate in AWS Certificate Manager or IAM")
	domainForm     = pattern(`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`, "a domain name in lower case, such as api.example.com or *.example.com")
	hostedZoneForm = pattern(`^Z[A-Z0-9]{1,31}$`, "the ID of a Route 53 hosted zone: Z and capitals and digits")
	sslPolicyForm  = pattern(`^ELBSecurityPolicy-[A-Za-z0-9-]+$`, "a security policy of Elastic Load Balancing, such as "+components.DefaultSslPolicy)
)

// clientAccess says who the load balancer lets in and why, and what the container is told
// of them.
func (cfg *providerConfig) clientAccess() string {
	var ports, told []string
	for _, l := range cfg.listeners() {
		ports = append(ports, l.Port.String())
		if l.options.ProxyProtocol {
			told = append(told, l.Port.String())
		}
	}
	text := cfg.letIn(strings.Join(ports, ", "))
	if len(told) > 0 {
		text += fmt.Sprintf(" Proxy Protocol drops nobody: on %s it tells the container each client's own address and endpoint, and the container decides.",
			strings.Join(told, ", "))
	}
	return text
}

func (cfg *providerConfig) letIn(ports string) string {
	if len(cfg.LoadBalancer.ClientCidrs) == 0 {
		return fmt.Sprintf("Every accepted endpoint reaches %s: provider.loadBalancer.clientCidrs names nobody, so the load balancer's security group "+
			"is not applied to PrivateLink traffic, and the endpoint service's principals and acceptance decide.", ports)
	}
	return fmt.Sprintf("Only clients whose own addresses are in %s reach %s, through an accepted endpoint: provider.loadBalancer.clientCidrs names them, "+
		"so the load balancer's security group is applied to PrivateLink traffic, and drops all other.",
		strings.Join(cfg.LoadBalancer.ClientCidrs, ", "), ports)
}
