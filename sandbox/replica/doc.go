// Package replica makes a sandbox out of the states of real stacks: its accounts are then
// what those say, and the states are its stacks' own. It reads files, and reaches neither
// AWS nor a Pulumi backend.
package replica
