"""An application that uses the service through a consumer's endpoint: a security group for it, rules that let it
through on every port of the contract, and the URL."""

import pulumi
import pulumi_aws as aws

CONTRACT_VERSION = 1

# A security group knows only what a listener's protocol travels over.
TRANSPORTS = {"tcp": ["tcp"], "tls": ["tcp"], "udp": ["udp"], "tcp_udp": ["tcp", "udp"]}


def read_contract(contract: dict | None) -> dict:
    """Returns the provider's contract, and raises when there is none or it is of another version."""
    if not contract or "version" not in contract:
        raise ValueError(f"the provider's stack has no contract: it must export one of version {CONTRACT_VERSION}")
    if contract["version"] != CONTRACT_VERSION:
        raise ValueError(
            f"the provider's contract has version {contract['version']:g}; this program reads version {CONTRACT_VERSION}"
        )
    return contract


def allow(port: int, protocol: str) -> None:
    """Lets the application through to the endpoint."""
    name = f"app-{port}-{protocol}"
    aws.vpc.SecurityGroupEgressRule(
        name,
        security_group_id=app.id,
        referenced_security_group_id=endpoint_group,
        ip_protocol=protocol,
        from_port=port,
        to_port=port,
    )
    aws.vpc.SecurityGroupIngressRule(
        name,
        security_group_id=endpoint_group,
        referenced_security_group_id=app.id,
        ip_protocol=protocol,
        from_port=port,
        to_port=port,
    )


def allow_all(contract: dict) -> None:
    """Lets the application through on every port of the contract."""
    for listener in contract["ports"]:
        for protocol in TRANSPORTS[listener["protocol"]]:
            allow(int(listener["port"]), protocol)


config = pulumi.Config()
provider = pulumi.StackReference(config.require("providerStack"))
consumer = pulumi.StackReference(config.require("consumerStack"))

endpoint_group = consumer.require_output("securityGroupId")
app = aws.ec2.SecurityGroup("app", description="The application", vpc_id=consumer.require_output("vpcId"))

# The number of rules depends on the contract, so they are made where it is a value. A stack reference has it in a
# preview too, which therefore shows them.
provider.get_output("contract").apply(read_contract).apply(allow_all)

pulumi.export("url", consumer.get_output("url"))
pulumi.export("securityGroupId", app.id)
