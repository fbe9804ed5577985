package components

import (
	"cmp"
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
)

// statement is one statement of an IAM policy. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type statement struct {
	Sid       string         `json:",omitempty"`
	Effect    string         // Allow where it is left out
	Principal map[string]any `json:",omitempty"`
	Action    []string
	Resource  []string       `json:",omitempty"`
	Condition map[string]any `json:",omitempty"`
}

// policyJSON returns the policy of the statements.
func policyJSON(statements ...statement) (string, error) {
	for i := range statements {
		statements[i].Effect = cmp.Or(statements[i].Effect, "Allow")
	}
	text, err := json.Marshal(struct {
		Version   string
		Statement []statement
	}{"2012-10-17", statements})
	return string(text), err
}

// site is where a component's provider deploys to, which ARNs and DNS names say.
type site struct {
	partition, dnsSuffix, region string
}

func (s scope) site() (site, error) {
	partition, err := aws.GetPartition(s.ctx, &aws.GetPartitionArgs{}, s.parent)
	if err != nil {
		return site{}, err
	}
	region, err := aws.GetRegion(s.ctx, &aws.GetRegionArgs{}, s.parent)
	if err != nil {
		return site{}, err
	}
	return site{partition: partition.Partition, dnsSuffix: partition.DnsSuffix, region: region.Name}, nil
}

// arn returns the ARN of a resource in the site's Region.
func (s site) arn(service, account, resource string) string {
	return "arn:" + s.partition + ":" + service + ":" + s.region + ":" + account + ":" + resource
}
