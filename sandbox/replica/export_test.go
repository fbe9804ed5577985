package replica

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// document is a state as JSON, for tests to change.
type document map[string]any

func readDocument(t *testing.T, name, stack string) document {
	t.Helper()
	b, err := os.ReadFile(recorded(name, stack))
	require.NoError(t, err)
	var d document
	require.NoError(t, json.Unmarshal(b, &d))
	return d
}

func (d document) write(t *testing.T, file string) string {
	t.Helper()
	b, err := json.Marshal(d)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), file)
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return path
}

func (d document) deployment() map[string]any { return d["deployment"].(map[string]any) }

// resources calls f with each resource, and keeps those for which it returns true.
func (d document) resources(f func(r map[string]any) bool) {
	var kept []any
	for _, r := range d.deployment()["resources"].([]any) {
		if f(r.(map[string]any)) {
			kept = append(kept, r)
		}
	}
	d.deployment()["resources"] = kept
}

func (d document) add(resources ...map[string]any) {
	for _, r := range resources {
		d.deployment()["resources"] = append(d.deployment()["resources"].([]any), r)
	}
}

// TestBadStates: each gets one clear error, before anything is made.
func TestBadStates(t *testing.T) {
	const secrets = "its secrets are encrypted"
	tests := []struct {
		name string
		// text is the file; or else change is what becomes of a good one.
		text   string
		change func(d document)
		// phrase is the passphrase, or none for "-".
		phrase string
		says   string
	}{
		{name: "empty", text: " \n", says: "bad.json: it is empty: write it with pulumi stack export --file"},
		{name: "cut off", text: `{"version": 3, "deployment": {"resources": [{"urn": "urn:pul`, says: "bad.json: it ends in the middle: export it again"},
		{name: "no JSON", text: "config:\n  a: b\n", says: "bad.json: it is no state of Pulumi's, as pulumi stack export writes it: invalid character"},
		{name: "a list", text: "[]", says: "bad.json: it is no state of Pulumi's, as pulumi stack export writes it"},
		{name: "other JSON", text: `{"name": "web"}`, says: "bad.json: it is no state of Pulumi's: it has no version and deployment"},
		{name: "Terraform", text: `{"version": 4, "terraform_version": "1.9.0", "resources": []}`, says: "bad.json: it is Terraform's state, and no stack's of Pulumi: sandbox adopt reads it"},
		{name: "CloudFormation", text: `{"StackResources": []}`, says: "bad.json: it is a CloudFormation stack's resources"},
		{name: "newer format", change: func(d document) { d["version"] = 5 }, says: "bad.json: its format is version 5, of a newer Pulumi than this sandbox knows; it reads 3 to 4"},
		{name: "older format", change: func(d document) { d["version"] = 2 }, says: "bad.json: its format is version 2; the sandbox reads 3 to 4"},
		{name: "newer feature", change: func(d document) { d["version"], d["features"] = 4, []string{"views", "dreams"} }, says: `bad.json: it uses the feature "dreams", of a newer Pulumi`},
		{name: "never deployed", change: func(d document) { d.resources(func(map[string]any) bool { return false }) }, says: "bad.json: its stack has no resources: there is nothing to load"},
		{name: "no deployment", change: func(d document) { d["deployment"] = nil }, says: "bad.json: its stack has no resources: there is nothing to load"},
		{name: "pending operations", change: func(d document) {
			operation := map[string]any{"type": "creating", "resource": map[string]any{
				"urn": "urn:pulumi:provider::fargate-privatelink::aws:lb/loadBalancer:LoadBalancer::web", "custom": true, "type": "aws:lb/loadBalancer:LoadBalancer",
			}}
			d.deployment()["pending_operations"] = []any{operation, operation}
		}, says: "bad.json: an operation is pending in it, creating urn:pulumi:provider::fargate-privatelink::aws:lb/loadBalancer:LoadBalancer::web and 1 more: nobody knows whether AWS has done it; run pulumi refresh on the stack, and export it again"},
		{name: "a cloud's secrets provider", change: func(d document) {
			d.deployment()["secrets_providers"] = map[string]any{"type": "cloud", "state": map[string]any{"url": "awskms://alias/pulumi?region=us-east-1"}}
		}, says: "bad.json: its secrets are encrypted by a provider that isn't here, cloud awskms://alias/pulumi?region=us-east-1: export it with pulumi stack export --show-secrets"},
		{name: "Pulumi Cloud's secrets", change: func(d document) {
			d.deployment()["secrets_providers"] = map[string]any{"type": "service", "state": map[string]any{"owner": "acme", "project": "web"}}
		}, says: "bad.json: its secrets are encrypted by a provider that isn't here, service acme/web"},
		{name: "no passphrase", phrase: "-", change: func(document) {}, says: "bad.json: its secrets are encrypted with a passphrase: set PULUMI_CONFIG_PASSPHRASE"},
		{name: "another passphrase", phrase: "y", change: func(document) {}, says: "bad.json: its secrets are encrypted with another passphrase than the one in PULUMI_CONFIG_PASSPHRASE"},
		{name: "a broken salt", change: func(d document) {
			d.deployment()["secrets_providers"] = map[string]any{"type": "passphrase", "state": map[string]any{"salt": "v2:x"}}
		}, says: `bad.json: the salt of its secrets is "v2:x"; it must be v1:<salt>:<check>`},
		{name: "no URN", change: func(d document) {
			d.resources(func(r map[string]any) bool { r["urn"] = "web"; return true })
		}, says: `bad.json: its first resource has the URN "web", which is none`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			setPassphrase(t, test.phrase)
			path := filepath.Join(t.TempDir(), "bad.json")
			if test.change == nil {
				require.NoError(t, os.WriteFile(path, []byte(test.text), 0o600))
			} else {
				d := readDocument(t, "no-internet-arm64-spot", "provider")
				test.change(d)
				path = d.write(t, "bad.json")
			}
			_, err := Read([]string{path})
			require.Error(t, err)
			require.True(t, strings.HasPrefix(err.Error(), test.says), err.Error())
			require.NotContains(t, err.Error(), "\n")
			require.True(t, test.phrase == "" || strings.Contains(err.Error(), secrets))
		})
	}
}

func setPassphrase(t *testing.T, phrase string) {
	t.Helper()
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	switch phrase {
	case "":
	case "-":
		require.NoError(t, os.Unsetenv("PULUMI_CONFIG_PASSPHRASE"))
	default:
		t.Setenv("PULUMI_CONFIG_PASSPHRASE", phrase)
	}
}

// TestReadSaysAllFaults: every file's at once, and which two are of the same stack.
func TestReadSaysAllFaults(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	_, err := Read([]string{recorded("default", "provider"), recorded("no-internet-arm64-spot", "provider"), "nowhere.json"})
	require.EqualError(t, err, "provider.json and provider.json are both of a stack provider: give the states of stacks whose names differ\n"+
		"nowhere.json: no such file or directory")
}

// TestReadBackendFile reads a state as a bucket has it, which is wrapped otherwise.
func TestReadBackendFile(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	d := readDocument(t, "default", "consumer")
	wrapped := document{"version": 3, "checkpoint": map[string]any{"stack": "organization/fargate-privatelink/consumer", "latest": d["deployment"]}}
	read, err := Read([]string{wrapped.write(t, "consumer.json")})
	require.NoError(t, err)
	require.Equal(t, "consumer", read[0].Stack)
	require.Equal(t, "fargate-privatelink", read[0].Project)
}

// TestSecretsStaySecret: what was encrypted is marked as secret once it is decrypted.
func TestSecretsStaySecret(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
	before := readDocument(t, "no-internet-arm64-spot", "provider")
	read, err := Read([]string{recorded("no-internet-arm64-spot", "provider")})
	require.NoError(t, err)
	state, err := read[0].untyped()
	require.NoError(t, err)
	b, err := json.Marshal(before)
	require.NoError(t, err)
	require.Positive(t, strings.Count(string(b), `"ciphertext"`))
	require.Equal(t, strings.Count(string(b), `"ciphertext"`), strings.Count(string(state.Deployment), `"plaintext"`))
	require.NotContains(t, string(state.Deployment), `"ciphertext"`)
}

// TestSurvey: what a state is of, and where its providers deploy to.
func TestSurvey(t *testing.T) {
	tests := []struct {
		name   string
		change func(d document)
		check  func(t *testing.T, w *surveyed)
		says   string
	}{
		{name: "an account that only ARNs say", change: func(d document) {
			d.resources(func(r map[string]any) bool {
				if r["type"] == "pulumi:providers:aws" {
					delete(r["inputs"].(map[string]any), "allowedAccountIds")
					delete(r["inputs"].(map[string]any), "region")
				}
				return true
			})
		}, check: func(t *testing.T, w *surveyed) {
			require.Equal(t, "provider: its provider default_6_83_4 deploys to us-east-1 in account 111111111111, as the ARNs of its resources have it", w.replica.Assumptions[0].String())
			for _, e := range w.existing {
				require.Equal(t, "111111111111", e.Account, e.ID)
			}
			require.Len(t, w.replica.Stacks[0].Callers, 1)
		}},
		{name: "a Region that isn't modelled", change: func(d document) {
			d.resources(func(r map[string]any) bool {
				if r["type"] == "pulumi:providers:aws" {
					r["inputs"].(map[string]any)["region"] = "mars-north-1"
				}
				return true
			})
		}, says: `state.json: its provider default_6_83_4 deploys to the Region "mars-north-1", which the sandbox does not model`},
		{name: "provider v7", change: func(d document) {
			d.resources(func(r map[string]any) bool {
				switch r["type"] {
				case "pulumi:providers:aws":
					r["inputs"].(map[string]any)["version"] = "7.4.0"
				case "aws:ec2/eip:Eip":
					r["inputs"].(map[string]any)["region"] = "us-east-1"
				}
				return true
			})
		}, check: func(t *testing.T, w *surveyed) {
			require.Equal(t, []string{"stack provider was deployed by version 7.4.0 of the AWS provider, and the sandbox models version 6. What it can't read:\n" +
				`  aws:ec2/eip:Eip: property "region" does not exist in the pulumi-aws SDK`}, w.replica.Warnings)
		}},
		{name: "provider v5", change: func(d document) {
			d.resources(func(r map[string]any) bool {
				if r["type"] == "pulumi:providers:aws" {
					r["inputs"].(map[string]any)["version"] = "5.43.0"
				}
				return true
			})
		}, check: func(t *testing.T, w *surveyed) {
			require.Equal(t, []string{"stack provider was deployed by version 5.43.0 of the AWS provider, and the sandbox models version 6. It can read all of its inputs."}, w.replica.Warnings)
		}},
		{name: "another organization", change: func(d document) {
			d.resources(func(r map[string]any) bool {
				if r["type"] == "pulumi:pulumi:StackReference" {
					r["inputs"].(map[string]any)["name"] = "acme/fargate-privatelink/consumer"
				}
				return true
			})
		}, check: func(t *testing.T, w *surveyed) {
			require.Equal(t, map[string]string{"acme/fargate-privatelink/consumer": "organization/fargate-privatelink/consumer"}, w.replica.Values)
		}},
		{name: "types that aren't modelled", change: func(d document) {
			d.add(map[string]any{
				"urn":  "urn:pulumi:provider::fargate-privatelink::aws:sqs/queue:Queue::jobs",
				"type": "aws:sqs/queue:Queue", "id": "jobs", "custom": true, "provider": awsProvider(d),
			}, map[string]any{
				"urn":  "urn:pulumi:provider::fargate-privatelink::random:index/randomId:RandomId::suffix",
				"type": "random:index/randomId:RandomId", "id": "abc", "custom": true, "provider": "urn:pulumi:provider::fargate-privatelink::pulumi:providers:random::default::1",
			}, map[string]any{
				"urn":  "urn:pulumi:provider::fargate-privatelink::pulumi:providers:random::default",
				"type": "pulumi:providers:random", "id": "1", "custom": true,
			})
		}, check: func(t *testing.T, w *surveyed) {
			require.Len(t, w.replica.Kept, 2)
			require.Equal(t, "aws:sqs/queue:Queue", w.replica.Kept[0].Type)
			require.Equal(t, []string{"random"}, w.replica.Stacks[0].Packages)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("PULUMI_CONFIG_PASSPHRASE", "x")
			d := readDocument(t, "default", "provider")
			test.change(d)
			read, err := Read([]string{d.write(t, "state.json")})
			require.NoError(t, err)
			w, err := survey(read)
			if test.says != "" {
				require.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			test.check(t, w)
		})
	}
}

// awsProvider is the reference to a state's first AWS provider.
func awsProvider(d document) string {
	for _, r := range d.deployment()["resources"].([]any) {
		if r := r.(map[string]any); r["type"] == "pulumi:providers:aws" {
			return r["urn"].(string) + "::" + r["id"].(string)
		}
	}
	return ""
}
