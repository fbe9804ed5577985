package world

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// namedPolicy is a policy document of a role.
type namedPolicy struct{ name, document string }

// policyDocument is what the world reads of an IAM policy. Of a role's policies
// conditions are not evaluated: a statement that has one counts as if the
// condition held. Those of resources' policies are, see askedOf.
type policyDocument struct {
	Statement oneOrMany[policyStatement]
}

type policyStatement struct {
	Effect      string
	Action      oneOrMany[string]
	NotAction   oneOrMany[string]
	Resource    oneOrMany[string]
	NotResource oneOrMany[string]
	Principal   json.RawMessage
	// Condition has the wanted values by operator and key.
	Condition map[string]map[string]oneOrMany[conditionValue]
}

// oneOrMany is a JSON value that may stand alone or in a list.
type oneOrMany[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (o *oneOrMany[T]) UnmarshalJSON(b []byte) error {
	var many []T
	if json.Unmarshal(b, &many) == nil {
		*o = many
		return nil
	}
	var one T
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	*o = oneOrMany[T]{one}
	return nil
}

func parsePolicy(document string) (policyDocument, error) {
	var d policyDocument
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		return d, fmt.Errorf("policy document: %w", err)
	}
	return d, nil
}

// allows says whether the document allows an action; an explicit denial wins.
func (d policyDocument) allows(action, resource string) (allowed, denied bool) {
	for _, s := range d.Statement {
		if !s.covers(action, resource) {
			continue
		}
		if s.Effect == "Deny" {
			return false, true
		}
		allowed = true
	}
	return allowed, false
}

func (s policyStatement) covers(action, resource string) bool {
	return matchesBut(s.Action, s.NotAction, action) && matchesBut(s.Resource, s.NotResource, resource)
}

// matchesBut is for an element of a statement that has a negative form, of which
// a statement has one or the other.
func matchesBut(patterns, except []string, s string) bool {
	return matchesAny(patterns, s) || len(except) > 0 && !matchesAny(except, s)
}

// matchesAny compares with IAM's wildcards, actions without regard to case.
func matchesAny(patterns []string, s string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return wildcard(strings.ToLower(p), strings.ToLower(s)) })
}

// trusts says whether a trust policy lets an AWS service assume the role.
func (d policyDocument) trusts(service string) bool {
	return slices.ContainsFunc(d.Statement, func(s policyStatement) bool {
		return s.Effect == "Allow" && matchesAny(s.Action, "sts:AssumeRole") && slices.Contains(s.principals(), service)
	})
}

// managedPolicies are the AWS managed policies whose documents the world knows,
// by the part of the ARN after "policy/". See
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSTaskExecutionRolePolicy.html.
var managedPolicies = map[string]string{
	"service-role/AmazonECSTaskExecutionRolePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:GetAuthorizationToken","ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer","ecr:BatchGetImage","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}`,
	"CloudWatchLogsFullAccess":                      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:*","cloudwatch:GenerateQuery"],"Resource":"*"}]}`,
	"AmazonEC2ContainerRegistryReadOnly":            `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:GetAuthorizationToken","ecr:BatchCheckLayerAvailability","ecr:GetDownloadUrlForLayer","ecr:GetRepositoryPolicy","ecr:DescribeRepositories","ecr:ListImages","ecr:DescribeImages","ecr:BatchGetImage","ecr:GetLifecyclePolicy","ecr:GetLifecyclePolicyPreview","ecr:ListTagsForResource","ecr:DescribeImageScanFindings"],"Resource":"*"}]}`,
	"AdministratorAccess":                           `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
}

// isManagedPolicy says whether an ARN names a policy of AWS's own. The world
// does not have the list of them all and believes the ARN.
func isManagedPolicy(arn string) bool { return strings.Contains(arn, ":iam::aws:policy/") }

// findRole returns the role with that ARN.
func (tx *Tx) findRole(arn string) *Record {
	return tx.first(TokenRole, func(r *Record) bool { return r.Outputs.Str("arn") == arn })
}

// mayAssume says why a service can't assume a role; empty where it can.
func (tx *Tx) mayAssume(roleARN, service string) string {
	role := tx.findRole(roleARN)
	if role == nil {
		return "there is no role " + roleARN
	}
	d, err := parsePolicy(role.Outputs.Str("assumeRolePolicy"))
	if err != nil || !d.trusts(service) {
		return fmt.Sprintf("the trust policy of role %s does not let %s assume it", role.ID, service)
	}
	return ""
}

// roleAllows says whether a role's policies, and its permissions boundary where it
// has one, allow an action on a resource. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
func (tx *Tx) roleAllows(roleARN, action, resource string) bool {
	role := tx.findRole(roleARN)
	if role == nil {
		return false
	}
	boundary := role.Outputs.Str("permissionsBoundary")
	return documentsAllow(tx.roleDocuments(role), action, resource) &&
		(boundary == "" || documentsAllow([]string{tx.policyDocument(boundary)}, action, resource))
}

func documentsAllow(documents []string, action, resource string) bool {
	granted := false
	for _, document := range documents {
		d, err := parsePolicy(document)
		if err != nil {
			continue
		}
		allowed, denied := d.allows(action, resource)
		if denied {
			return false
		}
		granted = granted || allowed
	}
	return granted
}

// roleDocuments are the documents of all policies of a role.
func (tx *Tx) roleDocuments(role *Record) []string {
	var out []string
	for _, p := range tx.inlinePolicies(role) {
		out = append(out, p.document)
	}
	for _, arn := range tx.attachedPolicies(role) {
		out = append(out, tx.policyDocument(arn))
	}
	return out
}

// policyDocument is the document of a managed policy; empty where it isn't known.
func (tx *Tx) policyDocument(arn string) string {
	if isManagedPolicy(arn) {
		return managedPolicies[arn[strings.Index(arn, ":policy/")+len(":policy/"):]]
	}
	if p := tx.peek(TokenPolicy, arn); p != nil {
		return p.Outputs.Str("policy")
	}
	return ""
}

// inlinePolicies are those written on the role and those of policy resources.
func (tx *Tx) inlinePolicies(role *Record) []namedPolicy {
	var out []namedPolicy
	for _, p := range role.Inputs.Maps("inlinePolicies") {
		out = append(out, namedPolicy{p.Str("name"), p.Str("policy")})
	}
	tx.each(TokenRolePolicy, func(r *Record) bool {
		if r.Account == role.Account && r.Outputs.Str("role") == role.ID {
			out = append(out, namedPolicy{r.Outputs.Str("name"), r.Outputs.Str("policy")})
		}
		return true
	})
	return out
}

// attachedPolicies are the ARNs of the managed policies of a role, in order.
func (tx *Tx) attachedPolicies(role *Record) []string {
	out := role.Hidden.Strs("managedPolicyArns")
	tx.each(TokenPolicyAttachment, func(r *Record) bool {
		arn := r.Outputs.Str("policyArn")
		if r.Account == role.Account && r.Outputs.Str("role") == role.ID && !slices.Contains(out, arn) {
			out = append(out, arn)
		}
		return true
	})
	sort.Strings(out)
	return out
}

// attachmentsOf are the roles that a policy is attached to.
func (tx *Tx) attachmentsOf(policyARN string) []string {
	var out []string
	tx.each(TokenRole, func(r *Record) bool {
		if slices.Contains(tx.attachedPolicies(r), policyARN) {
			out = append(out, r.ID)
		}
		return true
	})
	return out
}
