package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// standsBeside lets what a revision needs stand beside what the next one needs. A change
// in place would take it away while the old tasks still serve, and from a rollback. As a
// replacement the new one is there before the service changes, and the old one is deleted
// at the end of the update: with WaitForSteadyState when the new tasks serve, and not
// where they don't.
func standsBeside(property string) pulumi.ResourceOption {
	return pulumi.ReplaceOnChanges([]string{property})
}

// rollout is a service after an update, and what was asked for.
type rollout struct {
	s      scope
	region string
	waited bool
}

// checkRevision returns the ARN of the task definition once the service runs it. The AWS
// provider takes a deployment that was rolled back for a success, and what it keeps in the
// state says nothing of it.
func checkRevision(s scope, args *FargateServiceArgs, cluster *serviceCluster, service *ecs.Service, task *ecs.TaskDefinition) (pulumi.StringOutput, error) {
	if args.ImageManagedElsewhere {
		return task.Arn, nil // what runs is then somebody else's choice
	}
	site, err := s.site()
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	r := rollout{s, site.region, *args.WaitForSteadyState}
	return pulumi.All(task.Arn, cluster.arn, service.Name, service.ID()).ApplyT(func(known []any) (string, error) {
		wanted := known[0].(string)
		return wanted, r.check(wanted, known[1].(string), known[2].(string))
	}).(pulumi.StringOutput), nil
}

// check compares the revision that a service runs with the one that is wanted. Where
// nobody waited, and in a preview, a difference is a warning.
func (r rollout) check(wanted, cluster, service string) error {
	found, err := ecs.LookupService(r.s.ctx, &ecs.LookupServiceArgs{ClusterArn: cluster, ServiceName: service}, r.s.parent.(pulumi.InvokeOption))
	if err != nil {
		if r.s.ctx.DryRun() {
			return nil // deleted by hand: a refresh finds that
		}
		return fmt.Errorf("the ECS service %s can't be read: %w", service, err)
	}
	if found.TaskDefinition == wanted {
		return nil
	}
	text := r.rolledBack(found.TaskDefinition, wanted, cluster, service)
	if r.waited && !r.s.ctx.DryRun() {
		return fmt.Errorf("%s", text)
	}
	return r.s.ctx.Log.Warn(text, nil)
}

func (r rollout) rolledBack(runs, wanted, cluster, service string) string {
	return fmt.Sprintf("the ECS service %s runs %s and not %s, which was asked for: the deployment was rolled back, by its circuit breaker or "+
		"by an alarm, or somebody changed the service by hand. What ECS says of it: aws ecs describe-services --region %s --cluster %s --services %s "+
		"--query 'services[0].[deployments,events[:10].message]'. Change what keeps the tasks from starting and run pulumi up, "+
		"or try the same again: pulumi up --refresh", service, runs, wanted, r.region, cluster, service)
}
