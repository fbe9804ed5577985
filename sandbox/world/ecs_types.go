package world

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

var clusterType = &Type{
	Token: TokenCluster,
	Inputs: []Property{
		{Name: "configuration"},
		{Name: "name", Replace: true, Computed: true},
		{Name: "serviceConnectDefaults"},
		{Name: "settings", Computed: true, Set: true, Elem: []Property{
			{Name: "name", Required: true},
			{Name: "value", Required: true},
		}},
		{Name: "tags"},
	},
	AutoName: &AutoName{Property: "name", Max: 255},
	Latency: Latency{
		Create: 5 * time.Second, Update: 5 * time.Second, Delete: 10 * time.Second,
		Source: "assumption: 1 to 5 s, with the provider's waiter for the state ACTIVE, and INACTIVE on delete",
	},
	Outputs: Props{
		"arn": "", "configuration": nil, "name": "", "serviceConnectDefaults": nil,
		"settings": []any{map[string]any{"name": "containerInsights", "value": "disabled"}}, "tags": nil,
	},
	Create: func(c *Call) (string, Props, error) {
		arn := c.ARN("ecs", "cluster/"+c.New.Str("name"))
		return arn, Props{"arn": arn}, nil
	},
}

var taskDefinitionType = &Type{
	Token: TokenTaskDefinition,
	Inputs: []Property{
		{Name: "containerDefinitions", Required: true, Replace: true},
		{Name: "cpu", Replace: true},
		{Name: "enableFaultInjection", Replace: true, Computed: true},
		{Name: "ephemeralStorage", Replace: true, Elem: []Property{{Name: "sizeInGib", Required: true}}},
		{Name: "executionRoleArn", Replace: true},
		{Name: "family", Required: true, Replace: true},
		{Name: "ipcMode", Replace: true},
		{Name: "memory", Replace: true},
		{Name: "networkMode", Replace: true, Computed: true},
		{Name: "pidMode", Replace: true},
		{Name: "requiresCompatibilities", Replace: true, Set: true},
		{Name: "runtimePlatform", Replace: true, Elem: []Property{
			{Name: "cpuArchitecture"},
			{Name: "operatingSystemFamily"},
		}},
		{Name: "skipDestroy", Default: false},
		{Name: "tags"},
		{Name: "taskRoleArn", Replace: true},
		{Name: "trackLatest", Default: false},
		{Name: "volumes", Replace: true, Set: true, Elem: []Property{
			{Name: "configureAtLaunch", Computed: true},
			{Name: "dockerVolumeConfiguration"},
			{Name: "efsVolumeConfiguration", Elem: []Property{
				{Name: "authorizationConfig", Elem: []Property{{Name: "accessPointId"}, {Name: "iam"}}},
				{Name: "fileSystemId", Required: true},
				{Name: "rootDirectory", Default: "/"},
				{Name: "transitEncryption"},
				{Name: "transitEncryptionPort"},
			}},
			{Name: "fsxWindowsFileServerVolumeConfiguration"},
			{Name: "hostPath"},
			{Name: "name", Required: true},
		}},
	},
	Latency: quick,
	Outputs: Props{
		"arn": "", "arnWithoutRevision": "", "containerDefinitions": "", "cpu": "",
		"enableFaultInjection": false, "ephemeralStorage": nil, "executionRoleArn": "", "family": "",
		"inferenceAccelerators": []any{}, "ipcMode": "", "memory": "", "networkMode": "bridge", "pidMode": "", "placementConstraints": []any{},
		"proxyConfiguration": nil, "requiresCompatibilities": []any{}, "revision": 0.0,
		"runtimePlatform": nil, "skipDestroy": false, "tags": nil, "taskRoleArn": "", "trackLatest": false,
		"volumes": []any{},
	},
	Diff:   diffTaskDefinition,
	Create: createTaskDefinition,
	Delete: func(c *Call) error {
		left := c.Record.clone()
		left.Kind = KindInactiveRevision
		if c.State.Bool("skipDestroy") {
			left.Kind = KindKeptRevision
		}
		c.Put(left)
		return nil
	},
	ID:   func(r *Record) string { return r.Outputs.Str("family") },
	Find: findRevision,
}

// createTaskDefinition registers the family's next revision. Its ARN is the
// record's id; the provider shows the family as the id, the same for all revisions.
func createTaskDefinition(c *Call) (string, Props, error) {
	family := c.New.Str("family")
	revision := c.nextRevision(c.Caller.Account, c.Caller.Region, family)
	without := c.ARN("ecs", "task-definition/"+family)
	arn := fmt.Sprintf("%s:%d", without, revision)
	return arn, Props{
		"arn": arn, "arnWithoutRevision": without, "revision": float64(revision),
		"containerDefinitions": normalContainers(c.New.Str("containerDefinitions"), c.New.Str("networkMode")),
		"cpu":                  unitsOf(c.New.Str("cpu")), "memory": unitsOf(c.New.Str("memory")),
	}, nil
}

// findRevision picks among the revisions of one family: to be deleted is the
// oldest, since a replacement makes the new revision first; meant by all other
// calls is the newest.
func findRevision(candidates []*Record, phase Phase) *Record {
	slices.SortFunc(candidates, func(a, b *Record) int { return a.Outputs.Int("revision") - b.Outputs.Int("revision") })
	if phase == PhaseDelete {
		return candidates[0]
	}
	return candidates[len(candidates)-1]
}

// diffTaskDefinition: container definitions that say the same are the same.
func diffTaskDefinition(c *Call, changes []Change) []Change {
	return slices.DeleteFunc(changes, func(ch Change) bool {
		return ch.Property == "containerDefinitions" &&
			normalContainers(c.Old.Str(ch.Property), c.Old.Str("networkMode")) ==
				normalContainers(c.New.Str(ch.Property), c.New.Str("networkMode")) && c.New.Known(ch.Property)
	})
}

// normalContainers spells container definitions as the provider shows them:
// keys in order, AWS's empty lists and, in awsvpc mode, host ports filled in.
func normalContainers(doc, networkMode string) string {
	var containers []map[string]any
	if json.Unmarshal([]byte(doc), &containers) != nil {
		return doc
	}
	for _, c := range containers {
		for _, k := range []string{"environment", "mountPoints", "portMappings", "volumesFrom"} {
			if c[k] == nil {
				c[k] = []any{}
			}
		}
		if c["essential"] == nil {
			c["essential"] = true
		}
		for _, m := range Props(c).Maps("portMappings") {
			if networkMode == "awsvpc" && !m.Has("hostPort") {
				m["hostPort"] = m["containerPort"]
			}
			if !m.Has("protocol") {
				m["protocol"] = "tcp"
			}
		}
	}
	return jsonText(containers)
}

// unitsOf is a CPU or memory size in AWS's units: "1 vCPU" is 1024, "2 GB" 2048.
func unitsOf(s string) string {
	upper := strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	for _, unit := range []string{"VCPU", "GB"} {
		if n, ok := strings.CutSuffix(upper, unit); ok {
			if f, err := strconv.ParseFloat(n, 64); err == nil {
				return strconv.Itoa(int(f * 1024))
			}
		}
	}
	return s
}

var serviceType = &Type{
	Token: TokenService,
	Inputs: []Property{
		{Name: "alarms", LeftOut: true, Elem: []Property{
			{Name: "alarmNames", Required: true, Set: true},
			{Name: "enable", Required: true},
			{Name: "rollback", Required: true},
		}},
		{Name: "availabilityZoneRebalancing", Computed: true},
		{Name: "capacityProviderStrategies", Set: true, Replace: true, Elem: strategyEntry},
		{Name: "cluster", Replace: true, Computed: true},
		{Name: "deploymentCircuitBreaker", Elem: []Property{
			{Name: "enable", Required: true},
			{Name: "rollback", Required: true},
		}},
		{Name: "deploymentController", Computed: true, Elem: []Property{{Name: "type", Default: "ECS", Replace: true}}},
		{Name: "deploymentMaximumPercent", Default: 200.0},
		{Name: "deploymentMinimumHealthyPercent", Default: 100.0},
		{Name: "desiredCount"},
		{Name: "enableEcsManagedTags", Default: false},
		{Name: "enableExecuteCommand", Default: false},
		{Name: "forceDelete"},
		{Name: "forceNewDeployment"},
		{Name: "healthCheckGracePeriodSeconds"},
		{Name: "iamRole", Replace: true},
		{Name: "launchType", Replace: true, Computed: true},
		{Name: "loadBalancers", Set: true, Elem: []Property{
			{Name: "containerName", Required: true},
			{Name: "containerPort", Required: true},
			{Name: "elbName"},
			{Name: "targetGroupArn"},
		}},
		{Name: "name", Replace: true},
		{Name: "networkConfiguration", LeftOut: true, Elem: []Property{
			{Name: "assignPublicIp", Default: false},
			{Name: "securityGroups", Set: true},
			{Name: "subnets", Required: true, Set: true},
		}},
		{Name: "platformVersion", Computed: true},
		{Name: "propagateTags", LeftOut: true},
		{Name: "schedulingStrategy", Replace: true, Default: "REPLICA"},
		{Name: "tags"},
		{Name: "taskDefinition", ReadBack: true},
		{Name: "triggers", Computed: true},
		{Name: "waitForSteadyState", Default: false},
	},
	AutoName: &AutoName{Property: "name", Max: 255},
	Latency: Latency{
		Create: time.Second, Update: time.Second, Delete: 30 * time.Second,
		Source:  "create: public deployment logs, about 1 s; with waitForSteadyState a task's start, 84 s in a public log, a target's registration, assumed 60 s of 60 to 180, and its health checks, interval times threshold, 150 s unless set; delete: the containers' longest stop timeout, 30 s unless set, after the target groups' longest deregistration delay, 300 s unless set",
		Cases:   []LatencyCase{{Input: "waitForSteadyState", Is: true, Create: taskStart, Update: taskStart}},
		Depends: serviceTakes,
	},
	Outputs: Props{
		"alarms": nil, "availabilityZoneRebalancing": "DISABLED", "capacityProviderStrategies": []any{},
		"cluster": "", "deploymentCircuitBreaker": nil,
		"deploymentController":     map[string]any{"type": "ECS"},
		"deploymentMaximumPercent": 200.0, "deploymentMinimumHealthyPercent": 100.0, "desiredCount": 0.0,
		"enableEcsManagedTags": false, "enableExecuteCommand": false, "forceDelete": nil,
		"forceNewDeployment": nil, "healthCheckGracePeriodSeconds": 0.0, "iamRole": nil, "launchType": "",
		"loadBalancers": []any{}, "name": "", "networkConfiguration": nil,
		"orderedPlacementStrategies": []any{}, "placementConstraints": []any{}, "platformVersion": "LATEST",
		"propagateTags": "NONE", "schedulingStrategy": "REPLICA", "serviceConnectConfiguration": nil,
		"serviceRegistries": nil, "tags": nil, "taskDefinition": "", "triggers": map[string]any{},
		"volumeConfiguration": nil, "vpcLatticeConfigurations": []any{}, "waitForSteadyState": false,
	},
	Diff:   diffService,
	Create: makeService,
	Update: func(c *Call) (Props, error) {
		if c.forcesDeployment() {
			c.Record.Hidden["forced"] = float64(c.Record.Hidden.Int("forced") + 1)
		}
		shown := shownService(c)
		if !c.Changed("desiredCount") {
			shown["desiredCount"] = c.State["desiredCount"] // what autoscaling made of it
		}
		return shown, nil
	},
	Read: readService,
	Wait: waitForService,
	Delete: func(c *Call) error {
		for _, t := range c.Tasks(c.ID) {
			c.removeTask(t)
		}
		return nil
	},
}

// readService: the provider that doesn't wait reads the service right after its call,
// when a deployment that will be rolled back has just begun.
func readService(c *Call) Props {
	writes := c.Phase == PhaseCreate || c.Phase == PhaseUpdate
	if writes && !c.New.Bool("waitForSteadyState") && c.New.Has("taskDefinition") {
		return Props{"taskDefinition": c.New.Str("taskDefinition")}
	}
	return nil
}

// makeService keeps the cluster's ARN, by whatever the program names the cluster.
// The provider goes on showing it as it was named.
func makeService(c *Call) (string, Props, error) {
	cluster := c.clusterNamed(c.New.Str("cluster"))
	c.Record.Hidden["cluster"] = cluster.ID
	computed, name := shownService(c), cluster.Outputs.Str("name")
	if !c.New.Has("cluster") {
		computed["cluster"] = name
	}
	return c.ARN("ecs", fmt.Sprintf("service/%s/%s", name, c.New.Str("name"))), computed, nil
}

// shownService fills in what the provider shows of a service's blocks.
func shownService(c *Call) Props {
	balancers := []any{}
	for _, b := range c.New.Maps("loadBalancers") {
		balancers = append(balancers, map[string]any{
			"containerName": b.Str("containerName"), "containerPort": float64(b.Int("containerPort")),
			"elbName": b.Str("elbName"), "targetGroupArn": b.Str("targetGroupArn"),
		})
	}
	out := Props{
		"loadBalancers":              balancers,
		"capacityProviderStrategies": shownStrategy(c.New.Maps("capacityProviderStrategies")),
	}
	if n := c.New.Map("networkConfiguration"); n != nil {
		shown := withoutDefaultsNotes(map[string]any(n)).(map[string]any)
		if _, ok := shown["securityGroups"]; !ok {
			shown["securityGroups"] = nil
		}
		out["networkConfiguration"] = shown
	}
	return out
}

// forcesDeployment says whether an update makes a new deployment whatever it changes:
// the provider asks for one with each, but for those of the tags, which are other calls.
func (c *Call) forcesDeployment() bool {
	before, after := c.Old.Clone(), c.New.Clone()
	delete(before, "tags")
	delete(after, "tags")
	return c.New.Bool("forceNewDeployment") && jsonText(before) != jsonText(after)
}

// diffService: a forced new deployment takes another strategy, but no strategy
// takes the place of a launch type.
func diffService(c *Call, changes []Change) []Change {
	const strategies = "capacityProviderStrategies"
	for i, ch := range changes {
		if ch.Property == strategies && c.New.Bool("forceNewDeployment") {
			changes[i].Replace = (len(c.Old.List(strategies)) == 0) != (len(c.New.List(strategies)) == 0)
		}
	}
	return changes
}

// waitForService is the provider's waitForSteadyState: the desired number of
// tasks runs, and the load balancer finds them healthy.
func waitForService(c *Call) error {
	if !c.New.Bool("waitForSteadyState") {
		return nil
	}
	if s, _ := c.Service(c.ID); s.Unsteady != "" {
		return fmt.Errorf("waiting for ECS Service (%s): timeout while waiting for the service to become steady: %s", c.ID, s.Unsteady)
	}
	return nil
}
