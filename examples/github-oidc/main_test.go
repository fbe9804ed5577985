package main

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// mocks stand in for the engine and AWS, and record what is registered.
type mocks struct {
	partition string

	mu        sync.Mutex
	resources map[string]resource.PropertyMap // by type and name
}

func (m *mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.resources[args.TypeToken+" "+args.Name] = args.Inputs
	outputs := args.Inputs.Copy()
	outputs["arn"] = resource.NewStringProperty("arn:" + m.partition + ":iam::111111111111:" + args.Name)
	outputs["name"] = resource.NewStringProperty(args.Name)
	return args.Name, outputs, nil
}

func (m *mocks) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	answers := map[string]map[string]any{
		"aws:index/getPartition:getPartition":           {"partition": m.partition},
		"aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "111111111111"},
	}
	return resource.NewPropertyMapFromMap(answers[args.Token]), nil
}

// text is a string input of a resource.
func (m *mocks) text(t *testing.T, typeAndName, key string) string {
	t.Helper()
	inputs, ok := m.resources[typeAndName]
	require.True(t, ok, "%s is not registered", typeAndName)
	return inputs[resource.PropertyKey(key)].StringValue()
}

// deploy runs the program with a configuration, as the CLI would hand it over.
func deploy(t *testing.T, partition string, changes map[string]string) (*mocks, map[string]any, error) {
	t.Helper()
	config := map[string]string{
		"aws:region":                     "us-east-1",
		"github-oidc:repository":         "octo-org/octo-repo",
		"github-oidc:side":               provider,
		"github-oidc:branch":             "main",
		"github-oidc:namePrefix":         "web",
		"github-oidc:createOidcProvider": "true",
	}
	for key, value := range changes {
		config["github-oidc:"+key] = value
	}
	m := &mocks{partition: partition, resources: map[string]resource.PropertyMap{}}
	var exports map[string]any
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		if err := run(ctx); err != nil {
			return err
		}
		exports = map[string]any{}
		for key, value := range ctx.GetCurrentExportMap() {
			exports[key] = value
		}
		return nil
	}, pulumi.WithMocks("github-oidc", "provider", m), func(info *pulumi.RunInfo) { info.Config = config })
	return m, exports, err
}

func trustOf(t *testing.T, m *mocks, role string) document {
	t.Helper()
	var trust document
	require.NoError(t, json.Unmarshal([]byte(m.text(t, "aws:iam/role:Role "+role, "assumeRolePolicy")), &trust))
	return trust
}

func TestProgram(t *testing.T) {
	m, exports, err := deploy(t, "aws", map[string]string{"repositoryOwnerId": "123456", "repositoryId": "456789"})
	require.NoError(t, err)
	require.Contains(t, exports, "previewRoleArn")
	require.Contains(t, exports, "deployRoleArn")
	require.Contains(t, exports, "taskBoundaryArn")
	require.Equal(t, "/github-oidc/", m.text(t, "aws:iam/policy:Policy task-boundary", "path"))
	require.Equal(t, "web-task-boundary", m.text(t, "aws:iam/policy:Policy task-boundary", "name"))

	require.Equal(t, "https://token.actions.githubusercontent.com",
		m.text(t, "aws:iam/openIdConnectProvider:OpenIdConnectProvider github", "url"))

	const repo = "repo:octo-org@123456/octo-repo@456789:"
	for role, subjects := range map[string][]string{
		"preview": {repo + "pull_request", repo + "ref:refs/heads/main"},
		"deploy":  {repo + "environment:provider"},
	} {
		require.Equal(t, document{Version: "2012-10-17", Statement: []statement{{
			Effect:    "Allow",
			Principal: map[string]string{"Federated": "arn:aws:iam::111111111111:github"},
			Action:    []string{"sts:AssumeRoleWithWebIdentity"},
			Condition: conditions{"StringEquals": {
				"token.actions.githubusercontent.com:aud": {"sts.amazonaws.com"},
				"token.actions.githubusercontent.com:sub": subjects,
			}},
		}}}, trustOf(t, m, role), role)
		require.Equal(t, "/github-oidc/", m.text(t, "aws:iam/role:Role "+role, "path"))
	}

	for _, name := range []string{"preview-read", "deploy-read", "deploy-network", "deploy-service"} {
		var doc document
		require.NoError(t, json.Unmarshal([]byte(m.text(t, "aws:iam/policy:Policy "+name, "policy")), &doc), name)
		require.NotEmpty(t, doc.Statement, name)
		role, _, _ := strings.Cut(name, "-")
		require.Equal(t, role, m.text(t, "aws:iam/rolePolicyAttachment:RolePolicyAttachment "+name, "role"))
	}
}

func TestProgramWithTheAccountsOwnOidcProvider(t *testing.T) {
	m, _, err := deploy(t, "aws-us-gov", map[string]string{"createOidcProvider": "false"})
	require.NoError(t, err)
	require.NotContains(t, m.resources, "aws:iam/openIdConnectProvider:OpenIdConnectProvider github")
	require.Equal(t, map[string]string{
		"Federated": "arn:aws-us-gov:iam::111111111111:oidc-provider/token.actions.githubusercontent.com",
	}, trustOf(t, m, "deploy").Statement[0].Principal)
}

func TestProgramReadsLists(t *testing.T) {
	m, _, err := deploy(t, "aws", map[string]string{
		"side": consumer, "environment": "prod", "regions": `["eu-west-1"]`, "features": `["alarms"]`,
		"stateBucket": "state-bucket",
	})
	require.NoError(t, err)
	require.Contains(t, m.text(t, "aws:iam/policy:Policy deploy-network", "policy"), `"aws:RequestedRegion":["eu-west-1"]`)
	require.Contains(t, m.text(t, "aws:iam/policy:Policy deploy-features", "policy"), "cloudwatch:PutMetricAlarm")
	require.Contains(t, m.text(t, "aws:iam/policy:Policy deploy-state", "policy"), "arn:aws:s3:::state-bucket/.pulumi/*")
	require.NotContains(t, m.text(t, "aws:iam/policy:Policy preview-state", "policy"), "s3:PutObject")
	require.Contains(t, trustOf(t, m, "deploy").Statement[0].Condition["StringEquals"][issuer+":sub"],
		"repo:octo-org/octo-repo:environment:prod")
}

func TestProgramRefusesBadConfiguration(t *testing.T) {
	m, _, err := deploy(t, "aws", map[string]string{"repository": "*/*"})
	require.ErrorContains(t, err, `repository is "*/*"`)
	for registered := range m.resources {
		require.True(t, strings.HasPrefix(registered, "pulumi:pulumi:Stack"), registered)
	}

	_, _, err = deploy(t, "aws", map[string]string{"regions": "us-east-1"})
	require.ErrorContains(t, err, "regions must be a list of strings")
}
