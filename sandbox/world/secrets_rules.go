package world

import (
	"fmt"
	"regexp"
)

const (
	createSecret = "AWS Secrets Manager API, CreateSecret, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"
	putParameter = "AWS Systems Manager API, PutParameter, https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html"
)

var secretName = regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]{1,512}$`)

var secretsRules = []*Rule{
	{
		ID: "SECRET-NAME", Token: TokenSecret, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A secret's name has 1 to 512 letters, digits and /_+=.@-.",
		Source: createSecret + ": Name",
		Check: func(c *Call) string {
			name, known := c.New["name"].(string)
			if !known || secretName.MatchString(name) {
				return ""
			}
			return fmt.Sprintf("invalid value for name (must contain only alphanumeric characters and /_+=.@-): %s", name)
		},
	},
	{
		ID: "SECRET-UNIQUE", Token: TokenSecret, Phase: PhaseCreate, Code: "ResourceExistsException", Confidence: Verified,
		Says:   "A secret's name is unique in an account and Region.",
		Source: createSecret + ": Errors",
		Check: func(c *Call) string {
			if !c.nameTaken(TokenSecret) {
				return ""
			}
			return fmt.Sprintf("The operation failed because the secret %s already exists.", c.New.Str("name"))
		},
	},
	{
		ID: "SECRET-RECOVERY", Token: TokenSecret, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A deleted secret can be recovered for 7 to 30 days, or not at all with 0.",
		Source: "AWS Secrets Manager API, DeleteSecret, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html; AWS provider, schema of the resource",
		Check: func(c *Call) string {
			if c.New.Int("recoveryWindowInDays") == 0 {
				return ""
			}
			return between(c.New, "recoveryWindowInDays", 7, 30)
		},
	},
	{
		ID: "SECRET-KEY-EXISTS", Token: TokenSecret, Phase: PhaseWrite, Code: "InvalidRequestException", Confidence: Verified, Answer: Unverified,
		Says:   "The key that encrypts a secret exists.",
		Source: createSecret + ": KmsKeyId; the text is inferred",
		Check:  func(c *Call) string { return c.keyExists("kmsKeyId") },
	},
	{
		ID: "SECRET-VERSION-EXISTS", Token: TokenSecretVersion, Phase: PhaseCreate, Code: "ResourceNotFoundException", Confidence: Verified,
		Says:   "The secret that gets a value exists.",
		Source: "AWS Secrets Manager API, PutSecretValue, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html: Errors",
		Check: func(c *Call) string {
			if id := c.New.Str("secretId"); id == "" || c.findSecret(c.Caller, id) != nil {
				return ""
			}
			return "Secrets Manager can't find the specified secret."
		},
	},
	{
		ID: "PARAMETER-TYPE", Token: TokenParameter, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A parameter is a String, a StringList or a SecureString.",
		Source: putParameter + ": Type",
		Check:  func(c *Call) string { return oneOf(c.New, "type", "String", "StringList", "SecureString") },
	},
	{
		ID: "PARAMETER-VALUE", Token: TokenParameter, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A parameter has a value or one that may be shown.",
		Source: "AWS provider, schema of the resource: https://www.pulumi.com/registry/packages/aws/api-docs/ssm/parameter/",
		Check:  func(c *Call) string { return exactlyOne(c.New, "value", "insecureValue") },
	},
	{
		ID: "PARAMETER-UNIQUE", Token: TokenParameter, Phase: PhaseCreate, Code: "ParameterAlreadyExists", Confidence: Verified,
		Says:   "A parameter's name is unique in an account and Region, unless the provider is told to overwrite.",
		Source: putParameter + ": Errors",
		Check: func(c *Call) string {
			if c.New.Bool("overwrite") || !c.nameTaken(TokenParameter) {
				return ""
			}
			return "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."
		},
	},
}

// keyExists checks that a property names a key of the caller's or one of AWS's own.
func (c *Call) keyExists(property string) string {
	name := c.New.Str(property)
	if name == "" || !c.touches(property) || awsKey.MatchString(name) || c.findKey(c.Caller, name) != nil {
		return ""
	}
	return fmt.Sprintf("The KMS key %s does not exist", name)
}

// awsKey matches the aliases of AWS's own keys, by name or ARN.
var awsKey = regexp.MustCompile(`(^|:)alias/aws/[a-z0-9]+$`)
