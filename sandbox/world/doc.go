// Package world is the sandbox's model of AWS: accounts, regions, the resources
// in them, and the rules by which AWS and the AWS provider accept, default,
// change, replace and refuse them.
//
// It is plain Go and knows nothing of Pulumi: package plugin speaks Pulumi's
// provider protocol and translates. A rule of AWS lives here once, as a named
// entry of the rule book (see Rule), and a kind of resource is one entry of the
// type table (see Type). State is kept in one crash-safe file (see Open).
package world
