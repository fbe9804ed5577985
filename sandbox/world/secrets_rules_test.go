package world

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func init() {
	addRefusals(map[string]breaker{
		"SECRET-NAME": tries(TokenSecret, Props{"name": "my secret"}),
		"SECRET-UNIQUE": func(st *stage) error {
			st.make(st.provider, "password", TokenSecret, Props{})
			return st.try(TokenSecret, Props{"name": "password"})
		},
		"SECRET-RECOVERY":       tries(TokenSecret, Props{"recoveryWindowInDays": 6.0}),
		"SECRET-KEY-EXISTS":     tries(TokenSecret, Props{"kmsKeyId": "alias/nothing"}),
		"SECRET-VERSION-EXISTS": tries(TokenSecretVersion, Props{"secretId": "nothing", "secretString": "x"}),
		"PARAMETER-TYPE":        tries(TokenParameter, Props{"type": "Text", "value": "x"}),
		"PARAMETER-VALUE":       tries(TokenParameter, Props{"type": "String"}),
		"PARAMETER-UNIQUE": func(st *stage) error {
			st.make(st.provider, "plain", TokenParameter, Props{"type": "String", "value": "x"})
			return st.try(TokenParameter, Props{"name": "plain", "type": "String", "value": "y"})
		},

		"KMS-DELETION-WINDOW":  tries(TokenKey, Props{"deletionWindowInDays": 6.0}),
		"KMS-ROTATION-PERIOD":  tries(TokenKey, Props{"enableKeyRotation": true, "rotationPeriodInDays": 30.0}),
		"KMS-POLICY-LOCKOUT":   tries(TokenKey, Props{"policy": `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:Encrypt","Resource":"*"}]}`}),
		"KMS-ALIAS-NAME":       tries(TokenKeyAlias, Props{"name": "alias/aws/mine", "targetKeyId": "x"}),
		"KMS-ALIAS-KEY-EXISTS": tries(TokenKeyAlias, Props{"targetKeyId": "00000000-0000-0000-0000-000000000000"}),
		"KMS-ALIAS-UNIQUE": func(st *stage) error {
			key := st.make(st.provider, "key", TokenKey, Props{})
			st.make(st.provider, "alias", TokenKeyAlias, Props{"targetKeyId": key})
			return st.try(TokenKeyAlias, Props{"name": "alias/alias", "targetKeyId": key})
		},
		"LOGS-KEY": func(st *stage) error {
			key := st.make(st.provider, "key", TokenKey, Props{})
			return st.try(TokenLogGroup, Props{"kmsKeyId": st.showARN(key)})
		},

		"S3-NAME": tries(TokenBucketV2, Props{"bucket": "My_Bucket"}),
		"S3-UNIQUE": func(st *stage) error {
			st.make(st.consumer, "taken", TokenBucket, Props{})
			return st.try(TokenBucketV2, Props{"bucket": "taken"})
		},
		"S3-BUCKET-EXISTS": func(st *stage) error {
			st.make(st.consumer, "theirs", TokenBucket, Props{})
			return st.try(TokenPublicAccessBlock, Props{"bucket": "theirs"})
		},
		"S3-POLICY-RESOURCE": bucketPolicyWith(`{"Statement":[{"Effect":"Allow","Principal":{"Service":"x"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"}]}`),
		"S3-POLICY-PUBLIC":   bucketPolicyWith(publicPolicy),
		"S3-ENCRYPTION": tries(TokenBucketEncryption, Props{"bucket": "b", "rules": []any{map[string]any{
			"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES"},
		}}}),
		"S3-LIFECYCLE-STATUS": tries(TokenBucketLifecycle, Props{"bucket": "b", "rules": []any{map[string]any{"id": "r", "status": "on"}}}),
		"S3-OWNERSHIP":        tries(TokenBucketOwnership, Props{"bucket": "b", "rule": map[string]any{"objectOwnership": "Mine"}}),
		"S3-DELETE-NOT-EMPTY": func(st *stage) error {
			st.make(st.provider, "near", TokenBucketV2, Props{"policy": logPolicy("near")})
			require.NoError(st.t, balancerWith(Props{"accessLogs": map[string]any{"enabled": true, "bucket": "near", "prefix": "web"}})(st))
			return st.remove("near")
		},

		"ECR-CACHE-PREFIX": cacheWith(Props{"ecrRepositoryPrefix": "Hub"}),
		"ECR-CACHE-UNIQUE": func(st *stage) error {
			require.NoError(st.t, cacheWith(nil)(st))
			return cacheWith(nil)(st)
		},
		"ECR-CACHE-UPSTREAM":      cacheWith(Props{"upstreamRegistryUrl": "docker.io"}),
		"ECR-CACHE-CREDENTIAL":    cacheWith(Props{"upstreamRegistryUrl": "registry-1.docker.io"}),
		"ECR-CACHE-SECRET-EXISTS": cacheWith(Props{"upstreamRegistryUrl": "ghcr.io", "credentialArn": "arn:aws:secretsmanager:us-east-1:111111111111:secret:ecr-pullthroughcache/x-000000"}),
		"ECR-REPOSITORY-NAME":     tries(TokenRepository, Props{"name": "Web"}),
		"ECR-REPOSITORY-UNIQUE": func(st *stage) error {
			st.make(st.provider, "web", TokenRepository, Props{})
			return st.try(TokenRepository, Props{"name": "web"})
		},
	})
}

const publicPolicy = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::near/*"}]}`

// showARN is the ARN of a key of the provider's.
func (st *stage) showARN(keyID string) string {
	out, err := st.provider.Read(TokenKey, keyID)
	require.NoError(st.t, err)
	return out.Str("arn")
}

// bucketPolicyWith gives a bucket of its own a policy.
func bucketPolicyWith(policy string) breaker {
	return func(st *stage) error {
		st.make(st.provider, "near", TokenBucketV2, Props{})
		return st.try(TokenBucketPolicy, Props{"bucket": "near", "policy": policy})
	}
}

func cacheWith(more Props) breaker {
	return tries(TokenPullThroughCache, over(Props{"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "public.ecr.aws"}, more))
}

// TestPublicBucket: a public policy is taken once the bucket lets it.
func TestPublicBucket(t *testing.T) {
	st := newStage(t)
	st.make(st.provider, "near", TokenBucketV2, Props{})
	st.make(st.provider, "open", TokenPublicAccessBlock, Props{"bucket": "near"})
	st.make(st.provider, "policy", TokenBucketPolicy, Props{"bucket": "near", "policy": publicPolicy})
	require.Equal(t, normalJSON(publicPolicy), st.show("near").Str("policy"))
	require.NoError(t, st.change("open", Props{"blockPublicPolicy": true}))
	requireRefusal(t, "S3-POLICY-PUBLIC", st.change("policy", Props{"policy": publicPolicy + " "}))
}

// TestBucketNames: a bucket's name is made in lower case, and a bucket goes with
// its settings.
func TestBucketNames(t *testing.T) {
	st := newStage(t)
	require.Equal(t, "logs-bucket", st.make(st.provider, "Logs-Bucket", TokenBucketV2, Props{}))
	st.make(st.provider, "encryption", TokenBucketEncryption, Props{"bucket": "logs-bucket", "rules": []any{map[string]any{
		"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"},
	}}})
	require.NoError(t, st.remove("Logs-Bucket"))
	require.Zero(t, st.count(TokenBucketEncryption))
}

// TestLogGroupKey: a log group's key lets CloudWatch Logs use it.
func TestLogGroupKey(t *testing.T) {
	st := newStage(t)
	key := st.make(st.provider, "key", TokenKey, Props{
		"enableKeyRotation": true, "policy": keyPolicy("logs.us-east-1.amazonaws.com", "kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"),
	})
	require.Equal(t, 365, st.show("key").Int("rotationPeriodInDays"))
	require.NoError(t, st.change("logs", Props{"kmsKeyId": st.showARN(key)}))
	alias := st.make(st.provider, "alias", TokenKeyAlias, Props{"targetKeyId": key})
	require.Equal(t, "alias/alias", alias)
	require.Equal(t, st.showARN(key), st.show("alias").Str("targetKeyArn"))
	require.NoError(t, st.change("alias", Props{"targetKeyId": st.make(st.provider, "second", TokenKey, Props{})}))
	require.Equal(t, st.id("second"), st.show("alias").Str("targetKeyId"))
}

// TestSecretVersions go with their secret, and a parameter counts its own.
func TestSecretVersions(t *testing.T) {
	st := newStage(t)
	arn := st.make(st.provider, "password", TokenSecret, Props{})
	require.Regexp(t, `^arn:aws:secretsmanager:us-east-1:111111111111:secret:password-[0-9a-f]{6}$`, arn)
	st.make(st.provider, "version", TokenSecretVersion, Props{"secretId": "password", "secretString": "x"})
	require.Equal(t, arn, st.show("version").Str("arn"))
	st.make(st.provider, "by-arn", TokenSecretVersion, Props{"secretId": arn, "secretString": "x"})
	require.NoError(t, st.remove("password"))
	require.Equal(t, 0, st.count(TokenSecretVersion))

	st.make(st.provider, "/web/plain", TokenParameter, Props{"type": "SecureString", "value": "x"})
	require.Equal(t, "arn:aws:ssm:us-east-1:111111111111:parameter/web/plain", st.show("/web/plain").Str("arn"))
	require.Equal(t, "alias/aws/ssm", st.show("/web/plain").Str("keyId"))
	require.NoError(t, st.change("/web/plain", Props{"value": nil, "type": "String", "insecureValue": "y"}))
	require.Equal(t, 2, st.show("/web/plain").Int("version"))
	require.Equal(t, "y", st.show("/web/plain").Str("value"))
}
