package main

import "encoding/json"

// document is an IAM policy. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type document struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal map[string]string `json:",omitempty"`
	Action    []string
	Resource  []string   `json:",omitempty"`
	Condition conditions `json:",omitempty"`
}

// conditions are the allowed values by condition key, by operator.
type conditions map[string]map[string][]string

func (d document) json() (string, error) {
	d.Version = "2012-10-17"
	text, err := json.Marshal(d)
	return string(text), err
}
