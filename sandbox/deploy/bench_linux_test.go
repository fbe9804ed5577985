package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// BenchmarkTenants is a provider's stack with so many tenants.
func BenchmarkTenants(b *testing.B) {
	cli, err := findOnce()
	require.NoError(b, err)
	fmt.Printf("pulumi: %s\n", cli.Version()) // a line of configuration in Go's format of benchmarks
	for _, tenants := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("tenants=%d", tenants), func(b *testing.B) {
			besideFloor(b, map[string]string{"provider": providerOf(b, tenants)}, "provider")
		})
	}
}

// BenchmarkConsumers are so many consumers' stacks, as many at once as "sandbox up" runs.
func BenchmarkConsumers(b *testing.B) {
	for _, consumers := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("stacks=%d", consumers), func(b *testing.B) {
			files, names := map[string]string{"provider": providerOf(b, consumers)}, make([]string, consumers)
			for i := range names {
				names[i] = fmt.Sprintf("consumer-%d", i)
				files[names[i]] = strings.ReplaceAll(readRepository(b, "Pulumi.consumer.yaml"), "222222222222", accountOf(i))
			}
			besideFloor(b, files, names...)
		})
	}
}

// providerOf is the repository's provider with other tenants.
func providerOf(b *testing.B, tenants int) string {
	var text strings.Builder
	before, _, found := strings.Cut(readRepository(b, "Pulumi.provider.yaml"), "      acme:\n")
	require.True(b, found)
	text.WriteString(before)
	for i := range tenants {
		fmt.Fprintf(&text, "      tenant-%d: {accounts: [%q]}\n", i, accountOf(i))
	}
	return text.String()
}

func accountOf(i int) string { return strconv.Itoa(200_000_000_000 + i) }

// besideFloor goes through the life of some of a project's stacks as the sandbox does. The
// floor is that of as many stacks with as many resources of the same size, all of them log
// groups, by Automation API alone.
func besideFloor(b *testing.B, files map[string]string, stacks ...string) {
	var product size
	b.Run("product", func(b *testing.B) {
		for b.Loop() {
			product = wholeLife(b, files, nil, stacks, sandboxed)
		}
	})
	b.Run("floor", func(b *testing.B) {
		if product.resources == 0 {
			b.Skip("it is as large as what the product makes: run that too")
		}
		one := size{resources: 1}
		bare := wholeLife(b, files, func(ctx *pulumi.Context) error { return logGroups(ctx, one, 0) }, []string{"provider"}, alone)
		for b.Loop() {
			floor := wholeLife(b, files, func(ctx *pulumi.Context) error {
				if !slices.Contains(stacks, ctx.Stack()) {
					return nil
				}
				return logGroups(ctx, product, bare.bytes)
			}, stacks, alone)
			require.Equal(b, product.resources, floor.resources)
			require.InEpsilon(b, product.bytes, floor.bytes, 0.1)
		}
	})
}

// operation does something to a stack: up, preview or destroy.
type operation func(ctx context.Context, s *Sandbox, stack, what string) error

// sandboxed is as the sandbox's commands do it.
func sandboxed(ctx context.Context, s *Sandbox, stack, what string) (err error) {
	switch what {
	case "up":
		_, err = s.Up(ctx, stack, nil, nil)
	case "preview":
		_, err = s.Preview(ctx, stack, nil, false, nil)
	case "destroy":
		_, err = s.Destroy(ctx, stack, nil, nil)
	}
	return err
}

// alone is by Automation API alone.
func alone(ctx context.Context, s *Sandbox, stack, what string) error {
	opened, err := s.open(ctx, stack)
	if err != nil {
		return err
	}
	switch what {
	case "up":
		_, err = opened.Up(ctx)
	case "preview":
		_, err = opened.Preview(ctx)
	case "destroy":
		_, err = opened.Destroy(ctx)
	}
	return err
}

// size is a stack's: how many resources there are, and how many bytes of JSON in its state.
type size struct{ resources, bytes int }

// logGroups makes a stack of that size, where a log group takes so many bytes without tags.
// The state has each tag three times. It has the Go stack of each registration as well,
// which is short on a goroutine of its own: what there is for a tenant is no larger.
func logGroups(ctx *pulumi.Context, of size, bare int) error {
	const longest = 250 // what AWS allows for a tag's value
	tags := pulumi.StringMap{}
	for left := (of.bytes/of.resources - bare) / 3; left > 0; left -= longest {
		tags[fmt.Sprintf("%04d", left)] = pulumi.String(strings.Repeat("x", min(left, longest)))
	}
	var group errgroup.Group
	group.Go(func() error {
		for i := range of.resources {
			if _, err := cloudwatch.NewLogGroup(ctx, fmt.Sprintf("group-%d", i), &cloudwatch.LogGroupArgs{Tags: tags}); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// wholeLife deploys stacks, deploys and previews them with nothing to do, and destroys them,
// as many at once as "sandbox up" does. It reports how long each takes for all of them, and
// the most memory that the engines have with this process, which runs the program and AWS.
func wholeLife(b *testing.B, files map[string]string, program pulumi.RunFunc, stacks []string, do operation) size {
	cli, err := findOnce()
	require.NoError(b, err)
	s, err := Open(b.Context(), Options{Root: writeProject(b, files), Dir: b.TempDir(), Program: program, cli: cli})
	require.NoError(b, err)
	defer func() { require.NoError(b, s.Close()) }()
	if !slices.Contains(stacks, "provider") {
		require.NoError(b, do(b.Context(), s, "provider", "up"))
	}
	peak := watchMemory(b)
	timed := func(unit, what string) {
		var group errgroup.Group
		group.SetLimit(runtime.GOMAXPROCS(0))
		started := time.Now()
		for _, stack := range stacks {
			group.Go(func() error { return do(b.Context(), s, stack, what) })
		}
		require.NoError(b, group.Wait())
		b.ReportMetric(time.Since(started).Seconds(), unit)
	}
	timed("up-sec", "up")
	timed("again-sec", "up")
	timed("preview-sec", "preview")
	made := sizeOf(b, s, stacks[0])
	timed("destroy-sec", "destroy")
	b.ReportMetric(peak(), "peak-bytes")
	b.ReportMetric(float64(made.resources*len(stacks)), "resources")
	b.ReportMetric(float64(made.bytes*len(stacks)), "state-bytes")
	b.ReportMetric(0, "ns/op")
	return made
}

func sizeOf(b *testing.B, s *Sandbox, stack string) (of size) {
	state, err := s.state(b.Context(), stack)
	require.NoError(b, err)
	for _, r := range state {
		if r.Type == "pulumi:pulumi:Stack" || strings.HasPrefix(string(r.Type), "pulumi:providers:") {
			continue
		}
		text, err := json.Marshal(r)
		require.NoError(b, err)
		of.resources++
		of.bytes += len(text)
	}
	return of
}

// watchMemory looks, until it is asked, at the most memory that this process has had, and
// with it those that it runs at a time, in bytes. The kernel's own account of a process that
// has ended counts what its parent had as it began.
func watchMemory(b *testing.B) (most func() float64) {
	debug.FreeOSMemory()
	require.NoError(b, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0))
	own, err := os.Readlink("/proc/self/exe")
	require.NoError(b, err)
	end, ended := make(chan struct{}), make(chan float64)
	go func() {
		most := 0.0
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-tick.C:
				now := highWater("self")
				threads, _ := filepath.Glob("/proc/self/task/*/children")
				for _, thread := range threads {
					children, _ := os.ReadFile(thread)
					for _, pid := range strings.Fields(string(children)) {
						// One that only begins is this process still.
						if runs, _ := os.Readlink("/proc/" + pid + "/exe"); runs != own {
							now += highWater(pid)
						}
					}
				}
				most = max(most, now)
			case <-end:
				tick.Stop()
				ended <- most
				return
			}
		}
	}()
	return func() float64 { close(end); return <-ended }
}

var highWaterMark = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// highWater is the most memory that a process which runs has had, in bytes.
func highWater(pid string) float64 {
	status, _ := os.ReadFile("/proc/" + pid + "/status")
	found := highWaterMark.FindSubmatch(status)
	if found == nil { // it has ended
		return 0
	}
	kib, _ := strconv.ParseFloat(string(found[1]), 64)
	return kib * 1024
}
