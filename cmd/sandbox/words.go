package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"fargate-privatelink/sandbox/deploy"
)

// words are what a command says of resources, by Pulumi's names of operations.
type words map[string]string

var (
	updated   = words{"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "same": "unchanged"}
	destroyed = words{"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
	previewed = words{"create": "to create", "update": "to update", "replace": "to replace", "delete": "to delete", "same": "unchanged"}
)

// order is the one in which they are said.
var order = []string{"create", "update", "replace", "delete", "same"}

// summary says what an operation did, or would do, in a few words.
func (w words) summary(res *deploy.Result) string {
	took := res.Took.Round(100 * time.Millisecond)
	if res.Changes.None() {
		return fmt.Sprintf("nothing changes, %s (%s)", plural(res.Changes["same"], "resource"), took)
	}
	var parts []string
	for _, op := range order {
		n, said := res.Changes[op], w[op]
		switch {
		case n == 0 || said == "":
		case parts == nil:
			parts = append(parts, plural(n, "resource")+" "+said)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, said))
		}
	}
	return fmt.Sprintf("%s (%s)", strings.Join(parts, ", "), took)
}

// pulumiCommand is a command that a program advises. It knows of no sandbox.
var pulumiCommand = regexp.MustCompile(`\bpulumi (up|preview|destroy)\b( --refresh\b)?`)

// here puts the commands in a program's message into the sandbox's words.
func here(message string) string {
	return pulumiCommand.ReplaceAllStringFunc(message, func(command string) string {
		if strings.HasSuffix(command, "--refresh") {
			return command // which the sandbox has not
		}
		return strings.Replace(command, "pulumi", "sandbox", 1)
	})
}

// advises says whether a program's message tells to deploy something, which a command
// for all stacks does by itself or has no use for.
func advises(message string) bool { return pulumiCommand.MatchString(message) }

// notes prints what the programs have said. What a stack said before its last run in
// this command is superseded by what it says in that.
func (a *app) notes(results []*deploy.Result, drop func(string) bool) {
	for i, res := range results {
		later := func(other *deploy.Result) bool { return other.Stack == res.Stack }
		if slices.ContainsFunc(results[i+1:], later) {
			continue
		}
		for _, note := range res.Notes {
			if !drop(note) {
				a.out.warn("%s: note: %s", res.Stack, strings.ReplaceAll(here(note), "\n", "\n  "))
			}
		}
	}
}

// nothing drops no note.
func nothing(string) bool { return false }
