package world

import (
	"fmt"
	"strings"
)

const (
	pullFailed   = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
	secretFailed = pullFailed + "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret %s from secrets manager: "
	paramFailed  = pullFailed + "unable to retrieve secrets from ssm: service call has been retried 1 time(s): "
	timedOut     = "RequestCanceled: request context canceled caused by: context deadline exceeded. Please check your task network configuration."
)

// secretObstacle follows a container's secrets to where they are kept. See
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html.
func (l launch) secretObstacle(container string) (reason, detail string) {
	for _, o := range l.definition.options {
		if o.Name != container {
			continue
		}
		for _, s := range o.Secrets {
			if isParameter(s.ValueFrom) {
				reason, detail = l.parameterObstacle(s.ValueFrom)
			} else {
				reason, detail = l.storedObstacle(s.ValueFrom)
			}
			if reason != "" {
				return reason, detail
			}
		}
	}
	return "", ""
}

// credentialsObstacle follows a container's credentials for a private registry to their
// secret. See https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html.
func (l launch) credentialsObstacle(container string) (reason, detail string) {
	for _, o := range l.definition.options {
		if o.Name == container && o.RepositoryCredentials != nil {
			return l.storedObstacle(o.RepositoryCredentials.CredentialsParameter)
		}
	}
	return "", ""
}

// storedObstacle is about a secret of Secrets Manager: its ARN, possibly with a
// key of its JSON, a stage and a version after it.
func (l launch) storedObstacle(valueFrom string) (reason, detail string) {
	arn := valueFrom
	if parts := strings.Split(valueFrom, ":"); len(parts) > 7 {
		arn = strings.Join(parts[:7], ":")
	}
	failed := fmt.Sprintf(secretFailed, arn)
	if why := l.serviceObstacle("secretsmanager"); why != "" {
		return failed + timedOut, why
	}
	// IAM compares the secret's own ARN, by whatever it was asked for.
	secret, own := l.tx.findSecret(l.owner(), arn), arn
	if secret != nil {
		own = secret.ID
	}
	if reason, detail = l.denied(failed, "secretsmanager:GetSecretValue", own); reason != "" {
		return reason, detail
	}
	switch {
	case secret == nil:
		return failed + "ResourceNotFoundException: Secrets Manager can't find the specified secret.", "there is no secret " + arn
	case !l.tx.hasValue(secret):
		return failed + "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
			"the secret " + arn + " has no value"
	}
	return l.keyObstacle(failed, secret.Outputs.Str("kmsKeyId"))
}

// hasValue says whether a secret was given a value.
func (tx *Tx) hasValue(secret *Record) bool {
	return tx.first(TokenSecretVersion, func(r *Record) bool { return r.Outputs.Str("arn") == secret.ID }) != nil
}

// parameterObstacle is about a parameter of Systems Manager: its ARN or name.
func (l launch) parameterObstacle(valueFrom string) (reason, detail string) {
	if why := l.serviceObstacle("ssm"); why != "" {
		return paramFailed + timedOut, why
	}
	owner := l.owner()
	parameter := l.tx.first(TokenParameter, func(r *Record) bool {
		return r.Account == owner.Account && r.Region == owner.Region && (r.ID == valueFrom || r.Outputs.Str("arn") == valueFrom)
	})
	arn := valueFrom
	if parameter != nil {
		arn = parameter.Outputs.Str("arn")
	}
	if reason, detail = l.denied(paramFailed, "ssm:GetParameters", arn); reason != "" {
		return reason, detail
	}
	if parameter == nil {
		return paramFailed + "invalid parameters: " + valueFrom, "there is no parameter " + valueFrom
	}
	return l.keyObstacle(paramFailed, parameter.Outputs.Str("keyId"))
}

// keyObstacle: what a customer's key encrypts takes the right to decrypt with it.
func (l launch) keyObstacle(failed, keyName string) (reason, detail string) {
	if keyName == "" || awsKey.MatchString(keyName) {
		return "", ""
	}
	key := l.tx.findKey(l.owner(), keyName)
	if key == nil {
		return failed + "AccessDeniedException: Access to KMS is not allowed", "there is no key " + keyName
	}
	return l.denied(failed, "kms:Decrypt", key.Outputs.Str("arn"))
}

// denied says that the execution role may not do something, if so.
func (l launch) denied(failed, action, resource string) (reason, detail string) {
	if l.may(action, resource) {
		return "", ""
	}
	return fmt.Sprintf("%sAccessDeniedException: User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
			failed, l.definition.ExecutionRoleARN, action, resource, action),
		fmt.Sprintf("the execution role does not allow %s on %s", action, resource)
}

// owner is the account and Region of the task.
func (l launch) owner() Caller { return Caller{Account: l.subnet.Account, Region: l.subnet.Region} }
