// Package vnet is the sandbox's network: it carries connections from a client in
// a consumer's VPC over PrivateLink to a task, through the rules of the
// simulated AWS.
//
// One function decides what becomes of a connection (follow). Trace reports what
// it decided, Dial carries it out, so a report can't say anything else than what
// a connection meets. What is modelled, what isn't, and the AWS pages that it
// rests on are in docs/sandbox-network.md.
package vnet
