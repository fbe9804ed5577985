package provider

import (
	"bufio"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	codegenrpc "github.com/pulumi/pulumi/sdk/v3/proto/go/codegen"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const parts = root + "/examples/parts/parts"

// translations are the languages of a page's example, in its order, each with what makes it
// of the one in Pulumi's own language.
var translations = []struct{ language, fence, host string }{
	{"TypeScript", "typescript", ""},
	{"Python", "python", ""},
	{"Go", "go", ""},
	{"C#", "csharp", "pulumi-language-dotnet"},
	{"Java", "java", "pulumi-language-java"},
	{"YAML", "yaml", "pulumi-language-yaml"},
}

// translator makes the examples of the pages: of the program in Pulumi's own language, and
// of the same in Go.
type translator struct {
	t       *testing.T
	pkg     *schema.Package
	schemas string                               // the address that serves the schema
	hosts   map[string]rpc.LanguageRuntimeClient // by name; nil where it isn't on PATH
	source  []byte
	blocks  []*hclsyntax.Block
	golang  []statement
}

func newTranslator(t *testing.T) *translator {
	t.Helper()
	described := *packageSpec(t)
	described.Version = "1.0.0"
	pkg, found, err := schema.BindSpec(described, schema.NewNullLoader(), schema.ValidationOptions{})
	require.NoError(t, err)
	require.Empty(t, found)
	tr := &translator{t: t, pkg: pkg, hosts: map[string]rpc.LanguageRuntimeClient{}, golang: statements(t, parts+".go")}
	tr.source, err = os.ReadFile(parts + ".pp")
	require.NoError(t, err)
	file, faults := hclsyntax.ParseConfig(tr.source, "parts.pp", hcl.InitialPos)
	require.False(t, faults.HasErrors(), "%s", faults)
	tr.blocks = file.Body.(*hclsyntax.Body).Blocks
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	codegenrpc.RegisterLoaderServer(server, schema.NewLoaderServer(onePackage{pkg: pkg}))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	tr.schemas = listener.Addr().String()
	for _, to := range translations {
		if to.host == "" {
			continue
		}
		if tr.hosts[to.host] = tr.host(to.host); tr.hosts[to.host] == nil {
			t.Logf("%s is not on PATH: the examples in %s stay as they are", to.host, to.language)
		}
	}
	return tr
}

// onePackage finds the schema of one package, whoever asks for which.
type onePackage struct {
	schema.ReferenceLoader
	pkg *schema.Package
}

func (l onePackage) LoadPackageV2(context.Context, *schema.PackageDescriptor) (*schema.Package, error) {
	return l.pkg, nil
}

func (l onePackage) LoadPackageReferenceV2(context.Context, *schema.PackageDescriptor) (schema.PackageReference, error) {
	return l.pkg.Reference(), nil
}

// host starts a language host, if it is on PATH.
func (tr *translator) host(name string) rpc.LanguageRuntimeClient {
	tr.t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		return nil
	}
	ctx, end := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program)
	out, err := cmd.StdoutPipe()
	require.NoError(tr.t, err)
	require.NoError(tr.t, cmd.Start())
	tr.t.Cleanup(func() { end(); _ = cmd.Wait() })
	port, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(tr.t, err)
	go func() { _, _ = io.Copy(io.Discard, out) }()
	connection, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(tr.t, err)
	tr.t.Cleanup(func() { _ = connection.Close() })
	return rpc.NewLanguageRuntimeClient(connection)
}

// trailing is what some generators write at a line's end.
var trailing = regexp.MustCompile(`[ \t]+\n`)

// example is a component's, in all languages. Where a language's host isn't there, it is
// what the page has.
func (tr *translator) example(component, page string) string {
	tr.t.Helper()
	source, name := tr.part(component)
	var b strings.Builder
	b.WriteString("\n## Example\n")
	for _, to := range translations {
		var text string
		switch {
		case to.language == "Go":
			text = tr.inGo(name)
		case to.host == "":
			text = tr.generated(to.fence, source)
		case tr.hosts[to.host] != nil:
			text = tr.asked(to.host, source)
		default:
			had := regexp.MustCompile("(?s)```" + to.fence + "\n(.*?)```").FindStringSubmatch(page)
			require.NotNil(tr.t, had, "%s is not on PATH: .ci/run builds it from tools", to.host)
			text = had[1]
		}
		text = trailing.ReplaceAllString(strings.TrimSpace(text), "\n")
		fmt.Fprintf(&b, "\n%s:\n\n```%s\n%s\n```\n", to.language, to.fence, text)
	}
	return b.String()
}

// part is what makes a component in Pulumi's own language, with all that it refers to, and
// the component's name there.
func (tr *translator) part(component string) (source, name string) {
	tr.t.Helper()
	byName, needed := map[string]*hclsyntax.Block{}, map[string]bool{}
	for _, block := range tr.blocks {
		byName[block.Labels[0]] = block
	}
	at := slices.IndexFunc(tr.blocks, func(block *hclsyntax.Block) bool { return block.Labels[1] == Name+":index:"+component })
	require.GreaterOrEqual(tr.t, at, 0, "examples/parts/parts.pp has no %s", component)
	needs(byName, tr.blocks[at], needed)
	for _, block := range tr.blocks { // in the program's order
		if needed[block.Labels[0]] {
			source += string(block.Range().SliceBytes(tr.source)) + "\n\n"
		}
	}
	return source, tr.blocks[at].Labels[0]
}

// needs adds a block, and those that it refers to.
func needs(blocks map[string]*hclsyntax.Block, block *hclsyntax.Block, needed map[string]bool) {
	needed[block.Labels[0]] = true
	_ = hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
		if reference, is := node.(*hclsyntax.ScopeTraversalExpr); is {
			if of := blocks[reference.Traversal.RootName()]; of != nil && !needed[of.Labels[0]] {
				needs(blocks, of, needed)
			}
		}
		return nil
	})
}

// generated is a program in a language whose generator is in Pulumi's package.
func (tr *translator) generated(fence, source string) string {
	tr.t.Helper()
	parsed := syntax.NewParser()
	require.NoError(tr.t, parsed.ParseFile(strings.NewReader(source), "main.pp"))
	require.Empty(tr.t, parsed.Diagnostics)
	program, faults, err := pcl.BindProgram(parsed.Files, onePackage{pkg: tr.pkg})
	require.NoError(tr.t, err)
	require.Empty(tr.t, faults, "%s\n%s", source, faults)
	generate := map[string]func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error){
		"typescript": nodejs.GenerateProgram, "python": python.GenerateProgram,
	}[fence]
	files, faults, err := generate(program)
	require.NoError(tr.t, err)
	require.Empty(tr.t, faults, "%s", faults)
	require.Len(tr.t, files, 1)
	return string(slices.Collect(maps.Values(files))[0])
}

// asked is a program that a language's host has generated.
func (tr *translator) asked(host, source string) string {
	tr.t.Helper()
	answer, err := tr.hosts[host].GenerateProgram(tr.t.Context(), &rpc.GenerateProgramRequest{
		Source: map[string]string{"main.pp": source}, LoaderTarget: tr.schemas, Strict: true,
	})
	require.NoError(tr.t, err, host)
	require.Empty(tr.t, answer.GetDiagnostics(), host)
	require.Len(tr.t, answer.GetSource(), 1, host)
	text := string(slices.Collect(maps.Values(answer.GetSource()))[0])
	// Java's generator takes a component's options for a resource's.
	return strings.ReplaceAll(text, "CustomResourceOptions", "ComponentResourceOptions")
}

// statement is one of the Go program's, with the check of its error.
type statement struct {
	text    string
	defines string
	names   map[string]bool // all that it has, also in quotes
}

func statements(t *testing.T, name string) (all []statement) {
	t.Helper()
	text, err := os.ReadFile(filepath.Clean(name))
	require.NoError(t, err)
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, text, 0)
	require.NoError(t, err)
	for _, node := range file.Scope.Lookup("Program").Decl.(*ast.FuncDecl).Body.List {
		of := statement{names: map[string]bool{}}
		of.text = string(text[files.Position(node.Pos()).Offset:files.Position(node.End()).Offset])
		if condition, is := node.(*ast.IfStmt); is && condition.Init == nil {
			all[len(all)-1].text += "\n\t" + of.text
			continue
		}
		if assigned, is := node.(*ast.AssignStmt); is {
			of.defines = assigned.Lhs[0].(*ast.Ident).Name
		}
		ast.Inspect(node, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				of.names[n.Name] = true
			case *ast.BasicLit:
				of.names[n.Value] = true
			}
			return true
		})
		all = append(all, of)
	}
	return all
}

// inGo is what makes a component in Go, with all that it refers to.
func (tr *translator) inGo(name string) string {
	tr.t.Helper()
	made := slices.IndexFunc(tr.golang, func(of statement) bool { return of.names[strconv.Quote(name)] })
	require.GreaterOrEqual(tr.t, made, 0, "examples/parts/parts.go has no %q", name)
	shown, used := []string{tr.golang[made].text}, maps.Clone(tr.golang[made].names)
	for _, before := range slices.Backward(tr.golang[:made]) {
		if before.defines != "" && used[before.defines] {
			shown = append(shown, before.text)
			maps.Copy(used, before.names)
		}
	}
	slices.Reverse(shown)
	return strings.ReplaceAll(strings.Join(shown, "\n"), "\n\t", "\n")
}
