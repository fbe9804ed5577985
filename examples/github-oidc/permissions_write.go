package main

// networkPermissions change what is in a VPC. Amazon EC2 names these resources
// itself, so the limits are the Regions and what is not here: no instances, no
// peering, no VPN, no transit gateways, nothing about other accounts.
var networkPermissions = []permission{
	{
		sid:      "ChangeNetwork",
		regional: true,
		actions: []string{
			"ec2:AssociateRouteTable",
			// The VPC's IPv6 block, where the VPC is older than that.
			"ec2:AssociateVpcCidrBlock",
			"ec2:AttachInternetGateway",
			"ec2:AuthorizeSecurityGroupEgress",
			"ec2:AuthorizeSecurityGroupIngress",
			"ec2:CreateInternetGateway",
			"ec2:CreateRoute",
			"ec2:CreateRouteTable",
			"ec2:CreateSecurityGroup",
			"ec2:CreateSubnet",
			"ec2:CreateTags",
			"ec2:CreateVpc",
			"ec2:CreateVpcEndpoint",
			"ec2:DeleteInternetGateway",
			"ec2:DeleteRoute",
			"ec2:DeleteRouteTable",
			"ec2:DeleteSecurityGroup",
			"ec2:DeleteSubnet",
			"ec2:DeleteTags",
			"ec2:DeleteVpc",
			"ec2:DeleteVpcEndpoints",
			"ec2:DetachInternetGateway",
			"ec2:DisassociateRouteTable",
			"ec2:ModifySecurityGroupRules",
			"ec2:ModifySubnetAttribute",
			"ec2:ModifyVpcAttribute",
			"ec2:ModifyVpcEndpoint",
			"ec2:ReplaceRoute",
			"ec2:ReplaceRouteTableAssociation",
			"ec2:RevokeSecurityGroupEgress",
			"ec2:RevokeSecurityGroupIngress",
			"ec2:UpdateSecurityGroupRuleDescriptionsEgress",
			"ec2:UpdateSecurityGroupRuleDescriptionsIngress",
			// A permission without an operation of its own: endpoints and services
			// that cross Regions.
			"vpce:AllowMultiRegion",
		},
	},
	{
		// AWS associates the VPC with a zone of its own for an endpoint's private DNS
		// names, with the caller's rights.
		sid:       "UsePrivateDns",
		actions:   []string{"route53:AssociateVPCWithHostedZone"},
		resources: []string{"arn:{partition}:route53:::hostedzone/*"},
	},
	{
		sid:      "ChangeNatGateways",
		sides:    []string{provider},
		regional: true,
		actions: []string{
			"ec2:AllocateAddress",
			"ec2:AssociateNatGatewayAddress",
			"ec2:CreateNatGateway",
			"ec2:DeleteNatGateway",
			"ec2:DisassociateAddress",
			"ec2:DisassociateNatGatewayAddress",
			"ec2:ReleaseAddress",
		},
	},
	{
		sid:      "ChangeEndpointServices",
		sides:    []string{provider},
		regional: true,
		actions: []string{
			"ec2:AcceptVpcEndpointConnections",
			"ec2:CreateVpcEndpointServiceConfiguration",
			"ec2:DeleteVpcEndpointServiceConfigurations",
			"ec2:ModifyVpcEndpointServiceConfiguration",
			"ec2:ModifyVpcEndpointServicePermissions",
			"ec2:RejectVpcEndpointConnections",
		},
	},
}

// taskRoles are the roles that the stack itself makes. Pulumi ends their names with
// seven characters of its own, so that nobody's role is among them by chance: not
// web-admin, and not web-task-runner.
var taskRoles = []string{
	"arn:{partition}:iam::{account}:role/{prefix}-execution-???????",
	"arn:{partition}:iam::{account}:role/{prefix}-task-???????",
}

// servicePermissions change the load balancer, the ECS service and its roles: only
// those whose name begins with the stack's, and of the roles only the stack's own.
var servicePermissions = []permission{
	{
		sid:   "ChangeLoadBalancers",
		sides: []string{provider},
		actions: []string{
			"elasticloadbalancing:AddListenerCertificates",
			"elasticloadbalancing:AddTags",
			"elasticloadbalancing:CreateListener",
			"elasticloadbalancing:CreateLoadBalancer",
			"elasticloadbalancing:CreateTargetGroup",
			"elasticloadbalancing:DeleteListener",
			"elasticloadbalancing:DeleteLoadBalancer",
			"elasticloadbalancing:DeleteTargetGroup",
			"elasticloadbalancing:ModifyListener",
			"elasticloadbalancing:ModifyListenerAttributes",
			"elasticloadbalancing:ModifyLoadBalancerAttributes",
			"elasticloadbalancing:ModifyTargetGroup",
			"elasticloadbalancing:ModifyTargetGroupAttributes",
			"elasticloadbalancing:RemoveListenerCertificates",
			"elasticloadbalancing:RemoveTags",
			"elasticloadbalancing:SetIpAddressType",
			"elasticloadbalancing:SetSecurityGroups",
			"elasticloadbalancing:SetSubnets",
		},
		resources: []string{
			"arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/net/{prefix}-*",
			"arn:{partition}:elasticloadbalancing:{region}:{account}:listener/net/{prefix}-*",
			"arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{prefix}-*",
		},
	},
	{
		// Not ecs:RunTask and ecs:ExecuteCommand: whoever deploys gets no shell.
		sid:   "ChangeContainers",
		sides: []string{provider},
		actions: []string{
			"ecs:CreateCluster",
			"ecs:CreateService",
			"ecs:DeleteCluster",
			"ecs:DeleteService",
			"ecs:PutClusterCapacityProviders",
			"ecs:RegisterTaskDefinition",
			"ecs:TagResource",
			"ecs:UntagResource",
			"ecs:UpdateCluster",
			"ecs:UpdateClusterSettings",
			"ecs:UpdateService",
		},
		resources: []string{
			"arn:{partition}:ecs:{region}:{account}:cluster/{prefix}-*",
			"arn:{partition}:ecs:{region}:{account}:service/{prefix}-*",
			"arn:{partition}:ecs:{region}:{account}:task-definition/{prefix}-*",
		},
	},
	{
		sid:   "ChangeLogGroups",
		sides: []string{provider},
		actions: []string{
			"logs:CreateLogGroup",
			"logs:DeleteLogGroup",
			"logs:DeleteRetentionPolicy",
			"logs:PutRetentionPolicy",
			"logs:TagResource",
			"logs:UntagResource",
		},
		resources: []string{"arn:{partition}:logs:{region}:{account}:log-group:{prefix}-*"},
	},
	{
		// Not iam:UpdateAssumeRolePolicy: who may assume a role is said when it is made.
		// IAM can't limit that action to roles with a boundary, and with it a role that
		// trusts nobody here could be made to trust a task.
		sid:       "ChangeTaskRoles",
		sides:     []string{provider},
		actions:   []string{"iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateRole", "iam:UpdateRoleDescription"},
		resources: taskRoles,
	},
	{
		// What a task role may do is what the deploy role could do through it: no more
		// than the boundary allows, which only an administrator can change. A policy that
		// is taken away may be one that denies something.
		sid:   "GiveTaskRights",
		sides: []string{provider},
		actions: []string{
			"iam:AttachRolePolicy",
			"iam:CreateRole",
			"iam:DeleteRolePolicy",
			"iam:DetachRolePolicy",
			"iam:PutRolePolicy",
		},
		resources: taskRoles,
		equals:    map[string][]string{"iam:PermissionsBoundary": {boundaryArn}},
	},
	{
		// IAM knows neither the boundary nor, reliably, the tags of a role that is passed,
		// so the name alone says whose it is. See
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html.
		sid:       "PassTaskRoles",
		sides:     []string{provider},
		actions:   []string{"iam:PassRole"},
		resources: taskRoles,
		equals:    map[string][]string{"iam:PassedToService": {"ecs-tasks.amazonaws.com"}},
	},
	{
		// AWS makes them on first use, with the caller's rights.
		sid:       "CreateServiceLinkedRoles",
		sides:     []string{provider},
		actions:   []string{"iam:CreateServiceLinkedRole"},
		resources: []string{"arn:{partition}:iam::{account}:role/aws-service-role/*"},
		equals: map[string][]string{
			"iam:AWSServiceName": {"ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com"},
		},
	},
	{
		sid:   "ChangeAutoscaling",
		sides: []string{provider},
		actions: []string{
			"application-autoscaling:DeleteScalingPolicy",
			"application-autoscaling:DeleteScheduledAction",
			"application-autoscaling:DeregisterScalableTarget",
			"application-autoscaling:PutScalingPolicy",
			"application-autoscaling:PutScheduledAction",
			"application-autoscaling:RegisterScalableTarget",
			"application-autoscaling:TagResource",
			"application-autoscaling:UntagResource",
		},
		resources: []string{"arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/*"},
	},
	{
		sid:       "CreateAutoscalingRole",
		sides:     []string{provider},
		actions:   []string{"iam:CreateServiceLinkedRole"},
		resources: []string{"arn:{partition}:iam::{account}:role/aws-service-role/*"},
		equals:    map[string][]string{"iam:AWSServiceName": {"ecs.application-autoscaling.amazonaws.com"}},
	},
	{
		// Target tracking makes them, with the caller's rights too. See
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/auto-scaling-IAM.html.
		sid:   "ChangeAutoscalingAlarms",
		sides: []string{provider},
		actions: []string{
			"cloudwatch:DeleteAlarms",
			"cloudwatch:DescribeAlarms",
			"cloudwatch:PutMetricAlarm",
		},
		resources: []string{"arn:{partition}:cloudwatch:{region}:{account}:alarm:TargetTracking-service/{prefix}-*"},
	},
}
