package components

import (
	"cmp"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// HealthCheckArgs say how the load balancer finds out whether a target is healthy. What
// one listener's check leaves out, it has from the check of all listeners. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html.
type HealthCheckArgs struct {
	// Protocol is TCP (default: a connection suffices), HTTP or HTTPS (a response with a
	// status that matcher has).
	Protocol string `pulumi:"protocol,optional" default:"TCP" enum:"TCP,HTTP,HTTPS"`
	// Port is the port that is checked, 1 to 65535 (default: the container's own port).
	Port *int `pulumi:"port,optional" range:"1,65535"`
	// Path is what an HTTP or HTTPS check asks for: at most 1024 characters that begin
	// with a slash (default "/"). TCP takes none.
	Path string `pulumi:"path,optional" form:"urlPath"`
	// Matcher is which statuses of an HTTP or HTTPS response are a success, 200 to 599:
	// several ("200,204") or a range ("200-399", the default). TCP takes none. See
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html.
	Matcher string `pulumi:"matcher,optional" form:"matcher"`
	// IntervalSeconds is the time between two checks, 5 to 300 seconds (default 10).
	IntervalSeconds *int `pulumi:"intervalSeconds,optional" default:"10" range:"5,300"`
	// TimeoutSeconds is the time after which a check without an answer has failed, 2 to
	// 120 seconds and at most intervalSeconds (default 10, HTTP 6, or intervalSeconds
	// where that is less).
	TimeoutSeconds *int `pulumi:"timeoutSeconds,optional" range:"2,120"`
	// HealthyThreshold is the number of checks in a row that an unhealthy target must
	// pass, 2 to 10 (default 2).
	HealthyThreshold *int `pulumi:"healthyThreshold,optional" default:"2" range:"2,10"`
	// UnhealthyThreshold is the number of checks in a row that a healthy target must
	// fail, 2 to 10 (default 2).
	UnhealthyThreshold *int `pulumi:"unhealthyThreshold,optional" default:"2" range:"2,10"`
}

// defaultMatcher is AWS's own. It is stated, since the provider would leave a matcher that
// is no longer mentioned.
const defaultMatcher = "200-399"

const minHealthCheckTimeout = 2

// healthCheckTimeouts are the protocols of a health check, with AWS's default
// timeout of each in seconds. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html.
var healthCheckTimeouts = map[string]int{"TCP": 10, "HTTP": 6, "HTTPS": 10}

// filled returns a copy with the defaults that depend on nothing. A nil check is one of
// defaults. Faults of single values are for whoever checks the arguments.
func (h *HealthCheckArgs) filled() *HealthCheckArgs {
	if h == nil {
		h = &HealthCheckArgs{}
	}
	full, _ := check.Args("", h)
	return full
}

// resolved returns a copy with every field filled that the check's protocol has.
func (h *HealthCheckArgs) resolved() *HealthCheckArgs {
	full := h.filled()
	if full.TimeoutSeconds == nil {
		full.TimeoutSeconds = pulumi.IntRef(defaultTimeout(full.Protocol, *full.IntervalSeconds))
	}
	if full.Protocol != "TCP" {
		full.Path = cmp.Or(full.Path, "/")
		full.Matcher = cmp.Or(full.Matcher, defaultMatcher)
	}
	return full
}

// defaultTimeout returns AWS's default, or interval where AWS's would be longer,
// which it refuses.
func defaultTimeout(protocol string, interval int) int {
	return max(minHealthCheckTimeout, min(healthCheckTimeouts[protocol], interval))
}

// over returns a listener's own check with what it leaves out from the check of all. TCP
// has no use for what only the other protocols have.
func (h *HealthCheckArgs) over(all *HealthCheckArgs) *HealthCheckArgs {
	from := *all.filled()
	if h != nil && h.Protocol == "TCP" {
		from.Path, from.Matcher = "", ""
	}
	return check.Inherit(h, &from)
}

// checkFields checks each value of a check that inherits, as its tags say. It may be nil.
func (h *HealthCheckArgs) checkFields(at check.Path, f *check.Faults) {
	_, faults := check.Args(at, h)
	*f = append(*f, faults...)
}

// checkOver checks what no single value of a listener's check can say. What it has from the
// check of all, which is at common, is named there, and is that one's fault where nothing
// of its own has a part in it.
func (h *HealthCheckArgs) checkOver(at check.Path, all *HealthCheckArgs, common check.Path, f *check.Faults) {
	full := h.over(all)
	of := func(name string, own bool) check.Path {
		if own {
			return at.Key(name)
		}
		return common.Key(name)
	}
	for _, option := range []struct{ name, value string }{{"path", h.Path}, {"matcher", h.Matcher}} {
		if option.value != "" && full.Protocol == "TCP" {
			f.Say(at.Key(option.name), "is %q, but %s is TCP; only HTTP and HTTPS checks have a %s",
				option.value, of("protocol", h.Protocol != ""), option.name)
		}
	}
	if timeout, interval := full.TimeoutSeconds, full.IntervalSeconds; timeout != nil && *timeout > *interval &&
		(h.TimeoutSeconds != nil || h.IntervalSeconds != nil) {
		f.Say(of("timeoutSeconds", h.TimeoutSeconds != nil), "is %d; it must be at most %s, which is %d",
			*timeout, of("intervalSeconds", h.IntervalSeconds != nil), *interval)
	}
}

// checkAlone is checkOver for a check that has nothing from another. It may be nil.
func (h *HealthCheckArgs) checkAlone(at check.Path, f *check.Faults) {
	if h != nil {
		h.checkOver(at, nil, at, f)
	}
}

// input states every value, since the provider's defaults (HTTP, and thresholds of 3) are
// not those of AWS.
func (h *HealthCheckArgs) input(secret bool) lb.TargetGroupHealthCheckArgs {
	return lb.TargetGroupHealthCheckArgs{
		Enabled:            pulumi.Bool(true),
		Protocol:           pulumi.String(h.Protocol),
		Port:               pulumi.String(h.port()),
		Path:               secretText(optionalString(h.Path), secret),
		Matcher:            optionalString(h.Matcher),
		Interval:           pulumi.Int(*h.IntervalSeconds),
		Timeout:            pulumi.Int(*h.TimeoutSeconds),
		HealthyThreshold:   pulumi.Int(*h.HealthyThreshold),
		UnhealthyThreshold: pulumi.Int(*h.UnhealthyThreshold),
	}
}

func (h *HealthCheckArgs) port() string {
	if h.Port == nil {
		return "traffic-port"
	}
	return strconv.Itoa(*h.Port)
}
