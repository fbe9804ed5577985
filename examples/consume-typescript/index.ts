// An application that uses the service through a consumer's endpoint: a security group for it, rules that let it
// through on every port of the contract, and the URL.

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { readContract } from "./contract";
import { Port } from "./outputs";

// A security group knows only what a listener's protocol travels over.
const transports: Record<Port["protocol"], string[]> = {
  tcp: ["tcp"],
  tls: ["tcp"],
  udp: ["udp"],
  tcp_udp: ["tcp", "udp"],
};

export = async () => {
  const config = new pulumi.Config();
  const provider = new pulumi.StackReference(config.require("providerStack"));
  const consumer = new pulumi.StackReference(config.require("consumerStack"));

  // The details are the value itself and not an output, so the program can loop over the ports.
  const contract = readContract((await provider.getOutputDetails("contract")).value);
  const endpointGroup = consumer.requireOutput("securityGroupId").apply(String);

  const app = new aws.ec2.SecurityGroup("app", {
    description: "The application",
    vpcId: consumer.requireOutput("vpcId").apply(String),
  });
  for (const { port, protocol } of contract.ports) {
    for (const ipProtocol of transports[protocol]) {
      const name = `app-${port}-${ipProtocol}`;
      new aws.vpc.SecurityGroupEgressRule(name, {
        securityGroupId: app.id,
        referencedSecurityGroupId: endpointGroup,
        ipProtocol,
        fromPort: port,
        toPort: port,
      });
      new aws.vpc.SecurityGroupIngressRule(name, {
        securityGroupId: endpointGroup,
        referencedSecurityGroupId: app.id,
        ipProtocol,
        fromPort: port,
        toPort: port,
      });
    }
  }
  return { url: consumer.getOutput("url"), securityGroupId: app.id };
};
