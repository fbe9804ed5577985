package vnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fargate-privatelink/sandbox/container"
	"fargate-privatelink/sandbox/world"
)

// Options say how a network behaves.
type Options struct {
	// Runtime runs the tasks' containers (default: the sandbox's responder). The
	// network closes it.
	Runtime container.Runtime
	// ConnectTimeout is how long a client waits for an answer that does not come,
	// unless its context ends before (default 10 seconds).
	ConnectTimeout time.Duration
	// OnLog is told of each event that a container logs, as it happens (default:
	// nobody). It must not block.
	OnLog func(world.LogEvent)
}

// Network is the simulated network of one world, with its tasks running. Its
// methods are safe for concurrent use.
type Network struct {
	world     *world.World
	runtime   container.Runtime
	timeout   time.Duration
	logs      *logSink
	authority *authority
	ports     atomic.Uint32 // source ports given out
	dials     atomic.Uint32

	// lifetime ends when the network closes, and Close waits for what is in background.
	lifetime   context.Context
	end        context.CancelFunc
	background sync.WaitGroup

	mu       sync.Mutex
	tasks    map[string]*task
	answers  map[question]answer
	checkers map[checked]*checker
	held     map[*heldConn]bool
	closed   bool
}

// task is a running task's containers. Started is closed once instance is set.
type task struct {
	started  chan struct{}
	instance container.Instance
}

// answer is what a task said to a question, and until when that holds.
type answer struct {
	why   string
	until time.Time
}

// answerHolds is how long it is taken for granted that a port takes connections,
// or doesn't. A connection meets that anew each time; a path that is traced and
// then tried out need not ask twice.
const answerHolds = 2 * time.Second

// Open starts the network of a world. The tasks start with the first connection.
func Open(w *world.World, opts Options) (*Network, error) {
	if opts.Runtime == nil {
		opts.Runtime = container.NewResponder()
	}
	if opts.ConnectTimeout == 0 {
		opts.ConnectTimeout = 10 * time.Second
	}
	ca, err := openAuthority(w)
	if err != nil {
		return nil, err
	}
	n := &Network{
		world: w, runtime: opts.Runtime, timeout: opts.ConnectTimeout, authority: ca,
		logs:  &logSink{world: w, tap: opts.OnLog},
		tasks: map[string]*task{}, answers: map[question]answer{}, checkers: map[checked]*checker{},
		held: map[*heldConn]bool{},
	}
	n.lifetime, n.end = context.WithCancel(context.Background())
	return n, nil
}

// Close stops the tasks and writes what they have logged.
func (n *Network) Close() error {
	n.mu.Lock()
	n.closed = true
	tasks := slices.Collect(maps.Values(n.tasks))
	n.mu.Unlock()
	n.end()
	var closing sync.WaitGroup
	for _, t := range tasks {
		closing.Go(func() {
			<-t.started
			_ = t.instance.Close()
		})
	}
	closing.Wait()
	n.background.Wait()
	err := n.runtime.Close()
	if flushed := n.logs.flush(); err == nil {
		err = flushed
	}
	return err
}

// errClosed is what a network says that doesn't carry anything any more.
var errClosed = errors.New("the network is closed")

// inBackground runs what the network waits for when it closes.
func (n *Network) inBackground(f func()) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return errClosed
	}
	n.background.Go(f)
	return nil
}

// route decides about a flow. The flow is followed until nothing is unknown:
// what only the running tasks can tell is found out in between, outside of the
// world's transaction.
func (n *Network) route(ctx context.Context, f flow) (r route, err error) {
	for range 10 {
		if err := n.keepTasks(ctx); err != nil {
			return r, err
		}
		known := n.known()
		err := n.world.View(func(tx *world.Tx) error {
			f.destination = atAddress(tx, f.client.VpcID, f.ip)
			r = follow(tx, known, f)
			return nil
		})
		if err != nil || known.complete() {
			return r, err
		}
		if err := n.findOut(ctx, known); err != nil {
			return r, err
		}
	}
	return r, fmt.Errorf("the tasks change faster than the path can be followed")
}

// keepTasks starts the tasks that ECS runs and stops those that it doesn't any
// more, and returns once all are started. It ends the connections that are not carried
// any more too.
func (n *Network) keepTasks(ctx context.Context) error {
	wanted, carried := map[string]container.Task{}, n.heldEndpoints()
	err := n.world.View(func(tx *world.Tx) error {
		for id := range carried {
			e, _ := tx.Endpoint(id)
			carried[id] = e.State == world.StateAvailable
		}
		for _, t := range tx.RunningTasks() {
			wanted[t.ARN] = n.specOf(tx, t)
		}
		return nil
	})
	if err != nil {
		return err
	}
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return errClosed
	}
	var stale []*task
	for arn, t := range n.tasks {
		if _, ok := wanted[arn]; !ok {
			stale = append(stale, t)
			delete(n.tasks, arn)
		}
	}
	n.endCheckers()
	all := make([]*task, 0, len(wanted))
	for arn, spec := range wanted {
		t := n.tasks[arn]
		if t == nil {
			t = &task{started: make(chan struct{})}
			n.tasks[arn] = t
			go func() {
				t.instance = n.runtime.Start(context.WithoutCancel(ctx), spec)
				close(t.started)
			}()
		}
		all = append(all, t)
	}
	ended := n.release(carried)
	n.mu.Unlock()
	for _, c := range ended {
		_ = c.Conn.Close()
	}
	for _, t := range stale {
		<-t.started
		_ = t.instance.Close()
	}
	for _, t := range all {
		select {
		case <-t.started:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// specOf is what a runtime needs to know of a task.
func (n *Network) specOf(tx *world.Tx, t world.Task) container.Task {
	v, _ := tx.VPC(t.Interface.VpcID)
	spec := container.Task{ID: t.ID, VpcID: v.ID, VpcCIDR: v.CIDR, Address: t.Interface.PrivateIP}
	for _, c := range tx.ContainerSettings(t.TaskDefinitionARN) {
		s := container.Spec{
			Name: c.Name, Image: c.Image, EntryPoint: c.EntryPoint, Command: c.Command,
			WorkingDirectory: c.WorkingDirectory, Essential: c.IsEssential(),
			Output: n.output(t, c),
		}
		for _, v := range c.Environment {
			s.Environment = append(s.Environment, v.Name+"="+v.Value)
		}
		for _, m := range c.PortMappings {
			protocol := m.Protocol
			if protocol == "" {
				protocol = "tcp"
			}
			s.Ports = append(s.Ports, container.Port{Number: m.ContainerPort, Protocol: protocol})
		}
		spec.Containers = append(spec.Containers, s)
	}
	return spec
}

// output is where a container's output goes: its log stream, or nowhere.
func (n *Network) output(t world.Task, c world.ContainerSettings) io.Writer {
	group, stream := c.LogStream(t.ID)
	if group == "" {
		return io.Discard
	}
	return &logStream{sink: n.logs, group: world.LogGroup{Account: t.Account, Region: t.Region, Name: group}, name: stream}
}

// known is what is known of the tasks now.
func (n *Network) known() *live {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &live{answers: map[question]string{}, verdicts: map[checked]verdict{}, stops: map[string]string{}}
	for arn, t := range n.tasks {
		select {
		case <-t.started:
			if s := t.instance.Stopped(); s != nil {
				l.stops[arn] = s.String()
			}
		default:
		}
	}
	now := time.Now()
	for q, a := range n.answers {
		if now.After(a.until) {
			delete(n.answers, q)
			continue
		}
		l.answers[q] = a.why
	}
	for of, c := range n.checkers {
		select {
		case <-c.answered:
			l.verdicts[of] = verdict{c.check, c.why}
		default:
		}
	}
	return l
}

// findOut asks the tasks what is missing, all at once.
func (n *Network) findOut(ctx context.Context, l *live) error {
	var asking sync.WaitGroup
	for _, c := range l.unchecked {
		asking.Go(func() { n.awaitHealth(ctx, c) })
	}
	for _, q := range l.missing {
		asking.Go(func() {
			why := n.ask(ctx, q)
			n.mu.Lock()
			defer n.mu.Unlock()
			n.answers[q] = answer{why, time.Now().Add(answerHolds)}
		})
	}
	asking.Wait()
	return ctx.Err()
}

// instance returns the containers of a task, or nil.
func (n *Network) instance(taskARN string) container.Instance {
	n.mu.Lock()
	t := n.tasks[taskARN]
	n.mu.Unlock()
	if t == nil {
		return nil
	}
	<-t.started
	return t.instance
}
