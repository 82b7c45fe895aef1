import { cpus } from "node:os";
import type { DesignResults } from "../document/openDesigns.js";
import { sidesOf } from "../document/viewDocument.js";
import { BlockStore } from "../document/writeBlock.js";
import { vechLength } from "../matrix/vech.js";
import type { Results } from "../results/results.js";
import { contrastVolumes, statisticVolumes } from "./contrastVolumes.js";
import { studyOf } from "./studyOf.js";
import { vertexNumbers } from "./vertexNumbers.js";
import type { Served } from "./viewServer.js";

/** Bytes of all estimates together that are read unasked: those of two designs of 23 columns on fsaverage5. */
const MOST_BYTES = 256e6;
/** With more vertices the arithmetic of a contrast takes so long that compiling it is not felt. */
const FEW_VERTICES = 20_000;
/** How long a cell makes the latest view, and its page draws. */
const QUIET_MS = 300;
/** How long a core must have had nothing to do, and how long that is believed. */
const IDLE_MS = 50;
const BELIEVED_MS = 150;
/** On a machine that never rests it goes on so long after the latest view. */
const PATIENCE_MS = 1500;
/** Who asks meanwhile is answered between two steps. */
const BETWEEN_MS = 2;

const prepared = new WeakSet<Results>();
let held = 0;
let compiled = false;
let latest = 0;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A cell makes a view, or a page draws one: what is prepared meanwhile would take a core from it. */
export function aViewComes(): void {
  latest = performance.now();
}

/**
 * Does once what the first questions of a page want, while nobody waits: reads maps, studies and estimates, and lets the
 * code of typed contrasts be compiled. What goes wrong here is told to who asks.
 */
export async function prepareAnswers(served: Served): Promise<void> {
  aViewComes();
  let believed = 0;
  for (const step of stepsFor(served)) {
    for (let left = BETWEEN_MS; left > 0; left = latest + QUIET_MS - performance.now()) await pause(left);
    while (performance.now() > believed)
      if ((await coreRests()) || performance.now() > latest + PATIENCE_MS)
        believed = performance.now() + BELIEVED_MS;
    try {
      await step();
    } catch {
      // The same happens to who asks.
    }
  }
}

/** Whether a core has nothing to do for a moment: else the page, a cell or its compiler would have to wait for us. */
async function coreRests(): Promise<boolean> {
  const idle = () => cpus().reduce((sum, { times }) => sum + times.idle, 0);
  const before = idle();
  await pause(IDLE_MS);
  return idle() - before >= IDLE_MS;
}

function* stepsFor({ designs, results }: Served): Generator<() => unknown> {
  for (const { maps } of designs) {
    for (const [side, one] of sidesOf(maps))
      yield () => vertexNumbers([one], side, Math.max(0, one.mask.indexOf(1)));
  }
  const all = results.flatMap((design) =>
    sidesOf(design.results).map(([side, one]) => ({ design, side, one })),
  );
  for (const { one } of all) yield () => studyOf(one);
  for (const { design, side, one } of all) {
    if (prepared.has(one) || one.info.kind === "compare") continue;
    prepared.add(one);
    if (held + bytesOfEstimates(one) > MOST_BYTES) continue;
    held += bytesOfEstimates(one);
    yield () => one.estimatesIfAny();
    if (compiled || one.info.vertices > FEW_VERTICES) continue;
    compiled = true;
    const columns = one.info.columns.map((_, j, { length }) =>
      Array.from({ length }, (_, k) => (j === k ? 1 : 0)),
    );
    const half: DesignResults = { ...design, results: { [side]: one } };
    // T, and F where there are two columns.
    for (const rows of [columns[0], columns.slice(0, 2)])
      yield () => {
        const asked = { design: half, input: rows, name: "", id: "" };
        statisticVolumes(asked, new BlockStore(), "");
        contrastVolumes(asked, new BlockStore(), "");
      };
  }
}

/** The two arrays that matter: C and its derivatives. Those of a fit in memory lie in its memory already. */
function bytesOfEstimates({ directory, info, verticesInMask }: Results): number {
  const [p, q] = [info.columns.length, info.factor.columns.length];
  return directory === undefined ? 0 : verticesInMask * vechLength(p) * (8 + 4 * vechLength(q));
}
