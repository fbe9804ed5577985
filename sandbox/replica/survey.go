package replica

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"fargate-privatelink/contract"
	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/plugin"
	"fargate-privatelink/sandbox/world"
)

// surveyed is what a replica will be.
type surveyed struct {
	exports []*Export
	// references are stacks of which no export is given, as others last read them.
	references []*Export
	replica    deploy.Replica
	existing   []world.Existing
}

// survey reads what exports have, before anything is made of it.
func survey(exports []*Export) (*surveyed, error) {
	w := &surveyed{exports: exports, replica: deploy.Replica{
		Assumptions: []world.Assumption{}, Kept: []deploy.KeptResource{}, Warnings: []string{}, Values: map[string]string{},
	}}
	var errs []error
	for _, e := range exports {
		if err := w.add(e); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", filepath.Base(e.File), err))
		}
	}
	for _, e := range exports {
		for _, r := range e.deployment.Resources {
			if r.Type == "pulumi:pulumi:StackReference" {
				w.reference(e, r)
			}
		}
	}
	return w, errors.Join(errs...)
}

func (w *surveyed) add(e *Export) error {
	st := deploy.LoadedStack{
		Stack: deploy.Stack{Name: e.Stack, Role: roleOf(e.deployment.Resources)}, Project: e.Project,
		Resources: len(e.deployment.Resources), Callers: plugin.Callers{},
	}
	callers, err := w.callers(e, &st)
	if err != nil {
		return err
	}
	unreadable := map[string]bool{}
	for _, r := range e.deployment.Resources {
		pkg := packageOf(string(r.Type))
		switch {
		case !r.Custom || pkg == "pulumi" || strings.HasPrefix(string(r.Type), "pulumi:"):
			if strings.HasPrefix(string(r.Type), "pulumi:providers:") && !slices.Contains(standIns, pkg) && !slices.Contains(st.Packages, pkg) {
				st.Packages = append(st.Packages, pkg)
			}
		case pkg != "aws":
			w.replica.Kept = append(w.replica.Kept, deploy.KeptResource{Stack: e.Stack, Type: string(r.Type), ID: string(r.ID)})
		default:
			at, ok := callers[providerOf(r)]
			if !ok {
				return fmt.Errorf("the provider of %s isn't in it", r.URN)
			}
			existing := existingOf(r, at.caller)
			if !models(existing.Token) {
				w.replica.Kept = append(w.replica.Kept, deploy.KeptResource{Stack: e.Stack, Type: existing.Token, ID: existing.ID})
			} else if at.version != "" && major(at.version) != plugin.AWSMajor {
				for _, why := range plugin.Unreadable(existing.Token, existing.Inputs) {
					unreadable[fmt.Sprintf("%s: %s", existing.Token, why)] = true
				}
			}
			w.existing = append(w.existing, existing)
		}
	}
	w.replica.Warnings = append(w.replica.Warnings, versionWarning(e.Stack, callers, unreadable)...)
	w.replica.Stacks = append(w.replica.Stacks, st)
	return nil
}

// standIns are the packages that the sandbox serves, or the engine itself.
var standIns = []string{"aws", "awsx", "pulumi"}

// existingOf is a resource of a state as AWS has it.
func existingOf(r apitype.ResourceV3, at world.Caller) world.Existing {
	inputs, _ := plain(r.Inputs).(map[string]any)
	outputs, _ := plain(r.Outputs).(map[string]any)
	e := world.Existing{
		Token: string(r.Type), ID: string(r.ID), Account: at.Account, Region: at.Region,
		Inputs: inputs, Outputs: outputs, Given: r.External,
	}
	if e.Given {
		e.Inputs = nil
	}
	return e
}

// models says whether the world has a type.
func models(token string) bool {
	return slices.ContainsFunc(world.Types(), func(t *world.Type) bool { return t.Token == token })
}

// place is where a provider deploys to, and which version of it.
type place struct {
	caller  world.Caller
	version string
}

// callers finds out where the state's AWS providers deploy to: as their configuration
// says, or else as the ARNs of their resources do.
func (w *surveyed) callers(e *Export, st *deploy.LoadedStack) (map[resource.URN]place, error) {
	out := map[resource.URN]place{}
	for _, r := range e.deployment.Resources {
		if r.Type != "pulumi:providers:aws" {
			continue
		}
		inputs, _ := plain(r.Inputs).(map[string]any)
		version, _ := inputs["version"].(string)
		caller, err := plugin.CallerOf(inputs)
		if region, _ := inputs["region"].(string); region != "" {
			if _, ok := world.FindRegion(region); !ok {
				return nil, fmt.Errorf("its provider %s deploys to the Region %q, which the sandbox does not model; it has %s", r.URN.Name(), region, strings.Join(world.RegionNames(), ", "))
			}
			caller.Region = region
		}
		if err != nil {
			if !deployedTo(&caller, e, r.URN) {
				continue // it has no resource that says
			}
			st.Callers[plugin.Fingerprint(inputs)] = caller
			w.replica.Assumptions = append(w.replica.Assumptions, world.Assumption{
				About: e.Stack, Says: fmt.Sprintf("its provider %s deploys to %s in account %s, as the ARNs of its resources have it", r.URN.Name(), caller.Region, caller.Account),
			})
		}
		out[r.URN] = place{caller, version}
	}
	return out, nil
}

// ownARN has the Region and the account of a resource.
var ownARN = regexp.MustCompile(`^arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]*):(\d{12}):`)

// deployedTo takes what a caller lacks from the ARNs of its resources: most have it.
func deployedTo(caller *world.Caller, e *Export, provider resource.URN) bool {
	accounts, regions := map[string]int{}, map[string]int{}
	for _, r := range e.deployment.Resources {
		arn, _ := plain(r.Outputs["arn"]).(string)
		if m := ownARN.FindStringSubmatch(arn); m != nil && providerOf(r) == provider {
			accounts[m[2]]++
			if m[1] != "" {
				regions[m[1]]++
			}
		}
	}
	if caller.Account == "" {
		caller.Account = mostly(accounts)
	}
	if caller.Region == "" {
		caller.Region = mostly(regions)
	}
	return caller.Account != "" && caller.Region != ""
}

// mostly is the name that is counted most often.
func mostly(counts map[string]int) (most string) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if most == "" || counts[name] > counts[most] {
			most = name
		}
	}
	return most
}

func major(version string) string {
	m, _, _ := strings.Cut(version, ".")
	return m
}

// versionWarning says that a state is of another major version of the provider, and
// what of it the sandbox's can't read.
func versionWarning(stack string, callers map[resource.URN]place, unreadable map[string]bool) []string {
	var others []string
	for _, at := range callers {
		if at.version != "" && major(at.version) != plugin.AWSMajor && !slices.Contains(others, at.version) {
			others = append(others, at.version)
		}
	}
	if len(others) == 0 {
		return nil
	}
	slices.Sort(others)
	says := fmt.Sprintf("stack %s was deployed by version %s of the AWS provider, and the sandbox models version %s.", stack, strings.Join(others, " and "), plugin.AWSMajor)
	if len(unreadable) == 0 {
		return []string{says + " It can read all of its inputs."}
	}
	return []string{says + " What it can't read:\n  " + strings.Join(slices.Sorted(maps.Keys(unreadable)), "\n  ")}
}

// reference notes the name of another stack as it is in the sandbox's own backend, where
// the organization is always the same. A stack that isn't loaded hands out there what it
// did when it was read last.
func (w *surveyed) reference(e *Export, r apitype.ResourceV3) {
	name, _ := plain(r.Inputs["name"]).(string)
	parts := strings.Split(name, "/")
	if len(parts) != 3 {
		return
	}
	if parts[0] != "organization" {
		w.replica.Values[name] = "organization/" + parts[1] + "/" + parts[2]
	}
	// Of a stack that is loaded, it is what the stack hands out now: it is read anew by each
	// run, and one before may have been before the other stack's last.
	for _, other := range w.exports {
		if other.Stack == parts[2] && other.Project == parts[1] && r.Outputs["outputs"] != nil {
			r.Outputs["outputs"] = other.outputs()
		}
	}
	known := func(st deploy.LoadedStack) bool { return st.Name == parts[2] }
	outputs, _ := r.Outputs["outputs"].(map[string]any)
	if len(outputs) == 0 || slices.ContainsFunc(w.replica.Stacks, known) {
		return
	}
	w.replica.Stacks = append(w.replica.Stacks, deploy.LoadedStack{
		Stack: deploy.Stack{Name: parts[2]}, Project: parts[1], Reference: true,
	})
	w.replica.Assumptions = append(w.replica.Assumptions, world.Assumption{
		About: parts[2], Says: fmt.Sprintf("the state of this stack wasn't given: it hands out what stack %s last read of it", e.Stack),
	})
	w.references = append(w.references, &Export{
		File: e.File, Stack: parts[2], Project: parts[1], version: oldestFormat,
		fields: map[string]json.RawMessage{"manifest": e.fields["manifest"]},
		deployment: apitype.DeploymentV3{Resources: []apitype.ResourceV3{{
			URN:  resource.NewURN(tokens.QName(parts[2]), tokens.PackageName(parts[1]), "", "pulumi:pulumi:Stack", parts[1]+"-"+parts[2]),
			Type: "pulumi:pulumi:Stack", Outputs: outputs,
		}}},
	})
}

// roleOf guesses which side a stack is by what it hands out, or else by what it has.
func roleOf(resources []apitype.ResourceV3) string {
	offers, connects := false, false
	for _, r := range resources {
		switch r.Type {
		case "pulumi:pulumi:Stack":
			if r.Outputs[contract.OutputName] != nil {
				return deploy.RoleProvider
			}
			if r.Outputs["endpointId"] != nil || r.Outputs["endpointIds"] != nil {
				return deploy.RoleConsumer
			}
		case "aws:ec2/vpcEndpointService:VpcEndpointService":
			offers = true
		case "aws:ec2/vpcEndpoint:VpcEndpoint":
			name, _ := plain(r.Inputs["serviceName"]).(string)
			connects = connects || strings.Contains(name, "vpce-svc-")
		}
	}
	switch {
	case offers:
		return deploy.RoleProvider
	case connects:
		return deploy.RoleConsumer
	}
	return ""
}

// identify says what id a resource that the sandbox's file gives has in the states, which
// refer to it: so the file of a sandbox does for its replica.
func (w *surveyed) identify(g deploy.Given) string {
	name, _ := g.Inputs["name"].(string)
	switch g.Type {
	case "aws:route53/zone:Zone":
		for _, e := range w.existing {
			record := strings.TrimSuffix(cmp.Or(e.Outputs.Str("fqdn"), e.Inputs.Str("name")), ".")
			if e.Token == "aws:route53/record:Record" && e.Account == g.Account && (record == name || strings.HasSuffix(record, "."+name)) {
				return e.Inputs.Str("zoneId")
			}
		}
	case "aws:secretsmanager/secret:Secret":
		arn := regexp.MustCompile(`arn:[a-z-]+:secretsmanager:` + g.Region + `:` + g.Account + `:secret:` + regexp.QuoteMeta(name) + `-[A-Za-z0-9]{6}`)
		for _, e := range w.existing {
			if found := arn.FindString(e.Inputs.Str("containerDefinitions")); found != "" {
				return found
			}
		}
	}
	return ""
}

// Existing are the AWS resources that exports have.
func Existing(exports []*Export) ([]world.Existing, error) {
	w, err := survey(exports)
	if err != nil {
		return nil, err
	}
	return w.existing, nil
}
