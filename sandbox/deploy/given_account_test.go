package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// sixVPCs are more than an account begins with.
func sixVPCs(ctx *pulumi.Context) error {
	for i := range 6 {
		name := fmt.Sprint("vpc-", i)
		if _, err := ec2.NewVpc(ctx, name, &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")}); err != nil {
			return err
		}
	}
	return nil
}

// TestGivenAccount: an account has AWS's quotas and no opt-in Region, unless sandbox.yaml
// gives it more.
func TestGivenAccount(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	write("Pulumi.yaml", "name: "+projectName+"\nruntime: go\n")
	write("Pulumi.dev.yaml", "config:\n  aws:region: eu-south-1\n  aws:allowedAccountIds: [\"123456789012\"]\n")

	refused := func(because string) {
		_, err := openAt(t, root, sixVPCs).Up(t.Context(), "dev", nil, nil)
		require.ErrorContains(t, err, because)
	}
	refused("eu-south-1 is an opt-in Region that account 123456789012 has not enabled")
	const region = `  - {account: "123456789012", region: us-east-1, type: "aws:account/region:Region", inputs: {regionName: eu-south-1, enabled: true}}
`
	write(GivenFile, "given:\n"+region)
	refused("VpcLimitExceeded: The maximum number of VPCs has been reached.")
	write(GivenFile, "given:\n"+region+`  - account: "123456789012"
    region: eu-south-1
    type: aws:servicequotas/serviceQuota:ServiceQuota
    inputs: {serviceCode: vpc, quotaCode: L-F678F1CE, value: 6}
`)
	_, err := openAt(t, root, sixVPCs).Up(t.Context(), "dev", nil, nil)
	require.NoError(t, err)
}
