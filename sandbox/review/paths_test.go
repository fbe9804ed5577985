package review

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/internal/stage"
	"fargate-privatelink/sandbox/world"
)

// whoReaches are those on the internet who get to something whose description begins
// so.
func whoReaches(t *testing.T, s *stage.Stage, to string) (who []string) {
	t.Helper()
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		from := internet(publicBlocks(tx))
		for _, p := range append(balancersFromInternet(tx, from), tasksFromInternet(tx, from)...) {
			if p.open() && strings.HasPrefix(p.To, to) {
				who = append(who, p.From)
			}
		}
		return nil
	}))
	return who
}

// A rule for a part of the internet lets that part in, of either family.
func TestARuleForAPartOfTheInternet(t *testing.T) {
	for name, test := range map[string]struct {
		peer, block, addresses string
		want                   []string
	}{
		"everybody":               {"cidrIpv4", "0.0.0.0/0", "ipv4", []string{"the internet"}},
		"somebody":                {"cidrIpv4", "52.0.0.0/8", "ipv4", []string{"the internet's 52.0.0.0/8"}},
		"half of it":              {"cidrIpv4", "0.0.0.0/1", "ipv4", []string{"the internet's 0.0.0.0/1"}},
		"nobody outside":          {"cidrIpv4", "10.0.0.0/8", "ipv4", nil},
		"everybody, by IPv6":      {"cidrIpv6", "::/0", "dualstack", []string{"the internet, by IPv6"}},
		"somebody, by IPv6":       {"cidrIpv6", "2600::/12", "dualstack", []string{"the internet's 2600::/12"}},
		"by IPv6 without address": {"cidrIpv6", "::/0", "ipv4", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := stage.New(t)
			s.Make(stage.Provider, "open", stage.IngressRule, stage.Rule(s.IDs["lb-group"], 80, test.peer, test.block))
			assert.Empty(t, whoReaches(t, s, "load balancer"), "it is internal")
			s.Record("lb", func(r *world.Record) { r.Outputs["internal"], r.Outputs["ipAddressType"] = false, test.addresses })
			assert.Equal(t, test.want, whoReaches(t, s, "load balancer"))
		})
	}
}

// Past the load balancer there are the tasks, where they have public addresses.
func TestTasksWithPublicAddresses(t *testing.T) {
	s := stage.New(t)
	assert.Empty(t, whoReaches(t, s, "tasks"))
	s.Make(stage.Provider, "open", stage.IngressRule, stage.Rule(s.IDs["task-group"], 80, "cidrIpv4", "52.0.0.0/8"))
	for _, who := range whoReaches(t, s, "tasks") {
		assert.Equal(t, "the internet's 52.0.0.0/8", who)
	}
	assert.NotEmpty(t, whoReaches(t, s, "tasks"))
}
