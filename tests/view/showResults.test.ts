import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compare, contrast, fit, openStudy, type Results, type ResultsPair } from "../../src/index.js";
import type { ViewDocument } from "../../src/viewer/viewDocument.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const VIEW = "application/vnd.blmm.view+json";
const place = new Workspace();
let pair: ResultsPair;
let reduced: Results;

beforeAll(async () => {
  await simulatedStudy(place, 60, 1);
  const study = (name: string) => openStudy(place.file(`${name}.yml`));
  pair = await fit({ lh: await study("lh_des2"), rh: await study("rh_des2") }, { outdir: false });
  reduced = await fit(await study("lh_des1r"), { outdir: false });
});
afterAll(() => place.remove());

const viewOf = (bundle: Record<string, unknown>) => bundle[VIEW] as ViewDocument;

describe("the last expression of a cell", () => {
  test("results show both sides with their summaries, live, as HTML with a picture, as PNG and as text", async () => {
    const bundle = await pair.toMimeBundle();
    expect(Object.keys(bundle).sort()).toEqual([VIEW, "image/png", "text/html", "text/plain"]);
    const view = viewOf(bundle);
    expect(view.hemispheres).toEqual(["lh", "rh"]);
    expect(view.summary?.map(({ title }) => title)).toEqual(["Left hemisphere", "Right hemisphere"]);
    const words = JSON.stringify(view.summary);
    for (const said of [
      "fixed effects",
      "singular fit",
      "fitted in",
      "of 42 vertices in the mask",
      "Strongest effects",
    ])
      expect(words).toContain(said);
    const html = String(bundle["text/html"]);
    expect(html).toMatch(/<img alt="The cortex" src="data:image\/webp;base64,/);
    expect(html).toContain("Strongest effects");
    expect(bundle["text/plain"]).toBe(pair.toString());
    expect(Buffer.from(String(bundle["image/png"]), "base64").subarray(1, 4).toString()).toBe("PNG");
  });

  test("one hemisphere, a contrast and a comparison show themselves on their side", async () => {
    for (const [results, side] of [
      [pair.rh, "rh"],
      [contrast(pair.rh, "2*Sex"), "rh"],
      [compare(reduced, pair.lh), "lh"],
    ] as const) {
      const bundle = await results.toMimeBundle();
      expect(viewOf(bundle).hemispheres).toEqual([side]);
      expect(bundle["text/plain"]).toBe(results.summary.toString());
    }
    const view = viewOf(await compare(reduced, pair.lh).toMimeBundle());
    expect(view.designs[0].statistics.map(({ key }) => key)).toContain("Chi2lp");
  });

  test("a part of them stays a table", () => {
    expect(Object.keys(pair.passing(2).toMimeBundle())).toEqual(["text/plain", "text/html"]);
    expect(Object.keys(pair.T("Sex").toMimeBundle())).toEqual(["text/plain", "text/html"]);
    expect(Object.keys(pair.lh.vertex(3).toMimeBundle())).toEqual(["text/plain", "text/html"]);
  });
});
