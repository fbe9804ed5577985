package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/contract"
)

func TestUrlOf(t *testing.T) {
	tests := map[string]struct {
		ports []contract.Port
		want  string
	}{
		"HTTP":               {[]contract.Port{{Port: 80, Protocol: "tcp"}}, "http://%s"},
		"HTTPS":              {[]contract.Port{{Port: 443, Protocol: "tls"}}, "https://%s"},
		"HTTPS in the task":  {[]contract.Port{{Port: 443, Protocol: "tcp"}}, "https://%s"},
		"another port":       {[]contract.Port{{Port: 8080, Protocol: "tcp"}}, "http://%s:8080"},
		"another TLS port":   {[]contract.Port{{Port: 8443, Protocol: "tls"}}, "https://%s:8443"},
		"the first of two":   {[]contract.Port{{Port: 80, Protocol: "tcp"}, {Port: 443, Protocol: "tls"}}, "http://%s"},
		"UDP comes not":      {[]contract.Port{{Port: 53, Protocol: "udp"}, {Port: 443, Protocol: "tls"}}, "https://%s"},
		"TCP and UDP":        {[]contract.Port{{Port: 53, Protocol: "tcp_udp"}}, "http://%s:53"},
		"nothing but UDP":    {[]contract.Port{{Port: 53, Protocol: "udp"}}, ""},
		"TLS on HTTP's port": {[]contract.Port{{Port: 80, Protocol: "tls"}}, "https://%s:80"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, urlOf(test.ports)) })
	}
}

func TestEligibleZones(t *testing.T) {
	c := &contract.Contract{Region: "us-east-1", AvailabilityZoneIds: []string{"use1-az2", "use1-az3", "use1-az6"}}
	tests := map[string]struct {
		region  string
		account []string
		want    []string
	}{
		"those in common":                    {"us-east-1", []string{"use1-az1", "use1-az2", "use1-az3"}, []string{"use1-az2", "use1-az3"}},
		"all, in another region":             {"us-west-2", []string{"usw2-az1", "usw2-az2"}, []string{"usw2-az1", "usw2-az2"}},
		"but for those without other access": {"us-west-1", []string{"usw1-az1", "usw1-az2", "usw1-az3"}, []string{"usw1-az1", "usw1-az3"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			zones, err := eligibleZones(c, test.region, test.account)
			require.NoError(t, err)
			assert.Equal(t, test.want, zones)
		})
	}
}
