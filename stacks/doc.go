// Package stacks holds the two Pulumi programs of a service that is offered over
// AWS PrivateLink: the provider's, which runs the service and offers it, and the
// consumer's, which connects to it from another account.
//
// A program reads its stack's configuration, wires components together and exports
// outputs. Everything that Pulumi gives a program from outside (configuration,
// stack references, the account and region it deploys to) is read here and
// nowhere below; whatever can be wrong with it is reported before the first AWS
// resource is registered.
package stacks
