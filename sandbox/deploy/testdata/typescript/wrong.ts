import * as pulumi from "@pulumi/pulumi";
import * as privatelink from "@pulumi/fargate-privatelink";

// What each side is given is wrong in every way that there is. The compiler would refuse most
// of it.
const wrong: Record<string, any> = {
  provider: {
    scaling: { minCont: 2, minCount: -1 }, // unknown, out of range
    service: { cpu: "big", cpuArchitecture: "MIPS", sidecars: { agent: {} } }, // a wrong type, none of the list, missing
  },
  consumer: {
    contract: { version: 1, ports: [{ port: 80 }] }, // missing
    endpoint: { privteDns: true, ipAddressType: "ipv5" }, // unknown, none of the list
    network: { cidrBlock: 5, availabilityZones: 7 }, // a wrong type, out of range
  },
};

export = async () => {
  const side = new pulumi.Config().require("role");
  const component: any = side === "provider" ? privatelink.ServiceProvider : privatelink.ServiceConsumer;
  new component("web", wrong[side]);
};
