package deploy

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/check"
)

// How the program deals with an input that it doesn't always give, and that the AWS
// provider doesn't take back when it is no longer given.
const (
	isRefused   = "the preview refuses to take it back, and says how to: TestChangesOfALiveService"
	isNoticed   = "a notice or an error says that it stays and how to end that: TestOptionsTakenBack, TestPrivateDnsTakenBack"
	isSaid      = "its option says that it stays, and which value takes it back: TestOptionsTakenBack"
	isFixed     = "it only is given with what replaces the resource, or with another resource"
	isAnother   = "one resource always gives it and another one never does"
	isNeverBoth = "only the protocol says whether it is given: tls to tcp and another protocol of the targets are refused, and AWS drops what tls doesn't have"
	isTheSame   = "the addresses that it has are kept, as AWS's own choice would be"
)

// notTakenBack are those inputs.
var notTakenBack = map[string]string{
	"aws:ec2/vpcEndpoint:VpcEndpoint dnsOptions":                            isSaid,
	"aws:ec2/vpcEndpoint:VpcEndpoint ipAddressType":                         isSaid,
	"aws:ec2/vpcEndpoint:VpcEndpoint privateDnsEnabled":                     isAnother,
	"aws:ec2/vpcEndpoint:VpcEndpoint routeTableIds":                         isAnother,
	"aws:ec2/vpcEndpoint:VpcEndpoint securityGroupIds":                      isAnother,
	"aws:ec2/vpcEndpoint:VpcEndpoint serviceRegion":                         isFixed,
	"aws:ec2/vpcEndpoint:VpcEndpoint subnetConfigurations":                  isTheSame,
	"aws:ec2/vpcEndpoint:VpcEndpoint subnetIds":                             isAnother,
	"aws:ec2/vpcEndpointService:VpcEndpointService privateDnsName":          isNoticed,
	"aws:ec2/vpcEndpointService:VpcEndpointService supportedIpAddressTypes": isSaid,
	"aws:ec2/vpcEndpointService:VpcEndpointService supportedRegions":        isNoticed,
	"aws:ecs/service:Service alarms":                                        isRefused,
	"aws:ecs/service:Service launchType":                                    isFixed,
	"aws:ecs/service:Service platformVersion":                               isSaid,
	"aws:ecs/service:Service propagateTags":                                 isRefused,
	"aws:kms/key:Key description":                                           isAnother,
	"aws:lb/listener:Listener alpnPolicy":                                   isNeverBoth,
	"aws:lb/listener:Listener certificateArn":                               isNeverBoth,
	"aws:lb/listener:Listener sslPolicy":                                    isNeverBoth,
	"aws:lb/listener:Listener tcpIdleTimeoutSeconds":                        isNeverBoth,
	"aws:lb/loadBalancer:LoadBalancer subnetMappings":                       isTheSame,
	"aws:lb/loadBalancer:LoadBalancer subnets":                              isTheSame,
	"aws:lb/targetGroup:TargetGroup stickiness":                             isNeverBoth,
	"aws:route53/record:Record allowOverwrite":                              isAnother,
}

// givenInputs are, of the inputs that the provider doesn't take back, with which resources
// were made, and without which.
var givenInputs = struct {
	sync.Mutex
	given, left map[string]bool
}{given: map[string]bool{}, left: map[string]bool{}}

// notPlain are the inputs that the provider doesn't take back, by type.
var notPlain = sync.OnceValue(func() map[string][]string {
	table, err := os.ReadFile("../world/testdata/updates.tsv")
	if err != nil {
		panic(err)
	}
	inputs := map[string][]string{}
	for line := range strings.Lines(string(table)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(cells[3], "AWS keeps it") || strings.HasPrefix(cells[3], "the provider sends on") {
			inputs[cells[0]] = append(inputs[cells[0]], cells[1])
		}
	}
	return inputs
})

// recordInputs notes what a stack's resources were made with, unless its program is a test's
// own.
func recordInputs(t *testing.T, s *Sandbox, stack string) {
	t.Helper()
	resources, err := s.state(t.Context(), stack)
	require.NoError(t, err)
	if !slices.ContainsFunc(resources, func(r apitype.ResourceV3) bool { return strings.HasPrefix(string(r.Type), "fargate-privatelink:") }) {
		return
	}
	givenInputs.Lock()
	defer givenInputs.Unlock()
	for _, r := range resources {
		for _, input := range notPlain()[string(r.Type)] {
			kind := givenInputs.left
			if _, given := r.Inputs[input]; given {
				kind = givenInputs.given
			}
			kind[string(r.Type)+" "+input] = true
		}
	}
}

// undecided returns 1, and says why, when nothing is said of such an input.
func undecided() (code int) {
	for input := range check.Sorted(givenInputs.given) {
		if givenInputs.left[input] && notTakenBack[input] == "" {
			code = 1
			fmt.Printf("%s: some resources have it and some don't, and the provider doesn't take it back: say in notTakenBack what becomes of that\n", input)
		}
	}
	return code
}

// TestNotTakenBack: the table is about such inputs only.
func TestNotTakenBack(t *testing.T) {
	t.Parallel()
	for input := range notTakenBack {
		token, name, _ := strings.Cut(input, " ")
		require.True(t, slices.Contains(notPlain()[token], name), input)
	}
}
