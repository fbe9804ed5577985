package world

import "maps"

func init() { maps.Copy(lostCreates, lostFurther) }

// lostFurther are the creates of the types besides the network, the load balancer
// and the service, see lostCreates.
var lostFurther = map[string]struct {
	inputs func(st *stage) Props
	want   string
}{
	TokenScalingTarget: {given(scalable(nil)), same},
	TokenScalingPolicy: {func(st *stage) Props {
		st.make(st.provider, "scalable", TokenScalingTarget, scalable(nil))
		return tracking(nil)
	}, same},
	TokenScheduledScaling: {func(st *stage) Props {
		st.make(st.provider, "scalable", TokenScalingTarget, scalable(nil))
		return scheduled(nil)
	}, same},
	TokenFileSystem: {given(Props{}), same},
	TokenAccessPoint: {func(st *stage) Props {
		return Props{"fileSystemId": st.make(st.provider, "fs", TokenFileSystem, Props{})}
	}, same},
	TokenMountTarget: {func(st *stage) Props {
		return Props{"fileSystemId": st.make(st.provider, "fs", TokenFileSystem, Props{}), "subnetId": st.id("az1")}
	}, "EFS-ONE-TARGET-A-ZONE"},
	TokenFlowLog:              {func(st *stage) Props { return flowLog(st, nil) }, same},
	TokenDefaultSecurityGroup: {func(st *stage) Props { return Props{"vpcId": st.id("vpc")} }, same},
	TokenZoneAssociation: {func(st *stage) Props {
		st.privateZone()
		return Props{"zoneId": st.id("zone"), "vpcId": st.make(st.provider, "new", TokenVPC, anyVPC)}
	}, "ZONE-ASSOCIATION-CONFLICT"},
	TokenVPCAuthorization: {func(st *stage) Props {
		st.privateZone()
		return Props{"zoneId": st.id("zone"), "vpcId": st.id("c-vpc")}
	}, same},
	TokenServiceQuota:  {given(Props{"serviceCode": "vpc", "quotaCode": "L-F678F1CE", "value": 9.0}), same},
	TokenAccountRegion: {given(Props{"regionName": "ap-east-1", "enabled": true}), same},
	TokenMetricAlarm:   {given(alarm(nil)), same},
	TokenDashboard:     {given(Props{"dashboardName": "d", "dashboardBody": `{"widgets":[]}`}), same},
	TokenInsightRule: {func(st *stage) Props {
		return Props{"resourceArn": st.show("pls").Str("arn"), "templateName": insightTemplates[0]}
	}, same},
	TokenTopic: {given(Props{}), same},
	TokenTopicPolicy: {func(st *stage) Props {
		topic := st.make(st.provider, "ops", TokenTopic, Props{})
		return Props{"arn": topic, "policy": publishing(topic, servicePrivateLink, nil)}
	}, same},
	TokenTopicSubscription: {func(st *stage) Props {
		return Props{"topic": st.make(st.provider, "ops", TokenTopic, Props{}), "protocol": "email", "endpoint": "ops@example.com"}
	}, same},
	TokenConnectionNotification: {func(st *stage) Props {
		topic := st.make(st.provider, "ops", TokenTopic, Props{})
		return Props{"connectionEvents": list("Accept"), "connectionNotificationArn": topic, "vpcEndpointServiceId": st.id("pls")}
	}, same},
	TokenEndpointPrivateDNS: {func(st *stage) Props {
		own := st.make(st.provider, "own", TokenEndpoint, Props{
			"vpcId": st.id("vpc"), "serviceName": "com.amazonaws.us-east-1.sqs", "vpcEndpointType": "Interface",
			"subnetIds": list(st.id("az1")), "privateDnsEnabled": false,
		})
		return Props{"vpcEndpointId": own, "privateDnsEnabled": true}
	}, same},
	TokenPrivateNameVerification: {func(st *stage) Props {
		st.verifyPrivateName()
		return Props{"serviceId": st.id("pls")}
	}, same},
	TokenManagedPrefixList: {given(listed(nil)), same},
	TokenZone:              {given(Props{"name": "example.com"}), same},
	TokenRecord: {func(st *stage) Props {
		st.publicZone()
		return st.recordInputs("www", "CNAME", "example.org")
	}, "RECORD-UNIQUE"},
	TokenCertificate: {given(Props{"domainName": "api.example.com", "validationMethod": "DNS"}), same},
	TokenCertificateValidation: {func(st *stage) Props {
		return Props{"certificateArn": st.issuedCertificate()}
	}, same},
	TokenSecret: {given(Props{}), same},
	TokenSecretVersion: {func(st *stage) Props {
		return Props{"secretId": st.make(st.provider, "password", TokenSecret, Props{}), "secretString": "x"}
	}, same},
	TokenParameter: {given(Props{"type": "String", "value": "x"}), "PARAMETER-UNIQUE"},
	TokenKey:       {given(Props{}), second},
	TokenKeyAlias: {func(st *stage) Props {
		return Props{"targetKeyId": st.make(st.provider, "key", TokenKey, Props{})}
	}, "KMS-ALIAS-UNIQUE"},
	TokenBucketV2:          {given(Props{}), "S3-UNIQUE"},
	TokenBucket:            {given(Props{}), "S3-UNIQUE"},
	TokenBucketPolicy:      {inBucket(Props{"policy": logPolicy("near")}), same},
	TokenPublicAccessBlock: {inBucket(nil), same},
	TokenBucketEncryption: {inBucket(Props{"rules": []any{map[string]any{
		"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"},
	}}}), same},
	TokenBucketLifecycle:  {inBucket(Props{"rules": []any{map[string]any{"id": "r", "status": "Enabled"}}}), same},
	TokenBucketOwnership:  {inBucket(Props{"rule": map[string]any{"objectOwnership": "BucketOwnerEnforced"}}), same},
	TokenRepository:       {given(Props{}), "ECR-REPOSITORY-UNIQUE"},
	TokenPullThroughCache: {given(Props{"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "public.ecr.aws"}), "ECR-CACHE-UNIQUE"},
	TokenClusterCapacity:  {given(capacity(nil)), same},
	TokenListenerCertificate: {func(st *stage) Props {
		return Props{"listenerArn": st.tlsListener(), "certificateArn": st.id("certificate")}
	}, same},
}

// inBucket are the inputs of what a bucket of its own has.
func inBucket(more Props) func(*stage) Props {
	return func(st *stage) Props {
		return over(Props{"bucket": st.make(st.provider, "near", TokenBucketV2, Props{})}, more)
	}
}
