package stacks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// supportedRegions are the Regions that AWS lists for the service, and its own. Where it
// lists none, they are what the configuration asks for.
func (s *providerStack) supportedRegions(listed []string) []string {
	if len(listed) == 0 {
		listed = s.cfg.EndpointService.SupportedRegions
	}
	regions := append([]string{s.site.region}, listed...)
	slices.Sort(regions)
	return slices.Compact(regions)
}

// supportedAddressTypes are the address types that AWS lists for the service, likewise.
func (s *providerStack) supportedAddressTypes(listed []string) []string {
	if len(listed) == 0 {
		listed = s.cfg.EndpointService.SupportedIpAddressTypes
	}
	if len(listed) == 0 {
		return []string{"ipv4"}
	}
	return listed
}

// noticeKept says what the service still supports though the configuration doesn't ask
// for it any more: the provider leaves what is no longer mentioned as it is. To mention
// the default always is no way out: where the provider doesn't read it back, every
// pulumi up would be an update.
func (s *providerStack) noticeKept(ctx *pulumi.Context) {
	const path = "provider.endpointService"
	pulumi.All(s.endpoints.SupportedRegions, s.endpoints.SupportedIpAddressTypes).ApplyT(func(values []any) (bool, error) {
		for _, list := range []struct {
			key, takesBack string
			has, asked     []string
		}{
			{"supportedRegions", "[]", values[0].([]string), s.supportedRegions(nil)},
			{"supportedIpAddressTypes", "[ipv4]", values[1].([]string), s.supportedAddressTypes(nil)},
		} {
			kept := slices.DeleteFunc(slices.Clone(list.has), func(value string) bool { return slices.Contains(list.asked, value) })
			if len(kept) == 0 {
				continue
			}
			if err := ctx.Log.Info(fmt.Sprintf("the endpoint service still supports %s, which %s.%s doesn't ask for: AWS keeps what is no longer mentioned. "+
				"To take it back: %s.%s: %s.", strings.Join(kept, ", "), path, list.key, path, list.key, list.takesBack), nil); err != nil {
				return false, err
			}
		}
		return true, nil
	})
}
