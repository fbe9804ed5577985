package world

import "fmt"

// Alarm is a CloudWatch alarm, as the read-only view shows it.
type Alarm struct {
	Name, Account, Region string
	// TopicARNs are the topics that it notifies.
	TopicARNs []string
	// NoData says in a sentence why one of its metrics never has data; empty where
	// all can have some.
	NoData string
	// Obstacle says in a sentence why one of its topics gets no message; empty
	// where all do.
	Obstacle string
}

// Alarms returns the alarms of every account, by name.
func (tx *Tx) Alarms() []Alarm {
	var out []Alarm
	tx.each(TokenMetricAlarm, func(r *Record) bool {
		out = append(out, tx.asAlarm(r))
		return true
	})
	return out
}

func (tx *Tx) asAlarm(r *Record) Alarm {
	a := Alarm{Name: r.ID, Account: r.Account, Region: r.Region, TopicARNs: alarmTopics(r.Outputs)}
	for _, m := range alarmMetrics(r.Outputs) {
		if a.NoData == "" {
			a.NoData = tx.noData(r, m)
		}
	}
	for _, topic := range a.TopicARNs {
		if a.Obstacle == "" {
			a.Obstacle = tx.publishObstacle(topic, askedOf{Service: serviceCloudWatch, Account: r.Account, ARN: r.Outputs.Str("arn")})
		}
	}
	return a
}

// alarmMetrics are the metrics that an alarm watches, itself or in its queries.
func alarmMetrics(p Props) []Props {
	if p.Str("metricName") != "" {
		return []Props{p}
	}
	var out []Props
	for _, q := range p.Maps("metricQueries") {
		if m := q.Map("metric"); m != nil {
			out = append(out, m)
		}
	}
	return out
}

// noData says why a metric never has data. Of namespaces that the world does not
// have, such as a program's own, it believes everything.
func (tx *Tx) noData(alarm *Record, metric Props) string {
	namespace, name, dimensions := metric.Str("namespace"), metric.Str("metricName"), metric.Map("dimensions")
	if !isOurs(namespace) {
		return ""
	}
	if !sends(namespace, name, dimensions) {
		return fmt.Sprintf("AWS sends no metric %s %s with the dimensions %v", namespace, name, sortedKeys(dimensions))
	}
	for _, dimension := range sortedKeys(dimensions) {
		find := dimensionOwners[dimension]
		if find != nil && find(tx, alarm, dimensions) == nil {
			return fmt.Sprintf("there is no %s %s", dimension, dimensions.Str(dimension))
		}
	}
	if cluster := findCluster(tx, alarm, dimensions); namespace == containerInsights && !insightsOn(cluster) {
		return fmt.Sprintf("Container Insights is off in cluster %s", dimensions.Str("ClusterName"))
	}
	return ""
}

// dimensionOwners find what a dimension names, in the alarm's account and Region.
var dimensionOwners = map[string]func(tx *Tx, alarm *Record, dimensions Props) *Record{
	"LoadBalancer":    byOutput(TokenLoadBalancer, "arnSuffix", "LoadBalancer"),
	"TargetGroup":     byOutput(TokenTargetGroup, "arnSuffix", "TargetGroup"),
	"ClusterName":     findCluster,
	"ServiceName":     byOutput(TokenService, "name", "ServiceName"),
	"Service Id":      byOutput(TokenEndpointService, "id", "Service Id"),
	"VPC Endpoint Id": byOutput(TokenEndpoint, "id", "VPC Endpoint Id"),
}

var findCluster = byOutput(TokenCluster, "name", "ClusterName")

// byOutput finds the record of a kind whose output is what a dimension says. A
// service's metrics name its consumers' endpoints, which are other accounts'.
func byOutput(kind, output, dimension string) func(*Tx, *Record, Props) *Record {
	return func(tx *Tx, alarm *Record, dimensions Props) *Record {
		return tx.first(kind, func(r *Record) bool {
			own := r.Account == alarm.Account && r.Region == alarm.Region || kind == TokenEndpoint
			return own && r.Outputs.Str(output) == dimensions.Str(dimension)
		})
	}
}

func insightsOn(cluster *Record) bool {
	if cluster == nil {
		return false
	}
	for _, s := range cluster.Outputs.Maps("settings") {
		if s.Str("name") == "containerInsights" {
			return s.Str("value") != "disabled"
		}
	}
	return false
}
