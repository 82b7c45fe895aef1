import { writeNifti } from "../src/results/nifti.js";
import type { VolumeGrid } from "../src/viewer/viewDocument.js";
import type { Workspace } from "./workspace.js";

/** Stored from right to left, as FSL's templates are: 12 × 10 × 8 voxels of 6 × 7 × 8 mm. */
export const GRID: VolumeGrid = {
  dims: [12, 10, 8],
  affine: [-6, 0, 0, 33, 0, 7, 0, -31.5, 0, 0, 8, -28, 0, 0, 0, 1],
};

/** The middle of each voxel, mm. */
export function places({ dims, affine }: VolumeGrid): [number, number, number][] {
  const all: [number, number, number][] = [];
  for (let k = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++)
        all.push(
          [0, 4, 8].map((r) => affine[r] * i + affine[r + 1] * j + affine[r + 2] * k + affine[r + 3]) as [
            number,
            number,
            number,
          ],
        );
  return all;
}

/** Whether a place lies in the head: an ellipsoid around the origin. */
export const inHead = ([x, y, z]: readonly number[]): boolean =>
  (x / 34) ** 2 + (y / 33) ** 2 + (z / 29) ** 2 < 1;

/** Where the second column of X has an effect: right, front, up. */
export const BLOB = [15, 10.5, 12] as const;

/** Effect at a place: 2 in the middle of the blob. */
export const effectAt = (place: readonly number[]): number =>
  2 * Math.exp(-place.reduce((sum, value, k) => sum + (value - BLOB[k]) ** 2, 0) / 150);

/** A study of NIfTI images, two visits of 30 subjects, with an effect in one place; returns its yml. */
export function volumeStudy(place: Workspace): string {
  let seed = 1;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647 - 0.5;
  };
  const where = places(GRID);
  const rows = Array.from({ length: 60 }, (_, n) => ({
    subject: Math.floor(n / 2),
    group: Math.floor(n / 2) % 2,
  }));
  const images = rows.map(({ group }, n) => {
    const data = Float32Array.from(where, (at) => 100 + group * effectAt(at) + 1.5 * random());
    writeNifti(place.file(`image-${n}.nii.gz`), { data, volumes: 1, ...GRID });
    return `image-${n}.nii.gz`;
  });
  const mask = Float32Array.from(where, (at) => (inHead(at) ? 1 : 0));
  writeNifti(place.file("mask.nii.gz"), { data: mask, volumes: 1, ...GRID });
  place.write("images.txt", images.join("\n"));
  place.write("X.csv", ["Intercept,Group", ...rows.map(({ group }) => `1,${group}`)].join("\n"));
  place.write("Z.csv", ["Intercept", ...rows.map(() => "1")].join("\n"));
  place.write("subjects.csv", ["subject", ...rows.map(({ subject }) => `s${subject}`)].join("\n"));
  return place.write(
    "volume.yml",
    `Y_files: images.txt
X: X.csv
Z:
  - f1:
      name: subject
      factor: subjects.csv
      design: Z.csv
contrasts:
  - c1:
      name: Group
      vector: [0, 1]
  - c2:
      name: Intercept
      vector: [1, 0]
analysis_mask: mask.nii.gz
outdir: results_volume
`,
  );
}
