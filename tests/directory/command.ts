// A command for the tests that need a process: `write <directory> <version>`, `read <directory>`, `hold <directory>`.
import { OutputDirectory } from "../../src/directory/outputDirectory.js";
import { restore } from "../../src/directory/restore.js";
import { publish, request } from "./filesOf.js";

const [, , verb, directory, version] = process.argv;

async function main(): Promise<void> {
  if (verb === "read") return restore(directory);
  const output = OutputDirectory.claim(directory, request);
  try {
    if (verb === "write") publish(output, Number(version));
    else {
      process.stdout.write("held\n");
      setTimeout(() => undefined, 60_000);
      return;
    }
    output.release();
  } catch (error) {
    output.release();
    throw error;
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
