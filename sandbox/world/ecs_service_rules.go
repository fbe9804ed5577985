package world

import (
	"fmt"
	"slices"
	"strings"
)

const createService = ecsAPI + "CreateService, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html"

var ecsServiceRules = []*Rule{
	// ECS looks at the form of a request before it looks for what is named in it.
	{
		ID: "SERVICE-SUBNETS-LIMIT", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified,
		Says:   "A service has at most 16 subnets.",
		Source: ecsAPI + "AwsVpcConfiguration, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
		Check:  func(c *Call) string { return atMost(c.network(), "subnets", 16) },
	},
	{
		ID: "SERVICE-GROUPS-LIMIT", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified,
		Says:   "A service has at most five security groups.",
		Source: ecsAPI + "AwsVpcConfiguration, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
		Check:  func(c *Call) string { return atMost(c.network(), "securityGroups", 5) },
	},
	{
		ID: "SERVICE-TARGETS-LIMIT", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified,
		Says:   "A service registers with at most five target groups.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html",
		Check:  func(c *Call) string { return atMost(c.New, "loadBalancers", 5) },
	},
	{
		ID: "SERVICE-NAME", Token: TokenService, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A service's name has 1 to 255 letters, digits, hyphens and underscores.",
		Source: createService + ": serviceName",
		Check:  func(c *Call) string { return ecsNamed(c.New, "name") },
	},
	{
		ID: "SERVICE-LAUNCH-TYPE", Token: TokenService, Phase: PhaseCreate, Code: invalidParam, Confidence: Verified,
		Says:   "A service has a launch type or a capacity provider strategy, not both.",
		Source: createService + ": launchType",
		Check: func(c *Call) string {
			if c.New.Has("launchType") && len(c.New.List("capacityProviderStrategies")) > 0 {
				return "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
			}
			return ""
		},
	},
	{
		ID: "SERVICE-CLUSTER-EXISTS", Token: TokenService, Phase: PhaseCreate, Code: "ClusterNotFoundException", Confidence: Verified, Answer: SecondHand,
		Says:   "A service's cluster exists.",
		Source: createService + ": Errors; text: as in github.com/getmoto/moto",
		Check: func(c *Call) string {
			if c.clusterNamed(c.New.Str("cluster")) != nil {
				return ""
			}
			return "Cluster not found."
		},
	},
	{
		ID: "SERVICE-NAME-UNIQUE", Token: TokenService, Phase: PhaseCreate, Code: invalidParam, Confidence: SecondHand,
		Says:   "A service's name is unique in its cluster.",
		Source: createService + ": serviceName; text: reported by users",
		Check: func(c *Call) string {
			cluster := c.clusterNamed(c.New.Str("cluster"))
			taken := c.servicesWhere(func(s Service) bool {
				return cluster != nil && s.ClusterARN == cluster.ID && s.Name == c.New.Str("name")
			})
			if len(taken) == 0 {
				return ""
			}
			return "Creation of service was not idempotent."
		},
	},
	{
		ID: "SERVICE-TASK-EXISTS", Token: TokenService, Phase: PhaseWrite, Code: "ClientException", Confidence: SecondHand,
		Says:   "A service's task definition exists.",
		Source: createService + ": Errors; text: reported by users",
		Check: func(c *Call) string {
			if _, ok := c.wantedTask(); ok || !c.touches("taskDefinition") {
				return ""
			}
			return "Unable to describe task definition."
		},
	},
	{
		ID: "SERVICE-NETWORK-GIVEN", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "A service of awsvpc tasks needs a network configuration.",
		Source: createService + ": networkConfiguration; text: reported by users",
		Check: func(c *Call) string {
			if d, ok := c.wantedTask(); !ok || d.NetworkMode != "awsvpc" || c.New.Has("networkConfiguration") {
				return ""
			}
			return "Network Configuration must be provided when networkMode 'awsvpc' is specified."
		},
	},
	{
		ID: "SERVICE-SUBNETS-EXIST", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "A service's subnets exist.",
		Source: ecsAPI + "AwsVpcConfiguration, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html; text: reported by users",
		Check: func(c *Call) string {
			return c.allExist(TokenSubnet, "networkConfiguration", c.network().Strs("subnets"),
				"Error retrieving subnet information for [%[1]s]: The subnet ID '%[1]s' does not exist")
		},
	},
	{
		ID: "SERVICE-SUBNETS-ONE-VPC", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified,
		Says:   "A service's subnets are in one VPC.",
		Source: ecsAPI + "AwsVpcConfiguration, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
		Check: func(c *Call) string {
			return differentVPCs(c.ownSubnets(c.network().Strs("subnets")), "subnets must belong to the same VPC: %s, %s")
		},
	},
	{
		ID: "SERVICE-GROUPS-EXIST", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "A service's security groups exist in its VPC.",
		Source: ecsAPI + "AwsVpcConfiguration, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html; text: reported by users",
		Check: func(c *Call) string {
			vpc := ""
			if s := c.ownSubnets(c.network().Strs("subnets")); len(s) > 0 {
				vpc = s[0].VpcID
			}
			return c.groupsExist("networkConfiguration", c.network().Strs("securityGroups"), vpc,
				"Error retrieving security group information for [%[1]s]: The security group '%[1]s' does not exist")
		},
	},
	{
		ID: "SERVICE-TARGET-EXISTS", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "The target groups that a service registers with exist.",
		Source: createService + ": loadBalancers; text: reported by users",
		Check: func(c *Call) string {
			return c.balancer(func(b ServiceLoadBalancer) string {
				if c.Own(TokenTargetGroup, b.TargetGroupARN) != nil {
					return ""
				}
				return fmt.Sprintf("The specified target group does not exist: %s", b.TargetGroupARN)
			})
		},
	},
	{
		ID: "SERVICE-TARGET-LISTENER", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "A target group that a service registers with belongs to a load balancer: its listener comes first. AWS and the provider hide a listener that comes a little late by retrying; the sandbox does not.",
		Source: createService + ": loadBalancers; text: reported by users",
		Check: func(c *Call) string {
			return c.balancer(func(b ServiceLoadBalancer) string {
				if c.Own(TokenTargetGroup, b.TargetGroupARN) == nil || len(c.listenersTo(b.TargetGroupARN)) > 0 {
					return ""
				}
				return fmt.Sprintf("The target group with targetGroupArn %s does not have an associated load balancer.", b.TargetGroupARN)
			})
		},
	},
	{
		ID: "SERVICE-TARGET-TYPE", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "awsvpc tasks register with target groups of type ip.",
		Source: createService + ": loadBalancers; text: reported by users",
		Check: func(c *Call) string {
			d, ok := c.wantedTask()
			return c.balancer(func(b ServiceLoadBalancer) string {
				g := c.Own(TokenTargetGroup, b.TargetGroupARN)
				if !ok || d.NetworkMode != "awsvpc" || g == nil || g.Outputs.Str("targetType") == "ip" {
					return ""
				}
				return fmt.Sprintf("The provided target group %s has target type %s, which is incompatible with the awsvpc network mode specified in the task definition.",
					b.TargetGroupARN, g.Outputs.Str("targetType"))
			})
		},
	},
	{
		ID: "SERVICE-CONTAINER-EXISTS", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "The container that a service registers is in its task definition.",
		Source: createService + ": loadBalancers; text: reported by users",
		Check: func(c *Call) string {
			return c.balancer(func(b ServiceLoadBalancer) string {
				if _, ok := c.registered(b); ok {
					return ""
				}
				return fmt.Sprintf("The container %s does not exist in the task definition.", b.ContainerName)
			})
		},
	},
	{
		ID: "SERVICE-CONTAINER-PORT", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "The container that a service registers maps the port.",
		Source: createService + ": loadBalancers; text: reported by users",
		Check: func(c *Call) string {
			return c.balancer(func(b ServiceLoadBalancer) string {
				d, ok := c.registered(b)
				if !ok || d.Name == "" || d.maps(b.ContainerPort) {
					return ""
				}
				return fmt.Sprintf("The container %s did not have a container port %d defined.", b.ContainerName, b.ContainerPort)
			})
		},
	},
	{
		ID: "SERVICE-DEPLOYMENT-ROOM", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified,
		Says:   "A deployment's maximum percent is above its minimum healthy percent, else no task could be exchanged.",
		Source: ecsAPI + "DeploymentConfiguration, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html",
		Check: func(c *Call) string {
			low, high := c.New.Int("deploymentMinimumHealthyPercent"), c.New.Int("deploymentMaximumPercent")
			if high == 0 || high > low || high < 100 {
				return ""
			}
			return fmt.Sprintf("The maximumPercent %d must be greater than the minimumHealthyPercent %d.", high, low)
		},
	},
	{
		ID: "SERVICE-CONTROLLER-REPLACE", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Another deployment controller makes a new service; no longer naming one changes nothing.",
		Source: "AWS provider, internal/service/ecs/service.go",
	},
	{
		ID: "SERVICE-ZONES", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Tasks in a zone that the load balancer lacks are registered, but unused, and the service never becomes steady.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/nlb.html",
	},
	{
		ID: "SERVICE-STEADY-STATE", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "The provider waits for a steady state only with waitForSteadyState: as many tasks running as desired, and healthy.",
		Source: "AWS provider, schema of the resource: https://www.pulumi.com/registry/packages/aws/api-docs/ecs/service/",
	},
	{
		ID: "SERVICE-DEFAULT-GROUP", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "Tasks without a security group get the VPC's default one.",
		Source: ecsAPI + "AwsVpcConfiguration: securityGroups",
	},
}

// network is the network configuration that the call wants.
func (c *Call) network() Props { return c.New.Map("networkConfiguration") }

// wantedTask is the task definition that the call names.
func (c *Call) wantedTask() (TaskDefinition, bool) {
	return c.findTaskDefinition(c.Caller.Account, c.Caller.Region, c.New.Str("taskDefinition"))
}

// balancer returns the first message that f has for one of the call's load balancers.
func (c *Call) balancer(f func(ServiceLoadBalancer) string) string {
	if !c.touches("loadBalancers", "taskDefinition", "networkConfiguration") {
		return ""
	}
	for _, b := range c.New.Maps("loadBalancers") {
		message := f(ServiceLoadBalancer{
			TargetGroupARN: b.Str("targetGroupArn"), ContainerName: b.Str("containerName"),
			ContainerPort: b.Int("containerPort"),
		})
		if message != "" {
			return message
		}
	}
	return ""
}

// registered returns the container that a load balancer entry names. Without a
// task definition there is nothing to look in, and no fault of the entry.
func (c *Call) registered(b ServiceLoadBalancer) (Container, bool) {
	d, ok := c.wantedTask()
	if !ok {
		return Container{}, true
	}
	i := slices.IndexFunc(d.Containers, func(d Container) bool { return d.Name == b.ContainerName })
	if i < 0 {
		return Container{}, false
	}
	return d.Containers[i], true
}

// atMost checks the length of a list.
func atMost(p Props, property string, limit int) string {
	if n := len(p.List(property)); n > limit {
		return fmt.Sprintf("%s can have at most %d items: %d were given", strings.ToLower(property), limit, n)
	}
	return ""
}
