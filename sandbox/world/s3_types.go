package world

import (
	"fmt"
	"maps"
	"strings"
)

// bucketKinds are the two types of bucket that the provider has.
var bucketKinds = []string{TokenBucketV2, TokenBucket}

// bucketParts are the kinds of what belongs to a bucket.
var bucketParts = []string{
	TokenBucketPolicy, TokenPublicAccessBlock, TokenBucketEncryption, TokenBucketLifecycle, TokenBucketOwnership,
}

func bucketType(token string) *Type {
	return &Type{
		Token: token,
		Inputs: []Property{
			{Name: "bucket", Replace: true, Computed: true},
			{Name: "bucketPrefix", Replace: true, Computed: true},
			{Name: "forceDestroy", Default: false},
			{Name: "policy", Computed: true, JSON: true},
			{Name: "tags"},
		},
		AutoName: &AutoName{Property: "bucket", Max: 63, Form: strings.ToLower},
		Latency:  quick,
		Outputs:  bucketOutputs(token),
		Create:   createBucket,
		Read:     func(c *Call) Props { return Props{"policy": c.bucketPolicy(c.Record)} },
		Delete: func(c *Call) error {
			for _, kind := range bucketParts {
				c.removeParts(kind, "bucket")
			}
			return nil
		},
	}
}

// bucketOutputs are a bucket's outputs. The two types show the same settings, one
// as lists of at most one block.
func bucketOutputs(token string) Props {
	out := Props{
		"accelerationStatus": "", "acl": nil, "arn": "", "bucket": "", "bucketDomainName": "", "bucketPrefix": "",
		"bucketRegionalDomainName": "", "corsRules": []any{}, "forceDestroy": false, "grants": []any{},
		"hostedZoneId": "", "lifecycleRules": []any{}, "loggings": []any{}, "objectLockConfiguration": nil,
		"policy": "", "region": "", "requestPayer": "", "tags": nil, "websiteDomain": nil, "websiteEndpoint": nil,
	}
	versioning := map[string]any{"enabled": false, "mfaDelete": false}
	blocks := Props{
		"replicationConfiguration": nil, "serverSideEncryptionConfiguration": nil,
		"versioning": versioning, "website": nil,
	}
	if token == TokenBucketV2 {
		blocks = Props{
			"objectLockEnabled": false, "replicationConfigurations": []any{},
			"serverSideEncryptionConfigurations": []any{}, "versionings": []any{versioning}, "websites": []any{},
		}
	}
	maps.Copy(out, blocks)
	return out
}

func createBucket(c *Call) (string, Props, error) {
	name := prefixedName(c, "bucket")
	region, suffix := c.Caller.Region, DNSSuffix(c.Caller.Region)
	return name, Props{
		"arn":                      fmt.Sprintf("arn:%s:s3:::%s", Partition(region), name),
		"bucket":                   name,
		"bucketDomainName":         fmt.Sprintf("%s.s3.%s", name, suffix),
		"bucketRegionalDomainName": fmt.Sprintf("%s.s3.%s.%s", name, region, suffix),
		"grants": []any{map[string]any{
			"id": stableHex("canonical user "+c.Caller.Account, 64), "permissions": []any{"FULL_CONTROL"},
			"type": "CanonicalUser", "uri": "",
		}},
		"hostedZoneId": websiteZone(region),
		"region":       region,
	}, nil
}

// websiteZone is the hosted zone of a Region's S3 website endpoints. The sandbox
// has the one of us-east-1 right and makes up the others: it has no websites.
func websiteZone(region string) string {
	if region == "us-east-1" {
		return "Z3AQBSTGFYJSTF"
	}
	return "Z" + strings.ToUpper(stableHex("s3 website "+region, 13))
}

// findBucket returns a bucket by its name, in whatever account, or nil.
func (tx *Tx) findBucket(name string) *Record {
	for _, kind := range bucketKinds {
		if r := tx.peek(kind, name); r != nil {
			return r
		}
	}
	return nil
}

// bucketPolicy is a bucket's policy: that of a policy resource, or the one
// written on the bucket; "" without any.
func (tx *Tx) bucketPolicy(bucket *Record) string {
	if p := tx.peek(TokenBucketPolicy, bucket.ID); p != nil {
		return p.Outputs.Str("policy")
	}
	if bucket.Inputs.Has("policy") {
		return normalJSON(bucket.Inputs.Str("policy"))
	}
	return ""
}

// bucketPart is a type of which a bucket has at most one.
func bucketPart(token string, inputs []Property, outputs Props) *Type {
	return &Type{
		Token:   token,
		Inputs:  append([]Property{{Name: "bucket", Required: true, Replace: true}}, inputs...),
		Latency: quick,
		Outputs: outputs,
		Create:  func(c *Call) (string, Props, error) { return c.New.Str("bucket"), nil, nil },
	}
}

var bucketPolicyType = &Type{
	Token: TokenBucketPolicy,
	Inputs: []Property{
		{Name: "bucket", Required: true, Replace: true},
		{Name: "policy", Required: true, JSON: true},
	},
	Latency: quick,
	Outputs: Props{"bucket": "", "policy": ""},
	Create: func(c *Call) (string, Props, error) {
		return c.New.Str("bucket"), Props{"policy": normalJSON(c.New.Str("policy"))}, nil
	},
	Update: func(c *Call) (Props, error) { return Props{"policy": normalJSON(c.New.Str("policy"))}, nil },
}

var publicAccessBlockType = bucketPart(TokenPublicAccessBlock, []Property{
	{Name: "blockPublicAcls", Default: false},
	{Name: "blockPublicPolicy", Default: false},
	{Name: "ignorePublicAcls", Default: false},
	{Name: "restrictPublicBuckets", Default: false},
}, Props{
	"blockPublicAcls": false, "blockPublicPolicy": false, "bucket": "", "ignorePublicAcls": false,
	"restrictPublicBuckets": false,
})

var bucketEncryptionType = bucketPart(TokenBucketEncryption, []Property{
	{Name: "expectedBucketOwner", Replace: true},
	{Name: "rules", Required: true, Set: true, Elem: []Property{
		{Name: "applyServerSideEncryptionByDefault", Elem: []Property{
			{Name: "kmsMasterKeyId"},
			{Name: "sseAlgorithm", Required: true},
		}},
		{Name: "bucketKeyEnabled"},
	}},
}, Props{"bucket": "", "expectedBucketOwner": "", "rules": []any{}})

var bucketLifecycleType = bucketPart(TokenBucketLifecycle, []Property{
	{Name: "expectedBucketOwner", Replace: true},
	{Name: "rules", Elem: []Property{
		{Name: "abortIncompleteMultipartUpload"},
		{Name: "expiration"},
		{Name: "filter"},
		{Name: "id", Required: true},
		{Name: "noncurrentVersionExpiration"},
		{Name: "noncurrentVersionTransitions", Set: true},
		{Name: "prefix"},
		{Name: "status", Required: true},
		{Name: "transitions", Set: true},
	}},
	{Name: "timeouts"},
	{Name: "transitionDefaultMinimumObjectSize", Computed: true},
}, Props{
	"bucket": "", "expectedBucketOwner": "", "rules": []any{}, "timeouts": nil,
	"transitionDefaultMinimumObjectSize": "all_storage_classes_128K",
})

var bucketOwnershipType = bucketPart(TokenBucketOwnership, []Property{
	{Name: "rule", Required: true, Elem: []Property{{Name: "objectOwnership", Required: true}}},
}, Props{"bucket": "", "rule": nil})

// putObject notes that a bucket is not empty any more. The sandbox keeps no objects.
func (tx *Tx) putObject(bucket string) {
	if r := tx.findBucket(bucket); r != nil {
		r = r.clone()
		r.Hidden["notEmpty"] = true
		tx.Put(r)
	}
}
