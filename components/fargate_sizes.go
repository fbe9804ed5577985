package components

import (
	"fmt"
	"slices"
)

const (
	defaultCpu    = 256
	defaultMemory = 512
)

// fargateSize is one row of AWS's table of task sizes: CPU units (1024 are one
// vCPU) and the MiB of memory that go with them.
type fargateSize struct {
	cpu    int
	memory []int
}

// fargateSizes are the sizes of a task on AWS Fargate with Linux. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size.
var fargateSizes = []fargateSize{
	{256, []int{512, 1024, 2048}},
	{512, steps(1024, 4096, 1024)},
	{1024, steps(2048, 8192, 1024)},
	{2048, steps(4096, 16384, 1024)},
	{4096, steps(8192, 30720, 1024)},
	{8192, steps(16384, 61440, 4096)},
	{16384, steps(32768, 122880, 8192)},
}

// steps returns low, low+step, … up to high.
func steps(low, high, step int) []int {
	var values []int
	for value := low; value <= high; value += step {
		values = append(values, value)
	}
	return values
}

// CheckFargateSize returns an error that names the allowed values when AWS Fargate
// has no task with cpu CPU units (1024 are one vCPU) and memory MiB. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size.
func CheckFargateSize(cpu, memory int) error {
	at := slices.IndexFunc(fargateSizes, func(size fargateSize) bool { return size.cpu == cpu })
	if at < 0 {
		cpus := make([]int, len(fargateSizes))
		for i, size := range fargateSizes {
			cpus[i] = size.cpu
		}
		return checkListed("Cpu", cpu, cpus, "CPU units")
	}
	return checkListed(fmt.Sprintf("Memory with Cpu %d", cpu), memory, fargateSizes[at].memory, "MiB")
}
