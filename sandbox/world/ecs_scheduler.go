package world

import (
	"fmt"
	"slices"
)

// scheduleServices is ECS's service scheduler: it starts and stops tasks until
// every service has as many running as desired, and tries again those that
// could not start. See https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html.
func scheduleServices(tx *Tx) {
	for _, s := range tx.servicesWhere(func(Service) bool { return true }) {
		tx.schedule(s)
	}
	tx.forgetRevisions()
}

// forgetRevisions removes the deregistered revisions that nothing is of any more.
func (tx *Tx) forgetRevisions() {
	used := map[string]bool{}
	for _, s := range tx.servicesWhere(func(Service) bool { return true }) {
		used[s.TaskDefinition], used[s.completed] = true, true
	}
	tx.each(KindTask, func(r *Record) bool {
		used[r.Hidden.Str("taskDefinition")] = true
		return true
	})
	for _, r := range tx.All(KindInactiveRevision) {
		if !used[r.ID] && !used[shortRevision(r)] {
			tx.Delete(r)
		}
	}
}

// shortRevision is a revision as "family:revision".
func shortRevision(r *Record) string {
	return fmt.Sprintf("%s:%d", r.Outputs.Str("family"), r.Outputs.Int("revision"))
}

// definitionOf is what a service's tasks are started from. A service goes on with a
// revision that was deregistered, see
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html.
func (tx *Tx) definitionOf(s Service) (TaskDefinition, bool) {
	if d, ok := tx.findTaskDefinition(s.Account, s.Region, s.TaskDefinition); ok {
		return d, true
	}
	inactive := tx.first(KindInactiveRevision, func(r *Record) bool {
		own := r.Account == s.Account && r.Region == s.Region
		return own && (r.ID == s.TaskDefinition || shortRevision(r) == s.TaskDefinition || r.ID == s.completed)
	})
	if inactive == nil {
		return TaskDefinition{}, false
	}
	return asTaskDefinition(inactive), true
}

func (tx *Tx) schedule(s Service) {
	definition, ok := tx.definitionOf(s)
	if !ok {
		return // its revision was deregistered before the sandbox kept such
	}
	var current, stale, stopped []Task
	for _, t := range tx.Tasks(s.ARN) {
		switch {
		case !t.Running():
			stopped = append(stopped, t)
		case tx.isCurrent(t, s, definition):
			current = append(current, t)
		default:
			stale = append(stale, t)
		}
	}
	for len(current) > s.Desired {
		tx.removeTask(current[len(current)-1])
		current = current[:len(current)-1]
	}
	started, failures := tx.startMissing(s, definition, current)
	if tx.settled(s, definition, failures) {
		return
	}
	tx.keepFailures(stopped, failures)
	// Old tasks stay as long as new ones don't replace them: that is what a
	// minimum healthy percentage of 100 means.
	for i, t := range stale {
		if len(started)+i >= s.Desired {
			tx.removeTask(t)
		}
	}
}

// settled ends a deployment: one without failures is completed, one that fails for
// good is rolled back where the circuit breaker says so, and it returns true. What
// a fault of the sandbox's stopped does not count: it passes. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html.
func (tx *Tx) settled(s Service, d TaskDefinition, failures []Task) (rolledBack bool) {
	switch {
	case len(failures) == 0:
		tx.complete(s, d)
	case len(failures) > 0 && s.rollsBack && s.completed != "" && s.completed != d.ARN && !tx.w.faults.scarce():
		tx.rollBack(s)
		s, _ := tx.Service(s.ARN)
		tx.schedule(s)
		return true
	}
	return false
}

// ofRevision are what a revision of a service has besides its task definition, and what a
// rollback brings back with it. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-revision.html.
var ofRevision = []string{"loadBalancers", "networkConfiguration"}

// complete notes what a service's last completed deployment has.
func (tx *Tx) complete(s Service, d TaskDefinition) {
	r := tx.Get(TokenService, s.ARN)
	was, is := r.Hidden.Map("revision"), map[string]any{}
	for _, property := range ofRevision {
		is[property] = r.Outputs[property]
	}
	if s.completed == d.ARN && jsonText(was) == jsonText(is) {
		return
	}
	r.Hidden["completed"], r.Hidden["revision"] = d.ARN, is
	tx.Put(r)
}

// rollBack brings the last completed deployment back.
func (tx *Tx) rollBack(s Service) {
	r := tx.Get(TokenService, s.ARN)
	r.Outputs["taskDefinition"] = s.completed
	for property, value := range r.Hidden.Map("revision") {
		r.Outputs[property] = value
	}
	tx.Put(r)
}

// isCurrent says whether a running task is as the service would start it now.
func (tx *Tx) isCurrent(t Task, s Service, d TaskDefinition) bool {
	return t.TaskDefinitionARN == d.ARN && t.forced == s.forced && slices.Contains(s.SubnetIDs, t.SubnetID) &&
		slices.Equal(t.Interface.GroupIDs, tx.taskGroups(s)) && t.Interface.PublicIP.IsValid() == s.AssignPublicIP
}

// taskGroups are the security groups of a service's tasks: the VPC's default
// one where none is given.
func (tx *Tx) taskGroups(s Service) []string {
	if len(s.GroupIDs) > 0 || len(s.SubnetIDs) == 0 {
		return s.GroupIDs
	}
	subnet, _ := tx.Subnet(s.SubnetIDs[0])
	v, _ := tx.VPC(subnet.VpcID)
	return []string{v.DefaultSecurityGroupID}
}

// startMissing starts tasks until the desired number is reached, and returns
// all that run then and those that could not start.
func (tx *Tx) startMissing(s Service, d TaskDefinition, running []Task) (all, failures []Task) {
	placed, provided, strategy := map[string]int{}, map[string]int{}, tx.strategyOf(s)
	for _, t := range running {
		placed[t.SubnetID]++
		provided[t.CapacityProvider]++
	}
	for n := len(running); n < s.Desired && len(s.SubnetIDs) > 0; n++ {
		subnet, capacity := leastUsed(s.SubnetIDs, placed), nextProvider(strategy, provided)
		placed[subnet]++
		provided[capacity]++
		t := tx.start(s, d, subnet, capacity)
		if t.Running() {
			running = append(running, t)
		} else {
			failures = append(failures, t)
		}
	}
	return running, failures
}

// leastUsed spreads tasks over the subnets.
func leastUsed(subnets []string, placed map[string]int) string {
	best := subnets[0]
	for _, id := range subnets {
		if placed[id] < placed[best] {
			best = id
		}
	}
	return best
}

// start starts one task, or returns a stopped one that says why it can't.
// A stopped one is not stored yet and has no ARN.
func (tx *Tx) start(s Service, d TaskDefinition, subnetID, capacity string) Task {
	t := Task{
		Account: s.Account, Region: s.Region, ServiceARN: s.ARN, TaskDefinitionARN: d.ARN,
		SubnetID: subnetID, Status: TaskStopped, CapacityProvider: capacity, forced: s.forced,
	}
	if capacity == "" {
		t.StoppedReason = "unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster."
		t.Detail = "the service has the launch type EC2: neither a launch type nor a strategy was given, and the cluster has no default one"
		return t
	}
	if t.StoppedReason, t.Detail = tx.capacityObstacle(s, d, capacity); t.StoppedReason != "" {
		return t
	}
	place := launch{tx: tx, definition: d, groups: tx.taskGroups(s), publicIP: s.AssignPublicIP}
	place.subnet, _ = tx.Subnet(subnetID)
	if t.StoppedReason, t.Detail = place.obstacle(); t.StoppedReason != "" && !tx.startsDespite(s, t.Detail) {
		return t
	}
	t.StoppedReason, t.Detail = "", ""
	t.ARN = taskARN(s, tx.Hex(32))
	if err := tx.attach(&t, place); err != nil {
		t.ARN, t.StoppedReason, t.Detail = "", err.Error(), "no network interface could be made"
		return t
	}
	t.Status, t.Ports = TaskRunning, d.ports()
	tx.Put(t.record())
	tx.cacheImages(d)
	return t
}

// taskARN is the ARN of a service's task: that of the service up to the cluster.
func taskARN(s Service, id string) string {
	cluster := afterLast(s.ClusterARN, "/")
	return "arn:" + Partition(s.Region) + ":ecs:" + s.Region + ":" + s.Account + ":task/" + cluster + "/" + id
}

// attach makes the task's network interface.
func (tx *Tx) attach(t *Task, l launch) error {
	n, err := tx.addInterface(l.subnet, InterfaceTask, t.ARN, l.groups)
	if err != nil {
		return err
	}
	if l.publicIP {
		if n.PublicIP, err = tx.takePublic(); err != nil {
			tx.Delete(n.record())
			return err
		}
		tx.Put(n.record())
	}
	t.Interface = n
	return nil
}

// keepFailures stores the tasks that could not start in place of those that
// could not before; one that fails as before stays the same task.
func (tx *Tx) keepFailures(before, now []Task) {
	for _, f := range now {
		same := slices.IndexFunc(before, func(t Task) bool {
			return t.SubnetID == f.SubnetID && t.TaskDefinitionARN == f.TaskDefinitionARN &&
				t.StoppedReason == f.StoppedReason && t.Detail == f.Detail
		})
		if same >= 0 {
			before = slices.Delete(before, same, same+1)
			continue
		}
		s, _ := tx.Service(f.ServiceARN)
		f.ARN = taskARN(s, tx.Hex(32))
		tx.Put(f.record())
	}
	for _, t := range before {
		tx.removeTask(t)
	}
}

// removeTask removes a task and its network interface.
func (tx *Tx) removeTask(t Task) {
	tx.removeInterfaces(t.ARN)
	tx.Delete(t.record())
}
