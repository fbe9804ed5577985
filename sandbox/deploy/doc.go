// Package deploy runs the repository's stacks through the real Pulumi CLI and
// engine, with the sandbox's stand-ins attached in place of the aws and awsx
// plugins. It never reaches AWS and needs no credentials.
package deploy
