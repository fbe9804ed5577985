package adopt

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"fargate-privatelink/sandbox/deploy"
	"fargate-privatelink/sandbox/world"
)

// project begins the keys of the configuration.
const project = "fargate-privatelink:"

// stackFile is a stack's file as it is changed to fit what is taken over.
type stackFile struct {
	doc    map[string]any
	config map[string]any
	role   string
	side   map[string]any
}

func readStackFile(path string) (*stackFile, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the stack that takes over needs a file with its role, Region and account: %w", err)
	}
	f := &stackFile{doc: map[string]any{}}
	if err := yaml.Unmarshal(b, &f.doc); err != nil {
		return nil, err
	}
	f.config, _ = f.doc["config"].(map[string]any)
	f.role, _ = f.config[project+"role"].(string)
	if f.role != deploy.RoleProvider && f.role != deploy.RoleConsumer {
		return nil, fmt.Errorf("role is %q in it; it must be provider or consumer", f.role)
	}
	f.side, _ = f.config[project+f.role].(map[string]any)
	if f.side == nil {
		f.side = map[string]any{}
		f.config[project+f.role] = f.side
	}
	return f, nil
}

func (f *stackFile) write(path string) error {
	b, err := yaml.Marshal(f.doc)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}

// adopted notes what is left as it is.
func (f *stackFile) adopted(kept map[string][]string) {
	if len(kept) > 0 {
		f.config[project+"adopted"] = kept
	}
}

// of is an object within the side's own, which is made where there is none.
func (f *stackFile) of(key string) map[string]any {
	m, _ := f.side[key].(map[string]any)
	if m == nil {
		m = map[string]any{}
		f.side[key] = m
	}
	return m
}

// records are found resources by type.
type records []*world.Record

func (rs records) all(token string) (out []*world.Record) {
	for _, r := range rs {
		if r.Kind == token {
			out = append(out, r)
		}
	}
	return out
}

func (rs records) one(token string) world.Props {
	if all := rs.all(token); len(all) > 0 {
		return all[0].Outputs
	}
	return nil
}

// fit changes the configuration into one that says what is there.
func (f *stackFile) fit(tx *world.Tx, found records) {
	if f.role == deploy.RoleProvider {
		f.fitProvider(tx, found)
		return
	}
	if e := found.one("aws:ec2/vpcEndpoint:VpcEndpoint"); e != nil {
		f.side["network"] = map[string]any{"vpcId": e.Str("vpcId"), "subnetIds": sorted(e.Strs("subnetIds"))}
		var blocks []string
		for _, group := range e.Strs("securityGroupIds") {
			for _, rule := range tx.SecurityGroupRules(group) {
				if rule.Direction == world.Ingress && rule.CIDR.IsValid() && !slices.Contains(blocks, rule.CIDR.String()) {
					blocks = append(blocks, rule.CIDR.String())
				}
			}
		}
		if len(blocks) > 0 {
			f.of("clients")["cidrBlocks"] = sorted(blocks)
		}
	}
}

func (f *stackFile) fitProvider(tx *world.Tx, found records) {
	service, lb := found.one("aws:ecs/service:Service"), found.one("aws:lb/loadBalancer:LoadBalancer")
	if lb != nil {
		f.side["network"] = map[string]any{"vpcId": lb.Str("vpcId"), "subnetIds": sorted(lb.Strs("subnets"))}
		f.of("loadBalancer")["crossZone"] = lb.Bool("enableCrossZoneLoadBalancing")
		f.of("loadBalancer")["deletionProtection"] = lb.Bool("enableDeletionProtection")
	}
	if service != nil {
		f.of("service")["desiredCount"] = service.Int("desiredCount")
		if service.Map("networkConfiguration").Bool("assignPublicIp") {
			f.of("network")["assignPublicIp"] = true
		}
		if n := service.Int("healthCheckGracePeriodSeconds"); n > 0 {
			f.of("service")["healthCheckGracePeriodSeconds"] = n
		}
	}
	if found.one("aws:appautoscaling/target:Target") == nil {
		f.side["scaling"] = map[string]any{"enabled": false}
	}
	if group := found.one("aws:cloudwatch/logGroup:LogGroup"); group.Int("retentionInDays") > 0 {
		f.of("service")["logRetentionDays"] = group.Int("retentionInDays")
	}
	f.fitListeners(found, service)
	f.fitContainer(found, service)
	f.fitEndpointService(tx, found)
}

// fitListeners: one for each, with the port that the tasks of its target group listen on.
func (f *stackFile) fitListeners(found records, service world.Props) {
	listeners := map[string]any{}
	for _, l := range found.all("aws:lb/listener:Listener") {
		one := map[string]any{}
		for _, action := range l.Outputs.Maps("defaultActions") {
			for _, b := range service.Maps("loadBalancers") {
				if b.Str("targetGroupArn") == action.Str("targetGroupArn") {
					one["containerPort"] = b.Int("containerPort")
				}
			}
		}
		if arn := l.Outputs.Str("certificateArn"); arn != "" {
			one["certificateArn"] = arn
		}
		listeners[fmt.Sprintf("%d/%s", l.Outputs.Int("port"), strings.ToLower(l.Outputs.Str("protocol")))] = one
	}
	if len(listeners) > 0 {
		delete(f.side, "listener")
		f.side["listeners"] = listeners
	}
}

// fitContainer: the container that the load balancer sends to names the service, and says
// what it runs.
func (f *stackFile) fitContainer(found records, service world.Props) {
	definition := found.one("aws:ecs/taskDefinition:TaskDefinition")
	var containers []world.Props
	if definition == nil || json.Unmarshal([]byte(definition.Str("containerDefinitions")), &containers) != nil {
		return
	}
	for _, b := range service.Maps("loadBalancers") {
		for _, c := range containers {
			if c.Str("name") != b.Str("containerName") {
				continue
			}
			f.side["name"] = c.Str("name")
			s := f.of("service")
			s["image"], s["containerPort"] = c.Str("image"), b.Int("containerPort")
			for _, k := range []string{"entryPoint", "command"} {
				if delete(s, k); len(c.List(k)) > 0 {
					s[k] = c.List(k)
				}
			}
			for k, key := range map[string]string{"cpu": "cpu", "memory": "memory"} {
				n := 0
				if _, err := fmt.Sscan(definition.Str(k), &n); err == nil {
					s[key] = n
				}
			}
			environment := map[string]any{}
			for _, e := range c.Maps("environment") {
				environment[e.Str("name")] = e.Str("value")
			}
			if len(environment) > 0 {
				s["environment"] = environment
			}
			return
		}
	}
}

// fitEndpointService: a tenant for each account that may connect.
func (f *stackFile) fitEndpointService(tx *world.Tx, found records) {
	for _, r := range found.all("aws:ec2/vpcEndpointService:VpcEndpointService") {
		service, _ := tx.EndpointService(r.ID)
		f.of("endpointService")["acceptanceRequired"] = service.AcceptanceRequired
		tenants := map[string]any{}
		for _, p := range service.AllowedPrincipals {
			parts := strings.Split(p, ":")
			if len(parts) == 6 && parts[5] == "root" {
				tenants["account-"+parts[4]] = map[string]any{"accounts": []string{parts[4]}}
			} else if p != "*" {
				tenants[fmt.Sprintf("principal-%d", len(tenants)+1)] = map[string]any{"principals": []string{p}}
			} else {
				f.of("endpointService")["allowAnyPrincipal"] = true
			}
		}
		if len(tenants) > 0 {
			f.side["tenants"] = tenants
		}
	}
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
