package deploy

import (
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// BenchmarkEngine is what a run of the engine takes: the floor is a program that makes
// nothing, then the provider's stack for the first time, and with nothing to do. All
// with the Pulumi CLI as "sandbox up" runs it.
func BenchmarkEngine(b *testing.B) {
	b.Run("floor: nothing to make", func(b *testing.B) {
		s := openBenchmark(b, func(*pulumi.Context) error { return nil })
		for b.Loop() {
			run(b, s)
		}
	})
	b.Run("provider, first up", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			s := openBenchmark(b, nil)
			b.StartTimer()
			b.ReportMetric(float64(run(b, s).Changes["create"]), "resources")
		}
	})
	b.Run("provider, nothing to do", func(b *testing.B) {
		s := openBenchmark(b, nil)
		run(b, s)
		for b.Loop() {
			run(b, s)
		}
	})
	b.Run("provider, preview", func(b *testing.B) {
		s := openBenchmark(b, nil)
		run(b, s)
		for b.Loop() {
			_, err := s.Preview(b.Context(), "provider", nil, false, nil)
			require.NoError(b, err)
		}
	})
}

func openBenchmark(b *testing.B, program pulumi.RunFunc) *Sandbox {
	s, err := Open(b.Context(), Options{Root: repository, Dir: b.TempDir(), Program: program, Tools: repository, Log: os.Stderr})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	return s
}

func run(b *testing.B, s *Sandbox) *Result {
	res, err := s.Up(b.Context(), "provider", nil, nil)
	require.NoError(b, err)
	return res
}
