import type { MapsOfHemisphere } from "../document/mapsOfHemisphere.js";
import { statisticKind } from "../document/statisticKinds.js";
import { contrastFacts, SINGLE_STATISTICS, testFacts, type VertexFacts } from "../viewer/vertexFacts.js";
import type { Hemisphere } from "../viewer/viewDocument.js";

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
  const contrasts = all.flatMap((maps) =>
    contrastFacts({
      T: read(maps, "conT"),
      estimate: read(maps, "con"),
      se: read(maps, "conSE"),
      df: read(maps, "conT_swedf"),
      log10p: read(maps, "conTlp2"),
    }),
  );
  const tests = all.flatMap((maps) =>
    testFacts({ F: read(maps, "conF"), df: read(maps, "conF_swedf"), log10p: read(maps, "conFlp") }),
  );
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
