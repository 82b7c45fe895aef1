/** Vertices of a block: the images of a few neighboring vertices lie together, so that a fit reads them in a run. */
export const BLOCK_VERTICES = 64;

/** Images in memory, block by block of 64 vertices, images in the order of their levels. */
export interface ImageBlocks {
  readonly n: number;
  /** Vertices in memory. */
  readonly width: number;
  /** float32, blocks × n × 64, shared between threads: zero where missing, and beyond the last vertex. */
  readonly values: Float32Array;
  /** int32, n: which image lies at each place. */
  readonly order: Int32Array;
}

/** Allocates blocks for some vertices in shared memory. */
export function allocateBlocks(n: number, width: number, order: Int32Array): ImageBlocks {
  const blocks = Math.ceil(width / BLOCK_VERTICES);
  const values = new Float32Array(new SharedArrayBuffer(4 * blocks * n * BLOCK_VERTICES));
  return { n, width, values, order };
}

/** Where the first image's value of a vertex lies; the next image's is 64 values further. */
export function placeOf(n: number, vertex: number): number {
  const block = Math.floor(vertex / BLOCK_VERTICES);
  return block * n * BLOCK_VERTICES + (vertex - block * BLOCK_VERTICES);
}

/**
 * Copies rows of images into the blocks.
 *
 * @param rows float32, places.length × width.
 * @param places where each row goes, in the order of the levels.
 */
export function writeRows(blocks: ImageBlocks, rows: Float32Array, places: ArrayLike<number>): void {
  const { n, width, values } = blocks;
  for (let first = 0; first < width; first += BLOCK_VERTICES) {
    const base = first * n;
    const last = Math.min(width, first + BLOCK_VERTICES);
    for (let k = 0; k < places.length; k++) {
      values.set(rows.subarray(k * width + first, k * width + last), base + places[k] * BLOCK_VERTICES);
    }
  }
}

/** The images of some vertices as rows in their own order: float32, n × columns.length. */
export function gatherColumns(blocks: ImageBlocks, columns: Int32Array): Float32Array {
  const { n, values, order } = blocks;
  const count = columns.length;
  const Y = new Float32Array(n * count);
  for (let c = 0; c < count; c++) {
    const from = placeOf(n, columns[c]);
    for (let k = 0; k < n; k++) Y[order[k] * count + c] = values[from + k * BLOCK_VERTICES];
  }
  return Y;
}

/** The images of some vertices, ascending, as rows in the order of the levels: float32, n × columns.length. */
export function gatherRows(blocks: ImageBlocks, columns: Int32Array): Float32Array {
  const { n, values } = blocks;
  const count = columns.length;
  const Y = new Float32Array(n * count);
  for (const [from, to] of neighbors(columns)) {
    const at = placeOf(n, columns[from]);
    for (let k = 0; k < n; k++) {
      const row = at + k * BLOCK_VERTICES;
      Y.set(values.subarray(row, row + to - from), k * count + from);
    }
  }
  return Y;
}

/** Runs [from, to) of a list of vertices that lie side by side in one block. */
function* neighbors(vertices: Int32Array): Generator<[from: number, to: number]> {
  for (let from = 0, to = 0; from < vertices.length; from = to) {
    for (to = from + 1; to < vertices.length; to++) {
      if (vertices[to] !== vertices[to - 1] + 1 || vertices[to] % BLOCK_VERTICES === 0) break;
    }
    yield [from, to];
  }
}

/**
 * Runs [from, to) of neighbors in a list of vertices: of one block each, and of so many at most.
 *
 * @param vertices int32, ascending.
 */
export function* runsInBlocks(vertices: Int32Array, most: number): Generator<[from: number, to: number]> {
  for (let from = 0, to = 0; from < vertices.length; from = to) {
    const block = Math.floor(vertices[from] / BLOCK_VERTICES);
    for (to = from + 1; to < vertices.length && to < from + most; to++) {
      if (Math.floor(vertices[to] / BLOCK_VERTICES) !== block) break;
    }
    yield [from, to];
  }
}
