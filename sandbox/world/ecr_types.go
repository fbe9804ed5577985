package world

import (
	"fmt"
	"strings"
)

var repositoryType = &Type{
	Token: TokenRepository,
	Inputs: []Property{
		{Name: "encryptionConfigurations", Replace: true, Elem: []Property{
			{Name: "encryptionType", Default: "AES256"},
			{Name: "kmsKey"},
		}},
		{Name: "forceDelete"},
		{Name: "imageScanningConfiguration", Elem: []Property{{Name: "scanOnPush", Required: true}}},
		{Name: "imageTagMutability", Default: "MUTABLE"},
		{Name: "name", Replace: true},
		{Name: "tags"},
	},
	AutoName: &AutoName{Property: "name", Max: 256, Form: strings.ToLower},
	Latency:  quick,
	Outputs: Props{
		"arn": "", "encryptionConfigurations": []any{map[string]any{"encryptionType": "AES256", "kmsKey": ""}},
		"forceDelete": nil, "imageScanningConfiguration": map[string]any{"scanOnPush": false},
		"imageTagMutability": "MUTABLE", "name": "", "registryId": "", "repositoryUrl": "", "tags": nil,
	},
	Create: func(c *Call) (string, Props, error) {
		name := c.New.Str("name")
		return name, Props{
			"arn":        c.ARN("ecr", "repository/"+name),
			"registryId": c.Caller.Account,
			"repositoryUrl": fmt.Sprintf("%s.dkr.ecr.%s.%s/%s",
				c.Caller.Account, c.Caller.Region, DNSSuffix(c.Caller.Region), name),
		}, nil
	},
}

var pullThroughCacheType = &Type{
	Token: TokenPullThroughCache,
	Inputs: []Property{
		{Name: "credentialArn"},
		{Name: "customRoleArn"},
		{Name: "ecrRepositoryPrefix", Required: true, Replace: true},
		{Name: "upstreamRegistryUrl", Required: true, Replace: true},
		{Name: "upstreamRepositoryPrefix", Replace: true},
	},
	Latency: quick,
	Outputs: Props{
		"credentialArn": "", "customRoleArn": "", "ecrRepositoryPrefix": "", "registryId": "",
		"upstreamRegistryUrl": "", "upstreamRepositoryPrefix": "ROOT",
	},
	Create: func(c *Call) (string, Props, error) {
		return c.New.Str("ecrRepositoryPrefix"), Props{"registryId": c.Caller.Account}, nil
	},
}
