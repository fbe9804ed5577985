package world

// ConnectionNotification is what tells a topic of a service's or endpoint's
// connections, as the read-only view shows it.
type ConnectionNotification struct {
	ID string
	// ServiceID or EndpointID is what it is about.
	ServiceID, EndpointID string
	TopicARN              string
	// Events are "Accept", "Connect", "Delete" and "Reject", or some of them.
	Events []string
	// Obstacle says in a sentence why nothing arrives; empty where it does.
	Obstacle string
}

// ConnectionNotifications returns the notifications of every account, by id.
func (tx *Tx) ConnectionNotifications() []ConnectionNotification {
	var out []ConnectionNotification
	tx.each(TokenConnectionNotification, func(r *Record) bool {
		n := ConnectionNotification{
			ID: r.ID, ServiceID: r.Outputs.Str("vpcEndpointServiceId"), EndpointID: r.Outputs.Str("vpcEndpointId"),
			TopicARN: r.Outputs.Str("connectionNotificationArn"), Events: r.Outputs.Strs("connectionEvents"),
		}
		n.Obstacle = tx.publishObstacle(n.TopicARN, askedOf{
			Service: servicePrivateLink, Account: r.Account, ARN: tx.notifies(r),
		})
		out = append(out, n)
		return true
	})
	return out
}

// notifies is the ARN of what a notification is about: PrivateLink sends it along
// as aws:SourceArn.
func (tx *Tx) notifies(notification *Record) string {
	if s := tx.peek(TokenEndpointService, notification.Outputs.Str("vpcEndpointServiceId")); s != nil {
		return s.Outputs.Str("arn")
	}
	if e := tx.peek(TokenEndpoint, notification.Outputs.Str("vpcEndpointId")); e != nil {
		return e.Outputs.Str("arn")
	}
	return ""
}
