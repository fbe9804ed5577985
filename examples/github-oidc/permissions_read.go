package main

// readPermissions are what a preview and a refresh look at. None of it reads data,
// secrets or logs.
var readPermissions = []permission{
	{
		sid: "ReadNetwork",
		actions: []string{
			"ec2:DescribeAvailabilityZones",
			"ec2:DescribeInternetGateways",
			"ec2:DescribeManagedPrefixLists",
			"ec2:DescribeNetworkAcls",
			"ec2:DescribeNetworkInterfaces",
			"ec2:DescribePrefixLists",
			"ec2:DescribeRegions",
			"ec2:DescribeRouteTables",
			"ec2:DescribeSecurityGroupRules",
			"ec2:DescribeSecurityGroups",
			"ec2:DescribeSubnets",
			"ec2:DescribeTags",
			"ec2:DescribeVpcAttribute",
			"ec2:DescribeVpcEndpointServices",
			"ec2:DescribeVpcEndpoints",
			"ec2:DescribeVpcs",
			"ec2:GetManagedPrefixListEntries",
		},
	},
	{
		// It looks for a zone of the private DNS name, which an existing VPC may have.
		sid:     "ReadZones",
		sides:   []string{consumer},
		actions: []string{"route53:GetHostedZone", "route53:ListHostedZones", "route53:ListTagsForResource"},
	},
	{
		sid:   "ReadService",
		sides: []string{provider},
		actions: []string{
			"ec2:DescribeAddresses",
			"ec2:DescribeAddressesAttribute",
			"ec2:DescribeNatGateways",
			"ec2:DescribeVpcEndpointConnections",
			"ec2:DescribeVpcEndpointServiceConfigurations",
			"ec2:DescribeVpcEndpointServicePermissions",
			"ecs:DescribeClusters",
			"ecs:DescribeServiceDeployments",
			"ecs:DescribeServices",
			"ecs:DescribeTaskDefinition",
			"ecs:ListServiceDeployments",
			"ecs:ListTagsForResource",
			"elasticloadbalancing:DescribeCapacityReservation",
			"elasticloadbalancing:DescribeListenerAttributes",
			"elasticloadbalancing:DescribeListenerCertificates",
			"elasticloadbalancing:DescribeListeners",
			"elasticloadbalancing:DescribeLoadBalancerAttributes",
			"elasticloadbalancing:DescribeLoadBalancers",
			"elasticloadbalancing:DescribeTags",
			"elasticloadbalancing:DescribeTargetGroupAttributes",
			"elasticloadbalancing:DescribeTargetGroups",
			"elasticloadbalancing:DescribeTargetHealth",
			"logs:DescribeLogGroups",
			"logs:ListTagsForResource",
		},
	},
	{
		sid:   "ReadRoles",
		sides: []string{provider},
		actions: []string{
			"iam:GetRole",
			"iam:GetRolePolicy",
			"iam:ListAttachedRolePolicies",
			"iam:ListInstanceProfilesForRole",
			"iam:ListRolePolicies",
			"iam:ListRoleTags",
		},
		resources: []string{"arn:{partition}:iam::{account}:role/{prefix}-*"},
	},
	{
		sid:   "ReadAutoscaling",
		sides: []string{provider},
		actions: []string{
			"application-autoscaling:DescribeScalableTargets",
			"application-autoscaling:DescribeScalingPolicies",
			"application-autoscaling:DescribeScheduledActions",
			"application-autoscaling:ListTagsForResource",
		},
	},
	{
		sid:     "ReadAlarms",
		feature: alarms,
		actions: []string{
			"cloudwatch:DescribeAlarms",
			"cloudwatch:GetDashboard",
			"cloudwatch:ListManagedInsightRules",
			"cloudwatch:ListTagsForResource",
		},
	},
	{
		sid:     "ReadNotifications",
		feature: notifications,
		actions: []string{
			"ec2:DescribeVpcEndpointConnectionNotifications",
			"sns:GetSubscriptionAttributes",
			"sns:GetTopicAttributes",
			"sns:ListTagsForResource",
		},
	},
	{
		sid:     "ReadCertificates",
		sides:   []string{provider},
		feature: certificates,
		actions: []string{
			"acm:DescribeCertificate",
			"acm:ListTagsForCertificate",
		},
	},
	{
		sid:     "ReadPrivateZones",
		sides:   []string{consumer},
		feature: privateZone,
		actions: []string{
			"route53:GetChange",
			"route53:GetHostedZone",
			"route53:ListResourceRecordSets",
			"route53:ListTagsForResource",
		},
	},
	{
		// It looks for the VPC's zones, of whatever account.
		sid:     "ReadZoneAssociations",
		sides:   []string{consumer},
		feature: zoneAssociation,
		actions: []string{"route53:GetChange", "route53:ListHostedZonesByVPC"},
	},
	{
		sid:     "ReadFlowLogs",
		feature: flowLogs,
		actions: []string{"ec2:DescribeFlowLogs", "logs:DescribeLogGroups", "logs:ListTagsForResource"},
	},
	{
		sid:     "ReadFlowLogRoles",
		feature: flowLogs,
		actions: []string{
			"iam:GetRole",
			"iam:GetRolePolicy",
			"iam:ListAttachedRolePolicies",
			"iam:ListInstanceProfilesForRole",
			"iam:ListRolePolicies",
			"iam:ListRoleTags",
		},
		resources: flowLogRoles,
	},
	{
		sid:     "ReadKey",
		feature: customerKey,
		actions: []string{
			"kms:DescribeKey",
			"kms:GetKeyPolicy",
			"kms:GetKeyRotationStatus",
			"kms:ListResourceTags",
		},
		resources: []string{"arn:{partition}:kms:{region}:{account}:key/*"},
		equals:    ownKey,
	},
	{
		sid:     "ReadAccessLogBucket",
		sides:   []string{provider},
		feature: accessLogs,
		actions: []string{
			"s3:GetAccelerateConfiguration",
			"s3:GetBucketAcl",
			"s3:GetBucketCORS",
			"s3:GetBucketLocation",
			"s3:GetBucketLogging",
			"s3:GetBucketObjectLockConfiguration",
			"s3:GetBucketPolicy",
			"s3:GetBucketPublicAccessBlock",
			"s3:GetBucketRequestPayment",
			"s3:GetBucketTagging",
			"s3:GetBucketVersioning",
			"s3:GetBucketWebsite",
			"s3:GetEncryptionConfiguration",
			"s3:GetLifecycleConfiguration",
			"s3:GetReplicationConfiguration",
			"s3:ListBucket",
		},
		resources: []string{"arn:{partition}:s3:::{prefix}-*"},
	},
	{
		sid:     "ReadPullThroughCache",
		sides:   []string{provider},
		feature: pullThroughCache,
		actions: []string{"ecr:DescribePullThroughCacheRules"},
	},
	{
		sid:     "ReadDns",
		feature: dns,
		actions: []string{
			"route53:GetChange",
			"route53:GetHostedZone",
			"route53:ListHostedZones",
			"route53:ListHostedZonesByName",
			"route53:ListResourceRecordSets",
			"route53:ListTagsForResource",
		},
	},
}

// stateReadPermissions are what a preview needs of a state in S3. It takes no lock.
var stateReadPermissions = []permission{
	{
		sid:       "ListState",
		actions:   []string{"s3:GetBucketLocation", "s3:ListBucket"},
		resources: []string{"arn:{partition}:s3:::{bucket}"},
	},
	{
		sid:       "ReadState",
		actions:   []string{"s3:GetObject"},
		resources: []string{"arn:{partition}:s3:::{bucket}/.pulumi/*"},
	},
	{
		sid:       "DecryptState",
		actions:   []string{"kms:Decrypt", "kms:DescribeKey"},
		resources: []string{"{key}"},
	},
}

// stateWritePermissions are what an update needs beyond them: to write the state of its
// own stack, and nobody else's. See
// https://www.pulumi.com/docs/iac/concepts/state-and-backends/#using-a-self-managed-backend.
var stateWritePermissions = []permission{
	{
		sid:     "WriteState",
		actions: []string{"s3:DeleteObject", "s3:PutObject"},
		resources: []string{
			"arn:{partition}:s3:::{bucket}/.pulumi/stacks/" + project + "/{stack}.json*",
			"arn:{partition}:s3:::{bucket}/.pulumi/backups/" + project + "/{stack}/*",
			"arn:{partition}:s3:::{bucket}/.pulumi/history/" + project + "/{stack}/*",
			"arn:{partition}:s3:::{bucket}/.pulumi/locks/organization/" + project + "/{stack}/*",
		},
	},
	{
		sid:       "EncryptState",
		actions:   []string{"kms:Encrypt", "kms:GenerateDataKey"},
		resources: []string{"{key}"},
	},
}

// project is the Pulumi project of both sides' stacks.
const project = "fargate-privatelink"
