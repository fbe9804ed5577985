package components

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// widget is a graph of the dashboard.
type widget struct {
	title   string
	metrics []series
}

// widgets are the dashboard's graphs, row by row: the consumers' side, the load
// balancer, the tasks.
func (args *OperationsArgs) widgets() []widget {
	var health []series
	for _, key := range args.groups() {
		health = append(health, args.ofTargetGroup(key, "HealthyHostCount", "Minimum"), args.ofTargetGroup(key, "UnHealthyHostCount", "Maximum"))
	}
	tasks := []series{args.runningTasks(), args.ofTasks("CPUUtilization", "Average"), args.ofTasks("MemoryUtilization", "Average")}
	if args.ContainerInsights {
		tasks = append(tasks, args.taskCount("DesiredTaskCount"), args.taskCount("RunningTaskCount"))
	}
	return []widget{
		{"Endpoints and connections", []series{
			args.ofEndpointService("EndpointsCount", "Maximum"),
			args.ofEndpointService("ActiveConnections", "Maximum"),
			args.ofEndpointService("NewConnections", "Sum"),
		}},
		{"Traffic of consumers", []series{
			args.ofEndpointService("BytesProcessed", "Sum"),
			args.ofEndpointService("RstPacketsSent", "Sum"),
		}},
		{"Connections of the load balancer", []series{
			args.ofLoadBalancer("ActiveFlowCount", "Maximum"),
			args.ofLoadBalancer("NewFlowCount", "Sum"),
		}},
		{"Resets and refusals", []series{
			args.ofLoadBalancer("TCP_Client_Reset_Count", "Sum"),
			args.ofLoadBalancer("TCP_Target_Reset_Count", "Sum"),
			args.ofLoadBalancer("TCP_ELB_Reset_Count", "Sum"),
			args.ofLoadBalancer("PortAllocationErrorCount", "Sum"),
		}},
		{"Health of targets", health},
		{"Tasks", tasks},
	}
}

// The grid of a dashboard is 24 wide. See
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html.
const (
	widgetsInRow = 2
	widgetWidth  = 24 / widgetsInRow
	widgetHeight = 6
)

// dashboardBody and what follows are the JSON of a dashboard, in the order in which
// it is written.
type dashboardBody struct {
	Widgets []dashboardWidget `json:"widgets"`
}

type dashboardWidget struct {
	Type       string           `json:"type"`
	X          int              `json:"x"`
	Y          int              `json:"y"`
	Width      int              `json:"width"`
	Height     int              `json:"height"`
	Properties widgetProperties `json:"properties"`
}

type widgetProperties struct {
	Title   string  `json:"title"`
	Region  string  `json:"region"`
	View    string  `json:"view"`
	Stacked bool    `json:"stacked"`
	Period  int     `json:"period"`
	Metrics [][]any `json:"metrics"`
}

// dashboard returns the dashboard's body, the same for the same inputs.
func (args *OperationsArgs) dashboard(region string) pulumi.StringOutput {
	widgets := args.widgets()
	dimensions := pulumi.StringMapArray{}
	for _, w := range widgets {
		for _, m := range w.metrics {
			dimensions = append(dimensions, m.dimensions)
		}
	}
	return dimensions.ToStringMapArrayOutput().ApplyT(func(known []map[string]string) (string, error) {
		body := dashboardBody{}
		for i, w := range widgets {
			rows := [][]any{}
			for _, m := range w.metrics {
				rows = append(rows, m.row(known[0]))
				known = known[1:]
			}
			body.Widgets = append(body.Widgets, dashboardWidget{
				Type: "metric", X: i % widgetsInRow * widgetWidth, Y: i / widgetsInRow * widgetHeight, Width: widgetWidth, Height: widgetHeight,
				Properties: widgetProperties{Title: w.title, Region: region, View: "timeSeries", Period: 60, Metrics: rows},
			})
		}
		text, err := json.Marshal(body)
		return string(text), err
	}).(pulumi.StringOutput)
}

// row is a metric as a dashboard writes it: namespace, name, each dimension and its
// value, and how it is shown.
func (m series) row(dimensions map[string]string) []any {
	row := []any{m.namespace, m.name}
	for _, name := range slices.Sorted(maps.Keys(dimensions)) {
		row = append(row, name, dimensions[name])
	}
	return append(row, map[string]string{"stat": m.statistic})
}
