package container

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// within runs f on a thread that is in the network namespace at path.
func within(path string, f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		// Not unlocked: the thread ends with the goroutine, so that no other
		// goroutine can ever find itself in the namespace.
		if err := enter(path); err != nil {
			done <- err
			return
		}
		done <- f()
	}()
	return <-done
}

// enter moves the calling thread to the network namespace at path.
func enter(path string) error {
	ns, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = ns.Close() }()
	if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter network namespace %s: %w", path, err)
	}
	return nil
}

// run starts a container's program and returns once it has been executed.
func (t *namespaceTask) run(s Spec, path string) {
	started := make(chan struct{})
	t.running.Go(func() {
		// The program gets the thread's namespaces, and is killed when the
		// thread ends (Pdeathsig), so this one waits for it and is not reused.
		runtime.LockOSThread()
		out := &lines{to: s.output()}
		cmd, cleanup, err := t.prepare(s, path, out)
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.stop(*s.cannotStart(s.argv()[0], err.Error(), fmt.Sprintf("container %s could not be started on this machine", s.Name)))
			close(started)
			cleanup()
			return
		}
		t.started(cmd.Process)
		close(started)
		err = cmd.Wait()
		cleanup()
		t.exited(s, err, out.flush())
	})
	<-started
}

func (t *namespaceTask) started(p *os.Process) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.processes = append(t.processes, p)
	if t.reason != nil {
		_ = p.Kill()
	}
}

// exited stops the task when an essential container has ended.
func (t *namespaceTask) exited(s Spec, err error, last string) {
	t.mu.Lock()
	closing := t.closing
	t.mu.Unlock()
	if closing || !s.Essential {
		return
	}
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			code = 128 + int(status.Signal())
		}
	}
	detail := fmt.Sprintf("container %s ended with exit code %d", s.Name, code)
	if last != "" {
		detail += ", its last line: " + last
	}
	t.stop(Stopped{Reason: "Essential container in task exited", Detail: detail})
}

// prepare puts the calling thread into the task's network namespace and into a
// mount namespace of its own, and returns the command that runs there.
func (t *namespaceTask) prepare(s Spec, path string, out *lines) (cmd *exec.Cmd, cleanup func(), err error) {
	cleanup = func() {}
	if err := enter("/run/netns/" + t.name); err != nil {
		return nil, cleanup, err
	}
	if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_NEWUTS); err != nil {
		return nil, cleanup, fmt.Errorf("unshare mount namespace: %w", err)
	}
	hostname := "ip-" + strings.ReplaceAll(t.task.Address.String(), ".", "-")
	if err := unix.Sethostname([]byte(hostname)); err != nil {
		return nil, cleanup, fmt.Errorf("set host name: %w", err)
	}
	dir, err := os.MkdirTemp("", t.runtime.layerPrefix()+"*")
	if err != nil {
		return nil, cleanup, err
	}
	// What is mounted on it is seen by this thread and the container only.
	cleanup = func() {
		_ = unix.Unmount(dir, unix.MNT_DETACH)
		_ = os.Remove(dir)
	}
	root, err := layer(dir, s.Image)
	if err != nil {
		return nil, cleanup, err
	}
	argv := s.argv()
	cmd = exec.Command(path, argv[1:]...)
	cmd.Args[0] = argv[0]
	cmd.Env = append(s.environment(), "HOSTNAME="+hostname)
	cmd.Dir = "/"
	if s.WorkingDirectory != "" {
		cmd.Dir = s.WorkingDirectory
	}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot: root, Setpgid: true, Pdeathsig: syscall.SIGKILL,
		// The first process of a namespace takes all others with it when it ends.
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC,
	}
	return cmd, cleanup, nil
}

// layer mounts on dir a copy of the machine's file system that takes writes to
// memory, and returns its root. The caller's mount namespace is its own.
func layer(dir, image string) (root string, err error) {
	root = filepath.Join(dir, "root")
	upper, work := filepath.Join(dir, "upper"), filepath.Join(dir, "work")
	if err := mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return "", err
	}
	if err := mount("tmpfs", dir, "tmpfs", 0, "mode=755"); err != nil {
		return "", err
	}
	for _, d := range []string{root, upper, work} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return "", err
		}
	}
	if err := mount("overlay", root, "overlay", 0, fmt.Sprintf("lowerdir=/,upperdir=%s,workdir=%s", upper, work)); err != nil {
		return "", err
	}
	for _, d := range []string{"/proc", "/sys", "/dev"} {
		if err := mount(d, root+d, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return "", err
		}
	}
	for _, d := range []string{"/tmp", "/run"} {
		if err := mount("tmpfs", root+d, "tmpfs", 0, ""); err != nil {
			return "", err
		}
	}
	return root, addImageFiles(root, image)
}

func mount(source, target, kind string, flags uintptr, data string) error {
	if err := unix.Mount(source, target, kind, flags, data); err != nil {
		return fmt.Errorf("mount %s on %s: %w", kind, target, err)
	}
	return nil
}

// imageLinks are symbolic links that an image has and Debian's package of the
// same program lacks: nginx's images send its logs to the container's output. See
// https://github.com/nginx/docker-nginx/blob/master/mainline/debian/Dockerfile.
var imageLinks = map[string]map[string]string{
	"nginx": {
		"/var/log/nginx/access.log": "/dev/stdout",
		"/var/log/nginx/error.log":  "/dev/stderr",
	},
}

// addImageFiles adds to a container's file system what its image would have.
func addImageFiles(root, image string) error {
	for path, to := range imageLinks[repository(image)] {
		at := root + path
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		if err := os.RemoveAll(at); err != nil {
			return err
		}
		if err := os.Symlink(to, at); err != nil {
			return err
		}
	}
	return nil
}

// repository is an image's last name: "nginx" of "registry/library/nginx:alpine".
func repository(image string) string {
	name, _, _ := strings.Cut(image, "@")
	name = name[strings.LastIndex(name, "/")+1:]
	name, _, _ = strings.Cut(name, ":")
	return name
}
