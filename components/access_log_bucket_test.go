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

	rules := m.get(t, "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "web").inputs["rules"].([]any)
	assert.Equal(t, map[string]any{"days": 90.0}, rules[0].(map[string]any)["expiration"])

	requireRefused(t, `AccessLogBucket "web": retentionDays is 0; it must be 1 to 36500`, func(ctx *pulumi.Context) error {
		_, err := NewAccessLogBucket(ctx, "web", &AccessLogBucketArgs{
			AccessLogBucketOptions: AccessLogBucketOptions{RetentionDays: pulumi.IntRef(0)},
		})
		return err
	})
}
