// Package timing says how long AWS would take for what the engine has done, and
// how much of that the order of things is to blame for.
//
// It reads the state that a run left and the list of what the run did. Nothing is
// measured: each operation takes what its type's latency says, and starts when
// what the engine let it wait for is done. The same state always gives the same
// report.
//
// The duration is the longest path through the graph that the engine followed:
// every recorded dependency, a parent that is a resource, and one rule for remote
// components (awsx's): the plugin's Construct call answers once, so that nothing
// comes out of such a component before everything in it is up.
//
// The lower bound is the longest path through what is truly needed: a value of
// one resource in the inputs of another, and the few orders that AWS asks for
// without one (see requirements). What the duration has above it is waiting for
// nothing.
//
// The engine runs four operations per CPU core at a time unless told otherwise
// (--parallel). That limit is left out: few operations take long, so that those
// that do are never in each other's way.
package timing
