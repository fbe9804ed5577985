package check

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestForms(t *testing.T) {
	tests := map[string]struct {
		form        string
		good, wrong []string
	}{
		"name": {"name",
			[]string{"web", "w", "a-b-c", "web2", "exactly-16-chars", "sgx", "internals"},
			[]string{"", "2web", "web_1", "-web", "sg", "sg-1", "internal-web", "seventeen-letters"}},
		"tenant": {"label",
			[]string{"acme", "a", "1", "222222222222", strings.Repeat("a", 32)},
			[]string{"", "-a", "a-", "Acme", "a.b", strings.Repeat("a", 33)}},
		"stack": {"stack",
			[]string{"dev", "consumer-acme", "org/project/dev", "a.b_c-d"},
			[]string{"", "project/dev", "a/b/c/d", "/dev", "a b", "org//dev", strings.Repeat("a", 101)}},
		"principal": {"principal",
			[]string{"*", "arn:aws:iam::222222222222:root", "arn:aws-cn:iam::222222222222:role/a.b_c", "arn:aws-us-gov:iam::222222222222:user/a@b"},
			[]string{"", "222222222222", "arn:aws:iam::2222:root", "arn:aws:iam::222222222222:role/a/b", "arn:aws:sts::222222222222:assumed-role/a/b", "arn:aws:iam::222222222222:group/a", "arn:aws:iam::*:root"}},
		"endpoint": {"endpoint",
			[]string{"vpce-01234567", "vpce-0123456789abcdef0"},
			[]string{"", "vpce-", "vpce-svc-0123456789abcdef0", "vpce-0123456789ABCDEF0", "vpce-012345678"}},
		"image": {"image",
			[]string{"nginx", "nginx:alpine", "public.ecr.aws/nginx/nginx:1.27", "localhost:5000/x", "x@sha256:" + strings.Repeat("0a", 32)},
			[]string{"", "Nginx", "nginx@", "nginx:", "nginx@sha256:0a", "a//b", "nginx:a:b", "nginx#1", "nginx/", "nginx alpine", "https://nginx", strings.Repeat("a", 256)}},
		"path": {"urlPath",
			[]string{"/", "/healthz?full=1", "/" + strings.Repeat("a", 1023)},
			[]string{"", "healthz", "/a b", "/" + strings.Repeat("a", 1024)}},
		"AWS service": {"awsService",
			[]string{"s3", "ecr.api", "ecs-agent"},
			[]string{"", "S3", "ecr..api", ".ecr", "ecr/api"}},
		"CIDR block": {"cidr",
			[]string{"10.0.0.0/16", "0.0.0.0/0", "10.1.2.3/32"},
			[]string{"10.0.0.5/16", "10.0.0.0", "10.0.0.0/33", "2001:db8::/32", ""}},
		"IPv6 CIDR block": {"cidr6",
			[]string{"2001:db8::/56", "::/0"},
			[]string{"2001:db8::1/56", "10.0.0.0/16", "::ffff:10.0.0.0/112", ""}},
		"directory": {"directory", []string{"/tmp", "/var/run", "/tmp/", "/processes", "/a..b"},
			[]string{"", "/", "tmp", "//", "/../", "/tmp/../proc", "/proc", "/proc/", "//proc/self", "/sys/fs", "/dev", "/a:b", "/a\nb"}},
		"variable": {"variable", []string{"A", "_x", "spring.datasource.url", "a-b"}, []string{"", "A=B", "A B", "1A", "ä", "A\x00"}},
		"user":     {"user", []string{"app", "1000", "1000:1000", "app:0", "2147483647"}, []string{"", " ", ":1", "a:", "a b", "2147483648", "a:b:c"}},
		"platform": {"platformVersion", []string{"LATEST", "1.4.0"}, []string{"", "1.5.0", "latest"}},
		"region":   {"region", []string{"us-east-1", "eusc-de-east-1", "us-gov-west-1"}, []string{"", "us-east-3", "us-east-1a", "mars-north-1"}},
		"policy of listeners": {"sslPolicy", []string{"ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"},
			[]string{"", "ELBSecurityPolicy-TLS14", "ELBSecurityPolicy-TLS13-1-2-2031-06"}},
		"secret": {"secret", []string{
			"arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf", "arn:aws:secretsmanager:us-east-1:111111111111:secret:a/db",
			"arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf:password::", "arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf:::v1",
			"arn:aws:secretsmanager:us-east-1:111111111111:secret:db-AbCdEf:a:AWSPREVIOUS:", "arn:aws:ssm:us-east-1:111111111111:parameter/app/key",
		}, []string{
			"", "arn:aws:secretsmanager:us-east-1:111111111111:secret:*", "arn:aws:secretsmanager:us-east-1:111111111111:secret:db-??????",
			"arn:aws:secretsmanager:us-east-1:111111111111:secret:db:password", "arn:aws:secretsmanager:us-east-1:111111111111:secret:db:a:b:c",
			"arn:aws:ssm:us-east-1:111111111111:parameter/*", "arn:aws:ssm:us-east-1:111111111111:parameter//app", "arn:aws:ssm:us-east-1:111111111111:parameter/a:3",
		}},
		"topic's key": {"topicKey", []string{"alias/mine", "arn:aws:kms:us-east-1:111111111111:key/mrk-12ab", "1234abcd-12ab-34cd-56ef-1234567890ab"},
			[]string{"", "alias/aws/sns", "arn:aws:kms:us-east-1:111111111111:alias/aws/sns", "key/12ab", "mine"}},
		"bucket": {"bucket", []string{"logs", "a.b-c"}, []string{"", "ab", "a..b", "192.168.0.1", "xn--a", "logs-s3alias", "Logs", "-logs", strings.Repeat("a", 64)}},
		"prefix": {"logPrefix", []string{"nlb", "a/b"}, []string{"", "/a", "a/", "a//b", "AWSLogs", "x/AWSLogs", "a b"}},
		"alarm":  {"alarm", []string{"a", "web errors/5xx"}, []string{"", "a\nb", strings.Repeat("a", 256)}},
	}
	for name, test := range tests {
		for _, value := range test.good {
			assert.True(t, Forms[test.form].Ok(value), "%s %q", name, value)
		}
		for _, value := range test.wrong {
			assert.False(t, Forms[test.form].Ok(value), "%s %q", name, value)
		}
	}
}
