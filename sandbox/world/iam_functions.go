package world

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
)

// renderedPolicy is a policy document as the data source writes it.
type renderedPolicy struct {
	Version   string              `json:"Version,omitempty"`
	ID        string              `json:"Id,omitempty"`
	Statement []renderedStatement `json:"Statement,omitempty"`
}

type renderedStatement struct {
	Sid          string                    `json:"Sid,omitempty"`
	Effect       string                    `json:"Effect,omitempty"`
	Action       any                       `json:"Action,omitempty"`
	NotAction    any                       `json:"NotAction,omitempty"`
	Resource     any                       `json:"Resource,omitempty"`
	NotResource  any                       `json:"NotResource,omitempty"`
	Principal    any                       `json:"Principal,omitempty"`
	NotPrincipal any                       `json:"NotPrincipal,omitempty"`
	Condition    map[string]map[string]any `json:"Condition,omitempty"`
}

// getPolicyDocument renders a policy: the statements of the source documents, then
// those given here, in place of ones with the same Sid, then the overriding ones.
func getPolicyDocument(_ *Tx, _ Caller, args Props) (Props, error) {
	doc := renderedPolicy{Version: "2012-10-17", ID: args.Str("policyId")}
	if v := args.Str("version"); v != "" {
		doc.Version = v
	}
	for _, source := range append(args.Strs("sourcePolicyDocuments"), args.Str("sourceJson")) {
		if err := doc.merge(source); err != nil {
			return nil, err
		}
	}
	for _, s := range args.Maps("statements") {
		doc.put(renderStatement(s))
	}
	for _, over := range append(args.Strs("overridePolicyDocuments"), args.Str("overrideJson")) {
		if err := doc.merge(over); err != nil {
			return nil, err
		}
	}
	pretty, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing IAM Policy Document: formatting JSON: %w", err)
	}
	minified, _ := json.Marshal(doc) // as before, without the indent
	out := args.Clone()
	if out == nil {
		out = Props{}
	}
	out["id"] = fmt.Sprint(crc32.ChecksumIEEE(pretty))
	out["json"], out["minifiedJson"] = string(pretty), string(minified)
	return out, nil
}

// merge adds the statements of another document.
func (d *renderedPolicy) merge(document string) error {
	if document == "" {
		return nil
	}
	var other renderedPolicy
	if err := json.Unmarshal([]byte(document), &other); err != nil {
		return fmt.Errorf("writing IAM Policy Document: merging source document: %w", err)
	}
	for _, s := range other.Statement {
		d.put(s)
	}
	return nil
}

// put adds a statement, in place of the one with its Sid.
func (d *renderedPolicy) put(s renderedStatement) {
	same := slices.IndexFunc(d.Statement, func(o renderedStatement) bool { return s.Sid != "" && o.Sid == s.Sid })
	if same >= 0 {
		d.Statement[same] = s
		return
	}
	d.Statement = append(d.Statement, s)
}

func renderStatement(s Props) renderedStatement {
	out := renderedStatement{
		Sid: s.Str("sid"), Effect: s.Str("effect"),
		Action: oneOrList(s.Strs("actions")), NotAction: oneOrList(s.Strs("notActions")),
		Resource: oneOrList(s.Strs("resources")), NotResource: oneOrList(s.Strs("notResources")),
		Principal: renderPrincipals(s.Maps("principals")), NotPrincipal: renderPrincipals(s.Maps("notPrincipals")),
	}
	if out.Effect == "" {
		out.Effect = "Allow"
	}
	for _, c := range s.Maps("conditions") {
		if out.Condition == nil {
			out.Condition = map[string]map[string]any{}
		}
		if out.Condition[c.Str("test")] == nil {
			out.Condition[c.Str("test")] = map[string]any{}
		}
		out.Condition[c.Str("test")][c.Str("variable")] = oneOrList(c.Strs("values"))
	}
	return out
}

// renderPrincipals writes everybody as "*", others by their type.
func renderPrincipals(principals []Props) any {
	if len(principals) == 0 {
		return nil
	}
	out := map[string]any{}
	for _, p := range principals {
		if p.Str("type") == "*" {
			return "*"
		}
		out[p.Str("type")] = oneOrList(p.Strs("identifiers"))
	}
	return out
}

// oneOrList writes a single value without a list.
func oneOrList(values []string) any {
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	}
	return values
}
