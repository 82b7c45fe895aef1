import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy } from "../../src/design/index.js";
import { MANIFEST_FILE } from "../../src/directory/manifest.js";
import { InputError } from "../../src/errors.js";
import { fit } from "../../src/fit.js";
import { contrast } from "../../src/inference/contrast.js";
import { openResults } from "../../src/results/openResults.js";
import { randomStream } from "../../src/simulate/random.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
const whole = place.file("results_lh_des2");
const spoiled = place.file("spoiled");
const file = (name: string) => path.join(spoiled, name);

beforeAll(async () => {
  await simulatedStudy(place);
  await fit(await openStudy(place.file("lh_des2.yml")), { threads: 1 });
});
afterAll(() => place.remove());

/** What is said of a spoiled copy of the results when all of it is used; "" when nothing is wrong with it. */
async function said(spoil: () => void, listed = true): Promise<string> {
  rmSync(spoiled, { recursive: true, force: true });
  cpSync(whole, spoiled, { recursive: true });
  if (!listed) unlinkSync(file(MANIFEST_FILE));
  spoil();
  try {
    const results = await openResults(spoiled);
    expect(`${results}${results.vertex(3)}`).not.toMatch(/undefined|\[object/);
    if (existsSync(file("estimates"))) contrast(results, "Sex").toString();
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/spoiled/);
    return (error as Error).message;
  }
}

const info = (change: (info: Record<string, unknown>) => unknown) => () => {
  const content = JSON.parse(readFileSync(file("blmm_fit.json"), "utf8"));
  writeFileSync(file("blmm_fit.json"), JSON.stringify(change(content) ?? content));
};
const flip = (name: string, at: number) => () => {
  const bytes = readFileSync(file(name));
  bytes[at] ^= 0x41;
  writeFileSync(file(name), bytes);
};
const poke = (name: string, at: number, value: number) => () => {
  const bytes = readFileSync(file(name));
  if (name.endsWith("i32")) bytes.writeInt32LE(value, at);
  else bytes.writeDoubleLE(value, at);
  writeFileSync(file(name), bytes);
};

describe("a damaged, truncated or edited results directory is described", () => {
  test.each<[string, () => void, RegExp]>([
    [
      "no record",
      info(() => ({})),
      /blmm_fit\.json, kind: it is missing; expected fit, contrast or compare\n.*software: it is missing; .*vertices: it is missing/s,
    ],
    ["a list as record", info(() => []), /blmm_fit\.json: \[\]; expected what is known of the results/],
    ["half a record", () => truncateSync(file("blmm_fit.json"), 300), /blmm_fit\.json: no readable JSON/],
    ["a record of bytes", () => writeFileSync(file("blmm_fit.json"), "\0\0"), /blmm_fit\.json.*: a NUL byte/],
    [
      "more vertices than there are",
      info((content) => ({ ...content, vertices: 1e12 })),
      /blmm_vox_mask\.dat: 168 bytes; expected 4,000,000,000,000 \(1,000,000,000,000 vertices × 1, 4 bytes/,
    ],
    [
      "another kind of value",
      info((content) => ({ ...content, n: "many" })),
      /blmm_fit\.json, n: "many"; expected a whole number, not negative/,
    ],
    [
      "a column too few",
      info((content) => ({ ...content, columns: (content.columns as string[]).slice(1) })),
      /contrasts\.0\.L: .*; expected 22 weights a row.*fit\.R: .*; expected 22 × 22 numbers/s,
    ],
    [
      "a volume that does not fit",
      info((content) => ({
        ...content,
        space: { kind: "volume", dims: [3, 3, 3], affine: new Array(16).fill(0) },
      })),
      /space\.dims: \[3,3,3\]; expected sizes of 42 voxels together/,
    ],
    [
      "a map that is one vertex short",
      () => truncateSync(file("blmm_vox_beta.dat"), 4 * 23 * 41),
      /blmm_vox_beta\.dat: 3,772 bytes; expected 3,864 \(42 vertices × 23, 4 bytes each\)/,
    ],
    [
      "a map that is one column short",
      () => truncateSync(file("blmm_vox_conT.dat"), 4 * 4 * 42),
      /blmm_vox_conT\.dat: 672 bytes; expected 840 \(42 vertices × 5, 4 bytes each\)/,
    ],
    ["an empty map", () => truncateSync(file("blmm_vox_llh.dat"), 0), /blmm_vox_llh\.dat: 0 bytes/],
    ["no mask", () => unlinkSync(file("blmm_vox_mask.dat")), /no blmm_vox_mask\.dat/],
    [
      "estimates that end early",
      () => truncateSync(file("estimates/D.f64"), 100),
      /D\.f64: 100 bytes; expected \d+ \(\d+ vertices of the mask, 24 bytes each\)/,
    ],
    ["estimates that are gone", () => unlinkSync(file("estimates/D.f64")), /D\.f64: no such file/],
    [
      "estimates of another mask",
      poke("estimates/vertices.i32", 0, 41),
      /vertices\.i32: vertex 41 in row 0; expected vertex \d+, as in the mask/,
    ],
    [
      "a number in the estimates that is none",
      poke("estimates/beta.f64", 8 * 23 * 2, Number.NaN),
      /beta\.f64: NaN at vertex \d+; expected finite fixed effects/,
    ],
    [
      "a negative variance",
      poke("estimates/sigma2.f64", 0, -1),
      /sigma2\.f64: -1 at vertex \d+; expected a finite/,
    ],
    [
      "more images than there are",
      poke("estimates/n.i32", 0, 1e6),
      /n\.i32: 1000000 at vertex \d+; expected a number/,
    ],
    [
      "another status",
      poke("estimates/status.i32", 0, 1e6),
      /status\.i32: 1000000 at vertex \d+; expected the/,
    ],
    [
      "garbage as estimates",
      () =>
        writeFileSync(
          file("estimates/llh.f64"),
          Buffer.alloc(readFileSync(file("estimates/llh.f64")).length, 0xff),
        ),
      /llh\.f64: NaN at vertex \d+; expected a finite log-likelihood/,
    ],
  ])("%s", async (_, spoil, message) => {
    expect(await said(spoil, false)).toMatch(message);
    // With the list of files nothing gets as far as its numbers.
    expect(await said(spoil)).not.toBe("");
  });

  test("one bit of any file", async () => {
    expect(await said(() => undefined)).toBe("");
    for (const name of [
      "blmm_vox_conT.dat",
      "estimates/basis_gradient.f32",
      "estimates/parameter_covariance.f64",
    ]) {
      expect(await said(flip(name, 77))).toMatch(
        /other content than BLMM wrote; expected what blmm_files\.json says of it/,
      );
    }
    expect(await said(() => truncateSync(file(MANIFEST_FILE), 200))).toMatch(
      /blmm_files\.json: a damaged list of files/,
    );
  });

  test("a named pipe or a folder in the place of a map", async () => {
    const pipe = () => {
      unlinkSync(file("blmm_vox_D.dat"));
      execFileSync("mkfifo", [file("blmm_vox_D.dat")]);
    };
    expect(await said(pipe)).toMatch(/blmm_vox_D\.dat: a named pipe; expected a file of the results/);
    const folder = () => {
      unlinkSync(file("blmm_vox_D.dat"));
      mkdirSync(file("blmm_vox_D.dat"));
    };
    expect(await said(folder)).toMatch(/blmm_vox_D\.dat: a directory; expected a file of the results/);
  });

  test("maps that were removed, and maps of another program, are told and left out", async () => {
    rmSync(spoiled, { recursive: true, force: true });
    cpSync(whole, spoiled, { recursive: true });
    unlinkSync(file("blmm_vox_llh.dat"));
    writeFileSync(file("blmm_vox_resms.dat"), new Uint8Array(4 * 42));
    const results = await openResults(spoiled);
    expect(results.maps).not.toContain("resms");
    expect(`${results}`).toMatch(/note: blmm_vox_llh\.dat was written and is gone/);
    expect(`${results}`).toMatch(
      /note: blmm_vox_resms\.dat was put there by another program and is left out/,
    );
  });

  test("a foreign directory: sizes that make no map, and one without a vertex", async () => {
    const foreign = place.file("foreign");
    mkdirSync(foreign);
    writeFileSync(path.join(foreign, "blmm_vox_mask.dat"), new Uint8Array(0));
    await expect(openResults(foreign)).rejects.toThrow(
      /blmm_vox_mask\.dat: 0 bytes; expected 4 bytes a vertex/,
    );
    writeFileSync(path.join(foreign, "blmm_vox_mask.dat"), new Uint8Array(40));
    writeFileSync(path.join(foreign, "blmm_vox_beta.dat"), new Uint8Array(44));
    await expect(openResults(foreign)).rejects.toThrow(
      /blmm_vox_beta\.dat: 44 bytes; expected a multiple of 40/,
    );
  });

  test("300 damages by chance: every one is described or harmless", async () => {
    const random = randomStream(5, 0);
    const names = (readdirSync(whole, { recursive: true }) as string[]).filter(
      (name) => /\./.test(name) && name !== MANIFEST_FILE,
    );
    const pick = (most: number) => Math.floor(random.uniform() * most);
    let described = 0;
    for (let k = 0; k < 300; k++) {
      const name = names[pick(names.length)];
      const size = readFileSync(path.join(whole, name)).length;
      const [kind, at, value] = [pick(4), pick(size), pick(256)];
      const message = await said(
        () => {
          if (kind === 0) truncateSync(file(name), at);
          else if (kind === 1) writeFileSync(file(name), new Uint8Array(at).fill(value));
          else {
            const bytes = readFileSync(file(name));
            for (let j = 0; j < kind; j++) bytes[pick(size)] = value;
            writeFileSync(file(name), bytes);
          }
        },
        k % 2 === 0,
      );
      if (message !== "") described++;
    }
    expect(described).toBeGreaterThan(150);
  }, 120_000);
});
