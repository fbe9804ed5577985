package container

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// openNamespaces returns a runtime of the test's own, or skips the test and says why.
func openNamespaces(t *testing.T) Runtime {
	t.Helper()
	r, err := NewNamespace(t.TempDir())
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

// output collects what a container writes.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func taskWith(specs ...Spec) Task {
	return Task{
		ID: "0123456789abcdef", VpcID: "vpc-1", VpcCIDR: netip.MustParsePrefix("10.10.0.0/16"),
		Address: netip.MustParseAddr("10.10.0.5"), Containers: specs,
	}
}

var node = netip.MustParseAddrPort("10.10.0.4:0")

func get(t *testing.T, i Instance, port int) string {
	t.Helper()
	conn, err := i.Dial(t.Context(), "tcp", node, port)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	req, err := http.NewRequest(http.MethodGet, "http://web/", nil)
	require.NoError(t, err)
	req.Close = true
	require.NoError(t, req.Write(conn))
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(body)
}

func TestNamespaceServesNginxsWelcomePage(t *testing.T) {
	r := openNamespaces(t)
	if _, err := exec.LookPath("nginx"); err != nil {
		t.Skip("nginx is not installed (Debian's package nginx)")
	}
	out := &output{}
	task := r.Start(t.Context(), taskWith(Spec{
		Name: "web", Image: "nginx:alpine", Essential: true, Output: out,
		EntryPoint: []string{"sh", "-c"}, Command: []string{`exec nginx -g "daemon off;"`},
		Ports: []Port{{80, "tcp"}},
	}))
	require.Nil(t, task.Stopped(), "%v", task.Stopped())
	require.Contains(t, get(t, task, 80), "Welcome to nginx!")
	require.Eventually(t, func() bool {
		return strings.Contains(out.String(), `10.10.0.4 - - [`) && strings.Contains(out.String(), `"GET / HTTP/1.1" 200`)
	}, 30*time.Second, 10*time.Millisecond, "the access line with the node's address: %s", out)
	_, err := task.Dial(t.Context(), "tcp", node, 81)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
}

// TestNamespaceLeavesNothingBehind: neither namespaces nor processes nor files.
func TestNamespaceLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := openNamespaces(t)
	mark := filepath.Join("/var", "fpl-test-"+filepath.Base(t.TempDir()))
	out := &output{}
	task := r.Start(t.Context(), taskWith(Spec{
		Name: "web", Image: "busybox", Essential: true, Output: out,
		Command: []string{"sh", "-c", "echo here > " + mark + "; cat " + mark + "; hostname; exec sleep 1000"},
	}))
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "here\nip-10-10-0-5\n") },
		30*time.Second, 10*time.Millisecond)
	require.Nil(t, task.Stopped())
	require.NoFileExists(t, mark, "the container writes to a layer of its own")
	prefix := r.(*namespaces).prefix
	require.NotEmpty(t, namespacesOf(t, prefix))
	require.Len(t, layersOf(t, r), 1)
	require.NoError(t, r.Close())
	require.Empty(t, namespacesOf(t, prefix))
	require.NotNil(t, task.Stopped())
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "sandbox-container-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func layersOf(t *testing.T, r Runtime) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(os.TempDir(), r.(*namespaces).layerPrefix()+"*"))
	require.NoError(t, err)
	return found
}

func namespacesOf(t *testing.T, prefix string) []string {
	t.Helper()
	found, err := filepath.Glob("/run/netns/" + prefix + "*")
	require.NoError(t, err)
	return found
}

// TestNamespaceRemovesWhatAKilledProcessLeft makes leftovers by hand.
func TestNamespaceRemovesWhatAKilledProcessLeft(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	another := openNamespaces(t)
	owner := t.TempDir()
	first, err := NewNamespace(owner)
	require.NoError(t, err)
	for _, r := range []Runtime{first, another} {
		_, err := os.MkdirTemp("", r.(*namespaces).layerPrefix()+"*")
		require.NoError(t, err)
	}
	prefix := first.(*namespaces).prefix
	require.NoError(t, ip("", "netns add "+prefix+"stale"))
	orphan := exec.Command("ip", "netns", "exec", prefix+"stale", "sleep", "1000")
	require.NoError(t, orphan.Start())
	require.Eventually(t, func() bool {
		pids, err := exec.Command("ip", "netns", "pids", prefix+"stale").Output()
		return err == nil && len(pids) > 0
	}, 30*time.Second, 10*time.Millisecond)

	second, err := NewNamespace(owner)
	require.NoError(t, err)
	require.NoError(t, second.Close())
	require.Empty(t, namespacesOf(t, prefix))
	require.Empty(t, layersOf(t, second))
	require.Len(t, layersOf(t, another), 1, "another owner's is none of its business")
	require.Error(t, orphan.Wait(), "killed")
}

func TestNamespaceSaysWhyATaskStops(t *testing.T) {
	r := openNamespaces(t)
	cases := map[string]struct {
		spec           Spec
		reason, detail string
	}{
		"no such program": {
			Spec{Name: "web", Image: "api:1", Command: []string{"no-such-program"}},
			`CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task: ` +
				`OCI runtime create failed: runc create failed: unable to start container process: ` +
				`exec: "no-such-program": executable file not found in $PATH: unknown`,
			"there is no program no-such-program on this machine; the sandbox runs this machine's programs and not the image api:1",
		},
		"no command": {
			Spec{Name: "web", Image: "api:1"},
			"CannotStartContainerError: Error response from daemon: no command specified",
			"the sandbox runs this machine's programs and has no image api:1 to take an entry point from: give container web an entryPoint or a command",
		},
		"the shell's program is missing": {
			Spec{Name: "web", Image: "api:1", EntryPoint: []string{"sh", "-c"}, Command: []string{"exec no-such-program"}},
			"Essential container in task exited",
			"container web ended with exit code 127, its last line: sh: 1: exec: no-such-program: not found",
		},
		"the program ends": {
			Spec{Name: "web", Image: "api:1", Command: []string{"sh", "-c", "echo done; exit 0"}},
			"Essential container in task exited",
			"container web ended with exit code 0, its last line: done",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.spec.Essential = true
			c.spec.Ports = []Port{{80, "tcp"}}
			task := r.Start(t.Context(), taskWith(c.spec))
			defer func() { require.NoError(t, task.Close()) }()
			stopped := task.Stopped()
			require.NotNil(t, stopped)
			require.Equal(t, c.reason, stopped.Reason)
			require.Equal(t, c.detail, stopped.Detail)
			_, err := task.Dial(t.Context(), "tcp", node, 80)
			require.ErrorIs(t, err, syscall.ECONNREFUSED)
		})
	}
}

// TestNamespacesDoNotReachEachOtherOrTheMachine: no packet leaves a fabric, and
// a task has no way to another of its VPC, to which the fabric has one.
func TestNamespacesDoNotReachEachOtherOrTheMachine(t *testing.T) {
	r := openNamespaces(t)
	outside, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, outside.Close()) }()
	require.NoError(t, connect(outside.Addr().String()), "from the machine itself")

	sleeper := Spec{Name: "web", Image: "busybox", Essential: true, Command: []string{"sleep", "1000"}}
	a := r.Start(t.Context(), taskWith(sleeper)).(*namespaceTask)
	require.Nil(t, a.Stopped())
	other := taskWith(sleeper)
	other.ID, other.Address = "fedcba9876543210", netip.MustParseAddr("10.10.0.6")
	b := r.Start(t.Context(), other).(*namespaceTask)
	require.Nil(t, b.Stopped())
	var listening net.Listener
	require.NoError(t, within("/run/netns/"+b.name, func() (err error) {
		listening, err = net.Listen("tcp", "10.10.0.6:8080")
		return err
	}))
	defer func() { require.NoError(t, listening.Close()) }()
	conn, err := b.Dial(t.Context(), "tcp", node, 8080)
	require.NoError(t, err, "from the fabric")
	require.NoError(t, conn.Close())
	require.NoError(t, within("/run/netns/"+b.name, func() error { return connect("10.10.0.6:8080") }), "from the other task itself")

	for _, to := range []string{outside.Addr().String(), "192.0.2.1:80", "10.10.0.6:8080"} {
		require.Error(t, within("/run/netns/"+a.name, func() error { return connect(to) }), to)
	}
}

// connect opens a connection from the calling thread's namespace and closes it.
func connect(to string) error {
	d := net.Dialer{Timeout: 5 * time.Second}
	c, err := d.DialContext(context.Background(), "tcp", to)
	if err == nil {
		_ = c.Close()
	}
	return err
}
