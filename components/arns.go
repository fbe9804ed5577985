package components

import (
	"reflect"
	"slices"
	"strings"

	"fargate-privatelink/internal/check"
)

// home is where a stack deploys to.
type home struct{ partition, region, account string }

// checkArns refuses ARNs of elsewhere: none reaches into another partition, and what a
// field's tag says AWS takes from the stack's own only:
//
//	in:"region"          what is in the stack's Region
//	in:"region,account"  and in its account
//
// What has no Region or no account in its ARN, such as a policy of AWS's own, is everywhere.
// The account is looked up where one is compared.
func checkArns(look lookups, at check.Path, args any, here home, f *check.Faults) error {
	var failed error
	check.Each(at, args, func(path check.Path, field reflect.StructField, text string) {
		parts := strings.SplitN(text, ":", 6)
		if len(parts) < 6 || parts[0] != "arn" || field.Tag.Get("form") == "" || field.Tag.Get("form") == "principal" || failed != nil {
			return
		}
		in := strings.Split(field.Tag.Get("in"), ",")
		switch region, account := parts[3], parts[4]; {
		case parts[1] != here.partition:
			f.Say(path, "is %q; it must be in the partition of this stack's region: arn:%s:...", text, here.partition)
		case region != "" && check.Partition(region) == "":
			f.Say(path, "is %q; there is no region %s", text, region)
		case region != "" && slices.Contains(in, "region") && region != here.region:
			f.Say(path, "is %q, which is in %s; it must be in %s, the stack's Region", text, region, here.region)
		case len(account) == 12 && slices.Contains(in, "account"):
			if here.account == "" {
				if here.account, failed = look.account(); failed != nil {
					return
				}
			}
			if account != here.account {
				f.Say(path, "is %q, which is in the account %s; it must be in %s, the stack's own", text, account, here.account)
			}
		}
	})
	return failed
}
