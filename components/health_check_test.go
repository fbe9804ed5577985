package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/check"
)

func TestHealthCheckDefaults(t *testing.T) {
	full := func(protocol, path, matcher string, interval, timeout int) *HealthCheckArgs {
		return &HealthCheckArgs{
			Protocol: protocol, Path: path, Matcher: matcher, IntervalSeconds: &interval, TimeoutSeconds: &timeout,
			HealthyThreshold: pulumi.IntRef(2), UnhealthyThreshold: pulumi.IntRef(2),
		}
	}
	for name, test := range map[string]struct{ given, want *HealthCheckArgs }{
		"nil":                {nil, full("TCP", "", "", 10, 10)},
		"nothing":            {&HealthCheckArgs{}, full("TCP", "", "", 10, 10)},
		"HTTP":               {&HealthCheckArgs{Protocol: "HTTP"}, full("HTTP", "/", "200-399", 10, 6)},
		"HTTPS in between":   {&HealthCheckArgs{Protocol: "HTTPS", IntervalSeconds: pulumi.IntRef(5)}, full("HTTPS", "/", "200-399", 5, 5)},
		"what is given":      {full("HTTP", "/x", "204", 30, 7), full("HTTP", "/x", "204", 30, 7)},
		"what it has itself": {full("HTTP", "/x", "204", 30, 7).over(full("TCP", "", "", 10, 10)), full("HTTP", "/x", "204", 30, 7)},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, test.given.resolved()) })
	}
}

func TestHealthCheckRefuses(t *testing.T) {
	number := pulumi.IntRef
	for _, test := range []struct {
		name  string
		check HealthCheckArgs
		want  string
	}{
		{"nothing", HealthCheckArgs{}, ""},
		{"a long path", HealthCheckArgs{Protocol: "HTTP", Path: "/" + strings.Repeat("a", 1023)}, ""},
		{"the most", HealthCheckArgs{IntervalSeconds: number(300), TimeoutSeconds: number(120), HealthyThreshold: number(10), UnhealthyThreshold: number(10)}, ""},
		{"a port", HealthCheckArgs{Port: number(65535)}, ""},
		{"a matcher", HealthCheckArgs{Protocol: "HTTPS", Port: number(8443), Matcher: "200,204"}, ""},
		{"a protocol in lower case", HealthCheckArgs{Protocol: "tcp"}, `check.protocol is "tcp"; it must be one of TCP, HTTP, HTTPS`},
		{"a path for TCP", HealthCheckArgs{Path: "/"}, `check.path is "/", but check.protocol is TCP; only HTTP and HTTPS checks have a path`},
		{"a matcher for TCP", HealthCheckArgs{Matcher: "200"}, `check.matcher is "200", but check.protocol is TCP; only HTTP and HTTPS checks have a matcher`},
		{"a relative path", HealthCheckArgs{Protocol: "HTTP", Path: "health"},
			`check.path is "health"; it must be a path that begins with / and has at most 1024 characters, without spaces`},
		{"a path too long", HealthCheckArgs{Protocol: "HTTP", Path: "/" + strings.Repeat("a", 1024)},
			`check.path is "/` + strings.Repeat("a", 299) + `"... (1025 characters); it must be a path that begins with / and has at most 1024 characters, without spaces`},
		{"port 0", HealthCheckArgs{Port: number(0)}, "check.port is 0; it must be 1 to 65535"},
		{"port 65536", HealthCheckArgs{Port: number(65536)}, "check.port is 65536; it must be 1 to 65535"},
		{"a range backwards", HealthCheckArgs{Protocol: "HTTP", Matcher: "200-199"},
			`check.matcher is "200-199"; it must be statuses of 200 to 599: several as in 200,204 or a range as in 200-399`},
		{"no interval", HealthCheckArgs{IntervalSeconds: number(0)}, "check.intervalSeconds is 0; it must be 5 to 300"},
		{"a short interval", HealthCheckArgs{IntervalSeconds: number(4)}, "check.intervalSeconds is 4; it must be 5 to 300"},
		{"a long interval", HealthCheckArgs{IntervalSeconds: number(301)}, "check.intervalSeconds is 301; it must be 5 to 300"},
		{"a short timeout", HealthCheckArgs{TimeoutSeconds: number(1)}, "check.timeoutSeconds is 1; it must be 2 to 120"},
		{"a long timeout", HealthCheckArgs{IntervalSeconds: number(300), TimeoutSeconds: number(121)}, "check.timeoutSeconds is 121; it must be 2 to 120"},
		{"a timeout over the interval", HealthCheckArgs{TimeoutSeconds: number(11)},
			"check.timeoutSeconds is 11; it must be at most check.intervalSeconds, which is 10"},
		{"a threshold", HealthCheckArgs{HealthyThreshold: number(1)}, "check.healthyThreshold is 1; it must be 2 to 10"},
		{"another threshold", HealthCheckArgs{UnhealthyThreshold: number(11)}, "check.unhealthyThreshold is 11; it must be 2 to 10"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, f := check.Args("check", &test.check)
			test.check.checkAlone("check", &f)
			assertError(t, f.Err(), test.want)
		})
	}
}

func TestHealthCheckMatcher(t *testing.T) {
	for text, want := range map[string]bool{
		"200": true, "200,204,599": true, "200-399": true, "200-200": true,
		"": false, "199": false, "600": false, "ok": false, "200,": false, "200 204": false, "200-299,301": false, "399-200": false,
	} {
		assert.Equal(t, want, check.Forms["matcher"].Ok(text), text)
	}
}

// Whatever valid interval and protocol are given, the defaults of the rest are valid
// with them.
func TestHealthCheckDefaultsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := &HealthCheckArgs{
			Protocol:        rapid.SampledFrom([]string{"", "TCP", "HTTP", "HTTPS"}).Draw(t, "protocol"),
			IntervalSeconds: pulumi.IntRef(rapid.IntRange(5, 300).Draw(t, "interval")),
		}
		_, f := check.Args("", given.resolved())
		given.resolved().checkAlone("", &f)
		if err := f.Err(); err != nil {
			t.Fatal(err)
		}
	})
}
