import { expect, test } from "vitest";
import { ResultsPair, view } from "../../src/index.js";
import { resultsOf } from "../inference/resultsOf.js";
import { smoothMap } from "../page/smoothMap.js";

const VIEW = "application/vnd.blmm.view+json";
const CONTRASTS = ["Sex", "NIHScore", "Age", "Time", "Race"];
const MEGABYTE = 1e6;

/** Five contrasts on fsaverage5 with rough maps, every bit of a float32 in use: the size of real ones, or more. */
function results(side: "lh" | "rh") {
  const map = smoothMap(side);
  const rough = (k: number, scale: number) =>
    Array.from(map, (value, v) => {
      if (Number.isNaN(value)) return 0;
      const noise = Math.sin(12.9898 * v + 78.233 * (k + scale)) * 43758.5453;
      return scale * value * Math.cos(k) + 3 * (noise - Math.floor(noise) - 0.5);
    });
  const interleaved = (scale: number, positive = false) => {
    const volumes = CONTRASTS.map((_, k) => rough(k, scale));
    return Array.from(map).flatMap((_, v) =>
      volumes.map((volume) => (positive ? Math.abs(volume[v]) + 0.1 : volume[v])),
    );
  };
  const mask = Array.from(map, (value) => (Number.isNaN(value) ? 0 : 1));
  return resultsOf(
    {
      conT: interleaved(1),
      con: interleaved(0.2),
      conSE: interleaved(0.1, true),
      conT_swedf: interleaved(9, true),
      mask,
    },
    CONTRASTS,
  );
}

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test("25 views of both hemispheres are less than 10 MB, as are 25 results with their summaries", async () => {
  const pair = new ResultsPair(results("lh"), results("rh"));
  const shown = await view(pair, { contrast: "Age", threshold: 2 }).toMimeBundle();
  const summed = await pair.toMimeBundle();
  expect(25 * bytes(shown)).toBeLessThan(10 * MEGABYTE);
  expect(25 * bytes(summed)).toBeLessThan(10 * MEGABYTE);
  // Only what is shown is kept: one map of each side, one mask.
  const { blocks } = shown[VIEW] as { blocks: Record<string, string> };
  expect(
    Object.keys(blocks)
      .map((id) => id.replace(/^results\./, ""))
      .sort(),
  ).toEqual(["lh.conT.2", "lh.mask", "rh.conT.2", "rh.mask"]);
});

test("with { keep: 'all' } every map of every statistic is kept, and the surfaces", async () => {
  const bundle = await view({ lh: results("lh"), rh: results("rh") }, { keep: "all" }).toMimeBundle();
  const document = bundle[VIEW] as {
    blocks: Record<string, string>;
    designs: { statistics: { key: string; volumes: { values: Record<string, { id: string }> }[] }[] }[];
    geometry: { surfaces: { shape: Record<string, { id: string }> }[] };
  };
  const maps = document.designs.flatMap(({ statistics }) =>
    statistics.flatMap(({ volumes }) =>
      volumes.flatMap(({ values }) => Object.values(values).map(({ id }) => id)),
    ),
  );
  // T, estimate, SE, df and the two-sided p that follows from them: 5 contrasts, 2 sides.
  expect(maps).toHaveLength(5 * 5 * 2);
  const shapes = document.geometry.surfaces.flatMap(({ shape }) => Object.values(shape).map(({ id }) => id));
  for (const id of [...maps, ...shapes]) expect(document.blocks[id]?.length).toBeGreaterThan(1000);
});
