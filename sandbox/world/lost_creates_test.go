package world

import "maps"

func init() { maps.Copy(lostCreates, lostFurther) }

// lostFurther are the creates of the types besides the network, the load balancer
// and the service, see lostCreates.
var lostFurther = map[string]struct {
	inputs func(st *stage) Props
	want   string
}{
	tokenScalingTarget: {given(scalable(nil)), same},
	tokenScalingPolicy: {func(st *stage) Props {
		st.make(st.provider, "scalable", tokenScalingTarget, scalable(nil))
		return tracking(nil)
	}, same},
	tokenScheduledScaling: {func(st *stage) Props {
		st.make(st.provider, "scalable", tokenScalingTarget, scalable(nil))
		return scheduled(nil)
	}, same},
	tokenMetricAlarm: {given(alarm(nil)), same},
	tokenDashboard:   {given(Props{"dashboardName": "d", "dashboardBody": `{"widgets":[]}`}), same},
	tokenInsightRule: {func(st *stage) Props {
		return Props{"resourceArn": st.show("pls").Str("arn"), "templateName": insightTemplates[0]}
	}, same},
	tokenTopic: {given(Props{}), same},
	tokenTopicPolicy: {func(st *stage) Props {
		topic := st.make(st.provider, "ops", tokenTopic, Props{})
		return Props{"arn": topic, "policy": publishing(topic, servicePrivateLink, nil)}
	}, same},
	tokenTopicSubscription: {func(st *stage) Props {
		return Props{"topic": st.make(st.provider, "ops", tokenTopic, Props{}), "protocol": "email", "endpoint": "ops@example.com"}
	}, same},
	tokenConnectionNotification: {func(st *stage) Props {
		topic := st.make(st.provider, "ops", tokenTopic, Props{})
		return Props{"connectionEvents": list("Accept"), "connectionNotificationArn": topic, "vpcEndpointServiceId": st.id("pls")}
	}, same},
	tokenEndpointPrivateDNS: {func(st *stage) Props {
		own := st.make(st.provider, "own", tokenEndpoint, Props{
			"vpcId": st.id("vpc"), "serviceName": "com.amazonaws.us-east-1.sqs", "vpcEndpointType": "Interface",
			"subnetIds": list(st.id("az1")), "privateDnsEnabled": false,
		})
		return Props{"vpcEndpointId": own, "privateDnsEnabled": true}
	}, same},
	tokenPrivateNameVerification: {func(st *stage) Props {
		st.verifyPrivateName()
		return Props{"serviceId": st.id("pls")}
	}, same},
	tokenManagedPrefixList: {given(listed(nil)), same},
	tokenZone:              {given(Props{"name": "example.com"}), same},
	tokenRecord: {func(st *stage) Props {
		st.publicZone()
		return st.recordInputs("www", "CNAME", "example.org")
	}, "RECORD-UNIQUE"},
	tokenCertificate: {given(Props{"domainName": "api.example.com", "validationMethod": "DNS"}), same},
	tokenCertificateValidation: {func(st *stage) Props {
		return Props{"certificateArn": st.issuedCertificate()}
	}, same},
	tokenSecret: {given(Props{}), same},
	tokenSecretVersion: {func(st *stage) Props {
		return Props{"secretId": st.make(st.provider, "password", tokenSecret, Props{}), "secretString": "x"}
	}, same},
	tokenParameter: {given(Props{"type": "String", "value": "x"}), "PARAMETER-UNIQUE"},
	tokenKey:       {given(Props{}), second},
	tokenKeyAlias: {func(st *stage) Props {
		return Props{"targetKeyId": st.make(st.provider, "key", tokenKey, Props{})}
	}, "KMS-ALIAS-UNIQUE"},
	tokenBucketV2:          {given(Props{}), "S3-UNIQUE"},
	tokenBucket:            {given(Props{}), "S3-UNIQUE"},
	tokenBucketPolicy:      {inBucket(Props{"policy": logPolicy("near")}), same},
	tokenPublicAccessBlock: {inBucket(nil), same},
	tokenBucketEncryption: {inBucket(Props{"rules": []any{map[string]any{
		"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"},
	}}}), same},
	tokenBucketLifecycle:  {inBucket(Props{"rules": []any{map[string]any{"id": "r", "status": "Enabled"}}}), same},
	tokenBucketOwnership:  {inBucket(Props{"rule": map[string]any{"objectOwnership": "BucketOwnerEnforced"}}), same},
	tokenRepository:       {given(Props{}), "ECR-REPOSITORY-UNIQUE"},
	tokenPullThroughCache: {given(Props{"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "public.ecr.aws"}), "ECR-CACHE-UNIQUE"},
	tokenClusterCapacity:  {given(capacity(nil)), same},
	tokenListenerCertificate: {func(st *stage) Props {
		return Props{"listenerArn": st.tlsListener(), "certificateArn": st.id("certificate")}
	}, same},
}

// inBucket are the inputs of what a bucket of its own has.
func inBucket(more Props) func(*stage) Props {
	return func(st *stage) Props {
		return over(Props{"bucket": st.make(st.provider, "near", tokenBucketV2, Props{})}, more)
	}
}
