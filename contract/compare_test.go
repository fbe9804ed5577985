package contract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"fargate-privatelink/contract"
)

func TestCompare(t *testing.T) {
	type edit = func(*contract.Contract)
	tests := map[string]struct {
		edit  edit
		level contract.Level
		want  []string
	}{
		"nothing":       {func(*contract.Contract) {}, contract.None, nil},
		"another order": {func(c *contract.Contract) { slices.Reverse(c.Ports) }, contract.None, nil},
		"the defaults spelt out": {
			func(c *contract.Contract) { c.SupportedIpAddressTypes = nil }, contract.None, nil,
		},
		"another service": {
			func(c *contract.Contract) {
				c.ServiceId, c.ServiceName = "vpce-svc-1", "com.amazonaws.vpce.us-east-1.vpce-svc-1"
			},
			contract.Major,
			[]string{"serviceName: it is another endpoint service: every consumer has to make a new endpoint, which has another DNS name"},
		},
		"a newer version": {
			func(c *contract.Contract) { c.Version++ }, contract.Major,
			[]string{"version: version 1 becomes 2: consumers have to upgrade their program first"},
		},
		"another region": {
			func(c *contract.Contract) { c.Region = "us-west-2" }, contract.Major,
			[]string{"region: the service moves from us-east-1 to us-west-2"},
		},
		"a port more": {
			func(c *contract.Contract) { c.Ports = append(c.Ports, contract.Port{Port: 22, Protocol: "tcp"}) }, contract.Minor,
			[]string{"ports: port 22/tcp is added"},
		},
		"another port": {
			func(c *contract.Contract) { c.Ports[1].Port = 8080 }, contract.Major,
			[]string{"ports: port 80/tcp is removed", "ports: port 8080/tcp is added"},
		},
		"another protocol": {
			func(c *contract.Contract) { c.Ports[1].Protocol = "tls" }, contract.Major,
			[]string{"ports: port 80/tcp becomes 80/tls"},
		},
		"one protocol more": {
			func(c *contract.Contract) { c.Ports[1].Protocol = "tcp_udp" }, contract.Minor,
			[]string{"ports: port 80/tcp becomes 80/tcp_udp"},
		},
		"other zones": {
			func(c *contract.Contract) { c.AvailabilityZoneIds = []string{"use1-az2", "use1-az4", "use1-az5"} }, contract.Major,
			[]string{"availabilityZoneIds: zone removed: use1-az1", "availabilityZoneIds: zones added: use1-az4, use1-az5"},
		},
		"a private name": {
			func(c *contract.Contract) { c.PrivateDnsName = "api.example.com" }, contract.Minor,
			[]string{"privateDnsName: the private DNS name api.example.com is added"},
		},
		"no acceptance": {
			func(c *contract.Contract) { c.AcceptanceRequired = false }, contract.Minor,
			[]string{"acceptanceRequired: new endpoints no longer wait for the provider"},
		},
		"one region less": {
			func(c *contract.Contract) { c.SupportedRegions = []string{"us-east-1"} }, contract.Major,
			[]string{"supportedRegions: region removed: us-west-2"},
		},
		"an address type more": {
			func(c *contract.Contract) { c.SupportedIpAddressTypes = []string{"ipv4", "ipv6"} }, contract.Minor,
			[]string{"supportedIpAddressTypes: address type added: ipv6"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before, after := example(), example()
			test.edit(&after)
			changes := contract.Compare(&before, &after)
			assert.Equal(t, test.want, sentences(changes))
			assert.Equal(t, test.level, contract.LevelOf(changes))
		})
	}
}

func sentences(changes []contract.Change) []string {
	var result []string
	for _, c := range changes {
		result = append(result, c.Key+": "+c.What)
	}
	return result
}

// Changes of the private name and of acceptance go by their direction.
func TestCompareBackwards(t *testing.T) {
	before, after := example(), example()
	before.PrivateDnsName, before.AcceptanceRequired = "api.example.com", false
	assert.Equal(t, []string{
		"privateDnsName: the private DNS name api.example.com is removed",
		"acceptanceRequired: new endpoints wait until the provider accepts them",
	}, sentences(contract.Compare(&before, &after)))
	after.PrivateDnsName = "web.example.com"
	assert.Contains(t, sentences(contract.Compare(&before, &after)),
		"privateDnsName: the private DNS name api.example.com becomes web.example.com")
	assert.Equal(t, contract.Major, contract.LevelOf(contract.Compare(&before, &after)))
}

// Whatever is added to a list only, breaks nobody; the way back does.
func TestAdditionsAreMinor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := example()
		after := example()
		zones := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"use1-az3", "use1-az4", "use1-az5", "use1-az6"}), 1, 4, rapid.ID).Draw(t, "zones")
		ports := rapid.SliceOfNDistinct(rapid.IntRange(1000, 65535), 0, 5, rapid.ID).Draw(t, "ports")
		after.AvailabilityZoneIds = append(after.AvailabilityZoneIds, zones...)
		for _, port := range ports {
			after.Ports = append(after.Ports, contract.Port{Port: port, Protocol: "tcp"})
		}
		if level := contract.LevelOf(contract.Compare(&before, &after)); level != contract.Minor {
			t.Fatalf("additions are %s", level)
		}
		back := contract.Compare(&after, &before)
		if level := contract.LevelOf(back); level != contract.Major {
			t.Fatalf("their removal is %s", level)
		}
		if !strings.Contains(strings.Join(sentences(back), "\n"), "removed") {
			t.Fatal("their removal doesn't say so")
		}
	})
}
