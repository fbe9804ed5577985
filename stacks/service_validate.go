package stacks

import (
	"fmt"
	"slices"
	"strings"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
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

func (cfg *providerConfig) validateHealthCheck(f *faults, keys strict.Keys) {
	const path = "provider.healthCheck"
	check := cfg.HealthCheck
	f.text(path+".protocol", check.Protocol, oneOf("TCP", "HTTP", "HTTPS"))
	if keys.Has(path + ".path") {
		f.text(path+".path", check.Path, pathForm)
		if check.Protocol == "TCP" {
			f.add("%s.path is %q, but %s.protocol is TCP; only HTTP and HTTPS checks have a path", path, check.Path, path)
		}
	}
	f.number(path+".intervalSeconds", check.IntervalSeconds, 5, 300)
	if keys.Has(path + ".timeoutSeconds") {
		f.number(path+".timeoutSeconds", check.TimeoutSeconds, 2, 120)
		if check.TimeoutSeconds > check.IntervalSeconds {
			f.add("%s.timeoutSeconds is %d; it must be at most %s.intervalSeconds, which is %d", path, check.TimeoutSeconds, path, check.IntervalSeconds)
		}
	}
	f.number(path+".healthyThreshold", check.HealthyThreshold, 2, 10)
	f.number(path+".unhealthyThreshold", check.UnhealthyThreshold, 2, 10)
	f.number("provider.deregistrationDelaySeconds", cfg.DeregistrationDelaySeconds, 0, 3600)
}
