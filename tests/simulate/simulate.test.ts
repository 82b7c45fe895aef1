import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { openStudy } from "../../src/design/index.js";
import { icosphere } from "../../src/mesh/index.js";
import { drawCohort } from "../../src/simulate/cohort.js";
import { simulate } from "../../src/simulate/index.js";
import { Workspace } from "../workspace.js";

const places: Workspace[] = [];
afterAll(() => {
  for (const place of places) place.remove();
});

async function simulated(seed: number, subjects = 60, level = 1): Promise<Workspace> {
  const place = new Workspace();
  places.push(place);
  const mesh = icosphere(level);
  await simulate({ outdir: place.folder, subjects, seed, meshes: { lh: mesh, rh: mesh } });
  return place;
}

function bytes(place: Workspace): Record<string, string> {
  const files = readdirSync(place.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(place.folder, file), readFileSync(file).toString("base64")];
    }),
  );
}

test("the same seed gives the same bytes, another seed other images", async () => {
  const [a, b, c] = [bytes(await simulated(1)), bytes(await simulated(1)), bytes(await simulated(2))];
  expect(b).toEqual(a);
  const images = Object.keys(a).filter((name) => name.startsWith("lh/"));
  expect(images.every((name) => a[name] !== c[name])).toBe(true);
});

test("the visits are ABCD's", () => {
  const { counts, visits } = drawCohort(5179, 1);
  expect([1, 2, 3].map((k) => counts.filter((count) => count === k).length)).toEqual([1389, 2924, 866]);
  expect(visits).toHaveLength(9835);
  expect(visits.filter(({ time }) => time === 0)).toHaveLength(5179);
});

test("X has the tutorial's 23 columns and full rank, in all three designs", async () => {
  const place = await simulated(3);
  for (const design of ["lh_des1", "lh_des1r", "rh_des2"]) {
    const { X, rank, factors } = await openStudy(place.file(`${design}.yml`));
    expect(X.columns).toHaveLength(23);
    expect(X.columns.slice(0, 5)).toEqual([
      "Intercept",
      "Sex",
      "CrossSectionalAge",
      "LongitudinalTime",
      "NIHScore",
    ]);
    expect(rank.rank).toBe(23);
    expect(factors[0].Z.columns).toHaveLength(design.endsWith("2") ? 2 : 1);
  }
});

test("the sample in data-samples is what its README says made it", async () => {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const sample = path.join(here, "..", "..", "data-samples", "nback");
  const made = bytes(await simulated(1, 60, 3));
  const image = "lh/sub-0001_ses-1.dat";
  expect(readFileSync(path.join(sample, image)).toString("base64")).toBe(made[image]);
  expect(readFileSync(path.join(sample, "des2", "X.csv")).toString("base64")).toBe(
    made[path.join("des2", "X.csv")],
  );
});
