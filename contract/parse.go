package contract

import (
	"encoding/json"
	"errors"
	"fmt"

	"fargate-privatelink/internal/strict"
)

// root begins every path in an error message.
const root = "contract"

// Parse reads a contract from JSON and validates it. Its lists come out sorted;
// privateDnsName, supportedRegions and supportedIpAddressTypes can be left out,
// and are then empty, the service's own region, and ipv4.
//
// It returns an error when the JSON is not an object, when the contract's version
// is not [Version], when a key is missing, misspelt or of the wrong type, or when
// [Contract.Validate] finds a fault. The error joins all faults, one sentence for
// each, which begins with the path of the key, such as "contract.ports[0].port".
//
// Keys that this release doesn't know are passed over: a later one may add some
// without raising the version.
func Parse(data []byte) (*Contract, error) {
	if len(data) > maxLength {
		return nil, fmt.Errorf("%s has %d bytes; it must have at most %d", root, len(data), maxLength)
	}
	if err := checkVersion(data); err != nil {
		return nil, err
	}
	var c Contract
	keys, err := strict.DecodeNewer(data, root, &c)
	if err != nil {
		return nil, err
	}
	if err := checkRequired(keys); err != nil {
		return nil, err
	}
	c = c.normalized()
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &c, nil
}

// FromValue reads a contract from the form in which a stack reference yields it:
// maps, slices, strings, numbers and booleans. Otherwise it is like [Parse].
func FromValue(value any) (*Contract, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("%s can't be written as JSON: %w", root, err)
	}
	return Parse(data)
}

// checkVersion comes before anything else is looked at: what another version's
// keys mean is unknown here.
func checkVersion(data []byte) error {
	var head struct {
		Version *int `json:"version"`
	}
	err := json.Unmarshal(data, &head)
	switch {
	case err != nil:
		return nil // the strict decoder says what is wrong, and better
	case head.Version == nil:
		return fmt.Errorf("%s.version is missing: is this a contract?", root)
	case *head.Version > Version:
		return fmt.Errorf("%s.version is %d; this program reads version %d: upgrade this program to the provider's release",
			root, *head.Version, Version)
	case *head.Version < Version:
		return fmt.Errorf("%s.version is %d; this program reads version %d: have the provider upgrade its program and run pulumi up",
			root, *head.Version, Version)
	}
	return nil
}

// required are the keys that have no sensible default.
var required = []string{"serviceName", "serviceId", "region", "ports", "availabilityZoneIds", "acceptanceRequired"}

func checkRequired(keys strict.Keys) error {
	var faults []error
	for _, key := range required {
		if path := root + "." + key; !keys.Has(path) {
			faults = append(faults, fmt.Errorf("%s is missing", path))
		}
	}
	return errors.Join(faults...)
}
