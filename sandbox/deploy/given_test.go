package deploy

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"fargate-privatelink/sandbox/world"
)

const zoneAndCertificate = `given:
  - {account: "111111111111", region: us-east-1, type: "aws:route53/zone:Zone", inputs: {name: example.com}, for: {ZONE: zoneId}}
  - account: "111111111111"
    region: us-east-1
    type: aws:acm/certificate:Certificate
    inputs: {domainName: www.example.com, validationMethod: DNS}
    for:
      ZONE-CERTIFICATE: arn
      PROOF: domainValidationOptions.0.resourceRecordName
      VALUE: domainValidationOptions.0.resourceRecordValue
  - account: "111111111111"
    region: us-east-1
    type: aws:route53/record:Record
    inputs: {zoneId: ZONE, name: PROOF, type: CNAME, ttl: 60, records: [VALUE]}
`

func writeGiven(t *testing.T, dir, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, GivenFile), []byte(text), 0o600))
}

// openGiven opens a project with its file.
func openGiven(t *testing.T, root, dir string) *Sandbox {
	t.Helper()
	s, err := Open(t.Context(), Options{Root: root, Dir: dir, cli: keyedCLI(t)})
	require.NoError(t, err)
	return s
}

// TestGivenFile: what the file gives is made once, has its outputs in the stacks' files,
// and counts neither as left behind nor as unknown.
func TestGivenFile(t *testing.T) {
	t.Parallel()
	root, dir := writeProject(t, map[string]string{"provider": providerFile("    listeners: {443/tls: {certificateArn: ZONE-CERTIFICATE}}\n    x: ZONE\n")}), t.TempDir()
	writeGiven(t, root, zoneAndCertificate)
	var first string
	for i := range 2 {
		s := openGiven(t, root, dir)
		var zone, certificate string
		require.NoError(t, s.World.View(func(tx *world.Tx) error {
			zones, certificates := tx.All("aws:route53/zone:Zone"), tx.All("aws:acm/certificate:Certificate")
			require.Len(t, zones, 1)
			require.Len(t, certificates, 1)
			zone, certificate = zones[0].Outputs.Str("zoneId"), certificates[0].Outputs.Str("arn")
			assert.Equal(t, "ISSUED", certificates[0].Outputs.Str("status"))
			records := tx.All("aws:route53/record:Record")
			require.Len(t, records, 1)
			assert.Equal(t, zone, records[0].Outputs.Str("zoneId"))
			return nil
		}))
		file, err := os.ReadFile(filepath.Join(s.path("project"), "Pulumi.provider.yaml"))
		require.NoError(t, err)
		assert.Contains(t, string(file), "certificateArn: "+certificate)
		assert.Contains(t, string(file), "x: "+zone)
		left, err := s.Remaining()
		require.NoError(t, err)
		assert.Empty(t, left)
		orphans, err := s.Orphans(t.Context())
		require.NoError(t, err)
		assert.Empty(t, orphans)
		require.NoError(t, s.Close())
		if i == 0 {
			first = zone
		}
		assert.Equal(t, first, zone)
	}
}

// TestGivenFileInterrupted: what was made and not noted is deleted, and made anew.
func TestGivenFileInterrupted(t *testing.T) {
	t.Parallel()
	root, dir := writeProject(t, map[string]string{"provider": providerFile("")}), t.TempDir()
	s := openGiven(t, root, dir)
	require.NoError(t, s.begin(""))
	made(t, s, "111111111111", "aws:route53/zone:Zone", world.Props{"name": "example.com"})
	require.NoError(t, s.Close())

	writeGiven(t, root, zoneAndCertificate)
	s = openGiven(t, root, dir)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, s.World.View(func(tx *world.Tx) error {
		assert.Len(t, tx.All("aws:route53/zone:Zone"), 1)
		return nil
	}))
}

func TestGivenFileIsRefused(t *testing.T) {
	t.Parallel()
	const zone = `account: "111111111111", region: us-east-1, type: "aws:route53/zone:Zone"`
	for name, c := range map[string]struct{ file, says string }{
		"an unknown key":       {"given: []\nmade: []\n", "made is not a known key"},
		"an account":           {`given: [{account: 1111, region: us-east-1, type: x}]`, `given[0].account is "1111"; it must be 12 digits`},
		"no region":            {`given: [{account: "111111111111", type: x}]`, "given[0].region is missing"},
		"a type":               {`given: [{account: "111111111111", region: us-east-1, type: "aws:s3:Bucket"}]`, `given[0].type is "aws:s3:Bucket"; it must be one that the sandbox models`},
		"an input":             {`given: [{` + zone + `, inputs: {nam: example.com}}]`, "given[0], aws:route53/zone:Zone: "},
		"an output":            {`given: [{` + zone + `, inputs: {name: example.com}, for: {ZONE: zoneid}}]`, `for.ZONE is "zoneid"; it must be an output that is a text`},
		"what AWS has not got": {`given: [{account: "111111111111", region: us-east-1, type: "aws:route53/record:Record", inputs: {zoneId: Z1, name: a.example.com, type: A, ttl: 60, records: [192.0.2.1]}}]`, "NoSuchHostedZone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, dir := writeProject(t, map[string]string{"provider": providerFile("")}), t.TempDir()
			writeGiven(t, root, c.file)
			_, err := Open(t.Context(), Options{Root: root, Dir: dir, cli: keyedCLI(t)})
			require.ErrorContains(t, err, GivenFile+": ")
			require.ErrorContains(t, err, c.says)

			require.NoError(t, os.Remove(filepath.Join(root, GivenFile)))
			s := openGiven(t, root, dir)
			defer func() { require.NoError(t, s.Close()) }()
			left, err := s.Remaining()
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
}
