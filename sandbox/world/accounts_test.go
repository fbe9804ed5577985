package world

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAccountsAreIsolated: what belongs to another account or Region is as if
// it did not exist, and the same names don't meet.
func TestAccountsAreIsolated(t *testing.T) {
	st := newStage(t)
	for name, token := range st.tokens {
		other := st.consumer
		if st.owners[name] == st.consumer {
			other = st.provider
		}
		_, err := other.Read(token, st.id(name))
		require.ErrorIs(t, err, ErrNotFound, name)
		_, err = other.Inputs(token, st.id(name))
		require.ErrorIs(t, err, ErrNotFound, name)
		_, err = other.Update(token, st.id(name), Props{})
		require.ErrorIs(t, err, ErrNotFound, name)
		require.NoError(t, other.Delete(token, st.id(name)), name)
		require.NotEmpty(t, st.show(name), "another account's delete leaves %s alone", name)
	}
	for _, err := range []error{
		connecting(Props{"subnetIds": list(st.id("az1"))})(st),
		connecting(Props{"vpcId": st.id("vpc")})(st),
		connecting(Props{"securityGroupIds": list(st.id("task-group"))})(st),
	} {
		require.Error(t, err)
	}
}

// TestSameNamesInTwoAccounts are two things.
func TestSameNamesInTwoAccounts(t *testing.T) {
	st := newStage(t)
	st.make(st.consumer, "logs", TokenLogGroup, Props{"retentionInDays": 7.0})
	st.make(st.consumer, "exec-role", TokenRole, Props{"assumeRolePolicy": taskTrust})

	require.NoError(t, st.consumer.Delete(TokenLogGroup, "logs"))
	require.NoError(t, st.consumer.Delete(TokenRole, "exec-role"))
	logs, err := st.provider.Read(TokenLogGroup, "logs")
	require.NoError(t, err)
	require.Equal(t, 14, logs.Int("retentionInDays"))
	role, err := st.provider.Read(TokenRole, "exec-role")
	require.NoError(t, err)
	require.Equal(t, "arn:aws:iam::"+providerAccount+":role/exec-role", role.Str("arn"))
}

// TestRolesAreGlobal: IAM is the same in every Region of an account.
func TestRolesAreGlobal(t *testing.T) {
	st := newStage(t)
	elsewhere := session(st.w, providerAccount, "eu-west-1")
	_, err := elsewhere.Read(TokenRole, "exec-role")
	require.NoError(t, err)
	_, _, err = create(elsewhere, "exec-role", TokenRole, Props{"assumeRolePolicy": taskTrust})
	requireRefusal(t, "IAM-ROLE-UNIQUE", err)
	_, err = elsewhere.Read(TokenVPC, st.id("vpc"))
	require.ErrorIs(t, err, ErrNotFound)
}

// TestEndpointAcrossRegions works where the service supports the Region.
func TestEndpointAcrossRegions(t *testing.T) {
	st := newStage(t)
	s := session(st.w, consumerAccount, "eu-west-1")
	vpc := st.make(s, "e-vpc", TokenVPC, Props{"cidrBlock": "10.0.0.0/16"})
	subnet := st.make(s, "e-subnet", TokenSubnet, Props{"vpcId": vpc, "cidrBlock": "10.0.1.0/24"})
	inputs := Props{
		"vpcId": vpc, "subnetIds": list(subnet), "vpcEndpointType": "Interface",
		"serviceName": st.show("pls").Str("serviceName"), "serviceRegion": testRegion,
	}
	_, _, err := create(s, "far", TokenEndpoint, inputs)
	requireRefusal(t, "EP-SERVICE-NAME", err)

	require.NoError(t, st.change("pls", Props{"supportedRegions": list("eu-west-1", testRegion)}))
	_, _, err = create(s, "far", TokenEndpoint, over(inputs, Props{"serviceRegion": nil}))
	requireRefusal(t, "EP-SERVICE-NAME", err)
	st.make(s, "far", TokenEndpoint, inputs)
	require.Equal(t, testRegion, st.show("far").Str("serviceRegion"))
	require.Contains(t, st.show("far").Maps("dnsEntries")[0].Str("dnsName"), ".us-east-1.vpce.amazonaws.com")
}
