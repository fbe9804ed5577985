// Package mute keeps Pulumi's SDK from asking the terminal what its background is. The
// SDK's prompts, which the sandbox doesn't use, ask as soon as they are linked in, and wait
// five seconds for a terminal that doesn't answer. Importing the package is enough: Go
// initializes packages that are ready in the order of their import paths, and this one's
// comes before theirs.
package mute

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
