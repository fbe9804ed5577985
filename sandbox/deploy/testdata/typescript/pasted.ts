import { readFileSync } from "fs";

import * as privatelink from "@pulumi/fargate-privatelink";

// The consumer's side of the example, with the contract pasted.
export = async () => {
  const { contract } = await privatelink.readContract({ json: readFileSync(`${__dirname}/contract.json`, "utf8") });
  const web = new privatelink.ServiceConsumer("web", { contract, network: { cidrBlock: "10.20.0.0/16" } });
  return { endpointId: web.endpointId, url: web.url };
};
