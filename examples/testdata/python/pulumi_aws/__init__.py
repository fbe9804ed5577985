"""A stand-in for the resources of pulumi_aws that ../../../consume-python makes. Which inputs they take, the test in Go
compares with the provider's."""

import types

import pulumi


def _resource(token):
    class Resource:
        def __init__(self, name, **inputs):
            pulumi.register(token, name, inputs)
            self.id = pulumi.Output(f"{name}_id")

    return Resource


ec2 = types.SimpleNamespace(SecurityGroup=_resource("aws:ec2/securityGroup:SecurityGroup"))
vpc = types.SimpleNamespace(
    SecurityGroupEgressRule=_resource("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
    SecurityGroupIngressRule=_resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
)
