package world

import "fmt"

// execActions are the rights of the task role that ECS Exec needs, see execGuide.
var execActions = []string{
	"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
	"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
}

// ExecObstacle says why ECS Exec can't run a command in a task; empty where it can.
func (tx *Tx) ExecObstacle(t Task) string {
	r := tx.peek(TokenService, t.ServiceARN)
	if r == nil || !r.Outputs.Bool("enableExecuteCommand") {
		return "enableExecuteCommand of the service is off"
	}
	d, _ := tx.TaskDefinition(t.TaskDefinitionARN)
	for _, action := range execActions {
		if !tx.roleAllows(d.TaskRoleARN, action, "*") {
			return fmt.Sprintf("the task role does not allow %s", action)
		}
	}
	place := launch{tx: tx, definition: d, groups: t.Interface.GroupIDs, publicIP: t.Interface.PublicIP.IsValid()}
	place.subnet, _ = tx.Subnet(t.SubnetID)
	return place.serviceObstacle("ssmmessages")
}
