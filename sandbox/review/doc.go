// Package review says what a change of this repository does to what is deployed:
// which resources it makes, changes, replaces and deletes and what that does to
// consumers, what it costs, what can reach what, and whether the contract holds.
//
// It needs no cloud account: the state before the change is deployed to a sandbox,
// the change is previewed and deployed on top of it, and the two are compared. A
// real deployment's order is kept: providers, consumers, and providers again to
// accept what waits. See docs/reviewing-a-preview.md for how to read a review.
package review
