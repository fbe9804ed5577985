package components

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// containerDefinition is what a task definition says of a container. See
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html.
type containerDefinition struct {
	Name             string           `json:"name"`
	Image            string           `json:"image"`
	Essential        bool             `json:"essential"`
	EntryPoint       []string         `json:"entryPoint,omitempty"`
	Command          []string         `json:"command,omitempty"`
	Environment      []keyValuePair   `json:"environment,omitempty"`
	PortMappings     []portMapping    `json:"portMappings"`
	LogConfiguration logConfiguration `json:"logConfiguration"`
}

type keyValuePair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// portMapping states HostPort, which on Fargate is ContainerPort, since AWS would
// add it and every preview would then show a change.
type portMapping struct {
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

type logConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// newTaskDefinition makes the task definition. Its family gets the cluster's name,
// which autonaming made unique: families have no autonaming, and two stacks with the
// same family would count its revisions together.
func newTaskDefinition(
	s scope, args *FargateServiceArgs, cluster *ecs.Cluster, roles *taskRoles, logs *cloudwatch.LogGroup,
) (*ecs.TaskDefinition, error) {
	region, err := aws.GetRegion(s.ctx, &aws.GetRegionArgs{}, s.parent)
	if err != nil {
		return nil, err
	}
	return ecs.NewTaskDefinition(s.ctx, s.name, &ecs.TaskDefinitionArgs{
		Family:                  cluster.Name,
		RequiresCompatibilities: pulumi.StringArray{pulumi.String("FARGATE")},
		NetworkMode:             pulumi.String("awsvpc"),
		Cpu:                     pulumi.String(strconv.Itoa(args.Cpu)),
		Memory:                  pulumi.String(strconv.Itoa(args.Memory)),
		ExecutionRoleArn:        roles.execution.Arn,
		TaskRoleArn:             roles.task.Arn,
		ContainerDefinitions:    containerDefinitions(s.name, region.Name, args, logs),
		Tags:                    s.tagged(s.name),
	}, s.parent)
}

// containerDefinitions returns the JSON of the task's one container.
func containerDefinitions(name, region string, args *FargateServiceArgs, logs *cloudwatch.LogGroup) pulumi.StringOutput {
	known := pulumi.All(args.Image, args.EntryPoint, args.Command, args.Environment, logs.Name)
	return known.ApplyT(func(values []any) (string, error) {
		definition := containerDefinition{
			Name:             name,
			Image:            values[0].(string),
			Essential:        true,
			EntryPoint:       values[1].([]string),
			Command:          values[2].([]string),
			Environment:      environment(values[3].(map[string]string)),
			PortMappings:     portMappings(args.ContainerPort, args.Protocol),
			LogConfiguration: awslogs(values[4].(string), region, name),
		}
		text, err := json.Marshal([]containerDefinition{definition})
		return string(text), err
	}).(pulumi.StringOutput)
}

// environment returns variables in the order of their names: every other order
// would be a new revision.
func environment(variables map[string]string) []keyValuePair {
	var pairs []keyValuePair
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		pairs = append(pairs, keyValuePair{Name: name, Value: variables[name]})
	}
	return pairs
}

func portMappings(port int, protocol string) []portMapping {
	var mappings []portMapping
	for _, transport := range transportsOf[protocol] {
		mappings = append(mappings, portMapping{ContainerPort: port, HostPort: port, Protocol: transport})
	}
	return mappings
}

// awslogs returns the configuration of the log driver, whose stream prefix Fargate
// demands. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html.
func awslogs(group, region, prefix string) logConfiguration {
	return logConfiguration{LogDriver: "awslogs", Options: map[string]string{
		"awslogs-group":         group,
		"awslogs-region":        region,
		"awslogs-stream-prefix": prefix,
	}}
}
