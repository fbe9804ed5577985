package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func validSettings(changes ...func(*settings)) settings {
	s := settings{
		Repository:         "octo-org/octo-repo",
		Side:               provider,
		Environment:        provider,
		Branch:             "main",
		Stack:              provider,
		NamePrefix:         "web",
		Regions:            []string{"us-east-1"},
		CreateOidcProvider: true,
	}
	for _, change := range changes {
		change(&s)
	}
	return s
}

func withIds(s *settings) { s.RepositoryOwnerId, s.RepositoryId = "123456", "456789" }

func withEverything(s *settings) {
	s.Regions = []string{"us-east-1", "eu-west-1", "ap-southeast-2"}
	s.Features = features
	s.HostedZoneIds = []string{"Z0123456789ABCDEFGHIJ", "Z1123456789ABCDEFGHIJ"}
	s.HostedZoneRoleArns = []string{"arn:aws:iam::222222222222:role/zone"}
	s.Networks = []string{"eu"}
	s.StateBucket = "state-bucket"
	s.StateKmsKeyArn = "arn:aws:kms:us-east-1:111111111111:key/0f0e1d2c-0000-0000-0000-000000000000"
}

func TestSettingsCheck(t *testing.T) {
	require.NoError(t, validSettings().check())
	require.NoError(t, validSettings(withIds, withEverything).check())

	for name, c := range map[string]struct {
		change func(*settings)
		says   string
	}{
		"no repository":     {func(s *settings) { s.Repository = "" }, `repository is ""`},
		"any repository":    {func(s *settings) { s.Repository = "octo-org/*" }, `repository is "octo-org/*"`},
		"repository's URL":  {func(s *settings) { s.Repository = "https://github.com/o/r" }, `repository is "https`},
		"half the IDs":      {func(s *settings) { s.RepositoryId = "1" }, "must be set together"},
		"an ID not a digit": {func(s *settings) { withIds(s); s.RepositoryId = "1*" }, `repositoryId is "1*"`},
		"side":              {func(s *settings) { s.Side = "both" }, `side is "both"; it must be provider or consumer`},
		"environment":       {func(s *settings) { s.Environment = "a:b" }, `environment is "a:b"`},
		"stack":             {func(s *settings) { s.Stack = "org/*" }, `stack is "org/*"`},
		"the state's name":  {func(s *settings) { s.StateBucket = "web-state" }, `stateBucket is "web-state"; it must be a name that doesn't begin with web-`},
		"branch":            {func(s *settings) { s.Branch = "*" }, `branch is "*"`},
		"prefix":            {func(s *settings) { s.NamePrefix = "*" }, `namePrefix is "*"`},
		"no prefix":         {func(s *settings) { s.NamePrefix = "" }, `namePrefix is ""`},
		"no Region":         {func(s *settings) { s.Regions = nil }, "aws:region is not set"},
		"Region":            {func(s *settings) { s.Regions = []string{"us-east-1", "us-*"} }, `regions[1] is "us-*"`},
		"feature":           {func(s *settings) { s.Features = []string{"alarm"} }, "features[0]"},
		"dns, no zone":      {func(s *settings) { s.Features = []string{dns} }, "hostedZoneIds must be set together"},
		"zone, no dns":      {func(s *settings) { s.HostedZoneIds = []string{"Z1"} }, "hostedZoneIds must be set together"},
		"zone": {func(s *settings) {
			s.Features, s.HostedZoneIds = []string{dns}, []string{"*"}
		}, `hostedZoneIds[0] is "*"`},
		"association, no zone": {func(s *settings) { s.Features = []string{zoneAssociation} }, "hostedZoneIds must be set together"},
		"any zone's role":      {func(s *settings) { s.HostedZoneRoleArns = []string{"arn:aws:iam::222222222222:role/*"} }, `hostedZoneRoleArns[0] is "arn:aws:iam::222222222222:role/*"`},
		"any network":          {func(s *settings) { s.Networks = []string{"*"} }, `networks[0] is "*"`},
		"bucket":               {func(s *settings) { s.StateBucket = "s3://state" }, `stateBucket is "s3://state"`},
		"key's ID":             {func(s *settings) { s.StateKmsKeyArn = "alias/state" }, "stateKmsKeyArn"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, validSettings(c.change).check(), c.says)
		})
	}
}

func TestSettingsCheckNamesEveryFault(t *testing.T) {
	err := settings{}.check()
	for _, key := range []string{"repository", "side", "branch", "namePrefix", "regions"} {
		require.ErrorContains(t, err, key+" is ")
	}
}

func TestSubjects(t *testing.T) {
	named := validSettings(func(s *settings) { s.Branch, s.Environment = "release/1.x", "prod" })
	require.Equal(t, []string{
		"repo:octo-org/octo-repo:pull_request",
		"repo:octo-org/octo-repo:ref:refs/heads/release/1.x",
	}, named.previewSubjects())
	require.Equal(t, []string{"repo:octo-org/octo-repo:environment:prod"}, named.deploySubjects())

	immutable := validSettings(withIds)
	require.Equal(t, []string{
		"repo:octo-org@123456/octo-repo@456789:pull_request",
		"repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main",
	}, immutable.previewSubjects())
	require.Equal(t, []string{"repo:octo-org@123456/octo-repo@456789:environment:provider"}, immutable.deploySubjects())
}
