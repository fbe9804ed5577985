package main

import (
	"testing"
	"time"

	"fargate-privatelink/sandbox/timing"
)

func TestComponentNote(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]timing.Report{
		"": {Duration: time.Minute, LowerBound: time.Minute, Bare: time.Minute},
		"At least: by what each resource needs. 4s of it are the awsx component's, which hands out a VPC only once its subnets and " +
			"route tables are there too.": {Duration: 80 * time.Second, LowerBound: 64 * time.Second, Bare: time.Minute},
	} {
		if got := componentNote(&r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
