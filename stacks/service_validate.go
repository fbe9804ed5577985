package stacks

import (
	"fmt"
	"slices"
	"strings"

	"fargate-privatelink/components"
)

func (cfg *providerConfig) validateService(f *faults) {
	const path = "provider.service"
	service := cfg.Service
	f.text(path+".image", service.Image, imageForm)
	f.number(path+".containerPort", service.ContainerPort, 1, 65535)
	if err := components.CheckFargateSize(service.Cpu, service.Memory); err != nil {
		f.add("%s", fargateKeys.Replace(err.Error()))
	}
	// 5000 is the quota of tasks per service, see
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
	f.number(path+".desiredCount", service.DesiredCount, 1, 5000)
	for key := range sorted(service.Environment) {
		if key == "" || strings.ContainsAny(key, "= ") {
			f.add("%s.environment has the key %q; it must be a variable's name, without = and spaces", path, key)
		}
	}
	f.text(path+".containerInsights", service.ContainerInsights, oneOf(components.ContainerInsightsValues()...))
	if !slices.Contains(logRetentionDays, service.LogRetentionDays) {
		f.add("%s.logRetentionDays is %d; it must be one of %s", path, service.LogRetentionDays,
			strings.Trim(strings.ReplaceAll(fmt.Sprint(logRetentionDays), " ", ", "), "[]"))
	}
	f.number(path+".healthCheckGracePeriodSeconds", service.HealthCheckGracePeriodSeconds, 0, 2147483647)
}

// logRetentionDays are the periods that CloudWatch Logs has, see
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var logRetentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// fargateKeys turns the component's names of its arguments into configuration keys.
var fargateKeys = strings.NewReplacer("Cpu", "provider.service.cpu", "Memory", "provider.service.memory")
