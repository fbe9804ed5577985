// Package world is the sandbox's model of AWS: accounts, regions, the resources
// in them, and the rules by which AWS and the AWS provider accept, default,
// change, replace and refuse them.
//
// It is plain Go and knows nothing of Pulumi: package plugin speaks Pulumi's
// provider protocol and translates. A rule of AWS lives here once, as a named
// entry of the rule book (see Rule), and a kind of resource is one entry of the
// type table (see Type). State is kept in one crash-safe file (see Open).
//
// A file that begins with a service of AWS is that service's: its types, its rules,
// its data sources (functions) and its view, which is what may be read of the
// world, as typed values, through methods of Tx. catalogue.go lists them. The files
// without such a beginning are the engine, which names no service. What AWS
// makes by itself are records too (see KindNetworkInterface and the like), made
// and removed by the type that they belong to, or by the controllers that
// settle each transaction, of which ECS's scheduler is one.
package world
