package contract_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fargate-privatelink/contract"
)

func example() contract.Contract {
	return contract.Contract{
		Version:                 contract.Version,
		ServiceName:             "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718",
		ServiceId:               "vpce-svc-0a1b2c3d4e5f60718",
		Region:                  "us-east-1",
		Ports:                   []contract.Port{{Port: 443, Protocol: "tls"}, {Port: 80, Protocol: "tcp"}},
		AvailabilityZoneIds:     []string{"use1-az2", "use1-az1"},
		AcceptanceRequired:      true,
		SupportedRegions:        []string{"us-west-2", "us-east-1"},
		SupportedIpAddressTypes: []string{"ipv4"},
	}
}

// The golden file is the wire format. A change to it that an older reader would
// misunderstand needs a new Version.
func TestGoldenJSON(t *testing.T) {
	compact, err := json.Marshal(example())
	require.NoError(t, err)
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, compact, "", "  "))

	golden, err := os.ReadFile("testdata/contract.json")
	require.NoError(t, err)
	assert.Equal(t, string(golden), indented.String()+"\n")

	parsed, err := contract.Parse(golden)
	require.NoError(t, err)
	written, err := json.Marshal(parsed)
	require.NoError(t, err)
	assert.Equal(t, string(compact), string(written))
}

func TestParseFillsInWhatAwsDefaults(t *testing.T) {
	parsed, err := contract.Parse([]byte(edit(t, func(c map[string]any) {
		delete(c, "privateDnsName")
		delete(c, "supportedRegions")
		delete(c, "supportedIpAddressTypes")
	})))
	require.NoError(t, err)
	assert.Empty(t, parsed.PrivateDnsName)
	assert.Equal(t, []string{"us-east-1"}, parsed.SupportedRegions)
	assert.Equal(t, []string{"ipv4"}, parsed.SupportedIpAddressTypes)
}

func TestParseTakesEveryPartition(t *testing.T) {
	for region, name := range map[string]string{
		"cn-north-1":     "cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0a1b2c3d4e5f60718",
		"us-gov-west-1":  "com.amazonaws.vpce.us-gov-west-1.vpce-svc-0a1b2c3d4e5f60718",
		"ap-southeast-2": "com.amazonaws.vpce.ap-southeast-2.vpce-svc-0a1b2c3d4e5f60718",
	} {
		_, err := contract.Parse([]byte(edit(t, func(c map[string]any) {
			c["region"], c["serviceName"], c["supportedRegions"] = region, name, []any{region}
		})))
		assert.NoError(t, err)
	}
}

// edit returns the example's JSON after a change.
func edit(t *testing.T, change func(map[string]any)) string {
	t.Helper()
	value, err := example().Value()
	require.NoError(t, err)
	change(value)
	data, err := json.Marshal(value)
	require.NoError(t, err)
	return string(data)
}

func set(key string, value any) func(map[string]any) {
	return func(c map[string]any) { c[key] = value }
}

func without(key string) func(map[string]any) {
	return func(c map[string]any) { delete(c, key) }
}

func TestParseRefuses(t *testing.T) {
	const known = " (known keys: acceptanceRequired, availabilityZoneIds, ports, privateDnsName, region, serviceId, serviceName, supportedIpAddressTypes, supportedRegions, version)"
	port := func(number, protocol any) map[string]any {
		return map[string]any{"port": number, "protocol": protocol}
	}
	tests := map[string]struct {
		input string
		want  []string
	}{
		"nothing":          {"", []string{`contract is not valid JSON: it is empty`}},
		"a list":           {"[]", []string{`contract is a list; it must be an object`}},
		"null":             {"null", []string{`contract.version is missing: is this a contract?`}},
		"another object":   {`{"endpointId": "vpce-1"}`, []string{`contract.version is missing: is this a contract?`}},
		"a newer version":  {edit(t, set("version", 2)), []string{`contract.version is 2; this program reads version 1: upgrade this program to the provider's release`}},
		"an older version": {edit(t, set("version", 0)), []string{`contract.version is 0; this program reads version 1: have the provider upgrade its program and run pulumi up`}},
		"a newer version with unknown keys": {`{"version": 9, "endpoints": []}`, []string{
			`contract.version is 9; this program reads version 1: upgrade this program to the provider's release`,
		}},
		"a quoted version": {edit(t, set("version", "1")), []string{`contract.version is "1" (a string); it must be an integer: remove the quotes`}},
		"a misspelt key": {edit(t, func(c map[string]any) { c["privateDNSName"] = c["privateDnsName"]; delete(c, "privateDnsName") }), []string{
			`contract.privateDNSName is not a known key: did you mean privateDnsName?` + known,
		}},
		"a misspelt nested": {edit(t, set("ports", []any{map[string]any{"prot": 80, "protocol": "tcp"}})), []string{
			`contract.ports[0].prot is not a known key: did you mean port? (known keys: port, protocol)`,
		}},
		"no service name": {edit(t, without("serviceName")), []string{`contract.serviceName is missing`}},
		"no acceptance":   {edit(t, without("acceptanceRequired")), []string{`contract.acceptanceRequired is missing`}},
		"only a version": {`{"version": 1}`, []string{
			`contract.serviceName is missing`,
			`contract.serviceId is missing`,
			`contract.region is missing`,
			`contract.ports is missing`,
			`contract.availabilityZoneIds is missing`,
			`contract.acceptanceRequired is missing`,
		}},
		"another region's name": {edit(t, set("serviceName", "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718")), []string{
			`contract.serviceName is "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"; it must be a name that ends in ".vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718", as its region and ID say`,
		}},
		"an endpoint for a service": {edit(t, func(c map[string]any) {
			c["serviceId"], c["serviceName"] = "vpce-0a1b2c3d4e5f60718", "com.amazonaws.vpce.us-east-1.vpce-0a1b2c3d4e5f60718"
		}), []string{`contract.serviceId is "vpce-0a1b2c3d4e5f60718"; it must be an endpoint service ID such as vpce-svc-0123456789abcdef0`}},
		"a zone for a region": {edit(t, func(c map[string]any) {
			c["region"], c["serviceName"], c["supportedRegions"] = "us-east-1a", "com.amazonaws.vpce.us-east-1a.vpce-svc-0a1b2c3d4e5f60718", []any{}
		}), []string{
			`contract.region is "us-east-1a"; it must be an AWS region such as us-east-1`,
			`contract.supportedRegions[0] is "us-east-1a"; it must be an AWS region such as us-east-1`,
		}},
		"no ports":         {edit(t, set("ports", []any{})), []string{`contract.ports is empty; it must hold the service's ports`}},
		"port 0":           {edit(t, set("ports", []any{port(0, "tcp")})), []string{`contract.ports[0].port is 0; it must be 1 to 65535`}},
		"port 65536":       {edit(t, set("ports", []any{port(65536, "tcp")})), []string{`contract.ports[0].port is 65536; it must be 1 to 65535`}},
		"a port in quotes": {edit(t, set("ports", []any{port("80", "tcp")})), []string{`contract.ports[0].port is "80" (a string); it must be an integer: remove the quotes`}},
		"a port's name":    {edit(t, set("ports", []any{port(80, "TCP")})), []string{`contract.ports[0].protocol is "TCP"; it must be one of tcp, tls, udp, tcp_udp`}},
		"a port without protocol": {edit(t, set("ports", []any{map[string]any{"port": 80}})), []string{
			`contract.ports[0].protocol is ""; it must be one of tcp, tls, udp, tcp_udp`,
		}},
		"a port twice": {edit(t, set("ports", []any{port(80, "tcp"), port(80, "udp")})), []string{
			`contract.ports[1].port is 80; it must be listed once: a load balancer has one listener for a port`,
		}},
		"no zones": {edit(t, set("availabilityZoneIds", []any{})), []string{`contract.availabilityZoneIds is empty; it must hold the service's zones`}},
		"zone names": {edit(t, set("availabilityZoneIds", []any{"us-east-1a"})), []string{
			`contract.availabilityZoneIds[0] is "us-east-1a"; it must be an availability zone ID such as use1-az1`,
		}},
		"a zone twice": {edit(t, set("availabilityZoneIds", []any{"use1-az1", "use1-az1"})), []string{
			`contract.availabilityZoneIds[1] is "use1-az1"; it must be listed once`,
		}},
		"not its own region": {edit(t, set("supportedRegions", []any{"us-west-2", "eu-west-1"})), []string{
			`contract.supportedRegions is "eu-west-1, us-west-2"; it must be a list that holds the service's region us-east-1`,
		}},
		"an address type": {edit(t, set("supportedIpAddressTypes", []any{"dualstack"})), []string{
			`contract.supportedIpAddressTypes[0] is "dualstack"; it must be one of ipv4, ipv6`,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			parsed, err := contract.Parse([]byte(test.input))
			require.EqualError(t, err, strings.Join(test.want, "\n"))
			assert.Nil(t, parsed)
		})
	}
}

func TestFromValueRefusesWhatJSONCannotHold(t *testing.T) {
	_, err := contract.FromValue(make(chan int))
	require.EqualError(t, err, "contract can't be written as JSON: json: unsupported type: chan int")
}

// contracts generates valid contracts.
func contracts() *rapid.Generator[contract.Contract] {
	return rapid.Custom(func(t *rapid.T) contract.Contract {
		region := rapid.StringMatching(`(us|eu|cn)-(east|gov-west|north)-[1-9]`).Draw(t, "region")
		id := rapid.StringMatching(`vpce-svc-[0-9a-f]{17}`).Draw(t, "id")
		numbers := rapid.SliceOfNDistinct(rapid.IntRange(1, 65535), 1, 5, rapid.ID).Draw(t, "ports")
		protocols := rapid.SampledFrom([]string{"tcp", "tls", "udp", "tcp_udp"})
		var ports []contract.Port
		for _, number := range numbers {
			ports = append(ports, contract.Port{Port: number, Protocol: protocols.Draw(t, "protocol")})
		}
		others := rapid.SliceOfDistinct(rapid.StringMatching(`ap-(south|east)-[1-9]`), rapid.ID)
		return contract.Contract{
			Version:                 contract.Version,
			ServiceName:             "com.amazonaws.vpce." + region + "." + id,
			ServiceId:               id,
			Region:                  region,
			Ports:                   ports,
			AvailabilityZoneIds:     rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{3,4}[1-9]-az[1-6]`), 1, 6, rapid.ID).Draw(t, "zones"),
			PrivateDnsName:          rapid.SampledFrom([]string{"", "api.example.com"}).Draw(t, "dns"),
			AcceptanceRequired:      rapid.Bool().Draw(t, "acceptance"),
			SupportedRegions:        append(others.Draw(t, "regions"), region),
			SupportedIpAddressTypes: rapid.SampledFrom([][]string{{"ipv4"}, {"ipv6"}, {"ipv6", "ipv4"}}).Draw(t, "types"),
		}
	})
}

// What is written is read back, through JSON and through the form of a stack
// output, and the order of the lists makes no difference.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		original := contracts().Draw(t, "contract")
		require.NoError(t, original.Validate())
		data, err := json.Marshal(original)
		require.NoError(t, err)

		parsed, err := contract.Parse(data)
		require.NoError(t, err)
		value, err := original.Value()
		require.NoError(t, err)
		fromValue, err := contract.FromValue(value)
		require.NoError(t, err)
		assert.Equal(t, parsed, fromValue)
		assert.ElementsMatch(t, original.Ports, parsed.Ports)
		assert.ElementsMatch(t, original.AvailabilityZoneIds, parsed.AvailabilityZoneIds)

		shuffle(t, original.Ports)
		shuffle(t, original.AvailabilityZoneIds)
		shuffle(t, original.SupportedRegions)
		shuffled, err := json.Marshal(original)
		require.NoError(t, err)
		assert.Equal(t, string(data), string(shuffled))
	})
}

func shuffle[E any](t *rapid.T, list []E) {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// Whatever key is damaged, the contract is refused and the key is named.
func TestDamageIsNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value, err := contracts().Draw(t, "contract").Value()
		require.NoError(t, err)
		key := rapid.SampledFrom(slices.Sorted(maps.Keys(value))).Draw(t, "key")
		value[key] = rapid.SampledFrom([]any{nil, map[string]any{}}).Draw(t, "damage")

		_, err = contract.FromValue(value)
		require.ErrorContains(t, err, "contract."+key)
	})
}

// Every field has its place in the JSON, so that none is lost on the way.
func TestEveryFieldIsWritten(t *testing.T) {
	value, err := example().Value()
	require.NoError(t, err)
	assert.Len(t, value, reflect.TypeFor[contract.Contract]().NumField())
}
