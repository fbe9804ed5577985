package world

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
)

// ulimitNames are the resource limits that a container can set.
var ulimitNames = []string{
	"core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack",
}

// firelensTypes are the log routers of FireLens.
var firelensTypes = []string{"fluentd", "fluentbit"}

// secretARN is an ARN of Secrets Manager.
var secretARN = regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+`)

// forContainers makes a rule's check of a message about a container.
func forContainers(f func(o containerOptions) string) func(c *Call) string {
	return func(c *Call) string { return c.containerOption(f) }
}

// imageForm is the form of an image: a repository, possibly of a registry with a port,
// and a tag or a digest.
var imageForm = regexp.MustCompile(`^([A-Za-z0-9.-]+(:\d+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[A-Za-z0-9]+)?$`)

var ecsContainerRules = []*Rule{
	{
		ID: "TASK-IMAGE-FORM", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "A container's image is of the form that a registry takes: a repository with a tag, a digest or both.",
		Source: containerAPI + ": image; text: reported by users",
		Check: forContainers(func(o containerOptions) string {
			if o.Image == "" || imageForm.MatchString(o.Image) {
				return ""
			}
			return "Container.image contains invalid characters."
		}),
	},
	{
		ID: "TASK-ULIMITS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "A container's ulimits have names that Docker has, and soft limits that are not above the hard ones.",
		Source: ecsAPI + "Ulimit, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html; the text is inferred",
		Check: forContainers(func(o containerOptions) string {
			for _, u := range o.Ulimits {
				if !slices.Contains(ulimitNames, u.Name) || u.HardLimit >= 0 && u.SoftLimit > u.HardLimit {
					return fmt.Sprintf("The ulimit '%s' of container '%s' is not valid: soft limit %d, hard limit %d.", u.Name, o.Name, u.SoftLimit, u.HardLimit)
				}
			}
			return ""
		}),
	},
	{
		ID: "TASK-RESTART-POLICY", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "A restart policy says whether it is enabled, ignores at most 50 exit codes, and waits 60 to 1800 seconds before it restarts a container again.",
		Source: ecsAPI + "ContainerRestartPolicy, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerRestartPolicy.html; the text is inferred",
		Check: forContainers(func(o containerOptions) string {
			p := o.RestartPolicy
			switch {
			case p == nil:
			case p.Enabled == nil:
				return fmt.Sprintf("The restart policy of container '%s' must have a value for 'enabled'.", o.Name)
			case len(p.IgnoredExitCodes) > 50:
				return fmt.Sprintf("The restart policy of container '%s' can ignore at most 50 exit codes.", o.Name)
			case p.RestartAttemptPeriod != nil && (*p.RestartAttemptPeriod < 60 || *p.RestartAttemptPeriod > 1800):
				return fmt.Sprintf("The restart attempt period of container '%s' must be between 60 and 1800 seconds, and is %d.", o.Name, *p.RestartAttemptPeriod)
			}
			return ""
		}),
	},
	{
		ID: "FARGATE-LINUX-PARAMETERS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "On Fargate a container isn't privileged, adds no capability but SYS_PTRACE, and has no devices, shared memory, tmpfs or swap of its own. It can have an init process.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html; text: reported by users",
		Check: func(c *Call) string {
			if !isFargate(c.New) {
				return ""
			}
			return c.containerOption(func(o containerOptions) string {
				p := o.LinuxParameters
				switch {
				case o.Privileged:
					return "Fargate compatible task definitions do not support privileged"
				case p == nil:
				case p.Capabilities != nil && slices.ContainsFunc(p.Capabilities.Add, func(s string) bool { return s != "SYS_PTRACE" }):
					return "Fargate compatible task definitions do not support adding linux capabilities other than SYS_PTRACE"
				case len(p.Devices) > 0 || len(p.Tmpfs) > 0 || p.SharedMemorySize != nil || p.MaxSwap != nil || p.Swappiness != nil:
					return "Fargate compatible task definitions do not support devices, sharedMemorySize, tmpfs, maxSwap or swappiness"
				}
				return ""
			})
		},
	},
	{
		ID: "TASK-FIRELENS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "A container with the log driver awsfirelens needs one container of the task that is the FireLens router, of type fluentd or fluentbit.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html; text: reported by users",
		Check:  firelens,
	},
	{
		ID: "SPLUNK-OPTIONS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "The log driver splunk needs a token and a URL.",
		Source: ecsAPI + "LogConfiguration: options, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html; the text is inferred",
		Check: func(c *Call) string {
			return c.container(func(d Container) string {
				l := d.LogConfiguration
				if l == nil || l.LogDriver != "splunk" {
					return ""
				}
				for _, option := range []string{"splunk-token", "splunk-url"} {
					if l.Options[option] == "" && !slices.ContainsFunc(l.SecretOptions, func(s secretOption) bool { return s.Name == option }) {
						return fmt.Sprintf("Log driver splunk requires options: %s", option)
					}
				}
				return ""
			})
		},
	},
	{
		ID: "TASK-LOG-MODE", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "A log driver is blocking or non-blocking.",
		Source: ecsAPI + "LogConfiguration: mode, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html; the text is inferred",
		Check: func(c *Call) string {
			return c.container(func(d Container) string {
				if l := d.LogConfiguration; l != nil && !slices.Contains([]string{"", "blocking", "non-blocking"}, l.Options["mode"]) {
					return fmt.Sprintf("The log driver mode '%s' of container '%s' must be blocking or non-blocking.", l.Options["mode"], d.Name)
				}
				return ""
			})
		},
	},
	{
		ID: "TASK-REGISTRY-CREDENTIALS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "Credentials for a private registry are a secret of Secrets Manager by ARN, and the task has an execution role that reads it.",
		Source: ecsAPI + "RepositoryCredentials, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RepositoryCredentials.html; the text is inferred",
		Check: func(c *Call) string {
			return c.containerOption(func(o containerOptions) string {
				r := o.RepositoryCredentials
				switch {
				case r == nil:
				case !secretARN.MatchString(r.CredentialsParameter):
					return fmt.Sprintf("The credentials parameter '%s' of container '%s' must be the ARN of a secret.", r.CredentialsParameter, o.Name)
				case !c.New.Has("executionRoleArn"):
					return "When you are specifying repository credentials, you must also specify a value for 'executionRoleArn'."
				}
				return ""
			})
		},
	},
}

func firelens(c *Call) string {
	routers := 0
	message := c.containerOption(func(o containerOptions) string {
		if o.FirelensConfiguration == nil {
			return ""
		}
		routers++
		if t := o.FirelensConfiguration.Type; !slices.Contains(firelensTypes, t) {
			return fmt.Sprintf("Invalid FireLens type '%s'. Valid values are: fluentd, fluentbit.", t)
		}
		return ""
	})
	if message != "" || routers > 1 {
		return cmp.Or(message, "A task definition can only have one FireLens container.")
	}
	return c.container(func(d Container) string {
		if l := d.LogConfiguration; l != nil && l.LogDriver == "awsfirelens" && routers == 0 {
			return "When a firelensConfiguration object is not specified, the log driver 'awsfirelens' is not supported."
		}
		return ""
	})
}
