// Runs the compiled program in the directory that is named, with Pulumi's own mock of the engine, and prints what the
// program made and exported.

const path = require("node:path");
const pulumi = require("@pulumi/pulumi");

const given = JSON.parse(process.env.GIVEN);
const resources = [];

async function newResource({ type, name, inputs }) {
  if (type === "pulumi:pulumi:StackReference") {
    return { id: inputs.name, state: { ...inputs, outputs: given.stacks[inputs.name], secretOutputNames: [] } };
  }
  resources.push({ type, name, inputs });
  return { id: `${name}_id`, state: inputs };
}

function call({ token }) {
  throw new Error(`the program calls ${token}, which the test does not answer`);
}

async function main() {
  const project = "consume-typescript";
  const settings = Object.entries(given.config).map(([key, value]) => [`${project}:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(settings));
  await pulumi.runtime.setMocks({ newResource, call }, project, "app", false);
  const outputs = await pulumi.output(require(path.join(process.argv[2], "index.js"))()).promise();
  await pulumi.runtime.disconnect();
  console.log(JSON.stringify({ resources, outputs }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
