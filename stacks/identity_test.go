package stacks_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/schema"
)

// manyThings has several of all that labels, orders and spellings could tell apart.
const manyThings = `{
	"listeners": {"443/tls": {"domainName": "api.example.com", "subjectAlternativeNames": ["a.example.com", "b.example.com"], "hostedZoneId": "Z1"}, "80/tcp": {}},
	"service": {
		"kmsKeyArns": ["arn:aws:kms:us-east-1:111111111111:key/2", "arn:aws:kms:us-east-1:111111111111:key/1"],
		"secrets": {"A": "arn:aws:ssm:us-east-1:111111111111:parameter/b", "B": "arn:aws:ssm:us-east-1:111111111111:parameter/a"},
		"taskRolePolicyArns": ["arn:aws:iam::111111111111:policy/b", "arn:aws:iam::111111111111:policy/a"],
		"deployment": {"alarmNames": ["one", "two"]},
		"egress": {
			"database": {"port": 5432, "cidrBlocks": ["10.1.0.0/16", "2001:db8:1::/48", "10.2.0.0/16"], "securityGroupIds": ["sg-11111111", "sg-22222222"]},
			"cache": {"port": 6379, "toPort": 6380, "cidrBlocks": ["2001:db8::/48"], "prefixListIds": ["pl-22222222", "pl-11111111"]}
		}
	},
	"loadBalancer": {"clientCidrs": ["10.20.0.0/16", "10.21.0.0/16", "10.22.0.0/16"]},
	"endpointService": {"supportedRegions": ["us-west-2", "eu-west-1"]},
	"notifications": {"enabled": true, "events": ["Connect", "Accept"], "emails": ["b@example.com", "a@example.com"], "httpsUrls": ["https://b.example/", "https://a.example/"]},
	"tenants": {
		"acme": {"accounts": ["222222222222", "333333333333"], "principals": ["arn:aws:iam::444444444444:role/a", "arn:aws:iam::444444444444:user/b"],
			"endpointIds": ["vpce-22222222", "vpce-11111111"], "consumerStacks": ["consumer", "consumer-b"]},
		"beta": {"accounts": ["555555555555"], "endpointIds": ["vpce-33333333"]}
	}
}`

const manyClients = `{
	"endpoint": {"ipAddressType": "dualstack", "additionalSecurityGroupIds": ["sg-33333333", "sg-44444444"], "privateDnsDomains": ["example.com", "example.org"]},
	"clients": {"cidrBlocks": ["10.1.0.0/16", "2001:db8:ab::/48", "10.0.0.0/16"], "securityGroupIds": ["sg-22222222", "sg-11111111"], "prefixListIds": ["pl-22222222", "pl-11111111"]}
}`

// written is another way to write a configuration: lists whose order means nothing in another
// one, tenants and entries of egress under other labels, blocks of IPv6 addresses in capitals.
func written(t *rapid.T, key *schema.Key, value any) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = written(t, key.Elem, element)
		}
		if key.Unique || strings.HasPrefix(key.Path, "provider.tenants.") {
			return rapid.Permutation(list).Draw(t, key.Path)
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			as := name
			if key.Path == "provider.tenants" || key.Path == "provider.service.egress" {
				as += rapid.SampledFrom([]string{"", "-inc", "-2"}).Draw(t, "label")
			}
			object[as] = written(t, below(key, name), v[name])
		}
		return object
	case string:
		if strings.Contains(v, "2001:db8") && rapid.Bool().Draw(t, "capitals") {
			return strings.ToUpper(strings.Replace(v, ":db8", ":0db8", 1))
		}
		return v
	default:
		return v
	}
}

// below is a key of an object, or what a map consists of.
func below(key *schema.Key, name string) *schema.Key {
	if key.Elem != nil {
		return key.Elem
	}
	for _, member := range key.Keys {
		if member.Name == name {
			return member
		}
	}
	panic(key.Path + " has no " + name)
}

// identityCloud has what the configurations name.
func identityCloud() *cloud {
	c := newConsumerCloud()
	c.stacks[consumerStack] = map[string]any{"accountId": "222222222222", "endpointIds": map[string]any{"apps": "vpce-44444444", "jobs": "vpce-55555555"}}
	c.stacks[consumerStack+"-b"] = map[string]any{"accountId": "333333333333", "endpointId": "vpce-66666666"}
	c.stacks[providerStack] = map[string]any{"contract": changedContract(func(value map[string]any) {
		value["supportedIpAddressTypes"] = []any{"ipv4", "ipv6"}
	})}
	return c
}

// registered is what a run registers: each resource with its inputs, in which the order of a
// list of texts means nothing to AWS.
func registered(t require.TestingT, c *cloud, role, document string) []string {
	require.NoError(t, c.run("stack", map[string]string{"role": role, role: document}), document)
	var lines []string
	for _, r := range c.registrations {
		lines = append(lines, fmt.Sprintf("%s %s under %s: %v", r.typ, r.name, r.parent, ordered(plain(r.inputs))))
	}
	slices.Sort(lines)
	return lines
}

// ordered is a value whose lists of texts are in order.
func ordered(value any) any {
	switch v := value.(type) {
	case []any:
		texts := make([]string, len(v))
		for i, element := range v {
			texts[i] = fmt.Sprint(ordered(element))
		}
		return slices.Sorted(slices.Values(texts))
	case map[string]any:
		object := map[string]any{}
		for name, element := range v {
			object[name] = ordered(element)
		}
		return object
	default:
		return v
	}
}

// How a configuration is labelled, ordered and written changes nothing: every resource has
// the same URN and the same inputs.
func TestAnotherWayToWriteItChangesNothing(t *testing.T) {
	for _, role := range roles(t) {
		document := map[string]string{"provider": manyThings, "consumer": manyClients}[role.Name]
		want := registered(t, identityCloud(), role.Name, document)
		var value any
		require.NoError(t, json.Unmarshal([]byte(document), &value))
		ways := rapid.Custom(func(t *rapid.T) any { return written(t, role, value) })
		for seed := range 20 {
			t.Run(fmt.Sprint(role.Name, " ", seed), func(t *testing.T) {
				other, err := json.Marshal(ways.Example(seed))
				require.NoError(t, err)
				assert.Equal(t, want, registered(t, identityCloud(), role.Name, string(other)))
			})
		}
	}
}

// configured is a configuration and the stacks that it names.
type configured struct {
	cloud  *cloud
	config map[string]any
}

// Whatever joins keys to names keeps different things apart: no two resources have one URN.
func TestNoTwoResourcesHaveOneUrn(t *testing.T) {
	words := []string{"a", "b", "a-b", "b-a", "a-a", "s", "x", "x-s", "a-x", "80", "80-tcp", "endpoint", "a-endpoint", "security-group", "a-private-dns"}
	some := func(t *rapid.T, what string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(words), 1, 5, rapid.ID[string]).Draw(t, what)
	}
	each := func(names []string, value func(i int, name string) any) map[string]any {
		object := map[string]any{}
		for i, name := range names {
			object[name] = value(i, name)
		}
		return object
	}
	for role, draw := range map[string]func(*rapid.T, *cloud) map[string]any{
		"provider": func(t *rapid.T, c *cloud) map[string]any {
			ids := 0
			id := func() string {
				ids++
				return fmt.Sprintf("vpce-%08x", ids)
			}
			stacks := 0
			return map[string]any{
				"tenants": each(some(t, "tenants"), func(i int, name string) any {
					account := fmt.Sprintf("%012d", 222222222222+i)
					var named []string
					for range rapid.IntRange(0, 2).Draw(t, "stacks") {
						stack := strings.Join(words[stacks%len(words):stacks%len(words)+1], "") + strings.Repeat("-s", stacks/len(words))
						stacks++
						c.stacks[organization+"/"+project+"/"+stack] = map[string]any{
							"accountId": account, "endpointId": id(), "endpointIds": each(some(t, "networks"), func(int, string) any { return id() }),
						}
						named = append(named, stack)
					}
					return map[string]any{"accounts": []string{account}, "principals": []string{
						"arn:aws:iam::" + account + ":role/a", "arn:aws:iam::" + account + ":user/a", "arn:aws:iam::" + account + ":role/a-b",
					}, "endpointIds": []string{id()}, "consumerStacks": append([]string{}, named...)}
				}),
				"service": map[string]any{"egress": each(some(t, "egress"), func(i int, name string) any {
					return map[string]any{"port": 8000 + i, "toPort": 8000 + 10*i + 80, "cidrBlocks": []string{"10.0.0.0/8"}, "securityGroupIds": []string{"sg-11111111"}}
				})},
			}
		},
		"consumer": func(t *rapid.T, c *cloud) map[string]any {
			return map[string]any{"networks": each(some(t, "networks"), func(i int, name string) any {
				return map[string]any{"cidrBlock": fmt.Sprintf("10.%d.0.0/16", i), "clients": map[string]any{"cidrBlocks": []string{"10.80.0.0/16", "10.0.0.0/8"}}}
			})}
		},
	} {
		drawn := rapid.Custom(func(t *rapid.T) configured {
			c := newConsumerCloud()
			return configured{c, draw(t, c)}
		})
		for seed := range 30 {
			one := drawn.Example(seed)
			c := one.cloud
			document, err := json.Marshal(one.config)
			require.NoError(t, err)
			require.NoError(t, c.run("stack", map[string]string{"role": role, role: string(document)}))
			seen, accepted := map[string]bool{}, map[string]bool{}
			for _, r := range c.registrations {
				// A URN has the types of the parents, and no name but its own.
				urn := r.parent[:strings.LastIndex("::"+r.parent, "::")] + " " + r.typ + " " + r.name
				assert.False(t, seen[urn], "%s, twice", urn)
				seen[urn] = true
				if r.typ == "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter" {
					accepted[plain(r.inputs)["vpcEndpointId"].(string)] = true
				}
			}
			wanted := 0
			for name, outputs := range c.stacks {
				if name != providerStack {
					wanted += 1 + len(outputs["endpointIds"].(map[string]any))
				}
			}
			if role == "provider" {
				var config struct{ Tenants map[string]any }
				require.NoError(t, json.Unmarshal(document, &config))
				assert.Len(t, accepted, wanted+len(config.Tenants), "every endpoint is accepted")
			}
		}
	}
}

// Keys that were joined by hyphens: a tenant, its stack and the stack's network.
func TestNoTenantDisplacesAnother(t *testing.T) {
	stack := func(name string) string { return organization + "/" + project + "/" + name }
	for _, test := range []struct {
		name, tenants string
		stacks        map[string]map[string]any
		want          []string
	}{
		{
			"acme's stack x with the network s, and acme-x's stack s",
			`{"acme": {"accounts": ["222222222222"], "consumerStacks": ["x"]}, "acme-x": {"accounts": ["333333333333"], "consumerStacks": ["s"]}}`,
			map[string]map[string]any{
				stack("x"): {"accountId": "222222222222", "endpointIds": map[string]any{"s": "vpce-11111111"}},
				stack("s"): {"accountId": "333333333333", "endpointId": "vpce-22222222"},
			},
			[]string{"vpce-11111111", "vpce-22222222"},
		},
		{
			"the stack consumer with the network blue, and the stack consumer-blue",
			`{"acme": {"accounts": ["222222222222"], "consumerStacks": ["consumer", "consumer-blue"]}}`,
			map[string]map[string]any{
				stack("consumer"):      {"accountId": "222222222222", "endpointIds": map[string]any{"blue": "vpce-11111111", "main": "vpce-22222222"}},
				stack("consumer-blue"): {"accountId": "222222222222", "endpointId": "vpce-33333333"},
			},
			[]string{"vpce-11111111", "vpce-22222222", "vpce-33333333"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCloud()
			maps.Copy(c.stacks, test.stacks)
			require.NoError(t, c.run("provider", provider(`{"tenants": `+test.tenants+`}`)))
			var accepted []string
			for _, r := range c.of("aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter") {
				accepted = append(accepted, plain(r.inputs)["vpcEndpointId"].(string))
			}
			assert.ElementsMatch(t, test.want, accepted)
		})
	}
}
