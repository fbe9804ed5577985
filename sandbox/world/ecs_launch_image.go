package world

import (
	"fmt"
	"slices"
	"strings"
)

// ecrRepository is what an image in ECR is of: the registry's account and Region,
// and the repository.
type ecrRepository struct {
	owner Caller
	name  string
}

// repositoryOf reads an ECR image's name, "<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>".
func repositoryOf(image string) ecrRepository {
	host, path, _ := strings.Cut(image, "/")
	parts := strings.Split(host, ".")
	path, _, _ = strings.Cut(path, "@")
	if i := strings.LastIndex(path, ":"); i >= 0 {
		path = path[:i]
	}
	return ecrRepository{Caller{Account: parts[0], Region: parts[3]}, path}
}

func (r ecrRepository) arn() string {
	return fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", Partition(r.owner.Region), r.owner.Region, r.owner.Account, r.name)
}

// pullObstacle is about the rights to an image in ECR, and about the cache rule
// that fetches it from elsewhere when it is pulled for the first time.
func (l launch) pullObstacle(image string) (reason, detail string) {
	repository := repositoryOf(image)
	for _, action := range []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"} {
		if !l.may(action, repository.arn()) {
			return refusedPull(image), fmt.Sprintf("the execution role does not allow %s on %s", action, repository.arn())
		}
	}
	rule := l.tx.cacheRule(repository)
	if rule == nil || slices.Contains(rule.Hidden.Strs("cached"), repository.name) {
		return "", ""
	}
	return l.firstPullObstacle(image, repository)
}

// firstPullObstacle is what keeps ECR from fetching an image for its cache.
func (l launch) firstPullObstacle(image string, repository ecrRepository) (reason, detail string) {
	needed := []string{"ecr:BatchImportUpstreamImage"}
	if !l.tx.hasRepository(repository) {
		needed = append(needed, "ecr:CreateRepository")
	}
	for _, action := range needed {
		if !l.may(action, repository.arn()) {
			return refusedPull(image), fmt.Sprintf("the first pull through the cache takes %s on %s, which the execution role does not allow", action, repository.arn())
		}
	}
	if why := l.internetObstacle(); why != "" {
		return cannotPull(image), "the first pull through the cache takes a way to the Internet: " + why
	}
	return "", ""
}

func refusedPull(image string) string {
	return fmt.Sprintf("CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref %s: unexpected status from HEAD request: 403 Forbidden", image)
}

// cacheRule returns the pull through cache rule that an image comes by, or nil.
func (tx *Tx) cacheRule(r ecrRepository) *Record {
	return tx.first(TokenPullThroughCache, func(rule *Record) bool {
		prefix := rule.Outputs.Str("ecrRepositoryPrefix")
		own := rule.Account == r.owner.Account && rule.Region == r.owner.Region
		return own && (prefix == "ROOT" || strings.HasPrefix(r.name, strings.TrimSuffix(prefix, "/")+"/"))
	})
}

func (tx *Tx) hasRepository(r ecrRepository) bool {
	return tx.first(TokenRepository, func(repository *Record) bool {
		return repository.ID == r.name && repository.Account == r.owner.Account && repository.Region == r.owner.Region
	}) != nil
}

// cacheImages notes that a task's images were pulled: ECR has them from now on.
func (tx *Tx) cacheImages(d TaskDefinition) {
	for _, c := range d.Containers {
		if !isECRImage(c.Image) {
			continue
		}
		repository := repositoryOf(c.Image)
		rule := tx.cacheRule(repository)
		if rule == nil || slices.Contains(rule.Hidden.Strs("cached"), repository.name) {
			continue
		}
		rule = rule.clone()
		rule.Hidden["cached"] = append(rule.Hidden.List("cached"), repository.name)
		tx.Put(rule)
	}
}
