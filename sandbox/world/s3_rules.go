package world

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	s3API       = "Amazon S3 API, "
	bucketNames = "Amazon S3 User Guide, https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
	putBucket   = s3API + "CreateBucket, https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"
	putACL      = s3API + "PutBucketPolicy, https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html"
	publicGuide = "Amazon S3 User Guide, https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
)

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

var s3Rules = []*Rule{
	{
		ID: "S3-NAME", Token: TokenBucketV2, Also: []string{TokenBucket}, Phase: PhaseCreate, Code: "InvalidBucketName", Confidence: Verified,
		Says:   "A bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, begins and ends with a letter or digit, and has no two dots in a row.",
		Source: bucketNames,
		Check: func(c *Call) string {
			name := c.New.Str("bucket")
			if name == "" || bucketName.MatchString(name) && !strings.Contains(name, "..") && !strings.HasPrefix(name, "xn--") {
				return ""
			}
			return fmt.Sprintf("The specified bucket is not valid: %s", name)
		},
	},
	{
		ID: "S3-UNIQUE", Token: TokenBucketV2, Also: []string{TokenBucket}, Phase: PhaseCreate, Code: "BucketAlreadyExists", Confidence: Verified,
		Says:   "A bucket's name is unique over all accounts and Regions.",
		Source: putBucket + ": Errors",
		Check: func(c *Call) string {
			if name := c.New.Str("bucket"); name == "" || c.findBucket(name) == nil {
				return ""
			}
			return "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again."
		},
	},
	{
		ID: "S3-BUCKET-EXISTS", Token: TokenBucketPolicy, Also: bucketParts[1:], Phase: PhaseCreate, Code: "NoSuchBucket", Confidence: Verified,
		Says:   "The bucket that a policy or setting is for exists in the caller's account.",
		Source: "Amazon S3 API, Error responses, https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
		Check: func(c *Call) string {
			name := c.New.Str("bucket")
			if r := c.findBucket(name); name == "" || r != nil && r.Account == c.Caller.Account {
				return ""
			}
			return "The specified bucket does not exist"
		},
	},
	{
		ID: "S3-POLICY-RESOURCE", Token: TokenBucketPolicy, Phase: PhaseWrite, Code: "MalformedPolicy", Confidence: SecondHand,
		Says:   "A bucket's policy is about the bucket and what is in it.",
		Source: putACL + "; text: reported by users",
		Check: func(c *Call) string {
			bucket := c.findBucket(c.New.Str("bucket"))
			d, err := parsePolicy(c.New.Str("policy"))
			if bucket == nil || err != nil {
				return ""
			}
			arn := bucket.Outputs.Str("arn")
			for _, s := range d.Statement {
				if slices.ContainsFunc(s.Resource, func(r string) bool { return r != arn && !strings.HasPrefix(r, arn+"/") }) {
					return "Policy has invalid resource"
				}
			}
			return ""
		},
	},
	{
		ID: "S3-POLICY-PUBLIC", Token: TokenBucketPolicy, Phase: PhaseWrite, Code: "AccessDenied", Confidence: Verified, Answer: SecondHand,
		Says:   "A policy that lets in everybody is refused while the bucket blocks public policies, which a new bucket does.",
		Source: publicGuide + "; text: reported by users",
		Check: func(c *Call) string {
			if !c.blocksPublicPolicy(c.New.Str("bucket")) || !isPublic(c.New.Str("policy")) {
				return ""
			}
			return fmt.Sprintf("User is not authorized to perform: s3:PutBucketPolicy on resource: %q because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.", c.New.Str("bucket"))
		},
	},
	{
		ID: "S3-ENCRYPTION", Token: TokenBucketEncryption, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A bucket is encrypted with S3's keys or with KMS's, once or twice.",
		Source: s3API + "ServerSideEncryptionByDefault, https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html",
		Check: func(c *Call) string {
			for _, r := range c.New.Maps("rules") {
				if message := oneOf(r.Map("applyServerSideEncryptionByDefault"), "sseAlgorithm", "AES256", "aws:kms", "aws:kms:dsse"); message != "" {
					return message
				}
			}
			return ""
		},
	},
	{
		ID: "S3-LIFECYCLE-STATUS", Token: TokenBucketLifecycle, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A lifecycle rule is Enabled or Disabled.",
		Source: s3API + "LifecycleRule, https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html",
		Check: func(c *Call) string {
			for _, r := range c.New.Maps("rules") {
				if message := oneOf(r, "status", "Enabled", "Disabled"); message != "" {
					return message
				}
			}
			return ""
		},
	},
	{
		ID: "S3-OWNERSHIP", Token: TokenBucketOwnership, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A bucket's objects belong to its owner always, by preference, or to their writers.",
		Source: s3API + "OwnershipControlsRule, https://docs.aws.amazon.com/AmazonS3/latest/API/API_OwnershipControlsRule.html",
		Check: func(c *Call) string {
			return oneOf(c.New.Map("rule"), "objectOwnership", "BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced")
		},
	},
	{
		ID: "S3-DELETE-NOT-EMPTY", Token: TokenBucketV2, Also: []string{TokenBucket}, Phase: PhaseDelete, Code: "BucketNotEmpty", Confidence: Verified,
		Says:   "A bucket with objects, such as the test file and the logs of a load balancer, can't be deleted, unless the provider is told to delete them.",
		Source: s3API + "DeleteBucket, https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html; the test file: " + accessLogsGuide,
		Check: func(c *Call) string {
			if c.State.Bool("forceDestroy") || !c.Record.Hidden.Bool("notEmpty") {
				return ""
			}
			return "The bucket you tried to delete is not empty"
		},
	},
}

// blocksPublicPolicy says whether a bucket refuses public policies: as its public
// access block says, or, as for every new bucket, yes.
func (c *Call) blocksPublicPolicy(bucket string) bool {
	if r := c.peek(TokenPublicAccessBlock, bucket); r != nil {
		return r.Outputs.Bool("blockPublicPolicy")
	}
	return true
}

// isPublic says whether a policy lets in everybody without a condition.
func isPublic(policy string) bool {
	d, err := parsePolicy(policy)
	return err == nil && slices.ContainsFunc(d.Statement, func(s policyStatement) bool {
		return s.Effect == "Allow" && len(s.Condition) == 0 && slices.Contains(s.principals(), "*")
	})
}
