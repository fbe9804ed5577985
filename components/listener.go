package components

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// ListenerArgs are the one listener of a load balancer that has one for TCP only, which
// forwards to the service's container port.
type ListenerArgs struct {
	// Port is the port on which the load balancer listens, 1 to 65535 (default 80).
	Port *int `pulumi:"port,optional" default:"80" range:"1,65535"`
	// Protocol is tcp (default). TLS passes through to a container that ends it; for a
	// load balancer that ends it, use listeners.
	Protocol string `pulumi:"protocol,optional" default:"tcp"`
}

// ListenerOptions are the options of one of several listeners, whose key is its port and
// protocol, such as 443/tls.
type ListenerOptions struct {
	IPTargetGroupOptions
	CertificateOptions
}

// Listener is a listener with all that it inherits and all defaults filled in.
type Listener struct {
	// Port is where the load balancer listens.
	Port Port
	ListenerOptions
	// at is where the listener stands in the arguments.
	at check.Path
}

// listenerDefaults are what listeners have that don't say otherwise.
type listenerDefaults struct {
	ContainerPort int
	HealthCheck   *HealthCheckArgs
	ProxyProtocol bool
}

// maxListeners is how many target groups an ECS service can have, of which each
// listener gets one. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html.
const maxListeners = 5

// udpReason is why UDP is refused: over PrivateLink it needs a dualstack load balancer
// that uses an IPv6 prefix for source NAT, which version 6 of the AWS provider can't
// turn on. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html.
const udpReason = "over PrivateLink, UDP needs a load balancer with EnablePrefixForIpv6SourceNat, " +
	"for which version 6 of the AWS provider has no argument"

// resolveListeners returns the listeners of the component at a path in the order of their
// ports, with what they have from all filled in, and checks what the fields' tags can't
// say. Short is nil where it is left out, and so is several, whose place short takes. The
// values of the common health check are its own field's to check.
func resolveListeners(
	at check.Path, short *ListenerArgs, several map[string]ListenerOptions, common listenerDefaults, f *check.Faults,
) []Listener {
	r := listenerResolver{at: at, common: common, f: f}
	common.HealthCheck.checkAlone(at.Key("healthCheck"), f)
	only := r.short(short)
	if several == nil {
		return []Listener{only}
	}
	if short != nil {
		f.Say(at.Key("listener"), "is set together with %s; set one of them: listener is short for one tcp listener", r.several())
	}
	if count := len(several); count == 0 || count > maxListeners {
		f.Say(r.several(), "has %d listeners; it must have 1 to %d", count, maxListeners)
	}
	var all []Listener
	holders := map[int]string{}
	for key, options := range check.Sorted(several) {
		port, err := ParsePort(key)
		if err != nil {
			f.Say(r.several(), "has the key %s", err)
			continue
		}
		if other, taken := holders[port.Port]; taken {
			f.Say(r.several(), "has the keys %q and %q; a load balancer has one listener a port", other, key)
		}
		holders[port.Port] = key
		all = append(all, r.resolve(r.several().Key(key), port, options))
	}
	slices.SortStableFunc(all, func(a, b Listener) int { return cmp.Compare(a.Port.Port, b.Port.Port) })
	checkClearChecks(all, f)
	return all
}

type listenerResolver struct {
	at     check.Path
	common listenerDefaults
	f      *check.Faults
}

func (r *listenerResolver) several() check.Path { return r.at.Key("listeners") }

// short is the listener of the short form.
func (r *listenerResolver) short(args *ListenerArgs) Listener {
	if args == nil {
		args = &ListenerArgs{}
	}
	full, _ := check.Args("", args)
	at := r.at.Key("listener")
	r.checkProtocol(at.Key("protocol"), full.Protocol, "tcp")
	return r.fill(at, Port{Port: *full.Port, Protocol: full.Protocol}, ListenerOptions{})
}

func (r *listenerResolver) resolve(at check.Path, port Port, options ListenerOptions) Listener {
	r.checkProtocol(at+"'s protocol", port.Protocol, "tcp", "tls")
	switch port.Protocol {
	case "tls":
		options.checkTLS(at, r.f)
	case "tcp":
		options.checkClear(at, r.f)
	}
	options.checkAttributes(at, port.Protocol, r.f)
	if own := options.HealthCheck; own != nil {
		own.checkFields(at.Key("healthCheck"), r.f)
		own.checkOver(at.Key("healthCheck"), r.common.HealthCheck, r.at.Key("healthCheck"), r.f)
	}
	return r.fill(at, port, options)
}

// fill returns the listener with what it has from all.
func (r *listenerResolver) fill(at check.Path, port Port, options ListenerOptions) Listener {
	options.IPTargetGroupOptions = *check.Inherit(&options.IPTargetGroupOptions, &IPTargetGroupOptions{
		ContainerPort: &r.common.ContainerPort, ProxyProtocol: &r.common.ProxyProtocol,
	})
	options.HealthCheck = options.HealthCheck.over(r.common.HealthCheck)
	options.IPTargetGroupOptions = options.resolved(port)
	return Listener{Port: port, ListenerOptions: options, at: at}
}

func (r *listenerResolver) checkProtocol(path check.Path, protocol string, allowed ...string) {
	list := strings.Join(allowed, " or ")
	switch {
	case slices.Contains(allowed, protocol):
	case protocol == "udp" || protocol == "tcp_udp":
		r.f.Must(path, protocol, list+": "+udpReason)
	case protocol == "tls":
		r.f.Must(path, protocol, "tcp: a TLS listener needs a certificate, which "+string(r.several().Key("443/tls"))+" takes; "+
			"TLS also passes through a tcp listener to a container that terminates it")
	default:
		r.f.Must(path, protocol, list)
	}
}

// checkTLS checks the certificate of a tls listener: one that exists, or one to make.
func (o *ListenerOptions) checkTLS(at check.Path, f *check.Faults) {
	switch {
	case o.CertificateArn == nil && o.DomainName == "":
		f.Say(at, "has neither certificateArn nor domainName; a tls listener needs a certificate: one that exists, or a name and a hosted zone to make one")
	case o.CertificateArn != nil && o.DomainName != "":
		f.Say(at.Key("domainName"), "is set together with %s; set one of them", at.Key("certificateArn"))
	case o.DomainName != "" && o.HostedZoneId == nil:
		f.Must(at.Key("hostedZoneId"), "", check.Forms["hostedZone"].Allowed)
	}
	if o.DomainName == "" && (len(o.SubjectAlternativeNames) > 0 || o.HostedZoneId != nil || o.HostedZoneRoleArn != "") {
		f.Say(at.Key("subjectAlternativeNames")+",", "hostedZoneId and hostedZoneRoleArn go with domainName; they make a certificate")
	}
	o.checkTargetProtocol(at, "tls", f)
}

// checkClear refuses what only a tls listener has.
func (o *ListenerOptions) checkClear(at check.Path, f *check.Faults) {
	refuseSet(at, f, append(o.tlsSettings(),
		setting{"targetProtocol", o.TargetProtocol}, setting{"domainName", o.DomainName},
		setting{"subjectAlternativeNames", strings.Join(o.SubjectAlternativeNames, ", ")}, setting{"hostedZoneId", plainText(o.HostedZoneId)},
		setting{"hostedZoneRoleArn", o.HostedZoneRoleArn})...)
}

// setting is an option of a tls listener that has a value or, where that is "", has none.
type setting struct{ name, value string }

func refuseSet(at check.Path, f *check.Faults, settings ...setting) {
	for _, s := range settings {
		if s.value != "" {
			f.Say(at.Key(s.name), "is %q; it must not be set, since only a tls listener has one", s.value)
		}
	}
}

// plainText is the text of an Input, for a message.
func plainText(input pulumi.StringInput) string {
	switch value := input.(type) {
	case nil:
		return ""
	case pulumi.String:
		return string(value)
	default:
		return "another resource's"
	}
}

// checkClearChecks refuses checks that ask in the clear where the container speaks TLS:
// no answer to them is a success.
func checkClearChecks(listeners []Listener, f *check.Faults) {
	speaksTLS := map[int]bool{}
	for _, l := range listeners {
		if l.TargetProtocol == "tls" {
			speaksTLS[*l.ContainerPort] = true
		}
	}
	for _, l := range listeners {
		if port := l.checkedPort(); l.HealthCheck.Protocol == "HTTP" && speaksTLS[port] {
			own := l.at.Key("healthCheck")
			f.Say(l.at, "is checked by HTTP on port %d, where targetProtocol says that the container speaks tls; %s must be HTTPS or TCP, or %s a port that speaks HTTP",
				port, own.Key("protocol"), own.Key("port"))
		}
	}
}
