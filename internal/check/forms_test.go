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
			[]string{"nginx", "nginx:alpine", "public.ecr.aws/nginx/nginx:1.27", "localhost:5000/x", "x@sha256:0123abcd"},
			[]string{"", "Nginx", "nginx alpine", "https://nginx", strings.Repeat("a", 256)}},
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
		"directory": {"directory", []string{"/tmp", "/var/run"}, []string{"", "/", "tmp", "//", "/../"}},
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
