import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
beforeAll(() => simulatedStudy(place, 80, 2));
afterAll(() => place.remove());

describe.each(["lh_des1", "lh_des2"])("a fit of %s in the lane kernel", (name) => {
  const study = () => openStudy(place.file(`${name}.yml`));

  test("gives the same bits on any number of threads and in any part of the memory", async () => {
    const whole = await fit(await study(), { threads: 1, outdir: false });
    const opened = await study();
    const config = { ...opened.config, maxMemory: 2 * 4 * opened.n * 64 };
    const parts = await fit(await openStudy(config), { threads: 2, outdir: false });
    expect(whole.info.fit.blocks).toBe(1);
    expect(parts.info.fit.blocks).toBeGreaterThan(2);
    expect(whole.backend).toMatch(/^wasm: WebAssembly/);
    for (const map of whole.maps) expect([map, parts.map(map).data]).toEqual([map, whole.map(map).data]);
  });

  test("agrees with the reference at every vertex, whole or missing images, and says what ran", async () => {
    const kernel = (await fit(await study(), { outdir: false })).estimates();
    const results = await fit(await study(), { outdir: false, backend: "reference" });
    expect(results.backend).toMatch(/^reference: TypeScript/);
    const plain = results.estimates();
    expect(kernel.vertices).toEqual(plain.vertices);
    expect(kernel.n).toEqual(plain.n);
    expect(new Set(kernel.n).size).toBeGreaterThan(3);
    let worse = 0;
    kernel.llh.forEach((llh, row) => {
      // Another optimum may be found by one of them; the kernel's may not be the lower one.
      expect(llh - plain.llh[row]).toBeGreaterThan(-1e-6);
      if (llh - plain.llh[row] > 1e-6) worse++;
      else expect(Math.abs(kernel.sigma2[row] / plain.sigma2[row] - 1)).toBeLessThan(1e-5);
    });
    expect(worse).toBeLessThan(plain.llh.length / 100);
  });

  test("a memory that does not hold 64 vertices says how much does", async () => {
    const opened = await study();
    const config = { ...opened.config, maxMemory: 1000 };
    await expect(fit(await openStudy(config), { outdir: false })).rejects.toThrow(/MAXMEM.*at least/);
  });

  test("a backend that is none lists those that are", async () => {
    const options = { outdir: false, backend: "cuda" } as never;
    await expect(fit(await study(), options)).rejects.toThrow(/one of/);
  });
});

describe("counts that must not grow", () => {
  test.each([
    ["lh_des1", 3],
    ["lh_des2", 60],
  ])("%s: evaluations a vertex, certificates, who fitted", async (name, most) => {
    const results = await fit(await openStudy(place.file(`${name}.yml`)), { outdir: false });
    const { evaluations, certificate, status } = results.estimates();
    expect(evaluations.reduce((sum, count) => sum + count, 0) / evaluations.length).toBeLessThan(most);
    certificate.forEach((decrement, row) => {
      if (status[row] <= 2) expect(decrement).toBeLessThan(1e-7);
    });
    expect(results.map("certificate").data.length).toBe(results.info.vertices);
    const handedBack = Number(
      /at ([\d,]+) of the vertices/.exec(results.backend)?.[1]?.replace(",", "") ?? 0,
    );
    expect(handedBack).toBeLessThan(evaluations.length / 5);
  });

  test("several studies are fitted in one call, in order; one directory for them is refused", async () => {
    const studies = [await openStudy(place.file("lh_des1.yml")), await openStudy(place.file("lh_des2.yml"))];
    const [one, two] = await fit(studies, { outdir: false });
    expect([one.info.factor.columns.length, two.info.factor.columns.length]).toEqual([1, 2]);
    await expect(fit(studies, { outdir: place.file("both") })).rejects.toThrow(/both for 2 studies/);
  });
});
