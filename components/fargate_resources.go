package components

import (
	"fargate-privatelink/internal/check"
)

// ContainerResourcesArgs are a container's own part of its task's CPU and memory. See
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html.
type ContainerResourcesArgs struct {
	// Cpu is the CPU that the container is sure of, in units of which 1024 are one vCPU, 1
	// to 16384 and at most the task's (default: none of its own).
	Cpu *int `pulumi:"cpu,optional" range:"1,16384"`
	// Memory is the memory in MiB beyond which the container is killed, 6 to 122880 and at
	// most the task's (default: the task's).
	Memory *int `pulumi:"memory,optional" range:"6,122880"`
	// MemoryReservation is the memory in MiB that the container is sure of, 6 to 122880 and
	// at most memory (default: none of its own).
	MemoryReservation *int `pulumi:"memoryReservation,optional" range:"6,122880"`
}

// UlimitArgs are one limit of the operating system.
type UlimitArgs struct {
	// SoftLimit is what the container begins with, 1 to 1048576, at most hardLimit.
	// Required.
	SoftLimit *int `pulumi:"softLimit" range:"1,1048576"`
	// HardLimit is what it may raise that to, 1 to 1048576. Required.
	HardLimit *int `pulumi:"hardLimit" range:"1,1048576"`
}

// Check checks that the limits go together.
func (u *UlimitArgs) Check(at check.Path, f *check.Faults) {
	if u.SoftLimit != nil && u.HardLimit != nil && *u.SoftLimit > *u.HardLimit {
		f.Say(at.Key("softLimit"), "is %d; it must be at most %s, which is %d", *u.SoftLimit, at.Key("hardLimit"), *u.HardLimit)
	}
}

// Check checks that what is reserved is there.
func (r *ContainerResourcesArgs) Check(at check.Path, f *check.Faults) {
	if r.Memory != nil && r.MemoryReservation != nil && *r.MemoryReservation > *r.Memory {
		f.Say(at.Key("memoryReservation"), "is %d; it must be at most %s, which is %d", *r.MemoryReservation, at.Key("memory"), *r.Memory)
	}
}

// checkResources refuses containers that are sure of more than the task has.
func (o *FargateServiceOptions) checkResources(at check.Path, f *check.Faults) {
	cpu, memory := 0, 0
	for _, c := range o.containers(at, "") {
		if c.Resources == nil {
			continue
		}
		resources := c.at.Key("resources")
		cpu += orZero(c.Resources.Cpu)
		if cpu > *o.Cpu {
			f.Say(resources.Key("cpu"), "comes to %d with the containers before it; all must have at most %s, which is %d", cpu, at.Key("cpu"), *o.Cpu)
		}
		if own := orZero(c.Resources.Memory); own > *o.Memory {
			f.Say(resources.Key("memory"), "is %d; it must be at most %s, which is %d", own, at.Key("memory"), *o.Memory)
		}
		// A container without a reservation is sure of its limit.
		if c.Resources.MemoryReservation != nil {
			memory += *c.Resources.MemoryReservation
		} else {
			memory += orZero(c.Resources.Memory)
		}
		if memory > *o.Memory {
			f.Say(resources, "reserves memory that comes to %d with the containers before it; all must have at most %s, which is %d",
				memory, at.Key("memory"), *o.Memory)
		}
	}
}

func orZero(number *int) int {
	if number == nil {
		return 0
	}
	return *number
}

// checkCredentials refuses credentials for what the image isn't pulled from.
func (o *FargateServiceOptions) checkCredentials(at check.Path, f *check.Faults) {
	for _, c := range o.containers(at, "") {
		image, known := plain(c.image)
		if c.RepositoryCredentialsArn == nil || !known {
			continue
		}
		path := c.at.Key("repositoryCredentialsArn")
		switch {
		case isECRImage(image):
			f.Say(path, "is set, but %s is in Amazon ECR; the execution role reads that, and no credentials", image)
		case o.PullThroughCache.Enabled:
			f.Say(path, "is set together with %s; the cache has the credentials: set its credentialArns", at.Key("pullThroughCache").Key("enabled"))
		}
	}
}
