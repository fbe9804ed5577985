package world

import (
	"fmt"
	"time"
)

// What an account has been given by AWS: a higher quota, an enabled Region. A file
// sandbox.yaml gives an account the one or the other as it gives other resources.

var serviceQuotaType = &Type{
	Token: TokenServiceQuota,
	Inputs: []Property{
		{Name: "quotaCode", Required: true, Replace: true},
		{Name: "serviceCode", Required: true, Replace: true},
		{Name: "value", Required: true},
	},
	Latency: quick,
	Outputs: Props{
		"adjustable": true, "arn": "", "defaultValue": 0.0, "quotaCode": "", "quotaName": "", "requestId": "",
		"requestStatus": "", "serviceCode": "", "serviceName": "", "usageMetrics": []any{}, "value": 0.0,
	},
	Create: func(c *Call) (string, Props, error) {
		service, code := c.New.Str("serviceCode"), c.New.Str("quotaCode")
		q := quotaOf(service, code)
		return service + "/" + code, Props{
			"arn": c.ARN("servicequotas", service+"/"+code), "defaultValue": float64(q.limit), "quotaName": q.of,
		}, nil
	},
}

var accountRegionType = &Type{
	Token:  TokenAccountRegion,
	Global: true,
	Inputs: []Property{
		{Name: "accountId", Replace: true},
		{Name: "enabled", Required: true},
		{Name: "regionName", Required: true, Replace: true},
	},
	Latency: Latency{
		Create: 10 * time.Minute, Update: 10 * time.Minute, Delete: time.Second,
		Source: "assumption: minutes, in some cases hours, https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html",
	},
	Outputs: Props{"accountId": "", "enabled": false, "optStatus": "", "regionName": ""},
	Create: func(c *Call) (string, Props, error) {
		return "," + c.New.Str("regionName"), optStatus(c), nil
	},
	Update: func(c *Call) (Props, error) { return optStatus(c), nil },
}

func optStatus(c *Call) Props {
	if c.New.Bool("enabled") {
		return Props{"optStatus": "ENABLED"}
	}
	return Props{"optStatus": "DISABLED"}
}

// regionEnabled says whether an account can use a Region: one that is on for everybody,
// or one that it has enabled.
func (tx *Tx) regionEnabled(account, region string) bool {
	r, known := FindRegion(region)
	if !known || !r.OptIn {
		return known
	}
	return tx.first(TokenAccountRegion, func(r *Record) bool {
		return r.Account == account && r.Outputs.Str("regionName") == region && r.Outputs.Bool("enabled")
	}) != nil
}

const optInGuide = "AWS Account Management Guide, https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html"

// ruleRegionEnabled is enforced where a provider begins to work in a Region.
var ruleRegionEnabled = &Rule{
	ID: "REGION-ENABLED", Token: TokenAccountRegion, Phase: PhaseBehaviour,
	Says:       "An account has to enable an opt-in Region before it can work in it.",
	Source:     optInGuide + "; code and text: reported by users, of the provider's first call, sts:GetCallerIdentity",
	Confidence: Verified, Answer: SecondHand,
	Code: "InvalidClientTokenId",
}

var accountRules = []*Rule{
	ruleRegionEnabled,
	{
		ID: "PLS-REGION-OPT-IN", Token: TokenEndpointService, Phase: PhaseWrite, Code: "InvalidParameter", Confidence: Verified, Answer: Unverified,
		Says:   "A service supports Regions that its account has enabled: an opt-in Region has to be enabled first.",
		Source: shareServices + "; the code and the text are inferred",
		Check: func(c *Call) string {
			for _, region := range c.New.Strs("supportedRegions") {
				if c.touches("supportedRegions") && !c.regionEnabled(c.Caller.Account, region) {
					return fmt.Sprintf("The Region %s is not enabled for the account, or does not exist", region)
				}
			}
			return ""
		},
	},
	{
		ID: "QUOTA-EXISTS", Token: TokenServiceQuota, Phase: PhaseCreate, Code: "NoSuchResourceException", Confidence: Verified, Answer: SecondHand,
		Says:   "A quota that is raised exists and can be raised. The sandbox has those of the rules QUOTA-….",
		Source: "Service Quotas API, RequestServiceQuotaIncrease: Errors, https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html; text: reported by users",
		Check: func(c *Call) string {
			if quotaOf(c.New.Str("serviceCode"), c.New.Str("quotaCode")) != nil {
				return ""
			}
			return "The request failed because the specified service does not exist, or it has no such quota."
		},
	},
}

// Enter says whether the caller can work in its Region; an error is AWS's.
func (w *World) Enter(caller Caller) (err error) {
	_ = w.View(func(tx *Tx) error {
		if !tx.regionEnabled(caller.Account, caller.Region) {
			err = ruleRegionEnabled.refuse("The security token included in the request is invalid. %s is an opt-in Region that account %s has not enabled", caller.Region, caller.Account)
		}
		return nil
	})
	return err
}
