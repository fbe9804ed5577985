package world

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// restorer derives what AWS has beside a restored resource's own outputs: what it made
// with it, what the provider doesn't show, and what other resources have done to it.
type restorer struct {
	token   string
	restore func(r *restoration, record *Record) error
}

// restorers are in the order in which they run: interfaces at addresses that are known
// come before those that take a free one.
var restorers = []restorer{
	{TokenVPC, restoreVPC},
	{TokenRouteTable, restoreRouteTable},
	{TokenSecurityGroup, restoreSecurityGroup},
	{TokenRole, restoreRole},
	{TokenCertificateValidation, restoreCertificateValidation},
	{TokenNATGateway, restoreNATGateway},
	{TokenEndpoint, restoreEndpoint},
	{TokenLoadBalancer, restoreLoadBalancer},
	{TokenEndpointService, restoreEndpointService},
	{TokenZoneAssociation, restoreZoneAssociation},
	{TokenPrivateNameVerification, restoreVerification},
	{TokenConnectionAccepter, restoreAccepter},
	{TokenEndpointPrivateDNS, restoreEndpointPrivateDNS},
	{TokenTaskDefinition, restoreTaskDefinition},
	{TokenService, restoreService},
}

// restoreVPC makes what AWS makes with a VPC.
func restoreVPC(r *restoration, vpc *Record) error {
	for kind, part := range map[string]struct{ output, prefix string }{
		KindMainRouteTable: {"mainRouteTableId", "rtb-"}, KindDefaultSecurityGroup: {"defaultSecurityGroupId", "sg-"},
		KindDefaultNetworkACL: {"defaultNetworkAclId", "acl-"},
	} {
		id := vpc.Outputs.Str(part.output)
		if id == "" {
			id = part.prefix + r.tx.Hex(17)
			vpc.Outputs[part.output] = id
		}
		if r.tx.peek(TokenRouteTable, id) != nil || r.tx.peek(TokenSecurityGroup, id) != nil {
			continue // a program looked it up: then it has its own record
		}
		r.tx.Put(&Record{Kind: kind, ID: id, Account: vpc.Account, Region: vpc.Region, Hidden: Props{"vpcId": vpc.ID}})
	}
	fill(vpc.Outputs, Props{"defaultRouteTableId": vpc.Outputs.Str("mainRouteTableId"), "ownerId": vpc.Account})
	return nil
}

// restoreRouteTable leaves a table its own routes: those of Route resources, which the
// provider can't tell from them, have records.
func restoreRouteTable(r *restoration, table *Record) error {
	others := map[string]bool{}
	r.tx.each(TokenRoute, func(o *Record) bool {
		if o.Outputs.Str("routeTableId") == table.ID {
			others[routeDestination(o.Outputs)+" "+routeTarget(o.Outputs)] = true
		}
		return true
	})
	own := []any{}
	for _, route := range table.Outputs.Maps("routes") {
		destination := route.Str("cidrBlock") + route.Str("ipv6CidrBlock") + route.Str("destinationPrefixListId")
		isLocal := routeTarget(route) == LocalTarget
		ofEndpoint := strings.HasPrefix(routeTarget(route), "vpce-") && route.Str("destinationPrefixListId") != ""
		if !others[destination+" "+routeTarget(route)] && !isLocal && !ofEndpoint {
			own = append(own, map[string]any(route))
		}
	}
	table.Outputs["routes"] = own
	return nil
}

// restoreSecurityGroup leaves a group its own rules, in the same way.
func restoreSecurityGroup(r *restoration, group *Record) error {
	for property, token := range map[string]string{"ingress": TokenIngressRule, "egress": TokenEgressRule} {
		others := map[string]bool{}
		r.tx.each(token, func(o *Record) bool {
			if o.Outputs.Str("securityGroupId") == group.ID {
				for _, source := range ruleSourcesOf(asInlineRule(o.Outputs), group.ID) {
					others[source] = true
				}
			}
			return true
		})
		own := []any{}
		for _, rule := range group.Outputs.Maps(property) {
			if rest, some := withoutSources(rule, group.ID, others); some {
				own = append(own, rest)
			}
		}
		group.Outputs[property] = own
	}
	return nil
}

// inlineSources are the lists of an inline rule's sources.
var inlineSources = []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"}

// sourceKey names one source of a rule for certain ports: AWS has each once.
func sourceKey(rule Props, source string) string {
	from, to := rule.Int("fromPort"), rule.Int("toPort")
	if rule.Str("protocol") == "-1" {
		from, to = 0, 0
	}
	return fmt.Sprintf("%s %d %d %s", rule.Str("protocol"), from, to, source)
}

func ruleSourcesOf(rule Props, groupID string) (keys []string) {
	for _, list := range inlineSources {
		for _, source := range rule.Strs(list) {
			keys = append(keys, sourceKey(rule, source))
		}
	}
	if rule.Bool("self") {
		keys = append(keys, sourceKey(rule, groupID))
	}
	return keys
}

// withoutSources takes sources from a rule, and says whether some are left.
func withoutSources(rule Props, groupID string, others map[string]bool) (rest map[string]any, some bool) {
	left := rule.Clone()
	for _, list := range inlineSources {
		sources := slices.DeleteFunc(rule.Strs(list), func(s string) bool { return others[sourceKey(rule, s)] })
		left[list], some = anys(sources), some || len(sources) > 0
	}
	left["self"] = rule.Bool("self") && !others[sourceKey(rule, groupID)]
	return left, some || left.Bool("self")
}

// restoreRole leaves a role the policies that no attachment resource has.
func restoreRole(r *restoration, role *Record) error {
	attached := map[string]bool{}
	r.tx.each(TokenPolicyAttachment, func(o *Record) bool {
		if o.Account == role.Account && o.Outputs.Str("role") == role.ID {
			attached[o.Outputs.Str("policyArn")] = true
		}
		return true
	})
	own := slices.DeleteFunc(role.Outputs.Strs("managedPolicyArns"), func(arn string) bool { return attached[arn] })
	role.Hidden["managedPolicyArns"] = anys(own)
	fill(role.Outputs, Props{"arn": r.callOn(role).GlobalARN("iam", "role/"+role.ID), "name": role.ID})
	return nil
}

func restoreCertificateValidation(r *restoration, validation *Record) error {
	validation.Hidden["issuedAt"] = validation.Restored.ID // supplied ones there are none of
	if c := r.tx.Get(TokenCertificate, validation.ID); c != nil {
		c.Outputs["status"] = certificateIssued
		r.tx.Put(c)
	}
	return nil
}

func restoreNATGateway(r *restoration, nat *Record) error {
	s, ok := r.tx.Subnet(nat.Outputs.Str("subnetId"))
	if !ok {
		return nil
	}
	n := r.interfaceIn(s, nat.Outputs.Str("networkInterfaceId"), nat.Outputs.Str("privateIp"))
	n.PublicIP, _ = netip.ParseAddr(nat.Outputs.Str("publicIp"))
	n.Type, n.OwnerID = InterfaceNATGateway, nat.ID
	r.tx.Put(n.record())
	fill(nat.Outputs, Props{"networkInterfaceId": n.ID, "privateIp": n.PrivateIP.String()})
	return nil
}

// interfaceIn is an interface of that id at that address, or, where one isn't known, with
// another id or at a free address.
func (r *restoration) interfaceIn(s Subnet, id, address string) NetworkInterface {
	n := NetworkInterface{ID: id, Account: s.Account, Region: s.Region, VpcID: s.VpcID, SubnetID: s.ID, ZoneID: s.ZoneID}
	var err error
	if n.PrivateIP, err = netip.ParseAddr(address); err != nil {
		if n.PrivateIP, err = r.tx.takePrivate(s); err != nil {
			r.assume(s.ID, "all of its addresses are taken as far as the states say")
			n.PrivateIP = s.CIDR.Addr()
		}
	}
	if n.ID == "" {
		n.ID = "eni-" + r.tx.Hex(17)
	}
	return n
}

// endpointName is one of an interface endpoint's own names.
var endpointName = regexp.MustCompile(`^vpce-[0-9a-f]+-([0-9a-z]+)(-[a-z0-9-]+)?\.`)

func restoreEndpoint(r *restoration, e *Record) error {
	fill(e.Outputs, Props{"serviceRegion": e.Region, "ownerId": e.Account, "state": StateAvailable})
	if e.Outputs.Str("vpcEndpointType") == endpointGateway {
		r.learnPrefixList(e)
		return nil
	}
	addressType := e.Outputs.Str("ipAddressType")
	if addressType == "" {
		addressType = addressIPv4
	}
	fill(e.Outputs, Props{"ipAddressType": addressType, "dnsOptions": map[string]any{"dnsRecordIpType": addressType}})
	e.Hidden["dnsSuffix"] = r.tx.Hex(8)
	names := []any{}
	for _, entry := range e.Outputs.Maps("dnsEntries") {
		name := entry.Str("dnsName")
		if m := endpointName.FindStringSubmatch(name); m != nil {
			e.Hidden["dnsSuffix"] = m[1]
			names = append(names, name)
		}
	}
	e.Hidden["dnsNames"] = names
	r.fitRestored(e, e.Outputs.Strs("subnetIds"), e.Outputs.Strs("networkInterfaceIds"), e.Outputs.Maps("subnetConfigurations"))
	_, isAWS := findAWSService(e.Outputs.Str("serviceName"), e.Region)
	if _, known := r.tx.EndpointServiceNamed(e.Outputs.Str("serviceName")); !known && !isAWS && e.Outputs.Str("serviceName") != "" {
		r.assume(e.ID, "no state has its service %s, so that nothing is known of what is behind it", e.Outputs.Str("serviceName"))
	}
	return nil
}

// learnPrefixList takes the id of a service's prefix list from its gateway endpoint.
func (r *restoration) learnPrefixList(e *Record) {
	s, ok := findAWSService(e.Outputs.Str("serviceName"), e.Region)
	list := e.Outputs.Str("prefixListId")
	switch {
	case !ok:
	case list == "":
		e.Outputs["prefixListId"] = r.tx.prefixListID(s, e.Region)
	default:
		if r.tx.memory.PrefixLists == nil {
			r.tx.memory.PrefixLists = map[string]string{}
		}
		r.tx.memory.PrefixLists[s.name+" "+e.Region] = list
	}
}

// fitRestored makes an endpoint's interfaces with the ids and addresses that are known.
func (r *restoration) fitRestored(e *Record, subnets, ids []string, configured []Props) {
	if len(subnets) == 0 {
		for _, c := range configured {
			subnets = append(subnets, c.Str("subnetId"))
		}
	}
	for i, subnet := range subnets {
		s, ok := r.tx.Subnet(subnet)
		if !ok {
			continue
		}
		id, v4, v6 := "", "", ""
		if i < len(ids) {
			id = ids[i]
		}
		for _, c := range configured {
			if c.Str("subnetId") == subnet {
				v4, v6 = c.Str("ipv4"), c.Str("ipv6")
			}
		}
		n := r.interfaceIn(s, id, v4)
		n.IPv6, _ = netip.ParseAddr(v6)
		n.Type, n.OwnerID, n.GroupIDs = InterfaceEndpoint, e.ID, e.Outputs.Strs("securityGroupIds")
		r.tx.Put(n.record())
	}
	if e.Outputs.Str("ipAddressType") != addressIPv4 {
		for _, n := range r.tx.NetworkInterfaces(e.ID) {
			if s, ok := r.tx.Subnet(n.SubnetID); ok && !n.IPv6.IsValid() && s.IPv6CIDR.IsValid() {
				n.IPv6 = ipv6Address(s.IPv6CIDR, n.ID)
				r.tx.Put(n.record())
			}
		}
	}
}

func restoreLoadBalancer(r *restoration, lb *Record) error {
	fixed := fixedAddresses(lb.Outputs.Maps("subnetMappings"), "privateIpv4Address")
	var subnets []string
	for _, id := range balancerSubnets(lb.Outputs) {
		if _, ok := r.tx.Subnet(id); ok && !slices.Contains(subnets, id) {
			subnets = append(subnets, id)
		}
	}
	for _, id := range subnets {
		s, _ := r.tx.Subnet(id)
		address := ""
		if ip, ok := fixed[id]; ok {
			address = ip.String()
		}
		n := r.interfaceIn(s, "", address)
		n.Type, n.OwnerID, n.GroupIDs = InterfaceLoadBalancer, lb.ID, lb.Outputs.Strs("securityGroups")
		r.tx.Put(n.record())
	}
	r.tx.fitIPv6(lb.ID, lb.Outputs.Str("ipAddressType") == addressDualstack)
	if logs := lb.Outputs.Map("accessLogs"); logs.Bool("enabled") {
		r.tx.putObject(logs.Str("bucket"))
	}
	return nil
}

func restoreEndpointService(r *restoration, service *Record) error {
	allowed := service.Outputs.Strs("allowedPrincipals")
	r.tx.each(TokenAllowedPrincipal, func(o *Record) bool {
		if o.Outputs.Str("vpcEndpointServiceId") == service.ID {
			allowed = append(allowed, o.Outputs.Str("principalArn"))
		}
		return true
	})
	r.tx.allow(service, allowed, nil)
	fill(service.Outputs, Props{
		"supportedIpAddressTypes": []any{addressIPv4}, "supportedRegions": []any{service.Region},
		"serviceName": fmt.Sprintf("com.amazonaws.vpce.%s.%s", service.Region, service.ID),
	})
	call := r.callOn(service)
	fill(service.Outputs, Props{"availabilityZones": balancerZones(call)})
	return nil
}

// restoreZoneAssociation: the zone's own state may be from before.
func restoreZoneAssociation(r *restoration, association *Record) error {
	zone, vpc := r.tx.Get(TokenZone, association.Outputs.Str("zoneId")), association.Outputs.Str("vpcId")
	if zone != nil && !slices.Contains(zoneVPCs(zone.Outputs), vpc) {
		zone.Outputs["vpcs"] = append(zone.Outputs.List("vpcs"), map[string]any{"vpcId": vpc, "vpcRegion": association.Outputs.Str("vpcRegion")})
		r.tx.Put(zone)
	}
	return nil
}

// restoreVerification: the provider made the resource once AWS had found the record.
func restoreVerification(r *restoration, verification *Record) error {
	service := r.tx.Get(TokenEndpointService, verification.ID)
	if service == nil || !verification.Outputs.Bool("waitForVerification") && !verification.Inputs.Bool("waitForVerification") {
		return nil
	}
	for _, proof := range service.Outputs.Maps("privateDnsNameConfigurations") {
		proof["state"] = privateNameVerified
	}
	r.tx.Put(service)
	return nil
}

// restoreAccepter: the connection is available since, whatever the endpoint's state said
// when it was made. An endpoint that no state has is there all the same.
func restoreAccepter(r *restoration, accepter *Record) error {
	id := accepter.Outputs.Str("vpcEndpointId")
	if e := r.tx.peek(TokenEndpoint, id); e == nil {
		service, _ := r.tx.EndpointService(accepter.Outputs.Str("vpcEndpointServiceId"))
		r.supply(&Record{
			Kind: TokenEndpoint, ID: id, Account: unknownAccount, Region: accepter.Region,
			Outputs: Props{"serviceName": service.Name, "serviceRegion": service.Region, "vpcEndpointType": "Interface", "state": StateAvailable},
		})
		r.assume(id, "it is a consumer's endpoint, connected to %s, whose state wasn't given: nothing else is known of it", service.ID)
		return nil
	}
	r.tx.setConnection(id, StateAvailable)
	return nil
}

// unknownAccount has the consumers' endpoints that nothing but their connection is known of.
const unknownAccount = "000000000000"

func restoreEndpointPrivateDNS(r *restoration, dns *Record) error {
	if e := r.tx.Get(TokenEndpoint, dns.ID); e != nil {
		e.Outputs["privateDnsEnabled"] = dns.Outputs.Bool("privateDnsEnabled")
		r.tx.Put(e)
	}
	return nil
}

func restoreTaskDefinition(r *restoration, d *Record) error {
	key := d.Account + " " + d.Region + " " + d.Outputs.Str("family")
	if r.tx.memory.Revisions == nil {
		r.tx.memory.Revisions = map[string]int{}
	}
	r.tx.memory.Revisions[key] = max(r.tx.memory.Revisions[key], d.Outputs.Int("revision"))
	return nil
}

// restoreService: the tasks run, as many as desired. AWS's scheduler starts them, at
// addresses that are free.
func restoreService(r *restoration, service *Record) error {
	parts := strings.Split(afterLast(service.ID, ":"), "/") // service/<cluster>/<name>
	call := r.callOn(service)
	cluster := call.clusterNamed(service.Outputs.Str("cluster"))
	if cluster == nil && len(parts) == 3 {
		cluster = call.clusterNamed(parts[1])
	}
	if cluster != nil {
		service.Hidden["cluster"] = cluster.ID
	}
	service.Hidden["completed"] = service.Outputs.Str("taskDefinition")
	service.Restored = &Restored{ID: service.Restored.ID, Obstacle: anyObstacle}
	return nil
}

// anyObstacle is the Obstacle of a service that wasn't judged yet.
const anyObstacle = "*"

// Judge finds out what would keep the tasks of restored services from starting, so that
// the same does not keep those of a later deployment either. It is for when all is
// there that the user says.
func (w *World) Judge() (assumed []Assumption, err error) {
	err = w.Update(func(tx *Tx) error {
		for _, r := range tx.All(TokenService) {
			if r.Restored == nil {
				continue
			}
			s, _ := tx.Service(r.ID)
			why := tx.launchObstacle(s)
			r.Restored = &Restored{ID: r.Restored.ID, Spelled: r.Restored.Spelled, Obstacle: why}
			tx.Put(r)
			if why != "" {
				assumed = append(assumed, Assumption{r.ID, "its tasks run, and can start again, though as far as the states say they couldn't: " + why})
			}
		}
		return nil
	})
	return assumed, err
}

// launchObstacle is the detail of what keeps a service's tasks from starting, or "".
func (tx *Tx) launchObstacle(s Service) string {
	definition, ok := tx.findTaskDefinition(s.Account, s.Region, s.TaskDefinition)
	if !ok {
		return ""
	}
	for _, id := range s.SubnetIDs {
		place := launch{tx: tx, definition: definition, groups: tx.taskGroups(s), publicIP: s.AssignPublicIP}
		place.subnet, _ = tx.Subnet(id)
		if reason, detail := place.obstacle(); reason != "" {
			return detail
		}
	}
	return ""
}

// startsDespite says whether a restored service's tasks start despite what seems to be
// in their way.
func (tx *Tx) startsDespite(s Service, detail string) bool {
	r := tx.peek(TokenService, s.ARN)
	return r != nil && r.Restored != nil && (r.Restored.Obstacle == anyObstacle || r.Restored.Obstacle == detail)
}
