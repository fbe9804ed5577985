package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rights are the actions that it takes to make and delete a resource of a type, by
// its constructor in the Pulumi SDK: those of the AWS provider's resource. See
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
var rights = map[string]string{
	"acm.NewCertificate":                          "acm:RequestCertificate acm:DescribeCertificate acm:DeleteCertificate",
	"acm.NewCertificateValidation":                "acm:DescribeCertificate",
	"appautoscaling.NewPolicy":                    "application-autoscaling:PutScalingPolicy application-autoscaling:DescribeScalingPolicies application-autoscaling:DeleteScalingPolicy cloudwatch:PutMetricAlarm",
	"appautoscaling.NewScheduledAction":           "application-autoscaling:PutScheduledAction application-autoscaling:DescribeScheduledActions application-autoscaling:DeleteScheduledAction",
	"appautoscaling.NewTarget":                    "application-autoscaling:RegisterScalableTarget application-autoscaling:DescribeScalableTargets application-autoscaling:DeregisterScalableTarget iam:CreateServiceLinkedRole",
	"cloudwatch.NewContributorManagedInsightRule": "cloudwatch:PutManagedInsightRules cloudwatch:ListManagedInsightRules cloudwatch:DeleteInsightRules",
	"cloudwatch.NewDashboard":                     "cloudwatch:PutDashboard cloudwatch:GetDashboard cloudwatch:DeleteDashboards",
	"cloudwatch.NewLogGroup":                      "logs:CreateLogGroup logs:PutRetentionPolicy logs:DescribeLogGroups logs:DeleteLogGroup",
	"cloudwatch.NewMetricAlarm":                   "cloudwatch:PutMetricAlarm cloudwatch:DescribeAlarms cloudwatch:DeleteAlarms",
	"ec2.NewDefaultSecurityGroup":                 "ec2:DescribeSecurityGroups ec2:RevokeSecurityGroupIngress ec2:RevokeSecurityGroupEgress ec2:CreateTags",
	"ec2.NewEip":                                  "ec2:AllocateAddress ec2:DescribeAddresses ec2:ReleaseAddress",
	"ec2.NewFlowLog":                              "ec2:CreateFlowLogs ec2:DescribeFlowLogs ec2:DeleteFlowLogs iam:PassRole",
	"ec2.NewInternetGateway":                      "ec2:CreateInternetGateway ec2:AttachInternetGateway ec2:DetachInternetGateway ec2:DeleteInternetGateway",
	"ec2.NewNatGateway":                           "ec2:CreateNatGateway ec2:DescribeNatGateways ec2:DeleteNatGateway",
	"ec2.NewRoute":                                "ec2:CreateRoute ec2:DescribeRouteTables ec2:DeleteRoute",
	"ec2.NewRouteTable":                           "ec2:CreateRouteTable ec2:DescribeRouteTables ec2:DeleteRouteTable",
	"ec2.NewRouteTableAssociation":                "ec2:AssociateRouteTable ec2:DisassociateRouteTable",
	"ec2.NewSecurityGroup":                        "ec2:CreateSecurityGroup ec2:DescribeSecurityGroups ec2:RevokeSecurityGroupEgress ec2:DeleteSecurityGroup",
	"ec2.NewSubnet":                               "ec2:CreateSubnet ec2:DescribeSubnets ec2:ModifySubnetAttribute ec2:DeleteSubnet",
	"ec2.NewVpc":                                  "ec2:CreateVpc ec2:DescribeVpcs ec2:AssociateVpcCidrBlock ec2:ModifyVpcAttribute ec2:DeleteVpc",
	"ec2.NewVpcEndpoint":                          "ec2:CreateVpcEndpoint ec2:DescribeVpcEndpoints ec2:ModifyVpcEndpoint ec2:DeleteVpcEndpoints route53:AssociateVPCWithHostedZone vpce:AllowMultiRegion",
	"ec2.NewVpcEndpointConnectionAccepter":        "ec2:AcceptVpcEndpointConnections ec2:DescribeVpcEndpointConnections ec2:RejectVpcEndpointConnections",
	"ec2.NewVpcEndpointConnectionNotification":    "ec2:CreateVpcEndpointConnectionNotification ec2:DescribeVpcEndpointConnectionNotifications ec2:DeleteVpcEndpointConnectionNotifications",
	"ec2.NewVpcEndpointService":                   "ec2:CreateVpcEndpointServiceConfiguration ec2:DescribeVpcEndpointServiceConfigurations ec2:ModifyVpcEndpointServiceConfiguration ec2:DeleteVpcEndpointServiceConfigurations vpce:AllowMultiRegion",
	"ec2.NewVpcEndpointServiceAllowedPrinciple":   "ec2:ModifyVpcEndpointServicePermissions ec2:DescribeVpcEndpointServicePermissions",
	"ecr.NewPullThroughCacheRule":                 "ecr:CreatePullThroughCacheRule ecr:DescribePullThroughCacheRules ecr:DeletePullThroughCacheRule iam:CreateServiceLinkedRole",
	"ecs.NewCluster":                              "ecs:CreateCluster ecs:DescribeClusters ecs:DeleteCluster",
	"ecs.NewClusterCapacityProviders":             "ecs:PutClusterCapacityProviders ecs:DescribeClusters",
	"ecs.NewService":                              "ecs:CreateService ecs:DescribeServices ecs:UpdateService ecs:DeleteService iam:PassRole",
	"ecs.NewTaskDefinition":                       "ecs:RegisterTaskDefinition ecs:DescribeTaskDefinition iam:PassRole",
	"iam.NewRole":                                 "iam:CreateRole iam:GetRole iam:ListRolePolicies iam:ListAttachedRolePolicies iam:ListInstanceProfilesForRole iam:DeleteRole",
	"iam.NewRolePolicy":                           "iam:PutRolePolicy iam:GetRolePolicy iam:DeleteRolePolicy",
	"iam.NewRolePolicyAttachment":                 "iam:AttachRolePolicy iam:ListAttachedRolePolicies iam:DetachRolePolicy",
	"kms.NewKey":                                  "kms:CreateKey kms:TagResource kms:EnableKeyRotation kms:DescribeKey kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListResourceTags kms:PutKeyPolicy kms:ScheduleKeyDeletion",
	"lb.NewListener":                              "elasticloadbalancing:CreateListener elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeListenerAttributes elasticloadbalancing:DeleteListener",
	"lb.NewListenerCertificate":                   "elasticloadbalancing:AddListenerCertificates elasticloadbalancing:DescribeListenerCertificates elasticloadbalancing:RemoveListenerCertificates",
	"lb.NewLoadBalancer":                          "elasticloadbalancing:CreateLoadBalancer elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:ModifyLoadBalancerAttributes elasticloadbalancing:DeleteLoadBalancer",
	"lb.NewTargetGroup":                           "elasticloadbalancing:CreateTargetGroup elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:ModifyTargetGroupAttributes elasticloadbalancing:DeleteTargetGroup",
	"route53.NewRecord":                           "route53:ChangeResourceRecordSets route53:ListResourceRecordSets route53:GetHostedZone route53:GetChange",
	// The rest, zoneRoleRights, is done by the role in the zone's account.
	"route53.NewVpcAssociationAuthorization":       "sts:AssumeRole",
	"route53.NewZone":                              "route53:CreateHostedZone route53:GetHostedZone route53:AssociateVPCWithHostedZone route53:DeleteHostedZone ec2:DescribeVpcs",
	"route53.NewZoneAssociation":                   "route53:AssociateVPCWithHostedZone route53:GetChange route53:ListHostedZonesByVPC route53:DisassociateVPCFromHostedZone",
	"s3.NewBucketLifecycleConfigurationV2":         "s3:PutLifecycleConfiguration s3:GetLifecycleConfiguration",
	"s3.NewBucketPolicy":                           "s3:PutBucketPolicy s3:GetBucketPolicy s3:DeleteBucketPolicy",
	"s3.NewBucketPublicAccessBlock":                "s3:PutBucketPublicAccessBlock s3:GetBucketPublicAccessBlock",
	"s3.NewBucketV2":                               "s3:CreateBucket s3:ListBucket s3:ListBucketVersions s3:DeleteObject s3:DeleteObjectVersion s3:DeleteBucket",
	"sns.NewTopic":                                 "sns:CreateTopic sns:GetTopicAttributes sns:SetTopicAttributes sns:DeleteTopic",
	"sns.NewTopicPolicy":                           "sns:SetTopicAttributes sns:GetTopicAttributes",
	"sns.NewTopicSubscription":                     "sns:Subscribe sns:GetSubscriptionAttributes sns:Unsubscribe",
	"vpc.NewEndpointPrivateDns":                    "ec2:ModifyVpcEndpoint ec2:DescribeVpcEndpoints route53:AssociateVPCWithHostedZone",
	"vpc.NewEndpointServicePrivateDnsVerification": "ec2:StartVpcEndpointServicePrivateDnsVerification ec2:DescribeVpcEndpointServiceConfigurations",
	"vpc.NewSecurityGroupEgressRule":               "ec2:AuthorizeSecurityGroupEgress ec2:DescribeSecurityGroupRules ec2:ModifySecurityGroupRules ec2:RevokeSecurityGroupEgress",
	"vpc.NewSecurityGroupIngressRule":              "ec2:AuthorizeSecurityGroupIngress ec2:DescribeSecurityGroupRules ec2:ModifySecurityGroupRules ec2:RevokeSecurityGroupIngress",
}

// zoneRoleRights are what a role in the account of a hosted zone needs, for records and
// for authorizing associations: the README lists them.
const zoneRoleRights = "route53:ChangeResourceRecordSets route53:GetChange route53:GetHostedZone route53:ListHostedZones route53:ListResourceRecordSets " +
	"route53:CreateVPCAssociationAuthorization route53:ListVPCAssociationAuthorizations route53:DeleteVPCAssociationAuthorization"

func TestReadmeListsWhatAZoneRoleNeeds(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, action := range strings.Fields(zoneRoleRights) {
		require.Contains(t, string(readme), "`"+action+"`")
	}
}

// constructors is how the components make a resource of the AWS provider's.
var constructors = regexp.MustCompile(`\b(acm|appautoscaling|cloudwatch|ec2|ecr|ecs|iam|kms|lb|route53|s3|sns|ssm|vpc)\.(New[A-Za-z0-9]+)\((ctx|s\.ctx)\b`)

// The deploy roles of the two sides together may make whatever the components make.
func TestDeployMayMakeWhatTheComponentsMake(t *testing.T) {
	granted := map[string]bool{}
	for _, side := range []string{provider, consumer} {
		cfg := validSettings(withEverything, func(s *settings) { s.Side = side })
		for _, action := range actionsOf(deployPolicies(cfg, testAccount)) {
			granted[action] = true
		}
	}
	files, err := filepath.Glob("../../components/*.go")
	require.NoError(t, err)
	made := map[string]bool{"ec2.NewVpc": true, "ec2.NewInternetGateway": true} // by the awsx component
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, match := range constructors.FindAllStringSubmatch(string(text), -1) {
			made[match[1]+"."+match[2]] = true
		}
	}
	require.Equal(t, slices.Sorted(maps.Keys(made)), slices.Sorted(maps.Keys(rights)), "the table has what the components make")
	for constructor, actions := range rights {
		for _, action := range strings.Fields(actions) {
			require.True(t, granted[action], "%s needs %s", constructor, action)
		}
	}
}

// A stack with nothing but defaults needs no feature.
func TestDeployMayMakeWhatTheDefaultsMake(t *testing.T) {
	byDefault := map[string][]string{
		provider: {
			"appautoscaling.NewPolicy", "appautoscaling.NewTarget", "cloudwatch.NewLogGroup", "ec2.NewEip", "ec2.NewInternetGateway",
			"ec2.NewNatGateway", "ec2.NewRoute", "ec2.NewRouteTable", "ec2.NewRouteTableAssociation", "ec2.NewSecurityGroup",
			"ec2.NewSubnet", "ec2.NewVpc", "ec2.NewVpcEndpointConnectionAccepter", "ec2.NewVpcEndpointService",
			"ec2.NewVpcEndpointServiceAllowedPrinciple", "ecs.NewCluster", "ecs.NewService", "ecs.NewTaskDefinition", "iam.NewRole",
			"iam.NewRolePolicy", "lb.NewListener", "lb.NewLoadBalancer", "lb.NewTargetGroup",
			"vpc.NewSecurityGroupEgressRule", "vpc.NewSecurityGroupIngressRule",
		},
		consumer: {
			"ec2.NewRouteTable", "ec2.NewRouteTableAssociation", "ec2.NewSecurityGroup", "ec2.NewSubnet", "ec2.NewVpc",
			"ec2.NewVpcEndpoint", "vpc.NewEndpointPrivateDns", "vpc.NewSecurityGroupIngressRule",
		},
	}
	for side, constructors := range byDefault {
		granted := actionsOf(deployPolicies(validSettings(func(s *settings) { s.Side = side }), testAccount))
		for _, constructor := range constructors {
			for _, action := range strings.Fields(rights[constructor]) {
				require.Contains(t, granted, action, "%s, %s", side, constructor)
			}
		}
	}
}
