/** Vertices of a block: the images of a few neighboring vertices lie together, so that a fit reads them in a run. */
export const BLOCK_VERTICES = 64;

/** Images in memory, block by block of 64 vertices; in each block one row of 64 values an image. */
export interface BlockMemory {
  /** Images in memory: rows of each block. */
  readonly rows: number;
  /** Vertices in memory. */
  readonly width: number;
  /** float32, blocks × rows × 64, shared between threads: zero where missing, and beyond the last vertex. */
  readonly values: Float32Array;
}

/** The images of one study in memory, which may hold more, in the order of the study's levels. */
export interface ImageBlocks extends BlockMemory {
  readonly n: number;
  /** int32, n: which image of the study comes at each place of that order. */
  readonly order: Int32Array;
  /** int32, n: its row of each block. */
  readonly at: Int32Array;
}

/**
 * Allocates blocks for some vertices in shared memory.
 *
 * @param store memory that is no longer used: it is taken where it is large enough.
 */
export function allocateBlocks(rows: number, width: number, store?: Float32Array): BlockMemory {
  const length = Math.ceil(width / BLOCK_VERTICES) * rows * BLOCK_VERTICES;
  if (store !== undefined && store.length >= length)
    return { rows, width, values: store.subarray(0, length) };
  return { rows, width, values: new Float32Array(new SharedArrayBuffer(4 * length)) };
}

/** Where a vertex's value in the first row lies; that in the next is 64 values further. */
export function placeOf(rows: number, vertex: number): number {
  const block = Math.floor(vertex / BLOCK_VERTICES);
  return block * rows * BLOCK_VERTICES + (vertex - block * BLOCK_VERTICES);
}

/** The length of a row on its way into blocks: whole blocks. */
export function paddedWidth(width: number): number {
  return Math.ceil(width / BLOCK_VERTICES) * BLOCK_VERTICES;
}

/**
 * Copies images into the blocks.
 *
 * @param rows float32, places.length × `paddedWidth`, with zeros beyond the last vertex; no value is NaN.
 * @param places the row of each block in which each image goes.
 */
export function writeRows(memory: BlockMemory, rows: Float32Array, places: ArrayLike<number>): void {
  // Two values at a time: a loop of 32 is quicker than a copy that is set up for each block.
  const half = BLOCK_VERTICES / 2;
  const from = new Float64Array(rows.buffer, rows.byteOffset, rows.length / 2);
  const { buffer, byteOffset, length } = memory.values;
  const to = new Float64Array(buffer, byteOffset, length / 2);
  const width = paddedWidth(memory.width) / 2;
  for (let first = 0, block = 0; first < width; first += half, block++) {
    for (let k = 0; k < places.length; k++) {
      const source = k * width + first;
      const target = (block * memory.rows + places[k]) * half;
      for (let v = 0; v < half; v++) to[target + v] = from[source + v];
    }
  }
}

/** The images of some vertices as rows in their own order: float32, n × columns.length. */
export function gatherColumns(blocks: ImageBlocks, columns: Int32Array): Float32Array {
  const { n, rows, values, order, at } = blocks;
  const count = columns.length;
  const Y = new Float32Array(n * count);
  for (let c = 0; c < count; c++) {
    const from = placeOf(rows, columns[c]);
    for (let k = 0; k < n; k++) Y[order[k] * count + c] = values[from + at[k] * BLOCK_VERTICES];
  }
  return Y;
}

/** The images of some vertices, ascending, as rows in the order of the levels: float32, n × columns.length. */
export function gatherRows(blocks: ImageBlocks, columns: Int32Array): Float32Array {
  const { n, rows, values, at } = blocks;
  const count = columns.length;
  const Y = new Float32Array(n * count);
  for (const [from, to] of neighbors(columns)) {
    const first = placeOf(rows, columns[from]);
    for (let k = 0; k < n; k++) {
      const row = first + at[k] * BLOCK_VERTICES;
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
