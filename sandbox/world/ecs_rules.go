package world

import (
	"fmt"
	"regexp"
	"slices"
)

const registerTask = ecsAPI + "RegisterTaskDefinition, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html"

// ecsName is what ECS allows in the names of families, services and containers.
var ecsName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

// fargateLogDrivers are the log drivers that Fargate has.
var fargateLogDrivers = []string{"awslogs", "splunk", "awsfirelens"}

var ecsRules = []*Rule{
	{
		ID: "CLUSTER-NAME", Token: TokenCluster, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A cluster's name has 1 to 255 letters, digits, hyphens and underscores.",
		Source: ecsAPI + "CreateCluster, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html",
		Check:  func(c *Call) string { return ecsNamed(c.New, "name") },
	},
	{
		ID: "CLUSTER-INSIGHTS", Token: TokenCluster, Phase: PhaseWrite, Code: "InvalidParameterException", Confidence: Verified, Answer: Unverified,
		Says:   "A cluster's Container Insights are enhanced, enabled or disabled.",
		Source: ecsAPI + "ClusterSetting, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html; the text is inferred",
		Check: func(c *Call) string {
			for _, s := range c.New.Maps("settings") {
				if value := s.Str("value"); !slices.Contains([]string{"enhanced", "enabled", "disabled"}, value) {
					return fmt.Sprintf("Invalid cluster setting value %s for %s", value, s.Str("name"))
				}
			}
			return ""
		},
	},
	{
		ID: "CLUSTER-DELETE-SERVICES", Token: TokenCluster, Phase: PhaseDelete, Code: "ClusterContainsServicesException", Confidence: Verified,
		Says:   "A cluster with services can't be deleted.",
		Source: ecsAPI + "DeleteCluster: Errors, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html",
		Check: func(c *Call) string {
			if len(c.servicesWhere(func(s Service) bool { return s.ClusterARN == c.ID })) == 0 {
				return ""
			}
			return "The Cluster cannot be deleted while Services are active."
		},
	},
	{
		ID: "TASK-FAMILY", Token: TokenTaskDefinition, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A task definition's family has 1 to 255 letters, digits, hyphens and underscores.",
		Source: registerTask,
		Check:  func(c *Call) string { return ecsNamed(c.New, "family") },
	},
	{
		ID: "TASK-CONTAINERS-JSON", Token: TokenTaskDefinition, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "Container definitions are a JSON list of containers, at least one.",
		Source: "AWS provider, schema of the resource: https://www.pulumi.com/registry/packages/aws/api-docs/ecs/taskdefinition/",
		Check: func(c *Call) string {
			doc, known := c.New["containerDefinitions"].(string)
			if !known {
				return ""
			}
			containers, err := parseContainers(doc)
			if err != nil {
				return fmt.Sprintf("ECS Task Definition container_definitions is invalid: %v", err)
			}
			if len(containers) == 0 {
				return "ECS Task Definition container_definitions is invalid: Error decoding JSON: no container"
			}
			return ""
		},
	},
	{
		ID: "TASK-CONTAINER-NAME", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "A container has a name of 1 to 255 letters, digits, hyphens and underscores, and an image.",
		Source: ecsAPI + "ContainerDefinition, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html; text: reported by users",
		Check: func(c *Call) string {
			return c.container(func(d Container) string {
				switch {
				case !ecsName.MatchString(d.Name):
					return fmt.Sprintf("Invalid container name '%s'.", d.Name)
				case d.Image == "":
					return "Container.image should not be null or empty."
				}
				return ""
			})
		},
	},
	{
		ID: "FARGATE-SIZE", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "Fargate has certain pairs of CPU and memory only.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html; text: reported by users",
		Check: func(c *Call) string {
			if !isFargate(c.New) || !c.New.Has("cpu") || !c.New.Has("memory") || isFargateSize(c.New.Str("cpu"), c.New.Str("memory")) {
				return ""
			}
			return "No Fargate configuration exists for given values."
		},
	},
	{
		ID: "FARGATE-SIZE-GIVEN", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "A Fargate task definition says the CPU and the memory of the whole task.",
		Source: registerTask + "; text: reported by users",
		Check: func(c *Call) string {
			if !isFargate(c.New) || c.New.Has("cpu") && c.New.Has("memory") {
				return ""
			}
			return "Fargate requires that 'cpu' be defined at the task level."
		},
	},
	{
		ID: "FARGATE-NETWORK-MODE", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "A Fargate task definition's network mode is awsvpc.",
		Source: registerTask + "; text: reported by users",
		Check: func(c *Call) string {
			if !isFargate(c.New) || c.New.Str("networkMode") == "awsvpc" {
				return ""
			}
			return "Fargate only supports network mode 'awsvpc'."
		},
	},
	{
		ID: "FARGATE-ROLE-ECR", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: SecondHand,
		Says:   "A Fargate task with an image in ECR has an execution role.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html; text: reported by users",
		Check: func(c *Call) string {
			if c.New.Has("executionRoleArn") || !isFargate(c.New) {
				return ""
			}
			return c.container(func(d Container) string {
				if isECRImage(d.Image) {
					return "Fargate requires task definition to have execution role ARN to support ECR images."
				}
				return ""
			})
		},
	},
	{
		ID: "FARGATE-ROLE-LOGS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: SecondHand,
		Says:   "A Fargate task that logs with awslogs has an execution role.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html; text: reported by users",
		Check: func(c *Call) string {
			if c.New.Has("executionRoleArn") || !isFargate(c.New) {
				return ""
			}
			return c.container(func(d Container) string {
				if l := d.LogConfiguration; l != nil && l.LogDriver == "awslogs" {
					return "Fargate requires task definition to have execution role ARN to support log driver awslogs."
				}
				return ""
			})
		},
	},
	{
		ID: "FARGATE-LOG-DRIVER", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified,
		Says:   "Fargate has the log drivers awslogs, splunk and awsfirelens.",
		Source: ecsAPI + "LogConfiguration, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html",
		Check: func(c *Call) string {
			if !isFargate(c.New) {
				return ""
			}
			return c.container(func(d Container) string {
				if l := d.LogConfiguration; l != nil && !slices.Contains(fargateLogDrivers, l.LogDriver) {
					return fmt.Sprintf("The log driver '%s' is not supported on Fargate.", l.LogDriver)
				}
				return ""
			})
		},
	},
	{
		ID: "FARGATE-AWSLOGS-OPTIONS", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified,
		Says:   "awslogs on Fargate needs a log group, a Region and a stream prefix.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
		Check: func(c *Call) string {
			if !isFargate(c.New) {
				return ""
			}
			return c.container(missingLogOption)
		},
	},
	{
		ID: "TASK-HOST-PORT", Token: TokenTaskDefinition, Phase: PhaseCreate, Code: "ClientException", Confidence: Verified, Answer: SecondHand,
		Says:   "In awsvpc mode a host port is empty or the container port.",
		Source: ecsAPI + "PortMapping, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html; text: reported by users",
		Check: func(c *Call) string {
			if c.New.Str("networkMode") != "awsvpc" {
				return ""
			}
			return c.container(func(d Container) string {
				for _, m := range d.PortMappings {
					if m.HostPort != 0 && m.HostPort != m.ContainerPort {
						return "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
					}
				}
				return ""
			})
		},
	},
	{
		ID: "TASK-REVISION", Token: TokenTaskDefinition, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Every change of a task definition registers a new revision, and no number comes twice.",
		Source: registerTask,
	},
	{
		ID: "TASK-IMAGE-PULL", Token: TokenTaskDefinition, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A task can pull its image only over a public address and an internet gateway, a NAT gateway, or, from ECR, the endpoints ecr.api, ecr.dkr and s3; else it stops with CannotPullContainerError or ResourceInitializationError.",
		Source: "Amazon ECR User Guide, https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html; Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
	},
	{
		ID: "TASK-LOGS", Token: TokenTaskDefinition, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A task whose log group is missing, out of reach or not allowed to its execution role stops with ResourceInitializationError.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html",
	},
	{
		ID: "TASK-ROLE-TRUST", Token: TokenTaskDefinition, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "A task's roles must exist and trust ecs-tasks.amazonaws.com; else it stops.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
	},
}

func ecsNamed(p Props, property string) string {
	name, known := p[property].(string)
	if !known || ecsName.MatchString(name) {
		return ""
	}
	return fmt.Sprintf("invalid value for %s (must be 1 to 255 letters, numbers, hyphens and underscores): %s", property, name)
}

// isFargate says whether a task definition is for Fargate.
func isFargate(p Props) bool { return slices.Contains(p.Strs("requiresCompatibilities"), "FARGATE") }

// container returns the first message that f has for a container of the call's
// task definition.
func (c *Call) container(f func(Container) string) string {
	containers, _ := parseContainers(c.New.Str("containerDefinitions"))
	for _, d := range containers {
		if message := f(d); message != "" {
			return message
		}
	}
	return ""
}

func missingLogOption(d Container) string {
	if d.LogConfiguration == nil || d.LogConfiguration.LogDriver != "awslogs" {
		return ""
	}
	for _, o := range []string{"awslogs-group", "awslogs-region", "awslogs-stream-prefix"} {
		if d.LogConfiguration.Options[o] == "" {
			return fmt.Sprintf("Log driver awslogs requires options: %s", o)
		}
	}
	return ""
}
