import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import { passes } from "../viewer/paint.js";
import { mapTitle, oddityOf, type Shown, thresholdInWords } from "../viewer/shown.js";
import type { GeometryDocument, Hemisphere } from "../viewer/viewDocument.js";
import { indicesOf } from "../viewer/volumeGrid.js";

/** float32 over the vertices of the mask, and which vertices those are. */
export interface SideValues {
  readonly hemisphere: Hemisphere;
  readonly values: Float32Array;
  readonly mask: Uint8Array;
}

/**
 * What a view shows, in words and numbers: lowest, highest, where it is strongest, how much passes the threshold.
 */
export function viewText(
  title: string | undefined,
  shown: Shown,
  { space, volume: grid }: GeometryDocument,
  sides: readonly SideValues[],
): Report {
  const limited = thresholdInWords(shown) !== "no threshold";
  const rows = sides.map(({ hemisphere, values, mask }) => {
    let [low, high, at, passing, count] = [Number.NaN, Number.NaN, -1, 0, 0];
    let largest = Number.NEGATIVE_INFINITY;
    for (let v = 0, k = 0; v < mask.length; v++) {
      if (mask[v] === 0) continue;
      const value = values[k++];
      if (Number.isNaN(value)) continue;
      count++;
      if (!(low <= value)) low = value;
      if (!(high >= value)) high = value;
      const size = shown.statistic.signed ? Math.abs(value) : value;
      if (size > largest) [largest, at] = [size, v];
      if (passes(value, shown.paint)) passing++;
    }
    return [
      grid === undefined ? (hemisphere === "lh" ? "left" : "right") : "volume",
      low,
      high,
      grid === undefined ? `${at}` : indicesOf(grid, at).join(", "),
      ...(limited ? [`${passing.toLocaleString("en-US")} of ${count.toLocaleString("en-US")}`] : []),
    ];
  });
  const columns = [
    "side",
    "lowest",
    "highest",
    grid === undefined ? "strongest at vertex" : "strongest at voxel",
    ...(limited ? [thresholdInWords(shown)] : []),
  ];
  const map = mapTitle(shown);
  const named = title === undefined || title === map ? map : `${title} (${map})`;
  const heading = `${grid === undefined ? "Cortex" : "Volume"}: ${named}`;
  const odd = oddityOf(shown) ?? "";
  const lines = [shown.design.name, grid === undefined ? `drawn on ${space}` : space, odd].filter(
    (line) => line !== "",
  );
  return new Report(heading, lines, [new Table("", columns, rows)]);
}
