package world

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// askedOf is what an AWS service wants to do with a resource: it is asked of
// the resource's own policy, not of a role's.
type askedOf struct {
	// Service is the service principal, "delivery.logs.amazonaws.com".
	Service          string
	Action, Resource string
	// Account and ARN are what the service acts for.
	Account, ARN string
}

// grants says whether a resource's policy lets a service do something; an
// explicit denial wins.
func (d policyDocument) grants(a askedOf) bool {
	granted := false
	for _, s := range d.Statement {
		if !s.names(a.Service) || !s.covers(a.Action, a.Resource) || !s.applies(a) {
			continue
		}
		if s.Effect == "Deny" {
			return false
		}
		granted = true
	}
	return granted
}

// policyGrants is grants for a policy's text; one that is no policy grants nothing.
func policyGrants(document string, a askedOf) bool {
	d, err := parsePolicy(document)
	return err == nil && d.grants(a)
}

// names says whether a statement is about a principal or about everybody.
func (s policyStatement) names(principal string) bool {
	all := s.principals()
	return slices.Contains(all, principal) || slices.Contains(all, "*")
}

// principals are the principals of a statement, whatever kind they are of.
func (s policyStatement) principals() []string {
	var everybody string
	if json.Unmarshal(s.Principal, &everybody) == nil {
		return []string{everybody}
	}
	var kinds map[string]oneOrMany[string]
	if json.Unmarshal(s.Principal, &kinds) != nil {
		return nil
	}
	var out []string
	for _, kind := range sortedKeys(kinds) {
		out = append(out, kinds[kind]...)
	}
	return out
}

// applies evaluates a statement's conditions. One on a key that the sandbox does
// not know is taken to hold for a grant and not to hold for a denial.
func (s policyStatement) applies(a askedOf) bool {
	context := a.context()
	for operator, keys := range s.Condition {
		for key, values := range keys {
			value, known := context[strings.ToLower(key)]
			switch {
			case !known && s.Effect == "Deny":
				return false
			case known && !holds(operator, value, values):
				return false
			}
		}
	}
	return true
}

// context has the condition keys that a service sends along, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
// AWS:SourceOwner is sent by the older services only, PrivateLink is none of them:
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#source-account-versus-source-owner.
func (a askedOf) context() map[string]string {
	out := map[string]string{
		"aws:securetransport": "true", "aws:sourceaccount": a.Account, "aws:sourcearn": a.ARN,
		"aws:sourceowner": "", "s3:x-amz-acl": "bucket-owner-full-control",
	}
	if a.Service == serviceCloudWatch {
		out["aws:sourceowner"] = a.Account
	}
	return out
}

// holds evaluates one condition, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func holds(operator, value string, wanted oneOrMany[conditionValue]) bool {
	name := strings.TrimSuffix(afterLast(operator, ":"), "IfExists")
	patterns := strings.HasPrefix(name, "Arn") || strings.HasSuffix(name, "Like")
	matches := slices.ContainsFunc(wanted, func(w conditionValue) bool {
		return string(w) == value || patterns && wildcard(string(w), value) ||
			strings.HasSuffix(name, "IgnoreCase") && strings.EqualFold(string(w), value)
	})
	return matches != strings.Contains(name, "Not")
}

// conditionValue is a condition's value as text: a program may write true for "true".
type conditionValue string

// UnmarshalJSON implements json.Unmarshaler.
func (v *conditionValue) UnmarshalJSON(b []byte) error {
	*v = conditionValue(strings.Trim(string(b), `"`))
	return nil
}

// The services that act for a program's resources.
const (
	serviceCloudWatch  = "cloudwatch.amazonaws.com"
	servicePrivateLink = "vpce.amazonaws.com"
	serviceLogDelivery = "delivery.logs.amazonaws.com"
)

// publishObstacle says why a service can't publish to a topic, "" where it can.
// An encrypted topic needs a key whose policy lets the service use it, which the
// key of AWS's own, alias/aws/sns, does not. See
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html.
func (tx *Tx) publishObstacle(topicARN string, a askedOf) string {
	topic := tx.peek(TokenTopic, topicARN)
	if topic == nil {
		return fmt.Sprintf("there is no topic %s", topicARN)
	}
	a.Action, a.Resource = "SNS:Publish", topicARN
	if !policyGrants(tx.topicPolicy(topic), a) {
		return fmt.Sprintf("the policy of topic %s does not let %s publish for %s", topicARN, a.Service, a.ARN)
	}
	keyName := topic.Outputs.Str("kmsMasterKeyId")
	if keyName == "" {
		return ""
	}
	key := tx.findKey(Caller{Account: topic.Account, Region: topic.Region}, keyName)
	for _, action := range []string{"kms:GenerateDataKey", "kms:Decrypt"} {
		a.Action, a.Resource = action, "*"
		if key == nil || !policyGrants(key.Outputs.Str("policy"), a) {
			return fmt.Sprintf("key %s of topic %s does not let %s use it (%s)", keyName, topicARN, a.Service, action)
		}
	}
	return ""
}
