package world

import (
	"maps"
	"slices"
	"strings"
)

// metricFamily are metrics that AWS sends under the same dimensions.
type metricFamily struct {
	namespace string
	metrics   []string
	// dimensions are the sets of dimensions, each in order and joined by commas.
	dimensions []string
}

// perProtocol are the metrics that a load balancer sends in all and by protocol.
var perProtocol = []string{"ActiveFlowCount", "NewFlowCount", "ProcessedBytes", "RejectedFlowCount", "ConsumedLCUs"}

// metricFamilies are the metrics of what the world has. Load balancers:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html;
// ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html and
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html;
// PrivateLink: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html.
var metricFamilies = []metricFamily{
	{"AWS/NetworkELB", append(withProtocols(perProtocol),
		"ClientTLSNegotiationErrorCount", "PeakBytesPerSecond", "PeakPacketsPerSecond", "PortAllocationErrorCount",
		"ProcessedPackets", "TargetTLSNegotiationErrorCount", "TCP_Client_Reset_Count", "TCP_ELB_Reset_Count",
		"TCP_Target_Reset_Count", "UnhealthyRoutingFlowCount", "ZonalHealthStatus",
		"SecurityGroupBlockedFlowCount_Inbound_ICMP", "SecurityGroupBlockedFlowCount_Inbound_TCP",
		"SecurityGroupBlockedFlowCount_Inbound_UDP", "SecurityGroupBlockedFlowCount_Outbound_ICMP",
		"SecurityGroupBlockedFlowCount_Outbound_TCP", "SecurityGroupBlockedFlowCount_Outbound_UDP",
	), []string{"LoadBalancer", "AvailabilityZone,LoadBalancer"}},
	{"AWS/NetworkELB", []string{"HealthyHostCount", "UnHealthyHostCount"}, []string{
		"LoadBalancer,TargetGroup", "AvailabilityZone,LoadBalancer,TargetGroup",
	}},
	{"AWS/ECS", []string{"CPUUtilization", "MemoryUtilization"}, []string{"ClusterName", "ClusterName,ServiceName"}},
	{containerInsights, []string{
		"CpuReserved", "CpuUtilized", "DeploymentCount", "DesiredTaskCount", "EphemeralStorageReserved",
		"EphemeralStorageUtilized", "MemoryReserved", "MemoryUtilized", "NetworkRxBytes", "NetworkTxBytes",
		"PendingTaskCount", "RunningTaskCount", "TaskSetCount",
	}, []string{"ClusterName,ServiceName"}},
	{"AWS/PrivateLinkServices", []string{"ActiveConnections", "BytesProcessed", "NewConnections", "RstPacketsSent"}, []string{
		"Service Id", "Az,Service Id", "Load Balancer Arn,Service Id", "Az,Load Balancer Arn,Service Id",
		"Service Id,VPC Endpoint Id",
	}},
	{"AWS/PrivateLinkServices", []string{"EndpointsCount"}, []string{"Service Id"}},
	{"AWS/PrivateLinkEndpoints", []string{
		"ActiveConnections", "BytesProcessed", "NewConnections", "PacketsDropped", "RstPacketsReceived",
	}, []string{
		"Endpoint Type,Service Name,VPC Endpoint Id,VPC Id", "Endpoint Type,Service Name,Subnet Id,VPC Endpoint Id,VPC Id",
	}},
}

// containerInsights is the namespace of metrics that only a cluster with Container
// Insights sends.
const containerInsights = "ECS/ContainerInsights"

func withProtocols(metrics []string) []string {
	var out []string
	for _, m := range metrics {
		out = append(out, m, m+"_TCP", m+"_TLS", m+"_UDP")
	}
	return out
}

// sends says whether AWS sends a metric under just these dimensions.
func sends(namespace, metric string, dimensions Props) bool {
	names := slices.Sorted(maps.Keys(dimensions))
	return slices.ContainsFunc(metricFamilies, func(f metricFamily) bool {
		return f.namespace == namespace && slices.Contains(f.metrics, metric) &&
			slices.Contains(f.dimensions, strings.Join(names, ","))
	})
}

// isOurs says whether a namespace is one whose metrics the world knows.
func isOurs(namespace string) bool {
	return slices.ContainsFunc(metricFamilies, func(f metricFamily) bool { return f.namespace == namespace })
}
