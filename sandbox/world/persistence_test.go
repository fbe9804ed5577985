package world

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
)

// snapshot is everything that there is.
func snapshot(t *testing.T, w *World) map[string][]*Record {
	t.Helper()
	all := map[string][]*Record{}
	require.NoError(t, w.View(func(tx *Tx) error {
		for _, k := range tx.Kinds() {
			all[k] = tx.All(k)
		}
		return nil
	}))
	return all
}

// TestReopen: what was acknowledged is there after the world is opened again,
// and ids go on where they stopped.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "world.db")
	w, err := Open(path)
	require.NoError(t, err)
	st := emptyStage(t, w)
	st.deployProvider()
	before := snapshot(t, w)
	require.NoError(t, w.Close())

	w, err = Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	require.Empty(t, cmp.Diff(before, snapshot(t, w), cmpopts.EquateEmpty()))
	seen := map[string]bool{}
	for _, id := range st.ids {
		seen[id] = true
	}
	id, _, err := create(session(w, providerAccount, testRegion), "vpc", TokenVPC, Props{"cidrBlock": "10.0.0.0/16"})
	require.NoError(t, err)
	require.False(t, seen[id], "%s was given out before", id)
	_, outputs, err := create(session(w, providerAccount, testRegion), "task", TokenTaskDefinition, taskInputs("nginx"))
	require.NoError(t, err)
	require.Equal(t, 2, outputs.Int("revision"))
}

// TestRefusedCallsChangeNothing: a call is done as a whole or not at all.
func TestRefusedCallsChangeNothing(t *testing.T) {
	st := newStage(t)
	require.NoError(t, st.fill(10))
	before := snapshot(t, st.w)
	require.Error(t, st.try(TokenLoadBalancer, Props{
		"internal": true, "loadBalancerType": "network", "subnets": list(st.id("spare")),
	}))
	require.Error(t, st.change("service", Props{"taskDefinition": "web:99"}))
	require.Error(t, st.remove("lb"))
	require.Empty(t, cmp.Diff(before, snapshot(t, st.w), cmpopts.EquateEmpty()))
}

// TestSecondOpenFails: two processes can't change one world.
func TestSecondOpenFails(t *testing.T) {
	defer func(wait time.Duration) { lockWait = wait }(lockWait)
	lockWait = 50 * time.Millisecond
	path := filepath.Join(t.TempDir(), "world.db")
	w, err := Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	_, err = Open(path)
	require.ErrorIs(t, err, ErrInUse)
}

// TestConcurrentCalls: the engine makes resources in parallel.
func TestConcurrentCalls(t *testing.T) {
	st := newStage(t)
	st.raise("ec2", "L-0263D0A3", 41)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 5 {
				if _, _, err := st.provider.Create(TokenEIP, Props{}); err != nil {
					t.Error(err)
				}
				if _, err := st.provider.Read(TokenService, st.id("service")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	st.view(func(tx *Tx) {
		addresses := map[string]bool{}
		for _, r := range tx.All(TokenEIP) {
			addresses[r.Outputs.Str("publicIp")] = true
		}
		require.Len(t, addresses, 41)
	})
}
