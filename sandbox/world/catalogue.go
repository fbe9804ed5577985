package world

import "slices"

// This file lists what the world has of each service of AWS: its rules, its types,
// its data sources and its controllers. The rest of the engine names none.

func init() {
	rules = slices.Concat(
		// What a request is about comes before what it names.
		quotaRules(), quotaFurtherRules, accountRules, acmRules, appautoscalingRules, cloudwatchInsightRules, cloudwatchRules, connectionRules,
		ec2AddressingRules, ec2FlowLogRules, ec2IPv6Rules, ec2NATRules, ec2NetworkRules, ec2PrefixListRules, ec2RouteRules, ec2SecurityRules,
		ecrRules, ecsCapacityRules, ecsOptionsRules, ecsRules, ecsContainerRules, ecsServiceRules, ecsTaskRules,
		efsRules, elbCertificateRules, elbListenerRules, elbLoadBalancerRules, elbOptionsRules, elbTargetGroupRules,
		iamRules, kmsRules, logsRules,
		privatelinkDNSRules, privatelinkEndpointRules, privatelinkNotificationRules, privatelinkOptionsRules, privatelinkServiceRules,
		route53Rules, route53AssociationRules, s3Rules, secretsRules, snsRules, tagRules(),
	)
	types = byToken(
		certificateType, certificateValidationType,
		scalingTargetType, scalingPolicyType, scheduledScalingType,
		metricAlarmType, dashboardType, insightRuleType, logGroupType,
		vpcType, subnetType, internetGatewayType, eipType, natGatewayType, managedPrefixListType,
		routeTableType, routeTableAssociationType, routeType,
		securityGroupType, securityGroupRuleType(TokenIngressRule), securityGroupRuleType(TokenEgressRule),
		endpointType, endpointServiceType, allowedPrincipalType, connectionAccepterType,
		endpointPrivateDNSType, privateNameVerificationType, connectionNotificationType,
		repositoryType, pullThroughCacheType,
		clusterType, clusterCapacityType, taskDefinitionType, serviceType,
		loadBalancerType, targetGroupType, listenerType, listenerCertificateType,
		roleType, rolePolicyType, policyType, policyAttachmentType,
		keyType, keyAliasType,
		zoneType, recordType,
		bucketType(TokenBucketV2), bucketType(TokenBucket), bucketPolicyType, publicAccessBlockType,
		bucketEncryptionType, bucketLifecycleType, bucketOwnershipType,
		secretType, secretVersionType, parameterType,
		serviceQuotaType, accountRegionType, fileSystemType, accessPointType, mountTargetType,
		flowLogType, defaultSecurityGroupType, zoneAssociationType, vpcAuthorizationType,
		topicType, topicPolicyType, topicSubscriptionType,
	)
	functions = map[string]Function{
		"aws:ec2/getManagedPrefixList:getManagedPrefixList":   getManagedPrefixList,
		"aws:ec2/getPrefixList:getPrefixList":                 getPrefixList,
		"aws:ec2/getSubnet:getSubnet":                         getSubnet,
		"aws:ec2/getSubnets:getSubnets":                       getSubnets,
		"aws:ec2/getVpc:getVpc":                               getVPC,
		"aws:ec2/getVpcEndpoint:getVpcEndpoint":               getVPCEndpoint,
		"aws:ec2/getVpcEndpointService:getVpcEndpointService": getVPCEndpointService,
		"aws:ecs/getService:getService":                       getECSService,
		"aws:iam/getPolicyDocument:getPolicyDocument":         getPolicyDocument,
		"aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
		"aws:index/getCallerIdentity:getCallerIdentity":       getCallerIdentity,
		"aws:index/getPartition:getPartition":                 getPartition,
		"aws:index/getRegion:getRegion":                       getRegion,
		"aws:index/getRegions:getRegions":                     getRegions,
		"aws:route53/getZone:getZone":                         getZone,
	}
	controllers = []func(*Tx){issueCertificates, scheduleServices}
}

func byToken(list ...*Type) map[string]*Type {
	out := map[string]*Type{}
	for _, t := range list {
		out[t.Token] = t
	}
	return out
}
