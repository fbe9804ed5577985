package world

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func invoke(t testing.TB, s *Session, token string, args Props) Props {
	t.Helper()
	out, err := s.Invoke(token, args)
	require.NoError(t, err)
	return out
}

const zonesToken = "aws:index/getAvailabilityZones:getAvailabilityZones"

func TestGetAvailabilityZones(t *testing.T) {
	s := session(newWorld(t), "123456789012", "us-east-1")
	filter := func(name string, values ...string) Props {
		return Props{"filters": []any{map[string]any{"name": name, "values": list(values...)}}}
	}
	out := invoke(t, s, zonesToken, Props{"state": "available"})
	require.Equal(t, []string{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"}, out.Strs("names"))
	require.Equal(t, []string{"use1-az6", "use1-az1", "use1-az2", "use1-az4", "use1-az3", "use1-az5"}, out.Strs("zoneIds"))
	require.Equal(t, "us-east-1", out.Str("id"))

	require.Equal(t, []string{"us-east-1b"}, invoke(t, s, zonesToken, filter("zone-id", "use1-az1")).Strs("names"))
	require.Len(t, invoke(t, s, zonesToken, filter("opt-in-status", "opt-in-not-required")).List("names"), 6)
	require.Empty(t, invoke(t, s, zonesToken, filter("zone-type", "local-zone")).List("names"))
	require.Empty(t, invoke(t, s, zonesToken, Props{"state": "impaired"}).List("names"))
	require.Len(t, invoke(t, s, zonesToken, Props{"excludeNames": list("us-east-1a"), "excludeZoneIds": list("use1-az5")}).List("names"), 4)
	_, err := s.Invoke(zonesToken, filter("colour", "red"))
	require.EqualError(t, err, "InvalidParameterValue: The filter 'colour' is invalid")
}

func TestGetCallerAndRegion(t *testing.T) {
	s := session(newWorld(t), providerAccount, "cn-north-1")
	require.Equal(t, Props{
		"dnsSuffix": "amazonaws.com.cn", "id": "aws-cn", "partition": "aws-cn", "reverseDnsPrefix": "cn.com.amazonaws",
	}, invoke(t, s, "aws:index/getPartition:getPartition", nil))
	require.Equal(t, "cn-north-1", invoke(t, s, "aws:index/getRegion:getRegion", nil).Str("name"))
	require.Equal(t, "US West (Oregon)", invoke(t, s, "aws:index/getRegion:getRegion", Props{"name": "us-west-2"}).Str("description"))
	require.Equal(t, "eu-west-1", invoke(t, s, "aws:index/getRegion:getRegion", Props{"endpoint": "ec2.eu-west-1.amazonaws.com"}).Str("id"))
	_, err := s.Invoke("aws:index/getRegion:getRegion", Props{"name": "mars-north-1"})
	require.ErrorContains(t, err, "mars-north-1")
	identity := invoke(t, s, "aws:index/getCallerIdentity:getCallerIdentity", nil)
	require.Equal(t, providerAccount, identity.Str("accountId"))
	require.Contains(t, identity.Str("arn"), "arn:aws-cn:sts::"+providerAccount+":assumed-role/")
	_, err = s.Invoke("aws:index/getArn:getArn", nil)
	require.ErrorContains(t, err, "does not model the data source")
}

func TestGetSubnetAndVPC(t *testing.T) {
	st := newStage(t)
	subnet := invoke(t, st.provider, "aws:ec2/getSubnet:getSubnet", Props{"id": st.id("az1")})
	require.Equal(t, "use1-az1", subnet.Str("availabilityZoneId"))
	require.Equal(t, 251-2, subnet.Int("availableIpAddressCount"), "less a node and a task")
	byFilter := invoke(t, st.provider, "aws:ec2/getSubnet:getSubnet", Props{"vpcId": st.id("vpc"), "filters": []any{
		map[string]any{"name": "cidr-block", "values": list("10.0.2.*")},
	}})
	require.Equal(t, st.id("az2"), byFilter.Str("id"))
	_, err := st.provider.Invoke("aws:ec2/getSubnet:getSubnet", Props{"vpcId": st.id("vpc")})
	require.ErrorContains(t, err, "multiple EC2 Subnets matched")
	_, err = st.consumer.Invoke("aws:ec2/getSubnet:getSubnet", Props{"id": st.id("az1")})
	require.EqualError(t, err, "no matching EC2 Subnet found")

	require.NoError(t, st.change("vpc", Props{"tags": map[string]any{"Name": "web"}}))
	vpc := invoke(t, st.provider, "aws:ec2/getVpc:getVpc", Props{"filters": []any{
		map[string]any{"name": "tag:Name", "values": list("web")},
	}})
	require.Equal(t, st.id("vpc"), vpc.Str("id"))
	require.True(t, vpc.Bool("enableDnsHostnames"))
	require.Equal(t, "10.0.0.0/16", vpc.Maps("cidrBlockAssociations")[0].Str("cidrBlock"))
	_, err = st.provider.Invoke("aws:ec2/getVpc:getVpc", Props{"default": true})
	require.Error(t, err)
}
