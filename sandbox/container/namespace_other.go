//go:build !linux

package container

import "errors"

// NewNamespace returns an error: network namespaces are Linux's.
func NewNamespace(string) (Runtime, error) { return nil, NamespaceSupported() }

// NamespaceSupported says why this machine can't run the runtime.
func NamespaceSupported() error {
	return errors.New("runtime namespace needs Linux; use --runtime echo")
}
