package components

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestCheckELBName(t *testing.T) {
	for name, want := range map[string]string{
		"web":                   "",
		"web-80":                "",
		strings.Repeat("a", 24): "",
		strings.Repeat("a", 25): "the name has 25 characters; it must have at most 24, since autonaming adds 8 and AWS stops at 32",
		"-web":                  `the name "-web" must be letters and digits, with single hyphens between them`,
		"web-":                  `the name "web-" must be letters and digits, with single hyphens between them`,
		"we--b":                 `the name "we--b" must be letters and digits, with single hyphens between them`,
		"we_b":                  `the name "we_b" must be letters and digits, with single hyphens between them`,
		"":                      `the name "" must be letters and digits, with single hyphens between them`,
	} {
		assertError(t, checkELBName(name), want)
	}
}

func TestCheckLoadBalancerName(t *testing.T) {
	refused := `the name "%s" begins with "internal-", which AWS refuses in a load balancer's name`
	for name, want := range map[string]string{
		"internals":    "",
		"web-internal": "",
		"internal":     strings.Replace(refused, "%s", "internal", 1),
		"internal-web": strings.Replace(refused, "%s", "internal-web", 1),
	} {
		assertError(t, checkLoadBalancerName(name), want)
	}
}

func TestCheckSecurityGroupName(t *testing.T) {
	refused := `the name "%s" begins with "sg-", which AWS refuses in a security group's name`
	for name, want := range map[string]string{
		"sgr":    "",
		"web-sg": "",
		"sg":     strings.Replace(refused, "%s", "sg", 1),
		"sg-web": strings.Replace(refused, "%s", "sg-web", 1),
	} {
		assertError(t, checkSecurityGroupName(name), want)
	}
}

func TestCheckECSName(t *testing.T) {
	for name, want := range map[string]string{
		"web_1-a":               "",
		strings.Repeat("a", 46): "",
		strings.Repeat("a", 47): "the name has 47 characters; it must have at most 46, since an IAM role's name begins with it and AWS stops at 64",
		"_web":                  `the name "_web" must be letters, digits, hyphens and underscores, and begin with a letter or a digit`,
		"we.b":                  `the name "we.b" must be letters, digits, hyphens and underscores, and begin with a letter or a digit`,
		"":                      `the name "" must be letters, digits, hyphens and underscores, and begin with a letter or a digit`,
	} {
		assertError(t, checkECSName(name, executionRoleSuffix), want)
	}
}

// Whatever name passes, AWS takes what autonaming makes of it.
func TestAutonamesOfLoadBalancersAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-zA-Z0-9-]{0,26}|internal-?[a-z]{0,5}`).Draw(t, "name")
		if checkLoadBalancerName(name) != nil {
			return
		}
		physical := name + "-" + rapid.StringMatching(`[0-9a-f]{7}`).Draw(t, "suffix")
		if len(physical) > 32 || strings.HasPrefix(physical, "internal-") || strings.HasPrefix(physical, "-") || strings.Contains(physical, "--") {
			t.Fatalf("%q becomes %q, which AWS refuses", name, physical)
		}
	})
}

// The names of a service's roles fit for every name that passes.
func TestAutonamesOfRolesFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z_-]{0,60}`).Draw(t, "name")
		if checkECSName(name, executionRoleSuffix) != nil {
			return
		}
		for _, suffix := range []string{executionRoleSuffix, taskRoleSuffix} {
			if physical := name + "-" + suffix + "-1234567"; len(physical) > 64 {
				t.Fatalf("%q has %d characters", physical, len(physical))
			}
		}
	})
}

// assertError checks an error's text, where "" is none.
func assertError(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" {
		assert.NoError(t, err)
		return
	}
	assert.EqualError(t, err, want)
}
