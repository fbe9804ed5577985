package world

import "strconv"

// memoryRange are the sizes of memory, in MiB, that a task of one CPU size can have.
type memoryRange struct{ from, to, step int }

// fargateSizes are the memory sizes for each CPU size, in CPU units. From
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html.
// The steps of the smallest are not even; see fargateSmallest.
var fargateSizes = map[int]memoryRange{
	512:   {1024, 4096, 1024},
	1024:  {2048, 8192, 1024},
	2048:  {4096, 16384, 1024},
	4096:  {8192, 30720, 1024},
	8192:  {16384, 61440, 4096},
	16384: {32768, 122880, 8192},
}

// fargateSmallest are the memory sizes of a task with 256 CPU units.
var fargateSmallest = map[int]bool{512: true, 1024: true, 2048: true}

// isFargateSize says whether Fargate has tasks of that CPU and memory size.
func isFargateSize(cpu, memory string) bool {
	c, err := strconv.Atoi(unitsOf(cpu))
	m, merr := strconv.Atoi(unitsOf(memory))
	if err != nil || merr != nil {
		return false
	}
	if c == 256 {
		return fargateSmallest[m]
	}
	r, ok := fargateSizes[c]
	return ok && m >= r.from && m <= r.to && (m-r.from)%r.step == 0
}
