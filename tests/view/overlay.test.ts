import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/buildBrowser.mjs";
import {
  clusters,
  each,
  fdr,
  fit,
  icosphere,
  openStudy,
  type Results,
  type View,
  view,
  writePage,
} from "../../src/index.js";
import { Maps } from "../../src/viewer/mapValues.js";
import { pixelsOf } from "../picture.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
const mesh = icosphere(2);
let pair: { lh: Results; rh: Results };
beforeAll(async () => {
  await buildPage();
  await simulatedStudy(place, 60, 2);
  const fitted = async (side: string) => fit(await openStudy(place.file(`${side}_des1.yml`)));
  pair = { lh: await fitted("lh"), rh: await fitted("rh") };
});
afterAll(() => place.remove());

const CONTRAST = { contrast: "Intercept" };
const SIZE = { width: 700, height: 460 };

/** What the card of a vertex would say. */
const namesAt = (shown: View, hemisphere: "lh" | "rh", vertex: number) =>
  new Maps(
    shown.document,
    (id) => shown.block(id),
    async () => new Uint16Array(),
  ).namesAt(hemisphere, vertex);

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(Buffer.from(b));

describe("what a test found, over a view", () => {
  test("clusters of one hemisphere: outlined, and named at every vertex of theirs", async () => {
    const found = clusters(pair.lh, mesh, { ...CONTRAST, threshold: 2 });
    expect(found.sizes.length).toBeGreaterThan(1);
    const shown = view(pair.lh, { ...CONTRAST, overlay: found });
    const plain = await view(pair.lh, CONTRAST).png(SIZE);
    expect(sameBytes(await shown.png(SIZE), plain)).toBe(false);
    // A link takes the lines away.
    expect(sameBytes(await shown.png({ ...SIZE, state: "overlay=off" }), plain)).toBe(true);
    const T = pair.lh.T("Intercept");
    for (const [v, value] of T.entries()) {
      const { patches } = await namesAt(shown, "lh", v);
      expect(patches.length).toBe(Math.abs(value) >= 2 ? 1 : 0);
    }
    const { at, size, peak } = found.clusters[0];
    const [words] = (await namesAt(shown, "lh", at)).patches;
    expect(words).toMatch(/^clusters of \|conT\| ≥ 2: cluster 1: /);
    expect(words).toContain(`${size} vert`);
    expect(words).toContain(`peak ${peak.toFixed(3).replace("-", "−")}`);
  });

  test("a corrected threshold of both hemispheres: every vertex that passes, no other", async () => {
    const bar = fdr(pair, { ...CONTRAST, q: 0.9 });
    expect(bar.count).toBeGreaterThan(0);
    const shown = view(pair, { ...CONTRAST, overlay: bar });
    let passing = 0;
    for (const side of ["lh", "rh"] as const) {
      for (const [v, p] of pair[side].map("conTlp2").volume("Intercept").entries()) {
        const { patches } = await namesAt(shown, side, v);
        expect(patches).toEqual(p >= bar.threshold ? ["passes FDR 0.9"] : []);
        passing += patches.length;
      }
    }
    expect(passing).toBe(bar.count);
  });

  test("several at once, pairs too; the notebook keeps them, and the picture's subtitle names them", async () => {
    const found = each(pair, (one) => clusters(one, mesh, { ...CONTRAST, threshold: 2 }));
    const shown = view(pair, { ...CONTRAST, overlay: [found, fdr(pair, { ...CONTRAST, q: 0.2 })] });
    expect(shown.document.overlays?.map(({ title }) => title)).toEqual(["clusters of |conT| ≥ 2", "FDR 0.2"]);
    const bundle = (await shown.toMimeBundle())["application/vnd.blmm.view+json"] as { blocks: object };
    expect(Object.keys(bundle.blocks)).toEqual(
      expect.arrayContaining(["overlay1.lh", "overlay1.rh", "overlay2.lh", "overlay2.rh"]),
    );
    const [titled, plain] = await Promise.all(
      [await shown.png(SIZE), await view(pair, CONTRAST).png(SIZE)].map(pixelsOf),
    );
    const inked = ({ data, width }: typeof plain) =>
      Array.from(
        { length: 24 * 680 },
        (_, k) => data[4 * ((28 + Math.floor(k / 680)) * width + 10 + (k % 680))],
      ).filter((red) => red < 160).length;
    expect(inked(titled)).toBeGreaterThan(1.5 * inked(plain));
  });

  test("travels with the page", async () => {
    const found = clusters(pair.lh, mesh, { ...CONTRAST, threshold: 2 });
    await writePage(place.file("page.html"), pair.lh, { ...CONTRAST, overlay: found });
    const page = readFileSync(place.file("page.html"), "utf8");
    expect(page).toContain("clusters of |conT| ≥ 2");
    expect(page).toContain('id="block-overlay1.lh"');
  });

  test("that is none, of another surface, or of no side, is refused in words", () => {
    const found = clusters(pair.lh, mesh, { ...CONTRAST, threshold: 2 });
    expect(() => view(pair, { overlay: found })).toThrow(
      /clusters of \|conT\| ≥ 2 of one hemisphere over a view of two; expected \{ lh: …, rh: … \}/,
    );
    expect(() => view(pair, { overlay: {} as never })).toThrow(
      /overlay: object; expected what clusters, fdr or bonferroni give/,
    );
    expect(() => view(pair, { overlay: Promise.resolve() as never })).toThrow(/put `await` before it/);
    const other = clusters(new Float64Array(42).fill(3), icosphere(1), { threshold: 2 });
    expect(() => view(pair.lh, { overlay: other })).toThrow(/labels of 42 vertices; expected 162/);
  });
});
