// Package plugin serves the sandbox's AWS to the Pulumi engine: stand-ins for
// the aws and awsx resource plugins that speak Pulumi's provider protocol on
// one side and package world's Go API on the other. It translates and holds no
// rule of AWS.
package plugin
