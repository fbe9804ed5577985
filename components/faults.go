package components

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
)

// faults are what is wrong with one component's arguments.
type faults []error

// add keeps err if it is one.
func (f *faults) add(err error) {
	if err != nil {
		*f = append(*f, err)
	}
}

// addf keeps a new error.
func (f *faults) addf(format string, values ...any) {
	*f = append(*f, fmt.Errorf(format, values...))
}

// of returns the faults as one error that names the component, or nil if there
// are none.
func (f faults) of(component, name string) error {
	if len(f) == 0 {
		return nil
	}
	return fmt.Errorf("%s %q: %w", component, name, errors.Join(f...))
}

// noArgs is the error of a constructor that got no arguments.
func noArgs(component, name string) error {
	return faults{errors.New("args is nil; it is required")}.of(component, name)
}

// required checks that an Input was given.
func required(argument string, input any) error {
	if missing(input) {
		return fmt.Errorf("%s is missing; it is required", argument)
	}
	return nil
}

// requiredText checks that a text was given.
func requiredText(argument, value string) error {
	if value == "" {
		return fmt.Errorf("%s is empty; it is required", argument)
	}
	return nil
}

// missing says whether an Input is nil, or a list or map with nothing in it.
func missing(input any) bool {
	if input == nil {
		return true
	}
	switch v := reflect.ValueOf(input); v.Kind() {
	case reflect.Pointer:
		return v.IsNil()
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	default:
		return false
	}
}

func checkRange(argument string, value, low, high int) error {
	if value < low || value > high {
		return fmt.Errorf("%s is %d; it must be %d to %d", argument, value, low, high)
	}
	return nil
}

func checkOneOf(argument, value string, allowed ...string) error {
	if !slices.Contains(allowed, value) {
		return fmt.Errorf("%s is %q; it must be one of %s", argument, value, strings.Join(allowed, ", "))
	}
	return nil
}

// checkListed checks that value is one of the numbers allowed, which are of unit.
func checkListed(argument string, value int, allowed []int, unit string) error {
	if !slices.Contains(allowed, value) {
		list := strings.Trim(strings.ReplaceAll(fmt.Sprint(allowed), " ", ", "), "[]")
		return fmt.Errorf("%s is %d; it must be one of %s %s", argument, value, list, unit)
	}
	return nil
}

// checkCidr checks that value is an IPv4 network address with its prefix length,
// which is all that a security group rule and a VPC take.
func checkCidr(argument, value string) error {
	prefix, err := netip.ParsePrefix(value)
	if err != nil || !prefix.Addr().Is4() {
		return fmt.Errorf("%s is %q; it must be an IPv4 CIDR block such as 10.0.0.0/16", argument, value)
	}
	if network := prefix.Masked(); network != prefix {
		return fmt.Errorf("%s is %q; it must be a network address: %s", argument, value, network)
	}
	return nil
}

// checkCidr6 checks that value is an IPv6 network address with its prefix length.
func checkCidr6(argument, value string) error {
	prefix, err := netip.ParsePrefix(value)
	if err != nil || !prefix.Addr().Is6() || prefix.Addr().Is4In6() {
		return fmt.Errorf("%s is %q; it must be an IPv6 CIDR block such as 2001:db8::/56", argument, value)
	}
	if network := prefix.Masked(); network != prefix {
		return fmt.Errorf("%s is %q; it must be a network address: %s", argument, value, network)
	}
	return nil
}

// checkCidrs checks a list of IPv4 CIDR blocks, each of which names a rule and so
// may be there once.
func checkCidrs(argument string, values []string) error {
	var found faults
	for i, value := range values {
		found.add(checkCidr(fmt.Sprintf("%s[%d]", argument, i), value))
	}
	found.add(checkUnique(argument, values))
	return errors.Join(found...)
}

func checkUnique(argument string, values []string) error {
	seen := map[string]bool{}
	for _, value := range values {
		if seen[value] {
			return fmt.Errorf("%s has %q twice; each value may be there once", argument, value)
		}
		seen[value] = true
	}
	return nil
}

// orElse returns value, or fallback where value is the zero value.
func orElse[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}
