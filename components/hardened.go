package components

import (
	"cmp"
	"maps"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// hardenedLogRetention is a year, in days.
	hardenedLogRetention = 365
	// hardenedUser is a user and a group that no image gives rights to, unless it is made
	// for it.
	hardenedUser = "10001:10001"
)

// hardened returns a copy in which what is left out has the values of a hardened side.
func (args *ServiceProviderArgs) hardened() *ServiceProviderArgs {
	if !args.Hardened {
		return args
	}
	h := *args
	h.Service = hardenedService(args.Service)
	h.LoadBalancer = copied(args.LoadBalancer)
	h.LoadBalancer.DeletionProtection = cmp.Or(h.LoadBalancer.DeletionProtection, pulumi.BoolRef(true))
	if h.LoadBalancer.AccessLogs == nil && args.hasTLS() {
		h.LoadBalancer.AccessLogs = &AccessLogsOptions{Enabled: true}
	}
	h.Network = copied(args.Network)
	h.Network.harden()
	return &h
}

// hasTLS says whether a listener writes access logs.
func (args *ServiceProviderArgs) hasTLS() bool {
	for key := range args.Listeners {
		if port, err := ParsePort(key); err == nil && port.Protocol == "tls" {
			return true
		}
	}
	return false
}

// hardened returns a copy in which what is left out has the values of a hardened side.
func (o *ServiceConsumerOptions) hardened() *ServiceConsumerOptions {
	if !o.Hardened {
		return o
	}
	h := *o
	if h.Networks == nil {
		h.Network = copied(o.Network)
		h.Network.harden()
	}
	h.Networks = maps.Clone(o.Networks)
	for key, network := range h.Networks {
		network.harden()
		h.Networks[key] = network
	}
	return &h
}

// copied returns a copy, or the empty one of nil.
func copied[T any](of *T) *T {
	if of == nil {
		return new(T)
	}
	c := *of
	return &c
}

// harden records the traffic of a VPC to create, and keeps the records for a year.
func (o *VpcOptions) harden() {
	if o.exists() {
		return
	}
	o.FlowLogs = copied(o.FlowLogs)
	o.FlowLogs.RetentionDays = cmp.Or(o.FlowLogs.RetentionDays, pulumi.IntRef(hardenedLogRetention))
}

func hardenedService(o *FargateServiceOptions) *FargateServiceOptions {
	h := copied(o)
	if missing(h.ClusterArn) {
		h.ContainerInsights = cmp.Or(h.ContainerInsights, "enabled")
		if h.ExecuteCommand {
			h.ExecuteCommandLogging = cmp.Or(h.ExecuteCommandLogging, pulumi.BoolRef(true))
		}
	}
	h.LogRetentionDays = cmp.Or(h.LogRetentionDays, pulumi.IntRef(hardenedLogRetention))
	h.ContainerArgs.harden(h.ExecuteCommand)
	h.Sidecars = maps.Clone(h.Sidecars)
	for name, sidecar := range h.Sidecars {
		// A log router reads the others' output through a socket that is root's. See
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html.
		if sidecar.Firelens == nil {
			sidecar.harden(h.ExecuteCommand)
		}
		h.Sidecars[name] = sidecar
	}
	return h
}

// harden takes from the container what it can do without. The agent of ECS Exec has to
// write to its files.
func (c *ContainerArgs) harden(executeCommand bool) {
	c.User = cmp.Or(c.User, hardenedUser)
	if !executeCommand {
		c.ReadOnlyRootFilesystem = cmp.Or(c.ReadOnlyRootFilesystem, pulumi.BoolRef(true))
	}
}

// customerKey makes a key for log groups and topics of this account and Region. See
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html and
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html.
func customerKey(ctx *pulumi.Context, name string, tags pulumi.StringMapInput, opts ...pulumi.ResourceOption) (*kms.Key, error) {
	var invokes []pulumi.InvokeOption
	for _, option := range opts {
		if both, ok := option.(pulumi.ResourceOrInvokeOption); ok {
			invokes = append(invokes, both)
		}
	}
	s := scope{ctx: ctx, name: name, tags: tags}
	partition, err := aws.GetPartition(ctx, &aws.GetPartitionArgs{}, invokes...)
	if err != nil {
		return nil, err
	}
	region, err := aws.GetRegion(ctx, &aws.GetRegionArgs{}, invokes...)
	if err != nil {
		return nil, err
	}
	caller, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{}, invokes...)
	if err != nil {
		return nil, err
	}
	at := site{partition: partition.Partition, dnsSuffix: partition.DnsSuffix, region: region.Name}
	all := []string{"*"}
	use := []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
	policy, err := policyJSON(
		statement{
			Sid: "Account", Principal: map[string]any{"AWS": "arn:" + at.partition + ":iam::" + caller.AccountId + ":root"},
			Action: []string{"kms:*"}, Resource: all,
		},
		statement{
			Sid: "Logs", Principal: map[string]any{"Service": "logs." + at.region + "." + at.dnsSuffix}, Action: use, Resource: all,
			Condition: map[string]any{"ArnLike": map[string]any{
				"kms:EncryptionContext:aws:logs:arn": at.arn("logs", caller.AccountId, "log-group:*"),
			}},
		},
		statement{
			Sid: "Topics", Principal: map[string]any{"Service": []string{"vpce.amazonaws.com", "cloudwatch.amazonaws.com"}},
			Action: []string{"kms:Decrypt", "kms:GenerateDataKey*"}, Resource: all,
			Condition: map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": caller.AccountId}},
		},
	)
	if err != nil {
		return nil, err
	}
	return kms.NewKey(ctx, name, &kms.KeyArgs{
		Description:       pulumi.String("Logs and notifications of " + name),
		EnableKeyRotation: pulumi.Bool(true),
		Policy:            pulumi.String(policy),
		Tags:              s.tagged(name),
	}, opts...)
}

// newKey makes the key of a hardened side, for what has no other.
func (s *providerSide) newKey() error {
	service, flowLogs, notifications := s.args.Service, s.args.Network.FlowLogs, s.args.Notifications
	records := flowLogs != nil && *flowLogs.Enabled && flowLogs.KmsKeyArn == nil
	tells := notifications.Enabled && notifications.TopicArn == nil && notifications.KmsKeyId == nil
	if !s.args.Hardened || service.LogKmsKeyArn != nil && !records && !tells {
		return nil
	}
	key, err := customerKey(s.ctx, s.name, s.tags, pulumi.Parent(s.component))
	if err != nil {
		return err
	}
	arn := key.Arn.ToStringPtrOutput()
	if service.LogKmsKeyArn == nil {
		service.LogKmsKeyArn = arn
	}
	if records {
		flowLogs.KmsKeyArn = arn
	}
	if tells {
		notifications.KmsKeyId = key.Arn
	}
	return nil
}
