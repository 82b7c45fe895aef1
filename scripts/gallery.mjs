// npm run gallery: executes all notebooks, the student's and the teacher's copies, and renders each with its outputs
// into one page that opens offline, with an index. Sets up what it needs; everything goes into study/.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, installJupyter, installPackages, installWheels, root } from "./setup.mjs";

const PRESETS = ["tiny", "workshop", "abcd"];
const USAGE = `Usage: npm run gallery [-- --preset PRESET] [--out FOLDER] [--only 05,07]

Executes the ten notebooks, the student's and the teacher's copies, and renders them as pages that open offline.
  --preset PRESET  how much data: ${PRESETS.join(", ")} (default: workshop)
  --out FOLDER     where index.html and the pages go (default: study/gallery)
  --only NUMBERS   the notebooks whose names begin so (default: all ten)`;

class UsageError extends Error {}

/** The gallery of one preset; says where the index is. A notebook that fails is shown up to its error, then thrown. */
export async function makeGallery({ preset, out, only, say }) {
  // These need packages, which are there only now.
  const { executeNotebooks } = await import("./gallery/run.mjs");
  const { renderPages } = await import("./gallery/pages.mjs");
  const { writeIndex } = await import("./gallery/index.mjs");
  const executed = executeNotebooks(path.join(out, "notebooks"), { preset, only, say });
  if (executed.length === 0) throw new UsageError(`--only ${only}: no notebook begins so.`);
  say("\nRendering …");
  await renderPages(executed, out);
  const index = writeIndex(executed, out, preset);
  say(`\nExecuted notebooks: ${path.join(out, "notebooks")}`);
  say(`Their pages: ${index}`);
  const failed = executed.filter(({ ok }) => !ok).map(({ copy, name }) => `${name} (${copy}’s copy)`);
  if (failed.length > 0) throw new Error(`${failed.join(", ")} failed; the errors are above.`);
  return index;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        preset: { type: "string", default: "workshop" },
        out: { type: "string", default: path.join(root, "study", "gallery") },
        only: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (!PRESETS.includes(values.preset)) {
      throw new Error(`--preset ${values.preset}: expected one of ${PRESETS.join(", ")}.`);
    }
    return { ...values, out: path.resolve(values.out), only: values.only?.split(",") };
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${USAGE}`);
  }
}

async function gallery() {
  const options = readOptions();
  const say = (text) => process.stdout.write(`${text}\n`);
  if (options.help) return say(USAGE);
  installPackages();
  build();
  installWheels();
  installJupyter();
  await makeGallery({ ...options, say });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  gallery().catch((error) => {
    process.stderr.write(`npm run gallery: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  });
}
