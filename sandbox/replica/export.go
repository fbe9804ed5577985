package replica

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// The versions of a deployment's format that are read: what `pulumi stack export` has
// written since 2019.
const (
	oldestFormat = 3
	newestFormat = 4
)

// Export is a stack's state as a file has it.
type Export struct {
	// File is the file's name.
	File string
	// Stack and Project are the stack's.
	Stack, Project string

	version    int
	features   []string
	deployment apitype.DeploymentV3
	fields     map[string]json.RawMessage // of the deployment, those that it has no field for too
}

// Read reads files that `pulumi stack export` has written, or the ones that a bucket has
// as a backend. Secrets that a passphrase encrypts are decrypted with the one in
// PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.
//
// It returns an error that has every file's first fault: a file that is no state, or that
// is cut off, one of a format that isn't known, with operations that are pending, with
// secrets that can't be decrypted, without resources, or of a stack that another has too.
func Read(files []string) (all []*Export, err error) {
	var errs []error
	for _, file := range files {
		e, err := readFile(file)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", nameOf(file), err))
			continue
		}
		for _, o := range all {
			if o.Stack == e.Stack {
				errs = append(errs, fmt.Errorf("%s and %s are both of a stack %s: give the states of stacks whose names differ", nameOf(o.File), nameOf(file), e.Stack))
			}
		}
		all = append(all, e)
	}
	return all, errors.Join(errs...)
}

// nameOf is a file's name, on one line.
func nameOf(file string) string { return strings.ReplaceAll(filepath.Base(file), "\n", `\n`) }

func readFile(file string) (*Export, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) { // a bucket's state may be compressed
		if b, err = decompress(b); err != nil {
			return nil, fmt.Errorf("it can't be decompressed: %w", err)
		}
	}
	e := &Export{File: file}
	if err := e.decode(b); err != nil {
		return nil, err
	}
	return e, e.complete()
}

func decompress(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// envelope is what an export and a bucket's state have at the top, and what tells other
// tools' files.
type envelope struct {
	Version    *int            `json:"version"`
	Features   []string        `json:"features"`
	Deployment json.RawMessage `json:"deployment"`
	Checkpoint *struct {
		Latest json.RawMessage `json:"latest"`
	} `json:"checkpoint"`

	TerraformVersion string          `json:"terraform_version"`
	StackResources   json.RawMessage `json:"StackResources"`
}

func (e *Export) decode(b []byte) error {
	var top envelope
	switch err := json.Unmarshal(b, &top); {
	case len(bytes.TrimSpace(b)) == 0:
		return errors.New("it is empty: write it with pulumi stack export --file")
	case isCutOff(err):
		return errors.New("it ends in the middle: export it again")
	case err != nil:
		return fmt.Errorf("it is no state of Pulumi's, as pulumi stack export writes it: %w", err)
	case top.TerraformVersion != "":
		return errors.New("it is Terraform's state, and no stack's of Pulumi: sandbox adopt reads it")
	case top.StackResources != nil:
		return errors.New("it is a CloudFormation stack's resources, and no stack's of Pulumi: sandbox adopt reads it")
	}
	deployment := top.Deployment
	if deployment == nil && top.Checkpoint != nil {
		deployment = top.Checkpoint.Latest
	}
	switch {
	case top.Version == nil || deployment == nil && top.Checkpoint == nil:
		return errors.New("it is no state of Pulumi's: it has no version and deployment, as pulumi stack export writes them")
	case *top.Version > newestFormat:
		return fmt.Errorf("its format is version %d, of a newer Pulumi than this sandbox knows; it reads %d to %d: upgrade the repository, or export it with an older CLI", *top.Version, oldestFormat, newestFormat)
	case *top.Version < oldestFormat:
		return fmt.Errorf("its format is version %d; the sandbox reads %d to %d: export it again with a current CLI", *top.Version, oldestFormat, newestFormat)
	case unknownFeature(top.Features) != "":
		return fmt.Errorf("it uses the feature %q, of a newer Pulumi than this sandbox knows: upgrade the repository, or export it with an older CLI", unknownFeature(top.Features))
	case deployment == nil || string(deployment) == "null":
		return errors.New("its stack has no resources: there is nothing to load")
	}
	e.version, e.features = *top.Version, top.Features
	if err := json.Unmarshal(deployment, &e.deployment); err != nil {
		return fmt.Errorf("its deployment can't be read: %w", err)
	}
	return json.Unmarshal(deployment, &e.fields)
}

// features are those of a deployment's format that the engine has.
var features = []string{
	"byteString", "extensionParameterization", "hooks", "refreshBeforeUpdate", "replaceWith", "snippets-prototype", "taint", "views",
}

func unknownFeature(used []string) string {
	for _, f := range used {
		if !slices.Contains(features, f) {
			return f
		}
	}
	return ""
}

// isCutOff says whether a JSON document ends before its end.
func isCutOff(err error) bool {
	var syntax *json.SyntaxError
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &syntax) && strings.Contains(syntax.Error(), "unexpected end")
}

// complete finds out whose state it is, and decrypts it.
func (e *Export) complete() error {
	if n := len(e.deployment.PendingOperations); n > 0 {
		op := e.deployment.PendingOperations[0]
		more := ""
		if n > 1 {
			more = fmt.Sprintf(" and %d more", n-1)
		}
		return fmt.Errorf("an operation is pending in it, %s %s%s: nobody knows whether AWS has done it; run pulumi refresh on the stack, and export it again", op.Type, op.Resource.URN, more)
	}
	if len(e.deployment.Resources) == 0 {
		return errors.New("its stack has no resources: there is nothing to load")
	}
	urn := e.deployment.Resources[0].URN
	if !urn.IsValid() {
		return fmt.Errorf("its first resource has the URN %q, which is none", urn)
	}
	e.Stack, e.Project = urn.Stack().String(), string(urn.Project())
	return e.decrypt()
}

// outputs are what the stack hands out.
func (e *Export) outputs() map[string]any {
	for _, r := range e.deployment.Resources {
		if r.Type == "pulumi:pulumi:Stack" {
			return r.Outputs
		}
	}
	return nil
}

// untyped is the state as the CLI imports it.
func (e *Export) untyped() (apitype.UntypedDeployment, error) {
	resources, err := json.Marshal(e.deployment.Resources)
	if err != nil {
		return apitype.UntypedDeployment{}, err
	}
	e.fields["resources"] = resources
	b, err := json.Marshal(e.fields)
	return apitype.UntypedDeployment{Version: e.version, Features: e.features, Deployment: b}, err
}

// typeOf is the package of a resource's type: "aws" of "aws:ec2/vpc:Vpc".
func packageOf(token string) string {
	if rest, ok := strings.CutPrefix(token, "pulumi:providers:"); ok {
		return rest
	}
	pkg, _, _ := strings.Cut(token, ":")
	return pkg
}

// providerOf is the URN of a resource's provider.
func providerOf(r apitype.ResourceV3) resource.URN {
	end := strings.LastIndex(r.Provider, "::")
	return resource.URN(r.Provider[:max(end, 0)])
}
