package deploy

import (
	"fargate-privatelink/sandbox/world"
)

const endpointType = world.TokenEndpoint

// AwaitsAcceptance says whether an endpoint to the service waits for the
// provider to accept it.
func (s *Sandbox) AwaitsAcceptance(serviceName string) (waits bool, err error) {
	err = s.World.View(func(tx *world.Tx) error {
		for _, r := range tx.All(endpointType) {
			if r.Inputs.Str("serviceName") == serviceName && r.Outputs.Str("state") == "pendingAcceptance" {
				waits = true
			}
		}
		return nil
	})
	return waits, err
}

// Remaining counts what exists in each account that has anything beside what it
// was given. Revisions of task definitions that their stacks left registered on
// purpose don't count.
func (s *Sandbox) Remaining() (map[string]int, error) {
	counts := map[string]int{}
	given, err := s.givenRecords()
	if err != nil {
		return nil, err
	}
	err = s.World.View(func(tx *world.Tx) error {
		for _, kind := range tx.Kinds() {
			if kind == world.KindKeptRevision {
				continue
			}
			for _, r := range tx.All(kind) {
				if !given[idOf(r)] {
					counts[r.Account]++
				}
			}
		}
		return nil
	})
	return counts, err
}
