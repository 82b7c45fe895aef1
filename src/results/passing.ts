import { Table } from "../print/table.js";
import type { ResultMaps } from "./resultMaps.js";

/**
 * How many vertices of each T, F and χ² map reach a threshold.
 *
 * @param threshold a number ≥ 0; T passes on either side.
 */
export function passing(results: ResultMaps, threshold: number): Table {
  const rows = ["conT", "conF", "Chi2"]
    .filter((name) => results.has(name))
    .flatMap((name) => {
      const map = results.map(name);
      return map.labels.map((label, k) => {
        const values = map.volume(k);
        const above = values.filter((value) => value >= threshold).length;
        const below = map.kind.signed ? values.filter((value) => value <= -threshold).length : 0;
        const share = (above + below) / Math.max(1, results.verticesInMask);
        return [
          label,
          map.kind.description,
          above,
          map.kind.signed ? below : "–",
          `${(100 * share).toFixed(1)}%`,
        ];
      });
    });
  return new Table(
    `Vertices that reach the threshold ${threshold}`,
    ["map", "statistic", `≥ ${threshold}`, `≤ −${threshold}`, "share of the mask"],
    rows,
  );
}
