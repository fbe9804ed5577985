package check

import (
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"strings"
)

// Form is what a text must look like, and the words for it.
type Form struct {
	// Allowed says what it must be.
	Allowed string
	// Pattern is a regular expression that it must match, if there is one; a JSON
	// Schema takes it.
	Pattern *regexp.Regexp
	// Valid says more than Pattern can, if there is more to say.
	Valid func(string) bool
	// Says is for forms whose words depend on the value: "" where it is right.
	Says func(string) string
}

// fault is what the value must be, or "" where it is that.
func (form Form) fault(value string) string {
	switch {
	case form.Says != nil:
		return form.Says(value)
	case form.Pattern != nil && !form.Pattern.MatchString(value),
		form.Valid != nil && !form.Valid(value):
		return form.Allowed
	default:
		return ""
	}
}

// Ok reports whether a value has the form.
func (form Form) Ok(value string) bool { return form.fault(value) == "" }

func id(prefix, what string) Form {
	return Form{
		Allowed: fmt.Sprintf("%s: %s- and 8 or 17 hexadecimal digits", what, prefix),
		Pattern: regexp.MustCompile("^" + prefix + "-([0-9a-f]{8}|[0-9a-f]{17})$"),
	}
}

const principalAllowed = `"*" or the ARN of an account's root, a role or a user without a path: arn:aws:iam::<account>:root, arn:aws:iam::<account>:role/<name>, arn:aws:iam::<account>:user/<name>`

var (
	principalPattern = regexp.MustCompile(`^(\*|arn:aws[a-z-]*:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9_+=,.@-]{1,64}))$`)
	// organization is an organization or an organizational unit, by ARN or by ID.
	organization = regexp.MustCompile(`^(arn:aws[a-z-]*:organizations::|o-[a-z0-9]|ou-[a-z0-9]|r-[a-z0-9])`)
)

// Forms are all of them, by the name that a field's tag gives. An ID of AWS has 8
// hexadecimal digits when it is from before 2016 and 17 since, see
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html.
var Forms = map[string]Form{
	"account":       {Allowed: "an AWS account ID: 12 digits", Pattern: regexp.MustCompile(`^[0-9]{12}$`)},
	"vpc":           id("vpc", "a VPC ID"),
	"subnet":        id("subnet", "a subnet ID"),
	"routeTable":    id("rtb", "a route table ID"),
	"securityGroup": id("sg", "a security group ID"),
	"prefixList":    id("pl", "a prefix list ID"),
	"endpoint":      id("vpce", "a VPC endpoint ID"),
	"zone": {
		Allowed: "an Availability Zone ID such as use1-az1 (a name such as us-east-1a means different zones in different accounts)",
		Pattern: regexp.MustCompile(`^[a-z]+[0-9]+-az[0-9]+$`),
	},
	"region": {Allowed: "an AWS region such as us-east-1", Pattern: regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]+$`)},
	"awsService": {
		Allowed: "the short name of an AWS service's endpoint, such as ecr.api, ecr.dkr, logs or s3",
		Pattern: regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`),
		Valid:   func(s string) bool { return !strings.HasPrefix(s, "com.amazonaws.") },
	},
	// An endpoint service takes no ARN with a path, see
	// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions.
	"principal": {Allowed: principalAllowed, Pattern: principalPattern, Says: func(s string) string {
		switch {
		case principalPattern.MatchString(s):
			return ""
		case organization.MatchString(s):
			return "the accounts themselves: an endpoint service takes accounts, roles and users, and no organization and no organizational unit"
		default:
			return principalAllowed
		}
	}},
	// name leaves room for what is appended: a load balancer's name ends at 32
	// characters. AWS refuses security groups called sg-... and load balancers called
	// internal-....
	"name": {
		Allowed: "1 to 16 lower-case letters, digits and single hyphens, with a letter first and no hyphen last, and not begin with sg or internal as a word, which AWS keeps for itself",
		Pattern: regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`),
		Valid: func(s string) bool {
			return len(s) <= 16 && !strings.HasPrefix(s+"-", "sg-") && !strings.HasPrefix(s+"-", "internal-")
		},
	},
	"label":      {Allowed: "1 to 32 lower-case letters, digits and hyphens, with no hyphen first or last", Pattern: regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)},
	"networkKey": {Allowed: "1 to 16 lower-case letters, digits and hyphens, with no hyphen first or last", Pattern: regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?$`)},
	"stack": {
		Allowed: "a stack of this project (dev) or a stack's full name (organization/project/dev)",
		Pattern: regexp.MustCompile(`^([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+/)?[A-Za-z0-9_.-]{1,100}$`),
	},
	"container": {Allowed: "1 to 255 letters, digits, hyphens and underscores", Pattern: regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)},
	"image": {
		Allowed: "a container image such as nginx:alpine, at most 255 characters, without spaces and without https://",
		Pattern: regexp.MustCompile(`^[a-z0-9][A-Za-z0-9._/:@#-]{0,254}$`),
		Valid:   func(s string) bool { return !strings.Contains(s, "://") },
	},
	"urlPath": {
		Allowed: "a path that begins with / and has at most 1024 characters, without spaces",
		Pattern: regexp.MustCompile(`^/[!-~]*$`),
		Valid:   func(s string) bool { return len(s) <= 1024 },
	},
	"matcher": {
		Allowed: "statuses of 200 to 599: several as in 200,204 or a range as in 200-399",
		Pattern: regexp.MustCompile(`^[2-5][0-9]{2}((,[2-5][0-9]{2})*|-[2-5][0-9]{2})$`),
		Valid: func(s string) bool {
			first, last, isRange := strings.Cut(s, "-")
			return !isRange || first <= last
		},
	},
	"directory": {
		Allowed: "an absolute path below /",
		Valid:   func(s string) bool { return strings.HasPrefix(s, "/") && path.Clean(s) != "/" },
	},
	"variable": {
		Allowed: "a variable's name, without = and spaces",
		Valid:   func(s string) bool { return s != "" && !strings.ContainsAny(s, "= ") },
	},
	"platformVersion": {Allowed: "LATEST or a version of Fargate such as 1.4.0", Pattern: regexp.MustCompile(`^(LATEST|[0-9]+\.[0-9]+\.[0-9]+)$`)},
	"kmsKey": {
		Allowed: "the ARN of a KMS key: arn:aws:kms:<region>:<account>:key/<id>",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f-]+$`),
	},
	"policy": {
		Allowed: "the ARN of an IAM policy: arn:aws:iam::<account>:policy/<name>",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]{1,512}$`),
	},
	"role": {
		Allowed: "the ARN of a role: arn:aws:iam::<account>:role/<name>",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,512}$`),
	},
	"secret": {
		Allowed: "the ARN of a Secrets Manager secret (arn:aws:secretsmanager:<region>:<account>:secret:<name>) or of a Systems Manager parameter (arn:aws:ssm:<region>:<account>:parameter/<name>)",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^:]+(:[^:]*){0,3}|ssm:[a-z0-9-]+:[0-9]{12}:parameter/.+)$`),
	},
	"secretsManagerSecret": {
		Allowed: "the ARN of a Secrets Manager secret: arn:aws:secretsmanager:<region>:<account>:secret:<name>",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^:]+$`),
	},
	"bufferSize": {Allowed: "a number and k, m or g, such as 25m", Pattern: regexp.MustCompile(`^[1-9][0-9]*[kmg]$`)},
	"ulimit": {
		Allowed: "nofile: Fargate lets no other limit be set",
		Pattern: regexp.MustCompile(`^nofile$`),
	},
	"fileSystem":  id("fs", "an Amazon EFS file system ID"),
	"accessPoint": id("fsap", "an Amazon EFS access point ID"),
	"cluster": {
		Allowed: "the ARN of an ECS cluster: arn:aws:ecs:<region>:<account>:cluster/<name>",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/[A-Za-z0-9_-]{1,255}$`),
	},
	"ipProtocol": {
		Allowed: "tcp, udp, icmp, icmpv6, all or the number of an IP protocol, 0 to 255",
		Pattern: regexp.MustCompile(`^(tcp|udp|icmp|icmpv6|all|[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])$`),
	},
	"registryCredential": {
		Allowed: "the ARN of a Secrets Manager secret whose name begins with ecr-pullthroughcache/",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:ecr-pullthroughcache/.+$`),
	},
	"certificate": {
		Allowed: "the ARN of a certificate in AWS Certificate Manager or IAM",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:(acm:[a-z0-9-]+:[0-9]{12}:certificate|iam::[0-9]{12}:server-certificate)/.+$`),
	},
	"domain": {
		Allowed: "a domain name in lower case, such as api.example.com or *.example.com",
		Pattern: regexp.MustCompile(`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`),
		Valid:   func(s string) bool { return len(s) <= 253 },
	},
	"hostedZone": {Allowed: "the ID of a Route 53 hosted zone: Z and capitals and digits", Pattern: regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)},
	"sslPolicy": {
		Allowed: "a security policy of Elastic Load Balancing, such as ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
		Valid:   func(s string) bool { _, known := SslPolicies[s]; return known },
	},
	"topic": {
		Allowed: "the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<name>",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`),
	},
	"dashboard": {Allowed: "1 to 255 letters, digits, hyphens and underscores", Pattern: regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)},
	"email":     {Allowed: "an email address", Pattern: regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)},
	"https":     {Allowed: "a URL that begins with https://", Pattern: regexp.MustCompile(`^https://[^/\s]+(/\S*)?$`)},
	"bucket":    {Allowed: "the name of an S3 bucket", Pattern: regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)},
	"ipv4": {Allowed: "an IPv4 address such as 10.0.1.10", Says: func(s string) string {
		if address, err := netip.ParseAddr(s); err != nil || !address.Is4() {
			return "an IPv4 address such as 10.0.1.10"
		}
		return ""
	}},
	"cidr":  {Allowed: "an IPv4 CIDR block such as 10.0.0.0/16", Says: cidr4},
	"cidr6": {Allowed: "an IPv6 CIDR block such as 2001:db8::/56", Says: cidr6},
	"cidr46": {Allowed: "an IPv4 or IPv6 CIDR block", Says: func(s string) string {
		if strings.Contains(s, ":") {
			return cidr6(s)
		}
		return cidr4(s)
	}},
}

func cidr4(value string) string {
	prefix, err := netip.ParsePrefix(value)
	if err != nil || !prefix.Addr().Is4() {
		return "an IPv4 CIDR block such as 10.0.0.0/16"
	}
	return masked(prefix)
}

func cidr6(value string) string {
	prefix, err := netip.ParsePrefix(value)
	if err != nil || !prefix.Addr().Is6() || prefix.Addr().Is4In6() {
		return "an IPv6 CIDR block such as 2001:db8::/56"
	}
	return masked(prefix)
}

// masked refuses a host's address, which AWS would take for another block.
func masked(prefix netip.Prefix) string {
	if network := prefix.Masked(); network != prefix {
		return "a network address: " + network.String()
	}
	return ""
}
