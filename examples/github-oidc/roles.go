package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// issuer is GitHub's OIDC provider, without the scheme, as in condition keys.
	issuer = "token.actions.githubusercontent.com"
	// audience is what aws-actions/configure-aws-credentials asks tokens for, in
	// every partition.
	audience = "sts.amazonaws.com"
	// path keeps the roles and policies out of reach of the deploy role, which may
	// change roles by their name, and only those without a path.
	path = "/github-oidc/"
	// sessionSeconds is how long a job's credentials last, and with them a
	// deployment: the shortest maximum that IAM allows.
	sessionSeconds = 3600
)

// account is where the roles are made.
type account struct {
	partition string
	id        string
}

func currentAccount(ctx *pulumi.Context) (account, error) {
	partition, err := aws.GetPartition(ctx, &aws.GetPartitionArgs{})
	if err != nil {
		return account{}, err
	}
	caller, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{})
	if err != nil {
		return account{}, err
	}
	return account{partition: partition.Partition, id: caller.AccountId}, nil
}

// githubProvider returns the ARN of GitHub's OIDC provider, and makes it unless the
// account has it. It gives no thumbprint: IAM verifies GitHub's certificate with its
// own library of root CAs. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html.
func githubProvider(ctx *pulumi.Context, cfg settings, acc account) (pulumi.StringInput, error) {
	if !cfg.CreateOidcProvider {
		return pulumi.Sprintf("arn:%s:iam::%s:oidc-provider/%s", acc.partition, acc.id, issuer), nil
	}
	made, err := iam.NewOpenIdConnectProvider(ctx, "github", &iam.OpenIdConnectProviderArgs{
		Url:           pulumi.String("https://" + issuer),
		ClientIdLists: pulumi.StringArray{pulumi.String(audience)},
	})
	if err != nil {
		return nil, err
	}
	return made.Arn, nil
}

// newRole makes a role that the jobs with the given subjects may assume, and
// returns its ARN.
func newRole(
	ctx *pulumi.Context, name string, oidcProvider pulumi.StringInput, subjects []string, policies []policy,
) (pulumi.StringOutput, error) {
	role, err := iam.NewRole(ctx, name, &iam.RoleArgs{
		Path:               pulumi.String(path),
		AssumeRolePolicy:   trust(oidcProvider, subjects),
		MaxSessionDuration: pulumi.Int(sessionSeconds),
	})
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	for _, p := range policies {
		if err := attach(ctx, name+"-"+p.name, role, p.document); err != nil {
			return pulumi.StringOutput{}, err
		}
	}
	return role.Arn, nil
}

// trust is the trust policy for jobs with exactly these subjects. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub.
func trust(oidcProvider pulumi.StringInput, subjects []string) pulumi.StringOutput {
	return oidcProvider.ToStringOutput().ApplyT(func(arn string) (string, error) {
		return document{Statement: []statement{{
			Effect:    "Allow",
			Principal: map[string]string{"Federated": arn},
			Action:    []string{"sts:AssumeRoleWithWebIdentity"},
			Condition: conditions{"StringEquals": {
				issuer + ":aud": {audience},
				issuer + ":sub": subjects,
			}},
		}}}.json()
	}).(pulumi.StringOutput)
}

func attach(ctx *pulumi.Context, name string, role *iam.Role, doc document) error {
	text, err := doc.json()
	if err != nil {
		return err
	}
	made, err := iam.NewPolicy(ctx, name, &iam.PolicyArgs{Path: pulumi.String(path), Policy: pulumi.String(text)})
	if err != nil {
		return err
	}
	_, err = iam.NewRolePolicyAttachment(ctx, name, &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: made.Arn})
	return err
}
