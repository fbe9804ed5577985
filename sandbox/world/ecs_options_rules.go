package world

import (
	"fmt"
	"slices"
	"strconv"
)

const execGuide = "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html"

// platformVersions are Fargate's for Linux, see
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html.
var platformVersions = []string{"LATEST", "1.4.0", "1.3.0"}

var ecsOptionsRules = []*Rule{
	{
		ID: "SERVICE-PLATFORM-VERSION", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified, Answer: SecondHand,
		Says:   "A service's platform version is one that Fargate has.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html; text: reported by users",
		Check: func(c *Call) string {
			v := c.New.Str("platformVersion")
			if v == "" || slices.Contains(platformVersions, v) {
				return ""
			}
			return "The specified platform does not exist."
		},
	},
	{
		ID: "SERVICE-PLATFORM-SIZE", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified, Answer: Unverified,
		Says:   "Tasks of 8 and 16 vCPU need platform version 1.4.0.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html; the text is inferred",
		Check: func(c *Call) string {
			d, ok := c.wantedTask()
			if cpu, _ := strconv.Atoi(d.CPU); !ok || cpu < 8192 || c.New.Str("platformVersion") != "1.3.0" {
				return ""
			}
			return "The task definition's CPU requires platform version 1.4.0 or later."
		},
	},
	{
		ID: "SERVICE-EXEC-ROLE", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: SecondHand,
		Says:   "ECS Exec needs a task role.",
		Source: execGuide + "; text: reported by users",
		Check: func(c *Call) string {
			d, ok := c.wantedTask()
			if !ok || !c.New.Bool("enableExecuteCommand") || d.TaskRoleARN != "" {
				return ""
			}
			return "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again."
		},
	},
	{
		ID: "SERVICE-GRACE-RANGE", Token: TokenService, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "A health check grace period is 0 to 2147483647 seconds.",
		Source: createService + ": healthCheckGracePeriodSeconds",
		Check:  func(c *Call) string { return between(c.New, "healthCheckGracePeriodSeconds", 0, 2147483647) },
	},
	{
		ID: "SERVICE-GRACE-CONTAINERS", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "The health check grace period holds for the containers' health checks as for the load balancers'. A service without a load balancer can have one, which AWS refused until about 2024.",
		Source: createService + ": healthCheckGracePeriodSeconds; https://github.com/kayac/ecspresso/pull/805",
	},
	{
		ID: "SERVICE-REBALANCING", Token: TokenService, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "Rebalancing over zones is ENABLED or DISABLED.",
		Source: createService + ": availabilityZoneRebalancing",
		Check:  func(c *Call) string { return oneOf(c.New, "availabilityZoneRebalancing", "ENABLED", "DISABLED") },
	},
	{
		ID: "SERVICE-REBALANCING-ROOM", Token: TokenService, Phase: PhaseWrite, Code: invalidParam, Confidence: Verified, Answer: Unverified,
		Says:   "Rebalancing needs room to start a task before another stops: a maximum above 100 percent.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html; the text is inferred",
		Check: func(c *Call) string {
			if c.New.Str("availabilityZoneRebalancing") != "ENABLED" || c.New.Int("deploymentMaximumPercent") > 100 {
				return ""
			}
			return fmt.Sprintf("Availability Zone rebalancing requires a maximumPercent greater than 100, and it is %d", c.New.Int("deploymentMaximumPercent"))
		},
	},
	{
		ID: "SERVICE-PROPAGATE-TAGS", Token: TokenService, Phase: PhaseCheck, Code: provider, Confidence: Verified,
		Says:   "Tags are propagated from the service, from the task definition, or not.",
		Source: createService + ": propagateTags",
		Check:  func(c *Call) string { return oneOf(c.New, "propagateTags", "SERVICE", "TASK_DEFINITION", "NONE") },
	},
	{
		ID: "SERVICE-ROLLBACK", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "With a circuit breaker that rolls back, tasks that can't start bring the last completed task definition back, and the service is steady: for the provider that looks like success.",
		Source: "Amazon ECS Developer Guide, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html; AWS provider, internal/service/ecs/service.go",
	},
	{
		ID: "SERVICE-EXEC", Token: TokenService, Phase: PhaseBehaviour, Confidence: Verified,
		Says:   "ECS Exec works where it is enabled, the task role has the four rights of ssmmessages, and the task reaches that service.",
		Source: execGuide,
	},
}
