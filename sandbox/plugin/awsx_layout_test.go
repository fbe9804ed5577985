package plugin

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestLayOutWithRoomForZones: with the zones' size given, another zone leaves
// the subnets of those before it where they are.
func TestLayOutWithRoomForZones(t *testing.T) {
	t.Parallel()
	mask, private, public := 18, 19, 20
	specs := []subnetSpec{{Type: "Private", CidrMask: &private}, {Type: "Public", CidrMask: &public}}
	zones := []string{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"}
	four, err := layOut("net", "10.0.0.0/16", zones, specs, &mask)
	require.NoError(t, err)
	for n := 1; n < len(zones); n++ {
		fewer, err := layOut("net", "10.0.0.0/16", zones[:n], specs, &mask)
		require.NoError(t, err)
		assert.Equal(t, four[:len(fewer)], fewer)
	}
	assert.Equal(t, "10.0.64.0/19", four[3].Cidr)
}

// TestLayOutFitsAndIsApart: whatever the sizes, every subnet is inside the VPC
// and none overlaps another, or the layout is refused.
func TestLayOutFitsAndIsApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.IntRange(16, 24).Draw(t, "vpc")
		vpc := netip.PrefixFrom(netip.MustParseAddr("10.32.0.0"), bits)
		zones := []string{"a", "b", "c", "d", "e", "f"}[:rapid.IntRange(1, 6).Draw(t, "zones")]
		var specs []subnetSpec
		for range rapid.IntRange(1, 3).Draw(t, "specs") {
			s := subnetSpec{Type: rapid.SampledFrom([]string{"Public", "Private", "Isolated"}).Draw(t, "type")}
			if rapid.Bool().Draw(t, "sized") {
				mask := rapid.IntRange(bits, 28).Draw(t, "mask")
				s.CidrMask = &mask
			}
			specs = append(specs, s)
		}
		plans, err := layOut("net", vpc.String(), zones, specs, nil)
		if err != nil {
			return
		}
		assert.Len(t, plans, len(zones)*len(specs))
		for i, p := range plans {
			block := netip.MustParsePrefix(p.Cidr)
			assert.Equal(t, block.Masked(), block, "%s is no network address", p.Cidr)
			for _, o := range plans[:i] {
				assert.False(t, block.Overlaps(netip.MustParsePrefix(o.Cidr)), "%s overlaps %s", p.Cidr, o.Cidr)
			}
		}
	})
}
