package world

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecordedZones(t *testing.T) {
	want := map[string]string{
		"us-east-1a": "use1-az6", "us-east-1b": "use1-az1", "us-east-1c": "use1-az2",
		"us-east-1d": "use1-az4", "us-east-1e": "use1-az3", "us-east-1f": "use1-az5",
	}
	zones := Zones("123456789012", "us-east-1")
	require.Len(t, zones, len(want))
	for _, z := range zones {
		require.Equal(t, want[z.Name], z.ID, z.Name)
	}
}

// TestRegionsTable: every commercial Region is there, and London has four zones.
func TestRegionsTable(t *testing.T) {
	require.Len(t, regions, 38)
	require.True(t, slices.IsSortedFunc(regions, func(a, b Region) int { return strings.Compare(a.Name, b.Name) }))
	for _, r := range regions {
		require.Regexp(t, `^Z[0-9A-Z]+$`, r.nlbZone, r.Name)
		require.NotEmpty(t, r.Description, r.Name)
	}
	require.Equal(t, []Zone{
		{"eu-west-2a", "euw2-az2"}, {"eu-west-2b", "euw2-az3"}, {"eu-west-2c", "euw2-az1"}, {"eu-west-2d", "euw2-az4"},
	}, Zones(providerAccount, "eu-west-2"))
}

// TestServicesTable: each service can be found by its name in a Region.
func TestServicesTable(t *testing.T) {
	require.Len(t, awsServices, 250)
	for name, s := range awsServices {
		found, ok := findAWSService("com.amazonaws.eu-central-1."+name, "eu-central-1")
		require.True(t, ok, name)
		require.Equal(t, s, found)
		require.Contains(t, s.types, endpointInterface, name)
	}
	for _, name := range []string{"com.amazonaws.eu-central-1.logs", "logs", "com.amazonaws.eu-west-1.nothing"} {
		_, ok := findAWSService(name, "eu-west-1")
		require.False(t, ok, name)
	}
}

// TestServiceLacksZone: what is documented is refused, and the data source leaves the zone out.
func TestServiceLacksZone(t *testing.T) {
	st := newStage(t)
	runner := Props{"serviceName": "com.amazonaws.us-east-1.apprunner"}
	requireRefusal(t, "EP-SUBNET-ZONE", connecting(over(runner, Props{"subnetIds": list(st.id("c-az3"))}))(st))
	require.NoError(t, connecting(runner)(st))
	shown, err := st.consumer.Invoke("aws:ec2/getVpcEndpointService:getVpcEndpointService", runner)
	require.NoError(t, err)
	require.Len(t, shown.List("availabilityZones"), 5)
}

// TestZonesOfAccounts: every account has all zones of a Region under names that
// stay the same, and in the oldest Regions accounts differ in which is which.
func TestZonesOfAccounts(t *testing.T) {
	for _, r := range regions {
		require.Len(t, r.letters, len(r.zones), r.Name)
		orders := map[string]bool{}
		for account := range 50 {
			zones := Zones(fmt.Sprintf("%012d", account), r.Name)
			require.Equal(t, zones, Zones(fmt.Sprintf("%012d", account), r.Name))
			ids := map[string]bool{}
			order := ""
			for i, z := range zones {
				ids[z.ID] = true
				order += z.ID
				require.Equal(t, r.Name+r.letters[i:i+1], z.Name)
			}
			require.Len(t, ids, len(r.zones))
			orders[order] = true
		}
		assert.Equal(t, r.independent, len(orders) > 1, "whether accounts differ in %s", r.Name)
	}
	require.NotEqual(t, Zones(providerAccount, testRegion), Zones(consumerAccount, testRegion))
	require.Empty(t, Zones(providerAccount, "mars-north-1"))
}

func TestPartitions(t *testing.T) {
	for region, want := range map[string][2]string{
		"us-east-1":     {"aws", "amazonaws.com"},
		"cn-north-1":    {"aws-cn", "amazonaws.com.cn"},
		"us-gov-west-1": {"aws-us-gov", "amazonaws.com"},
	} {
		require.Equal(t, want, [2]string{Partition(region), DNSSuffix(region)}, region)
	}
}

// TestNamesFollowThePartition: ARNs and DNS names in China are China's.
func TestNamesFollowThePartition(t *testing.T) {
	st := emptyStage(t, newWorld(t))
	s := session(st.w, providerAccount, "cn-north-1")
	vpc := st.make(s, "vpc", TokenVPC, Props{"cidrBlock": "10.0.0.0/16"})
	subnet := st.make(s, "subnet", TokenSubnet, Props{"vpcId": vpc, "cidrBlock": "10.0.1.0/24"})
	st.make(s, "lb", TokenLoadBalancer, Props{"internal": true, "loadBalancerType": "network", "subnets": list(subnet)})
	require.Contains(t, st.id("lb"), "arn:aws-cn:elasticloadbalancing:cn-north-1:")
	require.Regexp(t, `^lb-[0-9a-f]{16}\.elb\.cn-north-1\.amazonaws\.com\.cn$`, st.show("lb").Str("dnsName"))
	role := st.make(s, "role", TokenRole, Props{"assumeRolePolicy": taskTrust})
	st.make(s, "attachment", TokenPolicyAttachment, Props{"role": role, "policyArn": "arn:aws-cn:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"})
	require.Equal(t, "arn:aws-cn:iam::"+providerAccount+":role/role", st.show("role").Str("arn"))
}

// TestServicesInChina: the names of some begin with cn., and S3 has one for each type.
func TestServicesInChina(t *testing.T) {
	for name, types := range map[string][]string{
		"com.amazonaws.cn-north-1.ecr.api":     nil,
		"cn.com.amazonaws.cn-north-1.ecr.api":  {endpointInterface},
		"com.amazonaws.cn-north-1.logs":        {endpointInterface},
		"cn.com.amazonaws.cn-north-1.logs":     nil,
		"com.amazonaws.cn-north-1.s3":          {endpointGateway},
		"cn.com.amazonaws.cn-north-1.s3":       {endpointInterface},
		"com.amazonaws.cn-northwest-1.ecr.dkr": nil,
	} {
		s, ok := findAWSService(name, "cn-north-1")
		require.Equal(t, types != nil, ok, name)
		require.Equal(t, types, s.types, name)
	}
}

func init() {
	addBehaviours(map[string]func(*testing.T, *stage){
		"EP-CHINA-NAME": func(t *testing.T, st *stage) {
			s := session(st.w, providerAccount, "cn-north-1")
			vpc := st.make(s, "vpc-cn", TokenVPC, Props{"cidrBlock": "10.0.0.0/16"})
			for name, exists := range map[string]bool{
				"com.amazonaws.cn-north-1.ecr.api": false, "cn.com.amazonaws.cn-north-1.ecr.api": true,
				"com.amazonaws.cn-north-1.kms": true, "cn.com.amazonaws.cn-north-1.kms": false,
			} {
				_, _, err := create(s, "endpoint", TokenEndpoint, Props{"vpcId": vpc, "vpcEndpointType": "Interface", "serviceName": name})
				if exists {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, "does not exist")
				}
			}
		},
	})
}

// TestUnknownRegion is one clear error.
func TestUnknownRegion(t *testing.T) {
	s := session(newWorld(t), providerAccount, "mars-north-1")
	_, _, err := create(s, "vpc", TokenVPC, Props{"cidrBlock": "10.0.0.0/16"})
	require.ErrorContains(t, err, `the sandbox does not know the Region "mars-north-1"; it knows af-south-1, `)
}
