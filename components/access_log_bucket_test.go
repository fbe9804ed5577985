package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func TestAccessLogBucket(t *testing.T) {
	m := run(t, func(ctx *pulumi.Context) error {
		_, err := NewAccessLogBucket(ctx, "web", &AccessLogBucketArgs{})
		return err
	})
	assert.Len(t, m.find("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"), 1)
	golden(t, "access_log_bucket.json", m.get(t, "aws:s3/bucketPolicy:BucketPolicy", "web").inputs["policy"].(string))

	requireRefused(t, `AccessLogBucket "web": RetentionDays is -1; it must be 1 to 36500`, func(ctx *pulumi.Context) error {
		_, err := NewAccessLogBucket(ctx, "web", &AccessLogBucketArgs{RetentionDays: -1})
		return err
	})
}
