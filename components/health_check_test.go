package components

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestHealthCheckDefaults(t *testing.T) {
	tcp := HealthCheckArgs{Protocol: "TCP", IntervalSeconds: 10, TimeoutSeconds: 10, HealthyThreshold: 2, UnhealthyThreshold: 2}
	var none *HealthCheckArgs
	assert.Equal(t, tcp, none.withDefaults())
	assert.Equal(t, tcp, (&HealthCheckArgs{}).withDefaults())
	assert.Equal(t,
		HealthCheckArgs{Protocol: "HTTP", Path: "/", Matcher: "200-399", IntervalSeconds: 10, TimeoutSeconds: 6, HealthyThreshold: 2, UnhealthyThreshold: 2},
		(&HealthCheckArgs{Protocol: "HTTP"}).withDefaults())
	assert.Equal(t,
		HealthCheckArgs{Protocol: "HTTPS", Path: "/", Matcher: "200-399", IntervalSeconds: 5, TimeoutSeconds: 5, HealthyThreshold: 2, UnhealthyThreshold: 2},
		(&HealthCheckArgs{Protocol: "HTTPS", IntervalSeconds: 5}).withDefaults())
}

func TestHealthCheckRefuses(t *testing.T) {
	for _, test := range []struct {
		check HealthCheckArgs
		want  string
	}{
		{HealthCheckArgs{}, ""},
		{HealthCheckArgs{Protocol: "HTTP", Path: "/" + strings.Repeat("a", 1023)}, ""},
		{HealthCheckArgs{IntervalSeconds: 300, TimeoutSeconds: 120, HealthyThreshold: 10, UnhealthyThreshold: 10}, ""},
		{HealthCheckArgs{Protocol: "tcp"}, `HealthCheck.Protocol is "tcp"; it must be one of TCP, HTTP, HTTPS`},
		{HealthCheckArgs{Path: "/"}, `HealthCheck.Path is "/"; a TCP health check takes no path`},
		{HealthCheckArgs{Protocol: "HTTP", Path: "health"}, `HealthCheck.Path is "health"; it must begin with a slash`},
		{
			HealthCheckArgs{Protocol: "HTTP", Path: "/" + strings.Repeat("a", 1024)},
			`HealthCheck.Path has 1025 characters; it must have at most 1024`,
		},
		{HealthCheckArgs{Port: 65535}, ""},
		{HealthCheckArgs{Protocol: "HTTPS", Port: 8443, Matcher: "200,204"}, ""},
		{HealthCheckArgs{Port: 65536}, `HealthCheck.Port is 65536; it must be 1 to 65535`},
		{HealthCheckArgs{Matcher: "200"}, `HealthCheck.Matcher is "200"; a TCP health check takes no matcher`},
		{
			HealthCheckArgs{Protocol: "HTTP", Matcher: "200-199"},
			`HealthCheck.Matcher is "200-199"; it must be statuses of 200 to 599: several as in 200,204 or a range as in 200-399`,
		},
		{HealthCheckArgs{IntervalSeconds: 4}, `HealthCheck.IntervalSeconds is 4; it must be 5 to 300`},
		{HealthCheckArgs{IntervalSeconds: -1}, `HealthCheck.IntervalSeconds is -1; it must be 5 to 300`},
		{HealthCheckArgs{IntervalSeconds: 301}, `HealthCheck.IntervalSeconds is 301; it must be 5 to 300`},
		{HealthCheckArgs{TimeoutSeconds: 1}, `HealthCheck.TimeoutSeconds is 1; it must be 2 to 120`},
		{HealthCheckArgs{IntervalSeconds: 300, TimeoutSeconds: 121}, `HealthCheck.TimeoutSeconds is 121; it must be 2 to 120`},
		{HealthCheckArgs{TimeoutSeconds: 11}, `HealthCheck.TimeoutSeconds is 11; it must be at most IntervalSeconds, which is 10`},
		{HealthCheckArgs{HealthyThreshold: 1}, `HealthCheck.HealthyThreshold is 1; it must be 2 to 10`},
		{HealthCheckArgs{UnhealthyThreshold: 11}, `HealthCheck.UnhealthyThreshold is 11; it must be 2 to 10`},
	} {
		assertError(t, test.check.withDefaults().check(), test.want)
	}
}

func TestHealthCheckMatcher(t *testing.T) {
	for text, want := range map[string]bool{
		"200": true, "200,204,599": true, "200-399": true, "200-200": true,
		"": false, "199": false, "600": false, "ok": false, "200,": false, "200 204": false, "200-299,301": false, "399-200": false,
	} {
		assert.Equal(t, want, IsHealthCheckMatcher(text), text)
	}
}

// Whatever valid interval and protocol are given, the defaults of the rest are valid
// with them.
func TestHealthCheckDefaultsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := HealthCheckArgs{
			Protocol:        rapid.SampledFrom([]string{"", "TCP", "HTTP", "HTTPS"}).Draw(t, "protocol"),
			IntervalSeconds: rapid.IntRange(5, 300).Draw(t, "interval"),
		}
		if err := given.withDefaults().check(); err != nil {
			t.Fatal(err)
		}
	})
}
