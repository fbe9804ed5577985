package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// The sides of the service. Each is one stack, in one account.
const (
	provider = "provider"
	consumer = "consumer"
)

// What a stack may use beyond the basics. Each has its rows in the tables of
// permissions.
const (
	alarms           = "alarms"
	notifications    = "notifications"
	certificates     = "certificates"
	dns              = "dns"
	privateZone      = "privateZone"
	accessLogs       = "accessLogs"
	pullThroughCache = "pullThroughCache"
	taskRights       = "taskRights"
	flowLogs         = "flowLogs"
	customerKey      = "customerKey"
	zoneAssociation  = "zoneAssociation"
)

var features = []string{
	alarms, notifications, certificates, dns, privateZone, accessLogs, pullThroughCache, taskRights,
	flowLogs, customerKey, zoneAssociation,
}

// settings are the stack's configuration. Pulumi.yaml says what each key means.
type settings struct {
	Repository         string
	RepositoryOwnerId  string
	RepositoryId       string
	Side               string
	Environment        string
	Branch             string
	NamePrefix         string
	Stack              string
	Regions            []string
	CreateOidcProvider bool
	Features           []string
	HostedZoneIds      []string
	HostedZoneRoleArns []string
	Networks           []string
	StateBucket        string
	StateKmsKeyArn     string
}

// loadSettings reads and checks the configuration. Its error names every key that
// is wrong.
func loadSettings(ctx *pulumi.Context) (settings, error) {
	c := config.New(ctx, "")
	s := settings{
		Repository:         c.Get("repository"),
		RepositoryOwnerId:  c.Get("repositoryOwnerId"),
		RepositoryId:       c.Get("repositoryId"),
		Side:               c.Get("side"),
		Environment:        c.Get("environment"),
		Branch:             c.Get("branch"),
		NamePrefix:         c.Get("namePrefix"),
		Stack:              c.Get("stack"),
		CreateOidcProvider: c.GetBool("createOidcProvider"),
		StateBucket:        c.Get("stateBucket"),
		StateKmsKeyArn:     c.Get("stateKmsKeyArn"),
	}
	for key, list := range map[string]*[]string{
		"regions": &s.Regions, "features": &s.Features, "hostedZoneIds": &s.HostedZoneIds,
		"hostedZoneRoleArns": &s.HostedZoneRoleArns, "networks": &s.Networks,
	} {
		if err := c.GetObject(key, list); err != nil {
			return s, fmt.Errorf("%s must be a list of strings: %w", key, err)
		}
	}
	if s.Environment == "" {
		s.Environment = s.Side
	}
	if s.Stack == "" {
		s.Stack = s.Side
	}
	if region := config.Get(ctx, "aws:region"); len(s.Regions) == 0 && region != "" {
		s.Regions = []string{region}
	}
	return s, s.check()
}

// What a value may look like. None lets through a character that means something
// in a subject or an ARN pattern, such as ":", "*" and "?".
var (
	repositoryForm  = regexp.MustCompile(`^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$`)
	numberForm      = regexp.MustCompile(`^[0-9]+$`)
	environmentForm = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
	branchForm      = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)
	nameForm        = regexp.MustCompile(`^[a-z][a-z0-9-]{0,15}$`)
	regionForm      = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-[0-9]$`)
	zoneForm        = regexp.MustCompile(`^Z[A-Z0-9]+$`)
	zoneRoleForm    = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$`)
	networkForm     = regexp.MustCompile(`^[a-z0-9-]+$`)
	bucketForm      = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	keyForm         = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$`)
)

func (s settings) check() error {
	var faults []error
	must := func(ok bool, key string, value any, rule string) {
		if !ok {
			faults = append(faults, fmt.Errorf("%s is %q; it must be %s", key, value, rule))
		}
	}
	optional := func(form *regexp.Regexp, value string) bool { return value == "" || form.MatchString(value) }

	must(repositoryForm.MatchString(s.Repository), "repository", s.Repository, "a GitHub repository, as owner/name")
	must(optional(numberForm, s.RepositoryOwnerId), "repositoryOwnerId", s.RepositoryOwnerId, "a number")
	must(optional(numberForm, s.RepositoryId), "repositoryId", s.RepositoryId, "a number")
	if (s.RepositoryOwnerId == "") != (s.RepositoryId == "") {
		faults = append(faults, errors.New("repositoryOwnerId and repositoryId must be set together or not at all"))
	}
	must(s.Side == provider || s.Side == consumer, "side", s.Side, provider+" or "+consumer)
	must(optional(environmentForm, s.Environment), "environment", s.Environment,
		"letters, digits, dots, hyphens and underscores")
	must(optional(environmentForm, s.Stack), "stack", s.Stack, "letters, digits, dots, hyphens and underscores")
	must(branchForm.MatchString(s.Branch), "branch", s.Branch, "a branch's name")
	must(nameForm.MatchString(s.NamePrefix), "namePrefix", s.NamePrefix,
		"1 to 16 lower-case letters, digits and hyphens, and begin with a letter")
	if len(s.Regions) == 0 {
		faults = append(faults, errors.New("regions is empty and aws:region is not set; set either"))
	}
	for i, region := range s.Regions {
		must(regionForm.MatchString(region), fmt.Sprintf("regions[%d]", i), region, "an AWS Region, such as us-east-1")
	}
	for i, feature := range s.Features {
		must(slices.Contains(features, feature), fmt.Sprintf("features[%d]", i), feature,
			"one of "+strings.Join(features, ", "))
	}
	for i, zone := range s.HostedZoneIds {
		must(zoneForm.MatchString(zone), fmt.Sprintf("hostedZoneIds[%d]", i), zone, "the ID of a hosted zone, such as Z123ABC")
	}
	for i, role := range s.HostedZoneRoleArns {
		must(zoneRoleForm.MatchString(role), fmt.Sprintf("hostedZoneRoleArns[%d]", i), role, "the ARN of an IAM role")
	}
	for i, network := range s.Networks {
		must(networkForm.MatchString(network), fmt.Sprintf("networks[%d]", i), network, "lower-case letters, digits and hyphens")
	}
	if (s.has(dns) || s.has(zoneAssociation)) != (len(s.HostedZoneIds) > 0) {
		faults = append(faults, errors.New("one of the features dns and zoneAssociation, and hostedZoneIds must be set together or not at all"))
	}
	must(optional(bucketForm, s.StateBucket), "stateBucket", s.StateBucket, "an S3 bucket's name")
	must(!strings.HasPrefix(s.StateBucket, s.NamePrefix+"-"), "stateBucket", s.StateBucket,
		"a name that doesn't begin with "+s.NamePrefix+"-, as what the deploy role may change does")
	must(optional(keyForm, s.StateKmsKeyArn), "stateKmsKeyArn", s.StateKmsKeyArn, "a KMS key's ARN")
	return errors.Join(faults...)
}

// has says whether the stack uses a feature. Everything uses the basics, "".
func (s settings) has(feature string) bool {
	return feature == "" || slices.Contains(s.Features, feature)
}
