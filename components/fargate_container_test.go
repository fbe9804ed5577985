package components

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

// sidecars gives a service sidecars, of an image of their own.
func sidecars(all map[string]SidecarArgs) func(*FargateServiceArgs) {
	return func(a *FargateServiceArgs) {
		a.Sidecars = map[string]SidecarArgs{}
		for name, sidecar := range all {
			sidecar.Image = pulumi.String("agent:1")
			a.Sidecars[name] = sidecar
		}
	}
}

// awaiting is a container that waits for another to be in a state.
func awaiting(name, condition string) ContainerArgs {
	return ContainerArgs{DependsOn: map[string]string{name: condition}}
}

var healthy = &ContainerHealthCheckArgs{Command: []string{"CMD", "true"}}

// badContainers are containers that no task can have.
var badContainers = []badService{
	{"a sidecar's name", sidecars(map[string]SidecarArgs{"a b": {}}), `sidecars has the key "a b"; it must be 1 to 255 letters, digits, hyphens and underscores`},
	{"the service's name", sidecars(map[string]SidecarArgs{"web": {}}), `sidecars has the key "web", which is the name of the service's own container`},
	{"a sidecar without an image", func(a *FargateServiceArgs) { a.Sidecars = map[string]SidecarArgs{"agent": {}} }, "sidecars.agent.image is missing; it is required"},
	{"eleven containers", func(a *FargateServiceArgs) {
		all := map[string]SidecarArgs{}
		for i := range 10 {
			all[fmt.Sprint("agent", i)] = SidecarArgs{}
		}
		sidecars(all)(a)
	}, "sidecars has 10 entries; it must have 0 to 9"},
	{"a container that isn't there", func(a *FargateServiceArgs) { a.ContainerArgs = awaiting("x", "START") }, `dependsOn has the key "x"; it must be a sidecar or web`},
	{
		"a state", sidecars(map[string]SidecarArgs{"agent": {ContainerArgs: awaiting("web", "UP")}}),
		`sidecars.agent.dependsOn.web is "UP"; it must be one of START, COMPLETE, SUCCESS, HEALTHY`,
	},
	{
		"HEALTHY without a check", sidecars(map[string]SidecarArgs{"agent": {ContainerArgs: awaiting("web", "HEALTHY")}}),
		"sidecars.agent.dependsOn.web is HEALTHY, but the container web has no health check; set healthCheck",
	},
	{"HEALTHY of a sidecar without a check", func(a *FargateServiceArgs) {
		sidecars(map[string]SidecarArgs{"agent": {}})(a)
		a.DependsOn = map[string]string{"agent": "HEALTHY"}
	}, "dependsOn.agent is HEALTHY, but the container agent has no health check; set sidecars.agent.healthCheck"},
	{
		"SUCCESS of the service's own", sidecars(map[string]SidecarArgs{"agent": {ContainerArgs: awaiting("web", "SUCCESS")}}),
		"sidecars.agent.dependsOn.web is SUCCESS, but the container web is not optional: the task would end with it",
	},
	{"COMPLETE of an essential sidecar", func(a *FargateServiceArgs) {
		sidecars(map[string]SidecarArgs{"agent": {}})(a)
		a.DependsOn = map[string]string{"agent": "COMPLETE"}
	}, "dependsOn.agent is COMPLETE, but the container agent is not optional: the task would end with it"},
	{"a circle with the service's own", func(a *FargateServiceArgs) {
		sidecars(map[string]SidecarArgs{"agent": {ContainerArgs: awaiting("web", "START")}, "bystander": {ContainerArgs: awaiting("web", "START")}})(a)
		a.DependsOn = map[string]string{"agent": "START"}
	}, "sidecars.agent.dependsOn goes round in a circle among agent, web; a container must not wait for itself"},
	{
		"a circle of sidecars",
		sidecars(map[string]SidecarArgs{
			"a": {ContainerArgs: awaiting("b", "START")}, "b": {ContainerArgs: awaiting("c", "START")}, "c": {ContainerArgs: awaiting("a", "START")},
		}),
		"sidecars.a.dependsOn goes round in a circle among a, b, c; a container must not wait for itself",
	},
	{
		"itself", func(a *FargateServiceArgs) { a.ContainerArgs = awaiting("web", "START") },
		"dependsOn goes round in a circle among web; a container must not wait for itself",
	},
	{"a relative path", func(a *FargateServiceArgs) { a.WritablePaths = []string{"tmp"} }, `writablePaths[0] is "tmp"; it must be an absolute path below / without .. and colons, and not in /proc, /sys or /dev`},
	{"the root", func(a *FargateServiceArgs) { a.WritablePaths = []string{"/tmp/.."} }, `writablePaths[0] is "/tmp/.."; it must be an absolute path below / without .. and colons, and not in /proc, /sys or /dev`},
	{"a path twice", func(a *FargateServiceArgs) { a.WritablePaths = []string{"/tmp", "/tmp"} }, `writablePaths[1] is "/tmp" a second time; list it once`},
	{
		"a path twice, written otherwise", sidecars(map[string]SidecarArgs{"agent": {ContainerArgs: ContainerArgs{WritablePaths: []string{"/tmp", "/tmp/"}}}}),
		`sidecars.agent.writablePaths[1] is "/tmp/" a second time; list it once`,
	},
	{
		"a variable's name", func(a *FargateServiceArgs) { a.Environment = pulumi.StringMap{"A=B": pulumi.String("c")} },
		`environment has the key "A=B"; it must be a variable's name: 1 to 255 letters, digits, underscores, dots and hyphens, with no digit first`,
	},
	{
		"a sidecar's variable's name",
		sidecars(map[string]SidecarArgs{"agent": {ContainerArgs: ContainerArgs{Environment: pulumi.StringMap{"": pulumi.String("c")}}}}),
		`sidecars.agent.environment has the key ""; it must be a variable's name: 1 to 255 letters, digits, underscores, dots and hyphens, with no digit first`,
	},
	{"a secret's name", func(a *FargateServiceArgs) {
		a.Secrets = map[string]pulumi.StringInput{"A B": pulumi.String("arn:aws:ssm:us-east-1:111111111111:parameter/a")}
	}, `secrets has the key "A B"; it must be a variable's name: 1 to 255 letters, digits, underscores, dots and hyphens, with no digit first`},
	{
		"a secret's value", func(a *FargateServiceArgs) { a.Secrets = map[string]pulumi.StringInput{"A": pulumi.String("hunter2")} },
		`secrets.A is "hunter2"; it must be the ARN of a Secrets Manager secret (arn:aws:secretsmanager:<region>:<account>:secret:<name>, and nothing or :<JSON key>:<stage>:<version> after it) ` +
			`or of a Systems Manager parameter (arn:aws:ssm:<region>:<account>:parameter/<name>), without wildcards`,
	},
	{"a secret of nothing", func(a *FargateServiceArgs) { a.Secrets = map[string]pulumi.StringInput{"A": nil} }, "secrets.A is missing; it is required"},
	{"a secret that is no secret", func(a *FargateServiceArgs) {
		a.Environment = pulumi.StringMap{"A": pulumi.String("b")}
		a.Secrets = map[string]pulumi.StringInput{"A": unknown()}
	}, "secrets.A is set together with environment.A; set one of them"},
	{"a stop at once", func(a *FargateServiceArgs) { a.StopTimeoutSeconds = pulumi.IntRef(0) }, "stopTimeoutSeconds is 0; it must be 2 to 120"},
	{"a late stop", func(a *FargateServiceArgs) { a.StopTimeoutSeconds = pulumi.IntRef(121) }, "stopTimeoutSeconds is 121; it must be 2 to 120"},
	{"a check without a command", func(a *FargateServiceArgs) { a.HealthCheck = &ContainerHealthCheckArgs{} }, "healthCheck.command is missing; it is required"},
	{
		"a check's command", func(a *FargateServiceArgs) { a.HealthCheck = &ContainerHealthCheckArgs{Command: []string{"true"}} },
		`healthCheck.command is ["true"]; it must be CMD and a program, or CMD-SHELL and a command line`,
	},
	{"a check's numbers", func(a *FargateServiceArgs) {
		a.HealthCheck = &ContainerHealthCheckArgs{
			Command: healthy.Command, IntervalSeconds: pulumi.IntRef(0), TimeoutSeconds: pulumi.IntRef(61), Retries: pulumi.IntRef(11), StartPeriodSeconds: pulumi.IntRef(301),
		}
	}, "healthCheck.intervalSeconds is 0; it must be 5 to 300\nhealthCheck.timeoutSeconds is 61; it must be 2 to 60\n" +
		"healthCheck.retries is 11; it must be 1 to 10\nhealthCheck.startPeriodSeconds is 301; it must be 0 to 300"},
	{
		"restarts too soon", func(a *FargateServiceArgs) {
			a.RestartPolicy = &RestartPolicyArgs{RestartAttemptPeriodSeconds: pulumi.IntRef(59)}
		},
		"restartPolicy.restartAttemptPeriodSeconds is 59; it must be 60 to 1800",
	},
	{
		"restarts too late",
		sidecars(map[string]SidecarArgs{"agent": {ContainerArgs: ContainerArgs{
			RestartPolicy: &RestartPolicyArgs{RestartAttemptPeriodSeconds: pulumi.IntRef(1801)},
		}}}),
		"sidecars.agent.restartPolicy.restartAttemptPeriodSeconds is 1801; it must be 60 to 1800",
	},
	{
		"too many exit codes", func(a *FargateServiceArgs) { a.RestartPolicy = &RestartPolicyArgs{IgnoredExitCodes: make([]int, 51)} },
		"restartPolicy.ignoredExitCodes has 51 entries; it must have 0 to 50",
	},
	{"ECS Exec with read-only files", func(a *FargateServiceArgs) {
		sidecars(map[string]SidecarArgs{"agent": {ContainerArgs: ContainerArgs{ReadOnlyRootFilesystem: pulumi.BoolRef(true)}}})(a)
		a.ExecuteCommand = true
	}, "sidecars.agent.readOnlyRootFilesystem is true, but executeCommand is too; the agent of ECS Exec has to write to the container's files"},
}

func TestContainersRefuse(t *testing.T) { refuseServices(t, badContainers) }

func TestRestartPolicy(t *testing.T) {
	for _, test := range []struct {
		name string
		args RestartPolicyArgs
		want map[string]any
	}{
		{"its defaults", RestartPolicyArgs{}, map[string]any{"enabled": true, "restartAttemptPeriod": 300.0}},
		{
			"all of it", RestartPolicyArgs{Enabled: pulumi.BoolRef(false), IgnoredExitCodes: []int{0, 143}, RestartAttemptPeriodSeconds: pulumi.IntRef(60)},
			map[string]any{"enabled": false, "ignoredExitCodes": []any{0.0, 143.0}, "restartAttemptPeriod": 60.0},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := fargateArgs()
			args.RestartPolicy = &test.args
			assert.Equal(t, test.want, container(t, runFargate(t, "web", args).get(t, taskToken, "web"))["restartPolicy"])
		})
	}
}

func TestVolumeNotices(t *testing.T) {
	options := FargateServiceOptions{
		ContainerArgs: ContainerArgs{WritablePaths: []string{"/a", "/b"}, User: "101:101"},
		Sidecars: map[string]SidecarArgs{
			"root": {ContainerArgs: ContainerArgs{WritablePaths: []string{"/a"}, User: "0"}},
			"none": {ContainerArgs: ContainerArgs{User: "101"}},
		},
	}
	assert.Equal(t, []string{"service.writablePaths: on Fargate /a, /b belongs to root, and the user 101:101 can write there only if the image " +
		"has made the directory theirs and declared it: RUN chown 101 /a /b, then VOLUME /a /b"}, options.volumeNotices("service"))
}
