import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import type { Results } from "../../src/results/results.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
const study = (name: string) => openStudy(place.file(`${name}.yml`));
const text = (name: string) => readFileSync(place.file(name), "utf8");
const lines = (name: string) => text(name).trim().split("\n");
const NAMES = ["lh_des1", "lh_des1r", "lh_des2"];

function expectSameBits(one: Results, other: Results): void {
  expect(one.maps).toEqual(other.maps);
  for (const map of one.maps) expect([map, one.map(map).data]).toEqual([map, other.map(map).data]);
  const { imagesDigest, evaluations } = one.info.fit;
  expect([imagesDigest, evaluations]).toEqual([other.info.fit.imagesDigest, other.info.fit.evaluations]);
}

beforeAll(() => simulatedStudy(place, 80, 2));
afterAll(() => place.remove());

describe("studies fitted together", () => {
  test("read the images that they share once, and give the bits of separate fits", async () => {
    const studies = await Promise.all(NAMES.map(study));
    const together = await fit(studies, { outdir: false, threads: 2, onePass: true });
    const { n, images } = studies[0];
    expect(together.map(({ info }) => info.fit.bytesRead)).toEqual([4 * n * images.vertices, 0, 0]);
    for (const [k, name] of NAMES.entries()) {
      const alone = await fit(await study(name), { outdir: false, threads: 1 });
      expect(alone.info.fit.bytesRead).toBe(4 * alone.n * images.vertices);
      expectSameBits(together[k], alone);
    }
  });

  test("the same in parts of the memory, and where the smaller study comes first", async () => {
    const opened = await Promise.all(["lh_des2", "lh_des1"].map(study));
    const whole = await fit(opened, { outdir: false, threads: 1 });
    const small = opened.map(({ config }) => ({ ...config, maxMemory: 2 * 4 * opened[1].n * 64 }));
    const parts = await fit(await Promise.all(small.map((config) => openStudy(config))), { outdir: false });
    expect(parts.map(({ info }) => info.fit.blocks > 2)).toEqual([true, true]);
    for (const k of [0, 1]) expectSameBits(parts[k], whole[k]);
  });

  test("hemispheres have images of their own; pairs and lists keep their order", async () => {
    const pairs = await Promise.all(
      ["des1r", "des2"].map(async (design) => ({
        lh: await study(`lh_${design}`),
        rh: await study(`rh_${design}`),
      })),
    );
    const fits = await fit(pairs, { outdir: false });
    expect(fits.map(({ lh, rh }) => [lh.info.fit.bytesRead > 0, rh.info.fit.bytesRead > 0])).toEqual([
      [true, true],
      [false, false],
    ]);
    expectSameBits(fits[1].rh, await fit(pairs[1].rh, { outdir: false }));
    await expect(fit(pairs[0], { outdir: false, onePass: true })).rejects.toThrow(
      /rh_des1r_images\.txt, image 1: .* is not among them/,
    );
  });
});

describe("studies whose images differ", () => {
  beforeAll(() => {
    // Design 1 without its first image, Design 2 without its last: neither has all of the other's.
    for (const [design, keep] of [
      ["des1", lines("lh_des1_images.txt").slice(1)],
      ["des2", lines("lh_des2_images.txt").slice(0, -1)],
    ] as const) {
      const without = (rows: readonly string[]) =>
        design === "des1" ? [rows[0], ...rows.slice(2)] : rows.slice(0, -1);
      place.write(`${design}_images.txt`, keep.join("\n"));
      let yml = text(`lh_${design}.yml`).replace(`lh_${design}_images.txt`, `${design}_images.txt`);
      for (const file of ["X.csv", "Z.csv", "subjects.csv"]) {
        place.write(`${design}/own_${file}`, without(lines(`${design}/${file}`)).join("\n"));
        yml = yml.replace(`${design}/${file}`, `${design}/own_${file}`);
      }
      place.write(`own_${design}.yml`, yml);
    }
  });

  test("are read on their own, which the results say; asked for one pass, the first difference is named", async () => {
    const studies = await Promise.all(["own_des1", "own_des2"].map(study));
    const [one, two] = await fit(studies, { outdir: false });
    expect([one.info.fit.bytesRead > 0, two.info.fit.bytesRead > 0]).toEqual([true, true]);
    const first = lines("des2_images.txt").findIndex((line) => !lines("des1_images.txt").includes(line));
    const name = lines("des2_images.txt")[first];
    expect(`${two}`).toContain("its images were read on their own, not with those of own_des1");
    expect(`${two}`).toContain(name);
    await expect(fit(studies, { outdir: false, onePass: true })).rejects.toThrow(
      new RegExp(`des2_images\\.txt, image ${first + 1}: .*${name} is not among them`),
    );
  });
});
