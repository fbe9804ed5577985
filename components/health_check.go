package components

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// HealthCheckArgs say how the load balancer finds out whether a target is
// healthy. The zero value of each field stands for its default. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html.
type HealthCheckArgs struct {
	// Protocol is "TCP" (default: a connection suffices), "HTTP" or "HTTPS" (a
	// response with a status that Matcher has).
	Protocol string `pulumi:"protocol"`
	// Path is what an HTTP or HTTPS check asks for: at most 1024 characters that
	// begin with a slash (default "/"). TCP takes none.
	Path string `pulumi:"path"`
	// Port is the port that is checked, 1 to 65535 (default: the targets' own). A
	// [FargateService] has to know of another one, as HealthCheckPort.
	Port int `pulumi:"port"`
	// Matcher is which statuses of an HTTP or HTTPS response are a success, 200 to 599:
	// several ("200,204") or a range ("200-399", the default). TCP takes none. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html.
	Matcher string `pulumi:"matcher"`
	// IntervalSeconds is the time between two checks, 5 to 300 seconds (default
	// 10).
	IntervalSeconds int `pulumi:"intervalSeconds"`
	// TimeoutSeconds is the time after which a check without an answer has failed,
	// 2 to 120 seconds and at most IntervalSeconds (default 10, HTTP 6, or
	// IntervalSeconds where that is less).
	TimeoutSeconds int `pulumi:"timeoutSeconds"`
	// HealthyThreshold is the number of checks in a row that an unhealthy target
	// must pass, 2 to 10 (default 2).
	HealthyThreshold int `pulumi:"healthyThreshold"`
	// UnhealthyThreshold is the number of checks in a row that a healthy target
	// must fail, 2 to 10 (default 2).
	UnhealthyThreshold int `pulumi:"unhealthyThreshold"`
}

// defaultMatcher is AWS's own. It is stated, since the provider would leave a matcher that
// is no longer mentioned.
const defaultMatcher = "200-399"

const (
	maxHealthCheckPath     = 1024
	minHealthCheckInterval = 5
	minHealthCheckTimeout  = 2
)

// healthCheckTimeouts are the protocols of a health check, with AWS's default
// timeout of each in seconds. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html.
var healthCheckTimeouts = map[string]int{"TCP": 10, "HTTP": 6, "HTTPS": 10}

// withDefaults returns the health check with every field filled that its protocol
// has. A nil health check is one of defaults.
func (h *HealthCheckArgs) withDefaults() HealthCheckArgs {
	var full HealthCheckArgs
	if h != nil {
		full = *h
	}
	full.Protocol = orElse(full.Protocol, "TCP")
	full.IntervalSeconds = orElse(full.IntervalSeconds, 10)
	full.TimeoutSeconds = orElse(full.TimeoutSeconds, defaultTimeout(full.Protocol, full.IntervalSeconds))
	full.HealthyThreshold = orElse(full.HealthyThreshold, 2)
	full.UnhealthyThreshold = orElse(full.UnhealthyThreshold, 2)
	if full.Protocol != "TCP" {
		full.Path = orElse(full.Path, "/")
		full.Matcher = orElse(full.Matcher, defaultMatcher)
	}
	return full
}

// defaultTimeout returns AWS's default, or interval where AWS's would be longer,
// which it refuses.
func defaultTimeout(protocol string, interval int) int {
	return max(minHealthCheckTimeout, min(healthCheckTimeouts[protocol], interval))
}

// check checks a health check that withDefaults returned.
func (h HealthCheckArgs) check() error {
	var found faults
	found.add(checkOneOf("HealthCheck.Protocol", h.Protocol, "TCP", "HTTP", "HTTPS"))
	found.add(h.checkPath())
	if h.Port != 0 {
		found.add(checkPort("HealthCheck.Port", h.Port))
	}
	found.add(h.checkMatcher())
	found.add(checkRange("HealthCheck.IntervalSeconds", h.IntervalSeconds, minHealthCheckInterval, 300))
	found.add(h.checkTimeout())
	found.add(checkRange("HealthCheck.HealthyThreshold", h.HealthyThreshold, 2, 10))
	found.add(checkRange("HealthCheck.UnhealthyThreshold", h.UnhealthyThreshold, 2, 10))
	return errors.Join(found...)
}

func (h HealthCheckArgs) checkPath() error {
	switch {
	case h.Protocol == "TCP" && h.Path == "":
		return nil
	case h.Protocol == "TCP":
		return fmt.Errorf("HealthCheck.Path is %q; a TCP health check takes no path", h.Path)
	case h.Path[0] != '/':
		return fmt.Errorf("HealthCheck.Path is %q; it must begin with a slash", h.Path)
	case len(h.Path) > maxHealthCheckPath:
		return fmt.Errorf("HealthCheck.Path has %d characters; it must have at most %d", len(h.Path), maxHealthCheckPath)
	}
	return nil
}

func (h HealthCheckArgs) checkMatcher() error {
	switch {
	case h.Matcher == "":
		return nil
	case h.Protocol == "TCP":
		return fmt.Errorf("HealthCheck.Matcher is %q; a TCP health check takes no matcher", h.Matcher)
	case !IsHealthCheckMatcher(h.Matcher):
		return fmt.Errorf("HealthCheck.Matcher is %q; it must be %s", h.Matcher, HealthCheckMatcherAllowed)
	}
	return nil
}

// HealthCheckMatcherAllowed says what a Matcher may be.
const HealthCheckMatcherAllowed = "statuses of 200 to 599: several as in 200,204 or a range as in 200-399"

var statuses = regexp.MustCompile(`^[2-5][0-9]{2}((,[2-5][0-9]{2})*|-[2-5][0-9]{2})$`)

// IsHealthCheckMatcher says whether AWS takes a text as a Matcher.
func IsHealthCheckMatcher(text string) bool {
	first, last, isRange := strings.Cut(text, "-")
	return statuses.MatchString(text) && (!isRange || first <= last)
}

// checkTimeout compares the timeout with the interval only where both are in
// range: one fault, one error.
func (h HealthCheckArgs) checkTimeout() error {
	if err := checkRange("HealthCheck.TimeoutSeconds", h.TimeoutSeconds, minHealthCheckTimeout, 120); err != nil {
		return err
	}
	if h.IntervalSeconds >= minHealthCheckInterval && h.TimeoutSeconds > h.IntervalSeconds {
		return fmt.Errorf("HealthCheck.TimeoutSeconds is %d; it must be at most IntervalSeconds, which is %d",
			h.TimeoutSeconds, h.IntervalSeconds)
	}
	return nil
}

// input states every value, since the provider's defaults (HTTP, and thresholds
// of 3) are not those of AWS.
func (h HealthCheckArgs) input() lb.TargetGroupHealthCheckArgs {
	input := lb.TargetGroupHealthCheckArgs{
		Enabled:            pulumi.Bool(true),
		Protocol:           pulumi.String(h.Protocol),
		Port:               pulumi.String(h.port()),
		Interval:           pulumi.Int(h.IntervalSeconds),
		Timeout:            pulumi.Int(h.TimeoutSeconds),
		HealthyThreshold:   pulumi.Int(h.HealthyThreshold),
		UnhealthyThreshold: pulumi.Int(h.UnhealthyThreshold),
	}
	if h.Path != "" {
		input.Path = pulumi.String(h.Path)
	}
	if h.Matcher != "" {
		input.Matcher = pulumi.String(h.Matcher)
	}
	return input
}

func (h HealthCheckArgs) port() string {
	if h.Port == 0 {
		return "traffic-port"
	}
	return strconv.Itoa(h.Port)
}
