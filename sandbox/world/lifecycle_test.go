package world

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestHandshake: an endpoint waits until the provider accepts it, and is out of
// service again when the acceptance is withdrawn.
func TestHandshake(t *testing.T) {
	st := emptyStage(t, newWorld(t))
	st.deployProvider()
	st.deployConsumer()
	require.Equal(t, StatePendingAcceptance, st.show("endpoint").Str("state"))

	st.make(st.provider, "accepter", TokenConnectionAccepter, Props{
		"vpcEndpointServiceId": st.id("pls"), "vpcEndpointId": st.id("endpoint"),
	})
	require.Equal(t, StateAvailable, st.show("endpoint").Str("state"))
	require.Equal(t, StateAvailable, st.show("accepter").Str("vpcEndpointState"))

	require.NoError(t, st.remove("accepter"))
	require.Equal(t, StateRejected, st.show("endpoint").Str("state"))
}

// TestDeployedStage: what AWS makes by itself is there, and the path is whole.
func TestDeployedStage(t *testing.T) {
	st := newStage(t)
	st.view(func(tx *Tx) {
		lb, ok := tx.LoadBalancer(st.id("lb"))
		require.True(t, ok)
		assert.Equal(t, []string{"use1-az1", "use1-az2"}, lb.ZoneIDs())
		assert.False(t, lb.EnforceOnPrivateLink)

		targets := tx.Targets(st.id("tg"))
		require.Len(t, targets, 2)
		for _, target := range targets {
			assert.Equal(t, TargetHealthy, target.State, target.Description)
		}
		assert.NotEqual(t, targets[0].ZoneID, targets[1].ZoneID, "tasks are spread over the zones")

		e, ok := tx.Endpoint(st.id("endpoint"))
		require.True(t, ok)
		require.Len(t, e.Interfaces, 2)
		require.Len(t, e.DNSNames, 3)
		s, ok := tx.EndpointServiceNamed(e.ServiceName)
		require.True(t, ok)
		assert.Equal(t, providerAccount, s.Account)
		assert.Equal(t, []string{"use1-az1", "use1-az2"}, sorted(s.ZoneIDs))
		assert.Len(t, tx.Connections(s.ID), 1)
	})
}

// TestDeleteInReverse leaves nothing in any account, not even of what AWS made.
func TestDeleteInReverse(t *testing.T) {
	st := newStage(t)
	st.removeAll()
	st.view(func(tx *Tx) { assert.Empty(t, tx.Kinds()) })
}

// TestDeleteProviderFirst: once the provider has rejected the connection, its
// side can go before the consumer's.
func TestDeleteProviderFirst(t *testing.T) {
	st := newStage(t)
	require.NoError(t, st.remove("accepter"))
	require.NoError(t, st.remove("principal"))
	require.NoError(t, st.remove("pls"))
	st.removeAll()
	st.view(func(tx *Tx) { assert.Empty(t, tx.Kinds()) })
}

// TestDeleteInWrongOrder is refused for everything that something else needs.
func TestDeleteInWrongOrder(t *testing.T) {
	for name, rule := range map[string]string{
		"vpc": "VPC-DELETE-IN-USE", "az1": "SUBNET-DELETE-IN-USE", "public": "SUBNET-DELETE-IN-USE",
		"igw": "IGW-DELETE-IN-USE", "eip": "EIP-RELEASE-IN-USE", "private-table": "ROUTE-TABLE-DELETE-IN-USE",
		"lb-group": "SG-DELETE-IN-USE", "task-group": "SG-DELETE-IN-USE", "lb": "LB-DELETE-IN-SERVICE",
		"tg": "TG-DELETE-IN-USE", "cluster": "CLUSTER-DELETE-SERVICES", "exec-role": "IAM-ROLE-DELETE-IN-USE",
		"pls": "PLS-DELETE-CONNECTED", "c-vpc": "VPC-DELETE-IN-USE", "c-az1": "SUBNET-DELETE-IN-USE",
		"c-group": "SG-DELETE-IN-USE",
	} {
		t.Run(name, func(t *testing.T) {
			st := newStage(t)
			requireRefusal(t, rule, st.remove(name))
			require.NotEmpty(t, st.show(name), "what could not be deleted is still there")
		})
	}
}

// TestDeleteTwice: what is gone already is deleted without an error.
func TestDeleteTwice(t *testing.T) {
	st := newStage(t)
	require.NoError(t, st.remove("endpoint"))
	require.NoError(t, st.remove("endpoint"))
	_, err := st.consumer.Read(TokenEndpoint, st.id("endpoint"))
	require.ErrorIs(t, err, ErrNotFound)
}

// TestReplacedTaskDefinition: a replacement makes the new revision before it
// deletes the old one, under the same id.
func TestReplacedTaskDefinition(t *testing.T) {
	st := newStage(t)
	id, outputs, err := create(st.provider, "task", TokenTaskDefinition, taskInputs("nginx:1.29"))
	require.NoError(t, err)
	require.Equal(t, st.id("task"), id)
	require.Equal(t, 2, outputs.Int("revision"))
	require.NoError(t, st.change("service", Props{"taskDefinition": outputs.Str("arn")}))
	require.NoError(t, st.remove("task"))

	require.Equal(t, 2, st.show("task").Int("revision"))
	st.view(func(tx *Tx) {
		for _, task := range tx.Tasks(st.id("service")) {
			assert.Equal(t, outputs.Str("arn"), task.TaskDefinitionARN)
			assert.True(t, task.Running())
		}
		assert.Len(t, tx.Tasks(st.id("service")), 2)
		assert.Len(t, tx.In(KindNetworkInterface, providerAccount, testRegion), 2+1+2, "nodes, NAT gateway, tasks")
	})

	require.NoError(t, st.remove("task"))
	_, outputs, err = create(st.provider, "task", TokenTaskDefinition, taskInputs("nginx:alpine"))
	require.NoError(t, err)
	require.Equal(t, 3, outputs.Int("revision"), "no revision comes twice")
}
