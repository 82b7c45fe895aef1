import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compare } from "../../src/compare.js";
import { openStudy } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import { contrast } from "../../src/inference/contrast.js";
import type { Results } from "../../src/results/results.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
let results: Results;
beforeAll(async () => {
  await simulatedStudy(place, 60, 1);
  results = await fit(await openStudy(place.file("lh_des1r.yml")), { outdir: false });
});
afterAll(() => place.remove());

describe("a new contrast", () => {
  test("has a summary of its own, without the story of the fit", () => {
    const text = `${contrast(results, "0.5*Sex + NIHScore")}`;
    expect(text).toMatch(/^Contrast 0\.5\*Sex \+ NIHScore \(in memory, not written\)/);
    expect(text).not.toMatch(/fitted in|with every image|fixed effects|left out/);
    expect(text).toMatch(/Strongest effects/);
    expect(text.split("\n").length).toBeLessThanOrEqual(8);
  });

  test("of dependent rows says the rank at which it is tested", () => {
    const text = `${contrast(results, ["Sex", "2*Sex", "NIHScore"], { name: "both" })}`;
    expect(text).toContain("both: F of 3 rows, tested at its rank 2: 1 of them follows from the others");
    const whole = contrast(results, ["Sex", "NIHScore"], { name: "both" });
    expect(`${whole}`).toContain("both: F of 2 rows, rank 2");
    expect(whole.info.contrasts[0].rank).toBe(2);
  });

  test.each([
    ["1e400*Sex", /a weight that overflows; expected finite numbers/],
    ["1e200*1e200*Sex", /a weight that overflows/],
    ["1e200*Sex", /weights as large as 1\.0e\+200/],
    ["1e-200*Sex", /weights as small as 1\.0e-200/],
  ])("that overflows is refused: %s", (expression, message) => {
    expect(() => contrast(results, expression)).toThrow(message);
  });

  test("whose estimates leave the range of float32 is refused", () => {
    const { estimates } = { estimates: results.estimates() };
    const before = estimates.beta.slice();
    for (let k = 0; k < before.length; k++) estimates.beta[k] *= 1e15;
    try {
      expect(() => contrast(results, "1e25*Sex")).toThrow(/estimates that overflow at \d+ vertices/);
    } finally {
      estimates.beta.set(before);
    }
  });

  test("of a comparison says that a comparison has no β", async () => {
    const full = await fit(await openStudy(place.file("lh_des2.yml")), { outdir: false });
    expect(() => contrast(compare(results, full), "Sex")).toThrow(
      /the results of a comparison; expected those of a fit/,
    );
  });

  test("of the configuration that overflows is refused before anything is fitted", async () => {
    place.edit("lh_des1r.yml", (text) =>
      text.replace(/vector: \[[^\]]*\]/, (vector) => vector.replace("1", "1e200")),
    );
    await expect(openStudy(place.file("lh_des1r.yml"))).rejects.toThrow(/weights as large as 1\.0e\+200/);
  });
});

describe("what is known of results is never undefined", () => {
  test("n, seconds, backend and the comparison are plain values", () => {
    expect(results.n).toBe(results.info.n);
    expect(results.seconds).toBe(results.info.fit.seconds);
    expect(results.seconds).toBeGreaterThan(0);
    expect(results.backend).toMatch(/TypeScript|WebAssembly/);
    expect(() => results.comparison).toThrow(/the results of a fit; expected those of `compare`/);
  });

  test("a wrong name is answered with all names of a few", () => {
    expect(() => results.T("Sexx")).toThrow(/no volume "Sexx"; expected one of Sex, .*NIHScore/);
  });
});
