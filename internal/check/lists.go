package check

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// Lists of AWS's that are closed: what isn't there, AWS refuses. Each names its source and
// when it was read; a new entry of AWS's is a new line here.

// platformVersions are those of Fargate for Linux. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html, read in
// November 2026.
var platformVersions = []string{"LATEST", "1.4.0", "1.3.0"}

var (
	// regionLines are the Regions with their partitions.
	//go:embed data/regions.txt
	regionLines string
	partitions  = regionPartitions(lines(regionLines))
)

// lines are those of a file that say something.
func lines(text string) []string {
	all := strings.Split(text, "\n")
	return slices.DeleteFunc(all, func(line string) bool { return line == "" || strings.HasPrefix(line, "#") })
}

func regionPartitions(lines []string) map[string]string {
	of := map[string]string{}
	for _, line := range lines {
		partition, regions, _ := strings.Cut(line, " ")
		for _, region := range strings.Fields(regions) {
			of[region] = partition
		}
	}
	return of
}

// Partition is that of a Region, or "" where there is no such Region.
func Partition(region string) string { return partitions[region] }

func regionFault(value string) string {
	if partitions[value] != "" {
		return ""
	}
	return fmt.Sprintf("an AWS region such as us-east-1; there is no region %s", value)
}

func listed(allowed []string) func(string) string {
	return func(value string) string {
		if slices.Contains(allowed, value) {
			return ""
		}
		return "one of " + strings.Join(allowed, ", ")
	}
}
