// Package schemas holds what describes the project to other programs: the schema of its
// Pulumi package, and the JSON Schemas of the stacks' outputs beside it.
package schemas

import _ "embed"

// Package is the schema of the Pulumi package, as "go generate ./plugin" writes it.
//
//go:embed fargate-privatelink.json
var Package []byte
