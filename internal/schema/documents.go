package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Configuration is docs/configuration.md: a section for each object, with a row for each
// of its keys, and what is said of the keys beside them.
func Configuration(intro string, roles []*Key, others ...*Key) []byte {
	var page strings.Builder
	page.WriteString(intro)
	for _, role := range roles {
		section(&page, role, "##")
	}
	for _, key := range others {
		fmt.Fprintf(&page, "\n## `%s`\n\n%s\n", key.Path, escape(described(key)))
	}
	return []byte(page.String())
}

// section writes an object's keys, and then a section for each object among them.
func section(page *strings.Builder, key *Key, marks string) {
	fmt.Fprintf(page, "\n%s `%s`\n\n", marks, key.below())
	if key.Description != "" {
		fmt.Fprintf(page, "%s%s\n\n", escape(key.Description), links(key.See))
	}
	page.WriteString("| Key | Type | Default | Allowed | What |\n| --- | --- | --- | --- | --- |\n")
	for _, member := range key.Objects() {
		row(page, member)
	}
	for _, member := range key.Objects() {
		if len(member.Objects()) > 0 {
			section(page, member, "###")
		}
	}
}

// below is the path of the keys of an object, or of those in a map or a list.
func (k *Key) below() string {
	if k.Elem != nil {
		return k.Elem.below()
	}
	return k.Path
}

func row(page *strings.Builder, key *Key) {
	what := escape(key.Description) + links(key.See)
	switch {
	case len(key.Objects()) > 0:
		what = firstSentence(what) + " " + anchor("Its keys", key.below())
	case key.As != "":
		what = "As " + anchor("`"+within(key.As)+"`", parent(key.As)) + "."
	}
	fmt.Fprintf(page, "| `%s` | %s | %s | %s | %s |\n", within(key.Path), key.Type(), fallbackOf(key), allowed(key), what)
}

// remark is what a comment says of a default that depends on something else.
var remark = regexp.MustCompile(`\(default:? ([^()]{1,40})\)`)

// fallbackOf is the default in words: what the tags say, or else the comment.
func fallbackOf(key *Key) string {
	said := remark.FindAllStringSubmatch(key.Description, -1)
	switch {
	case key.Required:
		return "*required*"
	case key.Default == nil && !key.inherits && len(said) == 1 && strings.Count(key.Description, "(default") == 1:
		return escape(said[0][1])
	default:
		return code(key.Default)
	}
}

// allowed says in a few words which values a key takes.
func allowed(key *Key) string {
	var all []string
	if key.Range != nil {
		all = append(all, fmt.Sprintf("%d to %d", key.Range.Low, key.Range.High))
	}
	text := key.text()
	for _, word := range text.Enum {
		all = append(all, code(word))
	}
	if text.Form != nil {
		all = append(all, escape(text.Form.Allowed))
	}
	if key.Length != nil {
		all = append(all, fmt.Sprintf("%d to %d entries", key.Length.Low, key.Length.High))
	}
	if key.Names != nil {
		all = append(all, "each name: "+escape(key.Names.Allowed))
	}
	return strings.Join(all, ", ")
}

func code(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case []string:
		return "`[" + strings.Join(value, ", ") + "]`"
	default:
		return fmt.Sprintf("`%v`", value)
	}
}

// placeholder is <account> and the like, which Markdown would take for HTML.
var placeholder = regexp.MustCompile(`<[\w. /-]+>`)

// escape keeps a text from being Markdown.
func escape(text string) string {
	text = placeholder.ReplaceAllStringFunc(text, func(s string) string { return `\` + s })
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`).Replace(text)
}

func links(pages []string) (text string) {
	for _, page := range pages {
		text += fmt.Sprintf(" ([%s](%s))", site(page), page)
	}
	return text
}

// site says whose page an address is.
func site(page string) string {
	switch host := strings.Split(page, "/")[2]; host {
	case "docs.aws.amazon.com", "aws.amazon.com":
		return "AWS"
	default:
		return host
	}
}

// anchor is a link to the section of an object, as GitHub names it.
func anchor(text, path string) string {
	name := strings.ToLower(regexp.MustCompile(`[^\w-]`).ReplaceAllString(path, ""))
	return fmt.Sprintf("[%s](#%s)", text, name)
}

// within is a path without the role that it begins with.
func within(path string) string { return path[strings.Index(path, ".")+1:] }

func parent(path string) string { return path[:strings.LastIndex(path, ".")] }

// ending is where a sentence ends: not after a word such as e.g., nor within a number.
var ending = regexp.MustCompile(`\.\)? [A-Z(]`)

func firstSentence(text string) string {
	if at := ending.FindStringIndex(text); at != nil {
		return text[:at[1]-2]
	}
	return text
}

// Project returns Pulumi.yaml with the descriptions of the roles' and the others' keys
// written anew: what the object is, and a line for each of its keys.
func Project(file []byte, roles []*Key, others ...*Key) ([]byte, error) {
	text := string(file)
	for _, role := range slices.Concat(roles, others) {
		block := regexp.MustCompile(`(?m)(^  ` + role.Name + `:\n(?:    .*\n)*?    description: \|\n)((?:      .*\n|\n)*(?:      .*\n?))`)
		if !block.MatchString(text) {
			return nil, fmt.Errorf("no key %s with a description: | in Pulumi.yaml", role.Name)
		}
		text = block.ReplaceAllStringFunc(text, func(found string) string {
			return block.FindStringSubmatch(found)[1] + summary(role)
		})
	}
	return []byte(text), nil
}

// summary describes an object in a line for each of its keys.
func summary(role *Key) string {
	if role.Keys == nil {
		return wrap(role.Description, "")
	}
	var out strings.Builder
	out.WriteString(wrap(role.Description, "") + "\n" +
		wrap("docs/configuration.md describes every key below these. schemas/stack.schema.json lets an editor complete and check them.", "") + "\n")
	for _, key := range role.Keys {
		out.WriteString(wrap(fmt.Sprintf("%s (%s): %s", key.Name, key.Type(), firstSentence(key.Description)), "  "))
	}
	return out.String()
}

// wrap breaks a paragraph of a block in Pulumi.yaml at 120 columns. What goes on is
// indented.
func wrap(paragraph, indent string) string {
	const left = "      "
	var out strings.Builder
	line := left
	for i, word := range strings.Fields(paragraph) {
		switch {
		case i == 0:
			line += word
		case len(line)+1+len(word) > 120:
			out.WriteString(line + "\n")
			line = left + indent + word
		default:
			line += " " + word
		}
	}
	return out.String() + line + "\n"
}
