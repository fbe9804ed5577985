package plugin

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"fargate-privatelink/sandbox/world"
)

// toProps turns the engine's properties into the world's. Secrets lose their
// mark here; markSecrets gives it back.
func toProps(m property.Map) world.Props {
	out := make(world.Props, m.Len())
	for k, v := range m.All {
		out[k] = toAny(v)
	}
	return out
}

func toAny(v property.Value) any {
	switch {
	case v.IsComputed():
		return world.Unknown{}
	case v.IsBool():
		return v.AsBool()
	case v.IsNumber():
		return v.AsNumber()
	case v.IsString():
		return v.AsString()
	case v.IsArray():
		out := make([]any, 0, v.AsArray().Len())
		for _, e := range v.AsArray().All {
			out = append(out, toAny(e))
		}
		return out
	case v.IsMap():
		return map[string]any(toProps(v.AsMap()))
	case v.IsResourceReference():
		// The provider sees a resource where an id is meant.
		return toAny(v.AsResourceReference().ID)
	default:
		return nil
	}
}

// fromProps turns the world's properties into the engine's.
func fromProps(p world.Props) property.Map {
	out := make(map[string]property.Value, len(p))
	for k, v := range p {
		out[k] = fromAny(v)
	}
	return property.NewMap(out)
}

func fromAny(v any) property.Value {
	switch v := v.(type) {
	case nil:
		return property.New(property.Null)
	case world.Unknown:
		return property.New(property.Computed)
	case bool:
		return property.New(v)
	case float64:
		return property.New(v)
	case int:
		return property.New(float64(v))
	case string:
		return property.New(v)
	case []any:
		out := make([]property.Value, len(v))
		for i, e := range v {
			out[i] = fromAny(e)
		}
		return property.New(out)
	case []string:
		out := make([]property.Value, len(v))
		for i, e := range v {
			out[i] = property.New(e)
		}
		return property.New(out)
	case map[string]any:
		return property.New(fromProps(v))
	case world.Props:
		return property.New(fromProps(v))
	default:
		panic(fmt.Sprintf("no property value for a %T", v))
	}
}

// markSecrets marks as secret what is secret in like: a property that went in
// as a secret comes out as one.
func markSecrets(m, like property.Map) property.Map {
	for k, v := range like.All {
		if out, ok := m.GetOk(k); ok && v.HasSecrets() {
			m = m.Set(k, out.WithSecret(true))
		}
	}
	return m
}
