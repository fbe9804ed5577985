package world

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// tagKind is what a service of AWS takes as tags. Lengths are in characters.
type tagKind struct {
	id, service, code string
	// tokens are the types whose tags it checks.
	tokens []string
	// alphabet is what keys and values are of; nil: of any character.
	alphabet *regexp.Regexp
	// caseless: keys that differ in case only are the same.
	caseless bool
	source   string
}

// commonTags is the alphabet of most services, as it stands in their API models.
var commonTags = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

const tagAPI = ", Tag: https://docs.aws.amazon.com/"

// tagKinds are the services whose tags a program of this kind sets.
var tagKinds = []tagKind{
	{
		"TAG-EC2", "Amazon EC2", "InvalidParameterValue", ec2Tagged, nil, false,
		"Amazon EC2 User Guide, Tag restrictions, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions",
	},
	{
		"TAG-ELB", "Elastic Load Balancing", "ValidationError", []string{TokenLoadBalancer, TokenTargetGroup, TokenListener}, commonTags, false,
		"Elastic Load Balancing API" + tagAPI + "elasticloadbalancing/latest/APIReference/API_Tag.html",
	},
	{
		"TAG-ECS", "Amazon ECS", invalidParam, []string{TokenCluster, TokenService, TokenTaskDefinition}, commonTags, false,
		"Amazon ECS API" + tagAPI + "AmazonECS/latest/APIReference/API_Tag.html",
	},
	{
		"TAG-IAM", "IAM", "ValidationError", []string{TokenRole, TokenPolicy}, commonTags, true,
		"AWS IAM API" + tagAPI + "IAM/latest/APIReference/API_Tag.html; case: IAM User Guide, https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html",
	},
	{
		"TAG-ACM", "ACM", "InvalidTagException", []string{TokenCertificate}, commonTags, false,
		"ACM API" + tagAPI + "acm/latest/APIReference/API_Tag.html",
	},
	{
		"TAG-LOGS", "CloudWatch Logs", "InvalidParameterException", []string{TokenLogGroup}, commonTags, false,
		"CloudWatch Logs API, CreateLogGroup: tags, https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
	},
	{
		"TAG-ECR", "Amazon ECR", "InvalidTagParameterException", []string{TokenRepository}, commonTags, false,
		"Amazon ECR User Guide, Tag restrictions, https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html",
	},
	{
		"TAG-S3", "Amazon S3", "InvalidTag", []string{TokenBucket, TokenBucketV2}, commonTags, false,
		"Amazon S3 User Guide, https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html",
	},
	{
		"TAG-EFS", "Amazon EFS", "ValidationException", []string{TokenFileSystem, TokenAccessPoint}, commonTags, false,
		"Amazon EFS API" + tagAPI + "efs/latest/ug/API_Tag.html",
	},
	{
		"TAG-OTHER", "CloudWatch, Route 53, SNS, Secrets Manager, Systems Manager or Application Auto Scaling", "ValidationException", []string{
			TokenMetricAlarm, TokenInsightRule, TokenZone, TokenTopic, TokenSecret, TokenParameter, TokenScalingTarget, TokenKey,
		}, nil, false,
		"AWS Tagging User Guide, https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
	},
}

// ec2Tagged are EC2's types.
var ec2Tagged = []string{
	TokenVPC, TokenSubnet, TokenInternetGateway, TokenRouteTable, TokenEIP, TokenNATGateway, TokenSecurityGroup, TokenIngressRule,
	TokenEgressRule, TokenEndpoint, TokenEndpointService, TokenManagedPrefixList, TokenFlowLog, TokenDefaultSecurityGroup,
}

// tagRules are the rules that the kinds of tags make.
func tagRules() []*Rule {
	var out []*Rule
	for _, k := range tagKinds {
		out = append(out, &Rule{
			ID: k.id, Token: k.tokens[0], Also: k.tokens[1:], Phase: PhaseWrite, Code: k.code, Confidence: Verified, Answer: Unverified,
			Says: k.says(), Source: k.source + "; the text is inferred",
			Check: func(c *Call) string {
				if !c.touches("tags", "tagsAll") {
					return ""
				}
				return k.refused(allTags(c))
			},
		})
		if k.caseless {
			out = append(out, &Rule{
				ID: k.id + "-CASE", Token: k.tokens[0], Also: k.tokens[1:], Phase: PhaseWrite, Code: "InvalidInput", Confidence: Verified, Answer: SecondHand,
				Says:   fmt.Sprintf("No two tag keys of %s differ in case only.", k.service),
				Source: k.source + "; text: reported by users, https://github.com/aws/aws-cdk/issues/26253",
				Check: func(c *Call) string {
					seen := map[string]bool{}
					for key := range allTags(c) {
						if folded := strings.ToLower(key); seen[folded] {
							return "Duplicate tag keys found. Please note that Tag keys are case insensitive."
						} else {
							seen[folded] = true
						}
					}
					return ""
				},
			})
		}
	}
	return out
}

func (k tagKind) says() string {
	alphabet := "of any characters"
	if k.alphabet != nil {
		alphabet = "of letters, digits, spaces and _ . : / = + - @"
	}
	return fmt.Sprintf("Tags of %s: at most 50; keys of 1 to 128 characters that don't begin with aws:, values of at most 256, %s.", k.service, alphabet)
}

// refused returns AWS's message about the first tag that it doesn't take.
func (k tagKind) refused(tags map[string]any) string {
	if len(tags) > 50 {
		return fmt.Sprintf("The number of tags is %d, and the limit is 50", len(tags))
	}
	for _, key := range sortedKeys(tags) {
		value, _ := tags[key].(string)
		switch {
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return fmt.Sprintf("Tag keys starting with 'aws:' are reserved for internal use: '%s'", key)
		case key == "" || utf8.RuneCountInString(key) > 128:
			return fmt.Sprintf("Value '%s' at 'tags.member.key' failed to satisfy constraint: Member must have length between 1 and 128", key)
		case utf8.RuneCountInString(value) > 256:
			return fmt.Sprintf("Value '%s' at 'tags.member.value' failed to satisfy constraint: Member must have length less than or equal to 256", value)
		case k.alphabet == nil:
			continue
		}
		for _, text := range []string{key, value} {
			if !k.alphabet.MatchString(text) {
				return fmt.Sprintf("Value '%s' at 'tags' failed to satisfy constraint: Member must satisfy regular expression pattern: %s", text, k.alphabet)
			}
		}
	}
	return ""
}

// taggedTypes are the types whose tags some kind checks.
func taggedTypes() []string {
	var out []string
	for _, k := range tagKinds {
		out = slices.Concat(out, k.tokens)
	}
	return out
}
