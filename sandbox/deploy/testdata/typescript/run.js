// Runs a stack of a compiled program with the Automation API: the program in this process,
// which needs no language host. Prints the outputs as JSON, or fails with the engine's words.
const { LocalWorkspace } = require("@pulumi/pulumi/automation");

const [, , built, work, projectName, stackName, operation] = process.argv;

(async () => {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName, projectName, program: require(built) },
    { workDir: work },
  );
  const result = await stack[operation]({});
  const outputs = {};
  for (const [name, { value }] of Object.entries(result.outputs ?? {})) {
    outputs[name] = value;
  }
  console.log(JSON.stringify({ outputs, changes: result.changeSummary }));
})().catch((error) => {
  console.error(String(error.message ?? error));
  process.exit(1);
});
