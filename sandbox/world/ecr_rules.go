package world

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	ecrAPI       = "Amazon ECR API, "
	createCache  = ecrAPI + "CreatePullThroughCacheRule, https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html"
	cacheGuide   = "Amazon ECR User Guide, https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html"
	cacheIAM     = "Amazon ECR User Guide, https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html"
	createRepo   = ecrAPI + "CreateRepository, https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html"
	cacheSecrets = "ecr-pullthroughcache/"
)

var (
	cachePrefix    = regexp.MustCompile(`^((?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*/?|ROOT)$`)
	repositoryName = regexp.MustCompile(`^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$`)
)

// upstream is a registry that ECR can cache.
type upstream struct {
	url *regexp.Regexp
	// credential: pulling from it takes a user and password.
	credential bool
}

// upstreams are the registries of
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html.
var upstreams = []upstream{
	{regexp.MustCompile(`^public\.ecr\.aws$`), false},
	{regexp.MustCompile(`^registry\.k8s\.io$`), false},
	{regexp.MustCompile(`^quay\.io$`), false},
	{regexp.MustCompile(`^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$`), false},
	{regexp.MustCompile(`^registry-1\.docker\.io$`), true},
	{regexp.MustCompile(`^ghcr\.io$`), true},
	{regexp.MustCompile(`^registry\.gitlab\.com$`), true},
	{regexp.MustCompile(`^[a-z0-9]+\.azurecr\.io$`), true},
	{regexp.MustCompile(`^cgr\.dev$`), true},
}

var ecrRules = []*Rule{
	{
		ID: "ECR-CACHE-PREFIX", Token: TokenPullThroughCache, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A cache's repository prefix is ROOT, or has 2 to 30 lower-case letters, digits and ._-/.",
		Source: createCache + ": ecrRepositoryPrefix",
		Check: func(c *Call) string {
			p, known := c.New["ecrRepositoryPrefix"].(string)
			if !known || len(p) >= 2 && len(p) <= 30 && cachePrefix.MatchString(p) {
				return ""
			}
			return fmt.Sprintf("invalid value for ecr_repository_prefix (must be 'ROOT' or only include alphanumeric, underscore, period, hyphen, or slash characters): %s", p)
		},
	},
	{
		ID: "ECR-CACHE-UNIQUE", Token: TokenPullThroughCache, Phase: PhaseCreate, Code: "PullThroughCacheRuleAlreadyExistsException", Confidence: Verified,
		Says:   "A registry has one cache rule for a prefix.",
		Source: createCache + ": Errors",
		Check: func(c *Call) string {
			p := c.New.Str("ecrRepositoryPrefix")
			if c.Own(TokenPullThroughCache, p) == nil {
				return ""
			}
			return fmt.Sprintf("A pull through cache rule with the repository prefix '%s' already exists in the registry with id '%s'", p, c.Caller.Account)
		},
	},
	{
		ID: "ECR-CACHE-UPSTREAM", Token: TokenPullThroughCache, Phase: PhaseCreate, Code: "UnsupportedUpstreamRegistryException", Confidence: Verified,
		Says:   "ECR caches certain registries only.",
		Source: createCache + ": Errors; the registries: " + cacheGuide,
		Check: func(c *Call) string {
			url := c.New.Str("upstreamRegistryUrl")
			if _, ok := findUpstream(url); ok {
				return ""
			}
			return fmt.Sprintf("The specified upstream registry '%s' isn't supported.", url)
		},
	},
	{
		ID: "ECR-CACHE-CREDENTIAL", Token: TokenPullThroughCache, Phase: PhaseWrite, Code: "InvalidParameterException", Confidence: Verified, Answer: Unverified,
		Says:   "A cache of Docker Hub, GitHub, GitLab, Azure or Chainguard needs a secret with a user and password, whose name begins with ecr-pullthroughcache/.",
		Source: createCache + ": credentialArn; the text is inferred",
		Check: func(c *Call) string {
			u, ok := findUpstream(c.New.Str("upstreamRegistryUrl"))
			arn := c.New.Str("credentialArn")
			if !ok || arn == "" && !u.credential || strings.Contains(arn, ":secret:"+cacheSecrets) {
				return ""
			}
			return fmt.Sprintf("The upstream registry '%s' requires a credential ARN of a secret whose name begins with %s", c.New.Str("upstreamRegistryUrl"), cacheSecrets)
		},
	},
	{
		ID: "ECR-CACHE-SECRET-EXISTS", Token: TokenPullThroughCache, Phase: PhaseWrite, Code: "SecretNotFoundException", Confidence: Verified,
		Says:   "The secret of a cache rule exists.",
		Source: createCache + ": Errors",
		Check: func(c *Call) string {
			arn := c.New.Str("credentialArn")
			if arn == "" || !c.touches("credentialArn") || c.findSecret(c.Caller, arn) != nil {
				return ""
			}
			return fmt.Sprintf("The ARN of the secret specified in the pull through cache rule was not found: %s", arn)
		},
	},
	{
		ID: "ECR-REPOSITORY-NAME", Token: TokenRepository, Phase: PhaseCreate, Code: "InvalidParameterException", Confidence: Verified, Answer: Unverified,
		Says:   "A repository's name has 2 to 256 lower-case letters, digits and ._-/.",
		Source: createRepo + ": repositoryName; the text is inferred",
		Check: func(c *Call) string {
			if n := c.New.Str("name"); len(n) < 2 || len(n) > 256 || !repositoryName.MatchString(n) {
				return fmt.Sprintf("Invalid parameter at 'repositoryName' failed to satisfy constraint: '%s'", n)
			}
			return ""
		},
	},
	{
		ID: "ECR-REPOSITORY-UNIQUE", Token: TokenRepository, Phase: PhaseCreate, Code: "RepositoryAlreadyExistsException", Confidence: Verified,
		Says:   "A repository's name is unique in a registry.",
		Source: createRepo + ": Errors",
		Check: func(c *Call) string {
			if !c.nameTaken(TokenRepository) {
				return ""
			}
			return fmt.Sprintf("The repository with name '%s' already exists in the registry with id '%s'", c.New.Str("name"), c.Caller.Account)
		},
	},
	{
		ID: "ECR-CACHE-FIRST-PULL", Token: TokenPullThroughCache, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "The first pull of an image through a cache rule takes a way to the Internet where ECR's endpoints are in the VPC; later ones don't.",
		Source: cacheGuide + "#pull-through-cache-considerations",
	},
	{
		ID: "ECR-CACHE-RIGHTS", Token: TokenPullThroughCache, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "The first pull of an image through a cache rule takes the rights to import it and to make its repository.",
		Source: cacheIAM,
	},
}

func findUpstream(url string) (upstream, bool) {
	i := slices.IndexFunc(upstreams, func(u upstream) bool { return u.url.MatchString(url) })
	if i < 0 {
		return upstream{}, false
	}
	return upstreams[i], true
}
