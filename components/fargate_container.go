package components

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ContainerArgs are a container of a task. The first of a [FargateService]'s
// Containers is the one that the load balancer reaches; the others are its sidecars.
// See
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html.
type ContainerArgs struct {
	// Name is the container's name in the task: letters, digits, hyphens and
	// underscores, each name once (default, of the first container: the component's
	// name). Required of the others.
	Name string `pulumi:"name"`
	// Image is the container's image, such as nginx:alpine. Required.
	Image pulumi.StringInput `pulumi:"image"`
	// EntryPoint replaces the image's entry point (default: the image's).
	EntryPoint pulumi.StringArrayInput `pulumi:"entryPoint"`
	// Command replaces the image's command (default: the image's).
	Command pulumi.StringArrayInput `pulumi:"command"`
	// Environment is the container's environment, in plain text (default none).
	Environment pulumi.StringMapInput `pulumi:"environment"`
	// Secrets are variables of the environment whose values ECS reads when it starts
	// the task (default none): the ARN of an AWS Secrets Manager secret, also of one of
	// its JSON keys, or of a Systems Manager parameter. The execution role gets the
	// right to read these and no others. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html.
	Secrets map[string]pulumi.StringInput `pulumi:"secrets"`
	// Optional lets the task live on when the container ends (default false: the task
	// ends with it). The first container can't be optional.
	Optional bool `pulumi:"optional"`
	// DependsOn maps other containers to the state that they must be in before this
	// one starts: START, COMPLETE, SUCCESS or HEALTHY (default none). COMPLETE and
	// SUCCESS are for optional containers, HEALTHY for those with a HealthCheck.
	DependsOn map[string]string `pulumi:"dependsOn"`
	// HealthCheck is a command in the container that tells whether it works (default
	// none). ECS replaces a task whose essential container fails it.
	HealthCheck *ContainerHealthCheckArgs `pulumi:"healthCheck"`
	// ReadOnlyRootFilesystem keeps the container from writing to its image's files
	// (default false). It can't be together with ECS Exec, whose agent writes there.
	ReadOnlyRootFilesystem bool `pulumi:"readOnlyRootFilesystem"`
	// WritablePaths are absolute paths at which the container gets an empty volume
	// that lives as long as the task (default none): what a program with a read-only
	// root file system still has to write. It belongs to root, and only root can write
	// to it, unless the image has a directory there that User may write to and that its
	// Dockerfile declares a VOLUME: Fargate then takes over the directory's owner and
	// mode. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html and
	// https://github.com/aws/containers-roadmap/issues/938.
	WritablePaths []string `pulumi:"writablePaths"`
	// User runs the container as this user instead of the image's: a name or a number,
	// also with a group after a colon (default: the image's).
	User string `pulumi:"user"`
	// StopTimeoutSeconds is how long the container may take to stop after SIGTERM, 1
	// to 120 seconds (default: AWS's, 30).
	StopTimeoutSeconds int `pulumi:"stopTimeoutSeconds"`
}

// ContainerHealthCheckArgs are a health check that runs in the container. The zero
// value of each number stands for its default. See
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html.
type ContainerHealthCheckArgs struct {
	// Command is CMD and a program with its arguments, or CMD-SHELL and one string for
	// the container's shell. Required.
	Command []string `pulumi:"command"`
	// IntervalSeconds is the time between two checks, 5 to 300 seconds (default 30).
	IntervalSeconds int `pulumi:"intervalSeconds"`
	// TimeoutSeconds is the time after which a check has failed, 2 to 60 seconds
	// (default 5).
	TimeoutSeconds int `pulumi:"timeoutSeconds"`
	// Retries is the number of failures in a row that make the container unhealthy, 1
	// to 10 (default 3).
	Retries int `pulumi:"retries"`
	// StartPeriodSeconds is how long after its start failures don't count, 0 to 300
	// seconds (default 0).
	StartPeriodSeconds int `pulumi:"startPeriodSeconds"`
}

var containerName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

// conditions are the states of a container that another can wait for.
var conditions = []string{"START", "COMPLETE", "SUCCESS", "HEALTHY"}

func (h *ContainerHealthCheckArgs) withDefaults() *ContainerHealthCheckArgs {
	if h == nil {
		return nil
	}
	full := *h
	full.IntervalSeconds = orElse(full.IntervalSeconds, 30)
	full.TimeoutSeconds = orElse(full.TimeoutSeconds, 5)
	full.Retries = orElse(full.Retries, 3)
	return &full
}

func (h *ContainerHealthCheckArgs) check(path string) error {
	if h == nil {
		return nil
	}
	var found faults
	if len(h.Command) < 2 || !slices.Contains([]string{"CMD", "CMD-SHELL"}, h.Command[0]) {
		found.addf("%s.Command is %q; it must be CMD and a program, or CMD-SHELL and a command line", path, h.Command)
	}
	found.add(checkRange(path+".IntervalSeconds", h.IntervalSeconds, 5, 300))
	found.add(checkRange(path+".TimeoutSeconds", h.TimeoutSeconds, 2, 60))
	found.add(checkRange(path+".Retries", h.Retries, 1, 10))
	found.add(checkRange(path+".StartPeriodSeconds", h.StartPeriodSeconds, 0, 300))
	return errors.Join(found...)
}

func (c ContainerArgs) withDefaults(name string) ContainerArgs {
	c.Name = orElse(c.Name, name)
	c.HealthCheck = c.HealthCheck.withDefaults()
	if missing(c.EntryPoint) {
		c.EntryPoint = pulumi.StringArray{}
	}
	if missing(c.Command) {
		c.Command = pulumi.StringArray{}
	}
	if missing(c.Environment) {
		c.Environment = pulumi.StringMap{}
	}
	return c
}

// check checks one container by itself.
func (c ContainerArgs) check(path string) error {
	var found faults
	if !containerName.MatchString(c.Name) {
		found.addf("%s.Name is %q; it must be 1 to 255 letters, digits, hyphens and underscores", path, c.Name)
	}
	found.add(required(path+".Image", c.Image))
	for variable := range sortedMap(c.Secrets) {
		found.add(required(fmt.Sprintf("%s.Secrets[%q]", path, variable), c.Secrets[variable]))
	}
	found.add(c.HealthCheck.check(path + ".HealthCheck"))
	for i, directory := range c.WritablePaths {
		if !strings.HasPrefix(directory, "/") || directory == "/" {
			found.addf("%s.WritablePaths[%d] is %q; it must be an absolute path below /", path, i, directory)
		}
	}
	found.add(checkUnique(path+".WritablePaths", c.WritablePaths))
	if c.StopTimeoutSeconds != 0 {
		found.add(checkRange(path+".StopTimeoutSeconds", c.StopTimeoutSeconds, 1, 120))
	}
	return errors.Join(found...)
}

// checkContainers checks the containers of a task, each and all together.
func checkContainers(containers []ContainerArgs, executeCommand bool) error {
	if len(containers) == 0 {
		return fmt.Errorf("%s is empty; it must have at least the container that the load balancer reaches", "Containers")
	}
	var found faults
	byName := map[string]ContainerArgs{}
	for i, container := range containers {
		path := containerPath(i)
		found.add(container.check(path))
		if _, taken := byName[container.Name]; taken {
			found.addf("%s.Name is %q, which another container has; each name may be there once", path, container.Name)
		}
		byName[container.Name] = container
		if executeCommand && container.ReadOnlyRootFilesystem {
			found.addf("%s.ReadOnlyRootFilesystem is true, but ExecuteCommand is too; the agent of ECS Exec has to write to the container's files", path)
		}
	}
	if containers[0].Optional {
		found.addf("%s.Optional is true; it must be false, since the load balancer reaches this container", containerPath(0))
	}
	for i, container := range containers {
		found.add(container.checkDependencies(containerPath(i), byName))
	}
	if len(found) == 0 {
		found.add(checkCycles(byName))
	}
	return errors.Join(found...)
}

func containerPath(i int) string { return fmt.Sprintf("Containers[%d]", i) }

func (c ContainerArgs) checkDependencies(path string, byName map[string]ContainerArgs) error {
	var found faults
	for name, condition := range sortedMap(c.DependsOn) {
		argument := fmt.Sprintf("%s.DependsOn[%q]", path, name)
		other, there := byName[name]
		switch {
		case !there || name == c.Name:
			found.addf("%s names no other container; the containers are %s", argument, strings.Join(slices.Sorted(maps.Keys(byName)), ", "))
		case !slices.Contains(conditions, condition):
			found.add(checkOneOf(argument, condition, conditions...))
		case condition == "HEALTHY" && other.HealthCheck == nil:
			found.addf("%s is HEALTHY, but that container has no HealthCheck", argument)
		case (condition == "COMPLETE" || condition == "SUCCESS") && !other.Optional:
			found.addf("%s is %s, but that container is not Optional, so that the task would end with it", argument, condition)
		}
	}
	return errors.Join(found...)
}

// checkCycles refuses containers that wait for each other.
func checkCycles(byName map[string]ContainerArgs) error {
	started := map[string]bool{}
	for len(started) < len(byName) {
		before := len(started)
		for name, container := range byName {
			waits := func(other string) bool { return !started[other] }
			if !slices.ContainsFunc(slices.Collect(maps.Keys(container.DependsOn)), waits) {
				started[name] = true
			}
		}
		if len(started) == before {
			maps.DeleteFunc(byName, func(name string, _ ContainerArgs) bool { return started[name] })
			return fmt.Errorf("DependsOn goes round in a circle among %s; a container must not wait for itself",
				strings.Join(slices.Sorted(maps.Keys(byName)), ", "))
		}
	}
	return nil
}
