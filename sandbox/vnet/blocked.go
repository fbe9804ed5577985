package vnet

import (
	"errors"
	"syscall"
)

// BlockedError says where on the way a connection was stopped.
type BlockedError struct {
	// Path is the way up to there.
	Path Path
}

// Error tells what the client notices, and where it comes from.
func (e *BlockedError) Error() string { return e.Path.Summary() }

// Unwrap returns what the client's operating system says: ETIMEDOUT or ECONNREFUSED.
func (e *BlockedError) Unwrap() error {
	if e.Path.Stopped().Effect == Refused {
		return syscall.ECONNREFUSED
	}
	return syscall.ETIMEDOUT
}

// Timeout says whether the client waited in vain.
func (e *BlockedError) Timeout() bool { return e.Path.Stopped().Effect == Dropped }

// Temporary is there because net.Error has it.
func (e *BlockedError) Temporary() bool { return false }

func effectOf(err error) Effect {
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) {
		return Refused
	}
	return Dropped
}
