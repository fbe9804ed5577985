package world

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// missing is a kind of thing that resources refer to by id or ARN: where no state has it,
// it is there all the same.
type missing struct {
	token string
	id    *regexp.Regexp
	// make fills in the outputs, and says in a sentence what is assumed of it. By is the
	// resource that refers to it.
	make func(r *restoration, record, by *Record) string
}

const ec2ID = `-[0-9a-f]{8}(?:[0-9a-f]{9})?`

// missingKinds are in the order in which they are looked for: a subnet refers to a VPC.
var missingKinds = []missing{
	{TokenSubnet, regexp.MustCompile(`^subnet` + ec2ID + `$`), missingSubnet},
	{TokenSecurityGroup, regexp.MustCompile(`^sg` + ec2ID + `$`), missingGroup},
	{TokenVPC, regexp.MustCompile(`^vpc` + ec2ID + `$`), missingVPC},
	{TokenRouteTable, regexp.MustCompile(`^rtb` + ec2ID + `$`), missingTable},
	{TokenInternetGateway, regexp.MustCompile(`^igw` + ec2ID + `$`), func(_ *restoration, record, by *Record) string {
		record.Outputs["vpcId"] = by.Outputs.Str("vpcId")
		return "it exists, and leads to the internet"
	}},
	{TokenNATGateway, regexp.MustCompile(`^nat` + ec2ID + `$`), func(*restoration, *Record, *Record) string {
		return "it exists, and nothing is known of where it leads"
	}},
	{TokenCluster, regexp.MustCompile(`^arn:[a-z-]+:ecs:[a-z0-9-]+:\d+:cluster/.+$`), func(_ *restoration, record, _ *Record) string {
		record.Outputs["arn"], record.Outputs["name"] = record.ID, afterLast(record.ID, "/")
		return "it exists, and nothing else is known of it"
	}},
	{TokenLoadBalancer, regexp.MustCompile(`^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d+:loadbalancer/net/.+$`), func(_ *restoration, record, _ *Record) string {
		record.Outputs["arn"], record.Outputs["loadBalancerType"] = record.ID, "network"
		record.Outputs["name"] = strings.Split(record.ID, "/")[2]
		return "it exists, and neither its subnets nor its listeners are known"
	}},
}

// supplyMissing makes what resources refer to and no state has.
func (r *restoration) supplyMissing() {
	for _, kind := range missingKinds {
		for _, record := range r.everything() {
			for _, id := range references(record) {
				if kind.id.MatchString(id) && !r.exists(kind.token, id) {
					r.supplyOne(kind, id, record)
				}
			}
		}
	}
	r.supplyDefinitions()
	r.supplyDefaultClusters()
}

func (r *restoration) supplyOne(kind missing, id string, by *Record) {
	record := &Record{Kind: kind.token, ID: id, Account: by.Account, Region: by.Region, Outputs: types[kind.token].Outputs.Clone()}
	if says := kind.make(r, record, by); says != "" {
		r.assume(id, "no state has it: %s", says)
	}
	r.supply(record)
}

// supply writes a record that belongs to no stack.
func (r *restoration) supply(record *Record) {
	if types[record.Kind].Global {
		record.Region = ""
	}
	outputs := types[record.Kind].Outputs.Clone()
	for k, v := range record.Outputs {
		outputs[k] = v
	}
	record.Inputs, record.Outputs = Props{}, outputs
	record.Outputs["id"] = record.ID
	if record.Hidden == nil {
		record.Hidden = Props{}
	}
	r.tx.memory.Made++
	record.Made = r.tx.memory.Made
	r.tx.Put(record)
	r.Others = append(r.Others, record)
}

// exists says whether a resource is there, be it one that comes with a VPC.
func (r *restoration) exists(token, id string) bool {
	if r.tx.peek(token, id) != nil {
		return true
	}
	for output, of := range map[string]string{"mainRouteTableId": TokenRouteTable, "defaultRouteTableId": TokenRouteTable, "defaultSecurityGroupId": TokenSecurityGroup} {
		if of == token && r.tx.first(TokenVPC, func(v *Record) bool { return v.Outputs.Str(output) == id }) != nil {
			return true
		}
	}
	return false
}

// everything are the records of types that the world models.
func (r *restoration) everything() (all []*Record) {
	for _, t := range Types() {
		all = append(all, r.tx.All(t.Token)...)
	}
	return all
}

// references are the texts in a record's inputs, and of its outputs those that name what
// it is in.
func references(record *Record) (out []string) {
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if v != record.ID {
				out = append(out, v)
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, k := range sortedKeys(v) {
				walk(v[k])
			}
		}
	}
	walk(map[string]any(record.Inputs))
	for _, k := range []string{"vpcId", "subnets", "subnetIds", "securityGroups", "securityGroupIds"} {
		walk(record.Outputs[k])
	}
	return out
}

// vpcOf is the VPC that a resource is in, as far as it or one of its groups or targets says.
func (r *restoration) vpcOf(by *Record) string {
	if id := by.Outputs.Str("vpcId"); id != "" {
		return id
	}
	for _, id := range references(by) {
		for _, token := range []string{TokenSecurityGroup, TokenTargetGroup, TokenSubnet} {
			if o := r.tx.peek(token, id); o != nil && o.Outputs.Str("vpcId") != "" {
				return o.Outputs.Str("vpcId")
			}
		}
	}
	return "vpc-" + r.tx.Hex(17)
}

// missingVPC: the block has the addresses that are known in it.
func missingVPC(r *restoration, vpc, _ *Record) string {
	block := netip.MustParsePrefix("10.0.0.0/16")
	for _, s := range r.tx.All(TokenSubnet) {
		if p, err := netip.ParsePrefix(s.Outputs.Str("cidrBlock")); err == nil && s.Outputs.Str("vpcId") == vpc.ID {
			block = netip.PrefixFrom(p.Addr(), 16).Masked()
		}
	}
	vpc.Outputs["cidrBlock"], vpc.Outputs["enableDnsSupport"], vpc.Outputs["enableDnsHostnames"] = block.String(), true, true
	main := "rtb-" + r.tx.Hex(17)
	vpc.Outputs["mainRouteTableId"] = main
	vpc.Hidden = Props{"assumedRoutes": true}
	return fmt.Sprintf("its block is %s, its DNS settings are on, and its routes lead to the internet", block)
}

// missingSubnet: each is in another zone than the others of its VPC, and has the
// addresses that are known in it.
func missingSubnet(r *restoration, subnet, by *Record) string {
	vpc := r.vpcOf(by)
	var taken []string
	n := 0
	for _, s := range r.tx.Subnets(vpc) {
		taken, n = append(taken, s.ZoneID), n+1
	}
	zones := r.zonesFor(subnet, by)
	if len(zones) == 0 {
		return "the sandbox does not know its Region"
	}
	zone := zones[n%len(zones)]
	for _, z := range zones {
		if !slices.Contains(taken, z.ID) {
			zone = z
			break
		}
	}
	block := netip.PrefixFrom(addressAt(netip.MustParsePrefix("10.0.0.0/16"), n*4096), 20)
	if p, err := netip.ParsePrefix(r.blockOf(vpc)); err == nil {
		block = netip.PrefixFrom(addressAt(p.Masked(), n*16), 28)
		if p.Bits() <= 20 {
			block = netip.PrefixFrom(addressAt(p.Masked(), n*256), 24)
		}
	}
	if ip, ok := knownAddress(by, subnet.ID); ok {
		block = netip.PrefixFrom(ip, 24).Masked()
	}
	subnet.Outputs["vpcId"], subnet.Outputs["cidrBlock"] = vpc, block.String()
	subnet.Outputs["availabilityZone"], subnet.Outputs["availabilityZoneId"] = zone.Name, zone.ID
	return fmt.Sprintf("it is in %s (%s) of %s, with the block %s", zone.ID, zone.Name, vpc, block)
}

// zonesFor are the zones that a subnet can be in: a load balancer's is in one of its
// endpoint service's, and so is an endpoint's.
func (r *restoration) zonesFor(subnet, by *Record) []Zone {
	all := r.tx.Zones(subnet.Account, subnet.Region)
	for _, s := range r.tx.EndpointServices() {
		serves := s.Name == by.Outputs.Str("serviceName")
		for _, arn := range s.LoadBalancerARNs {
			lb := r.tx.peek(TokenLoadBalancer, arn)
			serves = serves || lb != nil && slices.Contains(balancerSubnets(lb.Outputs), subnet.ID)
		}
		among := slices.DeleteFunc(slices.Clone(all), func(z Zone) bool { return !slices.Contains(s.ZoneIDs, z.ID) })
		if serves && len(among) > 0 {
			return among
		}
	}
	return all
}

func (r *restoration) blockOf(vpc string) string {
	if v := r.tx.peek(TokenVPC, vpc); v != nil {
		return v.Outputs.Str("cidrBlock")
	}
	return ""
}

// knownAddress is an address that a resource has in a subnet.
func knownAddress(by *Record, subnetID string) (netip.Addr, bool) {
	for _, block := range append(by.Outputs.Maps("subnetConfigurations"), by.Outputs.Maps("subnetMappings")...) {
		for _, k := range []string{"ipv4", "privateIpv4Address"} {
			if ip, err := netip.ParseAddr(block.Str(k)); err == nil && block.Str("subnetId") == subnetID {
				return ip, true
			}
		}
	}
	return netip.Addr{}, false
}

func missingGroup(r *restoration, group, by *Record) string {
	anything := map[string]any{
		"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "self": false, "description": "",
		"cidrBlocks": []any{"0.0.0.0/0"}, "ipv6CidrBlocks": []any{"::/0"}, "prefixListIds": []any{}, "securityGroups": []any{},
	}
	group.Outputs["vpcId"] = r.vpcOf(by)
	group.Outputs["ingress"], group.Outputs["egress"] = []any{anything}, []any{cloneValue(anything)}
	return "it lets everything in and out"
}

func missingTable(r *restoration, table, by *Record) string {
	table.Outputs["vpcId"] = r.vpcOf(by)
	if s := r.tx.peek(TokenSubnet, by.Outputs.Str("subnetId")); s != nil {
		table.Outputs["vpcId"] = s.Outputs.Str("vpcId")
	}
	table.Hidden = Props{"assumedRoutes": true}
	return "its routes lead to the internet"
}

// assumedRoutes says whether nothing is known of a route table but that it exists.
func (tx *Tx) assumedRoutes(tableID string) bool {
	if r := tx.peek(TokenRouteTable, tableID); r != nil {
		return r.Hidden.Bool("assumedRoutes")
	}
	r := tx.first(TokenVPC, func(v *Record) bool { return v.Outputs.Str("mainRouteTableId") == tableID })
	return r != nil && r.Hidden.Bool("assumedRoutes")
}

// supplyDefinitions makes the task definitions that services run and no state has: as the
// family's newest that one has, or else one with the containers and ports that the load
// balancer sends to.
func (r *restoration) supplyDefinitions() {
	for _, service := range r.tx.All(TokenService) {
		name := service.Outputs.Str("taskDefinition")
		if _, ok := r.tx.findTaskDefinition(service.Account, service.Region, name); ok || name == "" {
			continue
		}
		family, revision := definitionName(name)
		d := &Record{
			Kind: KindKeptRevision, ID: fmt.Sprintf("arn:%s:ecs:%s:%s:task-definition/%s:%d", Partition(service.Region), service.Region, service.Account, family, revision),
			Account: service.Account, Region: service.Region, Hidden: Props{},
		}
		says := ""
		if newest, ok := r.tx.findTaskDefinition(service.Account, service.Region, family); ok {
			d.Outputs = r.tx.peek(TokenTaskDefinition, newest.ARN).Outputs.Clone()
			says = fmt.Sprintf("no state has it: it says the same as %s", newest.ARN)
		} else {
			d.Outputs = types[TokenTaskDefinition].Outputs.Clone()
			d.Outputs["containerDefinitions"] = containersOf(service.Outputs.Maps("loadBalancers"))
			d.Outputs["networkMode"], d.Outputs["cpu"], d.Outputs["memory"] = "awsvpc", "256", "512"
			d.Outputs["requiresCompatibilities"] = []any{"FARGATE"}
			says = "no state has it: its containers listen on the ports that the load balancer sends to, and nothing keeps them from starting"
		}
		d.Outputs["arn"], d.Outputs["family"], d.Outputs["revision"] = d.ID, family, float64(revision)
		r.assume(d.ID, "%s", says)
		r.tx.Put(d)
		r.Others = append(r.Others, d)
	}
}

// definitionName takes the ARN or name of a task definition apart.
func definitionName(name string) (family string, revision int) {
	family = afterLast(name, "/")
	if at := strings.LastIndex(family, ":"); at >= 0 {
		_, _ = fmt.Sscanf(family[at+1:], "%d", &revision)
		family = family[:at]
	}
	return family, max(revision, 1)
}

func containersOf(balancers []Props) string {
	containers := []any{}
	for _, b := range balancers {
		containers = append(containers, map[string]any{
			"name": b.Str("containerName"), "image": "unknown", "essential": true,
			"portMappings": []any{map[string]any{"containerPort": b.Int("containerPort"), "hostPort": b.Int("containerPort"), "protocol": "tcp"}},
		})
	}
	return jsonText(containers)
}

// supplyDefaultClusters makes the clusters that services are in by name, such as default.
func (r *restoration) supplyDefaultClusters() {
	for _, service := range r.tx.All(TokenService) {
		parts := strings.Split(afterLast(service.ID, ":"), "/")
		call := r.callOn(service)
		if len(parts) != 3 || call.clusterNamed(parts[1]) != nil {
			continue
		}
		arn := call.ARN("ecs", "cluster/"+parts[1])
		r.assume(arn, "no state has it: it exists, and nothing else is known of it")
		r.supply(&Record{Kind: TokenCluster, ID: arn, Account: service.Account, Region: service.Region, Outputs: Props{"arn": arn, "name": parts[1]}})
	}
}
