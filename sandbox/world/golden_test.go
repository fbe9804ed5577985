package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recordedResource is a resource as the real provider's code reported it.
type recordedResource struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Inputs  Props  `json:"inputs"`
	Outputs Props  `json:"outputs"`
}

func readRecorded(t *testing.T) []recordedResource {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "recorded.json"))
	require.NoError(t, err)
	var file struct{ Resources []recordedResource }
	require.NoError(t, json.Unmarshal(b, &file))
	return file.Resources
}

// account is the account that a recorded resource was made in.
func (r recordedResource) account() string {
	if strings.Contains(jsonText(r.Outputs), "222222222222") && r.Outputs.Str("ownerId") == "222222222222" {
		return "222222222222"
	}
	return "123456789012"
}

// physicalName is the name that the provider made.
func (r recordedResource) physicalName() string { return r.Inputs.Str("name") + r.Inputs.Str("bucket") }

// written are the inputs less what the provider filled in.
func (r recordedResource) written() Props {
	return undefaulted(map[string]any(r.Inputs.Clone())).(map[string]any)
}

func undefaulted(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = undefaulted(v[i])
		}
	case map[string]any:
		for _, k := range Props(v).Strs(defaultsKey) {
			delete(v, k)
		}
		delete(v, defaultsKey)
		for k := range v {
			v[k] = undefaulted(v[k])
		}
	}
	return v
}

// TestRecordedCheck: Check completes what a program writes as the real provider does.
func TestRecordedCheck(t *testing.T) {
	w := newWorld(t)
	for _, r := range readRecorded(t) {
		t.Run(r.Type+" "+r.ID, func(t *testing.T) {
			s := session(w, r.account(), "us-east-1")
			got, problems := s.Check(r.Type, nil, r.written(), func(int) (string, error) { return r.physicalName(), nil })
			require.Empty(t, problems)
			want := r.Inputs.Clone()
			if want[defaultsKey] == nil {
				// Types of Terraform's newer plugin framework don't note their defaults.
				want[defaultsKey] = []any{}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("inputs after Check (-recorded +ours):\n%s", diff)
			}
		})
	}
}

// awsSays are the outputs for which AWS's documents and the emulator differ, or
// which the SDK's types lack.
var awsSays = map[string]string{
	"aws:cloudwatch/logGroup:LogGroup logGroupClass":                                         "the class is STANDARD where none is given",
	"aws:ec2/eip:Eip networkBorderGroup":                                                     "the group is the Region's",
	"aws:ec2/eip:Eip publicIpv4Pool":                                                         "the pool is amazon",
	"aws:ec2/vpc:Vpc dhcpOptionsId":                                                          "every VPC has the account's default options",
	"aws:ec2/vpcEndpoint:VpcEndpoint dnsEntries":                                             "names are regional, then zonal, under vpce.amazonaws.com",
	"aws:ec2/vpcEndpoint:VpcEndpoint dnsOptions":                                             "the record type is ipv4 where none is given",
	"aws:ec2/vpcEndpoint:VpcEndpoint ipAddressType":                                          "the type is ipv4 where none is given",
	"aws:ec2/vpcEndpoint:VpcEndpoint serviceRegion":                                          "the service's Region is shown",
	"aws:ec2/vpcEndpointService:VpcEndpointService privateDnsNameConfigurations":             "the record's name and value are tokens",
	"aws:ec2/vpcEndpointService:VpcEndpointService supportedIpAddressTypes":                  "ipv4 where none is given",
	"aws:ec2/vpcEndpointService:VpcEndpointService supportedRegions":                         "the service's own where none is given",
	"aws:ecs/service:Service arn":                                                            "not in the SDK's State",
	"aws:ecs/service:Service availabilityZoneRebalancing":                                    "the provider's default is DISABLED",
	"aws:ecs/service:Service deploymentConfiguration":                                        "not in the SDK's State",
	"aws:ecs/service:Service loadBalancers":                                                  "the SDK's type has no advancedConfiguration",
	"aws:ecs/service:Service platformVersion":                                                "LATEST where none is given",
	"aws:ecs/service:Service sigintRollback":                                                 "not in the SDK's State",
	"aws:ecs/taskDefinition:TaskDefinition inferenceAccelerators":                            "in the SDK's State, dropped by the newer provider",
	"aws:lb/listener:Listener sslPolicy":                                                     "only TLS listeners have one",
	"aws:lb/loadBalancer:LoadBalancer dnsName":                                               "<name>-<hash>.elb.<region>.amazonaws.com",
	"aws:lb/loadBalancer:LoadBalancer zoneId":                                                "the zone of the Region's Network Load Balancers",
	"aws:lb/targetGroup:TargetGroup loadBalancingAlgorithmType":                              "only target groups of Application Load Balancers have one",
	"aws:lb/targetGroup:TargetGroup connectionTermination":                                   "AWS's default; the emulator has no such attribute",
	"aws:lb/targetGroup:TargetGroup preserveClientIp":                                        "AWS's default; the emulator has no such attribute",
	"aws:lb/targetGroup:TargetGroup targetGroupHealth":                                       "AWS's defaults; the emulator has no such attributes",
	"aws:lb/targetGroup:TargetGroup targetHealthStates":                                      "AWS's defaults; the emulator has no such attributes",
	"aws:lb/loadBalancer:LoadBalancer secondaryIpsAutoAssignedPerSubnet":                     "not in the SDK's State",
	"aws:acm/certificate:Certificate notAfter":                                               "only an issued certificate has dates",
	"aws:acm/certificate:Certificate notBefore":                                              "only an issued certificate has dates",
	"aws:acm/certificate:Certificate options":                                                "the SDK's type has no export",
	"aws:acm/certificate:Certificate privateKey":                                             "null in a secret",
	"aws:appautoscaling/policy:Policy predictiveScalingPolicyConfiguration":                  "not in the SDK's State",
	"aws:appautoscaling/target:Target roleArn":                                               "the service-linked role where none is given",
	"aws:ecs/service:Service enableExecuteCommand":                                           "see awsWants",
	"aws:ecs/service:Service healthCheckGracePeriodSeconds":                                  "see awsWants",
	"aws:s3/bucket:Bucket bucketRegion":                                                      "not in the SDK's State, which calls it region",
	"aws:s3/bucket:Bucket objectLockEnabled":                                                 "not in the SDK's State",
	"aws:s3/bucket:Bucket region":                                                            "in the SDK's State, with another meaning in the newer provider",
	"aws:s3/bucketV2:BucketV2 bucketRegion":                                                  "not in the SDK's State, which calls it region",
	"aws:s3/bucketV2:BucketV2 region":                                                        "in the SDK's State, with another meaning in the newer provider",
	"aws:ssm/parameter:Parameter hasValueWo":                                                 "not in the SDK's State",
	"aws:ssm/parameter:Parameter valueWo":                                                    "not in the SDK's State",
	"aws:ssm/parameter:Parameter valueWoVersion":                                             "not in the SDK's State",
	"aws:vpc/endpointPrivateDns:EndpointPrivateDns id":                                       "the endpoint's, as the import id",
	"aws:vpc/endpointPrivateDns:EndpointPrivateDns privateDnsEnabled":                        "see awsWants",
	"aws:vpc/endpointServicePrivateDnsVerification:EndpointServicePrivateDnsVerification id": "the service's",
	"aws:ec2/eip:Eip vpc":                                                                    "in the SDK's State, dropped by the newer provider",
}

// notModelled are the types that were recorded and the world lacks, and why.
var notModelled = map[string]string{
	"aws:ec2/securityGroupRule:SecurityGroupRule":        "the provider's older form, several rules in one resource; it advises aws:vpc/securityGroupIngressRule and securityGroupEgressRule instead",
	"aws:lb/targetGroupAttachment:TargetGroupAttachment": "registers an instance or address by hand; the world's targets are the tasks of ECS services, which ECS registers",
}

// unrecorded are the types that the world has and no recording shows: only the
// SDK's types say what they look like.
var unrecorded = []string{
	TokenAccountRegion, TokenServiceQuota, TokenFileSystem, TokenAccessPoint, TokenMountTarget, TokenFlowLog,
	TokenDefaultSecurityGroup, TokenZoneAssociation, TokenVPCAuthorization,
	TokenBucketEncryption, TokenBucketLifecycle, TokenBucketOwnership, TokenBucketPolicy,
	TokenCertificateValidation, TokenInsightRule, TokenKeyAlias, TokenListenerCertificate,
	TokenManagedPrefixList, TokenPublicAccessBlock, TokenPullThroughCache, TokenRepository,
	TokenScheduledScaling, TokenSecretVersion,
}

// TestEveryTypeIsRecorded, or listed as one that is not.
func TestEveryTypeIsRecorded(t *testing.T) {
	recorded := map[string]bool{}
	for _, r := range readRecorded(t) {
		recorded[r.Type] = true
		assert.NotNil(t, types[r.Type], "%s is recorded, and the world does not model it", r.Type)
	}
	for _, ty := range Types() {
		assert.NotEqual(t, recorded[ty.Token], slices.Contains(unrecorded, ty.Token),
			"%s has to be either in testdata/recorded.json or in the list of types that are not recorded", ty.Token)
	}
	for token := range notModelled {
		assert.Nil(t, types[token], "%s is modelled: put its recording into testdata/recorded.json", token)
	}
}

// awsWants are inputs with which AWS takes what it refuses and the emulator took.
var awsWants = map[string]Props{
	"aws:ecs/service:Service":                       {"enableExecuteCommand": false, "healthCheckGracePeriodSeconds": nil},
	"aws:vpc/endpointPrivateDns:EndpointPrivateDns": {"privateDnsEnabled": false},
}

// TestRecordedOutputs: the world shows the outputs of the real provider, in
// names, types and formats.
func TestRecordedOutputs(t *testing.T) {
	w := newWorld(t)
	ids, needed := map[string]string{}, map[string]bool{}
	for _, r := range readRecorded(t) {
		s := session(w, r.account(), "us-east-1")
		inputs := renamed(map[string]any(over(r.Inputs, awsWants[r.Type])), ids).(map[string]any)
		id, outputs, err := s.Create(r.Type, inputs)
		var notSteady *NotSteadyError
		if !errors.As(err, &notSteady) {
			// The emulator calls a service steady whose tasks could not pull their image.
			require.NoError(t, err, r.Type)
		}
		ids[r.ID] = id
		t.Run(r.Type+" "+r.ID, func(t *testing.T) {
			for _, entry := range compareOutputs(t, r, outputs) {
				needed[entry] = true
			}
		})
	}
	for _, entry := range sortedKeys(awsSays) {
		assert.True(t, needed[entry], "%s is explained, and nothing differs", entry)
	}
}

// compareOutputs compares what is shown with what was recorded, and returns which
// differences awsSays explains.
func compareOutputs(t *testing.T, r recordedResource, got Props) (explained []string) {
	t.Helper()
	want := r.Outputs.Clone()
	delete(want, "region") // of the newer provider
	names := over(want, nil)
	maps.Copy(names, got)
	for _, k := range sortedKeys(names) {
		difference := differs(want, got, k)
		switch {
		case difference == "":
		case awsSays[r.Type+" "+k] != "":
			explained = append(explained, r.Type+" "+k)
		default:
			t.Errorf("output %s: %s", k, difference)
		}
	}
	return explained
}

func differs(want, got Props, k string) string {
	w, recorded := want[k]
	g, shown := got[k]
	switch {
	case !shown:
		return "is missing"
	case !recorded:
		return "is not the provider's"
	case shape(w) != shape(g):
		return fmt.Sprintf("recorded %s, ours %s", shape(w), shape(g))
	}
	return ""
}

// renamed exchanges recorded ids for ours.
func renamed(v any, ids map[string]string) any {
	switch v := v.(type) {
	case string:
		for old, id := range ids {
			v = strings.ReplaceAll(v, old, id)
		}
		return v
	case []any:
		for i := range v {
			v[i] = renamed(v[i], ids)
		}
	case map[string]any:
		for k := range v {
			v[k] = renamed(v[k], ids)
		}
	}
	return v
}

var shapes = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`\b\d{12}\b`), "<account>"},
	{regexp.MustCompile(`[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}`), "<uuid>"},
	{regexp.MustCompile(`(:secret:[\w-]+-)\w{6}\b`), "${1}<suffix>"},
	{regexp.MustCompile(`(scalable-target/)\w{36}`), "${1}<id>"},
	{regexp.MustCompile(`\w{10}(\.acm-validations)`), "<zone>${1}"},
	{regexp.MustCompile(`ec2(-\d+){4}`), "<name>"},
	{regexp.MustCompile(`\d+[.-]\d+[.-]\d+[.-]\d+(/\d+)?`), "<ip>"},
	{regexp.MustCompile(`us-east-1[a-f]`), "<zone>"},
	{regexp.MustCompile(`use1-az\d`), "<zone id>"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "<time>"},
	{regexp.MustCompile(`AROA[0-9A-Z]{17}`), "<role id>"},
	{regexp.MustCompile(`Z?[0-9A-Z]{20,22}`), "<hosted zone>"},
	{regexp.MustCompile(`(r-rtb-)[0-9a-f]{17}\d{10}`), "${1}<hex><crc>"},
	{regexp.MustCompile(`[0-9a-f]{8,17}`), "<hex>"},
}

// shape is a value with what differs from run to run blotted out, sets in order of
// their shapes.
func shape(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return shapeOfString(v)
	case []any:
		out := make([]string, len(v))
		for i := range v {
			out[i] = shape(v[i])
		}
		slices.Sort(out)
		return fmt.Sprint(out)
	case map[string]any:
		var out []string
		for _, k := range sortedKeys(v) {
			out = append(out, k+"="+shape(v[k]))
		}
		return fmt.Sprint(out)
	}
	return fmt.Sprintf("%T %v", v, v)
}

func shapeOfString(s string) string {
	s = normalJSON(s)
	for _, r := range shapes {
		s = r.re.ReplaceAllString(s, r.to)
	}
	return fmt.Sprintf("%q", s)
}

// TestIDLengths: EC2's ids have 17 hexadecimal digits.
func TestIDLengths(t *testing.T) {
	st := newStage(t)
	ec2ID := regexp.MustCompile(`^[a-z]+(-[a-z]+)*-[0-9a-f]{17}$`)
	for name, id := range st.ids {
		if token := st.tokens[name]; strings.HasPrefix(token, "aws:ec2/") && token != TokenRoute && token != TokenConnectionAccepter {
			require.Regexp(t, ec2ID, id, name)
		}
	}
}
