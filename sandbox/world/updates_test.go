package world

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var rewrite = flag.Bool("update", false, "write the table of updates anew")

const updatesFile = "testdata/updates.tsv"

// TestTableOfUpdates holds testdata/updates.tsv to the type table: what becomes of each
// input of each type when it is changed and when it is taken back.
func TestTableOfUpdates(t *testing.T) {
	var b strings.Builder
	b.WriteString("type\tinput\tchanged\ttaken back\n")
	for _, ty := range Types() {
		for _, p := range ty.Inputs {
			if p.Name == "timeouts" {
				continue
			}
			_, _ = fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", ty.Token, p.Name, whenChanged(p), whenTakenBack(ty, p))
		}
	}
	if *rewrite {
		require.NoError(t, os.WriteFile(updatesFile, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(updatesFile)
	require.NoError(t, err)
	diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n"))
	require.Empty(t, diff, "review what changes; then: go test ./sandbox/world -run TestTableOfUpdates -update")
}

func whenChanged(p Property) string {
	if p.Replace {
		return "replaces"
	}
	return "in place"
}

// What becomes of an input that is taken back.
const (
	isRequired = "has to be there"
	isKept     = "AWS keeps it; no difference shows"
	isCarried  = "the provider sends on what AWS has; no difference shows"
	isLeftOut  = "AWS keeps it; the difference shows again and again"
)

func whenTakenBack(ty *Type, p Property) string {
	switch {
	case p.Required:
		return isRequired
	case p.Carried:
		return isCarried
	case p.Computed:
		return isKept
	case p.LeftOut:
		return isLeftOut
	case p.Replace:
		return "replaces"
	case p.Default != nil:
		return "the provider's default: " + jsonText(p.Default)
	case p.Elem != nil || ty.Outputs[p.Name] == nil:
		return "gone"
	}
	return "AWS's default: " + jsonText(ty.Outputs[p.Name])
}

// updates are, for inputs that change in place, two values of each. Those that need
// others beside them have these in with.
var updates = []struct {
	token, property string
	first, second   any
	with            func(st *stage) Props
}{
	{TokenLoadBalancer, "dnsRecordClientRoutingPolicy", "availability_zone_affinity", "partial_availability_zone_affinity", nil},
	{TokenLoadBalancer, "enableCrossZoneLoadBalancing", true, false, nil},
	{TokenLoadBalancer, "enableDeletionProtection", true, false, nil},
	{TokenLoadBalancer, "enableZonalShift", true, false, nil},
	{TokenLoadBalancer, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "off", "on", func(st *stage) Props {
		return Props{"securityGroups": list(st.id("lb-group"))}
	}},
	{TokenTargetGroup, "connectionTermination", true, false, nil},
	{TokenTargetGroup, "deregistrationDelay", 60.0, 90.0, nil},
	{TokenTargetGroup, "proxyProtocolV2", true, false, nil},
	{TokenTargetGroup, "preserveClientIp", "true", "false", nil},
	{TokenTargetGroup, "stickiness", stickiness(true), stickiness(false), nil},
	{TokenListener, "alpnPolicy", "HTTP2Optional", "HTTP1Only", tlsListener},
	{TokenListener, "certificateArn", "arn:aws:iam::111111111111:server-certificate/a", "arn:aws:iam::111111111111:server-certificate/b", tlsListener},
	{TokenListener, "port", 82.0, 83.0, nil},
	{TokenListener, "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06", tlsListener},
	{TokenListener, "tcpIdleTimeoutSeconds", 60.0, 90.0, nil},
	{TokenService, "alarms", alarms("a"), alarms("b"), func(st *stage) Props {
		for _, name := range []string{"a", "b"} {
			st.make(st.provider, name, TokenMetricAlarm, Props{
				"name": name, "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1.0, "metricName": "m",
				"namespace": "n", "period": 60.0, "statistic": "Sum", "threshold": 1.0,
			})
		}
		return nil
	}},
	{TokenService, "deploymentCircuitBreaker", breakerOn(true), breakerOn(false), nil},
	{TokenService, "deploymentMaximumPercent", 150.0, 120.0, nil},
	{TokenService, "deploymentMinimumHealthyPercent", 50.0, 80.0, nil},
	{TokenService, "desiredCount", 1.0, 3.0, nil},
	{TokenService, "enableExecuteCommand", true, false, func(st *stage) Props { return Props{"taskDefinition": st.withTaskRole()} }},
	{TokenService, "healthCheckGracePeriodSeconds", 30.0, 60.0, nil},
	{TokenService, "platformVersion", "1.4.0", "LATEST", nil},
	{TokenService, "propagateTags", "SERVICE", "TASK_DEFINITION", nil},
	{TokenCluster, "settings", insightSetting("enabled"), insightSetting("enhanced"), nil},
	{TokenEndpointService, "acceptanceRequired", false, true, nil},
	{TokenEndpointService, "allowedPrincipals", list("arn:aws:iam::333333333333:root"), list("arn:aws:iam::444444444444:root"), nil},
	{TokenEndpointService, "privateDnsName", "a.example.com", "b.example.com", nil},
	{TokenEndpointService, "supportedRegions", list("us-east-1", "us-west-2"), list("eu-west-1", "us-east-1"), func(st *stage) Props {
		return Props{"networkLoadBalancerArns": list(st.make(st.provider, "wide", TokenLoadBalancer, Props{
			"internal": true, "loadBalancerType": "network", "subnets": list(st.id("az1"), st.id("az2")),
		}))}
	}},
	{TokenEndpoint, "policy", policyOf("s3:Get*"), policyOf("s3:*"), nil},
	{TokenEndpoint, "routeTableIds", []any{"public-table"}, []any{"private-table"}, nil},
	{TokenLogGroup, "retentionInDays", 7.0, 14.0, nil},
	{TokenRole, "permissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/PowerUserAccess", nil},
	{TokenRole, "description", "a", "b", nil},
	{TokenTopic, "kmsMasterKeyId", "alias/aws/sns", "alias/aws/s3", nil},
	{TokenScalingTarget, "minCapacity", 1.0, 2.0, nil},
	{TokenScheduledScaling, "timezone", "Europe/Berlin", "Asia/Tokyo", nil},
}

func stickiness(on bool) map[string]any { return map[string]any{"enabled": on, "type": "source_ip"} }

func alarms(name string) map[string]any {
	return map[string]any{"alarmNames": list(name), "enable": true, "rollback": true}
}

func breakerOn(rollback bool) map[string]any {
	return map[string]any{"enable": true, "rollback": rollback}
}

func insightSetting(value string) []any {
	return []any{map[string]any{"name": "containerInsights", "value": value}}
}

func policyOf(action string) string {
	return normalJSON(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"` + action + `","Resource":"*"}]}`)
}

func tlsListener(*stage) Props {
	return Props{"protocol": "TLS", "certificateArn": "arn:aws:iam::111111111111:server-certificate/web"}
}

// TestUpdates changes each input and takes it back, and holds what is planned and what
// comes of it to what the table says.
func TestUpdates(t *testing.T) {
	for _, tt := range updates {
		t.Run(tt.token+" "+tt.property, func(t *testing.T) {
			st := newStage(t)
			ty := types[tt.token]
			p := *ty.property(tt.property)
			inputs := lostCreates[tt.token].inputs(st)
			if tt.with != nil {
				inputs = over(inputs, tt.with(st))
			}
			first, second := st.resolved(tt.first), st.resolved(tt.second)
			st.make(st.provider, "it", tt.token, over(inputs, Props{tt.property: first}))
			requireShown(t, first, st.show("it")[tt.property])

			require.Equal(t, []string{tt.property}, plannedNames(st, Props{tt.property: second}))
			require.NoError(t, st.change("it", Props{tt.property: second}))
			requireShown(t, second, st.show("it")[tt.property])
			require.Empty(t, plannedNames(st, nil), "nothing is left to do")

			back := Props{tt.property: nil}
			switch whenTakenBack(ty, p) {
			case isRequired:
				_, err := update(st.provider, tt.token, st.id("it"), back)
				require.ErrorContains(t, err, tt.property)
				return
			case isKept, isCarried:
				require.Empty(t, plannedNames(st, back))
				require.NoError(t, st.change("it", over(back, Props{"tags": map[string]any{"a": "b"}})))
				requireShown(t, second, st.show("it")[tt.property])
				require.Empty(t, plannedNames(st, back))
			case isLeftOut:
				require.Equal(t, []string{tt.property}, plannedNames(st, back))
				require.NoError(t, st.change("it", back))
				requireShown(t, second, st.show("it")[tt.property])
				require.Equal(t, []string{tt.property}, plannedNames(st, nil), "again")
			default:
				require.NoError(t, st.change("it", back))
				want := p.Default
				if want == nil {
					want = ty.Outputs[tt.property]
				}
				requireShown(t, want, st.show("it")[tt.property])
				require.Empty(t, plannedNames(st, nil), "nothing is left to do")
			}
		})
	}
}

// resolved is a value with the stage's ids in place of their names.
func (st *stage) resolved(v any) any {
	l, ok := v.([]any)
	if !ok {
		return v
	}
	out := make([]any, len(l))
	for i, e := range l {
		out[i] = e
		if name, ok := e.(string); ok && st.ids[name] != "" {
			out[i] = st.id(name)
		}
	}
	return out
}

// plannedNames are the inputs that a preview of a change shows.
func plannedNames(st *stage, changes Props) (names []string) {
	old, err := st.provider.Inputs(st.tokens["it"], st.id("it"))
	require.NoError(st.t, err)
	inputs := undefaulted(map[string]any(old.Clone())).(map[string]any)
	maps.Copy(inputs, changes)
	checked, problems := st.provider.Check(st.tokens["it"], old, inputs, func(int) (string, error) { return old.Str("name"), nil })
	require.Empty(st.t, problems)
	found, _, err := st.provider.Diff(st.tokens["it"], st.id("it"), old, st.show("it"), checked)
	require.NoError(st.t, err)
	for _, c := range found {
		assert.False(st.t, c.Replace, "%s replaces", c.Property)
		names = append(names, c.Property)
	}
	return names
}

// requireShown compares a value with what is shown, which may say more.
func requireShown(t *testing.T, want, shown any) {
	t.Helper()
	if m, ok := want.(map[string]any); ok {
		for k, v := range m {
			require.Equal(t, v, Props(shown.(map[string]any))[k], k)
		}
		return
	}
	require.Equal(t, want, shown)
}

// TestIgnoredInputs: what the client ignores is not sent, and what AWS has stays.
func TestIgnoredInputs(t *testing.T) {
	st := newStage(t)
	_, outputs, err := create(st.provider, "task", TokenTaskDefinition, taskInputs("nginx:1.29"))
	require.NoError(t, err)
	other := session(st.w, providerAccount, testRegion)
	old, err := other.Inputs(TokenService, st.id("service"))
	require.NoError(t, err)
	_, err = other.Update(TokenService, st.id("service"), over(old, Props{"taskDefinition": outputs.Str("arn"), "desiredCount": 3.0}))
	require.NoError(t, err)

	st.provider.Ignored = []string{"taskDefinition", "desiredCount"}
	_, err = st.provider.Update(TokenService, st.id("service"), over(old, Props{"healthCheckGracePeriodSeconds": 60.0}))
	require.NoError(t, err)
	require.Equal(t, outputs.Str("arn"), st.show("service").Str("taskDefinition"))
	require.Equal(t, 3, st.show("service").Int("desiredCount"))
	require.Equal(t, 60, st.show("service").Int("healthCheckGracePeriodSeconds"))
}

// TestCarriedOn: what the provider sends on though the program doesn't say it.
func TestCarriedOn(t *testing.T) {
	t.Run("security policy of a listener that was TLS", func(t *testing.T) {
		st := newStage(t)
		st.make(st.provider, "tls", TokenListener, over(listenerInputs(st.id("lb"), st.id("tg"), 443), tlsListener(st)))
		requireRefusal(t, "LISTENER-POLICY-TLS", st.change("tls", Props{"protocol": "TCP", "certificateArn": nil}))
		require.Equal(t, "TLS", st.show("tls").Str("protocol"))
	})
	t.Run("timeout of a health check", func(t *testing.T) {
		st := newStage(t)
		check := func(more Props) Props {
			return Props{"healthCheck": map[string]any(over(Props{"protocol": "TCP", "interval": 30.0}, more))}
		}
		require.NoError(t, st.change("tg", check(Props{"timeout": 25.0})))
		require.NoError(t, st.change("tg", check(nil)))
		require.Equal(t, 25, st.show("tg").Map("healthCheck").Int("timeout"))
		requireRefusal(t, "TG-HEALTH-TIMEOUT-INTERVAL", st.change("tg", check(Props{"interval": 10.0})))
		require.NoError(t, st.change("tg", check(Props{"protocol": "HTTP", "path": "/up", "matcher": "204"})))
		require.NoError(t, st.change("tg", check(Props{"protocol": "HTTPS"})))
		require.Equal(t, "/up", st.show("tg").Map("healthCheck").Str("path"))
		require.NoError(t, st.change("tg", check(nil)))
		require.Empty(t, st.show("tg").Map("healthCheck").Str("path"))
	})
}
