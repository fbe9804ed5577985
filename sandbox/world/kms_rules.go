package world

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	kmsAPI    = "AWS KMS API, "
	createKey = kmsAPI + "CreateKey, https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html"
	newAlias  = kmsAPI + "CreateAlias, https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html"
)

var aliasName = regexp.MustCompile(`^alias/[A-Za-z0-9/_-]{1,250}$`)

var kmsRules = []*Rule{
	{
		ID: "KMS-DELETION-WINDOW", Token: TokenKey, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A key is deleted after 7 to 30 days.",
		Source: kmsAPI + "ScheduleKeyDeletion, https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html",
		Check:  func(c *Call) string { return between(c.New, "deletionWindowInDays", 7, 30) },
	},
	{
		ID: "KMS-ROTATION-PERIOD", Token: TokenKey, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A key rotates every 90 to 2560 days.",
		Source: kmsAPI + "EnableKeyRotation, https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html",
		Check:  func(c *Call) string { return between(c.New, "rotationPeriodInDays", 90, 2560) },
	},
	{
		ID: "KMS-POLICY-LOCKOUT", Token: TokenKey, Phase: PhaseWrite, Code: "MalformedPolicyDocumentException", Confidence: Verified, Answer: SecondHand,
		Says:   "A key's policy lets the caller's account change it, unless the check is switched off.",
		Source: createKey + ": BypassPolicyLockoutSafetyCheck; text: reported by users",
		Check: func(c *Call) string {
			policy := c.New.Str("policy")
			if policy == "" || c.New.Bool("bypassPolicyLockoutSafetyCheck") || managesKey(policy, c.Caller.Account) {
				return ""
			}
			return "The new key policy will not allow you to update the key policy in the future."
		},
	},
	{
		ID: "KMS-ALIAS-NAME", Token: TokenKeyAlias, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "An alias begins with alias/, but not with alias/aws/, and has letters, digits and /_-.",
		Source: newAlias + ": AliasName",
		Check: func(c *Call) string {
			name, known := c.New["name"].(string)
			if !known || aliasName.MatchString(name) && !strings.HasPrefix(name, "alias/aws/") {
				return ""
			}
			return fmt.Sprintf(`"name" must begin with 'alias/' and be comprised of only [a-zA-Z0-9/_-]: %s`, name)
		},
	},
	{
		ID: "KMS-ALIAS-KEY-EXISTS", Token: TokenKeyAlias, Phase: PhaseWrite, Code: "NotFoundException", Confidence: Verified,
		Says:   "The key that an alias is for exists.",
		Source: newAlias + ": Errors",
		Check: func(c *Call) string {
			id := c.New.Str("targetKeyId")
			if id == "" || c.findKey(c.Caller, id) != nil {
				return ""
			}
			return fmt.Sprintf("Key '%s' does not exist", id)
		},
	},
	{
		ID: "KMS-ALIAS-UNIQUE", Token: TokenKeyAlias, Phase: PhaseCreate, Code: "AlreadyExistsException", Confidence: Verified,
		Says:   "An alias is unique in an account and Region.",
		Source: newAlias + ": Errors",
		Check: func(c *Call) string {
			if !c.nameTaken(TokenKeyAlias) {
				return ""
			}
			return fmt.Sprintf("An alias with the name %s already exists", c.ARN("kms", c.New.Str("name")))
		},
	},
	{
		ID: "LOGS-KEY", Token: TokenLogGroup, Phase: PhaseWrite, Code: "InvalidParameterException", Confidence: Verified, Answer: SecondHand,
		Says:   "The key that encrypts a log group exists, and its policy lets CloudWatch Logs use it for the group.",
		Source: "Amazon CloudWatch Logs User Guide, https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html; text: reported by users",
		Check:  logsKey,
	},
}

// managesKey says whether a key's policy lets somebody in an account change it.
func managesKey(policy, account string) bool {
	d, err := parsePolicy(policy)
	return err == nil && slices.ContainsFunc(d.Statement, func(s policyStatement) bool {
		return s.Effect == "Allow" && matchesAny(s.Action, "kms:PutKeyPolicy") &&
			slices.ContainsFunc(s.principals(), func(p string) bool {
				return p == "*" || p == account || principalAccount(p) == account
			})
	})
}

// logsKey tries a log group's key as CloudWatch Logs does before it takes it.
func logsKey(c *Call) string {
	name := c.New.Str("kmsKeyId")
	if name == "" || !c.touches("kmsKeyId") {
		return ""
	}
	group := c.ARN("logs", "log-group:"+c.New.Str("name"))
	by := askedOf{
		Service: "logs." + c.Caller.Region + "." + DNSSuffix(c.Caller.Region),
		Action:  "kms:GenerateDataKey", Resource: "*", Account: c.Caller.Account, ARN: group,
	}
	if key := c.findKey(c.Caller, name); key != nil && policyGrants(key.Outputs.Str("policy"), by) {
		return ""
	}
	return fmt.Sprintf("The specified KMS key does not exist or is not allowed to be used with Arn '%s'", group)
}
