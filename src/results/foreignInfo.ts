import { type ContrastInfo, noFactor, type ResultsInfo, unknownFit } from "./resultsInfo.js";

/** Names for what a directory of another program does not name. */
export interface OpenOptions {
  /** Names of the contrasts, in the order of their volumes. */
  readonly contrasts?: readonly string[];
  /** Names of the columns of X. */
  readonly columns?: readonly string[];
}

/**
 * What the maps themselves tell of a results directory that another program wrote.
 *
 * @param vertices V.
 * @param volumes how many volumes a map has; 0 where there is no such map.
 * @param n the largest number of images.
 */
export function foreignInfo(
  names: readonly string[],
  vertices: number,
  volumes: (name: string) => number,
  n: number,
  options: OpenOptions,
): ResultsInfo {
  const contrasts = (kind: "T" | "F", count: number): ContrastInfo[] =>
    Array.from({ length: count }, (_, k) => ({
      name: (kind === "T" ? options.contrasts?.[k] : undefined) ?? `contrast ${k}`,
      kind,
      L: [],
      rank: 0,
    }));
  return {
    kind: names.includes("Chi2") ? "compare" : "fit",
    software: "another program",
    hemisphere: undefined,
    design: "",
    configuration: undefined,
    vertices,
    space: { kind: "surface" },
    n,
    columns: Array.from({ length: volumes("beta") }, (_, k) => options.columns?.[k] ?? `column ${k}`),
    contrasts: [...contrasts("T", volumes("con") || volumes("conT")), ...contrasts("F", volumes("conF"))],
    factor: noFactor,
    minlog: -323.3062153431158,
    fit: unknownFit,
    comparison: undefined,
    warnings: [],
  };
}
