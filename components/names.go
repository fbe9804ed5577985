package components

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	// autonameLength is what autonaming adds to a logical name: a hyphen and
	// seven hexadecimal digits.
	autonameLength = 8
	// maxELBName is the longest name of a load balancer and of a target group.
	maxELBName = 32 - autonameLength
	// maxRoleName is the longest name of an IAM role.
	maxRoleName = 64 - autonameLength
)

var (
	elbName = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	ecsName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)
)

// checkELBName checks the logical name of a load balancer or a target group.
func checkELBName(name string) error {
	switch {
	case len(name) > maxELBName:
		return fmt.Errorf("the name has %d characters; it must have at most %d, since autonaming adds %d and AWS stops at 32",
			len(name), maxELBName, autonameLength)
	case !elbName.MatchString(name):
		return fmt.Errorf("the name %q must be letters and digits, with single hyphens between them", name)
	}
	return nil
}

// checkLoadBalancerName refuses, beyond checkELBName, the prefix that AWS keeps
// for itself. See
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html.
func checkLoadBalancerName(name string) error {
	if beginsWithWord(name, "internal") {
		return fmt.Errorf(`the name %q begins with "internal-", which AWS refuses in a load balancer's name`, name)
	}
	return checkELBName(name)
}

// checkECSName checks the logical name of an ECS cluster, service and container,
// which also begins the names of their IAM roles, the shortest of them all.
func checkECSName(name, longestSuffix string) error {
	limit := maxRoleName - len("-"+longestSuffix)
	switch {
	case len(name) > limit:
		return fmt.Errorf("the name has %d characters; it must have at most %d, since an IAM role's name begins with it and AWS stops at 64",
			len(name), limit)
	case !ecsName.MatchString(name):
		return fmt.Errorf("the name %q must be letters, digits, hyphens and underscores, and begin with a letter or a digit", name)
	}
	return nil
}

// checkSecurityGroupName checks the name of a component that makes a security
// group: AWS keeps "sg-" for IDs. See
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html.
func checkSecurityGroupName(name string) error {
	if beginsWithWord(name, "sg") {
		return fmt.Errorf(`the name %q begins with "sg-", which AWS refuses in a security group's name`, name)
	}
	return nil
}

// beginsWithWord says whether name, once autonaming has added its hyphen, begins
// with word and a hyphen.
func beginsWithWord(name, word string) bool {
	return strings.HasPrefix(name+"-", word+"-")
}
