import { Contract } from "./outputs";

const version: Contract["version"] = 1;

/** Reads the provider's output `contract`, and throws when it is of another version. */
export function readContract(value: unknown): Contract {
  const found = (value as { version?: unknown } | undefined)?.version;
  if (found === undefined) {
    throw new Error(`the provider's stack has no contract: it must export one of version ${version}`);
  }
  if (found !== version) {
    throw new Error(`the provider's contract has version ${found}; this program reads version ${version}`);
  }
  return value as Contract;
}
