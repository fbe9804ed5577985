package world

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

// launch is the start of one task: what it needs and where it is.
type launch struct {
	tx         *Tx
	definition TaskDefinition
	subnet     Subnet
	groups     []string
	publicIP   bool
}

// obstacle says why the task can't start: AWS's reason, and in a sentence what
// in the world it comes from. Both are empty where it can. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html.
func (l launch) obstacle() (reason, detail string) {
	if reason, detail = l.tx.w.faults.unplaceable(l.subnet.ZoneID); reason != "" {
		return reason, detail
	}
	if reason, detail = l.roleObstacle(); reason != "" {
		return reason, detail
	}
	if reason, detail = l.volumeObstacle(); reason != "" {
		return reason, detail
	}
	for _, c := range l.definition.Containers {
		for _, step := range []func(Container) (string, string){
			func(c Container) (string, string) { return l.secretObstacle(c.Name) },
			func(c Container) (string, string) { return l.credentialsObstacle(c.Name) },
			func(c Container) (string, string) { return l.imageObstacle(c.Image) },
			l.logObstacle,
		} {
			if reason, detail = step(c); reason != "" {
				return reason, detail
			}
		}
	}
	return "", ""
}

// roleObstacle: ECS must be able to assume the execution and the task role.
func (l launch) roleObstacle() (reason, detail string) {
	for _, arn := range []string{l.definition.ExecutionRoleARN, l.definition.TaskRoleARN} {
		if arn == "" {
			continue
		}
		if why := l.tx.mayAssume(arn, "ecs-tasks.amazonaws.com"); why != "" {
			return fmt.Sprintf("ECS was unable to assume the role '%s' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.", arn), why
		}
	}
	return "", ""
}

// ecrImage matches an image in a private ECR registry.
var ecrImage = regexp.MustCompile(`^\d{12}\.dkr\.ecr(-fips)?\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?/`)

func isECRImage(image string) bool { return ecrImage.MatchString(image) }

// imageObstacle follows the way to the image's registry. An ECR image's layers
// come from S3. See https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.
func (l launch) imageObstacle(image string) (reason, detail string) {
	if !isECRImage(image) {
		if why := l.internetObstacle(); why != "" {
			return cannotPull(image), why
		}
		return "", ""
	}
	if !l.may("ecr:GetAuthorizationToken", "*") {
		return "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action",
			"the execution role does not allow ecr:GetAuthorizationToken"
	}
	if why := l.serviceObstacle("ecr.api"); why != "" {
		return fmt.Sprintf("ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post \"https://api.ecr.%s.%s/\": dial tcp: i/o timeout", l.subnet.Region, DNSSuffix(l.subnet.Region)), why
	}
	for _, service := range []string{"ecr.dkr", "s3"} {
		if why := l.serviceObstacle(service); why != "" {
			return cannotPull(image), why
		}
	}
	return l.pullObstacle(image)
}

func cannotPull(image string) string {
	return fmt.Sprintf("CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref %s: failed to do request: dial tcp: i/o timeout", image)
}

// logObstacle: the awslogs driver opens its log stream before the container starts.
func (l launch) logObstacle(c Container) (reason, detail string) {
	log := c.LogConfiguration
	if log == nil || log.LogDriver != "awslogs" {
		return "", ""
	}
	const failed = "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: "
	group := log.Options["awslogs-group"]
	if why := l.serviceObstacle("logs"); why != "" {
		return failed + "RequestError: send request failed: dial tcp: i/o timeout : exit status 1", why
	}
	arn := fmt.Sprintf("arn:%s:logs:%s:%s:log-group:%s", Partition(l.subnet.Region), log.Options["awslogs-region"], l.subnet.Account, group)
	if !l.may("logs:CreateLogStream", arn+":log-stream:*") {
		return failed + "AccessDeniedException: not authorized to perform: logs:CreateLogStream on resource: " + arn,
			"the execution role does not allow logs:CreateLogStream on " + arn
	}
	if log.Options["awslogs-create-group"] == "true" && l.may("logs:CreateLogGroup", arn) {
		return "", ""
	}
	exists := l.tx.first(TokenLogGroup, func(r *Record) bool {
		return r.ID == group && r.Account == l.subnet.Account && r.Region == log.Options["awslogs-region"]
	})
	if exists == nil {
		return failed + "ResourceNotFoundException: The specified log group does not exist. : exit status 1",
			"there is no log group " + group
	}
	return "", ""
}

// may says whether the execution role allows an action.
func (l launch) may(action, resource string) bool {
	return l.tx.roleAllows(l.definition.ExecutionRoleARN, action, resource)
}

// internetObstacle says why the task can't open an HTTPS connection to the
// Internet; empty where it can.
func (l launch) internetObstacle() string {
	if v := l.egress(Peer{IP: internet}); v != "" {
		return v
	}
	_, why := l.tx.InternetPath(l.subnet.ID, l.publicIP)
	return why
}

// serviceObstacle says why the task can't reach one of AWS's services: through
// an interface endpoint with private DNS, which then takes all of its traffic,
// through a gateway endpoint, or over the Internet.
func (l launch) serviceObstacle(service string) string {
	for _, e := range l.tx.Endpoints() {
		if e.VpcID != l.subnet.VpcID {
			continue
		}
		s, ok := findAWSService(e.ServiceName, e.Region)
		switch {
		case !ok || s.name != service:
			continue
		case e.Type == endpointGateway && l.hasRouteTo(e):
			return l.egress(Peer{PrefixListIDs: []string{l.tx.prefixListID(s, e.Region)}})
		case e.PrivateDNSName != "":
			return l.endpointObstacle(e)
		}
	}
	if why := l.internetObstacle(); why != "" {
		return fmt.Sprintf("there is no VPC endpoint for %s, and %s", service, why)
	}
	return ""
}

func (l launch) hasRouteTo(e Endpoint) bool {
	for _, r := range l.tx.Routes(l.tx.RouteTableOf(l.subnet.ID)) {
		if r.Target == e.ID {
			return true
		}
	}
	return false
}

// endpointObstacle: the task's group must let out to the endpoint's interface,
// and the endpoint's group must let in from the task. The endpoint's name gives
// all its addresses, so every interface has to do.
func (l launch) endpointObstacle(e Endpoint) string {
	task := Peer{IP: l.anyAddress(), GroupIDs: l.groups}
	for _, n := range e.Interfaces {
		if why := l.egress(Peer{IP: n.PrivateIP, GroupIDs: n.GroupIDs}); why != "" {
			return why
		}
		if v := l.tx.Admits(n.GroupIDs, Ingress, "tcp", 443, task); !v.Admitted {
			return fmt.Sprintf("VPC endpoint %s does not admit the task: %s", e.ID, v.Reason)
		}
	}
	return ""
}

// anyAddress stands for the address that the task will get.
func (l launch) anyAddress() netip.Addr { return addressAt(l.subnet.CIDR, reservedAtStart) }

func (l launch) egress(to Peer) string {
	return strings.TrimSpace(l.tx.Admits(l.groups, Egress, "tcp", 443, to).Reason)
}
