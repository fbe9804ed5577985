package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const credential = "arn:aws:secretsmanager:us-east-1:111111111111:secret:ecr-pullthroughcache/hub"

func TestPullThroughCache(t *testing.T) {
	for image, want := range map[string]string{
		"nginx:alpine":                      "111111111111.dkr.ecr.us-east-1.amazonaws.com/web/library/nginx:alpine",
		"acme/api@sha256:00":                "111111111111.dkr.ecr.us-east-1.amazonaws.com/web/acme/api@sha256:00",
		"quay.io/prometheus/prometheus:v3":  "111111111111.dkr.ecr.us-east-1.amazonaws.com/web/prometheus/prometheus:v3",
		"public.ecr.aws/nginx/nginx:alpine": "111111111111.dkr.ecr.us-east-1.amazonaws.com/web/nginx/nginx:alpine",
	} {
		var got, repository *reading[string]
		run(t, func(ctx *pulumi.Context) error {
			registry, _ := ImageRegistry(image)
			args := &PullThroughCacheArgs{Registry: registry}
			if upstreams[registry].credentials {
				args.CredentialArn = pulumi.String(credential)
			}
			cache, err := NewPullThroughCache(ctx, "web", args)
			if err != nil {
				return err
			}
			got, repository = read[string](ctx, cache.Image(image)), read[string](ctx, cache.RepositoryArn)
			return nil
		})
		assert.Equal(t, want, got.value)
		assert.Equal(t, "arn:aws:ecr:us-east-1:111111111111:repository/web/*", repository.value)
	}
}

func TestPullThroughCacheRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		args *PullThroughCacheArgs
		want string
	}{
		{"no registry", &PullThroughCacheArgs{}, "registry is missing; it is required"},
		{
			"a registry of nobody's", &PullThroughCacheArgs{Registry: "registry.example.com"},
			`registry is "registry.example.com"; it must be one of docker.io, ghcr.io, public.ecr.aws, quay.io, registry.k8s.io`,
		},
		{"no credentials", &PullThroughCacheArgs{Registry: "docker.io"}, "credentialArn is missing; it is required with docker.io"},
		{
			"credentials for all", &PullThroughCacheArgs{Registry: "quay.io", CredentialArn: pulumi.String(credential)},
			"credentialArn is set; it must not be with quay.io, which takes none",
		},
		{
			"another secret", &PullThroughCacheArgs{Registry: "docker.io", CredentialArn: pulumi.String("arn:secret")},
			`credentialArn is "arn:secret"; it must be the ARN of a Secrets Manager secret whose name begins with ecr-pullthroughcache/`,
		},
		{
			"a prefix", &PullThroughCacheArgs{Registry: "quay.io", RepositoryPrefix: "A"},
			`repositoryPrefix is "A"; it must be 2 to 30 lower-case letters, digits and single hyphens`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			requireRefused(t, `PullThroughCache "web": `+test.want, func(ctx *pulumi.Context) error {
				_, err := NewPullThroughCache(ctx, "web", test.args)
				return err
			})
		})
	}
}
