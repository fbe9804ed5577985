package check

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type leaf struct {
	Retries  *int   `pulumi:"retries,optional" default:"3" range:"1,10"`
	Protocol string `pulumi:"protocol,optional" default:"tcp" enum:"tcp,tls"`
	Strict   *bool  `pulumi:"strict,optional" default:"true"`
}

type common struct {
	Image pulumi.StringInput `pulumi:"image" form:"image"`
	User  string             `pulumi:"user,optional"`
}

type args struct {
	common
	Count   pulumi.IntInput               `pulumi:"count,optional" range:"0,5000"`
	Names   []string                      `pulumi:"names,optional" form:"label" unique:"true" len:"1,3"`
	Secrets map[string]pulumi.StringInput `pulumi:"secrets,optional" form:"secret" keys:"variable"`
	Check1  *leaf                         `pulumi:"check,optional" default:"{}"`
	Leaves  map[string]leaf               `pulumi:"leaves,optional" keys:"label"`
	Own     *leaf                         `pulumi:"own,optional" inherits:"check"`
	VpcId   pulumi.StringInput            `pulumi:"vpcId" config:"-"`
}

func (a *args) Check(at Path, f *Faults) {
	if a.User == "root" {
		f.Say(at.Key("user"), "is root")
	}
}

func TestArgs(t *testing.T) {
	number := func(n int) *int { return &n }
	image, vpc := common{Image: pulumi.String("nginx")}, pulumi.String("vpc-1")
	tests := []struct {
		name string
		args args
		want string
	}{
		{"nothing is wrong", args{common: image, VpcId: vpc}, ""},
		{"what is required is missing", args{}, "image is missing; it is required\nvpcId is missing; it is required"},
		{"a form of an Input", args{common: common{Image: pulumi.String("https://x")}, VpcId: vpc},
			`image is "https://x"; it must be a container image such as nginx:alpine, at most 255 characters, without spaces and without https://`},
		{"zero is a number", args{common: image, VpcId: vpc, Check1: &leaf{Retries: number(0)}}, "check.retries is 0; it must be 1 to 10"},
		{"an enum in a map", args{common: image, VpcId: vpc, Leaves: map[string]leaf{"a.b": {Protocol: "udp"}}},
			`leaves has the key "a.b"; it must be 1 to 32 lower-case letters, digits and hyphens, with no hyphen first or last` + "\n" +
				`leaves["a.b"].protocol is "udp"; it must be one of tcp, tls`},
		{"a range of an Input", args{common: image, VpcId: vpc, Count: pulumi.Int(-1)}, "count is -1; it must be 0 to 5000"},
		{"an empty list", args{common: image, VpcId: vpc, Names: []string{}}, "names has 0 entries; it must have 1 to 3"},
		{"twice in a list", args{common: image, VpcId: vpc, Names: []string{"a", "a"}}, `names[1] is "a" a second time; list it once`},
		{"an empty text in a list", args{common: image, VpcId: vpc, Names: []string{""}},
			`names[0] is ""; it must be 1 to 32 lower-case letters, digits and hyphens, with no hyphen first or last`},
		{"its own check", args{common: common{Image: pulumi.String("nginx"), User: "root"}, VpcId: vpc}, "user is root"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, faults := Args("", &test.args)
			if test.want == "" {
				require.NoError(t, faults.Err())
				return
			}
			require.EqualError(t, faults.Err(), test.want)
		})
	}
}

// Of a list and a map that are required, one with nothing in it is missing too.
func TestArgsThatAreRequired(t *testing.T) {
	type required struct {
		Subnets pulumi.StringArrayInput       `pulumi:"subnets"`
		Groups  map[string]pulumi.StringInput `pulumi:"groups"`
	}
	const missing = "subnets is missing; it is required\ngroups is missing; it is required"
	some := required{pulumi.StringArray{pulumi.String("s")}, map[string]pulumi.StringInput{"a": pulumi.String("g")}}
	for _, test := range []struct {
		name string
		args required
		want string
	}{
		{"nil", required{}, missing},
		{"nil lists", required{pulumi.StringArray(nil), nil}, missing},
		{"empty", required{pulumi.StringArray{}, map[string]pulumi.StringInput{}}, missing},
		{"some", some, ""},
		{"not known yet", required{some.Subnets.ToStringArrayOutput(), some.Groups}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, faults := Args("", &test.args)
			if test.want == "" {
				require.NoError(t, faults.Err())
				return
			}
			require.EqualError(t, faults.Err(), test.want)
		})
	}
}

func TestArgsFillsACopy(t *testing.T) {
	given := &args{
		common: common{Image: pulumi.String("nginx").ToStringOutput()}, VpcId: pulumi.String("vpc-1"),
		Leaves: map[string]leaf{"a": {}}, Own: &leaf{Protocol: "udp"},
	}
	full, faults := Args("provider.service", given)
	require.NoError(t, faults.Err())
	assert.Equal(t, 3, *full.Check1.Retries)
	assert.Equal(t, "tcp", full.Leaves["a"].Protocol)
	assert.True(t, *full.Leaves["a"].Strict)
	assert.Equal(t, &leaf{Protocol: "udp"}, full.Own, "what inherits is left to another")
	assert.Nil(t, given.Check1, "what was given stays as it was")
	assert.Empty(t, given.Leaves["a"].Protocol)
}

func TestInherit(t *testing.T) {
	two, five := 2, 5
	all := &leaf{Retries: &two, Protocol: "tls"}
	assert.Equal(t, &leaf{Retries: &five, Protocol: "tls"}, Inherit(&leaf{Retries: &five}, all))
	assert.Equal(t, all, Inherit(nil, all))
	assert.Equal(t, &leaf{}, Inherit(&leaf{}, nil))
}

func TestPath(t *testing.T) {
	assert.Equal(t, Path(`provider.tenants["a.b"].accounts[2]`), Path("provider").Key("tenants").Key("a.b").Key("accounts").Index(2))
	assert.Equal(t, Path("image"), Path("").Key("image"))
}

func TestAddBeside(t *testing.T) {
	var f Faults
	f.Say("provider.tenants.acme.account", "is not a known key")
	var more Faults
	more.Say("provider.tenants.acme", "has neither")
	more.Say("provider.tenants.acme.account[0]", "is no account")
	more.Say("provider.tenants.acme.accounts[0]", "is another key")
	more.Say("provider.name", "is bad")
	f.AddBeside(more.Err())
	require.EqualError(t, f.Err(), "provider.tenants.acme.account is not a known key\nprovider.tenants.acme.accounts[0] is another key\nprovider.name is bad")
}

// What another company says may be long, in text and in number.
func TestFaultsHaveALimit(t *testing.T) {
	for _, row := range []struct{ name, text, says string }{
		{"as long as is shown", strings.Repeat("a", shown), `"` + strings.Repeat("a", shown) + `"`},
		{"longer", strings.Repeat("a", shown+1), `"` + strings.Repeat("a", shown) + `"... (301 characters)`},
		{"longer once it is quoted", strings.Repeat("\x00", shown), `"` + strings.Repeat(`\x00`, shown/4) + `"... (300 characters)`},
	} {
		t.Run(row.name, func(t *testing.T) { assert.Equal(t, row.says, show(row.text)) })
	}
	var f Faults
	for range most + 2 {
		f.Say("a", "is wrong")
	}
	assert.True(t, strings.HasSuffix(f.Err().Error(), "a is wrong\nand 2 more faults"))
}
