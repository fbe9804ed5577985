package components

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// PullThroughCacheOptions let Amazon ECR fetch and keep the images of a [FargateService].
// See https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html.
type PullThroughCacheOptions struct {
	// Enabled makes a pull through cache rule for each registry of the images (default
	// false). It caches docker.io, ghcr.io, public.ecr.aws, quay.io and registry.k8s.io.
	// An image whose name is known only once something else is made is pulled from where
	// it is.
	Enabled bool `pulumi:"enabled,optional"`
	// CredentialArns are AWS Secrets Manager secrets with a username and an accessToken,
	// whose names begin with ecr-pullthroughcache/, by registry (default none). Required
	// for docker.io and ghcr.io, refused for the others.
	CredentialArns map[string]pulumi.StringInput `pulumi:"credentialArns,optional" form:"registryCredential" in:"region,account"`
}

// images are the images of all containers that are known, by the path of their key.
func (o *FargateServiceOptions) images(at check.Path) map[check.Path]string {
	known := map[check.Path]string{}
	for _, c := range o.containers(at, "") {
		if image, ok := plain(c.image); ok {
			known[c.at.Key("image")] = image
		}
	}
	return known
}

// cachedRegistries are the registries that the containers pull through a cache of Amazon
// ECR, in their order.
func (o *FargateServiceOptions) cachedRegistries() []string {
	var cached []string
	if !o.PullThroughCache.Enabled {
		return nil
	}
	for _, image := range o.images("") {
		if registry, _ := ImageRegistry(image); !isECRImage(image) && !slices.Contains(cached, registry) {
			cached = append(cached, registry)
		}
	}
	slices.Sort(cached)
	return cached
}

// checkPullThrough checks that Amazon ECR can cache what the containers pull.
func (o *FargateServiceOptions) checkPullThrough(at check.Path, f *check.Faults) {
	cache, arns := o.PullThroughCache, at.Key("pullThroughCache").Key("credentialArns")
	noneMissingIn(arns, cache.CredentialArns, f)
	for _, c := range o.containers(at, "") {
		image, known := plain(c.image)
		if !cache.Enabled || !known || isECRImage(image) {
			continue
		}
		registry, _ := ImageRegistry(image)
		_, given := cache.CredentialArns[registry]
		if upstream, cacheable := upstreams[registry]; !cacheable {
			f.Say(c.at.Key("image"), "is %q: its registry is %q; it must be one of %s", image, registry, strings.Join(registries(), ", "))
		} else if says := upstream.credentialFault(registry, given); says != "" {
			f.Say(c.at.Key("image"), "is %q: %s %s", image, arns.Key(registry), says)
		}
	}
	cached := o.cachedRegistries()
	for registry := range check.Sorted(cache.CredentialArns) {
		if !slices.Contains(cached, registry) {
			f.Say(arns, "has the key %q; no image is pulled through a cache of that registry", registry)
		}
	}
}

// maxCachedName is the longest name of a service whose repositories' prefix it begins: AWS
// stops at 30, and the registry and six digits follow.
const maxCachedName = 16

// checkCacheName checks that the service's name can begin that of a repository.
func (o *FargateServiceOptions) checkCacheName(at check.Path, name string, f *check.Faults) {
	if len(o.cachedRegistries()) > 0 && (len(name) > maxCachedName || !repositoryPrefix.Ok(name+"-x")) {
		f.Say(at.Key("pullThroughCache").Key("enabled"), "is true, and the name %q begins those of repositories; it must be 1 to %d "+
			"lower-case letters, digits and single hyphens", name, maxCachedName)
	}
}

// cachePrefix begins the names of a registry's repositories in Amazon ECR. It may have
// 30 characters, for which project and stack are too long: six digits stand for them.
func cachePrefix(ctx *pulumi.Context, name, registry string) string {
	digits := fmt.Sprintf("%x", sha256.Sum256([]byte(ctx.Project()+"/"+ctx.Stack())))[:6]
	return name + "-" + upstreams[registry].short + "-" + digits
}

// pullThroughCaches makes a cache for each registry of the images, where asked, and lets
// the containers pull through it.
func (args *FargateServiceArgs) pullThroughCaches(s scope) error {
	caches, repositories := map[string]*PullThroughCache{}, map[string]pulumi.StringInput{}
	for key, arn := range args.PullThroughRepositories {
		repositories[key] = arn
	}
	for _, registry := range args.cachedRegistries() {
		cache, err := NewPullThroughCache(s.ctx, s.named(strings.ReplaceAll(registry, ".", "-")), &PullThroughCacheArgs{
			Registry:         registry,
			RepositoryPrefix: cachePrefix(s.ctx, s.name, registry),
			CredentialArn:    args.PullThroughCache.CredentialArns[registry],
		}, s.parent)
		if err != nil {
			return err
		}
		caches[registry], repositories[registry] = cache, cache.RepositoryArn
	}
	args.PullThroughRepositories = repositories
	args.Image = pulledThrough(args.Image, caches)
	for name, sidecar := range args.Sidecars {
		sidecar.Image = pulledThrough(sidecar.Image, caches)
		args.Sidecars[name] = sidecar
	}
	return nil
}

func pulledThrough(image pulumi.StringInput, caches map[string]*PullThroughCache) pulumi.StringInput {
	name, known := plain(image)
	registry, _ := ImageRegistry(name)
	if cache := caches[registry]; known && cache != nil {
		return cache.Image(name)
	}
	return image
}

// pullNotices say which images have to be pulled once from elsewhere, for a service
// without a way to the internet. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html.
func (o *FargateServiceOptions) pullNotices(ctx *pulumi.Context, at check.Path, name string) []string {
	var notices []string
	cached := o.cachedRegistries()
	for _, c := range o.containers(at, "") {
		image, known := plain(c.image)
		registry, rest := ImageRegistry(image)
		if known && slices.Contains(cached, registry) {
			notices = append(notices, fmt.Sprintf("%s: the tasks can pull %s only once it is in the cache, and AWS demands that the first pull "+
				"comes from somewhere with a way to the internet: docker pull <account>.dkr.ecr.<region>.amazonaws.com/%s/%s",
				c.at.Key("image"), image, cachePrefix(ctx, name, registry), rest))
		}
	}
	return notices
}
