package components

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// PullThroughCacheType is the type token of PullThroughCache.
const PullThroughCacheType = "fargate-privatelink:index:PullThroughCache"

// upstream is a registry that Amazon ECR can cache.
type upstream struct {
	// url is the registry as ECR knows it.
	url string
	// credentials says whether ECR needs a secret with a user and a token.
	credentials bool
}

// upstreams maps a registry, as images name it, to its upstream. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html.
var upstreams = map[string]upstream{
	"docker.io":       {"registry-1.docker.io", true},
	"ghcr.io":         {"ghcr.io", true},
	"public.ecr.aws":  {"public.ecr.aws", false},
	"quay.io":         {"quay.io", false},
	"registry.k8s.io": {"registry.k8s.io", false},
}

// PullThroughCacheArgs are the inputs of PullThroughCache.
type PullThroughCacheArgs struct {
	// Registry is docker.io, ghcr.io, public.ecr.aws, quay.io or registry.k8s.io.
	// Required. [ImageRegistry] tells which one an image is of.
	Registry string `pulumi:"registry"`
	// RepositoryPrefix begins the names of the repositories in Amazon ECR: 2 to 30
	// lower-case letters, digits and single hyphens (default: the component's name).
	// A registry of an account has one rule for a prefix.
	RepositoryPrefix string `pulumi:"repositoryPrefix"`
	// CredentialArn is an AWS Secrets Manager secret with a username and an
	// accessToken, whose name begins with ecr-pullthroughcache/. Required with
	// docker.io and ghcr.io, refused with the others.
	CredentialArn pulumi.StringInput `pulumi:"credentialArn"`
}

// PullThroughCache is a rule of Amazon ECR that fetches images from another registry
// and keeps them, so that tasks in a network without a way to the internet can pull
// them. AWS demands that the first pull of an image comes from somewhere with a way to
// the internet; every later one needs none. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html.
type PullThroughCache struct {
	pulumi.ResourceState

	// RepositoryUrl begins the names of the registry's images in Amazon ECR. See
	// [PullThroughCache.Image].
	RepositoryUrl pulumi.StringOutput `pulumi:"repositoryUrl"`
	// RepositoryArn is the ARN of all repositories that the rule makes, for
	// FargateServiceArgs.PullThroughRepositories.
	RepositoryArn pulumi.StringOutput `pulumi:"repositoryArn"`
}

var (
	repositoryPrefix = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	// registryHost is the first part of an image's name that is a registry: it has a
	// dot or a port.
	registryHost = regexp.MustCompile(`^([a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?|localhost)/`)
)

// ImageRegistry returns the registry of an image and the rest of its name, with what
// Docker Hub's images leave out: nginx:alpine is docker.io and library/nginx:alpine.
func ImageRegistry(image string) (registry, path string) {
	if host := registryHost.FindString(image); host != "" {
		registry, path = strings.TrimSuffix(host, "/"), strings.TrimPrefix(image, host)
	} else {
		registry, path = "docker.io", image
	}
	if registry == "docker.io" && !strings.Contains(path, "/") {
		path = "library/" + path
	}
	return registry, path
}

// CheckPullThrough returns an error that says what is allowed when Amazon ECR can't
// cache the registry, or when credentials are missing or too many.
func CheckPullThrough(registry string, credentials bool) error {
	known, there := upstreams[registry]
	switch {
	case !there:
		return checkOneOf("Registry", registry, slices.Sorted(maps.Keys(upstreams))...)
	case known.credentials && !credentials:
		return fmt.Errorf("CredentialArn is missing; it is required with %s", registry)
	case !known.credentials && credentials:
		return fmt.Errorf("CredentialArn is set; it must not be with %s, which takes none", registry)
	}
	return nil
}

// NewPullThroughCache makes a pull through cache rule. It returns an error when a
// the registry is not one of those that Amazon ECR caches, when the prefix is not valid, and when CredentialArn and the
// registry don't go together.
func NewPullThroughCache(
	ctx *pulumi.Context, name string, args *PullThroughCacheArgs, opts ...pulumi.ResourceOption,
) (*PullThroughCache, error) {
	full := args.withDefaults(name)
	if err := full.check(name); err != nil {
		return nil, err
	}
	component := &PullThroughCache{}
	if err := ctx.RegisterComponentResource(PullThroughCacheType, name, component, opts...); err != nil {
		return nil, err
	}
	s := newScope(ctx, name, nil, component)
	site, err := s.site()
	if err != nil {
		return nil, err
	}
	rule, err := ecr.NewPullThroughCacheRule(ctx, name, &ecr.PullThroughCacheRuleArgs{
		EcrRepositoryPrefix: pulumi.String(full.RepositoryPrefix),
		UpstreamRegistryUrl: pulumi.String(upstreams[full.Registry].url),
		CredentialArn:       pointer(full.CredentialArn),
	}, s.parent)
	if err != nil {
		return nil, err
	}
	component.RepositoryUrl = rule.RegistryId.ApplyT(func(account string) string {
		return account + ".dkr.ecr." + site.region + "." + site.dnsSuffix + "/" + full.RepositoryPrefix
	}).(pulumi.StringOutput)
	component.RepositoryArn = rule.RegistryId.ApplyT(func(account string) string {
		return site.arn("ecr", account, "repository/"+full.RepositoryPrefix+"/*")
	}).(pulumi.StringOutput)
	return component, ctx.RegisterResourceOutputs(component, pulumi.Map{
		"repositoryUrl": component.RepositoryUrl,
		"repositoryArn": component.RepositoryArn,
	})
}

func (args *PullThroughCacheArgs) withDefaults(name string) *PullThroughCacheArgs {
	if args == nil {
		return nil
	}
	full := *args
	full.RepositoryPrefix = orElse(full.RepositoryPrefix, name)
	return &full
}

func (args *PullThroughCacheArgs) check(name string) error {
	const component = "PullThroughCache"
	if args == nil {
		return noArgs(component, name)
	}
	var found faults
	found.add(CheckPullThrough(args.Registry, !missing(args.CredentialArn)))
	if n := len(args.RepositoryPrefix); n < 2 || n > 30 || !repositoryPrefix.MatchString(args.RepositoryPrefix) {
		found.addf("RepositoryPrefix is %q; it must be 2 to 30 lower-case letters, digits and single hyphens", args.RepositoryPrefix)
	}
	return found.of(component, name)
}

// NeedsPullThroughCredentials says whether Amazon ECR needs credentials to cache the
// registry.
func NeedsPullThroughCredentials(registry string) bool { return upstreams[registry].credentials }

// Image returns an image of the registry as tasks pull it: through Amazon ECR.
func (c *PullThroughCache) Image(image string) pulumi.StringOutput {
	_, path := ImageRegistry(image)
	return pulumi.Sprintf("%s/%s", c.RepositoryUrl, path)
}
