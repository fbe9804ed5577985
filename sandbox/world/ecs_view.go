package world

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Service is an ECS service, as the read-only view shows it.
type Service struct {
	ARN, Name, Account, Region string
	ClusterARN                 string
	// TaskDefinition is what the program named: an ARN, or a family with or
	// without a revision.
	TaskDefinition string
	Desired        int
	// Running is how many of its tasks run.
	Running int
	// Unsteady says in a sentence why the service is not in its steady state;
	// empty when it is.
	Unsteady       string
	SubnetIDs      []string
	GroupIDs       []string
	AssignPublicIP bool
	LoadBalancers  []ServiceLoadBalancer
	// LaunchType is "FARGATE", or "" where a strategy says what the tasks run on.
	LaunchType string
	// Strategy is the service's own; empty where the cluster's default holds.
	Strategy []CapacityShare
	// rollsBack: the circuit breaker brings the last completed deployment back.
	rollsBack bool
	// completed is the task definition of the last deployment that was completed.
	completed string
	// forced is how many deployments were forced though nothing of the tasks changed.
	forced int
}

// ServiceLoadBalancer is where an ECS service registers its tasks.
type ServiceLoadBalancer struct {
	TargetGroupARN string
	ContainerName  string
	ContainerPort  int
}

// portOf is the port under which the service registers with a target group, 0
// if it does not.
func (s Service) portOf(targetGroupARN string) int {
	for _, b := range s.LoadBalancers {
		if b.TargetGroupARN == targetGroupARN {
			return b.ContainerPort
		}
	}
	return 0
}

// Services returns the ECS services of every account, by ARN.
func (tx *Tx) Services() []Service {
	out := tx.servicesWhere(func(Service) bool { return true })
	for i := range out {
		tx.judge(&out[i])
	}
	return out
}

// Service returns the ECS service with that ARN.
func (tx *Tx) Service(arn string) (Service, bool) {
	r := tx.peek(TokenService, arn)
	if r == nil {
		return Service{}, false
	}
	s := asService(r)
	tx.judge(&s)
	return s, true
}

// servicesWhere returns services without Running and Unsteady.
func (tx *Tx) servicesWhere(f func(Service) bool) []Service {
	var out []Service
	tx.each(TokenService, func(r *Record) bool {
		if s := asService(r); f(s) {
			out = append(out, s)
		}
		return true
	})
	return out
}

func asService(r *Record) Service {
	network := r.Outputs.Map("networkConfiguration")
	s := Service{
		ARN: r.ID, Name: r.Outputs.Str("name"), Account: r.Account, Region: r.Region,
		ClusterARN: r.Hidden.Str("cluster"), TaskDefinition: r.Outputs.Str("taskDefinition"),
		Desired: r.Outputs.Int("desiredCount"), SubnetIDs: network.Strs("subnets"),
		GroupIDs: network.Strs("securityGroups"), AssignPublicIP: network.Bool("assignPublicIp"),
		LaunchType: r.Outputs.Str("launchType"), Strategy: capacityShares(r.Outputs.Maps("capacityProviderStrategies")),
		completed: r.Hidden.Str("completed"), forced: r.Hidden.Int("forced"),
	}
	breaker := r.Outputs.Map("deploymentCircuitBreaker")
	s.rollsBack = breaker.Bool("enable") && breaker.Bool("rollback")
	for _, b := range r.Outputs.Maps("loadBalancers") {
		s.LoadBalancers = append(s.LoadBalancers, ServiceLoadBalancer{
			TargetGroupARN: b.Str("targetGroupArn"), ContainerName: b.Str("containerName"),
			ContainerPort: b.Int("containerPort"),
		})
	}
	return s
}

// judge fills in how the service is doing.
func (tx *Tx) judge(s *Service) {
	var stopped *Task
	for _, t := range tx.Tasks(s.ARN) {
		if t.Running() {
			s.Running++
		} else {
			stopped = &t
		}
	}
	switch {
	case stopped != nil:
		s.Unsteady = fmt.Sprintf("(service %s) has %d of %d tasks running; task %s stopped: %s (%s)",
			s.Name, s.Running, s.Desired, stopped.ID, stopped.StoppedReason, stopped.Detail)
	case s.Running != s.Desired:
		s.Unsteady = fmt.Sprintf("(service %s) has %d of %d tasks running", s.Name, s.Running, s.Desired)
	default:
		s.Unsteady = cmp.Or(tx.tooManyTargets(s), tx.unhealthyTarget(s))
	}
}

// tooManyTargets says that a load balancer of the service has more targets than it can
// have, where it has: ECS can't register the last ones.
func (tx *Tx) tooManyTargets(s *Service) string {
	limit := tx.limitOf(quotaTargets, s.Account, s.Region)
	for _, b := range s.LoadBalancers {
		for _, l := range tx.listenersTo(b.TargetGroupARN) {
			balancer, _ := tx.LoadBalancer(l.LoadBalancerARN)
			if n := tx.targetsOf(balancer); n > limit {
				return fmt.Sprintf("(service %s) failed to register targets in (target-group %s) with (error TooManyTargets: the load balancer would have %d targets, and the limit is %d)",
					s.Name, b.TargetGroupARN, n, limit)
			}
		}
	}
	return ""
}

// targetsOf counts the targets of a load balancer, a task once for each target group:
// those of the fullest zone, or all with cross-zone load balancing.
func (tx *Tx) targetsOf(l LoadBalancer) int {
	groups, zones := map[string]bool{}, map[string]int{}
	for _, listener := range tx.Listeners(l.ARN) {
		for _, arn := range listener.TargetGroupARNs {
			groups[arn] = true
		}
	}
	for arn := range groups {
		crossZone := tx.CrossZone(l, arn)
		for _, s := range tx.servicesWhere(func(s Service) bool { return s.portOf(arn) != 0 }) {
			for _, t := range tx.Tasks(s.ARN) {
				if zone := t.Interface.ZoneID; t.Running() && crossZone {
					zones[""]++
				} else if t.Running() {
					zones[zone]++
				}
			}
		}
	}
	most := 0
	for _, n := range zones {
		most = max(most, n)
	}
	return most
}

func (tx *Tx) unhealthyTarget(s *Service) string {
	for _, b := range s.LoadBalancers {
		for _, t := range tx.Targets(b.TargetGroupARN) {
			if t.State != TargetHealthy {
				return fmt.Sprintf("(service %s) (port %d) is %s in (target-group %s) due to (reason %s)",
					s.Name, t.Port, t.State, b.TargetGroupARN, t.Description)
			}
		}
	}
	return ""
}

// The states of a task that the world shows; in between AWS has more.
const (
	TaskRunning = "RUNNING"
	TaskStopped = "STOPPED"
)

// Task is an ECS task.
type Task struct {
	// ID is the last part of the ARN, 32 hexadecimal digits.
	ARN, ID, Account, Region string
	ServiceARN               string
	TaskDefinitionARN        string
	SubnetID                 string
	// Status is TaskRunning or TaskStopped. A stopped task could not start; the
	// service tries again whenever something changes.
	Status string
	// StoppedReason is AWS's own, "CannotPullContainerError: …".
	StoppedReason string
	// Detail says in a sentence what in the world the reason comes from.
	Detail string
	// Interface is the network interface of a running task.
	Interface NetworkInterface
	// Ports are the TCP and UDP ports that its containers map.
	Ports []int
	// CapacityProvider is "FARGATE" or "FARGATE_SPOT".
	CapacityProvider string
	// forced is how many of its service's deployments were forced before it started.
	forced int
}

// Running says whether the task runs.
func (t Task) Running() bool { return t.Status == TaskRunning }

// Tasks returns the tasks of an ECS service, by ARN.
func (tx *Tx) Tasks(serviceARN string) []Task {
	var out []Task
	tx.each(KindTask, func(r *Record) bool {
		if r.Hidden.Str("service") == serviceARN {
			out = append(out, tx.asTask(r))
		}
		return true
	})
	return out
}

// Task returns the task with that ARN.
func (tx *Tx) Task(arn string) (Task, bool) {
	r := tx.peek(KindTask, arn)
	if r == nil {
		return Task{}, false
	}
	return tx.asTask(r), true
}

func (tx *Tx) asTask(r *Record) Task {
	t := Task{
		ARN: r.ID, ID: afterLast(r.ID, "/"), Account: r.Account, Region: r.Region,
		ServiceARN: r.Hidden.Str("service"), TaskDefinitionARN: r.Hidden.Str("taskDefinition"),
		SubnetID: r.Hidden.Str("subnetId"), Status: r.Hidden.Str("status"),
		StoppedReason: r.Hidden.Str("stoppedReason"), Detail: r.Hidden.Str("detail"),
		CapacityProvider: r.Hidden.Str("capacityProvider"), forced: r.Hidden.Int("forced"),
	}
	for _, p := range r.Hidden.List("ports") {
		if n, ok := p.(float64); ok {
			t.Ports = append(t.Ports, int(n))
		}
	}
	if interfaces := tx.NetworkInterfaces(r.ID); len(interfaces) > 0 {
		t.Interface = interfaces[0]
	}
	return t
}

func (t Task) record() *Record {
	ports := make([]any, len(t.Ports))
	for i, p := range t.Ports {
		ports[i] = float64(p)
	}
	return &Record{Kind: KindTask, ID: t.ARN, Account: t.Account, Region: t.Region, Hidden: Props{
		"service": t.ServiceARN, "taskDefinition": t.TaskDefinitionARN, "subnetId": t.SubnetID,
		"status": t.Status, "stoppedReason": t.StoppedReason, "detail": t.Detail, "ports": ports,
		"capacityProvider": t.CapacityProvider, "forced": float64(t.forced),
	}}
}

// TaskDefinition is a revision of a task definition, as the read-only view shows it.
type TaskDefinition struct {
	ARN, Account, Region string
	NetworkMode          string
	ExecutionRoleARN     string
	TaskRoleARN          string
	// CPU is in CPU units.
	CPU        string
	Containers []Container
	options    []containerOptions
	efs        []Props
}

// Container is one container of a task definition, with the names of
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html.
type Container struct {
	Name         string   `json:"name"`
	Image        string   `json:"image"`
	Command      []string `json:"command"`
	EntryPoint   []string `json:"entryPoint"`
	PortMappings []struct {
		ContainerPort int    `json:"containerPort"`
		HostPort      int    `json:"hostPort"`
		Protocol      string `json:"protocol"`
	} `json:"portMappings"`
	LogConfiguration *struct {
		LogDriver     string            `json:"logDriver"`
		Options       map[string]string `json:"options"`
		SecretOptions []secretOption    `json:"secretOptions"`
	} `json:"logConfiguration"`
}

// secretOption is an option of a log driver whose value is a secret.
type secretOption struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

// maps says whether the container maps a port.
func (c Container) maps(port int) bool { return slices.Contains(c.ports(), port) }

func (c Container) ports() []int {
	var out []int
	for _, m := range c.PortMappings {
		out = append(out, m.ContainerPort)
	}
	return out
}

func (d TaskDefinition) ports() []int {
	var out []int
	for _, c := range d.Containers {
		out = append(out, c.ports()...)
	}
	return out
}

// TaskDefinition returns a revision by its ARN.
func (tx *Tx) TaskDefinition(arn string) (TaskDefinition, bool) {
	if r := tx.revision(arn); r != nil {
		return asTaskDefinition(r), true
	}
	return TaskDefinition{}, false
}

// revision returns the record of a revision of whatever state by its ARN, or nil.
func (tx *Tx) revision(arn string) *Record {
	for _, kind := range []string{TokenTaskDefinition, KindKeptRevision, KindInactiveRevision} {
		if r := tx.peek(kind, arn); r != nil {
			return r
		}
	}
	return nil
}

func asTaskDefinition(r *Record) TaskDefinition {
	d := TaskDefinition{
		ARN: r.ID, Account: r.Account, Region: r.Region,
		NetworkMode:      r.Outputs.Str("networkMode"),
		ExecutionRoleARN: r.Outputs.Str("executionRoleArn"), TaskRoleARN: r.Outputs.Str("taskRoleArn"),
		CPU: r.Outputs.Str("cpu"),
	}
	// What is no list of containers was refused when it was registered.
	d.Containers, _ = parseContainers(r.Outputs.Str("containerDefinitions"))
	_ = json.Unmarshal([]byte(r.Outputs.Str("containerDefinitions")), &d.options)
	d.efs = efsVolumesOf(r.Outputs)
	return d
}

func parseContainers(doc string) ([]Container, error) {
	var out []Container
	err := json.Unmarshal([]byte(doc), &out)
	return out, err
}

// findTaskDefinition resolves what a service names in an account and region: an
// ARN, a family with a revision, or a family, which means its latest.
func (tx *Tx) findTaskDefinition(account, region, name string) (TaskDefinition, bool) {
	var found *Record
	tx.eachRevision(func(r *Record) bool {
		if r.Account != account || r.Region != region {
			return true
		}
		family := r.Outputs.Str("family")
		exact := name == r.ID || name == shortRevision(r)
		latest := name == family || name == strings.TrimSuffix(r.ID, fmt.Sprintf(":%d", r.Outputs.Int("revision")))
		if exact || latest && (found == nil || r.Outputs.Int("revision") > found.Outputs.Int("revision")) {
			found = r
		}
		return !exact
	})
	if found == nil {
		return TaskDefinition{}, false
	}
	return asTaskDefinition(found), true
}

// eachRevision goes through the task definitions that a service can use: those of
// stacks, and those that stacks have let go without deregistering them.
func (tx *Tx) eachRevision(f func(*Record) bool) {
	for _, kind := range []string{TokenTaskDefinition, KindKeptRevision} {
		tx.each(kind, f)
	}
}
