package container

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"fargate-privatelink/sandbox/internal/child"
)

// namespaces is the runtime that NewNamespace returns. Each task has a network
// namespace with its own address on eth0; each VPC one more, the fabric, which
// holds the addresses that connect to its tasks, the load balancer's nodes.
// A pair of virtual interfaces leads from each task to its fabric, and nothing
// leads out of a fabric, so no traffic leaves the machine.
type namespaces struct {
	prefix string

	mu      sync.Mutex
	fabrics map[string]*fabric
	tasks   map[*namespaceTask]bool
}

// NewNamespace returns the runtime that runs the task definitions' own commands
// as processes of this machine, each task in a network namespace of its own and
// each container on a copy of the machine's file system that is thrown away.
// Owner tells the namespaces and directories of one sandbox from another's; those that
// an earlier process of the same owner left are removed. It returns an error
// without root, or where iproute2 is not installed.
func NewNamespace(owner string) (Runtime, error) {
	if err := NamespaceSupported(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(owner))
	r := &namespaces{
		prefix:  "fpl" + hex.EncodeToString(sum[:4]) + "-",
		fabrics: map[string]*fabric{}, tasks: map[*namespaceTask]bool{},
	}
	if err := r.removeLeftovers(); err != nil {
		return nil, err
	}
	return r, nil
}

// NamespaceSupported says why this machine can't run NewNamespace's runtime, or nil.
func NamespaceSupported() error {
	if os.Geteuid() != 0 {
		return errors.New("runtime namespace needs root to make network namespaces; use --runtime echo")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		return errors.New("runtime namespace needs the program ip (Debian's package iproute2); use --runtime echo")
	}
	probe := fmt.Sprintf("fplprobe-%d", os.Getpid())
	if err := ip("", "netns add "+probe, "netns delete "+probe); err != nil {
		return fmt.Errorf("runtime namespace needs the right to make network namespaces; use --runtime echo: %w", err)
	}
	return nil
}

// layerPrefix is how the names of the directories begin on which containers' file
// systems are mounted.
func (r *namespaces) layerPrefix() string { return "sandbox-container-" + r.prefix }

func (r *namespaces) Name() string { return NamespaceName }

// fabric is the namespace of a VPC.
type fabric struct {
	name string

	mu        sync.Mutex
	addresses map[netip.Addr]bool
}

// Start starts a task. How long it waits for its ports is startTimeout.
func (r *namespaces) Start(ctx context.Context, t Task) Instance {
	task := &namespaceTask{runtime: r, task: t, name: r.prefix + t.ID[:min(8, len(t.ID))], stopped: make(chan struct{})}
	paths := make([]string, len(t.Containers))
	for i, s := range t.Containers {
		path, why := s.program()
		if why != nil {
			task.stop(*why)
			return task
		}
		paths[i] = path
	}
	if err := r.connect(task); err != nil {
		task.stop(Stopped{Reason: "ResourceInitializationError: failed to create the task's network namespace", Detail: err.Error()})
		return task
	}
	for i, s := range t.Containers {
		task.run(s, paths[i])
	}
	task.awaitPorts(ctx)
	return task
}

// connect makes the task's namespace and its way to the fabric.
func (r *namespaces) connect(t *namespaceTask) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, err := r.fabric(t.task.VpcID)
	if err != nil {
		return err
	}
	r.tasks[t], t.fabric = true, f
	link := t.link()
	err = ip("", "netns add "+t.name, fmt.Sprintf("link add %s netns %s type veth peer name eth0 netns %s", link, f.name, t.name))
	if err != nil {
		return err
	}
	err = ip(f.name, "link set "+link+" up", fmt.Sprintf("route add %s/32 dev %s", t.task.Address, link))
	if err != nil {
		return err
	}
	return ip(t.name, "link set lo up", fmt.Sprintf("address add %s/32 dev eth0", t.task.Address), "link set eth0 up",
		fmt.Sprintf("route add %s dev eth0", t.task.VpcCIDR))
}

// fabric returns the namespace of a VPC. The caller holds mu.
func (r *namespaces) fabric(vpcID string) (*fabric, error) {
	if f := r.fabrics[vpcID]; f != nil {
		return f, nil
	}
	sum := sha256.Sum256([]byte(vpcID))
	f := &fabric{name: r.prefix + "vpc" + hex.EncodeToString(sum[:4]), addresses: map[netip.Addr]bool{}}
	if err := ip("", "netns add "+f.name); err != nil {
		return nil, err
	}
	r.fabrics[vpcID] = f
	return f, ip(f.name, "link set lo up")
}

// hold gives the fabric an address to connect from.
func (f *fabric) hold(a netip.Addr) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.addresses[a] {
		return nil
	}
	if err := ip(f.name, fmt.Sprintf("address replace %s/32 dev lo", a)); err != nil {
		return err
	}
	f.addresses[a] = true
	return nil
}

// Close stops every task and removes the namespaces.
func (r *namespaces) Close() error {
	r.mu.Lock()
	tasks := make([]*namespaceTask, 0, len(r.tasks))
	for t := range r.tasks {
		tasks = append(tasks, t)
	}
	r.mu.Unlock()
	var stopping sync.WaitGroup
	failures := make([]error, len(tasks))
	for i, t := range tasks {
		stopping.Go(func() { failures[i] = t.Close() })
	}
	stopping.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, f := range r.fabrics {
		failures = append(failures, ip("", "netns delete "+f.name))
		delete(r.fabrics, id)
	}
	return errors.Join(failures...)
}

// removeLeftovers removes what a killed process of the same owner left: its
// namespaces, with the processes in them, which die with it in any case, and the
// directories that its containers' file systems were mounted on.
func (r *namespaces) removeLeftovers() error {
	if err := r.removeNamespaces(); err != nil {
		return err
	}
	layers, err := filepath.Glob(filepath.Join(os.TempDir(), r.layerPrefix()+"*"))
	if err != nil {
		return err
	}
	for _, dir := range layers {
		_ = os.Remove(dir) // it is empty: what was mounted there ended with its process
	}
	return nil
}

func (r *namespaces) removeNamespaces() error {
	entries, err := os.ReadDir("/run/netns")
	if err != nil {
		return nil // there has never been a namespace
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), r.prefix) {
			continue
		}
		pids, err := runIP("", "netns", "pids", e.Name())
		if err == nil {
			for _, field := range strings.Fields(pids) {
				if pid, err := strconv.Atoi(field); err == nil {
					_ = syscall.Kill(pid, syscall.SIGKILL)
				}
			}
		}
		if err := ip("", "netns delete "+e.Name()); err != nil {
			return err
		}
	}
	return nil
}

// ip runs commands of iproute2 in a namespace, or in the machine's own.
func ip(namespace string, commands ...string) error {
	args := []string{"-batch", "-"}
	if namespace != "" {
		args = append([]string{"-n", namespace}, args...)
	}
	if out, err := runIP(strings.Join(commands, "\n")+"\n", args...); err != nil {
		return fmt.Errorf("ip %s: %s (%w)", strings.Join(commands, "; "), strings.TrimSpace(out), err)
	}
	return nil
}

// ipPatience is how long the program ip may take.
const ipPatience = 30 * time.Second

func runIP(stdin string, args ...string) (string, error) {
	var out bytes.Buffer
	err := child.Run(context.Background(), ipPatience, func(cmd *exec.Cmd) {
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &out
	}, "ip", args...)
	return out.String(), err
}

// namespaceTask is a task whose containers are processes.
type namespaceTask struct {
	runtime *namespaces
	task    Task
	name    string
	fabric  *fabric // nil where the namespaces could not be made

	running sync.WaitGroup

	mu        sync.Mutex
	closing   bool
	processes []*os.Process
	reason    *Stopped
	stopped   chan struct{}
}

// link is the fabric's end of the way to the task.
func (t *namespaceTask) link() string { return "v" + strings.TrimPrefix(t.name, t.runtime.prefix) }

func (t *namespaceTask) Stopped() *Stopped {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reason
}

// stop notes why the task stops and ends its containers.
func (t *namespaceTask) stop(why Stopped) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reason != nil {
		return
	}
	t.reason = &why
	close(t.stopped)
	for _, p := range t.processes {
		_ = p.Kill()
	}
}

// Dial connects from an address in the fabric to the task's.
func (t *namespaceTask) Dial(ctx context.Context, network string, from netip.AddrPort, port int) (conn net.Conn, err error) {
	if t.Stopped() != nil || t.fabric == nil {
		return nil, fmt.Errorf("dial %s %s:%d: %w", network, t.task.Address, port, syscall.ECONNREFUSED)
	}
	if err := t.fabric.hold(from.Addr()); err != nil {
		return nil, err
	}
	d := net.Dialer{}
	if network == "udp" {
		d.LocalAddr = net.UDPAddrFromAddrPort(from)
	} else {
		d.LocalAddr = net.TCPAddrFromAddrPort(from)
	}
	err = within("/run/netns/"+t.fabric.name, func() (err error) {
		conn, err = d.DialContext(ctx, network, netip.AddrPortFrom(t.task.Address, uint16(port)).String())
		return err
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// startTimeout is how long a starting task may take until it listens.
const startTimeout = 10 * time.Second

// awaitPorts returns once every TCP port that the containers map is listened on,
// the task has stopped, or the time is up. The address that it connects from is
// the VPC's router's, which no load balancer has.
func (t *namespaceTask) awaitPorts(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	router := netip.AddrPortFrom(t.task.VpcCIDR.Masked().Addr().Next(), 0)
	for _, s := range t.task.Containers {
		for _, p := range s.Ports {
			for p.Protocol == "tcp" && t.Stopped() == nil && ctx.Err() == nil {
				conn, err := t.Dial(ctx, "tcp", router, p.Number)
				if err == nil {
					_ = conn.Close()
					break
				}
				select {
				case <-time.After(20 * time.Millisecond):
				case <-t.stopped:
				case <-ctx.Done():
				}
			}
		}
	}
}

// stopTimeout is how long a container may take to end after SIGTERM. ECS's own
// default is 30 seconds.
const stopTimeout = 2 * time.Second

// Close ends the task's containers, first with SIGTERM as ECS does, and removes
// its namespace.
func (t *namespaceTask) Close() error {
	t.mu.Lock()
	t.closing = true
	processes := t.processes
	t.mu.Unlock()
	for _, p := range processes {
		_ = p.Signal(syscall.SIGTERM)
	}
	ended := make(chan struct{})
	go func() { t.running.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(stopTimeout):
		for _, p := range processes {
			_ = p.Kill()
		}
		<-ended
	}
	t.stop(Stopped{Reason: "Task stopped by the sandbox"})
	t.runtime.mu.Lock()
	defer t.runtime.mu.Unlock()
	if !t.runtime.tasks[t] {
		return nil
	}
	delete(t.runtime.tasks, t)
	// The kernel takes its time to remove a namespace; what leads to it goes at once.
	return errors.Join(ip(t.fabric.name, "link delete "+t.link()), ip("", "netns delete "+t.name))
}
