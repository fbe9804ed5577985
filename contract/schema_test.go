package contract_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	reflector "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
)

var update = flag.Bool("update", false, "rewrite the JSON Schemas from the Go types")

const schemas = "../schemas"

// The schemas are what programs in other languages hold the outputs to. They come
// from the Go types, their descriptions from the doc comments.
func TestSchemas(t *testing.T) {
	for name, of := range map[string]any{
		"provider-outputs": contract.ProviderOutputs{},
		"consumer-outputs": contract.ConsumerOutputs{},
	} {
		t.Run(name, func(t *testing.T) {
			want := reflectSchema(t, name, of)
			file := filepath.Join(schemas, name+".json")
			if *update {
				require.NoError(t, os.WriteFile(file, want, 0o600))
			}
			have, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(have), "the schema is not the Go type's: run go test ./contract -update")
		})
	}
}

// link is a link to Go's documentation in a doc comment: [Parse].
var link = regexp.MustCompile(`\[([A-Z]\w*(?:\.\w+)?)\]`)

func reflectSchema(t *testing.T, name string, of any) []byte {
	t.Helper()
	r := reflector.Reflector{ExpandedStruct: true, Anonymous: true}
	require.NoError(t, r.AddGoComments("fargate-privatelink/contract", "."))
	for key, comment := range r.CommentMap {
		r.CommentMap[key] = strings.ReplaceAll(link.ReplaceAllString(comment, "$1"), "\n", " ")
	}
	schema := r.Reflect(of)
	// A name and no address: the module's own name has no host either.
	schema.ID = reflector.ID(fmt.Sprintf("urn:fargate-privatelink:%s:contract-%d", name, contract.Version))
	schema.Title = "Outputs of a stack with role " + strings.TrimSuffix(name, "-outputs")
	// New outputs and keys may come in any release.
	schema.AdditionalProperties = nil
	for _, definition := range schema.Definitions {
		definition.AdditionalProperties = nil
	}
	if endpoint := schema.Definitions["Endpoint"]; endpoint != nil {
		eitherOr(schema, endpoint.Required)
	}
	data, err := json.Marshal(schema)
	require.NoError(t, err)
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, data, "", "  "))
	readable := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(indented.String())
	return []byte(readable + "\n")
}

// eitherOr says that a consumer's stack has one endpoint's outputs, or those of
// several by network: Go types can't.
func eitherOr(schema *reflector.Schema, ofOne []string) {
	ofSeveral := []string{"endpointIds", "endpoints"}
	schema.Required = slices.DeleteFunc(schema.Required, func(name string) bool { return slices.Contains(ofOne, name) })
	schema.OneOf = []*reflector.Schema{{Required: ofOne}, {Required: ofSeveral}}
}

func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(schemas, name+".json"))
	require.NoError(t, err)
	return schema
}

// validate holds a JSON document to a schema.
func validate(t *testing.T, schema *jsonschema.Schema, document string) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(document)))
	require.NoError(t, err)
	return schema.Validate(value)
}

func TestSchemaHasTheContractsVersion(t *testing.T) {
	schema := compile(t, "provider-outputs")
	document := providerOutputs(t, nil)
	require.NoError(t, validate(t, schema, document))
	other := providerOutputs(t, func(o map[string]any) {
		o["contract"].(map[string]any)["version"] = contract.Version + 1
	})
	require.ErrorContains(t, validate(t, schema, other), "/contract/version")
}

// The schema and the Go reader refuse the same documents.
func TestSchemaAndReaderAgree(t *testing.T) {
	inContract := func(key string, value any) func(map[string]any) {
		return func(o map[string]any) { o["contract"].(map[string]any)[key] = value }
	}
	for what, edit := range map[string]func(map[string]any){
		"no output":              func(o map[string]any) { delete(o, "clusterName") },
		"another type":           func(o map[string]any) { o["availabilityZoneIds"] = "use1-az1" },
		"a null":                 func(o map[string]any) { o["vpcId"] = nil },
		"a number for an id":     func(o map[string]any) { o["acceptedEndpoints"] = map[string]any{"a": 1} },
		"no contract":            func(o map[string]any) { delete(o, "contract") },
		"a contract as text":     func(o map[string]any) { o["contract"] = "{}" },
		"a port of none":         inContract("ports", []any{}),
		"a port out of range":    inContract("ports", []any{map[string]any{"port": 65536, "protocol": "tcp"}}),
		"a port of no protocol":  inContract("ports", []any{map[string]any{"port": 80}}),
		"an unknown protocol":    inContract("ports", []any{map[string]any{"port": 80, "protocol": "http"}}),
		"an unknown address":     inContract("supportedIpAddressTypes", []any{"ipv5"}),
		"a name for a region":    inContract("region", "Virginia"),
		"a name for a service":   inContract("serviceId", "web"),
		"a boolean in quotes":    inContract("acceptanceRequired", "true"),
		"another version":        inContract("version", 2),
		"another service's name": inContract("serviceName", "com.amazonaws.us-east-1.s3"),
	} {
		t.Run(what, func(t *testing.T) {
			document := providerOutputs(t, edit)
			require.Error(t, validate(t, compile(t, "provider-outputs"), document))
			_, err := contract.ParseProviderOutputs([]byte(document))
			require.Error(t, err)
		})
	}
}

// providerOutputs are the outputs of a provider's stack, edited.
func providerOutputs(t *testing.T, edit func(map[string]any)) string {
	t.Helper()
	c := example()
	return outputs(t, contract.ProviderOutputs{
		Contract: c, ServiceName: c.ServiceName, ServiceId: c.ServiceId, AvailabilityZoneIds: []string{"use1-az1"},
		AcceptedEndpoints: map[string]string{"acme-consumer": "vpce-0a1b2c3d4e5f60718"},
		LoadBalancerArn:   "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/web-nlb-1234567/0123456789abcdef",
		ClusterName:       "web-1234567", EcsServiceName: "web-1234567", LogGroupName: "web-1234567", VpcId: "vpc-0a1b2c3d4e5f60718",
	}, edit)
}

func consumerOutputs(t *testing.T, edit func(map[string]any)) string {
	t.Helper()
	const name = "vpce-0a1b2c3d4e5f60718-abcdefgh.vpce-svc-0a1b2c3d4e5f60718.us-east-1.vpce.amazonaws.com"
	return outputs(t, contract.ConsumerOutputs{
		ConsumedService: contract.ConsumedService{
			AccountId: "222222222222", Region: "us-east-1", ServiceName: example().ServiceName,
			Ports: []contract.Port{{Port: 80, Protocol: "tcp"}},
		},
		Endpoint: contract.Endpoint{
			EndpointId: "vpce-0a1b2c3d4e5f60718", DnsName: name, DnsNames: []string{name}, Url: "http://" + name,
			ClientCidrBlocks: []string{"10.20.0.0/16"}, ClientSecurityGroupIds: []string{}, ClientPrefixListIds: []string{},
			SecurityGroupId: "sg-0a1b2c3d4e5f60718", VpcId: "vpc-0a1b2c3d4e5f60718", SubnetIds: []string{"subnet-0a1b2c3d4e5f60718"},
		},
	}, edit)
}

// severalEndpoints moves the only endpoint's outputs to two networks.
func severalEndpoints(o map[string]any) {
	endpoint := map[string]any{}
	for _, name := range contract.EndpointOutputNames() {
		if value, found := o[name]; found {
			endpoint[name] = value
			delete(o, name)
		}
	}
	o["endpointIds"] = map[string]any{"a": "vpce-1", "b": "vpce-2"}
	o["endpoints"] = map[string]any{"a": endpoint, "b": maps.Clone(endpoint)}
}

func outputs(t *testing.T, of any, edit func(map[string]any)) string {
	t.Helper()
	data, err := json.Marshal(of)
	require.NoError(t, err)
	var document map[string]any
	require.NoError(t, json.Unmarshal(data, &document))
	if edit != nil {
		edit(document)
	}
	data, err = json.Marshal(document)
	require.NoError(t, err)
	return string(data)
}

func TestParseConsumerOutputs(t *testing.T) {
	schema := compile(t, "consumer-outputs")
	for what, edit := range map[string]func(map[string]any){
		"all":               nil,
		"no url, only UDP":  func(o map[string]any) { delete(o, "url") },
		"a newer release's": func(o map[string]any) { o["hostedZoneId"] = "Z1" },
	} {
		document := consumerOutputs(t, edit)
		require.NoError(t, validate(t, schema, document), what)
		parsed, err := contract.ParseConsumerOutputs([]byte(document))
		require.NoError(t, err, what)
		assert.Equal(t, []contract.Port{{Port: 80, Protocol: "tcp"}}, parsed.Ports, what)
		assert.Equal(t, map[string]contract.Endpoint{"": parsed.Endpoint}, parsed.All(), what)
	}
}

func TestParseConsumerOutputsOfSeveralNetworks(t *testing.T) {
	document := consumerOutputs(t, severalEndpoints)
	require.NoError(t, validate(t, compile(t, "consumer-outputs"), document))
	parsed, err := contract.ParseConsumerOutputs([]byte(document))
	require.NoError(t, err)
	assert.Equal(t, "222222222222", parsed.AccountId)
	assert.Equal(t, map[string]string{"a": "vpce-1", "b": "vpce-2"}, parsed.EndpointIds)
	require.Len(t, parsed.All(), 2)
	assert.Equal(t, "vpc-0a1b2c3d4e5f60718", parsed.All()["b"].VpcId)
	assert.Empty(t, parsed.EndpointId)

	broken := consumerOutputs(t, func(o map[string]any) {
		severalEndpoints(o)
		delete(o["endpoints"].(map[string]any)["b"].(map[string]any), "vpcId")
	})
	require.Error(t, validate(t, compile(t, "consumer-outputs"), broken))
	_, err = contract.ParseConsumerOutputs([]byte(broken))
	require.ErrorContains(t, err, "outputs.endpoints.b lacks vpcId (it has clientCidrBlocks, ")
}

func sharded(o map[string]any) {
	o["contracts"] = map[string]any{"1": o["contract"], "2": o["contract"]}
	o["tenantShards"] = map[string]any{"acme": map[string]any{"shard": 2, "accounts": []any{"222222222222"}}}
}

func TestParseProviderOutputsOfSeveralShards(t *testing.T) {
	document := providerOutputs(t, sharded)
	require.NoError(t, validate(t, compile(t, "provider-outputs"), document))
	parsed, err := contract.ParseProviderOutputs([]byte(document))
	require.NoError(t, err)
	assert.Equal(t, map[string]contract.TenantShard{"acme": {Shard: 2, Accounts: []string{"222222222222"}}}, parsed.TenantShards)
	assert.Equal(t, map[string]contract.Contract{"1": parsed.Contract, "2": parsed.Contract}, parsed.Contracts)

	broken := providerOutputs(t, func(o map[string]any) {
		sharded(o)
		o["contracts"].(map[string]any)["2"] = map[string]any{"version": 2}
	})
	_, err = contract.ParseProviderOutputs([]byte(broken))
	require.EqualError(t, err, "shard 2: contract.version is 2; this program reads version 1: upgrade this program to the provider's release")
}

func TestParseOutputsSaysWhatIsMissing(t *testing.T) {
	const means = "they must be those of a stack with role %s and contract version 1; if it is one, have its owner upgrade its program and run pulumi up"
	consumer := func(document string) error { _, err := contract.ParseConsumerOutputs([]byte(document)); return err }
	provider := func(document string) error { _, err := contract.ParseProviderOutputs([]byte(document)); return err }
	tests := map[string]struct {
		read     func(string) error
		document string
		want     string
	}{
		"nothing deployed": {consumer, `{}`, "there are no outputs: the stack was never deployed, or was destroyed"},
		"no JSON":          {consumer, `url`, "outputs are not a JSON object: invalid character 'u' looking for beginning of value"},
		"a list":           {provider, `[]`, "outputs are not a JSON object: json: cannot unmarshal array into Go value of type map[string]json.RawMessage"},
		"the other side's": {
			consumer, providerOutputs(t, nil),
			"the outputs accountId, region, ports, endpointId, dnsName, dnsNames, clientCidrBlocks, clientSecurityGroupIds, clientPrefixListIds, securityGroupId, subnetIds are missing " +
				"(there are acceptedEndpoints, availabilityZoneIds, clientAccess, clusterName, contract, ecsServiceName, loadBalancerArn, loadBalancerDnsName, logGroupName, serviceId, serviceName, vpcId): " +
				fmt.Sprintf(means, "consumer"),
		},
		"one of them": {
			provider, `{"contract": {"version": 1}, "vpcId": "vpc-1"}`,
			"the outputs serviceName, serviceId, availabilityZoneIds, acceptedEndpoints, loadBalancerArn, loadBalancerDnsName, clientAccess, clusterName, ecsServiceName, logGroupName are missing " +
				"(there are contract, vpcId): " + fmt.Sprintf(means, "provider"),
		},
		"a newer contract": {
			provider, providerOutputs(t, func(o map[string]any) { o["contract"].(map[string]any)["version"] = 2 }),
			"contract.version is 2; this program reads version 1: upgrade this program to the provider's release",
		},
		"a wrong type": {
			consumer, consumerOutputs(t, func(o map[string]any) { o["ports"] = []any{80} }),
			"outputs.ports[0] is 80 (a number); it must be an object",
		},
		"a contract that breaks its own rules": {
			provider, providerOutputs(t, func(o map[string]any) { o["contract"].(map[string]any)["availabilityZoneIds"] = []any{"us-east-1a"} }),
			`contract.availabilityZoneIds[0] is "us-east-1a"; it must be an availability zone ID such as use1-az1`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { require.EqualError(t, test.read(test.document), test.want) })
	}
}
