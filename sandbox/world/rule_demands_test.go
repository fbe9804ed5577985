package world

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// demand is one thing that a stand-in for AWS has to get right, and a rule that does.
type demand struct {
	// id is the demand's number; several rules may serve one.
	id string
	// rule serves it.
	rule string
	// code and says are AWS's error code and a part of its words; empty for a rule
	// that describes.
	code, says string
}

// demands are what a green run in the sandbox has to stand for, one to forty: a
// rule for each, and what AWS, or the provider before it, answers.
var demands = []demand{
	{"S01", "LB-NAME-LENGTH", "ValidationError", "cannot be longer than '32' characters"},
	{"S01", "LB-NAME-ALPHABET", "ValidationError", "can only contain characters that are alphanumeric characters or hyphens(-)"},
	{"S01", "LB-NAME-HYPHEN", "ValidationError", "cannot begin or end with '-'"},
	{"S01", "LB-NAME-INTERNAL", "ValidationError", "cannot begin with 'internal-'"},
	{"S02", "LB-NAME-UNIQUE", "DuplicateLoadBalancerName", "ELBv2 Load Balancer (lb) already exists"},
	{"S03", "LB-ONE-SUBNET-A-ZONE", "InvalidConfigurationRequest", "multiple subnets in the same Availability Zone"},
	{"S04", "LB-SUBNETS-XOR-MAPPINGS", provider, "one of `subnets,subnetMappings` must be specified"},
	{"S05", "LB-SECURITY-GROUPS-REPLACE", "", ""},
	{"S05", "LB-SECURITY-GROUPS-FIXED", "InvalidConfigurationRequest", "cannot all be removed"},
	{"S06", "LB-SUBNETS-REPLACE", "", ""},
	{"S06", "LB-SCHEME-REPLACE", "", ""},
	{"S07", "LB-DELETE-IN-SERVICE", "ResourceInUse", "cannot be deleted because it is currently associated with another service"},
	{"S08", "LB-DELETE-PROTECTED", "OperationNotPermitted", "cannot be deleted because deletion protection is enabled"},
	{"S09", "LB-SUBNET-CONNECTED", "InvalidConfigurationRequest", "has active VPC endpoint associations"},
	{"S10", "TG-HEALTH-INTERVAL", provider, "expected interval to be in the range (5 - 300)"},
	{"S10", "TG-HEALTH-TIMEOUT", provider, "expected timeout to be in the range (2 - 120)"},
	{"S10", "TG-HEALTH-THRESHOLDS", provider, "to be in the range (2 - 10)"},
	{"S10", "TG-HEALTH-TIMEOUT-INTERVAL", "ValidationError", "must be smaller than or equal to the interval"},
	{"S10", "TG-HEALTH-PROTOCOL", "ValidationError", "expected protocol to be one of"},
	{"S10", "TG-HEALTH-MATCHER", "ValidationError", "Health check matcher HTTP code '600' must be within '200-599' inclusive"},
	{"S10", "TG-HEALTH-PORT", provider, "must be a valid port number (1-65535) or \"traffic-port\""},
	{"S10", "TG-HEALTH-TCP", provider, `cannot be specified when "health_check.protocol" is "TCP"`},
	{"S11", "TG-DELETE-IN-USE", "ResourceInUse", "is currently in use by a listener or a rule"},
	{"S12", "LISTENER-TARGET-ONE-LB", "TargetGroupAssociationLimit", "cannot be associated with more than one load balancer"},
	{"S13", "LISTENER-PORT-UNIQUE", "DuplicateListener", "A listener with the specified port already exists."},
	{"S14", "LISTENER-TLS-CERTIFICATE", "CertificateNotFound", "A certificate must be specified"},
	{"S14", "LISTENER-CERTIFICATE-TLS", "ValidationError", "Certificates cannot be specified for TCP listeners"},
	{"S14", "LISTENER-ALPN-TLS", "ValidationError", "ALPN policy 'HTTP2Only' is not supported on TCP listeners"},
	{"S14", "LISTENER-IDLE-TIMEOUT-RANGE", provider, "to be in the range (60 - 6000)"},
	{"S14", "LISTENER-IDLE-TIMEOUT-TCP", "", ""},
	{"S15", "LISTENER-PROTOCOL-MATCH", "IncompatibleProtocols", "is not compatible with the protocol"},
	{"S16", "LISTENER-LB-EXISTS", "LoadBalancerNotFound", "not found"},
	{"S16", "LISTENER-TARGET-EXISTS", "TargetGroupNotFound", "One or more target groups not found"},
	{"S17", "SERVICE-TARGET-LISTENER", invalidParam, "does not have an associated load balancer."},
	{"S18", "SERVICE-TARGET-TYPE", invalidParam, "has target type instance, which is incompatible with the awsvpc network mode"},
	{"S19", "SERVICE-CONTAINER-EXISTS", invalidParam, "The container app does not exist in the task definition."},
	{"S19", "SERVICE-CONTAINER-PORT", invalidParam, "The container web did not have a container port 8080 defined."},
	{"S20", "SERVICE-NETWORK-GIVEN", invalidParam, "Network Configuration must be provided when networkMode 'awsvpc' is specified."},
	{"S20", "SERVICE-LAUNCH-TYPE", invalidParam, "both a launch type and capacity provider strategy"},
	{"S21", "SERVICE-ZONES", "", ""},
	{"S21", "TG-ZONE-UNUSED", "", ""},
	{"S22", "FARGATE-SIZE", "ClientException", "No Fargate configuration exists for given values."},
	{"S23", "FARGATE-ROLE-ECR", "ClientException", "to have execution role ARN to support ECR images."},
	{"S23", "FARGATE-ROLE-LOGS", "ClientException", "to have execution role ARN to support log driver awslogs."},
	{"S24", "TASK-IMAGE-PULL", "", ""},
	{"S24", "TASK-LOGS", "", ""},
	{"S25", "PLS-ONE-KIND-OF-LB", "InvalidParameter", "exactly one of network_load_balancer_arn or gateway_load_balancer_arn is a required member"},
	{"S26", "PLS-LB-MALFORMED", "InvalidNetworkLoadBalancerArn.Malformed", "is malformed"},
	{"S26", "PLS-LB-EXISTS", "InvalidNetworkLoadBalancerArn.NotFound", "does not exist"},
	{"S27", "PLS-LB-ONE-SERVICE", "InvalidParameter", "is already associated with the VPC endpoint service"},
	{"S28", "PLS-DELETE-CONNECTED", "ExistingVpcEndpointConnections", "Service has existing active VPC Endpoint connections!"},
	{"S28", "PLS-CHANGE-CONNECTED", "ExistingVpcEndpointConnections", "Service has existing active VPC Endpoint connections!"},
	{"S29", "EP-SERVICE-NAME", "InvalidServiceName", "The Vpc Endpoint Service 'com.amazonaws.vpce.us-east-1.vpce-svc-"},
	{"S30", "EP-SUBNET-ZONE", "InvalidParameter", "does not support the availability zone of the subnet: subnet-"},
	{"S31", "EP-ONE-SUBNET-A-ZONE", "DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone of subnet-"},
	{"S32", "EP-DNS-VPC", "InvalidParameter", "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for vpc-"},
	{"S32", "EP-DNS-NAME", "InvalidParameter", "does not provide a private DNS name."},
	{"S32", "EP-DNS-PENDING", "InvalidParameter", "Private DNS can only be enabled after the endpoint connection is accepted"},
	{"S32", "EP-DNS-CONFLICT", "InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting DNS domain for"},
	{"S33", "EP-ACCEPTANCE", "", ""},
	{"S34", "PLS-ACCEPT-ENDPOINT-EXISTS", "InvalidVpcEndpointId.NotFound", "The VpcEndPoint ID 'vpce-0123456789abcdef0' does not exist"},
	{"S35", "EP-DEFAULT-GROUP", "", ""},
	{"S36", "TG-HEALTH-EGRESS", "", ""},
	{"S37", "LB-PRIVATELINK-SOURCE", "", ""},
	{"S38", "FLOW-ORDER", "", ""},
	{"S38", "FLOW-FAIL-OPEN", "", ""},
	{"S38", "FLOW-NODE-ADDRESS", "", ""},
	{"S38", "FLOW-PROXY-PROTOCOL", "", ""},
	{"S38", "TG-PRESERVE-DEFAULT", "", ""},
	{"S39", "SG-DELETE-IN-USE", "DependencyViolation", "has a dependent object"},
	{"S40", "PLS-ZONES-STALE", "", ""},
}

// TestDemands: each of the forty demands has its rules, and they answer as they should.
func TestDemands(t *testing.T) {
	served := map[string]bool{}
	for _, d := range demands {
		served[d.id] = true
		t.Run(d.id+" "+d.rule, func(t *testing.T) { d.test(t) })
	}
	for n := 1; n <= 40; n++ {
		assert.True(t, served[fmt.Sprintf("S%02d", n)], "no rule serves S%02d", n)
	}
}

func (d demand) test(t *testing.T) {
	refuses := refusals[d.rule]
	if d.code == "" {
		require.Nil(t, refuses, "%s refuses, and the table does not say with which code", d.rule)
		require.True(t, behaviours[d.rule] != nil || shownInVnet[d.rule] != "", "no test shows %s", d.rule)
		return
	}
	require.NotNil(t, refuses, "nothing breaks %s", d.rule)
	var refusal *Refusal
	require.True(t, errors.As(refuses(newStage(t)), &refusal))
	require.Equal(t, d.rule, refusal.Rule.ID)
	require.Equal(t, d.code, refusal.Code)
	require.Contains(t, refusal.Message, d.says)
}

// TestAnswersAreWords: no message shows a verb of the format that made it, or
// nothing where a value belongs.
func TestAnswersAreWords(t *testing.T) {
	for _, id := range sortedKeys(refusals) {
		var refusal *Refusal
		if !errors.As(refusals[id](newStage(t)), &refusal) {
			continue // TestEveryRefusal says so
		}
		for _, bad := range []string{"%!", "%s", "%d", "''", "<nil>"} {
			assert.False(t, strings.Contains(refusal.Message, bad), "%s: %s", id, refusal.Message)
		}
		assert.Equal(t, refusal.Rule.Code, refusal.Code, id)
	}
}
