// Command address gives a clone the address at which it lives, so that others can go get
// it: go run ./cmd/address example.com/you/fargate-privatelink. It writes the module's path
// into go.mod, the imports and the examples of all files, and the package's repository into
// its schema. The Pulumi project's name and the type tokens stay, or stacks would lose
// their configuration and their resources.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "address:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("it takes the module's new path, such as example.com/you/fargate-privatelink")
	}
	if err := module.CheckPath(args[0]); err != nil {
		return fmt.Errorf("%q is no module path that can be fetched: %w", args[0], err)
	}
	file, err := os.ReadFile("go.mod")
	if err != nil {
		return fmt.Errorf("run it in the repository's root: %w", err)
	}
	files, err := tracked()
	if err != nil {
		return err
	}
	changed, err := rewrite(files, renamer(modfile.ModulePath(file), args[0], packages(files)))
	if err != nil {
		return err
	}
	fmt.Printf("%d files say %s now.\n", changed, args[0])
	generate := exec.Command("go", "generate", "./plugin")
	generate.Stdout, generate.Stderr = os.Stdout, os.Stderr
	return generate.Run()
}

// tracked are the repository's files.
func tracked() ([]string, error) {
	out, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		return nil, fmt.Errorf("list the repository's files: %w", err)
	}
	return strings.Split(strings.TrimRight(string(out), "\x00"), "\x00"), nil
}

// packages are the directories in the root that hold Go.
func packages(files []string) (names []string) {
	seen := map[string]bool{}
	for _, file := range files {
		name, _, below := strings.Cut(file, "/")
		if below && (strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "go.mod")) && !seen[name] {
			seen[name] = true
			names = append(names, regexp.QuoteMeta(name))
		}
	}
	return names
}

// renamer replaces the module's path where it is one: before a package of the module, and
// in go.mod's own lines. The project's name looks the same elsewhere.
func renamer(from, to string, packages []string) func([]byte) []byte {
	path := regexp.MustCompile(`(^|[^\w./-])` + regexp.QuoteMeta(from) + `(/(?:` + strings.Join(packages, "|") + `)\b)`)
	line := regexp.MustCompile(`(?m)^((?:module|require|replace)[ \t]+)` + regexp.QuoteMeta(from) + `([ \t]|$)`)
	return func(text []byte) []byte {
		text = path.ReplaceAll(text, []byte("${1}"+to+"${2}"))
		return line.ReplaceAll(text, []byte("${1}"+to+"${2}"))
	}
}

func rewrite(files []string, rename func([]byte) []byte) (changed int, err error) {
	for _, name := range files {
		info, err := os.Lstat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue // deleted, or a link
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return changed, err
		}
		made := rename(text)
		if bytes.Equal(text, made) {
			continue
		}
		if err := os.WriteFile(filepath.Clean(name), made, info.Mode().Perm()); err != nil {
			return changed, err
		}
		changed++
	}
	return changed, nil
}
