import type { MapsOfHemisphere } from "../document/mapsOfHemisphere.js";
import { statisticKind } from "../document/statisticKinds.js";
import { SINGLE_STATISTICS, type VertexFacts } from "../viewer/vertexFacts.js";
import type { Hemisphere } from "../viewer/viewDocument.js";
import { interval95 } from "../wald/interval.js";

/**
 * All numbers of a vertex, of a design and of the contrasts typed since: what a page would have to fetch every map for.
 *
 * @param all the maps of the design on one hemisphere, then those of each typed contrast.
 */
export function vertexNumbers(
  all: readonly MapsOfHemisphere[],
  hemisphere: Hemisphere,
  vertex: number,
): Omit<VertexFacts, "position"> {
  const [fit] = all;
  const inside = fit !== undefined && fit.mask[vertex] === 1;
  const read = (maps: MapsOfHemisphere, key: string): { label: string; value: number }[] => {
    if (maps.mask[vertex] !== 1) return [];
    const at = rankInMask(maps, vertex);
    return (maps.volumes(key) ?? []).map(({ label, values }) => ({ label, value: values[at] }));
  };
  const contrasts = all.flatMap((maps) => {
    const [estimate, se, df, log10p] = ["con", "conSE", "conT_swedf", "conTlp2"].map((key) =>
      read(maps, key),
    );
    return read(maps, "conT").map(({ label, value }, k) => ({
      label,
      estimate: estimate[k]?.value ?? Number.NaN,
      se: se[k]?.value ?? Number.NaN,
      interval: interval95(
        estimate[k]?.value ?? Number.NaN,
        se[k]?.value ?? Number.NaN,
        df[k]?.value ?? Number.NaN,
      ),
      T: value,
      df: df[k]?.value ?? Number.NaN,
      log10p: log10p[k]?.value ?? Number.NaN,
    }));
  });
  const tests = all.flatMap((maps) => {
    const [df, log10p] = ["conF_swedf", "conFlp"].map((key) => read(maps, key));
    return read(maps, "conF").map(({ label, value }, k) => ({
      label,
      F: value,
      df: df[k]?.value ?? Number.NaN,
      log10p: log10p[k]?.value ?? Number.NaN,
    }));
  });
  const numbers =
    fit === undefined
      ? []
      : SINGLE_STATISTICS.flatMap((key) => {
          const kind = statisticKind(key);
          const found = read(fit, key);
          return found.map(({ label, value }) => ({
            symbol: found.length > 1 ? label : (kind?.symbol ?? key),
            name: kind?.name ?? key,
            value,
          }));
        });
  return {
    hemisphere,
    vertex,
    inside,
    contrasts,
    tests,
    betas: fit === undefined ? [] : read(fit, "beta"),
    numbers,
  };
}

/** How many vertices of the mask come before one. */
function rankInMask({ mask }: MapsOfHemisphere, vertex: number): number {
  let rank = 0;
  for (let v = 0; v < vertex; v++) if (mask[v] !== 0) rank++;
  return rank;
}
