import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStudy } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
const FIRST = 64;

/** The same vertices, the first 64 of which miss one image or another. */
beforeAll(async () => {
  await simulatedStudy(place, 80, 2);
  const images = readFileSync(place.file("lh_des2_images.txt"), "utf8").trim().split("\n");
  for (let v = 0; v < FIRST; v++) {
    const file = place.file(images[(3 * v) % images.length]);
    const bytes = readFileSync(file);
    bytes.writeFloatLE(0, 4 * v);
    writeFileSync(file, bytes);
  }
});
afterAll(() => place.remove());

test.each([
  ["one study", ["lh_des2"]],
  ["three", ["lh_des1", "lh_des1r", "lh_des2"]],
])(
  "%s whose first part has no vertex with every image: the same bits as with all in memory",
  async (_, names) => {
    const open = (maxMemory?: number) =>
      Promise.all(
        names.map(async (name) => {
          const { config } = await openStudy(place.file(`${name}.yml`));
          return openStudy({ ...config, ...(maxMemory === undefined ? {} : { maxMemory }) });
        }),
      );
    const studies = await open();
    const whole = await fit(studies, { outdir: false, threads: 1 });
    const parts = await fit(await open(2 * 4 * studies[0].n * FIRST), { outdir: false, threads: 2 });
    for (const [k, { info, maps }] of parts.entries()) {
      expect(info.fit.blocks).toBeGreaterThan(2);
      const missing = whole[k].map("n").data.subarray(0, FIRST);
      expect(Math.max(...missing)).toBeLessThan(whole[k].n);
      for (const name of maps)
        expect([name, parts[k].map(name).data]).toEqual([name, whole[k].map(name).data]);
      // Maps are float32; estimates have every bit.
      expect(parts[k].estimates()).toEqual(whole[k].estimates());
    }
  },
);
