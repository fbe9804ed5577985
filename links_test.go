package main

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// link is a Markdown link's or image's target: [text](target), ![text](target).
var link = regexp.MustCompile(`\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)`)

// TestLinks holds every link in the documentation to something that is there: a file,
// a heading, or, without asking the network, a well-formed address.
func TestLinks(t *testing.T) {
	checked := 0
	for _, file := range markdownFiles(t) {
		for _, target := range linksOf(t, file) {
			checked++
			if problem := checkLink(t, file, target); problem != "" {
				t.Errorf("%s: link to %s: %s", file, target, problem)
			}
		}
	}
	if checked < 100 {
		t.Fatalf("checked only %d links", checked)
	}
}

// TestCheckLink is the test's own test: what is wrong is found.
func TestCheckLink(t *testing.T) {
	for target, good := range map[string]bool{
		"../README.md":                      true,
		"../README.md#where-to-go-on":       true,
		"consuming-outputs.md#the-contract": true,
		"#read-it-in-this-order":            true,
		"https://docs.aws.amazon.com/vpc/latest/privatelink/what-is-privatelink.html#x": true,
		"../READ.md":                 false,
		"../README.md#no-such-thing": false,
		"#no-such-thing":             false,
		"http://example.com":         false,
		"https://":                   false,
		"https://exa mple.com/":      false,
		"mailto:":                    false,
		"/docs/reviewing.md":         false,
	} {
		if problem := checkLink(t, "docs/reviewing-a-preview.md", target); (problem == "") != good {
			t.Errorf("%s: %q", target, problem)
		}
	}
}

// markdownFiles are the repository's own: what others wrote or the sandbox keeps is not.
func markdownFiles(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && slices.Contains([]string{".git", ".sandbox", "node_modules"}, d.Name()) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".md" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{".github/PULL_REQUEST_TEMPLATE.md", "README.md", "docs/features.md", "sandbox/review/testdata/add-a-tenant.md"} {
		if !slices.Contains(files, file) {
			t.Fatalf("did not find %s among %v", file, files)
		}
	}
	return files
}

// prose is a file's lines outside of code.
func prose(t *testing.T, file string) (lines []string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inCode := false
	for line := range strings.SplitSeq(string(b), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			inCode = !inCode
			continue
		}
		if !inCode {
			lines = append(lines, line)
		}
	}
	return lines
}

func linksOf(t *testing.T, file string) (targets []string) {
	t.Helper()
	// A link may be broken over two lines.
	for _, m := range link.FindAllStringSubmatch(strings.Join(prose(t, file), "\n"), -1) {
		targets = append(targets, m[1])
	}
	return targets
}

// checkLink says what is wrong with a link, or "".
func checkLink(t *testing.T, from, target string) string {
	t.Helper()
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return "it is not well-formed"
	case u.Scheme == "https" && strings.Contains(u.Host, "."):
		return ""
	case u.Scheme != "":
		return "it must be relative, or begin with https:// and a host"
	case strings.HasPrefix(u.Path, "/"):
		return "it must be relative"
	}
	path := from
	if u.Path != "" {
		path = filepath.Join(filepath.Dir(from), filepath.FromSlash(u.Path))
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "there is no such file"
	case u.Fragment == "" || info.IsDir() || filepath.Ext(path) != ".md":
		return ""
	case !anchors(t, path)[u.Fragment]:
		return "there is no such heading"
	}
	return ""
}

// anchors are the names that GitHub gives a file's headings.
func anchors(t *testing.T, file string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, line := range prose(t, file) {
		marks := len(line) - len(strings.TrimLeft(line, "#"))
		if marks == 0 || marks > 6 || !strings.HasPrefix(line[marks:], " ") {
			continue
		}
		name := slug(line[marks+1:])
		found[name] = true
	}
	return found
}

// slug is a heading as GitHub writes it into a link: lower case, without punctuation,
// with hyphens for spaces. A link within it counts by its text.
func slug(heading string) string {
	heading = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(heading))
}
