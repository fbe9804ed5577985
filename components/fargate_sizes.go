package components

import (
	"slices"

	"fargate-privatelink/internal/check"
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

// checkFargateSize checks that AWS Fargate has a task with cpu CPU units (1024 are one
// vCPU) and memory MiB. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size.
func checkFargateSize(at check.Path, cpu, memory int, f *check.Faults) {
	var cpus []int
	for _, size := range fargateSizes {
		if size.cpu == cpu {
			if !slices.Contains(size.memory, memory) {
				f.Say(at.Key("memory"), "with %s %d is %d; it must be one of %s MiB", at.Key("cpu"), cpu, memory, numbers(size.memory))
			}
			return
		}
		cpus = append(cpus, size.cpu)
	}
	listed(at.Key("cpu"), cpu, cpus, "CPU units", f)
}
