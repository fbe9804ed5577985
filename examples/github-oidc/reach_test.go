package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite testdata/reach.txt")

// request is one call of an AWS API, with what its conditions may ask for.
type request struct {
	action, resource string
	context          map[string]string
}

// allows says whether IAM would let a role with these policies make a call. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
func allows(made []policy, r request) bool {
	for _, p := range made {
		for _, s := range p.document.Statement {
			if slices.Contains(s.Action, r.action) && matchesAny(s.Resource, r.resource) && s.Condition.hold(r.context) {
				return true
			}
		}
	}
	return false
}

func (c conditions) hold(context map[string]string) bool {
	for operator, keys := range c {
		for key, values := range keys {
			value, there := context[key]
			if there && !slices.Contains(values, value) || !there && operator == "StringEquals" {
				return false
			}
		}
	}
	return true
}

// matchesAny compares as IAM does: "*" is any text, and "?" one character.
func matchesAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		form := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		return regexp.MustCompile("^" + form + "$").MatchString(text)
	})
}

// others are roles that an account may have, and who assumes them.
var others = []struct {
	arn, boundary string
	trusts        []string
}{
	{arn: "role/web-task-1a2b3c4", boundary: "policy" + path + "web-" + boundaryName, trusts: []string{"ecs-tasks.amazonaws.com"}},
	{arn: "role/web-execution-1a2b3c4", boundary: "policy" + path + "web-" + boundaryName, trusts: []string{"ecs-tasks.amazonaws.com"}},
	{arn: "role/web-admin", trusts: []string{"ecs-tasks.amazonaws.com"}},
	{arn: "role/web-admin-1a2b3c4", trusts: []string{"ecs-tasks.amazonaws.com"}},
	{arn: "role/web-admin-task-1a2b3c4", trusts: []string{"ecs-tasks.amazonaws.com"}},
	{arn: "role/web-task-runner", trusts: []string{"ecs-tasks.amazonaws.com"}},
	{arn: "role/web-task-runner-1a2b3c4", trusts: []string{"ecs-tasks.amazonaws.com"}},
	{arn: "role/web-lambda", boundary: "policy/somebodys", trusts: []string{"lambda.amazonaws.com"}},
	{arn: "role/web-flow-logs-1a2b3c4", boundary: "policy" + path + "web-" + boundaryName, trusts: []string{"vpc-flow-logs.amazonaws.com"}},
	{arn: "role/web-eu-flow-logs-1a2b3c4", boundary: "policy" + path + "web-" + boundaryName, trusts: []string{"vpc-flow-logs.amazonaws.com"}},
	{arn: "role/web-admin-flow-logs-1a2b3c4", trusts: []string{"vpc-flow-logs.amazonaws.com"}},
	{arn: "role/web-flow-logs-reader", trusts: []string{"vpc-flow-logs.amazonaws.com"}},
	{arn: "role/other-task-1a2b3c4", trusts: []string{"ecs-tasks.amazonaws.com"}},
	{arn: "role" + path + "deploy-1a2b3c4", trusts: []string{"GitHub"}},
	{arn: "role" + path + "web-task-1a2b3c4", trusts: []string{"GitHub"}},
	{arn: "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", trusts: []string{"ecs.amazonaws.com"}},
}

// ways are what can be done to a role to act as it, or to widen what it may do.
var ways = map[string][]string{
	"act as it":                       {"sts:AssumeRole"},
	"change who may act as it":        {"iam:UpdateAssumeRolePolicy"},
	"give it a policy":                {"iam:AttachRolePolicy", "iam:PutRolePolicy"},
	"take a policy away":              {"iam:DetachRolePolicy", "iam:DeleteRolePolicy"},
	"take its boundary away":          {"iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"},
	"tag it":                          {"iam:TagRole", "iam:UntagRole"},
	"delete it":                       {"iam:DeleteRole"},
	"put it into an instance profile": {"iam:AddRoleToInstanceProfile"},
}

// elsewhere are calls that would widen a right without a role.
var elsewhere = []struct{ does, action, resource string }{
	{"make a role without the boundary", "iam:CreateRole", "arn:aws:iam::111111111111:role/web-task-1a2b3c4"},
	{"make a role of another name", "iam:CreateRole", "arn:aws:iam::111111111111:role/web-admin"},
	{"change the boundary", "iam:CreatePolicyVersion", "arn:aws:iam::111111111111:policy" + path + "web-" + boundaryName},
	{"make a user", "iam:CreateUser", "arn:aws:iam::111111111111:user/web-1"},
	{"get a shell in a task", "ecs:ExecuteCommand", "arn:aws:ecs:us-east-1:111111111111:task/web-1/1"},
	{"run a task with any command", "ecs:RunTask", "arn:aws:ecs:us-east-1:111111111111:task-definition/web-1:1"},
	{"act as the hosted zone's role", "sts:AssumeRole", "arn:aws:iam::222222222222:role/zone"},
	{"act as another role of the hosted zone's account", "sts:AssumeRole", "arn:aws:iam::222222222222:role/admin"},
	{"read a secret", "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:111111111111:secret:web-1"},
	{"let anybody into the log bucket", "s3:PutBucketPolicy", "arn:aws:s3:::web-access-logs-1a2b3c4"},
	{"let anybody into another bucket", "s3:PutBucketPolicy", "arn:aws:s3:::web-data"},
	{"let anybody into the state's bucket", "s3:PutBucketPolicy", "arn:aws:s3:::state-bucket"},
	{"write the state of the provider", "s3:PutObject", "arn:aws:s3:::state-bucket/.pulumi/stacks/fargate-privatelink/provider.json"},
	{"write the state of the consumer", "s3:PutObject", "arn:aws:s3:::state-bucket/.pulumi/stacks/fargate-privatelink/consumer.json"},
	{"write the state of the roles", "s3:PutObject", "arn:aws:s3:::state-bucket/.pulumi/stacks/github-oidc/provider.json"},
	{"take the lock of another stack", "s3:PutObject", "arn:aws:s3:::state-bucket/.pulumi/locks/organization/fargate-privatelink/consumer-b/1.json"},
	{"write a state beside its own", "s3:PutObject", "arn:aws:s3:::state-bucket/.pulumi/stacks/fargate-privatelink/provider-b.json"},
}

// passes are what a role can be passed to, and so do as it.
var passes = map[string]string{
	"run a task as it":     "ecs-tasks.amazonaws.com",
	"record traffic as it": "vpc-flow-logs.amazonaws.com",
	"run a function as it": "lambda.amazonaws.com",
}

// keys are KMS keys that an account may have, by their tag Name.
var keys = map[string]string{"the stack's own": "web", "of another service": "other", "without a name": ""}

// canKey are the ways that some policies open to a key, in two steps: to tag it as the
// stack's own comes first.
func canKey(made []policy, name string) (found []string) {
	context := map[string]string{"aws:RequestTag/Name": "web"}
	if name != "" {
		context["aws:ResourceTag/Name"] = name
	}
	arn := "arn:aws:kms:us-east-1:111111111111:key/1"
	if allows(made, request{"kms:TagResource", arn, context}) {
		found = append(found, "tag it as the stack's own")
		context["aws:ResourceTag/Name"] = "web"
	}
	for _, action := range []string{"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"} {
		if allows(made, request{action, arn, context}) {
			found = append(found, action)
		}
	}
	return found
}

// can are the ways that some policies open to a role.
func can(made []policy, arn, boundary string) (found []string) {
	context := map[string]string{}
	if boundary != "" {
		context["iam:PermissionsBoundary"] = "arn:aws:iam::111111111111:" + boundary
	}
	for way, actions := range ways {
		for _, action := range actions {
			if allows(made, request{action, "arn:aws:iam::111111111111:" + arn, context}) {
				found = append(found, way)
			}
		}
	}
	for way, service := range passes {
		context["iam:PassedToService"] = service
		if allows(made, request{"iam:PassRole", "arn:aws:iam::111111111111:" + arn, context}) {
			found = append(found, way)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// reach lists what a role could do to others by a second step.
func reach(cfg settings, made []policy) []string {
	var lines []string
	for _, other := range others {
		found := can(made, other.arn, other.boundary)
		if len(found) > 0 {
			lines = append(lines, "  "+other.arn+": "+strings.Join(found, ", "))
		}
		if slices.Contains(found, "run a task as it") {
			for _, action := range actionsOf(policies(cfg, testAccount, map[string][]permission{boundaryName: boundaryPermissions})) {
				lines = append(lines, "    and as it, at most: "+action)
			}
		}
	}
	for _, e := range elsewhere {
		if allows(made, request{e.action, e.resource, map[string]string{"aws:RequestedRegion": cfg.Regions[0]}}) {
			lines = append(lines, "  "+e.does)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if found := canKey(made, keys[key]); len(found) > 0 {
			lines = append(lines, "  a KMS key "+key+": "+strings.Join(found, ", "))
		}
	}
	if len(lines) == 0 {
		return []string{"  nothing"}
	}
	return lines
}

// What each role could reach by a second step, with all features: the list is held, so
// that whoever adds a right sees what comes of it.
func TestReach(t *testing.T) {
	var lines []string
	for _, side := range []string{provider, consumer} {
		cfg := validSettings(withEverything, func(s *settings) { s.Side, s.Stack = side, side })
		for _, role := range []struct {
			name string
			made []policy
		}{{"preview", previewPolicies(cfg, testAccount)}, {"deploy", deployPolicies(cfg, testAccount)}} {
			lines = append(lines, fmt.Sprintf("The role %s on the side of the %s:", role.name, side))
			lines = append(lines, reach(cfg, role.made)...)
		}
	}
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile("testdata/reach.txt", []byte(got), 0o644))
	}
	want, err := os.ReadFile("testdata/reach.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), got, "go test ./examples/github-oidc -update, and read what is new")
}

// Nothing can be done to a role that isn't the stack's, whatever its prefix; to the
// stack's own, only what keeps it within the boundary.
func TestNoRoleOfOthersIsReached(t *testing.T) {
	everyPolicies(t, func(t *testing.T, role string, _ settings, acc account, made []policy) {
		if acc.partition != "aws" {
			return
		}
		for _, other := range others {
			found := can(made, other.arn, other.boundary)
			if !strings.HasPrefix(other.boundary, "policy"+path) || role == "preview" {
				require.Empty(t, found, "%s: %s", role, other.arn)
			}
			require.NotContains(t, found, "take its boundary away")
			require.NotContains(t, found, "change who may act as it")
		}
		// The stack's own roles, had somebody made them without the boundary.
		for _, way := range can(made, "role/web-task-1a2b3c4", "") {
			require.Contains(t, []string{"run a task as it", "tag it", "delete it"}, way)
		}
		for _, way := range can(made, "role/web-flow-logs-1a2b3c4", "") {
			require.Contains(t, []string{"record traffic as it", "tag it", "delete it"}, way)
		}
		require.Empty(t, canKey(made, "other"))
	})
}

// The names that Pulumi gives to the stack's roles and bucket are within the patterns.
func TestOwnNamesAreReached(t *testing.T) {
	cfg := validSettings(withEverything)
	made := deployPolicies(cfg, testAccount)
	for _, name := range []string{"web-task-0123abc", "web-execution-fffffff"} {
		require.Contains(t, can(made, "role/"+name, "policy"+path+"web-"+boundaryName), "run a task as it", name)
	}
	require.True(t, allows(made, request{"s3:PutBucketPolicy", "arn:aws:s3:::web-access-logs-0123abc", nil}))
	require.True(t, allows(made, request{"s3:DeleteObject", "arn:aws:s3:::web-access-logs-0123abc/AWSLogs/x", nil}))
	for _, object := range []string{
		"stacks/fargate-privatelink/provider.json", "stacks/fargate-privatelink/provider.json.bak", "stacks/fargate-privatelink/provider.json.gz",
		"backups/fargate-privatelink/provider/provider.1.json", "history/fargate-privatelink/provider/provider-1.history.json",
		"locks/organization/fargate-privatelink/provider/1.json",
	} {
		require.True(t, allows(made, request{"s3:PutObject", "arn:aws:s3:::state-bucket/.pulumi/" + object, nil}), object)
	}
}

// The bucket's policy in the guide lets the consumer's account read the contract and
// write its own state, and nothing else.
func TestStateBucketPolicyOfTheGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/real-accounts.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(guide), "```json\n")
	require.True(t, found)
	text, _, _ := strings.Cut(rest, "```")
	var bucket struct {
		Statement []struct {
			Principal        struct{ AWS string }
			Action, Resource any
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &bucket))
	list := func(v any) (out []string) {
		if one, ok := v.(string); ok {
			return []string{one}
		}
		for _, e := range v.([]any) {
			out = append(out, e.(string))
		}
		return out
	}
	may := func(action, object string) bool {
		for _, s := range bucket.Statement {
			require.Equal(t, "arn:aws:iam::<consumer account id>:root", s.Principal.AWS)
			if slices.Contains(list(s.Action), action) && matchesAny(list(s.Resource), "arn:aws:s3:::<bucket>"+object) {
				return true
			}
		}
		return false
	}
	own := []string{
		"/.pulumi/stacks/fargate-privatelink/consumer.json", "/.pulumi/stacks/fargate-privatelink/consumer.json.bak",
		"/.pulumi/history/fargate-privatelink/consumer/consumer-1.history.json", "/.pulumi/backups/fargate-privatelink/consumer/1.json",
		"/.pulumi/locks/organization/fargate-privatelink/consumer/1.json",
	}
	foreign := []string{
		"/.pulumi/stacks/fargate-privatelink/provider.json", "/.pulumi/stacks/fargate-privatelink/provider.json.bak", "/.pulumi/meta.yaml",
		"/.pulumi/stacks/fargate-privatelink/consumer-b.json", "/.pulumi/stacks/other/consumer.json", "/.pulumi/history/fargate-privatelink/provider/1.json",
		"/.pulumi/locks/organization/fargate-privatelink/provider/1.json", "/other",
	}
	for _, action := range []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"} {
		for _, object := range own {
			require.True(t, may(action, object), "%s %s", action, object)
		}
	}
	for _, object := range foreign {
		require.False(t, may("s3:PutObject", object), object)
		require.False(t, may("s3:DeleteObject", object), object)
	}
	require.True(t, may("s3:GetObject", "/.pulumi/stacks/fargate-privatelink/provider.json"), "to read the contract")
	require.False(t, may("s3:GetObject", "/.pulumi/stacks/fargate-privatelink/consumer-b.json"))
	require.True(t, may("s3:ListBucket", ""))
}
