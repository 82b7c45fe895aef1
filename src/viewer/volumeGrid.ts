import type { VolumeGrid } from "./viewDocument.js";

/** A place in the head, mm: to the right, to the front, up. */
export type Place = readonly [x: number, y: number, z: number];

/** Indices along the three axes of a file, from 0. */
export type Indices = readonly [i: number, j: number, k: number];

/** The indices of a voxel; values are in file order, the first axis fastest. */
export function indicesOf({ dims }: VolumeGrid, voxel: number): Indices {
  const [I, J] = dims;
  return [voxel % I, Math.floor(voxel / I) % J, Math.floor(voxel / (I * J))];
}

/** The middle of a voxel, by the affine. */
export function placeOf(grid: VolumeGrid, voxel: number): Place {
  return placeAt(grid, indicesOf(grid, voxel));
}

function placeAt({ affine }: VolumeGrid, [i, j, k]: Indices): Place {
  const row = (r: number) =>
    affine[4 * r] * i + affine[4 * r + 1] * j + affine[4 * r + 2] * k + affine[4 * r + 3];
  return [row(0), row(1), row(2)];
}

/** From mm to indices: 3 × 4, row-major, the inverse of the affine. */
export function indexing({ affine }: VolumeGrid): Float64Array {
  const [a, b, c, x, d, e, f, y, g, h, i, z] = affine;
  const cofactors = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
  const determinant = a * cofactors[0] + b * cofactors[3] + c * cofactors[6];
  const inverse = new Float64Array(12);
  for (let row = 0; row < 3; row++) {
    const [p, q, r] = [0, 1, 2].map((column) => cofactors[3 * row + column] / determinant);
    inverse.set([p, q, r, -(p * x + q * y + r * z)], 4 * row);
  }
  return inverse;
}

/** The indices of a place, between voxels too. */
export function fractional(inverse: Float64Array, [x, y, z]: Place): Indices {
  const row = (r: number) =>
    inverse[4 * r] * x + inverse[4 * r + 1] * y + inverse[4 * r + 2] * z + inverse[4 * r + 3];
  return [row(0), row(1), row(2)];
}

/** The voxel in which a place lies; undefined outside the grid. */
export function voxelAt(grid: VolumeGrid, inverse: Float64Array, place: Place): number | undefined {
  const [i, j, k] = fractional(inverse, place).map(Math.round);
  const [I, J, K] = grid.dims;
  return i < 0 || j < 0 || k < 0 || i >= I || j >= J || k >= K ? undefined : i + I * (j + J * k);
}

/** The box around the grid, edges of the outer voxels included: its middle and half its size, mm. */
export function boxOf(grid: VolumeGrid): { readonly center: Place; readonly half: Place } {
  const corners = [0, 1].flatMap((i) =>
    [0, 1].flatMap((j) =>
      [0, 1].map((k) =>
        placeAt(grid, [i * grid.dims[0] - 0.5, j * grid.dims[1] - 0.5, k * grid.dims[2] - 0.5]),
      ),
    ),
  );
  const [low, high] = [Math.min, Math.max].map((choose) =>
    [0, 1, 2].map((axis) => choose(...corners.map((corner) => corner[axis]))),
  );
  const of = (value: (axis: number) => number): Place => [value(0), value(1), value(2)];
  return {
    center: of((axis) => (low[axis] + high[axis]) / 2),
    half: of((axis) => (high[axis] - low[axis]) / 2),
  };
}

/** The next voxel to the right (axis 0), to the front (1) or up (2), or back by −1; the same at the edge of the grid. */
export function neighborOf(grid: VolumeGrid, voxel: number, axis: 0 | 1 | 2, by: 1 | -1): number {
  const { affine, dims } = grid;
  // The axis of the file that runs most along this axis of the head.
  const along = [0, 1, 2].map((k) => affine[4 * axis + k]);
  const size = along.map(Math.abs);
  const k = size.indexOf(Math.max(...size));
  const indices = [...indicesOf(grid, voxel)];
  indices[k] = Math.min(dims[k] - 1, Math.max(0, indices[k] + (along[k] < 0 ? -by : by)));
  return indices[0] + dims[0] * (indices[1] + dims[1] * indices[2]);
}
