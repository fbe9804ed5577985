package world

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	containerAPI  = ecsAPI + "ContainerDefinition, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"
	dependencyAPI = ecsAPI + "ContainerDependency, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html"
	healthAPI     = ecsAPI + "HealthCheck, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"
	secretsGuide  = "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html"
)

// containerOptions are the parts of a container that only the rules look at.
type containerOptions struct {
	Name      string `json:"name"`
	Image     string `json:"image"`
	Essential *bool  `json:"essential"`
	CPU       int    `json:"cpu"`
	// Memory is the hard limit, MemoryReservation the soft one, in MiB.
	Memory            int  `json:"memory"`
	MemoryReservation int  `json:"memoryReservation"`
	StopTimeout       *int `json:"stopTimeout"`
	DependsOn         []struct {
		ContainerName string `json:"containerName"`
		Condition     string `json:"condition"`
	} `json:"dependsOn"`
	HealthCheck *struct {
		Command     []string `json:"command"`
		Interval    *int     `json:"interval"`
		Timeout     *int     `json:"timeout"`
		Retries     *int     `json:"retries"`
		StartPeriod *int     `json:"startPeriod"`
	} `json:"healthCheck"`
	Secrets []struct {
		Name      string `json:"name"`
		ValueFrom string `json:"valueFrom"`
	} `json:"secrets"`
	MountPoints []struct {
		SourceVolume string `json:"sourceVolume"`
	} `json:"mountPoints"`
	Ulimits []struct {
		Name      string `json:"name"`
		SoftLimit int    `json:"softLimit"`
		HardLimit int    `json:"hardLimit"`
	} `json:"ulimits"`
	LinuxParameters *struct {
		Capabilities *struct {
			Add []string `json:"add"`
		} `json:"capabilities"`
		Devices          []any `json:"devices"`
		Tmpfs            []any `json:"tmpfs"`
		SharedMemorySize *int  `json:"sharedMemorySize"`
		MaxSwap          *int  `json:"maxSwap"`
		Swappiness       *int  `json:"swappiness"`
	} `json:"linuxParameters"`
	Privileged    bool `json:"privileged"`
	RestartPolicy *struct {
		Enabled              *bool `json:"enabled"`
		IgnoredExitCodes     []int `json:"ignoredExitCodes"`
		RestartAttemptPeriod *int  `json:"restartAttemptPeriod"`
	} `json:"restartPolicy"`
	FirelensConfiguration *struct {
		Type string `json:"type"`
	} `json:"firelensConfiguration"`
	RepositoryCredentials *struct {
		CredentialsParameter string `json:"credentialsParameter"`
	} `json:"repositoryCredentials"`
}

func (o containerOptions) essential() bool { return o.Essential == nil || *o.Essential }

// healthRanges are the ranges of a container's health check, see healthAPI.
var healthRanges = []struct {
	name      string
	low, high int
}{
	{"interval", 5, 300}, {"timeout", 2, 60}, {"retries", 1, 10}, {"startPeriod", 0, 300},
}

var ecsTaskRules = []*Rule{
	{
		ID: "TASK-CONTAINER-UNIQUE", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: SecondHand,
		Says:   "A task definition's containers have different names.",
		Source: containerAPI + ": name; text: reported by users",
		Check: func(c *Call) string {
			seen := map[string]bool{}
			return c.containerOption(func(o containerOptions) string {
				if seen[o.Name] {
					return fmt.Sprintf("Container names must be unique: '%s'.", o.Name)
				}
				seen[o.Name] = true
				return ""
			})
		},
	},
	{
		ID: "TASK-ESSENTIAL", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "A task definition has an essential container.",
		Source: containerAPI + ": essential; text: reported by users",
		Check: func(c *Call) string {
			options := c.containersOptions()
			if len(options) == 0 || slices.ContainsFunc(options, containerOptions.essential) {
				return ""
			}
			return "A task definition must have at least one essential container."
		},
	},
	{
		ID: "TASK-DEPENDS-EXISTS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "A container depends on others of its task, for START, COMPLETE, SUCCESS or HEALTHY.",
		Source: dependencyAPI + "; the text is inferred",
		Check: func(c *Call) string {
			return c.dependency(func(o containerOptions, on *containerOptions, condition string) string {
				if on == nil || on.Name == o.Name || !slices.Contains([]string{"START", "COMPLETE", "SUCCESS", "HEALTHY"}, condition) {
					return fmt.Sprintf("The dependency of container '%s' is not valid.", o.Name)
				}
				return ""
			})
		},
	},
	{
		ID: "TASK-DEPENDS-HEALTHY", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "A container that another one wants healthy has a health check.",
		Source: dependencyAPI + ": HEALTHY; the text is inferred",
		Check: func(c *Call) string {
			return c.dependency(func(o containerOptions, on *containerOptions, condition string) string {
				if condition == "HEALTHY" && on != nil && on.HealthCheck == nil {
					return fmt.Sprintf("Container '%s' waits for '%s' to be healthy, which has no health check.", o.Name, on.Name)
				}
				return ""
			})
		},
	},
	{
		ID: "TASK-DEPENDS-ESSENTIAL", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "No container waits for the end of an essential one.",
		Source: dependencyAPI + ": COMPLETE, SUCCESS; the text is inferred",
		Check: func(c *Call) string {
			return c.dependency(func(o containerOptions, on *containerOptions, condition string) string {
				if (condition == "COMPLETE" || condition == "SUCCESS") && on != nil && on.essential() {
					return fmt.Sprintf("Container '%s' waits for the end of '%s', which is essential.", o.Name, on.Name)
				}
				return ""
			})
		},
	},
	{
		ID: "TASK-DEPENDS-CYCLE", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: SecondHand,
		Says:   "Containers don't wait for each other in a circle.",
		Source: dependencyAPI + "; text: reported by users",
		Check:  dependencyCycle,
	},
	{
		ID: "TASK-HEALTH-CHECK", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "A container's health check has an interval of 5 to 300 seconds, a timeout of 2 to 60, 1 to 10 retries and a start period of up to 300 seconds.",
		Source: healthAPI + "; the text is inferred",
		Check:  func(c *Call) string { return c.containerOption(healthCheckRange) },
	},
	{
		ID: "TASK-HEALTH-COMMAND", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "A container's health check has a command that begins with CMD, CMD-SHELL or NONE.",
		Source: healthAPI + ": command; the text is inferred",
		Check: func(c *Call) string {
			return c.containerOption(func(o containerOptions) string {
				h := o.HealthCheck
				if h == nil || len(h.Command) > 0 && slices.Contains([]string{"CMD", "CMD-SHELL", "NONE"}, h.Command[0]) {
					return ""
				}
				return fmt.Sprintf("The health check command of container '%s' must begin with CMD, CMD-SHELL or NONE.", o.Name)
			})
		},
	},
	{
		ID: "FARGATE-STOP-TIMEOUT", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: Unverified,
		Says:   "On Fargate a container has 2 to 120 seconds to stop.",
		Source: containerAPI + ": stopTimeout; the text is inferred",
		Check: func(c *Call) string {
			return c.containerOption(func(o containerOptions) string {
				if t := o.StopTimeout; isFargate(c.New) && t != nil && (*t < 2 || *t > 120) {
					return fmt.Sprintf("The stop timeout of container '%s' must be between 2 and 120 seconds on Fargate, and is %d.", o.Name, *t)
				}
				return ""
			})
		},
	},
	{
		ID: "FARGATE-EPHEMERAL-STORAGE", Token: TokenTaskDefinition, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A Fargate task's ephemeral storage is 21 to 200 GiB where it is given.",
		Source: ecsAPI + "EphemeralStorage, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html",
		Check:  func(c *Call) string { return between(c.New.Map("ephemeralStorage"), "sizeInGib", 21, 200) },
	},
	{
		ID: "TASK-ARCHITECTURE", Token: TokenTaskDefinition, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A task runs on X86_64 or ARM64.",
		Source: ecsAPI + "RuntimePlatform, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html",
		Check: func(c *Call) string {
			return oneOf(c.New.Map("runtimePlatform"), "cpuArchitecture", "X86_64", "ARM64")
		},
	},
	{
		ID: "TASK-SIZE-SUM", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "What is reserved for the containers together, their CPU, and their soft memory limits or else their hard ones, is no more than the task has. Hard limits may overlap.",
		Source: containerAPI + ": cpu, memory, memoryReservation; text: reported by users, https://github.com/cloudnativedaysjp/dreamkast-infra/pull/4766",
		Check:  containersTooBig,
	},
	{
		ID: "TASK-SIZE-CONTAINER", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: SecondHand,
		Says:   "No container's hard memory limit is above the task's memory.",
		Source: "https://github.com/pulumi/pulumi-awsx/issues/1220",
		Check: func(c *Call) string {
			limit, err := strconv.Atoi(unitsOf(c.New.Str("memory")))
			return c.containerOption(func(o containerOptions) string {
				if err != nil || o.Memory <= limit {
					return ""
				}
				return fmt.Sprintf("The 'memory' setting for container '%s' is greater than for the task.", o.Name)
			})
		},
	},
	{
		ID: "TASK-PORT-UNIQUE", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: SecondHand,
		Says:   "In awsvpc mode the containers share one interface: a port is mapped once for each of TCP and UDP.",
		Source: "https://github.com/aws/copilot-cli/issues/3768; both protocols: https://github.com/awsdocs/aws-cloudformation-user-guide/pull/705",
		Check:  portMappedTwice,
	},
	{
		ID: "SERVICE-PORT-ONE-MAPPING", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "The container port that a service registers is mapped for one protocol only.",
		Source: "https://github.com/aws/amazon-ecs-agent/issues/3428",
		Check: func(c *Call) string {
			return c.balancer(func(b ServiceLoadBalancer) string {
				d, _ := c.registered(b)
				ports := slices.DeleteFunc(d.ports(), func(p int) bool { return p != b.ContainerPort })
				if len(ports) < 2 {
					return ""
				}
				return fmt.Sprintf("Container port %d is used in more than one port mapping for container %s", b.ContainerPort, d.Name)
			})
		},
	},
	{
		ID: "FARGATE-ROLE-SECRETS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: SecondHand,
		Says:   "A task whose containers have secrets has an execution role.",
		Source: secretsGuide + "; text: reported by users",
		Check: func(c *Call) string {
			return c.containerOption(func(o containerOptions) string {
				if len(o.Secrets) > 0 && !c.New.Has("executionRoleArn") {
					return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
				}
				return ""
			})
		},
	},
	{
		ID: "TASK-SECRETS", Token: TokenTaskDefinition, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A task whose secret or parameter is missing, out of reach, or not allowed to its execution role, with its key, stops with ResourceInitializationError.",
		Source: secretsGuide + "; text: https://repost.aws/knowledge-center/ecs-unable-to-pull-secrets",
	},
	{
		ID: "TASK-SKIP-DESTROY", Token: TokenTaskDefinition, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A revision that is deleted is deregistered, and no service can begin to use it; with skipDestroy it stays active.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html; AWS provider, internal/service/ecs/task_definition.go",
	},
	{
		ID: "TASK-INACTIVE", Token: TokenTaskDefinition, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Tasks and services of a revision that is deregistered go on with it, and the services can still scale.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html",
	},
	{
		ID: "TASK-PULL-RIGHTS", Token: TokenTaskDefinition, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A task whose execution role may not read the image's repository stops with CannotPullContainerError.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
	},
}

// containersOptions are the options of the call's containers.
func (c *Call) containersOptions() []containerOptions {
	var out []containerOptions
	// What is no list of containers another rule refuses.
	_ = json.Unmarshal([]byte(c.New.Str("containerDefinitions")), &out)
	return out
}

// containerOption returns the first message that f has for a container.
func (c *Call) containerOption(f func(containerOptions) string) string {
	for _, o := range c.containersOptions() {
		if message := f(o); message != "" {
			return message
		}
	}
	return ""
}

// dependency returns the first message that f has for what a container depends
// on, which is nil where the task has no such container.
func (c *Call) dependency(f func(o containerOptions, on *containerOptions, condition string) string) string {
	options := c.containersOptions()
	return c.containerOption(func(o containerOptions) string {
		for _, d := range o.DependsOn {
			var on *containerOptions
			if i := slices.IndexFunc(options, func(other containerOptions) bool { return other.Name == d.ContainerName }); i >= 0 {
				on = &options[i]
			}
			if message := f(o, on, d.Condition); message != "" {
				return message
			}
		}
		return ""
	})
}

func dependencyCycle(c *Call) string {
	waits := map[string][]string{}
	for _, o := range c.containersOptions() {
		for _, d := range o.DependsOn {
			waits[o.Name] = append(waits[o.Name], d.ContainerName)
		}
	}
	var reaches func(from, to string, left int) bool
	reaches = func(from, to string, left int) bool {
		return left > 0 && slices.ContainsFunc(waits[from], func(n string) bool { return n == to || reaches(n, to, left-1) })
	}
	for _, name := range sortedKeys(waits) {
		if reaches(name, name, len(waits)) {
			return "Container dependencies must not contain a cycle: " + name + "."
		}
	}
	return ""
}

func healthCheckRange(o containerOptions) string {
	if o.HealthCheck == nil {
		return ""
	}
	h := o.HealthCheck
	for i, value := range []*int{h.Interval, h.Timeout, h.Retries, h.StartPeriod} {
		if r := healthRanges[i]; value != nil && (*value < r.low || *value > r.high) {
			return fmt.Sprintf("The health check %s of container '%s' must be between %d and %d, and is %d.", r.name, o.Name, r.low, r.high, *value)
		}
	}
	return ""
}

// containersTooBig compares what is reserved for the containers with what the task has.
func containersTooBig(c *Call) string {
	cpu, memory := 0, 0
	for _, o := range c.containersOptions() {
		cpu += o.CPU
		memory += o.reserved()
	}
	has := func(size string, sum int) bool {
		limit, err := strconv.Atoi(unitsOf(c.New.Str(size)))
		return err != nil || sum <= limit
	}
	switch {
	case !has("memory", memory):
		return "The sum of all container 'memoryReservation' values cannot be greater than the value of the task 'memory'."
	case !has("cpu", cpu):
		return "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'."
	}
	return ""
}

// reserved is the memory that is set aside for a container, in MiB.
func (o containerOptions) reserved() int {
	if o.MemoryReservation > 0 {
		return o.MemoryReservation
	}
	return o.Memory
}

// portMappedTwice returns AWS's message about a port that several mappings of the
// task have for one protocol.
func portMappedTwice(c *Call) string {
	seen := map[string]bool{}
	return c.container(func(d Container) string {
		for _, m := range d.PortMappings {
			protocol := strings.ToUpper(cmp.Or(m.Protocol, "tcp"))
			key := fmt.Sprint(protocol, m.ContainerPort)
			if c.New.Str("networkMode") == "awsvpc" && seen[key] {
				return fmt.Sprintf("%s container port '%d' is used multiple times in task when networkMode=awsvpc.", protocol, m.ContainerPort)
			}
			seen[key] = true
		}
		return ""
	})
}

// isParameter says whether a secret's valueFrom names a parameter of Systems
// Manager and not a secret of Secrets Manager.
func isParameter(valueFrom string) bool { return !strings.Contains(valueFrom, ":secretsmanager:") }
