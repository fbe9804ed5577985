package world

import (
	"encoding/json"
	"time"
)

const (
	// taskStart is from the call to a running task, with a pull of its image.
	taskStart = 84 * time.Second
	// targetRegistration is until the load balancer begins to check a new target.
	targetRegistration = 60 * time.Second
	// stopTimeout is how long ECS waits for a container to stop, unless it says.
	stopTimeout = 30 * time.Second
)

// serviceTakes is what an ECS service takes by what its target groups and its task
// definition are like: until its targets are healthy where the provider waits for
// that, and until the last connection and the last container are gone.
func serviceTakes(phase Phase, service Props, other Others) time.Duration {
	leaves := longest(service, other, deregistration) + stopping(other(service.Str("taskDefinition")))
	begins := taskStart + longest(service, other, becomingHealthy)
	switch {
	case phase == PhaseDelete:
		return leaves
	case !service.Bool("waitForSteadyState"):
		return 0
	case phase == PhaseUpdate:
		return begins + leaves // a deployment is over when the former tasks have gone
	}
	return begins
}

// longest is the longest that a target group of the service takes for something.
func longest(service Props, other Others, of func(targetGroup Props) time.Duration) time.Duration {
	var out time.Duration
	for _, b := range service.Maps("loadBalancers") {
		out = max(out, of(other(b.Str("targetGroupArn"))))
	}
	return out
}

func becomingHealthy(targetGroup Props) time.Duration {
	interval, threshold := 30, 5
	if check := targetGroup.Map("healthCheck"); check.Int("interval") > 0 {
		interval, threshold = check.Int("interval"), check.Int("healthyThreshold")
	}
	return targetRegistration + time.Duration(interval*threshold)*time.Second
}

func deregistration(targetGroup Props) time.Duration {
	if !targetGroup.Has("deregistrationDelay") {
		return 300 * time.Second
	}
	return time.Duration(targetGroup.Int("deregistrationDelay")) * time.Second
}

// stopping is the longest that a container of a task definition may take to stop.
func stopping(definition Props) time.Duration {
	var containers []containerOptions
	_ = json.Unmarshal([]byte(definition.Str("containerDefinitions")), &containers)
	var out time.Duration
	for _, c := range containers {
		wait := stopTimeout
		if c.StopTimeout != nil {
			wait = time.Duration(*c.StopTimeout) * time.Second
		}
		out = max(out, wait)
	}
	return max(out, time.Second)
}
