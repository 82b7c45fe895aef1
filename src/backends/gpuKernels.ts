/**
 * The kernels of GPU.js, which reads their source: what they may say is what GPU.js translates. Every loop's bound is a
 * constant, since one that is an argument stops silently after 1,000 rounds. All sums are float32, over runs of a
 * few images; the runs are added in float64 elsewhere.
 */
interface Scope<Constants> {
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
  readonly constants: Constants;
}

/** X'Y of run z, column y and vertex x. */
export function multiplyKernel(this: Scope<{ rows: number }>, X: number[][], Y: number[][]): number {
  let sum = 0;
  const first = this.thread.z * this.constants.rows;
  for (let i = 0; i < this.constants.rows; i++) {
    sum += X[first + i][this.thread.y] * Y[first + i][this.thread.x];
  }
  return sum;
}

/** Y − XB of image y and vertex x. */
export function residualKernel(
  this: Scope<{ columns: number }>,
  X: number[][],
  Y: number[][],
  B: number[][],
): number {
  let fitted = 0;
  for (let j = 0; j < this.constants.columns; j++) {
    fitted += X[this.thread.y][j] * B[j][this.thread.x];
  }
  return Y[this.thread.y][this.thread.x] - fitted;
}

/** Column y of Z times Y for piece z of a level and vertex x; beyond the end of a piece Z is zero. */
export function levelKernel(
  this: Scope<{ most: number }>,
  first: number[],
  Z: number[][],
  Y: number[][],
): number {
  let sum = 0;
  const from = first[this.thread.z];
  for (let i = 0; i < this.constants.most; i++) {
    sum += Z[2 * this.thread.z + this.thread.y][i] * Y[from + i][this.thread.x];
  }
  return sum;
}

/** Form y of run z of levels and vertex x. */
export function momentKernel(
  this: Scope<{ levels: number; most: number }>,
  first: number[],
  Z: number[][],
  weights: number[][],
  Y: number[][],
): number {
  let form = 0;
  for (let k = 0; k < this.constants.levels; k++) {
    const s = this.thread.z * this.constants.levels + k;
    const from = first[s];
    let z1 = 0;
    let z2 = 0;
    for (let i = 0; i < this.constants.most; i++) {
      z1 += Z[2 * s][i] * Y[from + i][this.thread.x];
      z2 += Z[2 * s + 1][i] * Y[from + i][this.thread.x];
    }
    const w = 3 * this.thread.y;
    form += weights[s][w] * z1 * z1 + weights[s][w + 1] * z1 * z2 + weights[s][w + 2] * z2 * z2;
  }
  return form;
}
