package schema

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"fargate-privatelink/internal/check"
)

// Comments are those of types and of their fields, by the name that Go prints:
// components.ContainerArgs, components.ContainerArgs.Image. After anyField and anyType are
// the names of all fields and types.
type Comments map[string]string

const anyField, anyType = "*.", "type "

// ReadComments reads the comments of the packages in some directories.
func ReadComments(directories ...string) (Comments, error) {
	comments := Comments{}
	for _, directory := range directories {
		files, err := filepath.Glob(filepath.Join(directory, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			comments.read(file)
		}
	}
	return comments, nil
}

func (c Comments) read(file *ast.File) {
	for _, declaration := range file.Decls {
		general, is := declaration.(*ast.GenDecl)
		if !is || general.Tok != token.TYPE {
			continue
		}
		for _, spec := range general.Specs {
			named := spec.(*ast.TypeSpec)
			name := file.Name.Name + "." + named.Name.Name
			c[name], c[anyType+named.Name.Name] = said(named.Doc, general.Doc), named.Name.Name
			structure, is := named.Type.(*ast.StructType)
			if !is {
				continue
			}
			for _, field := range structure.Fields.List {
				for _, member := range field.Names {
					c[name+"."+member.Name] = said(field.Doc, field.Comment)
					c[anyField+member.Name] = member.Name
				}
			}
		}
	}
}

// said is the first comment that there is.
func said(groups ...*ast.CommentGroup) string {
	for _, group := range groups {
		if text := group.Text(); text != "" {
			return text
		}
	}
	return ""
}

// ofType is a type's comment in the words of a stack's file, and its pages.
func (c Comments) ofType(t reflect.Type) (string, []string) {
	return c.clean(c[t.String()], t.Name(), fieldsOf(t), nil)
}

// ofField is a field's comment, or that of the struct that it holds.
func (c Comments) ofField(structure reflect.Type, field reflect.StructField) (string, []string) {
	text, name := c[structure.String()+"."+field.Name], field.Name
	if text == "" {
		t := plain(field.Type)
		for t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = plain(t.Elem())
		}
		text, name = c[t.String()], t.Name()
	}
	values := strings.Split(field.Tag.Get("enum")+","+field.Tag.Get("default"), ",")
	return c.clean(text, name, fieldsOf(structure), values)
}

// fieldsOf are the keys of a struct by the names of its fields.
func fieldsOf(t reflect.Type) map[string]string {
	keys := map[string]string{}
	if t.Kind() != reflect.Struct {
		return keys
	}
	for _, field := range reflect.VisibleFields(t) {
		if name := check.Name(field); name != "" {
			keys[field.Name] = name
		}
	}
	return keys
}

var (
	// pages are the addresses that a comment ends with.
	pages = regexp.MustCompile(`(?:^|\s+)See (https://\S+(?:(?:,| and|, and) https://\S+)*)$`)
	// goLink is a link to Go's documentation: [Network], [FargateServiceArgs.Cpu].
	goLink = regexp.MustCompile(`\[\*?(?:[a-z]+\.)?([A-Z]\w*)(?:\.(\w+))?\]`)
	// goName is a name of more than one word, as Go writes exported names.
	goName = regexp.MustCompile(`\b[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+\b`)
)

// clean turns a comment into a description: in one line, without the name that it begins
// with, without the pages that it ends with, and with keys instead of fields. It may begin
// with one of the values that it describes, as it is.
func (c Comments) clean(comment, name string, keys map[string]string, values []string) (description string, see []string) {
	text := strings.Join(strings.Fields(comment), " ")
	if found := pages.FindStringSubmatch(text); found != nil {
		for _, word := range strings.Fields(found[1]) {
			if strings.HasPrefix(word, "https://") {
				see = append(see, strings.TrimRight(word, ".,"))
			}
		}
		text = strings.TrimSuffix(text, found[0])
	}
	text = goLink.ReplaceAllStringFunc(text, func(link string) string {
		names := goLink.FindStringSubmatch(link)
		if names[2] != "" { // a field of another struct, whose key begins with a small letter
			return small(names[2])
		}
		return cmp.Or(keys[names[1]], names[1])
	})
	if rest, begins := strings.CutPrefix(text, name+" "); begins {
		switch verb, object, _ := strings.Cut(rest, " "); {
		case verb == "is" || verb == "are":
			text = object
		case strings.HasSuffix(verb, "s"): // makes, lets: the key is what does it
			text = rest
		}
	}
	text = goName.ReplaceAllStringFunc(text, func(word string) string {
		if key := keys[word]; key != "" {
			return key
		}
		if c[anyField+word] != "" && c[anyType+word] == "" {
			return small(word)
		}
		return word
	})
	return sentence(text, values), see
}

// small is a field's name as a key.
func small(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// sentence begins with a capital, unless its first word is a value or a name, and ends
// with a full stop.
func sentence(text string, values []string) string {
	if text == "" {
		return ""
	}
	first, _, _ := strings.Cut(text, " ")
	if strings.ToLower(first) == first && !slices.Contains(values, strings.Trim(first, ",.:;")) {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
