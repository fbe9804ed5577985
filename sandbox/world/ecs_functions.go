package world

import "fmt"

// getECSService is DescribeServices as the provider shows it: with the primary
// deployment's task definition, which a rollback changes. See
// https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service_data_source.go.
func getECSService(tx *Tx, caller Caller, args Props) (Props, error) {
	for _, s := range tx.servicesWhere(func(s Service) bool {
		return s.Account == caller.Account && s.Region == caller.Region &&
			s.ClusterARN == args.Str("clusterArn") && (s.Name == args.Str("serviceName") || s.ARN == args.Str("serviceName"))
	}) {
		r := tx.peek(TokenService, s.ARN)
		return Props{
			"arn": s.ARN, "id": s.ARN, "clusterArn": s.ClusterARN, "serviceName": s.Name, "taskDefinition": s.TaskDefinition,
			"desiredCount": float64(s.Desired), "launchType": s.LaunchType, "schedulingStrategy": "REPLICA",
			"availabilityZoneRebalancing": r.Outputs.Str("availabilityZoneRebalancing"), "tags": map[string]any(r.Outputs.Map("tags")),
		}, nil
	}
	return nil, fmt.Errorf("reading ECS Service (%s): couldn't find resource", args.Str("serviceName"))
}
