package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/deploy"
)

// fleetProvider offers its service to three tenants, under a stack's name of its own.
const fleetProvider = `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["111111111111"]
  fargate-privatelink:role: provider
  fargate-privatelink:provider:
    tenants:
      acme: {accounts: ["222222222222"], consumerStacks: [consumer-acme]}
      globex: {accounts: ["333333333333"], consumerStacks: [consumer-globex]}
      initech: {accounts: ["444444444444"]}
`

// fleetConsumer is a consumer's file in an account.
func fleetConsumer(account string) string {
	return `config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["` + account + `"]
  fargate-privatelink:role: consumer
  fargate-privatelink:consumer:
    provider: shop
    network: {cidrBlock: 10.20.0.0/16}
`
}

// TestFleetOfConsumers: consumers are deployed at once; one that is wrong stops no other,
// ends the command with 1, and is in the table at the end. Put right, all is well.
func TestFleetOfConsumers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the engine")
	}
	p := project{t, t.TempDir()}
	for name, text := range map[string]string{
		"shop": fleetProvider, "consumer-acme": fleetConsumer("222222222222"), "consumer-globex": fleetConsumer("333333333333"),
		"consumer-initech": strings.Replace(fleetConsumer("444444444444"), "    network:", "    nonsense: 1\n    network:", 1),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(p.dir, "Pulumi."+name+".yaml"), []byte(text), 0o600))
	}
	stdout, stderr := p.run(1, "up")
	assert.Contains(t, stderr, "error: stack consumer-initech: consumer.nonsense is not a known key")
	assert.Contains(t, stderr, "\nconsumer-initech: failed; the others go on\n")
	assert.NotContains(t, stderr, "consumerStacks[0]", "a note of the first pass")
	assert.NotContains(t, stdout+stderr, "pulumi up")
	rows := fleetRows(stdout)
	assert.Equal(t, "reachable", rows["consumer-acme"])
	assert.Equal(t, "reachable", rows["consumer-globex"])
	assert.Equal(t, "failed", rows["consumer-initech"])
	assert.Contains(t, rows, "shop")

	p.replace("Pulumi.consumer-initech.yaml", "    nonsense: 1\n", "")
	p.replace("Pulumi.shop.yaml", `["444444444444"]`, `["444444444444"], consumerStacks: [consumer-initech]`)
	stdout, stderr = p.run(0, "up", "--json")
	var result struct {
		Consumers []deploy.Reach
		Failed    map[string][]string
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &result), stderr)
	require.Len(t, result.Consumers, 3)
	for _, r := range result.Consumers {
		assert.True(t, r.Reachable(), r.Stack)
	}
	assert.Empty(t, result.Failed)
	stdout, _ = p.run(0, "destroy")
	assert.Contains(t, stdout, "No resource is left in any account.")
}

// fleetRows are the last cells of the table at the end, by stack.
func fleetRows(stdout string) map[string]string {
	rows := map[string]string{}
	for line := range strings.Lines(stdout) {
		cells := strings.Split(line, "│")
		if len(cells) == 5 {
			rows[strings.TrimSpace(cells[1])] = strings.TrimSpace(cells[3])
		}
	}
	return rows
}
