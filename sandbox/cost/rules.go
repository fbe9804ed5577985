package cost

import (
	"fmt"
	"slices"
	"strings"

	"fargate-privatelink/sandbox/world"
)

const (
	typeLoadBalancer   = world.TokenLoadBalancer
	typeListener       = world.TokenListener
	typeEndpoint       = world.TokenEndpoint
	typeNATGateway     = world.TokenNATGateway
	typeTaskDefinition = world.TokenTaskDefinition
	typeScalingTarget  = world.TokenScalingTarget
	typeLifecycle      = world.TokenBucketLifecycle
)

// rules say what each type of resource costs.
var rules = map[string]func(*estimator, resource){
	typeLoadBalancer:                               (*estimator).loadBalancer,
	typeEndpoint:                                   (*estimator).endpoint,
	typeNATGateway:                                 (*estimator).natGateway,
	world.TokenEIP:                                 (*estimator).elasticIP,
	world.TokenService:                             (*estimator).service,
	world.TokenLogGroup:                            (*estimator).logGroup,
	world.TokenMetricAlarm:                         (*estimator).alarm,
	world.TokenScalingPolicy:                       (*estimator).scalingPolicy,
	world.TokenCluster:                             (*estimator).cluster,
	world.TokenEndpointService:                     (*estimator).endpointService,
	world.TokenInsightRule:                         flat("Contributor Insights rules", "insight-rule-month"),
	world.TokenBucketV2:                            (*estimator).bucket,
	world.TokenBucket:                              (*estimator).bucket,
	world.TokenRepository:                          (*estimator).images,
	world.TokenPullThroughCache:                    (*estimator).images,
	world.TokenTopic:                               (*estimator).topic,
	world.TokenTopicSubscription:                   (*estimator).subscription,
	"aws:cloudwatch/compositeAlarm:CompositeAlarm": flat("composite alarms", "composite-alarm-month"),
	world.TokenDashboard:                           flat("dashboards", "dashboard-month"),
	world.TokenFlowLog:                             func(e *estimator, r resource) { e.notPriced(r, "flow log delivery") },
	world.TokenFileSystem:                          func(e *estimator, r resource) { e.notPriced(r, "file storage") },
	world.TokenZone:                                flat("hosted zones", "hosted-zone-month"),
	world.TokenKey:                                 flat("keys", "kms-key-month"),
	world.TokenSecret:                              flat("secrets", "secret-month"),
}

// estimator collects the items of an estimate.
type estimator struct {
	list  *PriceList
	use   Assumptions
	found finding
	out   *Estimate
	// pools are the lines that count together for the tiers of their price.
	pools map[string][]pooled
}

func (e *estimator) add(r resource) {
	rule, priced := rules[r.typ]
	switch {
	case priced:
		rule(e, r)
	case slices.Contains(e.list.Free, r.typ):
	default:
		e.notPriced(r, r.typ)
	}
	if besides := e.list.NotPriced[r.typ]; besides != "" {
		e.notPriced(r, besides)
	}
}

// notPriced says what of a resource costs and is left out.
func (e *estimator) notPriced(r resource, what string) {
	e.out.NotPriced = append(e.out.NotPriced, fmt.Sprintf("%s of %s in stack %s", what, r.name, r.stack.Name))
}

func (e *estimator) note(format string, args ...any) {
	e.out.Notes = append(e.out.Notes, fmt.Sprintf(format, args...))
}

// item adds a line, unless nothing is used.
func (e *estimator) item(r resource, what, price string, quantity float64) {
	p, own := e.list.price(r.region, price)
	switch {
	case own || quantity == 0:
	case e.list.Regions[r.region] == nil:
		e.note("there are no prices of %s here: those of %s are used", r.region, baseRegion)
	default:
		e.note("there is no price of %s in %s here: that of %s is used", what, r.region, baseRegion)
	}
	e.line(r, what, p, quantity)
}

// line adds a line at a price. The tiers of one count what all the lines of an account
// and Region come to.
func (e *estimator) line(r resource, what string, p Price, quantity float64) {
	if quantity == 0 {
		return
	}
	e.out.Items = append(e.out.Items, Item{
		Stack: r.stack.Name, Payer: r.stack.Role, Resource: r.name, Type: r.typ,
		What: what, Quantity: quantity, Unit: p.Unit, UnitPrice: p.USD,
		Monthly: toUSD(p.of(quantity)), Confidence: p.Confidence,
	})
	if len(p.Tiers) > 0 {
		pool := strings.Join([]string{what, r.region, r.account()}, " ")
		e.pools[pool] = append(e.pools[pool], pooled{len(e.out.Items) - 1, p})
	}
}

// pooled is a line whose price has tiers.
type pooled struct {
	line  int
	price Price
}

// sharePools prices the lines that count together: each bears its share of the whole.
func (e *estimator) sharePools() {
	for _, lines := range e.pools {
		var all float64
		for _, l := range lines {
			all += e.out.Items[l.line].Quantity
		}
		for _, l := range lines {
			i := &e.out.Items[l.line]
			i.Monthly = toUSD(l.price.of(all) * i.Quantity / all)
		}
	}
}

// flat is a price for each month that a resource exists, whatever is done with it.
func flat(what, price string) func(*estimator, resource) {
	return func(e *estimator, r resource) { e.item(r, what, price, 1) }
}

// loadBalancer: hours and capacity units, addresses where it faces the internet,
// and what its nodes send to other zones. Several load balancers, as during a
// replacement, share the traffic.
func (e *estimator) loadBalancer(r resource) {
	zones := float64(max(len(r.list("subnets")), len(r.list("subnetMappings"))))
	share := 1 / float64(e.found.balancers)
	e.item(r, "load balancer hours", "load-balancer-hour", e.use.Hours)
	e.item(r, "capacity units", "nlcu-hour", e.capacityUnits(e.found.protocols[r.text("arn")], share)*e.use.Hours)
	if !r.truth("internal") {
		e.item(r, "public IPv4 addresses", "public-ipv4-hour", zones*e.use.Hours)
	}
	if r.truth("enableCrossZoneLoadBalancing") && zones > 1 {
		const bothDirections = 2
		crossing := e.use.ProcessedGB * share * (zones - 1) / zones
		e.item(r, "traffic between zones", "cross-zone-gb", crossing*bothDirections)
	}
}

// capacityUnits are the NLCUs that a load balancer uses on average. Its listeners
// share the traffic.
func (e *estimator) capacityUnits(protocols []string, share float64) float64 {
	if len(protocols) == 0 || e.use.Hours == 0 {
		return 0
	}
	share /= float64(len(protocols))
	units := 0.0
	for _, protocol := range protocols {
		if protocol == "tcp_udp" {
			protocol = "udp" // the dearer one
		}
		unit, known := e.list.CapacityUnit[protocol]
		if !known {
			unit = e.list.CapacityUnit["tcp"]
		}
		units += unit.units(e.use.NewConnections*share, e.use.ActiveConnections*share, e.use.ProcessedGB/e.use.Hours*share)
	}
	return units
}

// endpoint: an hour in each zone, whatever the state of its connection, and what it
// carries. The endpoints to a service share its traffic; those to AWS's services
// carry what the tasks exchange where there is no NAT gateway.
func (e *estimator) endpoint(r resource) {
	if r.text("vpcEndpointType") != "Interface" {
		return // gateway endpoints are free
	}
	e.item(r, "endpoint hours", "endpoint-hour", float64(len(r.list("subnetIds")))*e.use.Hours)
	service := r.text("serviceName")
	switch {
	case isCustomService(service):
		e.item(r, "traffic", "endpoint-gb", e.use.ProcessedGB/float64(e.found.endpointsTo[service]))
		if service := r.text("serviceRegion"); service != "" && r.region != "" && service != r.region {
			e.betweenRegions(r, service, e.use.ProcessedGB/float64(e.found.endpointsTo[r.text("serviceName")]))
		}
	case e.found.gateways == 0:
		e.item(r, "traffic", "endpoint-gb", e.use.EgressGB/float64(e.found.awsEndpoints))
	}
}

// betweenRegions: the consumer pays for both ways, each at the price of the Region that
// the traffic comes from. See https://aws.amazon.com/privatelink/pricing/
func (e *estimator) betweenRegions(r resource, service string, traffic float64) {
	for _, way := range [][2]string{{r.region, service}, {service, r.region}} {
		p, own := e.list.transfer(way[0], way[1])
		if !own && traffic > 0 {
			e.note("there is no price of traffic from %s here: that from %s is used", way[0], baseRegion)
		}
		e.line(r, "traffic from "+way[0]+" to "+way[1], p, traffic/2)
	}
	if traffic > 0 {
		e.note("half of the traffic between %s and %s is taken to go each way", service, r.region)
	}
}

func (e *estimator) natGateway(r resource) {
	e.item(r, "NAT gateway hours", "nat-gateway-hour", e.use.Hours)
	e.item(r, "NAT gateway traffic", "nat-gateway-gb", e.use.EgressGB/float64(e.found.gateways))
}

func (e *estimator) elasticIP(r resource) {
	e.item(r, "public IPv4 addresses", "public-ipv4-hour", e.use.Hours)
}

// logGroup: what is written, and what is kept of it for the group's retention.
func (e *estimator) logGroup(r resource) {
	e.item(r, "log ingestion", "logs-gb", e.use.LogGB)
	e.item(r, "log storage", "logs-storage-gb-month", e.use.LogGB*r.number("retentionInDays")/daysOfAMonth)
}

// service: its tasks, by what their definition asks for.
func (e *estimator) service(r resource) {
	definition, known := e.found.definitions[r.text("taskDefinition")]
	if !known {
		e.notPriced(r, "the tasks, whose definition is not in its stack,")
		return
	}
	tasks := max(r.number("desiredCount"), e.found.minimum[scalingID(r)])
	onDemand, spot := split(tasks, r.list("capacityProviderStrategies"))
	cpu, memory := definition.number("cpu")/1024, definition.number("memory")/1024
	chip := "x86"
	if platform := definition.object("runtimePlatform"); platform["cpuArchitecture"] == "ARM64" {
		chip = "arm"
	}
	for _, part := range []struct {
		what, price string
		tasks       float64
	}{
		{"Fargate", "fargate-" + chip, onDemand},
		{"Fargate Spot", "fargate-spot-" + chip, spot},
	} {
		e.item(r, part.what+" vCPU", part.price+"-vcpu-hour", part.tasks*cpu*e.use.Hours)
		e.item(r, part.what+" memory", part.price+"-gb-hour", part.tasks*memory*e.use.Hours)
	}
	const included = 20 // GiB, see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
	if size := number(definition.object("ephemeralStorage")["sizeInGib"]); size > included {
		e.item(r, "ephemeral storage", "fargate-storage-gb-hour", tasks*(size-included)*e.use.Hours)
	}
	if network := r.object("networkConfiguration"); network["assignPublicIp"] == true {
		e.item(r, "public IPv4 addresses", "public-ipv4-hour", tasks*e.use.Hours)
	}
}

// scalingID is what an autoscaling target calls the service.
func scalingID(r resource) string {
	_, after, _ := strings.Cut(r.id, ":service/")
	return "service/" + after
}

// split divides tasks between on-demand and Spot capacity, as a strategy does: its
// base first, then by weight. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html
func split(tasks float64, strategy []any) (onDemand, spot float64) {
	if len(strategy) == 0 {
		return tasks, 0
	}
	left := tasks
	share := map[bool]float64{}
	weights := map[bool]float64{}
	for _, s := range strategy {
		entry, _ := s.(map[string]any)
		isSpot := entry["capacityProvider"] == "FARGATE_SPOT"
		base := min(left, number(entry["base"]))
		share[isSpot] += base
		left -= base
		weights[isSpot] += number(entry["weight"])
	}
	all := weights[true] + weights[false]
	if all == 0 {
		return share[false] + left, share[true]
	}
	return share[false] + left*weights[false]/all, share[true] + left*weights[true]/all
}
