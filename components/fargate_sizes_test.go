package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"fargate-privatelink/internal/check"
)

func TestCheckFargateSize(t *testing.T) {
	for _, test := range []struct {
		name        string
		cpu, memory int
		want        string
	}{
		{"the least", 256, 512, ""},
		{"the greatest", 16384, 122880, ""},
		{"no CPU", 0, 512, "service.cpu is 0; it must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units"},
		{"a CPU between", 300, 512, "service.cpu is 300; it must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units"},
		{"too much memory", 256, 3072, "service.memory with service.cpu 256 is 3072; it must be one of 512, 1024, 2048 MiB"},
		{"too little memory", 512, 512, "service.memory with service.cpu 512 is 512; it must be one of 1024, 2048, 3072, 4096 MiB"},
		{"memory between the steps", 8192, 17408, "service.memory with service.cpu 8192 is 17408; it must be one of " +
			"16384, 20480, 24576, 28672, 32768, 36864, 40960, 45056, 49152, 53248, 57344, 61440 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var f check.Faults
			checkFargateSize("service", test.cpu, test.memory, &f)
			assertError(t, f.Err(), test.want)
		})
	}
}

// AWS's table has 74 sizes.
func TestFargateSizesAreComplete(t *testing.T) {
	count := 0
	for _, size := range fargateSizes {
		count += len(size.memory)
	}
	assert.Equal(t, 74, count)
}

// The table against what AWS says of it in words: for each number of vCPUs a least
// and a greatest memory, in GB, and the step between.
func TestFargateSizesAgreeWithAWS(t *testing.T) {
	allowed := func(cpu, memory int) bool {
		gib := memory / 1024
		if memory%1024 != 0 {
			return cpu == 256 && memory == 512
		}
		switch cpu {
		case 256:
			return gib == 1 || gib == 2
		case 512:
			return 1 <= gib && gib <= 4
		case 1024:
			return 2 <= gib && gib <= 8
		case 2048:
			return 4 <= gib && gib <= 16
		case 4096:
			return 8 <= gib && gib <= 30
		case 8192:
			return 16 <= gib && gib <= 60 && gib%4 == 0
		case 16384:
			return 32 <= gib && gib <= 120 && gib%8 == 0
		}
		return false
	}
	rapid.Check(t, func(t *rapid.T) {
		cpu := rapid.OneOf(rapid.SampledFrom([]int{256, 512, 1024, 2048, 4096, 8192, 16384}), rapid.IntRange(0, 20000)).Draw(t, "cpu")
		memory := rapid.OneOf(rapid.Map(rapid.IntRange(0, 130), func(gib int) int { return gib * 1024 }), rapid.IntRange(0, 130000)).Draw(t, "memory")
		var f check.Faults
		checkFargateSize("", cpu, memory, &f)
		if got := len(f) == 0; got != allowed(cpu, memory) {
			t.Fatalf("checkFargateSize(%d, %d) allows: %v", cpu, memory, got)
		}
	})
}
