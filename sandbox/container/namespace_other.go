//go:build !linux

package container

import "errors"

// NewNamespace returns an error: network namespaces are Linux's.
func NewNamespace(string) (Runtime, error) {
	return nil, errors.New("runtime namespace needs Linux; use --runtime echo")
}
