package stacks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What AWS would refuse half-way is refused before anything is made.
func TestWhatAwsRefusesHalfWay(t *testing.T) {
	label := func(letter string) string { return strings.Repeat(letter, 60) }
	long := label("a") + "." + label("b") + "." + label("c")
	const tls = `{"listeners": {"443/tls": {`
	for _, test := range []struct {
		name   string
		config map[string]string
		want   string
	}{
		{"a registry's port", provider(`{"service": {"image": "registry:99999/nginx"}}`), `provider.service.image is "registry:99999/nginx"`},
		{"a URL's port", provider(`{"notifications": {"enabled": true, "httpsUrls": ["https://a.example:99999/"]}}`), `provider.notifications.httpsUrls[0] is`},
		{"a place twice", provider(`{"service": {"volumes": {"v": {"fileSystemId": "fs-11111111", "securityGroupIds": ["sg-11111111"]}},
			"mountPoints": {"/d": {"sourceVolume": "v"}, "/d/": {"sourceVolume": "v"}}}}`), `provider.service.mountPoints has the keys "/d" and "/d/", which are one; list it once`},
		{"a zone with a wildcard", consumer(`{"dns": {"recordName": "*.example.com", "zoneName": "*.example.com"}}`), `consumer.dns.zoneName is "*.example.com"`},
		{"a long common name", provider(tls + `"domainName": "` + label("a") + `.example.com", "hostedZoneId": "Z1"}}}`), `.domainName has 72 characters; it must have at most 64`},
		{"a long further name", provider(tls + `"domainName": "a.example.com", "subjectAlternativeNames": ["` + long + "." + label("d") + `.com"], "hostedZoneId": "Z1"}}}`),
			`.subjectAlternativeNames[0] has 247 characters; it must have at most 219, since the record that proves it has 34 before it`},
		{"a long private DNS name", provider(`{"endpointService": {"privateDns": {"name": "` + long + "." + label("d") + `.com"}}}`),
			`provider.endpointService.privateDns.name has 247 characters; it must have at most 231`},
		{"a long private DNS name, proved above", provider(`{"endpointService": {"privateDns": {"name": "` + long + "." + label("d") + `.com", "provedDomain": "` + label("d") + `.com"}}}`), ""},
		{"a Region that is off", provider(`{"endpointService": {"supportedRegions": ["ap-east-1"]}}`), `is "ap-east-1", an opt-in Region that the account has not enabled`},
		{"a Region of another partition", provider(`{"endpointService": {"supportedRegions": ["cn-north-1"]}}`), `which is in the partition aws-cn`},

		// ARNs of elsewhere.
		{"a secret of another partition", provider(`{"service": {"secrets": {"A": "arn:aws-cn:ssm:cn-north-1:111111111111:parameter/x"}}}`),
			`provider.service.secrets.A is "arn:aws-cn:ssm:cn-north-1:111111111111:parameter/x"; it must be in the partition`},
		{"a secret of no Region", provider(`{"service": {"secrets": {"A": "arn:aws:ssm:nowhere-1:111111111111:parameter/x"}}}`), `there is no region nowhere-1`},
		{"a secret of another account", provider(`{"service": {"secrets": {"A": "arn:aws:ssm:us-west-2:999999999999:parameter/x"}}}`), ""},
		{"a certificate of another account", provider(tls + `"certificateArn": "arn:aws:acm:us-east-1:999999999999:certificate/1"}}}`),
			`provider.listeners["443/tls"].certificateArn is "arn:aws:acm:us-east-1:999999999999:certificate/1", which is in the account 999999999999; it must be in 111111111111, the stack's own`},
		{"a certificate of another Region", provider(tls + `"certificateArn": "arn:aws:acm:us-west-2:111111111111:certificate/1"}}}`), `which is in us-west-2; it must be in us-east-1`},
		{"no certificate's ID", provider(tls + `"certificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/ x"}}}`), `it must be the ARN of a certificate`},
		{"a policy of another account", provider(`{"service": {"taskRolePolicyArns": ["arn:aws:iam::999999999999:policy/x"]}}`), `which is in the account 999999999999`},
		{"a policy of AWS's", provider(`{"service": {"taskRolePolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}}`), ""},
		{"a policy of AWS's in China", provider(`{"service": {"taskRolePolicyArns": ["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"]}}`), `it must be in the partition`},
		{"a boundary of another account", provider(`{"service": {"permissionsBoundaryArn": "arn:aws:iam::999999999999:policy/x"}}`), `which is in the account 999999999999`},
		{"a role of another account", provider(`{"service": {"executionRoleArn": "arn:aws:iam::999999999999:role/x"}}`), `which is in the account 999999999999`},
		{"a cluster of another account", provider(`{"service": {"clusterArn": "arn:aws:ecs:us-east-1:999999999999:cluster/x"}}`), `which is in the account 999999999999`},
		{"a topic's key of another Region", provider(`{"notifications": {"enabled": true, "kmsKeyId": "arn:aws:kms:eu-west-1:111111111111:key/1"}}`), `which is in eu-west-1`},
		{"a flow log's key of another Region", consumer(`{"network": {"flowLogs": {"kmsKeyArn": "arn:aws:kms:eu-west-1:111111111111:key/1"}}}`), `consumer.network.flowLogs.kmsKeyArn is`},
		{"a consumer's topic of another Region", consumer(`{"alarms": {"enabled": true, "topicArn": "arn:aws:sns:eu-west-1:222222222222:x"}}`), `consumer.alarms.topicArn is`},
		{"a zone's role of another account", provider(`{"endpointService": {"privateDns": {"name": "a.example.com", "hostedZoneId": "Z1", "hostedZoneRoleArn": "arn:aws:iam::999999999999:role/dns"}}}`), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newConsumerCloud()
			err := c.run("stack", test.config)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "%v", err)
			assert.Empty(t, c.of("awsx:ec2:Vpc"))
		})
	}
}
