package stacks_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/check"
)

const mark = "attacker"

// hostileTexts are what another company could write for a name, an ID or a word.
func hostileTexts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", " ", "http://169.254.169.254", "169.254.169.254", "[::1]", mark + ".example/collect?x=", mark + ".example#", mark + "@example.com", mark + ".example:80",
			"../" + mark, mark + "\n::error::x", mark + "\x1b[31m", mark + "\x00", "${" + mark + "}", "%s%n" + mark, "xn--" + mark, "*." + mark + ".example", "-" + mark,
			mark + ".example.", "com.amazonaws.vpce.us-east-1." + mark, mark + ".vpce.us-east-1." + serviceId, "vpce-11111111" + mark, "vpce-1111111G", "vpce-11111111\n",
			"use1-az1" + mark, "use1-az1 ", "us-east-1" + mark, "US-EAST-1", "١٢٣٤٥٦٧٨٩٠١٢", "２２２２２２２２２２２２", "222222222222 ",
		}),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(mark+".", rapid.IntRange(10, 4000).Draw(t, "times")) + "com"
		}),
		rapid.Map(rapid.String(), func(s string) string { return mark + s }),
	)
}

// hostileValues are those, and what is no text.
func hostileValues() *rapid.Generator[any] {
	texts := rapid.Map(hostileTexts(), func(s string) any { return s })
	return rapid.OneOf(texts, texts, rapid.Just[any](nil), rapid.Just[any](true), rapid.Map(rapid.Float64(), func(f float64) any { return f }),
		rapid.Map(rapid.SliceOfN(texts, 0, 5), func(list []any) any { return list }),
		rapid.Custom(func(t *rapid.T) any {
			return slices.Repeat([]any{texts.Draw(t, "element")}, rapid.IntRange(60, 6000).Draw(t, "times"))
		}),
		rapid.Map(rapid.MapOfN(hostileTexts(), texts, 0, 3), func(m map[string]any) any { return m }))
}

// Whatever one field of a contract says, the consumer refuses it in words that can be read, or
// takes it for a name in the form that names have and reaches nobody else.
func TestNoContractDoesHarm(t *testing.T) {
	full := contractValue()
	rapid.Check(t, func(t *rapid.T) {
		field := rapid.SampledFrom(slices.Sorted(maps.Keys(full))).Draw(t, "field")
		value := hostileValues().Draw(t, "value")
		list, isList := full[field].([]any)
		if isList && rapid.Bool().Draw(t, "an element") {
			element := value
			if port, isPort := list[0].(map[string]any); isPort {
				port = maps.Clone(port)
				port[rapid.SampledFrom([]string{"port", "protocol"}).Draw(t, "of a port")] = value
				element = port
			}
			value = append(slices.Clone(list), element)
		}
		c := newConsumerCloud()
		c.stacks[providerStack] = map[string]any{"contract": changedContract(func(contract map[string]any) { contract[field] = value })}
		err := c.run("consumer", consumer(`{"endpoint": {"privateDnsDomains": ["example.com"]}}`))
		if err != nil {
			assert.Less(t, len(err.Error()), 64*1000)
			assert.NotContains(t, err.Error(), "\x1b")
			for _, line := range strings.Split(err.Error(), "\n") {
				assert.True(t, strings.HasPrefix(line, "stack "+providerStack+": ") || strings.HasPrefix(line, "aws:region ") || strings.HasPrefix(line, "consumer.") ||
					strings.HasPrefix(line, "the service is in"), line)
			}
			assert.Empty(t, c.of("awsx:ec2:Vpc"))
			return
		}
		for _, r := range c.registrations {
			if r.typ != "pulumi:pulumi:StackReference" {
				assert.NotContains(t, r.name+fmt.Sprint(plain(r.inputs)), mark, "%s of %s", field, r.typ)
			}
		}
		assert.Contains(t, c.outputs["url"], endpointName)
		assert.LessOrEqual(t, len(c.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")), 60)
	})
}

// Whatever a consumer's stack says, the provider's own update goes on, and accepts what has
// the form of an endpoint's ID of the tenant's accounts.
func TestNoConsumerStopsTheProvider(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		outputs := map[string]any{}
		for _, name := range []string{"accountId", "endpointId", "endpointIds"} {
			if rapid.Bool().Draw(t, name) {
				outputs[name] = hostileValues().Draw(t, name+"'s value")
			}
		}
		if rapid.Bool().Draw(t, "an endpoint") {
			outputs["endpointIds"] = map[string]any{"apps": "vpce-22222222", hostileTexts().Draw(t, "network"): hostileValues().Draw(t, "ID")}
		}
		c := newCloud()
		c.stacks[consumerStack] = outputs
		require.NoError(t, c.run("provider", provider(`{"tenants": {"acme": {"accounts": ["222222222222"], "consumerStacks": ["consumer"]}}}`)))
		for _, r := range c.registrations {
			if r.typ != "pulumi:pulumi:StackReference" {
				assert.NotContains(t, r.name+fmt.Sprint(plain(r.inputs)), mark, r.typ)
			}
		}
		for _, id := range c.input("aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter", "vpcEndpointId") {
			assert.True(t, check.Forms["endpoint"].Ok(id.(string)), id)
		}
	})
}

func TestAConsumerHasSomeEndpointsAndNotThousands(t *testing.T) {
	for count, want := range map[int]int{100: 100, 101: 0} {
		ids := map[string]any{}
		for i := range count {
			ids[fmt.Sprintf("n%d", i)] = fmt.Sprintf("vpce-%08x", i)
		}
		c := newCloud()
		c.stacks[consumerStack] = map[string]any{"endpointIds": ids}
		require.NoError(t, c.run("provider", provider(`{"tenants": {"acme": {"accounts": ["222222222222"], "consumerStacks": ["consumer"]}}}`)))
		assert.Len(t, c.of("aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"), want)
	}
}
