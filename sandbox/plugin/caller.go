package plugin

import (
	"encoding/json"

	"fargate-privatelink/sandbox/world"
)

// CallerOf returns the account and Region that a provider with these inputs, as
// they are in a stack's state, deploys to.
func CallerOf(inputs map[string]any) (world.Caller, error) { return callerOf(inputs) }

// Of is CallerOf where the inputs alone may not say it.
func (c Callers) Of(inputs map[string]any) (world.Caller, error) {
	caller, err := callerOf(inputs)
	known, ok := c[Fingerprint(inputs)]
	if err == nil || !ok {
		return caller, err
	}
	known.DefaultTags, err = defaultTagsOf(inputs)
	return known, err
}

// Fingerprint is the same for providers that deploy to the same account and Region, as
// far as their inputs say.
func Fingerprint(inputs map[string]any) string {
	said := map[string]any{}
	for _, k := range []string{"region", "profile", "accessKey", "allowedAccountIds", "assumeRole", "assumeRoles"} {
		if v := inputs[k]; v != nil {
			said[k] = v
		}
	}
	b, _ := json.Marshal(said)
	return string(b)
}
