package main

// logBuckets are those that the stack itself makes: who may change a bucket's policy may
// let himself in.
const logBuckets = "arn:{partition}:s3:::{prefix}-access-logs-???????"

// featurePermissions change what only some stacks have.
var featurePermissions = []permission{
	{
		sid:     "ChangeAlarms",
		feature: alarms,
		actions: []string{
			"cloudwatch:DeleteAlarms",
			"cloudwatch:DeleteDashboards",
			"cloudwatch:PutDashboard",
			"cloudwatch:PutMetricAlarm",
			"cloudwatch:TagResource",
			"cloudwatch:UntagResource",
		},
		resources: []string{
			"arn:{partition}:cloudwatch:{region}:{account}:alarm:{prefix}-*",
			"arn:{partition}:cloudwatch::{account}:dashboard/{prefix}-*",
		},
	},
	{
		sid:     "ChangeTopics",
		feature: notifications,
		actions: []string{
			"sns:CreateTopic",
			"sns:DeleteTopic",
			"sns:SetSubscriptionAttributes",
			"sns:SetTopicAttributes",
			"sns:Subscribe",
			"sns:TagResource",
			"sns:Unsubscribe",
			"sns:UntagResource",
		},
		resources: []string{"arn:{partition}:sns:{region}:{account}:{prefix}-*"},
	},
	{
		sid:      "ChangeConnectionNotifications",
		sides:    []string{provider},
		feature:  notifications,
		regional: true,
		actions: []string{
			"ec2:CreateVpcEndpointConnectionNotification",
			"ec2:DeleteVpcEndpointConnectionNotifications",
			"ec2:ModifyVpcEndpointConnectionNotification",
		},
	},
	{
		sid:     "ChangeCertificates",
		sides:   []string{provider},
		feature: certificates,
		actions: []string{
			"acm:AddTagsToCertificate",
			"acm:DeleteCertificate",
			"acm:RemoveTagsFromCertificate",
			"acm:RequestCertificate",
			"acm:UpdateCertificateOptions",
		},
		resources: []string{"arn:{partition}:acm:{region}:{account}:certificate/*"},
	},
	{
		sid:       "ChangeRecords",
		feature:   dns,
		actions:   []string{"route53:ChangeResourceRecordSets"},
		resources: []string{"arn:{partition}:route53:::hostedzone/{zone}"},
	},
	{
		sid:      "VerifyPrivateDns",
		sides:    []string{provider},
		feature:  dns,
		regional: true,
		actions:  []string{"ec2:StartVpcEndpointServicePrivateDnsVerification"},
	},
	{
		sid:      "RankEndpoints",
		sides:    []string{provider},
		feature:  alarms,
		regional: true,
		actions: []string{
			"cloudwatch:DeleteInsightRules",
			"cloudwatch:PutManagedInsightRules",
		},
	},
	{
		// A zone's ID is AWS's choice, so it is every zone of the account.
		sid:     "ChangePrivateZones",
		sides:   []string{consumer},
		feature: privateZone,
		actions: []string{
			"route53:ChangeResourceRecordSets",
			"route53:ChangeTagsForResource",
			"route53:DeleteHostedZone",
		},
		resources: []string{"arn:{partition}:route53:::hostedzone/*"},
	},
	{
		// It knows no resource, and Amazon Route 53 no Region.
		sid:     "CreatePrivateZones",
		sides:   []string{consumer},
		feature: privateZone,
		actions: []string{"route53:CreateHostedZone"},
	},
	{
		// The association itself, route53:AssociateVPCWithHostedZone, goes with private DNS.
		sid:       "ChangeZoneAssociations",
		sides:     []string{consumer},
		feature:   zoneAssociation,
		actions:   []string{"route53:DisassociateVPCFromHostedZone"},
		resources: []string{"arn:{partition}:route53:::hostedzone/{zone}"},
	},
	{
		// What may be done in the hosted zone's account is said there. The preview role
		// doesn't get it: such a role can change records.
		sid:       "AssumeHostedZoneRoles",
		actions:   []string{"sts:AssumeRole"},
		resources: []string{"{zoneRole}"},
	},
	{
		sid:     "ChangeAccessLogBucket",
		sides:   []string{provider},
		feature: accessLogs,
		actions: []string{
			"s3:CreateBucket",
			"s3:DeleteBucket",
			"s3:DeleteBucketPolicy",
			"s3:ListBucketVersions",
			"s3:PutBucketPolicy",
			"s3:PutBucketPublicAccessBlock",
			"s3:PutBucketTagging",
			"s3:PutLifecycleConfiguration",
		},
		resources: []string{logBuckets},
	},
	{
		// A destroy empties the bucket first.
		sid:       "DeleteAccessLogs",
		sides:     []string{provider},
		feature:   accessLogs,
		actions:   []string{"s3:DeleteObject", "s3:DeleteObjectVersion"},
		resources: []string{logBuckets + "/*"},
	},
	{
		sid:      "ChangePullThroughCache",
		sides:    []string{provider},
		feature:  pullThroughCache,
		regional: true,
		actions: []string{
			"ecr:CreatePullThroughCacheRule",
			"ecr:DeletePullThroughCacheRule",
			"ecr:UpdatePullThroughCacheRule",
		},
	},
	{
		sid:       "CreatePullThroughCacheRole",
		sides:     []string{provider},
		feature:   pullThroughCache,
		actions:   []string{"iam:CreateServiceLinkedRole"},
		resources: []string{"arn:{partition}:iam::{account}:role/aws-service-role/*"},
		equals:    map[string][]string{"iam:AWSServiceName": {"pullthroughcache.ecr.amazonaws.com"}},
	},
}
