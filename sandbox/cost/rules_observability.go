package cost

import "slices"

// alarm: an alarm is billed by the metrics that it looks at, of which an expression
// can name several. AWS's free tier counts these alarm metrics too, see
// https://aws.amazon.com/cloudwatch/pricing/
func (e *estimator) alarm(r resource) {
	e.item(r, "alarms", "alarm-month", metrics(r.list("metricQueries"), "metric"))
}

// metrics counts the metrics among queries, the rest of which are expressions over
// them. Without queries it is one metric.
func metrics(queries []any, key string) float64 {
	found := 0
	for _, q := range queries {
		if query, _ := q.(map[string]any); query[key] != nil {
			found++
		}
	}
	return float64(max(found, 1))
}

// scalingPolicy: one that tracks a target has alarms that AWS makes for it, a high and
// a low one. See
// https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
func (e *estimator) scalingPolicy(r resource) {
	tracking := r.object("targetTrackingScalingPolicyConfiguration")
	if tracking == nil {
		return // a step policy's alarms are resources of their own
	}
	custom, _ := tracking["customizedMetricSpecification"].(map[string]any)
	queries, _ := custom["metrics"].([]any)
	e.item(r, "alarms", "alarm-month", float64(len(r.list("alarmArns")))*metrics(queries, "metricStat"))
}

// cluster: it costs nothing, but Container Insights is a metric for each of its
// services and tasks, whose number AWS does not publish.
func (e *estimator) cluster(r resource) {
	for _, s := range r.list("settings") {
		setting, _ := s.(map[string]any)
		if setting["name"] == "containerInsights" && setting["value"] != "disabled" {
			e.notPriced(r, "Container Insights")
		}
	}
}

// topic: messages to it.
func (e *estimator) topic(r resource) {
	e.item(r, "messages", "sns-request", e.use.Notifications)
}

// subscription: what each message costs to deliver.
func (e *estimator) subscription(r resource) {
	protocol := r.text("protocol")
	switch {
	case protocol == "email" || protocol == "email-json":
		e.item(r, "deliveries by email", "sns-email", e.use.Notifications)
	case protocol == "http" || protocol == "https":
		e.item(r, "deliveries by HTTP", "sns-http", e.use.Notifications)
	case !slices.Contains([]string{"sqs", "lambda"}, protocol): // those are free
		e.notPriced(r, "deliveries by "+protocol)
	}
}
