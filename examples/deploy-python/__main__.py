"""The program of both sides, each a stack in an account of its own."""

import pulumi
import pulumi_fargate_privatelink as privatelink

config = pulumi.Config()


def provider() -> None:
    web = privatelink.ServiceProvider(
        "web",
        service={"image": "nginx:alpine", "environment": {"GREETING": "hello"}},
        tenants={"acme": {"accounts": ["222222222222"], "endpoint_ids": config.get_object("endpointIds") or []}},
        tags={"team": "web"},
    )
    pulumi.export("contract", web.contract)


def consumer() -> None:
    # The endpoint needs the contract while the program runs: paste what
    # "pulumi stack output contract --json" prints in the provider's project.
    read = privatelink.read_contract(json=config.require("contract"))
    contract = privatelink.ContractArgs(**read.contract)
    web = privatelink.ServiceConsumer("web", contract=contract, network={"cidr_block": "10.20.0.0/16"})
    pulumi.export("endpointId", web.endpoint_id)
    pulumi.export("url", web.url)


if config.require("role") == "provider":
    provider()
else:
    consumer()
