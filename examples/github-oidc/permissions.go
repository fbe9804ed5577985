package main

import (
	"slices"
	"strings"
)

// permission is one statement of a policy, and which stacks need it.
type permission struct {
	sid string
	// sides are the stacks that need it. Nil: both.
	sides []string
	// feature is what a stack must use to need it. Empty: nothing in particular.
	feature string
	actions []string
	// resources are ARN patterns, in which words in braces stand for the values of
	// this account; one pattern with {region}, {zone}, {zoneRole} or {network} stands for one of each. Nil:
	// all, for actions that know no resources, or whose resources have names that
	// AWS makes up.
	resources []string
	// regional limits actions on all resources to the configured Regions.
	regional bool
	// equals are further conditions: allowed values, as patterns, by condition key.
	// equalsIfExists hold too where the key is missing.
	equals, equalsIfExists map[string][]string
}

// policy is a document under the name that its resources get.
type policy struct {
	name     string
	document document
}

// previewPolicies let a job see all that the stack has made and read its state, and
// change neither.
func previewPolicies(cfg settings, acc account) []policy {
	return policies(cfg, acc, map[string][]permission{"read": readPermissions, "state": stateReadPermissions})
}

// deployPolicies let a job see the same, and change what the stack is made of. They
// are several, since IAM takes at most 6,144 characters in one. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
func deployPolicies(cfg settings, acc account) []policy {
	return policies(cfg, acc, map[string][]permission{
		"read":     readPermissions,
		"network":  networkPermissions,
		"service":  servicePermissions,
		"features": featurePermissions,
		"hardened": hardenedPermissions,
		"state":    append(slices.Clone(stateReadPermissions), stateWritePermissions...),
	})
}

// policies fills in the tables, and leaves out those of which nothing is needed.
func policies(cfg settings, acc account, tables map[string][]permission) []policy {
	var made []policy
	for name, table := range tables {
		var doc document
		for _, p := range table {
			if p.needed(cfg) {
				doc.Statement = append(doc.Statement, p.statement(cfg, acc))
			}
		}
		if len(doc.Statement) > 0 {
			made = append(made, policy{name: name, document: doc})
		}
	}
	slices.SortFunc(made, func(a, b policy) int { return strings.Compare(a.name, b.name) })
	return made
}

// needed says whether the stack needs the permission. One on the state's bucket or
// key, or on a hosted zone's role, needs there to be one.
func (p permission) needed(cfg settings) bool {
	if p.sides != nil && !slices.Contains(p.sides, cfg.Side) || !cfg.has(p.feature) {
		return false
	}
	for _, resource := range p.resources {
		if strings.Contains(resource, "{bucket}") && cfg.StateBucket == "" ||
			strings.Contains(resource, "{key}") && cfg.StateKmsKeyArn == "" ||
			strings.Contains(resource, "{zoneRole}") && len(cfg.HostedZoneRoleArns) == 0 {
			return false
		}
	}
	return true
}

func (p permission) statement(cfg settings, acc account) statement {
	made := statement{Sid: p.sid, Effect: "Allow", Action: p.actions, Resource: []string{"*"}}
	if p.resources != nil {
		made.Resource = expandAll(p.resources, cfg, acc)
	}
	if !p.regional && p.equals == nil {
		return made
	}
	equals := map[string][]string{}
	if p.regional {
		equals["aws:RequestedRegion"] = cfg.Regions
	}
	for key, patterns := range p.equals {
		equals[key] = expandAll(patterns, cfg, acc)
	}
	made.Condition = conditions{"StringEquals": equals}
	for key, patterns := range p.equalsIfExists {
		made.Condition["StringEqualsIfExists"] = map[string][]string{key: expandAll(patterns, cfg, acc)}
	}
	return made
}

func expandAll(patterns []string, cfg settings, acc account) []string {
	var expanded []string
	for _, pattern := range patterns {
		expanded = append(expanded, expand(pattern, cfg, acc)...)
	}
	return expanded
}

// expand fills in a pattern: once, or once for each value of a list.
func expand(pattern string, cfg settings, acc account) []string {
	filled := strings.NewReplacer(
		"{partition}", acc.partition,
		"{account}", acc.id,
		"{prefix}", cfg.NamePrefix,
		"{bucket}", cfg.StateBucket,
		"{stack}", cfg.Stack,
		"{key}", cfg.StateKmsKeyArn,
	).Replace(pattern)
	for word, values := range map[string][]string{
		"{region}": cfg.Regions, "{zone}": cfg.HostedZoneIds, "{zoneRole}": cfg.HostedZoneRoleArns, "{network}": cfg.Networks,
	} {
		if !strings.Contains(filled, word) {
			continue
		}
		var each []string
		for _, value := range values {
			each = append(each, strings.ReplaceAll(filled, word, value))
		}
		return each
	}
	return []string{filled}
}
