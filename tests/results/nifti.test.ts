import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { inspectImage, readImage } from "../../src/images/index.js";
import { writeNifti } from "../../src/results/nifti.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());

const affine = [2, 0, 0, -90.5, 0, 3, 0, -126, 0, 0, 4, -72, 0, 0, 0, 1];

describe("maps as NIfTI are read back by the reader of images", () => {
  test.each([
    ["a small volume", 1, [4, 3, 2], 1],
    ["several volumes", 1, [4, 3, 2], 5],
    ["the largest side of NIfTI-1", 1, [32_767, 1, 1], 2],
    ["a surface of fsaverage6", 2, [40_962, 1, 1], 2],
    ["a surface of fsaverage", 2, [163_842, 1, 1], 1],
    ["more volumes than int16 counts", 2, [2, 1, 1], 40_000],
  ] as const)("%s: NIfTI-%i", (name, version, dims, volumes) => {
    const voxels = dims[0] * dims[1] * dims[2];
    for (const data of [
      Float32Array.from({ length: voxels * volumes }, (_, k) => Math.sin(k) * 1000),
      Int32Array.from({ length: voxels * volumes }, (_, k) => k * 7 - 5),
    ]) {
      for (const ending of ["nii", "nii.gz"]) {
        const file = place.file(`${name}.${ending}`);
        writeNifti(file, { data, volumes, dims: [...dims], affine });
        const bytes = ending === "nii" ? readFileSync(file) : gunzipSync(readFileSync(file));
        expect(bytes.readInt32LE(0)).toBe(version === 1 ? 348 : 540);
        expect(inspectImage(file)).toMatchObject({
          format: "nifti",
          vertices: voxels,
          frames: volumes,
          space: { kind: "volume", dims, affine },
        });
        for (const frame of new Set([0, volumes - 1])) {
          const { values } = readImage(file, frame);
          expect(values).toHaveLength(voxels);
          expect(values.findIndex((x, v) => x !== Math.fround(data[v * volumes + frame]))).toBe(-1);
        }
      }
    }
  });
});
