package stacks

import (
	"strings"

	"fargate-privatelink/components"
	"fargate-privatelink/internal/strict"
)

// privateDnsConfig is the endpoint service's private DNS name, and who proves that
// its domain is the provider's.
type privateDnsConfig struct {
	Name              string `json:"name"`
	ProvedDomain      string `json:"provedDomain"`
	HostedZoneId      string `json:"hostedZoneId"`
	HostedZoneRoleArn string `json:"hostedZoneRoleArn"`
	RecordExists      bool   `json:"recordExists"`
}

// notificationsConfig says who hears of the endpoint service's connections, and of
// alarms.
type notificationsConfig struct {
	Enabled   bool     `json:"enabled"`
	Events    []string `json:"events"`
	TopicArn  string   `json:"topicArn"`
	Emails    []string `json:"emails"`
	HttpsUrls []string `json:"httpsUrls"`
	KmsKeyId  string   `json:"kmsKeyId"`
}

type operationsConfig struct {
	Dashboard            bool `json:"dashboard"`
	Alarms               bool `json:"alarms"`
	AlarmMinutes         int  `json:"alarmMinutes"`
	ResetsPerMinute      int  `json:"resetsPerMinute"`
	ConnectionsPerTarget int  `json:"connectionsPerTarget"`
}

func defaultOperationsConfig() operationsConfig {
	return operationsConfig{
		AlarmMinutes:         3,
		ResetsPerMinute:      100,
		ConnectionsPerTarget: components.MaxConnectionsPerTarget * 4 / 5,
	}
}

func (cfg *providerConfig) validatePrivateDns(f *faults, keys strict.Keys) {
	const path = "provider.endpointService.privateDns"
	dns := cfg.EndpointService.PrivateDns
	if !keys.Has(path) {
		return
	}
	f.text(path+".name", dns.Name, domainForm)
	domain := strings.TrimPrefix(dns.Name, "*.")
	if proved := dns.ProvedDomain; keys.Has(path+".provedDomain") && (strings.HasPrefix(proved, "*") || !domainForm.valid(proved) || !within(domain, proved)) {
		f.add("%s.provedDomain is %q; it must be %s or a domain above it", path, proved, domain)
	}
	if keys.Has(path + ".hostedZoneId") {
		f.text(path+".hostedZoneId", dns.HostedZoneId, hostedZoneForm)
		if dns.RecordExists {
			f.add("%s.recordExists is true and %s.hostedZoneId is set; the record is either made or there", path, path)
		}
	}
	if keys.Has(path + ".hostedZoneRoleArn") {
		f.text(path+".hostedZoneRoleArn", dns.HostedZoneRoleArn, roleForm)
		if !keys.Has(path + ".hostedZoneId") {
			f.add("%s.hostedZoneRoleArn is set without %s.hostedZoneId; it is for a zone in another account", path, path)
		}
	}
}

// within says whether a name is a domain's or below it.
func within(name, domain string) bool {
	return name == domain || strings.HasSuffix(name, "."+domain)
}

func (cfg *providerConfig) validateNotifications(f *faults, keys strict.Keys) {
	const path = "provider.notifications"
	notifications := cfg.Notifications
	if keys.Has(path) && !notifications.Enabled {
		for _, key := range []string{"events", "topicArn", "emails", "httpsUrls", "kmsKeyId"} {
			if keys.Has(path + "." + key) {
				f.add("%s.%s is set, but %s.enabled is false; set it to true", path, key, path)
			}
		}
		return
	}
	f.texts(path+".events", notifications.Events, oneOf(components.ConnectionEvents...))
	f.texts(path+".emails", notifications.Emails, emailForm)
	f.texts(path+".httpsUrls", notifications.HttpsUrls, httpsForm)
	if !keys.Has(path + ".topicArn") {
		return
	}
	f.text(path+".topicArn", notifications.TopicArn, topicForm)
	for _, key := range []string{"emails", "httpsUrls", "kmsKeyId"} {
		if keys.Has(path + "." + key) {
			f.add("%s.%s is set together with %s.topicArn; it is for a topic to make", path, key, path)
		}
	}
}

func (cfg *providerConfig) validateOperations(f *faults) {
	const path = "provider.operations"
	operations := cfg.Operations
	if operations.Alarms && !cfg.Notifications.Enabled {
		f.add("%s.alarms is true; it needs provider.notifications.enabled to be true, or nobody would hear of them", path)
	}
	f.number(path+".alarmMinutes", operations.AlarmMinutes, 1, 60)
	f.number(path+".resetsPerMinute", operations.ResetsPerMinute, 0, 1000000)
	f.number(path+".connectionsPerTarget", operations.ConnectionsPerTarget, 1, components.MaxConnectionsPerTarget)
}

// Forms of names, addresses and ARNs.
var (
	roleForm  = pattern(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,512}$`, "the ARN of a role: arn:aws:iam::<account>:role/<name>")
	topicForm = pattern(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`, "the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<name>")
	emailForm = pattern(`^[^@\s]+@[^@\s]+\.[^@\s]+$`, "an email address")
	httpsForm = pattern(`^https://[^/\s]+(/\S*)?$`, "a URL that begins with https://")
)
