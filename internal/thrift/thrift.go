// Package thrift keeps tests short that run the engine. Only tests import it.
package thrift

import (
	"flag"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"
	"time"
)

// The whole of what some tests sweep takes minutes: a test run without a flag tries a
// sample of it, another one each time, and .ci/run tries everything.
var (
	whole = flag.Bool("sweep", false, "try everything that the tests take a sample of")
	seed  = flag.Uint64("sweep-seed", uint64(time.Now().UnixNano()), "which sample to try")
)

// Sample are n of what a test sweeps, or all of it with -sweep, and with the -update of packages
// that write golden files.
func Sample[T any](t *testing.T, n int, of []T) []T {
	t.Helper()
	update := flag.Lookup("update")
	if *whole || n >= len(of) || update != nil && update.Value.String() == "true" {
		return of
	}
	t.Logf("a sample of %d of %d: -sweep-seed %d tries the same, -sweep all", n, len(of), *seed)
	of = slices.Clone(of)
	rand.New(rand.NewPCG(*seed, 0)).Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
	return of[:n]
}

// SkipCheckpoints is the CLI's switch for writing the state at the end only, and not at every
// step of an operation. That takes a third of an operation's time and matters where the
// CLI is ended in the middle, and nowhere else.
const SkipCheckpoints = "PULUMI_SKIP_CHECKPOINTS"

// Frugally has the CLI write the state of each operation once, and neither it nor the tests
// collect garbage that there is room for, which took a seventh of their time. Twice as
// many tests as there are processors run at once, unless -parallel says otherwise, since some
// wait. It is for TestMain. Benchmarks measure the CLI as users have it.
func Frugally() {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() != "" {
		return
	}
	if at := flag.Lookup("test.parallel"); at.Value.String() == at.DefValue {
		_ = at.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0)))
	}
	debug.SetGCPercent(400)
	for name, value := range map[string]string{SkipCheckpoints: "true", "GOGC": "off", "GOMEMLIMIT": "512MiB"} {
		_ = os.Setenv(name, value)
	}
}
