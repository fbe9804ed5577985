package components

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// ContainerArgs are what a container of a task is besides its image. See
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html.
type ContainerArgs struct {
	// EntryPoint replaces the image's entry point: 1 to 1000 words (default: the image's).
	EntryPoint pulumi.StringArrayInput `pulumi:"entryPoint,optional" len:"1,1000"`
	// Command replaces the image's command: 1 to 1000 words (default: the image's).
	Command pulumi.StringArrayInput `pulumi:"command,optional" len:"1,1000"`
	// Environment is the container's environment, in plain text (default none). A key
	// is a variable's name: letters, digits, underscores, dots and hyphens, with no digit
	// first.
	Environment pulumi.StringMapInput `pulumi:"environment,optional" keys:"variable"`
	// Secrets are variables of the environment whose values ECS reads when it starts
	// the task (default none): the ARN of an AWS Secrets Manager secret, also of one of
	// its JSON keys, or of a Systems Manager parameter. The execution role gets the
	// right to read these and no others. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html.
	Secrets map[string]pulumi.StringInput `pulumi:"secrets,optional" keys:"variable" form:"secret"`
	// DependsOn maps other containers to the state that they must be in before this
	// one starts: START, COMPLETE, SUCCESS or HEALTHY (default none). COMPLETE and
	// SUCCESS are for optional containers, HEALTHY for those with a healthCheck.
	DependsOn map[string]string `pulumi:"dependsOn,optional" enum:"START,COMPLETE,SUCCESS,HEALTHY"`
	// HealthCheck is a command in the container that tells whether it works (default
	// none). ECS replaces a task whose essential container fails it.
	HealthCheck *ContainerHealthCheckArgs `pulumi:"healthCheck,optional"`
	// RestartPolicy lets ECS restart the container when it exits, without replacing
	// the task (default none: the task is replaced, unless the container is optional).
	RestartPolicy *RestartPolicyArgs `pulumi:"restartPolicy,optional"`
	// ReadOnlyRootFilesystem keeps the container from writing to its image's files
	// (default false, and true where the side is hardened). It can't be together with
	// executeCommand, whose agent writes there.
	ReadOnlyRootFilesystem *bool `pulumi:"readOnlyRootFilesystem,optional"`
	// WritablePaths are absolute paths, each once and none in /proc, /sys or /dev, at which
	// the container gets an empty volume that lives as long as the task (default none):
	// what a program with a read-only
	// root file system still has to write. It belongs to root, and only root can write
	// to it, unless the image has a directory there that the user may write to and that
	// its Dockerfile declares a VOLUME: Fargate then takes over the directory's owner and
	// mode. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html and
	// https://github.com/aws/containers-roadmap/issues/938.
	WritablePaths []string `pulumi:"writablePaths,optional" form:"directory" unique:"true"`
	// User runs the container as this user instead of the image's: a name or a number,
	// also with a group after a colon (default: the image's, and 10001:10001 where the side
	// is hardened).
	User string `pulumi:"user,optional" form:"user"`
	// MountPoints are where the container finds the task's volumes, by the absolute path in
	// the container (default nowhere).
	MountPoints map[string]MountPointArgs `pulumi:"mountPoints,optional" keys:"directory" len:"1,50"`
	// Resources are the container's own part of the task's CPU and memory (default: it
	// shares all of it with the others).
	Resources *ContainerResourcesArgs `pulumi:"resources,optional"`
	// Ulimits are the container's limits of the operating system, by name (default:
	// AWS's). On Fargate there is one that can be set, nofile: the number of open files.
	// See
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html.
	Ulimits map[string]UlimitArgs `pulumi:"ulimits,optional" keys:"ulimit" len:"1,1"`
	// InitProcess runs a process in the container that passes signals on and reaps
	// children that have ended (default false, and true with executeCommand). See
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html.
	InitProcess bool `pulumi:"initProcess,optional"`
	// Logging says where the container's output goes (default: to the service's log
	// group).
	Logging *LoggingArgs `pulumi:"logging,optional" default:"{}"`
	// RepositoryCredentialsArn is an AWS Secrets Manager secret with the username and
	// password of the image's registry, where that is neither public nor Amazon ECR
	// (default none). The execution role gets the right to read it. See
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html.
	RepositoryCredentialsArn pulumi.StringInput `pulumi:"repositoryCredentialsArn,optional" form:"secretsManagerSecret"`
	// StopTimeoutSeconds is how long the container may take to stop after SIGTERM, 2
	// to 120 seconds (default: AWS's, 30).
	StopTimeoutSeconds *int `pulumi:"stopTimeoutSeconds,optional" range:"2,120"`
}

// SidecarArgs are a container beside the service's own.
type SidecarArgs struct {
	// Image is the container's image, such as fluent/fluent-bit:3.2. Required.
	Image pulumi.StringInput `pulumi:"image" form:"image"`
	ContainerArgs
	// Optional lets the task live on when the container ends (default false: the task
	// ends with it).
	Optional bool `pulumi:"optional,optional"`
	// Firelens makes the container the task's log router, to which those with the log
	// driver awsfirelens write (default: it is none). A task has one at most.
	Firelens *FirelensArgs `pulumi:"firelens,optional"`
}

// ContainerHealthCheckArgs are a health check that runs in the container. See
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html.
type ContainerHealthCheckArgs struct {
	// Command is CMD and a program with its arguments, or CMD-SHELL and one string for
	// the container's shell. Required.
	Command []string `pulumi:"command"`
	// IntervalSeconds is the time between two checks, 5 to 300 seconds (default 30).
	IntervalSeconds *int `pulumi:"intervalSeconds,optional" default:"30" range:"5,300"`
	// TimeoutSeconds is the time after which a check has failed, 2 to 60 seconds
	// (default 5).
	TimeoutSeconds *int `pulumi:"timeoutSeconds,optional" default:"5" range:"2,60"`
	// Retries is the number of failures in a row that make the container unhealthy, 1
	// to 10 (default 3).
	Retries *int `pulumi:"retries,optional" default:"3" range:"1,10"`
	// StartPeriodSeconds is how long after its start failures don't count, 0 to 300
	// seconds (default 0).
	StartPeriodSeconds *int `pulumi:"startPeriodSeconds,optional" default:"0" range:"0,300"`
}

// RestartPolicyArgs say when ECS restarts a container by itself. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html.
type RestartPolicyArgs struct {
	// Enabled is whether ECS restarts the container (default true).
	Enabled *bool `pulumi:"enabled,optional" default:"true"`
	// IgnoredExitCodes are exit codes after which the container is not restarted, at
	// most 50 (default none).
	IgnoredExitCodes []int `pulumi:"ignoredExitCodes,optional" len:"0,50"`
	// RestartAttemptPeriodSeconds is how long the container must have run to be
	// restarted, 60 to 1800 seconds (default 300). One that exits earlier is not.
	RestartAttemptPeriodSeconds *int `pulumi:"restartAttemptPeriodSeconds,optional" default:"300" range:"60,1800"`
}

// Check checks one container by itself.
func (c *ContainerArgs) Check(at check.Path, f *check.Faults) {
	noneMissingIn(at.Key("secrets"), c.Secrets, f)
	variables, _ := c.Environment.(pulumi.StringMap)
	for variable := range check.Sorted(c.Secrets) {
		if _, both := variables[variable]; both {
			f.Say(at.Key("secrets").Key(variable), "is set together with %s; set one of them", at.Key("environment").Key(variable))
		}
	}
	c.checkMounts(at, f)
}

// Check checks the command.
func (h *ContainerHealthCheckArgs) Check(at check.Path, f *check.Faults) {
	if h.Command != nil && (len(h.Command) < 2 || h.Command[0] != "CMD" && h.Command[0] != "CMD-SHELL") {
		f.Say(at.Key("command"), "is %q; it must be CMD and a program, or CMD-SHELL and a command line", h.Command)
	}
}

// maxTaskDefinition is how many bytes of JSON a task definition may have. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html.
const maxTaskDefinition = 64 << 10

// checkTaskSize refuses containers whose texts alone, as far as they are known, are more
// than a task definition may have.
func (o *FargateServiceOptions) checkTaskSize(at check.Path, f *check.Faults) {
	if len(*f) > 0 {
		return // what can't be read has no size
	}
	var definitions []containerDefinition
	for _, c := range o.containers(at, "") {
		variables, secrets := map[string]string{}, map[string]string{}
		known, _ := c.Environment.(pulumi.StringMap)
		for name, value := range known {
			variables[name], _ = plain(value)
		}
		for name, value := range c.Secrets {
			secrets[name], _ = plain(value)
		}
		options := map[string]string{}
		for name, value := range c.Logging.SecretOptions {
			options[name], _ = plain(value)
		}
		image, _ := plain(c.image)
		credentials, _ := plain(c.RepositoryCredentialsArn)
		definitions = append(definitions, c.definition(
			[]any{image, plainTexts(c.EntryPoint), plainTexts(c.Command), variables, secrets, credentials, options}, logSite{}))
	}
	if text, err := json.Marshal(definitions); err == nil && len(text) > maxTaskDefinition {
		f.Say(at, "comes to a task definition of %d bytes; it must have at most %d: keep long variables and commands in a file, a secret or a parameter",
			len(text), maxTaskDefinition)
	}
}

// taskContainer is a container of a task, at its place in the arguments.
type taskContainer struct {
	ContainerArgs
	name      string
	at        check.Path
	image     pulumi.StringInput
	essential bool
	firelens  *FirelensArgs
}

// containers are the service's own container, which has the service's name, and then
// the sidecars by theirs.
func (o *FargateServiceOptions) containers(at check.Path, name string) []taskContainer {
	all := []taskContainer{{o.ContainerArgs, name, at, o.Image, true, nil}}
	for sidecar, c := range check.Sorted(o.Sidecars) {
		all = append(all, taskContainer{c.ContainerArgs, sidecar, at.Key("sidecars").Key(sidecar), c.Image, !c.Optional, c.Firelens})
	}
	return all
}

// checkNamed checks what depends on the service's name, which is its own container's
// and begins those of the repositories in a cache.
func (o *FargateServiceOptions) checkNamed(at check.Path, name string, f *check.Faults) {
	if _, taken := o.Sidecars[name]; taken {
		f.Say(at.Key("sidecars"), "has the key %q, which is the name of the service's own container", name)
	}
	byName := map[string]taskContainer{}
	for _, c := range o.containers(at, name) {
		byName[c.name] = c
	}
	for _, c := range check.Sorted(byName) {
		for other, condition := range check.Sorted(c.DependsOn) {
			awaited, there := byName[other]
			if !there {
				f.Say(c.at.Key("dependsOn"), "has the key %q; it must be a sidecar or %s", other, name)
				continue
			}
			awaited.checkAwaited(c.at.Key("dependsOn").Key(other), condition, f)
		}
	}
	checkCircle(byName, f)
	o.checkCacheName(at, name, f)
}

// checkAwaited refuses to wait for a state that the container never has.
func (c taskContainer) checkAwaited(at check.Path, condition string, f *check.Faults) {
	switch {
	case condition == "HEALTHY" && c.HealthCheck == nil:
		f.Say(at, "is HEALTHY, but the container %s has no health check; set %s", c.name, c.at.Key("healthCheck"))
	case (condition == "COMPLETE" || condition == "SUCCESS") && c.essential:
		f.Say(at, "is %s, but the container %s is not optional: the task would end with it", condition, c.name)
	}
}

// checkCircle refuses containers that wait for each other.
func checkCircle(byName map[string]taskContainer, f *check.Faults) {
	circle := maps.Clone(byName)
	waits := func(name, other string) bool { _, does := byName[name].DependsOn[other]; return does }
	// What waits for none of the rest, or what none of the rest waits for, is no part
	// of a circle.
	for before := -1; before != len(circle); {
		before = len(circle)
		rest := slices.Collect(maps.Keys(circle))
		maps.DeleteFunc(circle, func(name string, _ taskContainer) bool {
			return !slices.ContainsFunc(rest, func(other string) bool { return waits(name, other) }) ||
				!slices.ContainsFunc(rest, func(other string) bool { return waits(other, name) })
		})
	}
	if len(circle) > 0 {
		names := slices.Sorted(maps.Keys(circle))
		f.Say(circle[names[0]].at.Key("dependsOn"), "goes round in a circle among %s; a container must not wait for itself",
			strings.Join(names, ", "))
	}
}

// volumeNotices say what the image has to have for a user who isn't root to write to a
// volume. See https://github.com/aws/containers-roadmap/issues/938.
func (o *FargateServiceOptions) volumeNotices(at check.Path) []string {
	var notices []string
	for _, c := range o.containers(at, "") {
		user, _, _ := strings.Cut(c.User, ":")
		if len(c.WritablePaths) == 0 || user == "" || user == "root" || user == "0" {
			continue
		}
		paths := strings.Join(c.WritablePaths, " ")
		notices = append(notices, string(c.at.Key("writablePaths"))+": on Fargate "+strings.Join(c.WritablePaths, ", ")+
			" belongs to root, and the user "+c.User+" can write there only if the image has made the directory theirs and declared it: "+
			"RUN chown "+user+" "+paths+", then VOLUME "+paths)
	}
	return notices
}
