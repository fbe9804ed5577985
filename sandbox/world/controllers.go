package world

// settle lets AWS's own controllers react to what a transaction changed, before
// it is committed: ECS starts and stops tasks, for one.
func settle(tx *Tx) {
	for _, f := range controllers {
		f(tx)
	}
}

var controllers []func(*Tx)
