package check

import (
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
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
	// Instead are better words than Allowed for a value without the pattern, or "".
	Instead func(string) string
	// Says is for forms whose words depend on the value: "" where it is right.
	Says func(string) string
	// Identity is what a value is, however it is written: two of a list that have the
	// same are one. Without it, it is the text.
	Identity func(string) string
}

// fault is what the value must be, or "" where it is that.
func (form Form) fault(value string) string {
	shaped := form.Pattern == nil || form.Pattern.MatchString(value)
	switch {
	case !shaped && form.Instead != nil && form.Instead(value) != "":
		return form.Instead(value)
	case !shaped, form.Valid != nil && !form.Valid(value):
		return form.Allowed
	case form.Says != nil:
		return form.Says(value)
	default:
		return ""
	}
}

// identity is what tells values of the form apart.
func (form Form) identity(value string) string {
	if form.Identity == nil {
		return value
	}
	return form.Identity(value)
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
	"region": {
		Allowed: "an AWS region such as us-east-1",
		Pattern: regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]+$`),
		Says:    regionFault,
	},
	"awsService": {
		Allowed: "the short name of an AWS service's endpoint, such as ecr.api, ecr.dkr, logs or s3",
		Pattern: regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`),
		Valid:   func(s string) bool { return !strings.HasPrefix(s, "com.amazonaws.") },
	},
	// An endpoint service takes no ARN with a path, see
	// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions.
	"principal": {Allowed: principalAllowed, Pattern: principalPattern, Instead: func(s string) string {
		if organization.MatchString(s) {
			return "the accounts themselves: an endpoint service takes accounts, roles and users, and no organization and no organizational unit"
		}
		return ""
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
	// image is a reference of the registries' API with its name in at most 255 characters,
	// see https://pkg.go.dev/github.com/distribution/reference.
	"image": {
		Allowed: "a container image such as nginx:alpine, at most 255 characters, without spaces and without https://",
		Pattern: regexp.MustCompile(`^([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?/)?` + imageWord + `(/` + imageWord + `)*` +
			`(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$`),
		Valid: func(s string) bool { return len(s) <= 255 && hasPort(s) },
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
	// directory is a place for a volume. The kernel's own are none: a container with a
	// volume there doesn't start, or not as its image means it to.
	"directory": {
		Allowed:  "an absolute path below / without .. and colons, and not in /proc, /sys or /dev",
		Valid:    isDirectory,
		Identity: path.Clean,
	},
	// variable is what every shell and libc takes, and the dots and hyphens that some
	// programs like besides.
	"variable": {
		Allowed: "a variable's name: 1 to 255 letters, digits, underscores, dots and hyphens, with no digit first",
		Pattern: regexp.MustCompile(`^[A-Za-z_.-][A-Za-z0-9_.-]{0,254}$`),
	},
	// user is what a Dockerfile's USER takes, see
	// https://docs.docker.com/reference/dockerfile/#user.
	"user": {
		Allowed: "a user's name or number, also with a group's after a colon, such as app or 1000:1000",
		Pattern: regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,254})?$`),
		Valid:   hasIds,
	},
	"platformVersion": {Allowed: "one of " + strings.Join(platformVersions, ", "), Says: listed(platformVersions)},
	"kmsKey": {
		Allowed: "the ARN of a KMS key: arn:aws:kms:<region>:<account>:key/<id>",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-)?[0-9a-f-]+$`),
	},
	"topicKey": {
		Allowed: "a KMS key's ARN or ID, or the name or ARN of its alias, and not one of AWS's own keys (alias/aws/...), whose policy lets nobody publish",
		Pattern: regexp.MustCompile(`^(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:)?(key/(mrk-)?[0-9a-f-]+|alias/[A-Za-z0-9/_-]{1,250})$|^(mrk-)?[0-9a-f-]{32,36}$`),
		Valid:   func(s string) bool { return !strings.Contains(s, "alias/aws/") && !strings.HasPrefix(s, "key/") },
	},
	"policy": {
		Allowed: "the ARN of an IAM policy: arn:aws:iam::<account>:policy/<name>",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]{1,512}$`),
	},
	"role": {
		Allowed: "the ARN of a role: arn:aws:iam::<account>:role/<name>",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,512}$`),
	},
	// secret names one secret or parameter: what stands there ends in a policy, where *
	// and ? would be others too. What may follow a secret's name is a key of its JSON, a
	// stage and a version, of which the last two exclude each other, see
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html.
	"secret": {
		Allowed: "the ARN of a Secrets Manager secret (arn:aws:secretsmanager:<region>:<account>:secret:<name>, and nothing or :<JSON key>:<stage>:<version> after it) " +
			"or of a Systems Manager parameter (arn:aws:ssm:<region>:<account>:parameter/<name>), without wildcards",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}` +
			`(:[^:*?]*:([^:*?]*:|:[^:*?]*))?|ssm:[a-z0-9-]+:[0-9]{12}:parameter(/[A-Za-z0-9_.-]+)+)$`),
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
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:ecr-pullthroughcache/[A-Za-z0-9/_+=.@-]+$`),
	},
	"certificate": {
		Allowed: "the ARN of a certificate in AWS Certificate Manager or IAM",
		Pattern: regexp.MustCompile(`^arn:aws[a-z-]*:(acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]{1,64}|iam::[0-9]{12}:server-certificate/[A-Za-z0-9_+=,.@/-]{1,512})$`),
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
	"https":     {Allowed: "a URL that begins with https://", Pattern: regexp.MustCompile(`^https://[^/\s]+(/\S*)?$`), Valid: isURL},
	// alarm is the name of a CloudWatch alarm, see
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html.
	"alarm": {Allowed: "the name of an alarm: 1 to 255 characters, none of them a control character", Pattern: regexp.MustCompile(`^[^\x00-\x1f\x7f]{1,255}$`)},
	// bucket is what S3 takes, see
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
	"bucket": {
		Allowed: "the name of an S3 bucket: 3 to 63 lower-case letters, digits, hyphens and single dots, with a letter or a digit first and last, " +
			"no IP address, and none of the beginnings and ends that AWS keeps for itself",
		Pattern: regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`),
		Valid:   isBucket,
	},
	// logPrefix is what Elastic Load Balancing takes, see
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html.
	"logPrefix": {
		Allowed: "1 to 512 letters, digits and characters of !-_.*'()/ with no slash first or last, without AWSLogs",
		Pattern: regexp.MustCompile(`^[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$`),
		Valid:   func(s string) bool { return len(s) <= 512 && !strings.Contains(s, "AWSLogs") },
	},
	"ipv4": {Allowed: "an IPv4 address such as 10.0.1.10", Says: func(s string) string {
		if address, err := netip.ParseAddr(s); err != nil || !address.Is4() {
			return "an IPv4 address such as 10.0.1.10"
		}
		return ""
	}},
	"cidr":  {Allowed: "an IPv4 CIDR block such as 10.0.0.0/16", Says: cidr4, Identity: block},
	"cidr6": {Allowed: "an IPv6 CIDR block such as 2001:db8::/56", Says: cidr6, Identity: block},
	"cidr46": {Allowed: "an IPv4 or IPv6 CIDR block", Identity: block, Says: func(s string) string {
		if strings.Contains(s, ":") {
			return cidr6(s)
		}
		return cidr4(s)
	}},
}

// hasPort says whether the port of a registry, if an image names one, is in range.
func hasPort(image string) bool {
	registry, _, named := strings.Cut(image, "/")
	_, port, ported := strings.Cut(registry, ":")
	number, err := strconv.Atoi(port)
	return !named || !ported || err == nil && 0 < number && number < 1<<16
}

// isURL says whether a URL has a host, and a port in range if it names one.
func isURL(s string) bool {
	parsed, err := url.Parse(s)
	if err != nil || parsed.Hostname() == "" {
		return false
	}
	port, err := strconv.Atoi(parsed.Port())
	return parsed.Port() == "" || err == nil && 0 < port && port < 1<<16
}

// imageWord is a part of an image's path.
const imageWord = `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`

func isDirectory(s string) bool {
	below := func(root string) bool { return strings.HasPrefix(path.Clean(s)+"/", root+"/") }
	return strings.HasPrefix(s, "/") && path.Clean(s) != "/" && !strings.ContainsFunc(s, func(r rune) bool { return r == ':' || unicode.IsControl(r) }) &&
		!slices.Contains(strings.Split(s, "/"), "..") && !below("/proc") && !below("/sys") && !below("/dev")
}

// hasIds says whether those of a user and a group that are numbers are in the kernel's
// range.
func hasIds(s string) bool {
	for _, part := range strings.Split(s, ":") {
		if strings.Trim(part, "0123456789") != "" {
			continue
		}
		if id, err := strconv.Atoi(part); err != nil || id > math.MaxInt32 {
			return false
		}
	}
	return true
}

func isBucket(s string) bool {
	_, err := netip.ParseAddr(s)
	hasAny := func(has func(string, string) bool, kept ...string) bool {
		return slices.ContainsFunc(kept, func(one string) bool { return has(s, one) })
	}
	return err != nil && !strings.Contains(s, "..") &&
		!hasAny(strings.HasPrefix, "xn--", "sthree-", "amzn-s3-demo-") &&
		!hasAny(strings.HasSuffix, "-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
}

// block is what a CIDR block is, however it is written.
func block(value string) string {
	if prefix, err := netip.ParsePrefix(value); err == nil {
		return prefix.Masked().String()
	}
	return value
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
