package main

// flowLogRoles are the roles of the flow logs of the stack's VPCs: one, or one for each of
// the consumer's networks. Pulumi ends their names as it does those of the tasks' roles.
var flowLogRoles = []string{
	"arn:{partition}:iam::{account}:role/{prefix}-flow-logs-???????",
	"arn:{partition}:iam::{account}:role/{prefix}-{network}-flow-logs-???????",
}

// ownKey says that a key is the stack's own, whose ARN AWS makes up: its tag Name is the
// prefix. See https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html.
var ownKey = map[string][]string{"aws:ResourceTag/Name": {"{prefix}"}}

// hardenedPermissions change what a hardened side has besides: flow logs and a customer
// managed key.
var hardenedPermissions = []permission{
	{
		sid:      "ChangeFlowLogs",
		feature:  flowLogs,
		regional: true,
		actions:  []string{"ec2:CreateFlowLogs", "ec2:DeleteFlowLogs"},
	},
	{
		sid:     "ChangeFlowLogGroups",
		feature: flowLogs,
		actions: []string{
			"logs:CreateLogGroup",
			"logs:DeleteLogGroup",
			"logs:DeleteRetentionPolicy",
			"logs:PutRetentionPolicy",
			"logs:TagResource",
			"logs:UntagResource",
		},
		resources: []string{"arn:{partition}:logs:{region}:{account}:log-group:{prefix}-*"},
	},
	{
		sid:       "ChangeFlowLogRoles",
		feature:   flowLogs,
		actions:   []string{"iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateRole", "iam:UpdateRoleDescription"},
		resources: flowLogRoles,
	},
	{
		// As with the tasks' roles: without the boundary, whoever makes a role says whom it
		// trusts and what it may do.
		sid:       "GiveFlowLogRights",
		feature:   flowLogs,
		actions:   []string{"iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy"},
		resources: flowLogRoles,
		equals:    map[string][]string{"iam:PermissionsBoundary": {boundaryArn}},
	},
	{
		// See https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html.
		sid:       "PassFlowLogRoles",
		feature:   flowLogs,
		actions:   []string{"iam:PassRole"},
		resources: flowLogRoles,
		equals:    map[string][]string{"iam:PassedToService": {"vpc-flow-logs.amazonaws.com"}},
	},
	{
		sid:      "CreateKey",
		feature:  customerKey,
		regional: true,
		actions:  []string{"kms:CreateKey"},
		equals:   map[string][]string{"aws:RequestTag/Name": {"{prefix}"}},
	},
	{
		// To tag a key that is being made takes the right to tag any, and that key has no
		// tags yet. So a key without the tag Name can be claimed, and one of another name
		// can't. See https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html.
		sid:            "TagNewKey",
		feature:        customerKey,
		actions:        []string{"kms:TagResource"},
		resources:      []string{"arn:{partition}:kms:{region}:{account}:key/*"},
		equals:         map[string][]string{"aws:RequestTag/Name": {"{prefix}"}},
		equalsIfExists: ownKey,
	},
	{
		// Not kms:Decrypt and the like: who deploys has no use for what the key encrypts.
		sid:     "ChangeKey",
		feature: customerKey,
		actions: []string{
			"kms:DisableKeyRotation",
			"kms:EnableKeyRotation",
			"kms:PutKeyPolicy",
			"kms:ScheduleKeyDeletion",
			"kms:TagResource",
			"kms:UntagResource",
			"kms:UpdateKeyDescription",
		},
		resources: []string{"arn:{partition}:kms:{region}:{account}:key/*"},
		equals:    ownKey,
	},
	{
		sid:       "EncryptLogs",
		feature:   customerKey,
		actions:   []string{"logs:AssociateKmsKey", "logs:DisassociateKmsKey"},
		resources: []string{"arn:{partition}:logs:{region}:{account}:log-group:{prefix}-*"},
	},
}
