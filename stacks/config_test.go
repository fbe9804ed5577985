package stacks

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/internal/strict"
)

func loadProject(t *testing.T) *workspace.Project {
	t.Helper()
	// The CLI's own loader, which checks the file against the CLI's schema.
	project, err := workspace.LoadProject("../Pulumi.yaml")
	require.NoError(t, err)
	return project
}

// loadStack returns the configuration of one of the repository's stack files, as the
// CLI hands it to the program.
func loadStack(t *testing.T, name string) map[string]string {
	t.Helper()
	stack, err := workspace.LoadProjectStack(nil, loadProject(t), "../Pulumi."+name+".yaml")
	require.NoError(t, err)
	values := map[string]string{}
	for key, value := range stack.Config {
		values[key.String()], err = value.Value(config.NopDecrypter)
		require.NoError(t, err)
	}
	return values
}

// Pulumi.yaml describes each key that the structs have, with its type and its
// default, and no other.
func TestPulumiYamlDescribesEveryKey(t *testing.T) {
	project := loadProject(t)
	assert.Equal(t, "fargate-privatelink", string(project.Name))
	for role, defaults := range map[string]any{providerKey: defaultProviderConfig(), consumerKey: defaultConsumerConfig()} {
		described := map[string]string{}
		for _, line := range keyLine.FindAllStringSubmatch(project.Config[role].Description, -1) {
			assert.NotContains(t, described, line[1], "described twice")
			described[line[1]] = line[2]
		}
		assert.Equal(t, keysOf("", reflect.ValueOf(defaults)), described, role)
	}
	assert.Len(t, project.Config, 3, "the role and an object for each")
	for key := range programs {
		assert.Equal(t, map[string]any{}, project.Config[key].Default, "each stack leaves the other role's out")
		assert.Contains(t, project.Config[roleKey].Description, key)
	}
}

// keyLine is a key's line in a description: key (type, default x): what it is.
var keyLine = regexp.MustCompile(`(?m)^([A-Za-z.<>]+) \(([^)]+)\): .`)

// keysOf lists the keys of a configuration as Pulumi.yaml describes them.
func keysOf(path string, value reflect.Value) map[string]string {
	keys := map[string]string{}
	for i := range value.NumField() {
		key := path + value.Type().Field(i).Tag.Get("json")
		field := value.Field(i)
		switch {
		case field.Kind() == reflect.Struct:
			for nested, description := range keysOf(key+".", field) {
				keys[nested] = description
			}
		case field.Kind() == reflect.Map && field.Type().Elem().Kind() == reflect.Struct:
			for nested, description := range keysOf(key+".<name>.", reflect.New(field.Type().Elem()).Elem()) {
				keys[nested] = description
			}
		default:
			keys[key] = describe(field)
		}
	}
	return keys
}

func describe(field reflect.Value) string {
	kind := map[reflect.Type]string{
		reflect.TypeFor[string]():            "string",
		reflect.TypeFor[int]():               "integer",
		reflect.TypeFor[bool]():              "boolean",
		reflect.TypeFor[derivedBool]():       "boolean",
		reflect.TypeFor[[]string]():          "list of strings",
		reflect.TypeFor[map[string]string](): "map of strings",
		reflect.TypeFor[json.RawMessage]():   "object or JSON string",
	}[field.Type()]
	// A boolean is always one or the other, unless it is derived; of other types the zero value means that
	// there is no default.
	if (field.Kind() != reflect.Bool || field.Type() == reflect.TypeFor[derivedBool]()) && field.IsZero() {
		return kind
	}
	return fmt.Sprintf("%s, default %v", kind, field.Interface())
}

// The repository's own stack files are valid, and deploy to the two accounts of the
// example.
func TestStackFiles(t *testing.T) {
	const project = "fargate-privatelink:"
	provider := loadStack(t, "provider")
	assert.Equal(t, `["111111111111"]`, provider["aws:allowedAccountIds"])
	assert.Equal(t, "provider", provider[project+roleKey])
	p := defaultProviderConfig()
	keys, err := strict.Decode([]byte(provider[project+providerKey]), providerKey, &p)
	require.NoError(t, err)
	require.NoError(t, p.validate(keys))
	assert.Equal(t, "10.10.0.0/16", p.Network.CidrBlock)
	assert.Equal(t, []string{"sh", "-c"}, p.Service.EntryPoint)
	assert.Equal(t, []string{`exec nginx -g "daemon off;"`}, p.Service.Command)
	assert.Equal(t, map[string]tenantConfig{
		"acme": {Accounts: []string{"222222222222"}, ConsumerStacks: []string{"consumer"}},
	}, p.Tenants)

	consumer := loadStack(t, "consumer")
	assert.Equal(t, `["222222222222"]`, consumer["aws:allowedAccountIds"])
	assert.Equal(t, "consumer", consumer[project+roleKey])
	c := defaultConsumerConfig()
	keys, err = strict.Decode([]byte(consumer[project+consumerKey]), consumerKey, &c)
	require.NoError(t, err)
	require.NoError(t, c.validate(keys))
	assert.Equal(t, "provider", c.Provider)
	assert.Equal(t, "10.20.0.0/16", c.Network.CidrBlock)
}

// The defaults are allowed values themselves.
func TestDefaultsAreValid(t *testing.T) {
	p, c := defaultProviderConfig(), defaultConsumerConfig()
	assert.NoError(t, p.validate(strict.Keys{}))
	assert.NoError(t, c.validate(strict.Keys{}))
}

// Each consumer stack that has made no endpoint yet gets a notice that says which
// commands come next.
func TestNotices(t *testing.T) {
	a := acceptance{}
	a.notice("provider.tenants.acme.consumerStacks[0]", "acme-org/net/consumer", "prod")
	assert.Equal(t, []string{
		`provider.tenants.acme.consumerStacks[0]: stack "acme-org/net/consumer" has no endpoint yet. ` +
			`Next: pulumi up --stack acme-org/net/consumer, then pulumi up --stack prod to accept its endpoint.`,
	}, a.notices)
}

func TestForms(t *testing.T) {
	tests := map[string]struct {
		form        form
		good, wrong []string
	}{
		"name": {nameForm,
			[]string{"web", "w", "a-b-c", "web2", "exactly-16-chars", "sgx", "internals"},
			[]string{"", "2web", "web_1", "-web", "sg", "sg-1", "internal-web", "seventeen-letters"}},
		"tenant": {tenantForm,
			[]string{"acme", "a", "1", "222222222222", strings.Repeat("a", 32)},
			[]string{"", "-a", "a-", "Acme", "a.b", strings.Repeat("a", 33)}},
		"stack": {stackForm,
			[]string{"dev", "consumer-acme", "org/project/dev", "a.b_c-d"},
			[]string{"", "project/dev", "a/b/c/d", "/dev", "a b", "org//dev", strings.Repeat("a", 101)}},
		"principal": {principalForm,
			[]string{"*", "arn:aws:iam::222222222222:root", "arn:aws-cn:iam::222222222222:role/a.b_c", "arn:aws-us-gov:iam::222222222222:user/a@b"},
			[]string{"", "222222222222", "arn:aws:iam::2222:root", "arn:aws:iam::222222222222:role/a/b", "arn:aws:sts::222222222222:assumed-role/a/b", "arn:aws:iam::222222222222:group/a", "arn:aws:iam::*:root"}},
		"endpoint": {endpointForm,
			[]string{"vpce-01234567", "vpce-0123456789abcdef0"},
			[]string{"", "vpce-", "vpce-svc-0123456789abcdef0", "vpce-0123456789ABCDEF0", "vpce-012345678"}},
		"image": {imageForm,
			[]string{"nginx", "nginx:alpine", "public.ecr.aws/nginx/nginx:1.27", "localhost:5000/x", "x@sha256:0123abcd"},
			[]string{"", "Nginx", "nginx alpine", "https://nginx", strings.Repeat("a", 256)}},
		"path": {pathForm,
			[]string{"/", "/healthz?full=1", "/" + strings.Repeat("a", 1023)},
			[]string{"", "healthz", "/a b", "/" + strings.Repeat("a", 1024)}},
		"AWS service": {awsServiceForm,
			[]string{"s3", "ecr.api", "ecs-agent"},
			[]string{"", "S3", "ecr..api", ".ecr", "ecr/api"}},
	}
	for name, test := range tests {
		for _, value := range test.good {
			assert.True(t, test.form.valid(value), "%s %q", name, value)
		}
		for _, value := range test.wrong {
			assert.False(t, test.form.valid(value), "%s %q", name, value)
		}
	}
}

// Images that Amazon ECR serves from inside AWS, and some that only look like it.
func TestEcrImages(t *testing.T) {
	for image, private := range map[string]bool{
		"111111111111.dkr.ecr.us-east-1.amazonaws.com/web:1":          true,
		"111111111111.dkr.ecr-fips.us-gov-west-1.amazonaws.com/web":   true,
		"111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/team/web":   true,
		"111111111111.dkr-ecr.us-east-1.on.aws/web@sha256:0123456789": true,
		"public.ecr.aws/nginx/nginx":                                  false,
		"nginx:alpine":                                                false,
		"111111111111.dkr.ecr.us-east-1.amazonaws.com":                false,
		"111111111111.dkr.ecr.us-east-1.amazonaws.com.evil.test/web":  false,
		"evil.test/111111111111.dkr.ecr.us-east-1.amazonaws.com/web":  false,
	} {
		assert.Equal(t, private, isECRImage(image), image)
	}
}

// A volume is root's on Fargate, which whoever runs as somebody else is told.
func TestVolumeNotices(t *testing.T) {
	cfg := defaultProviderConfig()
	cfg.Service.WritablePaths = []string{"/tmp"}
	cfg.Service.Sidecars = map[string]sidecarConfig{
		"root":  {WritablePaths: []string{"/tmp"}, User: "0:0"},
		"none":  {User: "1000"},
		"agent": {WritablePaths: []string{"/tmp", "/var/run"}, User: "101:101"},
	}
	assert.Equal(t, []string{
		"provider.service.sidecars.agent.writablePaths: on Fargate /tmp, /var/run belongs to root, and the user 101:101 can write there only if the image " +
			"has made the directory theirs and declared it: RUN chown 101 /tmp /var/run, then VOLUME /tmp /var/run",
	}, cfg.volumeNotices())
}
