package stacks

import (
	"cmp"
	"fmt"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
)

const healthCheckPath = "provider.healthCheck"

// healthCheckConfig is how the load balancer checks the tasks, on all listeners or on
// one, which has the others' for what it doesn't say.
type healthCheckConfig struct {
	Protocol           string `json:"protocol"`
	Port               int    `json:"port"`
	Path               string `json:"path"`
	Matcher            string `json:"matcher"`
	IntervalSeconds    int    `json:"intervalSeconds"`
	TimeoutSeconds     int    `json:"timeoutSeconds"`
	HealthyThreshold   int    `json:"healthyThreshold"`
	UnhealthyThreshold int    `json:"unhealthyThreshold"`
}

// deriveListeners fills what each listener has from all.
func (cfg *providerConfig) deriveListeners(keys strict.Keys) {
	for key, options := range cfg.Listeners {
		path := strict.Join(listenersPath, key)
		options.HealthCheck = options.HealthCheck.over(cfg.HealthCheck, keys, path+".healthCheck")
		options.ProxyProtocol = own(keys, path+".proxyProtocol", options.ProxyProtocol, derivedBool(cfg.ProxyProtocol))
		cfg.Listeners[key] = options
	}
}

// own is the listener's value where its key is set, and that of all where not.
func own[T any](keys strict.Keys, path string, value, all T) T {
	if keys.Has(path) {
		return value
	}
	return all
}

// over fills what a listener's check leaves out. TCP has no use for what only the other
// protocols have.
func (h healthCheckConfig) over(all healthCheckConfig, keys strict.Keys, path string) healthCheckConfig {
	protocol := own(keys, path+".protocol", h.Protocol, all.Protocol)
	if protocol == "TCP" {
		all.Path, all.Matcher = "", ""
	}
	return healthCheckConfig{
		Protocol:           protocol,
		Port:               own(keys, path+".port", h.Port, all.Port),
		Path:               own(keys, path+".path", h.Path, all.Path),
		Matcher:            own(keys, path+".matcher", h.Matcher, all.Matcher),
		IntervalSeconds:    own(keys, path+".intervalSeconds", h.IntervalSeconds, all.IntervalSeconds),
		TimeoutSeconds:     own(keys, path+".timeoutSeconds", h.TimeoutSeconds, all.TimeoutSeconds),
		HealthyThreshold:   own(keys, path+".healthyThreshold", h.HealthyThreshold, all.HealthyThreshold),
		UnhealthyThreshold: own(keys, path+".unhealthyThreshold", h.UnhealthyThreshold, all.UnhealthyThreshold),
	}
}

func (h healthCheckConfig) args() *components.HealthCheckArgs {
	return &components.HealthCheckArgs{
		Protocol:           h.Protocol,
		Port:               h.Port,
		Path:               h.Path,
		Matcher:            h.Matcher,
		IntervalSeconds:    h.IntervalSeconds,
		TimeoutSeconds:     h.TimeoutSeconds,
		HealthyThreshold:   h.HealthyThreshold,
		UnhealthyThreshold: h.UnhealthyThreshold,
	}
}

func (cfg *providerConfig) validateHealthChecks(f *faults, keys strict.Keys) {
	cfg.HealthCheck.validate(f, keys, healthCheckPath)
	for key, options := range sorted(cfg.Listeners) {
		if path := strict.Join(listenersPath, key) + ".healthCheck"; keys.Has(path) {
			options.HealthCheck.validate(f, keys, path)
		}
	}
	cfg.validateClearChecks(f)
	f.number("provider.deregistrationDelaySeconds", cfg.DeregistrationDelaySeconds, 0, 3600)
}

// validate checks what is set at path; what a listener has from all, the check of all
// answers for.
func (h healthCheckConfig) validate(f *faults, keys strict.Keys, path string) {
	if path == healthCheckPath || keys.Has(path+".protocol") {
		f.text(path+".protocol", h.Protocol, oneOf("TCP", "HTTP", "HTTPS"))
	}
	h.validateAnswer(f, keys, path)
	for _, number := range []struct {
		name             string
		value, low, high int
	}{
		{"port", h.Port, 1, 65535},
		{"intervalSeconds", h.IntervalSeconds, 5, 300},
		{"timeoutSeconds", h.TimeoutSeconds, 2, 120},
		{"healthyThreshold", h.HealthyThreshold, 2, 10},
		{"unhealthyThreshold", h.UnhealthyThreshold, 2, 10},
	} {
		if keys.Has(path + "." + number.name) {
			f.number(path+"."+number.name, number.value, number.low, number.high)
		}
	}
	if h.TimeoutSeconds > h.IntervalSeconds && (keys.Has(path+".timeoutSeconds") || keys.Has(path+".intervalSeconds")) {
		f.add("%s is %d; it must be at most %s, which is %d", setAt(keys, path, "timeoutSeconds"), h.TimeoutSeconds,
			setAt(keys, path, "intervalSeconds"), h.IntervalSeconds)
	}
}

// validateAnswer checks what only HTTP and HTTPS have.
func (h healthCheckConfig) validateAnswer(f *faults, keys strict.Keys, path string) {
	for _, option := range []struct {
		name, value, what string
		form              form
	}{
		{"path", h.Path, "a path", pathForm},
		{"matcher", h.Matcher, "a matcher", form{components.IsHealthCheckMatcher, components.HealthCheckMatcherAllowed}},
	} {
		if !keys.Has(path + "." + option.name) {
			continue
		}
		f.text(path+"."+option.name, option.value, option.form)
		if h.Protocol == "TCP" {
			f.add("%s.%s is %q, but %s is TCP; only HTTP and HTTPS checks have %s", path, option.name, option.value, setAt(keys, path, "protocol"), option.what)
		}
	}
}

// setAt is the path of a key of a listener's check, or of the check of all where the
// listener has it from there.
func setAt(keys strict.Keys, path, name string) string {
	if keys.Has(path + "." + name) {
		return path + "." + name
	}
	return healthCheckPath + "." + name
}

// validateClearChecks refuses checks that ask in the clear where the container speaks
// TLS: no answer to them is a success.
func (cfg *providerConfig) validateClearChecks(f *faults) {
	speaksTLS := map[int]bool{}
	for _, l := range cfg.listeners() {
		if l.targetProtocol() == "tls" {
			speaksTLS[l.options.ContainerPort] = true
		}
	}
	for _, l := range cfg.listeners() {
		check := l.options.HealthCheck
		if port := cmp.Or(check.Port, l.options.ContainerPort); check.Protocol == "HTTP" && speaksTLS[port] {
			f.add("%s is checked by HTTP on port %d, where targetProtocol says that the container speaks tls; %s must be HTTPS or TCP, or %s a port that speaks HTTP",
				l.path, port, l.checkKey("protocol"), l.checkKey("port"))
		}
	}
}

// checkKey is a key of the listener's own check.
func (l listener) checkKey(name string) string { return fmt.Sprintf("%s.healthCheck.%s", l.path, name) }
