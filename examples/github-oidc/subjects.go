package main

import (
	"fmt"
	"strings"
)

// previewSubjects are the jobs that may preview: those for pull requests, and
// those on the branch without an environment, which the drift check is. Runs for a
// fork's pull request get no OIDC token at all.
func (s settings) previewSubjects() []string {
	return []string{s.subject("pull_request"), s.subject("ref:refs/heads/" + s.Branch)}
}

// deploySubjects are the jobs that may deploy: those of the environment, whose
// rules on GitHub say from which branch and with whose approval.
func (s settings) deploySubjects() []string {
	return []string{s.subject("environment:" + s.Environment)}
}

// subject returns the sub claim of a job's OIDC token. Repositories made or
// renamed since July 2026 have the immutable form with the IDs, so that nobody who
// takes over a name gets the trust that was put in it. See
// https://docs.github.com/en/actions/reference/security/oidc.
func (s settings) subject(context string) string {
	if s.RepositoryId == "" {
		return fmt.Sprintf("repo:%s:%s", s.Repository, context)
	}
	owner, name, _ := strings.Cut(s.Repository, "/")
	return fmt.Sprintf("repo:%s@%s/%s@%s:%s", owner, s.RepositoryOwnerId, name, s.RepositoryId, context)
}
