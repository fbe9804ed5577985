package components

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/strict"
)

// deployedOption is what one option of a stack's file comes to.
type deployedOption struct {
	name   string
	config string // the file's JSON
	typ    string
	// resource is the logical name, without the side's own, web.
	resource string
	// property is a path in its inputs; what is JSON in a text has one too. nil stands for
	// one that is left out.
	property string
	want     any
}

// refusedOption is a value of an option that is refused, and in what words.
type refusedOption struct{ name, config, want string }

func sideOf(config string) string {
	if strings.HasPrefix(config, "consumer ") {
		return "consumer"
	}
	return "provider"
}

// deployOption deploys a side with the options of a stack's file.
func deployOption(t *testing.T, config string) (*mocks, map[string]any, error) {
	t.Helper()
	m := newMocks()
	m.existingVpc("vpc-11111111", map[string]string{
		"subnet-11111111": "use1-az1", "subnet-22222222": "use1-az4", "subnet-33333333": "use1-az1", "subnet-44444444": "use1-az4",
	})
	const endpointService = "aws:ec2/vpcEndpointService:VpcEndpointService"
	m.ids = map[string]string{endpointService: testServiceId}
	offered := m.outputs[endpointService]
	m.outputs[endpointService] = func(name string) map[string]any {
		made := offered(name)
		made["serviceName"] = testServiceName
		return made
	}
	side := sideOf(config)
	document := []byte(strings.TrimPrefix(config, side+" "))
	var outputs *reading[map[string]any]
	var refused error
	err := m.run(func(ctx *pulumi.Context) error {
		kind := "private"
		if side == "consumer" || strings.Contains(config, `"egress": "none"`) {
			kind = "isolated"
		}
		if err := m.createdVpc(ctx, kind); err != nil {
			return err
		}
		var made interface{ Outputs() pulumi.Map }
		var err error
		switch side {
		case "provider":
			args := &ServiceProviderArgs{ConfigPath: "provider"}
			if _, err = strict.DecodeArgs(document, "provider", args, Inputs); err == nil {
				made, err = NewServiceProvider(ctx, "web", args)
			}
		default:
			args := serviceConsumerArgs()
			args.ConfigPath = "consumer"
			if _, err = strict.DecodeArgs(document, "consumer", &args.ServiceConsumerOptions, Inputs); err == nil {
				made, err = NewServiceConsumer(ctx, "web", args)
			}
		}
		if err == nil {
			outputs = read[map[string]any](ctx, made.Outputs().ToMapOutput())
		}
		refused = err
		return nil
	})
	if refused != nil || err != nil {
		return m, nil, cmp.Or(refused, err)
	}
	return m, outputs.value, nil
}

// lookInto follows a path through maps, lists and the JSON of texts.
func lookInto(value any, path string) any {
	for _, step := range strings.Split(path, ".") {
		if text, ok := value.(string); ok && json.Unmarshal([]byte(text), &value) != nil {
			return nil
		}
		switch v := value.(type) {
		case map[string]any:
			value = v[strings.ReplaceAll(step, "~", ".")]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

func TestOptionsAreDeployed(t *testing.T) {
	for _, test := range deployedOptions {
		t.Run(test.name, func(t *testing.T) {
			m, _, err := deployOption(t, test.config)
			require.NoError(t, err)
			name := "web"
			if test.resource != "" {
				name += "-" + test.resource
			}
			assert.Equal(t, test.want, lookInto(m.get(t, test.typ, name).inputs, test.property))
		})
	}
}

func TestOptionsAreRefused(t *testing.T) {
	for _, test := range refusedOptions {
		t.Run(test.name, func(t *testing.T) {
			m, _, err := deployOption(t, test.config)
			require.EqualError(t, err, test.want)
			for _, r := range m.registrations {
				assert.True(t, strings.HasPrefix(r.name, fixture), "%s %s is made", r.typ, r.name)
			}
		})
	}
}

const (
	targetGroupType         = "aws:lb/targetGroup:TargetGroup"
	listenerType            = "aws:lb/listener:Listener"
	listenerCertificateType = "aws:lb/listenerCertificate:ListenerCertificate"
)

// tlsWith is a tls listener with more options.
func tlsWith(options string) string {
	return `{"listeners": {"443/tls": {"certificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1"` + options + `}}}`
}

func tcpWith(options string) string { return `{"listeners": {"80/tcp": {` + options + `}}}` }

var deployedOptions = []deployedOption{
	{"TLS policy by default", tlsWith(""), listenerType, "443", "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"},
	{"TLS policy", tlsWith(`, "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"`), listenerType, "443", "sslPolicy", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"},
	{"weak TLS policy", tlsWith(`, "sslPolicy": "ELBSecurityPolicy-2016-08", "allowWeakTls": true`), listenerType, "443", "sslPolicy", "ELBSecurityPolicy-2016-08"},
	{
		"further certificates", tlsWith(`, "additionalCertificateArns": ["arn:aws:acm:us-east-1:111111111111:certificate/2"]`),
		listenerCertificateType, "443-certificate-2", "certificateArn", "arn:aws:acm:us-east-1:111111111111:certificate/2",
	},
	{"TCP idle timeout", tcpWith(`"tcpIdleTimeoutSeconds": 600`), listenerType, "80", "tcpIdleTimeoutSeconds", 600.0},
	{"TCP idle timeout by default", tcpWith(``), listenerType, "80", "tcpIdleTimeoutSeconds", nil},
	{"client IP preservation", tcpWith(`"preserveClientIp": true`), targetGroupType, "80", "preserveClientIp", "true"},
	{"client IP preservation off", tcpWith(`"preserveClientIp": false`), targetGroupType, "80", "preserveClientIp", "false"},
	{"stickiness", tcpWith(`"stickiness": true`), targetGroupType, "80", "stickiness", map[string]any{"type": "source_ip", "enabled": true}},
	{
		"target group health", tcpWith(`"targetGroupHealth": {"dnsFailover": {"minimumHealthyTargetsPercentage": 50}, "unhealthyStateRouting": {"minimumHealthyTargetsCount": 1}}`),
		targetGroupType, "80", "targetGroupHealth", map[string]any{
			"dnsFailover":           map[string]any{"minimumHealthyTargetsCount": "1", "minimumHealthyTargetsPercentage": "50"},
			"unhealthyStateRouting": map[string]any{"minimumHealthyTargetsCount": 1.0, "minimumHealthyTargetsPercentage": "off"},
		},
	},
}

var refusedOptions = []refusedOption{
	{
		"weak TLS policy", tlsWith(`, "sslPolicy": "ELBSecurityPolicy-TLS13-1-0-2021-06"`),
		`provider.listeners["443/tls"].sslPolicy is "ELBSecurityPolicy-TLS13-1-0-2021-06", which admits TLS 1.0 or 1.1; that needs provider.listeners["443/tls"].allowWeakTls to be true`,
	},
	{
		"word for a weak TLS policy without one", tlsWith(`, "allowWeakTls": true`),
		`provider.listeners["443/tls"].allowWeakTls is true; it must be false while sslPolicy admits no weak TLS`,
	},
	{
		"TLS policy that AWS doesn't have", tlsWith(`, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2"`),
		`provider.listeners["443/tls"].sslPolicy is "ELBSecurityPolicy-TLS13-1-2"; it must be a security policy of Elastic Load Balancing, such as ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09`,
	},
	{
		"further certificates of a tcp listener", tcpWith(`"additionalCertificateArns": ["arn:aws:acm:us-east-1:111111111111:certificate/2"]`),
		`provider.listeners["80/tcp"].additionalCertificateArns is "arn:aws:acm:us-east-1:111111111111:certificate/2"; it must not be set, since only a tls listener has one`,
	},
	{
		"further certificate of another Region", tlsWith(`, "additionalCertificateArns": ["arn:aws:acm:eu-west-1:111111111111:certificate/2"]`),
		`provider.listeners["443/tls"].additionalCertificateArns[0] is "arn:aws:acm:eu-west-1:111111111111:certificate/2", which is in eu-west-1; it must be in us-east-1, the stack's Region`,
	},
	{"TCP idle timeout too short", tcpWith(`"tcpIdleTimeoutSeconds": 30`), `provider.listeners["80/tcp"].tcpIdleTimeoutSeconds is 30; it must be 60 to 6000`},
	{
		"TCP idle timeout of a tls listener", tlsWith(`, "tcpIdleTimeoutSeconds": 600`),
		`provider.listeners["443/tls"].tcpIdleTimeoutSeconds is 600; it must not be set, since only a tcp listener has one`,
	},
	{
		"TCP idle timeout with other Regions", `{"listeners": {"80/tcp": {"tcpIdleTimeoutSeconds": 600}}, "endpointService": {"supportedRegions": ["eu-west-1"]}}`,
		`provider.listeners["80/tcp"].tcpIdleTimeoutSeconds is set together with provider.endpointService.supportedRegions; AWS allows no idle timeout of its own to a service that other Regions reach`,
	},
	{"stickiness of tls", tlsWith(`, "stickiness": true`), `provider.listeners["443/tls"].stickiness is true; a tls listener and tls targets have none`},
	{
		"zone that routes before it fails over",
		tcpWith(`"targetGroupHealth": {"dnsFailover": {}, "unhealthyStateRouting": {"minimumHealthyTargetsCount": 2}}`),
		`provider.listeners["80/tcp"].targetGroupHealth.dnsFailover.minimumHealthyTargetsCount is 1; it must be at least provider.listeners["80/tcp"].targetGroupHealth.unhealthyStateRouting.minimumHealthyTargetsCount, which is 2`,
	},
}
