import type { Inputs } from "./schema.js";

/** Keys of the toolbox that are recorded with the fit and have nothing to decide here. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  method: "every method reaches the same optimum",
  tol: "every vertex is fitted to full precision",
  voxelBatching: "MAXMEM alone sets how many vertices are held in memory",
  maxnvb: "MAXMEM alone sets how many vertices are held in memory",
};

/** One sentence on the keys that are given and change nothing; none when no such key is given. */
export function withoutEffect(inputs: Inputs, file: string): string[] {
  const given = Object.keys(WITHOUT_EFFECT).filter((key) => key in inputs);
  if (given.length === 0) return [];
  const reasons = [...new Set(given.map((key) => WITHOUT_EFFECT[key]))];
  const verb = given.length === 1 ? "is recorded and changes" : "are recorded and change";
  return [`${file}: ${given.join(", ")} ${verb} nothing here: ${reasons.join("; ")}`];
}
