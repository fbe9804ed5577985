package deploy

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

func cpu() (self, child time.Duration) {
	var a, b syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &a)
	_ = syscall.Getrusage(syscall.RUSAGE_CHILDREN, &b)
	f := func(r syscall.Rusage) time.Duration {
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	return f(a), f(b)
}

func TestH6(t *testing.T) {
	s := openProject(t, nil)
	for _, st := range []string{"provider", "consumer", "provider", "provider", "consumer"} {
		s0, c0 := cpu()
		w := time.Now()
		up(t, s, st)
		s1, c1 := cpu()
		fmt.Println(st, "self", s1-s0, "child", c1-c0, "wall", time.Since(w))
	}
	s0, c0 := cpu()
	w := time.Now()
	_, _ = s.Check(t.Context())
	s1, c1 := cpu()
	fmt.Println("check", "self", s1-s0, "child", c1-c0, "wall", time.Since(w))
	for _, st := range []string{"consumer", "provider"} {
		s0, c0 := cpu()
		w := time.Now()
		_, _ = s.Destroy(t.Context(), st, nil, nil)
		s1, c1 := cpu()
		fmt.Println("destroy", st, "self", s1-s0, "child", c1-c0, "wall", time.Since(w))
	}
}
