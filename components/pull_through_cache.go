package components

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// PullThroughCacheType is the type token of PullThroughCache.
const PullThroughCacheType = "fargate-privatelink:index:PullThroughCache"

// upstream is a registry that Amazon ECR can cache.
type upstream struct {
	// url is the registry as ECR knows it.
	url string
	// credentials says whether ECR needs a secret with a user and a token.
	credentials bool
	// short stands for the registry in the prefix of a [FargateService]'s repositories,
	// with at most six characters.
	short string
}

// upstreams maps a registry, as images name it, to its upstream. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html.
var upstreams = map[string]upstream{
	"docker.io":       {"registry-1.docker.io", true, "docker"},
	"ghcr.io":         {"ghcr.io", true, "ghcr"},
	"public.ecr.aws":  {"public.ecr.aws", false, "public"},
	"quay.io":         {"quay.io", false, "quay"},
	"registry.k8s.io": {"registry.k8s.io", false, "k8s"},
}

// PullThroughCacheArgs are the inputs of PullThroughCache.
type PullThroughCacheArgs struct {
	// Registry is docker.io, ghcr.io, public.ecr.aws, quay.io or registry.k8s.io.
	// Required. [ImageRegistry] tells which one an image is of.
	Registry string `pulumi:"registry"`
	// RepositoryPrefix begins the names of the repositories in Amazon ECR: 2 to 30
	// lower-case letters, digits and single hyphens (default: the component's name).
	// A registry of an account has one rule for a prefix.
	RepositoryPrefix string `pulumi:"repositoryPrefix,optional"`
	// CredentialArn is an AWS Secrets Manager secret with a username and an
	// accessToken, whose name begins with ecr-pullthroughcache/. Required with
	// docker.io and ghcr.io, refused with the others.
	CredentialArn pulumi.StringInput `pulumi:"credentialArn,optional" form:"registryCredential"`
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
	repositoryPrefix = check.Form{
		Allowed: "2 to 30 lower-case letters, digits and single hyphens",
		Pattern: regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`),
		Valid:   func(s string) bool { return len(s) >= 2 && len(s) <= 30 },
	}
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

// NewPullThroughCache makes a pull through cache rule. It returns an error when Amazon ECR
// doesn't cache the registry, when the prefix is not valid, and when CredentialArn and the
// registry don't go together.
func NewPullThroughCache(
	ctx *pulumi.Context, name string, args *PullThroughCacheArgs, opts ...pulumi.ResourceOption,
) (*PullThroughCache, error) {
	const kind = "PullThroughCache"
	if args == nil {
		return nil, noArgs(kind, name)
	}
	named := *args
	named.RepositoryPrefix = cmp.Or(args.RepositoryPrefix, name)
	full, faults := check.Args("", &named)
	if err := failed(kind, name, faults); err != nil {
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

// Check checks that Amazon ECR can cache the registry, with credentials or without.
func (args *PullThroughCacheArgs) Check(at check.Path, f *check.Faults) {
	if args.Registry != "" {
		f.OneOf(at.Key("registry"), args.Registry, registries()...)
	}
	if upstream, known := upstreams[args.Registry]; known {
		if says := upstream.credentialFault(args.Registry, !missing(args.CredentialArn)); says != "" {
			f.Say(at.Key("credentialArn"), "%s", says)
		}
	}
	f.Form(at.Key("repositoryPrefix"), args.RepositoryPrefix, repositoryPrefix)
}

// registries are the names of the registries that Amazon ECR can cache.
func registries() []string { return slices.Sorted(maps.Keys(upstreams)) }

// credentialFault says what is wrong with giving credentials, or not: "" for nothing.
func (u upstream) credentialFault(registry string, given bool) string {
	switch {
	case u.credentials && !given:
		return "is missing; it is required with " + registry
	case !u.credentials && given:
		return "is set; it must not be with " + registry + ", which takes none"
	}
	return ""
}

// Image returns an image of the registry as tasks pull it: through Amazon ECR.
func (c *PullThroughCache) Image(image string) pulumi.StringOutput {
	_, path := ImageRegistry(image)
	return pulumi.Sprintf("%s/%s", c.RepositoryUrl, path)
}
