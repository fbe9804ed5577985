package components

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// executeCommandActions are what the agent of ECS Exec does with the task role, on
// channels that have no ARN. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions.
var executeCommandActions = []string{
	"ssmmessages:CreateControlChannel",
	"ssmmessages:CreateDataChannel",
	"ssmmessages:OpenControlChannel",
	"ssmmessages:OpenDataChannel",
}

// pullThroughActions make and fill the repository of an image that a pull through
// cache rule has not cached yet. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html.
var pullThroughActions = []string{"ecr:BatchImportUpstreamImage", "ecr:CreateRepository"}

// pullActions read an image from its repository in Amazon ECR, and logActions write to
// a log group. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html.
var (
	pullActions = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	logActions  = []string{"logs:CreateLogStream", "logs:PutLogEvents"}
)

// grant gives the roles that are made what the arguments need.
func (r *taskRoles) grant(s scope, args *FargateServiceArgs, logs *cloudwatch.LogGroup) error {
	site, err := s.site()
	if err != nil {
		return err
	}
	if r.execution != nil {
		if err := r.grantExecution(s, args, logs, site); err != nil {
			return err
		}
	}
	if r.task == nil {
		return nil
	}
	return r.grantTask(s, args, logs, site)
}

func (r *taskRoles) grantExecution(s scope, args *FargateServiceArgs, logs *cloudwatch.LogGroup, site site) error {
	images := pulumi.StringArray{}
	for _, c := range args.containers("", s.name) {
		images = append(images, c.image)
	}
	start := pulumi.All(logs.Arn, images).ApplyT(func(known []any) (string, error) {
		return executionPolicy(site.partition, known[0].(string), known[1].([]string))
	}).(pulumi.StringOutput)
	if err := r.add(s, executionRoleSuffix, r.execution, start); err != nil {
		return err
	}
	if arns := args.secretArns(); len(arns) > 0 {
		policy := pulumi.All(arns, pulumi.StringArray(args.KmsKeyArns)).ApplyT(func(known []any) (string, error) {
			return secretsPolicy(known[0].([]string), known[1].([]string))
		}).(pulumi.StringOutput)
		if err := r.add(s, "secrets", r.execution, policy); err != nil {
			return err
		}
	}
	if len(args.PullThroughRepositories) == 0 {
		return nil
	}
	policy := pulumi.StringArray(values(args.PullThroughRepositories)).ToStringArrayOutput().ApplyT(func(arns []string) (string, error) {
		return policyJSON(statement{Action: pullThroughActions, Resource: arns})
	}).(pulumi.StringOutput)
	return r.add(s, "pull-through", r.execution, policy)
}

func (r *taskRoles) grantTask(s scope, args *FargateServiceArgs, logs *cloudwatch.LogGroup, site site) error {
	for key, arn := range check.Sorted(keyed(args.TaskRolePolicyArns, "policy", policyName)) {
		made, err := iam.NewRolePolicyAttachment(s.ctx, s.named(taskRoleSuffix+"-"+key), &iam.RolePolicyAttachmentArgs{
			Role: r.task.Name, PolicyArn: arn,
		}, s.parent)
		if err != nil {
			return err
		}
		r.policies = append(r.policies, made)
	}
	if policy := args.volumesPolicy(pulumi.String(r.account), site); policy != nil {
		if err := r.add(s, "volumes", r.task, policy); err != nil {
			return err
		}
	}
	if isTrue(args.ExecuteCommandLogging) {
		if err := r.add(s, "session-logs", r.task, sessionLogsPolicy(logs.Arn, args.LogKmsKeyArn)); err != nil {
			return err
		}
	}
	if args.ExecuteCommand {
		policy, err := policyJSON(statement{Action: executeCommandActions, Resource: []string{"*"}})
		if err != nil {
			return err
		}
		return r.add(s, "execute-command", r.task, pulumi.String(policy))
	}
	return nil
}

// sessionLogsPolicy lets the agent of ECS Exec write sessions to a log group, and use the
// key that encrypts them. To list log groups has no narrower ARN. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging.
func sessionLogsPolicy(logGroup pulumi.StringOutput, key pulumi.StringPtrInput) pulumi.StringInput {
	known := []any{logGroup}
	if key != nil {
		known = append(known, key.ToStringPtrOutput())
	}
	return pulumi.All(known...).ApplyT(func(values []any) (string, error) {
		statements := []statement{
			{Action: append(slices.Clone(logActions), "logs:DescribeLogStreams"), Resource: []string{values[0].(string) + ":*"}},
			{Action: []string{"logs:DescribeLogGroups"}, Resource: []string{"*"}},
		}
		if len(values) > 1 {
			statements = append(statements, statement{Action: []string{"kms:Decrypt"}, Resource: []string{*values[1].(*string)}})
		}
		return policyJSON(statements...)
	}).(pulumi.StringOutput)
}

func (r *taskRoles) add(s scope, suffix string, role *iam.Role, policy pulumi.StringInput) error {
	made, err := iam.NewRolePolicy(s.ctx, s.named(suffix), &iam.RolePolicyArgs{Role: role.Name, Policy: policy},
		s.parent, standsBeside("policy"))
	if err != nil {
		return err
	}
	r.policies = append(r.policies, made)
	return nil
}

// executionPolicy lets ECS write to this log group and pull exactly these images. An
// image from elsewhere than Amazon ECR's private registries takes no right. The token
// for a registry has no ARN. See
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
// on the end of the log group's ARN.
func executionPolicy(partition, logGroupArn string, images []string) (string, error) {
	statements := []statement{{Action: logActions, Resource: []string{logGroupArn + ":*"}}}
	var repositories []string
	for _, name := range images {
		image, private := parseECRImage(name)
		if arn := image.repositoryArn(partition); private && !slices.Contains(repositories, arn) {
			repositories = append(repositories, arn)
		}
	}
	if len(repositories) > 0 {
		statements = append(statements,
			statement{Action: []string{"ecr:GetAuthorizationToken"}, Resource: []string{"*"}},
			statement{Action: pullActions, Resource: repositories})
	}
	return policyJSON(statements...)
}

// secretArns are what the execution role reads for all containers.
func (o *FargateServiceOptions) secretArns() pulumi.StringArray {
	var arns pulumi.StringArray
	for _, c := range o.containers("", "") {
		arns = append(arns, c.secretInputs()...)
	}
	return arns
}

// secretInputs are a container's secrets, those of its logging, and its registry's
// credentials.
func (c *ContainerArgs) secretInputs() []pulumi.StringInput {
	all := values(c.Secrets)
	if c.Logging != nil {
		all = append(all, values(c.Logging.SecretOptions)...)
	}
	if c.RepositoryCredentialsArn != nil {
		all = append(all, c.RepositoryCredentialsArn)
	}
	return all
}

// values returns a map's values in the order of its keys.
func values(m map[string]pulumi.StringInput) []pulumi.StringInput {
	list := []pulumi.StringInput{}
	for _, value := range check.Sorted(m) {
		list = append(list, value)
	}
	return list
}

// secretsPolicy lets ECS read exactly these secrets and parameters, and decrypt with
// exactly these keys. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-secrets.
func secretsPolicy(arns, keys []string) (string, error) {
	resources := map[string][]string{}
	for _, arn := range arns {
		action, names, err := secretAccess(arn)
		if err != nil {
			return "", err
		}
		for _, resource := range names {
			if !slices.Contains(resources[action], resource) {
				resources[action] = append(resources[action], resource)
			}
		}
	}
	if len(keys) > 0 {
		resources["kms:Decrypt"] = keys
	}
	var statements []statement
	for action, list := range check.Sorted(resources) {
		slices.Sort(list)
		statements = append(statements, statement{Action: []string{action}, Resource: list})
	}
	return policyJSON(statements...)
}

// The six characters that AWS adds to a secret's name in its ARN, and those that look like
// them and are rather a word of the name's own, as in my-secret.
var (
	secretSuffix = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)
	secretWord   = regexp.MustCompile(`-([a-z]{6}|[A-Z]{6}|[0-9]{6})$`)
)

// secretAccess returns the right that reads what the ARN names, and the resources of a
// policy that match it. A secret's ARN may have a JSON key, a stage and a version after its
// seven parts, which a policy doesn't know. It may also lack the six characters that AWS
// adds to the name: IAM always compares the whole one. See
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen.
func secretAccess(arn string) (action string, resources []string, err error) {
	parts := strings.Split(arn, ":")
	switch {
	case !check.Forms["secret"].Ok(arn):
		return "", nil, fmt.Errorf("%q in secrets must be %s", arn, check.Forms["secret"].Allowed)
	case parts[2] == "ssm":
		return "ssm:GetParameters", []string{arn}, nil
	}
	arn = strings.Join(parts[:7], ":")
	if secretSuffix.MatchString(arn) {
		resources = append(resources, arn)
	}
	if !secretSuffix.MatchString(arn) || secretWord.MatchString(arn) {
		resources = append(resources, arn+"-??????")
	}
	return "secretsmanager:GetSecretValue", resources, nil
}
