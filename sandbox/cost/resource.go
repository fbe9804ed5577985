package cost

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// resource is one deployed resource, with what the rules ask of it.
type resource struct {
	stack  Stack
	typ    string
	name   string
	region string
	id     string
	values map[string]any
}

func newResource(stack Stack, r apitype.ResourceV3, regions map[string]string) resource {
	return resource{
		stack: stack, typ: string(r.Type), name: r.URN.Name(), region: regions[string(r.Provider)],
		id: string(r.ID), values: r.Outputs,
	}
}

// regionsOf returns the regions of a stack's providers, by the reference to them
// that resources have.
func regionsOf(resources []apitype.ResourceV3) map[string]string {
	regions := map[string]string{}
	for _, r := range resources {
		if r.Type == "pulumi:providers:aws" {
			region, _ := r.Inputs["region"].(string)
			regions[string(r.URN)+"::"+string(r.ID)] = region
		}
	}
	return regions
}

// account is the account that the resource is in, by its ARN; "" where it has none.
func (r resource) account() string {
	const field = 4 // arn:partition:service:region:account:resource
	if parts := strings.Split(r.text("arn"), ":"); len(parts) > field {
		return parts[field]
	}
	return ""
}

func (r resource) text(key string) string { s, _ := r.values[key].(string); return s }

func (r resource) truth(key string) bool { b, _ := r.values[key].(bool); return b }

func (r resource) number(key string) float64 { return number(r.values[key]) }

func (r resource) list(key string) []any { l, _ := r.values[key].([]any); return l }

func (r resource) object(key string) map[string]any { m, _ := r.values[key].(map[string]any); return m }

// number reads a number, which AWS writes as text in some places.
func number(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case string:
		var n float64
		for _, c := range v {
			if c < '0' || c > '9' {
				return 0
			}
			n = n*10 + float64(c-'0')
		}
		return n
	}
	return 0
}

// finding is what the whole of the stacks says about a single resource's share.
type finding struct {
	// balancers, gateways and endpoints are how many share the traffic.
	balancers, gateways int
	// endpointsTo counts the interface endpoints to a service by its name.
	endpointsTo map[string]int
	// awsEndpoints counts the interface endpoints to AWS's own services.
	awsEndpoints int
	// protocols are a load balancer's listeners' protocols, by its ARN.
	protocols map[string][]string
	// definitions are the task definitions by ARN.
	definitions map[string]resource
	// minimum is the autoscaling minimum by the service's resource id
	// (service/cluster/name).
	minimum map[string]float64
	// keptFor are the days after which a bucket's objects expire, by its name.
	keptFor map[string]float64
}

func survey(stacks []Stack) finding {
	f := finding{
		endpointsTo: map[string]int{}, protocols: map[string][]string{},
		definitions: map[string]resource{}, minimum: map[string]float64{}, keptFor: map[string]float64{},
	}
	for _, stack := range stacks {
		for _, raw := range stack.Resources {
			f.look(newResource(stack, raw, nil))
		}
	}
	return f
}

func (f *finding) look(r resource) {
	switch r.typ {
	case typeLoadBalancer:
		f.balancers++
	case typeNATGateway:
		f.gateways++
	case typeEndpoint:
		switch {
		case r.text("vpcEndpointType") != "Interface":
		case isCustomService(r.text("serviceName")):
			f.endpointsTo[r.text("serviceName")]++
		default:
			f.awsEndpoints++
		}
	case typeListener:
		arn := r.text("loadBalancerArn")
		f.protocols[arn] = append(f.protocols[arn], strings.ToLower(r.text("protocol")))
	case typeTaskDefinition:
		f.definitions[r.text("arn")] = r
	case typeLifecycle:
		if days, expires := expiry(r); expires {
			f.keptFor[r.text("bucket")] = days
		}
	case typeScalingTarget:
		f.minimum[r.text("resourceId")] = r.number("minCapacity")
	}
}

// isCustomService tells an endpoint service of somebody's from one of AWS's.
func isCustomService(name string) bool { return strings.Contains(name, ".vpce-svc-") }
