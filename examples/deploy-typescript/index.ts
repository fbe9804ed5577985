import * as pulumi from "@pulumi/pulumi";
import * as privatelink from "@pulumi/fargate-privatelink";

// The program of both sides, each a stack in an account of its own. What it returns are the
// stack's outputs.
export = async () => {
  const config = new pulumi.Config();
  return config.require("role") === "provider" ? provider(config) : consumer(config);
};

function provider(config: pulumi.Config) {
  const web = new privatelink.ServiceProvider("web", {
    service: { image: "nginx:alpine", environment: { GREETING: "hello" } },
    tenants: {
      acme: { accounts: ["222222222222"], endpointIds: config.getObject<string[]>("endpointIds") },
    },
    tags: { team: "web" },
  });
  return { contract: web.contract, serviceId: web.serviceId };
}

async function consumer(config: pulumi.Config) {
  const stack = new pulumi.StackReference(config.require("providerStack"));
  const { value } = await stack.getOutputDetails("contract");
  // readContract checks it, and makes it a typed object.
  const { contract } = await privatelink.readContract({ json: JSON.stringify(value ?? null) });
  const web = new privatelink.ServiceConsumer("web", {
    contract,
    network: { cidrBlock: "10.20.0.0/16" },
  });
  return { endpointId: web.endpointId, url: web.url };
}
