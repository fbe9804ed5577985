package stacks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// badConfig is a configuration and the exact error that it must give.
type badConfig struct {
	name   string
	config map[string]string
	want   string
}

// provider and consumer are the configuration of a stack of that role.
func provider(object string) map[string]string {
	return map[string]string{"role": "provider", "provider": object}
}

func consumer(object string) map[string]string {
	return map[string]string{"role": "consumer", "consumer": object}
}

// existing is the start of a network that exists.
const existing = `"vpcId": "vpc-0a1b2c3d4e5f60718", "subnetIds": ["subnet-0a1b2c3d4e5f60718"]`

const nameAllowed = "1 to 16 lower-case letters, digits and single hyphens, with a letter first and no hyphen last, " +
	"and not begin with sg or internal as a word, which AWS keeps for itself"

const providerKeys = "(known keys: connectionTermination, deregistrationDelaySeconds, endpointService, hardened, healthCheck, listener, listeners, " +
	"loadBalancer, name, network, notifications, operations, proxyProtocol, quotas, scaling, service, shards, tags, tenants)"

var badConfigs = []badConfig{
	// The role.
	{"no role", map[string]string{}, `role is not set; it must be one of consumer, provider: pulumi config set role <role>`},
	{"an unknown role", map[string]string{"role": "provder"}, `role is "provder"; it must be one of consumer, provider`},
	{"no provider object", map[string]string{"role": "provider"},
		`provider is not set; role provider needs at least its name: pulumi config set --path provider.name web`},
	{"an empty provider object", provider(`{}`),
		`provider is not set; role provider needs at least its name: pulumi config set --path provider.name web`},
	{"no consumer object", map[string]string{"role": "consumer", "provider": "{}"},
		`consumer is not set; role consumer needs at least its name: pulumi config set --path consumer.name web`},
	{"the other role's object", map[string]string{"role": "consumer", "consumer": `{"name": "web"}`, "provider": `{"name": "web"}`},
		`provider is set, but role is consumer: remove it (pulumi config rm provider) or change the role`},

	// Shape.
	{"not an object", provider(`"web"`), `provider is "web" (a string); it must be an object`},
	{"not JSON", provider(`web`), `provider is not valid JSON: invalid character 'w' looking for beginning of value`},
	{"an unknown key", provider(`{"nam": "web"}`), `provider.nam is not a known key: did you mean name? ` + providerKeys},
	{"an unknown key like no other", provider(`{"certificateArn": "arn"}`), `provider.certificateArn is not a known key ` + providerKeys},
	{"an unknown nested key", provider(`{"listener": {"prt": 80}}`),
		`provider.listener.prt is not a known key: did you mean port? (known keys: port, protocol)`},
	{"an unknown key of a tenant", provider(`{"tenants": {"acme": {"account": ["222222222222"]}}}`),
		`provider.tenants.acme.account is not a known key: did you mean accounts? (known keys: accounts, consumerStacks, endpointIds, principals, shards)`},
	{"a quoted integer", provider(`{"service": {"cpu": "256"}}`),
		`provider.service.cpu is "256" (a string); it must be an integer: remove the quotes`},
	{"a quoted boolean", provider(`{"endpointService": {"acceptanceRequired": "false"}}`),
		`provider.endpointService.acceptanceRequired is "false" (a string); it must be true or false: remove the quotes`},
	{"a fraction", provider(`{"service": {"desiredCount": 1.5}}`),
		`provider.service.desiredCount is 1.5 (a number); it must be an integer`},
	{"an unquoted account", provider(`{"tenants": {"acme": {"accounts": [222222222222]}}}`),
		`provider.tenants.acme.accounts[0] is 222222222222 (a number); it must be a string: put it in quotes (pulumi config set: add --type string)`},
	{"a number in the environment", provider(`{"service": {"environment": {"PORT": 80}}}`),
		`provider.service.environment.PORT is 80 (a number); it must be a string: put it in quotes (pulumi config set: add --type string)`},
	{"a string for a list", provider(`{"service": {"command": "nginx"}}`),
		`provider.service.command is "nginx" (a string); it must be a list`},
	{"nothing after a key", provider(`{"tags": null}`),
		`provider.tags is null; it must be an object: give it a value or remove the key`},

	// Names and tags.
	{"a name in capitals", provider(`{"name": "Web"}`), `provider.name is "Web"; it must be ` + nameAllowed},
	{"a long name", provider(`{"name": "seventeen-letters"}`), `provider.name is "seventeen-letters"; it must be ` + nameAllowed},
	{"a hyphen last", provider(`{"name": "web-"}`), `provider.name is "web-"; it must be ` + nameAllowed},
	{"two hyphens", provider(`{"name": "we--b"}`), `provider.name is "we--b"; it must be ` + nameAllowed},
	{"a security group's name", provider(`{"name": "sg-web"}`), `provider.name is "sg-web"; it must be ` + nameAllowed},
	{"an internal name", provider(`{"name": "internal"}`), `provider.name is "internal"; it must be ` + nameAllowed},
	{"no name", provider(`{"name": ""}`), `provider.name is ""; it must be ` + nameAllowed},
	{"a tag of AWS", provider(`{"tags": {"aws:team": "x"}}`),
		`provider.tags has the key "aws:team"; it must be 1 to 128 characters that don't begin with aws:`},
	{"a Name tag", provider(`{"tags": {"Name": "x"}}`), `provider.tags.Name is "x"; leave it out, each resource gets its own Name`},
	{"a long tag", provider(`{"tags": {"note": "` + strings.Repeat("x", 257) + `"}}`), `provider.tags.note has 257 characters; it must have at most 256`},
	{"too many tags", provider(`{"tags": {` + manyTags(50) + `}}`),
		`provider.tags has 50 tags; it must have at most 49, since AWS stops at 50 and each resource gets a Name`},

	// The network.
	{"no CIDR block", provider(`{"network": {"cidrBlock": "10.10.0.0"}}`),
		`provider.network.cidrBlock is "10.10.0.0"; it must be an IPv4 CIDR block such as 10.0.0.0/16`},
	{"an IPv6 block", provider(`{"network": {"cidrBlock": "fd00::/16"}}`),
		`provider.network.cidrBlock is "fd00::/16"; it must be an IPv4 CIDR block such as 10.0.0.0/16`},
	{"a host's address", provider(`{"network": {"cidrBlock": "10.10.0.1/16"}}`),
		`provider.network.cidrBlock is "10.10.0.1/16"; it must be a network address: 10.10.0.0/16`},
	{"a large block", provider(`{"network": {"cidrBlock": "10.0.0.0/15"}}`),
		`provider.network.cidrBlock is "10.0.0.0/15"; it must have a prefix length of /16 to /26`},
	{"a small block", provider(`{"network": {"cidrBlock": "10.0.0.0/27"}}`),
		`provider.network.cidrBlock is "10.0.0.0/27"; it must have a prefix length of /16 to /26`},
	{"a public block", provider(`{"network": {"cidrBlock": "8.8.0.0/16"}}`),
		`provider.network.cidrBlock is "8.8.0.0/16"; it must be private: within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10`},
	{"a block too small for its zones", provider(`{"network": {"cidrBlock": "10.0.0.0/26", "availabilityZones": 3}}`),
		`provider.network.cidrBlock is "10.0.0.0/26"; with 3 Availability Zones and egress "single-nat" its subnets would be /29, and AWS stops at /28`},
	{"no zones", provider(`{"network": {"availabilityZones": 0}}`), `provider.network.availabilityZones is 0; it must be 1 to 6`},
	{"seven zones", provider(`{"network": {"availabilityZones": 7}}`), `provider.network.availabilityZones is 7; it must be 1 to 6`},
	{"more zones than there are", provider(`{"network": {"availabilityZones": 4}}`),
		`provider.network.availabilityZones is 4; it must be at most 3: use1-az1, use1-az2, use1-az4, the zones of this account in us-east-1`},
	{"a zone that is not there", provider(`{"network": {"availabilityZoneIds": ["use1-az1", "usw2-az1"]}}`),
		`provider.network.availabilityZoneIds[1] is "usw2-az1"; it must be one of use1-az1, use1-az2, use1-az4, the zones of this account in us-east-1`},
	{"a zone's name", provider(`{"network": {"availabilityZoneIds": ["us-east-1a"]}}`),
		`provider.network.availabilityZoneIds[0] is "us-east-1a"; it must be an Availability Zone ID such as use1-az1 (a name such as us-east-1a means different zones in different accounts)`},
	{"a zone twice", provider(`{"network": {"availabilityZoneIds": ["use1-az1", "use1-az1"]}}`),
		`provider.network.availabilityZoneIds[1] is "use1-az1" a second time; list it once`},
	{"an empty list of zones", provider(`{"network": {"availabilityZoneIds": []}}`),
		`provider.network.availabilityZoneIds has 0 zones; it must have 1 to 6`},
	{"zones by number and by ID", provider(`{"network": {"availabilityZones": 1, "availabilityZoneIds": ["use1-az1"]}}`),
		`provider.network.availabilityZones is set together with provider.network.availabilityZoneIds; set one of them`},
	{"an unknown egress", provider(`{"network": {"egress": "nat"}}`),
		`provider.network.egress is "nat"; it must be one of none, single-nat, nat-per-az, public`},
	{"a VPC endpoint's full name", provider(`{"network": {"vpcEndpoints": ["com.amazonaws/s3"]}}`),
		`provider.network.vpcEndpoints[0] is "com.amazonaws/s3"; it must be the short name of an AWS service's endpoint, such as ecr.api, ecr.dkr, logs or s3`},
	{"public addresses in a new VPC", provider(`{"network": {"assignPublicIp": true}}`),
		`provider.network.assignPublicIp is set without provider.network.vpcId; a new VPC's tasks get public addresses with egress public and no other`},
	{"subnets without a VPC", provider(`{"network": {"subnetIds": ["subnet-0a1b2c3d4e5f60718"]}}`),
		`provider.network.subnetIds is set without provider.network.vpcId; it lists subnets of an existing VPC`},
	{"a VPC without subnets", provider(`{"network": {"vpcId": "vpc-0a1b2c3d4e5f60718"}}`),
		`provider.network.subnetIds is not set; with provider.network.vpcId it must list the subnets to use`},
	{"a malformed VPC", provider(`{"network": {"vpcId": "vpc-1", "subnetIds": ["subnet-0a1b2c3d4e5f60718"]}}`),
		`provider.network.vpcId is "vpc-1"; it must be a VPC ID: vpc- and 8 or 17 hexadecimal digits`},
	{"a malformed subnet", provider(`{"network": {"vpcId": "vpc-0a1b2c3d", "subnetIds": ["0a1b2c3d"]}}`),
		`provider.network.subnetIds[0] is "0a1b2c3d"; it must be a subnet ID: subnet- and 8 or 17 hexadecimal digits`},
	{"an existing VPC with a CIDR block", provider(`{"network": {` + existing + `, "cidrBlock": "10.0.0.0/16"}}`),
		`provider.network.cidrBlock is set together with provider.network.vpcId; it shapes a new VPC, and an existing one is used as it is`},
	{"an existing VPC with egress", provider(`{"network": {` + existing + `, "egress": "none"}}`),
		`provider.network.egress is set together with provider.network.vpcId; it shapes a new VPC, and an existing one is used as it is`},
	{"an existing VPC with flow logs", provider(`{"network": {` + existing + `, "flowLogs": {}}}`),
		`provider.network.flowLogs is set together with provider.network.vpcId; it shapes a new VPC, and an existing one is used as it is`},

	// The listener and the service.
	{"port 0", provider(`{"listener": {"port": 0}}`), `provider.listener.port is 0; it must be 1 to 65535`},
	{"port 65536", provider(`{"listener": {"port": 65536}}`), `provider.listener.port is 65536; it must be 1 to 65535`},
	{"an unknown protocol", provider(`{"listener": {"protocol": "http"}}`), `provider.listener.protocol is "http"; it must be tcp`},
	{"a TLS listener", provider(`{"listener": {"protocol": "tls"}}`),
		`provider.listener.protocol is "tls"; it must be tcp: a TLS listener needs a certificate, which provider.listeners["443/tls"] takes; TLS also passes through a tcp listener to a container that terminates it`},
	{"a UDP listener", provider(`{"listener": {"protocol": "udp"}}`),
		`provider.listener.protocol is "udp"; it must be tcp: over PrivateLink, UDP needs a load balancer with EnablePrefixForIpv6SourceNat, for which version 6 of the AWS provider has no argument`},
	{"an image's URL", provider(`{"service": {"image": "https://docker.io/nginx"}}`),
		`provider.service.image is "https://docker.io/nginx"; it must be a container image such as nginx:alpine, at most 255 characters, without spaces and without https://`},
	{"a container port", provider(`{"service": {"containerPort": -1}}`), `provider.service.containerPort is -1; it must be 1 to 65535`},
	{"an unknown CPU size", provider(`{"service": {"cpu": 300}}`),
		`provider.service.cpu is 300; it must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units`},
	{"an impossible pair", provider(`{"service": {"cpu": 256, "memory": 4096}}`),
		`provider.service.memory with provider.service.cpu 256 is 4096; it must be one of 512, 1024, 2048 MiB`},
	{"fewer than no tasks", provider(`{"service": {"desiredCount": -1}}`), `provider.service.desiredCount is -1; it must be 0 to 5000`},
	{"a variable's name", provider(`{"service": {"environment": {"A=B": "c"}}}`),
		`provider.service.environment has the key "A=B"; it must be a variable's name: 1 to 255 letters, digits, underscores, dots and hyphens, with no digit first`},
	{"a log retention", provider(`{"service": {"logRetentionDays": 15}}`),
		`provider.service.logRetentionDays is 15; it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`},
	{"a grace period", provider(`{"service": {"healthCheckGracePeriodSeconds": -1}}`),
		`provider.service.healthCheckGracePeriodSeconds is -1; it must be 0 to 2147483647`},

	// Pulling the image.
	{"a public image without egress", provider(`{"network": {"egress": "none"}}`),
		`provider.service.image is "nginx:alpine", which is outside of AWS, and provider.network.egress is none; use an image in Amazon ECR ` +
			`(<account>.dkr.ecr.<region>.amazonaws.com/<repository>), set provider.service.pullThroughCache.enabled to true for Amazon ECR to fetch it, or set egress to single-nat, nat-per-az or public`},
	{"Amazon ECR's public gallery without egress", provider(`{"network": {"egress": "none", "vpcEndpoints": ["ecr.api", "ecr.dkr", "s3", "logs"]}, "service": {"image": "public.ecr.aws/nginx/nginx"}}`),
		`provider.service.image is "public.ecr.aws/nginx/nginx", which is outside of AWS, and provider.network.egress is none; use an image in Amazon ECR ` +
			`(<account>.dkr.ecr.<region>.amazonaws.com/<repository>), set provider.service.pullThroughCache.enabled to true for Amazon ECR to fetch it, or set egress to single-nat, nat-per-az or public`},

	// The health check.
	{"a health check's protocol", provider(`{"healthCheck": {"protocol": "tcp"}}`), `provider.healthCheck.protocol is "tcp"; it must be one of TCP, HTTP, HTTPS`},
	{"a path for TCP", provider(`{"healthCheck": {"path": "/healthz"}}`),
		`provider.healthCheck.path is "/healthz", but provider.healthCheck.protocol is TCP; only HTTP and HTTPS checks have a path`},
	{"a relative path", provider(`{"healthCheck": {"protocol": "HTTP", "path": "healthz"}}`),
		`provider.healthCheck.path is "healthz"; it must be a path that begins with / and has at most 1024 characters, without spaces`},
	{"a short interval", provider(`{"healthCheck": {"intervalSeconds": 4}}`), `provider.healthCheck.intervalSeconds is 4; it must be 5 to 300`},
	{"a short timeout", provider(`{"healthCheck": {"timeoutSeconds": 1}}`), `provider.healthCheck.timeoutSeconds is 1; it must be 2 to 120`},
	{"a timeout over the interval", provider(`{"healthCheck": {"timeoutSeconds": 11}}`),
		`provider.healthCheck.timeoutSeconds is 11; it must be at most provider.healthCheck.intervalSeconds, which is 10`},
	{"a threshold", provider(`{"healthCheck": {"healthyThreshold": 1}}`), `provider.healthCheck.healthyThreshold is 1; it must be 2 to 10`},
	{"another threshold", provider(`{"healthCheck": {"unhealthyThreshold": 11}}`), `provider.healthCheck.unhealthyThreshold is 11; it must be 2 to 10`},
	{"a Proxy Protocol version", provider(`{"proxyProtocol": "v2"}`), `provider.proxyProtocol is "v2" (a string); it must be true or false`},
	{"a deregistration delay", provider(`{"deregistrationDelaySeconds": 3601}`), `provider.deregistrationDelaySeconds is 3601; it must be 0 to 3600`},

	// The load balancer and the endpoint service.
	{"a client's address", provider(`{"loadBalancer": {"clientCidrs": ["10.20.0.5/16"]}}`),
		`provider.loadBalancer.clientCidrs[0] is "10.20.0.5/16"; it must be a network address: 10.20.0.0/16`},
	{"a client twice", provider(`{"loadBalancer": {"clientCidrs": ["10.20.0.0/16", "10.20.0.0/16"]}}`),
		`provider.loadBalancer.clientCidrs[1] is "10.20.0.0/16" a second time; list it once`},
	{"a region", provider(`{"endpointService": {"supportedRegions": ["us-east-1a"]}}`),
		`provider.endpointService.supportedRegions[0] is "us-east-1a"; it must be an AWS region such as us-east-1`},
	{"other regions with one zone", provider(`{"network": {"availabilityZones": 1}, "endpointService": {"supportedRegions": ["us-west-2"]}}`),
		`provider.endpointService.supportedRegions is set, but the load balancer is in one Availability Zone; access from other regions needs at least 2`},
	{"other regions with one zone ID", provider(`{"network": {"availabilityZoneIds": ["use1-az1"]}, "endpointService": {"supportedRegions": ["us-west-2"]}}`),
		`provider.endpointService.supportedRegions is set, but the load balancer is in one Availability Zone; access from other regions needs at least 2`},
	{"other regions with one subnet", provider(`{"network": {` + existing + `}, "endpointService": {"supportedRegions": ["us-west-2"]}}`),
		`provider.endpointService.supportedRegions is set, but the load balancer is in one Availability Zone; access from other regions needs at least 2`},
	{"IPv6", provider(`{"endpointService": {"supportedIpAddressTypes": ["ipv4", "ipv6"]}}`),
		`provider.endpointService.supportedIpAddressTypes[1] is "ipv6"; it must be ipv4: ipv6 needs provider.loadBalancer.dualstack to be true`},

	// Tenants.
	{"a tenant's name", provider(`{"tenants": {"Acme Inc": {"accounts": ["222222222222"]}}}`),
		`provider.tenants has the key "Acme Inc"; it must be 1 to 32 lower-case letters, digits and hyphens, with no hyphen first or last`},
	{"a tenant of nobody", provider(`{"tenants": {"acme": {"consumerStacks": ["consumer"]}}}`),
		`provider.tenants.acme has neither accounts nor principals; it must have one, or nobody could connect`},
	{"a short account", provider(`{"tenants": {"acme": {"accounts": ["22222222222"]}}}`),
		`provider.tenants.acme.accounts[0] is "22222222222"; it must be an AWS account ID: 12 digits`},
	{"an account as a principal", provider(`{"tenants": {"acme": {"principals": ["222222222222"]}}}`),
		`provider.tenants.acme.principals[0] is "222222222222"; it must be ` + principalAllowed},
	{"a role with a path", provider(`{"tenants": {"acme": {"principals": ["arn:aws:iam::222222222222:role/team/deployer"]}}}`),
		`provider.tenants.acme.principals[0] is "arn:aws:iam::222222222222:role/team/deployer"; it must be ` + principalAllowed},
	{"another partition", provider(`{"tenants": {"acme": {"principals": ["arn:aws-cn:iam::222222222222:root"]}}}`),
		`provider.tenants.acme.principals[0] is "arn:aws-cn:iam::222222222222:root"; it must be in the partition of this stack's region: arn:aws:...`},
	{"an account in two tenants", provider(`{"tenants": {"acme": {"accounts": ["222222222222"]}, "beta": {"principals": ["arn:aws:iam::222222222222:root"]}}}`),
		`provider.tenants.beta.principals[0] is "arn:aws:iam::222222222222:root", which is also provider.tenants.acme.accounts[0]; list it once`},
	{"anybody without opt-in", provider(`{"tenants": {"all": {"principals": ["*"]}}}`),
		`provider.tenants.all.principals[0] is "*", every AWS account; it needs provider.endpointService.allowAnyPrincipal to be true`},
	{"anybody without acceptance", provider(`{"endpointService": {"allowAnyPrincipal": true, "acceptanceRequired": false}, "tenants": {"all": {"principals": ["*"]}}}`),
		`provider.tenants.all.principals[0] is "*", every AWS account; it needs provider.endpointService.acceptanceRequired to be true`},
	{"an opt-in for nobody", provider(`{"endpointService": {"allowAnyPrincipal": true}}`),
		`provider.endpointService.allowAnyPrincipal is true; it must be false while no tenant has the principal "*"`},
	{"a service for an endpoint", provider(`{"tenants": {"acme": {"accounts": ["222222222222"], "endpointIds": ["` + serviceId + `"]}}}`),
		`provider.tenants.acme.endpointIds[0] is "` + serviceId + `"; it must be a VPC endpoint ID: vpce- and 8 or 17 hexadecimal digits`},
	{"an endpoint twice", provider(`{"tenants": {"acme": {"accounts": ["222222222222"], "endpointIds": ["vpce-0a1b2c3d", "vpce-0a1b2c3d"]}}}`),
		`provider.tenants.acme.endpointIds[1] is "vpce-0a1b2c3d", which is also provider.tenants.acme.endpointIds[0]; list it once`},
	{"half a stack's name", provider(`{"tenants": {"acme": {"accounts": ["222222222222"], "consumerStacks": ["project/consumer"]}}}`),
		`provider.tenants.acme.consumerStacks[0] is "project/consumer"; it must be a stack of this project (dev) or a stack's full name (organization/project/dev)`},
	{"one stack under two names", provider(`{"tenants": {"a": {"accounts": ["222222222222"], "consumerStacks": ["consumer"]}, "b": {"accounts": ["333333333333"], "consumerStacks": ["acme-org/fargate-privatelink/consumer"]}}}`),
		`provider.tenants.b.consumerStacks[0] is the stack acme-org/fargate-privatelink/consumer, which is also provider.tenants.a.consumerStacks[0]; list it once`},
	{"connections to reject without acceptance", provider(`{"endpointService": {"acceptanceRequired": false, "rejectConnectionsOnDestroy": true}}`),
		`provider.endpointService.rejectConnectionsOnDestroy is true, but provider.endpointService.acceptanceRequired is false; ` +
			`only accepted endpoints can be rejected: set acceptanceRequired to true, or have the consumers delete their endpoints first`},

	// The consumer.
	{"a consumer's unknown key", consumer(`{"client": {}}`), `consumer.client is not a known key: did you mean clients? (known keys: alarms, clients, contract, dns, endpoint, hardened, name, network, networks, provider, quotas, tags)`},
	{"a consumer's name", consumer(`{"name": "sg"}`), `consumer.name is "sg"; it must be ` + nameAllowed},
	{"half a provider's name", consumer(`{"provider": "project/provider"}`),
		`consumer.provider is "project/provider"; it must be a stack of this project (dev) or a stack's full name (organization/project/dev)`},
	{"an empty provider", consumer(`{"provider": ""}`),
		`consumer.provider is ""; it must be a stack of this project (dev) or a stack's full name (organization/project/dev)`},
	{"both a stack and a contract", consumer(`{"provider": "provider", "contract": {}}`),
		`consumer.provider is set together with consumer.contract; set one of them`},
	{"a contract of nothing", consumer(`{"contract": null}`),
		`consumer.contract is null; it must be an object or a JSON string: give it a value or remove the key`},
	{"a consumer's CIDR block", consumer(`{"network": {"cidrBlock": "10.0.0.0/8"}}`),
		`consumer.network.cidrBlock is "10.0.0.0/8"; it must have a prefix length of /16 to /26`},
	{"a consumer's zones", consumer(`{"network": {"availabilityZones": 0}}`), `consumer.network.availabilityZones is 0; it must be 1 to 6`},
	{"a consumer's VPC with zones", consumer(`{"network": {` + existing + `, "availabilityZones": 2}, "clients": {"cidrBlocks": ["10.0.0.0/16"]}}`),
		`consumer.network.availabilityZones is set together with consumer.network.vpcId; it shapes a new VPC, and an existing one is used as it is`},
	{"an existing VPC without clients", consumer(`{"network": {` + existing + `}}`),
		`consumer.clients has neither cidrBlocks nor securityGroupIds nor prefixListIds; with consumer.network.vpcId it must say who may connect`},
	{"a consumer's client", consumer(`{"clients": {"cidrBlocks": ["10.20.0.0"]}}`),
		`consumer.clients.cidrBlocks[0] is "10.20.0.0"; it must be an IPv4 CIDR block such as 10.0.0.0/16`},
	{"a client's group", consumer(`{"clients": {"securityGroupIds": ["default"]}}`),
		`consumer.clients.securityGroupIds[0] is "default"; it must be a security group ID: sg- and 8 or 17 hexadecimal digits`},

	// Several faults come together, a line for each, in the order of the keys.
	{"several", provider(`{"name": "Web", "network": {"egress": "nat"}, "listener": {"port": 0}, "service": {"cpu": 1}}`), strings.Join([]string{
		`provider.name is "Web"; it must be ` + nameAllowed,
		`provider.network.egress is "nat"; it must be one of none, single-nat, nat-per-az, public`,
		`provider.listener.port is 0; it must be 1 to 65535`,
		`provider.service.cpu is 1; it must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 CPU units`,
	}, "\n")},
}

const principalAllowed = `"*" or the ARN of an account's root, a role or a user without a path: ` +
	`arn:aws:iam::<account>:root, arn:aws:iam::<account>:role/<name>, arn:aws:iam::<account>:user/<name>`

func manyTags(count int) string {
	tags := make([]string, count)
	for i := range tags {
		tags[i] = fmt.Sprintf(`"tag%d": "x"`, i)
	}
	return strings.Join(tags, ", ")
}

func TestBadConfiguration(t *testing.T) {
	for _, test := range badConfigs {
		t.Run(test.name, func(t *testing.T) {
			c := newCloud()
			c.stacks["acme-org/fargate-privatelink/provider"] = map[string]any{"contract": contractValue()}
			err := c.run("any", test.config)
			require.EqualError(t, err, test.want)
			assert.Empty(t, c.registrations, "nothing may be registered")
		})
	}
}
