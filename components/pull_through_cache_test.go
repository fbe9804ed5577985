package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

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
			if NeedsPullThroughCredentials(registry) {
				args.CredentialArn = pulumi.String("arn:secret")
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
	for want, args := range map[string]*PullThroughCacheArgs{
		`Registry is "registry.example.com"; it must be one of docker.io, ghcr.io, public.ecr.aws, quay.io, registry.k8s.io`: {
			Registry: "registry.example.com",
		},
		"CredentialArn is missing; it is required with docker.io": {Registry: "docker.io"},
		"CredentialArn is set; it must not be with quay.io, which takes none": {
			Registry: "quay.io", CredentialArn: pulumi.String("arn"),
		},
		`RepositoryPrefix is "A"; it must be 2 to 30 lower-case letters, digits and single hyphens`: {
			Registry: "quay.io", RepositoryPrefix: "A",
		},
	} {
		requireRefused(t, `PullThroughCache "web": `+want, func(ctx *pulumi.Context) error {
			_, err := NewPullThroughCache(ctx, "web", args)
			return err
		})
	}
}
