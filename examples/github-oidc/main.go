// Command github-oidc is a Pulumi program that makes the two IAM roles of this
// repository's GitHub Actions workflows in one AWS account: one to preview the
// stack and one to deploy it. The workflows assume them with the OIDC tokens that
// GitHub gives to their jobs, so that no AWS key is stored anywhere. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html.
package main

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

func main() {
	pulumi.Run(run)
}

func run(ctx *pulumi.Context) error {
	cfg, err := loadSettings(ctx)
	if err != nil {
		return err
	}
	acc, err := currentAccount(ctx)
	if err != nil {
		return err
	}
	issuer, err := githubProvider(ctx, cfg, acc)
	if err != nil {
		return err
	}
	preview, err := newRole(ctx, "preview", issuer, cfg.previewSubjects(), previewPolicies(cfg, acc))
	if err != nil {
		return err
	}
	deploy, err := newRole(ctx, "deploy", issuer, cfg.deploySubjects(), deployPolicies(cfg, acc))
	if err != nil {
		return err
	}
	boundary, err := newBoundary(ctx, cfg, acc)
	if err != nil {
		return err
	}
	ctx.Export("taskBoundaryArn", boundary)
	ctx.Export("previewRoleArn", preview)
	ctx.Export("deployRoleArn", deploy)
	return nil
}
