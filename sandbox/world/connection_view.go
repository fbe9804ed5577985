package world

import (
	"encoding/json"
	"strings"
	"time"
)

// This file is what package vnet needs to know beyond the rest of the read-only
// view: settings that matter only once bytes flow.

// ListenerSettings are what a listener does with a connection.
type ListenerSettings struct {
	// CertificateARN is a TLS listener's certificate.
	CertificateARN string
	// ALPNPolicy is a TLS listener's: "HTTP1Only", "HTTP2Preferred" and so on.
	ALPNPolicy string
	// Forward are the target groups that it forwards to.
	Forward []WeightedTargetGroup
}

// WeightedTargetGroup is a target group and its share of a listener's connections.
type WeightedTargetGroup struct {
	ARN    string
	Weight int
}

// ListenerSettings returns the settings of the listener with that ARN.
func (tx *Tx) ListenerSettings(arn string) ListenerSettings {
	r := tx.peek(TokenListener, arn)
	if r == nil {
		return ListenerSettings{}
	}
	s := ListenerSettings{CertificateARN: r.Outputs.Str("certificateArn"), ALPNPolicy: r.Outputs.Str("alpnPolicy")}
	for _, a := range r.Outputs.Maps("defaultActions") {
		groups := a.Map("forward").Maps("targetGroups")
		if arn := a.Str("targetGroupArn"); arn != "" && len(groups) == 0 {
			s.Forward = append(s.Forward, WeightedTargetGroup{arn, 1})
		}
		for _, g := range groups {
			weight := 1
			if g.Has("weight") {
				weight = g.Int("weight")
			}
			s.Forward = append(s.Forward, WeightedTargetGroup{g.Str("arn"), weight})
		}
	}
	return s
}

// HealthCheck is how a target group's targets are checked.
type HealthCheck struct {
	// Protocol is "TCP", "HTTP" or "HTTPS".
	Protocol string
	// Port is a port's number, or "traffic-port" for the target's own.
	Port string
	// Path is what an HTTP check asks for, Matcher the codes that are a success:
	// "200-399", "200,204".
	Path, Matcher     string
	Interval, Timeout time.Duration
}

// TargetGroupSettings are what a load balancer does with a connection to one of
// a target group's targets.
type TargetGroupSettings struct {
	// ProxyProtocolV2: a Proxy Protocol header comes first.
	ProxyProtocolV2 bool
	HealthCheck     HealthCheck
}

// TargetGroupSettings returns the settings of the target group with that ARN.
func (tx *Tx) TargetGroupSettings(arn string) TargetGroupSettings {
	r := tx.peek(TokenTargetGroup, arn)
	if r == nil {
		return TargetGroupSettings{}
	}
	check := r.Outputs.Map("healthCheck")
	return TargetGroupSettings{
		ProxyProtocolV2: r.Outputs.Bool("proxyProtocolV2"),
		HealthCheck: HealthCheck{
			Protocol: check.Str("protocol"), Port: check.Str("port"),
			Path: check.Str("path"), Matcher: check.Str("matcher"),
			Interval: time.Duration(check.Int("interval")) * time.Second,
			Timeout:  time.Duration(check.Int("timeout")) * time.Second,
		},
	}
}

// IsDualstack says whether a load balancer has IPv6 addresses too.
func (tx *Tx) IsDualstack(loadBalancerARN string) bool {
	r := tx.peek(TokenLoadBalancer, loadBalancerARN)
	return r != nil && r.Outputs.Str("ipAddressType") == "dualstack"
}

// HasIPv6SourceNAT says whether a load balancer has prefixes for IPv6 source NAT, as
// UDP listeners of a dualstack one need: EnablePrefixForIpv6SourceNat. Version 6 of the
// provider has no argument for it, so no program in the sandbox can switch it on. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html.
func (tx *Tx) HasIPv6SourceNAT(loadBalancerARN string) bool {
	r := tx.peek(TokenLoadBalancer, loadBalancerARN)
	return r != nil && r.Outputs.Str("enablePrefixForIpv6SourceNat") == "on"
}

// CertificateNames returns the names that an ACM certificate is for: none where
// the world does not have the certificate.
func (tx *Tx) CertificateNames(arn string) []string {
	r := tx.peek(TokenCertificate, arn)
	if r == nil {
		return nil
	}
	return certificateNames(r.Outputs)
}

// RunningTasks returns the running tasks of every account, by ARN.
func (tx *Tx) RunningTasks() []Task {
	var out []Task
	tx.each(KindTask, func(r *Record) bool {
		if t := tx.asTask(r); t.Running() {
			out = append(out, t)
		}
		return true
	})
	return out
}

// ContainerSettings are what it takes to run a container, beyond Container.
type ContainerSettings struct {
	Container
	Essential *bool `json:"essential"`
	// Environment are its variables in the order of the definition.
	Environment []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"environment"`
	WorkingDirectory string `json:"workingDirectory"`
}

// IsEssential says whether the task stops with the container (default true).
func (c ContainerSettings) IsEssential() bool { return c.Essential == nil || *c.Essential }

// LogStream is where the container's output goes: an awslogs group and the name
// of the stream, or "" where it has no such log driver. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html.
func (c ContainerSettings) LogStream(taskID string) (group, stream string) {
	log := c.LogConfiguration
	if log == nil || log.LogDriver != "awslogs" {
		return "", ""
	}
	return log.Options["awslogs-group"], strings.Join([]string{log.Options["awslogs-stream-prefix"], c.Name, taskID}, "/")
}

// ContainerSettings returns the containers of a revision by its ARN, of one too that its
// stack has let go and that tasks still run.
func (tx *Tx) ContainerSettings(taskDefinitionARN string) []ContainerSettings {
	r := tx.revision(taskDefinitionARN)
	if r == nil {
		return nil
	}
	var out []ContainerSettings
	// What is no list of containers was refused when it was registered.
	_ = json.Unmarshal([]byte(r.Outputs.Str("containerDefinitions")), &out)
	return out
}
