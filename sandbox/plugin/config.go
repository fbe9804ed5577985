package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	p "github.com/pulumi/pulumi-go-provider"

	"fargate-privatelink/sandbox/world"
)

// checkConfig accepts the provider's own configuration as it is. The account
// and region are worked out by configure.
func checkConfig(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	var failures []p.CheckFailure
	for _, m := range structMismatches("", topLevel(toProps(req.Inputs)), aws.ProviderArgs{}.ElementType()) {
		failures = append(failures, p.CheckFailure{Reason: m})
	}
	return p.CheckResponse{Inputs: req.Inputs, Failures: failures}, nil
}

// topLevel keeps the names and drops the values: the engine sends nested
// configuration values as JSON text, so their types say nothing yet.
func topLevel(config world.Props) map[string]any {
	out := map[string]any{}
	for k := range config {
		if k != "version" && k != "pluginDownloadURL" && k != "assumeRoles" {
			out[k] = nil
		}
	}
	return out
}

// diffConfig says that another account or region is another provider, whose
// resources must be made anew.
func diffConfig(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	resp := p.DiffResponse{DetailedDiff: map[string]p.PropertyDiff{}}
	old, inputs := toProps(req.OldInputs), toProps(req.Inputs)
	for _, k := range []string{"region", "allowedAccountIds", "assumeRole", "assumeRoles"} {
		was, _ := json.Marshal(old[k])
		is, _ := json.Marshal(inputs[k])
		if string(was) != string(is) {
			resp.HasChanges = true
			kind := p.Update
			if k == "region" {
				kind = p.UpdateReplace
			}
			resp.DetailedDiff[k] = p.PropertyDiff{Kind: kind, InputDiff: true}
		}
	}
	return resp, nil
}

// callerOf works out which account and region a provider's configuration means.
// On AWS the credentials say it; here the role to assume does, or the one
// account that the stack is allowed to deploy to.
func callerOf(config world.Props) (world.Caller, error) {
	var caller world.Caller
	caller.Region, _ = config["region"].(string)
	if caller.Region == "" {
		return caller, errors.New("aws:region is not set: the provider has no region to deploy to (pulumi config set aws:region us-east-1)")
	}
	if _, ok := world.FindRegion(caller.Region); !ok {
		return caller, fmt.Errorf("aws:region %q is not modelled by the sandbox; it has %s",
			caller.Region, strings.Join(world.RegionNames(), ", "))
	}
	var allowed []string
	if err := decode(config["allowedAccountIds"], &allowed); err != nil {
		return caller, fmt.Errorf("aws:allowedAccountIds: %w", err)
	}
	assumed, err := assumedAccount(config)
	if err != nil {
		return caller, err
	}
	switch {
	case assumed != "" && len(allowed) > 0 && !contains(allowed, assumed):
		return caller, fmt.Errorf("AWS account ID not allowed: %s (aws:allowedAccountIds has %s)", assumed, strings.Join(allowed, ", "))
	case assumed != "":
		caller.Account = assumed
	case len(allowed) == 1:
		caller.Account = allowed[0]
	default:
		return caller, fmt.Errorf("the sandbox can't tell which account this stack deploys to: "+
			"set aws:allowedAccountIds to one account id (it has %d) or aws:assumeRoles to a role", len(allowed))
	}
	caller.DefaultTags, err = defaultTagsOf(config)
	return caller, err
}

func defaultTagsOf(config world.Props) (map[string]string, error) {
	var tags struct {
		Tags map[string]string `json:"tags"`
	}
	if err := decode(config["defaultTags"], &tags); err != nil {
		return nil, fmt.Errorf("aws:defaultTags: %w", err)
	}
	return tags.Tags, nil
}

// assumedAccount is the account of the last role that the configuration assumes.
func assumedAccount(config world.Props) (string, error) {
	type role struct {
		RoleArn string `json:"roleArn"`
	}
	var one role
	var chain []role
	if err := decode(config["assumeRole"], &one); err != nil {
		return "", fmt.Errorf("aws:assumeRole: %w", err)
	}
	if err := decode(config["assumeRoles"], &chain); err != nil {
		return "", fmt.Errorf("aws:assumeRoles: %w", err)
	}
	if one.RoleArn != "" {
		chain = append(chain, one)
	}
	if len(chain) == 0 {
		return "", nil
	}
	arn := chain[len(chain)-1].RoleArn
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[2] != "iam" {
		return "", fmt.Errorf("aws:assumeRoles: %q is not the ARN of a role (arn:aws:iam::123456789012:role/name)", arn)
	}
	return parts[4], nil
}

// decode reads a configuration value, which the engine sends as JSON text
// where it is nested.
func decode(v any, into any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), into)
	default:
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		return json.Unmarshal(b, into)
	}
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
