package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// AccessLogBucketType is the type token of AccessLogBucket.
const AccessLogBucketType = "fargate-privatelink:index:AccessLogBucket"

// AccessLogBucketArgs are the inputs of AccessLogBucket.
type AccessLogBucketArgs struct {
	AccessLogBucketOptions
	// Tags are the tags of every child that takes them (default none).
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// AccessLogBucketOptions are the options of a bucket for access logs.
type AccessLogBucketOptions struct {
	// RetentionDays is how long S3 keeps the logs in a bucket that is made for them, 1 to
	// 36500 days (default 90). It goes without a bucket that exists.
	RetentionDays *int `pulumi:"retentionDays,optional" range:"1,36500"`
}

const defaultAccessLogRetention = 90

// AccessLogBucket is an S3 bucket that Network Load Balancers of its account and
// Region, and nobody else, may write their access logs to. It is private, takes TLS only, is
// encrypted with S3's keys, and empties itself; it can be deleted with what is in it. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html.
type AccessLogBucket struct {
	pulumi.ResourceState

	// Name is the bucket's name. It is there only once the policy is: a load balancer
	// writes a test object when its logs are turned on.
	Name pulumi.StringOutput `pulumi:"name"`
}

// NewAccessLogBucket makes a bucket for access logs. It returns an error when
// RetentionDays is out of range.
func NewAccessLogBucket(
	ctx *pulumi.Context, name string, args *AccessLogBucketArgs, opts ...pulumi.ResourceOption,
) (*AccessLogBucket, error) {
	if args == nil {
		return nil, noArgs("AccessLogBucket", name)
	}
	full, faults := check.Args("", args)
	if err := failed("AccessLogBucket", name, faults); err != nil {
		return nil, err
	}
	component := &AccessLogBucket{}
	if err := ctx.RegisterComponentResource(AccessLogBucketType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, full.Tags, component)

	bucket, err := s3.NewBucketV2(ctx, name, &s3.BucketV2Args{
		ForceDestroy: pulumi.Bool(true),
		Tags:         s.tagged(name),
	}, s.parent)
	if err != nil {
		return nil, err
	}
	if err := closeBucket(s, bucket, full.retentionDays()); err != nil {
		return nil, err
	}
	policy, err := newAccessLogPolicy(s, bucket)
	if err != nil {
		return nil, err
	}
	component.Name = afterwards(bucket.Bucket, policy.ID().ToStringOutput())
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{"name": component.Name})
}

// retentionDays is no field's default: where it is left out can be told from where it is
// given, which goes without a bucket that exists.
func (o AccessLogBucketOptions) retentionDays() int {
	if o.RetentionDays == nil {
		return defaultAccessLogRetention
	}
	return *o.RetentionDays
}

// closeBucket keeps the public out and lets old logs go.
func closeBucket(s scope, bucket *s3.BucketV2, retentionDays int) error {
	if _, err := s3.NewBucketPublicAccessBlock(s.ctx, s.name, &s3.BucketPublicAccessBlockArgs{
		Bucket:                bucket.ID(),
		BlockPublicAcls:       pulumi.Bool(true),
		BlockPublicPolicy:     pulumi.Bool(true),
		IgnorePublicAcls:      pulumi.Bool(true),
		RestrictPublicBuckets: pulumi.Bool(true),
	}, s.parent); err != nil {
		return err
	}
	_, err := s3.NewBucketLifecycleConfigurationV2(s.ctx, s.name, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketLifecycleConfigurationV2RuleArray{s3.BucketLifecycleConfigurationV2RuleArgs{
			Id:         pulumi.String("expire"),
			Status:     pulumi.String("Enabled"),
			Filter:     s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
			Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(retentionDays)},
		}},
	}, s.parent)
	return err
}

// newAccessLogPolicy lets AWS's log delivery write for load balancers of this account
// and Region only. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html#access-logging-bucket-requirements.
func newAccessLogPolicy(s scope, bucket *s3.BucketV2) (*s3.BucketPolicy, error) {
	site, err := s.site()
	if err != nil {
		return nil, err
	}
	caller, err := aws.GetCallerIdentity(s.ctx, &aws.GetCallerIdentityArgs{}, s.parent)
	if err != nil {
		return nil, err
	}
	policy := bucket.Arn.ApplyT(func(arn string) (string, error) {
		delivery := map[string]any{"Service": "delivery.logs.amazonaws.com"}
		source := map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": caller.AccountId},
			"ArnLike":      map[string]any{"aws:SourceArn": site.arn("logs", caller.AccountId, "*")},
		}
		write := map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": caller.AccountId, "s3:x-amz-acl": "bucket-owner-full-control"},
			"ArnLike":      source["ArnLike"],
		}
		return policyJSON(
			statement{
				Sid: "AWSLogDeliveryWrite", Principal: delivery, Action: []string{"s3:PutObject"},
				Resource: []string{arn + "/AWSLogs/" + caller.AccountId + "/*"}, Condition: write,
			},
			statement{
				Sid: "AWSLogDeliveryAclCheck", Principal: delivery, Action: []string{"s3:GetBucketAcl"},
				Resource: []string{arn}, Condition: source,
			},
			statement{
				Sid: "TLSOnly", Effect: "Deny", Principal: map[string]any{"AWS": "*"}, Action: []string{"s3:*"},
				Resource: []string{arn, arn + "/*"}, Condition: map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
			},
		)
	}).(pulumi.StringOutput)
	return s3.NewBucketPolicy(s.ctx, s.name, &s3.BucketPolicyArgs{Bucket: bucket.ID(), Policy: policy}, s.parent)
}
