package world

import (
	"fmt"
	"regexp"
)

// iamName is what IAM allows in names.
var iamName = regexp.MustCompile(`^[\w+=,.@-]*$`)

// namedInIAM are the types whose names IAM checks alike; limits are their lengths.
var (
	namedInIAM = []string{TokenPolicy, TokenRolePolicy}
	// withPolicies are the types that have a policy document.
	withPolicies = append([]string{TokenEndpoint, TokenTopic, TokenTopicPolicy, TokenBucketPolicy, TokenKey, TokenSecret}, namedInIAM...)
	iamLimits    = map[string]int{TokenRole: 64, TokenPolicy: 128, TokenRolePolicy: 128}
)

var iamRules = []*Rule{
	{
		ID: "IAM-NAME", Token: TokenRole, Also: namedInIAM, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A role's name has at most 64 characters, a policy's 128, of letters, digits and +=,.@-_.",
		Source: "IAM User Guide, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
		Check: func(c *Call) string {
			name, limit := c.New.Str("name"), iamLimits[c.Type.Token]
			if len(name) <= limit && iamName.MatchString(name) {
				return ""
			}
			return fmt.Sprintf("invalid value for name (at most %d alphanumeric characters, underscores, hyphens and any of '+=,.@'): %s", limit, name)
		},
	},
	{
		ID: "IAM-POLICY-JSON", Token: TokenRole, Also: withPolicies, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A policy document is a JSON object.",
		Source: "AWS provider, schema of the resource: https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/",
		Check: func(c *Call) string {
			for _, k := range []string{"assumeRolePolicy", "policy"} {
				doc, known := c.New[k].(string)
				if _, err := parsePolicy(doc); known && (err != nil || !jsonObject.MatchString(doc)) {
					return fmt.Sprintf("%q contains an invalid JSON policy", k)
				}
			}
			return ""
		},
	},
	{
		ID: "IAM-ROLE-UNIQUE", Token: TokenRole, Phase: PhaseCreate, Code: "EntityAlreadyExists", Confidence: Verified,
		Says:   "A role's name is unique in an account, over all Regions.",
		Source: iamAPI + "CreateRole, https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
		Check: func(c *Call) string {
			if !c.nameTaken(TokenRole) {
				return ""
			}
			return fmt.Sprintf("Role with name %s already exists.", c.New.Str("name"))
		},
	},
	{
		ID: "IAM-POLICY-UNIQUE", Token: TokenPolicy, Phase: PhaseCreate, Code: "EntityAlreadyExists", Confidence: Verified,
		Says:   "A managed policy's name is unique in an account.",
		Source: iamAPI + "CreatePolicy, https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html",
		Check: func(c *Call) string {
			if !c.nameTaken(TokenPolicy) {
				return ""
			}
			return fmt.Sprintf("A policy called %s already exists. Duplicate names are not allowed.", c.New.Str("name"))
		},
	},
	{
		ID: "IAM-ROLE-EXISTS", Token: TokenPolicyAttachment, Also: []string{TokenRolePolicy}, Phase: PhaseCreate, Code: "NoSuchEntity", Confidence: Verified,
		Says:   "The role that a policy is for exists.",
		Source: iamAPI + "AttachRolePolicy, https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html",
		Check: func(c *Call) string {
			return c.exists(TokenRole, "role", "The role with name %s cannot be found.")
		},
	},
	{
		ID: "IAM-POLICY-EXISTS", Token: TokenPolicyAttachment, Phase: PhaseCreate, Code: "NoSuchEntity", Confidence: Verified,
		Says:   "The policy that is attached to a role exists.",
		Source: iamAPI + "AttachRolePolicy, https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html",
		Check: func(c *Call) string {
			if isManagedPolicy(c.New.Str("policyArn")) {
				return ""
			}
			return c.exists(TokenPolicy, "policyArn", "Policy %s does not exist or is not attachable.")
		},
	},
	{
		ID: "IAM-BOUNDARY-EXISTS", Token: TokenRole, Phase: PhaseWrite, Code: "NoSuchEntity", Confidence: SecondHand,
		Says:   "The policy that is a role's permissions boundary exists.",
		Source: iamAPI + "CreateRole, https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html; text: reported by users",
		Check: func(c *Call) string {
			if isManagedPolicy(c.New.Str("permissionsBoundary")) {
				return ""
			}
			return c.exists(TokenPolicy, "permissionsBoundary", "Scope ARN: %s does not exist or is not attachable.")
		},
	},
	{
		ID: "IAM-PARTITION", Token: TokenPolicyAttachment, Phase: PhaseCreate, Code: "InvalidInput", Confidence: SecondHand,
		Says:   "A policy's ARN is of the account's partition.",
		Source: iamAPI + "AttachRolePolicy, https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html; text: reported by users",
		Check: func(c *Call) string {
			arn := c.New.Str("policyArn")
			if want := "arn:" + Partition(c.Caller.Region) + ":"; len(arn) >= len(want) && arn[:len(want)] == want {
				return ""
			}
			return fmt.Sprintf("ARN %s is not valid.", arn)
		},
	},
	{
		ID: "IAM-ROLE-DELETE-IN-USE", Token: TokenRole, Phase: PhaseDelete, Code: "DeleteConflict", Confidence: Verified,
		Says:   "A role with policies can't be deleted, unless the provider is told to detach them.",
		Source: iamAPI + "DeleteRole, https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html",
		Check: func(c *Call) string {
			if c.State.Bool("forceDetachPolicies") || !c.roleHasParts() {
				return ""
			}
			return "Cannot delete entity, must detach all policies first."
		},
	},
	{
		ID: "IAM-POLICY-DELETE-IN-USE", Token: TokenPolicy, Phase: PhaseDelete, Code: "DeleteConflict", Confidence: Verified,
		Says:   "A policy that is attached to a role can't be deleted.",
		Source: iamAPI + "DeletePolicy, https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html",
		Check: func(c *Call) string {
			if len(c.attachmentsOf(c.ID)) == 0 {
				return ""
			}
			return "Cannot delete a policy attached to entities."
		},
	},
}

// roleParts are the kinds of what is attached to a role from outside.
var roleParts = []string{TokenPolicyAttachment, TokenRolePolicy}

// roleHasParts says whether policies are attached to the role besides those
// that are written on it, which go with it.
func (c *Call) roleHasParts() bool {
	for _, kind := range roleParts {
		part := c.first(kind, func(r *Record) bool { return r.Account == c.Record.Account && r.Outputs.Str("role") == c.ID })
		if part != nil {
			return true
		}
	}
	return false
}
