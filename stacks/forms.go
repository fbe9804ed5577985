package stacks

import (
	"regexp"
	"slices"
	"strings"

	"fargate-privatelink/contract"
)

// A form is what a string must look like, and the words for it.
type form struct {
	valid   func(string) bool
	allowed string
}

func pattern(expression, allowed string) form {
	return form{regexp.MustCompile(expression).MatchString, allowed}
}

func oneOf(values ...string) form {
	return form{func(s string) bool { return slices.Contains(values, s) }, "one of " + strings.Join(values, ", ")}
}

// Forms of AWS's own identifiers. An ID has 8 hexadecimal digits when it is from
// before 2016 and 17 since, see
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
var (
	accountForm       = pattern(`^[0-9]{12}$`, "an AWS account ID: 12 digits")
	vpcForm           = pattern(`^vpc-([0-9a-f]{8}|[0-9a-f]{17})$`, "a VPC ID: vpc- and 8 or 17 hexadecimal digits")
	subnetForm        = pattern(`^subnet-([0-9a-f]{8}|[0-9a-f]{17})$`, "a subnet ID: subnet- and 8 or 17 hexadecimal digits")
	securityGroupForm = pattern(`^sg-([0-9a-f]{8}|[0-9a-f]{17})$`, "a security group ID: sg- and 8 or 17 hexadecimal digits")
	endpointForm      = pattern(`^vpce-([0-9a-f]{8}|[0-9a-f]{17})$`, "a VPC endpoint ID: vpce- and 8 or 17 hexadecimal digits")
	zoneForm          = form{contract.IsZoneId, "an Availability Zone ID such as use1-az1 (a name such as us-east-1a means different zones in different accounts)"}
	regionForm        = form{contract.IsRegion, "an AWS region such as us-east-1"}
	awsServiceForm    = pattern(`^[a-z0-9]+([.-][a-z0-9]+)*$`, "the short name of an AWS service's endpoint, such as ecr.api, ecr.dkr, logs or s3")
)

// principalForm is what an endpoint service takes as a principal. ARNs with a path
// are not supported, see
// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
var principalForm = form{
	func(s string) bool { return s == anyPrincipal || principalARN.MatchString(s) },
	`"*" or the ARN of an account's root, a role or a user without a path: arn:aws:iam::<account>:root, arn:aws:iam::<account>:role/<name>, arn:aws:iam::<account>:user/<name>`,
}

const anyPrincipal = "*"

// principalARN has the groups partition, account and entity.
var principalARN = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::([0-9]{12}):(root|(?:role|user)/[A-Za-z0-9_+=,.@-]{1,64})$`)

// Forms of names that are ours or Pulumi's.
var (
	// nameForm leaves room for what is appended: a load balancer's name ends at 32
	// characters. AWS refuses security groups called sg-... and load balancers
	// called internal-....
	nameForm = form{
		func(s string) bool {
			return len(s) <= 16 && configName.MatchString(s) && !strings.HasPrefix(s+"-", "sg-") && !strings.HasPrefix(s+"-", "internal-")
		},
		"1 to 16 lower-case letters, digits and single hyphens, with a letter first and no hyphen last, and not begin with sg or internal as a word, which AWS keeps for itself",
	}
	configName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

	tenantForm = pattern(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`, "1 to 32 lower-case letters, digits and hyphens, with no hyphen first or last")

	stackForm = pattern(`^([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+/)?[A-Za-z0-9_.-]{1,100}$`, "a stack of this project (dev) or a stack's full name (organization/project/dev)")
)

// Forms of the container's and the health check's settings.
var (
	imageForm = form{
		func(s string) bool { return imageName.MatchString(s) && !strings.Contains(s, "://") },
		"a container image such as nginx:alpine, at most 255 characters, without spaces and without https://",
	}
	imageName = regexp.MustCompile(`^[a-z0-9][A-Za-z0-9._/:@#-]{0,254}$`)
	pathForm  = form{
		func(s string) bool { return len(s) <= 1024 && urlPath.MatchString(s) },
		"a path that begins with / and has at most 1024 characters, without spaces",
	}
	urlPath = regexp.MustCompile(`^/[!-~]*$`)
)
