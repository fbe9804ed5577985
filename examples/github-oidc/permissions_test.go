package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var testAccount = account{partition: "aws", id: "111111111111"}

// everyPolicies walks the policies of both roles for both sides, bare and with all
// features, in every partition.
func everyPolicies(t *testing.T, visit func(t *testing.T, role string, cfg settings, acc account, made []policy)) {
	for _, side := range []string{provider, consumer} {
		for name, change := range map[string]func(*settings){"bare": func(*settings) {}, "everything": withEverything} {
			for _, partition := range []string{"aws", "aws-cn", "aws-us-gov"} {
				t.Run(fmt.Sprintf("%s/%s/%s", side, name, partition), func(t *testing.T) {
					cfg := validSettings(change, func(s *settings) { s.Side = side })
					acc := account{partition: partition, id: "111111111111"}
					visit(t, "preview", cfg, acc, previewPolicies(cfg, acc))
					visit(t, "deploy", cfg, acc, deployPolicies(cfg, acc))
				})
			}
		}
	}
}

func actionsOf(made []policy) []string {
	var actions []string
	for _, p := range made {
		for _, s := range p.document.Statement {
			actions = append(actions, s.Action...)
		}
	}
	return actions
}

func count(actions []string, action string) (n int) {
	for _, a := range actions {
		if a == action {
			n++
		}
	}
	return n
}

// find returns the statement of a deploy role by its Sid.
func find(t *testing.T, made []policy, sid string) statement {
	t.Helper()
	for _, p := range made {
		for _, s := range p.document.Statement {
			if s.Sid == sid {
				return s
			}
		}
	}
	t.Fatalf("there is no statement %s", sid)
	return statement{}
}

func TestPoliciesFitIntoIam(t *testing.T) {
	everyPolicies(t, func(t *testing.T, role string, _ settings, _ account, made []policy) {
		require.LessOrEqual(t, len(made), 10, "IAM attaches ten policies to a role")
		for _, p := range made {
			text, err := p.document.json()
			require.NoError(t, err)
			require.LessOrEqual(t, len(text), 6144, "%s-%s", role, p.name)
		}
	})
}

func TestActionsAreSpelledOut(t *testing.T) {
	everyPolicies(t, func(t *testing.T, _ string, _ settings, _ account, made []policy) {
		for _, action := range actionsOf(made) {
			require.NotContains(t, action, "*")
		}
	})
}

func TestPreviewOnlyReads(t *testing.T) {
	reads := []string{"Describe", "Get", "List", "Decrypt"}
	everyPolicies(t, func(t *testing.T, role string, _ settings, _ account, made []policy) {
		if role != "preview" {
			return
		}
		for _, action := range actionsOf(made) {
			_, operation, _ := strings.Cut(action, ":")
			require.True(t, slices.ContainsFunc(reads, func(verb string) bool {
				return strings.HasPrefix(operation, verb)
			}), action)
		}
	})
}

func TestDeploySeesWhatPreviewSees(t *testing.T) {
	cfg := validSettings(withEverything)
	deploy := actionsOf(deployPolicies(cfg, testAccount))
	for _, action := range actionsOf(previewPolicies(cfg, testAccount)) {
		require.Contains(t, deploy, action)
	}
}

func TestNobodyGets(t *testing.T) {
	never := map[string]string{
		"secretsmanager:GetSecretValue":  "the program hands on ARNs, and the tasks read the secrets",
		"ssm:GetParameter":               "likewise",
		"logs:GetLogEvents":              "logs may hold anything",
		"ecs:ExecuteCommand":             "a shell in a task",
		"ecs:RunTask":                    "any command with a task's role",
		"ec2:RunInstances":               "the program has no instances",
		"iam:CreatePolicyVersion":        "rights for a task role that the deploy role lacks",
		"iam:PutRolePermissionsBoundary": "a way around an organization's limits",
		"iam:UpdateAssumeRolePolicy":     "a role of somebody else's that a task could then have",
		"iam:CreateUser":                 "credentials that stay",
		"iam:CreateAccessKey":            "likewise",
	}
	everyPolicies(t, func(t *testing.T, role string, _ settings, _ account, made []policy) {
		actions := actionsOf(made)
		for action, why := range never {
			require.NotContains(t, actions, action, "%s: %s", role, why)
		}
	})
}

// The boundary allows what the stack's own task roles are for, and no more without the
// feature that asks for it.
func TestTaskRightsAreAskedFor(t *testing.T) {
	boundaryOf := func(features ...string) []string {
		cfg := validSettings(func(s *settings) { s.Features = features })
		return actionsOf(policies(cfg, testAccount, map[string][]permission{boundaryName: boundaryPermissions}))
	}
	require.Equal(t, []string{
		"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer",
		"logs:CreateLogStream", "logs:PutLogEvents",
	}, boundaryOf())
	require.NotContains(t, boundaryOf(pullThroughCache), "secretsmanager:GetSecretValue")
	require.Contains(t, boundaryOf(pullThroughCache), "ecr:CreateRepository")
	require.Contains(t, boundaryOf(taskRights), "secretsmanager:GetSecretValue")
	for _, action := range boundaryOf(features...) {
		service, _, _ := strings.Cut(action, ":")
		require.NotContains(t, []string{"iam", "sts", "ec2", "ecs"}, service)
		require.NotContains(t, action, "*")
	}
}

// The boundary fits into a policy, and lets the flow logs' role do on either side what it
// is for, and no more.
func TestBoundaryOfFlowLogs(t *testing.T) {
	boundaryOf := func(change func(*settings)) []policy {
		return policies(validSettings(change), testAccount, map[string][]permission{boundaryName: boundaryPermissions})
	}
	consumerWith := func(features ...string) []policy {
		return boundaryOf(func(s *settings) { s.Side, s.Features = consumer, features })
	}
	require.Empty(t, consumerWith())
	made := consumerWith(flowLogs)
	require.Equal(t, []string{
		"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents", "logs:DescribeLogGroups",
	}, actionsOf(made))
	require.Equal(t, []string{"arn:aws:logs:us-east-1:111111111111:log-group:web-*"}, find(t, made, "WriteFlowLogs").Resource)

	text, err := boundaryOf(withEverything)[0].document.json()
	require.NoError(t, err)
	require.LessOrEqual(t, len(text), 6144)
}

// The flow logs' roles are kept as the tasks' are: the boundary to give them rights, and one
// service to pass them to.
func TestFlowLogRolesCannotGrow(t *testing.T) {
	for _, side := range []string{provider, consumer} {
		made := deployPolicies(validSettings(func(s *settings) {
			s.Side, s.Features, s.Networks = side, []string{flowLogs}, []string{"eu"}
		}), testAccount)
		roles := []string{
			"arn:aws:iam::111111111111:role/web-flow-logs-???????", "arn:aws:iam::111111111111:role/web-eu-flow-logs-???????",
		}
		give, pass := find(t, made, "GiveFlowLogRights"), find(t, made, "PassFlowLogRoles")
		require.Equal(t, roles, give.Resource)
		require.Equal(t, conditions{"StringEquals": {
			"iam:PermissionsBoundary": {"arn:aws:iam::111111111111:policy/github-oidc/web-task-boundary"},
		}}, give.Condition)
		require.Equal(t, roles, pass.Resource)
		require.Equal(t, conditions{"StringEquals": {"iam:PassedToService": {"vpc-flow-logs.amazonaws.com"}}}, pass.Condition)
	}
}

// A job may act as the hosted zones' roles that are listed, after its review, and as no other.
func TestHostedZoneRolesAreSpelledOut(t *testing.T) {
	bare, listed := validSettings(), validSettings(withEverything)
	require.NotContains(t, actionsOf(deployPolicies(bare, testAccount)), "sts:AssumeRole")
	require.NotContains(t, actionsOf(previewPolicies(listed, testAccount)), "sts:AssumeRole")
	made := deployPolicies(listed, testAccount)
	require.Equal(t, 1, count(actionsOf(made), "sts:AssumeRole"))
	require.Equal(t, listed.HostedZoneRoleArns, find(t, made, "AssumeHostedZoneRoles").Resource)
}

// A key is made and changed under the stack's name only, and used by nobody here.
func TestKeysAreKeptByTheirTag(t *testing.T) {
	made := deployPolicies(validSettings(func(s *settings) { s.Features = []string{customerKey} }), testAccount)
	named := func(name string) map[string]string {
		return map[string]string{"aws:RequestTag/Name": name, "aws:RequestedRegion": "us-east-1"}
	}
	require.True(t, allows(made, request{"kms:CreateKey", "*", named("web")}))
	require.False(t, allows(made, request{"kms:CreateKey", "*", named("other")}))
	require.False(t, allows(made, request{"kms:CreateKey", "*", map[string]string{"aws:RequestedRegion": "us-east-1"}}))
	require.Equal(t, []string{"tag it as the stack's own", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"}, canKey(made, "web"))
	require.Empty(t, canKey(made, "other"))
	for _, action := range []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"} {
		require.NotContains(t, actionsOf(made), action)
	}
}

// Whatever takes a name of the stack's choice is limited to that name. The rest is
// limited to the Regions, or is one of these.
func TestChangesAreLimited(t *testing.T) {
	limits := []string{
		"/web-", ":web-",
		":role/aws-service-role/",            // limited to services by its condition
		":scalable-target/", ":certificate/", // AWS makes up the name
		":hostedzone/Z", ":s3:::state-bucket", ":key/", // spelled out in the configuration
		":hostedzone/*",                       // AWS makes up the ID
		"arn:aws:iam::222222222222:role/zone", // spelled out too
	}
	everyPolicies(t, func(t *testing.T, role string, cfg settings, _ account, made []policy) {
		for _, p := range made {
			for _, s := range p.document.Statement {
				if role == "preview" || strings.HasPrefix(s.Sid, "Read") {
					continue
				}
				if slices.Equal(s.Action, []string{"route53:CreateHostedZone"}) {
					continue // it knows neither a resource nor a Region
				}
				if slices.Equal(s.Resource, []string{"*"}) {
					require.Equal(t, cfg.Regions, s.Condition["StringEquals"]["aws:RequestedRegion"], s.Sid)
					continue
				}
				for _, resource := range s.Resource {
					require.NotContains(t, resource, "{", s.Sid)
					limited := slices.ContainsFunc(limits, func(part string) bool {
						return strings.Contains(resource, part)
					})
					require.True(t, limited, "%s: %s", s.Sid, resource)
				}
			}
		}
	})
}

func TestPartitions(t *testing.T) {
	everyPolicies(t, func(t *testing.T, _ string, cfg settings, acc account, made []policy) {
		for _, p := range made {
			for _, s := range p.document.Statement {
				for _, resource := range s.Resource {
					if resource == "*" || resource == cfg.StateKmsKeyArn || slices.Contains(cfg.HostedZoneRoleArns, resource) {
						continue
					}
					require.True(t, strings.HasPrefix(resource, "arn:"+acc.partition+":"), resource)
				}
			}
		}
	})
}

// A role that can give rights to roles could give itself any: these are the three
// doors, and each has its lock.
func TestRolesCannotGrow(t *testing.T) {
	acc := account{partition: "aws-cn", id: "111111111111"}
	made := deployPolicies(validSettings(), acc)
	roles := []string{"arn:aws-cn:iam::111111111111:role/web-execution-???????", "arn:aws-cn:iam::111111111111:role/web-task-???????"}

	give := find(t, made, "GiveTaskRights")
	require.Equal(t, roles, give.Resource)
	require.Equal(t, conditions{"StringEquals": {
		"iam:PermissionsBoundary": {"arn:aws-cn:iam::111111111111:policy/github-oidc/web-task-boundary"},
	}}, give.Condition)
	for _, action := range []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:DeleteRolePolicy"} {
		require.Contains(t, give.Action, action)
		require.Equal(t, 1, count(actionsOf(made), action), "%s is nowhere else", action)
	}

	pass := find(t, made, "PassTaskRoles")
	require.Equal(t, roles, pass.Resource)
	require.Equal(t, conditions{"StringEquals": {"iam:PassedToService": {"ecs-tasks.amazonaws.com"}}}, pass.Condition)

	require.Equal(t, roles, find(t, made, "ChangeTaskRoles").Resource)
	for _, own := range []string{"web", "github-oidc"} {
		cfg := validSettings(func(s *settings) { s.NamePrefix = own })
		for _, pattern := range find(t, deployPolicies(cfg, testAccount), "ChangeTaskRoles").Resource {
			prefix := strings.TrimSuffix(pattern, "*")
			require.False(t, strings.HasPrefix("arn:aws:iam::111111111111:role"+path+"deploy", prefix),
				"the deploy role may change itself")
		}
	}
}

func TestResourcesPerRegionAndZone(t *testing.T) {
	made := deployPolicies(validSettings(withEverything), testAccount)
	require.Equal(t, []string{
		"arn:aws:sns:us-east-1:111111111111:web-*",
		"arn:aws:sns:eu-west-1:111111111111:web-*",
		"arn:aws:sns:ap-southeast-2:111111111111:web-*",
	}, find(t, made, "ChangeTopics").Resource)
	require.Equal(t, []string{
		"arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ",
		"arn:aws:route53:::hostedzone/Z1123456789ABCDEFGHIJ",
	}, find(t, made, "ChangeRecords").Resource)
}

func TestConsumerHasNoServiceRights(t *testing.T) {
	cfg := validSettings(withEverything, func(s *settings) {
		s.Side = consumer
		s.Features = slices.DeleteFunc(slices.Clone(features), func(f string) bool { return f == flowLogs || f == customerKey })
	})
	for _, action := range actionsOf(deployPolicies(cfg, testAccount)) {
		service, _, _ := strings.Cut(action, ":")
		require.NotContains(t, []string{"ecs", "elasticloadbalancing", "iam", "logs"}, service, action)
	}
}

func TestBareStackHasNoFeatures(t *testing.T) {
	for _, p := range deployPolicies(validSettings(), testAccount) {
		require.NotContains(t, []string{"features", "hardened", "state"}, p.name)
	}
}

func TestEveryFeatureGrantsSomething(t *testing.T) {
	bareOf := func(side string) []string {
		return actionsOf(deployPolicies(validSettings(func(s *settings) { s.Side = side }), testAccount))
	}
	for _, feature := range features {
		granted := 0
		for _, side := range []string{provider, consumer} {
			cfg := validSettings(func(s *settings) { s.Side, s.Features, s.HostedZoneIds = side, []string{feature}, []string{"Z1"} })
			granted = max(granted, len(actionsOf(deployPolicies(cfg, testAccount)))-len(bareOf(side)))
			if slices.ContainsFunc(boundaryPermissions, func(p permission) bool { return p.feature == feature }) {
				granted++
			}
		}
		require.Positive(t, granted, feature)
	}
}
