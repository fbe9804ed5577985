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
	st.make(st.consumer, "logs", tokenLogGroup, Props{"retentionInDays": 7.0})
	st.make(st.consumer, "exec-role", tokenRole, Props{"assumeRolePolicy": taskTrust})

	require.NoError(t, st.consumer.Delete(tokenLogGroup, "logs"))
	require.NoError(t, st.consumer.Delete(tokenRole, "exec-role"))
	logs, err := st.provider.Read(tokenLogGroup, "logs")
	require.NoError(t, err)
	require.Equal(t, 14, logs.Int("retentionInDays"))
	role, err := st.provider.Read(tokenRole, "exec-role")
	require.NoError(t, err)
	require.Equal(t, "arn:aws:iam::"+providerAccount+":role/exec-role", role.Str("arn"))
}

// TestRolesAreGlobal: IAM is the same in every Region of an account.
func TestRolesAreGlobal(t *testing.T) {
	st := newStage(t)
	elsewhere := session(st.w, providerAccount, "eu-west-1")
	_, err := elsewhere.Read(tokenRole, "exec-role")
	require.NoError(t, err)
	_, _, err = create(elsewhere, "exec-role", tokenRole, Props{"assumeRolePolicy": taskTrust})
	requireRefusal(t, "IAM-ROLE-UNIQUE", err)
	_, err = elsewhere.Read(tokenVPC, st.id("vpc"))
	require.ErrorIs(t, err, ErrNotFound)
}

// TestEndpointAcrossRegions works where the service supports the Region.
func TestEndpointAcrossRegions(t *testing.T) {
	st := newStage(t)
	s := session(st.w, consumerAccount, "eu-west-1")
	vpc := st.make(s, "e-vpc", tokenVPC, Props{"cidrBlock": "10.0.0.0/16"})
	subnet := st.make(s, "e-subnet", tokenSubnet, Props{"vpcId": vpc, "cidrBlock": "10.0.1.0/24"})
	inputs := Props{
		"vpcId": vpc, "subnetIds": list(subnet), "vpcEndpointType": "Interface",
		"serviceName": st.show("pls").Str("serviceName"), "serviceRegion": testRegion,
	}
	_, _, err := create(s, "far", tokenEndpoint, inputs)
	requireRefusal(t, "EP-SERVICE-NAME", err)

	require.NoError(t, st.change("pls", Props{"supportedRegions": list("eu-west-1", testRegion)}))
	_, _, err = create(s, "far", tokenEndpoint, over(inputs, Props{"serviceRegion": nil}))
	requireRefusal(t, "EP-SERVICE-NAME", err)
	st.make(s, "far", tokenEndpoint, inputs)
	require.Equal(t, testRegion, st.show("far").Str("serviceRegion"))
	require.Contains(t, st.show("far").Maps("dnsEntries")[0].Str("dnsName"), ".us-east-1.vpce.amazonaws.com")
}
