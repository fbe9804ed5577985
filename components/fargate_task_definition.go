package components

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// containerDefinition is what a task definition says of a container. See
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html.
type containerDefinition struct {
	Name                   string            `json:"name"`
	Image                  string            `json:"image"`
	Essential              bool              `json:"essential"`
	EntryPoint             []string          `json:"entryPoint,omitempty"`
	Command                []string          `json:"command,omitempty"`
	Environment            []keyValuePair    `json:"environment,omitempty"`
	Secrets                []secretReference `json:"secrets,omitempty"`
	PortMappings           []portMapping     `json:"portMappings,omitempty"`
	DependsOn              []dependency      `json:"dependsOn,omitempty"`
	HealthCheck            *healthCommand    `json:"healthCheck,omitempty"`
	RestartPolicy          *restartPolicy    `json:"restartPolicy,omitempty"`
	MountPoints            []mountPoint      `json:"mountPoints,omitempty"`
	ReadonlyRootFilesystem bool              `json:"readonlyRootFilesystem,omitempty"`
	User                   string            `json:"user,omitempty"`
	StopTimeout            *int              `json:"stopTimeout,omitempty"`
	CPU                    *int              `json:"cpu,omitempty"`
	Memory                 *int              `json:"memory,omitempty"`
	MemoryReservation      *int              `json:"memoryReservation,omitempty"`
	Ulimits                []ulimit          `json:"ulimits,omitempty"`
	RepositoryCredentials  *credentials      `json:"repositoryCredentials,omitempty"`
	FirelensConfiguration  *firelens         `json:"firelensConfiguration,omitempty"`
	LinuxParameters        *linuxParameters  `json:"linuxParameters,omitempty"`
	LogConfiguration       logConfiguration  `json:"logConfiguration"`
}

type keyValuePair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type secretReference struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

// portMapping states HostPort, which on Fargate is ContainerPort, since AWS would
// add it and every preview would then show a change.
type portMapping struct {
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

type dependency struct {
	ContainerName string `json:"containerName"`
	Condition     string `json:"condition"`
}

// healthCommand states every number, for the reason that portMapping states HostPort.
type healthCommand struct {
	Command     []string `json:"command"`
	Interval    int      `json:"interval"`
	Timeout     int      `json:"timeout"`
	Retries     int      `json:"retries"`
	StartPeriod int      `json:"startPeriod"`
}

// restartPolicy states every number too.
type restartPolicy struct {
	Enabled              bool  `json:"enabled"`
	IgnoredExitCodes     []int `json:"ignoredExitCodes,omitempty"`
	RestartAttemptPeriod int   `json:"restartAttemptPeriod"`
}

type mountPoint struct {
	SourceVolume  string `json:"sourceVolume"`
	ContainerPath string `json:"containerPath"`
	ReadOnly      bool   `json:"readOnly"`
}

// linuxParameters run an init process, which reaps what a shell of ECS Exec leaves.
type linuxParameters struct {
	InitProcessEnabled bool `json:"initProcessEnabled"`
}

type logConfiguration struct {
	LogDriver     string            `json:"logDriver"`
	Options       map[string]string `json:"options,omitempty"`
	SecretOptions []secretReference `json:"secretOptions,omitempty"`
}

type ulimit struct {
	Name      string `json:"name"`
	SoftLimit int    `json:"softLimit"`
	HardLimit int    `json:"hardLimit"`
}

type credentials struct {
	CredentialsParameter string `json:"credentialsParameter"`
}

type firelens struct {
	Type    string            `json:"type"`
	Options map[string]string `json:"options,omitempty"`
}

// newTaskDefinition makes the task definition. Its family gets the cluster's name, or of an
// existing cluster the log group's, which autonaming made unique: families have no
// autonaming, and two stacks with the same family would count its revisions together.
func newTaskDefinition(
	s scope, args *FargateServiceArgs, family pulumi.StringInput, roles *taskRoles, logs *cloudwatch.LogGroup,
) (*ecs.TaskDefinition, error) {
	site, err := s.site()
	if err != nil {
		return nil, err
	}
	return ecs.NewTaskDefinition(s.ctx, s.name, &ecs.TaskDefinitionArgs{
		Family:                  family,
		RequiresCompatibilities: pulumi.StringArray{pulumi.String("FARGATE")},
		NetworkMode:             pulumi.String("awsvpc"),
		Cpu:                     pulumi.String(strconv.Itoa(*args.Cpu)),
		Memory:                  pulumi.String(strconv.Itoa(*args.Memory)),
		RuntimePlatform:         runtimePlatform(args.CpuArchitecture),
		EphemeralStorage:        ephemeralStorage(args.EphemeralStorageGiB),
		Volumes:                 append(volumes(args.containers("", s.name)), args.fileSystems()...),
		ExecutionRoleArn:        roles.executionArn,
		TaskRoleArn:             roles.taskArn,
		ContainerDefinitions:    containerDefinitions(s.name, site.region, args, logs),
		// The one before has to stay usable: the circuit breaker and the alarms may yet
		// roll back to it, when the engine has long deleted what it replaced. See
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html.
		SkipDestroy: pulumi.Bool(true),
		Tags:        s.tagged(s.name),
	}, s.parent)
}

// runtimePlatform is left out where nothing is asked, since it replaces the task
// definition.
func runtimePlatform(architecture string) ecs.TaskDefinitionRuntimePlatformPtrInput {
	if architecture == "" {
		return nil
	}
	return ecs.TaskDefinitionRuntimePlatformArgs{
		CpuArchitecture:       pulumi.String(architecture),
		OperatingSystemFamily: pulumi.String("LINUX"),
	}
}

func ephemeralStorage(gib *int) ecs.TaskDefinitionEphemeralStoragePtrInput {
	if gib == nil {
		return nil
	}
	return ecs.TaskDefinitionEphemeralStorageArgs{SizeInGib: pulumi.Int(*gib)}
}

// volumes are the empty volumes of the containers' WritablePaths.
func volumes(containers []taskContainer) ecs.TaskDefinitionVolumeArray {
	var all ecs.TaskDefinitionVolumeArray
	for _, container := range containers {
		for i := range container.WritablePaths {
			all = append(all, ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(volumeName(container, i))})
		}
	}
	return all
}

func volumeName(container taskContainer, i int) string {
	return fmt.Sprintf("%s-%d", container.name, i+1)
}

// containerInputs is how many Inputs of a container its definition is made of.
const containerInputs = 7

// containerDefinitions returns the JSON of the task's containers.
func containerDefinitions(name, region string, args *FargateServiceArgs, logs *cloudwatch.LogGroup) pulumi.StringOutput {
	known, containers := []any{logs.Name}, args.containers("", name)
	for _, c := range containers {
		known = append(known, c.image, orNone(c.EntryPoint, pulumi.StringArray{}), orNone(c.Command, pulumi.StringArray{}),
			orNone(c.Environment, pulumi.StringMap{}), pulumi.StringMap(c.Secrets),
			orNone(c.RepositoryCredentialsArn, pulumi.String("")), pulumi.StringMap(c.Logging.SecretOptions))
	}
	return pulumi.All(known...).ApplyT(func(values []any) (string, error) {
		own := logSite{group: values[0].(string), region: region, prefix: name}
		var definitions []containerDefinition
		for i, c := range containers {
			definitions = append(definitions, c.definition(values[1+containerInputs*i:1+containerInputs*(i+1)], own))
		}
		definitions[0].PortMappings = portMappings(args.Targets)
		if args.ExecuteCommand {
			for i := range definitions {
				definitions[i].LinuxParameters = &linuxParameters{InitProcessEnabled: true}
			}
		}
		text, err := json.Marshal(definitions)
		return string(text), err
	}).(pulumi.StringOutput)
}

// orNone is an Input, or what stands for none where it is missing.
func orNone(input, none any) any {
	if missing(input) {
		return none
	}
	return input
}

// definition returns what is the container's own. The values are those of its Image,
// EntryPoint, Command, Environment, Secrets, RepositoryCredentialsArn and of its logging's
// SecretOptions.
func (c taskContainer) definition(values []any, logs logSite) containerDefinition {
	definition := containerDefinition{
		Name:                   c.name,
		Image:                  values[0].(string),
		Essential:              c.essential,
		EntryPoint:             values[1].([]string),
		Command:                values[2].([]string),
		ReadonlyRootFilesystem: isTrue(c.ReadOnlyRootFilesystem),
		User:                   c.User,
		StopTimeout:            c.StopTimeoutSeconds,
	}
	// Lists are in the order of their names: every other order would be a new revision.
	for variable, value := range check.Sorted(values[3].(map[string]string)) {
		definition.Environment = append(definition.Environment, keyValuePair{Name: variable, Value: value})
	}
	for variable, arn := range check.Sorted(values[4].(map[string]string)) {
		definition.Secrets = append(definition.Secrets, secretReference{Name: variable, ValueFrom: arn})
	}
	for other, condition := range check.Sorted(c.DependsOn) {
		definition.DependsOn = append(definition.DependsOn, dependency{ContainerName: other, Condition: condition})
	}
	if h := c.HealthCheck; h != nil {
		definition.HealthCheck = &healthCommand{
			Command: h.Command, Interval: *h.IntervalSeconds, Timeout: *h.TimeoutSeconds, Retries: *h.Retries, StartPeriod: *h.StartPeriodSeconds,
		}
	}
	if r := c.RestartPolicy; r != nil {
		definition.RestartPolicy = &restartPolicy{
			Enabled: *r.Enabled, IgnoredExitCodes: r.IgnoredExitCodes, RestartAttemptPeriod: *r.RestartAttemptPeriodSeconds,
		}
	}
	if arn := values[5].(string); arn != "" {
		definition.RepositoryCredentials = &credentials{CredentialsParameter: arn}
	}
	definition.LogConfiguration = c.Logging.configuration(logs, values[6].(map[string]string))
	if c.firelens != nil {
		definition.FirelensConfiguration = c.firelens.configuration()
	}
	if c.InitProcess {
		definition.LinuxParameters = &linuxParameters{InitProcessEnabled: true}
	}
	if r := c.Resources; r != nil {
		definition.CPU, definition.Memory, definition.MemoryReservation = r.Cpu, r.Memory, r.MemoryReservation
	}
	for name, limit := range check.Sorted(c.Ulimits) {
		definition.Ulimits = append(definition.Ulimits, ulimit{Name: name, SoftLimit: *limit.SoftLimit, HardLimit: *limit.HardLimit})
	}
	for path, mount := range check.Sorted(c.MountPoints) {
		definition.MountPoints = append(definition.MountPoints, mountPoint{SourceVolume: mount.SourceVolume, ContainerPath: path, ReadOnly: mount.ReadOnly})
	}
	for i, path := range c.WritablePaths {
		definition.MountPoints = append(definition.MountPoints, mountPoint{SourceVolume: volumeName(c, i), ContainerPath: path})
	}
	return definition
}

// portMappings returns the ports of the targets, each once: two target groups can
// send to one port.
func portMappings(targets []FargateTargetArgs) []portMapping {
	var mappings []portMapping
	for _, port := range containerPorts(targets) {
		for _, transport := range transportsOf[port.Protocol] {
			mapping := portMapping{ContainerPort: port.Port, HostPort: port.Port, Protocol: transport}
			if !slices.Contains(mappings, mapping) {
				mappings = append(mappings, mapping)
			}
		}
	}
	return mappings
}
