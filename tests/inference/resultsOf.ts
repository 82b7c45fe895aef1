import { Results } from "../../src/results/results";
import { noFactor, unknownFit } from "../../src/results/resultsInfo";

/** Results with the given maps of one volume a contrast; every vertex is in the mask unless one says otherwise. */
export function resultsOf(
  maps: Readonly<Record<string, readonly number[]>>,
  contrasts: readonly string[] = ["Sex"],
  kind: "T" | "F" = "T",
): Results {
  const [first] = Object.values(maps);
  const vertices = first.length / contrasts.length;
  const all: Record<string, readonly number[]> = { mask: new Array<number>(vertices).fill(1), ...maps };
  return new Results(
    {
      kind: "fit",
      hemisphere: undefined,
      design: "",
      configuration: undefined,
      software: "a test",
      vertices,
      space: { kind: "surface" },
      n: 100,
      columns: ["Intercept"],
      contrasts: contrasts.map((name) => ({ name, kind, L: [], rank: 1 })),
      factor: noFactor,
      minlog: -323,
      fit: unknownFit,
      comparison: undefined,
      warnings: [],
    },
    { names: Object.keys(all), read: (name) => Float64Array.from(all[name]), estimates: () => undefined },
    undefined,
  );
}
