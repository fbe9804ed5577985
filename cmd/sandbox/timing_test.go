package main

import (
	"testing"
	"time"

	"fargate-privatelink/sandbox/timing"
)

func TestOrderNote(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]timing.Report{
		"The order of the program is at 1.00.": {Duration: time.Minute, LowerBound: time.Minute, ComponentBound: time.Minute},
		"4s above the least are the awsx component's, which hands out a VPC only once its subnets and route tables are there too. " +
			"The order of the program itself is at 1.25.": {Duration: 80 * time.Second, LowerBound: time.Minute, ComponentBound: 64 * time.Second},
	} {
		if got := orderNote(&r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
