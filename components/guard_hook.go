package components

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"weak"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"fargate-privatelink/internal/check"
)

// guardHookName is the name of the one hook of all guards. The state remembers it by the
// name, and the engine calls it for a guard that the program no longer has under its
// former name too. So the name is a constant, and says nothing of what is guarded: that
// the hook reads from the state. Where the program doesn't run the engine shows the name
// as the reason of its refusal.
const guardHookName = "this stack has consumers or is protected from deletion: " +
	"pulumi destroy --run-program --refresh says which and what to do, and destroys it where nothing is left in the way"

// GuardsMark is the name of a hook that does nothing. Whoever has the guards of a deployment
// registers it, so that a component provider can tell that somebody else has: another of its
// versions, or a program with components of its own. The engine takes one hook of a name, and
// who comes second fails at it in words that name nothing.
const GuardsMark = "guards of fargate-privatelink"

// Guards are the guards of a deployment and their hook, of which the engine takes one. A
// program has them by its [pulumi.Context]; a component provider, which has a Context for
// each component, gives all of them the same with [Guards.In].
type Guards struct {
	mu     sync.Mutex
	hook   *pulumi.ResourceHook
	listed map[string][]Connection // by the guard's name
	opens  bool                    // the program ends that acceptance is required
	moved  map[string]string       // why not to delete it, by the name of what accepts an endpoint
}

// place notes that the program accepts an endpoint by another resource than that of a
// name, and why not to delete that one.
func (g *Guards) place(accepter, reason string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.moved == nil {
		g.moved = map[string]string{}
	}
	g.moved[accepter] = reason
}

// open notes that acceptance is required no longer, by this update.
func (g *Guards) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.opens = true
}

type guardsKey struct{}

// In returns a context whose [pulumi.Context]s share the guards.
func (g *Guards) In(ctx context.Context) context.Context {
	return context.WithValue(ctx, guardsKey{}, g)
}

var (
	guardsMutex sync.Mutex
	guardsOf    = map[weak.Pointer[pulumi.Context]]*Guards{}
)

// guardsIn returns the guards of a program.
func guardsIn(ctx *pulumi.Context) *Guards {
	if g, shared := ctx.Value(guardsKey{}).(*Guards); shared {
		return g
	}
	guardsMutex.Lock()
	defer guardsMutex.Unlock()
	key := weak.Make(ctx)
	if g := guardsOf[key]; g != nil {
		return g
	}
	g := &Guards{}
	guardsOf[key] = g
	runtime.AddCleanup(ctx, func(key weak.Pointer[pulumi.Context]) {
		guardsMutex.Lock()
		defer guardsMutex.Unlock()
		delete(guardsOf, key)
	}, key)
	return g
}

// RegisterGuardHook registers the hook that refuses to delete what a [ConnectionGuard]
// guards. A guard does it by itself. A program that made one and no longer does has to do
// it, or the engine can't delete the guard.
func RegisterGuardHook(ctx *pulumi.Context) error {
	_, err := guardHook(ctx)
	return err
}

// guardHook returns the guards of a program, with the hook registered.
func guardHook(ctx *pulumi.Context) (*Guards, error) {
	g := guardsIn(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.hook != nil {
		return g, nil
	}
	if _, err := ctx.RegisterResourceHook(GuardsMark, func(*pulumi.ResourceHookArgs) error { return nil }, nil); err != nil {
		return nil, err // that it is there already is no error here: nothing is bound to it
	}
	var err error
	g.hook, err = ctx.RegisterResourceHook(guardHookName, g.refuse, &pulumi.ResourceHookOptions{OnDryRun: true})
	return g, err
}

// binding runs the hook before a deletion. A resource whose deletion nothing refuses now
// has it before updates, when it does nothing: to bind it is what makes the engine wait
// until it is registered.
func (g *Guards) binding() *pulumi.ResourceHookBinding {
	return &pulumi.ResourceHookBinding{
		BeforeDelete: []*pulumi.ResourceHook{g.hook}, BeforeUpdate: []*pulumi.ResourceHook{g.hook},
	}
}

// guard notes what a guard of this program lists.
func (g *Guards) guard(name string, connections []Connection) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.listed == nil {
		g.listed = map[string][]Connection{}
	}
	g.listed[name] = connections
}

// movedReason says why not to delete what accepts an endpoint that another accepts now, ""
// where none does.
func (g *Guards) movedReason(accepter string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.moved[accepter]
}

// lists says whether the program still wants an endpoint that the guard of a name
// guarded: a tenant, or a consumer's stack, that says no more that there is one lets go of
// it. What became of a guard that has another name only a program with one guard tells.
func (g *Guards) lists(guard, endpoint string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	connections, known := g.listed[guard]
	if !known && len(g.listed) != 1 {
		return true
	}
	for _, only := range g.listed {
		if !known {
			connections = only
		}
	}
	return slices.ContainsFunc(connections, func(c Connection) bool { return c.EndpointId == endpoint })
}

// refuse is the hook: it fails while AWS would refuse to delete.
func (g *Guards) refuse(hook *pulumi.ResourceHookArgs) error {
	if len(hook.NewInputs) > 0 {
		return nil // an update
	}
	var reasons []string
	switch string(hook.Type) {
	case loadBalancerType:
		reasons = protectedReasons(map[string]string{string(hook.ID): endProtection(hook.OldInputs)})
	case accepterType:
		reasons = g.rejectedReasons(hook)
	default:
		reasons = append(g.connectedReasons(hook), protectedReasons(textsOf(hook.OldOutputs["protected"]))...)
	}
	if len(reasons) == 0 {
		return nil
	}
	return errors.New(strings.Join(reasons, "\n"))
}

// rejectedReasons refuses to reject an endpoint that stays in use: the deletion of what
// accepted it would. It is another shard's now, which it can't be, or AWS would accept it
// by itself now.
func (g *Guards) rejectedReasons(hook *pulumi.ResourceHookArgs) []string {
	if !slices.Contains(aliveStates, textOf(hook.OldOutputs["vpcEndpointState"])) {
		return nil
	}
	if reason := g.movedReason(hook.Name); reason != "" {
		return []string{reason}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.opens {
		return nil
	}
	return []string{fmt.Sprintf("%s is accepted and would be rejected, though acceptance is no longer required: leave the tenant's consumerStacks, consumers "+
		"and endpointIds as they were; or, to disconnect it, aws ec2 reject-vpc-endpoint-connections --service-id %s --vpc-endpoint-ids %[1]s, "+
		"and pulumi up --refresh", textOf(hook.OldInputs["vpcEndpointId"]), textOf(hook.OldInputs["vpcEndpointServiceId"]))}
}

// aliveStates are the states of a connection in which AWS doesn't delete its
// service. See
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html.
var aliveStates = []string{"pendingAcceptance", "pending", "available"}

// connectedReasons names the endpoints that are connected as of the last refresh.
func (g *Guards) connectedReasons(hook *pulumi.ResourceHookArgs) []string {
	var endpoints, ids []string
	states := textsOf(hook.OldOutputs["connections"])
	for id, owner := range check.Sorted(textsOf(hook.OldOutputs["owners"])) {
		if state, known := states[id]; known && !slices.Contains(aliveStates, state) || !g.lists(hook.Name, id) {
			continue
		}
		if reason := g.movedReason(accepterName(hook.Name, id)); reason != "" {
			return []string{reason}
		}
		endpoints = append(endpoints, fmt.Sprintf("endpoint %s of %s", id, owner))
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	text := fmt.Sprintf("connected to the endpoint service: %s; have the endpoints deleted and no longer list them, or reject them: "+
		"aws ec2 reject-vpc-endpoint-connections --region %s --service-id %s --vpc-endpoint-ids %s",
		strings.Join(endpoints, ", "), textOf(hook.OldOutputs["region"]), textOf(hook.OldOutputs["serviceId"]), strings.Join(ids, " "))
	if advice := textOf(hook.OldOutputs["advice"]); advice != "" {
		text += "; " + advice
	}
	return []string{text}
}

// protectedReasons names what is protected, which is what has something to end that.
func protectedReasons(protected map[string]string) []string {
	var reasons []string
	for arn, end := range check.Sorted(protected) {
		if end != "" {
			reasons = append(reasons, fmt.Sprintf("%s is protected from deletion: %s", arn, end))
		}
	}
	return reasons
}

const (
	accepterType     = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
	loadBalancerType = "aws:lb/loadBalancer:LoadBalancer"
)

// endProtection says how the protection of a load balancer that leaves by itself ends:
// with its replacement the rest stays, and so does the guard.
func endProtection(inputs resource.PropertyMap) string {
	if on := inputs["enableDeletionProtection"]; !on.IsBool() || !on.BoolValue() {
		return ""
	}
	return "keep it beside the new one for a pulumi up, which ends that (retainPrevious), " +
		"or turn deletionProtection off in a pulumi up before"
}

// textOf is a property's text, "" where it has none.
func textOf(value resource.PropertyValue) string {
	if !value.IsString() {
		return ""
	}
	return value.StringValue()
}
